// The search page in a real browser: over HTTP in a sub-directory under a strict policy, from a stick, by keyboard, and
// with queries that mean harm. node tests/browser/search.mjs OUTPUT QUERY  (OUTPUT holds search.html and search/)
import assert from 'node:assert';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';
import { engine, inTurns } from './engine.mjs';

const [, , output, query = '会议记录'] = process.argv;
const types = { '.html': 'text/html', '.js': 'application/javascript', '.css': 'text/css' };
let served = [];
const missing = new Set();
const changed = new Map();
let held = null;
const server = http.createServer(async (request, response) => {
  const file = path.join(output, decodeURIComponent(request.url.split('?')[0]).replace('/dept/site/', ''));
  if (missing.has(path.basename(file)) || !fs.existsSync(file)) { response.writeHead(404); response.end(); return; }
  if (held && held.name === path.basename(file)) await held.until;
  let bytes = fs.readFileSync(file);
  const change = changed.get(path.basename(file));
  if (change) bytes = Buffer.from(change(bytes.toString('latin1')), 'latin1');
  served.push([path.relative(output, file), bytes.length]);
  // The worst host: a wrong charset, no compression.
  response.writeHead(200, { 'content-type': `${types[path.extname(file)] || 'text/plain'}; charset=${path.extname(file) === '.js' ? 'GBK' : 'utf-8'}`, 'content-security-policy': "default-src 'self'" });
  response.end(bytes);
}).listen(0);
const base = `http://127.0.0.1:${server.address().port}/dept/site/`;
const browser = await launch();
const errors = [];
const visit = async (address) => {
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  page.on('pageerror', (error) => errors.push(`${address.slice(0, 80)}: ${error}`));
  page.on('console', (message) => { if (message.type() === 'error' && !/404|favicon/.test(message.text())) errors.push(message.text()); });
  await page.goto(address);
  return page;
};
const done = (page) => page.waitForSelector('[data-search-results][data-state="done"], [data-search-results][data-state="error"]', { timeout: 30000, state: 'attached' }).then((list) => list.evaluate((e) => ({ state: e.dataset.state, total: +e.dataset.total, links: [...e.querySelectorAll('a')].map((a) => a.getAttribute('href')), marks: e.querySelectorAll('mark').length })));

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
// A first row is painted before there are any: nobody sees or hears it, and it does not stay.
page = await visit(`${base}search.html`);
await page.evaluate(() => {
  window.rehearsed = [];
  new MutationObserver((list) => list.forEach((one) => one.addedNodes.forEach((node) => {
    if (!node.matches || !node.matches('.hits-unseen')) return;
    const colours = [...node.querySelectorAll('*')].map((each) => getComputedStyle(each)).flatMap((style) => [style.color, style.backgroundColor, style.borderBottomColor]);
    rehearsed.push([node.getAttribute('aria-hidden'), [...new Set(colours)].join()]);
  }))).observe(document.querySelector('main'), { childList: true, subtree: true });
});
const height = await page.evaluate(() => document.documentElement.scrollHeight);
await page.focus('input[type=search]');
await page.waitForFunction(() => window.rehearsed.length, null, { timeout: 20000 });
assert.deepStrictEqual(await page.evaluate(() => window.rehearsed), [['true', 'rgba(0, 0, 0, 0)']]);
await page.waitForFunction(() => !document.querySelector('.hits-unseen'), null, { timeout: 20000 });
assert.strictEqual(await page.evaluate(() => document.documentElement.scrollHeight), height);
// Where the passage is cut, on a phone, what was found in it is to be seen.
for (const words of [query, '表决', '组织生活', '党员', '记录 会议', '2026']) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(words)}`);
  await done(page);
  const hidden = await page.$$eval('[data-search-results] .row-text', (texts) => texts.filter((text) => {
    const mark = text.querySelector('mark');
    return mark && mark.getBoundingClientRect().bottom > text.getBoundingClientRect().bottom + 1;
  }).map((text) => text.textContent));
  assert.deepStrictEqual(hidden, [], `${words}: found behind the cut`);
}
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
// Who types before the scripts have come has an address to pass on as well.
page = await visit(`${base}search.html`);
await page.evaluate((text) => {
  const input = document.querySelector('input[type=search]');
  input.focus();
  input.value = text;
  input.form.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }));
}, query);
await page.waitForFunction((q) => document.querySelector('[data-search-results]').dataset.state === 'done' && new URLSearchParams(location.search).get('q') === q, query, { timeout: 30000 });
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
  const told = await page.textContent('[data-search-says]');
  console.log('without', name, broken.state, broken.total, broken.links.length, told);
  if (!/索引文件没有读到/.test(told)) throw new Error(`without ${name}, nobody is told: ${told}`);
  missing.clear();
  // Asked again in the same visit, the page reads it and has nothing to tell.
  await page.evaluate(() => document.querySelector('[data-search]').dispatchEvent(new Event('submit', { cancelable: true, bubbles: true })));
  await page.waitForFunction(() => /共 \d+ 条$/.test(document.querySelector('[data-search-says]').textContent), undefined, { timeout: 30000 })
    .catch(() => { throw new Error(`${name} is there again, and the page does not see it`); });
}
// A host that is near is asked for the other pairs of a phrase only when the first ones leave much. One that is far is asked for
// them meanwhile.
{
  const { core, load, more } = engine(output);
  async function turns(words, answer) {
    const host = inTurns(load, answer);
    const index = await core.open(host.load, more);
    await index.dictionary();
    host.turns.length = 0;
    await index.search(words);
    return host.turns.map((turn) => turn.map((file) => file.name));
  }
  const [few] = await turns('党支部工作', setImmediate);
  const [many] = await turns('党支部工作', (go) => setTimeout(go, 1500));
  assert(few.every((name) => many.includes(name)) && many.length > few.length, `${few} / ${many}`);
}
// A file that takes long: what stands before it is shown meanwhile, and stays.
{
  const shown = (page) => page.$$eval('[data-search-results] a', (list) => list.map((link) => link.href));
  const { core, load, more } = engine(output);
  const index = await core.open(load, more);
  const search = await index.search(query);
  const fileOf = (hit) => index.fileAt(index.starts[hit.page]).name;
  const last = search.hits.slice(0, 10).map(fileOf).filter((name) => name !== fileOf(search.hits[0])).pop();
  let go;
  held = { name: `${path.basename(last)}.js`, until: new Promise((yes) => { go = yes; }) };
  page = await visit(`${base}search.html`);
  await page.fill('input[type=search]', query);
  await page.waitForSelector('[data-search-results][data-state="loading"] a', { timeout: 30000 });
  const early = await shown(page);
  // Who waits longer is told what for.
  const says = () => page.textContent('[data-search-says]');
  await page.waitForFunction(() => /^正在查找，还要看 [1-9]\d* 页$/.test(document.querySelector('[data-search-says]').textContent), undefined, { timeout: 30000 });
  go();
  held = null;
  const whole = await done(page);
  assert(/^[共约] \d+ 条/.test(await says()), await says());
  assert(early.length < whole.links.length, `${early.length} of ${whole.links.length}`);
  assert.deepStrictEqual((await shown(page)).slice(0, early.length), early);
  // A word for another is answered at once, and its address is that of its results; only what is being erased is waited for.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60000);
  await page.evaluate(() => {
    const results = document.querySelector('[data-search-results]');
    window.turns = 0;
    new MutationObserver(() => { if (results.dataset.state === 'loading') window.turns++; }).observe(results, { attributeFilter: ['data-state'] });
  });
  const seen = () => page.evaluate(() => [document.querySelector('[data-search-results]').dataset.query, new URLSearchParams(location.search).get('q')]);
  for (const [typed, waits] of [['党支部', false], ['会议', false], ['会', true]]) {
    const before = await page.evaluate(() => window.turns);
    await page.fill('input[type=search]', typed);
    await page.clock.runFor(100);
    assert.equal(await page.evaluate(() => window.turns) > before, !waits, typed);
    // The page's own clock stands still.
    for (let tries = 200; tries > 0 && (await seen()).some((one) => one !== typed); tries--) {
      await page.waitForTimeout(50);
      await page.clock.runFor(50);
    }
    assert.deepEqual(await seen(), [typed, typed]);
  }
}
// Another word is no longer told how far the first one had come; what was on its way does not open over results that were asked for.
{
  const { core, load, more } = engine(output);
  const index = await core.open(load, more);
  const search = await index.search(query);
  const hold = (name) => { let go; held = { name: `${path.basename(name)}.js`, until: new Promise((yes) => { go = yes; }) }; return () => { held = null; go(); }; };
  const says = () => page.textContent('[data-search-says]');
  let go = hold(index.fileAt(index.starts[search.hits[0].page]).name);
  page = await visit(`${base}search.html`);
  await page.fill('input[type=search]', query);
  await page.waitForFunction(() => /还要看/.test(document.querySelector('[data-search-says]').textContent), undefined, { timeout: 30000 });
  await page.fill('input[type=search]', '支部');
  assert.doesNotMatch(await says(), /还要看/);
  go();
  await done(page);

  page = await visit(`${base}search.html`);
  go = hold(index.titles[1].name);
  await page.fill('input[type=search]', '会议');
  await done(page);
  await page.keyboard.press('Enter');
  const length = await page.evaluate(() => history.length);
  go();
  await page.waitForTimeout(500);
  assert(await page.$eval('[data-suggest]', (list) => list.hidden), 'suggestions over the results');
  // The same search again is no step in the history.
  await page.keyboard.press('Enter');
  await done(page);
  assert.equal(await page.evaluate(() => history.length), length);
  // A tab of its own is the browser's.
  assert.equal(await page.evaluate(() => new Promise((yes) => {
    addEventListener('click', (event) => { yes(event.defaultPrevented); event.preventDefault(); }, { once: true });
    document.querySelector('.pager-way[href]').dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true }));
  })), false);
}
// Letters whose sounds do not come are told so, and asked again.
for (const name of [fs.readdirSync(path.join(output, 'assets')).find((file) => file.startsWith('search-more.')), 'all.js']) {
  missing.add(name);
  page = await visit(`${base}search.html`);
  await page.fill('input[type=search]', 'shyk');
  assert.equal((await done(page)).total, 0);
  assert.match(await page.textContent('[data-search-says]'), /没有读到/);
  missing.delete(name);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => +document.querySelector('[data-search-results]').dataset.total > 0, undefined, { timeout: 30000 });
}
// Files that are there by half: as without them, and the rest answers.
for (const name of [files.find((f) => /texts/.test(f)), files.find((f) => /terms/.test(f))]) {
  const before = errors.length;
  changed.set(path.basename(name), (text) => text.slice(0, text.length >> 1));
  page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
  await done(page);
  assert.match(await page.textContent('[data-search-says]'), /索引文件没有读到/, `half of ${name}`);
  changed.clear();
  // The browser itself tells of a script that does not end.
  errors.splice(before).forEach((error) => assert.match(error, /SyntaxError/));
}
// An index of another build than the page, and files of another build than the index: the page asks to be reloaded.
const says = (page) => page.textContent('[data-search-says]');
for (const [name, change] of [
  ['index.js', (text) => text.replace(/studyhallIndex\(\d+/, 'studyhallIndex(99')],
  [path.basename(files.find((f) => /terms/.test(f))), (text) => text.replace(/^sh\(\d+/, 'sh(9999')],
  [path.basename(files.find((f) => /texts/.test(f))), (text) => text.replace(/^sh\(\d+/, 'sh(9999')],
]) {
  changed.set(name, change);
  page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
  assert.strictEqual((await done(page)).state, 'error', name);
  assert.match(await says(page), /刷新/, name);
  changed.clear();
  await Promise.all([page.waitForNavigation(), page.click('[data-search-says] button')]);
  assert((await done(page)).total > 0, `${name}: after the reload`);
}

// A reader at the keyboard, and what is told to one who hears the page.
page = await visit(`${base}search.html`);
assert(await page.locator('[data-search-tip]').isVisible(), 'how to ask is not told');
const box = page.locator('input[type=search]');
assert.strictEqual(await box.getAttribute('role'), 'combobox');
await box.focus();
await page.keyboard.type('会');
await page.waitForSelector('[data-suggest]:not([hidden]) [role=option]', { timeout: 20000 });
assert.strictEqual(await box.getAttribute('aria-expanded'), 'true');
await page.keyboard.press('ArrowDown');
const active = await box.getAttribute('aria-activedescendant');
assert.strictEqual(await page.getAttribute(`#${active}`, 'aria-selected'), 'true');
const offered = await page.textContent(`#${active}`);
await page.keyboard.press('Enter');
await page.waitForFunction((text) => document.querySelector('[data-search-results]').dataset.query === text, offered, { timeout: 20000 });
assert.strictEqual(await box.inputValue(), offered);
assert.strictEqual(await box.getAttribute('aria-expanded'), 'false');
await page.fill('input[type=search]', '会议');
await page.waitForSelector('[data-suggest]:not([hidden]) [role=option]', { timeout: 20000 });
await page.keyboard.press('Escape');
assert(await page.locator('[data-suggest]').isHidden(), 'Escape closes the suggestions');
assert.match(await page.locator('[role=status]').textContent(), /条/);
await done(page);
assert(await page.locator('[data-search-tip]').isHidden(), 'how to ask is told to those who have not asked');
{
  const { core, load, more } = engine(output);
  const index = await core.open(load, more);
  await index.more();
  assert.strictEqual((await index.suggest('三会一', 6)).join(), '三会一课', 'the same in quotes is offered twice');
  assert.strictEqual((await index.suggest('“三会一课”', 6)).join(), '', 'what is typed is offered');
}
// From the box with Tab to the filters, then to the results; each can be seen to have the focus.
const stops = [];
for (let i = 0; i < 30 && !stops.includes('result'); i++) {
  await page.keyboard.press('Tab');
  stops.push(await page.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    if (style.outlineStyle === 'none' && style.boxShadow === 'none' && getComputedStyle(e, '::after').outlineStyle === 'none' && !e.matches('[tabindex="-1"]')) return `invisible ${e.outerHTML.slice(0, 80)}`;
    return e.closest('[data-search-results]') ? 'result' : e.closest('[data-search-filters]') ? 'filter' : e.tagName;
  }));
}
assert(stops.includes('filter') && stops.includes('result') && !stops.some((stop) => stop.startsWith('invisible')), stops.join(' '));

