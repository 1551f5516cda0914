/*
 * Copies the page's title and address. The words stand in the page; without this script they can be marked by hand.
 * Over HTTP and in WeChat there is no clipboard object: then the old command, and if that fails too, the text is marked.
 */
(function () {
  "use strict";
  var box = document.querySelector("[data-share]");
  if (!box) return;
  var text = box.querySelector("[data-share-text]");
  var button = box.querySelector("[data-share-copy]");
  var says = box.querySelector("[data-share-says]");
  if (box.hidden) {
    text.textContent = text.textContent.trim() + " " + location.href.replace(/[?#].*$/, "");
    box.hidden = location.protocol === "file:";
  }

  function mark() {
    var range = document.createRange();
    range.selectNodeContents(text);
    var selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return selection;
  }
  function told(done) {
    says.textContent = button.getAttribute(done ? "data-done" : "data-failed");
  }
  function byCommand() {
    var selection = mark();
    var done = false;
    try {
      done = document.execCommand("copy");
    } catch (refused) {
      done = false;
    }
    if (done) selection.removeAllRanges();
    told(done);
  }
  button.hidden = false;
  button.addEventListener("click", function () {
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(text.textContent.trim()).then(function () { told(true); }, byCommand);
    } else {
      byCommand();
    }
  });
})();
