/* After a jump within the page: the way back to where one was. */
import { make } from '../study/page.js';

export function back() {
  let button = null;
  let timer = 0;
  const gone = () => {
    clearTimeout(timer);
    if (button) button.remove();
    button = null;
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest ? event.target.closest('a[href^="#"]') : null;
    if (!link || event.defaultPrevented || link.classList.contains('skip') || !document.querySelector('article.text')) return;
    const from = scrollY;
    gone();
    setTimeout(() => {
      if (Math.abs(scrollY - from) < innerHeight / 2) return;
      button = make('button.back', { type: 'button' }, '回到刚才的位置');
      button.addEventListener('click', () => {
        scrollTo(0, from);
        gone();
      });
      document.body.appendChild(button);
      timer = setTimeout(gone, 20000);
    }, 60);
  });
}
