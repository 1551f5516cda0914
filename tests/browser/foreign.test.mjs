// What others put before a page's scripts, in Chromium: backup codes, what stands in the storage of a shared host, addresses.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { launch, watched } from './browser.mjs';
import { module } from './modules.mjs';
import { serve } from './server.mjs';
import { build } from './site.mjs';

const { encode } = await module('study-data/code.js');
const KEY = 'studyhall:qinghe:';
const NOW = Date.now();
const LESSON = 'lessons/kaihao-zhibu-huiyi/huiyi-jilu.html';

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve(build('default'));
});
after(async () => {
  await browser.close();
  server.close();
});

/** Opens a page with these things in its storage, runs `act`, and sees that no script failed and nobody else was asked. */
async function visit(path, act, stored = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.addInitScript(
    ([key, all]) => {
      if (sessionStorage.getItem('set')) return;
      sessionStorage.setItem('set', '1');
      for (const name of Object.keys(all)) localStorage.setItem(key + name, all[name]);
    },
    [KEY, stored]
  );
  const { page, trouble } = await watched(context, server.base);
  await page.goto(server.base + path);
  await act(page);
  await context.close();
  assert.deepEqual(trouble, []);
}

const blank = { v: 1, site: 'qinghe', goal: { h: 0, at: 0 }, lessons: {}, courses: {}, marks: {}, notes: {}, answers: {} };
/** `__proto__` as a key, as JSON can have it. */
const proto = (value) => JSON.parse(`{"__proto__":${JSON.stringify(value)}}`);
const lesson = (more) => ({ t: 'x', c: '', n: 1, k: '', h: 1, m: 1, p: 100, a: '', b: '', at: NOW, d: 0, dt: 0, ...more });

/** All links of the page lead to pages of this site. */
async function linksAreOwn(page) {
  const links = await page.locator('[data-hook=mine] a').evaluateAll((all) => all.map((one) => [one.href, one.protocol]));
  for (const [href, protocol] of links) assert.ok(href.startsWith(server.base) && protocol === 'http:', href);
}

