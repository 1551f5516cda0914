// The script folds and cuts as the program does: tests/judged/vectors.tsv, which `cargo test` checks on the other side.
// node tests/browser/search-fold.mjs OUTPUT [VECTORS] (columns: text, folded, terms joined by |; each a JSON string)
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { engine } from './engine.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { core } = engine(process.argv[2]);
const pairs = (name) => {
  const chars = Array.from(fs.readFileSync(path.join(root, `src/search/${name}.txt`), 'utf8'), (c) => c.codePointAt(0));
  return chars.flatMap((c, at) => (at % 2 ? [] : [[c, chars[at + 1]]]));
};
const simplified = new Map(pairs('simplified'));
for (const [radical, c] of pairs('radicals')) simplified.set(radical, simplified.get(c) ?? c);

const terms = (folded) =>
  folded.split(/[ \n]/).flatMap((part) => {
    const all = core.runs(part);
    return all.flatMap(({ kind, chars }, run) => {
      const before = run ? all[run - 1].chars.slice(-1)[0] : '';
      if (kind === 2) return (before ? [before + chars[0]] : []).concat(chars.slice(0, 20).join(''));
      return chars.flatMap((c, at) => (at ? [chars[at - 1] + c, c] : before ? [before + c, c] : [c]));
    });
  });
let count = 0;
let wrong = 0;
for (const line of fs
  .readFileSync(process.argv[3] || path.join(root, 'tests/judged/vectors.tsv'), 'utf8')
  .split('\n')
  .filter(Boolean)) {
  const [text, folded, cut] = line.split('\t').map((field) => JSON.parse(field));
  const got = core.fold(text, simplified);
  if (got.text !== folded || terms(got.text).join('|') !== cut || got.at.length !== got.text.length) {
    if (wrong++ < 10)
      console.log(
        JSON.stringify(text),
        [...text].map((c) => c.codePointAt(0).toString(16)),
        'want',
        JSON.stringify(folded),
        'got',
        JSON.stringify(got.text),
        cut === terms(got.text).join('|')
      );
  }
  count++;
}
assert.strictEqual(wrong, 0, `${wrong} of ${count} vectors differ`);
console.log(`${count} vectors agree`);
