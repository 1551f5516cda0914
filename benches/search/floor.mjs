// What a query costs the browser without any searching: the same files, brought in the same turns, and the same rows.
import { engine, inTurns } from '../../tests/browser/engine.mjs';

/** The addresses of the files that each query of one visit brings, turn by turn: those of a turn are asked for together. */
export async function turns(output, queries) {
  const { core, load, more } = engine(output);
  const host = inTurns(load, (turn) => setTimeout(turn, 3));
  const index = await core.open(host.load, more);
  await index.dictionary();
  const all = [];
  for (const query of queries) {
    host.turns.length = 0;
    const search = await index.search(query);
    await index.results(search, search.hits, 0, 10);
    all.push(host.turns.map((turn) => turn.map((file) => `search/${file.name}.js?${file.stamp}`)));
    // A page counts what it has not looked at yet, where that costs little (`FEW` in search.js): later queries find those files there.
    const open = search.hits.filter((hit) => !hit.state);
    if (index.cost(open) <= 24) await Promise.all(open.map((hit) => index.checked(search, hit)));
  }
  return all;
}

/**
 * The fewest files that any such index could do with for the first ten results of a query: one of terms and, where no page is looked
 * through in vain, those of the pages that are shown.
 */
export async function least(output, query) {
  const { core, load, more } = engine(output);
  const asked = [];
  const index = await core.open((name, stamp) => {
    asked.push(`search/${name}.js?${stamp}`);
    return load(name, stamp);
  }, more);
  const search = await index.search(query);
  const terms = asked.filter((name) => name.startsWith('search/terms/')).slice(0, 1);
  const shown = (await index.results(search, search.hits, 0, 10)).map((row) => index.fileAt(index.starts[row.page]));
  return [terms, [...new Set(shown)].map((file) => `search/${file.name}.js?${file.stamp}`)];
}

/** Rows without links, marks or small facts: what a list of the same texts costs. */
export const bareRows = (rows) => rows.replace(/<(?!\/?li\b)[^>]*>/g, '');

/** Takes the search off a page: its box does nothing from now on. */
export const numb = (page) =>
  page.evaluate(() => {
    const form = document.querySelector('[data-search]');
    form.replaceWith(form.cloneNode(true));
    window.sh = () => {};
  });

/** Types, brings the files, puts the rows there; milliseconds until they are painted. */
export const floor = (page, query, files, rows) =>
  page.evaluate(
    (text, list, html) =>
      new Promise((done) => {
        const input = document.querySelector('[data-search] input');
        const bring = (src) =>
          new Promise((yes) => {
            const script = document.createElement('script');
            script.async = true;
            script.onload = () => {
              script.remove();
              yes();
            };
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
      }),
    query,
    files,
    rows
  );
