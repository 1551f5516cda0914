// The reader's record without a browser: what is read, merged, carried to another phone; when questions come back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { module } from './modules.mjs';

const { FORMAT, blank, clean, isPath, read } = await module('study/record.js');
const { merge, count } = await module('study-data/merge.js');
const { crc, decode, encode } = await module('study-data/code.js');
const { answered, due, waiting, dayNumber } = await module('quiz/spacing.js');
const { draw, weekKey, dateKey, scatter } = await module('practice/daily.js');
const { isRight, rightOf } = await module('quiz/check.js');
const { report, yearOf } = await module('study-data/sums.js');

/** Numbers that are the same at every run. */
function dice(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * most);
  };
}

/** A value as it is stored: what a record keeps has no prototype. */
const stored = (value) => JSON.parse(JSON.stringify(value));

/** A record as a year of study makes it. */
function some(seed, entries = 30) {
  const roll = dice(seed);
  const record = blank('qinghe');
  const at = () => 1760000000000 + roll(1000) * 1000;
  for (let n = 0; n < entries; n++) {
    const url = `lessons/k${roll(4)}/l${roll(20)}.html`;
    record.lessons[url] = {
      t: `第${roll(20)}讲`,
      c: 'lessons/k/index.html',
      n: roll(9),
      k: '党课讲堂',
      h: roll(3),
      m: roll(20),
      p: roll(101),
      a: `h-${roll(4)}`,
      b: '二、记什么',
      at: at(),
      d: roll(2) ? at() : 0,
      dt: at(),
    };
    record.marks[url] = { t: '题', on: roll(2), at: at() };
    record.notes[url] = { t: '题', x: roll(4) ? `记下的第 ${roll(50)} 条：“会议”😀` : '', at: at() };
    record.answers[String(10000000 + roll(60))] = { n: roll(9), w: roll(5), s: roll(2), due: roll(2) ? 20400 + roll(9) : 0, at: at() };
  }
  record.courses['lessons/k/index.html'] = { t: '课', k: '党课讲堂', n: 5, m: 31, at: at() };
  record.goal = { h: 56, at: at() };
  return clean(record, 'qinghe');
}

