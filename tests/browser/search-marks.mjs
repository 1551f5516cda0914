// What a result marks, where it leads, and what is marked there: a small site of its own, built, asked, and opened from disk.
// node tests/browser/search-marks.mjs PROGRAM
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';
import { engine } from './engine.mjs';

const site = fs.mkdtempSync(path.join(os.tmpdir(), 'studyhall-marks-'));
const filler = (name) =>
  Array.from({ length: 260 }, (_, i) => `${name}第${i}段，写得长一些，好让这一页分成许多块，编号${name}${i}。`).join('\n\n');
const PAGES = {
  '_index.md': ['首页', ''],
  'odd.md': [
    '奇字',
    '在𠮷野家。\n\n二〇二四年办。\n\n東京タワー下。\n\n半角ｶﾞﾗｽ窗。\n\n；⑫月；Ⅻ；\n\ncafe\u0301 好。\n\nÜber Москва город。\n\n한국어 문장。\n\n각하。',
  ],
  'across.md': [
    '跨行',
    '开头**党费**减免。\n\n[链接文](odd.md)后文。\n\n行内`代码`文。\n\n注[^1]释后。\n\n三会一课的事。\n\n甲乙\n\n丙丁\n\n| 左格 | 右格 |\n|---|---|\n| 应到 | 三十七 |\n| 党员<br>5G培训 | 末格 |\n\n<table>\n<tr>\n<td>实到人数</td>\n<td>37</td>\n</tr>\n</table>\n\nhello\nwide\n\n## **粗**题\n\n粗题之下。\n\n[^1]: 脚注。',
  ],
  'folded.md': [
    '折叠',
    '开头。\n\n## 后面\n\n::: 展开 更多\n折叠之字在此。\n:::\n\n::: 自测 判断\n题干之字。\n\n答案：对\n解析：折叠之字也在解析里。\n:::',
  ],
  'long.md': [
    '收费办法',
    `前言。\n\n## 第一章\n\n${filler('甲')}\n\n党费在此。\n\n## 第二章\n\n${filler('乙')}\n\n党费减免在此。\n\n## 第三章\n\n滞纳金在此。\n\n${filler('丙')}`,
  ],
  'apart.md': ['分开', '关于会费，说明很多。减免。会费。减免。'],
  'together.md': [
    '连着，这一页要长一些',
    '会费减免。这一页比另一页长，其余的话与此无关，只是为了让它排在后面，如果两个词分开和连着没有区别的话。',
  ],
  'blanks.md': ['空格', '这里讲 Rust 语言。2024 年 3月5 日开会。'],
  'tight.md': ['无空格', '这里讲Rust语言。2024年3月5日开会。'],
  'comma.md': ['逗号', '学过Rust，语言不难。Rust；语言。'],
  'words.md': [
    '词',
    '甲一 乙二 丙三 丁四 戊五 己六 庚七 辛八 壬九 癸十 子一 丑二 寅三。\n\n这是很长很长的一句话里面没有任何标点符号只是为了把它写得足够长好让最后一个字排在很后面很后面的地方直到说出中国',
  ],
  'number.md': ['文号', '依据青党发〔2024〕12号执行。'],
  'heads.md': [
    '各种标题',
    `${['谁来记？', '第一步：备会（前）', '第１条（Ａ类）', '问！答', '全角～Ｂ＿c', 'ＡＢＣ', '重名？', '重名？'].map((head, at) => `## ${head}\n\n节文${at}此。`).join('\n\n')}\n\n## 另取 {#？名}\n\n节文8此。`,
  ],
  'spaced.md': ['有空格的文号', '依据沪委〔 2023 〕 7 号执行。'],
};
fs.mkdirSync(path.join(site, 'content/lessons'), { recursive: true });
fs.writeFileSync(
  path.join(site, 'content/lessons/told.md'),
  '---\ntitle: 一讲\ndate: 2026-01-02\nspeaker: 金老师\nobjectives: [会写记录]\nplace: 甲楼201\nauthor: 撰稿人乙\n---\n\n课文。\n'
);
fs.writeFileSync(path.join(site, 'site.yaml'), 'title: 试\nid: marks\nlanguage: zh-CN\ntheme: default\n');
fs.writeFileSync(path.join(site, 'content', 'glossary.yaml'), '- term: 三会一课\n  text: 几种会议。\n');
for (const [name, [title, text]] of Object.entries(PAGES))
  fs.writeFileSync(path.join(site, 'content', name), `---\ntitle: ${title}\n---\n\n${text}\n`);
