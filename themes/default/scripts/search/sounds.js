/* What letters may mean by their sound: titles, headings and terms of the glossary. */
import { P, fold, classOf, runs, wanted, shardAt, NONE, TITLE, HEADING, STRONG, GRAM, WORD } from "./engine.js";

/* What was found of letters as they stand, and what is found of their sound; a word that stands as it was typed comes before
   what only sounds like it, and what has all its sounds typed before the rest. */
P.sounding = function (letters, plain, look) {
  var index = this;
  return this.heard(letters).then(function (heard) {
    var strong = heard.some(function (one) { return !one.weak; });
    return Promise.all([plain, Promise.all(heard.map(look)), heard.length ? index.exact(letters.slice(0, 20)).catch(function () { return NONE; }) : NONE]).then(function (found) {
      var typed = new Set(found[2].pages);
      if (typed.size) found[0].forEach(function (one) {
        one.list = only(one.list, 0, function (flags, page) { return typed.has(page) ? flags | HEADING | STRONG : flags; });
      });
      found[1].forEach(function (one, i) {
        one.list = only(one.list, one.only, function (flags) {
          if (typed.size) return flags & TITLE ? STRONG : 0;
          return strong && heard[i].weak ? flags & TITLE && HEADING : flags;
        });
      });
      found = found[0].concat(found[1]);
      found.lost = heard.lost;
      return found;
    });
  });
};
/* The pages of a list that have one of the flags, with their flags changed. */
function only(list, flags, change) {
  var keep = Array.from(list.pages.keys()).filter(function (i) { return !flags || list.flags[i] & flags; });
  return { pages: keep.map(function (i) { return list.pages[i]; }), flags: keep.map(function (i) { return change(list.flags[i], list.pages[i]); }) };
}

/* Whether there is something that has a sound. A stamp may be 0. */
P.hasSounds = function () { return this.sounds[0] !== undefined; };

/* What letters are looked for costs no more than so many files of terms, and so many phrases: what has all its sounds typed,
   then single characters, then titles whose last sound is only begun or that are typed by initials, then headings. */
var FILES = [8, 20, 22, 28], PHRASES = [16, 60, 72, 84];
/* Which Chinese a run of letters and digits may stand for: [{ phrase, only, ask, weak }]; `ask` is what is looked up of it, if not
   all; what is weak has its sounds only in part. The list is `lost` where a file was missing. */
P.heard = function (letters) {
  var index = this, lost = false;
  if (!this.hasSounds()) return Promise.resolve([]);
  function miss(error) {
    if (error.stale) throw error;
    lost = true;
    return "";
  }
  return Promise.all([this.readings(), this.headed(miss), this.spoken(miss)]).then(function (read) {
    var readings = read[0], headed = read[1], text = read[2], names = text.indexOf("\n\n");
    var whole = new Map(), single = new Map(), begun = new Map(), headings = new Map();
    function hear(mode, titles) {
      said(text, names, letters, readings, mode, titles);
      said(headed, -1, letters, readings, mode, mode === WHOLE ? titles : headings);
    }
    hear(WHOLE, whole);
    hear(FULL, begun);
    hear(INITIALS, begun);
    if (!whole.size && !begun.size && !headings.size) hear(FULL | INITIALS, begun);
    readings.forEach(function (sounds, c) {
      if (sounds.indexOf(letters) >= 0) [text, headed].forEach(function (text) { alone(text, c, single); });
    });
    return index.affordable([whole, single, begun, headings]);
  }).catch(function (error) {
    miss(error);
    return [];
  }).then(function (list) { list.lost = lost; return list; });
};
/* Finds a character by itself; where nothing follows it, with what is before it or behind the next blank: the lists tell of a
   character that stands alone on the whole page, and else of pairs. */
function alone(text, c, found) {
  for (var at = text.indexOf(c); at >= 0; at = text.indexOf(c, at + 1)) {
    var phrase = c, end = at + c.length, one;
    if (classOf(text.charCodeAt(end)) !== GRAM) {
      if (at && classOf(text.charCodeAt(at - 1)) === GRAM) phrase = text[at - 1] + c;
      else if (text[end] === " ") phrase = text.slice(at, end + 3).split("\n")[0];
    }
    one = found.get(phrase);
    if (one) one.count++; else found.set(phrase, { phrase: phrase, term: false, begins: 0, count: 1 });
  }
}
/* What is looked up of a phrase with characters that stand alone, if not the whole: where such a one has something behind it
   elsewhere on the page, no list tells that it stands in the title. */
