// The search page for a reader at the keyboard, and what is told to one who hears it: suggestions, filters, pages, earlier searches.
// node tests/browser/search-keys.mjs OUTPUT
import assert from 'node:assert';
import { engine } from './engine.mjs';
import { close, says, output, query, base, browser, errors, visit, done } from './search-host.mjs';

// A reader at the keyboard, and what is told to one who hears the page.
let page = await visit(`${base}search.html`);
assert(await page.locator('[data-search-tip]').isVisible(), 'how to ask is not told');
const box = page.locator('[data-search] input');
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
await page.fill('[data-search] input', '会议');
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
  stops.push(
    await page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      if (
        style.outlineStyle === 'none' &&
        style.boxShadow === 'none' &&
        getComputedStyle(e, '::after').outlineStyle === 'none' &&
        !e.matches('[tabindex="-1"]')
      )
        return `invisible ${e.outerHTML.slice(0, 80)}`;
      return e.closest('[data-search-results]') ? 'result' : e.closest('[data-search-filters]') ? 'filter' : e.tagName;
    })
  );
}
assert(stops.includes('filter') && stops.includes('result') && !stops.some((stop) => stop.startsWith('invisible')), stops.join(' '));

// Filters with counts, in the address; back leads to where one was.
await page.goto(`${base}search.html?q=${encodeURIComponent('会议')}`);
const whole = await done(page);
const chips = await page.$$eval('[data-search-filters] [aria-pressed]', (list) => list.map((e) => e.textContent));
assert.strictEqual(+chips[0].match(/\d+$/)[0], whole.total);
assert.strictEqual(
  chips.slice(1).reduce((sum, text) => sum + +text.match(/\d+$/)[0], 0),
  whole.total,
  chips.join(' ')
);
await page.focus('[data-search-filters] li:nth-child(2) button');
await page.keyboard.press('Enter');
await page.waitForFunction(() => /kind=/.test(location.search) && document.querySelector('[data-search-results]').dataset.state === 'done');
const part = await done(page);
assert.strictEqual(part.total, +chips[1].match(/\d+$/)[0]);
assert(
  await page.evaluate(() => document.activeElement.matches('[data-search-filters] li:nth-child(2) [aria-pressed=true]')),
  'who filters by keyboard stands there still'
);
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
  (await done(page)).links.forEach((link) => {
    assert(!seen.has(link), link);
    seen.add(link);
  });
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
  assert(
    await page.evaluate(() => !performance.getEntriesByType('resource').some((entry) => /search-more/.test(entry.name))),
    'near spellings of what is spelt well'
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction((total) => document.querySelector('[data-search-results]').dataset.total === String(total), whole.total, {
    timeout: 20000,
  });
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
const states = await page.$$eval('[data-search-results] .hit', (list) =>
  list.map((e) => [...e.querySelectorAll('.facts .tag:not(.tag-kind)')].map((tag) => tag.textContent).join())
);
assert.deepStrictEqual(states.slice(0, 3), ['已修改', '现行有效', '已废止']);

// A result leads to its heading, where the words are marked.
page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
await done(page);
const way = await page.$$eval('[data-search-results] a', (list) => list.map((a) => a.href).find((href) => href.includes('#')));
assert(way, 'no result leads to a heading');
await page.goto(way);
assert(
  await page.evaluate(
    () => document.getElementById(decodeURIComponent(location.hash.slice(1))) && document.querySelectorAll('article mark').length > 0
  ),
  way
);

// The same where only the title has them, or the number of a document: in the result and on its page.
for (const [words, shown, place] of [
  ['会议记录怎样写，才经得起翻看', 'a', 'h1'],
  ['青党发 2019 21号', '.facts', '.doc-no'],
]) {
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

// Nothing is found: the results of the likeliest near spelling stand there, then the columns; near spellings lead on.
page = await visit(`${base}search.html?q=${encodeURIComponent('会议记绿')}`);
await done(page);
await page.waitForSelector('.near', { timeout: 20000 });
await page.waitForSelector('[data-search-index]', { timeout: 20000 });
assert.match(await says(page), /^没有找到“会议记绿”。您要找的是不是：会议记录.*。下面是“会议记录”的结果$/);
assert((await page.locator('[data-search-results] mark', { hasText: '会议记录' }).count()) > 0);
assert(await page.locator('[data-search-tip]').isHidden());
await page.click('.near');
await page.waitForFunction(() => /^共 \d+ 条/.test(document.querySelector('[data-search-says]').textContent), null, { timeout: 20000 });
assert(await page.locator('[data-search-index]').isHidden(), 'columns under what was found');
// Nor is anything near: the columns alone.
page = await visit(`${base}search.html?q=${encodeURIComponent('鑫淼')}`);
await done(page);
await page.waitForSelector('[data-search-index]', { timeout: 20000 });
assert.match(await says(page), /^没有找到“鑫淼”$/);

// The key for the search leads there from every page, and into the box on this one; in a box it is a character.
page = await visit(`${base}news/index.html`);
await page.keyboard.press('/');
await page.waitForURL(`${base}search.html#search`);
await page.keyboard.type('1/2');
assert.strictEqual(await page.inputValue('[data-search] input'), '1/2');
await page.focus('[data-search-results]');
await page.keyboard.press('Control+/');
assert.notStrictEqual(await page.evaluate(() => document.activeElement.type), 'search');
await page.keyboard.press('/');
assert.strictEqual(await page.evaluate(() => document.activeElement.type), 'search');
page = await visit(`${base}search.html?q=${encodeURIComponent('会议记绿')}`);
await done(page);
await page.waitForSelector('.near', { timeout: 20000 });
await page.click('.near');
await page.waitForFunction(() => document.querySelectorAll('[data-search-results] a').length > 0, null, { timeout: 20000 });

// What was asked before stays on the phone until it is erased.
await page.waitForTimeout(1800);
await page.goto(`${base}search.html`);
await page.focus('[data-search] input');
await page.waitForSelector('[data-recent]:not([hidden]) button', { timeout: 20000 });
await page.click('.clear');
assert(await page.locator('[data-recent]').isHidden());
await page.reload();
await page.focus('[data-search] input');
await page.waitForTimeout(800);
assert(await page.locator('[data-recent]').isHidden(), 'erased is erased');

// Without storage, and without scripts.
{
  const { total } = await done(await visit(`${base}search.html?q=${encodeURIComponent(query)}`));
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.addInitScript(() =>
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new Error('forbidden');
      },
    })
  );
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(`no storage: ${error}`));
  await page.goto(`${base}search.html?q=${encodeURIComponent(query)}`);
  assert.strictEqual((await done(page)).total, total);
  const plain = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  page = await plain.newPage();
  await page.goto(`${base}search.html`);
  const titles = await page.locator('[data-search-index] .titles a').count();
  assert(titles > 20, `${titles} titles without scripts`);
  assert(await page.locator('form.search').isHidden(), 'a box that cannot search');
}

await close('search by keyboard');
