// One page per template as readers see it: four screens, light and dark, with and without scripts, by eye and by ear.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { launch } from './browser.mjs';
import { serve } from './server.mjs';
import { THEMES, build, list, samples } from './site.mjs';

const SCREENS = [[320, 640], [360, 740], [768, 1024], [1280, 800]];
const LIGHTS = ['light', 'dark'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What a lesson may weigh at the first visit, without its pictures. */
const LESSON_BYTES = 60 * 1024;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Runs in the browser: what is wrong with the page's shape on this screen. */
function shape() {
  const wrong = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const limit = document.documentElement.clientWidth;
    const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
    const by = [...document.body.querySelectorAll('*')].find((e) => e.getBoundingClientRect().right > limit + 1 && !scrolls(e));
    wrong.push(`scrolls sideways by ${wide} px: ${by?.outerHTML.slice(0, 120)}`);
  }
  const count = (selector) => document.querySelectorAll(selector).length;
  if (count('h1') !== 1) wrong.push(`${count('h1')} h1`);
  if (count('article') > 1) wrong.push(`${count('article')} articles`);
  if (count('main') !== 1) wrong.push(`${count('main')} main`);
  return wrong;
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
    if (!node.data.trim() || element.closest('nav, form, button, math, audio, video, script, noscript, template, .unseen')) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) lost.push(`${element.localName}: ${node.data.trim().slice(0, 40)}`);
  }
  return lost;
}

for (const theme of THEMES) {
  describe(`pages, theme ${theme}`, () => {
    let server, pages;
    before(async () => {
      const root = build(theme);
      server = await serve(root);
      pages = samples(list(root));
    });
    after(() => server.close());

    /** Opens each sample page in one context and gathers what `look` finds wrong. */
    async function each(options, look) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const wrong = [];
      for (const [template, path] of pages) {
        await page.goto(server.base + path);
        for (const what of await look(page, template)) wrong.push(`${template} (${path}): ${what}`);
      }
      await context.close();
      return wrong;
    }

    test('fits every screen, light and dark', async () => {
      const wrong = await each({}, async (page) => {
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

    test('large letters fit a small phone', async () => {
      const wrong = await each({ viewport: { width: 360, height: 740 } }, async (page) => {
        await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
        return page.evaluate(shape);
      });
      assert.deepEqual(wrong, []);
    });

    test('everything can be read with scripts off', async () => {
      const options = { viewport: { width: 360, height: 740 }, javaScriptEnabled: false };
      assert.deepEqual(await each(options, (page) => page.evaluate(unseen)), []);
    });

    for (const colorScheme of LIGHTS) {
      test(`WCAG 2.2 AA, ${colorScheme}`, async () => {
        const options = { viewport: { width: 360, height: 740 }, colorScheme };
        const wrong = await each(options, async (page) => {
          await page.evaluate(axe);
          const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }), RULES);
          return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 120)}: ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 200)}`));
        });
        assert.deepEqual(wrong.slice(0, 30), [], `${wrong.length} violations`);
      });
    }

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
