/*
 * Keeps pages for when there is no network. Never answers with an old page where a new one can be had.
 *
 * How old and new are kept apart: a page and every file that it names are put together or not at all, the page last. Styles,
 * scripts and pictures carry a hash in their names, so those of another build are other files; a page that is kept keeps
 * its own until it is replaced itself. Files without a hash (sound, attachments) are fetched anew with their page. The search
 * index is one set in a cache of its own and is replaced as a whole.
 */
"use strict";
const SCOPE = self.registration.scope;
const PAGES = "studyhall-pages " + SCOPE, SEARCH = "studyhall-search " + SCOPE, LIST = SCOPE + "kept-by-the-worker";
/** Pages that were only read: so many are kept. */
const READ = 80;
/** How long the network may take where a kept page stands ready. */
const PATIENCE = 4000;
const HASHED = /\.[0-9a-f]{10}\.[a-z0-9]+$|-[0-9a-f]{10}\.[a-z0-9]+$/;

/** Files of the search, below the scope. */
const OF_SEARCH = SCOPE + "search/";
/** Whether the search is kept; `undefined` until this worker has looked. */
let isSearchKept;
const lookForSearch = () => caches.has(SEARCH).then((has) => { isSearchKept = has; }, () => {});
lookForSearch();

self.addEventListener("install", () => self.skipWaiting());
// Another worker may have kept it since this one was installed.
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), lookForSearch()])));

/** One change of the list at a time. */
let turn = Promise.resolve();
function inTurn(act) {
  const mine = turn.then(act, act);
  turn = mine.catch(() => {});
  return mine;
}

const bare = (url) => url.split("#")[0].split("?")[0];
const pageOf = (url) => (bare(url).slice(-1) === "/" ? bare(url) + "index.html" : bare(url));

/** What is kept: `pages` by address (when, files with their sizes, course), `courses` by address. */
async function list(cache) {
  try {
    const found = await cache.match(LIST), kept = found ? await found.json() : null;
    if (kept && kept.v === 1) return kept;
  } catch (e) { /* A list that cannot be read is begun anew; what it named is fetched again. */ }
  return { v: 1, pages: {}, courses: {} };
}
const write = (cache, kept) => cache.put(LIST, new Response(JSON.stringify(kept), { headers: { "Content-Type": "text/plain" } }));

