// One page per template as readers see it: four screens, light, dark and paper, large letters, with and without scripts, over
// HTTP and from disk, by eye and by ear.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { launch } from './browser.mjs';
import { serve } from './server.mjs';
import { shape } from './shape.mjs';
import { THEMES, build, list, samples } from './site.mjs';

const SCREENS = [
  [320, 640],
  [360, 740],
  [768, 1024],
  [1280, 800],
  [1920, 1080],
];
const LIGHTS = ['light', 'dark'];
/** What a reader may choose, as the attributes of the root element that a script sets: docs/themes.md. */
const LOOKS = {
  light: { theme: 'light' },
  dark: { theme: 'dark' },
  paper: { theme: 'paper' },
  'large letters': { size: 'xl', large: '' },
};
/** Where pages are made public in these tests: codes and posters come with an address. */
const PUBLIC = ['--base-url', 'https://study.example/xuetang/'];
/** How much of the screen may move while a page loads, as browsers count it. */
const SHIFT = 0.02;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Those of them that a choice of colours or of letters can break. */
const LOOK_RULES = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What a lesson may weigh at the first visit, without its pictures. */
const LESSON_BYTES = 64 * 1024;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Runs in the browser: what the reader's script does with a choice. */
function choose(look) {
  for (const name of ['theme', 'size', 'large']) {
    if (look[name] === undefined) document.documentElement.removeAttribute(`data-${name}`);
    else document.documentElement.setAttribute(`data-${name}`, look[name]);
  }
}

/** Runs in the browser: what can be pressed and is lower than it may be. Links in running text are as high as their line. */
function targets(least) {
  const small = [];
  for (const element of document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')) {
    if (
      !element.checkVisibility() ||
      element.closest('.unseen, .skip, .text, .state, .foot p, .facts, .titles, .poster, .lede, .book-toc, .ledger')
    )
      continue;
    const box = element.getBoundingClientRect();
    let { height } = box;
    // A target may reach beyond its letters.
    const around = getComputedStyle(element, '::after');
    if (around.content !== 'none' && around.position === 'absolute') height = Math.max(height, parseFloat(around.height) || 0);
    if (height > 0 && height < least - 0.5) small.push(`${Math.round(height)} px: ${element.outerHTML.slice(0, 100)}`);
  }
  return small;
}

/**
 * Runs in the browser: text of the main part that cannot be seen though every fold is open. Page numbers may
 * give way, and so may what only a script would answer.
 */
function unseen() {
  for (const fold of document.querySelectorAll('details')) fold.open = true;
  const lost = [];
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('nav, form, button, math, audio, video, script, noscript, template, .unseen, .print-only'))
      continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      lost.push(`${element.localName}: ${node.data.trim().slice(0, 40)}`);
  }
  return lost;
}