describe('a backup code from somebody else', () => {
  const foreign = [
    '//evil.example/l.html',
    '/evil.html',
    '..//evil.example/l.html',
    'a//b.html',
    '\\\\evil.example\\l.html',
    'javascript:alert(1)//.html',
    'https://evil.example/l.html',
    '%2f%2fevil.html',
    'constructor',
    'toString',
  ];
  const records = {
    'addresses of others': {
      ...blank,
      lessons: Object.fromEntries(
        foreign.flatMap((url) => [
          [url, lesson({ c: url, p: 50 })],
          [`${url}2`, lesson({ d: NOW })],
        ])
      ),
      marks: Object.fromEntries(foreign.map((url) => [url, { t: '党员信息登记（必填）', on: 1, at: NOW }])),
      notes: Object.fromEntries(foreign.map((url) => [url, { t: '登记', x: '请填', at: NOW }])),
      courses: Object.fromEntries(foreign.map((url) => [url, { t: '课', n: 3, m: 9, at: NOW }])),
    },
    'a column called constructor': { ...blank, lessons: { 'a.html': lesson({ k: 'constructor', d: NOW }) } },
    'a column called __proto__': {
      ...blank,
      lessons: { 'a.html': lesson({ k: '__proto__', d: NOW }), 'b.html': lesson({ k: 'hasOwnProperty', d: NOW }) },
    },
    'parts with the keys of prototypes': {
      ...blank,
      lessons: proto(lesson({ d: NOW })),
      marks: proto({ t: 'x', on: 1, at: NOW }),
      answers: { valueOf1: { n: 1, w: 1, due: 1, at: NOW }, ...proto({ due: 1 }) },
    },
    'parts of other kinds': { ...blank, lessons: [1, 2], courses: 'x', marks: 7, notes: null, answers: true, goal: [] },
    'times without end': {
      ...blank,
      goal: { h: 999, at: 8640000000000000 },
      lessons: { 'a.html': lesson({ d: 8640000000000000, dt: 8640000000000000, at: 1e300 }) },
      marks: { 'a.html': { t: 'x', on: 1, at: 8640000000000000 } },
    },
    'texts that turn around': {
      ...blank,
      marks: { 'a.html': { t: '\u202egnp.exe\u0000\u0007', on: 1, at: NOW } },
      notes: { 'a.html': { t: '<img src=x onerror=alert(1)>', x: '<script>alert(1)</script>\u202e', at: NOW } },
    },
  };
  for (const [name, record] of Object.entries(records)) {
    test(name, () =>
      visit('study.html', async (page) => {
        // `JSON.stringify` writes what a hand can write.
        await page.fill('.code-area', encode(record));
        await page.getByRole('button', { name: '取回备份' }).click();
        await page.getByText('已取回').waitFor();
        await linksAreOwn(page);
        // The page still works: it shows what it has after another visit, and can forget.
        await page.reload();
        await page.getByRole('button', { name: '复制学习小结' }).waitFor();
        await linksAreOwn(page);
        assert.ok(!/[\u202a-\u202e\u0000-\u0008]/.test(await page.locator('[data-hook=mine]').textContent()));
        await page.goto(`${server.base}index.html`);
        await page.goto(`${server.base}study.html`);
        const remove = page.getByRole('button', { name: '全部删除' });
        await remove.click();
        await page.getByRole('button', { name: '真的删除' }).click();
        await page.getByText('已全部删除').waitFor();
        assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}record`), KEY), null);
      })
    );
  }
});

describe('what stands in the storage of the host', () => {
  const wild = [
    '{',
    'null',
    '7',
    '[]',
    '""',
    '{"__proto__":{"a":1}}',
    '{"key":{}, "done":null,"rate":"x","size":"\\"><b>","theme":{},"large":[],"going":"9e9","column":{},"before":"x","last":1e99}',
    JSON.stringify({ ...blank, lessons: proto(lesson()), marks: { '//evil.example/a.html': { t: 'x', on: 1, at: 1 } } }),
  ];
  for (const [at, value] of wild.entries()) {
    test(`is not believed, ${at}`, () =>
      visit(
        'index.html',
        async (page) => {
          for (const path of [
            LESSON,
            'lessons/kaihao-zhibu-huiyi/huihou-luoshi.html',
            'lessons/kaihao-zhibu-huiyi/index.html',
            'practice.html',
            'practice.html#week',
            'practice.html#wrong',
            'study.html',
            'news/index.html',
          ]) {
            await page.goto(server.base + path);
            await page.evaluate(() => scrollTo(0, 99999));
            await page.waitForTimeout(150);
          }
          await page.goto(`${server.base}study.html`);
          await page.getByRole('button', { name: '全部删除' }).waitFor();
          await linksAreOwn(page);
        },
        Object.fromEntries(['record', 'places', 'look', 'practice', 'paper', 'sound', 'speed', 'visit'].map((name) => [name, value]))
      ));
  }

  test('the week’s paper of a wrong form begins anew', () =>
    visit(
      'practice.html#week',
      async (page) => {
        await page.getByText('第 1 题，共 10 题').waitFor();
      },
      { paper: '{"key":"x","done":[1,2,3]}' }
    ));
});

describe('addresses', () => {
  test('of the practice page that are none show what there is', () =>
    visit('practice.html#day=%', async (page) => {
      await page.locator('.practice .quiz').waitFor();
      for (const hash of [
        '#course=%E4%',
        '#course="]',
        "#course=']\\",
        '#__proto__=x',
        '#constructor',
        '#wrong=%',
        '#course=__proto__',
        '#=',
      ]) {
        await page.goto(`${server.base}practice.html`);
        await page.goto(`${server.base}practice.html${hash}`);
        await page.locator('.practice .rows, .practice .nothing').first().waitFor();
      }
    }));

  test('of a page with an anchor that is none', () =>
    visit(`${LESSON}#%E4%`, async (page) => {
      await page.evaluate(() => {
        const text = document.querySelector('article.text');
        for (const href of ['#%', '%E4%.html', '../%zz.html#%'])
          text.insertAdjacentHTML(
            'beforeend',
            `<p><a class="term" href="${href}" title="x">词</a><sup class="footnote-ref"><a href="${href}">1</a></sup></p>`
          );
        const toc = document.querySelector('.toc ul, .toc ol');
        toc.insertAdjacentHTML('beforeend', '<li><a href="#%">x</a></li>');
      });
      await page.evaluate(() => scrollTo(0, 99999));
      await page.waitForTimeout(400);
      await page.locator('.footnote-ref a').last().hover();
      await page.waitForTimeout(400);
    }));

  test('of a recording that stand in several forms', () =>
    visit('lessons/kaihao-zhibu-huiyi/huihou-luoshi.html', async (page) => {
      await page.evaluate(() => {
        const player = document.querySelector('audio');
        const source = document.createElement('source');
        source.setAttribute('src', player.getAttribute('src'));
        player.removeAttribute('src');
        player.appendChild(source);
        player.load();
        document
          .querySelector('article.text')
          .insertAdjacentHTML(
            'beforeend',
            '<audio controls preload="none"></audio><audio controls preload="none"><source src="%E4%.mp3"></audio>'
          );
        player.scrollIntoView();
        // The script may have come before the players did.
        document.dispatchEvent(new CustomEvent('studyhall:patched'));
      });
      await page.locator('.speeds').first().waitFor();
      await page.waitForTimeout(300);
      assert.equal(await page.locator('.speeds').count(), 2);
    }));
});
