// From the end of a save to the new words on the screen, in a real browser.
//
//   node benches/preview/measure.mjs SITE [--hugo HUGO FOLDER] [--runs N]
//
// SITE is a site folder (of `benches/run`, say) that may be changed; every edited file is put back. With --hugo, the program
// HUGO serves FOLDER, whose `content` is that of SITE, and is measured the same way after it.
// Times are taken by the browser when a MutationObserver sees the words, and by this program when the write is done: one clock.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(join(ROOT, 'tests/browser/package.json'));
const { chromium } = require('playwright-core');

const [site, ...rest] = process.argv.slice(2);
const option = (name, count = 1) => (rest.includes(name) ? rest.slice(rest.indexOf(name) + 1, rest.indexOf(name) + 1 + count) : null);
const runs = Number(option('--runs')?.[0] ?? 25);
const hugo = option('--hugo', 2);
const program = process.env.STUDYHALL ?? join(ROOT, 'target/release/studyhall');
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** The middle page of the site, so that neither end is favoured. */
function middle() {
  const files = readdirSync(join(site, 'content'), { recursive: true }).filter(
    (path) => path.endsWith('.md') && !path.endsWith('_index.md')
  );
  return files.sort()[Math.floor(files.length / 2)];
}

const file = middle();
const path = join(site, 'content', file);
const original = readFileSync(path, 'utf8');
const address = file.replace(/\\/g, '/').replace(/\.md$/, '');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
});

/** Opens a page whose every appearance of the awaited words is noted with its moment. */
async function open(url) {
  const page = await browser.newPage();
  const seen = new Map();
  await page.exposeBinding('noteSeen', (_, word, time) => seen.has(word) || seen.set(word, time));
  await page.addInitScript(() => {
    const look = () => {
      const words = (document.documentElement?.textContent ?? '').match(/标记\d+号/g) ?? [];
      for (const word of words) window.noteSeen(word, performance.timeOrigin + performance.now());
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
    document.addEventListener('DOMContentLoaded', look);
  });
  await page.goto(url, { waitUntil: 'load' });
  await pause(1000);
  return { page, seen };
}

let mark = 0;

/** Saves `change` again and again, and gives the times until the browser shows it. */
async function measure(seen, change, times, patience = 120_000) {
  const taken = [];
  for (let run = 0; run < times; run++) {
    const word = `标记${++mark + 1000}号`;
    writeFileSync(path, change(word));
    const saved = performance.timeOrigin + performance.now();
    const late = Date.now() + patience;
    while (!seen.has(word) && Date.now() < late) await pause(2);
    if (!seen.has(word)) throw new Error(`${word} was never seen`);
    taken.push(seen.get(word) - saved);
    await pause(400);
  }
  writeFileSync(path, original);
  await pause(1500);
  return taken.sort((a, b) => a - b);
}

const body = (word) => `${original}\n\n新的一句，${word}。\n`;
const title = (word) => original.replace(/^title:.*$/m, `title: ${word}`);
const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const row = (name, sorted) =>
  console.log(
    `| ${name} | ${sorted.length} | ${at(sorted, 0.5).toFixed(0)} | ${at(sorted, 0.95).toFixed(0)} | ${sorted.at(-1).toFixed(0)} |`
  );

console.log('| change | runs | median, ms | 95th percentile, ms | longest, ms |');
console.log('|---|---|---|---|---|');

/** Starts the preview, and gives it with the time until it has served the page. */
async function start() {
  const port = 30_000 + Math.floor(Math.random() * 5000);
  const url = `http://127.0.0.1:${port}/${address}.html`;
  const started = performance.now();
  const child = spawn(program, ['serve', '--json', '--keep-going', '--site', site, '--date', '2026-11-23', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Until then its first state is not whole: pages are still being gone over.
  const built = new Promise((done) => child.stdout.on('data', (data) => String(data).includes('"built"') && done()));
  for (;;) {
    let answer;
    try {
      answer = await fetch(url);
    } catch {
      await pause(5);
      continue;
    }
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
    await answer.text();
    return { child, url, built, time: performance.now() - started };
  }
}

async function stop({ child }) {
  child.kill('SIGINT');
  await new Promise((done) => child.on('exit', done));
}

{
  rmSync(join(site, '.studyhall'), { recursive: true, force: true });
  const cold = await start();
  await cold.built;
  await stop(cold);
  const warm = await start();
  await warm.built;
  const { page, seen } = await open(warm.url);
  row('a body', await measure(seen, body, runs));
  row('a title', await measure(seen, title, Math.ceil(runs / 2)));
  await page.close();
  await stop(warm);
  console.log(`| start to first page, nothing remembered | 1 | ${cold.time.toFixed(0)} | – | – |`);
  console.log(`| start to first page, memory kept | 1 | ${warm.time.toFixed(0)} | – | – |`);
}

if (hugo) {
  const port = 36_000 + Math.floor(Math.random() * 5000);
  const child = spawn(
    hugo[0],
    [
      'server',
      '--source',
      hugo[1],
      '--port',
      String(port),
      '--baseURL',
      `http://127.0.0.1:${port}/`,
      '--bind',
      '127.0.0.1',
      '--appendPort=false',
    ],
    { stdio: 'ignore' }
  );
  for (;;) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/${address.toLowerCase()}/`)).status === 200) break;
    } catch {
      /* not up yet */
    }
    await pause(500);
  }
  const { page, seen } = await open(`http://127.0.0.1:${port}/${address.toLowerCase()}/`);
  row('Hugo: a body', await measure(seen, body, Math.min(runs, 5)));
  await page.close();
  child.kill('SIGTERM');
}

await browser.close();
writeFileSync(path, original);
