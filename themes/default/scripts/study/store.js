/*
 * The one place that touches storage. Every change reads what is there, changes it, and writes it back at once, so that two
 * tabs never overwrite one another. Where storage is blocked or full the record lives as long as the page.
 */
import { bare, blank, read } from './record.js';
import { site } from './page.js';

const KEY = `studyhall:${site}:`;
let memory = null;
let last = { text: undefined, record: null };
const listeners = [];

/** `ok`, or why nothing is kept: `blocked`, `full`, `newer`; `damaged` and `foreign`: what was there is set aside. */
let state = 'ok';

function get(name) {
  return localStorage.getItem(KEY + name);
}

function set(name, value) {
  try {
    localStorage.setItem(KEY + name, value);
    return true;
  } catch (e) {
    return false;
  }
}

/** The record as it is now. Not to be changed: `change` does that. */
export function record() {
  if (memory) return memory;
  let text;
  try {
    text = get('record');
  } catch (e) {
    state = 'blocked';
    memory = blank(site);
    return memory;
  }
  if (text === last.text && last.record) return last.record;
  const found = read(text, site);
  if (found.state === 'newer') {
    state = 'newer';
    memory = found.record;
    return memory;
  }
  if (found.state === 'damaged' || found.state === 'foreign') {
    state = found.state;
    // Set aside rather than thrown away: whoever knows may still read it.
    set('aside', text.slice(0, 200000));
  }
  last = { text, record: found.record };
  return found.record;
}

/** Changes the record: `act` gets it and changes it. */
export function change(act) {
  const now = record();
  act(now);
  if (!memory) {
    const text = JSON.stringify(now);
    if (set('record', text)) {
      if (state === 'full') state = 'ok';
      last = { text, record: now };
    } else {
      state = probe() ? 'full' : 'blocked';
      memory = now;
    }
  }
  places(now);
  listeners.forEach((tell) => tell());
}

/** Whether anything at all can be written. */
function probe() {
  const can = set('probe', '1');
  try {
    localStorage.removeItem(`${KEY}probe`);
  } catch (e) {
    return false;
  }
  return can;
}

/** What the script in the head needs: where one stopped, of the lessons that are going on. */
function places(now) {
  const open = Object.keys(now.lessons).filter((key) => now.lessons[key].a && !now.lessons[key].d);
  open.sort((a, b) => now.lessons[b].at - now.lessons[a].at);
  const list = bare();
  open.slice(0, 60).forEach((key) => {
    list[key] = [now.lessons[key].a];
  });
  if (!memory) set('places', JSON.stringify(list));
}

/** Puts another record in the place of this one: after taking back a backup. */
export function replace(next) {
  change((now) =>
    Object.keys(next).forEach((key) => {
      now[key] = next[key];
    })
  );
}

/** Forgets everything, the reader's choices of size and light included. */
export function forget() {
  memory = null;
  last = { text: undefined, record: null };
  state = 'ok';
  try {
    Object.keys(localStorage)
      .filter((key) => key.slice(0, KEY.length) === KEY)
      .forEach((key) => localStorage.removeItem(key));
  } catch (e) {
    state = 'blocked';
    memory = blank(site);
  }
  listeners.forEach((tell) => tell());
}

export function condition() {
  record();
  if (state === 'ok' && !memory && !probe()) state = 'full';
  return state;
}

/** Calls when the record changes, here or in another tab. */
export function listen(tell) {
  listeners.push(tell);
}

addEventListener('storage', (event) => {
  if (event.key === null || event.key === `${KEY}record`) listeners.forEach((tell) => tell());
});

/**
 * Small things by name: an object without a prototype, empty where nothing is kept. The storage is open to every page of the
 * host: whoever asks looks at what is in it.
 */
export function small(name) {
  try {
    const value = JSON.parse(get(name));
    return value && typeof value === 'object' && !Array.isArray(value) ? Object.assign(bare(), value) : bare();
  } catch (e) {
    return bare();
  }
}

export function keep(name, value) {
  return set(name, JSON.stringify(value));
}
