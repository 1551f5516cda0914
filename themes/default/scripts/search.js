//# allFunctionsCalledOnLoad
/* The search page: what the reader types and chooses. The engine is search-core.js. */
import { form, input, make, nextFrame, results } from './search/page/elements.js';
import { openIndex } from './search/page/files.js';
import { Session } from './search/page/session.js';
import { stateHere } from './search/page/state.js';
import { row } from './search/page/view.js';

const session = new Session();
let isComposing = false;
let timer = 0;

/* Chinese comes a word at a time and is answered at once. Letters are waited for, and what is being erased. */
function type() {
  const { value } = input;
  const isLetters = /[\x21-\x7e]$/.test(value);
  const isErasing = value.length < session.state.q.length && session.state.q.startsWith(value);
  clearTimeout(timer);
  // Before the frame that shows the key: what is asked of the host is on its way while that is painted.
  if (isLetters || isErasing) timer = setTimeout(() => ask(isLetters), 150);
  else ask(false);
}

function ask(isLetters) {
  // Some browsers tell of a composed word twice.
  if (input.value === session.state.q) return;
  session.state = {};
  session.go({ q: input.value, page: 1 }, false);
  // Suggestions are files of their own: words that are whole have their results first.
  session.offering = isLetters ? 0 : session.turn;
  if (isLetters) session.suggest();
}

/* What a browser paints for the first time takes it longer than later on: a row that nobody sees goes before. */
async function rehearse() {
  if (session.state.q) return;
  const pieces = [
    ['学习，', false],
    ['学习', true],
  ];
  const facet = { name: '学习' };
  const one = {
    url: '',
    title: pieces,
    head: pieces,
    text: pieces,
    facts: pieces,
    kind: facet,
    status: facet,
    branch: '',
    date: '2026-01-01',
  };
  const list = make('ol', { class: 'rows hits hits-unseen', 'aria-hidden': 'true' }, row(one));
  results.before(list);
  await nextFrame();
  list.remove();
}

/* The reader is about to type: what every query needs comes meanwhile. */
async function prepare() {
  try {
    await (await openIndex()).dictionary();
    if (!session.state.q && window.requestIdleCallback) requestIdleCallback(rehearse);
  } catch (error) {
    // Told when something is asked.
  }
}

function start() {
  input.addEventListener('compositionstart', () => (isComposing = true));
  input.addEventListener('compositionend', () => {
    isComposing = false;
    type();
  });
  input.addEventListener('input', () => {
    if (!isComposing) type();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (input.value !== session.state.q) session.state = {};
    session.go({ q: input.value, page: 1 }, true);
  });
  window.addEventListener('popstate', () => {
    session.state = stateHere();
    input.value = session.state.q;
    session.run();
  });
  const isAsked = !!session.state.q;
  // What was typed before this script had come has an address as well.
  if (input.value && !isAsked) session.go({ q: input.value }, false);
  else {
    input.value = session.state.q;
    session.run();
  }
  if (document.activeElement === input && input.value && !isAsked) session.suggest();
  prepare();
}

// Else it did not come, and search-boot.js has said so.
if (self.StudyhallSearch) start();
