/* When the reader was here last; what has come since is marked by another script. */
import { part } from '../study/page.js';
import { small, keep } from '../study/store.js';

/** A visit ends when nothing has been opened for half an hour. */
const PAUSE = 30 * 60 * 1000;

export function visit() {
  const known = small('visit');
  const now = Date.now();
  if (!(known.last > now - PAUSE && known.last <= now)) known.before = known.last > 0 && known.last <= now ? known.last : 0;
  known.last = now;
  keep('visit', known);
  if (known.before && document.querySelector('[data-date]')) part('badge').catch(() => null);
}