// Filters with counts, in the address; back leads to where one was.
await page.goto(`${base}search.html?q=${encodeURIComponent('会议')}`);
const whole = await done(page);
const chips = await page.$$eval('[data-search-filters] [aria-pressed]', (list) => list.map((e) => e.textContent));
assert.strictEqual(+chips[0].match(/\d+$/)[0], whole.total);
assert.strictEqual(chips.slice(1).reduce((sum, text) => sum + +text.match(/\d+$/)[0], 0), whole.total, chips.join(' '));
await page.focus('[data-search-filters] li:nth-child(2) button');
await page.keyboard.press('Enter');
await page.waitForFunction(() => /kind=/.test(location.search) && document.querySelector('[data-search-results]').dataset.state === 'done');
const part = await done(page);
assert.strictEqual(part.total, +chips[1].match(/\d+$/)[0]);
assert(await page.evaluate(() => document.activeElement.matches('[data-search-filters] li:nth-child(2) [aria-pressed=true]')), 'who filters by keyboard stands there still');
const shared = page.url();
await page.goBack();
await page.waitForFunction((total) => document.querySelector('[data-search-results]').dataset.total === String(total), whole.total);
page = await visit(shared);
assert.deepStrictEqual((await done(page)).links, part.links, 'a shared address shows the same');

