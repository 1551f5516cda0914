// Lighthouse, mobile, on the sample site's main pages: `npm ci --prefix benches/lighthouse && node benches/lighthouse/measure.mjs`
// after `cargo build`. Prints a table; with `--write`, puts it into benches/README.md. Ends with 1 if a figure is below its aim.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import lighthouse from 'lighthouse';

import { serve } from '../../tests/browser/server.mjs';
import { ROOT, build, list, samples } from '../../tests/browser/site.mjs';

const PAGES = ['home', 'course', 'lesson', 'policy', 'search'];
const AIMS = { performance: 98, accessibility: 100, 'best-practices': 100, seo: 100 };
/** The median of so many runs: simulated throttling still measures this machine's processor. */
const RUNS = Number(process.env.RUNS ?? 3);
const MARK = '<!-- figures: written by benches/lighthouse/measure.mjs -->';

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Chromium with a debugging port, in a profile of its own. */
async function chromium() {
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), 'studyhall-lighthouse-'));
  const child = spawn(
    process.env.CHROMIUM ?? '/usr/bin/chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: 'ignore' }
  );
  const close = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill();
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  for (let tries = 0; ; tries += 1) {
    try {
      const version = await (await fetch(`http://127.0.0.1:${port}/json/version`)).json();
      return { port, version: version.Browser, close };
    } catch (cause) {
      if (tries > 100) throw cause;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const root = build('default', 'lighthouse', '--base-url', 'https://dj.example.edu.cn/xuetang/');
const server = await serve(root);
const browser = await chromium();
const pages = new Map(samples(list(root)));
const rows = [];
let low = false;
for (const name of PAGES) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr } = await lighthouse(server.base + pages.get(name), {
      port: browser.port,
      logLevel: 'error',
      onlyCategories: Object.keys(AIMS),
    });
    runs.push(lhr);
  }
  const scores = Object.keys(AIMS).map((category) => Math.round(100 * median(runs.map((lhr) => lhr.categories[category].score))));
  const number = (audit) => median(runs.map((lhr) => lhr.audits[audit].numericValue));
  const bytes = number('total-byte-weight');
  rows.push(
    `| ${name} | ${scores.join(' | ')} | ${(number('first-contentful-paint') / 1000).toFixed(2)} | ${(number('largest-contentful-paint') / 1000).toFixed(2)} | ${Math.round(number('total-blocking-time'))} | ${number('cumulative-layout-shift').toFixed(3)} | ${Math.round(bytes / 1024)} |`
  );
  console.log(rows.at(-1));
  Object.values(AIMS).forEach((aim, at) => {
    if (scores[at] >= aim) return;
    low = true;
    const category = Object.keys(AIMS)[at];
    const last = runs.at(-1);
    const to_blame = last.categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && (last.audits[id].score ?? 1) < 1);
    for (const { id } of to_blame) {
      const details = last.audits[id].details?.items
        ?.slice(0, 4)
        .map((item) => item.node?.snippet ?? item.url ?? item.description ?? '')
        .join(' ');
      console.log(`  ${name}, ${category}: ${id}: ${last.audits[id].title} ${last.audits[id].displayValue ?? ''} ${details ?? ''}`);
    }
  });
}
await browser.close();
server.close();
if (process.argv.includes('--write')) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const file = join(ROOT, 'benches/README.md');
  const text = readFileSync(file, 'utf8').split(MARK);
  const after = text[1]?.replace(/^[\s\S]*?(?=\n## |$)/, '') ?? '';
  const table = `

${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${browser.version}, median of ${RUNS}, nothing compressed.

| page | performance | accessibility | best practices | SEO | FCP, s | LCP, s | blocking, ms | layout shift | KB |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
  writeFileSync(file, `${text[0]}${MARK}${table}${after}`);
}
process.exit(low ? 1 : 0);
