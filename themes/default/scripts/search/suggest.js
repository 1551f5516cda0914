/* Suggestions while one types. */
import { P, core, fold, shardAt } from "./engine.js";

/* Titles and terms that begin with, or terms that hold, what was typed. */
P.suggest = function (typed, most) {
  var index = this, start = fold(String(typed).slice(0, 60), this.simplified).text;
  if (!start) return Promise.resolve([]);
  // Those that begin so may end one file and begin the next.
  var list = this.titles, shards = [], at = list.length > 1 ? Math.max(1, shardAt(list, start)) : list.length;
  function begins(at) { return at < list.length && list[at].key.slice(0, start.length) === start.slice(0, list[at].key.length); }
  for (var i = at > 1 && begins(at) ? at - 1 : at; i <= at || begins(i) && i <= at + 1; i++) if (list[i]) shards.push(this.titled(i));
  return Promise.all([this.titled(0)].concat(shards)).then(function (found) {
    var terms = found[0].split("\n").filter(function (term) { return fold(term, index.simplified).text.indexOf(start) >= 0; });
    terms.sort(function (a, b) { return a.length - b.length; });
    var titles = [].concat.apply([], found.slice(1).map(function (text) { return text.split("\n"); }));
    titles = titles.filter(function (title) { return fold(title, index.simplified).text.slice(0, start.length) === start; });
    // What is typed already is no offer, nor is the same in other quotes.
    var seen = [start];
    function fresh(text) {
      var same = fold(text, index.simplified).text, known = seen.indexOf(same) >= 0;
      seen.push(same);
      return !known;
    }
    return Promise.all([index.used(terms.slice(0, 3)), index.meant(start)]).then(function (more) {
      return more[0].concat(titles, more[1]).filter(fresh).slice(0, most);
    });
  });
};
/* Those of some terms that stand on pages, as far as their pairs tell: the glossary may have others. Their files are those that a
   reader who takes one needs. */
P.used = function (terms) {
  var index = this;
  return Promise.all(terms.map(function (term) {
    return index.phrase(fold(term, index.simplified).text).then(function (found) { return found.list.pages.length ? term : ""; }, function () { return ""; });
  })).then(function (list) { return list.filter(Boolean); });
};
/* What letters may mean by their sound. */
P.meant = function (letters) {
  if (!this.hasSounds()) return Promise.resolve([]);
  if (/^[a-z]{1,2}$/.test(letters)) return this.beginnings(letters).catch(function () { return []; });
  if (!this.isSound(letters)) return Promise.resolve([]);
  return this.heard(letters).then(function (heard) {
    // By initials too much sounds so: of that the terms only.
    return heard.filter(function (one) { return (!one.weak || !one.only) && Array.from(one.phrase).length > 1; }).map(function (one) { return one.phrase; });
  }, function () { return []; });
};
/* For one or two letters, by which too much would be heard: terms, then titles, whose first character begins with that sound, or
   whose first two have these initials. */
P.beginnings = function (letters) {
  var index = this;
  return this.readings().then(function (readings) {
    function sounds(c, some) { return (readings.get(c) || []).some(function (reading) { return reading.slice(0, some.length) === some; }); }
    function begins(text) {
      var chars = Array.from(fold(text.slice(0, 8), index.simplified).text);
      return sounds(chars[0], letters) || letters[1] && sounds(chars[0], letters[0]) && sounds(chars[1], letters[1]);
    }
    return Promise.all(index.titles.map(function (_, at) { return index.titled(at); })).then(function (files) {
      var terms = files[0].split("\n").filter(begins).slice(0, 6), titles = [];
      for (var at = 1; at < files.length && titles.length < 6; at++) titles = titles.concat(files[at].split("\n").filter(begins));
      return index.used(terms).then(function (terms) { return terms.concat(titles); });
    });
  });
};

/* The list of suggestions below a box: `choose` takes what was picked, by a touch or by the keys. */
core.offers = function (input, list, choose) {
  var picked = -1, last = [], typed = "";
  function hide() {
    if (list.hidden) return;
    list.textContent = "";
    list.hidden = true;
    picked = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function show(texts) {
    hide();
    last = texts;
    typed = input.value;
    texts.forEach(function (text, at) {
      var option = document.createElement("li");
      option.id = "suggest-" + at;
      option.textContent = text;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", function (event) { event.preventDefault(); take(text); });
      list.appendChild(option);
    });
    list.hidden = !texts.length;
    input.setAttribute("aria-expanded", String(!!texts.length));
  }
  function take(text) {
    hide();
    // A title may have what a query would take for a sign.
    choose(/(^|\s)[-\uff0d\u2212]/.test(text) ? '"' + text + '"' : text);
  }
  function move(step) {
    var all = list.children, count = all.length + 1;
    if (all[picked]) all[picked].setAttribute("aria-selected", "false");
    picked = (picked + step + count) % count;
    if (all[picked]) {
      all[picked].setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", all[picked].id);
    } else { picked = step > 0 ? -1 : all.length; input.removeAttribute("aria-activedescendant"); }
  }
  input.addEventListener("keydown", function (event) {
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && list.hidden && typed === input.value) show(last);
    if (list.hidden) return;
    if (step) move(step);
    else if (event.key === "Escape") hide();
    else if (event.key === "Enter" && list.children[picked]) take(list.children[picked].textContent);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", function () { setTimeout(hide, 150); });
  return { show: show, hide: hide };
};
