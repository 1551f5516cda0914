// A site whose every field, text and setting was written by somebody who means harm, in Chromium: with a strict policy, and on a
// host that sends none. Nothing runs, nobody else is asked, no link leads where it does not say, and no place of the theme is taken.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { launch } from './browser.mjs';
import { PROGRAM, list } from './site.mjs';

/** What is put into every text. */
const TEXTS = [
  '"><img src=x onerror=alert(1)>',
  "'><script>alert(1)</script>",
  '</title></script><script>alert(1)</script>',
  ']]><script>alert(1)</script>',
  '--><svg onload=alert(1)>',
  '&lt;img src=x onerror=alert(1)&gt;',
  '`${alert(1)}`',
  '</textarea></template><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '{{ 7 * 7 }}{% include "x" %}',
  '</article></main></body></html><script>alert(1)</script>',
  '\u2028\u2029*/alert(1)//',
  '" onmouseover="alert(1)" x="',
];
/** Texts that break lines of calendar files, headers and feeds. */
const LINES = ['标题\\r\\nATTACH:https://evil.example/x\\r\\nBEGIN:VALARM', '标题\\nDESCRIPTION:x', '\\u0000\\u0007标题\\u001b[31m'];
const quote = (text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const raw = (text) => `"${text}"`;

/** The files of the site. */
function files() {
  const all = { 'site.yaml': '', 'content/x.jpg': null, 'content/x.mp3': null };
  let at = 0;
  const next = () => quote(TEXTS[at++ % TEXTS.length]);
  all['site.yaml'] =
    `title: ${next()}\nsubtitle: ${next()}\ndescription: ${next()}\nid: boese\nbase_url: "https://x.example/a'b/"\nlanguage: "zh\\"><script>alert(1)</script>"\norg:\n  name: ${next()}\n  short: ${next()}\n  contact: ${next()}\n  address: ${next()}\nfooter:\n  copyright: ${next()}\n  record: ${next()}\n  links:\n    - {title: ${next()}, url: "javascript:alert(1)"}\n    - {title: ${next()}, url: "//evil.example/"}\n    - {title: ${next()}, url: "https://ok.example/\\" onclick=\\"alert(1)"}\n    - {title: b, url: "a\\" onclick=\\"alert(1)"}\ncolumns:\n  - {path: news, title: ${next()}, icon: "x\\" onload=\\"alert(1)"}\n  - {path: lessons, title: ${next()}}\n`;
  TEXTS.forEach((text, number) => {
    const fields = (names) => names.map((name) => `${name}: ${next()}\n`).join('');
    const lists = (names) => names.map((name) => `${name}: [${next()}, ${next()}]\n`).join('');
    const common = `title: ${quote(text)}\n${fields(['subtitle', 'description', 'source'])}${lists(['tags', 'categories', 'keywords', 'author', 'photographer'])}review: {first: ${next()}, second: ${next()}, final: ${next()}}\nattachments:\n  - {file: /x.pdf, title: ${next()}}\n`;
    const body = BODIES(text, number);
    all[`content/lessons/k/l${number}.md`] =
      `---\n${common}${fields(['speaker', 'speaker_title', 'org', 'place'])}${lists(['objectives'])}audio: /x.mp3\ndate: 2026-03-0${(number % 9) + 1}\n---\n\n${body}`;
    all[`content/news/n${number}.md`] =
      `---\n${common}${fields(['place'])}date: 2026-04-0${(number % 9) + 1}\nalbum: [/x.png]\ncover: /x.png\nextra: {a: ${next()}}\n---\n\n${body}`;
    all[`content/notices/t${number}.md`] =
      `---\ntitle: ${number < LINES.length ? raw(LINES[number]) : quote(text)}\ndate: 2026-11-01\ndeadline: 2026-12-0${(number % 9) + 1}\ncontact: ${next()}\ndescription: ${number < LINES.length ? raw(LINES[number]) : next()}\n---\n\n${body}`;
    all[`content/policies/p${number}.md`] =
      `---\n${common}${fields(['issuer', 'doc_no', 'addressee', 'signer', 'cc', 'printed_by', 'category'])}based_on: [{title: ${next()}, doc_no: ${next()}}]\ndate_signed: 2026-01-01\noriginal_file: /x.pdf\n---\n\n${body}`;
    all[`content/branches/b${number}/_index.md`] =
      `---\ntitle: ${quote(text)}\n${fields(['short', 'parent', 'secretary', 'contact'])}---\n\n${body}`;
  });
  all['content/lessons/k/_index.md'] =
    `---\ntitle: ${next()}\nspeaker: ${next()}\nsingle_file: true\naliases: ["/old/<script>", "/old/x.html?\\"><script>", "/o'ld.html", "//evil.example/a.html", "/../../up.html", "/ok.html"]\n---\n\n正文\n`;
  all['content/glossary.yaml'] =
    `${TEXTS.map((text, number) => `- term: 词${number}\n  aliases: [${quote(`别${number}`)}]\n  text: ${quote(text)}\n`).join('')}- term: ${quote('<img src=x onerror=alert(1)>')}\n  text: x\n`;
  all['redirects.csv'] =
    `"/r/"">.html",/news/n0.md\n/r/<script>.html,/news/n1.md\n/r/ok.html,/news/n2.md\njavascript:alert(1),/news/n1.md\n`;
  all['content/about.md'] = `---\ntitle: 关于\n---\n\n${PLACES}`;
  return all;
}

/** Markdown and raw HTML around a text. */
function BODIES(text, number) {
  const inLine = text.replaceAll('\n', ' ');
  return `${inLine}

## ${inLine} 词${number} {#a"onclick=alert(1)}

### 题${number} {#x'y}

[${inLine}](javascript:alert(1)) [a](JaVaScRiPt:alert(1)) [b](&#106;avascript:alert(1)) [c](java\tscript:alert(1)) [d](<java script:alert(1)>) [e](data:text/html,<script>alert(1)</script>) [f](vbscript:x) [g](//evil.example/x "${inLine.replaceAll('"', '\\"')}") [h](\\\\evil.example\\x) [i](https://ok.example/"onclick="alert(1))

![${inLine}](/x.png "${inLine.replaceAll('"', '\\"')}") ![a](javascript:alert(1)) ![b](https://evil.example/x.png) ![c](data:image/svg+xml,<svg/onload=alert(1)>)

<javascript:alert(1)> <https://ok.example/?a="onclick=alert(1)> https://ok.example/"><img/src=x> www.ok.example/'onclick='x

<a href="javascript:alert(1)">1</a><a href=" &#x6A;avascript:alert(1)">2</a><a href="java&NewLine;script:alert(1)">3</a><a xlink:href="javascript:alert(1)">4</a><a href='x' onclick=alert(1) target=_blank ping=https://evil.example/ style="x">5</a>
<img src=x onerror=alert(1)><img src="https://evil.example/x.png"><img srcset="https://evil.example/y.png 2x" src="/x.png"><IMG """><SCRIPT>alert(1)</SCRIPT>">
<svg><script>alert(1)</script></svg><svg onload=alert(1)><math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<iframe src="javascript:alert(1)"></iframe><object data="x.html"></object><embed src=x><form action=https://evil.example/><input name=x><button formaction=javascript:alert(1)>x</button></form><base href=https://evil.example/><meta http-equiv=refresh content="0;url=https://evil.example/"><link rel=stylesheet href=https://evil.example/x.css>
<style>*{background:url(https://evil.example/x)}</style><div style="background:url(https://evil.example/x);position:fixed;inset:0">x</div><table background=https://evil.example/x><tr><td background="https://evil.example/y">x</td></tr></table>
<video src="https://evil.example/x.mp4" poster="https://evil.example/x.png" autoplay onloadstart=alert(1)></video><audio controls autoplay onplay=alert(1)><source src="javascript:alert(1)"><source src="https://evil.example/x.mp3" onerror=alert(1)></audio>
<details open ontoggle=alert(1)><summary>x</summary>x</details><p title='"><img src=x onerror=alert(1)>' id='"><script>alert(1)</script>' class='"><script>alert(1)</script>' lang='"onmouseover=alert(1)'>x</p><noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp><plaintext><!--><script>alert(1)</script>--><![CDATA[<script>alert(1)</script>]]><?x <script>alert(1)</script>?>

\`\`\`"><img/src=x/onerror=alert(1)>
</code></pre><script>alert(1)</script>
\`\`\`

$\\text{<img src=x onerror=alert(1)>}\\href{javascript:alert(1)}{x}$ $$\\html{<script>alert(1)</script>}$$

| ${inLine.replaceAll('|', '')} | b |
|---|---|
| <script>alert(1)</script> | ${inLine.replaceAll('|', '')} |

脚注[^"><img src=x onerror=alert(1)>] 和[^1]

[^1]: ${inLine}

::: 提示 ${inLine}
${inLine}
:::

::: 展开 ${inLine}
文
:::

::: 自测 单选
${inLine} 题 ${number}

- [ ] ${inLine}
- [x] <img src=x onerror=alert(1)>

解析：${inLine}
出处：#题${number}
:::

::: 自测 填空
空 ____ ${number}

答案：${inLine.replaceAll(';', '').replaceAll('；', '')}|"><img src=x onerror=alert(1)>
:::

::: 文字稿
[0:01] <script>alert(1)</script>
:::
`;
}

/** What would take the place of the theme's own parts. */
const PLACES = `
## Look

文

## Title

文

## Main

文

## Slides

文

## Pop

文

## 题 {#fn-1}

## 题 {#q1}

脚[^1]

[^1]: 注

::: 自测 判断
对。

答案：对
:::

<div class="slides">x</div><div class="panel">x</div><div class="said">x</div><div class="zoom">x</div><p class="state">x</p><div class="quiz" data-right="1" data-type="single">x</div><div id="look">x</div><div id="title">x</div><div id="main">x</div><div id="pop">x</div><a name="title">x</a><div data-hook="tools">x</div><p class="skip turn-next term">x</p><div class="al-c my-box slides">y</div><img src="/x.png" name="querySelector" id="getElementById"><div id="studyhall" data-parts>x</div>

[到 Look](#look) [到 Title](#title)
`;

const TYPES = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.png': 'image/png',
  '.xml': 'text/xml',
  '.ico': 'image/x-icon',
  '.mp3': 'audio/mpeg',
};

