/* When the reader was here last; what has come since is marked by another script. */
import { part } from '../study/page.js';
import { small, keep } from '../study/store.js';

/** A visit ends when nothing has been opened for half an hour. */
const PAUSE = 30 * 60 * 1000;

export function fresh() {
  const visit = small('visit');
  const now = Date.now();
  if (!(visit.last > now - PAUSE && visit.last <= now)) visit.before = visit.last > 0 && visit.last <= now ? visit.last : 0;
  visit.last = now;
  keep('visit', visit);
  if (visit.before && document.querySelector('[data-date]')) part('fresh').catch(() => null);
}
