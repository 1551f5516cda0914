//! What the build makes of pages besides the pages: booklets, single files, posters, codes, calendar files, and what
//! stands in a page's head for those who pass it on.

use std::collections::BTreeSet;

use crate::support::Site;
use crate::support::html::tags;

const COURSE: &str = "\
//- site.yaml
title: 青禾学堂
base_url: https://dj.example.edu.cn/xt/
minify: false
//- content/lessons/k/_index.md
---
title: 开好会
single_file: true
---

先读[第二讲](b.md#二记什么)，再看![图](x.png)

## 缘起
//- content/lessons/k/a.md
---
title: 会前
order: 1
speaker: 组织委员
---

## 一、定议题

见[下一讲](b.md)、[这里](#一定议题)、[办法](/policies/p.md)、[表](t.txt)。脚注[^1]。

[^1]: 甲。

### 细处

```html
<div id=\"x\" class=\"y\">
```
//- content/lessons/k/b.md
---
title: 会中
order: 2
description: 会中怎样记。
---

## 一、定议题

## 二、记什么

回到[会前](a.md#细处)。脚注[^1]。![图](y.png)

[^1]: 乙。
//- content/lessons/k/t.txt
表
//- content/policies/p.md
---
title: 办法
---
";

fn course() -> Site {
    let site = Site::new(COURSE);
    site.write_bytes("content/lessons/k/x.png", &picture(20));
    site.write_bytes("content/lessons/k/y.png", &picture(400));
    site
}

/// A picture of so many pixels either way.
fn picture(side: u32) -> Vec<u8> {
    another_picture(side, 0)
}

/// A picture of the same kind as all others with this `side`.
fn another_picture(side: u32, start: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_fn(side, side, |x, y| image::Luma([((x * y + start) % 251) as u8]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture can be written");
    bytes.into_inner()
}

/// The values of an attribute in a page, as a browser reads them.
fn values(html: &str, name: &str) -> Vec<String> {
    tags(html).into_iter().filter_map(|tag| tag.get(name).map(str::to_string)).collect()
}

fn has(html: &str, name: &str, value: &str) -> bool {
    values(html, name).iter().any(|known| known == value)
}

/// An anchor as it stands in an address, decoded.
fn decoded(anchor: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = anchor.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = std::str::from_utf8(&digits).expect("digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Every anchor of a page is there once, and every link into the page finds its own.
#[track_caller]
fn check_anchors(html: &str) {
    let ids = values(html, "id");
    let unique: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    for link in values(html, "href").iter().filter_map(|link| link.strip_prefix('#')) {
        assert!(unique.contains(decoded(link).as_str()), "#{link} leads nowhere; there are {ids:?}");
    }
}

#[test]
fn a_course_is_one_page_with_its_lessons() {
    let site = course();
    site.build_well(&[]);
    let html = site.html("lessons/k/booklet.html");
    check_anchors(&html);
    let order =
        ["先读", "第 1 讲", "id=\"l1\">会前", "<h3 id=\"l1-一定议题\">", "<h4 id=\"l1-细处\">", "id=\"l2\">会中", "id=\"l2-二记什么\""];
    let places: Vec<usize> = order.iter().map(|text| html.find(text).unwrap_or_else(|| panic!("no {text} in {html}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    // Links between the lessons stay on the page; others leave it.
    for link in [
        "#l2-%E4%BA%8C%E8%AE%B0%E4%BB%80%E4%B9%88",
        "#l2",
        "#l1-%E4%B8%80%E5%AE%9A%E8%AE%AE%E9%A2%98",
        "#l1-fn-1",
        "#l2-fn-1",
        "../../policies/p.html",
        "t.txt",
    ] {
        assert!(has(&html, "href", link), "{link}: {:?}", values(&html, "href"));
    }
    // What only looks like a tag in the text of a lesson is left alone.
    assert!(!html.contains("l1-x"), "{html}");
    let course = site.html("lessons/k/index.html");
    assert!(has(&course, "href", "../../lessons/k/booklet.html"));
}

#[test]
fn a_course_without_lessons_has_no_booklet() {
    let site = Site::new("//- content/lessons/k/_index.md\n---\ntitle: 课\nsingle_file: true\n---\n");
    site.build_well(&[]);
    let output = site.output();
    assert!(!output.keys().any(|path| path.contains("booklet") || path.contains("single")), "{:?}", output.keys());
    assert!(!site.html("lessons/k/index.html").contains("booklet"));
}

#[test]
fn a_single_file_needs_no_other() {
    let site = course();
    site.build_well(&[]);
    let html = site.html("lessons/k/k-single.html");
    check_anchors(&html);
    for name in ["src", "href", "srcset", "poster"] {
        for value in values(&html, name) {
            let own = value.starts_with('#') || value.starts_with("data:image/") || value.starts_with("https://dj.example.edu.cn/xt/");
            assert!(own, "{name}=\"{value}\"");
        }
    }
    assert!(!html.contains("<link rel=\"stylesheet\"") && html.contains("--paper:"));
    assert_eq!(values(&html, "src").iter().filter(|value| value.starts_with("data:image/png;base64,")).count(), 2);
    assert!(has(&html, "href", "https://dj.example.edu.cn/xt/policies/p.html"));
}

#[test]
fn without_an_address_what_cannot_come_along_is_only_named() {
    let site = course();
    site.edit("site.yaml", "base_url: https://dj.example.edu.cn/xt/\n", "");
    site.build_well(&[]);
    let html = site.html("lessons/k/k-single.html");
    let away: Vec<String> = values(&html, "href").into_iter().filter(|link| !link.starts_with('#') && !link.starts_with("data:")).collect();
    assert_eq!(away, [""; 0]);
    assert!(html.contains("<a>办法</a>"), "{html}");
}

#[test]
fn booklet_and_single_file_follow_their_lessons() {
    let site = course();
    site.build_well(&[]);
    let counts = site.build_well(&[]);
    assert_eq!((counts.rendered, counts.written), (0, 0));
    site.edit("content/lessons/k/b.md", "[^1]: 乙。", "[^1]: 丙。");
    let counts = site.build_well(&[]);
    assert_eq!(counts.rendered, 3, "the lesson, the booklet, the single file");
    for path in ["b.html", "booklet.html", "k-single.html"] {
        assert!(site.html(&format!("lessons/k/{path}")).contains("丙。"), "{path}");
    }
    // Another picture under the same name and of the same size changes no page, but the file that holds it.
    let before = site.html("lessons/k/k-single.html");
    site.write_bytes("content/lessons/k/y.png", &another_picture(400, 7));
    let counts = site.build_well(&[]);
    assert_eq!(counts.rendered, 1);
    assert_ne!(site.html("lessons/k/k-single.html"), before);
    crate::support::site::assert_same(&site.clean(&[]), &site.output(), "as built from nothing");
}

#[test]
fn a_single_file_follows_the_pictures_that_only_its_template_names() {
    let site = course();
    site.write_bytes("static/favicon.ico", &picture(16));
    site.write("content/lessons/k/plan.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text>甲</text></svg>");
    site.edit("content/lessons/k/b.md", "![图](y.png)", "![图](y.png) ![图](plan.svg)");
    // Not every host serves drawings, which is told.
    let rendered = |site: &Site| site.build(&["--json"]).json()["summary"]["rendered"].clone();
    rendered(&site);
    let before = site.html("lessons/k/k-single.html");
    assert!(before.contains("href=\"data:image/x-icon;base64,") && before.contains("src=\"data:image/svg+xml;base64,"), "{before}");
    site.write_bytes("static/favicon.ico", &picture(32));
    assert_eq!(rendered(&site), 1);
    let another_icon = site.html("lessons/k/k-single.html");
    assert_ne!(another_icon, before);
    site.edit("content/lessons/k/plan.svg", "甲", "乙");
    assert_eq!(rendered(&site), 1);
    assert_ne!(site.html("lessons/k/k-single.html"), another_icon);
    crate::support::site::assert_same(&site.clean(&[]), &site.output(), "as built from nothing");
}

#[test]
fn a_theme_makes_a_single_file_of_its_own() {
    let site = course();
    site.edit("site.yaml", "minify: false", "minify: false\ntheme: own");
    site.write("themes/own/theme.yaml", "name: own\nextends: default\n");
    let single =
        "<link rel=\"stylesheet\" href=\"{{ asset(name=\"book.css\") }}\"><a href=\"{{ root }}index.html\">站</a>{{ page.body | safe }}";
    site.write("themes/own/templates/single.html", single);
    site.build_well(&[]);
    let html = site.html("lessons/k/k-single.html");
    assert!(html.starts_with("<link rel=\"stylesheet\" href=\"data:text/css;base64,"), "{html}");
    assert!(has(&html, "href", "https://dj.example.edu.cn/xt/index.html"));
    // Other pages hold no styles.
    site.write("themes/own/templates/map.html", "{{ asset_text(name=\"book.css\") }}");
    let run = site.build(&[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("`asset_text` is for single.html only"), "{}", run.stderr);
}

#[test]
fn codes_and_posters_come_with_a_public_address() {
    let site = course();
    site.build_well(&[]);
    let output = site.output();
    let code = image::load_from_memory(&output["lessons/k/a-qr.png"]).expect("a picture");
    assert!(code.width() == code.height() && code.width() >= 200);
    assert_ne!(output["lessons/k/a-qr.png"], output["lessons/k/b-qr.png"]);
    let poster = site.html("lessons/k/a-poster.html");
    assert!(has(&poster, "src", "../../lessons/k/a-qr.png") && poster.contains("https://dj.example.edu.cn/xt/lessons/k/a.html"));
    let counts = site.build_well(&[]);
    assert_eq!((counts.rendered, counts.written), (0, 0));
    let counts = site.build_well(&["--base-url", "https://other.example/"]);
    assert!(counts.written > 0);
    assert_ne!(site.output()["lessons/k/a-qr.png"], output["lessons/k/a-qr.png"]);
    site.edit("site.yaml", "base_url: https://dj.example.edu.cn/xt/\n", "");
    site.build_well(&[]);
    let left: Vec<String> = site.output().into_keys().filter(|path| path.contains("-qr.") || path.contains("-poster.")).collect();
    assert_eq!(left, [""; 0]);
    assert!(!site.html("lessons/k/a.html").contains("-qr.png"));
}

#[test]
fn a_deadline_ahead_has_a_calendar_file() {
    let site = Site::new(
        "//- content/notices/a.md\n---\ntitle: 报名\ndate: 2026-11-01\ndeadline: 2026-11-23\n---\n\
         //- content/notices/b.md\n---\ntitle: 过了\ndate: 2026-10-01\ndeadline: 2026-11-22 12:00\n---\n\
         //- content/notices/c.md\n---\ntitle: 没有\n---\n\
         //- content/surveys/d.md\n---\ntitle: 问卷\ndeadline: 2026-12-01 17:30\n---\n",
    );
    site.build_well(&["--date", "2026-11-23"]);
    let output = site.output();
    let files: Vec<&str> = output.keys().map(String::as_str).filter(|path| path.ends_with(".ics")).collect();
    assert_eq!(files, ["notices/a.ics", "surveys/d.ics"]);
    let text = |path: &str| String::from_utf8(output[path].clone()).expect("UTF-8");
    assert!(text("notices/a.ics").contains("\r\nDTSTART;VALUE=DATE:20261123\r\n"));
    assert!(text("surveys/d.ics").contains("\r\nDTSTART:20261201T093000Z\r\n"));
    assert!(has(&site.html("notices/a.html"), "href", "../notices/a.ics"));
    assert!(!site.html("notices/b.html").contains(".ics"));
    assert!(site.html("surveys/d.html").contains("d.ics"));
}

#[test]
fn a_page_says_what_is_shown_where_it_is_passed_on() {
    let site = course();
    site.write("content/news/a.md", "---\ntitle: 动态\ndate: 2026-01-01\ncover: y.png\n---\n\n![小](x.png)\n");
    site.write_bytes("content/news/x.png", &picture(20));
    site.write_bytes("content/news/y.png", &picture(400));
    site.build_well(&[]);
    let image = |html: &str| {
        let tag = tags(html).into_iter().find(|tag| tag.get("property") == Some("og:image")).expect("a picture to pass on");
        tag.get("content").unwrap_or_default().to_string()
    };
    // The picture in the text is large enough.
    let html = site.html("lessons/k/b.html");
    assert_eq!(image(&html), "https://dj.example.edu.cn/xt/lessons/k/y.png");
    assert!(!html.contains("share-picture"), "{html}");
    // A cover that the text does not show stands unseen before all other pictures.
    let html = site.html("news/a.html");
    assert_eq!(image(&html), "https://dj.example.edu.cn/xt/news/y.png");
    assert_eq!(values(&html, "src").iter().find(|src| src.ends_with("png")).map(String::as_str), Some("../news/y.png"));
    // A page without a picture takes the theme's.
    let html = site.html("policies/p.html");
    assert_eq!(image(&html), "https://dj.example.edu.cn/xt/share.png");
    let shared = image::load_from_memory(&site.output()["share.png"]).expect("a picture");
    assert!(shared.width() >= 300 && shared.height() >= 300);
    assert!(site.output().contains_key("favicon.ico"));
    for name in ["og:title", "og:description", "og:url", "og:site_name"] {
        assert!(html.contains(&format!("property=\"{name}\"")), "{name}");
    }
}

#[test]
fn the_site_puts_its_own_mark_in_place_of_the_theme_s() {
    let site = course();
    site.write_bytes("static/share.png", &picture(320));
    site.build_well(&[]);
    let shared = image::load_from_memory(&site.output()["share.png"]).expect("a picture");
    assert_eq!(shared.width(), 320);
}
