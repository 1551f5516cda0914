/* Reads the search index (docs/formats.md) and answers queries. Pure: files come through the function it is given. */
var StudyhallSearch = (function () {
  "use strict";
  var FORMAT = 1;
  var ALPHABET = "!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  var DIGITS = "0123456789abcdefghijkmnpqrstuvwx";
  var GAP = 0, GRAM = 1, WORD = 2;
  var TITLE = 1, HEADING = 2, STRONG = 4;

  /* Folding: the same steps as src/search/fold.rs. */
  var LATE = [0x558, 0x558, 0x58B, 0x58C, 0x5C8, 0x5C9, 0x897, 0x89F, 0x8CA, 0x8D2, 0xC3C, 0xC3C, 0x1715, 0x1715, 0x1ABF, 0x1AF0, 0x1C89, 0x1C8A, 0x1DFA, 0x1DFA, 0x209D, 0x209F, 0x2C2F, 0x2C2F, 0x2C5F, 0x2C5F, 0xA7C0, 0xA7C1, 0xA7C7, 0xA7F6, 0xA82C, 0xA82C, 0xAB69, 0xAB69, 0x10570, 0x105E4, 0x10781, 0x107BF, 0x10D50, 0x10D85, 0x10EAB, 0x10EFF, 0x10F82, 0x10F85, 0x11070, 0x11070, 0x11382, 0x113D0, 0x11930, 0x11943, 0x11F41, 0x11F42, 0x1611E, 0x1612F, 0x16D63, 0x16D6A, 0x16EA0, 0x16ED3, 0x16FF0, 0x16FF1, 0x1B123, 0x1B126, 0x1CCD6, 0x1CCF9, 0x1D127, 0x1D128, 0x1D250, 0x1D281, 0x1D6A6, 0x1D6A6, 0x1DF95, 0x1E08F, 0x1E2AE, 0x1E2AE, 0x1E4EC, 0x1E4EF, 0x1E5EE, 0x1E5EF, 0x1E6E3, 0x1E6F5, 0x1FBF0, 0x1FBF9];
  var GRAMS = [0x1100, 0x11FF, 0x3005, 0x3007, 0x3021, 0x3029, 0x3041, 0x3096, 0x309D, 0x309F, 0x30A1, 0x30FA, 0x30FC, 0x318F, 0x31A0, 0x31BF, 0x31F0, 0x31FF, 0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xA960, 0xA97F, 0xAC00, 0xD7FF, 0xF900, 0xFAFF, 0x20000, 0x3FFFF];
  var GAPS = [0, 0xA9, 0xAB, 0xB4, 0xB6, 0xB9, 0xBB, 0xBF, 0xD7, 0xD7, 0xF7, 0xF7, 0x2000, 0x206F, 0x20A0, 0x20CF, 0x2190, 0x2BFF, 0x2E00, 0x33FF, 0xD800, 0xF8FF, 0xFE10, 0xFE6F, 0xFF00, 0xFF0F, 0xFFE0, 0xFFFF, 0x1F000, 0x1FAFF, 0x40000, 0x10FFFF];
  var IGNORED = [0xAD, 0xAD, 0x34F, 0x34F, 0x61C, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F, 0x202A, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF];

  function within(ranges, u) {
    for (var i = 0; i < ranges.length; i += 2) if (u <= ranges[i + 1]) return u >= ranges[i];
    return false;
  }
  function classOf(u) {
    if (u >= 0x4E00 && u <= 0x9FFF) return GRAM;
    if (u >= 0x61 && u <= 0x7A || u >= 0x30 && u <= 0x39) return WORD;
    if (u < 0x80) return GAP;
    return within(GRAMS, u) ? GRAM : within(GAPS, u) ? GAP : WORD;
  }
  function simple(u) {
    return u < 0x80 || u >= 0x4E00 && u <= 0x9FFF || u >= 0xFF01 && u <= 0xFF5E || u >= 0x3000 && u <= 0x3002 || u >= 0x3008 && u <= 0x3011 || u >= 0x2014 && u <= 0x2026;
  }

  /* Folds a text. `at` says for each unit of the folded text where it began in the original. */
  function fold(text, simplified) {
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
        var kept = "", next = u;
        do {
          if (next >= 0xD800 && next <= 0xDFFF || within(LATE, next)) kept += " ";
          else if (!within(IGNORED, next)) kept += String.fromCodePoint(next);
          if (end >= text.length) break;
          next = text.codePointAt(end);
          if (simple(next)) break;
          end += next > 0xFFFF ? 2 : 1;
        } while (true);
        kept = kept.normalize("NFKC");
        for (var c of kept) for (var l of c.toLowerCase()) push(l.codePointAt(0), i);
      }
      i = end;
    }
    return { text: out, at: at };
  }

  /* Numbers and texts of the index: the way back from src/search/pack.rs. */
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
  function Bits(text) { this.bytes = bytesOf(text); this.at = 0; }
  Bits.prototype.raw = function (n) {
    var value = 0;
    for (; n > 0; n--, this.at++) value = value * 2 + (this.bytes[this.at >> 3] >> (7 - (this.at & 7)) & 1);
    return value;
  };
  Bits.prototype.number = function (k) {
    while (this.raw(1) && k < 31) k++;
    return this.raw(k) + Math.pow(2, k) - this.start;
  };
  function golomb(bits, k) { bits.start = 1 << k; return bits.number(k); }

  var RATE = [2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5];
  var END = 320 + 129 * 128 + 2 * 65536, LOW = 192;
  function Decoder(text, chances) {
    this.bytes = bytesOf(text);
    this.chances = chances;
    this.range = 0xFFFFFFFF;
    this.code = 0;
    this.place = 0;
    for (var i = 0; i < 4; i++) this.code = (this.code << 8 | this.next()) >>> 0;
  }
  function fresh(size) { return new Uint16Array(size).fill(2048 << 4); }
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
  Decoder.prototype.tree = function (base, bits) {
    var node = 1;
    for (var i = 0; i < bits; i++) node = node << 1 | this.bit(base + node);
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
  Decoder.prototype.ascending = function (out, from, n, low, high) {
    if (!n) return;
    if (high - low + 1 === n) { for (var i = 0; i < n; i++) out[from + i] = low + i; return; }
    var middle = n >> 1, first = low + middle, last = high - (n - 1 - middle);
    var value = first + this.below(last - first + 1);
    out[from + middle] = value;
    this.ascending(out, from, middle, low, value - 1);
    this.ascending(out, from + middle + 1, n - middle - 1, value + 1, high);
  };

  /* A packed text after a dictionary. */
  function unpack(data, dictionary) {
    var space = data.indexOf(" "), count = +data.slice(0, space), before = dictionary ? dictionary.units.length : 0;
    var units = new Uint16Array(before + count);
    if (dictionary) units.set(dictionary.units);
    var d = new Decoder(data.slice(space + 1), dictionary ? dictionary.chances.slice() : fresh(END));
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
  function textOf(packed) {
    var text = "";
    for (var i = packed.from; i < packed.units.length; i += 4096) text += String.fromCharCode.apply(null, packed.units.subarray(i, Math.min(i + 4096, packed.units.length)));
    return text;
  }

  function front(d, before) {
    var shared = d.number(320, 4), more = d.number(336, 4), term = before.slice(0, shared);
    for (var i = 0; i < more; i++) {
      if (i === 0 && shared < before.length) { term.push(before[shared] + d.number(352, 5)); continue; }
      var c = d.tree(384, 6);
      term.push(c < 10 ? 48 + c : c < 36 ? 87 + c : d.number(448, 5));
    }
    return term;
  }
  function stringOf(term) { return String.fromCodePoint.apply(null, term); }
  function utf8(text) { return unescape(encodeURIComponent(text)); }
  function hash(text) {
    var bytes = utf8(text), h = 0x811C9DC5;
    for (var i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes.charCodeAt(i), 0x01000193);
    return (Math.imul(h ^ h >>> 15, 0x2C1B3C6D) ^ h >>> 13) >>> 0;
  }
  function base32(value, digits) {
    var text = "";
    for (; digits > 0; digits--, value >>>= 5) text += DIGITS[value & 31];
    return text;
  }
  /* By code points, as the shards are sorted. */
  function order(a, b) {
    var i = 0;
    while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
    if (i === a.length || i === b.length) return a.length - b.length;
    var x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x >= 0xD800 && y >= 0xD800) { x += x < 0xE000 ? 0x2000 : -0x800; y += y < 0xE000 ? 0x2000 : -0x800; }
    return x - y;
  }

  /* The pieces of a query: { not, exact, text }. Whatever is typed gives a list, which may be empty. */
  function parse(query) {
    var text = String(query).slice(0, 600).replace(/[\u201c\u201d\u201e\uff02]/g, '"').replace(/(^|\s)[\uff0d\u2212]/g, "$1-");
    var pieces = [], found, rule = /(-?)"([^"]*)"?|(-?)([^\s"]+)/g;
    while ((found = rule.exec(text)) && pieces.length < 12) {
      var words = found[2] !== undefined ? found[2] : found[4];
      if (words) pieces.push({ not: !!(found[1] || found[3]), exact: found[2] !== undefined, text: words });
    }
    return pieces;
  }
  /* A folded phrase as runs of characters or words. */
  function runs(phrase) {
    var list = [], last = null;
    for (var c of phrase) {
      var kind = classOf(c.codePointAt(0));
      if (kind === GAP) { last = null; continue; }
      if (!last || last.kind !== kind) list.push(last = { kind: kind, chars: [], joined: !!last });
      last.chars.push(c);
    }
    return list;
  }
  /* Where a phrase stands in a folded text; a word is found by its beginning only. */
  function find(text, phrase, from) {
    var word = classOf(phrase.codePointAt(0)) === WORD;
    for (var at = text.indexOf(phrase, from); at >= 0; at = text.indexOf(phrase, at + 1)) {
      if (!word || at === 0) return at;
      var low = text.charCodeAt(at - 1);
      var before = low >= 0xDC00 && low <= 0xDFFF ? text.codePointAt(at - 2) : low;
      if (classOf(before) !== WORD) return at;
    }
    return -1;
  }

  var NONE = { blocks: [], flags: [] };
  function both(a, b) {
    var blocks = [], flags = [], i = 0, j = 0;
    while (i < a.blocks.length && j < b.blocks.length) {
      if (a.blocks[i] < b.blocks[j]) i++; else if (a.blocks[i] > b.blocks[j]) j++;
      else { blocks.push(a.blocks[i]); flags.push(a.flags[i++] & b.flags[j++]); }
    }
    return { blocks: blocks, flags: flags };
  }
  function either(lists) {
    if (lists.length === 1) return lists[0];
    var known = new Map();
    lists.forEach(function (list) { for (var i = 0; i < list.blocks.length; i++) known.set(list.blocks[i], (known.get(list.blocks[i]) || 0) | list.flags[i]); });
    var blocks = Array.from(known.keys()).sort(function (a, b) { return a - b; });
    return { blocks: blocks, flags: blocks.map(function (b) { return known.get(b); }) };
  }

  /* `load(name, stamp)` promises the data of a file; it rejects with { stale: true } for another build's. */
  function open(load, more) {
    return load("index").then(function (index) {
      if (index.format !== FORMAT) throw { stale: true };
      var opened = new Index(index, load);
      opened.more = function () { return opened.suggest ? Promise.resolve(opened) : Promise.resolve(more()).then(function () { return opened; }); };
      return opened;
    });
  }
  function Index(index, load) {
    var f = index.fields, n = index.pages, i;
    this.load = load;
    this.build = index.build;
    this.count = n;
    this.cache = new Map();
    this.names = [f[0], f[1], f[2]].map(function (list) {
      return list.split(";").map(function (pair) { var at = pair.indexOf("="); return { key: pair.slice(0, at), name: pair.slice(at + 1) }; });
    });
    var bits = new Bits(f[3]);
    this.starts = new Uint32Array(n + 1);
    for (i = 0; i < n; i++) this.starts[i + 1] = this.starts[i] + golomb(bits, 0) + 1;
    this.pageOf = new Uint32Array(this.starts[n]);
    for (i = 0; i < n; i++) this.pageOf.fill(i, this.starts[i], this.starts[i + 1]);
    this.facets = [0, 1, 2].map(function () {
      var column = new Uint16Array(n);
      for (var at = 0; at < n;) {
        var id = golomb(bits, 2), run = golomb(bits, 3) + 1;
        column.fill(id, at, at + run);
        at += run;
      }
      return column;
    });
    this.years = new Uint16Array(n);
    this.dates = new Float64Array(n);
    for (var last = 0, p = 0; p < n; p++) {
      if (bits.raw(1)) last = bits.raw(8);
      this.years[p] = last ? last + 1970 : 0;
      this.dates[p] = bits.raw(1) ? last * 512 + bits.raw(9) : Infinity;
    }
    this.terms = keys(f[4], 5, "terms/");
    this.texts = [];
    var t = f[5].split(" "), d = new Bits(t[1]), chapter = "", ordinal = 0, first = 0;
    for (i = 0; i < +t[0]; i++) {
      if (d.raw(1)) { chapter = ""; ordinal = 0; for (var k = 0; k < 4; k++) chapter += DIGITS[d.raw(5)]; }
      var blocks = golomb(d, 1) + 1;
      this.texts.push({ name: "texts/" + chapter + base32(ordinal, ordinal < 32 ? 1 : 2), first: first, stamp: d.raw(13) });
      first += blocks;
      ordinal++;
    }
    this.titles = keys(f[6], 6, "titles/");
    this.sounds = {};
    f[7].split(" ").forEach(function (entry) { if (entry) this.sounds[entry[0]] = +entry.slice(1); }, this);
    this.dictionaryStamp = +f[8];
    this.simplified = null;
  }
  function keys(field, digits, folder) {
    var parts = field.split(" "), d = new Decoder(parts[1], fresh(704)), before = [], list = [], taken = {};
    for (var i = 0; i < +parts[0]; i++) {
      before = front(d, before);
      var key = stringOf(before), name = base32(hash(key), digits);
      while (taken[name]) name += "x";
      taken[name] = true;
      list.push({ key: key, name: folder + name, stamp: d.below(8192) });
    }
    return list;
  }
  var P = Index.prototype;

  /* The result of `make` on a file's data, once. A failure is not kept, so that it can be tried again. */
  P.get = function (name, stamp, make) {
    var cache = this.cache, known = cache.get(name);
    if (!known) {
      known = this.load(name, stamp).then(make);
      cache.set(name, known);
      known.catch(function () { cache.delete(name); });
    }
    return known;
  };
  P.dictionary = function () { return this.get("dictionary", this.dictionaryStamp, function (data) { return unpack(data, null); }); };
  P.text = function (name, stamp) {
    var dictionary = this.dictionary();
    return this.get(name, stamp, function (data) { return dictionary.then(function (d) { return textOf(unpack(data, d)); }); });
  };
  P.simplify = function () {
    var index = this;
    return this.get("simplified", undefined, function (data) {
      var parts = data.split(" "), bits = new Bits(parts[1]), from = 0x3400, table = new Map();
      for (var i = 0; i < +parts[0]; i++) { from += golomb(bits, 2); table.set(from, bits.raw(18)); }
      index.simplified = table;
      return table;
    });
  };
  function shardAt(list, key) {
    var low = 0, high = list.length - 1;
    while (low < high) {
      var middle = low + high + 1 >> 1;
      if (order(list[middle].key, key) <= 0) low = middle; else high = middle - 1;
    }
    return low;
  }
  P.termShard = function (at) {
    var shard = this.terms[at];
    return this.get(shard.name, shard.stamp, function (data) {
      var parts = data.split(" "), count = +parts[0], high = +parts[1], d = new Decoder(parts[2], fresh(704)), before = [], terms = new Map();
      for (var i = 0; i < count; i++) {
        before = front(d, before);
        var n = d.number(480, 5) + 1;
        if (n > high + 1 || before.length > 64) throw new Error("damaged");
        var blocks = new Uint32Array(n), flags = new Uint8Array(n);
        d.ascending(blocks, 0, n, 0, high);
        var size = n < 2 ? 0 : n < 8 ? 1 : n < 64 ? 2 : 3;
        for (var row = 0; row < 3; row++) {
          var m = d.number(512 + row * 64 + size * 16, 4), list = new Uint32Array(m);
          if (m > n) throw new Error("damaged");
          d.ascending(list, 0, m, 0, n - 1);
          for (var k = 0; k < m; k++) flags[list[k]] |= 1 << row;
        }
        terms.set(stringOf(before), { blocks: blocks, flags: flags });
      }
      return terms;
    });
  };
  P.exact = function (term) {
    return this.termShard(shardAt(this.terms, term)).then(function (terms) { return terms.get(term) || NONE; });
  };
  P.prefix = function (start) {
    var from = shardAt(this.terms, start), to = from, list = this.terms, word = classOf(start.codePointAt(0)) === WORD;
    while (to + 1 < list.length && list[to + 1].key.slice(0, start.length) === start) to++;
    var all = [];
    for (; from <= to; from++) all.push(this.termShard(from));
    return Promise.all(all).then(function (shards) {
      var found = [];
      shards.forEach(function (terms) { terms.forEach(function (list, term) {
        // A pair of a word's last character and what follows it is no word.
        if (term.slice(0, start.length) === start && !(word && classOf(term.codePointAt(term.length - 1)) !== WORD)) found.push(list);
      }); });
      return found.length ? either(found) : NONE;
    });
  };

  /* The blocks that may hold a phrase, and whether they surely do. */
  P.phrase = function (phrase) {
    var index = this, parts = runs(phrase), first = [], more = [], sure = parts.length === 1;
    parts.forEach(function (run, at) {
      var chars = run.chars, earlier = at && parts[at - 1].chars;
      if (run.joined) first.push([earlier[earlier.length - 1] + chars[0], false]);
      if (run.kind === WORD) {
        var last = at === parts.length - 1, word = chars.slice(0, 20).join("");
        if (chars.length > 20) sure = false;
        first.push(chars.length > 20 || !last ? [word, false] : [word, true]);
      } else if (chars.length === 1) first.push([chars[0], true]);
      else {
        if (chars.length > 2) sure = false;
        for (var i = 0; i + 1 < chars.length; i++) (i % 2 === 0 || i + 2 === chars.length ? first : more).push([chars[i] + chars[i + 1], false]);
      }
    });
    if (!first.length) return Promise.resolve({ list: NONE, sure: true });
    function ask(terms) { return Promise.all(terms.slice(0, 24).map(function (term) {
        return (term[1] ? index.prefix(term[0]) : index.exact(term[0])).catch(function (error) {
          if (error && error.stale) throw error;
          // A file that is missing: what the others say is checked against the texts.
          index.failed = true;
          sure = false;
          return null;
        });
      })).then(function (lists) { return lists.filter(Boolean); });
    }
    return ask(first).then(function (lists) {
      lists.sort(function (a, b) { return a.blocks.length - b.blocks.length; });
      if (!lists.length) throw new Error("missing");
      var list = lists.reduce(both);
      if (!more.length || list.blocks.length < 4) return { list: list, sure: sure };
      return ask(more).then(function (lists) { return { list: lists.reduce(both, list), sure: sure }; });
    });
  };

  /* A page's part of a file of texts: { title, url, date, facts, keywords, text } by block. */
  P.block = function (block) {
    var index = this, shard = this.fileAt(block);
    return this.text(shard.name, shard.stamp).then(function (text) {
      var parts = text.split("\u0006"), told = null, found = null;
      for (var at = 0; at <= block - shard.first; at++) {
        var end = parts[at].search(/[\u0005\u0007]/);
        if (end > 0) { var f = parts[at].slice(0, end).split("\u0004"); told = { title: f[0], url: f[1], date: f[2], facts: f[3], keywords: f[4] }; }
        found = { about: told, text: parts[at].slice(end + 1), traditional: parts[at][end] === "\u0007" };
      }
      if (!found || !found.about) throw new Error("damaged");
      return found.traditional && !index.simplified ? index.simplify().then(function () { return found; }) : found;
    });
  };

  /* Where phrases stand in a block: the section, and for each phrase whether it is there. */
  function look(index, block, first, phrases) {
    var table = index.simplified, about = block.about, seen = phrases.map(function () { return 0; });
    function note(text, value) {
      var folded = fold(text, table), hits = 0;
      phrases.forEach(function (phrase, at) { if (find(folded.text, phrase, 0) >= 0) { seen[at] |= value; hits++; } });
      return hits;
    }
    if (first) { note(about.title, 1); note(about.facts, 4); note(about.keywords, 8); }
    var anchor = "", heading = "", best = null;
    block.text.split("\n").forEach(function (line) {
      var hits, isHeading = line[0] === "\u0002";
      if (isHeading) {
        var at = line.indexOf("\u0002", 1);
        anchor = line.slice(1, at);
        heading = line.slice(at + 1);
        hits = note(heading, 2) * 0.9;
      } else hits = note(line, 4);
      if (hits > 0 && (!best || hits > best.hits)) best = { hits: hits, anchor: anchor, heading: heading, line: isHeading ? "" : line, from: line };
    });
    if (!best) {
      var lines = block.text.split("\n").filter(function (line) { return line[0] !== "\u0002"; });
      best = { hits: 0, anchor: "", heading: "", line: lines[0] || "" };
    } else if (!best.line) {
      // A heading was hit: what follows it says more.
      var all = block.text.split("\n"), next = all[all.indexOf(best.from) + 1];
      best.line = next && next[0] !== "\u0002" ? next : "";
    }
    return { seen: seen, best: best };
  }
  /* A text cut around its first hit, as [text, is a hit] pairs. */
  function excerpt(index, text, phrases, length) {
    var folded = fold(text, index.simplified), hits = [];
    phrases.forEach(function (phrase) {
      for (var at = find(folded.text, phrase, 0); at >= 0 && hits.length < 40; at = find(folded.text, phrase, at + phrase.length)) {
        var end = at + phrase.length;
        hits.push([folded.at[at], end < folded.at.length ? folded.at[end] : text.length]);
      }
    });
    hits.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
    var from = 0, to = text.length, pieces = [];
    if (length && text.length > length) {
      from = hits.length ? Math.max(0, hits[0][0] - 18) : 0;
      if (text.length - from < length) from = Math.max(0, text.length - length);
      to = Math.min(text.length, from + length);
      if (from && text.charCodeAt(from) >= 0xDC00 && text.charCodeAt(from) <= 0xDFFF) from--;
      if (to < text.length && text.charCodeAt(to) >= 0xDC00 && text.charCodeAt(to) <= 0xDFFF) to++;
      if (from) pieces.push(["\u2026\u2026", false]);
    }
    var place = from;
    hits.forEach(function (hit) {
      if (hit[0] < place || hit[1] > to) return;
      if (hit[0] > place) pieces.push([text.slice(place, hit[0]), false]);
      // What only parts words may stand after a hit in the original; it is not part of it.
      var shown = text.slice(hit[0], hit[1]), bare = shown.replace(/[\s\u3000-\u3003\uff0c\uff1a\uff1b\u2014\u2026]+$/, "");
      pieces.push([bare || shown, true]);
      place = hit[0] + (bare || shown).length;
    });
    if (place < to) pieces.push([text.slice(place, to), false]);
    if (to < text.length) pieces.push(["\u2026\u2026", false]);
    return pieces;
  }

  /* Other ways in which a piece of a query may stand in the text: the number of a document typed without brackets. */
  function spellings(folded) {
    var list = [folded];
    var number = folded.replace(/(^|[^0-9a-z])((?:19|20)\d\d)(\d{1,4})(?=\u53f7)/, "$1 $2 $3").replace(/\s+/g, " ").trim();
    if (number !== folded) list.push(number);
    var open = folded.replace(/([^\s0-9a-z])((?:19|20)\d\d) (\d{1,4})(?=\u53f7|$)/, "$1 $2 $3");
    if (open !== folded) list.push(open);
    return list;
  }

  /* Answers a query: a Search, which knows its candidates; pages of results are asked of it. */
  P.search = function (query) {
    var index = this;
    return this.run(query).then(function (search) {
      // Nothing at all: the query may be written in traditional characters.
      if (search.hits.length || index.simplified || !/[\u3400-\u9fff\ud840-\ud87f]/.test(String(query).slice(0, 600))) return search;
      return index.simplify().then(function () { return index.run(query); });
    });
  };
  P.run = function (query) {
    var index = this, table = this.simplified, phrases = [];
    var groups = parse(query).map(function (piece) {
      var folded = fold(piece.text, table).text.replace(/\n/g, " ");
      return { not: piece.not, exact: piece.exact, phrases: folded ? spellings(folded) : [] };
    }).filter(function (group) { return group.phrases.length; });
    var wanted = groups.filter(function (group) { return !group.not; });
    var search = { query: query, index: index, hits: [], groups: groups, phrases: phrases, sure: true };
    if (!wanted.length) return Promise.resolve(search);
    return Promise.all(groups.map(function (group) {
      var sounds = !group.not && !group.exact && /^[a-z]{2,30}$/.test(group.phrases[0]) ? index.more().then(function () { return index.heard(group.phrases[0]); }).catch(function () { return []; }) : Promise.resolve([]);
      return sounds.then(function (heard) {
        var asked = group.phrases.map(function (phrase) { return { phrase: phrase, only: 0 }; }).concat(heard);
        return Promise.all(asked.map(function (one) {
          return index.phrase(one.phrase).then(function (found) { return { phrase: one.phrase, only: one.only, list: found.list, sure: found.sure }; });
        }));
      }).then(function (found) {
        group.found = found.filter(function (one) {
          if (one.only) {
            var keep = one.list.blocks.length ? Array.from(one.list.blocks.keys()).filter(function (i) { return one.list.flags[i] & one.only; }) : [];
            one.list = { blocks: keep.map(function (i) { return one.list.blocks[i]; }), flags: keep.map(function (i) { return one.list.flags[i]; }) };
          }
          return one.list.blocks.length;
        });
      });
    })).then(function () {
      // Words typed apart that stand together are worth more.
      var plain = wanted.filter(function (group) { return !group.exact; });
      if (plain.length < 2 || plain.length > 4) return null;
      return index.phrase(plain.map(function (group) { return group.phrases[0]; }).join("")).then(function (found) { return found.list; }, function () { return null; });
    }).then(function (joined) {
      var pages = null;
      wanted.forEach(function (group) {
        var own = new Map();
        group.found.forEach(function (one) {
          if (phrases.indexOf(one.phrase) < 0) phrases.push(one.phrase);
          for (var i = 0; i < one.list.blocks.length; i++) {
            var block = one.list.blocks[i], page = index.pageOf[block], flags = one.list.flags[i];
            var score = (flags & TITLE ? 100 : flags & HEADING ? 40 : 10) + (flags & STRONG ? 6 : 0);
            var known = own.get(page);
            if (!known) own.set(page, known = { score: 0, places: [] });
            known.places.push({ block: block, score: score, phrase: one.phrase, sure: one.sure });
            if (score > known.score) known.score = score;
          }
        });
        var next = new Map();
        own.forEach(function (known, page) {
          if (pages && !pages.has(page)) return;
          known.places.sort(function (a, b) { return b.score - a.score || a.block - b.block; });
          var hit = pages ? pages.get(page) : { page: page, score: 0, wants: [], nots: [], state: 0 };
          hit.score += known.score;
          hit.wants.push(known.places);
          next.set(page, hit);
        });
        pages = next;
      });
      if (joined) joined.blocks.forEach(function (block) { var hit = pages.get(index.pageOf[block]); if (hit) hit.score += 15; });
      groups.forEach(function (group) {
        if (group.not) group.found.forEach(function (one) {
          Array.prototype.forEach.call(one.list.blocks, function (block) {
            var page = index.pageOf[block], hit = pages.get(page);
            if (!hit) return;
            if (one.sure) pages.delete(page); else hit.nots.push({ block: block, phrase: one.phrase });
          });
        });
      });
      pages.forEach(function (hit) {
        var status = index.names[2][index.facets[2][hit.page]].key;
        if (status === "repealed" || status === "expired") hit.score *= 0.55;
        hit.sure = !hit.nots.length && hit.wants.every(function (places) { return places.some(function (place) { return place.sure; }); });
        if (hit.sure) hit.state = 1; else search.sure = false;
        search.hits.push(hit);
      });
      search.hits.sort(function (a, b) {
        if (b.score !== a.score) return b.score - a.score;
        var x = index.dates[a.page], y = index.dates[b.page];
        return x === y ? a.page - b.page : y > x ? 1 : -1;
      });
      return search;
    });
  };

  /* Whether a page truly holds what is wanted: its texts are fetched as far as is needed. */
  P.check = function (search, hit) {
    var index = this;
    if (hit.state) return Promise.resolve(hit.state > 0);
    function any(places, at) {
      if (at >= places.length) return Promise.resolve(false);
      var place = places[at];
      if (place.sure) return Promise.resolve(true);
      return index.block(place.block).then(function (block) {
        var seen = look(index, block, place.block === index.starts[hit.page], [place.phrase]).seen[0];
        if (!seen) return any(places, at + 1);
        place.sure = true;
        return true;
      });
    }
    var first = Promise.resolve(true);
    hit.wants.forEach(function (places) { first = first.then(function (held) { return held && any(places, 0); }); });
    hit.nots.forEach(function (place) {
      first = first.then(function (held) { return held && any([{ block: place.block, phrase: place.phrase }], 0).then(function (there) { return !there; }); });
    });
    return first.then(function (held) { hit.state = held ? 1 : -1; return held; });
  };
  /* Checks all that can be checked with few files more. */
  P.settle = function (search, hits, files) {
    var index = this, open = hits.filter(function (hit) { return !hit.state; });
    var needed = new Set();
    open.forEach(function (hit) {
      hit.wants.forEach(function (places) { if (!places.some(function (place) { return place.sure; })) needed.add(index.fileAt(places[0].block).name); });
    });
    var fetched = 0;
    needed.forEach(function (name) { if (!index.cache.has(name)) fetched++; });
    if (fetched > files) return Promise.resolve(false);
    return Promise.all(open.map(function (hit) { return index.check(search, hit).catch(function (error) { if (error && error.stale) throw error; index.failed = true; hit.state = -1; }); })).then(function () { return true; });
  };
  P.fileAt = function (block) {
    var list = this.texts, low = 0, high = list.length - 1;
    while (low < high) { var middle = low + high + 1 >> 1; if (list[middle].first <= block) low = middle; else high = middle - 1; }
    return list[low];
  };
  /* What is shown of a page. */
  P.show = function (search, hit) {
    var index = this, places = hit.wants[0], place = places.filter(function (p) { return p.sure; })[0] || places[0];
    return this.block(place.block).then(function (block) {
      var about = block.about, found = look(index, block, place.block === index.starts[hit.page], search.phrases);
      var facet = function (row) { return index.names[row][index.facets[row][hit.page]]; };
      return {
        page: hit.page, url: about.url, anchor: found.best.anchor, heading: found.best.heading, date: about.date, facts: about.facts, head: found.best.heading ? excerpt(index, found.best.heading, search.phrases, 40) : [],
        title: excerpt(index, about.title, search.phrases, 0), text: excerpt(index, found.best.line, search.phrases, 76),
        kind: facet(0), branch: facet(1).name, status: facet(2), year: index.years[hit.page]
      };
    });
  };

  return { open: open, Index: Index, shardAt: shardAt, both: both, fold: fold, parse: parse, runs: runs, classOf: classOf, excerpt: excerpt, find: find, FORMAT: FORMAT };
})();
if (typeof module !== "undefined") module.exports = StudyhallSearch;