for (const theme of THEMES) {
  describe(`pages, theme ${theme}`, () => {
    let server;
    let bare;
    let pages;
    let root;
    // The second theme has the same bones: there only what its colours and letters can spoil is looked at again.
    const first = theme === THEMES[0];
    before(async () => {
      root = build(theme, `${theme}-public`, ...PUBLIC);
      server = await serve(root);
      bare = await serve(build(theme));
      pages = samples(list(root));
    });
    after(() => {
      server.close();
      bare.close();
    });

    /** Opens each sample page in one context and gathers what `look` finds wrong. */
    async function each({ from, ...options }, look) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const wrong = [];
      const disk = pathToFileURL(`${root}/`).href;
      for (const [template, path] of pages) {
        // A course as one file is for disks: the policy of the test's server forbids the styles in it.
        // The page for what is not found takes everything from the public address, which is nowhere here.
        const host = template === '404' ? bare.base : server.base;
        await page.goto((from === 'disk' || template === 'single' ? disk : host) + path);
        for (const what of await look(page, template)) wrong.push(`${template} (${path}): ${what}`);
      }
      await context.close();
      return wrong;
    }

    for (const javaScriptEnabled of first ? [true, false] : [true]) {
      test(`fits every screen, light and dark, scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
        const wrong = await each({ javaScriptEnabled }, async (page) => {
          const found = [];
          for (const [width, height] of SCREENS) {
            for (const colorScheme of LIGHTS) {
              await page.setViewportSize({ width, height });
              await page.emulateMedia({ colorScheme });
              for (const what of await page.evaluate(shape)) found.push(`${width}×${height} ${colorScheme}: ${what}`);
            }
          }
          return found;
        });
        assert.deepEqual(wrong.slice(0, 30), [], `${wrong.length} troubles`);
      });
    }

    test('large letters fit the smallest phone, over HTTP and from disk', async () => {
      for (const from of first ? ['host', 'disk'] : ['disk']) {
        const wrong = await each({ from, viewport: { width: 320, height: 640 } }, async (page) => {
          await page.evaluate(choose, { size: 'xl', large: '' });
          return page.evaluate(shape);
        });
        assert.deepEqual(wrong, [], from);
      }
    });

    test('the reader’s choice is what shows', async () => {
      const found = await each({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' }, async (page) => {
        const seen = [];
        for (const look of ['light', 'dark', 'paper']) {
          await page.evaluate(choose, { theme: look });
          seen.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        }
        const sizes = [];
        for (const size of ['s', 'm', 'l', 'xl']) {
          await page.evaluate(choose, { size });
          sizes.push(await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)));
        }
        const wrong = new Set(seen).size === 3 ? [] : [`grounds ${seen}`];
        if (String(sizes) !== '16,17,22,30') wrong.push(`sizes ${sizes}`);
        return wrong;
      });
      assert.deepEqual(found, []);
    });

    if (first)
      test('nothing moves while a page loads', async () => {
        const wrong = await each({ viewport: { width: 360, height: 740 } }, async (page) => {
          const moved = await page.evaluate(
            () =>
              new Promise((done) => {
                let sum = 0;
                const observer = new PerformanceObserver((list) => {
                  for (const entry of list.getEntries()) sum += entry.value;
                });
                observer.observe({ type: 'layout-shift', buffered: true });
                setTimeout(() => done(sum), 250);
              })
          );
          return moved > SHIFT ? [`moved by ${moved}`] : [];
        });
        assert.deepEqual(wrong, []);
      });

    test('every target is large enough for a thumb in 大字版', async () => {
      const wrong = await each({ viewport: { width: 360, height: 740 } }, async (page) => {
        await page.evaluate(choose, { large: '' });
        return page.evaluate(targets, 44);
      });
      assert.deepEqual(wrong.slice(0, 30), [], `${wrong.length} small targets`);
    });

    test('everything can be read with scripts off', async () => {
      const options = { viewport: { width: 360, height: 740 }, javaScriptEnabled: false };
      assert.deepEqual(await each(options, (page) => page.evaluate(unseen)), []);
    });

    test('WCAG 2.2 AA in every look', async () => {
      const wrong = await each({ viewport: { width: 360, height: 740 } }, async (page) => {
        const found = [];
        // What is folded counts as well.
        await page.evaluate(() =>
          document.querySelectorAll('details').forEach((fold) => {
            fold.open = true;
          })
        );
        await page.evaluate(axe);
        for (const [name, look] of Object.entries(LOOKS)) {
          await page.evaluate(choose, look);
          // What a page is made of is the same in every look: all rules are asked once.
          const runOnly = name === 'light' ? { type: 'tag', values: RULES } : { type: 'rule', values: LOOK_RULES };
          const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), {
            runOnly,
            resultTypes: ['violations'],
          });
          found.push(
            ...violations.flatMap((rule) =>
              rule.nodes.map(
                (node) => `${name}: ${rule.id}: ${node.html.slice(0, 120)}: ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 200)}`
              )
            )
          );
        }
        return found;
      });
      assert.deepEqual(wrong.slice(0, 30), [], `${wrong.length} violations`);
    });

    test('a lesson is light', async () => {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
      const page = await context.newPage();
      let bytes = 0;
      page.on('response', async (response) => {
        if (response.request().resourceType() !== 'image') bytes += Number((await response.body()).length);
      });
      const [, path] = pages.find(([template]) => template === 'lesson');
      await page.goto(server.base + path, { waitUntil: 'networkidle' });
      await context.close();
      assert.ok(bytes > 0 && bytes <= LESSON_BYTES, `${bytes} bytes`);
    });
  });
}
