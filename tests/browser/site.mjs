// Builds the sample site with each theme into a folder of its own, once for all tests.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const THEMES = ['default', 'green'];
/** The day on which the sample site is read: the same pages at every run. */
const DATE = '2026-11-23';
export const PROGRAM = process.env.STUDYHALL ?? join(ROOT, 'target/debug/studyhall');

const work = mkdtempSync(join(tmpdir(), 'studyhall-browser-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const built = new Map();

/** Copies the sample site, sets its theme, builds it; once for each `name`. Returns the output folder. */
export function build(theme, name = theme, ...extra) {
  if (built.has(name)) return built.get(name);
  const site = join(work, `site-${name}`);
  const output = join(work, `output-${name}`);
  for (const part of ['site.yaml', 'content', 'themes', 'static']) {
    if (existsSync(join(ROOT, part))) cpSync(join(ROOT, part), join(site, part), { recursive: true });
  }
  const settings = readFileSync(join(site, 'site.yaml'), 'utf8');
  writeFileSync(join(site, 'site.yaml'), settings.replace(/^theme:.*$/m, `theme: ${theme}`));
  execFileSync(PROGRAM, ['build', '--site', site, '--output', output, '--date', DATE, '--no-cache', '--quiet', ...extra], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  built.set(name, output);
  return output;
}

/** All files below a folder, as paths with `/`, sorted. */
export function list(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}

/** One page per template: the first in the output whose path fits. */
export const TEMPLATES = {
  home: /^index\.html$/,
  course_list: /^lessons\/index\.html$/,
  course: /^lessons\/kaihao-[^/]+\/index\.html$/,
  lesson: /^lessons\/kaihao-[^/]+\/huiyi-jilu\.html$/,
  booklet: /^lessons\/kaihao-[^/]+\/booklet\.html$/,
  single: /^lessons\/kaihao-[^/]+\/[^/]+-single\.html$/,
  poster: /^lessons\/kaihao-[^/]+\/huiyi-jilu-poster\.html$/,
  policy_list: /^policies\/index\.html$/,
  policy: /^policies\/huiyi-banfa\.html$/,
  policy_superseded: /^policies\/huiyi-banfa-shixing-2021\.html$/,
  news_list: /^news\/index\.html$/,
  news: /^branches\/[^/]+\/news\/(?!index)[^/]+\.html$/,
  column: /^notices\/index\.html$/,
  notice: /^notices\/(?!index)[^/]+\.html$/,
  branch_list: /^branches\/index\.html$/,
  branch: /^branches\/[^/]+\/index\.html$/,
  topic: /^topics\/(?!index)[^/]+\.html$/,
  tags: /^tags\/index\.html$/,
  tag: /^tags\/[^/]+\/index\.html$/,
  archive: /^archive\/index\.html$/,
  year: /^archive\/2026\/index\.html$/,
  page: /^about\.html$/,
  downloads: /^downloads\.html$/,
  survey: /^surveys\/(?!index)[^/]+\.html$/,
  map: /^map\.html$/,
  search: /^search\.html$/,
  study: /^study\.html$/,
  practice: /^practice\.html$/,
  404: /^404\.html$/,
};

/** `[template, path]` for every template; a template without a page in the sample site is an error. */
export function samples(files) {
  return Object.entries(TEMPLATES).map(([template, shape]) => {
    const path = files.find((file) => shape.test(file));
    if (!path) throw new Error(`the sample site has no page for the template ${template} (${shape})`);
    return [template, path];
  });
}
