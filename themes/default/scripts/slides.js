/* The page as slides for a projector: `#slides`. Sections become slides; what is too long goes on on the next one. */
import { make, each, empty } from './study/shared.js';

/** Characters that a slide holds without small print. */
const ROOM = 220;

window.studyhall.slides = () => {
  if (document.querySelector('.slides')) return;
  const slides = cut();
  const sheet = make('div.slide');
  const count = make('span.slide-count');
  const said = make('aside.slide-said', { hidden: true });
  const button = (label, text, act) => {
    const one = make('button', { type: 'button', 'aria-label': label }, text);
    one.addEventListener('click', act);
    return one;
  };
  let at = 0;
  let start = null;
  const words = button('讲稿', '讲稿', () => {
    said.hidden = !said.hidden;
    show();
  });
  const whole = make(
    'div.slides',
    { role: 'dialog', 'aria-modal': 'true', 'aria-label': '幻灯片', tabindex: '-1' },
    sheet,
    said,
    make(
      'div.slide-bar',
      {},
      button('上一张', '‹', () => step(-1)),
      count,
      button('下一张', '›', () => step(1)),
      words,
      document.documentElement.requestFullscreen ? button('全屏', '全屏', full) : null,
      button('关闭', '×', gone)
    )
  );
  const show = () => {
    const one = slides[at];
    empty(sheet);
    sheet.className = `slide text${at ? '' : ' slide-first'}`;
    one.nodes.forEach((node) => sheet.appendChild(node));
    empty(said);
    one.said.forEach((node) => said.appendChild(node.cloneNode(true)));
    words.disabled = !one.said.length;
    count.textContent = `${at + 1} / ${slides.length}`;
    // A table or a long list is made smaller until it fits, but never too small for the last row.
    let size = 100;
    sheet.style.setProperty('--fit', '1');
    while (sheet.scrollHeight > sheet.clientHeight + 2 && size > 55) {
      size -= 5;
      sheet.style.setProperty('--fit', String(size / 100));
    }
    sheet.scrollTop = 0;
  };
  const step = (by) => {
    at = Math.max(0, Math.min(slides.length - 1, at + by));
    show();
  };
  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else whole.requestFullscreen().catch(() => null);
  }
  const KEYS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1 };
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target.tagName === 'BUTTON' && (event.key === ' ' || event.key === 'Enter');
    if (event.key === 'Escape') gone();
    else if (event.key === 'Home') step(-slides.length);
    else if (event.key === 'End') step(slides.length);
    else if (event.key === 'n' || event.key === 'N') words.click();
    else if (event.key === 'f' || event.key === 'F') full();
    else if (KEYS[event.key] && !onButton) step(KEYS[event.key]);
    else return;
    event.preventDefault();
  };
  const back = () => {
    if (location.hash !== '#slides') gone();
  };
  function gone() {
    document.removeEventListener('keydown', keys);
    removeEventListener('hashchange', back);
    removeEventListener('resize', show);
    if (document.fullscreenElement) document.exitFullscreen();
    whole.remove();
    document.documentElement.classList.remove('held');
    if (location.hash === '#slides') history.replaceState(null, '', location.pathname + location.search);
  }
  sheet.addEventListener(
    'touchstart',
    (event) => {
      start = event.touches.length === 1 ? event.touches[0] : null;
    },
    { passive: true }
  );
  sheet.addEventListener('touchend', (event) => {
    const end = event.changedTouches[0];
    const by = start ? end.clientX - start.clientX : 0;
    if (start && Math.abs(by) > 40 && Math.abs(by) > Math.abs(end.clientY - start.clientY)) step(by < 0 ? 1 : -1);
    start = null;
  });
  sheet.addEventListener('click', (event) => {
    if (event.target.closest('a,summary,details,audio,video,input,label,button') || String(getSelection())) return;
    step(event.clientX < innerWidth / 3 ? -1 : 1);
  });
  document.addEventListener('keydown', keys);
  addEventListener('hashchange', back);
  addEventListener('resize', show);
  document.documentElement.classList.add('held');
  document.body.appendChild(whole);
  whole.focus();
  show();
};

/** The page cut into slides: what each shows, and what the speaker says to it. */
function cut() {
  const head = document.querySelector('.page-head');
  const first = [document.querySelector('h1').cloneNode(true)];
  each('.subtitle, .facts', (line) => first.push(line.cloneNode(true)), head);
  const slides = [{ nodes: first.map(plain), said: [], size: 0 }];
  let title = null;
  let now = null;
  const begin = (nodes) => {
    now = { nodes, said: [], size: 0, begun: false };
    slides.push(now);
  };
  Array.prototype.forEach.call(document.querySelector('article.text').children, (node) => {
    if (node.matches('template.said')) {
      (now || slides[0]).said.push(document.importNode(node.content, true));
      return;
    }
    // What was said in the recording is read, not shown on a wall.
    if (node.matches('.footnotes, .transcript')) return;
    const copy = plain(node.cloneNode(true));
    if (/^H[12]$/.test(node.tagName)) {
      title = copy;
      return begin([copy]);
    }
    const size = node.matches('figure,.table-wrap,.gallery,.quiz,.code,.math-block,video,audio') ? ROOM / 2 : node.textContent.length;
    const isFull = now && now.begun && (now.size + size > ROOM || node.tagName === 'H3');
    if (!now || isFull) begin(title ? [again(title)] : []);
    now.nodes.push(copy);
    now.size += size;
    now.begun = node.tagName !== 'H3';
  });
  return slides.filter((one) => one.nodes.length);
}

function again(title) {
  const copy = title.cloneNode(true);
  copy.classList.add('slide-again');
  return copy;
}

/** A copy takes no anchors along, and nothing that was brought to life. */
function plain(copy) {
  copy.removeAttribute('id');
  each('[id]', (one) => one.removeAttribute('id'), copy);
  each('.mins, template, .footnote-ref, .anchor', (one) => one.remove(), copy);
  if (copy.matches('.quiz')) {
    copy.removeAttribute('data-state');
    each('label > input, .quiz-go, .quiz-verdict', (one) => one.remove(), copy);
    each(
      '.quiz-answer',
      (one) => {
        one.hidden = false;
        one.open = false;
      },
      copy
    );
    each('.is-right, .is-wrong', (one) => one.classList.remove('is-right', 'is-wrong'), copy);
    each('[data-place]', (one) => one.removeAttribute('data-place'), copy);
    each('.quiz-blank', (one) => one.parentNode.replaceChild(document.createTextNode('____'), one), copy);
  }
  each('img[loading]', (one) => one.removeAttribute('loading'), copy);
  return copy;
}
