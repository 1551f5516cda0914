/* What a reader makes of a page: a favourite, a note. */
import { make, here, pageTitle, record, change } from '../study/shared.js';
import { say } from '../study/say.js';

/** A button that keeps the page among the favourites. */
export function favourite() {
  const button = make('button.quiet', { type: 'button' });
  const show = () => {
    const mark = record().marks[here];
    const on = !!(mark && mark.on);
    button.textContent = on ? '已收藏' : '收藏';
    button.setAttribute('aria-pressed', String(on));
  };
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    change((now) => {
      now.marks[here] = { t: pageTitle(), on: on ? 1 : 0, at: Date.now() };
    });
    show();
    say(on ? '已收藏，在“我的”里' : '已取消收藏');
  });
  show();
  return button;
}

/** A button that opens the note of the page, and the note; the note keeps itself as it is written. */
export function note() {
  const area = make('textarea.note', {
    rows: '4',
    maxlength: '20000',
    'aria-label': '本页笔记',
    placeholder: '记在这里，只存在这部手机上',
  });
  const button = make('button.quiet', { type: 'button', 'aria-expanded': 'false' });
  const kept = () => (record().notes[here] || { x: '' }).x;
  const name = () => {
    button.textContent = kept() ? '我的笔记' : '记笔记';
  };
  let timer;
  const save = () => {
    clearTimeout(timer);
    if (area.value === kept()) return;
    change((now) => {
      now.notes[here] = { t: pageTitle(), x: area.value, at: Date.now() };
    });
    name();
    if (kept() === area.value) say(area.value ? '已存' : '笔记已清空');
  };
  area.value = kept();
  area.hidden = !area.value;
  button.setAttribute('aria-expanded', String(!area.hidden));
  name();
  button.addEventListener('click', () => {
    area.hidden = !area.hidden;
    button.setAttribute('aria-expanded', String(!area.hidden));
    if (!area.hidden) area.focus();
  });
  area.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });
  area.addEventListener('change', save);
  addEventListener('pagehide', save);
  return [button, area];
}
