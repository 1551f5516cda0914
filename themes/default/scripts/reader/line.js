/* The thin line under the header, and contents that follow. */
import { make, each, decoded } from '../study/page.js';
import { scrolled } from './scroll.js';

export function line() {
  if (!document.querySelector('article.text')) return;
  const bar = make('i');
  const whole = make('div.reading', { 'aria-hidden': 'true' }, bar);
  document.body.appendChild(whole);
  scrolled((now) => {
    whole.hidden = now.height < innerHeight * 1.4;
    bar.style.transform = `scaleX(${now.part.toFixed(4)})`;
  });
}

export function contents() {
  let current = '';
  scrolled((now) => {
    const id = now.heading ? now.heading.id : '';
    if (id === current) return;
    current = id;
    each('.toc a[aria-current]', (link) => link.removeAttribute('aria-current'));
    if (!id) return;
    each('.toc a[href^="#"]', (link) => {
      if (decoded(link.getAttribute('href').slice(1)) !== id) return;
      link.setAttribute('aria-current', 'location');
      // Long contents scroll along, and only they.
      const list = link.closest('.toc-side');
      if (!list || list.scrollHeight <= list.clientHeight) return;
      const box = link.getBoundingClientRect();
      const frame = list.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) list.scrollTop += box.top - frame.top - frame.height / 3;
    });
  });
}
