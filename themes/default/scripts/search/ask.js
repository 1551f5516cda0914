/* Answers queries: candidates by their terms, then the last word by their texts. */
import { WORD, fold } from "./fold.js";
import { P, MAPPED, NONE, both, quiet, shardAt } from "./files.js";
import { buckets, numbers, parse, runs, spellings, wanted } from "./query.js";
import { excerpt, has, holds, look, tableOf } from "./show.js";

var TITLE = 1, HEADING = 2, STRONG = 4;
var CHINESE = /[\u3400-\u9fff\ud840-\ud87f]/;
/* A host that has not answered after so many milliseconds is far: each turn to it is long, and more is asked for at once. */
var FAR = 50;
function ifFar(answer, ask) {
  var timer = setTimeout(ask, FAR);
  function stop() { clearTimeout(timer); }
  answer.then(stop, stop);
  return answer;
}

/* The pages that may hold a phrase, whether they surely do, and whether a file was missing that tells more. */
P.phrase = function (phrase) {
  var index = this, terms = wanted(phrase), sure = terms.sure, lost = false;
  if (!terms.first.length) return Promise.resolve({ list: NONE, sure: true });
  function ask(terms) {
    return Promise.all(terms.map(function (term) {
      return (term[1] ? index.prefix(term[0]) : index.exact(term[0])).catch(function (error) {
        if (error.stale) throw error;
        // A file that is missing: what the others say is checked against the texts.
        lost = true;
        sure = false;
        return null;
      });
    })).then(function (lists) { return lists.filter(Boolean); });
  }
  return ifFar(ask(terms.first), function () {
    terms.more.slice(0, 3).forEach(function (term) { index.termShard(shardAt(index.terms, term[0])).catch(quiet); });
  }).then(function (lists) {
    lists.sort(function (a, b) { return a.pages.length - b.pages.length; });
    if (!lists.length) throw new Error("missing");
    var list = lists.reduce(both);
    if (!terms.more.length || list.pages.length < 4) return { list: list, sure: sure, lost: lost };
    return ask(terms.more).then(function (lists) { return { list: lists.reduce(both, list), sure: sure, lost: lost }; });
  });
};