const output = path.join(site, 'out');
execFileSync(process.argv[2], ['build', '--site', site, '--output', output, '--no-cache', '--quiet', '--date', '2026-11-23'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});

const { core, load, more } = engine(output);
const index = await core.open(load, more);
async function ask(query) {
  const search = await index.search(query);
  return (await index.results(search, search.hits, 0, 100)).map((one) => ({ ...one, page: one.url.replace('.html', '') }));
}
const marked = (pieces) =>
  pieces
    .filter((piece) => piece[1])
    .map((piece) => piece[0])
    .join('|');

// What is marked is what was asked, wherever a character folds to several, joins its neighbour, or stands beyond the basic plane.
for (const [query, wanted] of [
  ['𠮷', '𠮷'],
  ['在𠮷', '在𠮷'],
  ['二〇', '二〇'],
  ['〇二四', '〇二四'],
  ['タワー', 'タワー'],
  ['京タ', '京タ'],
  ['カ\u3099ラス', 'ｶﾞﾗｽ'],
  ['角ガ', '角ｶﾞ'],
  ['12月', '⑫月'],
  ['XII', 'Ⅻ'],
  ['café', 'cafe\u0301'],
  ['über', 'Über'],
  ['Москва', 'Москва'],
  ['город', 'город'],
  ['국어', '국어'],
  ['각하', '각하'],
]) {
  const all = await ask(query);
  assert.strictEqual(all.map((one) => one.page).join(), 'odd', query);
  assert.strictEqual(marked(all[0].text), wanted, query);
}
// Of a long page the place that has the most of the words, in whatever order they were typed.
for (const [query, anchor, words] of [
  ['收费办法 滞纳金', '第三章', '滞纳金'],
  ['滞纳金 收费办法', '第三章', '滞纳金'],
  ['党费 减免', '第二章', '党费减免'],
  ['减免 党费', '第二章', '党费|减免'],
]) {
  const one = (await ask(query)).find((result) => result.page === 'long');
  assert.deepStrictEqual([one.anchor, marked(one.text)], [anchor, words], query);
}
// A result leads to its heading, whatever signs that has: the script makes of most the anchor that the page has.
const ids = [...fs.readFileSync(path.join(output, 'heads.html'), 'utf8').matchAll(/<h2[^>]* id="?([^" >]+)/g)].map((one) => one[1]);
assert.strictEqual(ids.length, 9);
for (const [at, id] of ids.entries()) assert.strictEqual((await ask(`节文${at}此`))[0].anchor, id, `heading ${at}`);
// Words that stand together come before words that stand apart.
assert.strictEqual((await ask('会费 减免')).map((one) => one.page).join(), 'together,apart');
// Between Chinese and letters or digits a blank may stand or not, and nothing else; in quotation marks it is as it is typed.
for (const [query, wanted] of [
  ['Rust语言', 'blanks:Rust 语言 tight:Rust语言'],
  ['讲Rust语', 'blanks:讲 Rust 语 tight:讲Rust语'],
  ['2024年3月5日', 'blanks:2024 年 3月5 日 tight:2024年3月5日'],
  ['"Rust语言"', 'tight:Rust语言'],
  ['ust语言', ''],
]) {
  assert.strictEqual(
    (await ask(query))
      .map((one) => `${one.page}:${marked(one.text)}`)
      .sort()
      .join(' '),
    wanted,
    query
  );
}
assert.strictEqual((await ask('开会 -Rust语言')).length, 0);
// Every word counts, the thirteenth too.
const twelve = '甲一 乙二 丙三 丁四 戊五 己六 庚七 辛八 壬九 癸十 子一 丑二';
for (const [query, wanted] of [
  [`${twelve} 寅三`, 'words'],
  [`${twelve} 寅四`, ''],
  [`${twelve} -寅三`, ''],
])
  assert.strictEqual((await ask(query)).map((one) => one.page).join(), wanted, query);
// A long phrase of which only the end is traditional; asked of an index that has not seen the table yet.
{
  const other = engine(output);
  const search = await (
    await other.core.open(other.load, other.more)
  ).search('这是很长很长的一句话里面没有任何标点符号只是为了把它写得足够长好让最后一个字排在很后面很后面的地方直到说出中國');
  await Promise.all(search.hits.map((hit) => search.index.check(search, hit)));
  assert.strictEqual(search.hits.filter((hit) => hit.state > 0).length, 1);
}
// The number of a document while it is typed, in digits of full width, and written with blanks.
for (const query of ['青党发2024', '青党发2024 12', '青党发202412', '青党发２０２４ １２号', '青党发〔2024', '青党发2024 12号'])
  assert.strictEqual((await ask(query)).map((one) => one.page).join(), 'number', query);
