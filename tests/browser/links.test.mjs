// An independent link checker: every file of the output, read again by a browser and followed link by link. It shares
// no code with the program, not even the idea of what a link is: the browser's own parser says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { launch, watched } from './browser.mjs';
import { FOLDER, SERVED, serve } from './server.mjs';
import { THEMES, build, list } from './site.mjs';

/** What the site itself may be made of; other types are what authors attach. */
const OWN = new Set(['html', 'css', 'js', 'xml', 'txt', 'png', 'jpg', 'ico']);
const HIDDEN = /(^|\/)(bin|app_code|app_globalresources|app_localresources|app_webreferences|app_data|app_browsers)(\/|$)/;
/** A course as one file: styles and pictures are in it, so a strict policy is not for it. */
const SINGLE = /-single\.html$/;
const RESERVED = /(^|\/)(con|prn|aux|nul|com\d|lpt\d)(\.|\/|$)/;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Runs in the browser: what a document points at, and which anchors it has. */
function harvest([text, type]) {
  const document = new DOMParser().parseFromString(text, type);
  if (document.querySelector('parsererror')) return { broken: document.querySelector('parsererror').textContent.slice(0, 200) };
  const links = [];
  const add = (element, name, value) => links.push({ tag: element.localName, name, value, rel: element.getAttribute('rel') ?? '' });
  for (const element of document.querySelectorAll('*')) {
    for (const name of ['href', 'src', 'poster', 'data', 'action', 'formaction', 'cite', 'longdesc', 'background']) {
      if (element.hasAttribute(name)) add(element, name, element.getAttribute(name));
    }
    for (const part of element.getAttribute('srcset')?.split(',') ?? []) add(element, 'srcset', part.trim().split(/\s+/)[0]);
    if (/^refresh$/i.test(element.getAttribute('http-equiv'))) {
      add(element, 'refresh', element.getAttribute('content').replace(/^\s*[\d.]+\s*;\s*(url\s*=\s*)?/i, ''));
    }
  }
  const all = [...document.querySelectorAll('*')];
  return {
    links,
    ids: all.map((element) => element.id).filter(Boolean),
    names: [...document.querySelectorAll('a[name]')].map((element) => element.name),
    inline: all
      .filter((e) => e.hasAttribute('style') || e.localName === 'style' || [...e.attributes].some((a) => /^on/.test(a.name)))
      .map((e) => e.outerHTML.slice(0, 80))
      .concat([...document.querySelectorAll('script:not([src])')].map((e) => e.outerHTML.slice(0, 80))),
    first: document.head?.firstElementChild?.outerHTML ?? '',
  };
}

