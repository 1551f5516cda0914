// What the tests of a reader's things share: the sample site behind a server, a phone on it, and what a reader does.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { launch, watched } from './browser.mjs';
import { serve } from './server.mjs';
import { build } from './site.mjs';

export const COURSE = 'lessons/kaihao-zhibu-huiyi/';
export const LESSON = `${COURSE}huiyi-jilu.html`;
export const KEY = 'studyhall:qinghe:';

export let browser;
export let root;
export let server;
before(async () => {
  browser = await launch();
  root = build('default');
  server = await serve(root);
});
after(async () => {
  await browser.close();
  server.close();
});

/** Opens a page in a context of its own, runs `act`, and sees that nothing was wrong on the way. */
export async function reader(path, act, options = {}) {
  const { base = server.base, init, ...context } = options;
  const own = await browser.newContext({ viewport: { width: 360, height: 740 }, ...context });
  if (init) await own.addInitScript(init);
  const { page, trouble } = await watched(own, base);
  await page.goto(base + path);
  await act(page, own, (to) => page.goto(base + to));
  await own.close();
  assert.deepEqual(trouble, []);
}

export const record = (page) => page.evaluate((key) => JSON.parse(localStorage.getItem(`${key}record`)), KEY);
export const text = (page, selector) => page.locator(selector).first().innerText();
/** No part of a page stands out of the screen. */
export const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export async function readTo(page, part) {
  await page.evaluate((to) => scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * to), part);
  await page.waitForFunction(
    (key) => (JSON.parse(localStorage.getItem(`${key}record`)) || { lessons: {} }).lessons[document.documentElement.dataset.page]?.p > 0,
    KEY
  );
}

export async function finish(page) {
  await page.locator('[data-hook=done]').scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: '学完这一讲' }).click();
}

/** Answers a card, rightly or not. */
export async function answer(page, card, rightly) {
  await card.scrollIntoViewIfNeeded();
  await card.locator('.quiz-go').waitFor();
  const [kind, right] = [await card.getAttribute('data-type'), await card.getAttribute('data-right')];
  const labels = card.locator('label');
  const go = card.locator('.quiz-go');
  if (kind === 'blank') {
    const ways = right.split(';').map((blank) => blank.split('|').pop());
    for (const [at, way] of ways.entries())
      await card
        .locator('.quiz-blank')
        .nth(at)
        .fill(rightly ? ` ${way}。` : '不知道');
    await go.click();
  } else if (kind === 'order') {
    const places = right.split(' ').map(Number);
    const order = places.map((_, at) => places.indexOf(at + 1));
    if (!rightly) order.reverse();
    for (const at of order) await labels.nth(at).click();
    await go.click();
  } else if (kind === 'multiple') {
    const all = right.split(' ').map(Number);
    for (const number of rightly ? all : all.slice(1)) await labels.nth(number - 1).click();
    if (!rightly && all.length === 1) await labels.nth(all[0] % (await labels.count())).click();
    await go.click();
  } else {
    const count = await labels.count();
    await labels.nth((Number(right) - 1 + (rightly ? 0 : 1)) % count).click();
  }
  await card
    .locator('.quiz-verdict')
    .filter({ hasText: rightly ? '答对了' : '不对' })
    .waitFor();
}
