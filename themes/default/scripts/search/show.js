/* What is shown of a page: the place that holds the words, cut to size. */
import { GAP, classOf, fold, normal } from "./fold.js";
import { place } from "./query.js";

/* The usual anchor of a heading (src/search/blocks.rs); another one is written out. */
function anchorOf(heading) {
  var anchor = "";
  for (var c of heading) {
    var u = c.codePointAt(0);
    if (c >= "A" && c <= "Z") anchor += c.toLowerCase();
    else if (c === " ") anchor += "-";
    else if (c === "-" || c === "_" || classOf(u > 0xff00 && u < 0xff5f ? u - 0xfee0 : u) !== GAP) anchor += c;
  }
  return anchor;
}

/* Characters that fold one by one, and none of which joins another: in such a text, simplified, Chinese words stand as they
   were asked. Folding a text costs more than unpacking it. */
var PLAIN = /^[\0-\x7f\u2014-\u2026\u3000-\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e]*$/, HAN = /[\u4e00-\u9fff]+/g, HAN_ONLY = /^[\u4e00-\u9fff]+$/;

/* What simplifies the characters of a block, if it has any that are simplified: its file says so. */
export function tableOf(index, block) { return block.traditional ? index.simplified : null; }

/* Where phrases stand in a text: a function that gives up to `most` places of a phrase, as [from, to]. */
function placesIn(text, table) {
  var folded = null, plain = PLAIN.test(text) && !(table && table.longer.test(text)), bare = text;
  if (plain && table) bare = text.replace(table.rule, function (c) { return String.fromCharCode(table.get(c.charCodeAt(0))); });
  return function (phrase, most) {
    var list = [], runs = plain && phrase.match(HAN) || [], direct = runs[0] === phrase, loose = /[_~]/.test(phrase), found;
    if (runs.some(function (run) { return bare.indexOf(run) < 0; })) return list;
    if (!direct && !folded) folded = fold(text, table);
    for (found = next(0); found[0] >= 0 && list.length < most; found = next(found[0] + found[1])) {
      var end = found[0] + found[1];
      var here = direct ? [found[0], end] : [folded.at[found[0]], endOf(text, folded.at[end - 1])];
      if (!loose || fits(phrase, found[0])) list.push(here);
    }
    /* Whether the gaps are what they may be: blanks, or brackets and blanks. */
    function fits(phrase, at) {
      for (var c of phrase) {
        var gap = /[_~]/.test(c) && folded.text[at] === " ";
        if (gap && !(c === "~" ? /^\s*$/ : /^[\s()<>[\]{}\u3008-\u301b]*$/).test(normal(text.slice(endOf(text, folded.at[at - 1]), folded.at[at + 1])))) return false;
        if (gap || c !== "~") at += c.length;
      }
      return true;
    }
    function next(from) { return direct ? [bare.indexOf(phrase, from), phrase.length] : place(folded.text, phrase, from); }
    return list;
  };
}

/* Whether a text of a page has a phrase. */
export function has(table, text, phrase) { return placesIn(text, table)(phrase, 1).length > 0; }

/* Whether a block holds a phrase. Most are Chinese words that stand in the text as they were asked. */
export function holds(index, block, first, phrase) {
  if (!block.traditional && HAN_ONLY.test(phrase)) {
    var text = block.text, at = text.indexOf(phrase);
    // What is written before a heading is its anchor, which nobody sees.
    if (at >= 0 && text[text.lastIndexOf("\n", at) + 1] !== "\u0002") return true;
    if (at < 0 && !first && PLAIN.test(text)) return false;
  }
  return look(index, block, first, [phrase]).seen[0] > 0;
}

/* Which phrases stand in a block, and where best: the section and the line. */
export function look(index, block, first, phrases) {
  var table = tableOf(index, block), about = block.about, seen = phrases.map(function () { return 0; });
  // In most texts most words are found as they were asked: what is true of the whole is true of its lines.
  var bare = !table && phrases.every(function (phrase) { return HAN_ONLY.test(phrase); }) && PLAIN.test(block.text);
  function note(text, value, other) {
    var places = !other && bare ? null : placesIn(text, table), hits = 0;
    phrases.forEach(function (phrase, at) { if (places ? places(phrase, 1).length : text.indexOf(phrase) >= 0) { seen[at] |= value; hits++; } });
    return hits;
  }
  var top = first ? Math.max(note(about.title, 1, true), note(about.facts, 4, true)) : 0;
  // What stands in the keywords only is told by them: the reader sees it nowhere else.
  var keyed = first && note(about.keywords, 8, true) && !top;
  var anchor = "", heading = "", best = null;
  block.text.split("\n").forEach(function (line) {
    var hits, isHeading = line[0] === "\u0002";
    if (isHeading) {
      var at = line.indexOf("\u0002", 1);
      heading = line.slice(at + 1);
      anchor = at > 1 || !heading ? line.slice(1, at) : anchorOf(heading);
      hits = note(heading, 2) * 0.9;
    } else hits = note(line, 4);
    if (hits > 0 && (!best || hits > best.hits)) best = { hits: hits, anchor: anchor, heading: heading, line: isHeading ? "" : line, from: line };
  });
  if (!best) {
    var lines = block.text.split("\n").filter(function (line) { return line[0] !== "\u0002"; });
    best = { hits: 0, anchor: "", heading: "", line: keyed ? "\u5173\u952e\u8bcd\uff1a" + about.keywords : lines[0] || "" };
  } else {
    if (!best.line) {
      // A heading was hit: what follows it says more.
      var all = block.text.split("\n"), next = all[all.indexOf(best.from) + 1];
      best.line = next && next[0] !== "\u0002" ? next : "";
    }
    // The title, or the number of a document, has more of the words than any line: the way leads there.
    if (top > Math.ceil(best.hits)) best.anchor = best.heading = "";
  }
  return { seen: seen, best: best };
}
/* Where the character that begins at a place ends, with the marks on it. */
function endOf(text, at) {
  at += text.codePointAt(at) > 0xFFFF ? 2 : 1;
  while (at < text.length && /[\u0300-\u036f\u1160-\u11ff\u20d0-\u20f0\u3099\u309a\ufe00-\ufe0f\uff9e\uff9f]/.test(text[at])) at++;
  return at;
}
/* So many characters of a text a phone shows, in two lines. */
var SEEN = 34;
/* A text cut so that its first hit is seen, as [text, is a hit] pairs. */
export function excerpt(table, text, phrases, length) {
  var places = placesIn(text, table), hits = [];
  phrases.forEach(function (phrase) { hits.push.apply(hits, places(phrase, 40)); });
  hits.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
  var from = 0, to = text.length, pieces = [];
  if (length) {
    if (hits.length && hits[0][1] > SEEN) from = Math.max(0, Math.min(hits[0][0] - 18, text.length - SEEN));
    to = Math.min(text.length, from + length);
    if (from && text.charCodeAt(from) >= 0xDC00 && text.charCodeAt(from) <= 0xDFFF) from--;
    if (to < text.length && text.charCodeAt(to) >= 0xDC00 && text.charCodeAt(to) <= 0xDFFF) to++;
    if (from) pieces.push(["\u2026\u2026", false]);
  }
  var place = from;
  hits.forEach(function (hit) {
    if (hit[0] < place || hit[1] > to) return;
    if (hit[0] > place) pieces.push([text.slice(place, hit[0]), false]);
    pieces.push([text.slice(hit[0], hit[1]), true]);
    place = hit[1];
  });
  if (place < to) pieces.push([text.slice(place, to), false]);
  if (to < text.length) pieces.push(["\u2026\u2026", false]);
  return pieces;
}
