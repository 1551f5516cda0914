/* Marks the words that led here from a search: page.html?h=WORD#heading. */
(function () {
  "use strict";
  var BLOCK = "p,li,td,th,dt,dd,h1,h2,h3,h4,h5,h6,pre,figcaption,caption,summary,details,blockquote,div,section,article";
  // The title and what the page tells of itself stand around the text or, on the sheet of a document, in it.
  var places = [].filter.call(document.querySelectorAll("#title, .subtitle, .page-head .crumbs a, .page-head .facts, .aims, .ledger, .files, .colophon, article"), function (place) { return place.tagName === "ARTICLE" || !place.closest("article"); });
  var words = location.search.slice(1).split("&").filter(function (pair) { return pair.slice(0, 2) === "h="; }).slice(0, 6).map(function (pair) {
    try { return decodeURIComponent(pair.slice(2).replace(/\+/g, " ")).slice(0, 80); } catch (e) { return ""; }
  }).filter(function (word) { return word.trim(); });
  if (!words.length) return;
  var rule = new RegExp(words.map(function (word) { return word.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&").replace(/\s+/g, "\\s+"); }).join("|"), "gi");
  var left = 300, first = null, target = location.hash && document.getElementById(decoded(location.hash.slice(1)));
  function decoded(text) { try { return decodeURIComponent(text); } catch (e) { return text; } }

  // A phrase may go on in a link, a term, behind the mark of a footnote; it ends with its paragraph.
  places.forEach(function (place) {
    var walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, null), nodes = [], starts = [], text = "", block = null, hits = [], found;
    while (walker.nextNode()) {
      var node = walker.currentNode, parent = node.parentNode, now = parent.closest(BLOCK);
      if (node.nodeType !== 3) { if (node.tagName === "BR") text += " "; continue; }
      if (parent.closest("math,svg,script,style,.footnote-ref") || /^T(R|ABLE|HEAD|BODY|FOOT)$/.test(parent.tagName)) continue;
      // Cells of a row are one line.
      if (now !== block) text += block && now && /^T[DH]$/.test(now.tagName) && now.parentNode === block.parentNode ? " " : "\0";
      block = now;
      nodes.push(node);
      starts.push(text.length);
      text += node.nodeValue;
    }
    while (left-- > 0 && (found = rule.exec(text)) && found[0]) hits.push([found.index, found.index + found[0].length]);
    rule.lastIndex = 0;
    // From behind, so that what stands before keeps its place.
    for (var at = nodes.length - 1; at >= 0; at--) {
      var length = nodes[at].nodeValue.length;
      for (var i = hits.length - 1; i >= 0 && hits[i][1] > starts[at]; i--) {
        var from = Math.max(0, hits[i][0] - starts[at]), to = Math.min(length, hits[i][1] - starts[at]);
        if (from < to) wrap(nodes[at], from, to);
      }
    }
  });
  function wrap(node, from, to) {
    var mark = document.createElement("mark"), part = node.splitText(from);
    part.splitText(to - from);
    part.parentNode.replaceChild(mark, part);
    mark.appendChild(part);
  }

  // What is folded away is opened where the reader was led to it; answers of questions stay shut.
  [].some.call(document.querySelectorAll("mark"), function (mark) {
    if (target && !(target.compareDocumentPosition(mark) & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY))) return false;
    if (mark.closest(".quiz-answer")) return false;
    first = mark;
    return true;
  });
  if (!first) return;
  var shut = first.closest("details:not([open])"), unseen = !!shut;
  for (; shut; shut = shut.parentNode.closest("details")) shut.open = true;
  // Nor has anybody to look for words that lie a screen below their heading.
  var from = (target || document.documentElement).getBoundingClientRect().top;
  if (first.getBoundingClientRect().bottom - from > innerHeight * 0.8) unseen = true;
  if (unseen) first.scrollIntoView({ block: "center" });
})();
