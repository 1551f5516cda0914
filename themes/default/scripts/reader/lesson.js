/* A lesson: its sections, and where one stopped. */
import { make, hook, here, html, pageTitle } from '../study/page.js';
import { record, change } from '../study/store.js';
import { scrolled } from './scroll.js';

/** A lesson of which less has been read is not begun, and what is read beyond that is read. */
const BEGUN = 4;
const READ = 98;

export function lesson() {
  const place = hook('resume');
  if (!place || html.getAttribute('data-kind') !== 'lesson') return;
  const known = () => record().lessons[here];
  const facts = factsOf(place);
  resume(place, known());
  let now = null;
  let timer = 0;
  let moved = false;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (!now || !moved) return;
    const percent = Math.min(100, Math.round(now.part * 100));
    const before = known() || {};
    if (percent < BEGUN || (percent <= before.p && (now.heading ? now.heading.id : '') === before.a)) return;
    change((all) => {
      const one = entry(all, facts);
      one.p = Math.max(one.p, percent);
      one.a = now.heading && percent < READ ? now.heading.id : '';
      one.b = now.heading ? headingText(now.heading) : '';
      one.at = Date.now();
    });
  };
  addEventListener(
    'scroll',
    () => {
      moved = true;
    },
    { passive: true, once: true }
  );
  document.addEventListener('studyhall:patched', () => {
    const fresh = hook('resume');
    if (fresh) fresh.hidden = false;
  });
  scrolled((state) => {
    now = state;
    bars(state, known());
    if (moved && !timer) timer = setTimeout(save, 2000);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) save();
  });
  addEventListener('pagehide', save);
}

/** What the page says of the lesson, for pages that later tell of it without opening it. */
export function factsOf(place) {
  const get = (name) => place.getAttribute(`data-${name}`) || '';
  const number = (name) => Number(get(name)) || 0;
  return {
    lesson: { t: pageTitle(), c: get('course'), n: number('number'), k: get('column'), h: number('hours'), m: number('minutes') },
    course: { t: get('course-title'), k: get('column'), n: number('total'), m: number('course-minutes') },
  };
}

export function entry(all, facts) {
  const one = all.lessons[here] || { p: 0, a: '', b: '', at: 0, d: 0, dt: 0 };
  Object.assign(one, facts.lesson);
  all.lessons[here] = one;
  if (facts.lesson.c) all.courses[facts.lesson.c] = Object.assign({}, facts.course, { at: Date.now() });
  return one;
}

function headingText(heading) {
  const copy = heading.cloneNode(true);
  Array.prototype.forEach.call(copy.querySelectorAll('small'), (small) => small.remove());
  return copy.textContent.trim().slice(0, 60);
}

/** The bars of the sections: read, being read, to come. */
function bars(state, known) {
  const all = document.querySelectorAll('.steps i');
  const sections = state.headings.filter((heading) => heading.localName === 'h2');
  if (!all.length || all.length !== sections.length) return;
  const isDone = known && known.d;
  const tops = sections.map((heading) => heading.getBoundingClientRect().top);
  const article = document.querySelector('article.text').getBoundingClientRect();
  const reached = article.top + article.height * Math.max(state.part, known ? known.p / 100 : 0);
  Array.prototype.forEach.call(all, (bar, at) => {
    const from = tops[at];
    const to = at + 1 < tops.length ? tops[at + 1] : article.bottom;
    const part = isDone ? 1 : Math.max(0, Math.min(1, (reached - from) / (to - from || 1)));
    bar.style.setProperty('--part', part.toFixed(2));
  });
}

function resume(place, known) {
  const steps = place.querySelector('.steps');
  place.hidden = false;
  const target = known && !known.d && known.a ? document.getElementById(known.a) : null;
  if (!target || known.p < BEGUN) return html.removeAttribute('data-resume');
  const go = make(
    'a.resume',
    { href: `#${encodeURIComponent(known.a)}` },
    make('span', {}, `上次读到“${known.b}”`),
    make('b', {}, '接着读')
  );
  place.insertBefore(go, steps ? steps.nextSibling : null);
}
