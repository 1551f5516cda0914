// What scripts add for a reader, in Chromium: reading, the record, practice, slides, keeping pages; and what happens when
// storage is blocked, full, cut, newer or of another site.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';

import { launch, watched } from './browser.mjs';
import { serve } from './server.mjs';
import { build } from './site.mjs';

const SCREENS = [[320, 640], [360, 740], [768, 1024], [1280, 800]];
const COURSE = 'lessons/kaihao-zhibu-huiyi/';
const LESSON = `${COURSE}huiyi-jilu.html`;
const KEY = 'studyhall:qinghe:';
/** What the scripts of a lesson may weigh at the first visit. */
const SCRIPT_BYTES = 25 * 1024;

let browser, root, server;
before(async () => {
  browser = await launch();
  root = build('default');
  server = await serve(root);
});
after(async () => {
  await browser.close();
  server.close();
});

/** Opens a page in a context of its own, runs `act`, and sees that nothing was wrong on the way. */
async function reader(path, act, options = {}) {
  const { base = server.base, init, ...context } = options;
  const own = await browser.newContext({ viewport: { width: 360, height: 740 }, ...context });
  if (init) await own.addInitScript(init);
  const { page, trouble } = await watched(own, base);
  await page.goto(base + path);
  await act(page, own, (to) => page.goto(base + to));
  await own.close();
  assert.deepEqual(trouble, []);
}

const record = (page) => page.evaluate((key) => JSON.parse(localStorage.getItem(`${key}record`)), KEY);
const text = (page, selector) => page.locator(selector).first().innerText();
/** No part of a page stands out of the screen. */
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function readTo(page, part) {
  await page.evaluate((to) => scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * to), part);
  await page.waitForFunction((key) => (JSON.parse(localStorage.getItem(`${key}record`)) || { lessons: {} }).lessons[document.documentElement.dataset.page]?.p > 0, KEY);
}

async function finish(page) {
  await page.locator('[data-hook=done]').scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: '学完这一讲' }).click();
}

/** Answers a card, rightly or not. */
async function answer(page, card, rightly) {
  await card.scrollIntoViewIfNeeded();
  await card.locator('.quiz-go').waitFor();
  const [kind, right] = [await card.getAttribute('data-type'), await card.getAttribute('data-right')];
  const labels = card.locator('label'), go = card.locator('.quiz-go');
  if (kind === 'blank') {
    const ways = right.split(';').map((blank) => blank.split('|').pop());
    for (const [at, way] of ways.entries()) await card.locator('.quiz-blank').nth(at).fill(rightly ? ` ${way}。` : '不知道');
    await go.click();
  } else if (kind === 'order') {
    const places = right.split(' ').map(Number), order = places.map((_, at) => places.indexOf(at + 1));
    if (!rightly) order.reverse();
    for (const at of order) await labels.nth(at).click();
    await go.click();
  } else if (kind === 'multiple') {
    const all = right.split(' ').map(Number);
    for (const number of rightly ? all : all.slice(1)) await labels.nth(number - 1).click();
    if (!rightly && all.length === 1) await labels.nth(all[0] % (await labels.count())).click();
    await go.click();
  } else {
    const count = await labels.count();
    await labels.nth((Number(right) - 1 + (rightly ? 0 : 1)) % count).click();
  }
  await card.locator('.quiz-verdict').filter({ hasText: rightly ? '答对了' : '不对' }).waitFor();
}

