/* Spellings near a query that found nothing. */
import { WORD, classOf, fold, intersection, isSound, pagesOf, parse, runs, shardAt } from './core.js';
import { hasSounds, headings, heard, readings, titles } from './pinyin.js';

/* Up to five queries near one that found nothing, each of which finds something. */
export async function near(index, query) {
  const worths = new Map();
  const pieces = parse(query).filter((piece) => !piece.not);
  const folded = pieces
    .slice(0, 4)
    .map((piece) => fold(piece.text, index.simplified).text)
    .filter(Boolean);
  function note(text, worth) {
    if (text !== query.trim()) worths.set(text, Math.max(worth, worths.get(text) || 0));
  }
  async function look(text, at) {
    function offer(other, worth) {
      if (!worth) return;
      // The other words stay, of the first four; if nothing has them all, one of them alone may do.
      const whole = folded.slice();
      whole[at] = other;
      note(whole.join(' '), worth + 100);
      note(other, worth);
    }
    const parts = runs(text).map((run) => run.chars.join(''));
    // Signs, or letters beside Chinese: what they part may stand apart.
    if (parts.length > 1) offer(parts.join(' '), 40);
    else if (classOf(text.codePointAt(0)) !== WORD) await slips(index, Array.from(text).slice(0, 8), offer);
    else
      for (const list of await Promise.all([words(index, text), misheard(index, text)]))
        for (const [word, worth] of list) offer(word, worth);
  }
  try {
    await Promise.all(folded.map(look));
  } catch (error) {
    return [];
  }
  const best = Array.from(worths)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 10);
  const isThere = await Promise.all(best.map(([text]) => finds(index, text)));
  const found = best.filter((_, at) => isThere[at]);
  // Beside a likely one, what is half as likely is noise.
  return found
    .filter(([, worth]) => worth * 2 > found[0][1])
    .map(([text]) => text)
    .slice(0, 5);
}

/* What is offered is truly there: a page with all its pairs need not hold the whole. */
async function finds(index, text) {
  try {
    const answer = await index.search(text);
    return (await index.results(answer, answer.hits.slice(0, 6), 0, 1)).length > 0;
  } catch (error) {
    if (error.stale) throw error;
    return false;
  }
}

/* Chinese with one slip: a character that sounds alike, one for another, two the wrong way round, one too many, a dot or a blank left
   out, and last what of it is there. */
function slips(index, chars, offer) {
  const count = chars.length;
  const text = (from, to) => chars.slice(from, to).join('');
  /* Phrases that stand on one page, as far as their lists tell. */
  async function ask(phrases, worth) {
    const found = await Promise.all(phrases.map((phrase) => pagesOf(index, phrase)));
    if (found.map((one) => one.list).reduce(intersection).pages.length) offer(phrases.join(' '), worth);
  }
  async function offerAll(list, worth) {
    for (const one of await list) offer(one, worth);
  }
  const jobs = [];
  for (let at = 0; at < count; at++) {
    if (at + 1 < count) jobs.push(ask([text(0, at) + chars[at + 1] + chars[at] + text(at + 2)], 60));
    if (count > 2 && at && at + 1 < count) jobs.push(ask([text(0, at) + text(at + 1)], 45));
    if (at > 1 && count - at > 1) jobs.push(ask([text(0, at), text(at)], 20));
    for (let length = Math.max(2, count - 2); length < count; length++) {
      if (at + length <= count) jobs.push(ask([text(at, at + length)], length));
    }
  }
  if (count > 2) jobs.push(offerAll(swapped(index, chars), 50));
  jobs.push(offerAll(alike(index, chars), 70));
  return Promise.all(jobs);
}

/* What sounds the same, in titles, headings and the glossary. */
async function alike(index, chars) {
  if (!hasSounds(index)) return [];
  const known = await readings(index);
  const sounds = chars.map((c) => (known.get(c) || [''])[0]);
  const letters = sounds.join('');
  if (sounds.includes('') || !isSound(letters)) return [];
  return (await heard(index, letters)).map((one) => one.phrase).filter((phrase) => Array.from(phrase).length === chars.length);
}

/* What letters with one slip mean by their sound: a wrong, missing or additional letter of one syllable, or two the wrong way round,
   perhaps of two. The three likeliest, as [words, worth]. */