/* Answers a query: a Search, which knows its candidates; what is shown is asked of it. */
P.search = function (query) {
  var index = this;
  function simplified() { return index.simplify().then(function () { return index.run(query); }); }
  return this.run(query).then(function (search) {
    // A piece that stands nowhere may be written in traditional characters: the index holds none. Of a long one the end is not looked up.
    var lost = search.groups.some(function (group) { return (!group.found.length || group.phrases[0].length > 24) && CHINESE.test(group.phrases[0]); });
    return lost && !index.simplified ? simplified() : search;
  }, function (error) {
    // Nor is the file that is missing one that the simplified piece needs.
    if (error.stale || index.simplified || !CHINESE.test(query)) throw error;
    return simplified();
  });
};
P.run = function (query) {
  var index = this, table = this.simplified, phrases = [];
  var groups = parse(query).map(function (piece) {
    piece.text = fold(piece.text, table).text.replace(/\n/g, " ");
    return piece;
  }).filter(function (piece) { return piece.text; });
  numbers(groups);
  groups.forEach(function (group) {
    group.phrases = spellings(group.text, group.exact);
    if (group.number) group.phrases = group.phrases.concat(spellings(group.number));
  });
  var asked = groups.filter(function (group) { return !group.not; });
  var search = { query: query, index: index, hits: [], groups: groups, phrases: phrases, failed: false };
  if (!asked.length) { search.groups = []; return Promise.resolve(search); }
  return Promise.all(groups.map(function (group) { return index.group(group); })).then(function () {
    // Words typed apart that stand together are worth more: the pair of characters where they meet tells.
    var plain = asked.filter(function (group) { return !group.exact; }), meet = [], whole = plain.length ? plain[0].phrases[0] : "";
    if (plain.length < 2 || plain.length > 6) return null;
    for (var i = 1; i < plain.length; i++) {
      var next = plain[i].phrases[0], left = runs(plain[i - 1].phrases[0]).pop(), right = runs(next)[0];
      if (!left || !right) return null;
      // Where two words of letters meet is in no list.
      var words = left.kind === WORD && right.kind === WORD;
      if (!words) meet.push(left.chars[left.chars.length - 1] + right.chars[0]);
      whole += (words ? " " : left.kind === right.kind ? "" : "~") + next;
    }
    phrases.push(search.whole = whole);
    return !meet.length ? null : Promise.all(meet.map(function (pair) { return index.exact(pair); })).then(function (lists) { return lists.reduce(both); }, function () { return null; });
  }).then(function (joined) {
    var pages = null;
    asked.forEach(function (group) { pages = join(pages, group, phrases); });
    search.failed = groups.some(function (group) { return group.lost; });
    if (joined) joined.pages.forEach(function (page) { var hit = pages.get(page); if (hit) hit.score += 15; });
    groups.forEach(function (group) {
      if (group.not) group.found.forEach(function (one) {
        Array.prototype.forEach.call(one.list.pages, function (page) {
          var hit = pages.get(page);
          if (!hit) return;
          if (one.sure) pages.delete(page); else hit.nots.push(one.phrase);
        });
      });
    });
    pages.forEach(function (hit) {
      var status = index.names[2][index.facets[2][hit.page]].key;
      if (status === "repealed" || status === "expired") hit.score *= 0.55;
      if (!hit.nots.length && hit.wants.every(function (want) { return want.some(function (one) { return one.sure; }); })) { hit.state = 1; hit.listed = true; }
      search.hits.push(hit);
    });
    // Pages that have the words in their texts and nothing else to tell them apart: a short one is rather about them, and rather
    // has a phrase than its pairs in several places. Each page that is looked through in vain has to be brought.
    function length(hit) { return hit.score < 20 * hit.wants.length ? index.classes[hit.page] : 0; }
    search.hits.sort(function (a, b) {
      if (b.score !== a.score) return b.score - a.score;
      var x = index.dates[a.page], y = index.dates[b.page];
      return x === y ? length(a) - length(b) || a.page - b.page : y > x ? 1 : -1;
    });
    return search;
  });
};
/* Whether letters may be typed for what they sound like. */
P.isSound = function (letters) { return letters.length <= 200 && /^[0-9]{0,9}[a-z][a-z0-9]+$/.test(letters); };
/* Finds the pages of each spelling of a piece, and of what its sound may mean. */
P.group = function (group) {
  var index = this, letters = group.phrases[0], sounds = !group.not && !group.exact && index.isSound(letters);
  function look(one) {
    return index.phrase(one.ask || one.phrase).then(function (found) { return { phrase: one.phrase, only: one.only, list: found.list, sure: found.sure && !one.ask, lost: found.lost }; }, function (error) {
      if (error.stale) throw error;
      // A file that is missing does not take away what the others say.
      return { phrase: one.phrase, only: one.only, list: NONE, sure: false, lost: true };
    });
  }
  var plain = Promise.all(group.phrases.map(function (phrase) { return look({ phrase: phrase }); }));
  plain.catch(quiet);
  return (sounds ? index.more().then(function () { return index.sounding(letters, plain, look); }, function () { group.lost = true; return plain; }) : plain).then(function (found) {
    if (found.every(function (one) { return one.lost && !one.list.pages.length; })) throw new Error("missing");
    group.lost = group.lost || found.lost || found.some(function (one) { return one.lost; });
    group.found = found.filter(function (one) { return one.list.pages.length; });
  });
};
/* The pages that have one piece more. */
function join(pages, group, phrases) {
  var next = new Map();
  group.found.forEach(function (one) {
    if (phrases.indexOf(one.phrase) < 0) phrases.push(one.phrase);
    for (var i = 0; i < one.list.pages.length; i++) {
      var page = one.list.pages[i], flags = one.list.flags[i], hit = next.get(page);
      if (!hit) {
        if (pages && !pages.has(page)) continue;
        hit = pages ? pages.get(page) : { page: page, score: 0, wants: [], nots: [], state: 0, seen: {} };
        hit.wants.push([]);
        hit.best = 0;
        next.set(page, hit);
      }
      var score = (flags & TITLE ? 100 : flags & HEADING ? 40 : 10) + (flags & STRONG ? 6 : 0);
      hit.wants[hit.wants.length - 1].push({ phrase: one.phrase, sure: one.sure, score: score });
      if (score > hit.best) { hit.score += score - hit.best; hit.best = score; }
    }
  });
  next.forEach(function (hit) { hit.wants[hit.wants.length - 1].sort(function (a, b) { return b.score - a.score; }); });
  return next;
}

