/* Whether an answer is right. Pure. The right answer is written as `data-right` and docs/formats.md tell. */

/** Right options as numbers, or for blanks the accepted texts. */
export function rightOf(kind, text) {
  if (kind === 'blank') return text.split(';').map((ways) => ways.split('|'));
  return text.split(' ').map(Number);
}

/** Texts that differ in width, case, blanks or a closing mark are the same answer. */
export function plain(text) {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200b\ufeff]+/g, '')
    .replace(/[。.，,；;]+$/, '');
}

/**
 * `given`: the chosen options as numbers from 1; of an order, the shown options in the order chosen; of blanks, the texts.
 */
export function isRight(kind, right, given) {
  if (kind === 'blank') {
    return given.length === right.length && right.every((ways, at) => ways.some((way) => plain(way) === plain(given[at])));
  }
  // Of an order, `right` says the place of each shown option.
  if (kind === 'order') return given.length === right.length && given.every((shown, at) => right[shown - 1] === at + 1);
  return given.length === right.length && right.every((option) => given.indexOf(option) >= 0);
}
