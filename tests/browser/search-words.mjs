// What is found by which words: a small site of its own, built, and asked as a page asks. node tests/browser/search-words.mjs PROGRAM
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engine, inTurns } from './engine.mjs';

const site = fs.mkdtempSync(path.join(os.tmpdir(), 'studyhall-words-'));
const PAGES = {
  'index.md': ['首页', ''],
  'code.md': ['一段代码', '先看程序。\n\n```c\nprintf("hello %d\\n", snake_case_name);\nstd::vector<int> CamelCase;\n```\n\n行内 `getElementById` 也算。'],
  'traditional.md': ['繁體的一頁', '會議記錄應當寫清時間。臺灣的「裡」與「裏」。'],
  'simplified.md': ['简体的一页', '会议记录应当写清时间。台湾的“里”。'],
  'wide.md': ['全角', 'ＡＢＣ１２３ ｶﾀｶﾅ ﬁle ① ㎏ e\u0301tude co\u00adop'],
  'rare.md': ['生僻字', '𠀀𠀁二字在扩展区。한국어 ひらがな。'],
  'number.md': ['文号', '根据《办法》（青党发〔2024〕12号）和青教［2023］7号执行。'],
  'other.md': ['别的文号', '根据《办法》（青党发〔2024〕120号）执行。2024年的12号文件。'],
  'base.md': ['基站', '建设5G基站三座。另有基站5座，5G 手机。'],
  'chongqing.md': ['重庆校区的会计', '## 银行与音乐\n\n行长说：重在参与。'],
  'quiz.md': ['测验', ':::单选\n会前几天通知？\n\n- [x] 提前两天\n- [ ] 临时通知\n:::\n\n| 栏 | 值 |\n|---|---|\n| 应到 | 三十七 |\n\n脚注在此[^1]。\n\n[^1]: 见记录本扉页。'],
  'long.md': ['长页', Array.from({ length: 900 }, (_, i) => `第${i}段：这里讲第${i}件事，写得长一些，好让这一页分成许多块，编号x${i}y。`).join('\n\n') + '\n\n末了提到值班表的写法。'],
  'short.md': ['短页', '值班表的写法如下。'],
};
fs.mkdirSync(path.join(site, 'content'));
fs.writeFileSync(path.join(site, 'site.yaml'), 'title: 试\nid: words\nlanguage: zh-CN\ntheme: default\n');
for (const [name, [title, text]] of Object.entries(PAGES)) fs.writeFileSync(path.join(site, 'content', name === 'index.md' ? '_index.md' : name), `---\ntitle: ${title}\n---\n\n${text}\n`);
const output = path.join(site, 'out');
try { execFileSync(process.argv[2], ['build', '--site', site, '--output', output, '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'], { stdio: ['ignore', 'inherit', 'ignore'] }); } catch (error) { assert(error.status === 1, String(error)); }

const { core, load, more } = engine(output);
let index = await core.open(load, more);
async function found(query) {
  const search = await index.search(query);
  const results = await index.results(search, search.hits, 0, 100);
  return results.map((one) => one.url.replace('.html', '')).sort().join(' ');
}
const CASES = [
  // Code, in blocks and in lines, by words and their beginnings.
  ['printf', 'code'], ['PRINTF', 'code'], ['prin', 'code'], ['rintf', ''], ['snake_case', 'code'], ['camelcase', 'code'], ['std::vector', 'code'], ['getElement', 'code'],
  // Simplified and traditional find each other.
  ['会议记录', 'simplified traditional'], ['會議記錄', 'simplified traditional'], ['會议记錄', 'simplified traditional'], ['臺灣', 'simplified traditional'], ['台湾', 'simplified traditional'],
  // Full width, ligatures, marks, what is not seen.
  ['abc123', 'wide'], ['ａｂｃ', 'wide'], ['カタカナ', 'wide'], ['file', 'wide'], ['kg', 'wide'], ['étude', 'wide'], ['coop', 'wide'],
  // Beyond the basic plane, and other scripts without spaces.
  ['𠀀', 'rare'], ['𠀀𠀁', 'rare'], ['𠀁𠀀', ''], ['국어', 'rare'], ['らが', 'rare'],
  // Numbers of documents with any brackets, or none.
  ['〔2024〕12号', 'number'], ['[2024]12号', 'number'], ['(2024)12号', 'number'], ['（2024）12号', 'number'], ['【2024】12号', 'number'], ['青党发〔2024〕12号', 'number'],
  ['青党发[2024]12号', 'number'], ['青党发202412号', 'number'], ['青党发2024 12号', 'number'], ['202412号', 'number'], ['青教〔2023〕7号', 'number'], ['青教20237号', 'number'],
  ['青党发〔2024〕120号', 'other'], ['青党发〔2024〕1', 'number other'],
  // Mixed.
  ['5G基站', 'base'], ['5g基', 'base'], ['基站5', 'base'], ['站5g', ''],
  // Several words, exact phrases, what is not wanted.
  ['会议 时间', 'simplified traditional'], ['"记录应当"', 'simplified traditional'], ['会议 -臺灣', ''], ['基站 -会议', 'base'], ['“写清时间” 台湾', 'simplified traditional'],
  // By sound, whole and by initials; characters with several readings by each.
  ['chongqing', 'chongqing'], ['zhongqing', 'chongqing'], ['cqxq', 'chongqing'], ['kuaiji', 'chongqing'], ['huiji', 'chongqing'], ['yinhang', 'chongqing'], ['yinxing', 'chongqing'], ['yinyue', 'chongqing'], ['yinle', 'chongqing'],
  // Questions, tables, notes.
  ['提前两天', 'quiz'], ['三十七', 'quiz'], ['扉页', 'quiz'],
  // Every part of a long page, and nothing that crosses its lines.
  ['第0段', 'long'], ['第450段', 'long'], ['第899段', 'long'], ['x733y', 'long'], ['第900段', ''], ['第73件事', 'long'],
];
for (const fresh of [true, false]) {
  for (const [query, wanted] of CASES) {
    if (fresh) index = await core.open(load, more);
    assert.strictEqual(await found(query), wanted, query);
  }
}
// The place in the long page is the one that holds the words.
const search = await index.search('第450段');
const [shown] = await index.results(search, search.hits, 0, 10);
assert(shown.text.some(([text, hit]) => hit && text === '第450段'), JSON.stringify(shown.text));
// Of two pages that nothing else tells apart the short one comes first.
const alike = await index.search('值班表的写法');
assert.deepEqual((await index.results(alike, alike.hits, 0, 10)).map((one) => one.url), ['short.html', 'long.html']);
// What stands nowhere, though its pairs stand in every block of a long page, takes few turns to the host: files come together.
{
  const host = inTurns(load, (turn) => setTimeout(turn, 20));
  const far = await core.open(host.load, more);
  await far.dictionary();
  host.turns.length = 0;
  const search = await far.search('让这里');
  assert.deepEqual(await far.results(search, search.hits, 0, 10), []);
  const files = host.turns.flat().length;
  assert(search.hits.length >= 1 && files >= 8, `${files} files`);
  assert(host.turns.length <= 5, `${host.turns.length} turns for ${files} files`);
}
fs.rmSync(site, { recursive: true });
console.log(`${CASES.length} queries find what they should`);
