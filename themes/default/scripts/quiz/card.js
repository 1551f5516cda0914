/*
 * A question that can be answered: the same markup that stands in the page for those without scripts, brought to life.
 * Everything is bound to the card itself; `enliven` may be called on it again.
 */
import { make, each, change } from '../study/shared.js';
import { rightOf, isRight } from './check.js';
import { answered, dayNumber } from './spacing.js';

let touched = 0;
let number = 0;
document.addEventListener('pointerdown', () => {
  touched = Date.now();
});

/** Brings a card to life; `told` hears of each answer. */
export function enliven(card, told) {
  if (card.hasAttribute('data-live')) return;
  const kind = card.getAttribute('data-type');
  const right = rightOf(kind, card.getAttribute('data-right'));
  const options = Array.prototype.slice.call(card.querySelectorAll('.quiz-options > li'));
  const answer = card.querySelector('.quiz-answer');
  const go = make('button.button.quiz-go', { type: 'button' }, '作答');
  const verdict = make('p.quiz-verdict', { role: 'status' });
  const state = { kind, options, inputs: [], order: [] };
  if (kind === 'blank') blanks(card, state);
  else
    choices(state, () => {
      const all = given(state);
      if (kind === 'order') places(state);
      go.disabled = kind === 'order' ? all.length < options.length : !all.length;
      // A finger on the one right option has answered; keys only move.
      if ((kind === 'single' || kind === 'judge') && Date.now() - touched < 700) settle();
    });
  go.disabled = kind !== 'blank';
  card.setAttribute('data-live', '');
  answer.hidden = true;
  answer.open = true;
  card.insertBefore(verdict, answer);
  card.appendChild(go);
  if (kind === 'multiple') verdict.textContent = '不止一个正确';
  if (kind === 'order') verdict.textContent = '按先后依次点';

  function settle() {
    const all = given(state);
    if (card.hasAttribute('data-state') || !all.length) return;
    const ok = isRight(kind, right, all);
    card.setAttribute('data-state', ok ? 'right' : 'wrong');
    state.inputs.forEach((input) => {
      input.disabled = true;
    });
    mark(state, right, all);
    verdict.textContent = ok ? '答对了。' : '不对。';
    answer.hidden = false;
    go.textContent = '再做一次';
    go.className = 'quiet quiz-go';
    go.disabled = false;
    remember(card.getAttribute('data-id'), ok);
    if (!ok) verdict.appendChild(make('small', {}, '已收进错题本，明天再来'));
    if (told) told(ok, card);
  }
  function again() {
    card.removeAttribute('data-state');
    state.inputs.forEach((input) => {
      input.disabled = false;
      input.checked = false;
      if (input.type === 'text') input.value = '';
    });
    state.order = [];
    options.forEach((option) => {
      option.className = '';
      option.removeAttribute('data-place');
    });
    each(
      '.quiz-blank',
      (input) => {
        input.classList.remove('is-right', 'is-wrong');
      },
      card
    );
    verdict.textContent = '';
    answer.hidden = true;
    go.textContent = '作答';
    go.className = 'button quiz-go';
    go.disabled = kind !== 'blank';
    if (state.inputs[0]) state.inputs[0].focus();
  }
  go.addEventListener('click', () => (card.hasAttribute('data-state') ? again() : settle()));
  card.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.tagName === 'INPUT' && !go.disabled) {
      event.preventDefault();
      settle();
    }
  });
}

/** Each option becomes a label with a radio button or a box, which keys and readers of screens know. */
function choices(state, changed) {
  const one = state.kind === 'single' || state.kind === 'judge';
  const group = `quiz-${number++}`;
  state.options.forEach((option, at) => {
    const input = make('input', { type: one ? 'radio' : 'checkbox', name: group, value: at + 1 });
    const label = make('label', {}, input);
    const text = make('span');
    while (option.firstChild) text.appendChild(option.firstChild);
    label.appendChild(text);
    option.appendChild(label);
    input.addEventListener('change', () => {
      if (state.kind === 'order') {
        state.order = state.order.filter((shown) => shown !== at + 1);
        if (input.checked) state.order.push(at + 1);
      }
      changed();
    });
    state.inputs.push(input);
  });
}

function blanks(card, state) {
  each(
    '.quiz-gap',
    (gap) => {
      const input = make('input.quiz-blank', {
        type: 'text',
        autocomplete: 'off',
        autocapitalize: 'off',
        maxlength: '60',
        'aria-label': `第 ${state.inputs.length + 1} 空`,
      });
      gap.parentNode.replaceChild(input, gap);
      state.inputs.push(input);
    },
    card
  );
}

function places(state) {
  state.options.forEach((option, at) => {
    const place = state.order.indexOf(at + 1);
    if (place >= 0) option.setAttribute('data-place', place + 1);
    else option.removeAttribute('data-place');
  });
}

function given(state) {
  if (state.kind === 'order') return state.order;
  if (state.kind === 'blank') return state.inputs.some((input) => input.value.trim()) ? state.inputs.map((input) => input.value) : [];
  return state.inputs.filter((input) => input.checked).map((input) => Number(input.value));
}

function mark(state, right, all) {
  if (state.kind === 'blank') {
    state.inputs.forEach((input, at) => input.classList.add(isRight('blank', [right[at]], [all[at]]) ? 'is-right' : 'is-wrong'));
    return;
  }
  state.options.forEach((option, at) => {
    if (state.kind === 'order') {
      option.classList.add(right[at] === all.indexOf(at + 1) + 1 ? 'is-right' : 'is-wrong');
      return;
    }
    const isRightOne = right.indexOf(at + 1) >= 0;
    const isChosen = all.indexOf(at + 1) >= 0;
    if (isRightOne) option.classList.add('is-right');
    else if (isChosen) option.classList.add('is-wrong');
    if (isRightOne && !isChosen) option.classList.add('is-missed');
  });
}

function remember(id, ok) {
  const now = new Date();
  change((all) => {
    all.answers[id] = answered(all.answers[id], ok, dayNumber(now), now.getTime());
  });
}

/** All questions of the page. */
export function enlivenAll() {
  each('.quiz[data-right]', (card) => enliven(card));
}
