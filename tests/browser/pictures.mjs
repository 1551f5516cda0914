// Takes the pictures of the README: `node pictures.mjs`, after the program was built. Writes docs/pictures/.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { launch } from './browser.mjs';
import { Chooser } from './chooser.mjs';
import { Preview, copySite, write } from './preview.mjs';
import { serve } from './server.mjs';
import { ROOT, build, list, samples } from './site.mjs';

const SHOWN = ['home', 'lesson', 'policy', 'course'];
const folder = join(ROOT, 'docs/pictures');
mkdirSync(folder, { recursive: true });

const root = build('default', 'public', '--base-url', 'https://dj.example.edu.cn/xuetang/');
const server = await serve(root);
const browser = await launch();
const pages = new Map(samples(list(root)));
for (const colorScheme of ['light', 'dark']) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme });
  const page = await context.newPage();
  for (const name of SHOWN) {
    await page.goto(server.base + pages.get(name), { waitUntil: 'load' });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
  await context.close();
}

// How it looks on a phone, on a desk and on a wall, at half the size: docs/pictures/wide-PAGE-WIDTH.jpg.
const WIDE = { home: 'home', list: 'policy_list', news: 'news', notice: 'notice' };
const newest = { news: 'branches/xinxi-2/news/2026-11-17-tuomin-lianxi.html' };
for (const [width, height, deviceScaleFactor] of [
  [360, 740, 1],
  [1280, 800, 0.6],
  [1920, 1080, 0.4],
]) {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor });
  const page = await context.newPage();
  for (const [name, template] of Object.entries(WIDE)) {
    await page.goto(server.base + (newest[name] ?? pages.get(template)), { waitUntil: 'networkidle' });
    await page.screenshot({ path: join(folder, `wide-${name}-${width}.jpg`), type: 'jpeg', quality: 60 });
  }
  await context.close();
}
server.close();

// The preview, with a mistake just saved.
const site = copySite();
const preview = await Preview.start(site);
const page = await browser.newPage({ viewport: { width: 900, height: 640 } });
const lesson = 'content/lessons/kaihao-zhibu-huiyi/01-yiti.md';
await page.goto(`${preview.url}lessons/kaihao-zhibu-huiyi/01-yiti.html`, { waitUntil: 'load' });
write(site, lesson, readFileSync(join(site, lesson), 'utf8').replace(/^date:.*$/m, 'date: 2026-02-30'));
await page.waitForFunction(() => document.querySelector('studyhall-preview').shadowRoot.querySelector('.items article'));
await page.screenshot({ path: join(folder, 'preview.png') });
await preview.end();

// What a double click shows when there is no site yet.
const chooser = await Chooser.start();
const first = await browser.newPage({ viewport: { width: 900, height: 760 } });
await first.goto(chooser.url, { waitUntil: 'load' });
await first.fill('#home', 'D:\\学堂');
await first.fill('#title', '计算机学院学生第一党支部');
await first.screenshot({ path: join(folder, 'chooser.png') });
await chooser.end();
await browser.close();
