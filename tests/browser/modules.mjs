// The theme's pure modules in Node, as they stand: each becomes a data: address, its imports first.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './site.mjs';

const addresses = new Map();

function address(path) {
  if (!addresses.has(path)) {
    const text = readFileSync(path, 'utf8').replace(/from '(\.[^']+)'/g, (_, name) => `from '${address(join(dirname(path), name))}'`);
    addresses.set(path, `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
  }
  return addresses.get(path);
}

/** A module of the default theme by its path below `scripts/`. */
export const module = (path) => import(address(join(ROOT, 'themes/default/scripts', path)));