describe('a stored record', () => {
  test('comes back as it was', () => {
    const record = some(1);
    assert.deepEqual(read(JSON.stringify(record), 'qinghe'), { state: 'ok', record });
    assert.equal(read(null, 'qinghe').state, 'empty');
  });

  test('cut anywhere, it is damaged and never half a record', () => {
    const text = JSON.stringify(some(2, 5));
    for (let length = 1; length < text.length; length++) {
      assert.equal(read(text.slice(0, length), 'qinghe').state, 'damaged', text.slice(0, length).slice(-20));
    }
  });

  test('of a newer program or another site, it is left alone', () => {
    assert.equal(read(JSON.stringify({ ...some(3), v: FORMAT + 1 }), 'qinghe').state, 'newer');
    assert.equal(read(JSON.stringify(some(3)), 'other').state, 'foreign');
    for (const wild of ['null', '[]', '7', '{}', '{"v":"1"}', '{"v":-1}', '{"v":1.5,"site":"qinghe"}', '\u0000', '{"v":NaN}']) {
      assert.equal(read(wild, 'qinghe').state, 'damaged', wild);
    }
  });

  test('of an older format, it goes step by step', () => {
    const steps = { 1: (old) => ({ ...old, v: 2, marks: old.favourites }), 2: (old) => ({ ...old, v: 3 }) };
    const old = { v: 1, site: 'qinghe', favourites: { 'a.html': { t: '甲', on: 1, at: 5 } } };
    const { state, record } = read(JSON.stringify(old), 'qinghe', { format: 3, steps });
    assert.equal(state, 'ok');
    assert.deepEqual(stored(record.marks), { 'a.html': { t: '甲', on: 1, at: 5 } });
    assert.equal(read(JSON.stringify(old), 'qinghe', { format: 4, steps }).state, 'damaged', 'a step that is missing');
  });

  test('wild fields, types, keys and lengths fall away', () => {
    const wild = {
      v: 1,
      site: 'qinghe',
      extra: 1,
      goal: { h: 'many', at: -1 },
      lessons: {
        'a.html': { t: 5, p: 400, h: 1e9, at: '1', d: Infinity, more: 1 },
        'javascript:alert(1)': { t: 'x' },
        '../../x.html?': {},
        'b.html': null,
        'c.html': [],
      },
      marks: [],
      notes: { 'a.html': { x: '长'.repeat(30000), at: 1 } },
      answers: { short: {}, abcd1234: { n: 2.7, w: null, at: 3 } },
    };
    const record = clean(
      JSON.parse(`${JSON.stringify(wild).slice(0, -1)},"courses":{"__proto__":{"t":"x"},"constructor":{"t":"x"}}}`),
      'qinghe'
    );
    assert.deepEqual(Object.keys(record.lessons), ['a.html']);
    assert.deepEqual(record.lessons['a.html'], { t: '', c: '', n: 0, k: '', h: 0, m: 0, p: 0, a: '', b: '', at: 0, d: 0, dt: 0 });
    assert.deepEqual(stored([record.courses, record.marks, record.goal]), [{}, {}, { h: 0, at: 0 }]);
    assert.equal(record.notes['a.html'].x.length, 20000);
    assert.deepEqual(stored(record.answers), { abcd1234: { n: 2, w: 0, s: 0, due: 0, at: 3 } });
  });

  test('a key is the address of a page of this site, in one form', () => {
    const good = ['index.html', 'a.html', 'lessons/k1/l-2.html', 'a.b/c_d.html', '0/-x.html'];
    const bad = [
      '//evil.example/l.html',
      '/a.html',
      'a//b.html',
      '../a.html',
      'a/../b.html',
      './a.html',
      '.a/b.html',
      'a./b.html',
      'a.html/',
      'a.htm',
      'A.html',
      'a.html?x=.html',
      'a:b.html',
      'a\\b.html',
      'a\nb.html',
      'a.html\n',
      '\tjavascript:x.html',
      '%2f%2fevil.html',
      '',
      '.html',
      `${'a'.repeat(200)}.html`,
      '__proto__',
      'constructor',
    ];
    for (const key of good) assert.ok(isPath(key), key);
    for (const key of bad) assert.ok(!isPath(key), key);
    const raw = { lessons: {}, marks: {}, notes: {}, courses: {} };
    for (const part of Object.keys(raw))
      for (const key of [...good, ...bad]) raw[part][key] = { t: 'x', c: '//evil.example/l.html', at: 1 };
    const record = clean(JSON.parse(JSON.stringify(raw)), 'qinghe');
    for (const part of Object.keys(raw)) assert.deepEqual(Object.keys(record[part]), good, part);
    assert.equal(record.lessons['a.html'].c, '', 'a course is an address too');
  });

  test('what is in it has no prototype, and its texts no characters that are not seen', () => {
    const record = clean(
      { lessons: { 'a.html': { t: '第\u202e一\u0000讲', k: 'constructor', x: 1 } }, notes: { 'a.html': { x: '一\n\t二\u0007' } } },
      'qinghe'
    );
    for (const part of ['lessons', 'courses', 'marks', 'notes', 'answers']) {
      assert.equal(Object.getPrototypeOf(record[part]), null);
      for (const key of ['__proto__', 'constructor', 'toString']) assert.equal(record[part][key], undefined, `${part} ${key}`);
    }
    assert.equal(record.lessons['a.html'].t, '第一讲');
    assert.equal(record.notes['a.html'].x, '一\n\t二');
  });

  test('what claims to be of a later day wins over nothing', () => {
    const raw = {
      v: 1,
      site: 'qinghe',
      goal: { h: 9, at: 8640000000000000 },
      marks: { 'a.html': { t: 'x', on: 1, at: 4000000000000 } },
      lessons: { 'a.html': { d: 4000000000000, dt: 4000000000000 } },
    };
    const { record } = read(JSON.stringify(raw), 'qinghe', { latest: 1796000000000 });
    assert.deepEqual(stored(record.goal), { h: 9, at: 0 });
    assert.equal(record.marks['a.html'].at, 1796000000000);
    assert.deepEqual([record.lessons['a.html'].d, record.lessons['a.html'].dt], [1796000000000, 1796000000000]);
  });

  test('five megabytes of it are read, and what is too much is let go, the oldest first', () => {
    const big = blank('qinghe');
    for (let n = 0; n < 40000; n++) big.lessons[`lessons/k/l${n}.html`] = { t: '一讲'.repeat(10), p: 50, at: 1000 + n };
    const text = JSON.stringify(big);
    assert.ok(Buffer.byteLength(text) > 4e6, `${Buffer.byteLength(text)}`);
    const { state, record } = read(text, 'qinghe');
    assert.equal(state, 'ok');
    assert.equal(Object.keys(record.lessons).length, 6000);
    assert.ok(record.lessons['lessons/k/l39999.html'] && !record.lessons['lessons/k/l0.html']);
  });
});

