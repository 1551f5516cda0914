/* What is shown of a page: the place that holds the words, cut to size. */
import { GAP, classOf } from './classes.js';
import { ALIGNED } from './context.js';
import { fold, normalize } from './fold.js';
import { place } from './query.js';

/* The usual anchor of a heading (src/search/blocks.rs); another one is written out. */
function anchorOf(heading) {
  let anchor = '';
  for (const c of heading) {
    const u = c.codePointAt(0);
    if (c >= 'A' && c <= 'Z') anchor += c.toLowerCase();
    else if (c === ' ') anchor += '-';
    else if (c === '-' || c === '_' || classOf(u > 0xff00 && u < 0xff5f ? u - 0xfee0 : u) !== GAP) anchor += c;
  }
  return anchor;
}

/* Characters that fold one by one, and none of which joins another: in such a text, simplified, Chinese words stand as they
   were asked. Folding a text costs more than unpacking it. */
const PLAIN = /^[\0-\x7e\u2014-\u2026\u3000-\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e]*$/;
const isPlain = (text) => PLAIN.test(text) && text.search(ALIGNED) < 0;
const HAN = /[\u4e00-\u9fff]+/g;
const HAN_ONLY = /^[\u4e00-\u9fff]+$/;

/* What a heading's line begins with, and what parts its anchor from its text. */
const HEADED = '\u0002';

/* What simplifies the characters of a block, if it has any that are simplified: its file says so. */
export function tableOf(index, block) {
  return block.traditional ? index.simplified : null;
}

/* Where phrases stand in a text: a function that gives up to `most` places of a phrase, as [from, to]. */
function placesIn(text, table) {
  const plain = isPlain(text) && !(table && table.longer.test(text));
  const bare = plain && table ? text.replace(table.rule, (c) => String.fromCharCode(table.get(c.charCodeAt(0)))) : text;
  let folded = null;

  /* Whether the gaps are what they may be: blanks, or brackets and blanks. */
  function fits(phrase, from) {
    let at = from;
    for (const c of phrase) {
      const isGap = /[_~]/.test(c) && folded.text[at] === ' ';
      if (isGap) {
        const gap = normalize(text.slice(endOf(text, folded.at[at - 1]), folded.at[at + 1]));
        if (!(c === '~' ? /^\s*$/ : /^[\s()<>[\]{}\u3008-\u301b]*$/).test(gap)) return false;
      }
      if (isGap || c !== '~') at += c.length;
    }
    return true;
  }

  return (phrase, most) => {
    const list = [];
    const runs = (plain && phrase.match(HAN)) || [];
    if (runs.some((run) => !bare.includes(run))) return list;
    const direct = runs[0] === phrase;
    const loose = /[_~]/.test(phrase);
    if (!direct && !folded) folded = fold(text, table);
    for (let from = 0; list.length < most;) {
      const [at, length] = direct ? [bare.indexOf(phrase, from), phrase.length] : place(folded.text, phrase, from);
      if (at < 0) break;
      from = at + length;
      if (!loose || fits(phrase, at)) list.push(direct ? [at, from] : [folded.at[at], endOf(text, folded.at[from - 1])]);
    }
    return list;
  };
}

/* Whether a text of a page has a phrase. */
export function has(table, text, phrase) {
  return placesIn(text, table)(phrase, 1).length > 0;
}

/* Whether a block holds a phrase. Most are Chinese words that stand in the text as they were asked. */
export function holds(index, block, first, phrase) {
  if (!block.traditional && HAN_ONLY.test(phrase)) {
    const { text } = block;
    const at = text.indexOf(phrase);
    // What is written before a heading is its anchor, which nobody sees.
    if (at >= 0 && text[text.lastIndexOf('\n', at) + 1] !== HEADED) return true;
    if (at < 0 && !first && isPlain(text)) return false;
  }
  return look(index, block, first, [phrase]).seen[0] > 0;
}

