/* Terms as keys: front coded, hashed into the names of files, and in the order of those files (src/search/term_files.rs). */

export const DIGITS = '0123456789abcdefghijkmnpqrstuvwx';

/* A term, as code points, by what it shares with the one before. */
export function nextKey(decoder, before) {
  const shared = decoder.number(320, 4);
  const more = decoder.number(336, 4);
  const term = before.slice(0, shared);
  if (shared > before.length || shared + more > 64) throw new Error('damaged');
  for (let i = 0; i < more; i++) {
    if (i === 0 && shared < before.length) {
      term.push(before[shared] + decoder.number(352, 5));
      continue;
    }
    const last = term.length ? term[term.length - 1] : 0;
    const c = decoder.tree(704 + ((digitOf(last) + 37) % 37) * 64, 6);
    term.push(c < 10 ? 48 + c : c < 36 ? 87 + c : decoder.number(384, 5));
  }
  return term;
}

function digitOf(u) {
  if (u >= 48 && u <= 57) return u - 48;
  return u >= 97 && u <= 122 ? u - 87 : -1;
}

export function stringOf(term) {
  return String.fromCodePoint(...term);
}

/* FNV-1a over UTF-8, mixed once more. */
export function hash(text) {
  const bytes = unescape(encodeURIComponent(text));
  let h = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes.charCodeAt(i), 0x01000193);
  return (Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ (h >>> 13)) >>> 0;
}

export function base32(value, digits) {
  let text = '';
  for (let left = digits, rest = value; left > 0; left--, rest >>>= 5) text += DIGITS[rest & 31];
  return text;
}

/* By code points, as the files are sorted. */
export function compare(a, b) {
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === a.length || i === b.length) return a.length - b.length;
  let x = a.charCodeAt(i);
  let y = b.charCodeAt(i);
  if (x >= 0xd800 && y >= 0xd800) {
    x += x < 0xe000 ? 0x2000 : -0x800;
    y += y < 0xe000 ? 0x2000 : -0x800;
  }
  return x - y;
}

/* The place of the file that a key would be in. */
export function shardAt(list, key) {
  return lastWhere(list, (shard) => compare(shard.key, key) <= 0);
}

/* The last of a sorted list that passes; the first if none does. */
export function lastWhere(list, passes) {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (passes(list[middle])) low = middle;
    else high = middle - 1;
  }
  return low;
}
