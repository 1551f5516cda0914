// Passing a page on: the code says the page's address, the button copies it, and without scripts the text can be marked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { launch, watched } from './browser.mjs';
import { serve } from './server.mjs';
import { build, list } from './site.mjs';

const BASE = 'https://study.example/xuetang/';
const LESSON = 'lessons/kaihao-zhibu-huiyi/huiyi-jilu';
const decoder = readFileSync(createRequire(import.meta.url).resolve('jsqr/dist/jsQR.js'), 'utf8');

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

describe('passing a page on', () => {
  let root;
  let files;
  let server;
  let bare;
  before(async () => {
    root = build('default', 'default-public', '--base-url', BASE);
    files = list(root);
    server = await serve(root);
    bare = await serve(build('default'));
  });
  after(() => {
    server.close();
    bare.close();
  });

  test('every code is the address of a page that is there', async () => {
    const page = await browser.newPage();
    await page.evaluate(decoder);
    const codes = files.filter((file) => file.endsWith('-qr.png'));
    assert.ok(codes.length > 50, `${codes.length} codes`);
    for (const file of codes) {
      const read = await page.evaluate(
        async (data) => {
          const image = new Image();
          image.src = data;
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
          const pen = canvas.getContext('2d');
          pen.drawImage(image, 0, 0);
          return globalThis.jsQR(pen.getImageData(0, 0, image.width, image.height).data, image.width, image.height)?.data;
        },
        `data:image/png;base64,${readFileSync(join(root, file)).toString('base64')}`
      );
      assert.equal(read, BASE + file.replace(/-qr\.png$/, '.html'));
      assert.ok(files.includes(file.replace(/-qr\.png$/, '.html')), file);
    }
    await page.close();
  });

  test('the button copies title and address, with the clipboard and without', async () => {
    for (const allowed of [true, false]) {
      const context = await browser.newContext(allowed ? { permissions: ['clipboard-read', 'clipboard-write'] } : {});
      // Over plain HTTP there is no clipboard object at all.
      if (!allowed) await context.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
      const { page, trouble } = await watched(context, server.base);
      await page.addInitScript(() =>
        document.addEventListener('copy', () => {
          globalThis.copied = String(getSelection());
        })
      );
      await page.goto(`${server.base}${LESSON}.html`);
      await page.click('.share summary');
      await page.click('[data-share-copy]');
      await page.waitForFunction(() => document.querySelector('[data-share-says]').textContent === '已复制');
      const copied = await page.evaluate((may) => (may ? navigator.clipboard.readText() : globalThis.copied), allowed);
      assert.equal(copied.trim(), `会议记录怎样写，才经得起翻看 ${BASE}${LESSON}.html`);
      assert.deepEqual(trouble, []);
      await context.close();
    }
  });

  test('a phone that refuses to copy is told what to do, and the text is marked', async () => {
    const context = await browser.newContext();
    await context.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.execCommand = () => {
        throw new Error('refused');
      };
    });
    const page = await context.newPage();
    await page.goto(`${server.base}${LESSON}.html`);
    await page.click('.share summary');
    await page.click('[data-share-copy]');
    assert.match(await page.textContent('[data-share-says]'), /长按/);
    assert.match(await page.evaluate(() => String(getSelection())), /会议记录怎样写[\s\S]*huiyi-jilu\.html/);
    await context.close();
  });

  test('without a public address the page’s own place is copied, and on a disk there is nothing to pass on', async () => {
    const page = await browser.newPage();
    await page.goto(`${bare.base}${LESSON}.html?q=x#y`);
    assert.equal((await page.textContent('[data-share-text]')).trim(), `会议记录怎样写，才经得起翻看 ${bare.base}${LESSON}.html`);
    assert.ok(await page.isVisible('.share'));
    await page.goto(pathToFileURL(join(build('default'), `${LESSON}.html`)).href);
    assert.ok(await page.isHidden('.share'));
    await page.close();
  });

  test('without scripts title and address stand there to be marked', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.base}${LESSON}.html`);
    await page.click('.share summary');
    assert.ok(await page.isVisible('[data-share-text]'));
    assert.ok(await page.isVisible('.share-code'));
    assert.ok(await page.isHidden('[data-share-copy]'));
    await page.goto(`${bare.base}${LESSON}.html`);
    assert.ok(await page.isHidden('.share'));
    await context.close();
  });

  test('the course as one file is read from a disk with nothing beside it', async () => {
    const file = files.find((name) => name.endsWith('-single.html'));
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 360, height: 740 } });
      const { page, trouble } = await watched(context, pathToFileURL(join(root, file)).href);
      await page.goto(pathToFileURL(join(root, file)).href);
      await page.click('.book-toc a[href="#l3"]');
      const title = page.locator('#l3');
      assert.ok(await title.isVisible());
      const top = await title.evaluate((heading) => heading.getBoundingClientRect().top);
      assert.ok(top >= 0 && top < 300, `the lesson stands at ${top} px`);
      assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgba(0, 0, 0, 0)');
      assert.deepEqual(trouble, []);
      await context.close();
    }
  });
});
