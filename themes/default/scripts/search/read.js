/* Numbers and texts of the index: the way back from src/search/coder.rs, pack.rs and lists.rs. */
var ALPHABET = "!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
export var DIGITS = "0123456789abcdefghijkmnpqrstuvwx";
var VALUES = new Uint8Array(128);
for (var v = 0; v < 91; v++) VALUES[ALPHABET.charCodeAt(v)] = v;
function bytesOf(text) {
  var bytes = new Uint8Array(text.length / 2 * 13 >> 3), held = 0, bits = 0, n = 0;
  for (var i = 0; i + 1 < text.length; i += 2) {
    held = held << 13 | VALUES[text.charCodeAt(i)] * 91 + VALUES[text.charCodeAt(i + 1)];
    bits += 13;
    while (bits >= 8) { bits -= 8; bytes[n++] = held >> bits; }
    held &= (1 << bits) - 1;
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

var RATE = [2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5];
var END = 320 + 129 * 128 + 2 * 65536, LOW = 192;
export function Decoder(text, chances) {
  this.bytes = bytesOf(text);
  this.chances = chances;
  this.range = 0xFFFFFFFF;
  this.code = 0;
  this.place = 0;
  for (var i = 0; i < 4; i++) this.code = (this.code << 8 | this.next()) >>> 0;
}
export function fresh(size) { return new Uint16Array(size).fill(2048 << 4); }
Decoder.prototype.next = function () { return this.place < this.bytes.length ? this.bytes[this.place++] : 0; };
Decoder.prototype.fill = function () {
  if (!(this.range >= 1)) throw new Error("damaged");
  while (this.range < 0x1000000) {
    this.range = this.range << 8 >>> 0;
    this.code = (this.code << 8 | this.next()) >>> 0;
  }
};
Decoder.prototype.bit = function (at) {
  var chance = this.chances[at], value = chance >> 4, count = chance & 15, rate = RATE[count], bit = 0;
  var bound = (this.range >>> 12) * value;
  if (this.code < bound) {
    this.range = bound;
    value += 4096 - value >> rate;
  } else {
    bit = 1;
    this.code -= bound;
    this.range -= bound;
    value -= value >> rate;
  }
  if (value < 16) value = 16; else if (value > 4080) value = 4080;
  this.chances[at] = value << 4 | (count < 15 ? count + 1 : 15);
  if (this.range < 0x1000000) this.fill();
  return bit;
};
Decoder.prototype.direct = function (n) {
  var value = 0;
  for (; n > 0; n--) {
    this.range >>>= 1;
    value <<= 1;
    if (this.code >= this.range) { this.code -= this.range; value |= 1; }
    this.fill();
  }
  return value;
};
Decoder.prototype.below = function (size) {
  this.range = Math.floor(this.range / size);
  var value = Math.floor(this.code / this.range);
  this.code -= value * this.range;
  this.fill();
  return value;
};
/* A part of a scale: the number in from..to at which it lies. */
Decoder.prototype.share = function (sums, from, to) {
  this.range = Math.floor(this.range / (sums[to] - sums[from]));
  var wanted = sums[from] + Math.floor(this.code / this.range), low = from, high = to - 1;
  while (low < high) { var middle = low + high + 1 >> 1; if (sums[middle] <= wanted) low = middle; else high = middle - 1; }
  this.code -= (sums[low] - sums[from]) * this.range;
  this.range *= sums[low + 1] - sums[low];
  this.fill();
  return low;
};
Decoder.prototype.tree = function (base, bits) {
  // The same as so many times `bit`, which is most of what reading a text takes: in variables of its own it is twice as quick.
  var chances = this.chances, range = this.range, code = this.code, node = 1;
  for (var i = 0; i < bits; i++) {
    var chance = chances[base + node], value = chance >> 4, count = chance & 15, bound = (range >>> 12) * value;
    if (code < bound) {
      range = bound;
      value += 4096 - value >> RATE[count];
      node <<= 1;
    } else {
      code -= bound;
      range -= bound;
      value -= value >> RATE[count];
      node = node << 1 | 1;
    }
    if (value < 16) value = 16; else if (value > 4080) value = 4080;
    chances[base + (node >> 1)] = value << 4 | (count < 15 ? count + 1 : 15);
    if (range < 0x1000000) {
      this.range = range;
      this.code = code;
      this.fill();
      range = this.range;
      code = this.code;
    }
  }
  this.range = range;
  this.code = code;
  return node - (1 << bits);
};
Decoder.prototype.number = function (base, treeBits) {
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
Decoder.prototype.ascending = function (out, from, n, low, high, sums) {
  if (!n) return;
  if (high - low + 1 === n) { for (var i = 0; i < n; i++) out[from + i] = low + i; return; }
  var middle = n >> 1, first = low + middle, last = high - (n - 1 - middle);
  var value = sums ? this.share(sums, first, last + 1) : first + this.below(last - first + 1);
  out[from + middle] = value;
  this.ascending(out, from, middle, low, value - 1, sums);
  this.ascending(out, from + middle + 1, n - middle - 1, value + 1, high, sums);
};

/* A packed text after a dictionary. */
export function unpack(data, dictionary) {
  var parts = data.split(" "), count = +parts[0], before = dictionary ? dictionary.units.length : 0;
  var units = new Uint16Array(before + count);
  if (dictionary) units.set(dictionary.units);
  var d = new Decoder(parts[1], dictionary ? dictionary.chances.slice() : fresh(END));
  var place = before, last = 0, state = 0;
  while (place < units.length) {
    if (d.bit(state)) {
      var repeat = d.bit(8 + state);
      var length = d.number(32 + 16 * repeat, 4) + 1;
      if (!repeat) last = d.number(64 + 32 * Math.min(length - 1, 3), 5) + 1;
      if (last > place || place + length > units.length) throw new Error("damaged");
      for (; length > 0; length--, place++) units[place] = units[place - last];
      state = (state << 1 | 1) & 7;
      continue;
    }
    var b = place ? units[place - 1] : 0, e = place > 1 ? units[place - 2] : 0, high;
    if (d.bit(16 + ((b < 128 ? 2 : 0) | (e < 128 ? 1 : 0)))) {
      high = d.tree(320 + 129 * 128 + (b >> 8) * 256, 8);
      units[place] = high << 8 | d.tree(320 + 129 * 128 + 65536 + high * 256, 8);
    } else units[place] = d.tree(320 + Math.min(b, 128) * 128, 7);
    place++;
    state = state << 1 & 7;
  }
  return { units: units, chances: d.chances, from: before };
}
export function textOf(packed) {
  var text = "";
  for (var i = packed.from; i < packed.units.length; i += 4096) text += String.fromCharCode.apply(null, packed.units.subarray(i, Math.min(i + 4096, packed.units.length)));
  return text;
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

