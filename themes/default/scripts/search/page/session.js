/* A reader's search: what is asked now, its answer, and what is shown of it. */
import { columns, filters, input, nextFrame, options, results, says, setHidden, unasked } from './elements.js';
import { isHere, openIndex } from './files.js';
import { remember, showRecent } from './recent.js';
import { SIZE, fitting, isOpen, lastPage, setAddress, stateHere } from './state.js';
import { clear, paintCounts, paintGuess, paintNear, paintRows, say, setStage, showFailure } from './view.js';

/* What is open is counted at once if it takes no more than so many files. */
const FEW_FILES = 24;

export class Session {
  constructor() {
    this.state = stateHere();
    this.answer = null;
    // Each query has a number: what an earlier one still waits for is void.
    this.turn = 0;
    // The query whose results come before its suggestions.
    this.offering = 0;
    this.offers = null;
    this.hasAddress = true;
    this.isTelling = false;
    this.fading = 0;
    this.telling = 0;
    this.choose = this.choose.bind(this);
  }

  /* What is being typed gets its address once its results are seen: to change it takes as long as to read a text. */
  go(change, isNamed) {
    this.state = Object.assign({}, this.state, change);
    this.hasAddress = isNamed;
    if (isNamed) setAddress('pushState', this.state);
    return this.run();
  }

  nameIt() {
    if (!this.hasAddress) setAddress('replaceState', this.state);
    this.hasAddress = true;
  }

  async run() {
    const mine = ++this.turn;
    const query = this.state.q.trim();
    this.hideOffers();
    showRecent(this.state.q, this.choose);
    unasked.forEach((part) => setHidden(part, !!query));
    if (!query) {
      this.clear();
      say('');
      setStage('idle', 0);
      return;
    }
    setStage('loading');
    this.wait();
    try {
      const index = await openIndex();
      const known = this.answer;
      const isKnown = known && known.query === query && known.index === index && !known.failed;
      const answer = isKnown ? known : await index.search(query);
      if (mine !== this.turn) return;
      this.answer = answer;
      await this.show(mine);
    } catch (error) {
      if (mine === this.turn) this.fail(error);
    }
  }

  /* Shows that an answer is awaited. Most come before the eye has seen that anything waits, and to say so costs a frame; but a page that
     has nothing else to show says so, and at once where the index itself is still to come. */
  wait() {
    clearTimeout(this.fading);
    clearTimeout(this.telling);
    const isEmpty = !results.firstChild;
    if (isEmpty && !isHere()) this.tell();
    else {
      if (this.isTelling) {
        this.isTelling = false;
        say('');
      }
      this.fading = setTimeout(() => {
        results.classList.add('old');
        if (isEmpty) this.tell();
      }, 120);
      if (!isEmpty) this.telling = setTimeout(() => this.tell(), 1500);
    }
    if (!filters.firstChild) filters.classList.add('wait');
  }

  fail(error) {
    this.clear();
    showFailure(error);
  }

  clear() {
    clearTimeout(this.fading);
    clearTimeout(this.telling);
    clear();
    this.nameIt();
  }

  /* Says that it takes a while: the host is slow, or many pages are looked through for few since nearly all that have the pairs of
     a phrase lack the phrase. */
  tell() {
    const { answer, state } = this;
    const open = answer && answer.query === state.q.trim() ? fitting(answer, state).filter(isOpen).length : 0;
    this.isTelling = true;
    say(`正在查找${open ? `，还要看 ${open} 页` : '……'}`);
    this.telling = setTimeout(() => this.tell(), 2000);
  }

