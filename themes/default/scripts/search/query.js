/* What is asked: words, phrases, what is not wanted, and how a phrase stands in a text. */
import { GAP, GRAM, WORD, classOf } from './classes.js';
import { ALIGNED, BLANKS } from './context.js';

/* Where wide blanks align, a narrow one parts words. */
function unaligned(name) {
  const isWide = /[\t\u00a0-\u200a\u3000]/.test(name);
  return name.replace(BLANKS, (blank) => (isWide && blank === ' ' ? blank : ''));
}

/* The pieces of a query: { not, exact, text }. Whatever is typed gives a list, which may be empty. */
export function parse(query) {
  const text = String(query)
    .slice(0, 600)
    .replace(/[\u201c\u201d\u201e\uff02]/g, '"')
    .replace(ALIGNED, (all, before, name) => before + unaligned(name))
    .replace(/(^|\s)[\uff0d\u2212]/g, '$1-');
  const pieces = [];
  const rule = /(-?)"([^"]*)"?|(-?)([^\s"]+)/g;
  for (let found; pieces.length < 40 && (found = rule.exec(text));) {
    const exact = found[2] !== undefined;
    const words = exact ? found[2] : found[4];
    if (words) pieces.push({ not: !!(found[1] || found[3]), exact, text: words });
  }
  return pieces;
}

/* The numbers of documents that are typed with blanks: one with its year behind who issued it is one piece; of another each piece
   may stand as a part of the whole, its `number`. */
export function joinNumbers(pieces) {
  pieces.forEach((first, at) => {
    for (let count = 4; count > 1; count--) {
      const some = pieces.slice(at, at + count);
      const whole = some.map((piece) => (piece.not || piece.exact ? '"' : piece.text)).join(' ');
      if (!/^[^ -~]{2,12} ?[12]\d{3}[ 第]+\d{1,4} ?号$/.test(whole)) continue;
      if (/\d$/.test(first.text)) {
        first.text = whole;
        pieces.splice(at + 1, count - 1);
      } else for (const piece of some) piece.number = whole;
    }
  });
}

/* A folded phrase as runs of characters or words. */
export function runs(phrase) {
  const list = [];
  let last = null;
  for (const c of phrase) {
    // Of signs folding leaves those that belong to a name.
    const kind = '#+.'.includes(c) ? GRAM : classOf(c.codePointAt(0));
    if (kind === GAP) {
      last = null;
      continue;
    }
    if (!last || last.kind !== kind) {
      last = { kind, chars: [], joined: !!last };
      list.push(last);
    }
    last.chars.push(c);
  }
  return list;
}

/* Where a phrase stands in a folded text; a word is found by its beginning only. */
export function find(text, phrase, from) {
  return place(text, phrase, from)[0];
}

/* The same, and how long it is there: [at, length]. */
export function place(text, phrase, from) {
  const loose = /[_~]/.test(phrase) && new RegExp(phrase.replace(/~/g, ' ?').replace(/_/g, ' '), 'g');
  const isWord = classOf(phrase.codePointAt(0)) === WORD;
  let { length } = phrase;
  function next(start) {
    if (!loose) return text.indexOf(phrase, start);
    loose.lastIndex = start;
    const found = loose.exec(text);
    if (!found) return -1;
    length = found[0].length;
    return found.index;
  }
  for (let at = next(from); at >= 0; at = next(at + 1)) {
    if (!isWord || at === 0) return [at, length];
    const low = text.charCodeAt(at - 1);
    const before = low >= 0xdc00 && low <= 0xdfff ? text.codePointAt(at - 2) : low;
    if (classOf(before) !== WORD) return [at, length];
  }
  return [-1, 0];
}

/* Other ways in which a piece of a query may stand in the text, with signs that no folded text has: `_` where brackets and blanks
   are, and nothing else, as in the number of a document; `~` where a blank may be. */
