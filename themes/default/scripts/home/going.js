/* Courses to go on with. */
import { make, pageLink, record } from '../study/shared.js';

/** A thin line that is filled so far. */
export function bar(part) {
  const inner = make('i');
  const whole = make('div.bar', { 'aria-hidden': 'true' }, inner);
  inner.style.width = `${(Math.max(0, Math.min(1, part)) * 100).toFixed(1)}%`;
  return whole;
}

/** Courses begun and not finished, the latest first: address, title, done, lessons, minutes left. */
export function going() {
  const now = record();
  const courses = new Map();
  Object.keys(now.lessons).forEach((url) => {
    const one = now.lessons[url];
    if (!one.c || !now.courses[one.c]) return;
    if (!courses.has(one.c))
      courses.set(one.c, { url: one.c, t: now.courses[one.c].t, n: now.courses[one.c].n, done: 0, left: now.courses[one.c].m, at: 0 });
    const sum = courses.get(one.c);
    if (one.d) {
      sum.done++;
      sum.left -= one.m;
    }
    sum.at = Math.max(sum.at, one.at, one.dt);
  });
  return Array.from(courses.values())
    .filter((one) => one.done < one.n)
    .sort((a, b) => b.at - a.at);
}

export function courseRow(one) {
  return make(
    'li.row',
    {},
    pageLink(one.url, one.t),
    make('span.going-count', {}, `${one.done} / ${one.n} 讲`),
    make('p.facts', {}, make('span', {}, one.left > 0 ? `还剩约 ${one.left} 分钟` : '快学完了')),
    bar(one.n ? one.done / one.n : 0)
  );
}
