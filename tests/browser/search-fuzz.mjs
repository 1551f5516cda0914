// Damaged files and hostile queries: an answer or an error, never a hang. Seeded. node tests/browser/search-fuzz.mjs OUTPUT [ROUNDS]
import assert from 'node:assert';
import { engine } from './engine.mjs';

const [, , output, rounds = '300'] = process.argv;
let seed = 1;
const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
let hurt = 0;
const { core, load, more } = engine(output, (name, got) => {
  if (!hurt || typeof got !== 'string' || !random(2)) return got;
  const at = random(got.length);
  return random(2) ? got.slice(0, at) : got.slice(0, at) + String.fromCharCode(33 + random(90)) + got.slice(at + 1);
});
const pool = ['会议', '記錄', 'a', 'tidb', '"', '-', '\ud800', '\udc00', '〔2024〕', '12号', ' ', '\u3000', '.*', '<b>', '\u0301', '𠀀', 'か\u3099', '\0', '\u0002', 'sanhui', '🙂'];
let answered = 0;
for (let round = 0; round < +rounds; round++) {
  hurt = round % 2;
  const query = Array.from({ length: 1 + random(round % 50 === 0 ? 4000 : 6) }, () => pool[random(pool.length)]).join('');
  const started = Date.now();
  try {
    const index = await core.open(load, more);
    const search = await index.search(query);
    for (const hit of search.hits.slice(0, 3)) if (await index.check(search, hit)) await index.show(search, hit);
    await (await index.more()).near(query);
    await index.suggest(query, 5);
    answered++;
  } catch (error) {
    assert(hurt, `${JSON.stringify(query)}: ${error.stack}`);
  }
  assert(Date.now() - started < 20000, `slow: ${JSON.stringify(query.slice(0, 200))}`);
}
console.log(`${rounds} rounds, ${answered} answered`);