// Page after page: every result once.
page = await visit(`${base}search.html?q=${encodeURIComponent('支部')}`);
const all = await done(page);
const seen = new Set(all.links);
for (let at = 2; at <= Math.ceil(all.total / 10); at++) {
  await page.goto(`${base}search.html?q=${encodeURIComponent('支部')}&page=${at}`);
  (await done(page)).links.forEach((link) => { assert(!seen.has(link), link); seen.add(link); });
}
assert.strictEqual(seen.size, all.total);

// A page beyond the last, as old addresses name it, is the last there is, and so is its address: where all is known from the
// first, and where that turns out on the way.
for (const words of ['支部', '支部 -党支部']) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(words)}`);
  const last = Math.ceil((await done(page)).total / 10);
  assert(last > 1, words);
  page = await visit(`${base}search.html?q=${encodeURIComponent(words)}&page=${last}`);
  const there = await done(page);
  for (const beyond of [last + 1, 999]) {
    page = await visit(`${base}search.html?q=${encodeURIComponent(words)}&page=${beyond}`);
    assert.deepStrictEqual((await done(page)).links, there.links, `${words}, page ${beyond}`);
    assert.strictEqual(new URL(page.url()).searchParams.get('page'), String(last));
    assert.strictEqual(await page.textContent('.pager-at'), `${last} / ${last}`);
    assert.strictEqual(await page.getAttribute('[data-search-results]', 'start'), String(last * 10 - 9));
    assert.deepStrictEqual(await page.locator('[data-search-pager] a').allTextContents(), ['上一页']);
  }
}
// What turns out to be nowhere is on no page.
page = await visit(`${base}search.html?q=${encodeURIComponent('员会议')}&page=7`);
await done(page);
assert.strictEqual(new URL(page.url()).searchParams.get('page'), null);

// A filter that fits nothing, as of a branch that has another name by now: the page says so, and takes the filters off.
for (const filter of ['year=1999', `branch=${encodeURIComponent('没有的支部')}`, 'status=none', 'kind=none&year=1999&page=4']) {
  page = await visit(`${base}search.html?q=${encodeURIComponent('会议')}&${filter}`);
  await done(page);
  assert.match(await page.textContent('[role=status]'), /^没有符合筛选的结果\s*取消筛选$/, filter);
  // A select would show that nothing is chosen.
  assert.strictEqual(await page.locator('[data-search-filters] *').count(), 0, filter);
  await page.focus('.search-box button');
  await page.keyboard.press('Tab');
  assert.strictEqual(await page.evaluate(() => document.activeElement.textContent), '取消筛选', filter);
  assert(await page.evaluate(() => !performance.getEntriesByType('resource').some((entry) => /search-more/.test(entry.name))), 'near spellings of what is spelt well');
  await page.keyboard.press('Enter');
  await page.waitForFunction((total) => document.querySelector('[data-search-results]').dataset.total === String(total), whole.total, { timeout: 20000 });
  assert.strictEqual(new URL(page.url()).search, `?q=${encodeURIComponent('会议')}`, filter);
  assert(await page.evaluate(() => document.activeElement.matches('[data-search-results]')), 'the keyboard is lost');
  await page.goBack();
  await page.waitForFunction(() => /筛选/.test(document.querySelector('[role=status]').textContent), null, { timeout: 20000 });
}
// What stands nowhere does so with a filter as well.
page = await visit(`${base}search.html?q=${encodeURIComponent('会议记绿')}&year=1999`);
await page.waitForSelector('.near', { timeout: 20000 });
assert.match(await says(page), /^没有找到“会议记绿”。您要找的是不是：/);

// What is not wanted finds nothing by itself.
for (const words of ['-会议', '－会议 -"支部"']) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(words)}`);
  await done(page);
  assert.match(await says(page), /还要有一个要找的词/, words);
}

