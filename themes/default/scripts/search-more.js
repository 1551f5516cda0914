/* What a search needs now and then: sounds, suggestions, near spellings. Adds to search-core.js, and is loaded when asked for. */
(function (core) {
  "use strict";
  var TITLE = 1, HEADING = 2, WORD = 2, P = core.Index.prototype;
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

  /* Which Chinese a run of letters may stand for: [{ phrase, only }]. */
  P.heard = function (letters) {
    var index = this;
    if (!this.sounds[letters[0]]) return Promise.resolve([]);
    var found = new Set();
    function sheet(letter) {
      if (!index.sounds[letter]) return Promise.resolve(null);
      return index.text("sounds/" + letter, index.sounds[letter]).then(function (text) {
        var pairs = new Map();
        text.split(" ").forEach(function (one) { var list = Array.from(one); pairs.set(list[0], list.slice(1)); });
        return pairs;
      });
    }
    var readings = new Map();
    var known = this.text("sounds/all", this.sounds[0]).then(function (text) {
      text.split(" ").forEach(function (one) {
        var reading = /^[a-z]*/.exec(one)[0];
        Array.from(one.slice(reading.length)).forEach(function (c) { readings.set(c, (readings.get(c) || []).concat(reading)); });
      });
    });
    /* How far a character takes the letters: ends by full reading, or by its initial. */
    function steps(sounds, at, mode) {
      var ends = [];
      (sounds || []).forEach(function (reading) {
        if (mode === 1) { if (reading[0] === letters[at]) ends.push(at + 1); return; }
        var rest = letters.slice(at, at + reading.length);
        if (rest === reading) ends.push(at + reading.length);
        else if (rest && at + rest.length === letters.length && reading.slice(0, rest.length) === rest && rest.length < reading.length) ends.push(letters.length);
      });
      return Array.from(new Set(ends));
    }
    function walk(states, mode, depth) {
      if (!states.length || depth > 12) return Promise.resolve();
      var wanted = Array.from(new Set(states.map(function (s) { return letters[s.from]; })));
      return Promise.all(wanted.map(sheet)).then(function (sheets) {
        var byLetter = {}, next = new Map();
        wanted.forEach(function (letter, at) { byLetter[letter] = sheets[at]; });
        states.forEach(function (state) {
          var pairs = byLetter[letters[state.from]];
          if (!pairs) return;
          var starts = state.last ? [state.last] : Array.from(pairs.keys());
          starts.forEach(function (a) {
            var ends = state.last ? [state.at] : steps(readings.get(a), 0, mode);
            if (!ends.length || !pairs.has(a)) return;
            pairs.get(a).forEach(function (b) {
              ends.forEach(function (at) {
                if (at >= letters.length) return;
                steps(readings.get(b), at, mode).forEach(function (end) {
                  var text = (state.text || a) + b;
                  if (end === letters.length) found.add(text);
                  else if (next.size < 400) next.set(text + end, { text: text, last: b, from: at, at: end });
                });
              });
            });
          });
        });
        return walk(Array.from(next.values()), mode, depth + 1);
      });
    }
    var start = [{ text: "", last: "", from: 0, at: 0 }];
    return known.then(function () { return walk(start, 0, 0); }).then(function () { return found.size || letters.length > 10 ? null : walk(start, 1, 0); }).then(function () {
      return index.glossary().then(function (terms) {
        var list = Array.from(found).slice(0, 12), known = new Set(terms.map(function (term) { return fold(term, index.simplified).text; }));
        return list.map(function (text) { return { phrase: text, only: known.has(text) ? 0 : TITLE | HEADING }; });
      });
    }).catch(function () { return []; });
  };

  P.glossary = function () {
    var shard = this.titles[0];
    return this.text("titles/terms", shard.stamp).then(function (text) { return text ? text.split("\n") : []; });
  };
  /* Titles and terms that begin with, or terms that hold, what was typed. */
  P.suggest = function (typed, most) {
    var index = this, start = fold(String(typed).slice(0, 60), this.simplified).text;
    if (!start) return Promise.resolve([]);
    var list = this.titles.slice(1), at = list.length ? shardAt(list, start.slice(0, 12)) : -1, shards = [];
    for (var i = Math.max(0, at - (at > 0 && list[at].key.slice(0, start.length) === start ? 1 : 0)); at >= 0 && i <= at; i++) shards.push(this.text(list[i].name, list[i].stamp));
    return Promise.all([this.glossary()].concat(shards)).then(function (found) {
      var terms = found[0].filter(function (term) { return fold(term, index.simplified).text.indexOf(start) >= 0; });
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
      var jobs = [];
      for (var length = chars.length - 1; length >= 2 && length >= chars.length - 2; length--) for (var i = 0; i + length <= chars.length; i++) jobs.push(chars.slice(i, i + length).join(""));
      return Promise.all(jobs.slice(0, 8).map(function (job) { return index.phrase(job).then(function (found) { offer(job, found.list.pages.length ? job.length : 0); }); })).then(function () {
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
