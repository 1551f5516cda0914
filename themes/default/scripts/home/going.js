/* Courses to go on with. */
import { make, root, record } from "../study/shared.js";

/** A thin line that is filled so far. */
export function bar(part) {
  const inner = make("i"), whole = make("div.bar", { "aria-hidden": "true" }, inner);
  inner.style.width = (Math.max(0, Math.min(1, part)) * 100).toFixed(1) + "%";
  return whole;
}

/** Courses begun and not finished, the latest first: address, title, done, lessons, minutes left. */
export function going() {
  const now = record(), courses = {};
  Object.keys(now.lessons).forEach((url) => {
    const one = now.lessons[url];
    if (!one.c || !now.courses[one.c]) return;
    const sum = courses[one.c] || (courses[one.c] = { url: one.c, t: now.courses[one.c].t, n: now.courses[one.c].n, done: 0, left: now.courses[one.c].m, at: 0 });
    if (one.d) {
      sum.done++;
      sum.left -= one.m;
    }
    sum.at = Math.max(sum.at, one.at, one.dt);
  });
  return Object.keys(courses).map((url) => courses[url]).filter((one) => one.done < one.n).sort((a, b) => b.at - a.at);
}

export function courseRow(one) {
  return make("li.row", {}, make("a", { href: root + one.url }, one.t), make("span.going-count", {}, one.done + " / " + one.n + " 讲"),
    make("p.facts", {}, make("span", {}, one.left > 0 ? "还剩约 " + one.left + " 分钟" : "快学完了")), bar(one.n ? one.done / one.n : 0));
}
