/* The index: its files, and what each says. Files come through the function it is given. */
import { WORD, classOf } from "./fold.js";
import { Bits, Book, DIGITS, Decoder, base32, fresh, front, golomb, hash, order, stringOf } from "./read.js";

export var FORMAT = 7;

/* `load(name, stamp)` promises the strings of a file; it rejects with { stale: true } for another build's. `more` brings the
   second half of the engine. */
export function open(load, more) {
  return load("index").then(function (index) {
    if (index.format !== FORMAT) throw { stale: true };
    var opened = new Index(index, load), half = null;
    opened.more = function () {
      if (!half) {
        half = Promise.resolve(opened.suggest ? null : more()).then(function () { return opened; });
        half.catch(function () { half = null; });
      }
      return half;
    };
    return opened;
  });
}

/* What an index can do; more is added where it is loaded. */
export var P = Index.prototype;
export function Index(index, load) {
  var f = index.fields, n = index.pages, i;
  this.load = load;
  this.build = index.build;
  this.count = n;
  this.cache = new Map();
  this.simplified = null;
  this.names = [f[0], f[1], f[2]].map(function (list) {
    return list.split(";").map(function (pair) { var at = pair.indexOf("="); return { key: pair.slice(0, at), name: pair.slice(at + 1) }; });
  });
  var bits = new Bits(f[3]);
  this.facets = this.names.map(function () {
    var column = new Uint16Array(n);
    for (var at = 0; at < n;) {
      var id = golomb(bits, 2), run = golomb(bits, 3) + 1;
      column.fill(id, at, at + run);
      at += run;
    }
    return column;
  });
  // Years and days, the first block of each page, and what pages weigh, summed up.
  this.years = new Uint16Array(n);
  this.dates = new Float64Array(n);
  this.starts = new Uint32Array(n + 1);
  var d = new Decoder(f[4], fresh(1024)), classes = this.classes = new Uint8Array(n), before = 0, year = 0;
  for (var p = 0; p < n; p++) {
    classes[p] = before = d.tree(320 + before * 8, 3);
    this.starts[p + 1] = this.starts[p] + d.number(384 + before * 16, 4) + 1;
    if (d.bit(480)) year = d.tree(512, 8);
    this.years[p] = year ? year + 1970 : 0;
    this.dates[p] = d.bit(481) ? d.below(16) * 32 + d.below(32) : Infinity;
  }
  // A year that is too far off, 255 from 1970, stands behind all else.
  for (p = 0; p < n; p++) {
    if (this.years[p] === 2225) this.years[p] = d.below(16384);
    this.dates[p] += this.years[p] * 512;
  }
  this.sums = scale(classes);
  this.terms = keys(f[5], 5, "terms/");
  this.texts = [];
  var t = counted(f[6], 512), chapter = "", ordinal = 0, first = 0, stamp = 0;
  d = t.d;
  for (i = 0; i < t.count; i++) {
    if (d.bit(320)) {
      chapter = "";
      ordinal = 0;
      for (var k = 0; k < 4; k++) chapter += DIGITS[d.below(32)];
      stamp = d.below(1024);
    }
    var blocks = d.number(336, 4) + 1;
    this.texts.push({ name: "texts/" + chapter + base32(ordinal, ordinal < 32 ? 1 : 2), first: first, stamp: stamp });
    first += blocks;
    ordinal++;
  }
  this.titles = keys(f[7], 6, "titles/");
  this.sounds = {};
  f[8].split(" ").forEach(function (entry) { if (entry) this.sounds[entry[0]] = +entry.slice(1); }, this);
  this.dictionaryStamp = +f[9];
}
/* Classes up to 2 weigh the same, each above four times the one below; a very large site has fewer of them, so that the sum stays small. */
function scale(classes) {
  for (var most = 2; ; most--) {
    var sums = new Uint32Array(classes.length + 1);
    for (var p = 0; p < classes.length; p++) sums[p + 1] = sums[p] + (classes[p] > 2 ? Math.pow(4, Math.min(classes[p] - 2, most)) : 1);
    if (sums[classes.length] <= 0x400000 || !most) return sums;
  }
}
/* How many there are of something, and what tells of them. */
function counted(data, chances) {
  var at = data.indexOf(" ");
  return { count: +data.slice(0, at), d: new Decoder(data.slice(at + 1), fresh(chances)) };
}
function keys(field, digits, folder) {
  var c = counted(field, 3072), d = c.d, before = [], list = [], taken = {};
  for (var i = 0; i < c.count; i++) {
    before = front(d, before);
    var key = stringOf(before), name = base32(hash(key), digits);
    while (taken[name]) name += "x";
    taken[name] = true;
    list.push({ key: key, name: folder + name, stamp: d.below(1024) });
  }
  return list;
}

