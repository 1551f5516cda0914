/*
 * Keeps pages for when there is no network. Never answers with an old page where a new one can be had.
 *
 * How old and new are kept apart: a page and every file that it names are put together or not at all, the page last. Styles,
 * scripts and pictures carry a hash in their names, so those of another build are other files; a page that is kept keeps
 * its own until it is replaced itself. Files without a hash (sound, attachments) are fetched anew with their page. The search
 * index is one set in a cache of its own and is replaced as a whole.
 *
 * What is kept is this site's alone: below the scope another application may have its pages too, when the site stands at the root
 * of a host. A page is kept if it says whose it is (`data-site`) and stands where it says (`data-root`, `data-page`), and if the
 * host lets it be kept (no `no-store`, no `private`). Addresses with a query are let through, but for the search page's own.
 */
'use strict';
const SCOPE = self.registration.scope;
/** The site whose worker this is, as the page that registers it says. */
const SITE = new URL(self.location.href).searchParams.get('site');
/** At the root of a host other applications may stand below the scope. */
const IS_HOST = new URL(SCOPE).pathname === '/';
/** The form of the list of what is kept; one of another form is begun anew. */
const FORMAT = 2;
const PAGES = `studyhall-pages ${SCOPE}`;
const SEARCH = `studyhall-search ${SCOPE}`;
const LIST = `${SCOPE}kept-by-the-worker`;
/** Pages that were only read: so many are kept. */
const READ = 80;
/** How long the network may take where a kept page stands ready. */
const PATIENCE = 4000;
const HASHED = /\.[0-9a-f]{10}\.[a-z0-9]+$|-[0-9a-f]{10}\.[a-z0-9]+$/;

/** Files of the search and of the practice, below the scope: these are asked for with a query. */
const OF_SEARCH = `${SCOPE}search/`;
const OF_STUDY = `${SCOPE}study/`;
/** The one page that is asked for with a query. */
const SEARCH_PAGE = `${SCOPE}search.html`;
/** Whether the search is kept; `undefined` until this worker has looked. */
let isSearchKept;
async function lookForSearch() {
  try {
    isSearchKept = await caches.has(SEARCH);
  } catch (error) {
    // Not known then.
  }
}
lookForSearch();

self.addEventListener('install', () => self.skipWaiting());
// Another worker may have kept it since this one was installed; what a worker of another form kept goes.
self.addEventListener('activate', (event) =>
  event.waitUntil(
    Promise.all([
      self.clients.claim(),
      lookForSearch(),
      inTurn(async () => {
        const cache = await caches.open(PAGES);
        await tidy(cache, await list(cache));
      }),
    ])
  )
);

/** One change of the list at a time. */
let turn = Promise.resolve();
function inTurn(act) {
  const mine = turn.then(act, act);
  turn = mine.catch(() => null);
  return mine;
}

const bare = (url) => url.split('#')[0].split('?')[0];
const pageOf = (url) => (bare(url).slice(-1) === '/' ? `${bare(url)}index.html` : bare(url));

const isObject = (value) => !!value && typeof value === 'object' && !Array.isArray(value);
const sizeOf = (value) => (Number.isSafeInteger(value) && value > 0 ? value : 0);
/** Whether a value is an address below the scope. */
const isBelow = (value, folder) =>
  typeof value === 'string' && value.indexOf(folder || SCOPE) === 0 && value.length < 2000 && new URL(value).href === value;
const below = (values, folder) => (Array.isArray(values) ? values.filter((value) => isBelow(value, folder)) : []);

/**
 * What is kept: `pages` by address (when, files with their sizes, course), `courses` by address. The caches are open to all pages of
 * the host, so what stands in the list is looked at before it is believed.
 */
async function list(cache) {
  const kept = { v: FORMAT, pages: {}, courses: {}, search: 0 };
  let raw = null;
  try {
    const found = await cache.match(LIST);
    raw = found ? await found.json() : null;
  } catch (e) {
    /* A list that cannot be read is begun anew; what it named is fetched again. */
  }
  if (!isObject(raw) || raw.v !== FORMAT || !isObject(raw.pages) || !isObject(raw.courses)) return kept;
  for (const [page, one] of Object.entries(raw.pages)) {
    if (!isBelow(page) || !isObject(one) || !isObject(one.files)) continue;
    const files = {};
    Object.keys(one.files)
      .filter((file) => isBelow(file))
      .forEach((file) => {
        files[file] = sizeOf(one.files[file]);
      });
    kept.pages[page] = {
      at: sizeOf(one.at),
      bytes: sizeOf(one.bytes),
      files,
      course: isBelow(one.course) ? one.course : '',
      beside: below(one.beside),
    };
  }
  for (const [url, one] of Object.entries(raw.courses)) {
    if (isBelow(url) && isObject(one)) kept.courses[url] = { title: String(one.title).slice(0, 200), at: sizeOf(one.at) };
  }
  kept.search = sizeOf(raw.search);
  return kept;
}
const write = (cache, kept) => cache.put(LIST, new Response(JSON.stringify(kept), { headers: { 'Content-Type': 'text/plain' } }));