describe('merging', () => {
  test('does not mind the order, nor a second time', () => {
    for (let seed = 10; seed < 60; seed++) {
      const [a, b, c] = [some(seed), some(seed + 1000), some(seed + 2000)];
      assert.deepEqual(merge(a, b), merge(b, a), `seed ${seed}`);
      assert.deepEqual(merge(merge(a, b), b), merge(a, b), `seed ${seed}`);
      assert.deepEqual(merge(a, a), a, `seed ${seed}`);
      // Notes alone remember in which order they came together; nothing else does.
      const bare = (record) => ({ ...record, notes: {} });
      assert.deepEqual(bare(merge(merge(a, b), c)), bare(merge(a, merge(b, c))), `seed ${seed}`);
    }
  });

  test('loses nothing', () => {
    for (let seed = 100; seed < 130; seed++) {
      const [a, b] = [some(seed), some(seed + 1000)];
      const both = merge(a, b);
      for (const side of [a, b]) {
        for (const part of ['lessons', 'marks', 'notes', 'answers', 'courses']) {
          for (const key of Object.keys(side[part])) assert.ok(both[part][key], `${part} ${key}`);
        }
        for (const key of Object.keys(side.lessons)) assert.ok(both.lessons[key].p >= side.lessons[key].p);
        for (const key of Object.keys(side.answers)) assert.ok(both.answers[key].n >= side.answers[key].n);
        for (const key of Object.keys(side.notes)) {
          const other = (side === a ? b : a).notes[key];
          const emptied = other && !other.x && other.at >= side.notes[key].at;
          assert.ok(emptied || both.notes[key].x.includes(side.notes[key].x), both.notes[key].x);
        }
      }
    }
  });

  test('a mark of today is not undone by an older one', () => {
    const of = (d, dt) => {
      const record = blank('qinghe');
      record.lessons['a.html'] = { t: '', c: '', n: 0, k: '', h: 0, m: 0, p: 9, a: '', b: '', at: dt, d, dt };
      return record;
    };
    assert.equal(merge(of(100, 100), of(0, 200)).lessons['a.html'].d, 0);
    assert.equal(merge(of(0, 100), of(200, 200)).lessons['a.html'].d, 200);
    assert.equal(count(merge(of(0, 100), of(200, 200))).done, 1);
  });
});

