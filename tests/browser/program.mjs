// Which browser is driven.
import { existsSync } from 'node:fs';

/** The same engine without the rest of a browser takes half the time; where it is not, the whole one will do. */
export const PROGRAM = process.env.CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);
