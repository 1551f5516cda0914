// How long touches on a lesson take until the next frame, with the processor slowed down four times:
// node benches/lighthouse/touches.mjs OUTPUT
//
// Prints for each touch the longest event of five visits, sorted, and the longest task that it set off, in milliseconds.
import { createRequire } from 'node:module';
import { serve } from '../../tests/browser/server.mjs';

const { chromium } = createRequire(new URL('../../tests/browser/package.json', import.meta.url))('playwright-core');
const LESSON = 'lessons/kaihao-zhibu-huiyi/huiyi-jilu.html';
const server = await serve(process.argv[2]);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const all = new Map();
for (let visit = 0; visit < 5; visit++) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const note = (list) => (entries) => entries.getEntries().forEach((entry) => globalThis[list].push(Math.round(entry.duration)));
    globalThis.events = [];
    globalThis.tasks = [];
    new PerformanceObserver(note('events')).observe({ type: 'event', durationThreshold: 16, buffered: true });
    new PerformanceObserver(note('tasks')).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(server.base + LESSON);
  await page.waitForTimeout(500);
  await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const touch = async (name, act) => {
    await page.evaluate(() => {
      globalThis.events = [];
      globalThis.tasks = [];
    });
    await act();
    await page.waitForTimeout(900);
    if (!all.has(name)) all.set(name, []);
    all.get(name).push(await page.evaluate(() => [Math.max(0, ...globalThis.events), Math.max(0, ...globalThis.tasks)]));
  };
  const tool = (at) => page.locator('.tools button').nth(at).tap();
  await touch('the panel, first', () => tool(0));
  await touch('shut', () => tool(0));
  await touch('the panel, again', () => tool(0));
  await touch('another size', () => page.getByRole('button', { name: '\u7279\u5927' }).tap());
  await tool(0);
  await touch('dark', () => tool(1));
  await page.locator('.quiz').first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(1500);
  await touch('an answer', () => page.locator('.quiz label').first().tap());
  await page.locator('.term').first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(1000);
  await touch('a term', () => page.locator('.term').first().tap());
  await context.close();
}
for (const [name, found] of all) {
  const sorted = (at) =>
    found
      .map((pair) => pair[at])
      .sort((a, b) => a - b)
      .join(' ');
  console.log(`${name}: ${sorted(0)}; tasks ${sorted(1)}`);
}
await browser.close();
server.close();
