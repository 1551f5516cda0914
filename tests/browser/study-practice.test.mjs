// Practice: questions that come back, the week's paper, by course, by keyboard.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { reader, record, text, answer } from './study.mjs';

describe('practice', () => {
  test('a wrong question comes back the next day until right twice, days apart', () =>
    reader('practice.html', async (page, context, go) => {
      const at = (date) => page.clock.setFixedTime(new Date(`${date}T10:00:00`));
      const visit = async (date, hash) => {
        await at(date);
        await go('about.html');
        await go(`practice.html${hash}`);
      };
      await visit('2026-11-25', '#day');
      const id = await page.locator('.quiz').getAttribute('data-id');
      await answer(page, page.locator('.quiz'), false);
      await visit('2026-11-25', '#wrong');
      await page.getByText('今天没有要复习的题').waitFor();
      await visit('2026-11-26', '#wrong');
      assert.equal(await page.locator('.quiz').getAttribute('data-id'), id);
      await answer(page, page.locator('.quiz'), true);
      await visit('2026-11-27', '#wrong');
      await page.getByText('今天没有要复习的题').waitFor();
      await visit('2026-11-29', '#wrong');
      await answer(page, page.locator('.quiz'), true);
      assert.equal((await record(page)).answers[id].due, 0);
      await visit('2026-12-20', '');
      assert.match(await page.locator('.practice').innerText(), /没有错题/);
    }));

  test('a week’s paper has ten questions, can be put aside, and tells where the answers stand', () =>
    reader('practice.html#week', async (page, _, go) => {
      for (let number = 1; number <= 10; number++) {
        assert.match(await text(page, '.run-count'), new RegExp(`第 ${number} 题，共 10 题`));
        await answer(page, page.locator('.quiz'), number !== 3);
        if (number === 4) {
          await go('about.html');
          await go('practice.html#week');
          continue;
        }
        await page.locator('.run-foot button').click();
      }
      assert.match(await text(page, '.run-sum'), /答对 9 题，错 1 题/);
      const back = await page.locator('.run-end .titles a').first().getAttribute('href');
      await go(decodeURI(back));
      assert.ok(
        await page.evaluate(() => !location.hash || document.getElementById(decodeURIComponent(location.hash.slice(1)))),
        'the passage is there'
      );
      await go('practice.html');
      assert.match(await page.locator('.practice').innerText(), /本周已做完/);
    }));

  test('by course and by column; it says what it is', () =>
    reader('practice.html', async (page) => {
      assert.match(await page.locator('main').innerText(), /自测，不作考核/);
      const filter = page.locator('.filter button');
      assert.ok((await filter.count()) >= 3);
      await filter.nth(1).click();
      assert.equal(await page.locator('.filter [aria-pressed=true]').count(), 1);
      await page.locator('[data-course]').first().click();
      await page.locator('.quiz').waitFor();
      assert.ok(await page.locator('[data-hook=practice-courses]').isHidden());
    }));

  test('by keyboard: keys choose, Enter answers, whatever the kind of question', () =>
    reader('practice.html', async (page, _, go) => {
      // The question of the day differs from day to day, and so does its kind.
      const missing = new Set(['single', 'multiple', 'judge', 'blank', 'order']);
      for (let day = 1; day <= 120 && missing.size; day++) {
        await page.clock.setFixedTime(new Date(2026, 0, day, 10));
        await go('about.html');
        await go('practice.html#day');
        const kind = await page.locator('.quiz').getAttribute('data-type');
        if (!missing.delete(kind)) continue;
        const inputs = page.locator('.quiz input');
        await inputs.first().focus();
        if (kind === 'blank') await page.keyboard.type('不知道');
        else await page.keyboard.press('Space');
        for (let at = 1; kind === 'order' && at < (await inputs.count()); at++) {
          await page.keyboard.press('Tab');
          await page.keyboard.press('Space');
        }
        assert.equal(await page.locator('[data-state]').count(), 0, 'a key that moves does not answer');
        await page.keyboard.press('Enter');
        await page.locator('[data-state]').waitFor();
      }
      assert.deepEqual([...missing], [], 'kinds of questions that no day asked');
    }));

  test('without the bank it says so', () =>
    reader(
      'practice.html',
      async (page) => {
        await page.getByText('题库没有读到').waitFor();
      },
      {
        init: () => {
          Object.defineProperty(window, 'studyhallBank', { set() {}, get: () => () => {} });
        },
      }
    ));
});
