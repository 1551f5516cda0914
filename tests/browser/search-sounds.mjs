// What is found by its sound: every title and heading of a built site, by initials and full pinyin; and with PROGRAM what a site of its own has.
// node tests/browser/search-sounds.mjs OUTPUT [PROGRAM]
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engine } from './engine.mjs';

const { core, load, more } = engine(process.argv[2]);
const asked = [];
const index = await core.open((name, stamp) => {
  asked.push(name);
  return load(name, stamp);
}, more);
await index.more();

// The readings of each character, as the index has them.
const readings = new Map();
for (const one of (await index.text('sounds/all', index.sounds[0])).split(' ')) {
  const reading = /^[a-z]+/.exec(one)[0];
  for (const c of one.slice(reading.length)) readings.set(c, [...(readings.get(c) || []), reading]);
}
const titles = (await Promise.all(index.titles.slice(1).map((_, at) => index.titled(at + 1)))).join('\n').split('\n');
assert(titles.length > 20, 'a site of some pages');

/** How a folded text is typed: by initials or whole; `turn` chooses among the readings of a character. */
function typed(text, whole, turn) {
  return Array.from(text)
    .map((c) => {
      const list = readings.get(c);
      if (!list) return /[a-z0-9]/.test(c) ? c : '';
      const reading = list[turn % list.length];
      return whole ? reading : reading[0];
    })
    .join('');
}

const failures = [];
let tried = 0;
/** `title` must be among what is found. */
async function finds(query, title) {
  tried++;
  const search = await index.search(query);
  // The title is folded here as there: quotes and blanks are no part of it.
  const wanted = core.fold(title).text;
  for (let skip = 0; skip < search.hits.length; skip += 25) {
    const rows = await index.results(search, search.hits.slice(skip, skip + 25), 0, 25);
    if (rows.some((row) => core.fold(row.title.map((piece) => piece[0]).join('')).text === wanted)) return;
  }
  failures.push(`${query} does not find ${title}`);
}

for (const title of titles) {
  const folded = core.fold(title).text;
  const chars = Array.from(folded.replace(/ /g, ''));
  if (!chars.every((c) => readings.has(c) || /[a-z0-9]/.test(c)) || chars.length < 2) continue;
  const heads = [2, 3, 4, 6, 8, chars.length];
  for (const length of new Set(heads.map((n) => Math.min(n, chars.length)))) {
    const head = chars.slice(0, length).join('');
    if (!/[\u4e00-\u9fff]/.test(head)) continue;
    for (const turn of [0, 1]) await finds(typed(head, false, turn), title);
    if (![2, 4, chars.length].includes(length)) continue;
    for (const turn of [0, 1]) await finds(typed(head, true, turn), title);
  }
  // From the middle, and with the last syllable only begun.
  const middle = chars.slice(2, 6).join('');
  if (chars.length > 6 && /^[\u4e00-\u9fff]+$/.test(middle)) {
    await finds(typed(middle, false, 0), title);
    await finds(typed(middle, true, 0), title);
    await finds(typed(middle.slice(0, 3), true, 0) + typed(middle.slice(3), false, 0), title);
  }
}

// What was missed once; the query, and what is found by it.
for (const [query, title] of [
  ['ddyb', '读懂一份政策文件'],
  ['zyz', '怎样做一节微党课'],
  ['xqlswdsj', '星期六上午的手机门诊'],
  ['guanyubaosong2026ndzbgzzj', '关于报送2026年度支部工作总结的通知'],
  // Over what stands between the words.
  ['xiankanqingyifenwenjiandewuguan', '先看清一份文件的“五官”'],
  ['wjdwg', '先看清一份文件的“五官”'],
  ['yzbxd', '一张报修单的七十二小时'],
  ['yizhangtuyihangzi', '一张图、一行字：配图与图注'],
  ['yiztuyhz', '一张图、一行字：配图与图注'],
  // A term of the glossary, wherever it stands.
  ['sanhuiyike', '青禾大学党支部会议管理办法'],
  ['shyk', '青禾大学党支部会议管理办法'],
])
  await finds(query, title);

