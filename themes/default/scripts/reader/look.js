/* Size, large version, light: chosen in the header, kept on the phone. */
import { make, html, hook, fill, arrived } from '../study/page.js';
import { small, keep } from '../study/store.js';

/** What can be chosen; anything else that stands in the storage is no choice. */
const SIZE = /^(s|m|l|xl)$/;
const THEME = /^(light|dark|paper)$/;

/** What is chosen now; with a change, after it. */
export function look(change) {
  const kept = small('look');
  const now = {
    size: SIZE.test(kept.size) ? kept.size : '',
    theme: THEME.test(kept.theme) ? kept.theme : '',
    large: !!kept.large,
    going: kept.going > 0 ? kept.going | 0 : 0,
  };
  if (!change) return now;
  Object.assign(now, change);
  keep('look', now);
  ['size', 'theme'].forEach((name) => {
    if (now[name]) html.setAttribute(`data-${name}`, now[name]);
    else html.removeAttribute(`data-${name}`);
  });
  if (now.large) html.setAttribute('data-large', '');
  else html.removeAttribute('data-large');
  return now;
}

function isDark() {
  const theme = html.getAttribute('data-theme');
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** The two buttons of the header. */
export function tools() {
  const place = hook('tools');
  if (!place || place.firstChild) return;
  const letters = make(
    'button.tool-letters',
    { type: 'button', 'aria-label': '阅读设置', 'aria-expanded': 'false', 'aria-controls': 'look' },
    'Aa'
  );
  const moon = make('button.tool-moon', { type: 'button' });
  moon.appendChild(icon());
  const name = () => moon.setAttribute('aria-label', isDark() ? '换成浅色' : '换成深色');
  name();
  moon.addEventListener('click', () => {
    look({ theme: isDark() ? 'light' : 'dark' });
    name();
  });
  letters.addEventListener('click', async () => {
    if (await arrived('panel', 'panel-style')) window.studyhall.panel(letters, name);
  });
  fill(place, [letters, moon]);
  document.addEventListener('studyhall:patched', tools);
}

function icon() {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'path');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', 'M20 14a8 8 0 1 1-9-10 7 7 0 0 0 9 10z');
  svg.appendChild(path);
  return svg;
}
