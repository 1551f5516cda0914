// The pages of a built site as a reader sees them, random pieces of them, and what a folder weighs.
import fs from 'node:fs';
import path from 'node:path';

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', apos: "'" };
const decode = (text) =>
  text.replace(/&(#x?[0-9a-f]+|[a-z]+);?/gi, (whole, name) => {
    if (name[0] !== '#') return NAMED[name] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : whole;
  });
const LINES =
  /<\/?(?:p|div|li|ul|ol|h[1-6]|pre|table|tr|td|th|blockquote|figure|figcaption|br|hr|section|article|header|footer|details|summary|dl|dt|dd|math|input|button|label|img|sup)\b[^>]*>/gi;

/** Address, and the text of title, article and what stands around it, of every page that has an article. */
export function articles(output) {
  const found = [];
  for (const entry of fs.readdirSync(output, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.html')) continue;
    const file = path.join(entry.parentPath, entry.name);
    const html = fs.readFileSync(file, 'utf8');
    const from = html.indexOf('<article');
    if (from < 0) continue;
    const title = ['h1', 'p class="?subtitle"?']
      .map((tag) => (html.match(new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</`)) || ['', ''])[1])
      .join('\n');
    const body = html.slice(from, html.indexOf('</article>', from));
    // Sizes of attachments and minutes are not words of the page; notes of the speaker are not shown, answers only on demand. What describes a picture that is missing stands by itself.
    const bare = body
      .replace(/<math[\s\S]*?<\/math>/gi, formula)
      .replace(/<(script|style|small|svg|template)\b[\s\S]*?<\/\1>/gi, '\n')
      .replace(/<details class="?quiz-answer"?>[\s\S]*?<\/details>|<p class="?quiz-kind"?>[\s\S]*?<\/p>/gi, '\n')
      .replace(/<span class="?missing"?>([^<]*)<\/span>/gi, '\n$1\n');
    // Parts of one line that stand at its two ends.
    const text = decode(
      `${title}\n${around(html, from)}\n${bare.replace(/<\/span><span(?: class="?doc-date"?)?>/g, '\n')}`
        .replace(LINES, '\n')
        .replace(/<[^>]*>/g, '')
    );
    found.push({ url: path.relative(output, file).split(path.sep).join('/'), text });
  }
  return found.sort((a, b) => (a.url < b.url ? -1 : 1));
}

/** A formula by its signs; it stands in its line, or by itself. */
function formula(mathml) {
  const signs = mathml
    .replace(/<[^>]*>/g, '\0')
    .split('\0')
    .map((sign) => sign.trim())
    .filter(Boolean)
    .join(' ');
  return /^<math[^>]*display="?block/i.test(mathml) ? `\n${signs}\n` : signs;
}

/** What stands above and below the article and is the page's own: who speaks and where, to what end, what is attached, who wrote it. */
function around(html, from) {
  const head = html.slice(html.indexOf('<main'), from);
  const foot = html.slice(html.indexOf('</article>', from), html.indexOf('</main>'));
  const all = (text, pattern) => Array.from(text.matchAll(pattern), (match) => match[1]);
  const facts = all(head, /<p class="?facts"?>([\s\S]*?)<\/p>/g).flatMap((line) => all(line, /<span>([^<]*)<\/span>/g));
  // What is counted and dated is not searched, nor are the words of the theme.
  const own = /<html[^>]* data-kind="?news/.test(html)
    ? facts.filter((fact) => !/^\d+年\d+月\d+日$|[应实]到 \d/.test(fact))
    : facts.flatMap((fact) => all(fact, /^主讲 (.*)$/g));
  const lines = all(head + foot, /<dt>(?:主办|地点|联系|书记)<\/dt><dd>([\s\S]*?)<\/dd>/g);
  const aims = all(head, /<section[^>]*class="?aims"?[^>]*>[\s\S]*?<ul>([\s\S]*?)<\/ul>/g);
  const files = all(foot, /<a class="?attachment"?[^>]*>([\s\S]*?)<small>/g);
  return [...own, ...aims, ...lines, ...files, ...all(foot, /<span>撰稿 ([^<]*)<\/span>/g)].join('\n');
}

/** Random pieces of 2 to 6 Han characters; the same every time. */
export function pieces(pages, count) {
  let seed = 42;
  const random = (n) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };
  const found = [];
  for (let tries = 0; found.length < count && tries < count * 1000; tries++) {
    const { text } = pages[random(pages.length)];
    const length = 2 + random(5);
    const piece = text.slice(random(Math.max(1, text.length - length)), text.length).slice(0, length);
    if (piece.length === length && /^[\u4e00-\u9fff]+$/.test(piece)) found.push(piece);
  }
  return found;
}

/** Bytes and files of a folder. */
export function weigh(folder) {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { files: files.length, bytes: files.reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0) };
}
