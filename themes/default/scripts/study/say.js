/* Words for what was done, and for days. */
import { make } from './shared.js';

/** A line that tells what was done, for the eye and for those who listen. */
export function say(text) {
  let line = document.querySelector('.said');
  if (!line) {
    line = make('p.said', { role: 'status' });
    document.body.appendChild(line);
  }
  line.textContent = text;
  line.classList.add('said-now');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => line.classList.remove('said-now'), 2600);
}

export function day(time) {
  const date = new Date(time);
  return `${date.getMonth() + 1}月${date.getDate()}日`;
}
