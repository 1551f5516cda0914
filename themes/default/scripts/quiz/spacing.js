/* When a question comes back: one answered wrong returns until it has been right twice, on different days. Pure. */

/** Days until a question comes back: after a wrong answer, after the first right one. */
const AGAIN = 1;
const LATER = 3;
/** So many times right, and it leaves the book. */
export const ENOUGH = 2;

/** The day as a number, by the reader's own clock. */
export function dayNumber(date) {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / 86400000);
}

/** The entry of a question after an answer; `before` may be missing. */
export function answered(before, right, today, now) {
  const old = before || { n: 0, w: 0, s: 0, due: 0 };
  const next = { n: old.n + 1, w: old.w + (right ? 0 : 1), s: old.s, due: old.due, at: now };
  if (!right) {
    next.s = 0;
    next.due = today + AGAIN;
  } else if (old.due > 0 && today >= old.due) {
    next.s = old.s + 1;
    next.due = next.s >= ENOUGH ? 0 : today + LATER;
    if (!next.due) next.s = 0;
  }
  return next;
}

/** The questions that are due, the longest waiting first. */
export function due(answers, today) {
  const ids = Object.keys(answers).filter((id) => answers[id].due > 0 && answers[id].due <= today);
  return ids.sort((a, b) => answers[a].due - answers[b].due || (a < b ? -1 : 1));
}

/** How many questions are in the book, due or not. */
export function waiting(answers) {
  return Object.keys(answers).filter((id) => answers[id].due > 0).length;
}
