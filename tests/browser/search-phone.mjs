// The search page on a phone: a processor slowed down four times, 3G, and what is asked of the host, when, and in which
// order. Counts and bytes are asserted, times never. node tests/browser/search-phone.mjs OUTPUT [PICTURES]
import assert from 'node:assert';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { launch } from './browser.mjs';

const [, , output, pictures] = process.argv;
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'application/javascript', '.css': 'text/css' };
let served = [];
const server = http
  .createServer((request, response) => {
    const name = decodeURIComponent(request.url.split('?')[0]).slice(1);
    const file = path.join(output, name);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    const bytes = fs.readFileSync(file);
    served.push([name, bytes.length]);
    response
      .writeHead(200, { 'content-type': TYPES[path.extname(name)] || 'application/octet-stream', 'cache-control': 'max-age=600' })
      .end(bytes);
  })
  .listen(0);
const base = `http://127.0.0.1:${server.address().port}/`;
const browser = await launch();
const searching = () =>
  served
    .filter(([name]) => /^search\/|^assets\/search-(core|more)|^assets\/search\.[0-9a-f]+\.js/.test(name))
    .map(([name, size]) => [name.replace(/\.[0-9a-f]{10}\./, '.'), size]);
const names = () => searching().map(([name]) => name);
const bytes = () => searching().reduce((sum, [, size]) => sum + size, 0);

async function phone(scheme = 'light') {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    serviceWorkers: 'block',
    colorScheme: scheme,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  page.on('request', (request) => assert(request.url().startsWith(base), `asks ${request.url()}`));
  await page.goto(`${base}search.html`);
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 200000,
    uploadThroughput: 94000,
  });
  // What is told and shown at the moment at which the first results stand there, and when all ten do.
  await page.evaluate(() => {
    const results = document.querySelector('[data-search-results]');
    window.moments = [];
    new MutationObserver(() => {
      const { query, state } = results.dataset;
      const seen = {
        state,
        links: [...results.querySelectorAll('a')].map((link) => link.href),
        filters: document.querySelectorAll('[data-search-filters] *').length,
        faded: results.classList.contains('old'),
        top: results.getBoundingClientRect().top,
      };
      let known = window.moments.find((one) => one.query === query);
      if (!known && seen.links.length) {
        known = { query, ...seen, fetched: performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname.slice(1)) };
        window.moments.push(known);
      }
      if (known && !known.ten && state === 'shown') known.ten = seen;
    }).observe(results, { childList: true, attributes: true });
  });
  return page;
}
/** Nothing has been asked for a while: a step of a slow network is shorter. */
const quiet = async (page) => {
  for (let before = -1; before !== served.length;) {
    before = served.length;
    await page.waitForTimeout(1200);
  }
};
const done = (page, query) =>
  page.waitForFunction(
    (q) => {
      const results = document.querySelector('[data-search-results]');
      return results.dataset.query === q && results.dataset.state === 'done';
    },
    query,
    { timeout: 60000 }
  );
const moment = (page, query) => page.evaluate((q) => window.moments.find((one) => one.query === q), query);

// Nothing before the touch; then what every search needs, and no more.
let page = await phone();
await quiet(page);
assert.deepStrictEqual(names(), [], 'loaded before the box is touched');
await page.tap('[data-search] input');
await quiet(page);
assert.deepStrictEqual(
  names().sort(),
  ['assets/search-core.js', 'assets/search.js', 'search/dictionary.js', 'search/index.js'],
  'what a touch brings'
);
const touch = bytes();
// Of the 120,000 bytes of a first query on 8,000 pages what is no script takes 78,200 (benches/README.md).
assert(
  touch -
    searching()
      .filter(([name]) => /^search\//.test(name))
      .reduce((sum, [, size]) => sum + size, 0) <
    41200,
  `scripts of ${touch} bytes`
);

// The last key of a word: terms, then texts. The first results do not wait for the last ones and stay where they are; ten stand there
// before anything is counted, filtered or suggested.
served = [];
await page.keyboard.insertText('会议');
await done(page, '会议');
const first = await moment(page, '会议');
assert.deepStrictEqual([first.filters, first.faded], [0, false], 'the first results come by themselves');
assert.deepStrictEqual([first.ten.links.length, first.ten.filters], [10, 0], 'ten come by themselves');
assert.deepStrictEqual(first.ten.links.slice(0, first.links.length), first.links, 'those that are read stay');
const needed = first.fetched.filter((name) => /^search\/|search-more/.test(name) && !/search\/(index|dictionary)\.js/.test(name));
assert(
  needed.every((name) => /^search\/(terms|texts)\//.test(name)),
  `before the first results: ${needed.join(' ')}`
);
assert(
  needed.filter((name) => /terms/.test(name)).length <= 2 && needed.filter((name) => /texts/.test(name)).length <= 10,
  needed.join(' ')
);
assert((await page.locator('[data-search-filters] button').count()) > 1, 'filters follow');
// They find their place free: what the reader has begun to read stays where it is.
const moved = await page.evaluate(
  (before) => document.querySelector('[data-search-results]').getBoundingClientRect().top - before,
  first.top
);
assert(Math.abs(moved) < 60, `results moved by ${moved} pixels`);
// Suggestions follow, too: they are files of their own.
await page.waitForSelector('[data-suggest]:not([hidden]) [role=option]', { timeout: 60000 });
if (pictures) {
  await page.keyboard.press('Escape');
  await page.screenshot({ path: path.join(pictures, 'search-phone-light.png') });
}

// A later query asks for nothing that is there, and for no script.
await quiet(page);
const had = new Set(
  await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname.slice(1)))
);
served = [];
await page.fill('[data-search] input', '支部');
await done(page, '支部');
await quiet(page);
assert(
  names().every((name) => /^search\/(terms|texts|titles)\//.test(name)),
  names().join(' ')
);
assert(
  served.every(([name]) => !had.has(name)),
  'asked for twice'
);
const second = await moment(page, '支部');
assert.strictEqual(second.ten.links.length, 10);

// What is being erased is waited for, and letters are: a word in letters is asked for once.
served = [];
await page.fill('[data-search] input', '');
await page.evaluate(() => {
  window.keys = new Map();
  document
    .querySelector('[data-search] input')
    .addEventListener('input', (event) => window.keys.set(event.target.value, performance.now()));
});
await page.keyboard.type('sanhui', { delay: 20 });
await done(page, 'sanhui');
// On a busy machine keys may come late: a part is asked for only when the next key is.
const hasty = await page.evaluate(() => {
  const typed = [...window.keys];
  const asked = window.moments.map((one) => one.query).filter((query) => /^s/.test(query));
  return asked.filter(
    (query) => query !== 'sanhui' && !(typed[typed.findIndex(([text]) => text === query) + 1][1] - window.keys.get(query) >= 149)
  );
});
assert.deepStrictEqual(hasty, [], 'asked before the word was whole');
await page.context().close();

if (pictures) {
  page = await phone('dark');
  await page.tap('[data-search] input');
  await page.keyboard.insertText('会议');
  await done(page, '会议');
  await page.waitForSelector('[data-suggest]:not([hidden])', { timeout: 60000 });
  await page.screenshot({ path: path.join(pictures, 'search-phone-suggest-dark.png') });
  await page.keyboard.press('Escape');
  await page.screenshot({ path: path.join(pictures, 'search-phone-dark.png') });
}
await browser.close();
server.close();
console.log('search on a phone: fine');
