/* Folding and classes of characters: the same steps as src/search/fold.rs. */
export var GAP = 0, GRAM = 1, WORD = 2;

/* First and last characters of ranges, as in src/search/fold.rs; written as steps from one to the next, in base 36. */
function ranges(steps) {
  var at = 0;
  return steps.split(" ").map(function (step) { return at += parseInt(step, 36); });
}
var LATE = ranges("120 0 1f 1 1o 1 jy 8 17 8 oa 0 255 0 q2 1d bd 1 a8 0 ir 2 2a8 0 1c 0 odd 1 6 1b 1i 0 n1 0 hs7 38 bh 1q 13l 1h 86 2c 3n 3 6j 0 lu 26 128 j 16m 1 d0c h 2es 7 8m 1f 7x 1 cvm 3 5gw z tq 1 88 1d th 0 1rj 6y f3 0 fy 3 73 1 6s i 457 9");
var GRAMS = ranges("3cw 73 5xi 2 q 8 o 2d 7 2 2 2h 2 43 h v 1d f e9 533 1t g73 1up v ht 8ov 6ip e7 1fk1 2t4v");
var GAPS = ranges("0 4p 2 9 2 3 2 4 o 0 w 0 64p 33 1d 1b 5d 227 e9 16n we9 6in 101 2n 41 f 5t v 1bep 267 2u4h i9dr");
var IGNORED = ranges("4t 0 iq 0 jx 0 283 1 190 1 2e 4 1ks 4 r 4 1e f 3cl 0 14f0 f 6o 0 4h 0 11c0 3 440 7 h406 35r");

function within(ranges, u) {
  for (var i = 0; i < ranges.length; i += 2) if (u <= ranges[i + 1]) return u >= ranges[i];
  return false;
}
export function classOf(u) {
  if (u >= 0x4E00 && u <= 0x9FFF) return GRAM;
  if (u >= 0x61 && u <= 0x7A || u >= 0x30 && u <= 0x39) return WORD;
  if (u < 0x80) return GAP;
  return within(GRAMS, u) ? GRAM : within(GAPS, u) ? GAP : WORD;
}
function simple(u) {
  return u < 0x80 || u >= 0x4E00 && u <= 0x9FFF || u >= 0xFF01 && u <= 0xFF5E || u >= 0x3000 && u <= 0x3002 || u >= 0x3008 && u <= 0x3011 || u >= 0x2014 && u <= 0x2026;
}

export function normal(text) { return text.normalize("NFKC"); }
/* Characters that may join, normalised: as [text, place] of those that do, so that each one's place is known. */
function joined(chars) {
  var parts = [], whole = normal(chars.map(function (one) { return one[0]; }).join("")), open = "";
  chars.forEach(function (one) {
    var last = parts[parts.length - 1], both = last && normal(open + one[0]), alone = normal(one[0]);
    if (last && both !== last[0] + alone) { open += one[0]; last[0] = both; } else { open = one[0]; parts.push([alone, one[1]]); }
  });
  // What joins over more than its neighbour has one place.
  return parts.map(function (part) { return part[0]; }).join("") === whole ? parts : [[whole, chars[0][1]]];
}

/* Folds a text. `at` says for each unit of the folded text where it began in the original. */
export function fold(text, simplified) {
  var out = "", at = [], gap = "";
  function push(u, from) {
    if (classOf(u) === GAP) {
      if (u === 10) gap = "\n"; else if (!gap) gap = " ";
      return;
    }
    if (gap && out) { out += gap; at.push(from); }
    gap = "";
    if (simplified && u >= 0x3400) u = simplified.get(u) || u;
    out += String.fromCodePoint(u);
    at.push(from);
    if (u > 0xFFFF) at.push(from);
  }
  for (var i = 0; i < text.length;) {
    var u = text.codePointAt(i), end = i + (u > 0xFFFF ? 2 : 1);
    if (simple(u) && (end >= text.length || simple(text.codePointAt(end)))) {
      if (u >= 0xFF01 && u <= 0xFF5E) u -= 0xFEE0;
      push(u >= 65 && u <= 90 ? u + 32 : u, i);
    } else {
      var kept = [], next = u, from = i;
      do {
        if (next >= 0xD800 && next <= 0xDFFF || within(LATE, next)) kept.push([" ", from]);
        else if (!within(IGNORED, next)) kept.push([String.fromCodePoint(next), from]);
        if (end >= text.length) break;
        from = end;
        next = text.codePointAt(end);
        if (simple(next)) break;
        end += next > 0xFFFF ? 2 : 1;
      } while (true);
      joined(kept).forEach(function (part) { for (var c of part[0]) for (var l of c.toLowerCase()) push(l.codePointAt(0), part[1]); });
    }
    i = end;
  }
  return { text: out, at: at };
}
