/* The parts of the search page, and elements made for them. */
const part = (name) => document.querySelector(`[data-search${name}]`);
export const form = part('');
export const input = form.querySelector('input[type=search]');
export const options = form.querySelector('[data-suggest]');
export const results = part('-results');
export const says = part('-says');
export const filters = part('-filters');
export const pager = part('-pager');
export const columns = part('-index');
export const unasked = document.querySelectorAll('[data-search-index], [data-search-tip]');

export function make(name, attributes, children) {
  const element = document.createElement(name);
  for (const key of Object.keys(attributes)) element.setAttribute(key, attributes[key]);
  element.append(...[].concat(children || []));
  return element;
}

export function button(text, act, attributes) {
  const element = make('button', Object.assign({ type: 'button' }, attributes), text);
  element.addEventListener('click', act);
  return element;
}

/* A link to another search, which is done without leaving the page. */
export function link(name, text, href, act) {
  const element = make('a', { class: name, href }, text);
  element.addEventListener('click', (event) => {
    // That is how a tab of its own is asked for.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    act();
  });
  return element;
}

/* To say again what is so already has the browser look at the page's styles. */
export function setHidden(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

export function empty(element) {
  if (element.firstChild) element.textContent = '';
}

/* The next frame is on the screen; a page that nobody sees has none. */
export function nextFrame() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 200);
  });
}
