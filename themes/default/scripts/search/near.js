/* Spellings near a query that found nothing. */
import { P, fold, parse, classOf, runs, shardAt, both, WORD } from "./engine.js";

/* Up to five queries near one that found nothing, each of which finds something. */
P.near = function (query) {
  var index = this, offers = new Map(), pieces = parse(query).filter(function (piece) { return !piece.not; }).slice(0, 4);
  var folded = pieces.map(function (piece) { return fold(piece.text, index.simplified).text; }).filter(Boolean);
  return Promise.all(folded.map(function (text, at) {
    function offer(near, worth) {
      if (!worth) return;
      // The other words stay, of the first four; if nothing has them all, one of them alone may do.
      var whole = folded.slice();
      whole[at] = near;
      [[whole.join(" "), worth + 100], [near, worth]].forEach(function (one) {
        if (one[0] !== query.trim()) offers.set(one[0], Math.max(one[1], offers.get(one[0]) || 0));
      });
    }
    var parts = runs(text).map(function (run) { return run.chars.join(""); });
    // Signs, or letters beside Chinese: what they part may stand apart.
    if (parts.length > 1) { offer(parts.join(" "), 40); return null; }
    if (classOf(text.codePointAt(0)) === WORD) return Promise.all([index.words(text), index.misheard(text)]).then(function (found) { found[0].concat(found[1]).forEach(function (word) { offer(word[0], word[1]); }); });
    return index.slips(Array.from(text).slice(0, 8), offer);
  })).then(function () {
    var best = Array.from(offers).sort(function (a, b) { return b[1] - a[1]; }).slice(0, 10).map(function (one) { return one[0]; });
    // What is offered is truly there: a page with all its pairs need not hold the whole.
    return Promise.all(best.map(function (text) {
      return index.search(text).then(function (search) { return index.results(search, search.hits.slice(0, 6), 0, 1); }).then(function (rows) { return rows.length ? text : ""; }).catch(function (error) {
        if (error.stale) throw error;
        return "";
      });
    })).then(function (list) { return list.filter(Boolean).slice(0, 5); });
  }, function () { return []; });
};
/* Chinese with one slip: a character that sounds alike, one for another, two the wrong way round, one too many, a dot or a blank left
   out, and last what of it is there. */
P.slips = function (chars, offer) {
  var index = this, count = chars.length;
  function text(list) { return list.join(""); }
  /* Phrases that stand on one page, as far as their lists tell. */
  function ask(phrases, worth) {
    return Promise.all(phrases.map(function (phrase) { return index.phrase(phrase); })).then(function (found) {
      offer(phrases.join(" "), found.map(function (one) { return one.list; }).reduce(both).pages.length ? worth : 0);
    });
  }
  var jobs = [];
  for (var at = 0; at < count; at++) {
    if (at + 1 < count) jobs.push(ask([text(chars.slice(0, at)) + chars[at + 1] + chars[at] + text(chars.slice(at + 2))], 60));
    if (count > 2 && at && at + 1 < count) jobs.push(ask([text(chars.slice(0, at)) + text(chars.slice(at + 1))], 45));
    if (at > 1 && count - at > 1) jobs.push(ask([text(chars.slice(0, at)), text(chars.slice(at))], 20));
    for (var length = Math.max(2, count - 2); length < count; length++) if (at + length <= count) jobs.push(ask([text(chars.slice(at, at + length))], length));
  }
  if (count > 2) jobs.push(index.swap(chars).then(function (list) { list.forEach(function (one) { offer(one, 50); }); }));
  jobs.push(index.alike(chars).then(function (list) { list.forEach(function (one) { offer(one, 70); }); }));
  return Promise.all(jobs);
};
/* What sounds the same, in titles, headings and the glossary. */
P.alike = function (chars) {
  var index = this;
  if (!this.hasSounds()) return Promise.resolve([]);
  return this.readings().then(function (readings) {
    var letters = chars.map(function (c) { return (readings.get(c) || [""])[0]; });
    if (letters.indexOf("") >= 0 || !index.isSound(letters.join(""))) return [];
    return index.heard(letters.join("")).then(function (heard) {
      return heard.map(function (one) { return one.phrase; }).filter(function (one) { return Array.from(one).length === chars.length; });
    });
  });
};
/* What letters with one slip mean by their sound: a wrong, missing or additional letter of one syllable, or two the wrong way round,
   perhaps of two. The three likeliest, as [words, worth]. */
