/* The list of suggestions below a box: `choose` takes what was picked, by a touch or by the keys. */
export function offers(input, list, choose) {
  let picked = -1;
  let last = [];
  let typed = '';

  function hide() {
    if (list.hidden) return;
    list.textContent = '';
    list.hidden = true;
    picked = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function show(texts) {
    hide();
    last = texts;
    typed = input.value;
    texts.forEach((text, at) => {
      const option = document.createElement('li');
      option.id = `suggest-${at}`;
      option.textContent = text;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      option.addEventListener('mousedown', (event) => {
        event.preventDefault();
        take(text);
      });
      list.appendChild(option);
    });
    list.hidden = !texts.length;
    input.setAttribute('aria-expanded', String(!!texts.length));
  }

  function take(text) {
    hide();
    // A title may have what a query would take for a sign.
    choose(/(^|\s)[-\uff0d\u2212]/.test(text) ? `"${text}"` : text);
  }

  function move(step) {
    const all = list.children;
    const count = all.length + 1;
    if (all[picked]) all[picked].setAttribute('aria-selected', 'false');
    picked = (picked + step + count) % count;
    if (all[picked]) {
      all[picked].setAttribute('aria-selected', 'true');
      input.setAttribute('aria-activedescendant', all[picked].id);
    } else {
      picked = step > 0 ? -1 : all.length;
      input.removeAttribute('aria-activedescendant');
    }
  }

  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && list.hidden && typed === input.value) show(last);
    if (list.hidden) return;
    if (step) move(step);
    else if (event.key === 'Escape') hide();
    else if (event.key === 'Enter' && list.children[picked]) take(list.children[picked].textContent);
    else return;
    event.preventDefault();
  });
  input.addEventListener('blur', () => setTimeout(hide, 150));
  return { show, hide };
}
