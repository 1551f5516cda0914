// The browser's side of the preview: listens for changes, patches the page, shows what is wrong.
// Never part of a site: the preview's server adds it to pages on their way. ASCII only; all words come from the server.
(function () {
  "use strict";

  var self = document.currentScript;
  var home = self.src.replace(/preview\.js(\?.*)?$/, "");
  var page = self.getAttribute("data-page");
  var stamp = self.getAttribute("data-stamp");

  // ---- Patching -------------------------------------------------------------------------------------------------
  // What the server sent last (`base`) is compared with what it sends now, and only the differences are carried over to
  // the live page: what the site's scripts have added, opened or filled in there stays.

  var twin = new WeakMap(); // node of the base -> node of the live page

  function pair(base, live) {
    twin.set(base, live);
    for (var b = base.firstChild, l = live.firstChild; b && l; b = b.nextSibling, l = l.nextSibling) pair(b, l);
  }

  // Runs before every other script of the page that waits for its end: base and live page are still the same.
  var base = document.documentElement.cloneNode(true);
  pair(base, document.documentElement);

  // Scripts of a site may want to know.
  document.documentElement.setAttribute("data-preview", "");

  // What a service worker keeps is what a page was: here every page is asked for anew. One that an earlier, published
  // copy of the site has left at this address goes.
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register = function () { return new Promise(function () {}); };
    navigator.serviceWorker.getRegistrations().then(function (all) {
      all.forEach(function (one) { one.unregister(); });
    }).catch(function () {});
  }

  function signature(node) {
    if (node.nodeType === 1) return node.nodeName + "#" + (node.id || "");
    return String(node.nodeType);
  }

  // The pairs of children that go together: equal ones first, in order (longest common subsequence over what they
  // hold), then ones of the same kind between those.
  function match(before, after) {
    var i, j, start = 0, endA = before.length, endB = after.length, pairs = [];
    while (start < endA && start < endB && before[start].isEqualNode(after[start])) { pairs.push([start, start]); start++; }
    var tail = [];
    while (endA > start && endB > start && before[endA - 1].isEqualNode(after[endB - 1])) { endA--; endB--; tail.unshift([endA, endB]); }
    var a = before.slice(start, endA), b = after.slice(start, endB);
    var equal = [];
    if (a.length * b.length <= 250000 && a.length && b.length) {
      var text = function (node) { return node.nodeType === 1 ? node.outerHTML : node.nodeType + ":" + node.nodeValue; };
      var ta = a.map(text), tb = b.map(text), width = b.length + 1;
      var table = new Uint16Array((a.length + 1) * width);
      for (i = a.length - 1; i >= 0; i--) {
        for (j = b.length - 1; j >= 0; j--) {
          table[i * width + j] = ta[i] === tb[j] ? table[(i + 1) * width + j + 1] + 1
            : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
        }
      }
      for (i = 0, j = 0; i < a.length && j < b.length;) {
        if (ta[i] === tb[j]) { equal.push([i++, j++]); }
        else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i++;
        else j++;
      }
    }
    equal.push([a.length, b.length]);
    var fromA = 0, fromB = 0;
    equal.forEach(function (hit) {
      for (j = fromB, i = fromA; j < hit[1]; j++) {
        for (var k = i; k < hit[0]; k++) {
          if (signature(a[k]) === signature(b[j])) { pairs.push([start + k, start + j]); i = k + 1; break; }
        }
      }
      if (hit[0] < a.length) pairs.push([start + hit[0], start + hit[1]]);
      fromA = hit[0] + 1;
      fromB = hit[1] + 1;
    });
    return pairs.concat(tail);
  }

  function list(node) { return Array.prototype.slice.call(node.childNodes); }

  var touched = 0;

  // A node of the new state for the live page; its base is the node itself.
  function plant(fresh) {
    var live = document.importNode(fresh, true);
    pair(fresh, live);
    return live;
  }

  function isStyle(node) { return node.nodeName === "LINK" && /stylesheet/.test(node.getAttribute("rel") || ""); }

  // A style is exchanged when the new one is there: nothing flashes.
  function restyle(live, fresh) {
    var next = document.importNode(fresh, false);
    var done = function () { if (live.parentNode) live.parentNode.removeChild(live); };
    next.addEventListener("load", done);
    next.addEventListener("error", done);
    live.parentNode.insertBefore(next, live.nextSibling);
    return next;
  }

  function attributes(before, after, live, isRoot) {
    var i, names = {};
    for (i = 0; i < after.attributes.length; i++) {
      var name = after.attributes[i].name, value = after.attributes[i].value;
      names[name] = true;
      if (before.getAttribute(name) !== value) { live.setAttribute(name, value); touched++; }
    }
    // The root carries what the reader has chosen (size, light or dark), set by a script before we came.
    if (isRoot) return;
    for (i = 0; i < before.attributes.length; i++) {
      if (!names[before.attributes[i].name]) { live.removeAttribute(before.attributes[i].name); touched++; }
    }
  }

  // Carries the differences of two states of a node over to the live one. The new state takes the base's place.
  function patch(before, after) {
    var live = twin.get(before);
    if (!live) return;
    if (before.isEqualNode(after)) { keep(before, after); return; }
    if (before.nodeType !== 1) {
      twin.set(after, live);
      if (live.nodeValue !== after.nodeValue) { live.nodeValue = after.nodeValue; touched++; }
      return;
    }
    if (isStyle(before) && before.getAttribute("href") !== after.getAttribute("href")) {
      twin.set(after, restyle(live, after));
      touched++;
      return;
    }
    twin.set(after, live);
    attributes(before, after, live, before.nodeName === "HTML");
    var old = list(before), now = list(after), kept = {}, used = {};
    match(old, now).forEach(function (hit) { used[hit[0]] = true; kept[hit[1]] = old[hit[0]]; });
    old.forEach(function (node, at) {
      var there = twin.get(node);
      if (!used[at] && there && there.parentNode) { there.parentNode.removeChild(there); touched++; }
    });
    var previous = null;
    now.forEach(function (node, at) {
      if (kept[at]) {
        patch(kept[at], node);
        previous = twin.get(node) || previous;
        return;
      }
      var fresh = plant(node);
      if (previous && previous.parentNode === live) live.insertBefore(fresh, previous.nextSibling);
      else live.insertBefore(fresh, live.firstChild);
      previous = fresh;
      touched++;
    });
  }

  // Nothing differs: the live nodes belong to the new state from now on.
  function keep(before, after) {
    var live = twin.get(before);
    if (live) twin.set(after, live);
    for (var b = before.firstChild, a = after.firstChild; b && a; b = b.nextSibling, a = a.nextSibling) keep(b, a);
  }

  // Scripts run once, when a page is loaded: another script means loading it again.
  function scripts(root) {
    return Array.prototype.map.call(root.querySelectorAll("script"), function (script) {
      return script.src ? script.getAttribute("src") : script.type + script.textContent;
    }).filter(function (name) { return name.indexOf("/__studyhall/") < 0; }).join("\n");
  }

  function take(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    var own = fresh.querySelector('script[src*="/__studyhall/"]');
    stamp = own ? own.getAttribute("data-stamp") : stamp;
    watermark(own ? own.getAttribute("data-watermark") : null);
    if (scripts(fresh) !== scripts(base)) { location.reload(); return; }
    var here = base.querySelector('script[src*="/__studyhall/"]');
    if (own && here) own.parentNode.replaceChild(here.cloneNode(true), own);
    var x = window.pageXOffset, y = window.pageYOffset;
    touched = 0;
    patch(base, fresh.documentElement);
    base = fresh.documentElement;
    if (window.pageXOffset !== x || window.pageYOffset !== y) window.scrollTo(x, y);
    if (touched) document.dispatchEvent(new CustomEvent("studyhall:patched"));
  }

  var wanted = 0;
  function refresh(message) {
    var turn = ++wanted;
    var request = new XMLHttpRequest();
    request.open("GET", location.href.replace(/#.*/, ""));
    request.onload = function () {
      // A later change has asked anew.
      if (turn !== wanted) return;
      if (request.status === 200) { lost(null); take(request.responseText); say(message.text); }
      else if (request.status === 404) lost(message.words.gone);
    };
    request.send();
  }

  // ---- What the preview shows -----------------------------------------------------------------------------------

  var host = document.createElement("studyhall-preview");
  var root = host.attachShadow ? host.attachShadow({ mode: "open" }) : host;

  function make(name, kind, words) {
    var node = document.createElement(name);
    if (kind) node.className = kind;
    if (words) node.textContent = words;
    return node;
  }

  var style = make("link");
  style.rel = "stylesheet";
  style.href = home + "preview.css";
  root.appendChild(style);
  var bar = make("div", "bar");
  bar.setAttribute("role", "status");
  var overlay = make("section", "overlay");
  var notice = make("p", "notice");
  var mark = make("div", "mark");
  [mark, notice, overlay, bar].forEach(function (part) { part.hidden = true; root.appendChild(part); });
  // Until its style is there, the preview shows nothing.
  host.hidden = true;
  style.addEventListener("load", function () { host.hidden = false; });
  document.documentElement.appendChild(host);

  var hush;
  function say(words) {
    bar.textContent = words || "";
    bar.hidden = !words;
    clearTimeout(hush);
    hush = setTimeout(function () { bar.hidden = true; }, 6000);
  }

  function lost(words) {
    notice.textContent = words || "";
    notice.hidden = !words;
    if (!words) return;
    var back = make("a", "", " \u2190");
    back.href = home.replace(/__studyhall\/$/, "");
    notice.appendChild(back);
  }

  function watermark(words) {
    mark.hidden = !words;
    mark.textContent = "";
    for (var i = 0; words && i < 12; i++) mark.appendChild(make("span", "", words));
  }

  var folded = false;
  function problems(message) {
    var found = message.found;
    overlay.textContent = "";
    overlay.hidden = !found.items.length;
    if (!found.items.length) return;
    var head = make("header");
    var title = make("button", "title", found.title);
    title.type = "button";
    title.setAttribute("aria-expanded", String(!folded));
    head.appendChild(title);
    overlay.appendChild(head);
    var body = make("div", "items");
    body.hidden = folded;
    title.addEventListener("click", function () {
      folded = !folded;
      body.hidden = folded;
      title.setAttribute("aria-expanded", String(!folded));
    });
    if (found.stale) body.appendChild(make("p", "stale", found.stale));
    found.items.forEach(function (item) {
      var entry = make("article", item.severity);
      entry.appendChild(make("p", "place", item.place));
      entry.appendChild(make("p", "message", item.message));
      if (item.source) {
        var code = make("pre");
        code.appendChild(make("span", "line", item.line + " "));
        code.appendChild(document.createTextNode(item.before));
        code.appendChild(make("mark", "", item.marked));
        code.appendChild(document.createTextNode(item.after));
        entry.appendChild(code);
      }
      if (item.hint) entry.appendChild(make("p", "hint", item.hint));
      body.appendChild(entry);
    });
    if (found.more) body.appendChild(make("p", "more", found.more));
    overlay.appendChild(body);
  }

  watermark(self.getAttribute("data-watermark"));

  // ---- Messages -------------------------------------------------------------------------------------------------

  function hear(message) {
    problems(message);
    if (message.stamp === null) { if (document.title !== "Studyhall") lost(message.words.gone); return; }
    if (message.stamp !== stamp) { refresh(message); return; }
    lost(null);
    if (message.text) say(message.text);
  }

  var source;
  function listen() {
    source = new EventSource(home + "live?page=" + encodeURI(page));
    source.onmessage = function (event) { hear(JSON.parse(event.data)); };
    // A server that was started again is found again; a browser gives up by itself only on an answer that is none.
    source.onerror = function () { if (source.readyState === 2) setTimeout(listen, 1000); };
  }
  listen();
  // A page that comes back from the browser's memory has missed what happened.
  window.addEventListener("pageshow", function (event) { if (event.persisted) { source.close(); listen(); } });
  window.addEventListener("pagehide", function () { source.close(); });
})();
