//! What may lie beside a page and go out with it, what becomes of drawings, and whose names are whose.

use crate::support::Site;

/// The codes that a build tells, in the order told.
fn codes(site: &Site) -> Vec<String> {
    let run = site.build(&["--json"]);
    let json = run.json();
    json["diagnostics"].as_array().into_iter().flatten().map(|found| found["code"].as_str().unwrap_or_default().to_string()).collect()
}

/// Every way by which a page may name a file.
const WAYS: &[(&str, &str)] = &[
    ("a.md", "[x](FILE)"),
    ("a.md", "![x](FILE)"),
    ("a.md", "<a href=\"FILE\">x</a>"),
    ("a.md", "<img src=\"FILE\">"),
    ("a.md", "<img srcset=\"FILE 2x\" src=\"FILE\">"),
    ("a.md", "<audio controls src=\"FILE\"></audio>"),
    ("a.md", "<video controls poster=\"FILE\"></video>"),
    ("a.md", "<video controls><source src=\"FILE\"></video>"),
    ("a.md", "::: 图集\n![x](FILE)\n:::"),
    ("a.md", "[x]\n\n[x]: FILE"),
    ("a.md", "[x](FILE#x)"),
    ("a.md", "[x](FILE?x=1)"),
    ("a.md", "[x](<./FILE>)"),
    ("a.md", "---\nattachments: [FILE]\n---\n文"),
    ("a.md", "---\nattachments:\n  - {file: FILE, title: 表}\n---\n文"),
    ("a.md", "---\ncover: FILE\n---\n文"),
    ("lessons/k/a.md", "---\naudio: /FILE\n---\n文"),
    ("lessons/k/a.md", "---\nvideo: /FILE\n---\n文"),
    ("lessons/k/a.md", "---\nslides: /FILE\n---\n文"),
    ("lessons/k/a.md", "---\ntranscript: /FILE\n---\n文"),
    ("policies/a.md", "---\noriginal_file: /FILE\n---\n文"),
    ("news/a.md", "---\nalbum: [/FILE]\n---\n文"),
    ("notices/a.md", "---\nforms: [/FILE]\n---\n文"),
];

/// Whatever the way in, a file that acts stays in; and a way in that some rule closes stays closed.
#[test]
fn what_acts_goes_out_by_no_way() {
    for (page, text) in WAYS {
        let site = Site::new(
            "//- content/evil.html\n<script>alert(1)</script>\n//- content/evil.php\n<?php\n//- content/evil.svg\n<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>\n",
        );
        for name in ["evil.html", "evil.php", "evil.svg"] {
            site.write(&format!("content/{page}"), &format!("{}\n", text.replace("FILE", name)));
            let run = site.build(&["--keep-going"]);
            assert!(!site.output().keys().any(|path| path.contains("evil")), "{page}: {text}\n{}", run.brief());
            // A still of a video is not on the list of what HTML may say.
            let is_told = run.said().contains(name) || text.contains("poster");
            assert!(is_told, "{page}: {text}: {name}\n{}", run.said());
        }
    }
}

#[test]
fn trusted_folders_and_static_files_go_out_as_they_are() {
    let site = Site::new(
        "//- site.yaml\ntitle: 测试\ntrusted: [tools]\n//- content/a.md\n[程序](tools/x.js) [图](tools/x.svg) [页](/static/y.html)\n\
         //- content/tools/x.js\nalert(1)\n//- content/tools/x.svg\n<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>\n//- static/y.html\n<p>\n",
    );
    let run = site.build(&[]);
    assert_eq!(run.code, 0, "{}", run.said());
    assert!(site.read("output/tools/x.svg").contains("<script/>"));
    assert_eq!((site.read("output/tools/x.js").trim(), site.read("output/y.html").trim()), ("alert(1)", "<p>"));
    // The same file is another one as soon as its folder is no longer trusted.
    site.edit("site.yaml", "trusted: [tools]", "trusted: []");
    assert_eq!(codes(&site), ["title-missing", "attachment-acts", "svg-refused"]);
    site.edit("content/a.md", "[程序](tools/x.js) [图](tools/x.svg) ", "");
    assert_eq!(site.build(&[]).code, 0);
    assert!(!site.output().keys().any(|path| path.starts_with("tools/x")));
}

