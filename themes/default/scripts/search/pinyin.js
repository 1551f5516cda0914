/* What letters may mean by their sound: titles, headings and terms of the glossary. */
import { ALIGNED, GRAM, HEADING, NONE, STRONG, TITLE, WORD, classOf, fold, runs, shardAt, termsOf } from './core.js';

/* What was found of letters as they stand, and what is found of their sound; a word that stands as it was typed comes before
   what only sounds like it, and what has all its sounds typed before the rest. */
export async function sounding(index, letters, plain, look) {
  const meanings = await heard(index, letters);
  const hasStrong = meanings.some((one) => !one.weak);
  const literal = meanings.length ? index.exact(letters.slice(0, 20)).catch(() => NONE) : NONE;
  const [asTyped, bySound, word] = await Promise.all([plain, Promise.all(meanings.map(look)), literal]);
  const typed = new Set(word.pages);
  if (typed.size) {
    for (const one of asTyped) one.list = reflagged(one.list, 0, (flags, page) => (typed.has(page) ? flags | HEADING | STRONG : flags));
  }
  bySound.forEach((one, i) => {
    one.list = reflagged(one.list, one.only, (flags) => {
      if (typed.size) return flags & TITLE ? STRONG : 0;
      return hasStrong && meanings[i].weak ? flags & TITLE && HEADING : flags;
    });
  });
  return Object.assign([...asTyped, ...bySound], { lost: meanings.lost });
}

/* The pages of a list that have one of the flags, with their flags changed. */
function reflagged(list, flags, change) {
  const keep = Array.from(list.pages.keys()).filter((i) => !flags || list.flags[i] & flags);
  return { pages: keep.map((i) => list.pages[i]), flags: keep.map((i) => change(list.flags[i], list.pages[i])) };
}

/* Whether there is something that has a sound. A stamp may be 0. */
export function hasSounds(index) {
  return index.sounds[0] !== undefined;
}

/* What letters are looked for costs no more than so many files of terms, and so many phrases: what has all its sounds typed,
   then single characters, then titles whose last sound is only begun or that are typed by initials, then headings. */
const FILES = [8, 20, 22, 28];
const PHRASES = [16, 60, 72, 84];

/* How a character takes the letters: by its whole reading, by one that may be only begun at the end of the letters, by its initial. */
const WHOLE = 1;
const FULL = 2;
const INITIALS = 4;

/* Which Chinese a run of letters and digits may stand for: [{ phrase, only, ask, weak }]; `ask` is what is looked up of it, if not
   all; what is weak has its sounds only in part. The list is `lost` where a file was missing. */
export async function heard(index, typed) {
  if (!hasSounds(index)) return [];
  const letters = typed.replace(/\u00fc/g, 'v');
  let lost = false;
  function miss(error) {
    if (error.stale) throw error;
    lost = true;
    return '';
  }
  let list = [];
  try {
    const texts = await Promise.all([readings(index), headings(index, miss), titles(index, miss)]);
    list = affordable(index, meanings(letters, ...texts));
  } catch (error) {
    miss(error);
  }
  return Object.assign(list, { lost });
}

function meanings(letters, known, headingText, titleText) {
  const names = titleText.indexOf('\n\n');
  const whole = new Map();
  const single = new Map();
  const begun = new Map();
  const inHeadings = new Map();
  function hear(mode, found) {
    findSounds(titleText, names, letters, known, mode, found);
    findSounds(headingText, -1, letters, known, mode, mode === WHOLE ? found : inHeadings);
  }
  hear(WHOLE, whole);
  hear(FULL, begun);
  hear(INITIALS, begun);
  if (!whole.size && !begun.size && !inHeadings.size) hear(FULL | INITIALS, begun);
  known.forEach((sounds, c) => {
    if (!sounds.includes(letters)) return;
    findAlone(titleText, c, single);
    findAlone(headingText, c, single);
  });
  return [whole, single, begun, inHeadings];
}

