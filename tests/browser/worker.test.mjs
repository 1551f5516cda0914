// The worker that keeps pages, at the root of a host that it shares with other applications, in Chromium.
import assert from 'node:assert/strict';
import { cpSync, createReadStream, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { launch } from './browser.mjs';
import { build } from './site.mjs';

const TYPES = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.mp3': 'audio/mpeg',
};

/**
 * A host whose root is the site, beside which `others` answer: by path, what is sent. Like most hosts it sends no more than
 * `Last-Modified`; `headers` are sent with what stands in the site. `asked` notes each request.
 */
async function host(folder, others = {}) {
  const state = { others, headers: {}, asked: [] };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.split('?')[0]);
    state.asked.push(request.url);
    const other = state.others[path];
    if (other) {
      const { status = 200, headers = {}, body } = typeof other === 'function' ? other(request) : other;
      return response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(body);
    }
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    const facts = statSync(file, { throwIfNoEntry: false });
    if (!facts?.isFile())
      return response.writeHead(404, { 'Content-Type': 'text/html' }).end('<!doctype html><title>404</title><h1>404</h1>');
    const changed = new Date(Math.floor(facts.mtimeMs / 1000) * 1000);
    response.setHeader('Last-Modified', changed.toUTCString());
    for (const [name, value] of Object.entries(state.headers)) response.setHeader(name, value);
    if (new Date(request.headers['if-modified-since'] ?? 0) >= changed) return response.writeHead(304).end();
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { state, base: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

const app = (title, head = '') => ({ body: `<!doctype html><html lang=zh>${head}<title>${title}</title><h1>${title}</h1>` });

describe('the worker at the root of a shared host', () => {
  let browser;
  const work = mkdtempSync(join(tmpdir(), 'studyhall-worker-'));
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    rmSync(work, { recursive: true, force: true });
  });

  /** A phone that has read the home page, so that the worker runs. */
  async function phone(act, others) {
    const copy = join(work, 'site');
    rmSync(copy, { recursive: true, force: true });
    cpSync(build('default'), copy, { recursive: true, preserveTimestamps: false });
    const own = await host(copy, others);
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    try {
      const page = await context.newPage();
      const go = (path) => page.goto(own.base + path);
      /** Addresses that are kept, from the top of the host. */
      const kept = () =>
        page.evaluate(async (base) => {
          const found = [];
          for (const name of await caches.keys())
            for (const one of await (await caches.open(name)).keys()) found.push(one.url.slice(base.length));
          return found.sort();
        }, own.base);
      const keeps = async (path) => {
        const end = Date.now() + 8000;
        while (Date.now() < end) {
          if ((await kept()).includes(path)) return true;
          await page.waitForTimeout(100);
        }
        return false;
      };
      await go('');
      await page.evaluate(() => navigator.serviceWorker.ready);
      assert.ok(await keeps('index.html'), 'the page that was open when the worker came is kept');
      await act({ page, context, go, kept, keeps, copy, ...own });
    } finally {
      await context.close();
      own.close();
    }
  }
  const offline = async (context, act) => {
    await context.setOffline(true);
    await act();
    await context.setOffline(false);
  };
  const title = (page) => page.locator('h1').first().innerText();

  test('keeps this site’s pages, and no other application’s', () =>
    phone(
      async ({ page, context, go, kept, keeps, state, base }) => {
        await go('about.html');
        assert.ok(await keeps('about.html'));
        for (const path of ['mail/', 'mail/inbox.html', 'copy/about.html', 'twin/index.html', 'app.html']) {
          await go(path);
          await page.waitForTimeout(300);
        }
        await page.waitForTimeout(1000);
        const all = await kept();
        assert.deepEqual(
          all.filter((path) => /^(mail|copy|twin|app)/.test(path)),
          []
        );
        // Without a network another application's address is the browser's affair.
        await offline(context, async () => {
          await go('about.html');
          assert.notEqual(await title(page), '没有网络');
          for (const path of ['mail/', 'mail/inbox.html']) {
            const other = await context.newPage();
            await assert.rejects(other.goto(base + path), /ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
            await other.close();
          }
        });
        // A link of this site that leads to a page nobody kept says so.
        await go('about.html');
        await offline(context, async () => {
          await page.evaluate(() => {
            location.href = 'branches/jingji/index.html';
          });
          await page.waitForURL(/study\.html#offline$|branches/);
          assert.equal(await title(page), '没有网络');
        });
        // An address that another application has taken is no longer this site's.
        state.others['/about.html'] = app('vote');
        await go('about.html');
        assert.equal(await title(page), 'vote');
        await page.waitForTimeout(1000);
        assert.ok(!(await kept()).includes('about.html'));
      },
      {
        '/mail/': app('mail'),
        '/mail/inbox.html': app('inbox'),
        '/app.html': app('app'),
        // Another study site below this one, and one that says it is this one and stands elsewhere.
        '/twin/index.html': {
          body: '<!doctype html><html lang=zh data-site="other" data-root="../" data-page="twin/index.html"><title>x</title><h1>twin</h1>',
        },
        '/copy/about.html': {
          body: '<!doctype html><html lang=zh data-site="qinghe" data-root="" data-page="about.html"><title>x</title><h1>copy</h1>',
        },
      }
    ));

  test('an address with a query is let through and not kept, but for the search page’s', () =>
    phone(async ({ page, context, go, kept, keeps, state }) => {
      let number = 0;
      state.others['/about.html'] = (request) =>
        request.url.includes('?') ? app(`answer ${++number}`) : { body: readFileSync(join(build('default'), 'about.html')) };
      await go('about.html');
      assert.ok(await keeps('about.html'));
      await go('about.html?order=1');
      assert.equal(await title(page), 'answer 1');
      await go('about.html?order=1');
      assert.equal(await title(page), 'answer 2');
      await page.waitForTimeout(800);
      assert.deepEqual(
        (await kept()).filter((path) => path.includes('?')),
        []
      );
      await offline(context, () => assert.rejects(go('about.html?order=1'), /ERR_/));
      await go('search.html?q=%E4%BC%9A%E8%AE%AE');
      assert.ok(await keeps('search.html'));
      await offline(context, async () => {
        await go('search.html?q=%E4%BC%9A%E8%AE%AE');
        assert.equal((await page.locator('input[type=search]').count()) > 0, true);
      });
    }));

  for (const rule of ['no-store', 'private, max-age=60', 'max-age=0, No-Store']) {
    test(`what the host says is ${rule} is not kept, and goes where it was`, () =>
      phone(async ({ page, go, kept, keeps, state }) => {
        await go('about.html');
        assert.ok(await keeps('about.html'));
        state.headers = { 'Cache-Control': rule };
        await go('map.html');
        await go('about.html');
        await page.waitForTimeout(1500);
        const all = await kept();
        assert.ok(!all.includes('map.html') && !all.includes('about.html'), all.join(' '));
        await go(`lessons/kaihao-zhibu-huiyi/index.html`);
        await page.getByRole('button', { name: '存到手机' }).click();
        await page.getByText('主机不许把页面存下来').waitFor();
      }));
  }

  test('a page that was taken down is let go', () =>
    phone(async ({ page, go, kept, keeps, copy }) => {
      await go('about.html');
      assert.ok(await keeps('about.html'));
      rmSync(join(copy, 'about.html'));
      await go('about.html');
      assert.equal(await title(page), '404');
      await page.waitForTimeout(800);
      assert.ok(!(await kept()).includes('about.html'));
    }));

  test('where the host sends no more than Last-Modified, a changed page and picture are seen at once', () =>
    phone(async ({ context, base, go, keeps, copy, state }) => {
      const long = new Date(Date.now() - 90 * 86400000);
      const file = join(copy, 'about.html');
      const picture = join(copy, 'dot.png');
      cpSync(join(copy, 'share.png'), picture);
      writeFileSync(file, readFileSync(file, 'utf8').replace('</h1>', '</h1><img alt="" id="dot" src="dot.png">'));
      // So old that a browser finds it good for days.
      for (const one of [file, picture]) utimesSync(one, long, long);
      await go('about.html');
      assert.ok(await keeps('about.html'));
      await go('map.html');
      writeFileSync(file, readFileSync(file, 'utf8').replace('</h1>', ' 2</h1>'));
      const later = new Date(Date.now() - 60 * 86400000);
      utimesSync(file, later, later);
      writeFileSync(
        picture,
        Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
      );
      utimesSync(picture, later, later);
      state.asked.length = 0;
      // In a tab of its own: a tab holds the pictures that it has just shown.
      const other = await context.newPage();
      await other.goto(`${base}about.html`);
      assert.match(await title(other), / 2$/);
      await other.waitForFunction(() => document.getElementById('dot').complete);
      assert.equal(await other.evaluate(() => document.getElementById('dot').naturalWidth), 1);
      assert.ok(state.asked.includes('/about.html') && state.asked.includes('/dot.png'), state.asked.join(' '));
    }));

  test('other pages of the host can neither fill it nor make it answer for them', () =>
    phone(
      async ({ page, go, kept, keeps }) => {
        await go('mail/inbox.html');
        const said = await page.evaluate(async () => {
          const { active } = await navigator.serviceWorker.ready;
          const ask = (data) =>
            new Promise((done) => {
              const channel = new MessageChannel();
              channel.port1.onmessage = (event) => {
                if (event.data.done) done(event.data);
              };
              active.postMessage(data, [channel.port2]);
              setTimeout(() => done('silent'), 1500);
            });
          return Promise.all([
            ask({
              act: 'keep',
              pages: [`${location.origin}/mail/inbox.html`, 'https://evil.example/x.html', `${location.origin}/about.html?x=1`, 7, null],
            }),
            ask({
              act: 'course',
              url: `${location.origin}/mail/`,
              title: {},
              pages: 'x',
              more: null,
              search: ['https://evil.example/a.js', `${location.origin}/mail/a.js`],
              questions: 5,
              practice: 8,
            }),
            ask({ act: 'constructor' }),
            ask({ act: '__proto__' }),
            ask('keep'),
            ask(null),
            ask({ act: 'keep' }),
            ask({ act: 'course' }),
          ]);
        });
        assert.ok(said[1].error, JSON.stringify(said));
        assert.deepEqual(
          (await kept()).filter((path) => /mail|evil|\?/.test(path)),
          []
        );
        // A list that is none, and one with addresses of others.
        await page.evaluate(async () => {
          const name = (await caches.keys()).find((one) => one.startsWith('studyhall-pages'));
          const cache = await caches.open(name);
          const where = `${name.slice(16)}kept-by-the-worker`;
          for (const raw of [
            '{',
            '[]',
            '{"v":2}',
            '{"v":2,"pages":[],"courses":{}}',
            '{"v":2,"pages":{"https://evil.example/a.html":{"files":{}}, "x":null},"courses":{"javascript:alert(1)":{"title":"x"}, "__proto__":{"title":"y"}}}',
          ]) {
            await cache.put(where, new Response(raw));
            await new Promise((done) => {
              const channel = new MessageChannel();
              channel.port1.onmessage = (event) => {
                if (event.data.error || event.data.courses.length || event.data.pages) throw new Error(JSON.stringify(event.data));
                done();
              };
              navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ act: 'list' }, [channel.port2]));
            });
          }
        });
        await go('about.html');
        assert.ok(await keeps('about.html'));
      },
      {
        '/mail/inbox.html': app('inbox'),
        '/mail/': app('mail'),
        '/mail/a.js': { headers: { 'Content-Type': 'application/javascript' }, body: '1' },
      }
    ));

  test('another application’s worker for the same addresses is left as it is', async () => {
    const own = await host(build('default'), {
      '/other.js': { headers: { 'Content-Type': 'application/javascript' }, body: 'self.addEventListener("fetch", () => {})' },
      '/other.html': app('other', '<script src="/other-page.js"></script>'),
      '/other-page.js': {
        headers: { 'Content-Type': 'application/javascript' },
        body: 'window.ready = navigator.serviceWorker.register("/other.js").then(() => navigator.serviceWorker.ready)',
      },
    });
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${own.base}other.html`);
      await page.evaluate(() => window.ready.then(() => 1));
      await page.goto(`${own.base}about.html`);
      await page.waitForTimeout(3000);
      assert.match(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).active.scriptURL), /other\.js$/);
    } finally {
      await context.close();
      own.close();
    }
  });
});
