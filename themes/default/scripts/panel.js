/* The choices of the header: size, large version, light; for pages that are no lessons a favourite and a note as well. */
import { make, html, look } from './study/shared.js';
import { favourite, note } from './personal/marks.js';

const SIZES = [
  ['s', '小'],
  ['m', '中'],
  ['l', '大'],
  ['xl', '特大'],
];
const THEMES = [
  ['', '随手机'],
  ['light', '浅色'],
  ['dark', '深色'],
  ['paper', '纸色'],
];

window.studyhall.panel = (button, changed) => {
  let panel = document.getElementById('look');
  if (panel) return shut(panel, button);
  panel = make(
    'div.panel',
    { id: 'look', role: 'dialog', 'aria-label': '阅读设置', tabindex: '-1' },
    choice(
      '字号',
      SIZES,
      () => html.getAttribute('data-size') || 'm',
      (size) => look({ size })
    ),
    choice(
      '版式',
      [
        ['', '标准'],
        ['1', '大字版'],
      ],
      () => (html.hasAttribute('data-large') ? '1' : ''),
      (large) => look({ large: !!large, size: large ? 'l' : '' })
    ),
    choice(
      '底色',
      THEMES,
      () => html.getAttribute('data-theme') || '',
      (theme) => {
        look({ theme });
        changed();
      }
    ),
    pageTools()
  );
  button.setAttribute('aria-expanded', 'true');
  button.closest('.top').appendChild(panel);
  panel.focus();
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') shut(panel, button);
  });
  document.addEventListener('click', function outside(event) {
    if (!panel.isConnected) return document.removeEventListener('click', outside);
    if (!panel.contains(event.target) && !button.contains(event.target)) shut(panel, button);
  });
};

function shut(panel, button) {
  const inside = panel.contains(document.activeElement);
  panel.remove();
  button.setAttribute('aria-expanded', 'false');
  if (inside) button.focus();
}

/** The choice that was made last, until it is taken. */
let due = null;
function settle() {
  const take = due;
  due = null;
  if (take) take();
}
// Who leaves in the same moment has chosen all the same.
window.addEventListener('pagehide', settle);

/** A row of buttons of which one is pressed. */
function choice(title, all, now, take) {
  const row = make('div.choice', { role: 'group', 'aria-label': title });
  const buttons = all.map((one) => make('button', { type: 'button' }, one[1]));
  const show = () => buttons.forEach((button, at) => button.setAttribute('aria-pressed', String(now() === all[at][0])));
  buttons.forEach((button, at) =>
    button.addEventListener('click', () => {
      settle();
      buttons.forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
      due = () => {
        take(all[at][0]);
        // Another choice may have followed from this one, or this one was taken back.
        if (row.parentNode) refresh(row.parentNode);
        else show();
      };
      // The touch is answered first: setting a long page in another size takes a slow phone a fifth of a second.
      requestAnimationFrame(() => setTimeout(settle));
    })
  );
  row.show = show;
  show();
  row.appendChild(make('span.choice-name', { 'aria-hidden': 'true' }, title));
  row.appendChild(make('span.choice-all', {}, buttons));
  return row;
}

function refresh(panel) {
  Array.prototype.forEach.call(panel.children, (row) => {
    if (row.show) row.show();
  });
}

/** For pages that are no lessons, these stand among the choices of the header. */
function pageTools() {
  if (!document.querySelector('article.text') || document.querySelector('[data-hook=done]')) return null;
  const both = note();
  return make(
    'div.choice',
    { role: 'group', 'aria-label': '本页' },
    make('span.choice-name', { 'aria-hidden': 'true' }, '本页'),
    make('span.choice-all', {}, favourite(), both[0]),
    both[1]
  );
}
