/* A question out of the bank as the markup that stands in lessons. */
import { make, root } from '../study/shared.js';
import { markup } from './bank.js';

const KINDS = { single: '单选', multiple: '多选', judge: '判断', blank: '填空', order: '排序' };

/** The answer in words, as the page says it. */
function answerOf(one) {
  if (one.kind === 'judge') return one.right === '1' ? '对' : '错';
  if (one.kind === 'blank')
    return one.right
      .split(';')
      .map((ways) => ways.split('|').join(' 或 '))
      .join('；');
  return one.right
    .split(' ')
    .map((number) => String.fromCharCode(64 + Number(number)))
    .join('、');
}

export function cardOf(one) {
  const passage = root + one.url + (one.anchor ? `#${encodeURIComponent(one.anchor)}` : '');
  const stem = make('div.quiz-q');
  stem.appendChild(markup(one.stem));
  const options = one.options.length
    ? make(
        'ol.quiz-options',
        {},
        one.options.map((option) => {
          const item = make('li');
          item.appendChild(markup(option));
          return item;
        })
      )
    : null;
  const answer = make('details.quiz-answer', {}, make('summary', {}, '看答案'));
  if (one.kind === 'order') {
    const places = one.right.split(' ').map(Number);
    const sorted = one.options.map((option, at) => [places[at], option]).sort((a, b) => a[0] - b[0]);
    answer.appendChild(make('p', {}, '正确顺序：'));
    answer.appendChild(
      make(
        'ol',
        {},
        sorted.map((pair) => {
          const item = make('li');
          item.appendChild(markup(pair[1]));
          return item;
        })
      )
    );
  } else answer.appendChild(make('p', {}, `答案：${answerOf(one)}`));
  if (one.why) {
    const why = make('div.quiz-why');
    why.appendChild(markup(one.why));
    answer.appendChild(why);
  }
  answer.appendChild(make('p.quiz-source', {}, '出处：', make('a', { href: passage }, one.title)));
  return make(
    'section.quiz',
    { 'data-type': one.kind, 'data-id': one.id, 'data-right': one.right },
    make('p.quiz-kind', {}, `自测 · ${KINDS[one.kind] || ''} · 不作考核`),
    stem,
    options,
    answer
  );
}
