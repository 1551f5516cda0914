// Debian's Chromium, kept from talking to anybody.
import { chromium } from 'playwright-core';

import { PROGRAM } from './program.mjs';

export function launch() {
  return chromium.launch({
    executablePath: PROGRAM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

/**
 * A page that notes what no page of the site may do: errors, messages of the policy, requests out of `base`.
 * `trouble` is filled as the page goes; the caller empties it.
 */
export async function watched(context, base) {
  const page = await context.newPage();
  const trouble = [];
  const where = () => decodeURIComponent(page.url()).replace(base, '');
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(`${where()}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`${where()}: script: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('data:') && url !== 'about:blank') trouble.push(`${where()}: asks for ${url}`);
  });
  page.on('requestfailed', (request) => {
    // A page that is left, as an alias page is at once, breaks off what it had begun.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') trouble.push(`${where()}: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) trouble.push(`${where()}: ${response.url()}: ${response.status()}`);
  });
  return { page, trouble };
}
