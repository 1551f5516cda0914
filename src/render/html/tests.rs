//! The whole way from Markdown to HTML: what officers write, and what nobody should.

use std::path::Path;
use std::sync::OnceLock;

use super::markup::Markup;
use super::{Chapter, HtmlWalk, PictureFile, PictureView, Surroundings, TermMark, quiz};
use crate::document::{DocumentTree, QuizKind, text};
use crate::ground::Place;
use crate::ground::diagnostic::{Code, Diagnostic};
use crate::parse::markdown::{Content, Plain, Settings, parse};
use crate::render::glossary::Glossary;
use crate::theme;

/// Parses text that begins with its first line.
fn body(text: &str) -> Content {
    parse("页.md", text, 0, &Settings::default(), &Plain).0
}

/// The HTML, with what depends on others as `{url 0}`.
fn html(text: &str) -> String {
    filled(&body(text))
}

fn filled(page: &Content) -> String {
    HtmlWalk::new(&page.tree, &page.links, &Named, markup(), Chapter::default()).html().unwrap()
}

/// The markup of the theme that the program carries.
fn markup() -> &'static Markup {
    static MARKUP: OnceLock<Markup> = OnceLock::new();
    MARKUP.get_or_init(|| {
        let (theme, found) = theme::load(Path::new("no site"), "default", &Place::file("site.yaml"), env!("CARGO_PKG_VERSION"));
        assert_eq!(found, []);
        let (shared, found) = crate::render::Shared::new(&theme);
        assert_eq!(found, []);
        shared.unwrap().markup
    })
}

/// Names what it is asked for.
struct Named;

impl Surroundings for Named {
    fn address(&self, link: u32) -> Option<String> {
        Some(format!("{{url {link}}}"))
    }

    fn picture(&self, link: u32) -> PictureView {
        PictureView::There(PictureFile { src: format!("{{picture {link}}}"), ..PictureFile::default() })
    }

    fn file(&self, link: u32) -> Option<(String, String)> {
        Some(("DOCX".to_string(), format!("{{size {link}}}")))
    }

    fn minutes(&self, _: &str) -> Option<u32> {
        Some(3)
    }

    fn glossary(&self) -> Option<&Glossary> {
        None
    }

    fn term(&self, _: usize) -> Option<TermMark> {
        None
    }
}

/// The diagnostics as `line:column+width code values`.
fn told(text: &str) -> Vec<String> {
    let (_, diagnostics) = parse("页.md", text, 0, &Settings::default(), &Plain);
    let one = |diagnostic: Diagnostic| {
        let place = diagnostic.place.expect("Markdown diagnostics have a place");
        let args: Vec<&str> = diagnostic.args.iter().map(|(_, value)| &**value).collect();
        format!("{}:{}+{} {} {}", place.line, place.column, place.width, diagnostic.code.id(), args.join(" ")).trim_end().to_string()
    };
    diagnostics.into_iter().map(one).collect()
}

