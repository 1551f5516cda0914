/** Runs in the browser: what is wrong with the page's shape on this screen. */
export function shape() {
  const wrong = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const limit = document.documentElement.clientWidth;
    const scrolls = (e) => {
      for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true;
      return false;
    };
    const by = [...document.body.querySelectorAll('*')].find((e) => e.getBoundingClientRect().right > limit + 1 && !scrolls(e));
    wrong.push(`scrolls sideways by ${wide} px: ${by?.outerHTML.slice(0, 120)}`);
  }
  const count = (selector) => document.querySelectorAll(selector).length;
  if (count('h1') !== 1) wrong.push(`${count('h1')} h1`);
  if (count('article') > 1) wrong.push(`${count('article')} articles`);
  if (count('main') !== 1) wrong.push(`${count('main')} main`);
  return wrong;
}
