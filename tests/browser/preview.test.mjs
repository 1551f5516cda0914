// The preview in a real browser: patching, styles, errors, pages that go and come, reconnecting.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { launch } from './browser.mjs';
import { Preview, copySite, write } from './preview.mjs';

const LESSON = 'content/lessons/kaihao-zhibu-huiyi/01-yiti.md';

describe('preview', { timeout: 300_000 }, () => {
  let browser;
  let preview;
  let site;
  let page;
  let trouble;

  before(async () => {
    site = copySite();
    browser = await launch();
    preview = await Preview.start(site);
    page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    trouble = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
    page.on('request', (request) => request.url().startsWith(preview.url) || trouble.push(request.url()));
  });

  after(async () => {
    await browser?.close();
    await preview?.end();
  });

  const lesson = () => readFileSync(join(site, LESSON), 'utf8');
  const open = async (path) => {
    await page.goto(preview.url + path);
    await page.waitForSelector('studyhall-preview', { state: 'attached' });
    // A page that is loaded anew forgets this.
    await page.evaluate(() => {
      window.sameDocument = true;
    });
  };
  const overlay = () =>
    page.evaluate(() => {
      const part = document.querySelector('studyhall-preview').shadowRoot.querySelector('.overlay');
      return part.hidden ? null : part.textContent;
    });
  const bar = () => page.evaluate(() => document.querySelector('studyhall-preview').shadowRoot.querySelector('.bar').textContent);
  const waitFor = (text, there = true) =>
    page.waitForFunction(([text, there]) => document.body.textContent.includes(text) === there, [text, there]);
  const notice = () =>
    page.evaluate(() => {
      const part = document.querySelector('studyhall-preview').shadowRoot.querySelector('.notice');
      return part.hidden ? null : part.textContent;
    });
  const until = async (ask, fits) => {
    for (let turn = 0; turn < 200; turn++) {
      const answer = await ask();
      if (fits(answer)) return answer;
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail(`still ${JSON.stringify(await ask())}`);
  };

  it('patches a page where it stands', async () => {
    await open('lessons/kaihao-zhibu-huiyi/01-yiti.html');
    await page.evaluate(() => {
      document.querySelectorAll('details').forEach((part) => {
        part.open = true;
      });
      document.querySelector('article').setAttribute('data-by-a-script', 'stays');
      const made = document.createElement('button');
      made.id = 'by-a-script';
      document.querySelector('article').appendChild(made);
      window.scrollTo(0, 900);
      window.patched = 0;
      document.addEventListener('studyhall:patched', () => {
        window.patched += 1;
      });
    });
    const opened = await page.evaluate(() => document.querySelectorAll('details[open]').length);
    const from = await page.evaluate(() => window.pageYOffset);
    appendFileSync(join(site, LESSON), '\n这是刚刚加上的一句。\n');
    await waitFor('这是刚刚加上的一句。');
    const state = await page.evaluate(() => ({
      same: window.sameDocument,
      scroll: window.pageYOffset,
      opened: document.querySelectorAll('details[open]').length,
      attribute: document.querySelector('article').getAttribute('data-by-a-script'),
      made: !!document.getElementById('by-a-script'),
      patched: window.patched,
    }));
    assert.deepEqual(state, { same: true, scroll: from, opened, attribute: 'stays', made: true, patched: 1 });
    assert.match(await until(bar, (text) => /页/.test(text)), /^已更新 \d\d:\d\d:\d\d，\d+ 页，\d+ 毫秒$/);
  });

  it('changes, moves and removes parts', async () => {
    const state = (title, body) => `---\ntitle: ${title}\ndate: 2026-11-02\n---\n\n${body}`;
    write(site, 'content/news/bian.md', state('变', '## 甲\n\n第一段。\n'));
    await until(
      async () => (await fetch(`${preview.url}news/bian.html`)).status,
      (status) => status === 200
    );
    await open('news/bian.html');
    const states = [
      state('变', '## 甲\n\n第一段。\n\n第二段。\n\n- 一\n- 二\n- 三\n'),
      state('变', '## 甲\n\n新的一段。\n\n第二段。\n\n- 一\n- 三\n- 二\n- 四\n\n## 乙\n'),
      state('变了', '## 乙\n\n第二**段**。\n\n| 列 |\n|---|\n| 格 |\n\n```c\nint x = 1;\n```\n'),
      state('变', '一段。\n\n又一段。\n\n> 引文\n'),
    ];
    for (const text of states) {
      await preview.after(() => write(site, 'content/news/bian.md', text));
      const served = await (await fetch(`${preview.url}news/bian.html`)).text();
      // What the browser has made of it by patches is what it would make of the page itself.
      const same = () =>
        page.evaluate((served) => {
          const fresh = new DOMParser().parseFromString(served, 'text/html');
          // The links to copy are put at headings by a script, at those of the patch anew.
          const article = document.querySelector('article').cloneNode(true);
          const headings = article.querySelectorAll('h2[id], h3[id]').length;
          const links = article.querySelectorAll('.anchor');
          links.forEach((link) => link.remove());
          const isSame = article.innerHTML === fresh.querySelector('article').innerHTML && document.title === fresh.title;
          return isSame && links.length === headings;
        }, served);
      await until(same, Boolean);
    }
    assert.equal(await page.evaluate(() => window.sameDocument), true);
  });

  it('exchanges a style without loading the page', async () => {
    await open('index.html');
    const tokens = join(site, 'themes/default/styles/tokens.css');
    await preview.after(() => appendFileSync(tokens, '\nbody { outline: 3px solid rgb(1, 2, 3); }\n'));
    await page.waitForFunction(() => getComputedStyle(document.body).outlineColor === 'rgb(1, 2, 3)');
    await until(
      () => page.evaluate(() => document.querySelectorAll('link[rel=stylesheet][href*="main"]').length),
      (count) => count === 1
    );
    assert.equal(await page.evaluate(() => window.sameDocument), true);
  });

  it('loads the page anew for a script', async () => {
    await open('lessons/kaihao-zhibu-huiyi/01-yiti.html');
    const script = await page.evaluate(() =>
      document
        .querySelector('script[src*="assets/"]')
        .getAttribute('src')
        .replace(/.*\/([^/.]+)\..*/, '$1.js')
    );
    appendFileSync(join(site, 'themes/default/scripts', script), '\nwindow.fromTheNewScript = true;\n');
    await page.waitForFunction(() => window.sameDocument === undefined && window.fromTheNewScript === true);
  });

  it('shows what is wrong, keeps the last good page, and forgets it when mended', async () => {
    await open('lessons/kaihao-zhibu-huiyi/01-yiti.html');
    const good = lesson();
    const title = await page.title();
    writeFileSync(join(site, LESSON), good.replace('title:', 'titel:').replace('date:', 'date: 2026-02-30\nolddate:'));
    const shown = await until(overlay, Boolean);
    assert.match(shown, /content\/lessons\/kaihao-zhibu-huiyi\/01-yiti\.md:\d+:\d+/);
    assert.match(shown, /2026-02-30/);
    assert.match(shown, /title/);
    assert.equal(await page.title(), title);
    assert.equal(await (await fetch(page.url())).status, 200);
    writeFileSync(join(site, LESSON), good);
    await until(overlay, (text) => text === null);
    assert.equal(await page.evaluate(() => window.sameDocument), true);
  });

  it('shows a broken template at its line, and the page as it was', async () => {
    await open('index.html');
    const home = join(site, 'themes/default/templates/home.html');
    const good = readFileSync(home, 'utf8');
    writeFileSync(home, good.replace('{% block', '{{ no_such_name.field.deeper }}{% block'));
    const shown = await until(overlay, Boolean);
    assert.match(shown, /themes\/default\/templates\/home\.html/);
    writeFileSync(home, good);
    await until(overlay, (text) => text === null);
  });

  it('says so when the page goes, and comes back with it', async () => {
    write(site, 'content/news/lai-qu.md', '---\ntitle: 来去\ndate: 2026-11-01\n---\n\n第一次。\n');
    await until(
      async () => (await fetch(`${preview.url}news/lai-qu.html`)).status,
      (status) => status === 200
    );
    await open('news/lai-qu.html');
    rmSync(join(site, 'content/news/lai-qu.md'));
    await until(notice, Boolean);
    assert.match(await notice(), /不在了/);
    assert.equal((await fetch(`${preview.url}news/lai-qu.html`)).status, 404);
    write(site, 'content/news/lai-qu.md', '---\ntitle: 来去\ndate: 2026-11-01\n---\n\n第二次。\n');
    await waitFor('第二次。');
    await until(notice, (text) => text === null);
    renameSync(join(site, 'content/news/lai-qu.md'), join(site, 'content/news/bie-chu.md'));
    await until(notice, Boolean);
    assert.equal((await fetch(`${preview.url}news/bie-chu.html`)).status, 200);
    trouble = trouble.filter((line) => !/404/.test(line));
  });

  it('lays words over a draft', async () => {
    write(site, 'content/news/caogao.md', '---\ntitle: 草稿\ndate: 2026-11-01\ndraft: true\n---\n\n还没有审。\n');
    await until(
      async () => (await fetch(`${preview.url}news/caogao.html`)).status,
      (status) => status === 200
    );
    await open('news/caogao.html');
    const mark = () =>
      page.evaluate(() => {
        const part = document.querySelector('.unpublished');
        return part && part.textContent;
      });
    assert.match(await mark(), /送审稿/);
    writeFileSync(join(site, 'content/news/caogao.md'), '---\ntitle: 草稿\ndate: 2026-11-01\n---\n\n审过了。\n');
    await waitFor('审过了。');
    await until(mark, (text) => text === null);
  });

  it('finds the preview again after it was started again', async () => {
    await open('lessons/kaihao-zhibu-huiyi/01-yiti.html');
    const { code } = await preview.stop();
    assert.equal(code, 0);
    appendFileSync(join(site, LESSON), '\n停机时写下的一句。\n');
    trouble = [];
    preview = await Preview.start(site, '--port', String(preview.port));
    await waitFor('停机时写下的一句。');
    // While it was down the browser complained that nobody answered; that is no fault of the page.
    trouble = trouble.filter((line) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(line));
  });

  it('keeps no page for later: every one is asked for anew', async () => {
    await open('lessons/kaihao-zhibu-huiyi/01-yiti.html');
    await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  });

  it('asks nobody else and stays silent', () => {
    assert.deepEqual(trouble, []);
  });
});
