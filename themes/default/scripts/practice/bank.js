/* The bank of all questions, as docs/formats.md tells: a manifest, and a file for each page with questions. */
import { bring, root } from '../study/shared.js';
import { dateKey } from './daily.js';

const FORMAT = 1;
const files = new Map();
let manifest = null;
let opening = null;

window.studyhallBank = (format, data) => {
  if (format !== FORMAT) return;
  const pages = data[2].map((row) => ({ name: row[0], stamp: row[1], column: row[2], course: row[3], ids: row[4].match(/.{8}/g) || [] }));
  const of = new Map();
  pages.forEach((page) => page.ids.forEach((id) => of.set(id, page)));
  manifest = { columns: data[0], courses: data[1], pages, of };
};
window.studyhallQuestions = (format, name, data) => {
  if (format === FORMAT) files.set(name, data);
};

/** The manifest: `columns`, `courses`, `pages`, and `of`: the page of each question. Asked for anew each day. */
export function bank() {
  if (!opening) {
    opening = bringBank();
    opening.catch(() => (opening = null));
  }
  return opening;
}

async function bringBank() {
  await bring(`${root}study/bank.js?${dateKey(new Date())}`);
  if (!manifest) throw new Error('bank');
  return manifest;
}

/** All ids, or those of a column or course. */
export function idsOf(all, column, course) {
  const ids = [];
  all.pages.forEach((page) => {
    if ((column < 0 || page.column === column) && (course < 0 || page.course === course)) ids.push(...page.ids);
  });
  return ids;
}

/** The questions of these ids, in their order; those that the bank no longer has are left out. */
export async function questions(ids) {
  const all = await bank();
  const pages = Array.from(new Set(ids.map((id) => all.of.get(id)).filter(Boolean)));
  // What does not come is left out.
  await Promise.all(pages.map((page) => bring(`${root}study/q/${page.name}.js?${page.stamp}`).catch(() => null)));
  const found = new Map();
  for (const page of pages) {
    const data = files.get(page.name);
    if (!data) continue;
    const [url, title, rows] = data;
    const column = page.column < 0 ? '' : all.columns[page.column];
    for (const [id, kind, stem, options, right, why, anchor] of rows) {
      found.set(id, { id, kind, stem, options, right, why, anchor, url, title, column });
    }
  }
  return ids.map((id) => found.get(id)).filter(Boolean);
}

/** A text of the site as nodes: it is the site's own markup, made safe when the site was built. */
export function markup(html) {
  const holder = document.createElement('template');
  holder.innerHTML = html;
  return holder.content;
}
