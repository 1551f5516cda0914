/* The index: its files, and what each says. Files come through the function it is given. */
import { WORD, classOf } from './classes.js';
import { BitReader, RangeDecoder, probabilities } from './coder.js';
import { blockOf, mapOf } from './blocks.js';
import { DIGITS, base32, hash, lastWhere, nextKey, shardAt, stringOf } from './keys.js';
import { Dictionary } from './lz.js';
import { NONE, TermShard, counted, union } from './postings.js';
import { search } from './search-query.js';
import { check, checked, cost, estimate, results, show } from './results.js';

export const FORMAT = 8;

/* `load(name, stamp)` promises the strings of a file; it rejects with { stale: true } for another build's. `loadExtras` brings
   the second half of the engine (search-more.js), which is asked for when it is needed. */
export async function open(load, loadExtras) {
  const index = await load('index');
  if (index.format !== FORMAT) throw Object.assign(new Error('format'), { stale: true });
  return new SearchIndex(index, load, loadExtras);
}

export class SearchIndex {
  constructor(index, load, loadExtras) {
    const f = index.fields;
    const n = index.pages;
    this.load = load;
    this.loadExtras = loadExtras;
    this.extras = null;
    this.build = index.build;
    this.count = n;
    this.cache = new Map();
    this.simplified = null;
    this.names = f.slice(0, 3).map(namesOf);
    const bits = new BitReader(f[3]);
    this.facets = this.names.map(() => facetColumn(bits, n));
    this.readPages(new RangeDecoder(f[4], probabilities(1024)));
    this.terms = shardsOf(f[5], 5, 'terms/');
    this.texts = textFiles(f[6]);
    this.titles = shardsOf(f[7], 6, 'titles/');
    this.sounds = {};
    for (const entry of f[8].split(' ')) if (entry) this.sounds[entry[0]] = Number(entry.slice(1));
    this.dictionaryStamp = Number(f[9]);
  }

  /* Years and days, the first block of each page, and what pages weigh, summed up. */
  readPages(decoder) {
    const n = this.count;
    this.years = new Uint16Array(n);
    this.dates = new Float64Array(n);
    this.starts = new Uint32Array(n + 1);
    this.classes = new Uint8Array(n);
    let before = 0;
    let year = 0;
    for (let p = 0; p < n; p++) {
      this.classes[p] = before = decoder.tree(320 + before * 8, 3);
      this.starts[p + 1] = this.starts[p] + decoder.number(384 + before * 16, 4) + 1;
      if (decoder.bit(480)) year = decoder.tree(512, 8);
      this.years[p] = year ? year + 1970 : 0;
      this.dates[p] = decoder.bit(481) ? decoder.below(16) * 32 + decoder.below(32) : Infinity;
    }
    // A year that is too far off, 255 from 1970, stands behind all else.
    for (let p = 0; p < n; p++) {
      if (this.years[p] === 2225) this.years[p] = decoder.below(16384);
      this.dates[p] += this.years[p] * 512;
    }
    this.sums = scale(this.classes);
  }

  /* The result of `make` on a file's data, once. A failure is not kept, so that it can be tried again. */
  get(name, stamp, make) {
    let known = this.cache.get(name);
    if (!known) {
      known = this.load(name, stamp).then(make);
      this.cache.set(name, known);
      known.catch(() => this.cache.delete(name));
    }
    return known;
  }

  dictionary() {
    return this.get('dictionary', this.dictionaryStamp, (data) => new Dictionary(data[0]));
  }

  text(name, stamp) {
    const dictionary = this.dictionary();
    return this.get(name, stamp, async (data) => (await dictionary).unpack(data[0], 0));
  }

  /* The second half of the engine. A failure is not kept. */
  more() {
    if (!this.extras) {
      this.extras = Promise.resolve(this.loadExtras());
      this.extras.catch(() => (this.extras = null));
    }
    return this.extras;
  }

  /* What simplifies characters: seldom asked for, so that its reading is in the second half. */
  async simplify() {
    return (await this.more()).simplify(this);
  }

  async suggest(typed, most) {
    return (await this.more()).suggest(this, typed, most);
  }

  async near(query) {
    return (await this.more()).near(this, query);
  }

  async titled(at) {
    return (await this.more()).titled(this, at);
  }

  termShard(at) {
    const shard = this.terms[at];
    return shard ? this.get(shard.name, shard.stamp, (data) => new TermShard(data, this.sums)) : Promise.resolve(new Map());
  }

  /* The postings of a term. */
  async exact(term) {
    return (await this.termShard(shardAt(this.terms, term))).get(term) || NONE;
  }

  /* The postings of a pair that a character may follow. */
  async followed(pair, next) {
    return (await this.termShard(shardAt(this.terms, pair))).followed(pair, next) || NONE;
  }

