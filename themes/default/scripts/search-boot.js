/* Brings the search in when the reader touches the box, or comes with a query. Nothing is loaded before. */
(function () {
  'use strict';
  const form = document.querySelector('[data-search]');
  const isAsked = /[?&]q=[^&]/.test(location.search);
  let begun = false;
  if (!form) return;
  const input = form.querySelector('input[type=search]');
  const says = document.querySelector('[data-search-says]');
  const LOOKING = '正在查找……';
  function begin() {
    if (begun) return;
    begun = true;
    ['core', 'page'].forEach((part) => {
      const script = document.createElement('script');
      script.async = false;
      script.src = form.getAttribute(`data-${part}`);
      script.onerror = missing;
      document.head.appendChild(script);
    });
  }
  /* What is asked before the search is here is told to be under way. */
  function ask() {
    begin();
    if (says && !says.firstChild && !self.StudyhallSearch && (input.value.trim() || isAsked)) says.textContent = LOOKING;
  }
  /* A page that is older than the site, or a network that lost something: the list of titles stays. */
  function missing() {
    if (!says || (says.firstChild && says.textContent !== LOOKING)) return;
    says.textContent = '';
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'again';
    again.textContent = '刷新本页';
    again.addEventListener('click', () => location.reload());
    says.append('搜索的文件没有读到，可能正在更新。请稍后再试。', again);
  }
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  input.addEventListener('focus', begin);
  input.addEventListener('input', ask);
  if (isAsked) ask();
  // Who comes by the key that leads here types at once.
  if (location.hash === '#search') input.focus();
})();
