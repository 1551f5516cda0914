/* A link at each heading: to pass on one part of a page. Its sign is drawn by the style, so that a heading's text stays its own. */
import { make, each } from './study/shared.js';

anchors();
document.addEventListener('studyhall:patched', anchors);

function anchors() {
  each('.text h2[id], .text h3[id]', (heading) => {
    if (heading.querySelector('.anchor')) return;
    const link = make('a.anchor', { href: `#${heading.id}`, 'aria-label': '复制本节链接', title: '复制本节链接' });
    link.addEventListener('click', () => {
      // The address changes by itself; where there is no clipboard it stands there to be copied.
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(link.href).then(
          () => link.setAttribute('data-copied', '已复制'),
          () => null
        );
      }
    });
    heading.appendChild(link);
  });
}