/* For what is asked for ahead of need: why it fails is told when it is read. */
export function quiet() { /* nothing */ }

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
P.dictionary = function () { return this.get("dictionary", this.dictionaryStamp, function (data) { return new Book(data[0]); }); };
P.text = function (name, stamp) {
  var dictionary = this.dictionary();
  return this.get(name, stamp, function (data) { return dictionary.then(function (book) { return book.unpack(data[0], 0); }); });
};
/* What simplifies characters: seldom asked for, so that its reading is in the second half of the engine. */
P.simplify = function () { return this.more().then(function (index) { return index.simplifier(); }); };

/* The place of the file that a key would be in. */
export function shardAt(list, key) {
  var low = 0, high = list.length - 1;
  while (low < high) {
    var middle = low + high + 1 >> 1;
    if (order(list[middle].key, key) <= 0) low = middle; else high = middle - 1;
  }
  return low;
}
/* The terms of a file, read as far as they are asked for. */
function Terms(data, sums) {
  var c = counted(data, 3072);
  this.left = c.count;
  this.d = c.d;
  this.d.chances.fill(3600 << 4, 512, 704);
  this.sums = sums;
  this.last = [];
  this.term = "";
  this.lists = new Map();
  this.hurt = false;
}
/* The next term with its pages and what is known of each. */
Terms.prototype.next = function () {
  if (this.hurt) throw new Error("damaged");
  this.hurt = true;
  var d = this.d, before = this.last = front(d, this.last), all = this.sums.length - 1;
  var kind = before.length < 2 ? 0 : before.length === 2 && (before[0] > 127 || before[1] > 127) ? 1 : 2;
  var n = d.number(416 + kind * 32, 5) + 1, size = n < 2 ? 0 : n < 8 ? 1 : n < 64 ? 2 : 3;
  if (n > all) throw new Error("damaged");
  var pages = new Uint32Array(n), flags = new Uint8Array(n), term = stringOf(before);
  d.ascending(pages, 0, n, 0, all - 1, this.sums);
  for (var row = 0; row < 3; row++) {
    var m = d.number(512 + row * 64 + size * 16, 4), list = new Uint32Array(Math.min(m, n));
    if (m > n) throw new Error("damaged");
    d.ascending(list, 0, m, 0, n - 1);
    for (var k = 0; k < m; k++) flags[list[k]] |= 1 << row;
  }
  this.lists.set(term, { pages: pages, flags: flags });
  this.left--;
  this.hurt = false;
  return term;
};
/* Reads on until a term stands behind all that begin with `start`; without it, to the end. */
Terms.prototype.read = function (start) {
  while (this.left > 0 && !(start && order(this.term, start) > 0 && this.term.slice(0, start.length) !== start)) this.term = this.next();
};
Terms.prototype.get = function (term) {
  if (!this.lists.has(term)) this.read(term);
  return this.lists.get(term);
};
/* Of all terms, at least those that begin with `start`. */
Terms.prototype.forEach = function (take, start) {
  this.read(start);
  this.lists.forEach(take);
};
P.termShard = function (at) {
  var shard = this.terms[at], sums = this.sums;
  if (!shard) return Promise.resolve(new Map());
  return this.get(shard.name, shard.stamp, function (data) { return new Terms(data[0], sums); });
};
export var NONE = { pages: [], flags: [] };
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
    }, start); });
    return found.length ? either(found) : NONE;
  });
};

