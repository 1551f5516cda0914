/* Blocks of a file of texts (src/search/texts.rs). */
import { RangeDecoder, probabilities } from './coder.js';

/* A block of a file: its text, and what is told about its page. */
export function blockOf(file, dictionary, place) {
  // What stands before a block is unpacked with it; what stands behind it only when that is asked for, too.
  if (file.parts.length < place + 2 && !file.whole) {
    file.whole = file.parts.length > 0;
    file.parts = dictionary.unpack(file.data[0], file.whole ? 0 : place + 1).split('\u0006');
  }
  let about = null;
  let own = 0;
  for (let at = place; at >= 0 && !about; at--) {
    // eslint-disable-next-line no-control-regex -- what is told about a page ends with one of these
    const end = file.parts[at] === undefined ? -1 : file.parts[at].search(/[\u0005\u0007]/);
    if (end < 0) break;
    if (at === place) own = end;
    if (end > 0) {
      const [title, url, date, facts, keywords] = file.parts[at].slice(0, end).split('\u0004');
      about = { title, url, date, facts, keywords };
    }
  }
  if (!about || about.keywords === undefined) throw new Error('damaged');
  const part = file.parts[place];
  return { about, text: part.slice(own + 1), traditional: part[own] === '\u0007' };
}

/* The map of a long page that begins at a block, where its file has one: a function that is asked block by block, in order, whether
   buckets are all there. */
export function mapOf(file, first) {
  // Behind the texts, each after the place of its page.
  const map = file.data.slice(1).find((one) => parseInt(one, 10) === first - file.first);
  if (!map) return null;
  const decoder = new RangeDecoder(map.slice(map.indexOf(' ') + 1), probabilities(512));
  return (buckets) => {
    const n = decoder.number(320, 4);
    if (n > 1024) throw new Error('damaged');
    const list = new Uint32Array(n);
    decoder.ascending(list, 0, n, 0, 1023);
    const set = new Set(list);
    return buckets.every((bucket) => set.has(bucket));
  };
}
