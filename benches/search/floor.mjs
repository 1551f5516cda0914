// What a query costs the browser without any searching: the same files, brought in the same turns, and the same rows.
import { engine } from '../../tests/browser/engine.mjs';

/** The addresses of the files that each query of one visit brings, turn by turn: those of a turn are asked for together. */
export async function turns(output, queries) {
  const { core, load, more } = engine(output);
  let asked = [];
  let list = [];
  const gathered = (name, stamp) => new Promise((yes, no) => {
    asked.push([name, stamp, yes, no]);
    // All that is asked for in answer to the last turn is asked for at once.
    if (asked.length === 1) setTimeout(() => {
      const turn = asked;
      asked = [];
      list.push(turn.map((one) => `search/${one[0]}.js?${one[1]}`));
      for (const one of turn) load(one[0], one[1]).then(one[2], one[3]);
    }, 3);
  });
  const index = await core.open(gathered, more);
  await index.dictionary();
  const all = [];
  for (const query of queries) {
    list = [];
    const search = await index.search(query);
    await index.results(search, search.hits, 0, 10);
    all.push(list);
    // A page counts what it has not looked at yet, where that costs little (`FEW` in search.js): later queries find those files there.
    list = [];
    const open = search.hits.filter((hit) => !hit.state);
    if (index.cost(open) <= 24) await Promise.all(open.map((hit) => index.checked(search, hit)));
  }
  return all;
}

/** Takes the search off a page: its box does nothing from now on. */
export const numb = (page) => page.evaluate(() => {
  const form = document.querySelector('[data-search]');
  form.replaceWith(form.cloneNode(true));
  window.sh = () => {};
});

/** Types, brings the files, puts the rows there; milliseconds until they are painted. */
export const floor = (page, query, files, rows) => page.evaluate((text, list, html) => new Promise((done) => {
  const input = document.querySelector('input[type=search]');
  const bring = (src) => new Promise((yes) => {
    const script = document.createElement('script');
    script.async = true;
    script.onload = () => { script.remove(); yes(); };
    script.src = src;
    document.head.appendChild(script);
  });
  const turn = (at) => {
    if (at < list.length) return Promise.all(list[at].map(bring)).then(() => turn(at + 1));
    document.querySelector('[data-search-results]').innerHTML = html;
    return requestAnimationFrame(() => scheduler.postTask(() => done(performance.now() - began), { priority: 'user-blocking' }));
  };
  input.focus();
  const began = performance.now();
  input.value = text;
  turn(0);
}), query, files, rows);
