// The sample site's search behind a poor host: in a sub-directory, under a strict policy, with a wrong charset.
import assert from 'node:assert';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { launch } from './browser.mjs';

export const [, , output, query = '会议记录'] = process.argv;
const types = { '.html': 'text/html', '.js': 'application/javascript', '.css': 'text/css' };
/** What was sent since it was last emptied: [path, bytes]. */
export const served = [];
/** Names of files that are not there, and what becomes of others. */
export const missing = new Set();
export const changed = new Map();
/** A file whose answer waits: `name`, `until`. */
export const held = { name: '', until: null };
const server = http
  .createServer(async (request, response) => {
    const file = path.join(output, decodeURIComponent(request.url.split('?')[0]).replace('/dept/site/', ''));
    if (missing.has(path.basename(file)) || !fs.existsSync(file)) {
      response.writeHead(404);
      response.end();
      return;
    }
    if (held.name === path.basename(file)) await held.until;
    let bytes = fs.readFileSync(file);
    const change = changed.get(path.basename(file));
    if (change) bytes = Buffer.from(change(bytes.toString('latin1')), 'latin1');
    served.push([path.relative(output, file), bytes.length]);
    // The worst host: a wrong charset, no compression.
    response.writeHead(200, {
      'content-type': `${types[path.extname(file)] || 'text/plain'}; charset=${path.extname(file) === '.js' ? 'GBK' : 'utf-8'}`,
      'content-security-policy': "default-src 'self'",
    });
    response.end(bytes);
  })
  .listen(0);
export const base = `http://127.0.0.1:${server.address().port}/dept/site/`;
export const browser = await launch();
export const errors = [];
export const visit = async (address, waitUntil = 'load') => {
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  page.on('pageerror', (error) => errors.push(`${address.slice(0, 80)}: ${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/404|favicon/.test(message.text())) errors.push(message.text());
  });
  await page.goto(address, { waitUntil });
  return page;
};
export const done = (page) =>
  page
    .waitForSelector('[data-search-results][data-state="done"], [data-search-results][data-state="error"]', {
      timeout: 30000,
      state: 'attached',
    })
    .then((list) =>
      list.evaluate((e) => ({
        state: e.dataset.state,
        total: +e.dataset.total,
        links: [...e.querySelectorAll('a')].map((a) => a.getAttribute('href')),
        marks: e.querySelectorAll('mark').length,
      }))
    );

/** What the page says of the search. */
export const says = (page) => page.textContent('[data-search-says]');

/** Sees that no page had an error, and ends. */
export async function close(what) {
  assert.deepStrictEqual(errors, []);
  await browser.close();
  server.close();
  console.log(`${what}: fine`);
}
