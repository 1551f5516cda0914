/* Texts unpacked: LZ77 with a preset dictionary, range coded (src/search/lz.rs). */
import { RangeDecoder, probabilities } from './coder.js';

const LITERALS = 320;
const PAGES = LITERALS + 129 * 128;
const LENGTH = PAGES + 2 * 65536;
const END = LENGTH + 64;

/* The dictionary, and what unpacks a text after it. One working copy of probabilities and units serves all texts: to make one
   costs more than to read a small text. */
export class Dictionary {
  constructor(data) {
    this.size = 0;
    this.units = new Uint16Array(0);
    this.model = this.work = probabilities(END);
    this.size = this.unpack(data, 0).length;
    this.work = new Uint16Array(END);
  }

  /* A text, or as much of it as its first blocks take: a reader rarely wants the rest. */
  unpack(data, blocks) {
    const at = data.indexOf(' ');
    const end = this.size + Number(data.slice(0, at));
    if (end > this.units.length) {
      const more = new Uint16Array(end + 4096);
      more.set(this.units);
      this.units = more;
    }
    if (this.work !== this.model) this.work.set(this.model);
    const all = {
      decoder: new RangeDecoder(data.slice(at + 1), this.work),
      units: this.units,
      place: this.size,
      end,
      distance: 0,
      state: 0,
      left: blocks || Infinity,
    };
    while (all.place < end && all.left > 0) stretch(all);
    let text = '';
    for (let i = this.size; i < all.place; i += 4096) {
      text += String.fromCharCode.apply(null, this.units.subarray(i, Math.min(i + 4096, all.place)));
    }
    return text;
  }
}

/* A stretch of a text: short, so that what is done here is soon compiled. */
function stretch(all) {
  const { decoder, units } = all;
  const end = Math.min(all.place + 200, all.end);
  let { place, distance, state, left } = all;
  while (place < end && left > 0) {
    const before = place ? units[place - 1] : 0;
    const ascii = before < 128 ? 1 : 0;
    if (decoder.bit(8 * ascii + state)) {
      const repeat = decoder.bit(16 + state);
      let length = decoder.number(LENGTH + 32 * ascii + 16 * repeat, 4) + 1;
      if (!repeat) distance = decoder.number(64 + 32 * Math.min(length - 1, 3), 5) + 1;
      if (distance > place || place + length > all.end) throw new Error('damaged');
      for (; length > 0; length--, place++) if ((units[place] = units[place - distance]) === 6) left--;
      state = ((state << 1) | 1) & 7;
      continue;
    }
    const earlier = place > 1 ? units[place - 2] : 0;
    if (decoder.bit(24 + ((2 * (before < 128)) | (earlier < 128)))) {
      const high = decoder.tree(PAGES + (before >> 8) * 256, 8);
      units[place] = (high << 8) | decoder.tree(PAGES + 65536 + high * 256, 8);
    } else if ((units[place] = decoder.tree(LITERALS + Math.min(before, 128) * 128, 7)) === 6) left--;
    place++;
    state = (state << 1) & 7;
  }
  Object.assign(all, { place, distance, state, left });
}
