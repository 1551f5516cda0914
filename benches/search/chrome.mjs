// Chromium as a reader has it: driven over a pipe, without the network log that test frameworks keep, which takes time of the page's own
// thread for each file.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { PROGRAM } from '../../tests/browser/program.mjs';

/** Starts a browser. */
export async function chrome(program = PROGRAM) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'studyhall-chrome-'));
  const child = spawn(
    program,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] }
  );
  const waiting = new Map();
  const listeners = new Set();
  let sent = 0;
  let held = '';
  child.stdio[4].setEncoding('utf8');
  child.stdio[4].on('data', (text) => {
    const messages = (held + text).split('\0');
    held = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      if (message.id === undefined) {
        for (const listener of listeners) listener(message);
        continue;
      }
      const { yes, no } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) no(new Error(message.error.message));
      else yes(message.result);
    }
  });
  /** Sends a command of the DevTools protocol. */
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((yes, no) => {
      sent++;
      waiting.set(sent, { yes, no });
      child.stdio[3].write(`${JSON.stringify({ id: sent, method, params, sessionId })}\0`);
    });

  /** A page of a visitor who was never here; `rate` slows its thread down, `network` its connection. */
  async function open(url, { rate = 1, network = null } = {}) {
    const { browserContextId } = await send('Target.createBrowserContext');
    const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId, width: 360, height: 740 });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const loaded = new Promise((yes) => {
      const listener = (message) => {
        if (message.sessionId !== sessionId || message.method !== 'Page.loadEventFired') return;
        listeners.delete(listener);
        yes();
      };
      listeners.add(listener);
    });
    await send('Page.enable', {}, sessionId);
    // A service worker's requests are slowed down by nobody.
    await send('Page.addScriptToEvaluateOnNewDocument', { source: 'delete Navigator.prototype.serviceWorker;' }, sessionId);
    await send('Page.navigate', { url }, sessionId);
    await loaded;
    await send('Page.disable', {}, sessionId);
    await send('Emulation.setCPUThrottlingRate', { rate }, sessionId);
    if (network) {
      await send('Network.enable', {}, sessionId);
      await send('Network.emulateNetworkConditions', { offline: false, ...network }, sessionId);
    }
    return {
      /** What a function of the page says. */
      async evaluate(work, ...args) {
        const expression = `(${work})(...${JSON.stringify(args)})`;
        const { result, exceptionDetails } = await send(
          'Runtime.evaluate',
          { expression, awaitPromise: true, returnByValue: true },
          sessionId
        );
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
        return result.value;
      },
      close: () => send('Target.disposeBrowserContext', { browserContextId }),
    };
  }

  /** What `performance.mark` says meanwhile, in order: { name, ts, tts }, microseconds. */
  async function marks(work) {
    const events = [];
    let ended;
    const end = new Promise((yes) => {
      ended = yes;
    });
    const listener = (message) => {
      if (message.method === 'Tracing.dataCollected') events.push(...message.params.value);
      if (message.method === 'Tracing.tracingComplete') ended();
    };
    listeners.add(listener);
    await send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['blink.user_timing'] } });
    await work();
    await send('Tracing.end');
    await end;
    listeners.delete(listener);
    return events.sort((a, b) => a.ts - b.ts);
  }

  const { product } = await send('Browser.getVersion');
  async function close() {
    const gone = new Promise((yes) => {
      child.on('exit', yes);
    });
    await send('Browser.close').catch(() => {});
    await gone;
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
  return { open, marks, close, version: product.replace(/^.*\//, '') };
}
