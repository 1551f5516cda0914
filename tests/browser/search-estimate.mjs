// How many results a search says there are is off by no more than a fifth, or is not said; and no page that holds a phrase is left out
// because of what is said to follow its pairs. Random pieces of a site's texts. node tests/browser/search-estimate.mjs OUTPUT [COUNT]
import assert from 'node:assert';
import { engine } from './engine.mjs';

const [, , output, count = '150'] = process.argv;
const { core, load, more } = engine(output);
const index = await core.open(load, more);
const simplified = await index.simplify();

let seed = 11;
const dice = (most) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed >>> 8) % most;
};

// Whatever becomes of what is open, an estimate holds.
let told = 0;
for (let round = 0; round < 4000; round++) {
  const hits = Array.from({ length: 1 + dice(round % 2 ? 12 : 300) }, () => ({ state: dice(1 + dice(12)) ? 1 : 0 }));
  const open = hits.filter((hit) => !hit.state).length;
  const about = index.estimate(hits);
  if (!about) continue;
  told++;
  for (const total of [hits.length - open, hits.length]) {
    assert(Math.abs(about - total) <= total / 5 + 0.5, `about ${about} where ${total} may be`);
  }
}
assert(told > 1000, `${told} estimates`);

// The lines of every page, as they are found.
const lines = [];
for (let page = 0; page < index.count; page++) {
  const own = [];
  for (let at = index.starts[page]; at < index.starts[page + 1]; at++) {
    const { about, text } = await index.block(at);
    if (at === index.starts[page]) own.push(about.title, about.facts, about.keywords);
    for (const line of text.split('\n')) own.push(line[0] === '\u0002' ? line.slice(line.indexOf('\u0002', 1) + 1) : line);
  }
  lines.push(own.map((line) => core.fold(line, simplified).text));
}
const wholes = lines.map((own) => own.join('\n'));
let hidden = 0;
let said = 0;
let apart = 0;
for (let round = 0; round < +count; round++) {
  const own = lines[dice(lines.length)];
  const line = own[dice(own.length)];
  const from = dice(Math.max(1, line.length - 4));
  // Half of them stand somewhere; of the others the end is another's, so that most stand nowhere.
  let query = line.slice(from, from + 3 + dice(3));
  if (round % 2) query = query.slice(0, 2) + wholes[dice(wholes.length)].slice(40, 41 + dice(3));
  if (!/^[\u4e00-\u9fff]{3,5}$/.test(query)) continue;
  const truth = wholes.flatMap((text, page) => (text.includes(query) ? [page] : []));
  const answer = await index.search(query);
  await index.results(answer, answer.hits, 0, 10);
  const about = index.estimate(answer.hits.filter((hit) => hit.state >= 0));
  if (!about && truth.length) hidden++;
  if (about) {
    said++;
    assert(Math.abs(about - truth.length) <= truth.length / 5 + 0.5, `${query}: about ${about} where ${truth.length} are`);
  }
  apart += answer.hits.length - truth.length;
  for (const hit of answer.hits) await index.check(answer, hit);
  const found = answer.hits.filter((hit) => hit.state > 0).map((hit) => hit.page);
  assert.deepEqual(
    found.sort((a, b) => a - b),
    truth,
    query
  );
}
assert(said > +count / 20, `${said} numbers`);
console.log(`${said} numbers told, ${hidden} not; ${apart} pages looked at in vain`);
