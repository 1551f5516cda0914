/* The home page: courses to go on with, and the question of the day. */
import { make, hook, root, fill, part, look } from './study/shared.js';
import { going, courseRow } from './home/going.js';

const courses = hook('courses');
const today = hook('today');
if (courses) {
  const list = going().slice(0, 3);
  if (list.length) {
    fill(courses, [
      make(
        'div.part-head',
        {},
        make('h2', {}, '接着学'),
        make('a', { href: `${root}study.html` }, '我的学习', make('i.go', { 'aria-hidden': 'true' }))
      ),
      make('ul.rows.going', {}, list.map(courseRow)),
    ]);
  }
  if ((look().going | 0) !== list.length) look({ going: list.length });
}
if (today) part('today').catch(() => (today.hidden = true));
