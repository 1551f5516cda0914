/* Whether candidates truly hold what is wanted, and what is shown of them: their texts have the last word. */
import { unawaited } from './ahead.js';
import { excerpt, has, holds, look, tableOf } from './excerpt.js';
import { buckets } from './query.js';

/* The first block of a page that holds a phrase, or -1. */
function seek(index, hit, phrase) {
  if (!hit.seen[phrase]) {
    hit.seen[phrase] = firstBlock(index, hit.page, phrase);
    hit.seen[phrase].catch(() => delete hit.seen[phrase]);
  }
  return hit.seen[phrase];
}

async function firstBlock(index, page, phrase) {
  const places = await index.places(page, buckets(phrase));
  // What the map of a very long page names is likely: a few at once. Of another one the first block most often has it.
  let asked = index.starts[page + 1] - index.starts[page] > 6 ? 0 : 1;
  for (let at = 0; at < places.length; at++) {
    // What is not found soon lies far: files are asked for ahead, since each that is waited for costs a turn to the host.
    if (at === asked) {
      asked = asked ? asked * 6 + 1 : 3;
      for (const block of places.slice(at, asked)) unawaited(index.packed(block));
    }
    const block = await index.block(places[at]);
    if (holds(index, block, places[at] === index.starts[page], phrase)) return places[at];
  }
  return -1;
}

/* A page that cannot be looked at or shown, for want of a file: it is left out, and the answer says so. */
function lose(answer, hit, error) {
  if (error.stale) throw error;
  answer.failed = hit.listed = true;
  hit.state = -1;
}

/* Whether a page truly holds what is wanted: its texts are fetched as far as is needed. */
export async function check(index, answer, hit) {
  if (!hit.state) hit.state = (await holdsAll(index, hit)) ? 1 : -1;
  return hit.state > 0;
}

async function holdsAll(index, hit) {
  for (const want of hit.wants) if (!(await holdsAny(index, hit, want))) return false;
  for (const phrase of hit.nots) if ((await seek(index, hit, phrase)) >= 0) return false;
  return true;
}

async function holdsAny(index, hit, want) {
  for (const one of want) {
    if (!one.sure) one.sure = (await seek(index, hit, one.phrase)) >= 0;
    if (one.sure) return true;
  }
  return false;
}

/* The same, but a page whose file is missing is lost. */
export async function checked(index, answer, hit) {
  try {
    return await check(index, answer, hit);
  } catch (error) {
    lose(answer, hit, error);
    return false;
  }
}

/* How many files it takes at least to check these pages. */
export function cost(index, hits) {
  const needed = new Set();
  for (const hit of hits) {
    const { name } = index.fileAt(index.starts[hit.page]);
    if (!hit.state && !index.cache.has(name)) needed.add(name);
  }
  return needed.size;
}

/* How many of these there are, where that is known well enough, else 0: what is open may all be right or all be wrong, and a number is
   never told that may be off by more than a fifth. */
export function estimate(hits) {
  const open = hits.filter((hit) => !hit.state).length;
  const known = hits.length - open;
  return open * 2 > known ? 0 : Math.round(Math.min(known * 1.2, known + open / 2));
}

/* What is shown of a page. */
export async function show(index, answer, hit) {
  const start = index.starts[hit.page];
  const isLong = index.starts[hit.page + 1] - start > 1;
  // Of a long page the block that has a line with the most of the words.
  const places = await Promise.all(
    hit.wants.slice(0, isLong ? undefined : 1).map(async (want, i) => {
      try {
        const at = await seek(index, hit, (want.find((one) => one.sure) || want[0]).phrase);
        return at < 0 ? start : at;
      } catch (error) {
        if (!i) throw error;
        return start;
      }
    })
  );
  const blocks = await Promise.all(
    Array.from(new Set(places), async (at) => {
      const block = await index.block(at);
      return Object.assign(look(index, block, at === start, answer.phrases), { block });
    })
  );
  const { block, best } = blocks.reduce((a, b) => (b.best.hits > a.best.hits ? b : a));
  const { about } = block;
  const table = tableOf(index, block);
  const facet = (row) => index.names[row][index.facets[row][hit.page]];
  const cut = (text, length) => (text ? excerpt(table, text, answer.phrases, length) : []);
  // Where the words stand together a page is rather about them: in its title most.
  const together = (text) => answer.whole && has(table, text, answer.whole);
  const near = together(about.title) ? 30 : together(best.heading) || together(best.line) ? 15 : 0;
  return {
    page: hit.page,
    score: hit.score + near,
    url: about.url,
    anchor: best.anchor,
    heading: best.heading,
    date: about.date,
    facts: cut(about.facts, 0),
    head: cut(best.heading, 40),
    title: cut(about.title, 0),
    text: cut(best.line, 76),
    kind: facet(0),
    branch: facet(1).name,
    status: facet(2),
    year: index.years[hit.page],
  };
}

/* Of these candidates, ten or so that truly hold what is wanted, after the first `skip` of such; those whose title is
   little more than the words come first among them. `early`, where given, is told of the first ones before all are known,
   as the candidates lie. */
export async function results(index, answer, hits, skip, size, early) {
  const rows = [];
  let passed = 0;
  async function row(hit) {
    try {
      return await show(index, answer, hit);
    } catch (error) {
      lose(answer, hit, error);
      return null;
    }
  }
  async function tellEarly() {
    // What fails is told in the end.
    const first = await Promise.all(rows).catch(() => null);
    if (first) early(first.filter(Boolean));
  }
  function add(hit) {
    if (rows.length === size || passed++ < skip) return;
    rows.push(row(hit));
    if (early) tellEarly();
  }
  // A page that turns out not to hold the words costs a turn to the host: from the second one on more are asked for at once, the more
  // the fewer have held them, but no more than are likely needed.
  let right = 0;
  for (let at = 0, wave = 1; at < hits.length && rows.length < size; wave *= 3) {
    const likely = at && right ? Math.ceil((1.5 * at) / right) : wave;
    const batch = hits.slice(at, at + (size - rows.length) * Math.min(wave, likely));
    const held = [];
    let next = 0;
    // Before what is here already is read: that takes time, and the host is at work meanwhile.
    for (const hit of batch) if (hit.state >= 0) unawaited(index.packed(index.starts[hit.page]));
    await Promise.all(
      batch.map(async (hit, i) => {
        held[i] = await checked(index, answer, hit);
        for (; held[next] !== undefined; next++) {
          if (!held[next]) continue;
          right++;
          add(batch[next]);
        }
      })
    );
    at += batch.length;
  }
  const list = (await Promise.all(rows)).filter(Boolean);
  // Nothing of what is there can be shown.
  if (rows.length && !list.length) throw new Error('missing');
  list.forEach((one, at) => {
    let all = 0;
    let marked = 0;
    for (const [text, isHit] of one.title) {
      all += text.length;
      if (isHit) marked += text.length;
    }
    one.rank = one.score + (marked > all * 0.6 ? (30 * marked) / all : 0);
    one.at = at;
  });
  return list.sort((a, b) => b.rank - a.rank || a.at - b.at);
}
