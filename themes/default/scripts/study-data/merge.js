/* Two records become one. Pure. */
import { blank } from '../study/record.js';

const later = (a, b) => (a.at > b.at || (a.at === b.at && JSON.stringify(a) > JSON.stringify(b)) ? a : b);

/** How two entries of one key become one. Whatever the order, the result is the same, and nothing is lost. */
const MERGE = {
  lessons: (a, b) => {
    const one = Object.assign({}, later(a, b));
    const mark = a.dt > b.dt || (a.dt === b.dt && a.d > b.d) ? a : b;
    one.d = mark.d;
    one.dt = mark.dt;
    one.p = Math.max(a.p, b.p);
    return one;
  },
  courses: later,
  marks: later,
  notes: (a, b) => {
    const young = later(a, b);
    const old = young === a ? b : a;
    if (!young.x || !old.x || young.x.indexOf(old.x) >= 0) return young;
    const whole = old.x.indexOf(young.x) >= 0 ? old.x : `${old.x}\n\n${young.x}`;
    return { t: young.t, x: whole, at: young.at };
  },
  answers: (a, b) => {
    const one = Object.assign({}, later(a, b));
    one.n = Math.max(a.n, b.n);
    one.w = Math.max(a.w, b.w);
    return one;
  },
};

export function merge(a, b) {
  const record = blank(a.site);
  record.goal = later(a.goal, b.goal);
  Object.keys(MERGE).forEach((part) => {
    Object.keys(a[part])
      .concat(Object.keys(b[part]))
      .forEach((key) => {
        const left = a[part][key];
        const right = b[part][key];
        record[part][key] = left && right ? MERGE[part](left, right) : left || right;
      });
  });
  return record;
}

/** How much there is of each part, for telling the reader. */
export function count(record) {
  const list = (part, keep) => Object.keys(record[part]).filter((key) => keep(record[part][key])).length;
  return {
    lessons: list('lessons', () => true),
    done: list('lessons', (entry) => entry.d > 0),
    marks: list('marks', (entry) => entry.on),
    notes: list('notes', (entry) => entry.x),
    answers: list('answers', () => true),
    wrong: list('answers', (entry) => entry.due > 0),
  };
}
