/* What folding decides by the neighbours of a character: the same steps as src/search/context.rs. */
import { GAP, GRAM, WORD, classOf } from './classes.js';

const isHan = (u) => u === 0x3007 || (u >= 0x3400 && u <= 0x9fff) || (u >= 0x20000 && classOf(u) === GRAM);
const isBlank = (u) => u === 32 || u === 9 || u === 0x3000;
const isLetter = (u) => u >= 97 && u <= 122;

/* Calls `put` with the place and the class of every character that stays: of blanks that only align none does, and the signs of `C++`,
   `C#` and `.NET` are characters. */
export function resolve(codes, put) {
  let isAlone = false;
  let before = GAP;
  for (let at = 0; at < codes.length; at++) {
    const u = codes[at];
    const kind = classOf(u);
    if (kind === GAP) {
      const next = isAlone ? aligned(codes, at) : 0;
      if (next) {
        put(next, GRAM);
        at = next;
        continue;
      }
      const count = signs(codes, at, before);
      for (let k = 0; k < count; k++) put(at + k, GRAM);
      if (count) {
        at += count - 1;
        isAlone = false;
        before = GRAM;
        continue;
      }
    }
    isAlone = kind === GRAM && before === GAP && isHan(u);
    before = kind;
    put(at, kind);
  }
}

/* The place of a single character behind blanks, or 0. */
function aligned(codes, at) {
  let next = at;
  while (isBlank(codes[next])) next++;
  const isSingle = next > at && isHan(codes[next]) && (next + 1 === codes.length || classOf(codes[next + 1]) === GAP);
  return isSingle ? next : 0;
}

/* How many of these are signs that belong to a name. */
function signs(codes, at, before) {
  const u = codes[at];
  // The point of .net.
  if (u === 46) {
    const isName = before !== WORD && codes[at + 1] === 110 && codes[at + 2] === 101 && codes[at + 3] === 116;
    return isName && (at + 4 === codes.length || classOf(codes[at + 4]) !== WORD) ? 1 : 0;
  }
  const count = u === 35 ? 1 : u === 43 && codes[at + 1] === 43 ? 2 : 0;
  return count && before === WORD && isLetter(codes[at - 1]) && !isLetter(codes[at + count]) ? count : 0;
}

/* The same in a text that is not folded: Han characters that stand alone between blanks. */
export const BLANKS = /[ \t\u00a0\u2000-\u200a\u3000]+/g;
export const ALIGNED =
  /(^|[^\u3007\u3400-\u9fffA-Za-z0-9])([\u3007\u3400-\u9fff](?:[ \t\u00a0\u2000-\u200a\u3000]+[\u3007\u3400-\u9fff])+)(?![\u3007\u3400-\u9fffA-Za-z0-9])/g;
