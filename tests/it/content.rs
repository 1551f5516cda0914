//! What pages come to know of themselves and of others: kinds, defaults, times, order, branches, policies, terms.
//!
//! The pages are printed by a theme of the test's own, field by field, so that no change of the default theme matters.

use crate::support::Site;

/// A site with a theme that prints what it knows of a page, a line for each field that is not empty.
fn probe(text: &str) -> Site {
    let site = Site::new(text);
    let own = site.read("site.yaml");
    site.write("site.yaml", &format!("{own}theme: probe\nminify: false\n"));
    site.write("themes/probe/theme.yaml", "name: probe\n");
    let mut page = String::new();
    for field in ["kind", "title", "date", "updated", "description", "section", "column", "questions", "weight"] {
        page.push_str(&format!("{{% if page.{field} %}}{field}={{{{ page.{field} }}}}\n{{% endif %}}"));
    }
    for (name, field) in [
        ("speaker", "lesson.speaker"),
        ("hours", "lesson.hours | hours"),
        ("number", "lesson.number"),
        ("total", "lesson.total"),
        ("course", "lesson.course.title"),
        ("outdated", "lesson.outdated"),
        ("course.hours", "course.hours | hours"),
        ("course.lessons", "course.lessons"),
        ("course.first", "course.first"),
        ("status", "policy.status"),
        ("status_key", "policy.status_key"),
        ("red_head", "policy.red_head"),
        ("activity", "news.activity"),
        ("present", "news.present"),
        ("days_left", "notice.days_left"),
        ("count", "topic.count"),
        ("branch.news", "profile.news"),
        ("branch.lessons", "profile.lessons"),
        ("branch", "branch.title"),
        ("prev", "prev.title"),
        ("next", "next.title"),
        ("terms.0", "terms[0].name"),
    ] {
        // Each step has to be there before the next is asked for.
        let steps: Vec<&str> = field.split(" | ").next().unwrap_or_default().split('.').collect();
        let mut guard = String::new();
        for end in 1..=steps.len() {
            let path = steps[..end].join(".").replace("[0].name", "");
            guard.push_str(&format!("{}page.{path}", if end > 1 { " and " } else { "" }));
            if path.contains('[') {
                break;
            }
        }
        page.push_str(&format!("{{% if {guard} %}}{name}={{{{ page.{field} }}}}\n{{% endif %}}"));
    }
    for (name, list, one) in [
        ("tags", "tags", "name"),
        ("categories", "categories", "name"),
        ("items", "items", "title"),
        ("children", "children", "title"),
        ("cited_by", "cited_by", "title"),
        ("breadcrumbs", "breadcrumbs", "title"),
        ("attachments", "attachments", "title"),
        ("references", "lesson.references", "title"),
        ("supersedes", "policy.supersedes", "title"),
        ("superseded_by", "policy.superseded_by", "title"),
        ("amends", "policy.amends", "title"),
        ("amended_by", "policy.amended_by", "title"),
        ("based_on", "policy.based_on", "title"),
        ("basis_of", "policy.basis_of", "title"),
        ("toc", "toc", "title"),
    ] {
        let guard = list.split_once('.').map_or(String::new(), |(first, _)| format!("page.{first} and "));
        page.push_str(&format!("{{% if {guard}page.{list} %}}{name}={{% for x in page.{list} %}}{{% if not loop.first %}}, {{% endif %}}{{{{ x.{one} }}}}{{% endfor %}}\n{{% endif %}}"));
    }
    page.push_str("{% if page.authors %}authors={% for x in page.authors %}{{ x }} {% endfor %}\n{% endif %}{{ page.body | safe }}");
    for name in [
        "home",
        "column",
        "news_list",
        "policy_list",
        "course_list",
        "branch_list",
        "course",
        "lesson",
        "policy",
        "news",
        "notice",
        "topic",
        "branch",
        "page",
        "tags",
        "tag",
        "archive",
        "year",
    ] {
        site.write(&format!("themes/probe/templates/{name}.html"), &page);
    }
    for name in ["map", "search", "404"] {
        site.write(&format!("themes/probe/templates/{name}.html"), "<p>{{ page.title }}</p>\n");
    }
    site
}

