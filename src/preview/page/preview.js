// The browser's side of the preview: listens for changes, patches the page, shows what is wrong.
// Never part of a site: the preview's server adds it to pages on their way. ASCII only; all words come from the server.
(function () {
  'use strict';

  const self = document.currentScript;
  const home = self.src.replace(/preview\.js(\?.*)?$/, '');
  const page = self.getAttribute('data-page');
  let stamp = self.getAttribute('data-stamp');

  // ---- Patching -------------------------------------------------------------------------------------------------
  // What the server sent last (`base`) is compared with what it sends now, and only the differences are carried over to
  // the live page: what the site's scripts have added, opened or filled in there stays.

  const twin = new WeakMap(); // node of the base -> node of the live page

  function pair(base, live) {
    twin.set(base, live);
    for (let b = base.firstChild, l = live.firstChild; b && l; b = b.nextSibling, l = l.nextSibling) pair(b, l);
  }

  // Runs before every other script of the page that waits for its end: base and live page are still the same.
  let base = document.documentElement.cloneNode(true);
  pair(base, document.documentElement);

  // Scripts of a site may want to know.
  document.documentElement.setAttribute('data-preview', '');

  // What a service worker keeps is what a page was: here every page is asked for anew. One that an earlier, published
  // copy of the site has left at this address goes.
  if (navigator.serviceWorker) {
    // Neither done nor refused: a site's script that waits for it does nothing.
    navigator.serviceWorker.register = () => new Promise(() => null);
    forgetWorkers();
  }

  async function forgetWorkers() {
    try {
      for (const one of await navigator.serviceWorker.getRegistrations()) one.unregister();
    } catch (error) {
      // A browser that has none to show.
    }
  }

  function signature(node) {
    if (node.nodeType === 1) return `${node.nodeName}#${node.id || ''}`;
    return String(node.nodeType);
  }

  // The pairs of children that go together: equal ones first, in order (longest common subsequence over what they
  // hold), then ones of the same kind between those.
  function match(before, after) {
    let start = 0;
    let endA = before.length;
    let endB = after.length;
    const pairs = [];
    while (start < endA && start < endB && before[start].isEqualNode(after[start])) {
      pairs.push([start, start]);
      start++;
    }
    const tail = [];
    while (endA > start && endB > start && before[endA - 1].isEqualNode(after[endB - 1])) {
      endA--;
      endB--;
      tail.unshift([endA, endB]);
    }
    const a = before.slice(start, endA);
    const b = after.slice(start, endB);
    const equal = [];
    if (a.length * b.length <= 250000 && a.length && b.length) {
      const text = (node) => (node.nodeType === 1 ? node.outerHTML : `${node.nodeType}:${node.nodeValue}`);
      const ta = a.map(text);
      const tb = b.map(text);
      const width = b.length + 1;
      const table = new Uint16Array((a.length + 1) * width);
      for (let i = a.length - 1; i >= 0; i--) {
        for (let j = b.length - 1; j >= 0; j--) {
          table[i * width + j] =
            ta[i] === tb[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
        }
      }
      for (let i = 0, j = 0; i < a.length && j < b.length;) {
        if (ta[i] === tb[j]) {
          equal.push([i++, j++]);
        } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) i++;
        else j++;
      }
    }
    equal.push([a.length, b.length]);
    let fromA = 0;
    let fromB = 0;
    for (const [toA, toB] of equal) {
      for (let j = fromB, i = fromA; j < toB; j++) {
        for (let k = i; k < toA; k++) {
          if (signature(a[k]) === signature(b[j])) {
            pairs.push([start + k, start + j]);
            i = k + 1;
            break;
          }
        }
      }
      if (toA < a.length) pairs.push([start + toA, start + toB]);
      fromA = toA + 1;
      fromB = toB + 1;
    }
    return pairs.concat(tail);
  }

  let touched = 0;

  // A node of the new state for the live page; its base is the node itself.
  function plant(fresh) {
    const live = document.importNode(fresh, true);
    pair(fresh, live);
    return live;
  }

  function isStyle(node) {
    return node.nodeName === 'LINK' && /stylesheet/.test(node.getAttribute('rel') || '');
  }

  // A style is exchanged when the new one is there: nothing flashes.
  function restyle(live, fresh) {
    const next = document.importNode(fresh, false);
    const done = () => live.remove();
    next.addEventListener('load', done);
    next.addEventListener('error', done);
    live.parentNode.insertBefore(next, live.nextSibling);
    return next;
  }

  function attributes(before, after, live, isRoot) {
    for (const { name, value } of Array.from(after.attributes)) {
      if (before.getAttribute(name) !== value) {
        live.setAttribute(name, value);
        touched++;
      }
    }
    // The root carries what the reader has chosen (size, light or dark), set by a script before we came.
    if (isRoot) return;
    for (const { name } of Array.from(before.attributes)) {
      if (!after.hasAttribute(name)) {
        live.removeAttribute(name);
        touched++;
      }
    }
  }

  // Carries the differences of two states of a node over to the live one. The new state takes the base's place.
  function patch(before, after) {
    const live = twin.get(before);
    if (!live) return;
    if (before.isEqualNode(after)) {
      keep(before, after);
      return;
    }
    if (before.nodeType !== 1) {
      twin.set(after, live);
      if (live.nodeValue !== after.nodeValue) {
        live.nodeValue = after.nodeValue;
        touched++;
      }
      return;
    }
    if (isStyle(before) && before.getAttribute('href') !== after.getAttribute('href')) {
      twin.set(after, restyle(live, after));
      touched++;
      return;
    }
    twin.set(after, live);
    attributes(before, after, live, before.nodeName === 'HTML');
    const old = Array.from(before.childNodes);
    const now = Array.from(after.childNodes);
    const kept = new Map();
    const used = new Set();
    for (const [from, to] of match(old, now)) {
      used.add(from);
      kept.set(to, old[from]);
    }
    old.forEach((node, at) => {
      const there = twin.get(node);
      if (!used.has(at) && there && there.parentNode) {
        there.remove();
        touched++;
      }
    });
    let previous = null;
    now.forEach((node, at) => {
      if (kept.has(at)) {
        patch(kept.get(at), node);
        previous = twin.get(node) || previous;
        return;
      }
      const fresh = plant(node);
      if (previous && previous.parentNode === live) live.insertBefore(fresh, previous.nextSibling);
      else live.insertBefore(fresh, live.firstChild);
      previous = fresh;
      touched++;
    });
  }

  // Nothing differs: the live nodes belong to the new state from now on.
  function keep(before, after) {
    const live = twin.get(before);
    if (live) twin.set(after, live);
    for (let b = before.firstChild, a = after.firstChild; b && a; b = b.nextSibling, a = a.nextSibling) keep(b, a);
  }

  // Scripts run once, when a page is loaded: another script means loading it again.
  function scripts(element) {
    return Array.from(element.querySelectorAll('script'), (script) =>
      script.src ? script.getAttribute('src') : script.type + script.textContent
    )
      .filter((name) => !name.includes('/__studyhall/'))
      .join('\n');
  }

  function take(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    const own = fresh.querySelector('script[src*="/__studyhall/"]');
    stamp = own ? own.getAttribute('data-stamp') : stamp;
    if (scripts(fresh) !== scripts(base)) {
      location.reload();
      return;
    }
    const here = base.querySelector('script[src*="/__studyhall/"]');
    if (own && here) own.parentNode.replaceChild(here.cloneNode(true), own);
    const x = window.pageXOffset;
    const y = window.pageYOffset;
    touched = 0;
    patch(base, fresh.documentElement);
    base = fresh.documentElement;
    if (window.pageXOffset !== x || window.pageYOffset !== y) window.scrollTo(x, y);
    if (touched) document.dispatchEvent(new CustomEvent('studyhall:patched'));
  }

  let wanted = 0;
  async function refresh(message) {
    const turn = ++wanted;
    let answer;
    let text;
    try {
      answer = await fetch(location.href.replace(/#.*/, ''));
      text = await answer.text();
    } catch (error) {
      // A server that is gone is waited for below.
      return;
    }
    // A later change has asked anew.
    if (turn !== wanted) return;
    if (answer.status === 404) lost(message.words.gone);
    if (answer.status !== 200) return;
    lost(null);
    take(text);
    say(message.text);
  }

  // ---- What the preview shows -----------------------------------------------------------------------------------

  const host = document.createElement('studyhall-preview');
  const root = host.attachShadow ? host.attachShadow({ mode: 'open' }) : host;

  function make(name, kind, words) {
    const node = document.createElement(name);
    if (kind) node.className = kind;
    if (words) node.textContent = words;
    return node;
  }

  const style = make('link');
  style.rel = 'stylesheet';
  style.href = `${home}preview.css`;
  root.appendChild(style);
  const bar = make('div', 'bar');
  bar.setAttribute('role', 'status');
  const overlay = make('section', 'overlay');
  const notice = make('p', 'notice');
  [notice, overlay, bar].forEach((part) => {
    part.hidden = true;
    root.appendChild(part);
  });
  // Until its style is there, the preview shows nothing.
  host.hidden = true;
  style.addEventListener('load', () => {
    host.hidden = false;
  });
  document.documentElement.appendChild(host);

  let hush = 0;
  function say(words) {
    bar.textContent = words || '';
    bar.hidden = !words;
    clearTimeout(hush);
    hush = setTimeout(() => {
      bar.hidden = true;
    }, 6000);
  }

  function lost(words) {
    notice.textContent = words || '';
    notice.hidden = !words;
    if (!words) return;
    const back = make('a', '', ' \u2190');
    back.href = home.replace(/__studyhall\/$/, '');
    notice.appendChild(back);
  }

  let folded = false;
  function problems(message) {
    const found = message.found;
    overlay.textContent = '';
    overlay.hidden = !found.items.length;
    if (!found.items.length) return;
    const head = make('header');
    const title = make('button', 'title', found.title);
    title.type = 'button';
    title.setAttribute('aria-expanded', String(!folded));
    head.appendChild(title);
    overlay.appendChild(head);
    const body = make('div', 'items');
    body.hidden = folded;
    title.addEventListener('click', () => {
      folded = !folded;
      body.hidden = folded;
      title.setAttribute('aria-expanded', String(!folded));
    });
    if (found.stale) body.appendChild(make('p', 'stale', found.stale));
    found.items.forEach((item) => {
      const entry = make('article', item.severity);
      entry.appendChild(make('p', 'place', item.place));
      entry.appendChild(make('p', 'message', item.message));
      if (item.source) {
        const code = make('pre');
        code.appendChild(make('span', 'line', `${item.line} `));
        code.appendChild(document.createTextNode(item.before));
        code.appendChild(make('mark', '', item.marked));
        code.appendChild(document.createTextNode(item.after));
        entry.appendChild(code);
      }
      if (item.hint) entry.appendChild(make('p', 'hint', item.hint));
      body.appendChild(entry);
    });
    if (found.more) body.appendChild(make('p', 'more', found.more));
    overlay.appendChild(body);
  }

  // ---- Messages -------------------------------------------------------------------------------------------------

  function hear(message) {
    problems(message);
    if (message.stamp === null) {
      if (document.title !== 'Studyhall') lost(message.words.gone);
      return;
    }
    if (message.stamp !== stamp) {
      refresh(message);
      return;
    }
    lost(null);
    if (message.text) say(message.text);
  }

  let source = null;
  function listen() {
    source = new EventSource(`${home}live?page=${encodeURI(page)}`);
    source.onmessage = (event) => hear(JSON.parse(event.data));
    // A server that was started again is found again; a browser gives up by itself only on an answer that is none.
    source.onerror = () => {
      if (source.readyState === 2) setTimeout(listen, 1000);
    };
  }
  listen();
  // A page that comes back from the browser's memory has missed what happened.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      source.close();
      listen();
    }
  });
  window.addEventListener('pagehide', () => source.close());
})();
