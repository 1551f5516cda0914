//! What real use brought to light, each with its kind: the right value is the test.

use crate::support::Site;

/// Front matter in other styles; none of these pages may go out.
const UNREAD: &[(&str, &str)] = &[
    ("zwsp", "\u{200b}---\ntitle: 内部讨论稿\ndraft: true\n---\n"),
    ("space", " ---\ntitle: 内部讨论稿\ndraft: true\n---\n"),
    ("nbsp", "\u{a0}---\ntitle: 内部讨论稿\ndraft: true\n---\n"),
    ("emdash", "———\ntitle: 内部讨论稿\ndraft: true\n———\n"),
    ("wide", "－－－\ntitle: 内部讨论稿\ndraft: true\n－－－\n"),
    ("four", "----\ntitle: 内部讨论稿\ndraft: true\n----\n"),
    ("toml", "+++\ntitle = \"内部讨论稿\"\ndraft = true\n+++\n"),
    ("json", "{\n  \"title\": \"内部讨论稿\",\n  \"draft\": true\n}\n"),
    ("comment", "<!-- 改过 -->\n---\ntitle: 内部讨论稿\ndraft: true\n---\n"),
    ("missing", "title: 内部讨论稿\ndraft: true\n---\n"),
    ("open", "---\ntitle: 内部讨论稿\ndraft: true\n"),
    ("odd-word", "---\ntitle: 内部讨论稿\ndraft: ture\n---\n"),
    ("other-word", "---\ntitle: 内部讨论稿\ndrafts: true\n---\n"),
    ("jekyll", "---\ntitle: 内部讨论稿\npublished: false\n---\n"),
    ("chinese", "---\ntitle: 内部讨论稿\n草稿: true\n---\n"),
    ("state", "---\ntitle: 内部讨论稿\nstatus: draft\n---\n"),
    ("day", "---\ntitle: 内部讨论稿\npublish_on: 下周一\n---\n"),
    ("broken", "---\ntitle: \"内部讨论稿\ndraft: true\n---\n"),
];

#[test]
fn no_draft_goes_out_by_a_slip() {
    let site = Site::new("//- content/gong-kai.md\n---\ntitle: 公开\n---\n\n公开。\n");
    for (name, front) in UNREAD {
        site.write(&format!("content/{name}.md"), &format!("{front}\n未经审核。\n"));
        let refused = site.build(&["--json", "--no-cache"]);
        assert_eq!(refused.code, 1, "{name}: {}", refused.stdout);
        // Errors are overlooked, and still it does not go out.
        site.build(&["--keep-going", "--no-cache"]);
        let files = site.output();
        assert!(files.contains_key("gong-kai.html"), "{name}");
        let leak = files.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("未经审核"));
        assert!(leak.is_none(), "{name} stands in {}", leak.map(|(path, _)| path.as_str()).unwrap_or_default());
        assert!(!files.contains_key(format!("{name}.html").as_str()), "{name}");
        site.remove(&format!("content/{name}.md"));
    }
}

#[test]
fn what_may_go_out_is_not_held_back() {
    let site = Site::new(
        "//- content/policies/a.md\n---\ntitle: 甲\nstatus: 宣布失效\nexpires_on: 2024-12-31\ndoc_no: 校党发〔2023〕1号\ndraft: false\n---\n\n文\n\
         //- content/b.md\n---\ntitle: 乙\ndraft: false\npublish_on: 2026-01-01\nexpires: 2027-01-01\n---\n\n文\n",
    );
    let said = site.build(&["--json"]).json();
    assert_eq!((&said["errors"], &said["summary"]["shows_unpublished"]), (&0.into(), &false.into()), "{said:#}");
    site.write("content/jekyll.md", "---\ntitle: 丙\npublished: true\n---\n\n文\n");
    site.build(&["--keep-going"]);
    let files = site.output();
    assert!(
        files.contains_key("jekyll.html") && files.contains_key("b.html") && files.contains_key("policies/a.html"),
        "{:?}",
        files.keys()
    );
    assert!(!files.contains_key("do-not-publish.txt"));
}

#[test]
fn line_ends_of_old_macs_are_read() {
    let site = Site::new("");
    site.write("content/cr.md", "---\rtitle: 内部讨论稿\rdraft: true\r---\r\r未经审核。\r");
    site.write("content/good.md", "---\rtitle: 公开\r---\r\r第一段。\r\r第二段。\r");
    site.build_well(&[]);
    assert!(!site.output().contains_key("cr.html"));
    assert!(site.html("good.html").contains("<p>第一段。</p><p>第二段。</p>"), "{}", site.html("good.html"));
}