/// Asserts that a page has exactly these lines among those of the fields that the lines name.
#[track_caller]
fn check_page(site: &Site, page: &str, expected: &[&str]) {
    let html = site.html(page);
    for line in expected {
        let (field, _) = line.split_once('=').expect("field=value");
        let found = html.lines().find(|line| line.split_once('=').is_some_and(|(name, _)| name == field));
        let found = found.map_or_else(|| format!("{field}="), str::to_string);
        assert_eq!(found, **line, "in {page}:\n{html}");
    }
}

#[test]
fn a_folder_says_what_a_page_is_and_the_page_may_say_otherwise() {
    let site = probe(
        "//- content/a.md\n# 甲\n//- content/lessons/k/_index.md\n---\ntitle: 课\n---\n//- content/lessons/k/a.md\n# 甲\n//- content/lessons/single.md\n# 单\n\
         //- content/policies/a.md\n# 甲\n//- content/news/a.md\n# 甲\n//- content/notices/a.md\n# 甲\n//- content/topics/a.md\n# 甲\n\
         //- content/branches/x/_index.md\n# 支\n//- content/branches/x/about.md\n# 甲\n//- content/branches/x/news/a.md\n# 甲\n//- content/branches/x/lessons/a.md\n# 甲\n\
         //- content/surveys/a.md\n# 甲\n//- content/文件制度/a.md\n# 甲\n//- content/news/odd.md\n---\ntitle: 异\nkind: notice\ndeadline: 2026-12-01\n---\n",
    );
    site.build_well(&[]);
    for (page, kind) in [
        ("a.html", "page"),
        ("lessons/index.html", "page"),
        ("lessons/k/index.html", "course"),
        ("lessons/k/a.html", "lesson"),
        ("lessons/single.html", "lesson"),
        ("policies/a.html", "policy"),
        ("news/a.html", "news"),
        ("notices/a.html", "notice"),
        ("topics/a.html", "topic"),
        ("branches/x/index.html", "branch"),
        ("branches/x/about.html", "page"),
        ("branches/x/news/a.html", "news"),
        ("branches/x/lessons/a.html", "lesson"),
        ("surveys/a.html", "survey"),
        ("wen-jian-zhi-du/a.html", "policy"),
        ("news/odd.html", "notice"),
    ] {
        check_page(&site, page, &[&format!("kind={kind}")]);
    }
    check_page(&site, "news/odd.html", &["days_left=8"]);
}

#[test]
fn defaults_fall_from_folder_to_folder() {
    let site = probe(
        "//- content/_index.md\n---\ntitle: 首页\ndefaults: {author: 编辑部, tags: [全站]}\n---\n\
         //- content/lessons/_index.md\n---\ntitle: 党课\ndefaults: {speaker: 宣传委员}\n---\n\
         //- content/lessons/k/_index.md\n---\ntitle: 课\ndefaults: {hours: 2, author: 讲师}\n---\n\
         //- content/lessons/k/a.md\n---\ntitle: 甲\n---\n//- content/lessons/k/b.md\n---\ntitle: 乙\nspeaker: 张三\nhours: 0.5\nauthor: ~\n---\n\
         //- content/x/_index.md\n---\ntitle: 异\ndefaults: {kind: notice}\n---\n//- content/x/a.md\n# 甲\n//- content/a.md\n# 甲\n",
    );
    site.build_well(&[]);
    check_page(&site, "lessons/k/a.html", &["speaker=宣传委员", "hours=2", "authors=讲师 ", "tags=全站"]);
    check_page(&site, "lessons/k/b.html", &["speaker=张三", "hours=0.5", "authors="]);
    // A section's own defaults are for what is below it.
    check_page(&site, "lessons/k/index.html", &["authors=编辑部 "]);
    check_page(&site, "index.html", &["authors="]);
    check_page(&site, "x/a.html", &["kind=notice"]);
    check_page(&site, "x/index.html", &["kind=page"]);
    site.edit("content/lessons/_index.md", "宣传委员", "组织委员");
    site.build_well(&[]);
    check_page(&site, "lessons/k/a.html", &["speaker=组织委员"]);
}

#[test]
fn a_wrong_default_is_told_once_at_its_own_place() {
    let site = Site::new(
        "//- content/lessons/_index.md\n---\ntitle: 党课\ndefaults:\n  hours: 两\n---\n//- content/lessons/a.md\n# 甲\n//- content/lessons/b.md\n# 乙\n",
    );
    let said = site.build(&[]).said();
    assert_eq!(
        said,
        "content/lessons/_index.md:4:10: error: `hours` expects a number, found `两`\n  4 |   hours: 两\n               ^^\n  \
         hint: See the fields of each kind in docs/内容格式.md.\n"
    );
}