/* The first block of a page that holds a phrase, or -1. */
P.seek = function (hit, phrase) {
  var index = this;
  if (!hit.seen[phrase]) hit.seen[phrase] = index.places(hit.page, buckets(phrase)).then(function (places) {
    // A long page has a map, and what that names is likely: a few at once. Of another one the first block most often has it.
    var asked = index.starts[hit.page + 1] - index.starts[hit.page] < MAPPED ? 1 : 0;
    function next(at) {
      // What is not found soon lies far: files are asked for ahead, since each that is waited for costs a turn to the host.
      if (at === asked) places.slice(at, asked = asked ? asked * 6 + 1 : 3).forEach(function (block) { index.packed(block).catch(quiet); });
      if (at >= places.length) return -1;
      return index.block(places[at]).then(function (block) {
        return holds(index, block, places[at] === index.starts[hit.page], phrase) ? places[at] : next(at + 1);
      });
    }
    return next(0);
  });
  hit.seen[phrase].catch(function () { delete hit.seen[phrase]; });
  return hit.seen[phrase];
};
/* A page that cannot be looked at or shown, for want of a file: it is left out, and the answer says so. */
function lose(search, hit, error) {
  if (error.stale) throw error;
  search.failed = hit.listed = true;
  hit.state = -1;
}
/* Whether a page truly holds what is wanted: its texts are fetched as far as is needed. */
P.check = function (search, hit) {
  var index = this;
  if (hit.state) return Promise.resolve(hit.state > 0);
  function any(want, at) {
    if (at >= want.length) return false;
    if (want[at].sure) return true;
    return index.seek(hit, want[at].phrase).then(function (block) {
      if (block < 0) return any(want, at + 1);
      want[at].sure = true;
      return true;
    });
  }
  var first = Promise.resolve(true);
  hit.wants.forEach(function (want) { first = first.then(function (held) { return held && any(want, 0); }); });
  hit.nots.forEach(function (phrase) {
    first = first.then(function (held) { return held && index.seek(hit, phrase).then(function (block) { return block < 0; }); });
  });
  return first.then(function (held) { hit.state = held ? 1 : -1; return held; });
};
/* The same, but a page whose file is missing is lost. */
P.checked = function (search, hit) {
  var index = this;
  return this.check(search, hit).catch(function (error) {
    lose(search, hit, error);
    return false;
  });
};
/* How many files it takes at least to check these pages. */
P.cost = function (hits) {
  var index = this, needed = new Set();
  hits.forEach(function (hit) {
    var name = index.fileAt(index.starts[hit.page]).name;
    if (!hit.state && !index.cache.has(name)) needed.add(name);
  });
  return needed.size;
};
/* What is shown of a page. */
P.show = function (search, hit) {
  var index = this, start = index.starts[hit.page], isLong = index.starts[hit.page + 1] - start > 1;
  function seen(block, at) { var found = look(index, block, at === start, search.phrases); found.block = block; return found; }
  // Of a long page the block that has a line with the most of the words.
  return Promise.all((isLong ? hit.wants : hit.wants.slice(0, 1)).map(function (want, i) {
    var one = want.filter(function (w) { return w.sure; })[0] || want[0];
    return index.seek(hit, one.phrase).catch(function (error) { if (!i) throw error; return start; });
  })).then(function (places) {
    places = Array.from(new Set(places.map(function (at) { return at < 0 ? start : at; })));
    return Promise.all(places.map(function (at) { return index.block(at).then(function (block) { return seen(block, at); }); }));
  }).then(function (list) {
    return list.reduce(function (best, one) { return one.best.hits > best.best.hits ? one : best; });
  }).then(function (found) {
    var about = found.block.about, best = found.best, table = tableOf(index, found.block);
    var facet = function (row) { return index.names[row][index.facets[row][hit.page]]; };
    // Where the words stand together a page is rather about them: in its title most.
    var near = !search.whole ? 0 : has(table, about.title, search.whole) ? 30 : has(table, best.heading, search.whole) || has(table, best.line, search.whole) ? 15 : 0;
    return {
      page: hit.page, score: hit.score + near, url: about.url, anchor: best.anchor, heading: best.heading, date: about.date,
      facts: about.facts ? excerpt(table, about.facts, search.phrases, 0) : [],
      head: best.heading ? excerpt(table, best.heading, search.phrases, 40) : [],
      title: excerpt(table, about.title, search.phrases, 0), text: excerpt(table, best.line, search.phrases, 76),
      kind: facet(0), branch: facet(1).name, status: facet(2), year: index.years[hit.page]
    };
  });
};
/* Of these candidates, ten or so that truly hold what is wanted, after the first `skip` of such; those whose title is
   little more than the words come first among them. `early`, where given, is told of the first ones before all are known,
   as the candidates lie. */
P.results = function (search, hits, skip, size, early) {
  var index = this, rows = [];
  function add(hit) {
    if (rows.length === size || skip-- > 0) return;
    rows.push(index.show(search, hit).catch(function (error) { lose(search, hit, error); return null; }));
    if (early) Promise.all(rows).then(function (list) { early(list.filter(Boolean)); }, function () { /* told in the end */ });
  }
  // A page that turns out not to hold the words costs a turn to the host: from the second one on more are asked for at once.
  function take(at, wave) {
    if (at >= hits.length || rows.length === size) return Promise.resolve();
    var batch = hits.slice(at, at + (size - rows.length) * wave), held = [], next = 0;
    // Before what is here already is read: that takes time, and the host is at work meanwhile.
    batch.forEach(function (hit) { if (hit.state >= 0) index.packed(index.starts[hit.page]).catch(quiet); });
    return Promise.all(batch.map(function (hit, i) {
      return index.checked(search, hit).then(function (yes) {
        held[i] = yes;
        for (; held[next] !== undefined; next++) if (held[next]) add(batch[next]);
      });
    })).then(function () { return take(at + batch.length, wave * 3); });
  }
  return take(0, 1).then(function () { return Promise.all(rows); }).then(function (list) {
    list = list.filter(Boolean);
    // Nothing of what is there can be shown.
    if (rows.length && !list.length) throw new Error("missing");
    list.forEach(function (one, at) {
      var all = 0, marked = 0;
      one.title.forEach(function (piece) { all += piece[0].length; if (piece[1]) marked += piece[0].length; });
      one.rank = one.score + (marked > all * 0.6 ? 30 * marked / all : 0);
      one.at = at;
    });
    return list.sort(function (a, b) { return b.rank - a.rank || a.at - b.at; });
  });
};
