// Measures the search of a built site, and Pagefind's on the same pages, with the same queries in the same browser.
// node benches/search/run.mjs OUTPUT [QUERIES] [PAGEFIND [LOG]]
//
// OUTPUT    a built site; PAGEFIND, a folder in which `pagefind --site OUTPUT --output-path PAGEFIND` has written
// LOG       what `/usr/bin/time -v` and Pagefind said meanwhile: its time, memory and version
// QUERIES   how many random pieces of 2 to 6 Han characters are asked (200)
//
// What is true is found out by looking through titles, articles and what stands around them, of all pages. Bytes are those that the server
// sends, uncompressed where the files are; scripts and data, without the page itself and its styles. WRITE=1 puts the figures
// into benches/README.md.
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { engine } from '../../tests/browser/engine.mjs';
import { chrome } from './chrome.mjs';
import { bareRows, floor, least, numb, turns } from './floor.mjs';
import { articles, pieces, weigh } from './pages.mjs';

const MARK = '<!-- figures: written by benches/search/run.mjs -->';
const [, , output, count = '200', peer, log] = process.argv;

const { core, load, more } = engine(output);
const index = await core.open(load, more);
const simplified = await index.simplify();
const pages = articles(output).map((page) => ({ ...page, folded: core.fold(page.text, simplified).text }));
const queries = pieces(pages, +count);
const truth = queries.map((query) => {
  const folded = core.fold(query, simplified).text;
  return new Set(pages.filter((page) => core.find(page.folded, folded, 0) >= 0).map((page) => page.url));
});

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'application/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
let sent = [];
const server = http
  .createServer((request, response) => {
    const name = decodeURIComponent(request.url.split('?')[0]).slice(1);
    const file =
      name === 'peer.html' ? null : peer && name.startsWith('pagefind/') ? path.join(peer, name.slice(9)) : path.join(output, name);
    if (file && !fs.existsSync(file)) return response.writeHead(404).end();
    const bytes = file ? fs.readFileSync(file) : Buffer.from('<!doctype html><title>peer</title>');
    if (!/\.(html|css|png|jpg|ico)$/.test(name)) sent.push([name, bytes.length]);
    response
      .writeHead(200, { 'content-type': TYPES[path.extname(name)] || 'application/octet-stream', 'cache-control': 'max-age=600' })
      .end(bytes);
  })
  .listen(0);
const base = `http://127.0.0.1:${server.address().port}/`;
const browser = await chrome();

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
const kb = (list) => (median(list) / 1000).toFixed(1);
const bytes = () => sent.reduce((sum, [, size]) => sum + size, 0);

const PHONE = { latency: 150, downloadThroughput: 200000, uploadThroughput: 94000 };
/** How much slower than this machine. */
const RATE = +(process.env.RATE ?? 4);
/** Lighthouse's measure of a machine, at a rate; its package is the one of `benches/lighthouse`. */
async function speed(rate) {
  try {
    const { pageFunctions } = await import('../lighthouse/node_modules/lighthouse/core/lib/page-functions.js');
    const found = [];
    for (let at = 0; at < 3; at++) {
      const page = await fresh('search.html', null, rate);
      found.push(await page.evaluate(pageFunctions.computeBenchmarkIndex));
      await page.close();
    }
    return Math.round(median(found));
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return 'unknown';
    throw error;
  }
}
/** Nobody asks in the moment in which the last answer is counted: suggestions for it are still on their way. */
const PAUSE = 300;
const fresh = (address, network, rate = RATE) => browser.open(base + address, { rate, network });
const wait = (ms) =>
  new Promise((go) => {
    setTimeout(go, ms);
  });
