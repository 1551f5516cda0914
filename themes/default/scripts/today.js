/* The question of the day on the home page. */
import { make, hook, root, fill, small, record } from './study/shared.js';
import { bank, idsOf, questions, markup } from './practice/bank.js';
import { draw, dateKey } from './practice/daily.js';
import { dayNumber } from './quiz/spacing.js';

const place = hook('today');
if (place) show().catch(() => (place.hidden = true));

async function show() {
  const all = await bank();
  const now = new Date();
  const ids = idsOf(all, all.columns.indexOf(small('practice').column), -1);
  const [one] = await questions(draw(ids, dateKey(now), 1));
  if (!one) return;
  const answer = record().answers[one.id];
  const isDone = answer && dayNumber(new Date(answer.at)) === dayNumber(now);
  fill(
    place,
    make(
      'div.today',
      {},
      make('p.quiz-kind', {}, `每日一题 · ${now.getMonth() + 1}月${now.getDate()}日${one.column ? ` · ${one.column}` : ''}`),
      make('p.today-q', {}, markup(one.stem).textContent.replace(/_{2,}/g, '＿＿')),
      make('a', { href: `${root}practice.html#day` }, isDone ? '今天已答，再看看' : '作答', make('i.go', { 'aria-hidden': 'true' }))
    )
  );
}
