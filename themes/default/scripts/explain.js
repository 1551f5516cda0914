/* Terms and footnotes open where they stand: by hover, focus and touch. */
import { make, empty, decoded } from './study/shared.js';

const WHAT = '.term, .footnote-ref a';
let box = null;
let owner = null;
let timer = 0;
let touched = 0;
let opened = 0;

window.studyhall.explain = (what) => {
  const under = what || document.querySelector('.term:hover, .footnote-ref a:hover');
  if (under) open(under);
};

(function () {
  const target = (event) => (event.target.closest ? event.target.closest(WHAT) : null);
  document.addEventListener(
    'touchstart',
    () => {
      touched = Date.now();
    },
    { passive: true }
  );
  document.addEventListener('click', (event) => {
    const what = target(event);
    if (!what) {
      if (box && !box.contains(event.target)) close();
      return;
    }
    const isTouch = Date.now() - touched < 1000;
    // A mouse has seen the text already: its click goes where the link leads. A finger reads first.
    if (event.ctrlKey || event.metaKey || event.shiftKey || (what.href && what.classList.contains('term') && !isTouch)) return;
    event.preventDefault();
    // The touch that opened it by giving it the focus is the same touch.
    if (owner === what && isTouch && Date.now() - opened > 500) close();
    else open(what);
  });
  document.addEventListener('mouseover', (event) => {
    if (Date.now() - touched < 1000) return;
    const what = target(event);
    clearTimeout(timer);
    if (what) timer = setTimeout(() => open(what), 120);
    else if (box && !box.contains(event.target)) timer = setTimeout(close, 250);
  });
  document.addEventListener('focusin', (event) => {
    const what = target(event);
    if (what) open(what);
    else if (box && !box.contains(event.target)) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  addEventListener('resize', close);
})();

function open(what) {
  if (owner === what) return;
  const content = contentOf(what);
  if (!content) return;
  close();
  owner = what;
  opened = Date.now();
  box = make('div.pop', { id: 'pop', role: 'note' }, content);
  what.setAttribute('aria-describedby', 'pop');
  document.body.appendChild(box);
  const at = what.getClientRects()[0];
  const own = box.getBoundingClientRect();
  const wide = document.documentElement.clientWidth;
  const doors = innerWidth < 900 ? 70 : 12;
  const below = at.bottom + 8 + own.height < innerHeight - doors;
  box.style.left = `${Math.max(12, Math.min(at.left + at.width / 2 - own.width / 2, wide - own.width - 12)) + scrollX}px`;
  box.style.top = `${(below ? at.bottom + 8 : Math.max(60, at.top - own.height - 8)) + scrollY}px`;
}

function contentOf(what) {
  if (what.classList.contains('term')) {
    // The browser's own hint would stand beside ours.
    if (what.title) {
      what.setAttribute('data-text', what.title);
      what.removeAttribute('title');
    }
    const link = what.href ? make('a', { href: what.getAttribute('href') }, '详细看') : null;
    return [make('b', {}, what.textContent), make('p', {}, what.getAttribute('data-text') || ''), link];
  }
  const note = document.getElementById(decoded(what.hash.slice(1)));
  if (!note) return null;
  const copy = note.cloneNode(true);
  const holder = make('div');
  Array.prototype.forEach.call(copy.querySelectorAll('.footnote-back'), (back) => back.remove());
  Array.prototype.forEach.call(copy.querySelectorAll('[id]'), (one) => one.removeAttribute('id'));
  while (copy.firstChild) holder.appendChild(copy.firstChild);
  return holder;
}

function close() {
  clearTimeout(timer);
  if (!box) return;
  owner.removeAttribute('aria-describedby');
  empty(box);
  box.remove();
  box = owner = null;
}