#[test]
fn a_drawing_is_written_anew_and_stays_so() {
    let drawing = "<?xml version=\"1.0\"?>\n<!-- by hand, 张三 -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:x=\"urn:x\" x:who=\"张三\" viewBox=\"0 0 9 9\"><metadata>张三</metadata><path d=\"M0 0h9\"/></svg>\n";
    let site = Site::new("//- content/a.md\n![图](t.svg)\n");
    site.write("content/t.svg", drawing);
    let clean = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9\"/></svg>";
    for time in 0..3 {
        site.age_all();
        assert_eq!(site.build(&[]).code, 0);
        assert_eq!(site.read("output/t.svg"), clean, "build {time}");
        site.write("content/b.md", &format!("第 {time} 次\n"));
    }
    // What it held before says nothing of what it holds as a trusted file, and the other way round.
    site.write("site.yaml", "title: 测试\ntrusted: [t.svg]\n");
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(site.read("output/t.svg"), drawing);
    site.write("site.yaml", "title: 测试\n");
    assert_eq!(site.build(&[]).code, 0);
    assert_eq!(site.read("output/t.svg"), clean);
    assert_eq!(site.output(), site.clean(&[]));
}

#[test]
fn names_with_dots_and_odd_ends_are_what_the_host_sees() {
    let odd = ["x.ph-p", "x.HTML", "x.php.", "x.html ", "x．html", "x.php.jpg.html", "README", "x.tar.gz", "x.pdf.js"];
    for name in odd {
        let site = Site::new("//- content/a.md\n---\nattachments: [\"NAME\"]\n---\n文\n");
        site.edit("content/a.md", "NAME", name);
        site.write(&format!("content/{name}"), "<script>alert(1)</script>");
        let run = site.build(&["--keep-going"]);
        assert!(run.said().contains("cannot be published") || run.said().contains("does not exist"), "{name}: {}", run.said());
        let kept: Vec<String> = site.output().into_keys().filter(|path| path.starts_with('x') || path.starts_with("readme")).collect();
        assert!(kept.is_empty(), "{name}: {kept:?}");
    }
    // A name in the middle is no type: hosts that look at every part of a name see one type only.
    let site = Site::new("//- content/a.md\n[x](x.php.pdf)\n//- content/x.php.pdf\n%PDF\n");
    assert_eq!(site.build(&[]).code, 0);
    assert!(site.output().contains_key("x-php.pdf"));
}

#[test]
fn a_site_may_have_robots_icon_and_share_picture_of_its_own() {
    let site = Site::new(
        "//- site.yaml\ntitle: 测试\nbase_url: https://x.example/\n//- content/a.md\n# 甲\n//- static/Robots.txt\nUser-agent: *\nDisallow: /\n//- static/favicon.ico\nico\n//- static/share.png\npng\n",
    );
    let run = site.build(&[]);
    assert_eq!(run.code, 0, "{}", run.said());
    assert_eq!(site.read("output/robots.txt"), "User-agent: *\nDisallow: /\n");
    assert_eq!((site.read("output/favicon.ico"), site.read("output/share.png")), ("ico\n".to_string(), "png\n".to_string()));
}

/// What is told goes, so that the rest of the site can still be made.
#[test]
fn with_keep_going_the_rest_is_built() {
    let site = Site::new(
        "//- content/_index.md\n---\ntitle: 首页\naliases: [sw.js/, old.html, search/index.js/, index.html/x]\n---\n正文\n//- static/404.html\nmine\n//- static/feed.xml\nmine\n\
         //- static/index.html\nmine\n//- static/studyhall-publish/record.txt\nmine\n//- redirects.csv\n/favicon.ico/,/_index.md\n/old2.html,/_index.md\n",
    );
    let run = site.build(&["--keep-going"]);
    assert_eq!(run.code, 1);
    let output = site.output();
    assert!(output.contains_key("old.html") && output.contains_key("old2.html"));
    assert!(output.values().all(|bytes| bytes != b"mine\n"), "{}", run.said());
    assert!(!output.keys().any(|path| path.starts_with("sw.js/") || path.starts_with("studyhall-publish")));
    assert!(!run.said().contains("bug"), "{}", run.said());
}
