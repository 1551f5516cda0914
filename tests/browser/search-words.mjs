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
  'code.md': [
    '一段代码',
    '先看程序。\n\n```c\nprintf("hello %d\\n", snake_case_name);\nstd::vector<int> CamelCase;\n```\n\n行内 `getElementById` 也算。',
  ],
  'traditional.md': ['繁體的一頁', '會議記錄應當寫清時間。臺灣的「裡」與「裏」。'],
  'simplified.md': ['简体的一页', '会议记录应当写清时间。台湾的“里”。'],
  'wide.md': ['全角', 'ＡＢＣ１２３ ｶﾀｶﾅ ﬁle ① ㎏ e\u0301tude co\u00adop'],
  'rare.md': ['生僻字', '𠀀𠀁二字在扩展区。한국어 ひらがな。'],
  'number.md': ['文号', '根据《办法》（青党发〔2024〕12号）和青教［2023］7号执行。'],
  'other.md': ['别的文号', '根据《办法》（青党发〔2024〕120号）执行。2024年的12号文件。'],
  'base.md': ['基站', '建设5G基站三座。另有基站5座，5G 手机。'],
  'chongqing.md': ['重庆校区的会计', '## 银行与音乐\n\n行长说：重在参与。'],
  'quiz.md': [
    '测验',
    ':::单选\n会前几天通知？\n\n- [x] 提前两天\n- [ ] 临时通知\n:::\n\n| 栏 | 值 |\n|---|---|\n| 应到 | 三十七 |\n\n脚注在此[^1]。\n\n[^1]: 见记录本扉页。',
  ],
  'long.md': [
    '长页',
    `${Array.from({ length: 900 }, (_, i) => `第${i}段：这里讲第${i}件事，写得长一些，好让这一页分成许多块，编号x${i}y。`).join('\n\n')}\n\n末了提到值班表的写法。`,
  ],
  'short.md': ['短页', '值班表的写法如下。'],
  'alike.md': ['档案与党章', '正文。'],
  'term.md': ['某个术语', '这里说到承诺践诺。'],
  'dot.md': ['读书笔记', '作者是艾力·努尔麦提。'],
  'inner.md': [
    '内里的括号',
    '依据青大（党）发〔2021〕8号和某校（党办）字〔2023〕第5号、某校（研究生）字〔2022〕3号、青组通〔2020〕第 14 号执行。',
  ],
  'scattered.md': ['散着', '本月会议、记录。2024年再议。\n\n| 类别 | 内容 | 年份 |\n|---|---|---|\n| 支部 | 活动 | 2024 |'],
  'verbatim.md': ['照抄', '编号是青组通2019 第15号，召开党员大会（议题三项）。'],
  'sign.md': ['日期', '时间是2021 年 6 月 1 日-5 日，见《第 3 章：概述》；后面、7月 8日。'],
  'started.md': ['开始', '支部活动2024年开始。'],
  'third.md': ['第字号', '根据校字〔2022〕第7号办理。'],
  // As it is copied from PDFs and typed to align: radicals, blanks, two kinds of zero, characters that nobody sees; names with signs.
  'pdf.md': ['从文档复制', '坚持以⼈⺠为中⼼，校⻓讲话，⻛险防控。支\u0008部宣讲\u001f大会。'],
  'aligned.md': ['名单', '委员：欧　阳、司\u00a0\u2003徒。落款：二○三一年三月。各 处 室：通　 告。甲　乙丙　丁戊。'],
  'zero.md': ['另一种零', '二〇三一年三月，二◯三二年。'],
  'signs.md': ['名字里的符号', '讲C++、VC++6.0和C＋＋语言。'],
  'sharp.md': ['另一个名字', '讲C#与F#，使用.NET开发。'],
  'clang.md': ['第三个名字', '讲C语言和net。'],
  'umlaut.md': ['战略与妇女的绿色', '正文。'],
  'year.md': ['某年', '年终总结。2025年起草。活动总结2025，在3号楼举行。'],
  'formula.md': ['公式', '每天十分钟，一年就是$220 \\times 10 = 2200$字，是$\\frac{a}{b}$的一半。'],
  'news/ml-new.md': ['新篇', 'learning 再讲 machine。', 'date: 2026-01-01'],
  'news/ml-old.md': ['旧篇', '讲 machine learning 的一讲。', 'date: 2020-01-01'],
  'news/day.md': ['志愿服务', '首次。', 'date: 2018-01-01'],
  ...Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [`news/day-${i}.md`, [`志愿服务第${i}次活动`, `第${i}次。`, `date: 2025-01-${10 + i}`]])
  ),
  // What pages show around their texts.
  'lessons/single.md': [
    '单独一讲',
    '这一讲的正文。',
    'speaker: 欧阳主讲\nspeaker_title: 特聘讲师\norg: 马列教研部\nplace: 南楼小礼堂\nobjectives:\n  - 能够列出议题清单\n  - 学会表决程序\nauthor: [司马执笔, 上官执笔]\nattachments:\n  - {file: /某.txt, title: 课后对照单.txt}',
  ],
  'lessons/course/_index.md': ['一门课', '这门课的正文。', 'speaker: 诸葛开课\norg: 课程教研室\nobjectives: [贯通各讲要义]'],
  'lessons/course/01.md': ['没有主讲的一讲', '第一讲的正文。', 'speaker_title: 无人的职务'],
  'notices/n.md': [
    '一则通知',
    '通知的正文。',
    'contact: 行政楼308室，电话6018\nforms:\n  - {file: /某.txt, title: 推荐名册}\nattachments:\n  - {file: /某.txt, title: 附件1：评分细则.txt}',
  ],
  'branches/b/_index.md': ['第九支部', '支部的正文。', 'secretary: 皇甫书记\ncontact: 北楼909室'],
  'news/n.md': ['一条动态', '动态的正文。', 'activity: 主题党日\nplace: 革命旧址广场\nauthor: 尉迟通讯员'],
  'policies/p.md': [
    '关于试行的办法',
    '办法的正文。',
    'issuer: 某某委员会\ndate_signed: 2026-01-05\nauthor: 公孙拟稿\nattachments:\n  - {file: /某.txt, title: 附件1：流转登记簿.txt}\n  - {file: /某.txt, title: 附件3：号码不合}',
  ],
  'column/_index.md': ['一个栏目', '栏目的正文。', 'author: 不显示的栏目作者\nattachments:\n  - {file: /某.txt, title: 栏目资料包}'],
  // Dates before computers.
  'news/c.md': ['建党', '旧报摘抄。', 'date: 1921-07-23'],
  'news/a.md': ['建国', '旧报摘抄。', 'date: 1949-10-01'],
  'news/a2.md': ['政协', '旧报摘抄。', 'date: 1949-09-21'],
  'news/e.md': ['六九年', '旧报摘抄。', 'date: 1969-04-01'],
  'news/0.md': ['七〇年', '旧报摘抄。', 'date: 1970-04-24'],
  'news/d.md': ['七一年', '旧报摘抄。', 'date: 1971-10-25'],
  'news/b.md': ['今年', '旧报摘抄。', 'date: 2026-03-05'],
  'news/f.md': ['很久以后', '旧报摘抄。', 'date: 9999-12-31'],
  'news/g.md': ['公元初年', '旧报摘抄。', 'date: 0001-01-01'],
  'news/h.md': ['不知何年', '旧报摘抄。'],
};
fs.mkdirSync(path.join(site, 'content'));
fs.writeFileSync(path.join(site, 'site.yaml'), 'title: 试\nid: words\nlanguage: zh-CN\ntheme: default\n');
fs.writeFileSync(path.join(site, 'content', '某.txt'), '某');
fs.writeFileSync(
  path.join(site, 'content', 'glossary.yaml'),
  '- term: 承诺践诺\n  text: 说到做到。\n- term: 承诺书库\n  text: 哪一页都没有的词。\n'
);
for (const [name, [title, text, more = '']] of Object.entries(PAGES)) {
  const file = path.join(site, 'content', name === 'index.md' ? '_index.md' : name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `---\ntitle: ${title}\n${more}\n---\n\n${text}\n`);
}
const output = path.join(site, 'out');
try {
  execFileSync(
    process.argv[2],
    ['build', '--site', site, '--output', output, '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'],
    { stdio: ['ignore', 'inherit', 'ignore'] }
  );
} catch (error) {
  assert(error.status === 1, String(error));
}

