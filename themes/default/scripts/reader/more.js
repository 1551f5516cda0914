/* What is brought in when it is needed: questions, pictures, players, slides, keeping pages. */
import { part, arrived } from '../study/page.js';

export function more() {
  explain(near('.term, .footnote-ref', 'explain', true));
  near('.quiz[data-right]', 'quiz');
  near('audio', 'audio');
  near('[data-hook=done]', 'completion');
  document.addEventListener('click', async (event) => {
    if (event.ctrlKey || event.metaKey || event.defaultPrevented || !event.target.closest) return;
    const picture = event.target.closest('.text figure img, .album img, .text a.original img');
    if (!picture) return;
    event.preventDefault();
    if (await arrived('zoom', 'over')) window.studyhall.zoom(picture);
    else if (picture.closest('a')) location.href = picture.closest('a').href;
  });
  // Words that a search led to.
  if (/[?&]h=./.test(location.search)) part('mark').catch(() => null);
  // Links at the headings, where there is a mouse to find them.
  if (matchMedia('(hover: hover)').matches && document.querySelector('.text h2[id]')) part('headings').catch(() => null);
  const slides = async () => {
    if (location.hash !== '#slides' || !document.querySelector('article.text')) return;
    if (await arrived('slides', 'over')) window.studyhall.slides();
  };
  addEventListener('hashchange', slides);
  slides();
  // Nothing is said where pages cannot be kept: on HTTP, from disk, in WeChat on an iPhone, in the preview.
  const can =
    'serviceWorker' in navigator &&
    window.isSecureContext &&
    /^https?:$/.test(location.protocol) &&
    !document.querySelector('script[src*="/__studyhall/"]');
  if (can) addEventListener('load', () => setTimeout(() => part('offline').catch(() => null), 1500));
}

/** A touch that is quicker than the script of terms and footnotes waits for it, rather than lead away. */
function explain(begin) {
  document.addEventListener('click', async (event) => {
    const what = event.target.closest ? event.target.closest('.term, .footnote-ref a') : null;
    if (!what || window.studyhall.explain || event.ctrlKey || event.metaKey || !matchMedia('(hover: none)').matches) return;
    event.preventDefault();
    await begin();
    if (window.studyhall.explain) window.studyhall.explain(what);
    else if (what.href) location.assign(what.href);
  });
}

/** What a reader does first: before that only what is seen is brought in. */
const FIRST = ['scroll', 'pointermove', 'touchstart', 'keydown'];

/** Brings a part in when something that needs it is seen; once the reader has begun, when it comes near. */
function near(selector, name, waits) {
  let observer = null;
  let done = false;
  let margin = '0px';
  const begin = async () => {
    done = true;
    if (observer) observer.disconnect();
    done = await arrived(name, `${name}-style`);
    if (done && window.studyhall[name]) window.studyhall[name]();
  };
  const watch = () => {
    const all = document.querySelectorAll(selector);
    if (done || !all.length) return;
    if (!window.IntersectionObserver) {
      begin();
      return;
    }
    if (observer) observer.disconnect();
    observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) begin();
      },
      { rootMargin: margin }
    );
    Array.prototype.forEach.call(all, (one) => observer.observe(one));
  };
  const started = () => {
    FIRST.forEach((event) => removeEventListener(event, started, true));
    margin = '600px';
    watch();
  };
  FIRST.forEach((event) => addEventListener(event, started, { capture: true, passive: true }));
  if (!waits) watch();
  document.addEventListener('studyhall:patched', watch);
  return async () => {
    if (!done) await begin();
  };
}