describe('the backup code', () => {
  const code = encode(some(7, 200));

  test('carries the record', () => {
    for (const entries of [0, 1, 5, 200, 1500]) {
      const record = some(entries + 70, entries);
      const { text, error } = decode(encode(record), 'qinghe');
      assert.equal(error, undefined);
      assert.deepEqual(read(text, 'qinghe'), { state: 'ok', record });
    }
    assert.ok(code.length < JSON.stringify(some(7, 200)).length / 2, `${code.length} letters`);
  });

  test('of every length it is read to its last letter', () => {
    // Lengths at which the words of the packer become longer are where packer and reader might part.
    for (let entries = 0; entries < 120; entries++) {
      const record = some(9000 + entries, entries);
      assert.deepEqual(JSON.parse(decode(encode(record), 'qinghe').text), stored(record), `${entries} entries`);
    }
    const long = blank('qinghe');
    const roll = dice(5);
    for (let n = 0; n < 4000; n++)
      long.notes[`a/${n}.html`] = { t: '', x: Array.from({ length: 40 }, () => String.fromCharCode(0x4e00 + roll(20000))).join(''), at: n };
    assert.deepEqual(JSON.parse(decode(encode(long), 'qinghe').text), stored(long));
  });

  test('is found among other words, blanks and line ends', () => {
    const chat = `我的备份：\n ${code.replace(/(.{60})/g, '$1\n\u200b ')} 收好`;
    assert.equal(decode(chat, 'qinghe').error, undefined);
  });

  test('with any one letter wrong it is refused', () => {
    const roll = dice(3);
    const small = encode(some(8, 3));
    for (let at = 0; at < small.length; at++) {
      const other = 'AZaz09-_.'[roll(9)];
      if (small[at] === other) continue;
      const { text, error } = decode(small.slice(0, at) + other + small.slice(at + 1), 'qinghe');
      assert.ok(error && text === undefined, `letter ${at}`);
    }
    for (const wrong of [code.slice(0, -1), code.slice(0, 400), `${code.slice(0, 300)}${code.slice(301)}`])
      assert.equal(decode(wrong, 'qinghe').error, 'wrong');
  });

  test('of another site, a newer program or nothing at all is told apart', () => {
    assert.deepEqual(decode(encode({ ...some(9), site: 'other' }), 'qinghe'), { error: 'site', of: 'other' });
    assert.equal(decode('今天学什么', 'qinghe').error, 'none');
    const newer = code.replace('XT1.', 'XT2.').replace(/\.[0-9a-z]{7}$/, '');
    assert.equal(decode(`${newer}.${crc(newer)}`, 'qinghe').error, 'newer');
  });

  test('made with malice it does no harm', () => {
    const roll = dice(17);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let n = 0; n < 2000; n++) {
      const head = `XT1.qinghe.${Array.from({ length: roll(80) }, () => letters[roll(64)]).join('')}`;
      const { text, error } = decode(`${head}.${crc(head)}`, 'qinghe');
      if (!error) assert.ok(['damaged', 'empty', 'foreign', 'newer'].includes(read(text, 'qinghe').state), text);
    }
  });
});

describe('questions', () => {
  test('a wrong one comes back until right twice, days apart', () => {
    let entry = answered(undefined, false, 100, 1);
    assert.deepEqual([entry.due, entry.w, entry.n], [101, 1, 1]);
    entry = answered(entry, true, 100, 2);
    assert.deepEqual([entry.due, entry.s], [101, 0], 'the same day does not count');
    entry = answered(entry, true, 101, 3);
    assert.deepEqual([entry.due, entry.s], [104, 1]);
    entry = answered(entry, true, 102, 4);
    assert.deepEqual([entry.due, entry.s], [104, 1], 'too early does not count');
    assert.deepEqual(answered(entry, false, 104, 5).due, 105, 'wrong again begins anew');
    entry = answered(entry, true, 110, 5);
    assert.deepEqual([entry.due, entry.n, entry.w], [0, 5, 1], 'right twice, it leaves');
    assert.equal(answered(undefined, true, 100, 1).due, 0, 'a right one never enters');
  });

  test('those that are due, the longest waiting first', () => {
    const answers = { b: { due: 5 }, a: { due: 5 }, c: { due: 3 }, d: { due: 9 }, e: { due: 0 } };
    assert.deepEqual(due(answers, 5), ['c', 'a', 'b']);
    assert.equal(waiting(answers), 4);
    assert.equal(dayNumber(new Date(2026, 10, 25, 23, 59)), dayNumber(new Date(2026, 10, 25, 0, 0)));
    assert.equal(dayNumber(new Date(2026, 10, 26, 0, 0)), dayNumber(new Date(2026, 10, 25, 0, 0)) + 1);
  });

  test('the day’s question is the same everywhere, changes, and reaches the whole bank', () => {
    const ids = Array.from({ length: 200 }, (_, n) => String(10000000 + n * 7919));
    const year = Array.from({ length: 365 }, (_, n) => draw(ids, dateKey(new Date(2026, 0, 1 + n)), 1)[0]);
    assert.equal(draw([...ids].reverse(), '2026-11-25', 1)[0], draw(ids, '2026-11-25', 1)[0], 'the order of the bank does not matter');
    assert.ok(new Set(year).size > 140, `${new Set(year).size} of 200 in a year`);
    assert.equal(scatter('2026-11-25 abcd1234'), 3693751116, 'another number is another question on every phone');
  });

  test('a question that comes or goes changes the day’s only where it is the one', () => {
    const ids = Array.from({ length: 100 }, (_, n) => `q${1000000 + n}`);
    let changed = 0;
    for (let n = 0; n < 200; n++) changed += draw(ids, `d${n}`, 1)[0] !== draw([...ids, 'new00000'], `d${n}`, 1)[0] ? 1 : 0;
    assert.ok(changed < 10, `${changed} of 200 days`);
    const paper = draw(ids, 'week 2026-11-23', 10);
    assert.equal(new Set(paper).size, 10);
    assert.equal(weekKey(new Date(2026, 10, 29)), '2026-11-23', 'Sunday belongs to the week before');
    assert.equal(weekKey(new Date(2026, 10, 23)), '2026-11-23');
    assert.equal(weekKey(new Date(2026, 0, 1)), '2025-12-29');
  });

  test('answers', () => {
    assert.ok(isRight('single', rightOf('single', '2'), [2]) && !isRight('single', rightOf('single', '2'), [1]));
    assert.ok(
      isRight('multiple', rightOf('multiple', '1 3'), [3, 1]) &&
        !isRight('multiple', [1, 3], [1]) &&
        !isRight('multiple', [1, 3], [1, 2, 3])
    );
    assert.ok(isRight('judge', rightOf('judge', '1'), [1]));
    // Shown as 乙 甲 丙 with the right places 2 1 3: right is to choose the second, the first, the third.
    assert.ok(
      isRight('order', rightOf('order', '2 1 3'), [2, 1, 3]) &&
        !isRight('order', [2, 1, 3], [1, 2, 3]) &&
        !isRight('order', [3, 1, 2], [3, 1, 2])
    );
    const blanks = rightOf('blank', '12;11|十一');
    assert.ok(isRight('blank', blanks, [' １２ ', '十一。']) && !isRight('blank', blanks, ['12', '']) && !isRight('blank', blanks, ['12']));
  });
});

