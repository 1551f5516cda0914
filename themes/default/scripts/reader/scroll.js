/* Where the reader is: worked out once a frame, for all who ask. */
const tells = [];
let waiting = false;
let headings = [];
let article = null;

export function scrolled(tell) {
  tells.push(tell);
}

/** The article, its headings, and where they stand. */
function measure() {
  article = document.querySelector('article.text');
  headings = article ? Array.prototype.slice.call(article.querySelectorAll('h2[id],h3[id]')) : [];
}

function tellAll() {
  waiting = false;
  if (!article) return;
  const box = article.getBoundingClientRect();
  const height = innerHeight;
  const mark = Math.min(height / 3, 220);
  const now = { part: 0, heading: null, headings, height: box.height };
  now.part = box.height > 0 ? Math.max(0, Math.min(1, (height - box.top) / box.height)) : 0;
  // The last heading that has passed the upper third. At the foot of the page it is the last one there is.
  for (let at = headings.length - 1; at >= 0 && !now.heading; at--) {
    if (headings[at].getBoundingClientRect().top < mark) now.heading = headings[at];
  }
  tells.forEach((one) => one(now));
}

function ask() {
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(tellAll);
  }
}

export function follow() {
  measure();
  addEventListener('scroll', ask, { passive: true });
  addEventListener('resize', ask, { passive: true });
  document.addEventListener('studyhall:patched', () => {
    measure();
    ask();
  });
  ask();
}