/** Name and value of each attribute. */
function attributes(html) {
  const pattern = /\s([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;
  const all = [];
  let found;
  while ((found = pattern.exec(html))) all.push([found[1], (found[2] || found[3] || found[4] || '').replace(/&amp;/g, '&')]);
  return all;
}

/** Whether a page is one of this site, and the one that stands at this address. */
function isOwn(html, page) {
  const tag = /<html\b[^>]*>/i.exec(html.slice(0, 4000));
  const marks = new Map(tag ? attributes(tag[0]) : []);
  return (
    marks.has('data-site') &&
    marks.get('data-site') === SITE &&
    new URL(marks.get('data-root') || './', page).href === SCOPE &&
    SCOPE + marks.get('data-page') === page
  );
}

/** Whether the host lets an answer be kept. */
const mayKeep = (answer) => !/(^|[\s,])(no-store|private)($|[\s,;=])/i.test(answer.headers.get('Cache-Control') || '');

const isPage = (answer) => /text\/html/.test(answer.headers.get('Content-Type') || '');

/** The files that a page names: styles, scripts, pictures; with `all` also what is to be heard or taken along. */
function named(html, page, all) {
  const files = new Set();
  attributes(html).forEach(([name, value]) => {
    if (!/^(href|src|srcset|data-[a-z-]+)$/.test(name)) return;
    (name === 'srcset' ? value.split(',').map((part) => part.trim().split(/\s+/)[0]) : [value]).forEach((part) => {
      if (!part || /^(data|blob|mailto|tel|javascript):/.test(part)) return;
      let url;
      try {
        url = new URL(part, page);
      } catch (e) {
        return;
      }
      if (url.href.indexOf(SCOPE) !== 0 || url.search) return;
      if (/\.(css|js|ico|png|jpe?g|gif)$/i.test(url.pathname) || (all && /\.(mp3|m4a)$/i.test(url.pathname)))
        files.add(url.href.split('#')[0]);
    });
  });
  return Array.from(files);
}

/**
 * Fetches a page with its files and keeps them: all of it, or nothing. `beside` are files that the page asks for by its scripts
 * (questions of the practice page); those that came with an earlier course stay with it.
 */
async function keepPage(cache, address, response, course, beside) {
  const page = pageOf(address);
  const kept = await list(cache);
  const before = kept.pages[page];
  const owner = course || (before && before.course) || '';
  const answer = response || (await fetch(page, { cache: 'no-cache' }));
  if (!answer.ok || !isPage(answer)) throw new Error(`no page: ${page}`);
  if (!mayKeep(answer)) throw new Error('forbidden');
  const html = await answer.text();
  const files = {};
  const fresh = [];
  if (!isOwn(html, page)) throw new Error(`foreign: ${page}`);
  const kin = new Set((before && before.beside) || []);
  kin.forEach((file) => {
    if (file in before.files) files[file] = before.files[file];
  });
  (beside || []).forEach((file) => kin.add(file));
  await Promise.all(
    named(html, page, !!owner)
      .concat(beside || [])
      .map(async (file) => {
        const isFixed = HASHED.test(bare(file));
        const old = isFixed ? await cache.match(file) : null;
        if (old) {
          files[file] = (before && before.files[file]) || (await old.clone().blob()).size;
          return;
        }
        // A name without a hash may stand for another picture than last time, and many hosts do not say for how long it is good.
        const got = await fetch(file, isFixed ? {} : { cache: 'no-cache' });
        if (!got.ok || got.redirected || !mayKeep(got)) {
          // A picture that is missing on the host is missing on the page as well; a style or script is not left out.
          if (/\.(css|js)$/.test(bare(file))) throw new Error(`no file: ${file}`);
          return;
        }
        const body = await got.blob();
        files[file] = body.size;
        fresh.push([file, new Response(body, { headers: { 'Content-Type': got.headers.get('Content-Type') || body.type } })]);
      })
  );
  for (const pair of fresh) await cache.put(pair[0], pair[1]);
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  const policy = answer.headers.get('Content-Security-Policy');
  if (policy) headers['Content-Security-Policy'] = policy;
  await cache.put(page, new Response(html, { headers }));
  const now = await list(cache);
  now.pages[page] = { at: Date.now(), bytes: html.length, files, course: owner, beside: Array.from(kin) };
  await tidy(cache, now);
}

/** Lets go of a page that is no more, or that another application has taken the place of. */
async function drop(cache, page) {
  const kept = await list(cache);
  if (!(page in kept.pages)) return;
  delete kept.pages[page];
  await tidy(cache, kept);
}

/** Lets go of the pages read longest ago, and of files that no kept page names. */
async function tidy(cache, kept) {
  const read = Object.keys(kept.pages)
    .filter((page) => !kept.pages[page].course)
    .sort((a, b) => kept.pages[b].at - kept.pages[a].at);
  read.slice(READ).forEach((page) => {
    delete kept.pages[page];
  });
  const wanted = new Set([LIST]);
  Object.keys(kept.pages).forEach((page) => {
    wanted.add(page);
    Object.keys(kept.pages[page].files).forEach((file) => wanted.add(file));
  });
  await write(cache, kept);
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

/** All files of the search at once, or none; the first file, which names the others, is asked twice to see that no build came in between. */
async function keepSearch(files) {
  if (!files.length) return 0;
  const got = await Promise.all(files.map((file) => fetch(file, { cache: 'no-cache' })));
  if (got.some((one) => !one.ok || one.redirected)) throw new Error('search');
  if (!got.every(mayKeep)) throw new Error('forbidden');
  const bodies = await Promise.all(got.map((one) => one.blob()));
  const first = files.findIndex((file) => /\/index\.js$/.test(file));
  if (first >= 0) {
    const again = await (await fetch(files[first], { cache: 'no-cache' })).text();
    if (again !== (await bodies[first].text())) throw new Error('search changed');
  }
  await caches.delete(SEARCH);
  const cache = await caches.open(SEARCH);
  isSearchKept = true;
  await Promise.all(
    files.map((file, at) => cache.put(file, new Response(bodies[at], { headers: { 'Content-Type': 'application/javascript' } })))
  );
  return bodies.reduce((sum, body) => sum + body.size, 0);
}

const ACTS = {
  keep: (data) =>
    inTurn(async () => {
      const cache = await caches.open(PAGES);
      for (const page of below(data.pages)) if (bare(page) === page) await keepPage(cache, page, null, '');
      return {};
    }),
  course: (data, tell) =>
    inTurn(async () => {
      if (!isBelow(data.url)) throw new Error('no course');
      const cache = await caches.open(PAGES);
      const all = [data.url].concat(below(data.pages), below(data.more));
      for (let at = 0; at < all.length; at++) {
        tell({ at: at + 1, all: all.length });
        await keepPage(cache, all[at], null, data.url);
      }
      if (isBelow(data.practice)) await keepPage(cache, data.practice, null, data.url, below(data.questions, OF_STUDY));
      const bytes = await keepSearch(below(data.search, OF_SEARCH));
      const kept = await list(cache);
      kept.courses[data.url] = { title: String(data.title).slice(0, 200), at: Date.now() };
      kept.search = bytes;
      await write(cache, kept);
      return {};
    }),
  list: () =>
    inTurn(async () => {
      const kept = await list(await caches.open(PAGES));
      const seen = {};
      const of = {};
      let bytes = kept.search;
      Object.keys(kept.pages).forEach((page) => {
        const one = kept.pages[page];
        let sum = one.bytes;
        Object.keys(one.files).forEach((file) => {
          if (!seen[file]) bytes += one.files[file];
          seen[file] = true;
          sum += one.files[file];
        });
        bytes += one.bytes;
        if (one.course) of[one.course] = (of[one.course] || 0) + sum;
      });
      return {
        pages: Object.keys(kept.pages).length,
        bytes,
        courses: Object.keys(kept.courses).map((url) => ({ url, title: kept.courses[url].title, bytes: of[url] || 0 })),
      };
    }),
  empty: () =>
    inTurn(async () => {
      await caches.delete(PAGES);
      await caches.delete(SEARCH);
      isSearchKept = false;
      return {};
    }),
};

self.addEventListener('message', (event) => {
  const port = event.ports[0];
  const data = event.data;
  if (!port || !isObject(data) || !Object.keys(ACTS).includes(data.act)) return;
  const act = ACTS[data.act];
  event.waitUntil(answer(port, act, data));
});

async function answer(port, act, data) {
  let result;
  try {
    result = await act(data, (now) => port.postMessage(now));
  } catch (error) {
    result = { error: String(error && error.message) };
  }
  port.postMessage(Object.assign({ done: true }, result));
}

self.addEventListener('fetch', (event) => {
  const request = event.request;
  const url = request.url;
  if (request.method !== 'GET' || url.indexOf(SCOPE) !== 0 || bare(url) === `${SCOPE}sw.js`) return;
  // Of a search that is not kept, nothing here knows more than the network; the way through here takes as long as the file.
  if (isSearchKept === false && url.indexOf(OF_SEARCH) === 0) return;
  const hasQuery = url.split('#')[0] !== bare(url);
  if (request.mode === 'navigate') {
    // All pages of ours end so; what ends otherwise is none.
    if (/(\/|\.html?)$/.test(bare(url)) && (!hasQuery || bare(url) === SEARCH_PAGE)) event.respondWith(navigate(event));
  } else if (hasQuery && url.indexOf(OF_SEARCH) !== 0 && url.indexOf(OF_STUDY) !== 0) return;
  else if (/\.(css|js|ico|png|jpe?g|gif|mp3|m4a)$/i.test(bare(url))) event.respondWith(file(request));
});

/** The folder or page below the scope in which an address stands. */
const topOf = (url) => url.slice(SCOPE.length).split('/')[0];

/** Whether an address can only be this site's: at the root of a host, if it stands in a folder of which something is kept, or is linked from there. */
function isNear(kept, request) {
  if (!IS_HOST) return true;
  const pages = Object.keys(kept.pages);
  const top = topOf(pageOf(request.url));
  return (request.referrer && pages.includes(pageOf(request.referrer))) || pages.some((page) => topOf(page) === top);
}

async function navigate(event) {
  const request = event.request;
  const page = pageOf(request.url);
  const cache = await caches.open(PAGES);
  const known = await list(cache);
  const kept = page in known.pages ? await cache.match(page) : undefined;
  // A host that sends no more than `Last-Modified` lets the browser show an old page for days; what is ours is asked for anew.
  const isKnown = kept || isNear(known, request);
  const network = fetch(request, isKnown ? { cache: 'no-cache' } : {});
  // No `await`: the copy is made before the browser begins to read the answer.
  network.then(
    (response) => keepRead(event, cache, page, response),
    () => null
  );
  if (kept) return Promise.race([network.catch(() => kept), later(PATIENCE, kept)]);
  return isKnown ? network.catch(nothing) : network;
}

const later = (time, value) => new Promise((resolve) => setTimeout(resolve, time, value));

/** Keeps what was read, unless it was no page or led elsewhere. */
function keepRead(event, cache, page, response) {
  if (response.status === 404 || response.status === 410) {
    event.waitUntil(inTurn(() => drop(cache, page)));
    return;
  }
  if (!response.ok || response.redirected || !isPage(response)) return;
  const copy = response.clone();
  event.waitUntil(
    inTurn(() => keepPage(cache, page, copy, '')).catch((error) => {
      // Another application has the address now, or the host no longer lets the page be kept.
      if (/^(forbidden|foreign)/.test(error.message)) return inTurn(() => drop(cache, page));
      return null;
    })
  );
}

/** Nothing kept and no network: the reader's own page tells what there is; before that is kept, a few words. */
async function nothing() {
  const own = `${SCOPE}study.html`;
  if (await (await caches.open(PAGES)).match(own)) return Response.redirect(`${own}#offline`);
  const html =
    '<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content="width=device-width"><meta name=color-scheme content="light dark">' +
    '<title>\u6ca1\u6709\u7f51\u7edc</title><h1>\u6ca1\u6709\u7f51\u7edc</h1><p>\u8fd9\u4e00\u9875\u6ca1\u6709\u5b58\u5728\u624b\u673a\u91cc\u3002\u8fde\u4e0a\u7f51\u518d\u6253\u5f00\u4e00\u6b21\u3002</p>';
  return new Response(html, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

async function file(request) {
  const cache = await caches.open(PAGES);
  const isFixed = HASHED.test(bare(request.url));
  const kept = await cache.match(bare(request.url));
  if (isFixed && kept) return part(request, kept);
  try {
    // A part of a recording goes on with the parts that the browser has.
    return await fetch(request, kept && !request.headers.has('Range') ? { cache: 'no-cache' } : {});
  } catch (error) {
    const known = kept || (await (await caches.open(SEARCH)).match(request.url, { ignoreSearch: true }));
    if (known) return part(request, known);
    throw error;
  }
}

/** A player asks for a part of a recording, and some will not play what comes whole. */
async function part(request, response) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('Range') || '');
  if (!range) return response;
  const body = await response.blob();
  const from = Number(range[1]);
  const to = range[2] ? Math.min(Number(range[2]), body.size - 1) : body.size - 1;
  if (from > to) return new Response('', { status: 416, headers: { 'Content-Range': `bytes */${body.size}` } });
  return new Response(body.slice(from, to + 1), {
    status: 206,
    headers: {
      'Content-Type': response.headers.get('Content-Type'),
      'Content-Length': String(to - from + 1),
      'Content-Range': `bytes ${from}-${to}/${body.size}`,
    },
  });
}