/** The reader touches the box and types; a word takes more than two seconds on a phone. */
async function touch(page, ms) {
  await page.evaluate(() => document.querySelector('[data-search] input').focus());
  await wait(ms);
}
/** Asks as a reader does whose last key completes a word; milliseconds from that key until the first results are painted, until all ten are, and until they are counted. */
const ask = (page, query) =>
  page.evaluate(
    (text) =>
      new Promise((done) => {
        const input = document.querySelector('[data-search] input');
        const results = document.querySelector('[data-search-results]');
        let first = 0;
        let ten = 0;
        // The first task behind the next frame.
        const painted = (then) => requestAnimationFrame(() => scheduler.postTask(then, { priority: 'user-blocking' }));
        const look = () => {
          if (results.dataset.query !== text) return;
          const { state } = results.dataset;
          if (!first && state === 'loading') {
            first = -1;
            painted(() => {
              first = performance.now() - began;
            });
          }
          if (!ten && (state === 'shown' || state === 'done')) {
            ten = -1;
            painted(() => {
              ten = performance.now() - began;
              performance.mark('bench-painted');
              look();
            });
          }
          if (state === 'done' && ten > 0) {
            watch.disconnect();
            done({ first: first > 0 ? first : ten, ten, whole: performance.now() - began });
          }
        };
        const watch = new MutationObserver(look);
        watch.observe(results, { attributes: true, childList: true });
        input.focus();
        performance.mark('bench-key');
        const began = performance.now();
        input.value = text;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    query
  );
/** Time of the page's own thread from the key to the paint, which other work on the machine hardly changes, as it were at that rate. */
const timed = async (work) => {
  const events = await browser.marks(work);
  const ends = events.filter((event) => event.name === 'bench-painted');
  return events.filter((event) => event.name === 'bench-key').map((key, at) => ((ends[at].tts - key.tts) / 1000) * RATE);
};

/** What the page asked for until now, without suggestions: they come after the results, in files of their own. */
const needed = () =>
  sent
    .filter(([name]) => !/search-more|^search\/(titles|sounds)|^sw\.js/.test(name) && /search/.test(name))
    .reduce((sum, [, size]) => sum + size, 0);
/** All of it takes a while: what it is at, for who waits. */
const begins = (what) => console.error(`${Math.round(performance.now() / 1000)} s: ${what}`);
const some = queries.slice(0, Math.min(queries.length, 200));
const ours = {
  first: [],
  later: [],
  firstTime: [],
  coldTime: [],
  laterTime: [],
  whole: [],
  firstOwn: [],
  laterOwn: [],
  floor: [],
  bare: [],
  firstFloor: [],
  firstLeast: [],
  leastFiles: [],
};
const shownRows = (page) => page.evaluate(() => document.querySelector('[data-search-results]').innerHTML);
const firstRows = [];
begins('first queries');
for (const query of some) {
  const page = await fresh('search.html');
  // What the page brings by itself is no part of a query.
  sent = [];
  if (ours.firstTime.length < 24) {
    await touch(page, 2500);
    ours.firstTime.push((await ask(page, query)).ten);
    firstRows.push(await shownRows(page));
  } else await ask(page, query);
  ours.first.push(needed());
  await page.close();
}
begins('their floors');
for (const [at, rows] of firstRows.entries()) {
  const [files] = await turns(output, [some[at]]);
  const fewest = await least(output, some[at]);
  ours.leastFiles.push(fewest.flat().length);
  for (const [into, list, html] of [
    ['firstFloor', files, rows],
    ['firstLeast', fewest, bareRows(rows)],
  ]) {
    const page = await fresh('search.html');
    await numb(page);
    await touch(page, 2500);
    ours[into].push(await floor(page, some[at], list, html));
    await page.close();
  }
}
begins('first queries at once, and by their own thread');
for (const query of some.slice(0, 16)) {
  const page = await fresh('search.html');
  ours.coldTime.push((await ask(page, query)).ten);
  await page.close();
}
for (const query of some.slice(0, 16)) {
  const page = await fresh('search.html', null, 1);
  await touch(page, 1500);
  ours.firstOwn.push(...(await timed(() => ask(page, query))));
  await page.close();
}
begins('later queries and their floors');
{
  const page = await fresh('search.html');
  const rows = [];
  await ask(page, some[0]);
  for (const query of some.slice(1)) {
    await wait(PAUSE);
    // The cache of the page grows as a reader's would; texts that an earlier query brought are not asked for again.
    sent = [];
    const time = await ask(page, query);
    ours.later.push(needed());
    ours.laterTime.push(time.ten);
    ours.whole.push(time.whole);
    rows.push(await shownRows(page));
  }
  await page.close();
  const bare = await fresh('search.html');
  await numb(bare);
  const files = await turns(output, some);
  for (const [at, query] of some.slice(1).entries()) {
    await wait(PAUSE);
    ours.floor.push(await floor(bare, query, files[at + 1], rows[at]));
  }
  for (const [at, query] of some.slice(1).entries()) {
    await wait(PAUSE);
    ours.bare.push(await floor(bare, query, [], bareRows(rows[at])));
  }
  await bare.close();
}
{
  const page = await fresh('search.html', null, 1);
  await ask(page, some[0]);
  ours.laterOwn = await timed(async () => {
    for (const query of some.slice(1)) {
      await wait(PAUSE);
      await ask(page, query);
    }
  });
  await page.close();
}
const speeds = { unslowed: await speed(1), slowed: await speed(RATE) };
// The goals of a slow network are those of the phone that 4× stands for.
const phone = [];
if (RATE === 4) begins('a slow network');
for (const query of RATE === 4 ? some.slice(0, 60) : []) {
  const page = await fresh('search.html', PHONE);
  await touch(page, 2500);
  phone.push(await ask(page, query));
  await page.close();
}

begins('what is found');
const found = { recall: [], precision: [], exact: [] };
for (const [at, query] of queries.entries()) {
  const search = await index.search(query);
  await Promise.all(search.hits.map((hit) => index.check(search, hit)));
  const urls = [];
  for (const hit of search.hits.filter((one) => one.state > 0)) urls.push((await index.block(index.starts[hit.page])).about.url);
  judge(found, urls, truth[at], query);
}
function judge(into, urls, wanted, query) {
  const right = urls.filter((url) => wanted.has(url)).length;
  into.recall.push(wanted.size ? right / wanted.size : 1);
  into.precision.push(urls.length ? right / urls.length : wanted.size ? 0 : 1);
  if (process.env.SHOW && right !== wanted.size)
    console.log(query, [...wanted].filter((url) => !urls.includes(url)).slice(0, 3), urls.filter((url) => !wanted.has(url)).slice(0, 3));
}
const size = weigh(path.join(output, 'search'));
const rows = [
  [
    'this search',
    kb(ours.first),
    kb(ours.later),
    Math.round(median(ours.firstTime)),
    Math.round(median(ours.laterTime)),
    mean(found.recall).toFixed(3),
    mean(found.precision).toFixed(3),
    (size.bytes / 1e6).toFixed(1),
    size.files,
  ],
];

if (peer) {
  begins('Pagefind');
  const fragments = new Map();
  for (const name of fs.readdirSync(path.join(peer, 'fragment'))) {
    const text = zlib.gunzipSync(fs.readFileSync(path.join(peer, 'fragment', name))).toString('utf8');
    fragments.set(name.replace(/\.pf_fragment$/, ''), JSON.parse(text.slice(text.indexOf('{'))).url.replace(/^\//, ''));
  }
  const asked = (page, query) =>
    page.evaluate(async (text) => {
      const began = performance.now();
      if (!window.peer) {
        window.peer = await import('/pagefind/pagefind.js');
        await window.peer.init();
      }
      const search = await window.peer.search(text);
      await Promise.all(search.results.slice(0, 10).map((result) => result.data()));
      return { time: performance.now() - began, ids: search.results.map((result) => result.id) };
    }, query);
  const theirs = { first: [], later: [], firstTime: [], laterTime: [], recall: [], precision: [] };
  for (const query of some.slice(0, 40)) {
    sent = [];
    const page = await fresh('peer.html');
    theirs.firstTime.push((await asked(page, query)).time);
    theirs.first.push(bytes());
    await page.close();
  }
  const page = await fresh('peer.html');
  await asked(page, some[0]);
  for (const [at, query] of queries.entries()) {
    sent = [];
    const got = await asked(page, query);
    theirs.later.push(bytes());
    theirs.laterTime.push(got.time);
    judge(
      theirs,
      got.ids.map((id) => fragments.get(id)).map((url) => (url.endsWith('/') || !url ? `${url}index.html` : url)),
      truth[at]
    );
  }
  const weight = weigh(peer);
  rows.push([
    'Pagefind',
    kb(theirs.first),
    kb(theirs.later),
    Math.round(median(theirs.firstTime)),
    Math.round(median(theirs.laterTime)),
    mean(theirs.recall).toFixed(3),
    mean(theirs.precision).toFixed(3),
    (weight.bytes / 1e6).toFixed(1),
    weight.files,
  ]);
}
const high = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)];
const told = (name) => `${Math.round(median(ours[name]))} (95th percentile ${Math.round(high(ours[name]))})`;
const said = [
  `${new Date().toISOString().slice(0, 10)}, ${browser.version}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}: ${queries.length} queries on ${pages.length} pages; median of ${median(truth.map((set) => set.size))} pages hold what was asked.`,
  `Lighthouse's index of this machine: ${speeds.unslowed} unslowed, ${speeds.slowed} at ${RATE}× (Chrome's calibration of its throttling takes a phone for mid-range at 1,000, for low-end at 264).`,
  '',
  `| | first query, KB | later, KB | first, ms at ${RATE}× | later, ms at ${RATE}× | recall | precision | index, MB | files |`,
  '|---|---|---|---|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
  `This search at ${RATE}×, milliseconds from the last key until ten results are painted: first query ${told('firstTime')}, goal 150; the key in the same moment as the touch ${told('coldTime')}; later ones ${told('laterTime')}, goal 60; until they are counted ${Math.round(median(ours.whole))}.`,
  `The floor, the same files in the same turns and the same rows painted without any searching: first query ${told('firstFloor')}, later ones ${told('floor')}. Of nothing but the bare texts of the results put into the list, neither files nor searching: ${told('bare')}.`,
  `The least of any index of such files: one file of terms, then those of the shown pages, ${median(ours.leastFiles)} in all, and the bare texts of the results: first query ${told('firstLeast')}.`,
  `The first figures by the time of the page's own thread, times ${RATE}, which other work on the machine changes less: first query ${told('firstOwn')}, later ones ${told('laterOwn')}.`,
  ...(phone.length
    ? [
        `On a phone with 150 ms of delay and 1.6 Mbit/s: first results after ${Math.round(median(phone.map((time) => time.first)))}, 95th percentile ${Math.round(high(phone.map((time) => time.first)))}, worst of ${phone.length} ${Math.round(Math.max(...phone.map((time) => time.first)))} (goal 1,000); all ten after ${Math.round(median(phone.map((time) => time.ten)))}, worst ${Math.round(Math.max(...phone.map((time) => time.ten)))}.`,
      ]
    : []),
];
if (log) {
  const text = fs.readFileSync(log, 'utf8');
  const peerSaid = (what) => (text.match(what) || ['', '?'])[1];
  said.push(
    '',
    `Pagefind ${peerSaid(/Pagefind v(\S+)/)} (extended) took ${Math.round(+peerSaid(/User time \(seconds\): (\S+)/) + +peerSaid(/System time \(seconds\): (\S+)/))} s of CPU and ${(peerSaid(/Maximum resident set size \(kbytes\): (\d+)/) / 1e6).toFixed(1)} GB to make its index.`
  );
}
console.log(said.join('\n'));
if (process.env.WRITE) {
  const readme = new URL('../README.md', import.meta.url);
  const text = fs.readFileSync(readme, 'utf8');
  const from = text.indexOf(MARK) + MARK.length;
  const next = text.indexOf('\n## ', from);
  fs.writeFileSync(readme, `${text.slice(0, from)}\n\n${said.join('\n')}\n${next < 0 ? '' : text.slice(next)}`);
}
await browser.close();
server.close();