P.misheard = function (letters) {
  var index = this, found = new Map(), memo = new Map();
  function none() { return ""; }
  if (letters.length < 5 || !this.isSound(letters) || !this.hasSounds()) return Promise.resolve([]);
  return Promise.all([this.readings(), this.spoken(none), this.headed(none)]).then(function (read) {
    var readings = read[0], starts = "";
    readings.forEach(function (sounds, c) { if (ends(sounds, letters, 0, false).length) starts += c; });
    if (starts) [[read[1], read[1].indexOf("\n\n")], [read[2], -1]].forEach(function (one) { hear(one[0], one[1], new RegExp("[" + starts + "]", "gu"), readings); });
    return Array.from(found).sort(function (a, b) { return b[1] - a[1]; }).slice(0, 3);
  });
  /* Where a character may end that begins at a letter: as [end, letters as they were meant, whether a slip was made]. */
  function ends(sounds, letters, at, slipped) {
    return [].concat.apply([], sounds.map(function (reading) {
      var key = reading + at, end = at + reading.length, known = !slipped && memo.get(key);
      if (known) return known;
      var list = letters.slice(at, end) === reading ? [[end, letters, slipped]] : [];
      if (slipped) return list;
      for (var other = end - 1; other < end + 2; other++) if (other > at && other <= letters.length && distance(reading, letters.slice(at, other)) === 1) list.push([other, letters, true]);
      if (end < letters.length && letters[end] !== letters[end - 1]) {
        var turned = letters.slice(0, end - 1) + letters[end] + letters[end - 1] + letters.slice(end + 1);
        if (turned.slice(at, end) === reading) list.push([end, turned, true]);
      }
      memo.set(key, list);
      return list;
    }));
  }
  function hear(text, names, rule, readings) {
    function on(from, i, at, han, letters, slipped) {
      if (at === letters.length) {
        if (han > 1) { var phrase = text.slice(from, i); found.set(phrase, Math.max(from < names ? 90 : !from || text[from - 1] === "\n" ? 50 : 30, found.get(phrase) || 0)); }
        return;
      }
      if (text[i] === " " && at) i++;
      var c = String.fromCodePoint(text.codePointAt(i)), next = i + c.length;
      if (c === letters[at]) on(from, next, at + 1, han, letters, slipped);
      else ends(readings.get(c) || [], letters, at, slipped).forEach(function (end) { on(from, next, end[0], han + 1, end[1], end[2]); });
    }
    for (var hit; (hit = rule.exec(text));) on(hit.index, hit.index, 0, 0, letters, false);
  }
};
/* A word that is one or two slips away, among those that begin alike. */
P.words = function (word) {
  return this.termShard(shardAt(this.terms, word)).then(function (terms) {
    var list = [];
    terms.forEach(function (found, term) {
      if (term[0] === word[0] && classOf(term.codePointAt(term.length - 1)) === WORD && Math.abs(term.length - word.length) < 3 && classOf(term.codePointAt(0)) === WORD) {
        var d = distance(word, term);
        if (d <= (word.length > 5 ? 2 : 1)) list.push([term, found.pages.length / d]);
      }
    });
    return list;
  });
};
function distance(a, b) {
  // Two letters the wrong way round are one slip.
  for (var at = 0; at + 1 < a.length; at++) if (a.slice(0, at) + a[at + 1] + a[at] + a.slice(at + 2) === b) return 1;
  var row = [];
  for (var j = 0; j <= b.length; j++) row.push(j);
  for (var i = 1; i <= a.length; i++) {
    for (var last = row[0]++, k = 1; k <= b.length; k++) {
      var old = row[k];
      row[k] = Math.min(row[k] + 1, row[k - 1] + 1, last + (a[i - 1] === b[k - 1] ? 0 : 1));
      last = old;
    }
  }
  return row[b.length];
}
/* One character after the first changed for another that stands between its neighbours. */
P.swap = function (chars) {
  var index = this, found = [];
  // No more than are waited for: a file that fails must find somebody who hears of it.
  var jobs = chars.slice(1, 5).map(function (_, k) {
    var at = k + 1;
    return index.termShard(shardAt(index.terms, chars[at - 1])).then(function (terms) {
      var rest = chars.slice(at + 1), options = [];
      if (!rest.length && at < 2) return null;
      var known = rest.length > 1 ? rest : chars.slice(0, at).slice(-2);
      return (known.length > 1 ? index.exact(known[0] + known[1]) : Promise.resolve(null)).then(function (near) {
        if (!near) return null;
        terms.forEach(function (list, term) {
          var pair = Array.from(term);
          if (pair[0] === chars[at - 1] && pair.length === 2 && pair[1] !== chars[at]) { var n = both(list, near).pages.length; if (n) options.push([pair[1], n]); }
        });
        options.sort(function (a, b) { return b[1] - a[1]; });
        return Promise.all(options.slice(0, 3).map(function (option) {
          var text = chars.slice(0, at).concat([option[0]], rest).join("");
          var joint = rest.length ? index.exact(option[0] + rest[0]) : Promise.resolve({ pages: [0] });
          return Promise.all([joint, index.phrase(text)]).then(function (answers) { if (answers[0].pages.length && answers[1].list.pages.length) found.push(text); });
        }));
      });
    });
  });
  return Promise.all(jobs).then(function () { return found; });
};
