/* Marks the words that led here from a search: page.html?h=WORD#heading. */
(function () {
  "use strict";
  // The title stands above the text or, on the sheet of a document, in it.
  var places = [].filter.call(document.querySelectorAll("#title, .subtitle, article"), function (place) { return place.tagName === "ARTICLE" || !place.closest("article"); });
  var words = location.search.slice(1).split("&").filter(function (pair) { return pair.slice(0, 2) === "h="; }).slice(0, 6).map(function (pair) {
    try { return decodeURIComponent(pair.slice(2).replace(/\+/g, " ")).slice(0, 80); } catch (e) { return ""; }
  }).filter(Boolean);
  if (!words.length) return;
  var rule = new RegExp(words.map(function (word) { return word.replace(/[.*+?^${}()|[\]\\\/-]/g, "\\$&"); }).join("|"), "gi");
  var nodes = [], left = 300;
  places.forEach(function (place) {
    var walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT, null);
    while (walker.nextNode()) nodes.push(walker.currentNode);
  });
  nodes.forEach(function (node) {
    var text = node.nodeValue, found, last = 0, parts = document.createDocumentFragment();
    rule.lastIndex = 0;
    while (left > 0 && (found = rule.exec(text)) && found[0]) {
      parts.appendChild(document.createTextNode(text.slice(last, found.index)));
      var mark = document.createElement("mark");
      mark.textContent = found[0];
      parts.appendChild(mark);
      last = found.index + found[0].length;
      left--;
    }
    if (last) {
      parts.appendChild(document.createTextNode(text.slice(last)));
      node.parentNode.replaceChild(parts, node);
    }
  });
})();
