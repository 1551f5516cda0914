/* Puts on the page what the reader has chosen, before it is painted: size, light, and room for what the phone remembers. */
(function () {
  'use strict';
  const root = document.documentElement;
  function kept(name) {
    try {
      return JSON.parse(localStorage.getItem(`studyhall:${root.getAttribute('data-site')}:${name}`)) || {};
    } catch (e) {
      return {};
    }
  }
  function put(name, value) {
    if (value) root.setAttribute(`data-${name}`, value);
  }
  const look = kept('look');
  root.setAttribute('data-script', '');
  if (/^(s|m|l|xl)$/.test(look.size)) put('size', look.size);
  if (/^(light|dark|paper)$/.test(look.theme)) put('theme', look.theme);
  if (look.large) root.setAttribute('data-large', '');
  if (Array.isArray(kept('places')[root.getAttribute('data-page')])) root.setAttribute('data-resume', '');
  if (look.going > 0) put('going', String(Math.min(3, look.going | 0)));
})();