/** A host that sends this policy, or none. */
async function host(root, policy) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const file = join(root, normalize(path.endsWith('/') ? `${path}index.html` : path));
    if (policy) response.setHeader('Content-Security-Policy', policy);
    try {
      const body = readFileSync(file);
      response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404');
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

describe('a hostile site', () => {
  const work = mkdtempSync(join(tmpdir(), 'studyhall-hostile-'));
  const site = join(work, 'site');
  const root = join(work, 'output');
  let browser;
  let made;
  before(async () => {
    for (const [path, text] of Object.entries(files())) {
      mkdirSync(dirname(join(site, path)), { recursive: true });
      if (text !== null) writeFileSync(join(site, path), text);
    }
    const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    for (const [path, bytes] of [
      ['x.png', dot],
      ['x.pdf', '%PDF'],
      ['x.mp3', 'ID3'],
    ])
      writeFileSync(join(site, 'content', path), bytes);
    const run = spawnSync(
      PROGRAM,
      ['build', '--site', site, '--output', root, '--date', '2026-11-25', '--no-cache', '--keep-going', '--json'],
      { encoding: 'utf8', maxBuffer: 1 << 28 }
    );
    assert.ok(run.status === 0 || run.status === 1, `${run.status} ${run.stderr.slice(-2000)}`);
    assert.ok(!/panicked/.test(run.stderr), run.stderr.slice(-2000));
    made = list(root);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    rmSync(work, { recursive: true, force: true });
  });

  /** Opens a page and gathers what no page may do. */
  async function visit(context, base, path, act) {
    const page = await context.newPage();
    const wrong = [];
    page.on('dialog', async (dialog) => {
      wrong.push(`${path}: ran ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('pageerror', (error) => wrong.push(`${path}: script: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(base) && !/^(data|about|blob):/.test(request.url())) wrong.push(`${path}: asks for ${request.url()}`);
    });
    await page.goto(base + path);
    for (const what of await page.evaluate(look)) wrong.push(`${path}: ${what}`);
    if (act) await act(page, wrong);
    await page.close();
    return wrong;
  }

  /** Runs in the page: what no page may hold. */
  function look() {
    const wrong = [];
    const seen = new Set();
    for (const element of document.querySelectorAll('*')) {
      if (
        ['IFRAME', 'OBJECT', 'EMBED', 'FORM', 'BASE'].includes(element.tagName) &&
        !element.closest('.search, search, [role=search]') &&
        !(element.tagName === 'BASE' && /404/.test(location.pathname))
      )
        wrong.push(`<${element.localName}>`);
      if (
        element.tagName === 'SCRIPT' &&
        !/^(\.\.\/)*(assets|search|study)\//.test(element.getAttribute('src') ?? '') &&
        !/404\.html|-single\.html/.test(location.pathname)
      )
        wrong.push(`script ${element.outerHTML.slice(0, 80)}`);
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) wrong.push(`${element.localName} ${name}=${value}`);
        if (name === 'style' && !element.closest('.reading, .bar, .slide, .pop, .steps, .quiz'))
          wrong.push(`${element.localName} style=${value}`);
        if (
          /^(href|src|action|formaction|poster|background|ping|data|srcset)$/.test(name) &&
          /^[\s\0-\x1f]*(javascript|vbscript|data):/i.test(value) &&
          !/^data:image\/(png|gif|jpeg)/.test(value) &&
          !/-single\.html/.test(location.pathname)
        )
          wrong.push(`${element.localName} ${name}=${value.slice(0, 60)}`);
      }
      if (element.id) {
        if (seen.has(element.id)) wrong.push(`id ${element.id} twice`);
        seen.add(element.id);
      }
    }
    for (const link of document.querySelectorAll('a[href]')) {
      if (
        link.host !== location.host &&
        /^https?:$/.test(link.protocol) &&
        !/^https?:\/\//i.test(link.getAttribute('href')) &&
        !link.classList.contains('external')
      )
        wrong.push(`link ${link.getAttribute('href')} leads to ${link.host}`);
    }
    if (document.querySelectorAll('body').length !== 1 || document.querySelectorAll('main').length > 1)
      wrong.push('the frame of the page is broken');
    return wrong;
  }

  for (const policy of ["default-src 'self'", '']) {
    test(`nothing runs on any page, ${policy || 'without a policy'}`, async () => {
      const { base, close } = await host(root, policy);
      const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
      const wrong = [];
      // Pages of every kind; each text stands in each kind.
      // Old addresses lead on at once.
      const leadsOn = (path) => /http-equiv="?refresh/.test(readFileSync(join(root, path), 'utf8').slice(0, 2000));
      const pages = made.filter(
        (path) =>
          path.endsWith('.html') &&
          path !== '404.html' &&
          !leadsOn(path) &&
          (policy
            ? !/l\d+|n\d+|p\d+|t\d+/.test(path) || /[a-z]1?[0-9]\.html$/.test(path)
            : /[a-z](1|3|7|10)\.html$|index\.html$|^[a-z]+\.html$/.test(path))
      );
      assert.ok(pages.length > 30, `${pages.length}`);
      for (const path of pages.slice(0, 150)) wrong.push(...(await visit(context, base, path)));
      await context.close();
      close();
      assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} troubles on ${pages.length} pages`);
    });
  }

  test('a reader’s hands set nothing off', async () => {
    const { base, close } = await host(root, '');
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
    const wrong = [];
    for (const path of ['lessons/k/l0.html', 'lessons/k/l2.html', 'lessons/k/l12.html', 'news/n1.html', 'policies/p4.html']) {
      wrong.push(
        ...(await visit(context, base, path, async (page) => {
          await page.evaluate(() => scrollTo(0, 99999));
          for (const what of ['.term', '.footnote-ref a']) if (await page.locator(what).count()) await page.locator(what).first().hover();
          await page.waitForTimeout(300);
          const cards = page.locator('.quiz');
          for (let at = 0; at < (await cards.count()); at++) {
            await cards.nth(at).scrollIntoViewIfNeeded();
            await page.waitForTimeout(150);
            const label = cards.nth(at).locator('label').first();
            const blank = cards.nth(at).locator('input[type=text]');
            if (await label.count()) await label.click();
            if (await blank.count()) await blank.first().fill('<img src=x onerror=alert(1)>');
            const go = cards.nth(at).locator('.quiz-go');
            if ((await go.count()) && (await go.isEnabled())) await go.click();
          }
          const picture = page.locator('.text figure img, .album img').first();
          if (await picture.count()) {
            await picture.click();
            await page.waitForTimeout(150);
            await page.keyboard.press('Escape');
          }
          const done = page.getByRole('button', { name: '学完这一讲' });
          if (await done.count()) await done.click();
          await page.evaluate(() => {
            location.hash = '#slides';
          });
          await page.waitForTimeout(300);
          for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowRight');
        }))
      );
    }
    for (const path of ['study.html', 'practice.html#day', 'practice.html#week', 'index.html', 'lessons/k/index.html'])
      wrong.push(...(await visit(context, base, path, (page) => page.waitForTimeout(400))));
    for (const query of [
      'alert',
      'onerror',
      '<script>',
      '"><img src=x onerror=alert(1)>',
      '词1',
      'javascript',
      'img src',
      '__proto__',
      'constructor',
    ]) {
      wrong.push(
        ...(await visit(context, base, `search.html?q=${encodeURIComponent(query)}`, async (page) => {
          await page.locator('[data-search-results]:not([data-state=loading])').waitFor({ state: 'attached', timeout: 15000 });
          await page.waitForTimeout(250);
          await page.fill('[data-search] input', query.slice(0, 5));
          await page.waitForTimeout(250);
          const first = page.locator('[data-search-results] a').first();
          if (await first.count()) {
            await first.click();
            await page.waitForTimeout(250);
          }
        }))
      );
    }
    await context.close();
    close();
    assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} troubles`);
  });

  test('no text takes the place of a part of the theme', async () => {
    const { base, close } = await host(root, '');
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
    const wrong = await visit(context, base, 'about.html', async (page, wrong) => {
      const state = await page.evaluate(() => ({
        classes: Array.from(document.querySelectorAll('article.text [class]'))
          .flatMap((one) => Array.from(one.classList))
          .sort(),
        title: document.getElementById('title').localName,
        main: document.getElementById('main').localName,
        look: document.getElementById('look') && document.getElementById('look').localName,
        links: Array.from(document.querySelectorAll('article.text a[href^="#"]'))
          .filter((link) => link.textContent.startsWith('到 '))
          .map((link) => decodeURIComponent(link.hash)),
      }));
      if (state.title !== 'h1' || state.main !== 'main' || state.look) wrong.push(JSON.stringify(state));
      assert.deepEqual(state.links, ['#look-1', '#title-1']);
      assert.deepEqual(
        state.classes.filter((one) => /slides|panel|said|zoom|skip|term|state|turn/.test(one)),
        []
      );
      assert.ok(state.classes.includes('al-c') && state.classes.includes('my-box'));
      await page.getByRole('button', { name: '阅读设置' }).click();
      await page.getByRole('button', { name: '特大' }).waitFor();
      await page.keyboard.press('Escape');
      await page.evaluate(() => {
        location.hash = '#slides';
      });
      await page.locator('.slides[role=dialog]').waitFor();
    });
    await context.close();
    close();
    assert.deepEqual(wrong, []);
  });

  test('feeds, the map and calendars hold what they say and no more', async () => {
    const page = await browser.newPage();
    for (const path of made.filter((one) => one.endsWith('.xml'))) {
      const problem = await page.evaluate(
        (text) => {
          const feed = new DOMParser().parseFromString(text, 'application/xml');
          const error = feed.querySelector('parsererror');
          const links = Array.from(feed.querySelectorAll('link'))
            .map((link) => link.getAttribute('href'))
            .filter((href) => href && !href.startsWith("https://x.example/a'b/"));
          return error ? error.textContent : links.join(' ');
        },
        readFileSync(join(root, path), 'utf8')
      );
      assert.equal(problem, '', path);
    }
    const calendars = made.filter((one) => one.endsWith('.ics'));
    assert.ok(calendars.length > 5);
    for (const path of calendars) {
      const text = readFileSync(join(root, path), 'utf8');
      assert.ok(!/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text), path);
      const lines = text
        .replace(/\r\n[ \t]/g, '')
        .split('\r\n')
        .filter(Boolean);
      assert.ok(
        lines.every((line) => !/[\r\n]/.test(line)),
        `${path}: a bare line end`
      );
      assert.deepEqual(
        lines.filter((line) => /^(ATTACH|ORGANIZER|ATTENDEE)/i.test(line)),
        [],
        path
      );
      assert.deepEqual(
        lines.filter((line) => /^BEGIN:/.test(line)),
        ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'BEGIN:VALARM'],
        path
      );
    }
    await page.close();
  });

  test('old addresses lead where the table says, and nowhere else', () => {
    const alias = readFileSync(join(root, 'ok.html'), 'utf8');
    assert.match(alias, /lessons\/k\/index\.html/);
    assert.deepEqual(
      made.filter((path) => !/^[a-z0-9_-][a-z0-9._/-]*$/.test(path) || /\.\.|\/\//.test(path)),
      []
    );
  });

  test('words for other sites that show a link are the page’s own', async () => {
    const context = await browser.newContext();
    const { base, close } = await host(root, "default-src 'self'");
    const page = await context.newPage();
    for (const path of ['lessons/k/l0.html', 'news/n2.html', 'notices/t0.html', 'policies/p12.html']) {
      await page.goto(base + path);
      const tags = await page.evaluate(() =>
        Array.from(document.head.querySelectorAll('meta')).map((one) => [
          one.getAttribute('property') || one.name,
          one.content,
          one.httpEquiv,
        ])
      );
      assert.ok(
        tags.every(([, , equiv]) => !equiv),
        path
      );
      const [title, url] = ['og:title', 'og:url'].map((name) => tags.filter(([one]) => one === name).map(([, value]) => value));
      assert.equal(title.length, 1, path);
      assert.equal(title[0].trim(), (await page.locator('h1').innerText()).trim() && title[0].trim());
      assert.ok(url.length === 1 && url[0].startsWith("https://x.example/a'b/"), `${path} ${url}`);
    }
    await context.close();
    close();
  });
});
