/* Numbers out of text: base-93 digits, bits, and a binary range decoder with adaptive probabilities (src/search/coder.rs). */

/* Thirteen characters of 93 hold 85 bits; fewer, at the end, so many. */
const SIZES = [0, 6, 13, 19, 26, 32, 39, 45, 52, 58, 65, 71, 78, 85];

/* All that can be printed but quotation mark and backslash. */
function digit(text, at) {
  const c = text.charCodeAt(at);
  return c - (c > 92 ? 34 : c > 34 ? 33 : 32);
}

function bytesOf(text) {
  const bytes = new Uint8Array((text.length * 0.82 + 64) >> 0);
  let held = 0;
  let bits = 0;
  let n = 0;
  function put(part, size) {
    held = (held << size) | (part & ((1 << size) - 1));
    bits += size;
    while (bits >= 8) {
      bits -= 8;
      bytes[n++] = held >> bits;
    }
    held &= (1 << bits) - 1;
  }
  for (let i = 0; i < text.length; i += 13) {
    // A number of 85 bits in five parts of 17, two digits at a time: a part times 93 * 93 stays a small number.
    const end = Math.min(i + 13, text.length);
    let k = i;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = (end - i) & 1 ? digit(text, k++) : 0;
    for (; k < end; k += 2) {
      e = e * 8649 + digit(text, k) * 93 + digit(text, k + 1);
      d = d * 8649 + (e >> 17);
      c = c * 8649 + (d >> 17);
      b = b * 8649 + (c >> 17);
      a = (a * 8649 + (b >> 17)) & 0x1ffff;
      e &= 0x1ffff;
      d &= 0x1ffff;
      c &= 0x1ffff;
      b &= 0x1ffff;
    }
    let skip = 85 - SIZES[end - i];
    if (!skip) {
      put(a, 17);
      put(b, 17);
      put(c, 17);
      put(d, 17);
      put(e, 17);
      continue;
    }
    for (const part of [a, b, c, d, e]) {
      if (skip < 17) put(part, 17 - Math.max(skip, 0));
      skip -= 17;
    }
  }
  return bytes;
}

export class BitReader {
  constructor(text) {
    this.bytes = bytesOf(text);
    this.at = 0;
  }

  raw(count) {
    let value = 0;
    for (let n = count; n > 0; n--, this.at++) value = value * 2 + ((this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1);
    return value;
  }

  /* A number in Exp-Golomb code of order k. */
  expGolomb(k) {
    let bits = k;
    while (this.raw(1) && bits < 31) bits++;
    return this.raw(bits) + Math.pow(2, bits) - (1 << k);
  }
}

/* How fast a probability adapts, by how often it was used. */
const RATE = new Uint8Array([1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5]);
/* Where the contexts of the low bits of a number begin. */
const LOW_BITS = 192;

/* So many probabilities of one half, each with the count of its uses in the low four bits. */
export function probabilities(size) {
  return new Uint16Array(size).fill(2048 << 4);
}

export class RangeDecoder {
  constructor(text, model) {
    this.bytes = bytesOf(text);
    this.model = model;
    // Range and code: numbers of 32 bits are quick in such an array only.
    this.s = new Uint32Array(2);
    this.s[0] = 0xffffffff;
    this.place = 4;
    for (let i = 0; i < 4; i++) this.s[1] = (this.s[1] << 8) | this.bytes[i];
  }

  fill() {
    const { s } = this;
    if (!s[0]) throw new Error('damaged');
    while (s[0] < 0x1000000) {
      s[0] <<= 8;
      s[1] = (s[1] << 8) | this.bytes[this.place++];
    }
  }

  bit(at) {
    return this.leaf(at - 1, 1) & 1;
  }

  /* Bits of even probability. */
  rawBits(count) {
    const { s } = this;
    let value = 0;
    for (let n = count; n > 0;) {
      const k = Math.min(n, 12);
      s[0] >>>= k;
      const part = Math.min((s[1] / s[0]) >>> 0, (1 << k) - 1);
      s[1] -= part * s[0];
      value = value * (1 << k) + part;
      if (s[0] < 0x1000000) this.fill();
      n -= k;
    }
    return value;
  }

  below(size) {
    const { s } = this;
    s[0] = s[0] / size;
    const value = (s[1] / s[0]) >>> 0;
    s[1] -= value * s[0];
    this.fill();
    return value;
  }

  /* A part of a scale: the number in from..to at which it lies. */
  share(sums, from, to) {
    const { s } = this;
    s[0] = s[0] / (sums[to] - sums[from]);
    const wanted = sums[from] + ((s[1] / s[0]) >>> 0);
    let low = from;
    let high = to - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (sums[middle] <= wanted) low = middle;
      else high = middle - 1;
    }
    s[1] -= (sums[low] - sums[from]) * s[0];
    s[0] *= sums[low + 1] - sums[low];
    this.fill();
    return low;
  }

  tree(base, bits) {
    return this.leaf(base, bits) - (1 << bits);
  }

  /* The leaf of a tree of bits, with the 1 that the tree began with. */
  leaf(base, bits) {
    const { model, s } = this;
    let range = s[0];
    let code = s[1];
    let node = 1;
    for (let left = bits; left > 0; left--) {
      const at = base + node;
      const entry = model[at];
      const count = entry & 15;
      let value = entry >> 4;
      const bound = Math.imul(range >>> 12, value) >>> 0;
      if (code < bound) {
        range = bound;
        value += (4096 - value) >> RATE[count];
        node <<= 1;
      } else {
        code = (code - bound) >>> 0;
        range = (range - bound) >>> 0;
        value -= value >> RATE[count];
        node = (node << 1) | 1;
      }
      if (value < 16) value = 16;
      else if (value > 4080) value = 4080;
      model[at] = (value << 4) | (count < 15 ? count + 1 : 15);
      while (range < 0x1000000) {
        if (!range) throw new Error('damaged');
        range = (range << 8) >>> 0;
        code = ((code << 8) | this.bytes[this.place++]) >>> 0;
      }
    }
    s[0] = range;
    s[1] = code;
    return node;
  }

  number(base, treeBits) {
    const bits = this.tree(base, treeBits);
    if (!bits) return 0;
    let value = 2 | this.bit(LOW_BITS + bits * 4 + 1);
    if (bits > 1) {
      value = (value << 1) | this.bit(LOW_BITS + bits * 4 + 2 + (value & 1));
      if (bits > 2) value = value * Math.pow(2, bits - 2) + this.rawBits(bits - 2);
    }
    return value - 1;
  }

  /* Ascending numbers; `sums`, where given, says what each weighs. */
  ascending(out, from, n, low, high, sums) {
    if (!n) return;
    if (high - low + 1 === n) {
      for (let i = 0; i < n; i++) out[from + i] = low + i;
      return;
    }
    const middle = n >> 1;
    const first = low + middle;
    const last = high - (n - 1 - middle);
    const value = sums ? this.share(sums, first, last + 1) : first + this.below(last - first + 1);
    out[from + middle] = value;
    this.ascending(out, from, middle, low, value - 1, sums);
    this.ascending(out, from + middle + 1, n - middle - 1, value + 1, high, sums);
  }
}