for (const where of ['HTTP', 'file']) {
  describe(`reading, ${where}`, () => {
    const base = () => (where === 'HTTP' ? server.base : `${pathToFileURL(root)}/`);
    const open = (path, act, options) => reader(path, act, { base: base(), ...options });

    test('size and light are chosen, kept, and there before the first paint', () =>
      open(LESSON, async (page, context, go) => {
        await page.getByRole('button', { name: '阅读设置' }).click();
        await page.getByRole('button', { name: '特大' }).click();
        await page.getByRole('button', { name: '纸色' }).click();
        await page.keyboard.press('Escape');
        assert.equal(await page.locator('.panel').count(), 0);
        await context.addInitScript(() => {
          new MutationObserver((_, observer) => {
            if (!document.body) return;
            const { size, theme } = document.documentElement.dataset;
            globalThis.early = `${size} ${theme}`;
            observer.disconnect();
          }).observe(document, { childList: true, subtree: true });
        });
        await go('index.html');
        assert.equal(await page.evaluate(() => globalThis.early), 'xl paper');
        await page.getByRole('button', { name: '换成深色' }).click();
        assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(22, 20, 15)');
        await page.getByRole('button', { name: '阅读设置' }).click();
        await page.getByRole('button', { name: '大字版' }).click();
        await page.waitForFunction(() => document.documentElement.hasAttribute('data-large'));
        await page.reload();
        assert.ok(await page.evaluate(() => document.documentElement.hasAttribute('data-large')));
      }));

    test('a choice counts for those who leave before it is seen', () =>
      open(LESSON, async (page) => {
        await page.getByRole('button', { name: '阅读设置' }).click();
        await page.getByRole('button', { name: '纸色' }).waitFor();
        const left = page.waitForEvent('load');
        await page.evaluate(() => {
          globalThis.requestAnimationFrame = () => 0;
          for (const name of ['特大', '纸色']) [...document.querySelectorAll('.panel button')].find((button) => button.textContent === name).click();
          location.reload();
        });
        await left;
        assert.equal(await page.evaluate(() => `${document.documentElement.dataset.size} ${document.documentElement.dataset.theme}`), 'xl paper');
      }));

    test('a reader goes on where they stopped', () =>
      open(LESSON, async (page) => {
        assert.equal(await page.locator('.resume').count(), 0);
        await readTo(page, 0.55);
        await page.reload();
        const offer = page.locator('.resume');
        assert.match(await offer.innerText(), /上次读到“.+”/);
        await offer.click();
        await page.waitForFunction(() => scrollY > 200);
        const bars = await page.locator('.steps i').evaluateAll((all) => all.map((bar) => Number(bar.style.getPropertyValue('--part'))));
        assert.ok(bars[0] === 1 && bars.at(-1) < 1, bars.join());
      }));

    test('a term and a footnote open in place', () =>
      open(LESSON, async (page) => {
        const term = page.locator('.term').first();
        await term.scrollIntoViewIfNeeded();
        await page.waitForFunction(() => document.querySelector('script[src*="explain."]'));
        await page.mouse.move(1, 1);
        await term.hover();
        await page.locator('.pop').waitFor();
        assert.ok((await text(page, '.pop')).length > 10);
        await page.keyboard.press('Escape');
        assert.equal(await page.locator('.pop').count(), 0);
        await page.mouse.move(1, 1);
        await term.focus();
        assert.equal(await term.getAttribute('aria-describedby'), 'pop');
        await page.keyboard.press('Escape');
        const note = page.locator('.footnote-ref a').first();
        await note.click();
        const [shown, whole] = [await text(page, '.pop'), await page.locator('.footnotes li').first().innerText()];
        assert.ok(whole.replace(/\s/g, '').startsWith(shown.replace(/\s/g, '')), `${shown} / ${whole}`);
        assert.ok(!page.url().includes('#'), 'it does not jump');
      }));

    test('a finger reads a term before it follows it', () =>
      open(LESSON, async (page) => {
        const term = page.locator('a.term').first(), before = page.url();
        await term.scrollIntoViewIfNeeded();
        await page.waitForFunction(() => document.querySelector('script[src*="explain."]'));
        await term.tap();
        await page.locator('.pop').waitFor();
        assert.equal(page.url(), before);
        await page.locator('.pop a').click();
        assert.notEqual(page.url(), before);
      }, { hasTouch: true }));

    test('after a jump there is a way back', () =>
      open(LESSON, async (page) => {
        await page.locator('.toc-fold summary').click();
        const from = await page.evaluate(() => scrollY);
        await page.locator('.toc-fold a').last().click();
        await page.getByRole('button', { name: '回到刚才的位置' }).click();
        assert.equal(await page.evaluate(() => scrollY), from);
        assert.equal(await page.locator('.back').count(), 0);
      }));

    test('questions of a lesson are answered where they stand', () =>
      open(LESSON, async (page) => {
        const cards = page.locator('.quiz'), count = await cards.count();
        for (let at = 0; at < count; at++) {
          const card = cards.nth(at);
          await answer(page, card, false);
          assert.ok(await card.locator('.quiz-answer').isVisible());
          await card.getByRole('button', { name: '再做一次' }).click();
          assert.ok(!(await card.locator('.quiz-answer').isVisible()));
          await answer(page, card, true);
        }
        const answers = Object.values((await record(page)).answers);
        assert.deepEqual(answers.map((one) => [one.n, one.w, one.due > 0]), Array(count).fill([2, 1, true]));
        await cards.first().locator('.quiz-source a').click();
        await page.waitForFunction(() => location.hash.length > 1);
      }));

    test('slides by keyboard, with what the speaker says', () =>
      open(`${COURSE}04-biaojue.html`, async (page) => {
        assert.ok(!(await page.locator('body').innerText()).includes('回忆上一次举手表决'), 'readers do not see the notes');
        await page.evaluate(() => { location.hash = '#slides'; });
        await page.locator('.slides').waitFor();
        assert.match(await text(page, '.slide'), /表决与决议/);
        const total = Number((await text(page, '.slide-count')).split('/')[1]);
        assert.ok(total > 4);
        let said = '';
        await page.keyboard.press('n');
        for (let at = 1; at < total; at++) {
          await page.keyboard.press('ArrowRight');
          said += await page.locator('.slide-said').innerText();
          assert.ok(await page.locator('.slide').evaluate((slide) => slide.scrollWidth <= slide.clientWidth + 1), `slide ${at + 1}`);
        }
        assert.match(said, /回忆上一次举手表决/);
        await page.keyboard.press('Home');
        assert.match(await text(page, '.slide-count'), /^1 \//);
        await page.keyboard.press('Escape');
        assert.equal(await page.locator('.slides').count(), 0);
        assert.ok(!page.url().includes('#slides'));
      }));

    test('the question of the day is the same on every phone', async () => {
      const seen = [];
      for (let phone = 0; phone < 2; phone++) {
        await open('index.html', async (page, _, go) => {
          const asked = await text(page, '.today-q');
          await go('practice.html#day');
          const whole = (await page.locator('.quiz-q').innerText()).replace(/\s/g, '');
          seen.push(whole);
          assert.ok(whole.startsWith(asked.replace(/[\s＿…]/g, '').slice(0, 8)) || asked.includes('＿'), `${asked} / ${whole}`);
        });
      }
      assert.equal(seen[0], seen[1]);
    });

    test('my page opens without anything in it', () =>
      open('study.html', async (page) => {
        assert.match(await page.locator('.mine').innerText(), /0\s*\/ 32 学时/);
        assert.equal(await page.locator('.state').count(), 0);
      }));
  });
}

describe('the record', () => {
  test('学完 counts on the course, the home page and my page, and can be undone', () =>
    reader(LESSON, async (page, _, go) => {
      await readTo(page, 0.3);
      await finish(page);
      assert.match(await text(page, '.done-yes'), /已学完/);
      await go(`${COURSE}index.html`);
      assert.match(await text(page, '[data-hook=course]'), /1 \/ 5 讲/);
      assert.equal(await page.locator('.row-done').count(), 1);
      assert.match(await text(page, 'main a.button'), /^接着学：/);
      await go('index.html');
      assert.match(await text(page, '[data-hook=courses]'), /1 \/ 5 讲/);
      await go('study.html');
      assert.match(await text(page, '.hours'), /1\.5/);
      await page.getByRole('button', { name: '支部书记 56' }).click();
      assert.match(await text(page, '.hours'), /56/);
      await go(LESSON);
      await page.locator('[data-hook=done]').scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: '撤销' }).click();
      await go('study.html');
      assert.match(await text(page, '.hours'), /^0\s*\/ 56/);
    }));

  test('favourites and notes are kept, on lessons and on other pages', () =>
    reader(LESSON, async (page, _, go) => {
      await page.locator('[data-hook=done]').scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: '收藏', exact: true }).click();
      await page.getByRole('button', { name: '记笔记' }).click();
      await page.getByRole('textbox', { name: '本页笔记' }).fill('表决方式要写全');
      await page.waitForFunction((key) => localStorage.getItem(`${key}record`).includes('表决方式要写全'), KEY);
      await go('policies/huiyi-banfa.html');
      await page.getByRole('button', { name: '阅读设置' }).click();
      await page.getByRole('button', { name: '收藏', exact: true }).click();
      await go('study.html');
      assert.match(await text(page, '.own-list'), /会议记录[^]*会议管理办法|会议管理办法[^]*会议记录/);
      assert.match(await text(page, '.mine'), /表决方式要写全/);
      await page.getByRole('button', { name: /^取消收藏：.*会议记录/ }).click();
      assert.equal(await page.locator('.own-list li').count(), 1);
    }));

  test('goes to another phone by its code, and both come together', async () => {
    let code;
    await reader(LESSON, async (page, _, go) => {
      await readTo(page, 0.3);
      await finish(page);
      await go('study.html');
      await page.getByRole('button', { name: '复制备份码' }).click();
      code = await page.locator('.code-area').inputValue();
      assert.match(code, /^XT1\.qinghe\./);
      await page.getByRole('button', { name: '复制学习小结' }).click();
      assert.match(await page.locator('.code-area').inputValue(), /学完 1 讲，计 1\.5 学时/);
    });
    await reader(`${COURSE}04-biaojue.html`, async (page, _, go) => {
      await readTo(page, 0.3);
      await finish(page);
      await go('study.html');
      const before = await record(page), wrong = code.slice(0, 60) + (code[60] === 'A' ? 'B' : 'A') + code.slice(61);
      for (const [pasted, said] of [[wrong, /有字符错了，什么都没有改/], ['你好', /没有备份码/], [code.replace('qinghe', 'other'), /有字符错了/]]) {
        await page.locator('.code-area').fill(pasted);
        await page.getByRole('button', { name: '取回备份' }).click();
        assert.match(await page.locator('.mine').innerText(), said);
        assert.deepEqual(await record(page), before);
      }
      await page.locator('.code-area').fill(`发给自己：${code.replace(/(.{50})/g, '$1\n')}`);
      await page.getByRole('button', { name: '取回备份' }).click();
      assert.match(await page.locator('.mine').innerText(), /已取回：学完 1 讲/);
      assert.match(await text(page, '.hours'), /^2\.5/);
      // To delete all takes two touches.
      await page.getByRole('button', { name: '全部删除' }).click();
      assert.ok(await record(page));
      await page.getByRole('button', { name: '真的删除' }).click();
      assert.match(await text(page, '.hours'), /^0/);
      assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    });
  });

  test('two tabs at once lose nothing', () =>
    reader(LESSON, async (page, context) => {
      const other = await context.newPage();
      await other.goto(`${server.base}${COURSE}04-biaojue.html`);
      await finish(page);
      await finish(other);
      await page.getByRole('button', { name: '收藏', exact: true }).click();
      const lessons = (await record(page)).lessons;
      assert.equal(Object.values(lessons).filter((one) => one.d).length, 2);
      // An open page follows what another tab does.
      const third = await context.newPage();
      await third.goto(`${server.base}study.html`);
      await page.getByRole('button', { name: '撤销' }).click();
      await third.locator('.hours', { hasText: '学完 1 讲' }).waitFor();
    }));
});