/** The files that a page names: styles, scripts, pictures; with `all` also what is to be heard or taken along. */
function named(html, page, all) {
  const files = new Set(), attribute = /\s(href|src|srcset|data-[a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;
  let found;
  while ((found = attribute.exec(html))) {
    const value = (found[2] || found[3] || found[4] || "").replace(/&amp;/g, "&");
    (found[1] === "srcset" ? value.split(",").map((part) => part.trim().split(/\s+/)[0]) : [value]).forEach((part) => {
      if (!part || /^(data|blob|mailto|tel|javascript):/.test(part)) return;
      let url;
      try { url = new URL(part, page); } catch (e) { return; }
      if (url.href.indexOf(SCOPE) !== 0) return;
      if (/\.(css|js|ico|png|jpe?g|gif)$/i.test(url.pathname) || (all && /\.(mp3|m4a)$/i.test(url.pathname))) files.add(url.href.split("#")[0]);
    });
  }
  return Array.from(files);
}

/**
 * Fetches a page with its files and keeps them: all of it, or nothing. `beside` are files that the page asks for by its scripts
 * (questions of the practice page); those that came with an earlier course stay with it.
 */
async function keepPage(cache, address, response, course, beside) {
  const page = pageOf(address), kept = await list(cache), before = kept.pages[page];
  const owner = course || (before && before.course) || "";
  const answer = response || await fetch(page, { cache: "no-cache" });
  if (!answer.ok || !/text\/html/.test(answer.headers.get("Content-Type") || "")) throw new Error("no page: " + page);
  const html = await answer.text(), files = {}, fresh = [];
  const kin = new Set((before && before.beside) || []);
  kin.forEach((file) => { if (file in before.files) files[file] = before.files[file]; });
  (beside || []).forEach((file) => kin.add(file));
  await Promise.all(named(html, page, !!owner).concat(beside || []).map(async (file) => {
    const isFixed = HASHED.test(bare(file)), old = isFixed ? await cache.match(file) : null;
    if (old) {
      files[file] = (before && before.files[file]) || (await old.clone().blob()).size;
      return;
    }
    // A page that was just read has its pictures at hand; what is kept for later is asked for anew.
    const got = await fetch(file, isFixed || !owner ? {} : { cache: "no-cache" });
    if (!got.ok) {
      // A picture that is missing on the host is missing on the page as well; a style or script is not left out.
      if (/\.(css|js)$/.test(bare(file))) throw new Error("no file: " + file);
      return;
    }
    const body = await got.blob();
    files[file] = body.size;
    fresh.push([file, new Response(body, { headers: { "Content-Type": got.headers.get("Content-Type") || body.type } })]);
  }));
  for (const pair of fresh) await cache.put(pair[0], pair[1]);
  const headers = { "Content-Type": "text/html; charset=utf-8" }, policy = answer.headers.get("Content-Security-Policy");
  if (policy) headers["Content-Security-Policy"] = policy;
  await cache.put(page, new Response(html, { headers: headers }));
  const now = await list(cache);
  now.pages[page] = { at: Date.now(), bytes: html.length, files: files, course: owner, beside: Array.from(kin) };
  await tidy(cache, now);
}

/** Lets go of the pages read longest ago, and of files that no kept page names. */
async function tidy(cache, kept) {
  const read = Object.keys(kept.pages).filter((page) => !kept.pages[page].course).sort((a, b) => kept.pages[b].at - kept.pages[a].at);
  read.slice(READ).forEach((page) => { delete kept.pages[page]; });
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
  const got = await Promise.all(files.map((file) => fetch(file, { cache: "no-cache" })));
  if (got.some((one) => !one.ok)) throw new Error("search");
  const bodies = await Promise.all(got.map((one) => one.blob())), first = files.findIndex((file) => /\/index\.js$/.test(file));
  if (first >= 0) {
    const again = await (await fetch(files[first], { cache: "no-cache" })).text();
    if (again !== await bodies[first].text()) throw new Error("search changed");
  }
  await caches.delete(SEARCH);
  const cache = await caches.open(SEARCH);
  isSearchKept = true;
  await Promise.all(files.map((file, at) => cache.put(file, new Response(bodies[at], { headers: { "Content-Type": "application/javascript" } }))));
  return bodies.reduce((sum, body) => sum + body.size, 0);
}

const ACTS = {
  keep: (data) => inTurn(async () => {
    const cache = await caches.open(PAGES);
    for (const page of data.pages) await keepPage(cache, page, null, "");
    return {};
  }),
  course: (data, tell) => inTurn(async () => {
    const cache = await caches.open(PAGES), pages = [data.url].concat(data.pages), all = pages.concat(data.more);
    for (let at = 0; at < all.length; at++) {
      tell({ at: at + 1, all: all.length });
      await keepPage(cache, all[at], null, data.url);
    }
    if (data.practice) await keepPage(cache, data.practice, null, data.url, data.questions);
    const bytes = await keepSearch(data.search), kept = await list(cache);
    kept.courses[data.url] = { title: data.title, at: Date.now() };
    kept.search = bytes;
    await write(cache, kept);
    return {};
  }),
  list: () => inTurn(async () => {
    const kept = await list(await caches.open(PAGES)), seen = {}, of = {};
    let bytes = kept.search || 0;
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
      pages: Object.keys(kept.pages).length, bytes: bytes,
      courses: Object.keys(kept.courses).map((url) => ({ url: url, title: kept.courses[url].title, bytes: of[url] || 0 })),
    };
  }),
  empty: () => inTurn(async () => {
    await caches.delete(PAGES);
    await caches.delete(SEARCH);
    isSearchKept = false;
    return {};
  }),
};

self.addEventListener("message", (event) => {
  const port = event.ports[0], act = event.data && ACTS[event.data.act];
  if (!port || !act) return;
  event.waitUntil(act(event.data, (now) => port.postMessage(now)).then(
    (result) => port.postMessage(Object.assign({ done: true }, result)),
    (error) => port.postMessage({ done: true, error: String(error && error.message) }),
  ));
});

self.addEventListener("fetch", (event) => {
  const request = event.request, url = request.url;
  if (request.method !== "GET" || url.indexOf(SCOPE) !== 0 || bare(url) === SCOPE + "sw.js") return;
  // Of a search that is not kept, nothing here knows more than the network; the way through here takes as long as the file.
  if (isSearchKept === false && url.indexOf(OF_SEARCH) === 0) return;
  if (request.mode === "navigate") event.respondWith(navigation(event));
  else if (/\.(css|js|ico|png|jpe?g|gif|mp3|m4a)$/i.test(bare(url))) event.respondWith(file(request));
});

async function navigation(event) {
  const cache = await caches.open(PAGES), kept = await cache.match(pageOf(event.request.url));
  const network = fetch(event.request);
  network.then((response) => {
    // What was read is kept, unless it was no page or led elsewhere.
    if (response.ok && !response.redirected && /text\/html/.test(response.headers.get("Content-Type") || "")) {
      const copy = response.clone();
      event.waitUntil(inTurn(() => keepPage(cache, event.request.url, copy, "")).catch(() => {}));
    }
  }, () => {});
  if (!kept) return network.catch(() => nothing());
  return new Promise((answer) => {
    const timer = setTimeout(() => answer(kept), PATIENCE);
    network.then((response) => {
      clearTimeout(timer);
      answer(response);
    }, () => {
      clearTimeout(timer);
      answer(kept);
    });
  });
}

/** Nothing kept and no network: the reader's own page tells what there is; before that is kept, a few words. */
async function nothing() {
  const own = SCOPE + "study.html";
  if (await (await caches.open(PAGES)).match(own)) return Response.redirect(own + "#offline");
  const html = "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><meta name=color-scheme content=\"light dark\">"
    + "<title>\u6ca1\u6709\u7f51\u7edc</title><h1>\u6ca1\u6709\u7f51\u7edc</h1><p>\u8fd9\u4e00\u9875\u6ca1\u6709\u5b58\u5728\u624b\u673a\u91cc\u3002\u8fde\u4e0a\u7f51\u518d\u6253\u5f00\u4e00\u6b21\u3002</p>";
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

async function file(request) {
  const cache = await caches.open(PAGES), isFixed = HASHED.test(bare(request.url));
  if (isFixed) {
    const kept = await cache.match(request.url);
    if (kept) return part(request, kept);
  }
  try {
    return await fetch(request);
  } catch (error) {
    const kept = (await cache.match(request.url, { ignoreSearch: true })) || (await (await caches.open(SEARCH)).match(request.url, { ignoreSearch: true }));
    if (kept) return part(request, kept);
    throw error;
  }
}

/** A player asks for a part of a recording, and some will not play what comes whole. */
async function part(request, response) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") || "");
  if (!range) return response;
  const body = await response.blob(), from = Number(range[1]), to = range[2] ? Math.min(Number(range[2]), body.size - 1) : body.size - 1;
  if (from > to) return new Response("", { status: 416, headers: { "Content-Range": "bytes */" + body.size } });
  return new Response(body.slice(from, to + 1), {
    status: 206,
    headers: { "Content-Type": response.headers.get("Content-Type"), "Content-Length": String(to - from + 1), "Content-Range": "bytes " + from + "-" + to + "/" + body.size },
  });
}
