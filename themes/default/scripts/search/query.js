/* What is asked: words, phrases, what is not wanted, and how a phrase stands in a text. */
import { GAP, WORD, classOf } from "./fold.js";

/* The pieces of a query: { not, exact, text }. Whatever is typed gives a list, which may be empty. */
export function parse(query) {
  var text = String(query).slice(0, 600).replace(/[\u201c\u201d\u201e\uff02]/g, '"').replace(/(^|\s)[\uff0d\u2212]/g, "$1-");
  var pieces = [], found, rule = /(-?)"([^"]*)"?|(-?)([^\s"]+)/g;
  while ((found = rule.exec(text)) && pieces.length < 40) {
    var words = found[2] !== undefined ? found[2] : found[4];
    if (words) pieces.push({ not: !!(found[1] || found[3]), exact: found[2] !== undefined, text: words });
  }
  return pieces;
}

/* The numbers of documents that are typed with blanks: one with its year behind who issued it is one piece; of another each piece
   may stand as a part of the whole, its `number`. */
export function numbers(pieces) {
  pieces.forEach(function (first, at) {
    for (var count = 4; count > 1; count--) {
      var some = pieces.slice(at, at + count), whole = some.map(function (piece) { return piece.not || piece.exact ? '"' : piece.text; }).join(" ");
      if (!/^[^ -~]{2,12} ?[12]\d{3}[ \u7b2c]+\d{1,4} ?\u53f7$/.test(whole)) continue;
      if (/\d$/.test(first.text)) { first.text = whole; pieces.splice(at + 1, count - 1); } else some.forEach(function (piece) { piece.number = whole; });
    }
  });
}

/* A folded phrase as runs of characters or words. */
export function runs(phrase) {
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
export function find(text, phrase, from) { return place(text, phrase, from)[0]; }
/* The same, and how long it is there: [at, length]. */
export function place(text, phrase, from) {
  var loose = /[_~]/.test(phrase) && new RegExp(phrase.replace(/~/g, " ?").replace(/_/g, " "), "g");
  var word = classOf(phrase.codePointAt(0)) === WORD, length = phrase.length;
  function next(from) {
    if (!loose) return text.indexOf(phrase, from);
    loose.lastIndex = from;
    var found = loose.exec(text);
    if (found) length = found[0].length;
    return found ? found.index : -1;
  }
  for (var at = next(from); at >= 0; at = next(at + 1)) {
    if (!word || at === 0) return [at, length];
    var low = text.charCodeAt(at - 1);
    var before = low >= 0xDC00 && low <= 0xDFFF ? text.codePointAt(at - 2) : low;
    if (classOf(before) !== WORD) return [at, length];
  }
  return [-1, 0];
}

/* Other ways in which a piece of a query may stand in the text, with signs that no folded text has: `_` where brackets and blanks
   are, and nothing else, as in the number of a document; `~` where a blank may be. */
export function spellings(folded, exact) {
  var list = [folded];
  function add(text) { if (list.indexOf(text) < 0) list.push(text); }
  // What stands in quotation marks is meant as it is.
  if (exact) return list;
  // Between Chinese and letters or digits some write a blank and some do not.
  add(folded.replace(/([a-z0-9])(?=[\u3400-\u9fff])|([\u3400-\u9fff])(?=[a-z0-9])/g, "$1$2~"));
  // The year stands by itself, the number perhaps behind 第 or between blanks.
  ["", "~"].forEach(function (blank) {
    ["", "\u7b2c" + blank].forEach(function (before) { number(/(^|[^0-9a-z])([12]\d{3}) ?\u7b2c? ?(\d{1,4}) ?\u53f7/, before, blank + "\u53f7"); });
  });
  // One that is still being typed.
  number(/([^\s0-9a-z])([12]\d{3}) (\d{1,4})$/, "", "");
  number(/^([^ -~]{2,12})([12]\d{3})(\d{0,4})$/, "", "");
  function number(rule, before, after) { add(apart(folded.replace(rule, "$1_$2_" + before + "$3" + after))); }
  // A few characters of who issued it may stand in brackets of their own: 党, 党办, 研究生, 党委办公室. Without a blank: a number and
  // its 号 are a pair, and that tells.
  list.slice().forEach(function (text) {
    var found = /[^ -~]{2,8}(?=_[12]\d{3}_\u7b2c?\d+\u53f7)/.exec(text);
    for (var at = found ? found.index : 0, end = found ? at + found[0].length : 0; at < end; at++) {
      for (var to = at + 1; to < at + 6 && to <= end; to++) add(apart(text.slice(0, at) + "_" + text.slice(at, to) + "_" + text.slice(to)));
    }
  });
  return list;
}
function apart(text) { return text.replace(/ ?_[ _]*/g, "_").replace(/^_|_$/g, ""); }

/* The terms of a phrase that every text with it has: [term, whether it is a beginning], the telling ones first. `sure`:
   a text with them holds the phrase. */
export function wanted(phrase) {
  var parts = runs(phrase), first = [], more = [], sure = parts.length === 1;
  parts.forEach(function (run, at) {
    var chars = run.chars, earlier = at && parts[at - 1].chars;
    if (run.joined) first.push([earlier[earlier.length - 1] + chars[0], false]);
    if (run.kind === WORD) {
      if (chars.length > 20) sure = false;
      first.push([chars.slice(0, 20).join(""), chars.length <= 20 && at === parts.length - 1]);
    } else if (chars.length === 1) {
      // What begins with it lies in many files: the year of a number tells more.
      if (phrase.indexOf("_") < 0) first.push([chars[0], true]);
    } else {
      if (chars.length > 2) sure = false;
      for (var i = 0; i + 1 < chars.length; i++) (i % 2 === 0 || i + 2 === chars.length ? first : more).push([chars[i] + chars[i + 1], false]);
    }
  });
  return { first: first.slice(0, 24), more: more.slice(0, 24), sure: sure };
}

/* The buckets of a page's map that a block with the phrase has something in (src/search/texts.rs). */
export function buckets(phrase) {
  var list = [];
  function take(chars) {
    var u = chars.map(function (c) { return c.codePointAt(0); });
    var mixed = Math.imul(u[0], 0x9E3779B1) ^ Math.imul(u[1], 0x85EBCA6B) ^ Math.imul(u[2] || 0, 0xC2B2AE35);
    list.push(Math.imul(mixed ^ mixed >>> 15, 0x2C1B3C6D) >>> 22);
  }
  runs(phrase).forEach(function (run, at, all) {
    var before = run.joined ? all[at - 1].chars : [];
    if (before.length) take([before[before.length - 1], run.chars[0]]);
    if (run.kind === WORD) { if (run.chars.length > 2) take(run.chars.slice(0, 3)); }
    else for (var i = 0; i + 1 < run.chars.length; i++) take([run.chars[i], run.chars[i + 1]]);
  });
  return list;
}