#[test]
fn a_folder_of_drafts_holds_drafts() {
    let site =
        Site::new("//- content/news/_drafts/y.md\n---\ntitle: 乙\n---\n\n未经审核。\n//- content/news/x.md\n---\ntitle: 甲\n---\n\n文\n");
    let said = site.build(&["--lang", "zh"]);
    assert!(said.stderr.contains("没有发布：草稿 1"), "{}", said.stderr);
    let leak = site.output().into_iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("未经审核"));
    assert_eq!(leak.map(|(path, _)| path), None);
}

/// The links of a page's text: where they lead, and their words.
fn links(markdown: &str) -> Vec<(String, String)> {
    let site = Site::new(&format!("//- content/x.md\n---\ntitle: 题\n---\n\n{markdown}\n"));
    site.build_well(&[]);
    let html = site.html("x.html");
    let text = html.split_once("class=text>").expect("a text").1.split_once("</article>").expect("its end").0.to_string();
    assert!(!text.contains(['\u{1}', '\u{2}', '\u{3}', '\u{4}']), "{text:?}");
    let mut links = Vec::new();
    for part in text.split("<a ").skip(1) {
        let (head, rest) = part.split_once('>').expect("a tag ends");
        let href = head.split("href=").nth(1).expect("an address").trim_matches('"').split([' ', '"']).next().expect("one");
        let words = rest.split("</a>").next().expect("its words").split("<span").next().expect("words").to_string();
        links.push((href.to_string(), words));
    }
    links
}

#[test]
fn bare_addresses_are_whole() {
    for address in [
        "https://mp.weixin.qq.com/s/_4kTz_OeP9wBv2a_-x",
        "https://mp.weixin.qq.com/s/__biz_Ab12cdEF-gh",
        "https://example.com/a_b_c",
        "https://example.com/~zhang/a~b~c",
        "https://example.com/a*b*c",
        "https://example.com/a**b**c",
        "https://example.com/a--b_--c",
        "https://example.com/x?a_b=1&amp;c_d=2#e_f_",
    ] {
        let plain = address.replace("&amp;", "&");
        let wanted = plain.trim_end_matches('_');
        for (before, after) in [
            ("往期：", "；本期也在。"),
            ("", ""),
            ("（", "）"),
            ("见《", "》"),
            ("**重点** ", " *斜体*"),
            ("_斜_：", "，_斜_。"),
            ("- ", "\n- 二_三_四"),
            ("> ", ""),
        ] {
            let found = links(&format!("{before}{plain}{after}"));
            assert_eq!(found.len(), 1, "{before}{plain}{after}: {found:?}");
            assert_eq!(found[0].0, wanted, "{before}{plain}{after}");
        }
    }
    let two = links("往期：https://mp.weixin.qq.com/s/_Ab12cdEF-gh；本期：https://mp.weixin.qq.com/s/Zx98yw_。");
    assert_eq!(
        two.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(),
        ["https://mp.weixin.qq.com/s/_Ab12cdEF-gh", "https://mp.weixin.qq.com/s/Zx98yw"]
    );
    assert_eq!(links("HTTPS://Example.COM/A_b_c")[0].0, "https://Example.COM/A_b_c");
    assert_eq!(links("请发到 zhang_san_@example.edu.cn。")[0].0, "mailto:zhang_san_@example.edu.cn");
}

#[test]
fn addresses_that_are_not_bare_stay_as_they_are() {
    assert_eq!(links("[*见* 这里](https://example.com/_a_b_)")[0].0, "https://example.com/_a_b_");
    assert_eq!(links("<https://example.com/_a_b_>")[0].0, "https://example.com/_a_b_");
    assert_eq!(links("[一]\n\n[一]: https://example.com/_a_b_ \"见 https://x.cn/_c_\"")[0].0, "https://example.com/_a_b_");
    assert_eq!(
        links("**https://example.com/a_b_c**后文")[0],
        ("https://example.com/a_b_c".to_string(), "https://example.com/a_b_c".to_string())
    );
    let site =
        Site::new("//- content/x.md\n---\ntitle: 题\n---\n\n`https://a.cn/_b_`\n\n```\nhttps://a.cn/_c_\n```\n\n看_这里_和*那里*。\n");
    site.build_well(&[]);
    let html = site.html("x.html");
    assert!(html.contains("https://a.cn/_b_</code>") && html.contains("https://a.cn/_c_"), "{html}");
}

#[test]
fn tags_are_parted_as_chinese_lists_are() {
    let site = Site::new(
        "//- content/x.md\n---\ntitle: 题\ntags: 党课，学习、历史\n---\n\n文\n//- content/y.md\n---\ntitle: 题二\ntags: [党课，学习, 会议]\n---\n\n文\n",
    );
    site.build_well(&[]);
    let files = site.output();
    for tag in ["dang-ke", "xue-xi", "li-shi", "hui-yi"] {
        assert!(files.keys().any(|path| path.starts_with("tags/") && path.contains(tag)), "{tag}: {:?}", files.keys());
    }
    assert!(!files.keys().any(|path| path.contains("dang-ke-xue-xi")), "{:?}", files.keys());
}
