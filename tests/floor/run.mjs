// The sample site in Chrome 78, the oldest browser that pages promise to work in: node tests/floor/run.mjs OUTPUT
//
// The browser comes out of a package that carries it whole, with the libraries that it was built with. It has no driver in
// today's playwright-core, so it is steered by the puppeteer of its own time.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

import { serve } from '../browser/server.mjs';

const puppeteer = createRequire(import.meta.url)('puppeteer-core');
const output = process.argv[2];
const packed = (name) =>
  brotliDecompressSync(readFileSync(fileURLToPath(new URL(`node_modules/chrome-aws-lambda/bin/${name}`, import.meta.url))));
const work = mkdtempSync(join(tmpdir(), 'studyhall-floor-'));
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const COURSE = 'lessons/kaihao-zhibu-huiyi/';
const LESSON = `${COURSE}huiyi-jilu.html`;
const PAGES = [
  'index.html',
  `${COURSE}index.html`,
  LESSON,
  `${LESSON}#slides`,
  `${COURSE}huihou-luoshi.html`,
  `${COURSE}booklet.html`,
  'policies/huiyi-banfa.html',
  'news/index.html',
  'practice.html',
  'practice.html#day',
  'study.html',
  'search.html',
  'archive/index.html',
  '404.html',
];

let browser;
let server;
try {
  const program = join(work, 'chromium');
  writeFileSync(program, packed('chromium.br'));
  chmodSync(program, 0o755);
  execFileSync('tar', ['xf', '-', '-C', work], { input: packed('aws.tar.br') });
  server = await serve(output);
  browser = await puppeteer.launch({
    executablePath: program,
    args: ['--no-sandbox', '--single-process', '--no-zygote', '--disable-gpu', '--headless', '--allow-file-access-from-files'],
    env: { ...process.env, LD_LIBRARY_PATH: join(work, 'lib') },
  });
  assert.match(await browser.version(), /Chrome\/78\./);
  const trouble = [];
  const page = await browser.newPage();
  await page.setViewport({ width: 320, height: 640 });
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(message.text());
  });

  /** Waits until something is so on the page. */
  async function until(what, is, ...given) {
    for (let tries = 0; tries < 100; tries++) {
      const found = await page.evaluate(is, ...given);
      if (found) return found;
      await wait(100);
    }
    return assert.fail(`${page.url()}: ${what}`);
  }

  for (const base of [server.base, `${pathToFileURL(output)}/`]) {
    for (const path of PAGES) {
      await page.goto(base + path);
      await until('the choices of the header', () => document.querySelectorAll('.tools button').length === 2);
      await wait(300);
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        0,
        `${path} stands out`
      );
      // Without an address the page for what is not found may stand anywhere: it carries a style and a script, which this policy refuses,
      // and reads without both.
      const refused = (message) => path === '404.html' && /^Refused to (apply inline style|execute inline script)/.test(message);
      assert.deepEqual(
        trouble.splice(0).filter((message) => !refused(message)),
        [],
        path
      );
    }
    // Reading, answering, marking as read, searching.
    await page.goto(base + LESSON);
    await page.click('.tools button');
    await until('the panel', () => document.querySelector('.panel'));
    await page.evaluate(() =>
      Array.from(document.querySelectorAll('.panel button'))
        .find((one) => one.textContent === '特大')
        .click()
    );
    await until('the size', () => document.documentElement.dataset.size === 'xl');
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.querySelector('.quiz').scrollIntoView());
    await until('a question to answer', () => document.querySelector('.quiz .quiz-go'));
    await page.evaluate(() => {
      const card = document.querySelector('.quiz[data-type=single], .quiz[data-type=judge]');
      card.querySelectorAll('label')[Number(card.dataset.right) - 1].click();
      card.querySelector('.quiz-go').click();
    });
    await until('the verdict', () => /答对了/.test(document.body.textContent));
    await page.evaluate(() => document.querySelector('[data-hook=done]').scrollIntoView());
    await until('学完', () => {
      const button = Array.from(document.querySelectorAll('button')).find((one) => one.textContent === '学完这一讲');
      if (button) button.click();
      return !!button;
    });
    await page.goto(`${base}study.html`);
    await until('the record', () => /会议记录怎样写/.test(document.querySelector('main').textContent));
    await page.goto(`${base}search.html`);
    await page.focus('input[type=search]');
    await page.keyboard.type('会议记录');
    await until('results', () => document.querySelectorAll('[data-search-results][data-state=done] a').length > 3);
    assert.deepEqual(trouble, []);
  }
  console.log(`Chrome 78: ${PAGES.length} pages, from a server and from disk: fine`);
} finally {
  if (browser) await browser.close();
  if (server) server.close();
  rmSync(work, { recursive: true, force: true });
}