// Documents say whether they hold, and of those named so the ones that do come first.
page = await visit(`${base}search.html?q=${encodeURIComponent('会议管理办法')}&kind=policy`);
await done(page);
const states = await page.$$eval('[data-search-results] .hit', (list) => list.map((e) => [...e.querySelectorAll('.facts .tag:not(.tag-kind)')].map((tag) => tag.textContent).join()));
assert.deepStrictEqual(states.slice(0, 3), ['已修改', '现行有效', '已废止']);

// A result leads to its heading, where the words are marked.
page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
await done(page);
const way = await page.$$eval('[data-search-results] a', (list) => list.map((a) => a.href).find((href) => href.includes('#')));
assert(way, 'no result leads to a heading');
await page.goto(way);
assert(await page.evaluate(() => document.getElementById(decodeURIComponent(location.hash.slice(1))) && document.querySelectorAll('article mark').length > 0), way);

// The same where only the title has them, or the number of a document: in the result and on its page.
for (const [words, shown, place] of [['会议记录怎样写，才经得起翻看', 'a', 'h1'], ['青党发 2019 21号', '.facts', '.doc-no']]) {
  page = await visit(`${base}search.html?q=${encodeURIComponent(words)}`);
  await done(page);
  const first = page.locator(`[data-search-results] .hit:has(${shown} mark)`).first();
  const told = await first.locator(`${shown} mark`).allTextContents();
  const way = await first.locator('a').evaluate((a) => a.href);
  assert.strictEqual(new URL(way).hash, '', `${words}: more of it stands above`);
  await page.goto(way);
  await page.waitForSelector(`main ${place} mark`, { timeout: 20000 });
  assert.deepStrictEqual(await page.locator(`main ${place} mark`).allTextContents(), told, words);
}
// A page found by its keywords only says so: they stand nowhere on it.
page = await visit(`${base}search.html?q=shyk`);
await done(page);
const keyed = page.locator('[data-search-results] .row-text', { hasText: /^关键词：/ });
assert.deepStrictEqual(await keyed.locator('mark').allTextContents(), ['三会一课']);

