/* What the search page shows. */
import { button, empty, filters, form, link, make, pager, results, says } from './elements.js';
import { SIZE, addressOf, countsOf, encode, fitting, isOpen, isPossible, lastPage } from './state.js';

const NAMES = { branch: '支部', year: '年份', status: '状态' };
const LOST = '搜索的文件没有读到，可能正在更新。请稍后再试。';
const STALE = '搜索的索引刚刚更新过，请刷新本页再搜。';

export function say(text, offer, act) {
  says.textContent = text;
  if (offer) says.appendChild(button(offer, act, { class: 'again' }));
}

/* What the page is at, for styles and for who looks on. */
export function setStage(name, total) {
  results.dataset.state = name;
  if (total !== undefined) results.dataset.total = total;
}

export function showFailure(error) {
  say(error.stale ? STALE : LOST, '刷新本页', () => location.reload());
  setStage('error', 0);
}

export function clear() {
  [results, filters, pager].forEach(empty);
  results.classList.remove('old');
  filters.classList.remove('wait');
}

/* Rows of results, at the end of the list or, the first ones, in its place. */
export function paintRows(list, areFirst, state) {
  if (areFirst) empty(results);
  results.append(...list.map(row));
  results.dataset.query = state.q;
  results.start = (state.page - 1) * SIZE + 1;
  results.classList.remove('old');
}

const marked = (pieces) => pieces.map(([text, isHit]) => (isHit ? make('mark', {}, text) : text));

export function row(one) {
  const hits = [].concat(one.title, one.head, one.text, one.facts).filter(([, isHit]) => isHit);
  const words = Array.from(new Set(hits.map(([text]) => text))).slice(0, 5);
  const query = words.length ? `?${words.map((word) => `h=${encode(word)}`).join('&')}` : '';
  const anchor = one.anchor ? `#${encodeURIComponent(one.anchor)}` : '';
  const facts = [make('span', { class: 'tag tag-kind' }, one.kind.name)];
  if (one.status.name) facts.push(make('span', { class: `tag tag-${one.status.key}` }, one.status.name));
  for (const fact of [marked(one.facts), one.branch, one.date]) if (fact.length) facts.push(make('span', {}, fact));
  const parts = [make('a', { href: form.dataset.root + one.url + query + anchor }, marked(one.title))];
  if (one.head.length) parts.push(make('p', { class: 'hit-head' }, marked(one.head)));
  parts.push(make('p', { class: 'row-text' }, marked(one.text)), make('p', { class: 'facts' }, facts));
  return make('li', { class: 'row hit' }, parts);
}

/* Says how many there are: as long as some are open "about" so many, if that is near enough, else how many are known. Then the filters
   and the ways to other pages. `session` does what is chosen. */
export function paintCounts(session) {
  const { answer, state } = session;
  const hits = fitting(answer, state);
  const open = hits.filter(isOpen);
  const about = answer.index.estimate(hits);
  const total = about || hits.length - open.length;
  const lost = answer.failed ? '。有的索引文件没有读到' : '';
  if (!answer.groups.length) say('还要有一个要找的词，减号后的不要');
  else if (!answer.hits.some(isPossible)) say(`没有找到“${state.q.trim().slice(0, 40)}”${lost}`);
  else if (!hits.length) say(`没有符合筛选的结果${lost} `, '取消筛选', () => session.unfilter());
  else if (!open.length) say(`共 ${hits.length} 条${lost && `${lost}，结果可能不全`}`);
  else {
    const known = about ? `约 ${about} 条` : `已找到 ${total} 条，还有 ${open.length} 页没有看`;
    say(known + lost, '数准', (event) => {
      event.target.disabled = true;
      results.focus({ preventScroll: true });
      session.countAll(open);
    });
  }
  paintFilters(session, hits.length);
  paintPager(session, open.length);
  results.dataset.total = total;
  return total;
}

function paintFilters(session, total) {
  // Made anew, they are the same to who stands on one of them.
  const stand = filters.contains(document.activeElement) && document.activeElement.dataset.way;
  empty(filters);
  filters.classList.remove('wait');
  // A value that nothing has is in no list: the lists would show that none is chosen.
  if (total) {
    filters.append(kindChips(session));
    const selects = ['branch', 'year', 'status'].map((facet) => select(session, facet)).filter(Boolean);
    if (selects.length) filters.append(make('div', { class: 'search-selects' }, selects));
    // Chips are in one line, which may be longer than the screen is wide.
    const chips = filters.firstChild;
    const chosen = chips.querySelector('li + li > [aria-pressed=true]');
    if (chosen) chips.scrollLeft = chosen.parentNode.offsetLeft - chips.firstChild.offsetLeft;
  }
  if (stand) (Array.from(filters.querySelectorAll('[data-way]')).find((one) => one.dataset.way === stand) || results).focus();
}

// How many there are is said where it is known: it is what choosing shows.
const counted = ({ name, count, open }, before, after) => name + (open ? '' : before + count + after);

function kindChips(session) {
  const kinds = countsOf(session.answer, session.state, 'kind');
  const sum = (field) => kinds.reduce((all, one) => all + one[field], 0);
  const all = { key: '', name: '全部', count: sum('count'), open: sum('open') };
  const chips = [all, ...kinds].map((one) => {
    const { key } = one;
    const isOn = (session.state.kind || '') === key;
    const act = () => session.go({ kind: key, page: 1 }, true);
    return make('li', {}, button(counted(one, ' ', ''), act, { 'aria-pressed': isOn, 'data-way': `kind${key}` }));
  });
  return make('ul', { class: 'chips' }, chips);
}

function select(session, facet) {
  const { answer, state } = session;
  const list = countsOf(answer, state, facet);
  if (!list.length || (list.length < 2 && !state[facet])) return null;
  const known = list.map((one) => make('option', { value: one.key }, counted(one, '（', '）')));
  const any = make('option', { value: '' }, `${NAMES[facet]}不限`);
  const element = make('select', { 'aria-label': NAMES[facet], 'data-way': facet }, [any, ...known]);
  element.value = state[facet] || '';
  element.addEventListener('change', () => session.go({ page: 1, [facet]: element.value }, true));
  return element;
}

function paintPager(session, open) {
  empty(pager);
  const { state } = session;
  const last = lastPage(session.answer, state);
  if (last < 2) return;
  function way(text, page) {
    if (page < 1 || page > last) return make('span', { class: 'pager-way' });
    return link('pager-way', text, addressOf(Object.assign({}, state, { page })), () => {
      session.go({ page }, true);
      says.scrollIntoView();
      results.focus();
    });
  }
  const here = make('span', { class: 'pager-at' }, state.page + (open ? '' : ` / ${last}`));
  pager.append(way('上一页', state.page - 1), here, way('下一页', state.page + 1));
}

/* Queries near one that found nothing. */
export function paintNear(list, choose) {
  say(`${says.textContent}。您要找的是不是：`);
  list.forEach((text, at) => {
    if (at) says.append('、');
    says.append(link('near', text, addressOf({ q: text }), () => choose(text)));
  });
}

/* The results of the likeliest of them. */
export function paintGuess(text, rows, state) {
  says.append(`。下面是“${text}”的结果`);
  paintRows(rows, true, state);
}
