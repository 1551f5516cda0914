// Paper: a policy by GB/T 9704, lessons, booklets and posters, printed to PDF and measured in millimetres.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { launch } from './browser.mjs';
import { PROGRAM } from './site.mjs';

const MM = 72 / 25.4;
/** DOMAIN: 22 lines of 28 characters in 156 by 225 mm, margins 37 above and 28 at the left. */
const LINE = 225 / 22;

const work = mkdtempSync(join(tmpdir(), 'studyhall-print-'));
after(() => rmSync(work, { recursive: true, force: true }));

// Two thousand different characters without a mark, so that nothing but the grid decides where lines break.
const letters = Array.from({ length: 2000 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7) % 5000))).join('');
const FILES = {
  'site.yaml': 'title: 测试\nbase_url: https://dj.example.edu.cn/xt/\n',
  'content/policies/a.md': `---
title: 关于印发会议办法的通知
issuer: 中共青禾大学委员会
doc_no: 青党发〔2025〕14号
addressee: 各党总支
date_signed: 2025-09-01
cc: 校内各部门
printed_by: 青禾大学党委办公室
printed_on: 2025-09-02
attachments: [表.txt]
---

${letters}

## 一、总则

### （一）缘由

第二段。
`,
  'content/policies/表.txt': '表\n',
  'content/lessons/k/_index.md': '---\ntitle: 开好会\n---\n\n介绍。\n',
  'content/lessons/k/a.md': `---\ntitle: 会前\nspeaker: 书记\n---\n\n## 一、定议题\n\n${'会议应当有准备。'.repeat(200)}\n\n| ${'列 | '.repeat(12)}\n|${'---|'.repeat(12)}\n| ${'内容较长的格 | '.repeat(12)}\n`,
  'content/lessons/k/b.md': '---\ntitle: 会后\n---\n\n## 一、落实\n\n正文。\n',
};

