// How well results are ordered: MRR and NDCG@10 of tests/judged/queries.tsv (query, then titles from the best down).
// node tests/judged/measure.mjs OUTPUT
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const core = require('../../themes/default/scripts/search-core.js');
const load = async (name) => {
  let got;
  vm.runInNewContext(fs.readFileSync(path.join(process.argv[2], 'search', `${name}.js`), 'latin1'), {
    studyhallShard: (n, stamp, data) => { got = data; },
    studyhallIndex: (format, build, pages, fields) => { got = { format, build, pages, fields }; },
  });
  return got;
};
const index = await core.open(load, () => require('../../themes/default/scripts/search-more.js'));
let mrr = 0;
let ndcg = 0;
const rows = fs.readFileSync(path.join(here, 'queries.tsv'), 'utf8').split('\n').filter(Boolean).map((line) => line.split('\t'));
for (const [query, wanted] of rows) {
  const titles = wanted.split('|');
  const search = await index.search(query);
  const found = [];
  for (const hit of search.hits) {
    if (found.length < 10 && await index.check(search, hit)) found.push((await index.show(search, hit)).title.map((piece) => piece[0]).join(''));
  }
  const worth = (title) => (titles.includes(title) ? titles.length - titles.indexOf(title) : 0);
  const gain = (list) => list.reduce((sum, title, at) => sum + (2 ** worth(title) - 1) / Math.log2(at + 2), 0);
  const rank = found.findIndex((title) => title === titles[0]);
  mrr += rank < 0 ? 0 : 1 / (rank + 1);
  ndcg += gain(found) / gain(titles);
  if (rank !== 0) console.log(query, '->', found.slice(0, 4).join(' / '));
}
mrr /= rows.length;
ndcg /= rows.length;
console.log({ queries: rows.length, mrr: +mrr.toFixed(3), ndcg10: +ndcg.toFixed(3) });
assert(mrr >= 0.8 && ndcg >= 0.8, 'the order has become worse');