// Nothing is found: near spellings are offered, and lead on.
page = await visit(`${base}search.html?q=${encodeURIComponent('会议记绿')}`);
await done(page);
await page.waitForSelector('.near', { timeout: 20000 });
await page.click('.near');
await page.waitForFunction(() => document.querySelectorAll('[data-search-results] a').length > 0, null, { timeout: 20000 });

// What was asked before stays on the phone until it is erased.
await page.waitForTimeout(1800);
await page.goto(`${base}search.html`);
await page.focus('input[type=search]');
await page.waitForSelector('[data-recent]:not([hidden]) button', { timeout: 20000 });
await page.click('.clear');
assert(await page.locator('[data-recent]').isHidden());
await page.reload();
await page.focus('input[type=search]');
await page.waitForTimeout(800);
assert(await page.locator('[data-recent]').isHidden(), 'erased is erased');

// Without storage, and without scripts.
{
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } }));
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(`no storage: ${error}`));
  await page.goto(`${base}search.html?q=${encodeURIComponent(query)}`);
  assert.strictEqual((await done(page)).total, got.total);
  const plain = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  page = await plain.newPage();
  await page.goto(`${base}search.html`);
  const titles = await page.locator('[data-search-index] .titles a').count();
  assert(titles > 20, `${titles} titles without scripts`);
  assert(await page.locator('form.search').isHidden(), 'a box that cannot search');
}

assert.deepStrictEqual(errors, []);
await browser.close();
server.close();
console.log('search page: fine');
void text;