/* Which phrases stand in a block, and where best: the section and the line. */
export function look(index, block, first, phrases) {
  const table = tableOf(index, block);
  const { about } = block;
  const lines = block.text.split('\n');
  const seen = phrases.map(() => 0);
  // In most texts most words are found as they were asked: what is true of the whole is true of its lines.
  const bare = !table && phrases.every((phrase) => HAN_ONLY.test(phrase)) && isPlain(block.text);
  function note(text, value, other) {
    const places = !other && bare ? null : placesIn(text, table);
    let hits = 0;
    phrases.forEach((phrase, at) => {
      if (places ? !places(phrase, 1).length : !text.includes(phrase)) return;
      seen[at] |= value;
      hits++;
    });
    return hits;
  }
  const top = first ? Math.max(note(about.title, 1, true), note(about.facts, 4, true)) : 0;
  // What stands in the keywords only is told by them: the reader sees it nowhere else.
  const keyed = first && note(about.keywords, 8, true) && !top;
  let anchor = '';
  let heading = '';
  let best = null;
  lines.forEach((line, row) => {
    const isHeading = line[0] === HEADED;
    let hits;
    if (isHeading) {
      const at = line.indexOf(HEADED, 1);
      heading = line.slice(at + 1);
      anchor = at > 1 || !heading ? line.slice(1, at) : anchorOf(heading);
      hits = note(heading, 2) * 0.9;
    } else hits = note(line, 4);
    if (hits > 0 && (!best || hits > best.hits)) best = { hits, anchor, heading, line: isHeading ? textAfter(lines, row) : line };
  });
  if (!best) {
    const line = keyed ? `关键词：${about.keywords}` : lines.find((one) => one[0] !== HEADED) || '';
    best = { hits: 0, anchor: '', heading: '', line };
  } else if (top > Math.ceil(best.hits)) {
    // The title, or the number of a document, has more of the words than any line: the way leads there.
    best.anchor = best.heading = '';
  }
  return { seen, best };
}

/* A heading was hit: what follows it says more. */
function textAfter(lines, row) {
  const next = lines[row + 1];
  return next && next[0] !== HEADED ? next : '';
}

/* Marks that stand on the character before them. */
// eslint-disable-next-line no-misleading-character-class -- each is meant by itself
const MARK = /[\u0300-\u036f\u1160-\u11ff\u20d0-\u20f0\u3099\u309a\ufe00-\ufe0f\uff9e\uff9f]/;

/* Where the character that begins at a place ends, with the marks on it. */
function endOf(text, from) {
  let at = from + (text.codePointAt(from) > 0xffff ? 2 : 1);
  while (at < text.length && MARK.test(text[at])) at++;
  return at;
}

function isLowSurrogate(text, at) {
  const u = text.charCodeAt(at);
  return u >= 0xdc00 && u <= 0xdfff;
}

/* So many characters of a text a phone shows, in two lines. */
const SEEN = 34;

/* A text cut so that its first hit is seen, as [text, is a hit] pairs. */
export function excerpt(table, text, phrases, length) {
  const places = placesIn(text, table);
  const hits = [];
  for (const phrase of phrases) hits.push(...places(phrase, 40));
  hits.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const pieces = [];
  let from = 0;
  let to = text.length;
  if (length) {
    if (hits.length && hits[0][1] > SEEN) from = Math.max(0, Math.min(hits[0][0] - 18, text.length - SEEN));
    to = Math.min(text.length, from + length);
    if (from && isLowSurrogate(text, from)) from--;
    if (to < text.length && isLowSurrogate(text, to)) to++;
    if (from) pieces.push(['……', false]);
  }
  for (const [start, end] of hits) {
    if (start < from || end > to) continue;
    if (start > from) pieces.push([text.slice(from, start), false]);
    pieces.push([text.slice(start, end), true]);
    from = end;
  }
  if (from < to) pieces.push([text.slice(from, to), false]);
  if (to < text.length) pieces.push(['……', false]);
  return pieces;
}
