// Damaged files and hostile queries: an answer or an error, never a hang; what is shown on whole files is true. Seeded. node tests/browser/search-fuzz.mjs OUTPUT [ROUNDS]
import assert from 'node:assert';
import { engine } from './engine.mjs';

const [, , output, rounds = '300'] = process.argv;
let seed = 1;
const random = (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
};
let hurt = 0;
const { core, load, more } = engine(output, (name, got) => {
  if (!hurt || !Array.isArray(got) || !random(2)) return got;
  const at = random(got[0].length);
  const [whole, ...maps] = got;
  return [random(2) ? whole.slice(0, at) : whole.slice(0, at) + String.fromCharCode(33 + random(90)) + whole.slice(at + 1), ...maps];
});
const pool = [
  '会议',
  '支部',
  '记录',
  '党',
  ' ',
  '“',
  '”',
  '－',
  '(a+)+$',
  '[',
  '*',
  '&lt;',
  '記錄',
  'a',
  'tidb',
  '"',
  '-',
  '\ud800',
  '\udc00',
  '〔2024〕',
  '12号',
  ' ',
  '\u3000',
  '.*',
  '<b>',
  '\u0301',
  '𠀀',
  'か\u3099',
  '\0',
  '\u0002',
  'sanhui',
  '🙂',
];
const WIDE = /[\uff0d\u2212]/g;
const same = (pieces) => pieces.map((piece) => `${piece.not ? '-' : ''}${piece.exact ? `"${piece.text}"` : piece.text}`).join(' ');
/** Whatever is typed: a few pieces that stand in it, and the pieces typed again are those pieces. */
function parses(query) {
  const pieces = core.parse(query);
  assert(pieces.length <= 40, 'too many pieces');
  for (const { text, exact } of pieces) {
    assert(text && !text.includes('"') && (exact || !/\s/.test(text)), `not a piece: ${JSON.stringify(text)}`);
    assert(query.replace(WIDE, '-').includes(text.replace(WIDE, '-')), `not typed: ${JSON.stringify(text)}`);
  }
  const again = core.parse(same(pieces));
  // Beyond 600 characters a query is cut, which its own spelling may be once more; a wide minus is one only where a piece begins.
  if (same(pieces).length <= 600 && !/[\uff0d\u2212]/.test(same(pieces))) assert.strictEqual(same(again), same(pieces));
  return pieces.length;
}
/** A result holds what was asked, nothing that was not wanted, and shows its own words. */
async function holds(index, search, hit) {
  let whole = '';
  let raw = '';
  for (let at = index.starts[hit.page]; at < index.starts[hit.page + 1]; at++) {
    const { about, text } = await index.block(at);
    const lines = (at === index.starts[hit.page] ? [about.title, about.facts, about.keywords] : []).concat(
      text.split('\n').map((line) => (line[0] === '\u0002' ? line.slice(line.indexOf('\u0002', 1) + 1) : line))
    );
    raw += `${lines.join('\n')}\n`;
  }
  whole = core.fold(raw, await index.simplify()).text;
  for (const group of search.groups) {
    const has = group.phrases.concat(group.found.map((one) => one.phrase)).some((phrase) => core.find(whole, phrase, 0) >= 0);
    assert.strictEqual(has, !group.not, `${JSON.stringify(search.query)} on page ${hit.page}: ${JSON.stringify(group.phrases)}`);
  }
  const row = await index.show(search, hit);
  for (const pieces of [row.title, row.head, row.text]) {
    assert(
      raw.includes(
        pieces
          .map(([text]) => text)
          .join('')
          .replace(/^\u2026\u2026|\u2026\u2026$/g, '')
      ),
      'shows what is not there'
    );
    for (const [text, hit] of pieces)
      assert(
        !hit || search.phrases.some((phrase) => core.fold(text, index.simplified).text.includes(phrase)),
        `marks ${JSON.stringify(text)}`
      );
  }
}
let answered = 0;
let shown = 0;
let pieces = 0;
for (let round = 0; round < +rounds; round++) {
  hurt = round % 2;
  const query = Array.from({ length: 1 + random(round % 50 === 0 ? 4000 : 6) }, () => pool[random(pool.length)]).join('');
  pieces += parses(query);
  const started = Date.now();
  try {
    const index = await core.open(load, more);
    const search = await index.search(query);
    for (const hit of search.hits.slice(0, 3)) {
      if (!(await index.check(search, hit))) continue;
      if (hurt) await index.show(search, hit);
      else await holds(index, search, hit);
      shown++;
    }
    await index.near(query);
    await index.suggest(query, 5);
    answered++;
  } catch (error) {
    assert(hurt, `${JSON.stringify(query)}: ${error.stack}`);
  }
  assert(Date.now() - started < 20000, `slow: ${JSON.stringify(query.slice(0, 200))}`);
}
// Nobody types so much, but a paste may.
for (const long of [
  '会'.repeat(10_000),
  'a '.repeat(5000),
  '"-'.repeat(5000),
  '((a+)+'.repeat(1700),
  '\ud800'.repeat(10_000),
  '<img src=x onerror=alert(1)>'.repeat(360),
]) {
  const started = Date.now();
  parses(long);
  hurt = 0;
  const index = await core.open(load, more);
  await index.search(long);
  assert(Date.now() - started < 20000, `slow: ${long.slice(0, 20)}`);
}
assert(+rounds < 100 || (shown > 20 && pieces > +rounds), `${shown} shown, ${pieces} pieces: the queries ask for nothing`);
console.log(`${rounds} rounds, ${answered} answered, ${shown} results looked through, ${pieces} pieces parsed`);
