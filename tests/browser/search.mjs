// The search page in a real browser: over HTTP in a sub-directory under a strict policy, from a stick, by keyboard, and
// with queries that mean harm. node tests/browser/search.mjs OUTPUT QUERY  (OUTPUT holds search.html and search/)
import assert from 'node:assert';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(path.join(process.env.NODE_MODULES || process.cwd(), 'x.js'));
const { chromium } = require('playwright-core');
const [, , output, query = '会议记录'] = process.argv;
const types = { '.html': 'text/html', '.js': 'application/javascript', '.css': 'text/css' };
let served = [];
const missing = new Set();
const server = http.createServer((request, response) => {
  const file = path.join(output, decodeURIComponent(request.url.split('?')[0]).replace('/dept/site/', ''));
  if (missing.has(path.basename(file)) || !fs.existsSync(file)) { response.writeHead(404); response.end(); return; }
  const bytes = fs.readFileSync(file);
  served.push([path.relative(output, file), bytes.length]);
  // The worst host: a wrong charset, no compression.
  response.writeHead(200, { 'content-type': `${types[path.extname(file)] || 'text/plain'}; charset=${path.extname(file) === '.js' ? 'GBK' : 'utf-8'}`, 'content-security-policy': "default-src 'self'" });
  response.end(bytes);
}).listen(0);
const base = `http://127.0.0.1:${server.address().port}/dept/site/`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const errors = [];
const visit = async (address) => {
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  page.on('pageerror', (error) => errors.push(`${address.slice(0, 80)}: ${error}`));
  page.on('console', (message) => { if (message.type() === 'error' && !/404|favicon/.test(message.text())) errors.push(message.text()); });
  await page.goto(address);
  return page;
};
const done = (page) => page.waitForSelector('[data-search-results][data-state="done"], [data-search-results][data-state="error"]', { timeout: 30000 }).then((list) => list.evaluate((e) => ({ state: e.dataset.state, total: +e.dataset.total, links: [...e.querySelectorAll('a')].map((a) => a.getAttribute('href')), marks: e.querySelectorAll('mark').length })));

// Nothing before the box is touched.
let page = await visit(`${base}search.html`);
await page.waitForTimeout(300);
assert(!served.some(([name]) => name.startsWith('search/') || /search-core/.test(name)), 'index loaded too early');
// By keyboard.
await page.focus('input[type=search]');
await page.keyboard.type(query);
let got = await done(page);
assert(got.total > 0 && got.links.length > 0 && got.marks > 0, 'typed query');
await page.keyboard.press('Enter');
assert(new URL(page.url()).searchParams.get('q') === query, 'address');
// By address, first and next, with the bytes each takes.
const weigh = (list) => list.reduce((sum, [name, size]) => sum + (/\.js$/.test(name) ? size : 0), 0);
served = [];
page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
got = await done(page);
console.log('first', weigh(served), 'bytes', served.length, 'files', got.total, 'results');
if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
await page.emulateMedia({ reducedMotion: 'reduce' });
const session = await page.context().newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
for (const next of ['项目', '解决方案', '数据库', '算法复杂']) {
  served = [];
  const started = Date.now();
  await page.fill('input[type=search]', next);
  await page.waitForFunction((q) => document.querySelector('[data-search-results]').dataset.state === 'done' && decodeURIComponent(location.search).includes(q), next, { timeout: 30000, polling: 5 });
  console.log('next', next, weigh(served), 'bytes', Date.now() - started, 'ms at 4x with 150 ms of waiting for the last key');
}
// From a stick.
page = await visit(`${pathToFileURL(path.join(output, 'search.html'))}?q=${encodeURIComponent(query)}`);
const stick = await done(page);
assert.deepStrictEqual([stick.total, stick.links], [got.total, got.links], 'file:// differs');
// Harm.
for (const bad of ['<img src=x onerror=alert(1)>', '((((.*+?[]^$\\', '"', '-', '-"', '\\ud800', 'a'.repeat(3000), '会'.repeat(900), '。，！', '%00', '"> <script>alert(1)</script>', '-会议']) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(bad)}`);
  await page.waitForFunction(() => ['done', 'idle', 'error'].includes(document.querySelector('[data-search-results]').dataset.state) && document.querySelector('input[type=search]').value !== undefined, null, { timeout: 30000 });
  assert(await page.evaluate(() => !document.querySelector('main img, main script')), 'injection');
}
page = await visit(`${base}search.html`);
await page.focus('input[type=search]');
await page.waitForTimeout(500);
await page.evaluate(() => { const i = document.querySelector('input[type=search]'); i.value = `会议\ud800 ${'x議'.repeat(5000)}`; i.dispatchEvent(new Event('input')); });
await page.waitForTimeout(1500);
// Missing files.
const text = served.map(([name]) => name).filter((name) => /^search\/texts/.test(name))[0];
served = [];
page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
await done(page);
const files = served.map(([name]) => name).filter((name) => /search\/(texts|terms)/.test(name));
for (const name of [files.find((f) => /texts/.test(f)), files.find((f) => /terms/.test(f))]) {
  missing.add(path.basename(name));
  page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
  const broken = await done(page);
  console.log('without', name, broken.state, broken.total, broken.links.length, await page.textContent('[data-search-says]'));
  missing.clear();
}
assert.deepStrictEqual(errors, []);
await browser.close();
server.close();
console.log('search page: fine');
void text;
