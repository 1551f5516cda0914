// Starts the preview of a copy of the sample site, and hears what it says.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { ROOT } from './site.mjs';

const PROGRAM = process.env.STUDYHALL ?? join(ROOT, 'target/debug/studyhall');
const PATIENCE = 60_000;

/** A copy of the sample site in a folder of its own. */
export function copySite() {
  const site = mkdtempSync(join(tmpdir(), 'studyhall-preview-'));
  for (const part of ['site.yaml', 'content', 'themes', 'static']) {
    if (existsSync(join(ROOT, part))) cpSync(join(ROOT, part), join(site, part), { recursive: true });
  }
  return site;
}

/** Writes a file of a site. */
export function write(site, path, text) {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), text);
}

export class Preview {
  /** Starts `serve`; `port` 0 lets it choose from a random place. */
  static async start(site, ...extra) {
    const preview = new Preview();
    preview.site = site;
    const port = String(20_000 + Math.floor(Math.random() * 20_000));
    const args = [
      'serve',
      '--json',
      '--site',
      site,
      '--date',
      '2026-11-23',
      ...(extra.includes('--port') ? [] : ['--port', port]),
      ...extra,
    ];
    preview.child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    preview.events = [];
    preview.waiting = [];
    preview.exit = new Promise((done) => preview.child.on('exit', (code, signal) => done({ code, signal })));
    createInterface({ input: preview.child.stdout }).on('line', (line) => {
      preview.events.push(JSON.parse(line));
      preview.waiting.splice(0).forEach((wake) => wake());
    });
    const ready = await preview.event((event) => event.event === 'ready');
    preview.url = ready.url;
    preview.port = ready.port;
    preview.network = ready.network;
    await preview.event((event) => event.event === 'built' || event.event === 'refused' || event.error);
    return preview;
  }

  /** The next event (from the `from`th on) that fits. */
  async event(fits, from = 0) {
    const late = Date.now() + PATIENCE;
    for (;;) {
      const found = this.events.slice(from).find(fits);
      if (found) return found;
      if (Date.now() > late) throw new Error(`no such event: ${fits}; there were ${JSON.stringify(this.events.slice(from))}`);
      await new Promise((wake) => {
        this.waiting.push(wake);
        setTimeout(wake, 500);
      });
    }
  }

  /** Does something and waits until all pages have been gone over. */
  async after(work) {
    const from = this.events.length;
    await work();
    return this.event((event) => event.event === 'updated' && event.pages !== null, from);
  }

  async stop(signal = 'SIGINT') {
    this.child.kill(signal);
    return this.exit;
  }

  async end() {
    await this.stop('SIGKILL');
    rmSync(this.site, { recursive: true, force: true });
  }
}
