/* Keeping pages on the phone: what was read by itself, a course by a button. Only where a browser can (reader/more.js). */
import { make, hook, root, site, kind, each, path, fill, bring, here } from './study/shared.js';
import { say } from './study/say.js';

const top = new URL(root || './', location.href).href;
let worker = null;

/** Another application of the host may have its own worker for the same addresses: that one stays. */
const isFree = (registration) =>
  !registration ||
  registration.scope !== top ||
  [registration.active, registration.waiting, registration.installing].every(
    (one) => !one || one.scriptURL.split('?')[0] === `${top}sw.js`
  );

/** The worker, where one can be had. */
async function register() {
  try {
    if (!isFree(await navigator.serviceWorker.getRegistration(top))) return null;
    await navigator.serviceWorker.register(`${top}sw.js?site=${encodeURIComponent(site)}`, { scope: top });
    return (await navigator.serviceWorker.ready).active;
  } catch (error) {
    return null;
  }
}

async function begin() {
  worker = await register();
  if (!worker) return;
  // The page that is open was fetched before anybody kept it. An address with a query may be another page each time.
  if (!location.search) ask({ act: 'keep', pages: [location.href.split('#')[0]] }).catch(() => null);
  if (kind === 'course') offer();
  window.studyhall.kept = kept;
  kept();
}
begin();

/** Asks the worker; `heard` is told how far it is. */
function ask(what, heard) {
  return new Promise((done, fail) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => {
      if (event.data.done) {
        channel.port1.close();
        if (event.data.error) fail(new Error(event.data.error));
        else done(event.data);
      } else if (heard) heard(event.data);
    };
    worker.postMessage(what, [channel.port2]);
  });
}

function size(bytes) {
  return bytes < 1000000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1000000).toFixed(1)} MB`;
}

/** The button of a course. */
function offer() {
  const place = make('div.own.offline');
  const button = make('button.quiet', { type: 'button' }, '存到手机');
  const says = make('span.offline-says', { role: 'status' });
  const list = document.querySelector('.rows-numbered');
  if (!list) return;
  list.parentNode.appendChild(place);
  place.appendChild(button);
  place.appendChild(says);
  const show = async () => {
    const own = (await ask({ act: 'list' })).courses.find((one) => one.url === top + here);
    button.textContent = own ? '更新手机里的这门课' : '存到手机';
    if (own) says.textContent = `已存 ${size(own.bytes)}，没有网也能学`;
  };
  button.addEventListener('click', async () => {
    const pages = [];
    each('.rows-numbered .row > a', (link) => {
      if (path(link)) pages.push(link.href.split('#')[0]);
    });
    button.disabled = true;
    says.textContent = '正在存……';
    try {
      const [search, questions] = await Promise.all([searchFiles(), questionFiles()]);
      const course = {
        act: 'course',
        url: top + here,
        title: document.getElementById('title').textContent,
        pages,
        search,
        more: [`${top}study.html`, `${top}search.html`],
        practice: questions.length ? `${top}practice.html` : '',
        questions,
      };
      await ask(course, (now) => (says.textContent = `正在存 ${now.at} / ${now.all}`));
      say('这门课存好了');
      await show();
    } catch (error) {
      const isForbidden = error.message === 'forbidden';
      says.textContent = isForbidden ? '没有存成：网站的主机不许把页面存下来。' : '没有存成，原来存的还在。请在网络好的时候再试。';
    }
    button.disabled = false;
  });
  show().catch(() => null);
}

/** What the lists named, once they have come: a script comes once a visit, and the button may be touched again. */
let listed = [];
let asked = [];

/** The files of the search, as the build lists them. */
async function searchFiles() {
  window.studyhallFiles = (format, files) => {
    if (format === 1) listed = files;
  };
  try {
    await bring(`${top}study/search.js`);
    return listed.map((file) => top + file);
  } catch (error) {
    return [];
  }
}

/** The questions of this course, and the bank that names them (docs/formats.md). */
async function questionFiles() {
  const before = window.studyhallBank;
  window.studyhallBank = (format, data) => {
    if (format !== 1) return;
    const course = data[1].indexOf(here);
    if (course >= 0) asked = data[2].filter((row) => row[3] === course).map((row) => `${top}study/q/${row[0]}.js`);
    if (asked.length) asked.unshift(`${top}study/bank.js`);
  };
  await bring(`${top}study/bank.js`).catch(() => null);
  window.studyhallBank = before;
  return asked;
}

/** The part of 我的学习 that tells what is kept. */
async function kept() {
  const place = hook('kept');
  if (!place) return;
  const found = await ask({ act: 'list' }).catch(() => null);
  if (!found) return;
  const button = make('button.quiet', { type: 'button' }, '清空');
  button.addEventListener('click', async () => {
    await ask({ act: 'empty' });
    say('已清空');
    kept();
  });
  fill(place, [
    make('div.part-head', {}, make('h2', {}, '存在手机里的页面')),
    make(
      'p.hint',
      {},
      found.pages
        ? `读过和存下的共 ${found.pages} 页，${size(found.bytes)}，没有网也能读。`
        : '还没有存下页面。打开过的页面会自己存下；整门课在课程页点“存到手机”。'
    ),
    found.courses.length
      ? make(
          'ul.titles',
          {},
          found.courses
            .filter((one) => one.url.startsWith(top))
            .map((one) => make('li', {}, make('a', { href: one.url }, one.title), make('small', {}, size(one.bytes))))
        )
      : null,
    found.pages ? make('div.own', {}, button) : null,
  ]);
}
