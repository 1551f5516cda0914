/* Classes of characters, as in src/search/fold.rs. */
export const GAP = 0;
export const GRAM = 1;
export const WORD = 2;

/* First and last characters of ranges, as in src/search/fold.rs; written as steps from one to the next, in base 36. */
export function ranges(steps) {
  let at = 0;
  return steps.split(' ').map((step) => (at += parseInt(step, 36)));
}
const GRAMS = ranges('3cw 73 5xi 2 q 8 o 2d 7 2 2 2h 2 43 h v 1d f e9 533 1t g73 1up v ht 8ov 6ip e7 1fk1 2t4v');
const GAPS = ranges('0 4p 2 9 2 3 2 4 o 0 w 0 64p 33 1d 1b 5d 227 e9 16n we9 6in 101 2n 41 f 5t v 1bep 267 2u4h i9dr');
export function within(list, u) {
  for (let i = 0; i < list.length; i += 2) if (u <= list[i + 1]) return u >= list[i];
  return false;
}

export function classOf(u) {
  if (u >= 0x4e00 && u <= 0x9fff) return GRAM;
  if ((u >= 0x61 && u <= 0x7a) || (u >= 0x30 && u <= 0x39)) return WORD;
  if (u < 0x80) return GAP;
  if (within(GRAMS, u)) return GRAM;
  return within(GAPS, u) ? GAP : WORD;
}
