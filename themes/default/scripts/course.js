/* A course page shows its own progress. */
import { make, hook, kind, each, path, fill, record, listen } from './study/shared.js';
import { bar } from './home/going.js';

function show() {
  const place = hook('course');
  if (!place) return;
  const lessons = record().lessons;
  const rows = [];
  each('.rows-numbered .row > a', (link) => rows.push({ link, row: link.parentNode, own: lessons[path(link)] }));
  const done = rows.filter((one) => one.own && one.own.d).length;
  const begun = rows.some((one) => one.own && (one.own.d || one.own.p));
  if (!begun) return;
  const left = rows.reduce((sum, one) => sum + (one.own && one.own.d ? 0 : Number(one.row.getAttribute('data-minutes')) || 0), 0);
  const all = done === rows.length;
  fill(place, [
    make(
      'p.going-facts',
      {},
      make('b', {}, `${done} / ${rows.length} 讲`),
      make('span', {}, all ? '全部学完' : left ? `还剩约 ${left} 分钟` : '')
    ),
    bar(rows.length ? done / rows.length : 0),
  ]);
  rows.forEach((one) => {
    const old = one.row.querySelector('.own-state');
    if (old) old.remove();
    one.row.classList.toggle('row-done', !!(one.own && one.own.d));
    const facts = one.row.querySelector('.facts');
    if (facts && one.own && (one.own.d || one.own.p)) {
      facts.insertBefore(
        make('span.own-state', {}, one.own.d ? '已学完' : one.own.p > 97 ? '已读到底' : `读到 ${one.own.p}%`),
        facts.firstChild
      );
    }
  });
  const button = document.querySelector('main a.button');
  const next = rows.find((one) => !(one.own && one.own.d));
  if (button && next) {
    button.href = next.link.getAttribute('href');
    button.textContent = `接着学：${next.link.textContent}`;
  } else if (button) button.textContent = '再学一遍';
}

if (kind === 'course') {
  show();
  listen(show);
  document.addEventListener('studyhall:patched', show);
}
