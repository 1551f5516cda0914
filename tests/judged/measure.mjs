// How well results are ordered: MRR and NDCG@10 of tests/judged/queries.tsv (query, then titles from the best down).
// node tests/judged/measure.mjs OUTPUT [QUERIES]
import assert from 'node:assert';
import fs from 'node:fs';
import { engine } from '../browser/engine.mjs';

const [, , output, queries = new URL('queries.tsv', import.meta.url)] = process.argv;
const { core, load, more } = engine(output);
const index = await core.open(load, more);
let mrr = 0;
let ndcg = 0;
const rows = fs
  .readFileSync(queries, 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t'));
for (const [query, wanted] of rows) {
  const titles = wanted.split('|');
  const search = await index.search(query);
  const results = await index.results(search, search.hits, 0, 10);
  const found = results.map((one) => one.title.map((piece) => piece[0]).join(''));
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
