// Odd sites, which are designed too: nothing at all, one of each, five hundred of each, the longest titles, the widest tables.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { launch } from './browser.mjs';
import { shape } from './shape.mjs';
import { PROGRAM } from './site.mjs';

const work = mkdtempSync(join(tmpdir(), 'studyhall-odd-'));
after(() => rmSync(work, { recursive: true, force: true }));

const SCREENS = [
  [320, 640],
  [360, 740],
  [768, 1024],
  [1280, 800],
];
const COLUMNS =
  'columns:\n  - {path: notices, title: 通知公告}\n  - {path: lessons, title: 党课讲堂}\n  - {path: policies, title: 文件制度}\n  - {path: branches, title: 支部}\n  - {path: news, title: 动态}\n  - {path: topics, title: 专题}\n';
const INDEXES = Object.fromEntries(
  ['notices', 'lessons', 'policies', 'branches', 'news', 'topics'].map((folder) => [
    `content/${folder}/_index.md`,
    `---\ntitle: ${folder}\n---\n`,
  ])
);
/** Sixty characters without a place to break, and with Latin that has none either. */
const LONG = '关于进一步规范全校各级党组织会议记录台账档案整理归集报送查阅借阅销毁等各环节工作流程并开展专项自查自纠活动的通知及说明文本';
const LATIN = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const WIDE = `| ${Array.from({ length: 12 }, (_, at) => `第${at + 1}列`).join(' | ')} |\n|${'---|'.repeat(12)}\n| ${Array.from({ length: 12 }, (_, at) => (at % 3 ? '12.5' : '一格里有比较长的一句话，要换行')).join(' | ')} |\n`;

function many(count) {
  const files = { 'site.yaml': `title: 测试\npaginate: 20\n${COLUMNS}`, ...INDEXES };
  for (let at = 0; at < count; at += 1) {
    const day = `2026-${String(1 + (at % 11)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;
    files[`content/news/n${at}.md`] = `---\ntitle: 第${at}条动态\ndate: ${day}\ntags: [标签${at % 60}]\n---\n\n正文。\n`;
    files[`content/notices/t${at}.md`] =
      `---\ntitle: 第${at}条通知\ndate: ${day}\ndeadline: 2026-12-${String(1 + (at % 28)).padStart(2, '0')}\n---\n\n正文。\n`;
    files[`content/policies/p${at}.md`] = `---\ntitle: 第${at}号文件\nissuer: 学校\ndate_signed: ${day}\n---\n\n正文。\n`;
    files[`content/lessons/k${at % 50}/l${at}.md`] = `---\ntitle: 第${at}讲\ndate: ${day}\n---\n\n## 一\n\n正文。\n`;
    if (at < 50) files[`content/lessons/k${at}/_index.md`] = `---\ntitle: 第${at}门课\n---\n`;
    if (at < 200) files[`content/branches/b${at}/_index.md`] = `---\ntitle: 第${at}支部\n---\n\n介绍。\n`;
  }
  return files;
}

const LONGEST = {
  'site.yaml': `title: ${LONG.slice(0, 30)}\nsubtitle: ${LONG}\nbase_url: https://dj.example.edu.cn/xt/\n${COLUMNS}`,
  ...INDEXES,
  'content/lessons/k/_index.md': `---\ntitle: ${LONG}\nsubtitle: ${LONG}\nspeaker: ${LONG}\nsingle_file: true\nobjectives: [${LONG}, ${LATIN}]\n---\n\n${LONG}\n`,
  'content/lessons/k/a.md': `---\ntitle: ${LONG}\nsubtitle: ${LATIN}\nspeaker: ${LONG}\nspeaker_title: ${LONG}\nplace: ${LONG}\naudience: [${LONG}]\ntags: [${LONG}, ${LATIN}]\nattachments: [{file: x.txt, title: ${LONG}}]\nreferences: [/policies/a.md]\n---\n\n## ${LONG}\n\n${LATIN.repeat(3)}\n\n### ${LATIN}\n\n${WIDE}\n\n- ${LATIN}\n\n> ${LONG}\n> —— ${LONG}\n\n\`\`\`\n${'x'.repeat(300)}\n\`\`\`\n\n\`${'y'.repeat(120)}\`\n\n$$${'a+'.repeat(80)}b$$\n\n::: 自测 单选\n${LONG}\n\n- [ ] ${LATIN}\n- [x] ${LONG}\n\n解析：${LATIN}\n:::\n\n## 二\n\n## 三\n`,
  'content/lessons/k/x.txt': 'x\n',
  'content/lessons/k/b.md': `---\ntitle: ${LATIN}\n---\n\n${WIDE}\n`,
  'content/policies/a.md': `---\ntitle: ${LONG}\nissuer: [${LONG.slice(0, 24)}, ${LONG.slice(0, 20)}]\ndoc_no: 青党发〔2026〕3号\nsigner: ${LATIN}\naddressee: ${LONG}\ncc: ${LONG}\nprinted_by: ${LONG}\nprinted_on: 2026-01-02\ndate_signed: 2026-01-01\nbased_on: [{title: ${LONG}, doc_no: ${LATIN}}]\n---\n\n## ${LONG}\n\n${WIDE}\n\n${LATIN}\n`,
  'content/notices/a.md': `---\ntitle: ${LONG}\ndate: 2026-11-01\ndeadline: 2026-12-01\ncontact: ${LATIN}\nforms: [x.txt]\n---\n\n${LONG}\n`,
  'content/notices/x.txt': 'x\n',
  'content/branches/a/_index.md': `---\ntitle: ${LONG}\nshort: ${LATIN}\nsecretary: ${LONG}\nparent: ${LONG}\ncontact: ${LATIN}\n---\n\n介绍。\n`,
  'content/branches/a/news/a.md': `---\ntitle: ${LATIN}\ndate: 2026-11-01\nplace: ${LONG}\nactivity: 主题党日\n---\n\n${LONG}\n`,
  'content/topics/a.md': `---\ntitle: ${LONG}\npages: [/policies/a.md]\n---\n\n${LONG}\n`,
};

