// What scripts add to a page: pictures, sound, contents, marks of what is new; and what they weigh.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { COURSE, LESSON, KEY, browser, root, server, reader, wide, answer } from './study.mjs';

const SCREENS = [
  [320, 640],
  [360, 740],
  [768, 1024],
  [1280, 800],
];
/** What the scripts of a lesson may weigh at the first visit. */
const SCRIPT_BYTES = 25 * 1024;

describe('the page itself', () => {
  test('what has come since the last visit is marked, and only that', () =>
    reader(
      'branches/xinxi-2/index.html',
      async (page) => {
        const marked = await page
          .locator('[data-date]')
          .evaluateAll((rows) => rows.map((row) => [row.dataset.date, !!row.querySelector('.fresh')]));
        assert.ok(marked.some(([, is]) => is) && marked.some(([, is]) => !is), JSON.stringify(marked));
        for (const [date, is] of marked) assert.equal(is, date > '2026-06-30', date);
      },
      { init: `localStorage.setItem('${KEY}visit', JSON.stringify({ last: new Date('2026-06-30T09:00:00').getTime() }))` }
    ));

  test('a first visit marks nothing', () =>
    reader('branches/xinxi-2/index.html', async (page) => {
      await page.waitForTimeout(200);
      assert.equal(await page.locator('.fresh').count(), 0);
    }));

  test('pictures open over the page, by pointer and keys', () =>
    reader('branches/xinxi-2/news/2026-07-04-tushuguan.html', async (page) => {
      const picture = page.locator('.text figure img, .album img').first();
      await picture.scrollIntoViewIfNeeded();
      await picture.click();
      await page.locator('.zoom').waitFor();
      await page.locator('.zoom img').click();
      assert.equal(await page.locator('.zoom-in').count(), 1);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.zoom').count(), 0);
    }));

  test('sound: speeds are kept, and it goes on where it stopped', () =>
    reader(`${COURSE}huihou-luoshi.html`, async (page) => {
      await page.locator('audio').scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: '1.5×' }).click();
      await page.locator('audio').evaluate(async (player) => {
        await player.play();
        player.currentTime = 42;
        await new Promise((done) => player.addEventListener('seeked', done, { once: true }));
        player.pause();
      });
      await page.waitForFunction((key) => localStorage.getItem(`${key}sound`), KEY);
      await page.reload();
      await page.locator('audio').scrollIntoViewIfNeeded();
      await page.getByText('上次听到 0 分 42 秒').waitFor();
      assert.equal(await page.locator('audio').evaluate((player) => player.playbackRate), 1.5);
      const at = await page.locator('audio').evaluate(async (player) => {
        await player.play();
        await new Promise((done) => {
          player.ontimeupdate = () => player.currentTime > 40 && done();
        });
        return player.currentTime;
      });
      assert.ok(at >= 42 && at < 60, `${at}`);
    }));

  test('a transcript leads to the place, and shows what is heard', () =>
    reader(`${COURSE}huihou-luoshi.html`, async (page) => {
      await page.locator('audio').scrollIntoViewIfNeeded();
      await page.getByText('边听边看文字稿').click();
      assert.ok(await page.locator('.transcript').evaluate((box) => box.open));
      await page.getByRole('button', { name: '从 0:31 处听' }).click();
      await page.locator('.transcript [aria-current]').filter({ hasText: '台账的九栏' }).waitFor();
      const at = await page.locator('audio').evaluate((player) => player.currentTime);
      assert.ok(at >= 31 && at < 47, `${at}`);
      await page.getByRole('button', { name: '从 0:08 处听' }).click();
      await page.locator('.transcript [aria-current]').filter({ hasText: '为什么要有一张台账' }).waitFor();
      assert.equal(await page.locator('.transcript [aria-current]').count(), 1);
      await page.getByRole('button', { name: '从 0:08 处听' }).click();
      await page.waitForFunction(() => document.querySelector('audio').paused && !document.querySelector('.transcript [aria-current]'));
      // Without scripts the times are words.
      assert.match(readFileSync(join(root, `${COURSE}huihou-luoshi.html`), 'utf8'), /\[0:31\] 二、/);
    }));

  test('an order is put right by touching one after the other', () =>
    reader(`${COURSE}index.html`, async (page, _, go) => {
      await go(
        await page
          .locator('.rows-numbered .row > a')
          .nth(1)
          .getAttribute('href')
          .then((href) => COURSE + href)
      );
      const card = page.locator('.quiz[data-type=order]').first();
      await answer(page, card, false);
      await card.getByRole('button', { name: '再做一次' }).click();
      await answer(page, card, true);
      assert.deepEqual(
        (await card.locator('[data-place]').evaluateAll((all) => all.map((one) => Number(one.dataset.place)))).sort(),
        [...Array(await card.locator('label').count()).keys()].map((at) => at + 1)
      );
    }));

  test('the contents show where the reader is', () =>
    reader(
      LESSON,
      async (page) => {
        const now = () => page.locator('.toc-side [aria-current]').first().innerText();
        const headings = await page.locator('article.text h2[id]').evaluateAll((all) => all.map((one) => one.id));
        for (const id of [headings[1], headings.at(-1), headings[0]]) {
          await page.evaluate((to) => document.getElementById(to).scrollIntoView(), id);
          const words = await page.evaluate((to) => document.getElementById(to).firstChild.textContent.trim(), id);
          await page.waitForFunction(
            ([to]) => decodeURIComponent(document.querySelector('.toc-side [aria-current]')?.hash || '') === `#${to}`,
            [id]
          );
          assert.ok((await now()).startsWith(words.slice(0, 4)), `${await now()} for ${words}`);
        }
      },
      { viewport: { width: 1280, height: 800 } }
    ));

  test('a page that is patched in place gets the same', () =>
    reader('about.html', async (page, _, go) => {
      await go(LESSON);
      await page.evaluate(() => {
        const article = document.querySelector('article.text');
        const html = article.innerHTML;
        article.innerHTML = html;
        document.dispatchEvent(new CustomEvent('studyhall:patched'));
        document.dispatchEvent(new CustomEvent('studyhall:patched'));
      });
      await answer(page, page.locator('.quiz').first(), true);
      assert.equal(await page.locator('.quiz').first().locator('.quiz-go').count(), 1);
      assert.equal(await page.locator('.reading').count(), 1);
    }));

  test('scripts of a lesson are few at the first visit', () =>
    reader('about.html', async (page, _, go) => {
      let bytes = 0;
      page.on('response', async (response) => {
        if (response.request().resourceType() === 'script') bytes += (await response.body()).length;
      });
      await go(LESSON);
      await page.waitForLoadState('networkidle');
      assert.ok(bytes > 5000 && bytes <= SCRIPT_BYTES, `${bytes} bytes`);
    }));

  test('nothing that scripts bring stands out of any screen, in any light or size', () =>
    reader('about.html', async (page, _, go) => {
      await page.evaluate(
        ([key, now]) => {
          const lessons = {};
          const marks = {};
          const notes = {};
          const answers = {};
          for (let n = 0; n < 30; n++) {
            const url = `lessons/k/l${n}.html`;
            const title =
              n % 3
                ? `第 ${n} 讲`
                : '一个特别特别长的题目，长到一行放不下，还要再长一点，看它怎样折行 with-an-unbreakable-latin-word-in-it';
            lessons[url] = {
              t: title,
              c: `lessons/k${n % 4}/index.html`,
              k: '党课讲堂',
              h: 1.5,
              m: 9,
              p: 50,
              a: 'x',
              b: title,
              at: now - n * 1000,
              d: n % 2 ? now : 0,
              dt: now,
            };
            marks[url] = { t: title, on: 1, at: now };
            notes[url] = { t: title, x: `${title}\n${'x'.repeat(300)}`, at: now };
            answers[String(10000000 + n)] = { n: 1, w: 1, s: 0, due: 1, at: now };
          }
          const courses = {};
          for (let n = 0; n < 4; n++)
            courses[`lessons/k${n}/index.html`] = { t: lessons['lessons/k/l0.html'].t, k: '党课讲堂', n: 12, m: 99, at: now };
          localStorage.setItem(`${key}record`, JSON.stringify({ v: 1, site: 'qinghe', lessons, marks, notes, answers, courses }));
        },
        [KEY, Date.now()]
      );
      const wrong = [];
      for (const look of [{}, { theme: 'dark', size: 's' }, { size: 'xl' }, { large: true, size: 'l', theme: 'paper' }]) {
        await page.evaluate(([key, value]) => localStorage.setItem(`${key}look`, JSON.stringify(value)), [KEY, look]);
        for (const path of [
          'study.html',
          'practice.html',
          'practice.html#week',
          'index.html',
          LESSON,
          `${COURSE}index.html`,
          `${LESSON}#slides`,
        ]) {
          await go('about.html');
          await go(path);
          if (path === LESSON) await page.getByRole('button', { name: '阅读设置' }).click();
          if (path.endsWith('week')) await answer(page, page.locator('.quiz'), false);
          for (const [width, height] of SCREENS) {
            await page.setViewportSize({ width, height });
            const by = await wide(page);
            if (by > 0) wrong.push(`${path} ${JSON.stringify(look)} ${width}: ${by}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    }));

  test('without scripts nothing of it is seen', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    const page = await context.newPage();
    for (const path of [LESSON, 'index.html', `${COURSE}index.html`, 'practice.html', 'study.html']) {
      await page.goto(server.base + path);
      for (const hook of await page.locator('[data-hook]').all()) {
        const [name, box] = [await hook.getAttribute('data-hook'), await hook.boundingBox()];
        if (!['tools', 'practice-courses'].includes(name)) assert.equal(box, null, `${path}: ${name}`);
      }
    }
    await page.goto(server.base + LESSON);
    await page.locator('.quiz summary').first().click();
    assert.match(await page.locator('.quiz-answer').first().innerText(), /答案：/);
    await context.close();
  });
});
