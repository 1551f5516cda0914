/*
 * The record of a reader: what it may hold, how it is read and migrated. Pure: no storage, no page, no clock.
 * The format is told in docs/formats.md.
 */
export const FORMAT = 1;

/** What brings an older format to the next: `STEPS[1]` makes format 2 of format 1. */
export const STEPS = {};

/** More entries than a reader makes in ten years; what is beyond is damage or malice. */
const MOST = 6000;
/** A page's address from the top of the site, in the one form that a build gives it: no empty segment, none that begins or ends with a dot. */
const PATH = /^(?:[a-z0-9_-](?:[a-z0-9._-]*[a-z0-9_-])?\/)*[a-z0-9_-](?:[a-z0-9._-]*[a-z0-9_-])?\.html$/;
const LONGEST_PATH = 200;
const ID = /^[a-z0-9]{8}$/;
/** What has no place in a text that is shown: control characters, and those that turn the direction of what stands around them. */
// eslint-disable-next-line no-control-regex -- these are what is taken out
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** The year 2100: a later time would win over every change a reader makes. */
const LAST = 4102444800000;

/** Whether a text is the address of a page of this site. */
export const isPath = (value) => typeof value === 'string' && value.length <= LONGEST_PATH && PATH.test(value);

const isId = (value) => ID.test(value);
const textIn = (most) => (value) => (typeof value === 'string' ? value.slice(0, most).replace(UNSEEN, '') : '');
const wholeIn = (most) => (value) => (typeof value === 'number' && value > 0 && value <= most ? Math.floor(value) : 0);
const timeIn = wholeIn(LAST);
const titleIn = textIn(200);
const urlIn = (value) => (isPath(value) ? value : '');
const hoursIn = (value) => (typeof value === 'number' && value > 0 && value < 1000 ? Math.round(value * 100) / 100 : 0);

/** The parts of a record: whether a text is a key, and what an entry holds. */
export const PARTS = {
  // A lesson: title, course, number in it, column, hours, minutes; per cent read, last heading and when; done and when.
  lessons: [
    isPath,
    {
      t: titleIn,
      c: urlIn,
      n: wholeIn(9999),
      k: textIn(60),
      h: hoursIn,
      m: wholeIn(9999),
      p: wholeIn(100),
      a: textIn(200),
      b: textIn(200),
      at: timeIn,
      d: timeIn,
      dt: timeIn,
    },
  ],
  // A course: title, column, lessons, minutes.
  courses: [isPath, { t: titleIn, k: textIn(60), n: wholeIn(9999), m: wholeIn(99999), at: timeIn }],
  // A favourite: title, kept or not.
  marks: [isPath, { t: titleIn, on: wholeIn(1), at: timeIn }],
  // A note: title of the page, text.
  notes: [isPath, { t: titleIn, x: textIn(20000), at: timeIn }],
  // A question: times answered, times wrong, times right in a row, day it is due (0: not in the book), in the book or not.
  answers: [isId, { n: wholeIn(99999), w: wholeIn(99999), s: wholeIn(99), due: wholeIn(99999), at: timeIn }],
};

/** An object that has what is put in and nothing else: whatever a key is called, it is a key. */
export const bare = () => Object.create(null);

export function blank(site) {
  const record = { v: FORMAT, site, goal: { h: 0, at: 0 } };
  Object.keys(PARTS).forEach((part) => {
    record[part] = bare();
  });
  return record;
}

/**
 * Whatever it is made of, what comes out is a record: unknown fields, wrong types and wild keys fall away. What claims to be of
 * later than `latest` is of then: else it would win over all that the reader does from now on.
 */
export function clean(raw, site, latest) {
  const record = blank(site);
  const is = (value) => !!value && typeof value === 'object' && !Array.isArray(value);
  if (!is(raw)) return record;
  const notAfter = (entry) => {
    ['at', 'd', 'dt'].forEach((field) => {
      if (latest && entry[field] > latest) entry[field] = latest;
    });
    return entry;
  };
  if (is(raw.goal)) record.goal = notAfter({ h: hoursIn(raw.goal.h), at: timeIn(raw.goal.at) });
  Object.keys(PARTS).forEach((part) => {
    if (!is(raw[part])) return;
    const shape = PARTS[part];
    const keys = Object.keys(raw[part]).filter((key) => shape[0](key) && is(raw[part][key]));
    if (keys.length > MOST) keys.sort((a, b) => timeIn(raw[part][b].at) - timeIn(raw[part][a].at)).length = MOST;
    keys.forEach((key) => {
      const entry = {};
      Object.keys(shape[1]).forEach((field) => {
        entry[field] = shape[1][field](raw[part][key][field]);
      });
      record[part][key] = notAfter(entry);
    });
  });
  return record;
}

/**
 * Reads a stored text. `state` says how it went: `empty`, `ok`, `damaged` (cut or no record at all), `newer` (a later
 * program wrote it: not to be overwritten), `foreign` (of another site).
 */
export function read(stored, site, { format, steps, latest } = {}) {
  const now = format || FORMAT;
  const result = (state, record) => ({ state, record: record || blank(site) });
  if (stored === null || stored === undefined || stored === '') return result('empty');
  let raw;
  try {
    raw = JSON.parse(stored);
  } catch (error) {
    return result('damaged');
  }
  if (!raw || typeof raw !== 'object' || Array.isArray(raw) || typeof raw.v !== 'number' || !(raw.v >= 1) || raw.v % 1)
    return result('damaged');
  if (raw.site !== site) return result('foreign');
  if (raw.v > now) return result('newer');
  for (let version = raw.v; version < now; version++) {
    const step = (steps || STEPS)[version];
    if (!step) return result('damaged');
    raw = step(raw);
  }
  return result('ok', clean(raw, site, latest));
}
