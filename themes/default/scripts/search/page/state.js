/* What is asked, { q, page, kind, branch, year, status }, and its address; which of an answer's candidates that leaves. */
export const SIZE = 10;
const FACETS = ['kind', 'branch', 'year', 'status'];
const HERE = location.pathname.replace(/.*\//, '');

/* What the page's address asks. */
export function stateHere() {
  const state = { q: '' };
  const given = new URLSearchParams(location.search);
  given.forEach((value, key) => {
    if (key === 'q' || FACETS.includes(key)) state[key] = value;
  });
  state.page = Math.max(1, parseInt(given.get('page'), 10) || 1);
  return state;
}

export function addressOf(state) {
  const parts = [];
  for (const key of ['q', ...FACETS, 'page']) {
    const value = state[key];
    if (value && !(key === 'page' && value < 2)) parts.push(`${key}=${encode(String(value))}`);
  }
  return HERE + (parts.length ? `?${parts.join('&')}` : '');
}

export function encode(text) {
  // Half a surrogate pair has no address.
  return encodeURIComponent(text.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '').replace(/(^|[^\ud800-\udbff])[\udc00-\udfff]/g, '$1'));
}

/* Gives the page the state's address, by pushState or replaceState. */
export function setAddress(way, state) {
  const address = addressOf(state);
  try {
    // The same again would be a way back to where one is.
    if (address !== HERE + location.search) history[way](null, '', address);
  } catch (error) {
    // file:// may refuse; the search goes on.
  }
}

export const isPossible = (hit) => hit.state >= 0;
export const isOpen = (hit) => !hit.state;

/* What a candidate has of a facet: { key, name }. */
function facetOf({ index }, hit, facet) {
  if (facet === 'year') {
    const year = index.years[hit.page] || '';
    return { key: String(year), name: `${year}年` };
  }
  const row = { kind: 0, branch: 1, status: 2 }[facet];
  return index.names[row][index.facets[row][hit.page]];
}

function fits(answer, state, hit, but) {
  return FACETS.every((facet) => facet === but || !state[facet] || facetOf(answer, hit, facet).key === state[facet]);
}

/* The candidates that the filters leave. */
export function fitting(answer, state) {
  return answer.hits.filter((hit) => isPossible(hit) && fits(answer, state, hit));
}

export function lastPage(answer, state) {
  return Math.ceil(fitting(answer, state).length / SIZE) || 1;
}

/* The values of a facet, each with how many would be shown if it were chosen: { key, name, count, open }. */
export function countsOf(answer, state, facet) {
  const known = new Map();
  for (const hit of answer.hits) {
    const { key, name } = facetOf(answer, hit, facet);
    if (!key || !isPossible(hit) || !fits(answer, state, hit, facet)) continue;
    const entry = known.get(key) || { key, name, count: 0, open: 0 };
    entry.count++;
    if (isOpen(hit)) entry.open++;
    known.set(key, entry);
  }
  return Array.from(known.values()).sort((a, b) => (facet === 'year' ? b.key - a.key : b.count - a.count));
}
