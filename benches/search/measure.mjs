// Asks an index what stands in its pages: recall, precision, bytes and time against a plain search of the texts.
// node benches/search/measure.mjs OUTPUT ENTRIES.json [QUERIES]
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core = require('../../themes/default/scripts/search-core.js');
const more = () => require('../../themes/default/scripts/search-more.js');
const [, , folder, entriesFile, count = '200', kind = 'han'] = process.argv;

let bytes = 0;
const asked = new Map();
const load = (name) => {
  const text = fs.readFileSync(path.join(folder, 'search', `${name}.js`), 'latin1');
  if (!asked.has(name)) bytes += text.length;
  asked.set(name, text.length);
  let got;
  vm.runInNewContext(text, {
    studyhallShard: (n, stamp, data) => { got = data; },
    studyhallIndex: (format, build, pages, fields) => { got = { format, build, pages, fields }; },
  });
  return Promise.resolve(got);
};

const entries = JSON.parse(fs.readFileSync(entriesFile));
const first = await core.open(load, more);
const simplified = await first.simplify();
const flat = entries.map((entry) => [entry.title, entry.facts, ...entry.keywords, ...entry.sections.flatMap((s) => [s.heading, s.text])].map((t) => core.fold(t, simplified).text).join('\n'));
const raw = entries.map((entry) => [entry.title, ...entry.sections.flatMap((s) => [s.heading, s.text])].join('\n'));

let seed = 42;
const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
const queries = [];
const rule = kind === 'han' ? /^[\u4e00-\u9fff]+$/ : /^[a-zA-Z0-9]+[\u4e00-\u9fff]+$|^[\u4e00-\u9fff]+[a-zA-Z0-9]+$/;
while (queries.length < +count) {
  const text = raw[random(raw.length)];
  const length = 2 + random(5);
  const at = random(Math.max(1, text.length - length));
  const piece = text.slice(at, at + length);
  if (piece.length === length && rule.test(piece) && !(/^[a-z0-9]/i.test(piece) && /[a-z0-9]/i.test(text[at - 1] || ''))) queries.push(piece);
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
const stats = { first: [], later: [], time: [], recall: [], precision: [], total: [], estimate: [], terms: [], texts: [] };
const warm = await core.open(load, more);
await (await warm.search(queries[0]));
const state = { index: null };
for (const query of queries) {
  const want = new Set();
  const folded = core.fold(query, simplified).text;
  flat.forEach((text, page) => { if (core.find(text, folded, 0) >= 0) want.add(page); });
  const literal = raw.reduce((n, text) => n + (text.toLowerCase().includes(query.toLowerCase()) ? 1 : 0), 0);
  for (const mode of ['first', 'later']) {
    asked.clear(); bytes = 0;
    let index;
    if (mode === 'first') index = await core.open(load, more);
    else { index = await core.open(load, more); await index.dictionary(); asked.clear(); bytes = 0; }
    const started = process.hrtime.bigint();
    const search = await index.search(query);
    const terms = bytes;
    const shown = [];
    for (const hit of search.hits) { if (await index.check(search, hit)) { shown.push(await index.show(search, hit)); if (shown.length === 10) break; } }
    if (shown.some((one) => !one.title.length || (want.size && ![...one.text, ...one.title].some((p) => p[1])))) console.log('no mark', query, JSON.stringify(shown.find((one) => ![...one.text, ...one.title].some((p) => p[1]))).slice(0, 300));
    await index.settle(search, search.hits, 6);
    const elapsed = Number(process.hrtime.bigint() - started) / 1e6;
    stats[mode].push(bytes);
    if (mode === 'later') {
      stats.time.push(elapsed); stats.terms.push(terms); stats.texts.push(bytes - terms);
      const estimate = search.hits.filter((hit) => hit.state >= 0).length;
      stats.estimate.push(estimate === want.size ? 1 : 0);
      for (const hit of search.hits) await index.check(search, hit);
      const found = new Set(search.hits.filter((hit) => hit.state > 0).map((hit) => hit.page));
      const right = [...found].filter((page) => want.has(page)).length;
      stats.recall.push(want.size ? right / want.size : 1);
      stats.precision.push(found.size ? right / found.size : 1);
      stats.total.push(want.size);
      if (right !== want.size || right !== found.size) console.log('differs', query, 'want', want.size, 'literal', literal, 'found', found.size);
      if (literal !== want.size) console.log('fold differs from literal', query, want.size, literal);
    }
  }
}
console.log({
  queries: queries.length, first_kb: median(stats.first) / 1000, later_kb: median(stats.later) / 1000, terms_kb: median(stats.terms) / 1000, texts_kb: median(stats.texts) / 1000,
  mean_later_kb: mean(stats.later) / 1000, ms_median: median(stats.time), ms_max: Math.max(...stats.time),
  recall: mean(stats.recall), precision: mean(stats.precision), totals_exact: mean(stats.estimate), median_results: median(stats.total),
});