#[test]
fn chinese_emphasis() {
    insta::assert_snapshot!(html("**重点。**后文**又，**一处，**“引号”**文"), @"<p><strong>重点。</strong>后文<strong>又，</strong>一处，<strong>“引号”</strong>文</p>");
    insta::assert_snapshot!(html("这是**（括号）**的，*，x*，~~“x”~~的"), @"<p>这是<strong>（括号）</strong>的，<em>，x</em>，<del>“x”</del>的</p>");
    insta::assert_snapshot!(html("这是**[链接](a.md)**的，**`码`**的，**C++。**的**C++**的"), @r#"<p>这是<strong><a href="{url 0}">链接</a></strong>的，<strong><code>码</code></strong>的，<strong>C++。</strong>的<strong>C++</strong>的</p>"#);
    insta::assert_snapshot!(html("`**（x）**文` [**“x”**文](**（y）**文.md) \\**（x）**文"), @r#"<p><code>**（x）**文</code> <a href="{url 0}"><strong>“x”</strong>文</a> **（x）**文</p>"#);
    insta::assert_snapshot!(html("请**_先_**的，~~**“x”**~~的"), @"<p>请<strong><em>先</em></strong>的，<del><strong>“x”</strong></del>的</p>");
    insta::assert_snapshot!(html("约5~10人，（~3人）至（10~）"), @"<p>约5~10人，（~3人）至（10~）</p>");
}

#[test]
fn links_of_all_kinds() {
    insta::assert_snapshot!(html("[会议](../a.md#%E8%AE%B0) [表](表.docx \"题\") [外](http://x.cn/?a&b) <a@b.cn> [坏](javascript:x) [空]()"), @r#"<p><a href="{url 0}">会议</a> <a class="attachment" href="{url 1}" title="题">表<small>DOCX，{size 1}</small></a> <a class="external" href="http://x.cn/?a&amp;b" rel="noopener">外</a> <a href="mailto:a@b.cn">a@b.cn</a> 坏 <a href="{url 4}">空</a></p>"#);
    let links = body("见\r\n[会议](..\\a%20b.md#记)，\r\n再[会](#x)").links;
    insta::assert_snapshot!(format!("{links:?}"), @r#"[Link { target: "../a b.md", anchor: Some("记"), kind: Internal, alt: "", span: Span { line: 2, column: 1, width: 19 } }, Link { target: "", anchor: Some("x"), kind: Internal, alt: "", span: Span { line: 3, column: 2, width: 7 } }]"#);
    insta::assert_snapshot!(html("看https://a.cn/b_c*d，和www.a.cn。[www.b.cn](c.md)"), @r#"<p>看<a class="external" href="https://a.cn/b_c*d" rel="noopener">https://a.cn/b_c*d</a>，和<a class="external" href="http://www.a.cn" rel="noopener">www.a.cn</a>。<a href="{url 2}">www.b.cn</a></p>"#);
    assert_eq!(told("[坏](data:text/html,x)"), ["1:1+21 html-removed data:"]);
    insta::assert_snapshot!(html("[甲][x]\n\n::: 提示\n[乙][x]\n:::\n\n[x]: a.md"), @r#"<p><a href="{url 0}">甲</a></p><div class="box box-tip"><p class="box-title">提示</p><p><a href="{url 1}">乙</a></p></div>"#);
}

#[test]
fn pictures_and_players() {
    insta::assert_snapshot!(html("![说明](图.jpg \"图注\")"), @r#"<figure><img src="{picture 0}" alt="说明" loading="lazy"><figcaption>图注</figcaption></figure>"#);
    insta::assert_snapshot!(html("看![说*明*](图.jpg)这里"), @r#"<p>看<img src="{picture 0}" alt="说明" loading="lazy">这里</p>"#);
    insta::assert_snapshot!(html("![录音](第一讲.mp3)\n\n![](a.mp4 \"题\")"), @r#"<figure class="media"><audio controls preload="none" src="{url 0}" aria-label="录音"></audio><figcaption>录音</figcaption></figure><figure class="media"><video controls preload="none" playsinline src="{url 1}"></video><figcaption>题</figcaption></figure>"#);
    insta::assert_snapshot!(html("::: 图集\n![甲](a.jpg)\n![乙](b.jpg \"乙\")\n:::"), @r#"<div class="gallery"><figure><img src="{picture 0}" alt="甲" loading="lazy"></figure><figure><img src="{picture 1}" alt="乙" loading="lazy"><figcaption>乙</figcaption></figure></div>"#);
    assert_eq!(body("![说*明*\n文](图.jpg)").links[0].alt, "说明文");
}

#[test]
fn blocks_of_all_kinds() {
    insta::assert_snapshot!(html("> 引文\n> ——《手册》第十条"), @r#"<blockquote><p>引文</p><footer class="cite">《手册》第十条</footer></blockquote>"#);
    insta::assert_snapshot!(html("> 引文\n>\n> -- 某人\n\n> ——不是\n> 最后一行"), @r#"<blockquote><p>引文</p><footer class="cite">某人</footer></blockquote><blockquote><p>——不是最后一行</p></blockquote>"#);
    insta::assert_snapshot!(html("> [!WARNING]\n> 小心"), @r#"<blockquote class="alert alert-warning"><p class="alert-title">注意</p><p>小心</p></blockquote>"#);
    insta::assert_snapshot!(html("| 甲 | 乙 |\n|:--|--:|\n| 1 | 2 |\n::: 提示\n一\n:::"), @r#"<div class="table-wrap" role="region" aria-label="表格" tabindex="0"><table><thead><tr><th class="al-l">甲</th><th class="al-r">乙</th></tr></thead><tbody><tr><td class="al-l">1</td><td class="al-r">2</td></tr></tbody></table></div><div class="box box-tip"><p class="box-title">提示</p><p>一</p></div>"#);
    insta::assert_snapshot!(html("- [ ] 未\n- [x] 已\n\n3. 三\n\n   段"), @r#"<ul><li class="task"><input type="checkbox" aria-label="未选" disabled>未</li><li class="task"><input type="checkbox" aria-label="已选" disabled checked>已</li></ul><ol start="3"><li><p>三</p><p>段</p></li></ol>"#);
    insta::assert_snapshot!(html("术语\n: 解释\n\n---\n\n```Rust,ignore\na<b\n```\n\n    缩进\n"), @r#"
    <dl><dt>术语</dt><dd>解释</dd></dl><hr><div class="code"><pre tabindex="0"><code class="lang-rust">a&lt;b
    </code></pre></div><div class="code"><pre tabindex="0"><code>缩进
    </code></pre></div>
    "#);
    insta::assert_snapshot!(html("第一行，\n第二行“引”\n“引”后\nLatin\nword  \n换行"), @r#"
    <p>第一行，第二行“引”
    “引”后
    Latin
    word<br>换行</p>
    "#);
    insta::assert_snapshot!(html("前 $a>b$ 后 $5 和 $10\n$$x$$\n再"), @r#"<p>前 <math display="inline"><mi>a</mi><mo>&gt;</mo><mi>b</mi></math> 后 $5 和 $10</p><div class="math-block"><math display="block"><mi>x</mi></math></div><p>再</p>"#);
    insta::assert_snapshot!(html("{{ a }} {% b %}"), @"<p>{{ a }} {% b %}</p>");
}

#[test]
fn headings() {
    let page = body("# 题目 *一*\n\n导语\n\n## 二、记什么 {#jilu}\n\n字 word\n\n### 集合 {甲}\n\n## 二、记什么 {#jilu} ##\n\n……\n===\n");
    insta::assert_snapshot!(filled(&page), @r#"<p>导语</p><h2 id="jilu">二、记什么<small class="mins">3 分钟</small></h2><p>字 word</p><h3 id="集合-甲">集合 {甲}</h3><h2 id="jilu-1">二、记什么<small class="mins">3 分钟</small></h2><h1 id="h-1">……</h1>"#);
    insta::assert_snapshot!(format!("{:?} {:?} {:?}", page.title, page.anchors, page.outline), @r#"Some("题目 一") ["题目-一"] [Heading { level: 2, id: "jilu", title: "二、记什么", words: 2 }, Heading { level: 3, id: "集合-甲", title: "集合 {甲}", words: 0 }, Heading { level: 2, id: "jilu-1", title: "二、记什么", words: 0 }, Heading { level: 1, id: "h-1", title: "……", words: 0 }]"#);
    insta::assert_snapshot!(format!("{:?}", page.passages), @r#"[Passage { heading: None, text: "导语" }, Passage { heading: Some(0), text: "字 word" }]"#);
    insta::assert_snapshot!(html("文\n\n# 不是题目 <a name=\"old\"></a>"), @r#"<p>文</p><h1 id="不是题目">不是题目 <span id="old"></span></h1>"#);
}

#[test]
fn a_first_heading_unlike_the_title_stays() {
    let page = |title: &str, text: &str| {
        let settings = Settings { title: Some(title), ..Settings::default() };
        let (page, _) = parse("页.md", text, 0, &settings, &Plain);
        (filled(&page), page.title, page.outline.len())
    };
    let (html, title, headings) = page("关于举办活动的通知", "# 春季读书会报名开始\n\n正文。");
    assert_eq!(html, "<h1 id=\"春季读书会报名开始\">春季读书会报名开始</h1><p>正文。</p>");
    assert_eq!((title, headings), (None, 1));
    let (html, title, headings) = page("第１讲　Ａbc", "# 第1讲 *abc*\n\n正文。");
    assert_eq!(html, "<p>正文。</p>");
    assert_eq!((title.as_deref(), headings), (Some("第1讲 abc"), 0));
}

#[test]
fn boxes() {
    insta::assert_snapshot!(html("文\n::: 提示 手写<b>\n- 一\n:::\n后"), @r#"<p>文</p><div class="box box-tip"><p class="box-title">手写&lt;b&gt;</p><ul><li>一</li></ul></div><p>后</p>"#);
    insta::assert_snapshot!(html("::: 展开\n::: 要点\n内\n:::\n外\n:::\n尾"), @r#"<details class="fold"><summary>展开</summary><div class="box box-key"><p class="box-title">要点</p><p>内</p></div><p>外</p></details><p>尾</p>"#);
    insta::assert_snapshot!(html(":::: fold 题\n::: think\n::::\n尾"), @r#"<details class="fold"><summary>题</summary><div class="box box-think"><p class="box-title">思考</p></div></details><p>尾</p>"#);
    insta::assert_snapshot!(html("::: 文字稿\n[0:08] 甲\n\n[0:31] 乙\n:::"), @r#"<details class="fold transcript"><summary>文字稿</summary><p>[0:08] 甲</p><p>[0:31] 乙</p></details>"#);
    insta::assert_snapshot!(html("前\n\n::: 备注\n讲稿 [x](y.md) ![](z.jpg)\n\n## 题\n:::\n\n后"), @r#"<p>前</p><template class="said"><p>讲稿 x</p><p>题</p></template><p>后</p>"#);
    insta::assert_snapshot!(html("```\n::: 提示\n```\n\n> ::: 提示\n> 引\n> :::\n\n- 项\n  ::: 要点\n  内\n  :::"), @r#"
    <div class="code"><pre tabindex="0"><code>::: 提示
    </code></pre></div><blockquote><div class="box box-tip"><p class="box-title">提示</p><p>引</p></div></blockquote><ul><li>项<div class="box box-key"><p class="box-title">要点</p>内</div></li></ul>
    "#);
    insta::assert_snapshot!(html("::: 提示\n- 项\n  :::\n\n后"), @r#"<div class="box box-tip"><p class="box-title">提示</p><ul><li>项</li></ul></div><p>后</p>"#);
    assert_eq!(body("::: 备注\n讲稿 [x](y.md)\n:::").links, []);
    assert_eq!(told("::: 题示\n:::\n\n文\n\n::: 要点\n"), ["1:1+6 box-unknown 题示 提示", "6:1+6 box-unclosed 要点"]);
    assert_eq!(told("文\n:::\n"), ["2:1+3 box-stray"]);
}

#[test]
fn footnotes() {
    insta::assert_snapshot!(html("甲[^b]乙[^a]丙[^b]\n\n[^a]: 一\n\n[^b]: 二 `x`\n\n    段\n\n[^c]: 无人问"), @r##"<p>甲<sup class="footnote-ref"><a id="fnref-1" href="#fn-1">1</a></sup>乙<sup class="footnote-ref"><a id="fnref-2" href="#fn-2">2</a></sup>丙<sup class="footnote-ref"><a id="fnref-1-1" href="#fn-1">1</a></sup></p><section class="footnotes"><ol><li id="fn-1"><p>二 <code>x</code></p><p>段 <a class="footnote-back" href="#fnref-1" aria-label="返回正文">↩︎</a> <a class="footnote-back" href="#fnref-1-1" aria-label="返回正文">↩︎</a></p></li><li id="fn-2"><p>一 <a class="footnote-back" href="#fnref-2" aria-label="返回正文">↩︎</a></p></li><li><p>无人问</p></li></ol></section>"##);
    assert_eq!(told("缺[^没有]，`[^x]`，\\[^y]"), ["1:2+5 footnote-missing 没有"]);
}

const QUIZ: &str = "::: 自测 单选\n会上有[不同](a.md)意见？\n\n- [ ] 只记结果\n- [x] 如实记下\n解析：分歧本身\n就是事实。\n出处：#二、记什么\n:::\n\n## 二、记什么\n";

#[test]
fn quizzes() {
    let page = body(QUIZ);
    insta::assert_snapshot!(filled(&page), @r#"<section class="quiz" id="q1" data-type="single" data-id="oz6chsej" data-right="2"><p class="quiz-kind">随堂自测 · 单选 · 不作考核</p><div class="quiz-q"><p>会上有<a href="{url 0}">不同</a>意见？</p></div><ol class="quiz-options"><li>只记结果</li><li>如实记下</li></ol><details class="quiz-answer"><summary>看答案</summary><p>答案：B</p><p class="quiz-why">解析：分歧本身就是事实。</p><p class="quiz-source">出处：<a href="{url 1}">二、记什么</a></p></details></section><h2 id="二记什么">二、记什么<small class="mins">3 分钟</small></h2>"#);
    insta::assert_snapshot!(format!("{:?}", quiz::bank(&page.tree, &page.links, markup())), @r#"[BankQuestion { id: "oz6chsej", kind: Single, stem: "<p>会上有<a>不同</a>意见？</p>", options: ["只记结果", "如实记下"], right: "2", why: "<p>分歧本身就是事实。</p>", passage: "二记什么" }]"#);
    insta::assert_snapshot!(format!("{:?}", page.passages), @r#"[Passage { heading: None, text: "会上有不同意见？\n只记结果\n如实记下" }]"#);
    assert_eq!(page.links[1].anchor.as_deref(), Some("二记什么"));

    let page = body("::: 自测 填空\n“____”和“____”人\n\n答案：12；11|十一\n:::");
    insta::assert_snapshot!(filled(&page), @r#"<section class="quiz" id="q1" data-type="blank" data-id="jqd5tv7g" data-right="12;11|十一"><p class="quiz-kind">随堂自测 · 填空 · 不作考核</p><div class="quiz-q"><p>“<span class="quiz-gap">____</span>”和“<span class="quiz-gap">____</span>”人</p></div><details class="quiz-answer"><summary>看答案</summary><p>答案：12；11 或 十一</p></details></section>"#);
    assert_eq!(page.tree.quizzes()[0].blanks, [vec!["12"], vec!["11", "十一"]]);

    let page = body("::: 自测 判断\n可以补写。\n\n答案：错\n解析：当场。\n:::");
    insta::assert_snapshot!(filled(&page), @r#"<section class="quiz" id="q1" data-type="judge" data-id="m402h291" data-right="2"><p class="quiz-kind">随堂自测 · 判断 · 不作考核</p><div class="quiz-q"><p>可以补写。</p></div><ol class="quiz-options"><li>对</li><li>错</li></ol><details class="quiz-answer"><summary>看答案</summary><p>答案：错</p><p class="quiz-why">解析：当场。</p></details></section>"#);
    assert_eq!((page.tree.quizzes()[0].kind, page.tree.quizzes()[0].truth), (QuizKind::Judge, Some(false)));

    let page = body("::: 自测 排序\n排好。\n\n1. 甲\n2. 乙\n3. 丙\n:::");
    insta::assert_snapshot!(filled(&page), @r#"<section class="quiz" id="q1" data-type="order" data-id="k3ayq4ns" data-right="2 1 3"><p class="quiz-kind">随堂自测 · 排序 · 不作考核</p><div class="quiz-q"><p>排好。</p></div><ol class="quiz-options"><li>乙</li><li>甲</li><li>丙</li></ol><details class="quiz-answer"><summary>看答案</summary><p>正确顺序：</p><ol><li>甲</li><li>乙</li><li>丙</li></ol></details></section>"#);
    let options: Vec<String> = page.tree.quizzes()[0].options.iter().map(|option| text::lines(&option.blocks)).collect();
    assert_eq!(options, ["甲", "乙", "丙"]);
}

#[test]
fn bad_quizzes_say_why() {
    let why = |block: &str| told(&format!("::: 自测 {block}\n:::")).join(",");
    assert_eq!(why("抢答\n题"), "1:1+9 quiz-bad @quiz-unknown-kind");
    assert_eq!(why("单选\n题"), "1:1+9 quiz-bad @quiz-no-options");
    assert_eq!(why("单选\n- [x] 甲"), "1:1+9 quiz-bad @quiz-no-stem");
    assert_eq!(why("单选\n题\n- [ ] 甲"), "1:1+9 quiz-bad @quiz-no-right");
    assert_eq!(why("单选\n题\n- [x] 甲\n- [x] 乙"), "1:1+9 quiz-bad @quiz-several-right");
    assert_eq!(why("判断\n题"), "1:1+9 quiz-bad @quiz-no-answer");
    assert_eq!(why("判断\n题\n答案：也许"), "1:1+9 quiz-bad @quiz-unknown-answer");
    assert_eq!(why("填空\n题____\n答案：一；二"), "1:1+9 quiz-bad @quiz-blanks-differ");
    assert_eq!(why("填空\n题\n答案：一"), "1:1+9 quiz-bad @quiz-no-blanks");
    assert_eq!(why("排序\n题\n1. 甲"), "1:1+9 quiz-bad @quiz-no-options");
    insta::assert_snapshot!(html("::: 自测 单选\n题\n- [ ] 甲\n:::"), @"<p>题</p><ul><li>甲</li></ul>");
}

#[test]
fn raw_html() {
    insta::assert_snapshot!(html("<details open onclick=x>\n<summary>点</summary>\n\n里 <kbd>Ctrl</kbd>**粗 <b>b** c</b>\n\n</details>\n后"), @r#"
    <details open>
    <summary>点</summary>
    <p>里 <kbd>Ctrl</kbd><strong>粗 <b>b</b></strong> c</p></details>
    后
    "#);
    insta::assert_snapshot!(html("a <T>b</T> <18.5 x < y <script>alert(1)</script> c<br/>d<!-- x -->"), @"<p>a b &lt;18.5 x &lt; y  c<br>d</p>");
    insta::assert_snapshot!(html("<img src='a.jpg' alt=图> <a href='b.md' style=x>文</a> <a href=\"java&#115;cript:x\">坏</a> <a name=x></a>"), @r#"<p><img src="{picture 0}" alt="图" loading="lazy"> <a href="{url 1}">文</a> <span>坏</span> <span id="x"></span></p>"#);
    insta::assert_snapshot!(html("<table><tr><td align=center>1<td>2</table>\n\n<ul><li>a<li>b</ul></div>\n\n<p>x\n\n段"), @r#"
    <table><tr><td class="al-c">1</td><td>2</td></tr></table>
    <ul><li>a</li><li>b</li></ul>
    <p>x
    </p><p>段</p>
    "#);
    insta::assert_snapshot!(html("| a |\n|-|\n| x<br>y <ul><li>z</li></ul></td> |"), @r#"<div class="table-wrap" role="region" aria-label="表格" tabindex="0"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>x<br>y <ul><li>z</li></ul></td></tr></tbody></table></div>"#);
    insta::assert_snapshot!(html("<style>a{}</style>\n\n<script>\nlet x = '<b>';\n\n</script>\n\n后"), @r#"


    <p>后</p>
    "#);
    assert_eq!(told("<T>\n\n<T> <CustomContent platform=x>\n"), ["1:1+3 html-removed t", "3:5+26 html-removed customcontent"]);
}

#[test]
fn trusted_html_stays() {
    let settings = Settings { trusted: true, ..Settings::default() };
    let (page, diagnostics) =
        parse("页.md", "<script>\nif (a<b && c) {}\n</script>\n\n<x-y style=\"a\"><a class=k href=b.md>文</a>\n", 0, &settings, &Plain);
    insta::assert_snapshot!(filled(&page), @r#"
    <script>
    if (a<b && c) {}
    </script>
    <p><x-y style="a"><a class="k" href="{url 0}">文</a></p>
    "#);
    assert_eq!(diagnostics, []);
}

#[test]
fn places_count_from_the_top_of_the_file() {
    let text = "---\r\ntitle: 题\r\n---\r\n\r\n文**（x）**文[坏](data:x)";
    let start = text.find("\r\n文").unwrap();
    let (_, diagnostics) = parse("页.md", text, start, &Settings::default(), &Plain);
    let place = diagnostics[0].place.clone().unwrap();
    assert_eq!((place.line, place.column, place.width), (5, 10, 11));
}

#[test]
fn deep_nesting_is_flattened() {
    for text in [
        ">".repeat(1000) + " 字",
        (0..1000).map(|depth| "  ".repeat(depth) + "- 字\n").collect(),
        "- ".repeat(1000) + "字",
        "*a **b ".repeat(3000),
        "<b>".repeat(3000),
        "::: 提示\n".repeat(10_000),
    ] {
        let (page, diagnostics) = parse("页.md", &text, 0, &Settings::default(), &Plain);
        check_page(&page, &text);
        assert!(diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::NestingTooDeep).count() <= 1);
    }
    // Every construct, so deep that a walk would run out of its stack if the parser did not flatten it.
    for part in [
        ">",
        "- ",
        "1. ",
        "*a **b ",
        "~~a ",
        "[",
        "![",
        "<b>",
        "<div>",
        "<ul><li>",
        "::: 提示\n",
        "> - ",
        "$",
        "{",
        "`",
        "[^1]: ",
        "- [ ] ",
        ": ",
        "<table><tr><td>",
    ] {
        let text = part.repeat(10_000) + "字";
        let (page, _) = parse("页.md", &text, 0, &Settings::default(), &Plain);
        check_page(&page, part);
        text::read(&page.tree, &page.links);
        crate::document::markdown::write(&page.tree, &page.links);
        let stored = postcard::to_allocvec(&page.tree).unwrap();
        assert_eq!(postcard::from_bytes::<DocumentTree>(&stored).unwrap(), page.tree);
    }
    assert_eq!(told(&(">".repeat(101) + " 字")), ["1:101+3 nesting-too-deep 100"]);
}

/// Each of these would take minutes if something looked back over all that came before.
#[test]
fn large_pages_take_linear_time() {
    let many = |part: &str| part.repeat(10_000);
    let footnotes: String = (0..10_000).map(|n| format!("a[^{n}]\n\n[^{n}]: b\n\n")).collect();
    let boxes = many("::: 提示\n字\n:::\n");
    for text in [
        many("# 同\n\n"),
        footnotes,
        many("**"),
        many("**（字）**字"),
        boxes,
        many(":::\n"),
        many("[^"),
        many("<a "),
        many("[x](y.md)"),
        many("$a$ "),
        many("字\n"),
        many("www."),
        many("<!--"),
        many("> ——\n"),
        many("<p>\n\n"),
        many("__ "),
    ] {
        check_page(&body(&text), "large");
    }
    let quiz = format!("::: 自测 填空\n{}\n", many("____ "));
    check_page(&body(&quiz), "quiz");
}

#[test]
fn nothing_breaks_the_page() {
    const PARTS: &[&str] = &[
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```\n",
        "$",
        "$$",
        "[",
        "](",
        ")",
        "![",
        "[^1]",
        "[^1]: ",
        "|",
        "\n|-|-|\n",
        "# ",
        "## ",
        "> ",
        "- ",
        "1. ",
        "- [x] ",
        "\n",
        "\n\n",
        "\r\n",
        "  ",
        "    ",
        "\t",
        ":::",
        "::: 提示\n",
        "\n:::\n",
        "\n::: 自测 单选\n",
        "\n::: 自测 填空\n",
        "\n::: 备注\n",
        "\n::: 图集\n",
        "\n:::: 展开\n",
        "____",
        "答案：",
        "\n解析：",
        "\n出处：#x\n",
        "——",
        "会议",
        "记录。",
        "，",
        "“",
        "”",
        "（",
        "）",
        "a",
        "B ",
        "1",
        "&lt;",
        "&#106;",
        "&",
        "\\",
        "<",
        ">",
        "</",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<script>",
        "</script>",
        "<p>",
        "</p>",
        "<td>",
        "<table><tr>",
        "</table>",
        "<a href=\"javascript:x\">",
        "<a href='x.md'>",
        "</a>",
        "<img src=x onerror=y>",
        "<!--",
        "-->",
        "<?",
        "?>",
        "<x-y>",
        "<svg>",
        "<math>",
        "<style>",
        "<details>",
        "<summary>",
        "\"",
        "'",
        "=",
        "{#id}",
        "https://a.cn",
        "www.a.cn",
        "<http://x>",
        ": ",
        "---\n",
        "===\n",
        "\u{1}",
        "\u{0}",
        "\u{FDD0}",
        "\u{FEFF}",
        "😀",
        "\u{301}",
        "x.md",
        "x.docx",
        ".mp3",
        "javascript:",
        "：：：",
        "[!NOTE]\n",
        "\\frac{",
        "}",
        "\\begin{matrix}",
        "<ul><li>",
        "<audio src=x.mp3>",
        "<h2 id=x>",
        "<a name=q1>",
        "<br/>",
        "<kbd>",
    ];
    let mut random = Random(20260305);
    for round in 0..20_000 {
        let text: String = (0..1 + random.below(40)).map(|_| PARTS[random.below(PARTS.len())]).collect();
        let start = if round % 7 == 0 { text.char_indices().nth(1).map_or(0, |(at, _)| at) } else { 0 };
        let (page, diagnostics) = parse("页.md", &text, start, &Settings::default(), &Plain);
        check_page(&page, &text);
        for diagnostic in &diagnostics {
            let place = diagnostic.place.as_ref().unwrap();
            assert!(place.line >= 1 && place.column >= 1 && place.width >= 1, "{text:?}");
        }
    }
}

/// What every page keeps: links are there, tags match, nothing runs.
fn check_page(page: &Content, text: &str) {
    check_tags(&filled(page), text);
}

fn check_tags(html: &str, text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (closing, tag) = match rest.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, rest),
        };
        let length = tag.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit()).unwrap_or(tag.len());
        let name = &tag[..length];
        assert!(!name.is_empty(), "a bare < in {html:?} of {text:?}");
        assert!(!["script", "style", "iframe", "object", "svg", "form"].contains(&name), "<{name}> of {text:?}");
        // The speaker's notes are ours; no other template passes.
        assert!(name != "template" || closing || tag.starts_with("template class=\"said\">"), "<{name}> of {text:?}");
        if closing {
            assert_eq!(open.pop(), Some(name), "{html:?} of {text:?}");
        } else {
            // Attributes are written with quotes by us alone, so a quote tells names from values.
            let mut parts = tag[length..].split('"');
            while let Some(names) = parts.next() {
                let end = names.find('>');
                for name in names[..end.unwrap_or(names.len())].split_ascii_whitespace() {
                    assert!(!name.starts_with("on") && !name.starts_with("style"), "{name} in {html:?} of {text:?}");
                }
                if end.is_some() {
                    break;
                }
                let value = parts.next().unwrap_or_default();
                let is_address = names.trim_end().ends_with("href=") || names.trim_end().ends_with("src=");
                assert!(!is_address || !value.trim_start().starts_with("javascript:"), "{html:?} of {text:?}");
            }
            if !["br", "hr", "wbr", "col", "source", "input", "img"].contains(&name) {
                open.push(name);
            }
        }
    }
    assert_eq!(open, [""; 0], "{html:?} of {text:?}");
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