// Every heading, from its beginning and from the middle.
for (let page = 0; page < index.count; page++) {
  for (let at = index.starts[page]; at < index.starts[page + 1]; at++) {
    const lines = (await index.block(at)).text.split('\n').filter((line) => line[0] === '\u0002');
    const runs = lines.flatMap(
      (line) => core.fold(line.slice(line.indexOf('\u0002', 1) + 1)).text.match(/[\u3007\u4e00-\u9fff]{2,}/g) || []
    );
    for (const run of runs) {
      const parts = [2, 3, 4, 6, 8].map((n) => run.slice(0, n)).concat(run.length > 6 ? [run.slice(2, 6), run.slice(-4)] : []);
      for (const part of new Set(parts))
        for (const whole of [false, true]) for (const turn of [0, 1]) await heads(typed(part, whole, turn), page, run);
    }
  }
}
// One syllable: every title with a character that sounds so, whatever begins by chance with the same letters.
for (const reading of new Set([...readings.values()].flat())) {
  if (reading.length < 2) continue;
  for (const title of titles) {
    if (Array.from(core.fold(title).text).some((c) => (readings.get(c) || []).includes(reading))) await finds(reading, title);
  }
}
/** `page` must be among what is found. */
async function heads(query, page, heading) {
  tried++;
  const search = await index.search(query);
  const hit = search.hits.find((one) => one.page === page);
  if (!hit || !(await index.check(search, hit))) failures.push(`${query} does not find the page with ${heading}`);
}

assert(!failures.length, `${failures.length} of ${tried}:\n${failures.slice(0, 20).join('\n')}`);