  /* Shows ten results that truly hold the words, then counts the others as far as that costs little. */
  async show(mine) {
    const { answer } = this;
    let painted = [];
    let early = [];
    let isLate = false;
    const paint = (list) => {
      if (mine !== this.turn) return;
      clearTimeout(this.fading);
      paintRows(
        list.filter((one) => !painted.includes(one.page)),
        !painted.length,
        this.state
      );
      painted = list.map((one) => one.page);
    };
    // Who waits sees the first ones before all ten are known; they stay where they are.
    const patience = setTimeout(() => {
      isLate = true;
      if (early.length) paint(early);
    }, 300);
    let list;
    try {
      list = await this.reach(mine, (some) => {
        if (some.length <= early.length) return;
        early = some;
        if (isLate) paint(some);
      });
    } finally {
      clearTimeout(patience);
      isLate = false;
    }
    if (mine !== this.turn) return;
    clearTimeout(this.telling);
    this.isTelling = false;
    paint(list);
    setStage('shown');
    await nextFrame();
    if (mine !== this.turn) return;
    this.nameIt();
    if (mine === this.offering) this.suggest();
    const open = answer.hits.filter(isOpen);
    if (open.length) {
      paintCounts(this);
      if (answer.index.cost(open) <= FEW_FILES) await this.count(mine, answer, open);
    }
    if (mine === this.turn) this.finish(mine);
  }

  /* The results of the page that is asked for. An old address may name one beyond the last: then that is meant. Which it is may
     turn out on the way. */
  async reach(mine, early) {
    for (;;) {
      const { answer, state } = this;
      const last = lastPage(answer, state);
      if (state.page > last) {
        state.page = last;
        this.hasAddress = false;
      }
      // Pages of results before this one are checked on the way, so that none is shown twice or passed over.
      const list = await answer.index.results(answer, fitting(answer, state), (state.page - 1) * SIZE, SIZE, early);
      if (mine !== this.turn || state.page <= lastPage(answer, state)) return list;
    }
  }

  /* Checks what is open, a few at a time. */
  async count(mine, answer, open) {
    while (open.length && mine === this.turn) await Promise.all(open.splice(0, 8).map((hit) => answer.index.checked(answer, hit)));
  }

  async countAll(open) {
    const mine = this.turn;
    try {
      await this.count(mine, this.answer, open);
      if (mine === this.turn) this.finish(mine);
    } catch (error) {
      if (mine === this.turn) showFailure(error);
    }
  }

  unfilter() {
    this.state = { q: this.state.q, page: 1 };
    this.go({}, true);
    results.focus();
  }

  /* All is known that will be: the number, the filters, the ways to other pages. */
  finish(mine) {
    const query = this.state.q.trim();
    const total = paintCounts(this);
    setStage('done', total);
    if (total) remember(query, () => query === this.state.q.trim());
    // What only the filters leave out is spelt well, and so may be what could not be read.
    else if (!says.lastElementChild && !this.answer.failed) this.near(mine);
  }

  async near(mine) {
    try {
      const { index } = this.answer;
      const list = await index.near(this.state.q);
      if (mine !== this.turn) return;
      if (list.length) {
        // Nothing is there, whatever is chosen in the filters: another word begins without them.
        this.state = { q: this.state.q, page: 1 };
        paintNear(list, this.choose);
        const guess = await index.search(list[0]);
        const rows = await index.results(guess, guess.hits, 0, SIZE);
        if (mine !== this.turn) return;
        paintGuess(list[0], rows, this.state);
      }
    } catch (error) {
      // No offers then.
    }
    // And who does not find it by words may find it by columns.
    if (mine === this.turn && columns) setHidden(columns, false);
  }

  async suggest() {
    const typed = input.value;
    const mine = this.turn;
    if (!typed.trim()) {
      this.hideOffers();
      return;
    }
    try {
      const index = await openIndex();
      const { offers } = await index.more();
      if (!this.offers) this.offers = offers(input, options, this.choose);
      const list = await index.suggest(typed, 6);
      if (mine === this.turn && typed === input.value && document.activeElement === input) this.offers.show(list);
    } catch (error) {
      // Suggestions are a convenience.
    }
  }

  hideOffers() {
    if (this.offers) this.offers.hide();
  }

  choose(text) {
    input.value = text;
    this.state = {};
    this.go({ q: text, page: 1 }, true);
    // What was chosen is gone from the page.
    if (document.activeElement !== input) results.focus({ preventScroll: true });
  }
}
