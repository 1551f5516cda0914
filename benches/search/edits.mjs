// How many files of the index a small edit rewrites: a sentence is added to one page after another of a site, which is built each time.
// node benches/search/edits.mjs PROGRAM SITE [EDITS]
//
// SITE   a folder with site.yaml and content/ that may be changed: a copy; its output goes to SITE/out
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [, , program, site, edits = '24'] = process.argv;
const output = path.join(site, 'out');
const build = () => {
  try {
    execFileSync(program, ['build', '--site', site, '--output', output, '--date', '2026-11-23', '--keep-going', '--quiet'], {
      stdio: 'ignore',
    });
  } catch (error) {
    // Mistakes of the corpus are told and do not hinder.
    if (error.status !== 1) throw error;
  }
};
const times = () =>
  new Map(
    fs
      .readdirSync(path.join(output, 'search'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [file, fs.statSync(file).mtimeMs])
  );
let seed = 5;
const random = (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
};

build();
const pages = fs
  .readdirSync(path.join(site, 'content'), { recursive: true })
  .filter((name) => name.endsWith('.md'))
  .sort();
const rows = [];
for (let at = 0; at < +edits; at++) {
  const name = pages[random(pages.length)];
  const file = path.join(site, 'content', name);
  const before = times();
  fs.writeFileSync(
    file,
    `${fs.readFileSync(file, 'utf8').trimEnd()}\n\n\u652f\u90e8\u59d4\u5458\u4f1a\u7814\u7a76\u51b3\u5b9a\uff0c\u4e0b\u4e00\u6b21\u4f1a\u8bae\u6539\u5728\u661f\u671f\u4e09\u4e0b\u5348\u53ec\u5f00\u3002\n`
  );
  build();
  const after = times();
  const changed = [...after].filter(([path, time]) => before.get(path) !== time).length;
  rows.push((changed * 100) / after.size);
  console.log(`${name}: ${changed} of ${after.size} files, ${rows[at].toFixed(1)}%`);
}
rows.sort((a, b) => a - b);
console.log(
  `median ${rows[rows.length >> 1].toFixed(1)}%, most ${rows[rows.length - 1].toFixed(1)}%; over 5%: ${rows.filter((row) => row > 5).length} of ${rows.length}`
);
