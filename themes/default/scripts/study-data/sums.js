/* What a year of study sums up to, and the text for a report. Pure. */

/** Hours of a lesson: those it names, else its minutes by the site's measure, if it has one. */
export function hoursOf(lesson, hourMinutes) {
  if (lesson.h > 0) return lesson.h;
  return hourMinutes > 0 ? Math.round((lesson.m / hourMinutes) * 10) / 10 : 0;
}

/** The lessons done in a year: hours and number, by column, and in it by course. */
export function yearOf(record, year, hourMinutes) {
  const sum = { hours: 0, lessons: 0, without: 0, columns: [] };
  const columns = new Map();
  Object.keys(record.lessons)
    .sort()
    .forEach((url) => {
      const one = record.lessons[url];
      if (!one.d || new Date(one.d).getFullYear() !== year) return;
      const hours = hoursOf(one, hourMinutes);
      const name = one.k || '其他';
      let column = columns.get(name);
      if (!column) {
        column = { title: name, hours: 0, lessons: 0, courses: [], of: new Map() };
        columns.set(name, column);
        sum.columns.push(column);
      }
      let course = column.of.get(one.c);
      if (!course) {
        const known = record.courses[one.c];
        course = {
          url: one.c,
          title: known ? known.t : one.c ? '课程' : '单独的党课',
          hours: 0,
          lessons: 0,
          total: known ? known.n : 0,
          list: [],
        };
        column.of.set(one.c, course);
        column.courses.push(course);
      }
      [sum, column, course].forEach((part) => {
        part.hours = Math.round((part.hours + hours) * 100) / 100;
        part.lessons++;
      });
      if (!hours) sum.without++;
      course.list.push({ url, title: one.t, hours, done: one.d });
    });
  sum.columns.sort((a, b) => b.hours - a.hours || (a.title < b.title ? -1 : 1));
  return sum;
}

const dayOf = (time) => {
  const date = new Date(time);
  return `${date.getMonth() + 1}月${date.getDate()}日`;
};

/** The text for a report. */
export function report(sum, year, goal, title, counts) {
  const lines = [
    `${year}年学习小结（${title}）`,
    '',
    `学完 ${sum.lessons} 讲，计 ${sum.hours} 学时${goal ? `（目标 ${goal} 学时）` : ''}。`,
  ];
  if (sum.without) lines.push(`其中 ${sum.without} 讲没有标学时，不计。`);
  if (counts.answers) lines.push(`自测 ${counts.answers} 题。`);
  sum.columns.forEach((column) => {
    lines.push('', `${column.title}：${column.lessons} 讲，${column.hours} 学时`);
    column.courses.forEach((course) => {
      lines.push(`《${course.title}》${course.lessons}${course.total ? ` / ${course.total}` : ''} 讲，${course.hours} 学时`);
      course.list
        .sort((a, b) => a.done - b.done)
        .forEach((one) => lines.push(`　${dayOf(one.done)}　${one.title}${one.hours ? `（${one.hours} 学时）` : ''}`));
    });
  });
  lines.push('', '以上由本人记在手机上，自学自记。');
  return lines.join('\n');
}
