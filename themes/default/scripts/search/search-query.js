/* Answers queries: candidates by the postings of their terms. What they truly hold is seen in results.js. */
import { ifFar, unawaited } from './ahead.js';
import { WORD } from './classes.js';
import { fold } from './fold.js';
import { shardAt } from './keys.js';
import { HEADING, NONE, STRONG, TITLE, intersection } from './postings.js';
import { joinNumbers, parse, runs, spellings, termsOf } from './query.js';

const CHINESE = /[\u3400-\u9fff\ud840-\ud87f]/;
/* Radicals stand for characters in the same table. */
const RADICAL = /[\u2e80-\u2eff\u31c0-\u31ef]/;

/* Answers a query: a Search, which knows its candidates; what is shown is asked of it. */
export async function search(index, query) {
  const again = async () => {
    await index.simplify();
    return run(index, query);
  };
  let answer;
  try {
    answer = await run(index, query);
  } catch (error) {
    // Nor is the file that is missing one that the simplified piece needs.
    if (error.stale || index.simplified || !CHINESE.test(query)) throw error;
    return again();
  }
  // A piece that stands nowhere may be written in traditional characters: the index holds none. Of a long one the end is not looked up.
  const isLost = answer.groups.some(({ found, phrases: [first] }) => (!found.length || first.length > 24) && CHINESE.test(first));
  return isLost && !index.simplified ? again() : answer;
}

async function run(index, query) {
  if (RADICAL.test(query) && !index.simplified) await index.simplify();
  const groups = groupsOf(query, index.simplified);
  const asked = groups.filter((group) => !group.not);
  const answer = { query, index, hits: [], groups, phrases: [], failed: false };
  if (!asked.length) {
    answer.groups = [];
    return answer;
  }
  await Promise.all(groups.map((group) => lookUp(index, group)));
  const meeting = await whereTheyMeet(index, asked, answer);
  let pages = null;
  for (const group of asked) pages = narrow(pages, group, answer.phrases);
  answer.failed = groups.some((group) => group.lost);
  for (const page of meeting) {
    const hit = pages.get(page);
    if (hit) hit.score += 15;
  }
  for (const group of groups) if (group.not) exclude(pages, group);
  for (const hit of pages.values()) {
    const status = index.names[2][index.facets[2][hit.page]].key;
    if (status === 'repealed' || status === 'expired') hit.score *= 0.55;
    if (!hit.nots.length && hit.wants.every((want) => want.some((one) => one.sure))) {
      hit.state = 1;
      hit.listed = true;
    }
    answer.hits.push(hit);
  }
  answer.hits.sort(byWorth(index));
  return answer;
}

/* The pieces of a query with all their spellings. */
function groupsOf(query, simplified) {
  const groups = parse(query);
  for (const group of groups) group.text = fold(group.text, simplified).text.replace(/\n/g, ' ');
  const kept = groups.filter((group) => group.text);
  joinNumbers(kept);
  for (const group of kept) {
    group.phrases = spellings(group.text, group.exact);
    if (group.number) group.phrases.push(...spellings(group.number));
  }
  return kept;
}

/* Finds the pages of each spelling of a piece, and of what its sound may mean. */
async function lookUp(index, group) {
  const letters = group.phrases[0];
  async function look({ phrase, only, ask }) {
    try {
      const { list, sure, lost } = await pagesOf(index, ask || phrase);
      return { phrase, only, list, sure: sure && !ask, lost };
    } catch (error) {
      if (error.stale) throw error;
      // A file that is missing does not take away what the others say.
      return { phrase, only, list: NONE, sure: false, lost: true };
    }
  }
  const plain = Promise.all(group.phrases.map((phrase) => look({ phrase })));
  unawaited(plain);
  let extras = null;
  if (!group.not && !group.exact && isSound(letters)) {
    try {
      extras = await index.more();
    } catch (error) {
      group.lost = true;
    }
  }
  const found = await (extras ? extras.sounding(index, letters, plain, look) : plain);
  if (found.every((one) => one.lost && !one.list.pages.length)) throw new Error('missing');
  group.lost = group.lost || found.lost || found.some((one) => one.lost);
  group.found = found.filter((one) => one.list.pages.length);
}

/* Whether letters may be typed for what they sound like. */
export function isSound(letters) {
  return letters.length <= 200 && /^[0-9]{0,9}[a-z][a-z0-9\u00fc]+$/.test(letters);
}

/* So many candidates are looked at rather than looked up. */
const FEW = 3;