/* Finds a character by itself; where nothing follows it, with what is before it or behind the next blank: the lists tell of a
   character that stands alone on the whole page, and else of pairs. */
function findAlone(text, c, found) {
  for (let at = text.indexOf(c); at >= 0; at = text.indexOf(c, at + 1)) {
    const end = at + c.length;
    let phrase = c;
    if (classOf(text.charCodeAt(end)) !== GRAM) {
      if (at && classOf(text.charCodeAt(at - 1)) === GRAM) phrase = text[at - 1] + c;
      else if (text[end] === ' ') [phrase] = text.slice(at, end + 3).split('\n');
    }
    const one = found.get(phrase);
    if (one) one.count++;
    else found.set(phrase, { phrase, isTerm: false, begins: 0, count: 1 });
  }
}

/* Finds what sounds like the letters in a text with the terms before `names`, a line each, over whatever parts their words; words
   in Latin letters are as they stand. */
function findSounds(text, names, letters, known, mode, found) {
  const after = new Set([letters[1]]);
  let starts = letters[0];
  for (const c of known.by[letters[0]] || '') {
    const ends = steps(known.get(c), letters, 0, mode);
    if (ends.length) starts += c;
    for (const end of ends) after.add(letters[end]);
  }
  let seconds = '';
  for (const letter of after) seconds += (letter || '') + (known.by[letter] || '');

  function follow(from, place, at, han) {
    if (at === letters.length) {
      if (han > 1 || (han && known.get(text[from]) === undefined)) note(from, place);
      return;
    }
    const i = text[place] === ' ' && at ? place + 1 : place;
    const c = String.fromCodePoint(text.codePointAt(i));
    const next = i + c.length;
    if (c === letters[at]) follow(from, next, at + 1, han);
    else for (const end of steps(known.get(c), letters, at, mode)) follow(from, next, end, han + 1);
  }
  function note(from, to) {
    const phrase = text.slice(from, to);
    const begins = !from || text[from - 1] === '\n';
    let one = found.get(phrase);
    if (!one) found.set(phrase, (one = { phrase, isTerm: false, begins: 0, count: 0 }));
    if (from < names) one.isTerm = one.isTerm || (begins && text[to] === '\n');
    else {
      one.count++;
      if (begins) one.begins++;
    }
  }
  const rule = new RegExp(`[${starts}](?= ?[${seconds}])`, 'gu');
  for (let hit; (hit = rule.exec(text));) {
    // A word is found by its beginning only.
    if (hit[0] !== letters[0] || !hit.index || classOf(text.charCodeAt(hit.index - 1)) !== WORD) follow(hit.index, hit.index, 0, 0);
  }
}

/* How far a character takes the letters: where it may end. */
function steps(sounds, letters, at, mode) {
  const ends = [];
  function add(end) {
    if (!ends.includes(end)) ends.push(end);
  }
  for (const reading of sounds || []) {
    if (reading[0] !== letters[at]) continue;
    const rest = letters.slice(at, at + reading.length);
    if (mode & (WHOLE | FULL) && (mode & FULL ? reading.startsWith(rest) : reading === rest)) add(at + rest.length);
    if (mode & INITIALS) add(at + 1);
  }
  return ends;
}

/* What is looked up of a phrase with characters that stand alone, if not the whole: where such a one has something behind it
   elsewhere on the page, no list tells that it stands in the title. */
function lookedUp(phrase) {
  const parts = runs(phrase);
  let kept = parts.filter((run) => run.kind === WORD || run.chars.length > 1);
  if (!kept.length) kept = parts.slice(-1);
  return kept.length < parts.length ? kept.map((run) => run.chars.join('')).join(' ') : '';
}