async function misheard(index, letters) {
  if (letters.length < 5 || !isSound(letters) || !hasSounds(index)) return [];
  const none = () => '';
  const [known, titleText, headingText] = await Promise.all([readings(index), titles(index, none), headings(index, none)]);
  const syllables = new Syllables();
  let starts = '';
  known.forEach((sounds, c) => {
    if (syllables.ends(sounds, letters, 0, false).length) starts += c;
  });
  if (!starts) return [];
  const found = new Map();
  const names = titleText.indexOf('\n\n');
  hear(titleText, (from) => (from < names ? 90 : 0));
  hear(headingText, () => 0);
  return Array.from(found)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3);

  function hear(text, worthOf) {
    function follow(from, place, at, han, typed, isSlipped) {
      if (at === typed.length) {
        if (han < 2) return;
        const phrase = text.slice(from, place);
        found.set(phrase, Math.max(worthOf(from) || (!from || text[from - 1] === '\n' ? 50 : 30), found.get(phrase) || 0));
        return;
      }
      const i = text[place] === ' ' && at ? place + 1 : place;
      const c = String.fromCodePoint(text.codePointAt(i));
      const next = i + c.length;
      if (c === typed[at]) follow(from, next, at + 1, han, typed, isSlipped);
      else {
        for (const [end, meant, slipped] of syllables.ends(known.get(c) || [], typed, at, isSlipped)) {
          follow(from, next, end, han + 1, meant, slipped);
        }
      }
    }
    const rule = new RegExp(`[${starts}]`, 'gu');
    for (let hit; (hit = rule.exec(text));) follow(hit.index, hit.index, 0, 0, letters, false);
  }
}

/* Where the syllables of letters with one slip may end. */
class Syllables {
  constructor() {
    this.known = new Map();
  }

  /* Where a character may end that begins at a letter: as [end, letters as they were meant, whether a slip was made]. */
  ends(sounds, letters, at, isSlipped) {
    return [].concat(...sounds.map((reading) => this.endsOf(reading, letters, at, isSlipped)));
  }

  endsOf(reading, letters, at, isSlipped) {
    const key = reading + at;
    const end = at + reading.length;
    const known = !isSlipped && this.known.get(key);
    if (known) return known;
    const list = letters.slice(at, end) === reading ? [[end, letters, isSlipped]] : [];
    if (isSlipped) return list;
    for (let other = end - 1; other < end + 2; other++) {
      if (other > at && other <= letters.length && distance(reading, letters.slice(at, other)) === 1) list.push([other, letters, true]);
    }
    if (end < letters.length && letters[end] !== letters[end - 1]) {
      const turned = letters.slice(0, end - 1) + letters[end] + letters[end - 1] + letters.slice(end + 1);
      if (turned.slice(at, end) === reading) list.push([end, turned, true]);
    }
    this.known.set(key, list);
    return list;
  }
}

/* A word that is one or two slips away, among those that begin alike. */
async function words(index, word) {
  const list = [];
  const most = word.length > 5 ? 2 : 1;
  const isWord = (term) => classOf(term.codePointAt(0)) === WORD && classOf(term.codePointAt(term.length - 1)) === WORD;
  (await index.termShard(shardAt(index.terms, word))).forEach((found, term) => {
    if (term[0] !== word[0] || Math.abs(term.length - word.length) > 2 || !isWord(term)) return;
    const d = distance(word, term);
    // The more pages have it, the likelier; but a second slip is less likely than any of these.
    if (d <= most) list.push([term, 60 / d + Math.min(9, found.pages.length / 10)]);
  });
  return list;
}

/* The Levenshtein distance, but two letters the wrong way round are one slip. */
function distance(a, b) {
  for (let at = 0; at + 1 < a.length; at++) if (a.slice(0, at) + a[at + 1] + a[at] + a.slice(at + 2) === b) return 1;
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let last = row[0]++;
    for (let k = 1; k <= b.length; k++) {
      const old = row[k];
      row[k] = Math.min(row[k] + 1, row[k - 1] + 1, last + (a[i - 1] === b[k - 1] ? 0 : 1));
      last = old;
    }
  }
  return row[b.length];
}

/* One character after the first changed for another that stands between its neighbours. */
async function swapped(index, chars) {
  const found = [];
  async function swap(at) {
    // The pairs of a character may end one file and begin the next.
    const files = [];
    const last = shardAt(index.terms, `${chars[at - 1]}\uffff`);
    for (let place = shardAt(index.terms, chars[at - 1]); place <= last; place++) files.push(index.termShard(place));
    const shards = await Promise.all(files);
    const rest = chars.slice(at + 1);
    const known = rest.length > 1 ? rest : chars.slice(0, at).slice(-2);
    if ((!rest.length && at < 2) || known.length < 2) return;
    const context = await index.exact(known[0] + known[1]);
    const options = [];
    const look = (postings, term) => {
      const [first, second, ...others] = term;
      if (first !== chars[at - 1] || second === undefined || others.length || second === chars[at]) return;
      const n = intersection(postings, context).pages.length;
      if (n) options.push([second, n]);
    };
    for (const terms of shards) terms.forEach(look, chars[at - 1]);
    options.sort((a, b) => b[1] - a[1]);
    await Promise.all(options.slice(0, 3).map(([option]) => tryOption(at, option, rest)));
  }
  async function tryOption(at, option, rest) {
    const text = [...chars.slice(0, at), option, ...rest].join('');
    const joint = rest.length ? index.exact(option + rest[0]) : { pages: [0] };
    const [pair, whole] = await Promise.all([joint, pagesOf(index, text)]);
    if (pair.pages.length && whole.list.pages.length) found.push(text);
  }
  // No more than are waited for: a file that fails must find somebody who hears of it.
  await Promise.all(chars.slice(1, 5).map((_, k) => swap(k + 1)));
  return found;
}
