/* What a search needs now and then: sounds, suggestions, near spellings. Adds to search-core.js, and is loaded when asked for. */
(function (core) {
  "use strict";
  var TITLE = 1, HEADING = 2, STRONG = 4, GRAM = 1, WORD = 2, P = core.Index.prototype;
  var fold = core.fold, parse = core.parse, classOf = core.classOf, shardAt = core.shardAt, both = core.both;

  P.simplifier = function () {
    var index = this;
    return this.get("simplified", undefined, function (data) {
      var at = data[0].indexOf(" "), bits = new core.Bits(data[0].slice(at + 1)), from = 0x3400, table = new Map();
      // The same for texts whose characters stay in their places; what would become longer is named apart.
      var rules = ["", ""];
      for (var i = 0; i < +data[0].slice(0, at); i++) {
        from += core.golomb(bits, 2);
        var to = bits.raw(18);
        table.set(from, to);
        if (from < 0x10000) rules[to < 0x10000 ? 0 : 1] += String.fromCharCode(from);
      }
      table.rule = new RegExp("[" + rules[0] + "]", "g");
      table.longer = new RegExp("[" + rules[1] + "]");
      index.simplified = table;
      return table;
    });
  };

  /* What was found of letters as they stand, and what is found of their sound; a word that stands as it was typed comes before
     what only sounds like it, and what has all its sounds typed before the rest. */
  P.sounding = function (letters, plain, look) {
    var index = this;
    return this.heard(letters).then(function (heard) {
      var strong = heard.some(function (one) { return !one.weak; });
      return Promise.all([plain, Promise.all(heard.map(look)), heard.length ? index.exact(letters.slice(0, 20)).catch(function () { return core.NONE; }) : core.NONE]).then(function (found) {
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
        return found[0].concat(found[1]);
      });
    });
  };
  /* The pages of a list that have one of the flags, with their flags changed. */
  function only(list, flags, change) {
    var keep = Array.from(list.pages.keys()).filter(function (i) { return !flags || list.flags[i] & flags; });
    return { pages: keep.map(function (i) { return list.pages[i]; }), flags: keep.map(function (i) { return change(list.flags[i], list.pages[i]); }) };
  }

  /* What letters are looked for costs no more than so many files of terms, and so many phrases: what has all its sounds typed,
     then single characters, then titles whose last sound is only begun or that are typed by initials, then headings. */
  var FILES = [8, 20, 22, 28], PHRASES = [16, 60, 72, 84];
  /* Which Chinese a run of letters and digits may stand for: [{ phrase, only, ask, weak }]; `ask` is what is looked up of it, if not
     all; what is weak has its sounds only in part. */
  P.heard = function (letters) {
    var index = this;
    if (!this.sounds[0]) return Promise.resolve([]);
    return Promise.all([this.readings(), this.headed(), this.spoken()]).then(function (read) {
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
        if (sounds.indexOf(letters) >= 0) [text, headed].forEach(function (text) { standing(text, c, single); });
      });
      return index.affordable([whole, single, begun, headings]);
    }).catch(function (error) {
      if (error && error.stale) throw error;
      index.failed = true;
      return [];
    });
  };
  /* Finds a character by itself; where nothing follows it, with what is before it or behind the next blank: the lists tell of a
     character that stands alone on the whole page, and else of pairs. */
  function standing(text, c, found) {
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
    var parts = core.runs(phrase), kept = parts.filter(function (run) { return run.kind === WORD || run.chars.length > 1; });
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
        core.wanted(ask || one.phrase).first.forEach(function (term) {
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
  /* The headings that no title has, a line each. */
  P.headed = function () {
    var index = this;
    return Promise.all(Object.keys(this.sounds).filter(function (key) { return key !== "0"; }).map(function (key) {
      return index.text("sounds/" + key, index.sounds[key]).catch(function () { index.failed = true; return ""; });
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
  P.spoken = function () {
    var index = this, whole = true;
    if (this.lines) return Promise.resolve(this.lines);
    return Promise.all(this.titles.map(function (_, at) {
      return index.titled(at).catch(function () { whole = false; index.failed = true; return ""; });
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
      var seen = [start], fresh = terms.slice(0, 3).concat(titles).filter(function (text) {
        var same = fold(text, index.simplified).text, known = seen.indexOf(same) >= 0;
        seen.push(same);
        return !known;
      });
      return fresh.slice(0, most);
    });
  };

  /* Spellings near a query that found nothing: one character changed, or the parts that are found. */
  P.near = function (query) {
    var index = this, offers = new Map(), pieces = parse(query).filter(function (piece) { return !piece.not; }).slice(0, 4);
    var folded = pieces.map(function (piece) { return fold(piece.text, index.simplified).text; }).filter(Boolean);
    function offer(text, count) { if (count && folded.indexOf(text) < 0) offers.set(text, Math.max(count, offers.get(text) || 0)); }
    return Promise.all(folded.map(function (text) {
      var chars = Array.from(text).slice(0, 8);
      if (classOf(text.codePointAt(0)) === WORD) return index.words(text).then(function (words) { words.forEach(function (word) { offer(word[0], word[1]); }); });
      var jobs = [], cuts = [];
      // What is written with a dot or a blank between: both parts stand on one page.
      for (var cut = 2; cut <= chars.length - 2; cut++) cuts.push([chars.slice(0, cut).join(""), chars.slice(cut).join("")]);
      for (var length = chars.length - 1; length >= 2 && length >= chars.length - 2; length--) for (var i = 0; i + length <= chars.length; i++) jobs.push(chars.slice(i, i + length).join(""));
      return Promise.all(jobs.slice(0, 8).map(function (job) { return index.phrase(job).then(function (found) { offer(job, found.list.pages.length ? job.length : 0); }); })).then(function () {
        return Promise.all(cuts.map(function (parts) {
          return Promise.all(parts.map(function (part) { return index.phrase(part); })).then(function (found) { offer(parts.join(" "), both(found[0].list, found[1].list).pages.length ? text.length : 0); });
        }));
      }).then(function () {
        return chars.length < 3 ? null : index.swap(chars).then(function (list) { list.forEach(function (one) { offer(one, 50); }); });
      });
    })).then(function () {
      var best = Array.from(offers).sort(function (a, b) { return b[1] - a[1]; }).slice(0, 8).map(function (one) { return one[0]; });
      // What is offered is truly there: a page with all its pairs need not hold the whole.
      return Promise.all(best.map(function (text) {
        return index.search(text).then(function (search) { return index.results(search, search.hits.slice(0, 6), 0, 1); }).then(function (rows) { return rows.length ? text : ""; });
      })).then(function (list) { return list.filter(Boolean).slice(0, 5); });
    }, function () { return []; });
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
    if (a.length === b.length && a.split("").sort().join("") === b.split("").sort().join("")) return 1;
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

})(self.StudyhallSearch);