/* The pages that may hold a phrase, whether they surely do, and whether a file was missing that tells more. */
export async function pagesOf(index, phrase) {
  const terms = termsOf(phrase);
  let { sure } = terms;
  let lost = false;
  if (!terms.first.length) return { list: NONE, sure: true };
  async function postings([term, isPrefix]) {
    try {
      return await (isPrefix ? index.prefix(term) : index.exact(term));
    } catch (error) {
      if (error.stale) throw error;
      // A file that is missing: what the others say is checked against the texts.
      lost = true;
      sure = false;
      return null;
    }
  }
  const ask = async (list) => (await Promise.all(list.map(postings))).filter(Boolean);
  const lists = await ifFar(ask(terms.first), () => {
    for (const [term] of terms.more.slice(0, 3)) unawaited(index.termShard(shardAt(index.terms, term)));
  });
  if (!lists.length) throw new Error('missing');
  let list = lists.sort((a, b) => a.pages.length - b.pages.length).reduce(intersection);
  if (terms.more.length && list.pages.length > FEW) list = (await ask(terms.more)).reduce(intersection, list);
  // Pages that have the pairs of a phrase may have them apart: most of those go by what follows each pair there.
  const pairs = lost ? [] : [...terms.first, ...terms.more].filter(([, , next]) => next);
  try {
    for (let at = 0; at < pairs.length && list.pages.length > FEW; at++) {
      const [pair, , next] = pairs[at];
      list = intersection(list, await index.followed(pair, next));
    }
  } catch (error) {
    // Then the texts have to tell.
    lost = true;
  }
  return { list, sure, lost };
}

/* Words typed apart that stand together are worth more: the pair of characters where they meet tells. */
async function whereTheyMeet(index, asked, answer) {
  const plain = asked.filter((group) => !group.exact).map((group) => group.phrases[0]);
  if (plain.length < 2 || plain.length > 6) return [];
  const meet = [];
  let [whole] = plain;
  for (let i = 1; i < plain.length; i++) {
    const left = runs(plain[i - 1]).pop();
    const right = runs(plain[i])[0];
    if (!left || !right) return [];
    // Where two words of letters meet is in no list.
    const areWords = left.kind === WORD && right.kind === WORD;
    if (!areWords) meet.push(left.chars[left.chars.length - 1] + right.chars[0]);
    whole += (areWords ? ' ' : left.kind === right.kind ? '' : '~') + plain[i];
  }
  answer.whole = whole;
  answer.phrases.push(whole);
  if (!meet.length) return [];
  try {
    return (await Promise.all(meet.map((pair) => index.exact(pair)))).reduce(intersection).pages;
  } catch (error) {
    return [];
  }
}

/* The pages that have one piece more. */
function narrow(pages, group, phrases) {
  const next = new Map();
  for (const { phrase, list, sure } of group.found) {
    if (!phrases.includes(phrase)) phrases.push(phrase);
    list.pages.forEach((page, i) => {
      let hit = next.get(page);
      if (!hit) {
        if (pages && !pages.has(page)) return;
        hit = pages ? pages.get(page) : { page, score: 0, wants: [], nots: [], state: 0, seen: {} };
        hit.wants.push([]);
        hit.best = 0;
        next.set(page, hit);
      }
      const flags = list.flags[i];
      const score = (flags & TITLE ? 100 : flags & HEADING ? 40 : 10) + (flags & STRONG ? 6 : 0);
      hit.wants[hit.wants.length - 1].push({ phrase, sure, score });
      if (score > hit.best) {
        hit.score += score - hit.best;
        hit.best = score;
      }
    });
  }
  for (const { wants } of next.values()) wants[wants.length - 1].sort((a, b) => b.score - a.score);
  return next;
}

/* Leaves out the pages that surely have what is not wanted, and notes what is to be looked for in the others. */
function exclude(pages, group) {
  for (const { phrase, list, sure } of group.found) {
    list.pages.forEach((page) => {
      const hit = pages.get(page);
      if (hit && sure) pages.delete(page);
      else if (hit) hit.nots.push(phrase);
    });
  }
}

/* Pages that have the words in their texts and nothing else to tell them apart: a short one is rather about them, and rather
   has a phrase than its pairs in several places. Each page that is looked through in vain has to be brought. */
function byWorth({ classes, dates }) {
  const size = (hit) => (hit.score < 20 * hit.wants.length ? classes[hit.page] : 0);
  return (a, b) => {
    if (b.score !== a.score) return b.score - a.score;
    const x = dates[a.page];
    const y = dates[b.page];
    return x === y ? size(a) - size(b) || a.page - b.page : y > x ? 1 : -1;
  };
}