function lookedUp(phrase) {
  var parts = runs(phrase), kept = parts.filter(function (run) { return run.kind === WORD || run.chars.length > 1; });
  if (!kept.length) kept = parts.slice(-1);
  return kept.length < parts.length ? kept.map(function (run) { return run.chars.join(""); }).join(" ") : "";
}
/* The first of each of these, as far as they cost no more than they may; headings are the last. */
P.affordable = function (lists) {
  var index = this, taken = [], files = new Set(), seen = new Set();
  lists.forEach(function (found, at) {
    Array.from(found.values()).sort(function (a, b) {
      return b.term - a.term || (b.begins > 0) - (a.begins > 0) || b.begins - a.begins || b.count - a.count;
    }).forEach(function (one) {
      if (seen.has(one.phrase) || taken.length >= PHRASES[at]) return;
      var more = new Set(files), ask = lookedUp(one.phrase);
      wanted(ask || one.phrase).first.forEach(function (term) {
        for (var i = shardAt(index.terms, term[0]), end = term[1] ? shardAt(index.terms, term[0] + "\uffff") : i; i <= end; i++) more.add(i);
      });
      if (more.size > FILES[at]) return;
      files = more;
      seen.add(one.phrase);
      taken.push({ phrase: one.phrase, only: one.term ? 0 : at > 2 ? HEADING : TITLE | HEADING, ask: ask, weak: at > 1 });
    });
  });
  return taken;
};
/* The headings that no title has, a line each; `miss` is told of a file that is missing. */
P.headed = function (miss) {
  var index = this;
  return Promise.all(Object.keys(this.sounds).filter(function (key) { return key !== "0"; }).map(function (key) {
    return index.text("sounds/" + key, index.sounds[key]).catch(miss);
  })).then(function (list) { return list.join("\n") + "\n"; });
};
P.readings = function () {
  var index = this;
  if (!this.read) {
    this.read = this.text("sounds/all", this.sounds[0]).then(function (text) {
      var readings = new Map();
      readings.by = {};
      text.split(" ").forEach(function (one) {
        var reading = /^[a-z]*/.exec(one)[0], list = [reading];
        // Both are typed.
        if (/ve$/.test(reading)) list.push(reading.replace("ve", "ue"));
        readings.by[reading[0]] = (readings.by[reading[0]] || "") + one.slice(reading.length);
        Array.from(one.slice(reading.length)).forEach(function (c) { readings.set(c, (readings.get(c) || []).concat(list)); });
      });
      return readings;
    });
    this.read.catch(function () { index.read = null; });
  }
  return this.read;
};
/* The text of a file of titles: the glossary is the first. What it has to be simplified with is there then. */
P.titled = function (at) {
  var index = this, shard = this.titles[at];
  return this.text(at ? shard.name : "titles/terms", shard.stamp).then(function (text) {
    if (text[0] !== "\u0007") return text;
    return (index.simplified ? Promise.resolve() : index.simplifier()).then(function () { return text.slice(1); });
  });
};
/* The glossary and all titles as the index knows them, a line each; an empty line between. */
P.spoken = function (miss) {
  var index = this, whole = true;
  if (this.lines) return Promise.resolve(this.lines);
  return Promise.all(this.titles.map(function (_, at) {
    return index.titled(at).catch(function (error) { whole = false; return miss(error); });
  })).then(function (list) {
    list = list.map(function (text) { return text.split("\n").map(function (line) { return quickly(line, index.simplified); }).join("\n"); });
    var text = list[0] + "\n\n" + list.slice(1).join("\n") + "\n";
    if (whole) index.lines = text;
    return text;
  });
};
/* Folds a title; most need no more than this, and there are many. */
var QUICK = /^[\0-\x7f\u2014-\u2026\u3000-\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]*$/;
function quickly(line, table) {
  if (!QUICK.test(line) || table && line.search(table.rule) >= 0) return fold(line, table).text;
  return line.toLowerCase().replace(/[^a-z0-9\u4e00-\u9fff]+/g, " ").trim();
}
/* How far a character takes the letters: ends by its reading, which may be only begun at the end of the letters, or by its initial. */
var WHOLE = 1, FULL = 2, INITIALS = 4;
function steps(sounds, letters, at, mode) {
  var ends = [];
  function add(end) { if (ends.indexOf(end) < 0) ends.push(end); }
  (sounds || []).forEach(function (reading) {
    if (reading[0] !== letters[at]) return;
    var rest = letters.slice(at, at + reading.length);
    if (mode & (WHOLE | FULL) && reading.slice(0, mode & FULL ? rest.length : 99) === rest) add(at + rest.length);
    if (mode & INITIALS) add(at + 1);
  });
  return ends;
}
/* Finds what sounds like the letters in a text with the terms before `names`, a line each, over whatever parts their words; words in Latin letters are as they stand. */
function said(text, names, letters, readings, mode, found) {
  var starts = letters[0], then = new Set([letters[1]]), seconds = "", hit;
  Array.from(readings.by[letters[0]] || "").forEach(function (c) {
    var ends = steps(readings.get(c), letters, 0, mode);
    if (ends.length) starts += c;
    ends.forEach(function (end) { then.add(letters[end]); });
  });
  then.forEach(function (letter) { seconds += (letter || "") + (readings.by[letter] || ""); });
  function on(from, i, at, han) {
    if (at === letters.length) { if (han > 1 || han && readings.get(text[from]) === undefined) note(from, i); return; }
    if (text[i] === " " && at) i++;
    var c = String.fromCodePoint(text.codePointAt(i)), next = i + c.length;
    if (c === letters[at]) on(from, next, at + 1, han);
    else steps(readings.get(c), letters, at, mode).forEach(function (end) { on(from, next, end, han + 1); });
  }
  function note(from, to) {
    var phrase = text.slice(from, to), one = found.get(phrase), begins = !from || text[from - 1] === "\n";
    if (!one) found.set(phrase, one = { phrase: phrase, term: false, begins: 0, count: 0 });
    if (from < names) one.term = one.term || begins && text[to] === "\n";
    else { one.count++; if (begins) one.begins++; }
  }
  for (var rule = new RegExp("[" + starts + "](?= ?[" + seconds + "])", "gu"); (hit = rule.exec(text));) {
    // A word is found by its beginning only.
    if (hit[0] !== letters[0] || !hit.index || classOf(text.charCodeAt(hit.index - 1)) !== WORD) on(hit.index, hit.index, 0, 0);
  }
}
