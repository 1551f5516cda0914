/* 新: what has come since the reader was here last. */
import { make, each, small } from './study/shared.js';

const date = new Date(small('visit').before);
const two = (number) => (number < 10 ? '0' : '') + number;
const before = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const mark = () =>
  each('[data-date]', (row) => {
    const facts = row.querySelector('.facts');
    if (!facts || row.getAttribute('data-date') <= before || facts.querySelector('.fresh')) return;
    facts.insertBefore(make('span.now.fresh', {}, '新'), facts.firstChild);
  });
mark();
document.addEventListener('studyhall:patched', mark);
