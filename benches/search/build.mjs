// What the index takes of a build: time and memory.
// node benches/search/build.mjs PROGRAM SITE OUTPUT [BUILDS]
//
// SITE    a folder with site.yaml and content/; OUTPUT is made anew each time, best on a disk in memory
// Memory is what the process has for itself (`RssAnon`), looked at every few milliseconds; of the index, by how much it grows while that is made.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

const [, , program, site, output, builds = '3'] = process.argv;

/** One build: its stages, and its memory by the time, in milliseconds and MB. */
async function build() {
  fs.rmSync(output, { recursive: true, force: true });
  const child = spawn(
    program,
    ['build', '--site', site, '--output', output, '--date', '2026-11-23', '--keep-going', '--quiet', '--no-cache', '--timings=json'],
    { stdio: ['ignore', 'pipe', 'ignore'] }
  );
  const began = performance.now();
  const memory = [];
  const watch = setInterval(() => {
    try {
      const [, kb] = fs.readFileSync(`/proc/${child.pid}/status`, 'latin1').match(/RssAnon:\s+(\d+)/) || [];
      if (kb) memory.push([performance.now() - began, kb / 1000]);
    } catch {
      /* it has ended */
    }
  }, 4);
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  // Mistakes of the corpus are told and do not hinder.
  const status = await new Promise((done) => {
    child.on('close', done);
  });
  const whole = performance.now() - began;
  clearInterval(watch);
  if (status > 1) throw new Error(`the build ended with ${status}`);
  return { whole, memory, stages: JSON.parse(said).stages };
}

const sum = (stages, what) => stages.reduce((all, stage) => all + stage[what] * 1000, 0);
for (let at = 0; at < +builds; at++) {
  const { whole, memory, stages } = await build();
  const place = stages.findIndex((stage) => stage.stage === 'search');
  const search = stages[place];
  if (place < 0) throw new Error('the site has no search');
  const from = sum(stages.slice(0, place), 'wall');
  const to = from + search.wall * 1000;
  const earlier = memory.filter(([time]) => time <= from);
  const meanwhile = memory.filter(([time]) => time > from && time <= to);
  if (!earlier.length || !meanwhile.length) throw new Error('too quick to be looked at: take a larger site');
  const before = earlier.pop()[1];
  const most = Math.max(...meanwhile.map(([, mb]) => mb));
  console.log(
    `index ${search.wall.toFixed(2)} of ${(whole / 1000).toFixed(2)} s, ${((search.wall * 100000) / whole).toFixed(1)}%; ` +
      `${search.processor.toFixed(2)} s of CPU, ${((search.processor * 100000) / sum(stages, 'processor')).toFixed(1)}% of all stages; ` +
      `grows by ${Math.max(0, most - before).toFixed(0)} MB, the whole build to ${Math.max(...memory.map(([, mb]) => mb)).toFixed(0)}`
  );
}