describe('bad storage', () => {
  const kept = (value) => `if (!sessionStorage.getItem('once')) { sessionStorage.setItem('once', '1'); localStorage.setItem('${KEY}record', ${JSON.stringify(value)}); }`;
  const entry = '"lessons":{"lessons/x.html":{"t":"旧","p":50,"at":5}}';

  test('blocked: everything works for the visit, and it is said', async () => {
    const init = () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
    await reader(LESSON, async (page, _, go) => {
      await finish(page);
      assert.match(await text(page, '.done-yes'), /已学完/);
      await answer(page, page.locator('.quiz').first(), true);
      await page.getByRole('button', { name: /^换成/ }).click();
      assert.ok(await page.evaluate(() => document.documentElement.dataset.theme));
      await go('study.html');
      assert.match(await text(page, '.state'), /不让网站存东西/);
      for (const path of ['index.html', 'practice.html#week', 'search.html', 'policies/index.html']) await go(path);
    }, { init });
  });

  test('full: it is said, and what is there stays', async () => {
    const init = () => { Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); }; };
    await reader(LESSON, async (page, _, go) => {
      await finish(page);
      assert.match(await text(page, '.done-yes'), /已学完/);
      await go('study.html');
      assert.match(await text(page, '.state'), /没有记下来|存满了/);
    }, { init });
  });

  for (const [name, value, said] of [
    ['cut', `{"v":1,"site":"qinghe",${entry.slice(0, 30)}`, /旧记录坏了/],
    ['no record at all', '<html>', /旧记录坏了/],
    ['of another site', `{"v":1,"site":"other",${entry}}`, /不是本站的记录/],
  ]) {
    test(`${name}: it is set aside and a new record begins`, () =>
      reader('study.html', async (page, _, go) => {
        assert.match(await text(page, '.state'), said);
        await go(LESSON);
        await finish(page);
        assert.equal(Object.keys((await record(page)).lessons).length, 1);
        assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}aside`), KEY), value);
      }, { init: kept(value) }));
  }

  test('of a newer page: it is not touched, and it is said', async () => {
    const value = `{"v":99,"site":"qinghe",${entry},"more":[1]}`;
    await reader(LESSON, async (page, _, go) => {
      await finish(page);
      assert.match(await text(page, '.done-yes'), /已学完/, 'it works for the visit');
      assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}record`), KEY), value);
      await go('study.html');
      assert.match(await text(page, '.state'), /记录比页面新/);
    }, { init: kept(value) });
  });

  test('nearly five megabytes: read, cut down, and the page still answers', async () => {
    const init = `if (!sessionStorage.getItem('once')) {
      sessionStorage.setItem('once', '1');
      const lessons = {};
      for (let n = 0; n < 36000; n++) lessons['lessons/k/l' + n + '.html'] = { t: '很长的题目'.repeat(9), p: 50, at: 1000 + n };
      localStorage.setItem('${KEY}record', JSON.stringify({ v: 1, site: 'qinghe', lessons }));
    }`;
    await reader(LESSON, async (page, _, go) => {
      assert.ok((await page.evaluate((key) => localStorage.getItem(`${key}record`).length, KEY)) > 3e6);
      await finish(page);
      assert.ok(Object.keys((await record(page)).lessons).length <= 6001);
      await go('study.html');
      assert.match(await text(page, '.hours'), /1\.5/);
    }, { init });
  });

  test('of two sites on one host, each keeps to its own', () =>
    reader('study.html', async (page) => {
      await page.getByRole('button', { name: '支部书记 56' }).click();
      await page.getByRole('button', { name: '全部删除' }).click();
      await page.getByRole('button', { name: '真的删除' }).click();
      assert.equal(await page.evaluate(() => localStorage.getItem('studyhall:other:record')), 'theirs');
    }, { init: () => localStorage.setItem('studyhall:other:record', 'theirs') }));
});

