/* 我的学习: what the phone remembers, in one page. */
import { make, hook, pageLink, site, fill, record, change, replace, forget, condition, listen } from './study/shared.js';
import { say, day } from './study/say.js';
import { read } from './study/record.js';
import { merge, count } from './study-data/merge.js';
import { bar, going, courseRow } from './home/going.js';
import { encode, decode } from './study-data/code.js';
import { yearOf, report } from './study-data/sums.js';
import { copy } from './study-data/copy.js';
import { due, waiting, dayNumber } from './quiz/spacing.js';

const place = hook('mine');
const goals = place
  ? (place.getAttribute('data-goals') || '')
      .split(';')
      .filter(Boolean)
      .map((one) => one.split('='))
      .map((pair) => ({ who: pair[0], hours: Number(pair[1]) }))
  : [];
const hourMinutes = place ? Number(place.getAttribute('data-hour')) || 0 : 0;
let year = new Date().getFullYear();

const head = (title, more) => make('div.part-head', {}, make('h2', {}, title), more);

function section(title, children, more) {
  return make('section.part', {}, head(title, more), children);
}

/** Why nothing is kept, or what happened to it. */
const CONDITIONS = {
  blocked: ['没有记下来', '这个浏览器不让网站存东西，记录只留到关掉这一页。换一个浏览器，或关掉“无痕”。'],
  full: ['存满了', '手机给网站的空间用完了，新的记录只留到关掉这一页。请先复制备份码。'],
  newer: ['记录比页面新', '手机里的记录是较新的页面写的，这一页不动它。请刷新，或清除浏览器缓存后再打开。'],
  damaged: ['旧记录坏了', '原来的记录读不出来，已放在一边，从现在起重新记。有备份码的话，可以在下面取回。'],
  foreign: ['不是本站的记录', '存着的是另一个站点的记录，已放在一边，没有动它。'],
};

function notice() {
  const words = CONDITIONS[condition()];
  return words ? make('p.state.state-amended', { role: 'status' }, make('b', {}, words[0]), make('span', {}, words[1])) : null;
}

function hours(now) {
  const sum = yearOf(now, year, hourMinutes);
  const goal = now.goal.h || (goals[0] ? goals[0].hours : 0);
  const years = new Set([new Date().getFullYear()]);
  Object.keys(now.lessons).forEach((url) => {
    if (now.lessons[url].d) years.add(new Date(now.lessons[url].d).getFullYear());
  });
  const all = Array.from(years).sort((a, b) => b - a);
  const pick =
    all.length > 1
      ? make(
          'div.filter',
          { role: 'group', 'aria-label': '年份' },
          all.map((one) =>
            pressed(`${one}年`, one === year, () => {
              year = one;
              show();
            })
          )
        )
      : null;
  const part = goal ? Math.min(1, sum.hours / goal) : 0;
  return section('学时', [
    pick,
    make(
      'p.hours',
      {},
      make('b', {}, String(sum.hours)),
      make('span', {}, goal ? ` / ${goal} 学时` : ' 学时'),
      make('small', {}, `${year}年学完 ${sum.lessons} 讲`)
    ),
    bar(part),
    sum.without ? make('p.hint', {}, `有 ${sum.without} 讲没有标学时，没有算进去。`) : null,
    goals.length > 1
      ? make(
          'div.choice',
          { role: 'group', 'aria-label': '一年的目标' },
          make('span.choice-name', { 'aria-hidden': 'true' }, '目标'),
          make(
            'span.choice-all',
            {},
            goals.map((one) =>
              pressed(`${one.who} ${one.hours}`, goal === one.hours, () =>
                change((kept) => {
                  kept.goal = { h: one.hours, at: Date.now() };
                })
              )
            )
          )
        )
      : null,
    sum.columns.map((column) => [
      make('h3.column-sum', {}, column.title, make('small', {}, `${column.lessons} 讲 · ${column.hours} 学时`)),
      make(
        'ul.titles',
        {},
        column.courses.map((course) =>
          make(
            'li',
            {},
            pageLink(course.url, course.title),
            make('small', {}, `${course.lessons + (course.total ? ` / ${course.total}` : '')} 讲 · ${course.hours} 学时`)
          )
        )
      ),
    ]),
    sum.lessons ? null : make('p.hint', {}, '读完一讲，在文末点“学完这一讲”，学时就记在这里。'),
  ]);
}

function pressed(text, is, act) {
  const button = make('button', { type: 'button', 'aria-pressed': String(is) }, text);
  button.addEventListener('click', act);
  return button;
}

/** Lessons and courses that are begun and not done. */
function begun(now) {
  const courses = going();
  const single = Object.keys(now.lessons).filter((url) => {
    const one = now.lessons[url];
    return !one.d && one.p && (!one.c || !now.courses[one.c]);
  });
  if (!courses.length && !single.length) return null;
  return section(
    '正在学',
    make(
      'ul.rows.going',
      {},
      courses.map(courseRow),
      single
        .sort((a, b) => now.lessons[b].at - now.lessons[a].at)
        .slice(0, 20)
        .map((url) =>
          make('li.row', {}, pageLink(url, now.lessons[url].t), make('p.facts', {}, make('span', {}, `读到 ${now.lessons[url].p}%`)))
        )
    )
  );
}

function wrong(now) {
  const all = waiting(now.answers);
  const today = due(now.answers, dayNumber(new Date())).length;
  if (!all) return null;
  return section(
    '错题',
    make(
      'ul.rows',
      {},
      make(
        'li.row',
        {},
        pageLink('practice.html', today ? `今天该做 ${today} 题` : '今天没有要复习的题', 'wrong'),
        make('p.facts', {}, make('span', {}, `错题本里共 ${all} 题，隔几天答对两次就离开`))
      )
    )
  );
}

