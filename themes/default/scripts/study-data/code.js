/*
 * The backup code: a record as a text that can be copied into any chat. Pure.
 *
 *   XT1.SITE.DATA.SUM     DATA: the record's JSON in UTF-8, packed by LZW, in 64 letters; SUM: CRC-32 of all before it
 */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** A dictionary of so many entries is full: then it only serves. */
const FULL = 65536;
/** No record is as long as this when unpacked: a code that claims more is none. */
const LONGEST = 8000000;

export function crc(text) {
  let sum = -1;
  for (let at = 0; at < text.length; at++) {
    sum ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return `000000${((sum ^ -1) >>> 0).toString(36)}`.slice(-7);
}

function width(size) {
  let bits = 9;
  while (1 << bits < size) bits++;
  return bits;
}

function squeeze(bytes) {
  const known = new Map();
  const out = [];
  let size = 257;
  let bits = 0;
  let held = 0;
  let prefix = -1;
  const put = (code) => {
    held |= code << bits;
    bits += width(size);
    while (bits >= 6) {
      out.push(LETTERS[held & 63]);
      held >>>= 6;
      bits -= 6;
    }
  };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charCodeAt(at);
    if (prefix < 0) {
      prefix = byte;
      continue;
    }
    const key = prefix * 256 + byte;
    const found = known.get(key);
    if (found !== undefined) {
      prefix = found;
      continue;
    }
    put(prefix);
    if (size < FULL) known.set(key, size++);
    prefix = byte;
  }
  if (prefix >= 0) {
    put(prefix);
    // The reader counts one entry more from here on; the end is written as it will be read.
    if (size < FULL) size++;
  }
  put(256);
  if (bits) out.push(LETTERS[held & 63]);
  return out.join('');
}

function unsqueeze(text) {
  const before = [];
  const last = [];
  const out = [];
  let size = 257;
  let bits = 0;
  let held = 0;
  let place = 0;
  let previous = -1;
  let total = 0;
  const spell = (code) => {
    const bytes = [];
    for (let now = code; ; now = before[now]) {
      if (now < 256) {
        bytes.push(String.fromCharCode(now));
        break;
      }
      bytes.push(last[now]);
    }
    return bytes.reverse().join('');
  };
  for (;;) {
    // The writer has an entry more than the reader by the time it writes, but for its first word.
    const wide = width(previous >= 0 && size < FULL ? size + 1 : size);
    while (bits < wide) {
      const value = LETTERS.indexOf(text[place++]);
      if (value < 0 || place > text.length) return null;
      held += value * Math.pow(2, bits);
      bits += 6;
    }
    const code = held % Math.pow(2, wide);
    held = Math.floor(held / Math.pow(2, wide));
    bits -= wide;
    if (code === 256) return out.join('');
    if (code > size || (code === size && previous < 0)) return null;
    const word = code < size ? spell(code) : spell(previous) + spell(previous)[0];
    if (previous >= 0 && size < FULL) {
      before[size] = previous;
      last[size] = word[0];
      size++;
    }
    out.push(word);
    total += word.length;
    if (total > LONGEST) return null;
    previous = code;
  }
}

/** The code of a record. */
export function encode(record) {
  const bytes = unescape(encodeURIComponent(JSON.stringify(record)));
  const head = `XT1.${record.site}.${squeeze(bytes)}`;
  return `${head}.${crc(head)}`;
}

/**
 * Reads a code out of whatever it was pasted with: blanks and line ends that chats put in fall away. `error`: `none` (no
 * code at all), `newer`, `wrong` (a character is not what it was, or a part is missing), `site` (another site's: `of`).
 */
export function decode(pasted, site) {
  const text = pasted.replace(/[\s\u200b\u200e\u200f\ufeff]+/g, '');
  const found = /XT(\d+)\.([a-z0-9-]+)\.([A-Za-z0-9_-]*)\.([0-9a-z]{7})/.exec(text);
  if (!found) return { error: /XT\d+\./.test(text) ? 'wrong' : 'none' };
  if (Number(found[1]) > 1) return { error: 'newer' };
  if (crc(found[0].slice(0, -8)) !== found[4]) return { error: 'wrong' };
  if (found[2] !== site) return { error: 'site', of: found[2] };
  const bytes = unsqueeze(found[3]);
  if (bytes === null) return { error: 'wrong' };
  try {
    return { text: decodeURIComponent(escape(bytes)) };
  } catch (e) {
    return { error: 'wrong' };
  }
}
