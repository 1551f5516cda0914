// A lesson in a reader's hands: where one stopped, 学完, answers, slides; over HTTP and from disk.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { COURSE, LESSON, root, server, reader, record, text, readTo, answer } from './study.mjs';

for (const where of ['HTTP', 'file']) {
  describe(`reading, ${where}`, () => {
    const base = () => (where === 'HTTP' ? server.base : `${pathToFileURL(root)}/`);
    const open = (path, act, options) => reader(path, act, { base: base(), ...options });

    test('size and light are chosen, kept, and there before the first paint', () =>
      open(LESSON, async (page, context, go) => {
        await page.getByRole('button', { name: '阅读设置' }).click();
        await page.getByRole('button', { name: '特大' }).click();
        await page.getByRole('button', { name: '纸色' }).click();
        await page.keyboard.press('Escape');
        assert.equal(await page.locator('.panel').count(), 0);
        await context.addInitScript(() => {
          new MutationObserver((_, observer) => {
            if (!document.body) return;
            const { size, theme } = document.documentElement.dataset;
            globalThis.early = `${size} ${theme}`;
            observer.disconnect();
          }).observe(document, { childList: true, subtree: true });
        });
        await go('index.html');
        assert.equal(await page.evaluate(() => globalThis.early), 'xl paper');
        await page.getByRole('button', { name: '换成深色' }).click();
        assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(22, 20, 15)');
        await page.getByRole('button', { name: '阅读设置' }).click();
        await page.getByRole('button', { name: '大字版' }).click();
        await page.waitForFunction(() => document.documentElement.hasAttribute('data-large'));
        await page.reload();
        assert.ok(await page.evaluate(() => document.documentElement.hasAttribute('data-large')));
      }));

    test('a choice counts for those who leave before it is seen', () =>
      open(LESSON, async (page) => {
        await page.getByRole('button', { name: '阅读设置' }).click();
        await page.getByRole('button', { name: '纸色' }).waitFor();
        const left = page.waitForEvent('load');
        await page.evaluate(() => {
          globalThis.requestAnimationFrame = () => 0;
          for (const name of ['特大', '纸色'])
            [...document.querySelectorAll('.panel button')].find((button) => button.textContent === name).click();
          location.reload();
        });
        await left;
        assert.equal(
          await page.evaluate(() => `${document.documentElement.dataset.size} ${document.documentElement.dataset.theme}`),
          'xl paper'
        );
      }));

    test('a reader goes on where they stopped', () =>
      open(LESSON, async (page) => {
        assert.equal(await page.locator('.resume').count(), 0);
        await readTo(page, 0.55);
        await page.reload();
        const offer = page.locator('.resume');
        assert.match(await offer.innerText(), /上次读到“.+”/);
        await offer.click();
        await page.waitForFunction(() => scrollY > 200);
        const bars = await page.locator('.steps i').evaluateAll((all) => all.map((bar) => Number(bar.style.getPropertyValue('--part'))));
        assert.ok(bars[0] === 1 && bars.at(-1) < 1, bars.join());
      }));

    test('a term and a footnote open in place', () =>
      open(LESSON, async (page) => {
        const term = page.locator('.term').first();
        await term.scrollIntoViewIfNeeded();
        await page.waitForFunction(() => document.querySelector('script[src*="explain."]'));
        await page.mouse.move(1, 1);
        await term.hover();
        await page.locator('.pop').waitFor();
        assert.ok((await text(page, '.pop')).length > 10);
        await page.keyboard.press('Escape');
        assert.equal(await page.locator('.pop').count(), 0);
        await page.mouse.move(1, 1);
        await term.focus();
        assert.equal(await term.getAttribute('aria-describedby'), 'pop');
        await page.keyboard.press('Escape');
        const note = page.locator('.footnote-ref a').first();
        await note.click();
        const [shown, whole] = [await text(page, '.pop'), await page.locator('.footnotes li').first().innerText()];
        assert.ok(whole.replace(/\s/g, '').startsWith(shown.replace(/\s/g, '')), `${shown} / ${whole}`);
        assert.ok(!page.url().includes('#'), 'it does not jump');
      }));

    test('a finger reads a term before it follows it', () =>
      open(
        LESSON,
        async (page) => {
          const term = page.locator('a.term').first();
          const before = page.url();
          await term.scrollIntoViewIfNeeded();
          await page.waitForFunction(() => document.querySelector('script[src*="explain."]'));
          await term.tap();
          await page.locator('.pop').waitFor();
          assert.equal(page.url(), before);
          await page.locator('.pop a').click();
          assert.notEqual(page.url(), before);
        },
        { hasTouch: true }
      ));

    test('after a jump there is a way back', () =>
      open(LESSON, async (page) => {
        await page.locator('.toc-fold summary').click();
        const from = await page.evaluate(() => scrollY);
        await page.locator('.toc-fold a').last().click();
        await page.getByRole('button', { name: '回到刚才的位置' }).click();
        assert.equal(await page.evaluate(() => scrollY), from);
        assert.equal(await page.locator('.back').count(), 0);
      }));

    test('questions of a lesson are answered where they stand', () =>
      open(LESSON, async (page) => {
        const cards = page.locator('.quiz');
        const count = await cards.count();
        for (let at = 0; at < count; at++) {
          const card = cards.nth(at);
          await answer(page, card, false);
          assert.ok(await card.locator('.quiz-answer').isVisible());
          await card.getByRole('button', { name: '再做一次' }).click();
          assert.ok(!(await card.locator('.quiz-answer').isVisible()));
          await answer(page, card, true);
        }
        const answers = Object.values((await record(page)).answers);
        assert.deepEqual(
          answers.map((one) => [one.n, one.w, one.due > 0]),
          Array(count).fill([2, 1, true])
        );
        await cards.first().locator('.quiz-source a').click();
        await page.waitForFunction(() => location.hash.length > 1);
      }));

    test('slides show neither what was said in a recording nor the links of headings', () =>
      reader('lessons/kaihao-zhibu-huiyi/huihou-luoshi.html', async (page) => {
        assert.equal(await page.locator('.transcript').count(), 1);
        await page.locator('.anchor').first().waitFor({ state: 'attached' });
        await page.evaluate(() => {
          location.hash = '#slides';
        });
        await page.locator('.slides').waitFor();
        for (let at = 0; at < 40; at++) {
          assert.equal(await page.locator('.slide .transcript, .slide .anchor').count(), 0, `slide ${at + 1}`);
          await page.keyboard.press('ArrowRight');
        }
      }));

    test('slides by keyboard, with what the speaker says', () =>
      open(`${COURSE}04-biaojue.html`, async (page) => {
        assert.ok(!(await page.locator('body').innerText()).includes('回忆上一次举手表决'), 'readers do not see the notes');
        await page.evaluate(() => {
          location.hash = '#slides';
        });
        await page.locator('.slides').waitFor();
        assert.match(await text(page, '.slide'), /表决与决议/);
        const total = Number((await text(page, '.slide-count')).split('/')[1]);
        assert.ok(total > 4);
        let said = '';
        await page.keyboard.press('n');
        for (let at = 1; at < total; at++) {
          await page.keyboard.press('ArrowRight');
          said += await page.locator('.slide-said').innerText();
          assert.ok(await page.locator('.slide').evaluate((slide) => slide.scrollWidth <= slide.clientWidth + 1), `slide ${at + 1}`);
        }
        assert.match(said, /回忆上一次举手表决/);
        await page.keyboard.press('Home');
        assert.match(await text(page, '.slide-count'), /^1 \//);
        await page.keyboard.press('Escape');
        assert.equal(await page.locator('.slides').count(), 0);
        assert.ok(!page.url().includes('#slides'));
      }));

    test('the question of the day is the same on every phone', async () => {
      const seen = [];
      for (let phone = 0; phone < 2; phone++) {
        await open('index.html', async (page, _, go) => {
          const asked = await text(page, '.today-q');
          await go('practice.html#day');
          const whole = (await page.locator('.quiz-q').innerText()).replace(/\s/g, '');
          seen.push(whole);
          assert.ok(whole.startsWith(asked.replace(/[\s＿…]/g, '').slice(0, 8)) || asked.includes('＿'), `${asked} / ${whole}`);
        });
      }
      assert.equal(seen[0], seen[1]);
    });

    test('my page opens without anything in it', () =>
      open('study.html', async (page) => {
        assert.match(await page.locator('.mine').innerText(), /0\s*\/ 32 学时/);
        assert.equal(await page.locator('.state').count(), 0);
      }));
  });
}
