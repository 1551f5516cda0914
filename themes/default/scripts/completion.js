/* The end of a lesson: 学完, a favourite, a note, slides. */
import { make, hook, here, fill, record, change, listen, lesson } from './study/shared.js';
import { say, day } from './study/say.js';
import { favourite, note } from './personal/marks.js';

let end = hook('done');
const facts = lesson.factsOf(hook('resume'));
const show = () => done(record().lessons[here]);
show();
listen(show);
document.addEventListener('studyhall:patched', () => {
  end = hook('done');
  if (end) show();
});

function done(known) {
  const isDone = known && known.d > 0;
  if (end.firstChild) {
    if (end.getAttribute('data-done') === String(isDone ? known.d : 0)) return;
    end.replaceChild(told(isDone, known), end.firstChild);
  } else {
    const both = note();
    fill(end, [
      told(isDone, known),
      make(
        'div.own',
        {},
        favourite(),
        both[0],
        document.querySelectorAll('article.text h2').length > 1 ? make('a.quiet', { href: '#slides' }, '幻灯片') : null,
        both[1]
      ),
    ]);
  }
  end.setAttribute('data-done', String(isDone ? known.d : 0));
}

function told(isDone, known) {
  const button = make(`button.${isDone ? 'quiet' : 'button'}`, { type: 'button' }, isDone ? '撤销' : '学完这一讲');
  button.addEventListener('click', () => {
    change((all) => {
      const one = lesson.entry(all, facts);
      one.dt = Date.now();
      one.d = isDone ? 0 : one.dt;
      one.at = one.dt;
    });
    say(isDone ? '已撤销' : '已记下学完，在“我的”里');
  });
  if (!isDone) return make('div.done', {}, button);
  const next = document.querySelector('.turn-next');
  return make(
    'div.done.done-yes',
    {},
    make('p', {}, make('b', {}, '已学完'), make('span', {}, day(known.d)), button),
    next ? make('a.button', { href: next.getAttribute('href') }, `下一讲：${next.lastElementChild.textContent}`) : null
  );
}
