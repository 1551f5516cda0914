/* Folding and classes of characters: the same steps as src/search/fold.rs. */
export const GAP = 0;
export const GRAM = 1;
export const WORD = 2;

/* First and last characters of ranges, as in src/search/fold.rs; written as steps from one to the next, in base 36. */
function ranges(steps) {
  let at = 0;
  return steps.split(' ').map((step) => (at += parseInt(step, 36)));
}
const LATE = ranges(
  '120 0 1f 1 1o 1 jy 8 17 8 oa 0 255 0 q2 1d bd 1 a8 0 ir 2 2a8 0 1c 0 odd 1 6 1b 1i 0 n1 0 hs7 38 bh 1q 13l 1h 86 2c 3n 3 6j 0 lu 26 128 j 16m 1 d0c h 2es 7 8m 1f 7x 1 cvm 3 5gw z tq 1 88 1d th 0 1rj 6y f3 0 fy 3 73 1 6s i 457 9'
);
const GRAMS = ranges('3cw 73 5xi 2 q 8 o 2d 7 2 2 2h 2 43 h v 1d f e9 533 1t g73 1up v ht 8ov 6ip e7 1fk1 2t4v');
const GAPS = ranges('0 4p 2 9 2 3 2 4 o 0 w 0 64p 33 1d 1b 5d 227 e9 16n we9 6in 101 2n 41 f 5t v 1bep 267 2u4h i9dr');
const IGNORED = ranges('4t 0 iq 0 jx 0 283 1 190 1 2e 4 1ks 4 r 4 1e f 3cl 0 14f0 f 6o 0 4h 0 11c0 3 440 7 h406 35r');

function within(list, u) {
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

function isSimple(u) {
  return (
    u < 0x80 ||
    (u >= 0x4e00 && u <= 0x9fff) ||
    (u >= 0xff01 && u <= 0xff5e) ||
    (u >= 0x3000 && u <= 0x3002) ||
    (u >= 0x3008 && u <= 0x3011) ||
    (u >= 0x2014 && u <= 0x2026)
  );
}

export function normalize(text) {
  return text.normalize('NFKC');
}

/* Characters that may join, normalised: as [text, place] of those that do, so that each one's place is known. */
function joined(chars) {
  const parts = [];
  const whole = normalize(chars.map(([c]) => c).join(''));
  let pending = '';
  for (const [c, place] of chars) {
    const last = parts[parts.length - 1];
    const together = last && normalize(pending + c);
    const alone = normalize(c);
    if (last && together !== last[0] + alone) {
      pending += c;
      last[0] = together;
    } else {
      pending = c;
      parts.push([alone, place]);
    }
  }
  // What joins over more than its neighbour has one place.
  return parts.map(([text]) => text).join('') === whole ? parts : [[whole, chars[0][1]]];
}

/* Folds a text. `at` says for each unit of the folded text where it began in the original. */
export function fold(text, simplified) {
  const at = [];
  let out = '';
  let gap = '';
  function push(code, from) {
    let u = code;
    if (classOf(u) === GAP) {
      if (u === 10) gap = '\n';
      else if (!gap) gap = ' ';
      return;
    }
    if (gap && out) {
      out += gap;
      at.push(from);
    }
    gap = '';
    if (simplified && u >= 0x3400) u = simplified.get(u) || u;
    out += String.fromCodePoint(u);
    at.push(from);
    if (u > 0xffff) at.push(from);
  }
  for (let i = 0; i < text.length;) {
    let u = text.codePointAt(i);
    let end = i + (u > 0xffff ? 2 : 1);
    if (isSimple(u) && (end >= text.length || isSimple(text.codePointAt(end)))) {
      if (u >= 0xff01 && u <= 0xff5e) u -= 0xfee0;
      push(u >= 65 && u <= 90 ? u + 32 : u, i);
    } else {
      const kept = [];
      let from = i;
      for (;;) {
        if ((u >= 0xd800 && u <= 0xdfff) || within(LATE, u)) kept.push([' ', from]);
        else if (!within(IGNORED, u)) kept.push([String.fromCodePoint(u), from]);
        if (end >= text.length) break;
        from = end;
        u = text.codePointAt(end);
        if (isSimple(u)) break;
        end += u > 0xffff ? 2 : 1;
      }
      for (const [part, place] of joined(kept)) {
        for (const c of part) for (const lower of c.toLowerCase()) push(lower.codePointAt(0), place);
      }
    }
    i = end;
  }
  return { text: out, at };
}