describe('practice', () => {
  test('a wrong question comes back the next day until right twice, days apart', () =>
    reader('practice.html', async (page, context, go) => {
      const at = (date) => page.clock.setFixedTime(new Date(`${date}T10:00:00`));
      const visit = async (date, hash) => {
        await at(date);
        await go('about.html');
        await go(`practice.html${hash}`);
      };
      await visit('2026-11-25', '#day');
      const id = await page.locator('.quiz').getAttribute('data-id');
      await answer(page, page.locator('.quiz'), false);
      await visit('2026-11-25', '#wrong');
      await page.getByText('今天没有要复习的题').waitFor();
      await visit('2026-11-26', '#wrong');
      assert.equal(await page.locator('.quiz').getAttribute('data-id'), id);
      await answer(page, page.locator('.quiz'), true);
      await visit('2026-11-27', '#wrong');
      await page.getByText('今天没有要复习的题').waitFor();
      await visit('2026-11-29', '#wrong');
      await answer(page, page.locator('.quiz'), true);
      assert.equal((await record(page)).answers[id].due, 0);
      await visit('2026-12-20', '');
      assert.match(await page.locator('.practice').innerText(), /没有错题/);
    }));

  test('a week’s paper has ten questions, can be put aside, and tells where the answers stand', () =>
    reader('practice.html#week', async (page, _, go) => {
      for (let number = 1; number <= 10; number++) {
        assert.match(await text(page, '.run-count'), new RegExp(`第 ${number} 题，共 10 题`));
        await answer(page, page.locator('.quiz'), number !== 3);
        if (number === 4) {
          await go('about.html');
          await go('practice.html#week');
          continue;
        }
        await page.locator('.run-foot button').click();
      }
      assert.match(await text(page, '.run-sum'), /答对 9 题，错 1 题/);
      const back = await page.locator('.run-end .titles a').first().getAttribute('href');
      await go(decodeURI(back));
      assert.ok(await page.evaluate(() => !location.hash || document.getElementById(decodeURIComponent(location.hash.slice(1)))), 'the passage is there');
      await go('practice.html');
      assert.match(await page.locator('.practice').innerText(), /本周已做完/);
    }));

  test('by course and by column; it says what it is', () =>
    reader('practice.html', async (page) => {
      assert.match(await page.locator('main').innerText(), /自测，不作考核/);
      const filter = page.locator('.filter button');
      assert.ok((await filter.count()) >= 3);
      await filter.nth(1).click();
      assert.equal(await page.locator('.filter [aria-pressed=true]').count(), 1);
      await page.locator('[data-course]').first().click();
      await page.locator('.quiz').waitFor();
      assert.ok(await page.locator('[data-hook=practice-courses]').isHidden());
    }));

  test('by keyboard: keys choose, Enter answers, whatever the kind of question', () =>
    reader('practice.html', async (page, _, go) => {
      // The question of the day differs from day to day, and so does its kind.
      const missing = new Set(['single', 'multiple', 'judge', 'blank', 'order']);
      for (let day = 1; day <= 120 && missing.size; day++) {
        await page.clock.setFixedTime(new Date(2026, 0, day, 10));
        await go('about.html');
        await go('practice.html#day');
        const kind = await page.locator('.quiz').getAttribute('data-type');
        if (!missing.delete(kind)) continue;
        const inputs = page.locator('.quiz input');
        await inputs.first().focus();
        if (kind === 'blank') await page.keyboard.type('不知道');
        else await page.keyboard.press('Space');
        for (let at = 1; kind === 'order' && at < (await inputs.count()); at++) {
          await page.keyboard.press('Tab');
          await page.keyboard.press('Space');
        }
        assert.equal(await page.locator('[data-state]').count(), 0, 'a key that moves does not answer');
        await page.keyboard.press('Enter');
        await page.locator('[data-state]').waitFor();
      }
      assert.deepEqual([...missing], [], 'kinds of questions that no day asked');
    }));

  test('without the bank it says so', () =>
    reader('practice.html', async (page) => {
      await page.getByText('题库没有读到').waitFor();
    }, { init: () => { Object.defineProperty(window, 'studyhallBank', { set() {}, get: () => () => {} }); } }));
});

