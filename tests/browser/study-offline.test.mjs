// Keeping pages: a course on the phone, read without a network, and never mixed of two builds.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { watched } from './browser.mjs';
import { serve } from './server.mjs';
import { COURSE, LESSON, browser, root, reader, text, answer } from './study.mjs';

describe('keeping pages', () => {
  const work = mkdtempSync(join(tmpdir(), 'studyhall-kept-'));
  after(() => rmSync(work, { recursive: true, force: true }));

  /** A phone with the worker running, on a copy of the site that can change. */
  async function phone(act) {
    const copy = join(work, 'site');
    rmSync(copy, { recursive: true, force: true });
    cpSync(root, copy, { recursive: true });
    const own = await serve(copy);
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    // Closed in any case: a server that is left keeps the run of the tests from ending.
    try {
      const { page, trouble } = await watched(context, own.base);
      await page.goto(`${own.base}${COURSE}index.html`);
      await page.getByRole('button', { name: '存到手机' }).waitFor();
      await act({ page, context, base: own.base, copy, trouble });
    } finally {
      await context.close();
      own.close();
    }
  }

  test('a course is kept whole and read without a network; then emptied', () =>
    phone(async ({ page, context, base, trouble }) => {
      await page.getByRole('button', { name: '存到手机' }).click();
      await page.getByText('没有网也能学').waitFor();
      const size = await text(page, '.offline-says');
      assert.match(size, /已存 [\d.]+ [KM]B/);
      // Kept again in the same visit, it is as much, and so is all that is kept.
      const kept = () =>
        page.evaluate(async () => {
          const found = [];
          for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.push(one.url);
          return found.filter((url) => !url.endsWith('kept-by-the-worker')).sort();
        });
      const all = await kept();
      // What a page brings in later has its styles there as well.
      const later = await page.evaluate(() =>
        Array.from(document.querySelector('script[data-parts]').attributes)
          .map((one) => new URL(one.value, location.href).href)
          .filter((url) => url.endsWith('.css'))
      );
      assert.ok(later.length > 2);
      assert.deepEqual(
        later.filter((url) => !all.includes(url)),
        []
      );
      const sum = () =>
        page.evaluate(async () => {
          const name = (await caches.keys()).find((one) => one.startsWith('studyhall-pages'));
          return (await (await (await caches.open(name)).match(`${name.slice(16)}kept-by-the-worker`)).json()).search;
        });
      const search = await sum();
      assert.ok(search > 1000);
      await page.getByRole('button', { name: '更新手机里的这门课' }).click();
      await page.getByText('正在存').waitFor();
      await page.getByText('没有网也能学').waitFor();
      assert.equal(await text(page, '.offline-says'), size);
      assert.deepEqual(await kept(), all);
      assert.equal(await sum(), search);
      assert.deepEqual(trouble, []);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      await answer(page, page.locator('.quiz').first(), true);
      assert.ok(await page.evaluate(() => getComputedStyle(document.querySelector('.doors')).position === 'fixed'), 'with its styles');
      await page.goto(`${base}search.html?q=${encodeURIComponent('会议记录')}`);
      await page.locator('[data-search-results][data-state=done] a').first().waitFor();
      // A worker that has slept has to look whether the search is kept.
      const inspector = await context.newCDPSession(page);
      await inspector.send('ServiceWorker.enable');
      await inspector.send('ServiceWorker.stopAllWorkers');
      await inspector.detach();
      await page.fill('[data-search] input', '台账');
      await page.locator('[data-search-results][data-query=台账][data-state=done] a').first().waitFor();
      await page.goto(`${base}${COURSE}huihou-luoshi.html`);
      assert.ok(
        (await page.locator('audio').evaluate(
          (player) =>
            new Promise((done, fail) => {
              player.onloadedmetadata = () => done(player.duration);
              player.onerror = () => fail(new Error('no sound'));
              player.load();
              player.preload = 'metadata';
            })
        )) > 30
      );
      // Its questions came along; those of other courses are not there, and that is said.
      await page.goto(`${base}practice.html`);
      await page.locator(`[data-hook=practice-courses] a[href*="${encodeURIComponent(`${COURSE}index.html`)}"]`).click();
      await page.getByText(/第 1 题，共 \d+ 题/).waitFor();
      await answer(page, page.locator('.practice .quiz'), true);
      await page.goto(`${base}practice.html`);
      await page
        .locator(`[data-hook=practice-courses] li:not([hidden]) a:not([href*="${encodeURIComponent(`${COURSE}index.html`)}"])`)
        .first()
        .click();
      await page.getByText('题目没有读到').waitFor();
      // What was never opened: my page tells what there is.
      await page.goto(`${base}branches/jingji/index.html`);
      assert.match(page.url(), /study\.html#offline$/);
      await page.getByText('存在手机里的页面').waitFor();
      await context.setOffline(false);
      await page.goto(`${base}study.html`);
      await page.getByRole('button', { name: '清空' }).click();
      await page.getByText('还没有存下页面').waitFor();
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.equal(await page.locator('h1').innerText(), '没有网络');
    }));

  test('a search that nobody kept is asked of the host, without a way through the worker', () =>
    phone(async ({ page, base }) => {
      await page.goto(`${base}search.html?q=${encodeURIComponent('会议记录')}`);
      await page.locator('[data-search-results][data-state=done] a').first().waitFor();
      const ways = await page.evaluate(() => ({
        isControlled: !!navigator.serviceWorker.controller,
        // What a worker answers has come by no protocol.
        files: performance
          .getEntriesByType('resource')
          .filter((one) => /\/search\/texts\//.test(one.name))
          .map((one) => one.nextHopProtocol),
      }));
      assert.ok(ways.isControlled);
      assert.ok(ways.files.length > 0 && ways.files.every((way) => way === 'http/1.1'), ways.files.join());
    }));

  test('without a network a page that nobody kept says so', () =>
    phone(async ({ page, context, base }) => {
      await context.setOffline(true);
      await page.goto(`${base}branches/jingji/index.html`);
      assert.equal(await page.locator('h1').innerText(), '没有网络');
    }));

  test('an update never mixes old and new files of a page', () =>
    phone(async ({ page, context, base, copy }) => {
      await page.goto(base + LESSON);
      await page.waitForTimeout(2500);
      const html = readFileSync(join(copy, LESSON), 'utf8');
      const style = /assets\/main\.[0-9a-f]+\.css/.exec(html)[0];
      // The next build: another style under another name, and the page that names it.
      const next = 'assets/main.0123456789.css';
      writeFileSync(join(copy, next), `${readFileSync(join(copy, style), 'utf8')}.brand{outline:7px solid}`);
      rmSync(join(copy, style));
      writeFileSync(join(copy, LESSON), html.replace(style, next).replace('<h1', '<h1 data-build=2'));
      const state = () =>
        page.evaluate(() => [
          document.querySelector('h1').dataset.build || '1',
          getComputedStyle(document.querySelector('.brand')).outlineWidth === '7px' ? '2' : '1',
        ]);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['1', '1'], 'the old page with the old style, which the host no longer has');
      await context.setOffline(false);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['2', '2']);
      await page.waitForTimeout(1000);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['2', '2']);
      // A build that is only half there: the page is new, its style has not come. The old one stays kept.
      await context.setOffline(false);
      writeFileSync(join(copy, LESSON), html.replace(style, 'assets/main.ffffffffff.css').replace('<h1', '<h1 data-build=3'));
      await page.goto(base + LESSON);
      await page.waitForTimeout(1000);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['2', '2']);
    }));

  test('from disk there is no trace of it', () =>
    reader(
      `${COURSE}index.html`,
      async (page, _, go) => {
        await page.waitForTimeout(2200);
        assert.equal(await page.locator('.offline').count(), 0);
        await go('study.html');
        await page.waitForTimeout(2200);
        assert.ok(await page.locator('[data-hook=kept]').isHidden());
      },
      { base: `${pathToFileURL(root)}/` }
    ));
});
