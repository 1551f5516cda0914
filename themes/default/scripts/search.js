//# allFunctionsCalledOnLoad
/* The search page: box, suggestions, results, filters. The engine is search-core.js. */
(function () {
  "use strict";
  // It did not come, and search-boot.js has said so.
  if (!self.StudyhallSearch) return;
  var form = document.querySelector("[data-search]");
  var input = form.querySelector("input[type=search]"), options = form.querySelector("[data-suggest]"), recent = form.querySelector("[data-recent]");
  var results = document.querySelector("[data-search-results]"), says = document.querySelector("[data-search-says]"), filters = document.querySelector("[data-search-filters]"), pager = document.querySelector("[data-search-pager]");
  var unasked = document.querySelectorAll("[data-search-index], [data-search-tip]");
  var HERE = location.pathname.replace(/.*\//, ""), ROWS = ["kind", "branch", "year", "status"], NAMES = { branch: "\u652f\u90e8", year: "\u5e74\u4efd", status: "\u72b6\u6001" }, SIZE = 10, FEW = 24;
  var waiting = {}, opened = null, turn = 0, state = { q: "", page: 1 }, search = null, timer = 0, slow = 0, tell = 0, unnamed = false, telling = false, composing = false, offering = 0, offers = null;

  /* Files of the index come as scripts: that works from a stick, in a folder, and under a strict policy. */
  window.sh = function (stamp) { settle(document.currentScript.name, stamp, [].slice.call(arguments, 1)); };
  window.studyhallIndex = function (format, build, pages, fields) { settle("index", undefined, { format: format, build: build, pages: pages, fields: fields }); };
  function settle(name, stamp, value) {
    var wait = waiting[name];
    if (!wait) return;
    delete waiting[name];
    if (wait.stamp !== undefined && wait.stamp !== stamp) wait.no({ stale: true }); else wait.yes(value);
  }
  function script(src, name) {
    return new Promise(function (yes, no) {
      var element = document.createElement("script");
      element.async = true;
      element.name = name;
      element.onload = function () { element.remove(); yes(); };
      element.onerror = function () { element.remove(); no(new Error(src)); };
      element.src = src;
      document.head.appendChild(element);
    });
  }
  function load(name, stamp) {
    return new Promise(function (yes, no) {
      waiting[name] = { yes: yes, no: no, stamp: stamp };
      // The first file must be today's; the others are named by it.
      var version = stamp === undefined ? Math.floor(Date.now() / 300000) : stamp;
      script(form.dataset.index + name + ".js?" + version, name).then(function () {
        if (waiting[name]) { delete waiting[name]; no(new Error(name)); }
      }, function (error) { delete waiting[name]; no(error); });
    });
  }
  function engine() {
    if (!opened) {
      opened = StudyhallSearch.open(load, function () { return script(form.dataset.more); });
      opened.catch(function () { opened = null; });
    }
    return opened;
  }

  function make(name, attributes, children) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    [].concat(children || []).forEach(function (child) { element.appendChild(typeof child === "string" ? document.createTextNode(child) : child); });
    return element;
  }
  function button(text, act, attributes) {
    var element = make("button", Object.assign({ type: "button" }, attributes), text);
    element.addEventListener("click", act);
    return element;
  }
  /* A link to another search, which is done without leaving the page. */
  function link(name, text, change, act) {
    var element = make("a", { "class": name, href: address(change) }, text);
    element.addEventListener("click", function (event) {
      // That is how a tab of its own is asked for.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      act();
    });
    return element;
  }
  /* To say again what is so already has the browser look at the page's styles. */
  function hidden(element, yes) { if (element.hidden !== yes) element.hidden = yes; }
  function empty(element) { if (element.firstChild) element.textContent = ""; }
  function marked(pieces) { return pieces.map(function (piece) { return piece[1] ? make("mark", {}, piece[0]) : piece[0]; }); }
  function say(text, offer, act) { says.textContent = text; if (offer) says.appendChild(button(offer, act, { "class": "again" })); }
  function mark(name, total) { results.dataset.state = name; if (total !== undefined) results.dataset.total = total; }

  /* The address of a search. */
  function address(change) {
    var next = Object.assign({}, state, change), parts = [];
    ["q"].concat(ROWS, "page").forEach(function (key) {
      var value = next[key];
      if (value && !(key === "page" && value < 2)) parts.push(key + "=" + encodeURIComponent(well(String(value))));
    });
    return HERE + (parts.length ? "?" + parts.join("&") : "");
  }
  /* Half a surrogate pair has no address. */
  function well(text) { return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, "").replace(/(^|[^\ud800-\udbff])[\udc00-\udfff]/g, "$1"); }
  function read() {
    var next = { q: "" }, given = new URLSearchParams(location.search);
    given.forEach(function (value, key) { if (key === "q" || ROWS.indexOf(key) >= 0) next[key] = value; });
    next.page = Math.max(1, parseInt(given.get("page")) || 1);
    return next;
  }
  /* What is being typed gets its address once its results are seen: to change it takes as long as to read a text. */
  function go(change, push) {
    state = Object.assign({}, state, change);
    unnamed = !push;
    if (push) name("pushState");
    return run();
  }
  function name(way) {
    var to = address();
    // The same again would be a way back to where one is.
    try { if (to !== HERE + location.search) history[way](null, "", to); } catch (e) { /* file:// may refuse; the search goes on */ }
  }
  function named() {
    if (unnamed) name("replaceState");
    unnamed = false;
  }

  function failed(error) {
    say(error.stale ? "\u641c\u7d22\u7684\u7d22\u5f15\u521a\u521a\u66f4\u65b0\u8fc7\uff0c\u8bf7\u5237\u65b0\u672c\u9875\u518d\u641c\u3002" : "\u641c\u7d22\u7684\u6587\u4ef6\u6ca1\u6709\u8bfb\u5230\uff0c\u53ef\u80fd\u6b63\u5728\u66f4\u65b0\u3002\u8bf7\u7a0d\u540e\u518d\u8bd5\u3002", "\u5237\u65b0\u672c\u9875", function () { location.reload(); });
    mark("error", 0);
  }

  function facet(hit, row) {
    var index = search.index;
    if (row === "year") {
      var year = index.years[hit.page] || "";
      return { key: String(year), name: year + "\u5e74" };
    }
    var at = { kind: 0, branch: 1, status: 2 }[row];
    return index.names[at][index.facets[at][hit.page]];
  }
  function maybe(hit) { return hit.state >= 0; }
  function unseen(hit) { return !hit.state; }
  function fits(hit, but) { return ROWS.every(function (row) { return row === but || !state[row] || facet(hit, row).key === state[row]; }); }
  function fitting() { return search.hits.filter(function (hit) { return maybe(hit) && fits(hit); }); }
  function lastPage() { return Math.ceil(fitting().length / SIZE) || 1; }

  function run() {
    var mine = ++turn, query = state.q.trim();
    clearTimeout(tell);
    hide();
    showRecent();
    if (!query) {
      clear();
      named();
      say("");
      mark("idle", 0);
      unasked.forEach(function (part) { hidden(part, false); });
      return Promise.resolve();
    }
    unasked.forEach(function (part) { hidden(part, true); });
    mark("loading");
    if (telling) { telling = false; say(""); }
    // Most answers come before the eye has seen that anything waits: to say so costs a frame.
    clearTimeout(slow);
    slow = setTimeout(function () { results.classList.add("old"); }, 120);
    if (!filters.firstChild) filters.classList.add("wait");
    tell = setTimeout(told, 1500);
    return engine().then(function (engine) {
      if (search && search.query === query && search.index === engine && !search.failed) return search;
      return engine.search(query);
    }).then(function (answer) {
      if (mine !== turn) return null;
      search = answer;
      return show(mine);
    }).catch(function (error) { if (mine === turn) { clear(); named(); failed(error); } });
  }

  /* Says that it takes a while: the host is slow, or many pages are looked through for few since nearly all that have the pairs of
     a phrase lack the phrase. */
  function told() {
    var open = search && search.query === state.q.trim() ? fitting().filter(unseen).length : 0;
    telling = true;
    say("\u6b63\u5728\u67e5\u627e" + (open ? "\uff0c\u8fd8\u8981\u770b " + open + " \u9875" : "\u2026\u2026"));
    tell = setTimeout(told, 2000);
  }
  function clear() {
    clearTimeout(slow);
    clearTimeout(tell);
    [results, filters, pager].forEach(empty);
    results.classList.remove("old");
    filters.classList.remove("wait");
  }

  /* Shows ten results that truly hold the words, then counts the others as far as that costs little. */
  function show(mine) {
    var core = search.index, mySearch = search, painted = [], some = [];
    function more(list) {
      if (mine !== turn) return;
      paint(list.filter(function (one) { return painted.indexOf(one.page) < 0; }), !painted.length);
      painted = list.map(function (one) { return one.page; });
    }
    // Who waits sees the first ones before all ten are known; they stay where they are.
    var late = false, patience = setTimeout(function () { late = true; if (some.length) more(some); }, 300);
    // An old address may name a page beyond the last: then that is meant. Which it is may turn out on the way.
    function reach() {
      var last = lastPage();
      if (state.page > last) { state.page = last; unnamed = true; }
      // Pages of results before this one are checked on the way, so that none is shown twice or passed over.
      return core.results(search, fitting(), (state.page - 1) * SIZE, SIZE, function (list) {
        if (list.length <= some.length) return;
        some = list;
        if (late) more(list);
      }).then(function (list) { return mine === turn && state.page > lastPage() ? reach() : list; });
    }
    return reach().catch(function (error) { clearTimeout(patience); throw error; }).then(function (list) {
      clearTimeout(patience);
      late = false;
      if (mine !== turn) return null;
      clearTimeout(tell);
      telling = false;
      more(list);
      mark("shown");
      return shown().then(function () {
        if (mine !== turn) return null;
        named();
        if (mine === offering) suggest();
        var open = mySearch.hits.filter(unseen);
        if (!open.length) return null;
        paintCounts();
        return core.cost(open) <= FEW ? count(mine, mySearch, open) : null;
      });
    }).then(function () { if (mine === turn) finish(mine); });
  }
  /* The next frame is on the screen; a page that nobody sees has none. */
  function shown() {
    return new Promise(function (yes) {
      requestAnimationFrame(function () { setTimeout(yes); });
      setTimeout(yes, 200);
    });
  }
  /* Checks what is open, a few at a time. */
  function count(mine, whole, open) {
    var batch = open.splice(0, 8);
    if (!batch.length || mine !== turn) return Promise.resolve();
    return Promise.all(batch.map(function (hit) { return whole.index.checked(whole, hit); })).then(function () { return count(mine, whole, open); });
  }
  /* All is known that will be: the number, the filters, the ways to other pages. */
  function finish(mine) {
    var total = paintCounts();
    mark("done", total);
    if (total) remember(state.q.trim());
    // What only the filters leave out is spelt well, and so may be what could not be read.
    else if (!says.lastElementChild && !search.failed) near(mine, state.q);
  }

  function paint(list, first) {
    clearTimeout(slow);
    if (first) empty(results);
    list.forEach(function (one) { results.appendChild(row(one)); });
    results.dataset.query = state.q;
    results.start = (state.page - 1) * SIZE + 1;
    results.classList.remove("old");
  }
  /* Says how many there are. What nobody has looked at yet is taken to hold the words as often as what was, and the number says "about". */
  function paintCounts() {
    var hits = fitting(), open = hits.filter(unseen), seen = search.hits.filter(function (hit) { return hit.state && !hit.listed; });
    var total = hits.length - Math.round(open.length * seen.filter(function (hit) { return hit.state < 0; }).length / (seen.length || 1));
    var lost = search.failed ? "\u3002\u6709\u7684\u7d22\u5f15\u6587\u4ef6\u6ca1\u6709\u8bfb\u5230" : "";
    if (!search.groups.length) say("\u8fd8\u8981\u6709\u4e00\u4e2a\u8981\u627e\u7684\u8bcd\uff0c\u51cf\u53f7\u540e\u7684\u4e0d\u8981");
    else if (!search.hits.some(maybe)) say("\u6ca1\u6709\u627e\u5230\u201c" + state.q.trim().slice(0, 40) + "\u201d" + lost);
    else if (!hits.length) say("\u6ca1\u6709\u7b26\u5408\u7b5b\u9009\u7684\u7ed3\u679c" + lost + " ", "\u53d6\u6d88\u7b5b\u9009", function () {
      state = { q: state.q, page: 1 };
      go({}, true);
      results.focus();
    });
    else if (!open.length) say("\u5171 " + hits.length + " \u6761" + (lost && lost + "\uff0c\u7ed3\u679c\u53ef\u80fd\u4e0d\u5168"));
    else {
      var mine = turn;
      say("\u7ea6 " + total + " \u6761" + lost + " ", "\u6570\u51c6", function () {
        this.disabled = true;
        results.focus({ preventScroll: true });
        count(mine, search, open).then(function () { if (mine === turn) finish(mine); }).catch(function (error) { if (mine === turn) failed(error); });
      });
    }
    // Made anew, they are the same to who stands on one of them.
    var stand = filters.contains(document.activeElement) && document.activeElement.dataset.way;
    paintFilters(hits.length);
    if (stand) ([].filter.call(filters.querySelectorAll("[data-way]"), function (one) { return one.dataset.way === stand; })[0] || results).focus();
    paintPager(open.length);
    return results.dataset.total = total;
  }
  function row(one) {
    var words = [];
    one.title.concat(one.head, one.text, one.facts).forEach(function (piece) { if (piece[1] && words.indexOf(piece[0]) < 0 && words.length < 5) words.push(piece[0]); });
    var href = form.dataset.root + one.url + (words.length ? "?" + words.map(function (word) { return "h=" + encodeURIComponent(well(word)); }).join("&") : "") + (one.anchor ? "#" + encodeURIComponent(one.anchor) : "");
    var facts = [make("span", { "class": "tag tag-kind" }, one.kind.name)];
    if (one.status.name) facts.push(make("span", { "class": "tag tag-" + one.status.key }, one.status.name));
    [marked(one.facts), one.branch, one.date].forEach(function (fact) { if (fact.length) facts.push(make("span", {}, fact)); });
    var parts = [make("a", { href: href }, marked(one.title))];
    if (one.head.length) parts.push(make("p", { "class": "hit-head" }, marked(one.head)));
    parts.push(make("p", { "class": "row-text" }, marked(one.text)), make("p", { "class": "facts" }, facts));
    return make("li", { "class": "row hit" }, parts);
  }
  function counts(name) {
    var known = new Map();
    search.hits.forEach(function (hit) {
      if (!maybe(hit) || !fits(hit, name)) return;
      var value = facet(hit, name);
      if (!value.key) return;
      var entry = known.get(value.key) || { key: value.key, name: value.name, count: 0, open: 0 };
      entry.count++;
      if (!hit.state) entry.open++;
      known.set(value.key, entry);
    });
    return Array.from(known.values()).sort(function (a, b) { return name === "year" ? b.key - a.key : b.count - a.count; });
  }
  function paintFilters(total) {
    empty(filters);
    filters.classList.remove("wait");
    // A value that nothing has is in no list: the lists would show that none is chosen.
    if (!total) return;
    var kinds = counts("kind"), all = { key: "", name: "\u5168\u90e8", count: 0, open: 0 }, chips = make("ul", { "class": "chips" });
    kinds.forEach(function (one) { all.count += one.count; all.open += one.open; });
    // How many there are is said where it is known: it is what choosing shows.
    function counted(one, before, after) { return one.name + (one.open ? "" : before + one.count + after); }
    [all].concat(kinds).forEach(function (one) {
      var on = (state.kind || "") === one.key, chip = make("li", {}, button(counted(one, " ", ""), function () { go({ kind: one.key, page: 1 }, true); }, { "aria-pressed": on, "data-way": "kind" + one.key }));
      chips.appendChild(chip);
      if (on && one.key) chips.chosen = chip;
    });
    filters.appendChild(chips);
    // Chips are in one line, which may be longer than the screen is wide.
    if (chips.chosen) chips.scrollLeft = chips.chosen.offsetLeft - chips.firstChild.offsetLeft;
    var selects = make("div", { "class": "search-selects" });
    ["branch", "year", "status"].forEach(function (name) {
      var list = counts(name);
      if (!list.length || list.length < 2 && !state[name]) return;
      var select = make("select", { "aria-label": NAMES[name], "data-way": name }, [make("option", { value: "" }, NAMES[name] + "\u4e0d\u9650")].concat(list.map(function (one) {
        return make("option", { value: one.key }, counted(one, "\uff08", "\uff09"));
      })));
      select.value = state[name] || "";
      select.addEventListener("change", function () { var change = { page: 1 }; change[name] = select.value; go(change, true); });
      selects.appendChild(select);
    });
    if (selects.firstChild) filters.appendChild(selects);
  }
  function paintPager(open) {
    empty(pager);
    var last = lastPage();
    if (last < 2) return;
    function way(text, page) {
      if (page < 1 || page > last) { pager.appendChild(make("span", { "class": "pager-way" })); return; }
      pager.appendChild(link("pager-way", text, { page: page }, function () { go({ page: page }, true); says.scrollIntoView(); results.focus(); }));
    }
    way("\u4e0a\u4e00\u9875", state.page - 1);
    pager.appendChild(make("span", { "class": "pager-at" }, state.page + (open ? "" : " / " + last)));
    way("\u4e0b\u4e00\u9875", state.page + 1);
  }
  function near(mine, query) {
    search.index.more().then(function (core) { return mine === turn ? core.near(query) : []; }).then(function (list) {
      if (mine !== turn || !list.length) return;
      say(says.textContent + "\u3002\u60a8\u8981\u627e\u7684\u662f\u4e0d\u662f\uff1a");
      // Nothing is there, whatever is chosen in the filters: another word begins without them.
      state = { q: state.q, page: 1 };
      list.forEach(function (text, at) {
        if (at) says.append("\u3001");
        says.appendChild(link("near", text, { q: text }, function () { choose(text); }));
      });
    }, function () { /* no offers then */ });
  }

  /* What was asked before stays on this phone, under the site's own name. */
  var KEY = form.dataset.site + ":search:recent";
  function remembered() {
    try { var list = JSON.parse(localStorage.getItem(KEY)); return Array.isArray(list) ? list.filter(function (one) { return typeof one === "string"; }) : []; } catch (e) { return []; }
  }
  function remember(query) {
    clearTimeout(remember.timer);
    remember.timer = setTimeout(remember.now = function () {
      remember.now = null;
      if (query !== state.q.trim() || query.length > 60) return;
      var list = [query].concat(remembered().filter(function (one) { return one !== query && query.indexOf(one) !== 0; })).slice(0, 8);
      try { localStorage.setItem(KEY, JSON.stringify(list)); } catch (e) { /* full or forbidden */ }
    }, 1500);
  }
  // Who opens a result at once has searched as well.
  window.addEventListener("pagehide", function () { if (remember.now) remember.now(); });
  function showRecent() {
    empty(recent);
    var list = state.q ? [] : remembered();
    hidden(recent, !list.length);
    if (!list.length) return;
    var chips = make("ul", { "class": "chips" });
    list.forEach(function (text) {
      chips.appendChild(make("li", {}, button(text, function () { choose(text); })));
    });
    recent.appendChild(make("h2", {}, "\u6700\u8fd1\u641c\u8fc7"));
    recent.appendChild(chips);
    recent.appendChild(button("\u6e05\u9664\u641c\u7d22\u8bb0\u5f55", function () { try { localStorage.removeItem(KEY); } catch (e) { /* nothing kept then */ } showRecent(); input.focus(); }, { "class": "clear" }));
  }

  function hide() { if (offers) offers.hide(); }
  function suggest() {
    var typed = input.value, mine = turn;
    if (!typed.trim()) { hide(); return; }
    engine().then(function (core) { return core.more(); }).then(function (core) {
      if (!offers) offers = StudyhallSearch.offers(input, options, choose);
      return core.suggest(typed, 6);
    }).then(function (list) {
      if (mine === turn && typed === input.value && document.activeElement === input) offers.show(list);
    }, function () { /* suggestions are a convenience */ });
  }
  function choose(text) {
    input.value = text;
    state = {};
    go({ q: text, page: 1 }, true);
    // What was chosen is gone from the page.
    if (document.activeElement !== input) results.focus({ preventScroll: true });
  }
  input.addEventListener("compositionstart", function () { composing = true; });
  input.addEventListener("compositionend", function () { composing = false; typed(); });
  input.addEventListener("input", function () { if (!composing) typed(); });
  /* Chinese comes a word at a time and is answered at once. Letters are waited for, and what is being erased. */
  function typed() {
    var letters = /[\x21-\x7e]$/.test(input.value), erasing = input.value.length < state.q.length && state.q.indexOf(input.value) === 0;
    clearTimeout(timer);
    // Before the frame that shows the key: what is asked of the host is on its way while that is painted.
    if (letters || erasing) timer = setTimeout(ask, 150); else ask();
    function ask() {
      // Some browsers tell of a composed word twice.
      if (input.value === state.q) return;
      state = {};
      go({ q: input.value, page: 1 }, false);
      // Suggestions are files of their own: words that are whole have their results first.
      offering = turn;
      if (letters) { offering = 0; suggest(); }
    }
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    clearTimeout(timer);
    if (input.value !== state.q) state = {};
    go({ q: input.value, page: 1 }, true);
  });
  window.addEventListener("popstate", function () { state = read(); input.value = state.q; run(); });

  state = read();
  var asked = state.q;
  // What was typed before this script had come has an address as well.
  if (input.value && !state.q) go({ q: input.value }, false); else { input.value = state.q; run(); }
  if (document.activeElement === input && input.value && !asked) suggest();
  // The reader is about to type: what every query needs comes meanwhile.
  engine().then(function (core) { return core.dictionary(); }).then(rehearse, function () { /* told when it is asked */ });
  /* What a browser paints for the first time takes it longer than later on: a row that nobody sees goes before. */
  function rehearse() {
    if (state.q || !window.requestIdleCallback) return;
    requestIdleCallback(function () {
      if (state.q) return;
      var words = [["\u5b66\u4e60\uff0c", false], ["\u5b66\u4e60", true]], name = { name: "\u5b66\u4e60" };
      var list = make("ol", { "class": "rows hits hits-unseen", "aria-hidden": "true" }, row({ url: "", title: words, head: words, text: words, facts: words, kind: name, status: name, branch: "", date: "2026-01-01" }));
      results.before(list);
      shown().then(function () { list.remove(); });
    });
  }
})();