export function spellings(folded, exact) {
  const list = [folded];
  // What stands in quotation marks is meant as it is.
  if (exact) return list;
  function add(text) {
    if (!list.includes(text)) list.push(text);
  }
  function number(rule, before, after) {
    add(tidy(folded.replace(rule, `$1_$2_${before}$3${after}`)));
  }
  // Between Chinese and letters or digits some write a blank and some do not.
  add(folded.replace(/([a-z0-9])(?=[\u3400-\u9fff])|([\u3400-\u9fff])(?=[a-z0-9])/g, '$1$2~'));
  // The year stands by itself, the number perhaps behind 第 or between blanks.
  for (const blank of ['', '~']) {
    for (const before of ['', `第${blank}`]) number(/(^|[^0-9a-z])([12]\d{3}) ?第? ?(\d{1,4}) ?号/, before, `${blank}号`);
  }
  // One that is still being typed.
  number(/([^\s0-9a-z])([12]\d{3}) (\d{1,4})$/, '', '');
  number(/^([^ -~]{2,12})([12]\d{3})(\d{0,4})$/, '', '');
  // A few characters of who issued it may stand in brackets of their own: 党, 党办, 研究生, 党委办公室. Without a blank: a number and
  // its 号 are a pair, and that tells.
  for (const text of list.slice()) {
    const found = /[^ -~]{2,8}(?=_[12]\d{3}_第?\d+号)/.exec(text);
    if (!found) continue;
    const end = found.index + found[0].length;
    for (let at = found.index; at < end; at++) {
      for (let to = at + 1; to < at + 6 && to <= end; to++) add(tidy(`${text.slice(0, at)}_${text.slice(at, to)}_${text.slice(to)}`));
    }
  }
  return list;
}

function tidy(text) {
  return text.replace(/ ?_[ _]*/g, '_').replace(/^_|_$/g, '');
}

/* The terms of a phrase that every text with it has: [term, whether it is a beginning, what follows it], the telling ones first.
   `sure`: a text with them holds the phrase. */
export function termsOf(phrase) {
  const parts = runs(phrase);
  const first = [];
  const more = [];
  let sure = parts.length === 1;
  parts.forEach(({ kind, chars, joined }, at) => {
    const count = chars.length;
    const isFollowed = at + 1 < parts.length && parts[at + 1].joined;
    if (joined) first.push([parts[at - 1].chars.slice(-1)[0] + chars[0], false, kind === WORD ? '' : chars[1]]);
    if (kind === WORD) {
      if (count > 20) sure = false;
      first.push([chars.slice(0, 20).join(''), count <= 20 && at === parts.length - 1]);
    } else if (count === 1) {
      // What begins with it lies in many files: the year of a number tells more, and a pair that it is a part of.
      if (!joined && !isFollowed && !phrase.includes('_')) first.push([chars[0], true]);
    } else {
      if (count > 2) sure = false;
      for (let i = 0; i + 1 < count; i++) {
        const next = chars[i + 2] || (isFollowed ? parts[at + 1].chars[0] : '');
        (i % 2 === 0 || i + 2 === count ? first : more).push([chars[i] + chars[i + 1], false, next]);
      }
    }
  });
  return { first: first.slice(0, 24), more: more.slice(0, 24), sure };
}

/* The buckets of a page's map that a block with the phrase has something in (src/search/texts.rs). */
export function buckets(phrase) {
  const list = [];
  function take(...chars) {
    const [a, b, c] = chars.map((one) => one.codePointAt(0));
    const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c || 0, 0xc2b2ae35);
    list.push(Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 22);
  }
  runs(phrase).forEach(({ kind, chars, joined }, at, all) => {
    if (joined) take(all[at - 1].chars.slice(-1)[0], chars[0]);
    if (kind !== WORD) for (let i = 0; i + 1 < chars.length; i++) take(chars[i], chars[i + 1]);
    else if (chars.length > 2) take(chars[0], chars[1], chars[2]);
  });
  return list;
}