describe('the page itself', () => {
  test('what has come since the last visit is marked, and only that', () =>
    reader('branches/xinxi-2/index.html', async (page) => {
      const marked = await page.locator('[data-date]').evaluateAll((rows) => rows.map((row) => [row.dataset.date, !!row.querySelector('.fresh')]));
      assert.ok(marked.some(([, is]) => is) && marked.some(([, is]) => !is), JSON.stringify(marked));
      for (const [date, is] of marked) assert.equal(is, date > '2026-06-30', date);
    }, { init: `localStorage.setItem('${KEY}visit', JSON.stringify({ last: new Date('2026-06-30T09:00:00').getTime() }))` }));

  test('a first visit marks nothing', () =>
    reader('branches/xinxi-2/index.html', async (page) => {
      await page.waitForTimeout(200);
      assert.equal(await page.locator('.fresh').count(), 0);
    }));

  test('pictures open over the page, by pointer and keys', () =>
    reader('branches/xinxi-2/news/2026-07-04-tushuguan.html', async (page) => {
      const picture = page.locator('.text figure img, .album img').first();
      await picture.scrollIntoViewIfNeeded();
      await picture.click();
      await page.locator('.zoom').waitFor();
      await page.locator('.zoom img').click();
      assert.equal(await page.locator('.zoom-in').count(), 1);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.zoom').count(), 0);
    }));

  test('sound: speeds are kept, and it goes on where it stopped', () =>
    reader(`${COURSE}huihou-luoshi.html`, async (page) => {
      await page.locator('audio').scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: '1.5×' }).click();
      await page.locator('audio').evaluate(async (player) => {
        await player.play();
        player.currentTime = 42;
        await new Promise((done) => player.addEventListener('seeked', done, { once: true }));
        player.pause();
      });
      await page.waitForFunction((key) => localStorage.getItem(`${key}sound`), KEY);
      await page.reload();
      await page.locator('audio').scrollIntoViewIfNeeded();
      await page.getByText('上次听到 0 分 42 秒').waitFor();
      assert.equal(await page.locator('audio').evaluate((player) => player.playbackRate), 1.5);
      const at = await page.locator('audio').evaluate(async (player) => {
        await player.play();
        await new Promise((done) => { player.ontimeupdate = () => player.currentTime > 40 && done(); });
        return player.currentTime;
      });
      assert.ok(at >= 42 && at < 60, `${at}`);
    }));

  test('a transcript leads to the place, and shows what is heard', () =>
    reader(`${COURSE}huihou-luoshi.html`, async (page) => {
      await page.locator('audio').scrollIntoViewIfNeeded();
      await page.getByText('边听边看文字稿').click();
      assert.ok(await page.locator('.transcript').evaluate((box) => box.open));
      await page.getByRole('button', { name: '从 0:31 处听' }).click();
      await page.locator('.transcript [aria-current]').filter({ hasText: '台账的九栏' }).waitFor();
      const at = await page.locator('audio').evaluate((player) => player.currentTime);
      assert.ok(at >= 31 && at < 47, `${at}`);
      await page.getByRole('button', { name: '从 0:08 处听' }).click();
      await page.locator('.transcript [aria-current]').filter({ hasText: '为什么要有一张台账' }).waitFor();
      assert.equal(await page.locator('.transcript [aria-current]').count(), 1);
      await page.getByRole('button', { name: '从 0:08 处听' }).click();
      await page.waitForFunction(() => document.querySelector('audio').paused && !document.querySelector('.transcript [aria-current]'));
      // Without scripts the times are words.
      assert.match(readFileSync(join(root, `${COURSE}huihou-luoshi.html`), 'utf8'), /\[0:31\] 二、/);
    }));

  test('an order is put right by touching one after the other', () =>
    reader(`${COURSE}index.html`, async (page, _, go) => {
      await go(await page.locator('.rows-numbered .row > a').nth(1).getAttribute('href').then((href) => COURSE + href));
      const card = page.locator('.quiz[data-type=order]').first();
      await answer(page, card, false);
      await card.getByRole('button', { name: '再做一次' }).click();
      await answer(page, card, true);
      assert.deepEqual((await card.locator('[data-place]').evaluateAll((all) => all.map((one) => Number(one.dataset.place)))).sort(), [...Array(await card.locator('label').count()).keys()].map((at) => at + 1));
    }));

  test('the contents show where the reader is', () =>
    reader(LESSON, async (page) => {
      const now = () => page.locator('.toc-side [aria-current]').first().innerText();
      const headings = await page.locator('article.text h2[id]').evaluateAll((all) => all.map((one) => one.id));
      for (const id of [headings[1], headings.at(-1), headings[0]]) {
        await page.evaluate((to) => document.getElementById(to).scrollIntoView(), id);
        const words = await page.evaluate((to) => document.getElementById(to).firstChild.textContent.trim(), id);
        await page.waitForFunction(([to]) => decodeURIComponent(document.querySelector('.toc-side [aria-current]')?.hash || '') === `#${to}`, [id]);
        assert.ok((await now()).startsWith(words.slice(0, 4)), `${await now()} for ${words}`);
      }
    }, { viewport: { width: 1280, height: 800 } }));

  test('a page that is patched in place gets the same', () =>
    reader('about.html', async (page, _, go) => {
      await go(LESSON);
      await page.evaluate(() => {
        const article = document.querySelector('article.text'), html = article.innerHTML;
        article.innerHTML = html;
        document.dispatchEvent(new CustomEvent('studyhall:patched'));
        document.dispatchEvent(new CustomEvent('studyhall:patched'));
      });
      await answer(page, page.locator('.quiz').first(), true);
      assert.equal(await page.locator('.quiz').first().locator('.quiz-go').count(), 1);
      assert.equal(await page.locator('.reading').count(), 1);
    }));

  test('scripts of a lesson are few at the first visit', () =>
    reader('about.html', async (page, _, go) => {
      let bytes = 0;
      page.on('response', async (response) => {
        if (response.request().resourceType() === 'script') bytes += (await response.body()).length;
      });
      await go(LESSON);
      await page.waitForLoadState('networkidle');
      assert.ok(bytes > 5000 && bytes <= SCRIPT_BYTES, `${bytes} bytes`);
    }));

  test('nothing that scripts bring stands out of any screen, in any light or size', () =>
    reader('about.html', async (page, _, go) => {
      await page.evaluate(([key, now]) => {
        const lessons = {}, marks = {}, notes = {}, answers = {};
        for (let n = 0; n < 30; n++) {
          const url = `lessons/k/l${n}.html`, title = n % 3 ? `第 ${n} 讲` : '一个特别特别长的题目，长到一行放不下，还要再长一点，看它怎样折行 with-an-unbreakable-latin-word-in-it';
          lessons[url] = { t: title, c: `lessons/k${n % 4}/index.html`, k: '党课讲堂', h: 1.5, m: 9, p: 50, a: 'x', b: title, at: now - n * 1000, d: n % 2 ? now : 0, dt: now };
          marks[url] = { t: title, on: 1, at: now };
          notes[url] = { t: title, x: `${title}\n${'x'.repeat(300)}`, at: now };
          answers[String(10000000 + n)] = { n: 1, w: 1, s: 0, due: 1, at: now };
        }
        const courses = {};
        for (let n = 0; n < 4; n++) courses[`lessons/k${n}/index.html`] = { t: lessons['lessons/k/l0.html'].t, k: '党课讲堂', n: 12, m: 99, at: now };
        localStorage.setItem(`${key}record`, JSON.stringify({ v: 1, site: 'qinghe', lessons, marks, notes, answers, courses }));
      }, [KEY, Date.now()]);
      const wrong = [];
      for (const look of [{}, { theme: 'dark', size: 's' }, { size: 'xl' }, { large: true, size: 'l', theme: 'paper' }]) {
        await page.evaluate(([key, value]) => localStorage.setItem(`${key}look`, JSON.stringify(value)), [KEY, look]);
        for (const path of ['study.html', 'practice.html', 'practice.html#week', 'index.html', LESSON, `${COURSE}index.html`, `${LESSON}#slides`]) {
          await go('about.html');
          await go(path);
          if (path === LESSON) await page.getByRole('button', { name: '阅读设置' }).click();
          if (path.endsWith('week')) await answer(page, page.locator('.quiz'), false);
          for (const [width, height] of SCREENS) {
            await page.setViewportSize({ width, height });
            const by = await wide(page);
            if (by > 0) wrong.push(`${path} ${JSON.stringify(look)} ${width}: ${by}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    }));

  test('without scripts nothing of it is seen', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    const page = await context.newPage();
    for (const path of [LESSON, 'index.html', `${COURSE}index.html`, 'practice.html', 'study.html']) {
      await page.goto(server.base + path);
      for (const hook of await page.locator('[data-hook]').all()) {
        const [name, box] = [await hook.getAttribute('data-hook'), await hook.boundingBox()];
        if (!['tools', 'practice-courses'].includes(name)) assert.equal(box, null, `${path}: ${name}`);
      }
    }
    await page.goto(server.base + LESSON);
    await page.locator('.quiz summary').first().click();
    assert.match(await page.locator('.quiz-answer').first().innerText(), /答案：/);
    await context.close();
  });
});

describe('keeping pages', () => {
  const work = mkdtempSync(join(tmpdir(), 'studyhall-kept-'));
  after(() => rmSync(work, { recursive: true, force: true }));

  /** A phone with the worker running, on a copy of the site that can change. */
  async function phone(act) {
    const copy = join(work, 'site');
    rmSync(copy, { recursive: true, force: true });
    cpSync(root, copy, { recursive: true });
    const own = await serve(copy), context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    // Closed in any case: a server that is left keeps the run of the tests from ending.
    try {
      const { page, trouble } = await watched(context, own.base);
      await page.goto(`${own.base}${COURSE}index.html`);
      await page.getByRole('button', { name: '存到手机' }).waitFor();
      await act({ page, context, base: own.base, copy, trouble });
    } finally {
      await context.close();
      own.close();
    }
  }

  test('a course is kept whole and read without a network; then emptied', () =>
    phone(async ({ page, context, base, trouble }) => {
      await page.getByRole('button', { name: '存到手机' }).click();
      await page.getByText('没有网也能学').waitFor();
      const size = await text(page, '.offline-says');
      assert.match(size, /已存 [\d.]+ [KM]B/);
      // Kept again in the same visit, it is as much, and so is all that is kept.
      const kept = () => page.evaluate(async () => {
        const found = [];
        for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.push(one.url);
        return found.filter((url) => !url.endsWith('kept-by-the-worker')).sort();
      });
      const all = await kept();
      const sum = () => page.evaluate(async () => {
        const name = (await caches.keys()).find((one) => one.startsWith('studyhall-pages'));
        return (await (await (await caches.open(name)).match(name.slice(16) + 'kept-by-the-worker')).json()).search;
      });
      const search = await sum();
      assert.ok(search > 1000);
      await page.getByRole('button', { name: '更新手机里的这门课' }).click();
      await page.getByText('正在存').waitFor();
      await page.getByText('没有网也能学').waitFor();
      assert.equal(await text(page, '.offline-says'), size);
      assert.deepEqual(await kept(), all);
      assert.equal(await sum(), search);
      assert.deepEqual(trouble, []);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      await answer(page, page.locator('.quiz').first(), true);
      assert.ok(await page.evaluate(() => getComputedStyle(document.querySelector('.doors')).position === 'fixed'), 'with its styles');
      await page.goto(`${base}search.html?q=${encodeURIComponent('会议记录')}`);
      await page.locator('[data-search-results][data-state=done] a').first().waitFor();
      // A worker that has slept has to look whether the search is kept.
      const inspector = await context.newCDPSession(page);
      await inspector.send('ServiceWorker.enable');
      await inspector.send('ServiceWorker.stopAllWorkers');
      await inspector.detach();
      await page.fill('input[type=search]', '台账');
      await page.locator('[data-search-results][data-query=台账][data-state=done] a').first().waitFor();
      await page.goto(`${base}${COURSE}huihou-luoshi.html`);
      assert.ok((await page.locator('audio').evaluate((player) => new Promise((done, fail) => {
        player.onloadedmetadata = () => done(player.duration);
        player.onerror = () => fail(new Error('no sound'));
        player.load();
        player.preload = 'metadata';
      }))) > 30);
      // Its questions came along; those of other courses are not there, and that is said.
      await page.goto(`${base}practice.html`);
      await page.locator(`[data-hook=practice-courses] a[href*="${encodeURIComponent(`${COURSE}index.html`)}"]`).click();
      await page.getByText(/第 1 题，共 \d+ 题/).waitFor();
      await answer(page, page.locator('.practice .quiz'), true);
      await page.goto(`${base}practice.html`);
      await page.locator(`[data-hook=practice-courses] li:not([hidden]) a:not([href*="${encodeURIComponent(`${COURSE}index.html`)}"])`).first().click();
      await page.getByText('题目没有读到').waitFor();
      // What was never opened: my page tells what there is.
      await page.goto(`${base}branches/jingji/index.html`);
      assert.match(page.url(), /study\.html#offline$/);
      await page.getByText('存在手机里的页面').waitFor();
      await context.setOffline(false);
      await page.goto(`${base}study.html`);
      await page.getByRole('button', { name: '清空' }).click();
      await page.getByText('还没有存下页面').waitFor();
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.equal(await page.locator('h1').innerText(), '没有网络');
    }));

  test('a search that nobody kept is asked of the host, without a way through the worker', () =>
    phone(async ({ page, base }) => {
      await page.goto(`${base}search.html?q=${encodeURIComponent('会议记录')}`);
      await page.locator('[data-search-results][data-state=done] a').first().waitFor();
      const ways = await page.evaluate(() => ({
        isControlled: !!navigator.serviceWorker.controller,
        // What a worker answers has come by no protocol.
        files: performance.getEntriesByType('resource').filter((one) => /\/search\/texts\//.test(one.name)).map((one) => one.nextHopProtocol),
      }));
      assert.ok(ways.isControlled);
      assert.ok(ways.files.length > 0 && ways.files.every((way) => way === 'http/1.1'), ways.files.join());
    }));

  test('without a network a page that nobody kept says so', () =>
    phone(async ({ page, context, base }) => {
      await context.setOffline(true);
      await page.goto(`${base}branches/jingji/index.html`);
      assert.equal(await page.locator('h1').innerText(), '没有网络');
    }));

  test('an update never mixes old and new files of a page', () =>
    phone(async ({ page, context, base, copy }) => {
      await page.goto(base + LESSON);
      await page.waitForTimeout(2500);
      const html = readFileSync(join(copy, LESSON), 'utf8'), style = /assets\/main\.[0-9a-f]+\.css/.exec(html)[0];
      // The next build: another style under another name, and the page that names it.
      const next = 'assets/main.0123456789.css';
      writeFileSync(join(copy, next), `${readFileSync(join(copy, style), 'utf8')}.brand{outline:7px solid}`);
      rmSync(join(copy, style));
      writeFileSync(join(copy, LESSON), html.replace(style, next).replace('<h1', '<h1 data-build=2'));
      const state = () => page.evaluate(() => [document.querySelector('h1').dataset.build || '1', getComputedStyle(document.querySelector('.brand')).outlineWidth === '7px' ? '2' : '1']);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['1', '1'], 'the old page with the old style, which the host no longer has');
      await context.setOffline(false);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['2', '2']);
      await page.waitForTimeout(1000);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['2', '2']);
      // A build that is only half there: the page is new, its style has not come. The old one stays kept.
      await context.setOffline(false);
      writeFileSync(join(copy, LESSON), html.replace(style, 'assets/main.ffffffffff.css').replace('<h1', '<h1 data-build=3'));
      await page.goto(base + LESSON);
      await page.waitForTimeout(1000);
      await context.setOffline(true);
      await page.goto(base + LESSON);
      assert.deepEqual(await state(), ['2', '2']);
    }));

  test('from disk there is no trace of it', () =>
    reader(`${COURSE}index.html`, async (page, _, go) => {
      await page.waitForTimeout(2200);
      assert.equal(await page.locator('.offline').count(), 0);
      await go('study.html');
      await page.waitForTimeout(2200);
      assert.ok(await page.locator('[data-hook=kept]').isHidden());
    }, { base: `${pathToFileURL(root)}/` }));
});
