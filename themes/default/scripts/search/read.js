/* Numbers and texts of the index: the way back from src/search/coder.rs, pack.rs and lists.rs. */
export var DIGITS = "0123456789abcdefghijkmnpqrstuvwx";
/* Thirteen characters of 93 hold 85 bits; fewer, at the end, so many. */
var SIZES = [0, 6, 13, 19, 26, 32, 39, 45, 52, 58, 65, 71, 78, 85];
/* All that can be printed but quotation mark and backslash. */
function digit(text, at) { var c = text.charCodeAt(at); return c - (c > 92 ? 34 : c > 34 ? 33 : 32); }
function bytesOf(text) {
  var bytes = new Uint8Array(text.length * 0.82 + 64 >> 0), held = 0, bits = 0, n = 0;
  function put(part, size) {
    held = held << size | part & (1 << size) - 1;
    bits += size;
    while (bits >= 8) { bits -= 8; bytes[n++] = held >> bits; }
    held &= (1 << bits) - 1;
  }
  for (var i = 0; i < text.length; i += 13) {
    // A number of 85 bits in five parts of 17, two digits at a time: a part times 93 * 93 stays a small number.
    var end = Math.min(i + 13, text.length), k = i, a = 0, b = 0, c = 0, d = 0, e = end - i & 1 ? digit(text, k++) : 0;
    for (; k < end; k += 2) {
      e = e * 8649 + digit(text, k) * 93 + digit(text, k + 1);
      d = d * 8649 + (e >> 17);
      c = c * 8649 + (d >> 17);
      b = b * 8649 + (c >> 17);
      a = a * 8649 + (b >> 17) & 0x1FFFF;
      e &= 0x1FFFF; d &= 0x1FFFF; c &= 0x1FFFF; b &= 0x1FFFF;
    }
    var skip = 85 - SIZES[end - i];
    if (!skip) { put(a, 17); put(b, 17); put(c, 17); put(d, 17); put(e, 17); continue; }
    [a, b, c, d, e].forEach(function (part) {
      if (skip < 17) put(part, 17 - Math.max(skip, 0));
      skip -= 17;
    });
  }
  return bytes;
}
export function Bits(text) { this.bytes = bytesOf(text); this.at = 0; }
Bits.prototype.raw = function (n) {
  var value = 0;
  for (; n > 0; n--, this.at++) value = value * 2 + (this.bytes[this.at >> 3] >> (7 - (this.at & 7)) & 1);
  return value;
};
Bits.prototype.number = function (k) {
  while (this.raw(1) && k < 31) k++;
  return this.raw(k) + Math.pow(2, k) - this.start;
};
export function golomb(bits, k) { bits.start = 1 << k; return bits.number(k); }

var RATE = new Uint8Array([1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5]);
var LENGTH = 320 + 129 * 128 + 2 * 65536, END = LENGTH + 64, LOW = 192;
export function Decoder(text, chances) {
  this.bytes = bytesOf(text);
  this.chances = chances;
  // Range and code: numbers of 32 bits are quick in such an array only.
  this.s = new Uint32Array(2);
  this.s[0] = 0xFFFFFFFF;
  this.place = 4;
  for (var i = 0; i < 4; i++) this.s[1] = this.s[1] << 8 | this.bytes[i];
}
var D = Decoder.prototype;
export function fresh(size) { return new Uint16Array(size).fill(2048 << 4); }
D.fill = function () {
  var s = this.s;
  if (!s[0]) throw new Error("damaged");
  while (s[0] < 0x1000000) {
    s[0] <<= 8;
    s[1] = s[1] << 8 | this.bytes[this.place++];
  }
};
D.bit = function (at) { return this.leaf(at - 1, 1) & 1; };
D.direct = function (n) {
  for (var s = this.s, value = 0; n > 0; n -= k) {
    var k = Math.min(n, 12);
    s[0] >>>= k;
    var part = Math.min(s[1] / s[0] >>> 0, (1 << k) - 1);
    s[1] -= part * s[0];
    value = value * (1 << k) + part;
    if (s[0] < 0x1000000) this.fill();
  }
  return value;
};
D.below = function (size) {
  var s = this.s;
  s[0] = s[0] / size;
  var value = s[1] / s[0] >>> 0;
  s[1] -= value * s[0];
  this.fill();
  return value;
};
/* A part of a scale: the number in from..to at which it lies. */
D.share = function (sums, from, to) {
  var s = this.s;
  s[0] = s[0] / (sums[to] - sums[from]);
  var wanted = sums[from] + (s[1] / s[0] >>> 0), low = from, high = to - 1;
  while (low < high) { var middle = low + high + 1 >> 1; if (sums[middle] <= wanted) low = middle; else high = middle - 1; }
  s[1] -= (sums[low] - sums[from]) * s[0];
  s[0] *= sums[low + 1] - sums[low];
  this.fill();
  return low;
};
D.tree = function (base, bits) { return this.leaf(base, bits) - (1 << bits); };
D.leaf = function (base, bits) {
  var chances = this.chances, s = this.s, range = s[0], code = s[1], node = 1;
  for (; bits > 0; bits--) {
    var at = base + node, chance = chances[at], value = chance >> 4, count = chance & 15, bound = Math.imul(range >>> 12, value) >>> 0;
    if (code < bound) {
      range = bound;
      value += 4096 - value >> RATE[count];
      node <<= 1;
    } else {
      code = code - bound >>> 0;
      range = range - bound >>> 0;
      value -= value >> RATE[count];
      node = node << 1 | 1;
    }
    if (value < 16) value = 16; else if (value > 4080) value = 4080;
    chances[at] = value << 4 | (count < 15 ? count + 1 : 15);
    while (range < 0x1000000) {
      if (!range) throw new Error("damaged");
      range = range << 8 >>> 0;
      code = (code << 8 | this.bytes[this.place++]) >>> 0;
    }
  }
  s[0] = range;
  s[1] = code;
  // The tree began with 1.
  return node;
};
D.number = function (base, treeBits) {
  var bits = this.tree(base, treeBits);
  if (!bits) return 0;
  var value = 2 | this.bit(LOW + bits * 4 + 1);
  if (bits > 1) {
    value = value << 1 | this.bit(LOW + bits * 4 + 2 + (value & 1));
    if (bits > 2) value = value * Math.pow(2, bits - 2) + this.direct(bits - 2);
  }
  return value - 1;
};
/* Ascending numbers; `sums`, where given, says what each weighs. */
D.ascending = function (out, from, n, low, high, sums) {
  if (!n) return;
  if (high - low + 1 === n) { for (var i = 0; i < n; i++) out[from + i] = low + i; return; }
  var middle = n >> 1, first = low + middle, last = high - (n - 1 - middle);
  var value = sums ? this.share(sums, first, last + 1) : first + this.below(last - first + 1);
  out[from + middle] = value;
  this.ascending(out, from, middle, low, value - 1, sums);
  this.ascending(out, from + middle + 1, n - middle - 1, value + 1, high, sums);
};

