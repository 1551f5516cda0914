/* Postings: on which pages a term stands, { pages, flags }, as the files of terms hold them. */
import { RangeDecoder, probabilities } from './coder.js';
import { compare, nextKey, stringOf } from './keys.js';

/* Flags of a page: where the term stands there. */
export const TITLE = 1;
export const HEADING = 2;
export const STRONG = 4;

export const NONE = { pages: [], flags: [] };

/* How many there are of something, and what decodes them. */
export function counted(data, contexts) {
  const at = data.indexOf(' ');
  return { count: Number(data.slice(0, at)), decoder: new RangeDecoder(data.slice(at + 1), probabilities(contexts)) };
}

/* The bit of a character that follows a pair (src/search/terms.rs). */
function follower(next) {
  return 1 << (((Math.imul(next.codePointAt(0), 0x9e3779b1) >>> 16) * 7) >>> 16);
}

/* The terms of a file, read as far as they are asked for. */
export class TermShard {
  constructor([data, followers], sums) {
    const { count, decoder } = counted(data, 3072);
    this.left = count;
    this.decoder = decoder;
    decoder.model.fill(3600 << 4, 512, 704);
    this.sums = sums;
    this.last = [];
    this.term = '';
    this.lists = new Map();
    this.damaged = false;
    // What follows pairs is read when that is asked for: the pairs whose turn it is, in the order of the file.
    this.followers = followers;
    this.pairs = [];
    this.told = 0;
    this.isLost = false;
  }

  /* The next term with its pages and what is known of each. */
  next() {
    if (this.damaged) throw new Error('damaged');
    this.damaged = true;
    const { decoder, sums } = this;
    const key = (this.last = nextKey(decoder, this.last));
    const all = sums.length - 1;
    const kind = key.length < 2 ? 0 : key.length === 2 && (key[0] > 127 || key[1] > 127) ? 1 : 2;
    const n = decoder.number(416 + kind * 32, 5) + 1;
    const size = n < 2 ? 0 : n < 8 ? 1 : n < 64 ? 2 : 3;
    if (n > all) throw new Error('damaged');
    const pages = new Uint32Array(n);
    const flags = new Uint8Array(n);
    decoder.ascending(pages, 0, n, 0, all - 1, sums);
    for (let row = 0; row < 3; row++) {
      const m = decoder.number(512 + row * 64 + size * 16, 4);
      if (m > n) throw new Error('damaged');
      const flagged = new Uint32Array(m);
      decoder.ascending(flagged, 0, m, 0, n - 1);
      for (let k = 0; k < m; k++) flags[flagged[k]] |= 1 << row;
    }
    const term = stringOf(key);
    const list = { pages, flags, followers: null };
    this.lists.set(term, list);
    if (kind === 1) this.pairs.push(list);
    this.left--;
    this.damaged = false;
    return term;
  }

  /* Reads on until a term stands behind all that begin with `start`; without it, to the end. */
  read(start) {
    while (this.left > 0 && !(start && compare(this.term, start) > 0 && !this.term.startsWith(start))) this.term = this.next();
  }

  get(term) {
    if (!this.lists.has(term)) this.read(term);
    return this.lists.get(term);
  }

  /* The pages of a pair on which a character may follow it. */
  followed(pair, next) {
    const list = this.get(pair);
    if (!list) return list;
    if (this.isLost) throw new Error('damaged');
    this.isLost = true;
    if (typeof this.followers === 'string') this.followers = new RangeDecoder(this.followers, probabilities(64));
    while (!list.followers) {
      const one = this.pairs[this.told++];
      one.followers = readFollowers(this.followers, one.pages.length);
    }
    this.isLost = false;
    const bit = follower(next);
    const kept = Array.from(list.pages.keys()).filter((i) => list.followers[i] & bit);
    return { pages: kept.map((i) => list.pages[i]), flags: kept.map((i) => list.flags[i]) };
  }

  /* Of all terms, at least those that begin with `start`. */
  forEach(take, start) {
    this.read(start);
    this.lists.forEach(take);
  }
}

/* What follows a pair on each page of its list, a bit for each bucket (src/search/followers.rs). */
function readFollowers(decoder, count) {
  const base = count < 4 ? 0 : 16;
  const list = new Uint8Array(count);
  decoder.model.fill(2048 << 4, 16, 32);
  for (let i = 0; i < count; i++) {
    if (decoder.bit(base)) list[i] = 1 << decoder.tree(base + 8, 3);
    else if (!decoder.bit(base + 1)) {
      for (let k = 0, before = 0; k < 7; k++) {
        const bit = decoder.bit(32 + 4 * k + Math.min(before, 3));
        list[i] |= bit << k;
        before += bit;
      }
    }
  }
  return list;
}

/* Pages that stand in both lists. */
export function intersection(a, b) {
  const pages = [];
  const flags = [];
  let i = 0;
  let j = 0;
  while (i < a.pages.length && j < b.pages.length) {
    if (a.pages[i] < b.pages[j]) i++;
    else if (a.pages[i] > b.pages[j]) j++;
    else {
      pages.push(a.pages[i]);
      flags.push(a.flags[i++] & b.flags[j++]);
    }
  }
  return { pages, flags };
}

/* Pages that stand in any of the lists, with all their flags. */
export function union(lists) {
  if (lists.length === 1) return lists[0];
  const known = new Map();
  for (const list of lists) list.pages.forEach((page, i) => known.set(page, (known.get(page) || 0) | list.flags[i]));
  const pages = Array.from(known.keys()).sort((a, b) => a - b);
  return { pages, flags: pages.map((page) => known.get(page)) };
}