const SITES = {
  empty: { 'site.yaml': `title: 测试\n${COLUMNS}`, 'content/_index.md': '---\ntitle: 首页\n---\n', ...INDEXES },
  one: many(1),
  many: many(500),
  longest: LONGEST,
};

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const base = {};
function made(name) {
  if (base[name]) return base[name];
  for (const [path, text] of Object.entries(SITES[name])) {
    const file = join(work, name, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
  const output = join(work, `${name}-out`);
  execFileSync(PROGRAM, ['build', '--site', join(work, name), '--output', output, '--date', '2026-11-23', '--no-cache', '--quiet']);
  base[name] = pathToFileURL(`${output}/`).href;
  return base[name];
}

/** Opens pages of a site on every screen and says where they do not fit. */
async function check(name, paths) {
  const page = await browser.newPage();
  const wrong = [];
  for (const path of paths) {
    await page.goto(made(name) + path);
    for (const [width, height] of SCREENS) {
      await page.setViewportSize({ width, height });
      for (const what of await page.evaluate(shape)) wrong.push(`${path} ${width}×${height}: ${what}`);
    }
  }
  await page.close();
  assert.deepEqual(wrong, []);
}

async function home(name) {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  await page.goto(`${made(name)}index.html`);
  const found = await page.evaluate(() => ({
    parts: [...document.querySelectorAll('main section:not([hidden]) h2')].map((heading) => heading.textContent),
    rows: document.querySelectorAll('main .row').length,
    doors: [...document.querySelectorAll('.doors span')].map((door) => door.textContent),
    height: document.documentElement.scrollHeight,
    says: document.querySelector('main').innerText,
  }));
  await page.close();
  return found;
}

const LISTS = [
  'index.html',
  'notices/index.html',
  'lessons/index.html',
  'policies/index.html',
  'branches/index.html',
  'news/index.html',
  'topics/index.html',
  'map.html',
  'search.html',
  '404.html',
];

describe('odd sites', () => {
  test('nothing at all: every page says so, and empty columns are hidden', async () => {
    await check('empty', LISTS);
    const found = await home('empty');
    assert.deepEqual(found.parts, []);
    assert.match(found.says, /还没有内容/);
    assert.deepEqual(
      found.doors.filter((door) => door === '课程' || door === '文件'),
      []
    );
  });

  test('one of each', async () => {
    await check('one', [...LISTS, 'lessons/k0/index.html', 'lessons/k0/l0.html', 'branches/b0/index.html']);
    const found = await home('one');
    assert.deepEqual(
      found.parts.slice(-5),
      ['文件制度', '动态', '最近更新', '党课讲堂', '支部'],
      'what there is to do, what has happened, the rest, and no empty 专题'
    );
  });

  test('five hundred of each: the home page stays as short as with five', async () => {
    await check('many', [...LISTS, 'tags/index.html', 'archive/2026/index.html']);
    const found = await home('many');
    assert.ok(found.rows <= 40, `${found.rows} rows`);
    assert.ok(found.height < 5000, `${found.height} px`);
  });

  test('the longest titles, the widest tables', async () => {
    await check('longest', [
      ...LISTS,
      'lessons/k/index.html',
      'lessons/k/a.html',
      'lessons/k/b.html',
      'lessons/k/booklet.html',
      'lessons/k/k-single.html',
      'lessons/k/a-poster.html',
      'policies/a.html',
      'notices/a.html',
      'branches/a/index.html',
      'branches/a/news/a.html',
      'topics/a.html',
    ]);
  });
});