for (const query of ['沪委〔2023〕7号', '沪委2023 7号', '沪委20237号'])
  assert.strictEqual((await ask(query)).map((one) => one.page).join(), 'spaced', query);

// On the page itself: across links, code, terms and the marks of footnotes, not across paragraphs.
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
const trouble = [];
page.on('pageerror', (error) => trouble.push(error.message));
const base = pathToFileURL(`${output}/`).href;
async function marks(address) {
  await page.goto('about:blank');
  await page.goto(base + address);
  await page.waitForFunction(() => document.readyState === 'complete');
  await page.waitForTimeout(150);
  return page.locator('mark').allTextContents();
}
const inSight = (what) =>
  page
    .locator(what)
    .first()
    .evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
for (const [words, wanted] of [
  [['党费减免'], ['党费', '减免']],
  [['链接文后文'], ['链接文', '后文']],
  [['行内代码文'], ['行内', '代码', '文']],
  [['注释后'], ['注', '释后']],
  [['三会一课的事'], ['三会一课', '的事']],
  [['乙丙'], []],
  [['应到 三十七'], ['应到', '三十七']],
  [['右格 应到'], []],
  [['党员 5G'], ['党员', '5G']],
  [['实到人数 37'], ['实到人数', '37']],
  [['三十七 党员'], []],
  [['hello wide'], ['hello\nwide']],
  [['粗题'], ['粗', '题', '粗题']],
  [
    ['党费', '后文'],
    ['党费', '后文'],
  ],
]) {
  const found = await marks(`across.html?${words.map((word) => `h=${encodeURIComponent(word)}`).join('&')}`);
  assert.deepStrictEqual(
    found.map((text) => text.replace(/\s+/g, '\n')),
    wanted,
    words.join()
  );
}
// What a result of a row of a table has marked is marked there.
{
  const one = (await ask('"实到人数 37"'))[0];
  assert.deepStrictEqual(await marks(`${one.url}?h=${encodeURIComponent(marked(one.text))}`), ['实到人数', '37']);
}
assert.deepStrictEqual(await marks('across.html?h=%20&h='), [], 'blanks are no word');
// What a page tells of itself is marked where it stands.
for (const words of ['金老师', '会写记录', '甲楼201', '撰稿人乙']) {
  const [one] = await ask(words);
  assert.strictEqual(one.page, 'lessons/told', words);
  assert.deepStrictEqual(await marks(`lessons/told.html?h=${encodeURIComponent(marked(one.text))}`), [words]);
}
// What is folded away is opened and in sight; the answer of a question stays shut.
assert.ok((await marks(`folded.html?h=${encodeURIComponent('折叠之字')}#${encodeURIComponent('后面')}`)).length >= 1);
assert.ok(await page.locator('mark').first().isVisible());
assert.ok(await inSight('mark'));
assert.strictEqual(await page.locator('.quiz-answer p').first().isVisible(), false);
// Words far below their heading are in sight; where they stand near it, it is the heading that the page opens at. A browser takes who loads it again, or comes back, to where they were.
assert.deepStrictEqual(await marks(`long.html?h=${encodeURIComponent('党费减免')}#${encodeURIComponent('第二章')}`), ['党费减免']);
assert.ok(await inSight('mark'));
await page.evaluate(() => scrollTo(0, 700));
await page.reload();
await page.waitForFunction(() => scrollY === 700);
await page.evaluate(() => {
  location.href = 'odd.html';
});
await page.waitForURL(/odd/);
await page.goBack();
await page.waitForFunction(() => scrollY === 700);
assert.deepStrictEqual(await marks(`heads.html?h=${encodeURIComponent('节文1此')}#${encodeURIComponent(ids[1])}`), ['节文1此']);
assert.ok(
  (await inSight('mark')) && (await page.evaluate((id) => Math.abs(document.getElementById(id).getBoundingClientRect().top) < 120, ids[1]))
);
assert.deepStrictEqual(trouble, []);
await browser.close();
fs.rmSync(site, { recursive: true });
console.log('search marks: fine');
