/* 练习: 每日一题, 每周一卷, by course, 错题本. One question at a time; no points, no ranking, no clock. */
import { make, hook, root, fill, each, empty, decoded, small, keep, record } from './study/shared.js';
import { bank, idsOf, questions } from './practice/bank.js';
import { draw, dateKey, weekKey } from './practice/daily.js';
import { cardOf } from './practice/card.js';
import { enliven } from './quiz/card.js';
import { due, waiting, dayNumber } from './quiz/spacing.js';

/** A week's paper, and so many of a course at a time. */
const PAPER = 10;

const place = hook('practice');
if (place) begin();

async function begin() {
  try {
    start(await bank());
  } catch (error) {
    fill(place, make('p.state', {}, make('b', {}, '题库没有读到'), make('span', {}, '请检查网络，再打开一次。题目在各讲党课里也有。')));
  }
}

function start(all) {
  each('[data-course]', (link) => {
    const course = all.courses.indexOf(link.getAttribute('data-course'));
    const count = course < 0 ? 0 : idsOf(all, -1, course).length;
    const row = link.parentNode;
    row.hidden = !count;
    if (!count) return;
    link.href = `#course=${encodeURIComponent(link.getAttribute('data-course'))}`;
    row.querySelector('small').textContent = `${count} 题`;
  });
  const show = () => view(all);
  addEventListener('hashchange', () => {
    show();
    scrollTo(0, 0);
  });
  show();
}

/** What the address asks for. */
function view(all) {
  const [name, ...rest] = location.hash.slice(1).split('=');
  const value = decoded(rest.join('='));
  const column = all.columns.indexOf(small('practice').column);
  const now = new Date();
  const courses = document.querySelector('[data-hook=practice-courses]');
  if (courses) courses.hidden = !!name;
  const course = all.courses.indexOf(value);
  if (name === 'day') run(`每日一题 · ${now.getMonth() + 1}月${now.getDate()}日`, draw(idsOf(all, column, -1), dateKey(now), 1), '');
  else if (name === 'week') run('每周一卷', draw(idsOf(all, column, -1), `week ${weekKey(now)}`, PAPER), `paper ${weekKey(now)} ${column}`);
  else if (name === 'wrong') {
    const ids = due(record().answers, dayNumber(now)).filter((id) => all.of.has(id));
    run('错题本', ids, '');
  } else if (name === 'course' && course >= 0) {
    const link = Array.from(document.querySelectorAll('[data-course]')).find((one) => one.getAttribute('data-course') === value);
    run(link ? link.textContent : '按课程练', idsOf(all, -1, course), '');
  } else menu(all, column);
}

function menu(all, column) {
  const now = new Date();
  const today = dayNumber(now);
  const ids = idsOf(all, column, -1);
  const answers = record().answers;
  const one = draw(ids, dateKey(now), 1)[0];
  const isDone = one && answers[one] && dayNumber(new Date(answers[one].at)) === today;
  const ready = due(answers, today).filter((id) => all.of.has(id)).length;
  const kept = waiting(answers);
  const at = paperDone(`paper ${weekKey(now)} ${column}`).size;
  if (!ids.length && column < 0) {
    fill(place, make('p.nothing', {}, '题库里还没有题。'));
    return;
  }
  const row = (href, title, fact, is) =>
    make('li.row', {}, make('a', { href }, title), make('p.facts', {}, make(`span${is ? '.now' : ''}`, {}, fact)));
  fill(place, [
    all.columns.length > 1
      ? make(
          'div.filter',
          { role: 'group', 'aria-label': '题目来自' },
          [''].concat(all.columns).map((title) => {
            const button = make(
              'button',
              { type: 'button', 'aria-pressed': String(title === (all.columns[column] || '')) },
              title || '全部'
            );
            button.addEventListener('click', () => {
              keep('practice', { column: title });
              view(all);
            });
            return button;
          })
        )
      : null,
    make(
      'ul.rows',
      {},
      row('#day', '每日一题', isDone ? '今天已答' : '今天还没答', !isDone),
      row(
        '#week',
        '每周一卷',
        at >= Math.min(PAPER, ids.length) ? '本周已做完' : at ? `做到第 ${at + 1} 题` : `${Math.min(PAPER, ids.length)} 题，周一换新`,
        false
      ),
      row('#wrong', '错题本', ready ? `今天有 ${ready} 题` : kept ? `${kept} 题，还没到日子` : '没有错题', ready > 0)
    ),
  ]);
}

