/* What every part needs of the page: where it stands, how to make an element, how to bring in another script. */
import { isPath } from './record.js';

export const html = document.documentElement;
export const site = html.getAttribute('data-site') || 'site';
export const root = html.getAttribute('data-root') || '';
export const here = html.getAttribute('data-page') || '';
export const kind = html.getAttribute('data-kind') || '';

/** An element: `make("p.soft", { hidden: "" }, "text", child)`. No markup is ever put together from texts. */
export function make(name, attributes) {
  const parts = name.split('.');
  const element = document.createElement(parts[0]);
  if (parts.length > 1) element.className = parts.slice(1).join(' ');
  Object.keys(attributes || {}).forEach((key) => {
    const value = attributes[key];
    if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value === true ? '' : value);
  });
  for (let at = 2; at < arguments.length; at++) add(element, arguments[at]);
  return element;
}

function add(element, child) {
  if (Array.isArray(child)) child.forEach((one) => add(element, one));
  else if (child !== undefined && child !== null && child !== false) {
    element.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)));
  }
}

export function empty(element) {
  while (element.firstChild) element.removeChild(element.firstChild);
  return element;
}

export function hook(name) {
  return document.querySelector(`[data-hook="${name}"]`);
}

export function each(selector, act, within) {
  Array.prototype.forEach.call((within || document).querySelectorAll(selector), act);
}

/** Fills a place that the template keeps, and shows it. */
export function fill(place, children) {
  add(empty(place), children);
  place.hidden = false;
}

const loaded = new Map();
/** Brings in a script; once each. The promise fails when it does not come. */
export function bring(address) {
  if (!loaded.has(address)) {
    loaded.set(
      address,
      new Promise((done, fail) => {
        const script = make('script', { src: address });
        script.onload = () => done();
        script.onerror = () => {
          loaded.delete(address);
          script.remove();
          fail(new Error(address));
        };
        document.head.appendChild(script);
      })
    );
  }
  return loaded.get(address);
}

/** Brings in a script of the theme by the name that the page gives it: `data-quiz="…"` on the script of the reader. */
export function part(name) {
  const address = document.querySelector('script[data-parts]').getAttribute(`data-${name}`);
  return address ? bring(address) : Promise.reject(new Error(name));
}

/** The same for a style. */
export function dress(name) {
  const address = document.querySelector('script[data-parts]').getAttribute(`data-${name}`);
  if (!address || loaded.has(address)) return loaded.get(address) || Promise.resolve();
  loaded.set(
    address,
    new Promise((done) => {
      const sheet = make('link', { rel: 'stylesheet', href: address });
      sheet.onload = sheet.onerror = () => done();
      document.head.appendChild(sheet);
    })
  );
  return loaded.get(address);
}

/** Brings in a script and its style; whether they came. */
export async function arrived(name, style) {
  try {
    await Promise.all([part(name), dress(style)]);
    return true;
  } catch (error) {
    return false;
  }
}

/** A text of an address as it reads; as it stands where a `%` in it is none of an address. */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (e) {
    return text;
  }
}

/** A link to a page that a record names: only ever to a page of this site, else the words alone. `anchor` may be left out. */
export function pageLink(url, title, anchor) {
  return isPath(url) ? make('a', { href: root + url + (anchor ? `#${anchor}` : '') }, title) : make('span', {}, title);
}

/** The address of a link from the top of the site, without its anchor; `null` for what is not of this site. */
export function path(link) {
  const top = new URL(root || './', location.href).href;
  const url = String(link.href).split('#')[0];
  return url.slice(0, top.length) === top ? decoded(url.slice(top.length)) || 'index.html' : null;
}

export function pageTitle() {
  const title = document.getElementById('title');
  return title ? title.textContent.trim() : document.title;
}
