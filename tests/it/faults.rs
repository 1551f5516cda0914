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
