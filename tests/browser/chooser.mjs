// Starts `studyhall open` on a machine of its own, which shows the chooser.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ROOT } from './site.mjs';

const PROGRAM = process.env.STUDYHALL ?? join(ROOT, 'target/debug/studyhall');

export class Chooser {
  /** Starts it in an empty home folder, or in `home`. */
  static async start(home = mkdtempSync(join(tmpdir(), 'studyhall-home-'))) {
    const chooser = new Chooser();
    const port = String(20_000 + Math.floor(Math.random() * 20_000));
    const env = { ...process.env, HOME: home, XDG_STATE_HOME: join(home, '.state') };
    const args = ['open', '--no-browser', '--json', '--lang', 'zh', '--port', port];
    chooser.home = home;
    chooser.child = spawn(PROGRAM, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: chooser.child.stdout });
    chooser.url = await new Promise((done, failed) => {
      lines.once('line', (line) => done(JSON.parse(line).url));
      chooser.child.once('exit', (code) => failed(new Error(`ended with ${code}`)));
    });
    return chooser;
  }

  /** Ends it. */
  async end() {
    const gone = new Promise((done) => this.child.once('exit', done));
    this.child.kill();
    await gone;
  }
}