/* Pages that stand in both lists. */
export function both(a, b) {
  var pages = [], flags = [], i = 0, j = 0;
  while (i < a.pages.length && j < b.pages.length) {
    if (a.pages[i] < b.pages[j]) i++; else if (a.pages[i] > b.pages[j]) j++;
    else { pages.push(a.pages[i]); flags.push(a.flags[i++] & b.flags[j++]); }
  }
  return { pages: pages, flags: flags };
}
function either(lists) {
  if (lists.length === 1) return lists[0];
  var known = new Map();
  lists.forEach(function (list) { for (var i = 0; i < list.pages.length; i++) known.set(list.pages[i], (known.get(list.pages[i]) || 0) | list.flags[i]); });
  var pages = Array.from(known.keys()).sort(function (a, b) { return a - b; });
  return { pages: pages, flags: pages.map(function (page) { return known.get(page); }) };
}

/* The file that holds a block. */
P.fileAt = function (block) {
  var list = this.texts, low = 0, high = list.length - 1;
  while (low < high) { var middle = low + high + 1 >> 1; if (list[middle].first <= block) low = middle; else high = middle - 1; }
  return list[low];
};
/* What the file of a block holds, still packed. */
P.packed = function (block) {
  var shard = this.fileAt(block);
  return this.get(shard.name, shard.stamp, function (data) { return { data: data, first: shard.first, parts: [], whole: false }; });
};
/* A block, and what is told about its page: { about, text, traditional }. */
P.block = function (block) {
  var index = this, dictionary = this.dictionary();
  return this.packed(block).then(function (file) {
    return dictionary.then(function (book) { return blockOf(file, book, block - file.first); });
  }).then(function (found) { return found.traditional && !index.simplified ? index.simplify().then(function () { return found; }) : found; });
};
function blockOf(file, book, place) {
  // What stands before a block is unpacked with it; what stands behind it only when that is asked for, too.
  if (file.parts.length < place + 2 && !file.whole) {
    file.whole = file.parts.length > 0;
    file.parts = book.unpack(file.data[0], file.whole ? 0 : place + 1).split("\u0006");
  }
  for (var at = place, about = null, end = 0, own = 0; at >= 0 && !about; at--) {
    end = file.parts[at] === undefined ? -1 : file.parts[at].search(/[\u0005\u0007]/);
    if (end < 0) break;
    if (at === place) own = end;
    if (end > 0) { var f = file.parts[at].slice(0, end).split("\u0004"); about = { title: f[0], url: f[1], date: f[2], facts: f[3], keywords: f[4] }; }
  }
  if (!about || about.keywords === undefined) throw new Error("damaged");
  return { about: about, text: file.parts[place].slice(own + 1), traditional: file.parts[place][own] === "\u0007" };
}
/* A page of so many blocks has a map of them. */
export var MAPPED = 7;
/* The blocks of a page in the order in which a phrase is looked for there. A long page has a map, which spares most. */
P.places = function (page, wanted) {
  var first = this.starts[page], count = this.starts[page + 1] - first, all = [];
  for (var i = 0; i < count; i++) all.push(first + i);
  if (count < MAPPED) return Promise.resolve(all);
  return this.packed(first).then(function (file) {
    // Behind the texts: maps of long pages that begin here, each after the place of its page.
    var map = file.data.slice(1).filter(function (one) { return parseInt(one, 10) === first - file.first; })[0];
    if (!map) return all;
    var d = new Decoder(map.slice(map.indexOf(" ") + 1), fresh(512));
    return all.filter(function () {
      var n = d.number(320, 4), list = new Uint32Array(Math.min(n, 1024));
      if (n > 1024) throw new Error("damaged");
      d.ascending(list, 0, n, 0, 1023);
      var set = new Set(list);
      return wanted.every(function (bucket) { return set.has(bucket); });
    });
  });
};
