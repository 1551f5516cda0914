// The search page where files of the index are missing, late, cut, or of another build. node tests/browser/search-lost.mjs OUTPUT
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { engine, inTurns } from './engine.mjs';
import { close, says, output, query, served, missing, changed, held, base, errors, visit, done } from './search-host.mjs';

let page;
// Missing files.
served.length = 0;
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
  await page.evaluate(() =>
    document.querySelector('[data-search]').dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  );
  await page
    .waitForFunction(() => /共 \d+ 条$/.test(document.querySelector('[data-search-says]').textContent), undefined, { timeout: 30000 })
    .catch(() => {
      throw new Error(`${name} is there again, and the page does not see it`);
    });
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
  const last = search.hits
    .slice(0, 10)
    .map(fileOf)
    .filter((name) => name !== fileOf(search.hits[0]))
    .pop();
  let go;
  Object.assign(held, {
    name: `${path.basename(last)}.js`,
    until: new Promise((yes) => {
      go = yes;
    }),
  });
  page = await visit(`${base}search.html`);
  await page.fill('[data-search] input', query);
  await page.waitForSelector('[data-search-results][data-state="loading"] a', { timeout: 30000 });
  const early = await shown(page);
  // Who waits longer is told what for.
  await page.waitForFunction(
    () => /^正在查找，还要看 [1-9]\d* 页$/.test(document.querySelector('[data-search-says]').textContent),
    undefined,
    { timeout: 30000 }
  );
  go();
  held.name = '';
  const whole = await done(page);
  assert(/^[共约] \d+ 条/.test(await says(page)), await says(page));
  assert(early.length < whole.links.length, `${early.length} of ${whole.links.length}`);
  assert.deepStrictEqual((await shown(page)).slice(0, early.length), early);
  // A word for another is answered at once, and its address is that of its results; only what is being erased is waited for.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60000);
  await page.evaluate(() => {
    const results = document.querySelector('[data-search-results]');
    window.turns = 0;
    new MutationObserver(() => {
      if (results.dataset.state === 'loading') window.turns++;
    }).observe(results, { attributeFilter: ['data-state'] });
  });
  const seen = () =>
    page.evaluate(() => [document.querySelector('[data-search-results]').dataset.query, new URLSearchParams(location.search).get('q')]);
  for (const [typed, waits] of [
    ['党支部', false],
    ['会议', false],
    ['会', true],
  ]) {
    const before = await page.evaluate(() => window.turns);
    await page.fill('[data-search] input', typed);
    await page.clock.runFor(100);
    assert.equal((await page.evaluate(() => window.turns)) > before, !waits, typed);
    // The page's own clock stands still.
    for (let tries = 200; tries > 0 && (await seen()).some((one) => one !== typed); tries--) {
      await page.waitForTimeout(50);
      await page.clock.runFor(50);
    }
    assert.deepEqual(await seen(), [typed, typed]);
  }
}
// A search that is cold says at once that it is looking: before its scripts are here, before the index is, and before the first answer.
{
  const script = (part) => fs.readdirSync(path.join(output, 'assets')).find((name) => new RegExp(`^search-${part}\\.`).test(name));
  const looking = (tab) =>
    tab.waitForFunction(() => document.querySelector('[data-search-says]').textContent === '正在查找……', undefined, { timeout: 1400 });
  for (const name of [script('core'), 'index.js', 'dictionary.js']) {
    let go;
    Object.assign(held, {
      name,
      until: new Promise((yes) => {
        go = yes;
      }),
    });
    page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`, 'commit');
    await looking(page);
    go();
    held.name = '';
    assert((await done(page)).total > 0);
    assert(/^共 \d+ 条/.test(await says(page)), await says(page));
  }
  // Where the scripts never come, that is said instead.
  missing.add(script('core'));
  page = await visit(`${base}search.html?q=${encodeURIComponent(query)}`);
  await page.waitForFunction(() => /没有读到/.test(document.querySelector('[data-search-says]').textContent), undefined, {
    timeout: 20000,
  });
  assert.doesNotMatch(await says(page), /正在查找/);
  missing.clear();
}
// Another word is no longer told how far the first one had come; what was on its way does not open over results that were asked for.
{
  const { core, load, more } = engine(output);
  const index = await core.open(load, more);
  const search = await index.search(query);
  const hold = (name) => {
    let go;
    Object.assign(held, {
      name: `${path.basename(name)}.js`,
      until: new Promise((yes) => {
        go = yes;
      }),
    });
    return () => {
      held.name = '';
      go();
    };
  };
  let go = hold(index.fileAt(index.starts[search.hits[0].page]).name);
  page = await visit(`${base}search.html`);
  await page.fill('[data-search] input', query);
  await page.waitForFunction(() => /还要看/.test(document.querySelector('[data-search-says]').textContent), undefined, { timeout: 30000 });
  await page.fill('[data-search] input', '支部');
  assert.doesNotMatch(await says(page), /还要看/);
  go();
  await done(page);

  page = await visit(`${base}search.html`);
  go = hold(index.titles[1].name);
  await page.fill('[data-search] input', '会议');
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
  assert.equal(
    await page.evaluate(
      () =>
        new Promise((yes) => {
          addEventListener(
            'click',
            (event) => {
              yes(event.defaultPrevented);
              event.preventDefault();
            },
            { once: true }
          );
          document
            .querySelector('.pager-way[href]')
            .dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true }));
        })
    ),
    false
  );
}
// Letters whose sounds do not come are told so, and asked again.
for (const name of [fs.readdirSync(path.join(output, 'assets')).find((file) => file.startsWith('search-more.')), 'all.js']) {
  missing.add(name);
  page = await visit(`${base}search.html`);
  await page.fill('[data-search] input', 'shyk');
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

await close('search without some of its files');
