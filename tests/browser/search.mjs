// The search page in a real browser: over HTTP in a sub-directory under a strict policy, from a stick, and with queries that mean
// harm. node tests/browser/search.mjs OUTPUT [QUERY]  (OUTPUT holds search.html and search/)
import assert from 'node:assert';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { close, output, query, served, base, visit, done } from './search-host.mjs';

// Nothing before the box is touched.
let page = await visit(`${base}search.html`);
await page.waitForTimeout(300);
assert(!served.some(([name]) => name.startsWith('search/') || /search-core/.test(name)), 'index loaded too early');
// By keyboard.
await page.focus('[data-search] input');
await page.keyboard.type(query);
let got = await done(page);
assert(got.total > 0 && got.links.length > 0 && got.marks > 0, 'typed query');
await page.keyboard.press('Enter');
assert(new URL(page.url()).searchParams.get('q') === query, 'address');
// A first row is painted before there are any: nobody sees or hears it, and it does not stay.
page = await visit(`${base}search.html`);
await page.evaluate(() => {
  window.rehearsed = [];
  new MutationObserver((list) =>
    list.forEach((one) =>
      one.addedNodes.forEach((node) => {
        if (!node.matches || !node.matches('.hits-unseen')) return;
        const colours = [...node.querySelectorAll('*')]
          .map((each) => getComputedStyle(each))
          .flatMap((style) => [style.color, style.backgroundColor, style.borderBottomColor]);
        window.rehearsed.push([node.getAttribute('aria-hidden'), [...new Set(colours)].join()]);
      })
    )
  ).observe(document.querySelector('main'), { childList: true, subtree: true });
});
const height = await page.evaluate(() => document.documentElement.scrollHeight);
await page.focus('[data-search] input');
await page.waitForFunction(() => window.rehearsed.length, null, { timeout: 20000 });
assert.deepStrictEqual(await page.evaluate(() => window.rehearsed), [['true', 'rgba(0, 0, 0, 0)']]);
await page.waitForFunction(() => !document.querySelector('.hits-unseen'), null, { timeout: 20000 });
assert.strictEqual(await page.evaluate(() => document.documentElement.scrollHeight), height);
// Where the passage is cut, on a phone, what was found in it is to be seen.
for (const words of [query, '表决', '组织生活', '党员', '记录 会议', '2026']) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(words)}`);
  await done(page);
  const hidden = await page.$$eval('[data-search-results] .row-text', (texts) =>
    texts
      .filter((text) => {
        const mark = text.querySelector('mark');
        return mark && mark.getBoundingClientRect().bottom > text.getBoundingClientRect().bottom + 1;
      })
      .map((text) => text.textContent)
  );
  assert.deepStrictEqual(hidden, [], `${words}: found behind the cut`);
}
// By address, first and next, with the bytes each takes.
const weigh = (list) => list.reduce((sum, [name, size]) => sum + (/\.js$/.test(name) ? size : 0), 0);
served.length = 0;
page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
got = await done(page);
console.log('first', weigh(served), 'bytes', served.length, 'files', got.total, 'results');
if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
await page.emulateMedia({ reducedMotion: 'reduce' });
const session = await page.context().newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
for (const next of ['项目', '解决方案', '数据库', '算法复杂']) {
  served.length = 0;
  const started = Date.now();
  await page.fill('[data-search] input', next);
  await page.waitForFunction(
    (q) => document.querySelector('[data-search-results]').dataset.state === 'done' && decodeURIComponent(location.search).includes(q),
    next,
    { timeout: 30000, polling: 5 }
  );
  console.log('next', next, weigh(served), 'bytes', Date.now() - started, 'ms at 4x with 150 ms of waiting for the last key');
}
// From a stick.
page = await visit(`${pathToFileURL(path.join(output, 'search.html'))}?q=${encodeURIComponent(query)}`);
const stick = await done(page);
assert.deepStrictEqual([stick.total, stick.links], [got.total, got.links], 'file:// differs');
// Harm.
for (const bad of [
  '<img src=x onerror=alert(1)>',
  '((((.*+?[]^$\\',
  '"',
  '-',
  '-"',
  '\\ud800',
  'a'.repeat(3000),
  '会'.repeat(900),
  '。，！',
  '%00',
  '"> <script>alert(1)</script>',
  '-会议',
]) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(bad)}`);
  await page.waitForFunction(
    () =>
      ['done', 'idle', 'error'].includes(document.querySelector('[data-search-results]').dataset.state) &&
      document.querySelector('[data-search] input').value !== undefined,
    null,
    { timeout: 30000 }
  );
  assert(await page.evaluate(() => !document.querySelector('main img, main script')), 'injection');
}
page = await visit(`${base}search.html`);
await page.focus('[data-search] input');
await page.waitForTimeout(500);
await page.evaluate(() => {
  const i = document.querySelector('[data-search] input');
  i.value = `会议\ud800 ${'x議'.repeat(5000)}`;
  i.dispatchEvent(new Event('input'));
});
await page.waitForTimeout(1500);
// Who types before the scripts have come has an address to pass on as well.
page = await visit(`${base}search.html`);
await page.evaluate((text) => {
  const input = document.querySelector('[data-search] input');
  input.focus();
  input.value = text;
  input.form.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }));
}, query);
await page.waitForFunction(
  (q) => document.querySelector('[data-search-results]').dataset.state === 'done' && new URLSearchParams(location.search).get('q') === q,
  query,
  { timeout: 30000 }
);

await close('search page');
