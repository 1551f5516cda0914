// Takes the pictures of the README: `node pictures.mjs`, after the program was built. Writes docs/pictures/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { launch } from './browser.mjs';
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
await browser.close();
server.close();
