/* The bank of all questions, as docs/formats.md tells: a manifest, and a file for each page with questions. */
import { bring, root } from "../study/shared.js";
import { dateKey } from "./daily.js";

const FORMAT = 1;
const files = new Map();
let manifest = null, opening = null;

window.studyhallBank = (format, data) => {
  if (format !== FORMAT) return;
  const pages = data[2].map((row) => ({ name: row[0], stamp: row[1], column: row[2], course: row[3], ids: row[4].match(/.{8}/g) || [] }));
  const of = new Map();
  pages.forEach((page) => page.ids.forEach((id) => of.set(id, page)));
  manifest = { columns: data[0], courses: data[1], pages: pages, of: of };
};
window.studyhallQuestions = (format, name, data) => { if (format === FORMAT) files.set(name, data); };

/** The manifest: `columns`, `courses`, `pages`, and `of`: the page of each question. Asked for anew each day. */
export function bank() {
  if (!opening) {
    opening = bring(root + "study/bank.js?" + dateKey(new Date())).then(() => {
      if (!manifest) throw new Error("bank");
      return manifest;
    });
    opening.catch(() => { opening = null; });
  }
  return opening;
}

/** All ids, or those of a column or course. */
export function idsOf(all, column, course) {
  const ids = [];
  all.pages.forEach((page) => {
    if ((column < 0 || page.column === column) && (course < 0 || page.course === course)) ids.push.apply(ids, page.ids);
  });
  return ids;
}

/** The questions of these ids, in their order; those that the bank no longer has are left out. */
export function questions(ids) {
  return bank().then((all) => {
    const pages = [];
    ids.forEach((id) => { if (all.of.has(id) && !pages.includes(all.of.get(id))) pages.push(all.of.get(id)); });
    return Promise.all(pages.map((page) => bring(root + "study/q/" + page.name + ".js?" + page.stamp).catch(() => {}))).then(() => {
      const found = new Map();
      pages.forEach((page) => {
        const data = files.get(page.name);
        if (!data) return;
        data[2].forEach((row) => {
          found.set(row[0], {
            id: row[0], kind: row[1], stem: row[2], options: row[3], right: row[4], why: row[5], anchor: row[6],
            url: data[0], title: data[1], column: page.column < 0 ? "" : all.columns[page.column],
          });
        });
      });
      return ids.map((id) => found.get(id)).filter(Boolean);
    });
  });
}

/** A text of the site as nodes: it is the site's own markup, made safe when the site was built. */
export function markup(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}
