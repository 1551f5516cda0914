/* Marks the words that led here from a search: page.html?h=WORD#heading. */
(function () {
  'use strict';
  const BLOCK = 'p,li,td,th,dt,dd,h1,h2,h3,h4,h5,h6,pre,figcaption,caption,summary,details,blockquote,div,section,article';
  // The title and what the page tells of itself stand around the text or, on the sheet of a document, in it.
  const PLACES = '#title, .subtitle, .page-head .crumbs a, .page-head .facts, .aims, .ledger, .files, .colophon, article';
  const places = Array.from(document.querySelectorAll(PLACES)).filter((place) => place.tagName === 'ARTICLE' || !place.closest('article'));
  const words = location.search
    .slice(1)
    .split('&')
    .filter((pair) => pair.slice(0, 2) === 'h=')
    .slice(0, 6)
    .map((pair) => {
      try {
        return decodeURIComponent(pair.slice(2).replace(/\+/g, ' ')).slice(0, 80);
      } catch (error) {
        return '';
      }
    })
    .filter((word) => word.trim());
  if (!words.length) return;
  const rule = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replace(/\s+/g, '\\s+')).join('|'), 'gi');
  let left = 300;
  const target = location.hash && document.getElementById(decoded(location.hash.slice(1)));
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch (error) {
      return text;
    }
  }

  // A phrase may go on in a link, a term, behind the mark of a footnote; it ends with its paragraph.
  places.forEach((place) => {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, null);
    const nodes = [];
    const starts = [];
    let text = '';
    let block = null;
    const hits = [];
    let found;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentNode;
      const now = parent.closest(BLOCK);
      if (node.nodeType !== 3) {
        if (node.tagName === 'BR') text += ' ';
        continue;
      }
      if (parent.closest('math,svg,script,style,.footnote-ref') || /^T(R|ABLE|HEAD|BODY|FOOT)$/.test(parent.tagName)) continue;
      // Cells of a row are one line.
      if (now !== block) text += block && now && /^T[DH]$/.test(now.tagName) && now.parentNode === block.parentNode ? ' ' : '\0';
      block = now;
      nodes.push(node);
      starts.push(text.length);
      text += node.nodeValue;
    }
    while (left-- > 0 && (found = rule.exec(text)) && found[0]) hits.push([found.index, found.index + found[0].length]);
    rule.lastIndex = 0;
    // From behind, so that what stands before keeps its place.
    for (let at = nodes.length - 1; at >= 0; at--) {
      const length = nodes[at].nodeValue.length;
      for (let i = hits.length - 1; i >= 0 && hits[i][1] > starts[at]; i--) {
        const from = Math.max(0, hits[i][0] - starts[at]);
        const to = Math.min(length, hits[i][1] - starts[at]);
        if (from < to) wrap(nodes[at], from, to);
      }
    }
  });
  function wrap(node, from, to) {
    const mark = document.createElement('mark');
    const part = node.splitText(from);
    part.splitText(to - from);
    part.parentNode.replaceChild(mark, part);
    mark.appendChild(part);
  }

  // What is folded away is opened where the reader was led to it; answers of questions stay shut.
  const BEHIND = Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY;
  const first = Array.from(document.querySelectorAll('mark')).find(
    (mark) => !(target && !(target.compareDocumentPosition(mark) & BEHIND)) && !mark.closest('.quiz-answer')
  );
  if (!first) return;
  let shut = first.closest('details:not([open])');
  let unseen = !!shut;
  for (; shut; shut = shut.parentNode.closest('details')) shut.open = true;
  // Nor has anybody to look for words that lie a screen below their heading.
  const from = (target || document.documentElement).getBoundingClientRect().top;
  if (first.getBoundingClientRect().bottom - from > innerHeight * 0.8) unseen = true;
  if (unseen) first.scrollIntoView({ block: 'center' });
})();
