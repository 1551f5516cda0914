/* The search box at the side of a desk, or on the page of the search: `/` leads there from any page. */

/** Whether a key belongs to what is being written. */
function isWriting(element) {
  return !!element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

export function find() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || isWriting(event.target)) return;
    const boxes = document.querySelectorAll('[data-search] input[type=search], .find input');
    const box = Array.prototype.filter.call(boxes, (one) => one.offsetParent)[0];
    const door = document.querySelector('.door-search a');
    if (!box && !door) return;
    event.preventDefault();
    if (box) {
      box.focus();
      box.select();
    } else location.href = `${door.href}#search`;
  });
}