// Words in characters have no use for sounds.
const fresh = await core.open((name, stamp) => {
  asked.push(name);
  return load(name, stamp);
}, more);
asked.length = 0;
await fresh.search('支部');
assert(!asked.some((name) => /^(sounds|titles)\//.test(name)), asked.join(' '));
// What nobody can read asks for no more than it takes to know.
asked.length = 0;
assert.strictEqual((await fresh.search('zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz')).hits.length, 0);
const terms = new Set(asked.filter((name) => name.startsWith('terms/')));
assert(terms.size < 3, [...terms].join(' '));

// A file that is missing is told, and takes away no more than what it says.
for (const query of ['jilu', 'huiyi', '会议记录']) {
  const asked = new Set();
  const all = await (
    await core.open((name, stamp) => {
      asked.add(name);
      return load(name, stamp);
    }, more)
  ).search(query);
  const terms = [...asked].filter((name) => name.startsWith('terms/'));
  assert(terms.length > 1 && !all.failed, query);
  for (const lost of terms) {
    const less = await core.open((name, stamp) => (name === lost ? Promise.reject(new Error(name)) : load(name, stamp)), more);
    const search = await less.search(query);
    assert(search.failed, `${query} without ${lost}`);
    await less.more();
    assert(Array.isArray(await less.suggest(query, 6)) && Array.isArray(await less.near(query)));
    assert(search.failed, 'what is offered does not change an answer');
  }
}
if (process.argv[3]) await own(process.argv[3]);
console.log(`${tried} queries by sound: all found`);

/** A site with titles as others write them. */
async function own(program) {
  const site = fs.mkdtempSync(path.join(os.tmpdir(), 'studyhall-sounds-'));
  const PAGES = {
    zhang: ['《党章》学习', '正文。'],
    fei: ['关于进一步加强党费收缴使用管理的通知', '正文。'],
    '5g': ['5G基站的建设', '正文。'],
    ai: ['5G 基站和 AI 应用', '正文。'],
    old: ['黨費收繳辦法', '正文。'],
    qian: ['《乾卦》与乾坤', '正文。'],
    lve: ['策略与女工', '## 公文写作要点\n\n正文。'],
    js: ['程序', '一段 js 代码。'],
    jianshe: ['建设', '正文。'],
    dan: ['无关', '## 单个\n\n正文。'],
    er: ['某页', '## 二〇二五年工作要点\n\n正文。'],
    biao: ['表格', '## 2026年度【总结】与（计划）\n\n正文。\n\n## B类表\n\n正文。'],
    hui: ['记录', '## 会议\n\n正文。'],
    gong: ['论“共同富裕”', '论文一篇。'],
  };
  fs.mkdirSync(path.join(site, 'content'));
  fs.writeFileSync(path.join(site, 'site.yaml'), 'title: 试\nid: sounds\nlanguage: zh-CN\ntheme: default\n');
  fs.writeFileSync(path.join(site, 'content', '_index.md'), '---\ntitle: 首页\n---\n');
  for (const [name, [title, text]] of Object.entries(PAGES))
    fs.writeFileSync(path.join(site, 'content', `${name}.md`), `---\ntitle: ${title}\n---\n\n${text}\n`);
  execFileSync(
    program,
    ['build', '--site', site, '--output', path.join(site, 'out'), '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'],
    { stdio: ['ignore', 'inherit', 'ignore'] }
  );
  const { core, load, more } = engine(path.join(site, 'out'));
  const CASES = [
    ['dangzhangxuexi', 'zhang'],
    ['dzxx', 'zhang'],
    ['dangzx', 'zhang'],
    // As long as the title is.
    ['gyjybjqdfsjsygldtz', 'fei'],
    ['guanyujinyibujiaqiangdangfeishoujiaoshiyongguanlidetongzhi', 'fei'],
    // Letters and digits stand as they are, a word from its beginning.
    ['5gjz', '5g ai'],
    ['5gjizhan', '5g ai'],
    ['jzhaiyy', 'ai'],
    ['gjz', ''],
    // Traditional characters, what is written ve and typed ue, one syllable, a character that stands alone.
    ['dfsjbf', 'old'],
    ['qiankun', 'qian'],
    ['qiangua', 'qian'],
    ['gankun', 'qian'],
    ['celueyunvgong', 'lve'],
    ['celveyu', 'lve'],
    ['dang', 'dan fei old zhang'],
    ['lgtfy', 'gong'],
    // Headings as titles: one syllable, a round zero, over signs, with digits and letters.
    ['hui', 'hui'],
    ['huiyi', 'hui'],
    ['erlingerwunian', 'er'],
    ['elewngzyd', 'er'],
    ['nianduzongjie', 'biao'],
    ['2026nd', 'biao'],
    ['ndzjyjh', 'biao'],
    ['bleibiao', 'biao'],
    ['gongwenxiezuo', 'lve'],
    ['gwxzyd', 'lve'],
  ];
  for (const [query, names] of CASES) {
    // A fresh one each time: what an earlier query made known must not help.
    const index = await core.open(load, more);
    const search = await index.search(query);
    const rows = await index.results(search, search.hits, 0, 100);
    assert.strictEqual(
      rows
        .map((row) => row.url.replace('.html', ''))
        .sort()
        .join(' '),
      names,
      query
    );
    tried++;
  }
  // What stands as it was typed comes first.
  const index = await core.open(load, more);
  const search = await index.search('js');
  const rows = await index.results(search, search.hits, 0, 100);
  assert.strictEqual(rows[0].url, 'js.html');
  assert(
    rows.some((row) => row.url === 'jianshe.html'),
    'and what sounds so is there'
  );
  await many(program, site);
  fs.rmSync(site, { recursive: true });
}

/** So many headings that they stand in several files: two sounds more tell which. */
async function many(program, site) {
  const chars = [...readings].filter(([, list]) => list.length === 1).map(([c]) => c);
  let seed = 1;
  const next = (most) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % most;
  };
  const all = [];
  for (let page = 0; page < 70; page++) {
    const list = Array.from({ length: 120 }, () => Array.from({ length: 6 }, () => chars[next(chars.length)]).join(''));
    list.forEach((heading) => all.push([heading, page]));
    fs.writeFileSync(
      path.join(site, 'content', `many-${page}.md`),
      `---\ntitle: 第${page}页\n---\n\n${list.map((heading) => `## ${heading}\n\n文。\n`).join('\n')}`
    );
  }
  execFileSync(
    program,
    ['build', '--site', site, '--output', path.join(site, 'out'), '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'],
    { stdio: ['ignore', 'inherit', 'ignore'] }
  );
  const { core, load, more } = engine(path.join(site, 'out'));
  const index = await core.open(load, more);
  assert(Object.keys(index.sounds).length > 5, 'headings stand in several files');
  for (let at = 0; at < all.length; at += 60) {
    const [heading, page] = all[at];
    for (const query of [
      typed(heading, false, 0),
      typed(heading, true, 0),
      typed(heading.slice(1), false, 0),
      typed(heading.slice(2), true, 0),
    ]) {
      tried++;
      const search = await index.search(query);
      const rows = await index.results(search, search.hits, 0, 50);
      assert(
        rows.some((row) => row.url === `many-${page}.html`),
        `${query} finds ${heading}`
      );
    }
  }
}
