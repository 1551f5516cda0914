/* Files of the index come as scripts: that works from a stick, in a folder, and under a strict policy. */
import { form } from './elements.js';

/* What is waited for, by the name of its file: { resolve, reject, stamp }. */
const waiting = {};
let opened = null;
let isOpened = false;

function settle(name, stamp, value) {
  const wait = waiting[name];
  if (!wait) return;
  delete waiting[name];
  if (wait.stamp !== undefined && wait.stamp !== stamp) wait.reject(Object.assign(new Error(name), { stale: true }));
  else wait.resolve(value);
}

/* Each file is a call of one of these. */
window.sh = (stamp, ...data) => settle(document.currentScript.name, stamp, data);
window.studyhallIndex = (format, build, pages, fields) => settle('index', undefined, { format, build, pages, fields });

function runScript(src, name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.async = true;
    element.name = name;
    element.onload = () => {
      element.remove();
      resolve();
    };
    element.onerror = () => {
      element.remove();
      reject(new Error(src));
    };
    element.src = src;
    document.head.appendChild(element);
  });
}

function load(name, stamp) {
  return new Promise((resolve, reject) => {
    waiting[name] = { resolve, reject, stamp };
    // The first file must be today's; the others are named by it.
    const version = stamp === undefined ? Math.floor(Date.now() / 300000) : stamp;
    const fail = () => {
      if (!waiting[name]) return;
      delete waiting[name];
      reject(new Error(name));
    };
    runScript(`${form.dataset.index + name}.js?${version}`, name).then(fail, fail);
  });
}

async function loadExtras() {
  await runScript(form.dataset.more);
  return self.StudyhallSearch.extras;
}

/* The index, once. A failure is not kept. */
export function openIndex() {
  if (!opened) {
    opened = self.StudyhallSearch.open(load, loadExtras);
    opened.then(
      () => (isOpened = true),
      () => (opened = null)
    );
  }
  return opened;
}

/* Whether the index is here: then an answer is not far. */
export const isHere = () => isOpened;
