// A small web server as a school has it: a sub-directory, a strict policy, and only the file types that IIS knows.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

export const FOLDER = '/xuetang/';
const POLICY = "default-src 'self'";

const TYPES = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  xml: 'text/xml',
  txt: 'text/plain',
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  ico: 'image/x-icon',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  zip: 'application/x-zip-compressed',
};

/** Extensions that every version of IIS serves as installed (`iis-mime.tsv`). */
export const SERVED = new Set(
  readFileSync(new URL('iis-mime.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#') && !line.startsWith('ext\t'))
    .map((line) => line.split('\t'))
    .filter(([, ...versions]) => !versions.includes('-'))
    .map(([extension]) => extension)
);

/** Serves a folder below `FOLDER`; anything else is 404, as is any type that is not in the table. */
export async function serve(root) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const name = path.startsWith(FOLDER) ? normalize(path.slice(FOLDER.length)) : '..';
    const file = join(root, name.endsWith(sep) || name === '.' ? join(name, 'index.html') : name);
    const extension = extname(file).slice(1);
    const found = !name.startsWith('..') && SERVED.has(extension) && statSync(file, { throwIfNoEntry: false })?.isFile();
    // Browsers ask for it at the top of the host, which is not ours.
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (!found) return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404');
    // No charset: the pages must say it themselves.
    response.writeHead(200, { 'Content-Type': TYPES[extension] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://127.0.0.1:${server.address().port}${FOLDER}`, close: () => server.close() };
}
