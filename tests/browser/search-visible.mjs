// Search finds what a page shows, and only that: random pieces of the visible text of the built pages, taken from their
// HTML, are asked of the index. node tests/browser/search-visible.mjs OUTPUT PROGRAM
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { articles } from '../../benches/search/pages.mjs';
import { engine } from './engine.mjs';

const [, , output, program] = process.argv;

// A site with everything that may be shown on a page and forgotten by an index, or indexed and never shown.
const site = fs.mkdtempSync(path.join(os.tmpdir(), 'studyhall-visible-'));
fs.mkdirSync(path.join(site, 'content'));
fs.writeFileSync(path.join(site, 'site.yaml'), 'title: 试\nid: visible\nlanguage: zh-CN\ntheme: default\n');
fs.writeFileSync(path.join(site, 'content/_index.md'), '---\ntitle: 首页\n---\n\n欢迎。\n');
fs.copyFileSync(picture(), path.join(site, 'content/有.jpg'));
fs.writeFileSync(
  path.join(site, 'content/all.md'),
  `---
title: 样样都有
subtitle: 副题也在
author: [甲撰稿人, 乙撰稿人]
attachments:
  - {file: 有.jpg, title: 随附的样图.jpg}
---

引言里有![缺图的说明甲](没有.png)一张。

## 表与图

| 栏目名称 | 数目合计 |
|---|---|
| 应到人数 | 三十七名 |

![缺图的说明乙](也没有.png "图下的注解")

![看得见的图](有.jpg "真图的注解")

## 注与问

脚注在此[^1]。<details><summary>点开再看</summary>折叠里的话</details>

- [ ] 待办事项未完
- [x] 待办事项已完

[^1]: 脚注写在页尾。

::: 自测 单选
会前几天发出通知？

- [x] 提前两天发出
- [ ] 临时口头告知

解析：早些发出来得及请假。
:::

::: 文字稿
[00:01] 录音里说的话
:::

> 引文一段话

\`行内代码词\` **粗体连着**普通字，~~划掉的字~~。
`
);
const small = path.join(site, 'out');
try {
  execFileSync(program, ['build', '--site', site, '--output', small, '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
} catch (error) {
  assert(error.status === 1, String(error));
}

function picture() {
  const found = fs.readdirSync(new URL('../../content', import.meta.url), { recursive: true }).find((name) => /\.(png|jpg)$/.test(name));
  return path.join(new URL('../../content', import.meta.url).pathname, found);
}

async function asked(output) {
  const { core, load, more } = engine(output);
  const index = await core.open(load, more);
  const simplified = await index.simplify();
  // Booklets repeat pages and are none themselves.
  // What a page shows above its text (its course, the number of a document) and the author's keywords are found like text.
  const known = new Map();
  for (let page = 0; page < index.count; page++) {
    const { about } = await index.block(index.starts[page]);
    known.set(about.url, `${about.facts}\n${about.keywords}\n`);
  }
  const pages = articles(output)
    .filter((page) => known.has(page.url))
    .map((page) => ({ url: page.url, folded: core.fold(known.get(page.url) + page.text, simplified).text }));
  const found = async (query) => {
    const search = await index.search(`"${query}"`);
    const rows = await index.results(search, search.hits, 0, pages.length);
    return new Set(rows.map((row) => row.url));
  };
  return { pages, found, holds: (page, query) => core.find(page.folded, core.fold(query, simplified).text, 0) >= 0 };
}
const wrong = [];
async function compare({ pages, found, holds }, query) {
  const urls = await found(query);
  for (const page of pages)
    if (urls.has(page.url) !== holds(page, query))
      wrong.push(`${query} ${urls.has(page.url) ? 'found but not shown' : 'shown but not found'} on ${page.url}`);
}

const all = await asked(small);
let count = 0;
for (const line of all.pages.find((page) => page.url === 'all.html').folded.split('\n')) {
  for (const words of line.split(' ')) {
    const chars = Array.from(words);
    // The name of the box, which the theme gives it.
    if (words === '文字稿') continue;
    for (let at = 0; at + 1 < chars.length; at += 2) {
      await compare(all, chars.slice(at, at + 4).join(''));
      count++;
    }
  }
}
// Not shown: the description of a picture that is there, and an answer before it is asked for.
for (const hidden of ['看得见的图', '早些发出来得及请假']) assert.strictEqual((await all.found(hidden)).size, 0, hidden);
for (const shown of [
  '缺图的说明甲',
  '缺图的说明乙',
  '图下的注解',
  '真图的注解',
  '数目合计',
  '脚注写在页尾',
  '折叠里的话',
  '录音里说的话',
  '待办事项未完',
  '提前两天发出',
  '副题也在',
  '甲撰稿人、乙撰稿人',
  '随附的样图',
])
  assert.strictEqual((await all.found(shown)).size, 1, shown);
fs.rmSync(site, { recursive: true });

// The sample site: pieces of two to six letters of any page.
const sample = await asked(output);
let seed = 7;
const random = (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
};
// The names of boxes and parts, which the theme gives them, stand on every page of a kind and are not searched.
const OWN = ['要点', '提示', '注意', '思考', '重要', '警告', '说明', '附件', '签发人', '抄送'];
for (let tries = 0; count < 700 && tries < 5000; tries++) {
  const page = sample.pages[random(sample.pages.length)];
  const words = page.folded.split(/[ \n]/);
  const word = words[random(words.length)];
  if (OWN.includes(word)) continue;
  const chars = Array.from(word);
  const from = random(chars.length);
  const piece = chars.slice(from, from + 2 + random(5)).join('');
  if (piece.length < 2 || /^[a-z0-9]/.test(piece)) continue;
  await compare(sample, piece);
  count++;
}
assert.deepStrictEqual(wrong.slice(0, 20), []);
assert(count >= 700, `${count} pieces`);
console.log(`${count} pieces of visible text are found where they are shown, and nowhere else`);