const { core, load, more } = engine(output);
let index = await core.open(load, more);
async function found(query) {
  const search = await index.search(query);
  const results = await index.results(search, search.hits, 0, 100);
  return results
    .map((one) => one.url.replace('.html', ''))
    .sort()
    .join(' ');
}
const CASES = [
  // Code, in blocks and in lines, by words and their beginnings.
  ['printf', 'code'],
  ['PRINTF', 'code'],
  ['prin', 'code'],
  ['rintf', ''],
  ['snake_case', 'code'],
  ['camelcase', 'code'],
  ['std::vector', 'code'],
  ['getElement', 'code'],
  // Simplified and traditional find each other.
  ['会议记录', 'simplified traditional'],
  ['會議記錄', 'simplified traditional'],
  ['會议记錄', 'simplified traditional'],
  ['臺灣', 'simplified traditional'],
  ['台湾', 'simplified traditional'],
  // Full width, ligatures, marks, what is not seen.
  ['abc123', 'wide'],
  ['ａｂｃ', 'wide'],
  ['カタカナ', 'wide'],
  ['file', 'wide'],
  ['kg', 'wide'],
  ['étude', 'wide'],
  ['coop', 'wide'],
  // Beyond the basic plane, and other scripts without spaces.
  ['𠀀', 'rare'],
  ['𠀀𠀁', 'rare'],
  ['𠀁𠀀', ''],
  ['국어', 'rare'],
  ['らが', 'rare'],
  // Numbers of documents with any brackets, or none.
  ['〔2024〕12号', 'number'],
  ['[2024]12号', 'number'],
  ['(2024)12号', 'number'],
  ['（2024）12号', 'number'],
  ['【2024】12号', 'number'],
  ['青党发〔2024〕12号', 'number'],
  ['青党发[2024]12号', 'number'],
  ['青党发202412号', 'number'],
  ['青党发2024 12号', 'number'],
  ['202412号', 'number'],
  ['青教〔2023〕7号', 'number'],
  ['青教20237号', 'number'],
  ['青党发〔2024〕120号', 'other'],
  ['青党发〔2024〕1', 'number other'],
  ['青大党发〔2021〕8号', 'inner'],
  ['青大党发2021 8号', 'inner'],
  ['青大（党）发20218号', 'inner'],
  ['青大党发20218号', 'inner'],
  ['某校党办字〔2023〕5号', 'inner'],
  ['某校党办字2023第5号', 'inner'],
  ['青大党发〔2021〕9号', ''],
  ['青大党发 2021 8号', 'inner'],
  ['青大党发 2021 9号', ''],
  ['某校研究生字〔2022〕3号', 'inner'],
  ['青组通〔2020〕14号', 'inner'],
  ['青组通202014号', 'inner'],
  ['青组通2020第14号', 'inner'],
  ['青组通〔2020〕第14号', 'inner'],
  ['青组通2020 第14号', 'inner'],
  ['青党发2024 -根据 12号', ''],
  ['青党发2024 "别的文号" 12号', 'other'],
  ['会议记录2024', ''],
  ['青组通2019 第15号', 'verbatim'],
  ['青大党发 〔2021〕8号', 'inner'],
  ['青大党发〔2021〕 8号', 'inner'],
  ['青大党发 2021 8 号', 'inner'],
  ['青大党发 2021 第8号', 'inner'],
  ['青大党发2021 第 8 号', 'inner'],
  ['党员大会议题 2019 15号', ''],
  ['会议 2019 15号', ''],
  ['2021年6月1日-5日', 'sign'],
  ['第3章：概述', 'sign'],
  ['后面7月8日', ''],
  ['年6月 1日-5', 'sign'],
  ['支部活动2024', 'started'],
  ['支部活动 2024', 'started'],
  ['支部 活动 2024', 'scattered started'],
  ['校字2022第7号', 'third'],
  ['校字〔2022〕7号', 'third'],
  ['校字20227号', 'third'],
  ['校字2022 7号', 'third'],
  // What is no number of a document; what stands in quotation marks is meant as it is.
  ['活动总结2025 3号楼', 'year'],
  ['年终总结2025', ''],
  ['"年终总结2025"', ''],
  ['"活动总结2025"', 'year'],
  // Formulas as they are shown.
  ['220×10', 'formula'],
  ['就是220', 'formula'],
  ['2200字', 'formula'],
  ['times', ''],
  ['frac', ''],
  // Mixed.
  ['5G基站', 'base'],
  ['5g基', 'base'],
  ['基站5', 'base'],
  ['站5g', ''],
  // Several words, exact phrases, what is not wanted.
  ['会议 时间', 'simplified traditional'],
  ['"记录应当"', 'simplified traditional'],
  ['会议 -臺灣', 'scattered'],
  ['基站 -会议', 'base'],
  ['machine learning', 'news/ml-new news/ml-old'],
  ['“写清时间” 台湾', 'simplified traditional'],
  // Radicals, blanks that align, zeros, what nobody sees, on either side.
  ['以人民为中心', 'pdf'],
  ['校长讲话', 'pdf'],
  ['⻛险防控', 'pdf'],
  ['校⻓讲话', 'pdf'],
  ['支部宣讲大会', 'pdf'],
  ['宣\u0008讲大\u200b会', 'pdf'],
  ['欧阳', 'aligned lessons/single'],
  ['欧　阳 司　徒', 'aligned'],
  ['"司 徒"', 'aligned'],
  ['各处室', 'aligned'],
  ['通告', 'aligned'],
  ['通\u00a0\u2003告', 'aligned'],
  ['甲乙', ''],
  ['乙丙丁', ''],
  ['二〇三一年三月', 'aligned zero'],
  ['二○三一年三月', 'aligned zero'],
  ['二○三二', 'zero'],
  // Signs that belong to a name.
  ['C++', 'signs'],
  ['c＋＋', 'signs'],
  ['C++语言', 'signs'],
  ['VC++6', 'signs'],
  ['C#', 'sharp'],
  ['F#', 'sharp'],
  ['.NET', 'sharp'],
  ['.net开发', 'sharp'],
  ['net', 'clang sharp'],
  ['讲C', 'clang sharp signs'],
  // The vowel of 绿, as it is typed.
  ['zhanlve', 'umlaut'],
  ['zhanlue', 'umlaut'],
  ['zhanlüe', 'umlaut'],
  ['funü', 'umlaut'],
  ['funv', 'umlaut'],
  ['funu', 'umlaut'],
  ['lüse', 'umlaut'],
  ['lvse', 'umlaut'],
  ['luse', 'umlaut'],
  // By sound, whole and by initials; characters with several readings by each.
  ['chongqing', 'chongqing'],
  ['zhongqing', 'chongqing'],
  ['cqxq', 'chongqing'],
  ['kuaiji', 'chongqing'],
  ['huiji', 'chongqing'],
  ['yinhang', 'chongqing'],
  ['yinxing', 'chongqing'],
  ['yinyue', 'chongqing'],
  ['yinle', 'chongqing'],
  // Questions, tables, notes.
  ['提前两天', 'quiz'],
  ['三十七', 'quiz'],
  ['扉页', 'quiz'],
  // Every part of a long page, and nothing that crosses its lines.
  ['第0段', 'long'],
  ['第450段', 'long'],
  ['第899段', 'long'],
  ['x733y', 'long'],
  ['第900段', ''],
  ['第73件事', 'long'],
  // Who speaks, where, to what end, who wrote it, what goes with it: as the page shows it, without the words of the theme.
  ['欧阳主讲', 'lessons/single'],
  ['欧阳主讲（特聘讲师）', 'lessons/single'],
  ['马列教研部', 'lessons/single'],
  ['南楼小礼堂', 'lessons/single'],
  ['列出议题清单', 'lessons/single'],
  ['表决程序', 'lessons/single'],
  ['清单学会', ''],
  ['司马执笔、上官执笔', 'lessons/single'],
  ['课后对照单', 'lessons/single'],
  ['对照单.txt', ''],
  ['主讲欧阳', ''],
  ['学习目标', ''],
  ['撰稿', ''],
  ['诸葛开课', 'lessons/course/index'],
  ['课程教研室', 'lessons/course/index'],
  ['贯通各讲', 'lessons/course/index'],
  ['无人的职务', ''],
  ['电话6018', 'notices/n'],
  ['推荐名册', 'notices/n'],
  ['附件1：评分细则', 'notices/n'],
  ['皇甫书记', 'branches/b/index'],
  ['909室', 'branches/b/index'],
  ['主题党日', 'news/n'],
  ['革命旧址', 'news/n'],
  ['尉迟通讯员', 'news/n'],
  ['公孙拟稿', 'policies/p'],
  ['流转登记簿', 'policies/p'],
  ['附件1：流转登记簿', ''],
  ['附件3：号码不合', 'policies/p'],
  ['栏目资料包', 'column/index'],
  ['不显示的栏目作者', ''],
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
assert(
  shown.text.some(([text, hit]) => hit && text === '第450段'),
  JSON.stringify(shown.text)
);
// Of two pages that nothing else tells apart the short one comes first.
const alike = await index.search('值班表的写法');
assert.deepEqual(
  (await index.results(alike, alike.hits, 0, 10)).map((one) => one.url),
  ['short.html', 'long.html']
);
// The newer news comes first and has its year, however long ago; news without a date comes last.
const old = await index.search('旧报摘抄');
assert.deepEqual(
  (await index.results(old, old.hits, 0, 20)).map((one) => `${one.url.slice(5, -5)} ${one.year}`),
  ['f 9999', 'b 2026', 'd 1971', '0 1970', 'e 1969', 'a 1949', 'a2 1949', 'c 1921', 'g 1', 'h 0']
);
// Words that stand together come before words that stand apart, a title that is little more than the words before all others.
for (const [query, first] of [
  ['machine learning', 'news/ml-old.html'],
  ['learning machine', 'news/ml-new.html'],
  ['志愿服务', 'news/day.html'],
]) {
  const found = await index.search(query);
  assert.strictEqual((await index.results(found, found.hits, 0, 10))[0].url, first, query);
}
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
// What is typed without the dot is offered in two words; a title in traditional characters under simplified ones, at once.
index = await core.open(load, more);
await index.more();
for (const [query, near] of [
  ['艾力努尔麦提', '艾力 努尔麦提'],
  ['议会记录', '会议记录'],
  ['会议记录录应', '会议记录应'],
  ['会仪记录', '会议记录'],
  ['会议+记录', '会议 记录'],
  ['会仪记录 台湾', '会议记录 台湾'],
  ['档章', '党章'],
  ['chonqingxiaoqu', '重庆校区'],
  ['chongqignxiaoqu', '重庆校区'],
  ['dangzahng', '党章'],
  ['cengnuojiannuo', '承诺践诺'],
  ['danzghang', '党章'],
  ['会议 chonqingxiaoqu', '重庆校区'],
]) {
  const offers = await index.near(query);
  assert(offers.includes(near), `${query}: ${offers}`);
}
assert.deepEqual(await index.suggest('承诺', 6), ['承诺践诺']);
// Letters are offered what they sound like, the first one too.
for (const [typed, wanted] of [
  ['c', '承诺践诺'],
  ['c', '重庆校区的会计'],
  ['ch', '重庆校区的会计'],
  ['cq', '重庆校区的会计'],
]) {
  const offers = await index.suggest(typed, 6);
  assert(offers.includes(wanted), `${typed}: ${offers}`);
}
assert((await index.suggest('chongqing', 6)).includes('重庆'));
assert.deepEqual(await index.suggest('繁体的', 6), ['繁體的一頁']);

// Suggestions of many titles, which stand in several files: what begins so may end one file and begin the next.
const heads = [...'关于做好年度报告的通知会议记录学习计划支部工作'];
const titles = new Set(heads.flatMap((a) => heads.flatMap((b) => heads.slice(0, 3).map((c) => a + b + c))));
fs.rmSync(path.join(site, 'content'), { recursive: true });
fs.mkdirSync(path.join(site, 'content'));
fs.writeFileSync(path.join(site, 'content', '_index.md'), '---\ntitle: 首页\n---\n');
[...titles].forEach((title, at) => fs.writeFileSync(path.join(site, 'content', `p${at}.md`), `---\ntitle: ${title}\n---\n\n文。\n`));
execFileSync(
  process.argv[2],
  ['build', '--site', site, '--output', output, '--no-cache', '--keep-going', '--quiet', '--date', '2026-11-23'],
  { stdio: ['ignore', 'inherit', 'ignore'] }
);
{
  const { core, load, more } = engine(output);
  const index = await core.open(load, more);
  assert(index.titles.length > 2, 'titles stand in several files');
  for (const head of new Set([...titles].flatMap((title) => [title[0], title.slice(0, 2)]))) {
    const wanted = [...titles].filter((title) => title.startsWith(head)).length;
    const got = await index.suggest(head, 3);
    assert(got.length === Math.min(3, wanted) && got.every((title) => title.startsWith(head)), `${head}: ${got} of ${wanted}`);
  }
}
fs.rmSync(site, { recursive: true });
console.log(`${CASES.length} queries find what they should`);
