/*
 * Copies the page's title and address. The words stand in the page; without this script they can be marked by hand.
 * Over HTTP and in WeChat there is no clipboard object: then the old command, and if that fails too, the text is marked.
 */
(function () {
  'use strict';
  const box = document.querySelector('[data-share]');
  if (!box) return;
  const text = box.querySelector('[data-share-text]');
  const button = box.querySelector('[data-share-copy]');
  const says = box.querySelector('[data-share-says]');
  if (box.hidden) {
    text.textContent = `${text.textContent.trim()} ${location.href.replace(/[?#].*$/, '')}`;
    box.hidden = location.protocol === 'file:';
  }

  function mark() {
    const range = document.createRange();
    range.selectNodeContents(text);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return selection;
  }
  function told(done) {
    says.textContent = button.getAttribute(done ? 'data-done' : 'data-failed');
  }
  function byCommand() {
    const selection = mark();
    let done = false;
    try {
      done = document.execCommand('copy');
    } catch (error) {
      // Refused: the text stays marked.
    }
    if (done) selection.removeAllRanges();
    told(done);
  }
  button.hidden = false;
  button.addEventListener('click', async () => {
    const { clipboard } = navigator;
    if (!clipboard || !clipboard.writeText) {
      byCommand();
      return;
    }
    try {
      await clipboard.writeText(text.textContent.trim());
    } catch (error) {
      byCommand();
      return;
    }
    told(true);
  });
})();
