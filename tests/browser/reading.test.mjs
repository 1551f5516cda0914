// What reads badly in one place only: the page for what is not found at a deep address, details on paper, line art in the dark.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { launch } from './browser.mjs';
import { PROGRAM } from './site.mjs';

const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'application/javascript', '.png': 'image/png' };
const FOLDER = '/xuetang/';
/** A black line on nothing, 2 by 1 pixels. */
const LINE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAD0lEQVR4nGNgYGD4D8QMAAUEAQCwBUiSAAAAAElFTkSuQmCC', 'base64');

let browser;
let root;
const work = mkdtempSync(join(tmpdir(), 'studyhall-reading-'));
before(async () => {
  const site = join(work, 'site');
  mkdirSync(join(site, 'content/news'), { recursive: true });
  writeFileSync(join(site, 'site.yaml'), 'title: 测试\n');
  writeFileSync(
    join(site, 'content/news/a.md'),
    '# 甲\n\n![图](line.png)\n\n<details><summary>附表</summary>\n\n折叠里的字\n\n</details>\n\n::: 自测 判断\n对。\n\n答案：对\n解析：答案里的字\n:::\n'
  );
  writeFileSync(join(site, 'content/news/line.png'), LINE);
  root = join(work, 'output');
  execFileSync(PROGRAM, ['build', '--site', site, '--output', root, '--date', '2026-11-25', '--no-cache', '--quiet']);
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
});

/** A host that shows `404.html` at every address that is none, as `error_page` and `ErrorDocument` do. */
async function host(policy) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (policy) response.setHeader('Content-Security-Policy', policy);
    try {
      if (!path.startsWith(FOLDER)) throw new Error('not ours');
      const body = readFileSync(join(root, path.slice(FOLDER.length)));
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end(readFileSync(join(root, '404.html')));
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://127.0.0.1:${server.address().port}${FOLDER}`, close: () => server.close() };
}

describe('the page for what is not found, without a public address', () => {
  for (const path of ['x.html', 'a/b/c/x.html', 'news/2026/', 'a/b/c/d/e/f/']) {
    test(`finds the top of the site from ${path}`, async () => {
      const { base, close } = await host();
      const page = await browser.newPage();
      await page.goto(base + path);
      await page.waitForFunction(
        () =>
          getComputedStyle(document.querySelector('.doors')).position === 'fixed' ||
          getComputedStyle(document.querySelector('.side')).position !== 'static'
      );
      const links = await page.locator('main a').evaluateAll((all) => all.map((link) => link.href));
      assert.ok(links.includes(`${base}index.html`) && links.every((link) => link.startsWith(base)), links.join(' '));
      await page.getByRole('button', { name: '阅读设置' }).waitFor();
      assert.equal(await page.locator('style').count(), 0, 'its own few lines of style are gone');
      await page.close();
      close();
    });
  }

  test('reads where a policy or a reader lets no script run', async () => {
    const strict = await host("default-src 'self'");
    const plain = await host();
    for (const [base, javaScriptEnabled] of [
      [strict.base, true],
      [plain.base, false],
    ]) {
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(`${base}a/b/x.html`);
      assert.match(await page.locator('main').innerText(), /没有找到[\s\S]*首页/);
      await context.close();
    }
    strict.close();
    plain.close();
  });
});

test('what is folded by hand is printed open, answers are not', async () => {
  const { base, close } = await host();
  const page = await browser.newPage();
  await page.goto(`${base}news/a.html`);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.ok(await page.locator('.text details:not(.quiz-answer)').evaluate((one) => one.open));
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.ok(!(await page.locator('.text details:not(.quiz-answer)').evaluate((one) => one.open)));
  const pdf = join(work, 'page.pdf');
  await page.pdf({ path: pdf });
  const text = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });
  assert.match(text, /折叠里的字/);
  assert.doesNotMatch(text, /答案里的字/);
  await page.close();
  close();
});

test('line art on no ground can be seen in the dark', async () => {
  const { base, close } = await host();
  for (const [colorScheme, ground] of [
    ['dark', 'rgb(243, 238, 227)'],
    ['light', 'rgba(255, 255, 255, 0)'],
  ]) {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await page.goto(`${base}news/a.html`);
    assert.equal(
      await page
        .locator('.text img')
        .first()
        .evaluate((one) => getComputedStyle(one).backgroundColor),
      ground,
      colorScheme
    );
    await context.close();
  }
  close();
});