/** How far the week's paper is: questions and whether they were right. What is kept may be of another week, or no paper at all. */
function paperDone(key) {
  const kept = small('paper');
  const done = new Map();
  if (key && kept.key === key && kept.done && typeof kept.done === 'object')
    Object.keys(kept.done).forEach((id) => done.set(id, kept.done[id] === 1 ? 1 : 0));
  return done;
}

function keepPaper(key, done) {
  const all = Object.create(null);
  done.forEach((right, id) => {
    all[id] = right;
  });
  keep('paper', { key, done: all });
}

/** Goes through the questions one by one. `key`: under which the way so far is kept, so that a paper can be put aside. */
async function run(title, ids, key) {
  const back = () => make('p.run-back', {}, make('a', { href: '#' }, '练习'));
  if (!ids.length) {
    fill(place, [
      back(),
      make('h2.run-title', {}, title),
      make(
        'p.nothing',
        {},
        title === '错题本' ? '今天没有要复习的题。答错的题，第二天起会回到这里，隔几天答对两次就离开。' : '这里没有题。'
      ),
    ]);
    return;
  }
  fill(place, [back(), make('h2.run-title', {}, title), make('p.nothing', {}, '正在取题……')]);
  const asked = location.hash;
  try {
    const found = await questions(ids);
    if (location.hash !== asked) return;
    // The bank is here and the questions are not: without a network, all that is kept is what came with a course.
    if (!found.length) throw new Error('questions');
    go(found, [back(), make('h2.run-title', {}, title)], key);
  } catch (error) {
    fill(place, [back(), make('p.nothing', {}, '题目没有读到，请检查网络再试。没有网时，可以做存到手机的课程里的题。')]);
  }
}

function go(found, head, key) {
  const done = paperDone(key);
  let at = found.findIndex((one) => !done.has(one.id));
  if (at < 0) at = found.length;
  const bar = make('div.bar', { 'aria-hidden': 'true' }, make('i'));
  const count = make('p.run-count');
  const holder = make('div');
  const foot = make('div.run-foot');
  fill(place, [head, found.length > 1 ? [count, bar] : null, holder, foot]);
  const progress = () => {
    const number = found.filter((one) => done.has(one.id)).length;
    bar.firstChild.style.width = `${(number / found.length) * 100}%`;
    count.textContent = at < found.length ? `第 ${at + 1} 题，共 ${found.length} 题` : '';
  };
  const step = () => {
    empty(foot);
    empty(holder);
    progress();
    if (at >= found.length) {
      end(holder, found, done);
      return;
    }
    const card = cardOf(found[at]);
    holder.appendChild(card);
    enliven(card, (ok) => {
      if (!done.has(found[at].id)) done.set(found[at].id, ok ? 1 : 0);
      if (key) keepPaper(key, done);
      progress();
      empty(foot);
      if (found.length === 1) return;
      const next = make('button.button', { type: 'button' }, at + 1 < found.length ? '下一题' : '看结果');
      next.addEventListener('click', () => {
        at++;
        step();
        place.scrollIntoView();
      });
      foot.appendChild(next);
    });
  };
  step();
}

function end(holder, found, done) {
  const right = found.filter((one) => done.get(one.id) === 1).length;
  const wrong = found.filter((one) => done.get(one.id) === 0);
  fill(
    holder,
    make(
      'div.run-end',
      {},
      make('p.run-sum', {}, `答对 ${right} 题${wrong.length ? `，错 ${wrong.length} 题` : ''}`),
      make('p', {}, wrong.length ? '错的已收进错题本，明天起再来。想弄明白，可以回到原文：' : '都答对了。'),
      wrong.length
        ? make(
            'ul.titles',
            {},
            wrong.map((one) =>
              make('li', {}, make('a', { href: root + one.url + (one.anchor ? `#${encodeURIComponent(one.anchor)}` : '') }, one.title))
            )
          )
        : null,
      make('p', {}, make('a.button', { href: '#' }, '回到练习'))
    )
  );
}