/* The first of each of these, as far as they cost no more than they may; headings are the last. */
function affordable(index, lists) {
  const taken = [];
  const seen = new Set();
  let files = new Set();
  lists.forEach((found, at) => {
    const sorted = Array.from(found.values()).sort(
      (a, b) => b.isTerm - a.isTerm || (b.begins > 0) - (a.begins > 0) || b.begins - a.begins || b.count - a.count
    );
    for (const { phrase, isTerm } of sorted) {
      if (seen.has(phrase) || taken.length >= PHRASES[at]) continue;
      const more = new Set(files);
      const ask = lookedUp(phrase);
      for (const [term, isPrefix] of termsOf(ask || phrase).first) {
        const first = shardAt(index.terms, term);
        const last = isPrefix ? shardAt(index.terms, `${term}\uffff`) : first;
        for (let i = first; i <= last; i++) more.add(i);
      }
      if (more.size > FILES[at]) continue;
      files = more;
      seen.add(phrase);
      taken.push({ phrase, only: isTerm ? 0 : at > 2 ? HEADING : TITLE | HEADING, ask, weak: at > 1 });
    }
  });
  return taken;
}

/* The headings that no title has, a line each; `miss` is told of a file that is missing. */
export async function headings(index, miss) {
  const keys = Object.keys(index.sounds).filter((key) => key !== '0');
  const list = await Promise.all(keys.map((key) => index.text(`sounds/${key}`, index.sounds[key]).catch(miss)));
  return `${list.join('\n')}\n`;
}

/* The readings of each character, and `by` their first letter the characters. A failure is not kept. */
export function readings(index) {
  if (!index.readings) {
    index.readings = index.text('sounds/all', index.sounds[0]).then(readingsFrom);
    index.readings.catch(() => (index.readings = null));
  }
  return index.readings;
}

function readingsFrom(text) {
  const known = new Map();
  known.by = {};
  for (const one of text.split(' ')) {
    const reading = /^[a-z]*/.exec(one)[0];
    const chars = one.slice(reading.length);
    const list = [reading];
    // Both are typed for ü.
    if (reading.includes('v')) list.push(reading.replace('v', 'u'));
    known.by[reading[0]] = (known.by[reading[0]] || '') + chars;
    for (const c of chars) known.set(c, [...(known.get(c) || []), ...list]);
  }
  return known;
}

/* The text of a file of titles: the glossary is the first. What it has to be simplified with is there then. */
export async function titled(index, at) {
  const shard = index.titles[at];
  const text = await index.text(at ? shard.name : 'titles/terms', shard.stamp);
  if (text[0] !== '\u0007') return text;
  if (!index.simplified) await index.simplify();
  return text.slice(1);
}

/* The glossary and all titles as the index knows them, a line each; an empty line between. */
export async function titles(index, miss) {
  if (index.titleLines) return index.titleLines;
  let isWhole = true;
  const list = await Promise.all(
    index.titles.map(async (_, at) => {
      try {
        return await titled(index, at);
      } catch (error) {
        isWhole = false;
        return miss(error);
      }
    })
  );
  const [terms, ...rest] = list.map((text) =>
    text
      .split('\n')
      .map((line) => quickFold(line, index.simplified))
      .join('\n')
  );
  const text = `${terms}\n\n${rest.join('\n')}\n`;
  if (isWhole) index.titleLines = text;
  return text;
}

/* Folds a title; most need no more than this, and there are many. */
const SIGNS = /[a-z\uff21-\uff5a][#+\uff03\uff0b]|[.\uff0e]n/i;
const QUICK = /^[\0-\x7e\u2014-\u2026\u3000-\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]*$/;
function quickFold(line, table) {
  if (!QUICK.test(line) || SIGNS.test(line) || line.search(ALIGNED) >= 0 || (table && line.search(table.rule) >= 0))
    return fold(line, table).text;
  return line
    .toLowerCase()
    .replace(/[^a-z0-9\u4e00-\u9fff]+/g, ' ')
    .trim();
}