/* The dictionary, and what unpacks a text after it. One working copy of chances and units serves all texts: to make one
   costs more than to read a small text. */
export function Book(data) {
  this.size = 0;
  this.units = new Uint16Array(0);
  this.chances = this.work = fresh(END);
  var size = this.unpack(data, 0).length;
  this.size = size;
  this.work = new Uint16Array(END);
}
/* A text, or as much of it as its first blocks take: a reader rarely wants the rest. */
Book.prototype.unpack = function (data, blocks) {
  var at = data.indexOf(" "), end = this.size + +data.slice(0, at), text = "";
  if (end > this.units.length) { var more = new Uint16Array(end + 4096); more.set(this.units); this.units = more; }
  if (this.work !== this.chances) this.work.set(this.chances);
  var all = { d: new Decoder(data.slice(at + 1), this.work), units: this.units, place: this.size, end: end, last: 0, state: 0, left: blocks || Infinity };
  while (all.place < end && all.left > 0) stretch(all);
  for (var i = this.size; i < all.place; i += 4096) text += String.fromCharCode.apply(null, this.units.subarray(i, Math.min(i + 4096, all.place)));
  return text;
};
/* A stretch of a text: short, so that what is done here is soon compiled. */
function stretch(all) {
  var d = all.d, units = all.units, place = all.place, last = all.last, state = all.state, left = all.left, end = Math.min(place + 200, all.end);
  while (place < end && left > 0) {
    var b = place ? units[place - 1] : 0, ascii = b < 128 ? 1 : 0;
    if (d.bit(8 * ascii + state)) {
      var repeat = d.bit(16 + state), length = d.number(LENGTH + 32 * ascii + 16 * repeat, 4) + 1;
      if (!repeat) last = d.number(64 + 32 * Math.min(length - 1, 3), 5) + 1;
      if (last > place || place + length > all.end) throw new Error("damaged");
      for (; length > 0; length--, place++) if ((units[place] = units[place - last]) === 6) left--;
      state = (state << 1 | 1) & 7;
      continue;
    }
    var e = place > 1 ? units[place - 2] : 0;
    if (d.bit(24 + (2 * (b < 128) | (e < 128)))) {
      var high = d.tree(320 + 129 * 128 + (b >> 8) * 256, 8);
      units[place] = high << 8 | d.tree(320 + 129 * 128 + 65536 + high * 256, 8);
    } else if ((units[place] = d.tree(320 + Math.min(b, 128) * 128, 7)) === 6) left--;
    place++;
    state = state << 1 & 7;
  }
  all.place = place;
  all.last = last;
  all.state = state;
  all.left = left;
}

/* A term, as code points, by what it shares with the one before. */
export function front(d, before) {
  var shared = d.number(320, 4), more = d.number(336, 4), term = before.slice(0, shared);
  if (shared > before.length || shared + more > 64) throw new Error("damaged");
  for (var i = 0; i < more; i++) {
    if (i === 0 && shared < before.length) { term.push(before[shared] + d.number(352, 5)); continue; }
    var last = term.length ? term[term.length - 1] : 0, c = d.tree(704 + (digitOf(last) + 37) % 37 * 64, 6);
    term.push(c < 10 ? 48 + c : c < 36 ? 87 + c : d.number(384, 5));
  }
  return term;
}
function digitOf(u) { return u >= 48 && u <= 57 ? u - 48 : u >= 97 && u <= 122 ? u - 87 : -1; }
export function stringOf(term) { return String.fromCodePoint.apply(null, term); }
function utf8(text) { return unescape(encodeURIComponent(text)); }
export function hash(text) {
  var bytes = utf8(text), h = 0x811C9DC5;
  for (var i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes.charCodeAt(i), 0x01000193);
  return (Math.imul(h ^ h >>> 15, 0x2C1B3C6D) ^ h >>> 13) >>> 0;
}
export function base32(value, digits) {
  var text = "";
  for (; digits > 0; digits--, value >>>= 5) text += DIGITS[value & 31];
  return text;
}
/* By code points, as the shards are sorted. */
export function order(a, b) {
  var i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === a.length || i === b.length) return a.length - b.length;
  var x = a.charCodeAt(i), y = b.charCodeAt(i);
  if (x >= 0xD800 && y >= 0xD800) { x += x < 0xE000 ? 0x2000 : -0x800; y += y < 0xE000 ? 0x2000 : -0x800; }
  return x - y;
}

