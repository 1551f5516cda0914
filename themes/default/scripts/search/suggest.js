/* Suggestions while one types. */
import { fold, isSound, pagesOf, shardAt } from './core.js';
import { hasSounds, heard, readings, titled } from './pinyin.js';

/* Titles and terms that begin with, or terms that hold, what was typed. */
export async function suggest(index, typed, most) {
  const folded = (text) => fold(text, index.simplified).text;
  const start = folded(String(typed).slice(0, 60));
  if (!start) return [];
  const [glossary, ...files] = await Promise.all([titled(index, 0), ...titlesFrom(index, start)]);
  const terms = glossary.split('\n').filter((term) => folded(term).includes(start));
  terms.sort((a, b) => a.length - b.length);
  const titles = files.join('\n').split('\n');
  const begun = titles.filter((title) => folded(title).startsWith(start));
  const [used, sounding] = await Promise.all([usedOf(index, terms.slice(0, 3)), meant(index, start)]);
  // What is typed already is no offer, nor is the same in other quotes.
  const seen = [start];
  const isNew = (text) => {
    const same = folded(text);
    const isKnown = seen.includes(same);
    seen.push(same);
    return !isKnown;
  };
  return [...used, ...begun, ...sounding].filter(isNew).slice(0, most);
}

/* The files of titles that begin so: they may end one file and begin the next. */
function titlesFrom(index, start) {
  const list = index.titles;
  const files = [];
  const begins = (at) => at < list.length && list[at].key.slice(0, start.length) === start.slice(0, list[at].key.length);
  const at = list.length > 1 ? Math.max(1, shardAt(list, start)) : list.length;
  for (let i = at > 1 && begins(at) ? at - 1 : at; i <= at || (begins(i) && i <= at + 1); i++) if (list[i]) files.push(titled(index, i));
  return files;
}

/* Those of some terms that stand on pages, as far as their pairs tell: the glossary may have others. Their files are those that a
   reader who takes one needs. */
async function usedOf(index, terms) {
  const used = await Promise.all(
    terms.map(async (term) => {
      try {
        return (await pagesOf(index, fold(term, index.simplified).text)).list.pages.length;
      } catch (error) {
        return 0;
      }
    })
  );
  return terms.filter((_, at) => used[at]);
}

/* What letters may mean by their sound. */
async function meant(index, letters) {
  if (!hasSounds(index)) return [];
  try {
    if (/^[a-z]{1,2}$/.test(letters)) return await beginnings(index, letters);
    if (!isSound(letters)) return [];
    // By initials too much sounds so: of that the terms only.
    const phrases = (await heard(index, letters)).filter((one) => !one.weak || !one.only).map((one) => one.phrase);
    return phrases.filter((phrase) => Array.from(phrase).length > 1);
  } catch (error) {
    return [];
  }
}

/* For one or two letters, by which too much would be heard: terms, then titles, whose first character begins with that sound, or
   whose first two have these initials. */
async function beginnings(index, letters) {
  const known = await readings(index);
  const sounds = (c, some) => (known.get(c) || []).some((reading) => reading.startsWith(some));
  const begins = (text) => {
    const [first, second] = Array.from(fold(text.slice(0, 8), index.simplified).text);
    return sounds(first, letters) || (letters[1] && sounds(first, letters[0]) && sounds(second, letters[1]));
  };
  const [glossary, ...files] = await Promise.all(index.titles.map((_, at) => titled(index, at)));
  const titles = [];
  for (let at = 0; at < files.length && titles.length < 6; at++) titles.push(...files[at].split('\n').filter(begins));
  return [...(await usedOf(index, glossary.split('\n').filter(begins).slice(0, 6))), ...titles];
}
