/* Which question a day has, which ten a week: made of the date and the bank alone, so that every phone has the same. Pure. */

/** A number for a text: FNV-1a, then mixed, so that texts that differ in one letter lie far apart. */
export function scatter(text) {
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The `count` questions of the key. Each question draws its own lot, so one that comes or goes changes the choice only where
 * it is itself chosen.
 */
export function draw(ids, key, count) {
  const lots = ids.map((id) => [scatter(`${key} ${id}`), id]);
  lots.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  return lots.slice(0, count).map((lot) => lot[1]);
}

const two = (number) => (number < 10 ? '0' : '') + number;

/** `2026-11-25`, by the reader's own clock. */
export function dateKey(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The Monday of the week. */
export function weekKey(date) {
  return dateKey(new Date(date.getFullYear(), date.getMonth(), date.getDate() - ((date.getDay() + 6) % 7)));
}