/** What a style sheet points at. */
function styles(text) {
  const urls = [...text.matchAll(/url\(\s*(["']?)(.*?)\1\s*\)|@import\s+(["'])(.*?)\3/g)];
  return {
    links: urls.map((found) => ({ tag: 'css', name: 'url', value: found[2] ?? found[4], rel: '' })),
    ids: [],
    names: [],
    inline: [],
  };
}

for (const theme of THEMES) {
  describe(`links, theme ${theme}`, () => {
    let root;
    let files;
    let known;
    let server;
    let context;
    const harvests = new Map();

    before(async () => {
      root = build(theme);
      files = list(root);
      known = new Set(files);
      server = await serve(root);
      context = await browser.newContext();
      const page = await context.newPage();
      for (const file of files) {
        const type = { '.html': 'text/html', '.xml': 'application/xml' }[extname(file)];
        const text = () => readFileSync(join(root, file), 'utf8');
        if (type) harvests.set(file, await page.evaluate(harvest, [text(), type]));
        if (extname(file) === '.css') harvests.set(file, styles(text()));
      }
      await page.close();
    });
    after(async () => {
      await context.close();
      server.close();
    });

    test('every path is portable', () => {
      const wrong = files.filter(
        (file) =>
          !/^[a-z0-9._/-]+$/.test(file) ||
          file.length > 200 ||
          HIDDEN.test(file) ||
          RESERVED.test(file) ||
          file.split('/').some((part) => part.startsWith('.') || part.endsWith('.')) ||
          !SERVED.has(extname(file).slice(1))
      );
      assert.deepEqual(wrong, []);
      assert.equal(new Set(files.map((file) => file.toLowerCase())).size, files.length, 'two paths differ in case only');
    });

    test('the site itself is made of the plain types; others are linked by a page as a file to take', () => {
      const attached = new Set();
      for (const [file, { links }] of harvests) {
        for (const { tag, value } of links ?? []) {
          if (['a', 'audio', 'video', 'source'].includes(tag)) attached.add(new URL(value, `http://x/${file}`).pathname.slice(1));
        }
      }
      assert.deepEqual(
        files.filter((file) => !OWN.has(extname(file).slice(1)) && !attached.has(file)),
        []
      );
    });

    test('styles and scripts carry a hash, pages and scripts are plain', () => {
      // What pages load; what a script loads by itself (the search index) has names of its own making.
      const loaded = [...harvests].flatMap(([file, { links }]) =>
        links
          .filter(({ tag }) => tag === 'link' || tag === 'script')
          .map(({ value }) => new URL(value, `http://x/${file}`).pathname.slice(1))
      );
      const assets = [...new Set(loaded)].filter((file) => /\.(css|js)$/.test(file));
      assert.ok(assets.length > 0);
      assert.deepEqual(
        assets.filter((file) => !/\.[0-9a-f]{8,}\.(css|js)$/.test(file)),
        []
      );
      const odd = files.filter((file) => file.endsWith('.js') && /[^\x00-\x7f]/.test(readFileSync(join(root, file), 'latin1')));
      assert.deepEqual(odd, []);
      for (const [file, found] of harvests) {
        assert.equal(found.broken, undefined, `${file} is not well-formed`);
        // A file to be carried on a stick holds all it needs; no page links what is in it from elsewhere. The page for what is not found
        // does not know where it is shown.
        if (!SINGLE.test(file) && file !== '404.html') assert.deepEqual(found.inline, [], `${file} holds inline style or script`);
        if (file.endsWith('.html')) assert.match(found.first, /^<meta charset="?utf-8"?>$/i, `${file} does not begin with its charset`);
        const twice = found.ids.filter((id, at) => found.ids.indexOf(id) !== at);
        assert.deepEqual(twice, [], `${file} has an id twice`);
      }
    });

    for (const way of ['file', 'http']) {
      test(`no dead and no absolute link over ${way}`, () => {
        const base = way === 'file' ? pathToFileURL(`${root}/`).href : server.base;
        const wrong = [];
        let followed = 0;
        for (const [file, { links }] of harvests) {
          for (const { tag, name, value, rel } of links) {
            const tell = (what) => wrong.push(`${file}: <${tag} ${name}="${value}"> ${what}`);
            if (SINGLE.test(file) && value.startsWith('data:image/')) continue;
            if (/^[a-z][a-z0-9+.-]*:/i.test(value)) {
              const goes = ['a', 'uri', 'id'].includes(tag) || rel === 'license';
              if (!goes || !/^(https?|mailto|tel):/i.test(value)) tell('leaves the site');
              continue;
            }
            if (value.startsWith('/') || value.includes('\\')) {
              tell('is absolute');
              continue;
            }
            const target = new URL(value, new URL(file, base));
            const anchor = decodeURIComponent(target.hash.slice(1));
            const path = decodeURIComponent(target.href.replace(/[?#].*$/, ''));
            if (!path.startsWith(decodeURIComponent(base))) {
              tell('climbs out of the site');
              continue;
            }
            const inside = path.slice(decodeURIComponent(base).length);
            followed += 1;
            // A feed's addresses are read against the site, whose place it does not know: see the test of base_url.
            if (!known.has(inside)) tell(`leads to ${inside || 'the folder'}, which is no file`);
            else if (anchor && inside.endsWith('.html')) {
              const { ids, names } = harvests.get(inside);
              if (!ids.includes(anchor) && !names.includes(anchor)) tell('names no anchor there');
            } else if (target.href.endsWith('#')) tell('leads nowhere');
          }
        }
        assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} wrong links`);
        assert.ok(followed > 1000, `only ${followed} links followed`);
      });

      test(`every page opens clean over ${way}`, async () => {
        const base = way === 'file' ? pathToFileURL(`${root}/`).href : server.base;
        const { page, trouble } = await watched(context, base);
        // The policy of the test's server forbids styles in a page, which is what a file to be carried consists of, and the page for
        // what is not found, which may be shown at any address.
        const own = (file) => SINGLE.test(file) || file === '404.html';
        for (const file of files.filter((file) => file.endsWith('.html') && !(way === 'http' && own(file)))) {
          const moved = harvests.get(file).links.find((link) => link.name === 'refresh');
          await page.goto(base + file, { waitUntil: moved ? 'commit' : 'load' });
          if (moved) await page.waitForURL(new URL(moved.value, base + file).href);
        }
        await page.close();
        assert.deepEqual(trouble.slice(0, 40), [], `${trouble.length} troubles`);
      });
    }

    test('every file is served', async () => {
      const asked = await Promise.all(files.map(async (file) => [file, (await fetch(server.base + file)).status]));
      assert.deepEqual(
        asked.filter(([, status]) => status !== 200),
        []
      );
    });
  });
}

test('with a base_url, sitemap, feeds and robots name full addresses of files that are there', () => {
  const base = `https://study.example${FOLDER}`;
  const root = build(THEMES[0], 'based', '--base-url', base);
  const known = new Set(list(root));
  const text = (file) => readFileSync(join(root, file), 'utf8');
  const check = (file, url) => {
    assert.ok(url.startsWith(base), `${file}: ${url} is not below ${base}`);
    const path = decodeURIComponent(url.slice(base.length)) || 'index.html';
    assert.ok(known.has(path.endsWith('/') ? `${path}index.html` : path), `${file}: ${url} leads to no file`);
  };
  assert.ok(known.has('sitemap.xml'), 'no sitemap');
  const places = [...text('sitemap.xml').matchAll(/<loc>(.*?)<\/loc>/g)];
  assert.ok(places.length > 50);
  for (const [, url] of places) check('sitemap.xml', url);
  for (const feed of [...known].filter((file) => file.endsWith('feed.xml'))) {
    for (const [, url] of text(feed).matchAll(/<link [^>]*href="(.*?)"/g)) check(feed, url);
  }
  const sitemap = /^Sitemap: (.*)$/m.exec(text('robots.txt'));
  assert.equal(sitemap?.[1], `${base}sitemap.xml`);
});
