/* A picture over the whole screen: fitted, then in its own size to be moved about; back by a touch or Escape. */
import { make } from './study/shared.js';

window.studyhall.zoom = (picture) => {
  const all = Array.prototype.slice.call(document.querySelectorAll('.text figure img, .album img, .text a.original img'));
  let at = Math.max(0, all.indexOf(picture));
  const image = make('img');
  const text = make('p.zoom-text');
  const stage = make('div.zoom-stage', {}, image);
  const before = make('button', { type: 'button', 'aria-label': '上一张' }, '‹');
  const next = make('button', { type: 'button', 'aria-label': '下一张' }, '›');
  const close = make('button', { type: 'button', 'aria-label': '关闭' }, '×');
  const whole = make(
    'div.zoom',
    { role: 'dialog', 'aria-modal': 'true', 'aria-label': '看大图' },
    stage,
    text,
    make('div.zoom-bar', {}, all.length > 1 ? [before, next] : null, close)
  );
  const show = () => {
    const one = all[at];
    const link = one.closest('a');
    const caption = one.closest('figure') && one.closest('figure').querySelector('figcaption');
    const own = link && /\.(jpe?g|png|gif|bmp|webp)$/i.test(link.pathname) ? link.href : '';
    image.src = own || one.getAttribute('src');
    image.alt = one.alt;
    text.textContent = caption ? caption.textContent : one.alt;
    stage.classList.remove('zoom-in');
    before.disabled = at === 0;
    next.disabled = at === all.length - 1;
  };
  const step = (by) => {
    at = Math.max(0, Math.min(all.length - 1, at + by));
    show();
  };
  const gone = () => {
    document.removeEventListener('keydown', keys, true);
    whole.remove();
    document.documentElement.classList.remove('held');
    const focus = picture.closest('a') || picture;
    if (focus.focus) focus.focus({ preventScroll: true });
  };
  const keys = (event) => {
    if (event.key === 'Escape') gone();
    else if (event.key === 'ArrowLeft') step(-1);
    else if (event.key === 'ArrowRight') step(1);
    else if (event.key === 'Tab') {
      const buttons = [before, next, close].filter((button) => button.isConnected && !button.disabled);
      const now = buttons.indexOf(document.activeElement);
      buttons[(now + (event.shiftKey ? buttons.length - 1 : 1)) % buttons.length].focus();
      event.preventDefault();
    } else return;
    event.stopPropagation();
  };
  image.addEventListener('click', (event) => {
    const box = image.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    if (!stage.classList.toggle('zoom-in')) return;
    stage.scrollLeft = x * image.offsetWidth - stage.clientWidth / 2;
    stage.scrollTop = y * image.offsetHeight - stage.clientHeight / 2;
  });
  stage.addEventListener('click', (event) => {
    if (event.target === stage) gone();
  });
  before.addEventListener('click', () => step(-1));
  next.addEventListener('click', () => step(1));
  close.addEventListener('click', gone);
  document.addEventListener('keydown', keys, true);
  document.documentElement.classList.add('held');
  document.body.appendChild(whole);
  show();
  close.focus();
};
