// The record: what counts where, how it goes to another phone; and what happens when storage is blocked, full, newer or of another site.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { COURSE, LESSON, KEY, server, reader, record, text, readTo, finish, answer } from './study.mjs';

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
      await page.getByText('已存', { exact: true }).waitFor();
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
      const before = await record(page);
      const wrong = code.slice(0, 60) + (code[60] === 'A' ? 'B' : 'A') + code.slice(61);
      for (const [pasted, said] of [
        [wrong, /有字符错了，什么都没有改/],
        ['你好', /没有备份码/],
        [code.replace('qinghe', 'other'), /有字符错了/],
      ]) {
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
  const kept = (value) =>
    `if (!sessionStorage.getItem('once')) { sessionStorage.setItem('once', '1'); localStorage.setItem('${KEY}record', ${JSON.stringify(value)}); }`;
  const entry = '"lessons":{"lessons/x.html":{"t":"旧","p":50,"at":5}}';

  test('blocked: everything works for the visit, and it is said', async () => {
    const init = () =>
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    await reader(
      LESSON,
      async (page, _, go) => {
        await finish(page);
        assert.match(await text(page, '.done-yes'), /已学完/);
        await answer(page, page.locator('.quiz').first(), true);
        await page.getByRole('button', { name: /^换成/ }).click();
        assert.ok(await page.evaluate(() => document.documentElement.dataset.theme));
        await go('study.html');
        assert.match(await text(page, '.state'), /不让网站存东西/);
        for (const path of ['index.html', 'practice.html#week', 'search.html', 'policies/index.html']) await go(path);
      },
      { init }
    );
  });

  test('full: it is said, and what is there stays', async () => {
    const init = () => {
      Storage.prototype.setItem = function () {
        throw new DOMException('full', 'QuotaExceededError');
      };
    };
    await reader(
      LESSON,
      async (page, _, go) => {
        await finish(page);
        assert.match(await text(page, '.done-yes'), /已学完/);
        await go('study.html');
        assert.match(await text(page, '.state'), /没有记下来|存满了/);
      },
      { init }
    );
  });

  for (const [name, value, said] of [
    ['cut', `{"v":1,"site":"qinghe",${entry.slice(0, 30)}`, /旧记录坏了/],
    ['no record at all', '<html>', /旧记录坏了/],
    ['of another site', `{"v":1,"site":"other",${entry}}`, /不是本站的记录/],
  ]) {
    test(`${name}: it is set aside and a new record begins`, () =>
      reader(
        'study.html',
        async (page, _, go) => {
          assert.match(await text(page, '.state'), said);
          await go(LESSON);
          await finish(page);
          assert.equal(Object.keys((await record(page)).lessons).length, 1);
          assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}aside`), KEY), value);
        },
        { init: kept(value) }
      ));
  }

  test('of a newer page: it is not touched, and it is said', async () => {
    const value = `{"v":99,"site":"qinghe",${entry},"more":[1]}`;
    await reader(
      LESSON,
      async (page, _, go) => {
        await finish(page);
        assert.match(await text(page, '.done-yes'), /已学完/, 'it works for the visit');
        assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}record`), KEY), value);
        await go('study.html');
        assert.match(await text(page, '.state'), /记录比页面新/);
      },
      { init: kept(value) }
    );
  });

  test('nearly five megabytes: read, cut down, and the page still answers', async () => {
    const init = `if (!sessionStorage.getItem('once')) {
      sessionStorage.setItem('once', '1');
      const lessons = {};
      for (let n = 0; n < 36000; n++) lessons['lessons/k/l' + n + '.html'] = { t: '很长的题目'.repeat(9), p: 50, at: 1000 + n };
      localStorage.setItem('${KEY}record', JSON.stringify({ v: 1, site: 'qinghe', lessons }));
    }`;
    await reader(
      LESSON,
      async (page, _, go) => {
        assert.ok((await page.evaluate((key) => localStorage.getItem(`${key}record`).length, KEY)) > 3e6);
        await finish(page);
        assert.ok(Object.keys((await record(page)).lessons).length <= 6001);
        await go('study.html');
        assert.match(await text(page, '.hours'), /1\.5/);
      },
      { init }
    );
  });

  test('of two sites on one host, each keeps to its own', () =>
    reader(
      'study.html',
      async (page) => {
        await page.getByRole('button', { name: '支部书记 56' }).click();
        await page.getByRole('button', { name: '全部删除' }).click();
        await page.getByRole('button', { name: '真的删除' }).click();
        assert.equal(await page.evaluate(() => localStorage.getItem('studyhall:other:record')), 'theirs');
      },
      { init: () => localStorage.setItem('studyhall:other:record', 'theirs') }
    ));
});
