// What hands do on the search page, and what the page says to them: a script that does not come, a slow host, filters by keyboard, numbers
// that nobody has counted yet, near spellings, suggestions. node tests/browser/search-hands.mjs OUTPUT PROGRAM
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { launch } from './browser.mjs';
import { engine } from './engine.mjs';

const [, , output, program] = process.argv;
const types = { '.html': 'text/html; charset=utf-8', '.js': 'application/javascript', '.css': 'text/css' };
let root = output;
let missing = /^$/;
let wait = null;
const server = http
  .createServer(async (request, response) => {
    const file = path.join(root, decodeURIComponent(request.url.split('?')[0]));
    if (missing.test(path.basename(file)) || !fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    if (wait && file.includes(`${path.sep}search${path.sep}`)) await wait;
    response.writeHead(200, { 'content-type': types[path.extname(file)] || 'text/plain' }).end(fs.readFileSync(file));
  })
  .listen(0);
const browser = await launch();
const errors = [];
async function visit(query = '', size = { width: 360, height: 740 }) {
  const page = await (await browser.newContext({ viewport: size, serviceWorkers: 'block' })).newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/search.html${query}`, { waitUntil: 'domcontentloaded' });
  return page;
}
const ended = (page) =>
  page.waitForSelector('[data-search-results][data-state="done"], [data-search-results][data-state="error"]', {
    timeout: 30000,
    state: 'attached',
  });
const says = (page) => page.textContent('[data-search-says]');
const until = async (page, what, test) => {
  for (let tries = 0; tries < 200; tries++) {
    if (await test()) return;
    await page.waitForTimeout(50);
  }
  assert.fail(what);
};
const focused = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    return one.getAttribute('aria-label') || one.dataset.way || one.tagName;
  });
const q = encodeURIComponent;

// A script that does not come is told; the list of titles stays.
for (const name of [/^search-core\./, /^search\.[0-9a-f]+\.js/]) {
  missing = name;
  const page = await visit(`?q=${q('支部')}`);
  await until(page, 'nothing is said of a script that is missing', async () => /没有读到/.test(await says(page)));
  assert(
    (await page.isVisible('[data-search-index]')) && (await page.isVisible('[data-search-says] button')),
    'the list of titles, and a way on'
  );
  await page.context().close();
}
// Without the dictionary nothing can be shown: that is an error, not an answer of no rows.
missing = /^dictionary\.js/;
{
  const page = await visit(`?q=${q('支部')}`);
  await ended(page);
  assert.match(await says(page), /没有读到.*刷新本页/);
  await page.context().close();
}
missing = /^$/;
// A file that only the traditional spelling would lie in is not missed.
{
  const { core, load, more } = engine(output);
  const { terms } = await core.open(load, more);
  const file = (word) => terms[core.shardAt(terms, word)].name;
  assert.notStrictEqual(file('會議'), file('会议'));
  const less = await core.open((name, stamp) => (name === file('會議') ? Promise.reject(new Error(name)) : load(name, stamp)), more);
  const hits = async (query) => (await less.search(query)).hits.map((hit) => hit.page).join();
  assert.strictEqual(await hits('會議記錄'), await hits('会议记录'));
}
// Of texts that came by half no more is counted than is shown.
{
  const { core, load, more } = engine(output);
  const half = await core.open(async (name, stamp) => {
    const values = await load(name, stamp);
    return /^texts\/[a-m]/.test(name)
      ? values.map((value) => (typeof value === 'string' ? value.slice(0, value.length / 2) : value))
      : values;
  }, more);
  const search = await half.search('会议 应到');
  const rows = await half.results(search, search.hits, 0, 100);
  assert(search.failed && rows.length > 0, `${rows.length} rows`);
  assert.strictEqual(search.hits.filter((hit) => hit.state > 0).length, rows.length);
}
// A host that is slow to begin with: the page says that it is looking.
{
  let go;
  wait = new Promise((yes) => {
    go = yes;
  });
  const page = await visit(`?q=${q('支部')}`);
  await until(page, 'nothing is said on a slow host', async () => /正在查找/.test(await says(page)));
  go();
  await ended(page);
  assert.match(await says(page), /^共 \d+ 条/);
  await page.context().close();
  wait = null;
}
// Filters by keyboard: what was chosen keeps the focus, whatever else comes and goes.
for (const label of ['支部', '年份', '状态']) {
  const page = await visit(`?q=${q('会议')}`, { width: 900, height: 900 });
  await ended(page);
  const values = await page.$$eval(`select[aria-label=${label}] option`, (all) => all.map((one) => one.value).filter(Boolean));
  assert(values.length > 1, label);
  await page.focus(`select[aria-label=${label}]`);
  await page.selectOption(`select[aria-label=${label}]`, values[0]);
  await until(
    page,
    `${label} is no longer chosen`,
    async () => (await page.getAttribute('[data-search-results]', 'data-state')) === 'done' && (await focused(page)) === label
  );
  // A number is what choosing shows.
  const [, count] = (await page.$eval(`select[aria-label=${label}]`, (select) => select.selectedOptions[0].textContent)).match(/（(\d+)）/);
  assert.strictEqual(await says(page), `共 ${count} 条`);
  await page.context().close();
}
// The kind that is chosen is in sight.
{
  const page = await visit(`?q=${q('支部')}`);
  await ended(page);
  const kinds = await page.$$eval('[data-search-filters] [data-way^=kind]', (all) => all.map((one) => one.dataset.way.slice(4)));
  await page.goto(`${page.url()}&kind=${kinds[kinds.length - 1]}`);
  await ended(page);
  const { left, right } = await page.$eval('[data-search-filters] [aria-pressed=true]', (chip) => {
    const { left, right } = chip.getBoundingClientRect();
    return { left, right };
  });
  assert(left >= 0 && right <= 360, `the chosen kind lies at ${left} to ${right}`);
  // Another word begins without it, however soon Enter follows.
  await page.fill('[data-search] input', 'zhibu');
  await page.keyboard.press('Enter');
  assert(!new URL(page.url()).searchParams.has('kind'), page.url());
  await page.context().close();
}
// Near spellings: parted, without the filters that were set, and what is chosen is where one is then.
{
  const page = await visit(`?q=${q('会仪记录')}&kind=survey`);
  await page.waitForSelector('[data-search-says] .near');
  assert.match(await says(page), /是不是：会议记录(、|。|$)/);
  await page.focus('[data-search-says] .near');
  await page.keyboard.press('Enter');
  await until(page, 'a near spelling finds something', async () => /^共 [1-9]/.test(await says(page)));
  assert(!new URL(page.url()).searchParams.has('kind'), page.url());
  assert.strictEqual(await focused(page), '搜索结果');
  await page.context().close();
}
// A lesson that was found by the name of its course has it marked.
{
  const page = await visit(`?q=${q('读懂一份政策文件')}&kind=lesson`);
  await ended(page);
  await page.click('[data-search-results] a');
  await page.waitForLoadState();
  assert.strictEqual(await page.textContent('.crumbs mark'), '读懂一份政策文件');
  await page.context().close();
}
// Suggestions: away with Escape, back with an arrow; who opens a result at once has searched as well.
{
  const page = await visit();
  await page.focus('[data-search] input');
  await page.keyboard.type('支部');
  const options = page.locator('[data-suggest] [role=option]');
  await options.first().waitFor();
  await page.keyboard.press('Escape');
  assert(await page.isHidden('[data-suggest]'));
  await page.keyboard.press('ArrowDown');
  assert.strictEqual(await page.$eval('[data-suggest] [aria-selected=true]', (one) => one.id), 'suggest-0');
  await page.keyboard.press('Escape');
  await page.click('[data-search-results] a');
  await page.waitForLoadState();
  await page.goto(`http://127.0.0.1:${server.address().port}/search.html`);
  await page.focus('[data-search] input');
  await page.waitForSelector('[data-recent]:not([hidden])');
  assert.match(await page.textContent('[data-recent]'), /支部/);
  await page.click('[data-recent] .chips button');
  await ended(page);
  assert.strictEqual(await focused(page), '搜索结果');
  await page.context().close();
}

// Pages that have the pairs of a phrase and lack the phrase: nobody counts them unasked, and no number says what is not known.
const site = fs.mkdtempSync(path.join(os.tmpdir(), 'studyhall-hands-'));
fs.mkdirSync(path.join(site, 'content', 'news'), { recursive: true });
fs.writeFileSync(path.join(site, 'site.yaml'), 'title: 试\nid: hands\nlanguage: zh-CN\ntheme: default\n');
fs.writeFileSync(path.join(site, 'content', '_index.md'), '---\ntitle: 首页\n---\n');
let seed = 7;
const next = (most) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed >>> 8) % most;
};
const filler = () => Array.from({ length: 700 }, () => String.fromCharCode(0x4e00 + next(3000))).join('');
const PAGES = 500;
const HOLD = 7;
for (let at = 0; at < PAGES; at++) {
  // So much follows 数的 there that anything may.
  const apart = Array.from('多少大小上下左右前后高低快慢新旧早晚轻重', (c) => `数的${c}`).join('，');
  const text = at % HOLD ? `${apart}，二的值少。` : '此处写数的值。';
  fs.writeFileSync(
    path.join(site, 'content', at % 2 ? '' : 'news', `p${at}.md`),
    `---\ntitle: 第${at}篇\ndate: ${2020 + (at % 5)}-01-01\n---\n\n${text}\n\n${filler()}\n`
  );
}
fs.writeFileSync(path.join(site, 'content', 'dash.md'), '---\ntitle: 校历 -2026学年\n---\n\n正文。\n');
// Two branches of one name.
for (const name of ['jixie', 'huaxue']) {
  fs.mkdirSync(path.join(site, 'content', 'branches', name), { recursive: true });
  fs.writeFileSync(
    path.join(site, 'content', 'branches', name, '_index.md'),
    `---\ntitle: 第一党支部\nshort: ${name}支部\n---\n\n${name}的支部。\n`
  );
  fs.writeFileSync(
    path.join(site, 'content', 'news', `${name}.md`),
    `---\ntitle: ${name}动态\nbranch: branches/${name}\n---\n\n同名的支部有动态。\n`
  );
}
// And three that have no short name: one says what it belongs to, one stands below it in its folder, one has only its address.
for (const [folder, more] of [
  ['wuli', 'parent: 物理学院党委'],
  ['huanjing', ''],
  ['huanjing/er', 'kind: branch'],
  ['qita', ''],
]) {
  fs.mkdirSync(path.join(site, 'content', 'branches', folder), { recursive: true });
  fs.writeFileSync(
    path.join(site, 'content', 'branches', folder, '_index.md'),
    `---\ntitle: ${folder === 'huanjing' ? '环境学院党委' : '第二党支部'}\n${more}\n---\n\n正文。\n`
  );
  if (folder !== 'huanjing')
    fs.writeFileSync(
      path.join(site, 'content', 'news', `${path.basename(folder)}.md`),
      `---\ntitle: 动态\nbranch: branches/${folder}\n---\n\n上级不同的支部有动态。\n`
    );
}
root = path.join(site, 'out');
execFileSync(program, ['build', '--site', site, '--output', root, '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
{
  const page = await visit(`?q=${q('数的值')}`);
  await ended(page);
  const held = Math.ceil(PAGES / HOLD);
  // Of so few that are known, no number is told for all.
  const [, known, open] = (await says(page)).match(/^已找到 (\d+) 条，还有 (\d+) 页没有看/).map(Number);
  assert(known >= 10 && known < held && known + open >= held, `${known} and ${open} where ${held} are`);
  const numbers = () =>
    page.$$eval('[data-search-filters] button, [data-search-filters] option', (all) => all.map((one) => one.textContent).join(' '));
  assert.doesNotMatch(await numbers(), /（\d+）|[^\d\s] \d{1,3}( |$)/);
  assert.strictEqual(await page.textContent('.pager-at'), '1');
  await page.click('[data-search-says] button');
  await until(page, 'counted', async () => (await says(page)) === `共 ${held} 条`);
  assert.strictEqual(await focused(page), '搜索结果');
  assert.match(await numbers(), new RegExp(`全部 ${held} .*（\\d+）`));
  assert.strictEqual(await page.textContent('.pager-at'), `1 / ${Math.ceil(held / 10)}`);
  await page.context().close();
}
{
  const offered = (page) => page.$$eval('select[aria-label=支部] option', (all) => all.map((one) => one.textContent).sort());
  let page = await visit(`?q=${q('上级不同的支部')}`);
  await ended(page);
  assert.deepEqual(
    await offered(page),
    ['支部不限', '第二党支部（branches/qita）（1）', '第二党支部（环境学院党委）（1）', '第二党支部（物理学院党委）（1）'].sort()
  );
  await page.selectOption('select[aria-label=支部]', { label: '第二党支部（物理学院党委）（1）' });
  await until(page, 'the branch that was chosen', async () => /^共 1 条/.test(await says(page)));
  assert.match(await page.textContent('[data-search-results] .facts'), /第二党支部（物理学院党委）/);
  await page.context().close();
  page = await visit(`?q=${q('同名的支部')}`);
  await ended(page);
  assert.deepEqual(await offered(page), ['支部不限', '第一党支部（huaxue支部）（1）', '第一党支部（jixie支部）（1）']);
  // What a query would take for a sign is chosen as it stands.
  await page.fill('[data-search] input', '校历');
  await page.locator('[data-suggest] [role=option]').first().click();
  await until(page, 'a title with a sign is found', async () => /^共 1 条/.test(await says(page)));
  await page.context().close();
}
fs.rmSync(site, { recursive: true });
assert.deepEqual(errors, []);
await browser.close();
server.close();
console.log('search by hand: fine');