function marks(now) {
  const list = Object.keys(now.marks)
    .filter((url) => now.marks[url].on)
    .sort((a, b) => now.marks[b].at - now.marks[a].at);
  if (!list.length) return null;
  return section(
    '收藏',
    make(
      'ul.titles.own-list',
      {},
      list.map((url) => {
        const drop = make('button.quiet', { type: 'button', 'aria-label': `取消收藏：${now.marks[url].t}` }, '取消');
        drop.addEventListener('click', () =>
          change((all) => {
            all.marks[url] = { t: all.marks[url].t, on: 0, at: Date.now() };
          })
        );
        return make('li', {}, pageLink(url, now.marks[url].t), drop);
      })
    )
  );
}

function notes(now) {
  const list = Object.keys(now.notes)
    .filter((url) => now.notes[url].x)
    .sort((a, b) => now.notes[b].at - now.notes[a].at);
  if (!list.length) return null;
  return section(
    '笔记',
    make(
      'ul.rows',
      {},
      list.map((url) =>
        make(
          'li.row',
          {},
          pageLink(url, now.notes[url].t),
          make('p.row-note', {}, now.notes[url].x),
          make('p.facts', {}, make('span', {}, day(now.notes[url].at)))
        )
      )
    )
  );
}

function doneList(now) {
  const list = Object.keys(now.lessons)
    .filter((url) => now.lessons[url].d)
    .sort((a, b) => now.lessons[b].d - now.lessons[a].d);
  if (!list.length) return null;
  return make(
    'section.part',
    {},
    make(
      'details.fold',
      {},
      make('summary', {}, `学完的 ${list.length} 讲`),
      make(
        'ul.titles',
        {},
        list.map((url) => make('li', {}, pageLink(url, now.lessons[url].t), make('small', {}, day(now.lessons[url].d))))
      )
    )
  );
}

/** Words for a code that is not taken. */
const REFUSALS = {
  none: '这里面没有备份码。备份码以 XT1 开头。',
  wrong: '备份码不完整，或者有字符错了，什么都没有改。请回到原来的手机重新复制。',
  newer: '这个备份码是较新的页面做的，请刷新这一页再试。',
  site: '这是另一个站点的备份码，不能用在这里。',
};

function backup() {
  const area = make('textarea.code-area', {
    rows: '4',
    'aria-label': '备份码或小结',
    placeholder: '把备份码贴在这里',
    spellcheck: 'false',
    autocapitalize: 'off',
  });
  const says = make('p.hint', { role: 'status' });
  const act = (text, run, name) => {
    const button = make(`button.${name || 'quiet'}`, { type: 'button' }, text);
    button.addEventListener('click', run);
    return button;
  };
  const give = async (text, what) => {
    area.value = text;
    says.textContent = (await copy(area)) ? `${what}已复制。` : `${what}在上面，请长按全选后复制。`;
  };
  return section('备份与删除', [
    make('p.hint', {}, '换手机前复制备份码，发给自己；在新手机上贴回来。两边的记录会合在一起，不会互相覆盖。'),
    area,
    says,
    make(
      'div.own',
      {},
      act('复制备份码', () => give(encode(record()), '备份码')),
      act('取回备份', () => {
        const found = decode(area.value, site);
        if (found.error) {
          says.textContent = REFUSALS[found.error] + (found.of ? `（${found.of}）` : '');
          return;
        }
        const back = read(found.text, site, { latest: Date.now() });
        if (back.state !== 'ok') {
          says.textContent = REFUSALS[back.state === 'newer' ? 'newer' : back.state === 'foreign' ? 'site' : 'wrong'];
          return;
        }
        const sum = count(back.record);
        replace(merge(record(), back.record));
        area.value = '';
        hook('mine').querySelector('.code-area').closest('section').querySelector('[role=status]').textContent =
          `已取回：学完 ${sum.done} 讲，收藏 ${sum.marks}，笔记 ${sum.notes}，题目 ${sum.answers}。`;
      }),
      act('复制学习小结', () =>
        give(
          report(
            yearOf(record(), year, hourMinutes),
            year,
            record().goal.h || (goals[0] ? goals[0].hours : 0),
            place.getAttribute('data-title'),
            count(record())
          ),
          '小结'
        )
      ),
      remove(says)
    ),
  ]);
}

function remove(says) {
  const button = make('button.quiet.danger', { type: 'button' }, '全部删除');
  button.addEventListener('click', () => {
    if (!button.hasAttribute('data-sure')) {
      button.setAttribute('data-sure', '');
      button.textContent = '真的删除';
      says.textContent = '学到哪里、收藏、笔记、错题都会删掉，找不回来。再点一次就删除。';
      setTimeout(() => {
        button.removeAttribute('data-sure');
        button.textContent = '全部删除';
      }, 8000);
      return;
    }
    forget();
    say('已全部删除');
  });
  return button;
}

function show() {
  const now = record();
  const typed = place.querySelector('.code-area');
  // Another tab's change must not wipe what is being typed here.
  const text = typed ? typed.value : '';
  const focus = document.activeElement === typed;
  fill(place, [
    notice(),
    hours(now),
    begun(now),
    wrong(now),
    marks(now),
    notes(now),
    doneList(now),
    make('section.part', { 'data-hook': 'kept', hidden: true }),
    backup(),
  ]);
  place.querySelector('.code-area').value = text;
  if (focus) place.querySelector('.code-area').focus();
  if (window.studyhall.kept) window.studyhall.kept();
}

if (place) {
  listen(show);
  show();
}
