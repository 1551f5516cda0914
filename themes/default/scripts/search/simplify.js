/* Simplified characters for traditional ones, and characters for radicals. */
import { BitReader } from './core.js';

export function simplify(index) {
  return index.get('simplified', undefined, ([data]) => (index.simplified = tableFrom(data)));
}

function tableFrom(data) {
  const at = data.indexOf(' ');
  const bits = new BitReader(data.slice(at + 1));
  const table = new Map();
  // The same for texts whose characters stay in their places; what would become longer is named apart.
  let same = '';
  let longer = '';
  let from = 0x2e80;
  for (let left = Number(data.slice(0, at)); left > 0; left--) {
    from += bits.expGolomb(2);
    const to = bits.raw(18);
    table.set(from, to);
    if (from > 0xffff) continue;
    if (to < 0x10000) same += String.fromCharCode(from);
    else longer += String.fromCharCode(from);
  }
  table.rule = new RegExp(`[${same}]`, 'g');
  table.longer = new RegExp(`[${longer}]`);
  return table;
}