test('a column may have any name', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
  const record = blank('qinghe');
  names.forEach((name, at) => {
    record.lessons[`${at}.html`] = {
      t: name,
      c: '',
      n: 1,
      k: name,
      h: 1,
      m: 1,
      p: 100,
      a: '',
      b: '',
      at: 1,
      d: new Date(2026, 1, 1).getTime(),
      dt: 1,
    };
  });
  const again = clean(stored(record), 'qinghe');
  const sum = yearOf(again, 2026, 0);
  assert.deepEqual(sum.columns.map((column) => column.title).sort(), [...names].sort());
  assert.ok(names.every((name) => report(sum, 2026, 0, 'x', count(again)).includes(name)));
});

test('a year sums up by column and course, and makes a text for a report', () => {
  const record = blank('qinghe');
  const done = (month) => new Date(2026, month, 5).getTime();
  const one = (t, c, k, h, m, d) => ({ t, c, n: 1, k, h, m, p: 100, a: '', b: '', at: 1, d, dt: d });
  record.courses['k/index.html'] = { t: '开会', k: '党课', n: 5, m: 40, at: 1 };
  record.lessons['k/a.html'] = one('甲', 'k/index.html', '党课', 1.5, 10, done(1));
  record.lessons['k/b.html'] = one('乙', 'k/index.html', '党课', 0, 90, done(2));
  record.lessons['b/c.html'] = one('丙', '', '支部', 1, 10, done(3));
  record.lessons['b/d.html'] = one('丁', '', '支部', 1, 10, new Date(2025, 3, 5).getTime());
  record.lessons['b/e.html'] = one('戊', '', '支部', 1, 10, 0);
  const sum = yearOf(record, 2026, 0);
  assert.deepEqual([sum.hours, sum.lessons, sum.without], [2.5, 3, 1]);
  assert.deepEqual(
    sum.columns.map((column) => [column.title, column.hours, column.courses.map((course) => [course.title, course.lessons, course.total])]),
    [
      ['党课', 1.5, [['开会', 2, 5]]],
      ['支部', 1, [['单独的党课', 1, 0]]],
    ]
  );
  assert.equal(yearOf(record, 2026, 45).hours, 4.5, 'minutes count where the site says how');
  const text = report(sum, 2026, 32, '青禾学堂', { answers: 4 });
  for (const line of [
    '2026年学习小结（青禾学堂）',
    '学完 3 讲，计 2.5 学时（目标 32 学时）。',
    '《开会》2 / 5 讲，1.5 学时',
    '　2月5日　甲（1.5 学时）',
  ])
    assert.ok(text.split('\n').includes(line), text);
});
