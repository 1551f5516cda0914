// Draws the themes' marks: `node marks.mjs` writes themes/*/static/share.png (passed on with a page) and favicon.ico.
// A book under a roof, in the theme's own colour: no letters, so no font has a say in it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

import { launch } from './browser.mjs';
import { ROOT } from './site.mjs';

const COLOURS = { default: ['#a51b25', '#fefcf7'], green: ['#17583f', '#fafbfa'] };
/** Sizes of the icon; the largest serves bookmarks, the smallest a tab, where only the coarse form is left. */
const SIZES = [16, 32, 48];

function drawing(size, [ground, ink], plain) {
  const width = plain ? 8 : 4.6;
  const lines = plain ? '' : '<path d="M24 53c5-2 10-2 15 0M24 62c5-2 10-2 15 0M61 53c5-2 10-2 15 0M61 62c5-2 10-2 15 0"/>';
  return `<!doctype html><style>*{margin:0}svg{display:block}</style><svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">
    <rect width="100" height="100" rx="${plain ? 14 : 0}" fill="${ground}"/>
    <g fill="none" stroke="${ink}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round">
      <path d="M${plain ? '12 36' : '17 34'}L50 ${plain ? 13 : 17}L${plain ? '88 36' : '83 34'}"/>
      <path d="M50 ${plain ? 48 : 47}c-9-6-22-7-34-4v${plain ? 36 : 35}c12-3 25-2 34 4c9-6 22-7 34-4v-${plain ? 36 : 35}c-12-3-25-2-34 4z"/>
      <path d="M50 48v35"/>
      ${lines}
    </g></svg>`;
}

/** An icon file: a directory, then the pictures as PNG. */
function icon(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  pictures.forEach(([size, bytes], at) => {
    const entry = 6 + 16 * at;
    head.writeUInt8(size, entry);
    head.writeUInt8(size, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(bytes.length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...pictures.map(([, bytes]) => bytes)]);
}

/** A picture of two colours and what lies between them, as a PNG of sixteen: every page carries it. */
function png(size, shades, colours) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([4, 3, 0, 0, 0], 8);
  const [from, to] = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const palette = Buffer.from(
    Array.from({ length: 16 }, (_, at) => from.map((low, part) => Math.round(low + ((to[part] - low) * at) / 15))).flat()
  );
  const rows = Buffer.alloc(size * (1 + size / 2));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 2) rows[y * (1 + size / 2) + 1 + x / 2] = (shades[y * size + x] << 4) | shades[y * size + x + 1];
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The drawing in black and white, as shades from 0 to 15. */
async function shades(size) {
  const page = await browser.newPage();
  const found = await page.evaluate(
    async ([text, side]) => {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
      await image.decode();
      const pen = Object.assign(document.createElement('canvas'), { width: side, height: side }).getContext('2d');
      pen.drawImage(image, 0, 0);
      return [...pen.getImageData(0, 0, side, side).data].filter((_, at) => at % 4 === 0).map((value) => Math.round((value * 15) / 255));
    },
    [/<svg[\s\S]*<\/svg>/.exec(drawing(size, ['#000000', '#ffffff'], false))[0], size]
  );
  await page.close();
  return found;
}

const browser = await launch();
for (const [theme, colours] of Object.entries(COLOURS)) {
  const folder = join(ROOT, 'themes', theme, 'static');
  mkdirSync(folder, { recursive: true });
  const take = async (size, plain) => {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(drawing(size, colours, plain));
    const bytes = await page.screenshot({ omitBackground: plain });
    await page.close();
    return bytes;
  };
  writeFileSync(join(folder, 'share.png'), png(600, await shades(600), colours));
  const pictures = [];
  for (const size of SIZES) pictures.push([size, await take(size, true)]);
  writeFileSync(join(folder, 'favicon.ico'), icon(pictures));
}
await browser.close();
