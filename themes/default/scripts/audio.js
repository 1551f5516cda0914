/* A player gets speeds, goes on where it stopped, and leads on to the next lesson. */
import { make, each, decoded, small, keep } from './study/shared.js';

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
/** So many recordings are remembered; and the end of one is its end. */
const MOST = 60;
const TAIL = 15;

window.studyhall.audio = () => each('audio[controls]', live);
document.addEventListener('studyhall:patched', window.studyhall.audio);

/** Where recordings stopped: seconds, and when that was. */
function sounds() {
  const kept = small('sound');
  const all = Object.create(null);
  Object.keys(kept).forEach((key) => {
    const one = kept[key];
    if (Array.isArray(one) && one[0] >= 0 && one[1] > 0) all[key] = [Number(one[0]), Number(one[1])];
  });
  return all;
}

function live(player) {
  if (player.hasAttribute('data-live')) return;
  // A player may name its recording itself, or several forms of it, of which the browser takes one.
  const source = player.hasAttribute('src') ? player : player.querySelector('source[src]');
  if (!source) return;
  player.setAttribute('data-live', '');
  const key = decoded(source.getAttribute('src').split('?')[0].split('/').slice(-2).join('/'));
  const speeds = make('div.speeds', { role: 'group', 'aria-label': '语速' });
  const says = make('p.audio-says', { role: 'status' });
  const buttons = SPEEDS.map((speed) => {
    const button = make('button', { type: 'button' }, `${speed}×`);
    button.addEventListener('click', () => {
      keep('speed', { rate: speed });
      player.playbackRate = speed;
      show();
    });
    speeds.appendChild(button);
    return button;
  });
  const show = () => buttons.forEach((button, at) => button.setAttribute('aria-pressed', String(SPEEDS[at] === player.playbackRate)));
  player.parentNode.insertBefore(speeds, player.nextSibling);
  speeds.parentNode.insertBefore(says, speeds.nextSibling);
  player.defaultPlaybackRate = player.playbackRate = SPEEDS.indexOf(small('speed').rate) >= 0 ? small('speed').rate : 1;
  show();

  const kept = (sounds()[key] || [0])[0];
  if (kept > TAIL) says.textContent = `上次听到 ${clock(kept)}，从那里接着。`;
  let begun = false;
  player.addEventListener('play', () => {
    if (begun) return;
    begun = true;
    const seek = () => {
      if (kept > TAIL && kept < player.duration - TAIL) player.currentTime = kept;
    };
    if (player.readyState > 0) seek();
    else player.addEventListener('loadedmetadata', seek, { once: true });
    says.textContent = '';
  });
  let last = 0;
  const save = () => {
    const all = sounds();
    const at = Math.floor(player.currentTime);
    all[key] = [at, Date.now()];
    const keys = Object.keys(all).sort((a, b) => all[b][1] - all[a][1]);
    keys.slice(MOST).forEach((old) => {
      delete all[old];
    });
    keep('sound', all);
  };
  player.addEventListener('timeupdate', () => {
    if (!begun || Math.abs(player.currentTime - last) < 5) return;
    last = player.currentTime;
    save();
  });
  player.addEventListener('pause', () => {
    if (begun) save();
  });
  player.addEventListener('ended', () => {
    const all = sounds();
    const next = document.querySelector('.turn-next');
    delete all[key];
    keep('sound', all);
    if (!next) return;
    says.textContent = '';
    says.appendChild(make('a', { href: next.getAttribute('href') }, `听完了。下一讲：${next.lastElementChild.textContent}`));
  });
  transcript(player);
  player.addEventListener('error', () => {
    says.textContent = '音频没有读到，可以下载音频文件，或读下面的文字。';
  });
}

/** `[1:05]` at the beginning of a paragraph. */
const TIME = /^\s*\[(?:(\d+):)?(\d{1,3}):(\d\d)\]\s*/;

/**
 * What the recording says, beside it: a time leads to the place, and the paragraph that is heard is marked. The times stand in
 * the box 文字稿; the one after the player, or the only one of the page.
 */
function transcript(player) {
  const all = [];
  each('.transcript', (box) => all.push(box));
  const after = all.find((box) => player.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING) || all[0];
  if (!after || after.hasAttribute('data-live')) return;
  after.setAttribute('data-live', '');
  const marks = [];
  each(
    'p, li',
    (line) => {
      const text = line.firstChild;
      const found = text && text.nodeType === 3 && TIME.exec(text.nodeValue);
      if (!found) return;
      const at = (+found[1] || 0) * 3600 + +found[2] * 60 + +found[3];
      const words = found[0].trim().slice(1, -1);
      const button = make('button.at', { type: 'button', 'aria-label': `从 ${words} 处听` }, words);
      text.nodeValue = text.nodeValue.slice(found[0].length);
      line.insertBefore(button, text);
      button.addEventListener('click', () => {
        // The player is out of sight here: the place that is heard stops it.
        if (line.hasAttribute('aria-current')) {
          player.pause();
          return;
        }
        const go = () => {
          player.currentTime = at;
        };
        // The first play goes on where one stopped; who touches a time means that time.
        player.addEventListener('playing', go, { once: true });
        if (!player.paused) go();
        // A browser may refuse, and says so itself.
        const playing = player.play();
        if (playing) playing.catch(() => null);
      });
      marks.push([at, line]);
    },
    after
  );
  if (!marks.length) return;
  const place = player.nextSibling;
  const jump = make('a.to-transcript', { href: `#${after.id || (after.id = 'transcript')}` }, '边听边看文字稿');
  jump.addEventListener('click', () => {
    after.open = true;
  });
  place.parentNode.insertBefore(jump, place.nextSibling);
  player.addEventListener('timeupdate', () => {
    let now = -1;
    marks.forEach((mark, at) => {
      if (mark[0] <= player.currentTime + 0.2) now = at;
    });
    marks.forEach((mark, at) => {
      if (at === now && !player.paused) mark[1].setAttribute('aria-current', 'true');
      else mark[1].removeAttribute('aria-current');
    });
  });
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)} 分 ${Math.floor(seconds % 60)} 秒`;
}
