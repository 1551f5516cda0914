/* What was asked before: it stays on this phone, under the site's own name. */
import { button, empty, form, input, make, setHidden } from './elements.js';

const KEY = `${form.dataset.site}:search:recent`;
const place = form.querySelector('[data-recent]');
let rememberTimer = 0;
let unsaved = null;

function remembered() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch (error) {
    return [];
  }
}

/* Remembers a query that stands for a while; `stands` tells whether it still does. */
export function remember(query, stands) {
  clearTimeout(rememberTimer);
  unsaved = () => {
    unsaved = null;
    if (!stands() || query.length > 60) return;
    const list = [query, ...remembered().filter((one) => one !== query && !query.startsWith(one))];
    try {
      localStorage.setItem(KEY, JSON.stringify(list.slice(0, 8)));
    } catch (error) {
      // Full or forbidden.
    }
  };
  rememberTimer = setTimeout(unsaved, 1500);
}

// Who opens a result at once has searched as well.
window.addEventListener('pagehide', () => {
  if (unsaved) unsaved();
});

export function showRecent(isAsked, choose) {
  empty(place);
  const list = isAsked ? [] : remembered();
  setHidden(place, !list.length);
  if (!list.length) return;
  const chips = list.map((text) =>
    make(
      'li',
      {},
      button(text, () => choose(text))
    )
  );
  const forget = () => {
    try {
      localStorage.removeItem(KEY);
    } catch (error) {
      // Nothing is kept then.
    }
    showRecent(false, choose);
    input.focus();
  };
  place.append(make('h2', {}, '最近搜过'), make('ul', { class: 'chips' }, chips), button('清除搜索记录', forget, { class: 'clear' }));
}
