// The page on which a site is chosen. Everything that is shown is put in as text: folders may be called anything.
const token = location.pathname.split('/')[1];
const at = (id) => document.getElementById(id);
const word = (name) => at('words').content.querySelector(`[data-word="${name}"]`).textContent;

/** Asks the program; what it refuses comes as an Error with its words. */
async function ask(path, body) {
  const settings = body && { method: 'POST', headers: { 'x-studyhall-token': token }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, settings);
  } catch {
    throw new Error(word('gone'));
  }
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.message);
  return value;
}

function tell(text) {
  at('note').textContent = text;
  at('note').hidden = !text;
}

function busy(isBusy) {
  for (const button of document.querySelectorAll('main button')) button.disabled = isBusy;
}

/** A row: a name, small words behind it, and what a click does. */
function row(name, small, act, isSite = false) {
  const button = document.createElement('button');
  button.type = 'button';
  const main = document.createElement('span');
  main.textContent = name;
  if (isSite) main.className = 'site';
  button.append(main);
  if (small) {
    const more = document.createElement('small');
    more.textContent = small;
    button.append(more);
  }
  button.addEventListener('click', act);
  const item = document.createElement('li');
  item.append(button);
  return item;
}

/** Sends a choice and goes on to the preview once it is there. */
async function send(path, body) {
  busy(true);
  tell(word('opening'));
  try {
    let status = await ask(path, body);
    while (status.state === 'opening') {
      await new Promise((resolve) => setTimeout(resolve, 150));
      status = await ask('status');
    }
    if (status.state === 'failed') throw new Error(status.message);
    if (status.state === 'ready') location.replace(status.url);
  } catch (error) {
    tell(error.message);
    busy(false);
    at('note').scrollIntoView({ block: 'nearest' });
  }
}

function showTarget() {
  const home = at('home').value.trim();
  const title = at('title').value.trim();
  const slash = home.includes('\\') ? '\\' : '/';
  at('target').textContent = home && title ? home.replace(/[\\/]+$/, '') + slash + title.replace(/[<>:"/\\|?*]/g, '-') : '';
}

/** The folders of a place; without one, where looking begins. */
let roots = [];
async function look(path) {
  let place = { path: '', parent: null, folders: roots };
  if (path) {
    try {
      place = await ask(`folder?path=${encodeURIComponent(path)}`);
    } catch (error) {
      at('here').textContent = error.message;
      return;
    }
  }
  at('here').textContent = place.path || word('roots');
  at('take').disabled = !place.path;
  at('take').value = place.path;
  const up = place.path ? [row(word('up'), '', () => look(place.parent || ''))] : [];
  const inner = place.folders.map((folder) => row(folder.name, folder.site ? word('site') : '', () => look(folder.path), folder.site));
  at('folders').replaceChildren(...up, ...inner);
  at('empty').hidden = inner.length > 0;
}

function browse(input) {
  const dialog = at('browser');
  look(input.value.trim());
  at('take').onclick = () => {
    input.value = at('take').value;
    showTarget();
    dialog.close();
    input.focus();
  };
  dialog.showModal();
}

at('cancel').addEventListener('click', () => at('browser').close());
at('browse-home').addEventListener('click', () => browse(at('home')));
at('browse-path').addEventListener('click', () => browse(at('path')));
at('title').addEventListener('input', showTarget);
at('home').addEventListener('input', showTarget);
at('new').addEventListener('submit', (event) => {
  event.preventDefault();
  send('new', { title: at('title').value, folder: at('home').value });
});
at('open').addEventListener('submit', (event) => {
  event.preventDefault();
  send('open', { path: at('path').value });
});

ask('start').then(
  (start) => {
    roots = start.roots;
    at('home').value = start.home;
    at('recent-rows').replaceChildren(...start.recent.map((site) => row(site.title, site.path, () => send('open', { path: site.path }))));
    at('recent').hidden = start.recent.length === 0;
    if (start.note) tell(start.note);
    (start.recent.length ? at('recent-rows').querySelector('button') : at('title')).focus();
  },
  (error) => tell(error.message)
);
