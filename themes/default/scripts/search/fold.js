/* Folding: the same steps as src/search/fold.rs. */
import { GAP, ranges, within } from './classes.js';
import { resolve } from './context.js';

const LATE = ranges(
  '120 0 1f 1 1o 1 jy 8 17 8 oa 0 255 0 q2 1d bd 1 a8 0 ir 2 2a8 0 1c 0 odd 1 6 1b 1i 0 n1 0 hs7 38 bh 1q 13l 1h 86 2c 3n 3 6j 0 lu 26 128 j 16m 1 d0c h 2es 7 8m 1f 7x 1 cvm 3 5gw z tq 1 88 1d th 0 1rj 6y f3 0 fy 3 73 1 6s i 457 9'
);
const IGNORED = ranges('0 8 6 h 2o 5 2 p e 0 iq 0 jx 0 283 1 190 1 2e 4 1ks 4 r 4 1e f 3cl 0 14f0 f 6o 0 4h 0 11c0 3 440 7 h406 35r');

function isSimple(u) {
  return (
    (u >= 0x20 && u < 0x7f) ||
    (u >= 9 && u <= 13) ||
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
  const codes = [];
  const places = [];
  function push(u, from) {
    if (u === 0x25cb || u === 0x25ef) codes.push(0x3007);
    else codes.push((simplified && u >= 0x2e80 && simplified.get(u)) || u);
    places.push(from);
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
  return runsOf(codes, places);
}

/* Characters as the folded text has them: of all that parts words one blank is left, or one line feed. */
function runsOf(codes, places) {
  const at = [];
  let out = '';
  let gap = '';
  resolve(codes, (place, kind) => {
    const u = codes[place];
    if (kind === GAP) {
      if (u === 10) gap = '\n';
      else if (!gap) gap = ' ';
      return;
    }
    if (gap && out) {
      out += gap;
      at.push(places[place]);
    }
    gap = '';
    out += String.fromCodePoint(u);
    at.push(places[place]);
    if (u > 0xffff) at.push(places[place]);
  });
  return { text: out, at };
}