  /* The postings of all terms that begin so. */
  async prefix(start) {
    const list = this.terms;
    const isWord = classOf(start.codePointAt(0)) === WORD;
    const wanted = [];
    let at = shardAt(list, start);
    do wanted.push(this.termShard(at++));
    while (at < list.length && list[at].key.startsWith(start));
    const found = [];
    for (const terms of await Promise.all(wanted)) {
      terms.forEach((postings, term) => {
        // A pair of a word's last character and what follows it is no word.
        if (term.startsWith(start) && !(isWord && classOf(term.codePointAt(term.length - 1)) !== WORD)) found.push(postings);
      }, start);
    }
    return found.length ? union(found) : NONE;
  }

  /* The file that holds a block. */
  fileAt(block) {
    return this.texts[lastWhere(this.texts, (file) => file.first <= block)];
  }

  /* What the file of a block holds, still packed. */
  packed(block) {
    const { name, stamp, first } = this.fileAt(block);
    return this.get(name, stamp, (data) => ({ data, first, parts: [], whole: false }));
  }

  /* A block, and what is told about its page: { about, text, traditional }. */
  async block(block) {
    const dictionary = this.dictionary();
    const file = await this.packed(block);
    const found = blockOf(file, await dictionary, block - file.first);
    if (found.traditional && !this.simplified) await this.simplify();
    return found;
  }

  /* Whether a page has so many blocks that there is a map of them. */
  isMapped(page) {
    return this.starts[page + 1] - this.starts[page] >= 4;
  }

  /* The blocks of a page in the order in which a phrase is looked for there. A long page has a map, which spares most. */
  async places(page, buckets) {
    const first = this.starts[page];
    const all = Array.from({ length: this.starts[page + 1] - first }, (_, i) => first + i);
    if (!this.isMapped(page)) return all;
    const mayHold = mapOf(await this.packed(first), first);
    return mayHold ? all.filter(() => mayHold(buckets)) : all;
  }

  search(query) {
    return search(this, query);
  }

  check(answer, hit) {
    return check(this, answer, hit);
  }

  checked(answer, hit) {
    return checked(this, answer, hit);
  }

  cost(hits) {
    return cost(this, hits);
  }

  estimate(hits) {
    return estimate(hits);
  }

  show(answer, hit) {
    return show(this, answer, hit);
  }

  results(answer, hits, skip, size, early) {
    return results(this, answer, hits, skip, size, early);
  }
}

function namesOf(list) {
  return list.split(';').map((pair) => {
    const at = pair.indexOf('=');
    return { key: pair.slice(0, at), name: pair.slice(at + 1) };
  });
}

function facetColumn(bits, count) {
  const column = new Uint16Array(count);
  for (let at = 0; at < count;) {
    const id = bits.expGolomb(2);
    const run = bits.expGolomb(3) + 1;
    column.fill(id, at, at + run);
    at += run;
  }
  return column;
}

/* Classes up to 2 weigh the same, each above four times the one below; a very large site has fewer of them, so that the sum stays small. */
function scale(classes) {
  for (let most = 2; ; most--) {
    const sums = new Uint32Array(classes.length + 1);
    for (let p = 0; p < classes.length; p++) {
      sums[p + 1] = sums[p] + (classes[p] > 2 ? Math.pow(4, Math.min(classes[p] - 2, most)) : 1);
    }
    if (sums[classes.length] <= 0x400000 || !most) return sums;
  }
}

/* Sorted files: the first key of each, its name and its stamp. */
function shardsOf(field, digits, folder) {
  const { count, decoder } = counted(field, 3072);
  const list = [];
  const taken = {};
  let last = [];
  for (let i = 0; i < count; i++) {
    last = nextKey(decoder, last);
    const key = stringOf(last);
    let name = base32(hash(key), digits);
    while (taken[name]) name += 'x';
    taken[name] = true;
    list.push({ key, name: folder + name, stamp: decoder.below(1024) });
  }
  return list;
}

/* Files of texts: the first block of each, its name and its stamp. */
function textFiles(field) {
  const { count, decoder } = counted(field, 512);
  const list = [];
  let chapter = '';
  let ordinal = 0;
  let first = 0;
  let stamp = 0;
  for (let i = 0; i < count; i++) {
    if (decoder.bit(320)) {
      chapter = '';
      ordinal = 0;
      for (let k = 0; k < 4; k++) chapter += DIGITS[decoder.below(32)];
      stamp = decoder.below(1024);
    }
    const blocks = decoder.number(336, 4) + 1;
    list.push({ name: `texts/${chapter}${base32(ordinal, ordinal < 32 ? 1 : 2)}`, first, stamp });
    first += blocks;
    ordinal++;
  }
  return list;
}