/** What pdftotext says: pages with their size and lines, each with its box and text, in millimetres. */
function read(pdf) {
  const text = execFileSync('pdftotext', ['-bbox-layout', pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return text
    .split('<page ')
    .slice(1)
    .map((part) => {
      const size = /width="([\d.]+)" height="([\d.]+)"/.exec(part);
      const lines = [...part.matchAll(/<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([\s\S]*?)<\/line>/g)].map(
        (found) => {
          const [left, top, right, bottom] = found.slice(1, 5).map((value) => Number(value) / MM);
          const words = [...found[5].matchAll(/>([^<]+)<\/word>/g)].map((word) => word[1]).join('');
          return { left, top, right, bottom, text: words };
        }
      );
      return { width: Number(size[1]) / MM, height: Number(size[2]) / MM, lines: lines.sort((a, b) => a.top - b.top) };
    });
}

const RED = (r, g, b) => r > 150 && g < 90 && b < 90;
const BLACK = (r, g, b) => r < 120 && g < 120 && b < 120;

/** Where a page of a PDF has ink of a colour: stripes from top to bottom, a gap of half a millimetre apart, in millimetres. */
function stripes(pdf, page, is) {
  const dots = 200;
  const name = join(work, 'page');
  execFileSync('pdftoppm', ['-r', String(dots), '-f', String(page), '-l', String(page), '-singlefile', pdf, name]);
  const bytes = readFileSync(`${name}.ppm`);
  const [head, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString('latin1'));
  const mm = (at) => (at / dots) * 25.4;
  const found = [];
  for (let y = 0; y < height; y += 1) {
    let [first, last] = [-1, -1];
    for (let x = 0; x < width; x += 1) {
      const at = head.length + 3 * (y * width + x);
      if (!is(bytes[at], bytes[at + 1], bytes[at + 2])) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first < 0) continue;
    const stripe = found.at(-1);
    if (stripe && mm(y) - stripe.bottom < 0.5) {
      stripe.bottom = mm(y + 1);
      stripe.left = Math.min(stripe.left, mm(first));
      stripe.right = Math.max(stripe.right, mm(last + 1));
    } else {
      found.push({ top: mm(y), bottom: mm(y + 1), left: mm(first), right: mm(last + 1) });
    }
  }
  return found.map((stripe) => ({ ...stripe, middle: (stripe.top + stripe.bottom) / 2 }));
}

const near = (found, wanted, what, by = 1) =>
  assert.ok(Math.abs(found - wanted) <= by, `${what}: ${found.toFixed(2)} mm, expected ${wanted.toFixed(2)}`);

describe('paper', () => {
  const pdfs = {};
  let browser;
  before(async () => {
    for (const [path, text] of Object.entries(FILES)) {
      const file = join(work, 'site', path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
    }
    execFileSync(PROGRAM, [
      'build',
      '--site',
      join(work, 'site'),
      '--output',
      join(work, 'out'),
      '--date',
      '2026-11-23',
      '--no-cache',
      '--quiet',
    ]);
    browser = await launch();
    // Whatever the reader's screen looks like, paper is printed in ink.
    const page = await browser.newPage({ colorScheme: 'dark' });
    for (const path of ['policies/a', 'lessons/k/a', 'lessons/k/booklet', 'lessons/k/a-poster']) {
      await page.goto(pathToFileURL(join(work, 'out', `${path}.html`)).href);
      const file = join(work, `${path.replaceAll('/', '-')}.pdf`);
      await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
      pdfs[path] = file;
    }
  });
  after(() => browser.close());

  test('all of it is A4', () => {
    for (const pdf of Object.values(pdfs)) {
      for (const { width, height } of read(pdf)) {
        near(width, 210, 'width');
        near(height, 297, 'height');
      }
    }
  });

  test('a policy has 22 lines of 28 characters in 156 by 225 mm', () => {
    const pages = read(pdfs['policies/a']);
    const inner = pages[1].lines.filter((line) => !/^—/.test(line.text));
    assert.equal(inner.length, 22, inner.map((line) => line.text).join('\n'));
    for (const line of inner) {
      assert.equal(line.text.length, 28, line.text);
      near(line.left, 28, 'left edge');
      near(line.right, 184, 'right edge');
    }
    near((inner[21].top - inner[0].top) / 21, LINE, 'line pitch', 0.05);
    // By their ink, since a font's own box says little of where its letters stand in it.
    const ink = stripes(pdfs['policies/a'], 2, BLACK);
    assert.equal(ink.length, 23, 'lines of ink, the page number among them');
    near(ink[0].middle, 37 + LINE / 2, 'first line');
    near(ink[21].middle, 37 + 225 - LINE / 2, 'last line');
  });

  test('a policy has its parts where the standard puts them', () => {
    const [first, ...rest] = read(pdfs['policies/a']);
    const line = (shape) => first.lines.find(({ text }) => shape.test(text)) ?? assert.fail(`no line ${shape}`);
    const centre = ({ left, right }) => (left + right) / 2;
    for (const shape of [/文件$/, /14号$/, /^关于印发/]) near(centre(line(shape)), 28 + 78, `middle of ${shape}`);
    near(line(/^各党总支/).left, 28, 'addressee');
    near(line(/^一万/).left, 28 + (2 * 156) / 28, 'indent');
    const [head, rule] = stripes(pdfs['policies/a'], 1, RED);
    near(head.top, 37 + 35, 'top of the red head');
    near(rule.left, 28, 'red rule, left');
    near(rule.right, 184, 'red rule, right');
    const [number, title, to, text] = stripes(pdfs['policies/a'], 1, BLACK);
    near(number.middle - head.bottom, 2.5 * LINE, 'from the red head to the number: two lines are left free', 2);
    near(rule.top - (number.middle + 2.8), 4 + (LINE - 5.6) / 2, 'from the number to the red rule');
    near(title.middle - rule.bottom, 2 * LINE + 12.5 / 2, 'from the red rule to the title');
    near(to.middle - title.middle, 12.5 / 2 + LINE + LINE / 2, 'from the title to whom it is for');
    near(text.middle - to.middle, LINE, 'and on to the text');
    // Page numbers: outside, seven millimetres below the text, between dashes.
    const numbers = [first, ...rest].map(({ lines }) => lines.find(({ text }) => /^—\d+—$/.test(text)) ?? assert.fail('no page number'));
    numbers.forEach((found, at) => {
      const outer = at % 2 === 0 ? 184 - found.right : found.left - 28;
      near(outer, (14 / 72) * 25.4, 'page number, from the edge');
      const ink = stripes(pdfs['policies/a'], at + 1, BLACK).at(-1);
      near(ink.middle, 262 + 7 + (7 / 72) * 25.4, 'page number, below the text');
    });
    const all = rest.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n');
    assert.match(all, /附件：表/);
    assert.match(all, /抄送：校内各部门/);
    assert.doesNotMatch(all, /TXT|分享|首页/);
    const last = rest.at(-1).lines;
    const [who, when] = [/^中共青禾大学委员会$/, /^2025年9月1日$/].map((shape) => last.find(({ text }) => shape.test(text)));
    near(when.left - who.left, (2 * 156) / 28, 'the date begins two characters behind the name');
    near(who.right, 184 - (2 * 156) / 28, 'two characters are left free at the right');
  });

  test('a lesson prints its text and nothing to press', () => {
    const pages = read(pdfs['lessons/k/a']);
    const all = pages.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n');
    assert.match(all, /会议应当有准备/);
    assert.match(all, /https:\/\/dj\.example\.edu\.cn\/xt\/lessons\/k\/a\.html/);
    assert.doesNotMatch(all, /首页|栏目|分享本页|下一讲|跳到正文/);
    for (const { lines } of pages) {
      for (const { left, right, text } of lines) assert.ok(left >= 21 && right <= 189, `${text}: from ${left} to ${right}`);
    }
  });

  test('a booklet begins with its contents, and each lesson with a page', () => {
    const pages = read(pdfs['lessons/k/booklet']).map(({ lines }) => lines.map(({ text }) => text));
    assert.match(pages[0].join('\n'), /开好会/);
    assert.match(pages[1].join('\n'), /目录[\s\S]*会前[\s\S]*会后/);
    const begins = pages.map((lines) => lines.findIndex((text) => /^第\d讲$/.test(text)));
    assert.deepEqual(begins.slice(2).filter((at) => at === 0).length, 2, JSON.stringify(pages.map((lines) => lines[0])));
    assert.equal(pages[2][1], '会前');
  });

  test('a poster is one sheet with its code', () => {
    const pages = read(pdfs['lessons/k/a-poster']);
    assert.equal(pages.length, 1);
    const all = pages[0].lines.map(({ text }) => text).join('\n');
    assert.match(all, /会前/);
    assert.match(all, /lessons\/k\/a\.html/);
    const images = execFileSync('pdfimages', ['-list', pdfs['lessons/k/a-poster']], { encoding: 'utf8' }).trim().split('\n').slice(2);
    assert.ok(images.length >= 1, 'no picture');
  });
});