#[test]
fn pages_come_and_go_with_the_day() {
    let site = Site::new(
        "//- content/draft.md\n---\ntitle: 稿\ndraft: true\n---\n//- content/later.md\n---\ntitle: 后\npublish_on: 2026-11-23\n---\n\
         //- content/past.md\n---\ntitle: 前\nexpires: 2026-11-23\n---\n//- content/old/_index.md\n---\ntitle: 旧\nexpires: 2026-11-22\n---\n//- content/old/a.md\n# 甲\n",
    );
    let pages = |arguments: &[&str]| {
        site.build_well(arguments);
        let shown = ["draft.html", "later.html", "past.html", "old/a.html"]
            .into_iter()
            .filter(|page| site.path(&format!("output/{page}")).exists());
        shown.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(pages(&["--date", "2026-11-22"]), "past.html old/a.html");
    assert_eq!(pages(&["--date", "2026-11-23"]), "later.html past.html");
    assert_eq!(pages(&["--date", "2026-11-24"]), "later.html");
    assert_eq!(pages(&["--date", "2026-11-24", "--drafts"]), "draft.html later.html");
    assert_eq!(pages(&["--date", "2026-11-24", "--drafts", "--expired"]), "draft.html later.html past.html old/a.html");
}

#[test]
fn old_addresses_lead_on() {
    let site = Site::new("//- content/news/a.md\n---\ntitle: 甲\naliases: [/info/1098/3901.htm, /old/, Alt]\n---\n正文\n");
    site.build_well(&[]);
    for (page, target) in
        [("info/1098/3901.htm", "../../news/a.html"), ("old/index.html", "../news/a.html"), ("alt/index.html", "../news/a.html")]
    {
        let html = site.html(page);
        let found = crate::support::html::addresses(&html);
        assert!(found.iter().any(|(_, attribute, address)| attribute == "refresh" && address == target), "{page}: {found:?}");
        assert!(found.iter().any(|(element, _, address)| element == "a" && address == target), "{page}: {found:?}");
    }
}

#[test]
fn folders_from_elsewhere_are_taken_in() {
    let site = probe(
        "//- site.yaml\ntitle: 测试\nmounts: [{from: ../MOUNT, to: branches/wuli}]\n//- content/a.md\n# 甲\n\n[动态](branches/wuli/news/b.md)\n",
    );
    let elsewhere = Site::new(
        "//- _index.md\n---\ntitle: 物理学院支部\n---\n//- news/b.md\n---\ntitle: 乙\n---\n![图](x.png) [回](/a.md) [表](表.txt)\n//- news/表.txt\n表\n",
    );
    elsewhere.remove("content");
    elsewhere.remove("site.yaml");
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(20, 10).write_to(&mut bytes, image::ImageFormat::Png).expect("a picture can be written");
    elsewhere.write_bytes("news/x.png", bytes.get_ref());
    let name = elsewhere.dir().file_name().expect("a name").to_str().expect("plain");
    site.edit("site.yaml", "MOUNT", name);
    site.build_well(&[]);
    check_page(&site, "branches/wuli/news/b.html", &["kind=news", "branch=物理学院支部"]);
    for path in ["branches/wuli/news/x.png", "branches/wuli/news/biao.txt"] {
        assert!(site.path(&format!("output/{path}")).exists(), "{path}");
    }
    assert!(site.html("branches/wuli/news/b.html").contains("href=\"../../../a.html\""));
    // A mistake is told with the path an officer knows.
    elsewhere.edit("news/b.md", "[回](/a.md)", "[回](/c.md)");
    let said = site.build(&[]).said().replace(name, "MOUNT");
    assert!(said.starts_with("../MOUNT/news/b.md:4:13: error: the page `/c.md` does not exist\n  4 | ![图]"), "{said}");
}

#[test]
fn a_mount_upon_the_content_clashes() {
    let site =
        Site::new("//- site.yaml\ntitle: 测试\nmounts: [{from: more, to: news}]\n//- content/news/a.md\n# 甲\n//- more/a.md\n# 乙\n");
    let said = site.build(&[]).said();
    assert!(said.contains("error: the address `news/a.html` is already taken by `"), "{said}");
}

#[test]
fn a_course_has_its_lessons_in_order() {
    let site = probe(
        "//- content/lessons/k/_index.md\n---\ntitle: 课\n---\n//- content/lessons/k/第10讲.md\n---\ntitle: 十\nhours: 1\n---\n正文\n\
         //- content/lessons/k/第2讲.md\n---\ntitle: 二\nhours: 0.5\n---\n正文\n//- content/lessons/k/xu.md\n---\ntitle: 序\norder: 0\n---\n正文\n\
         //- content/lessons/j/_index.md\n---\ntitle: 另\nhours: 9\nweight: -1\n---\n//- content/lessons/j/a.md\n---\ntitle: 甲\nhours: 1\nvalid_until: 2026-11-22\n---\n",
    );
    site.build_well(&[]);
    check_page(
        &site,
        "lessons/k/index.html",
        &["items=序, 二, 十", "course.hours=1.5", "course.lessons=3", "course.first=lessons/k/xu.html"],
    );
    check_page(&site, "lessons/k/xu.html", &["prev=", "next=二", "number=1", "total=3", "course=课"]);
    check_page(&site, "lessons/k/di-2-jiang.html", &["prev=序", "next=十", "number=2"]);
    check_page(
        &site,
        "lessons/k/di-10-jiang.html",
        &["prev=二", "next=", "number=3", "breadcrumbs=党课讲堂, 课", "section=lessons/k", "column=lessons"],
    );
    check_page(&site, "lessons/j/index.html", &["course.hours=9"]);
    check_page(&site, "lessons/j/a.html", &["outdated=true"]);
    check_page(&site, "lessons/index.html", &["children=另, 课"]);
}

#[test]
fn sections_are_sorted_as_they_say() {
    let files = "//- content/x/a.md\n---\ntitle: 丙\ndate: 2026-01-01\nweight: 2\n---\n//- content/x/b.md\n---\ntitle: 甲\ndate: 2026-03-01\n---\n//- content/x/c.md\n---\ntitle: 乙\ndate: 2026-02-01\nweight: 1\n---\n";
    for (sort, order) in [("weight", "乙, 丙, 甲"), ("date", "甲, 乙, 丙"), ("title", "丙, 乙, 甲")] {
        let site = probe(&format!("//- content/x/_index.md\n---\ntitle: 栏\nsort: {sort}\n---\n{files}"));
        site.build_well(&[]);
        check_page(&site, "x/index.html", &[&format!("items={order}")]);
    }
}

#[test]
fn long_lists_fall_into_pages() {
    let site = probe("//- content/news/_index.md\n---\ntitle: 动态\npaginate: 2\n---\n");
    for day in 1..=5 {
        site.write(&format!("content/news/n{day}.md"), &format!("---\ntitle: 第{day}条\ndate: 2026-03-0{day}\ntags: [签]\n---\n"));
    }
    site.build_well(&[]);
    check_page(&site, "news/index.html", &["items=第5条, 第4条"]);
    check_page(&site, "news/page-2.html", &["items=第3条, 第2条"]);
    check_page(&site, "news/page-3.html", &["items=第1条"]);
    assert!(!site.path("output/news/page-4.html").exists());
    check_page(&site, "archive/2026/index.html", &["items=第5条, 第4条, 第3条, 第2条, 第1条"]);
}

#[test]
fn branches_have_their_own_news_and_lessons() {
    let site = probe(
        "//- content/branches/jingji/_index.md\n---\ntitle: 经济学院支部\nshort: 经济\n---\n//- content/branches/jingji/news/a.md\n---\ntitle: 甲\nactivity: 主题党日\ncount_present: 18\n---\n\
         //- content/branches/jingji/lessons/b.md\n---\ntitle: 乙\n---\n//- content/branches/wuli/_index.md\n---\ntitle: 物理学院支部\n---\n\
         //- content/news/c.md\n---\ntitle: 丙\nbranch: branches/jingji\n---\n//- content/news/d.md\n---\ntitle: 丁\nbranch: 经济\n---\n//- content/news/e.md\n---\ntitle: 戊\n---\n",
    );
    site.build_well(&[]);
    check_page(&site, "branches/jingji/news/a.html", &["branch=经济学院支部", "activity=主题党日", "present=18"]);
    check_page(&site, "branches/jingji/lessons/b.html", &["branch=经济学院支部"]);
    check_page(&site, "news/c.html", &["branch=经济学院支部"]);
    check_page(&site, "news/d.html", &["branch=经济学院支部"]);
    check_page(&site, "news/e.html", &["branch="]);
    check_page(&site, "branches/jingji/index.html", &["branch.news=3", "branch.lessons=1"]);
    check_page(&site, "branches/wuli/index.html", &["branch.news="]);
    let feed = site.html("branches/wuli/feed.xml");
    assert!(!feed.contains("<entry>"), "{feed}");
}

/// Five documents: an old one, its successor, one that changes the successor, a rule that rests on it, one that ends.
const POLICIES: &str = "\
//- content/policies/old.md
---
title: 旧办法
issuer: [校党委, 校工会]
doc_no: 青党发〔2020〕1号
date_signed: 2020-01-01
---
//- content/policies/new.md
---
title: 新办法
doc_no: 青党发〔2025〕14号
date_signed: 2025-06-01
effective_on: 2025-07-01
supersedes: [\"青党发[2020] 1号\"]
---
//- content/policies/change.md
---
title: 修改决定
date_signed: 2026-03-01
amends: [{policy: new.md, articles: 第九条}]
based_on: [{title: 上级条例, doc_no: 中发〔2018〕1号}]
---
//- content/policies/rule.md
---
title: 细则
date_signed: 2026-11-01
effective_on: 2026-12-01
based_on: [new]
---
//- content/policies/end.md
---
title: 临时规定
date_signed: 2022-01-01
expires_on: 2026-06-30
---
//- content/policies/void.md
---
title: 宣布失效的
status: 宣布失效
---
//- content/lessons/k/a.md
---
title: 讲
references: [青党发〔2025〕14号]
---
";

#[test]
fn policies_know_each_other_both_ways() {
    let site = probe(POLICIES);
    site.build_well(&[]);
    check_page(&site, "policies/old.html", &["superseded_by=新办法", "supersedes=", "red_head=校党委文件"]);
    check_page(&site, "policies/new.html", &["supersedes=旧办法", "amended_by=修改决定", "basis_of=细则", "cited_by=讲"]);
    check_page(&site, "policies/change.html", &["amends=新办法", "based_on=上级条例"]);
    check_page(&site, "policies/rule.html", &["based_on=新办法"]);
    check_page(&site, "lessons/k/a.html", &["references=新办法"]);
}

#[test]
fn the_status_of_a_policy_follows_the_day() {
    let site = probe(POLICIES);
    for (day, old, new, rule, end) in [
        ("2019-12-31", "尚未施行", "尚未施行", "尚未施行", "尚未施行"),
        ("2020-01-01", "现行有效", "尚未施行", "尚未施行", "尚未施行"),
        ("2025-06-30", "现行有效", "尚未施行", "尚未施行", "现行有效"),
        ("2025-07-01", "已废止", "现行有效", "尚未施行", "现行有效"),
        ("2026-03-01", "已废止", "已修改", "尚未施行", "现行有效"),
        ("2026-06-30", "已废止", "已修改", "尚未施行", "现行有效"),
        ("2026-07-01", "已废止", "已修改", "尚未施行", "宣布失效"),
        ("2026-12-01", "已废止", "已修改", "现行有效", "宣布失效"),
    ] {
        site.build_well(&["--date", day]);
        let expired = if end == "宣布失效" { "status_key=expired" } else { "status_key=" };
        for (page, status) in [("old", old), ("new", new), ("rule", rule)] {
            check_page(&site, &format!("policies/{page}.html"), &[&format!("status={status}")]);
        }
        match expired {
            "status_key=" => check_page(&site, "policies/end.html", &[&format!("status={end}")]),
            expired => check_page(&site, "policies/end.html", &[expired]),
        }
        check_page(&site, "policies/void.html", &["status=宣布失效"]);
    }
}

#[test]
fn a_policy_that_is_a_draft_changes_nothing() {
    let site = probe(&POLICIES.replace("title: 新办法\n", "title: 新办法\ndraft: true\n"));
    let run = site.build(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    check_page(&site, "policies/old.html", &["status=现行有效", "superseded_by="]);
    check_page(&site, "policies/change.html", &["amends="]);
}

#[test]
fn tags_and_categories_have_their_pages() {
    let site = probe(
        "//- content/a.md\n---\ntitle: 甲\ntags: [会议, 记录, 会议]\ncategories: [党务]\ndate: 2026-01-01\n---\n//- content/b.md\n---\ntitle: 乙\ntags: [会议]\ndate: 2026-02-01\n---\n\
         //- content/c.md\n---\ntitle: 丙\ntags: [惠毅]\n---\n",
    );
    site.build_well(&[]);
    check_page(&site, "a.html", &["tags=会议, 记录", "categories=党务"]);
    check_page(&site, "tags/index.html", &["terms.0=会议"]);
    check_page(&site, "tags/hui-yi/index.html", &["title=会议", "items=乙, 甲"]);
    check_page(&site, "tags/hui-yi--2/index.html", &["title=惠毅", "items=丙"]);
    check_page(&site, "categories/dang-wu/index.html", &["title=党务", "items=甲"]);
    check_page(&site, "archive/2026/index.html", &["title=2026年", "items=乙, 甲"]);
    let none = Site::new("//- content/a.md\n# 甲\n");
    none.build_well(&[]);
    for page in ["tags/index.html", "categories/index.html", "archive/index.html"] {
        assert!(!none.path(&format!("output/{page}")).exists(), "{page}");
    }
}

#[test]
fn a_term_is_explained_at_its_first_mention() {
    let site = probe(
        "//- content/glossary.yaml\n- term: 三会一课\n  aliases: [“三会一课”制度]\n  text: \"党的 \\\"组织生活\\\" 制度\"\n  link: /b.md\n- term: 主题党日\n  text: 每月一次\n- term: PPT\n  text: 幻灯片\n\
         //- content/a.md\n---\ntitle: 三会一课\n---\n\n## 三会一课\n\n`三会一课` [三会一课](b.md) 要坚持三会一课，三会一课很重要。主题党日之后是主题党日。PPTX 和 PPT。\n\
         //- content/b.md\n---\ntitle: 办法\n---\n\n三会一课自己的页面。\n//- content/c.md\n# 丙\n\n“三会一课”制度。\n",
    );
    site.build_well(&[]);
    let html = site.html("a.html");
    assert_eq!(html.matches("class=\"term\"").count(), 3, "{html}");
    assert!(
        html.contains("要坚持<a class=\"term\" href=\"b.html\" title=\"党的 &quot;组织生活&quot; 制度\">三会一课</a>，三会一课很重要"),
        "{html}"
    );
    assert!(html.contains("<dfn class=\"term\" tabindex=\"0\" title=\"每月一次\">主题党日</dfn>之后是主题党日"), "{html}");
    assert!(html.contains("PPTX 和 <dfn class=\"term\" tabindex=\"0\" title=\"幻灯片\">PPT</dfn>"), "{html}");
    assert!(!site.html("b.html").contains("class=\"term\""), "a page does not explain itself with itself");
    assert!(site.html("c.html").contains(">“三会一课”制度</a>"), "{}", site.html("c.html"));
}

#[test]
fn pages_know_who_cites_them() {
    let site = probe(
        "//- content/_index.md\n---\ntitle: 首页\n---\n[甲](a.md)\n//- content/a.md\n# 甲\n[甲](a.md)\n//- content/b.md\n---\ntitle: 乙\ndate: 2026-01-01\n---\n[甲](a.md) [又](a.md#x)\n\n## x\n\
         //- content/c.md\n---\ntitle: 丙\ndate: 2026-02-01\n---\n[甲](/a.md)\n",
    );
    let run = site.build(&["--keep-going"]);
    assert_eq!(run.code, 1, "#x is not on that page");
    check_page(&site, "a.html", &["cited_by=丙, 乙"]);
    check_page(&site, "b.html", &["cited_by="]);
}

#[test]
fn a_topic_gathers_pages() {
    let site = probe(
        "//- content/topics/t.md\n---\ntitle: 专题\npages: [/b.md, ../a.md, /b.md]\ncollect_tags: [会议]\n---\n//- content/a.md\n---\ntitle: 甲\ntags: [会议]\n---\n//- content/b.md\n# 乙\n\
         //- content/c.md\n---\ntitle: 丙\ntags: [会议]\ndate: 2026-01-01\n---\n//- content/d.md\n---\ntitle: 丁\ntags: [会议]\ndate: 2026-02-01\n---\n",
    );
    site.build_well(&[]);
    check_page(&site, "topics/t.html", &["items=乙, 甲, 丁, 丙", "count=4"]);
}

#[test]
fn links_between_pages_are_relative_and_reach_headings() {
    let site = probe(
        "//- content/x/a.md\n# 甲\n\n[一](../y/乙.md#二、记什么) [二](/y/乙.md) [三](../y/乙) [四](/y) [五](#本页) [六](../y/) [七](https://example.com/) [八](mailto:a@b.cn)\n\n## 本页\n\
         //- content/y/乙.md\n---\ntitle: 乙\n---\n\n## 二、记什么\n",
    );
    site.build_well(&[]);
    let html = site.html("x/a.html");
    let links: Vec<String> = crate::support::html::addresses(&html).into_iter().map(|(.., address)| address).collect();
    let anchor = "%E4%BA%8C-%E8%AE%B0%E4%BB%80%E4%B9%88";
    assert_eq!(links[0].split_once('#').map(|(page, _)| page), Some("../y/yi.html"), "{links:?}");
    assert!(links[0].starts_with("../y/yi.html#%E4%BA%8C"), "{links:?} {anchor}");
    assert_eq!(links[1..4], ["../y/yi.html", "../y/yi.html", "../y/index.html"]);
    assert_eq!(links[4], "#%E6%9C%AC%E9%A1%B5");
    assert_eq!(links[5..], ["../y/index.html", "https://example.com/", "mailto:a@b.cn"]);
}

#[test]
fn files_are_published_when_a_page_points_at_them() {
    let site = probe(
        "//- content/a.md\n---\ntitle: 甲\nattachments: [{file: 报名表.docx, title: 表}]\n---\n[一](图/x.pdf)\n//- content/报名表.docx\nx\n//- content/图/x.pdf\nx\n//- content/secret.xlsx\nx\n//- static/deep/file.txt\nx\n",
    );
    let said = site.build(&["--json", "--lang", "en"]).json();
    assert_eq!(said["errors"], 0, "{said:#}");
    assert_eq!(said["diagnostics"][0]["file"], "content/secret.xlsx", "told: {said:#}");
    check_page(&site, "a.html", &["attachments=表"]);
    let files = site.output();
    for path in ["bao-ming-biao.docx", "tu/x.pdf", "deep/file.txt"] {
        assert!(files.contains_key(path), "{path}: {:?}", files.keys());
    }
    assert!(!files.keys().any(|path| path.contains("secret")), "what no page points at is nobody's business");
    assert!(site.html("a.html").contains("PDF，2 B"), "{}", site.html("a.html"));
}

#[test]
fn pictures_come_small_and_without_what_they_tell() {
    let site = probe("//- content/a.md\n# 甲\n\n![说明](tu.jpg \"图注\")\n");
    let picture = image::RgbImage::from_fn(1600, 1200, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 77]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a picture can be written");
    let mut with_place = bytes.into_inner();
    let secret = b"Exif\0\0MM\0*\0\0\0\x08\0\0 GPS 39.9042 116.4074";
    let length = u16::try_from(secret.len() + 2).expect("short").to_be_bytes();
    with_place.splice(2..2, [&[0xFF, 0xE1], &length[..], secret].concat());
    site.write_bytes("content/tu.jpg", &with_place);
    site.build_well(&[]);
    let html = site.html("a.html");
    let tags = crate::support::html::tags(&html);
    let picture = tags.iter().find(|tag| tag.name == "img").expect("a picture");
    assert_eq!(
        (picture.get("width"), picture.get("height"), picture.get("loading"), picture.get("alt")),
        (Some("960"), Some("720"), Some("lazy"), Some("说明"))
    );
    assert_eq!(picture.get("srcset"), Some("tu-w480.jpg 480w, tu.jpg 960w"));
    assert!(tags.iter().any(|tag| tag.name == "figcaption" && tag.text == "图注"), "{html}");
    for path in ["tu.jpg", "tu-w480.jpg"] {
        let bytes = &site.output()[path];
        assert!(!bytes.windows(3).any(|part| part == b"GPS") && !bytes.windows(4).any(|part| part == b"Exif"), "{path}");
    }
}

#[test]
fn chinese_emphasis_works() {
    let site = probe("//- content/a.md\n# 甲\n\n**重点。**后文 **“引号”**文 这是**（括号）**的 *斜*体\n");
    site.build_well(&[]);
    let html = site.html("a.html");
    for text in ["<strong>重点。</strong>后文", "<strong>“引号”</strong>文", "这是<strong>（括号）</strong>的", "<em>斜</em>体"]
    {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[test]
fn a_second_theme_changes_what_it_says_and_no_more() {
    let text = include_str!("../sites/study.txt");
    let (one, other) = (Site::new(text), Site::new(text));
    other.edit("site.yaml", "title: 青禾学堂", "title: 青禾学堂\ntheme: green");
    one.build_well(&[]);
    other.build_well(&[]);
    let paths = |site: &Site| site.output().into_keys().filter(|path| !path.starts_with("assets/")).collect::<Vec<_>>();
    let mut expected = paths(&one);
    expected.push("masthead.jpg".to_string());
    expected.sort();
    assert_eq!(expected, paths(&other), "the second theme brings one picture of its own");
    assert_ne!(one.html("index.html"), other.html("index.html"));
    let page = |site: &Site| site.html("lessons/kaihui/jilu.html").split("<article").nth(1).map(str::to_string);
    assert_eq!(page(&one), page(&other), "the text of a page is the same in both");
}

#[test]
fn old_addresses_in_the_sites_folder_are_answered_there() {
    let site = Site::new(
        "//- site.yaml\ntitle: 站\nbase_url: https://dj.example.edu.cn/xuetang/\n//- redirects.csv\n/xuetang/old/3.htm,a.md\n\
         https://dj.example.edu.cn/xuetang/info/2.htm,a.md\n//- content/a.md\n# 甲\n\n文\n",
    );
    site.build_well(&[]);
    let files = site.output();
    assert!(files.contains_key("old/3.htm") && files.contains_key("info/2.htm"), "{:?}", files.keys());
}

#[test]
fn rows_show_the_cover_or_the_first_picture_of_the_album_or_the_text() {
    let site = Site::new(
        "//- site.yaml\ntitle: 测试\ntheme: default\nminify: false\ncolumns: [news, policies]\n\
         //- content/news/a.md\n---\ntitle: 封面\ndate: 2026-01-04\ncover: f.png\nalbum: [x.png]\n---\n![图](w.png)\n\
         //- content/news/b.md\n---\ntitle: 相册\ndate: 2026-01-03\nalbum: [x.png]\n---\n![图](w.png)\n\
         //- content/news/c.md\n---\ntitle: 正文\ndate: 2026-01-02\n---\n![小](k.png)\n\n![图](w.png)\n\
         //- content/news/d.md\n---\ntitle: 没有\ndate: 2026-01-01\n---\n![小](k.png)\n\
         //- content/policies/p.md\n---\ntitle: 文件\ndate_signed: 2026-01-01\n---\n![表](w.png)\n",
    );
    let draw = |path: &str, side: u32| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::GrayImage::from_fn(side, side, |x, _| image::Luma([(x % 251) as u8 ^ side as u8]))
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a picture can be written");
        site.write_bytes(path, bytes.get_ref());
    };
    for (name, side) in [("f", 700), ("x", 600), ("w", 500), ("k", 60)] {
        draw(&format!("content/news/{name}.png"), side);
    }
    draw("content/policies/w.png", 500);
    let thumbs = |page: &str| -> Vec<(String, String)> {
        let html = site.read(&format!("output/{page}"));
        let rows = html.split("<li class=\"row ").skip(1).map(|row| row.split("</li>").next().unwrap_or_default().to_string());
        rows.map(|row| {
            let title = row.split("</a>").next().unwrap_or_default().rsplit('>').next().unwrap_or_default().to_string();
            let src = row.split("class=\"thumb\" src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            (title, src.rsplit('/').next().unwrap_or_default().to_string())
        })
        .collect()
    };
    let pair = |title: &str, src: &str| (title.to_string(), src.to_string());
    site.build_well(&[]);
    assert_eq!(
        thumbs("news/index.html"),
        [pair("封面", "f-w480.png"), pair("相册", "x-w480.png"), pair("正文", "w-w480.png"), pair("没有", "")],
        "what is chosen goes first, a mark is no picture"
    );
    assert_eq!(thumbs("policies/index.html"), [pair("文件", "")], "a document's own tables and seals do not stand for it");
    // The picture is part of what a list knows of a page: an edit of the text alone reaches the list.
    site.edit("content/news/d.md", "![小](k.png)", "![大](w.png)");
    site.build_well(&[]);
    assert_eq!(thumbs("news/index.html")[3], pair("没有", "w-w480.png"));
}
