// A wide screen: every column at the side, the search at hand, the width of the home page used; and the phone as it was.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { launch } from './browser.mjs';
import { serve } from './server.mjs';
import { THEMES, build, list, samples } from './site.mjs';

const COLUMNS = ['党课讲堂', '文件制度', '通知公告', '支部动态', '专题', '下载中心'];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const theme of THEMES) {
  describe(`a desk, theme ${theme}`, () => {
    let server;
    let pages;
    before(async () => {
      const root = build(theme, `${theme}-public`, '--base-url', 'https://study.example/xuetang/');
      server = await serve(root);
      pages = samples(list(root));
    });
    after(() => server.close());

    const open = async (width, height, path = 'index.html') => {
      const page = await browser.newPage({ viewport: { width, height } });
      await page.goto(server.base + path, { waitUntil: 'load' });
      return page;
    };
    const doors = (page) => page.locator('.doors a:visible').evaluateAll((all) => all.map((one) => one.innerText.trim()));

    test('all columns stand at the side of every page, and the search', async () => {
      const page = await open(900, 800);
      for (const [template, path] of pages) {
        // The page for what is not found takes everything from the public address, which is nowhere here.
        if (['booklet', 'single', 'poster', '404'].includes(template)) continue;
        await page.goto(server.base + path, { waitUntil: 'load' });
        assert.deepEqual(await doors(page), ['首页', '党课讲堂', '文件制度', '我的学习', ...COLUMNS.slice(2)], template);
        assert.equal(await page.locator('input[type=search]:visible').count(), 1, `${template}: one search box`);
      }
      await page.close();
    });

    test('a phone has five doors', async () => {
      const page = await open(360, 740);
      assert.deepEqual(await doors(page), ['首页', '课程', '文件', '搜索', '我的']);
      assert.equal(await page.locator('.find:visible').count(), 0);
      await page.close();
    });

    test('/ leads to the search, unless one is writing, and what is written is searched for', async () => {
      const page = await open(1280, 800, 'about.html');
      await page.keyboard.press('/');
      await page.keyboard.type('表决/');
      const box = page.locator('.find input');
      assert.equal(await box.inputValue(), '表决/');
      await box.fill('表决');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-search-results] li');
      assert.match(page.url(), /search\.html\?q=/);
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press('/');
      assert.equal(await page.evaluate(() => document.activeElement.closest('[data-search]') !== null), true);
      await page.close();
    });

    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ]) {
      test(`the home page uses ${width} pixels and shows pictures`, async () => {
        const page = await open(width, height);
        const right = await page.evaluate(() => document.querySelector('main').getBoundingClientRect().right);
        assert.ok(right > width * 0.9, `the page ends at ${right}`);
        const lead = page.locator('.lead-picture');
        await lead.scrollIntoViewIfNeeded();
        await page.waitForFunction(() => document.querySelector('.lead-picture').naturalWidth > 0);
        assert.ok((await page.locator('.home-main .thumb').count()) >= 2);
        if (theme === 'default') {
          const [main, beside] = await Promise.all(['.home-main', '.home-beside'].map((one) => page.locator(one).boundingBox()));
          assert.ok(beside.x > main.x + main.width && Math.abs(beside.y - main.y) < 2, 'two columns');
        } else {
          assert.ok(await page.locator('.masthead-green img').evaluate((one) => one.naturalWidth > 0));
        }
        await page.close();
      });
    }

    test('a heading has a link to pass on, which is no part of its text; the standard size is one of the four', async () => {
      const [, lesson] = pages.find(([template]) => template === 'lesson');
      const page = await open(1280, 800, lesson);
      const heading = page.locator('.text h2[id]').first();
      const id = await heading.getAttribute('id');
      assert.ok(!(await heading.innerText()).includes('#'));
      await heading.hover();
      const link = heading.getByRole('link', { name: '复制本节链接' });
      assert.equal(await link.evaluate((one) => getComputedStyle(one).opacity), '1');
      await link.click();
      assert.equal(decodeURIComponent(new URL(page.url()).hash), `#${id}`);
      await page.getByRole('button', { name: '阅读设置' }).click();
      assert.equal(await page.getByRole('button', { name: '中', exact: true }).getAttribute('aria-pressed'), 'true');
      await page.close();
    });

    test('a notice has its deadline beside it on a desk, above it on a phone, never twice', async () => {
      const [, notice] = pages.find(([template]) => template === 'notice');
      for (const [width, place] of [
        [1280, '.beside'],
        [360, 'main'],
      ]) {
        const page = await open(width, 800, notice);
        assert.equal(await page.locator('.ledger-card:visible').count(), 1);
        assert.equal(await page.locator(`${place} .ledger-card:visible`).count(), 1, `${width}`);
        await page.close();
      }
    });
  });
}
