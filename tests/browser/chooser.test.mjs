// The chooser's page in a real browser: a first site by keyboard, a folder by the dialog, what is refused, the program gone.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { launch } from './browser.mjs';
import { Chooser } from './chooser.mjs';

describe('chooser', { timeout: 300_000 }, () => {
  let browser;

  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  const open = async (chooser) => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    const trouble = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('request', (request) => request.url().startsWith('http://127.0.0.1:') || trouble.push(request.url()));
    await page.goto(chooser.url);
    await page.waitForFunction(() => document.getElementById('home').value);
    return { page, trouble };
  };

  it('makes a first site without the mouse, and offers it the next time', async () => {
    let chooser = await Chooser.start();
    let { page, trouble } = await open(chooser);
    await page.evaluate((home) => {
      document.getElementById('home').value = home;
    }, chooser.home);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'title', 'the first thing to write has the caret');
    await page.keyboard.type('学生第一党支部');
    assert.equal(await page.textContent('#target'), join(chooser.home, '学生第一党支部'));
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.pathname === '/');
    await page.waitForSelector('h1');
    assert.match(await page.textContent('body'), /学生第一党支部/);
    assert.ok(existsSync(join(chooser.home, '学生第一党支部/site.yaml')));
    assert.deepEqual(trouble, []);
    await chooser.end();

    chooser = await Chooser.start(chooser.home);
    ({ page, trouble } = await open(chooser));
    assert.match(await page.textContent('#recent'), /学生第一党支部/);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it fits a phone');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.pathname === '/');
    assert.deepEqual(trouble, []);
    await chooser.end();
  });

  it('finds a folder by looking, and shows names as text', async () => {
    const chooser = await Chooser.start();
    const odd = join(chooser.home, '<img src=x onerror=alert(1)>');
    mkdirSync(join(odd, '里面'), { recursive: true });
    mkdirSync(join(chooser.home, '空'));
    writeFileSync(join(odd, '里面', 'site.yaml'), 'title: <b>站</b>\n');
    const { page, trouble } = await open(chooser);
    await page.fill('#path', chooser.home);
    await page.click('#browse-path');
    await page.click('#folders button:has-text("onerror")');
    await page.click('#folders button:has-text("里面")');
    await page.waitForFunction((path) => document.getElementById('here').textContent === path, join(odd, '里面'));
    await page.click('#take');
    assert.equal(await page.inputValue('#path'), join(odd, '里面'));
    await page.click('#open button:not([type])');
    await page.waitForFunction(() => location.pathname === '/');
    assert.deepEqual(trouble, []);
    await chooser.end();
  });

  it('says what is refused, and when the program has gone', async () => {
    const chooser = await Chooser.start();
    const { page, trouble } = await open(chooser);
    await page.fill('#path', join(chooser.home, 'no-such'));
    await page.click('#open button:not([type])');
    await page.waitForFunction(() => document.getElementById('note').textContent.includes('这里没有站点'));
    assert.ok(await page.isEnabled('#open button:not([type])'), 'another try is possible');
    await chooser.end();
    await page.click('#open button:not([type])');
    await page.waitForFunction(() => document.getElementById('note').textContent.includes('程序已经停了'));
    assert.deepEqual(trouble, []);
  });
});
