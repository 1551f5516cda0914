//! The documents and the program say the same: `docs/themes.md` about templates, `docs/内容格式.md` about front matter.

use std::collections::BTreeSet;

use studyhall::ground::Code;
use studyhall::parse::Kind;
use studyhall::parse::meta::Status;
use studyhall::render::templates::functions::{FILTERS, FUNCTIONS};

use crate::support::{Site, project_file};

type Words = BTreeSet<String>;

/// What stands between back-quotes and looks like a field.
fn quoted(text: &str) -> Words {
    let words = text.split('`').skip(1).step_by(2);
    words.filter(|word| is_word(word)).map(str::to_string).collect()
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The part of a document below a heading, up to the next of the same or a higher level.
fn part<'a>(text: &'a str, heading: &str) -> &'a str {
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("there is no `{heading}`"));
    let text = &text[start + heading.len() + 2..];
    let level = heading.chars().take_while(|c| *c == '#').count();
    let next = text.match_indices("\n#").find(|(at, _)| {
        let marks = text[at + 1..].chars().take_while(|c| *c == '#').count();
        marks <= level
    });
    next.map_or(text, |(at, _)| &text[..at])
}

/// The rows of the tables in a text: their cells.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>()).filter(|cells| cells[0].contains('`')).collect()
}

/// A site in which every field of every view is there, printed key by key by a theme of its own.
fn keys() -> Words {
    let mut template =
        String::from("{%- for k, v in site %}site.{{ k }}\n{% endfor -%}\n{%- for k, v in page %}page.{{ k }}\n{% endfor -%}\n");
    let mut list = |path: &str, of: &str| {
        template.push_str(&format!(
            "{{% if {of} %}}{{% for x in {of} %}}{{% for k, v in x %}}{path}.{{{{ k }}}}\n{{% endfor %}}{{% endfor %}}{{% endif %}}"
        ));
    };
    for (path, of) in [
        ("site.columns", "site.columns"),
        ("site.footer.links", "site.footer.links"),
        ("page.tags", "page.tags"),
        ("page.categories", "page.categories"),
        ("page.toc", "page.toc"),
        ("page.attachments", "page.attachments"),
        ("page.breadcrumbs", "page.breadcrumbs"),
        ("page.terms", "page.terms"),
        ("list", "page.items"),
        ("lesson.references", "page.lesson.references"),
        ("policy.supersedes", "page.policy.supersedes"),
        ("news.album", "page.news.album"),
        ("notice.forms", "page.notice.forms"),
        ("taxonomy", "taxonomy(name=\"tags\")"),
        ("years", "years()"),
    ] {
        list(path, of);
    }
    let mut map = |path: &str, of: &str| {
        template.push_str(&format!("{{% if {of} %}}{{% for k, v in {of} %}}{path}.{{{{ k }}}}\n{{% endfor %}}{{% endif %}}"));
    };
    for (path, of) in [
        ("site.org", "site.org"),
        ("site.footer", "site.footer"),
        ("page.cover", "page.cover"),
        ("page.thumb", "page.thumb"),
        ("page.branch", "page.branch"),
        ("page.review", "page.review"),
        ("page.paginator", "page.paginator"),
        ("lesson", "page.lesson"),
        ("lesson.course", "page.lesson.course"),
        ("course", "page.course"),
        ("policy", "page.policy"),
        ("news", "page.news"),
        ("notice", "page.notice"),
        ("topic", "page.topic"),
        ("profile", "page.profile"),
        ("survey", "page.survey"),
        ("term", "term(name=\"三会一课\")"),
        ("org", "org()"),
    ] {
        map(path, of);
    }
    template.push_str("{% if page.paginator %}{% for x in page.paginator.pages %}{% for k, v in x %}page.paginator.pages.{{ k }}\n{% endfor %}{% endfor %}{% endif %}");
    for name in ["root", "date", "generator", "site", "page"] {
        template.push_str(&format!("{{% if {name} is defined %}}always.{name}\n{{% endif %}}"));
    }
    let site = Site::new(
        "//- site.yaml\ntitle: 测试\ntheme: own\nminify: false\npaginate: 1\ncolumns: [news]\nfooter: {links: [{title: 甲, url: index.html}]}\norg: {name: 甲}\n\
         //- content/glossary.yaml\n- {term: 三会一课, text: 解释}\n\
         //- content/lessons/k/_index.md\n---\ntitle: 课\n---\n\
         //- content/lessons/k/a.md\n---\ntitle: 讲\ntags: [甲]\ncategories: [乙]\ncover: x.png\nreview: {first: 张三}\nattachments: [b.txt]\nreferences: [/policies/b.md]\n---\n## 一\n\n### 二\n\n## 三\n\
         //- content/lessons/k/b.txt\nb\n\
         //- content/policies/a.md\n---\ntitle: 旧\ndate_signed: 2020-01-01\n---\n正文\n\
         //- content/policies/b.md\n---\ntitle: 新\nsupersedes: [a.md]\ndate_signed: 2021-01-01\n---\n正文\n\
         //- content/news/a.md\n---\ntitle: 甲\ndate: 2026-01-01\nalbum: [x.png]\nbranch: branches/w\n---\n正文\n\
         //- content/news/b.md\n---\ntitle: 乙\ndate: 2026-01-02\n---\n正文\n\
         //- content/notices/a.md\n---\ntitle: 甲\nforms: [b.txt]\n---\n正文\n\
         //- content/notices/b.txt\nb\n\
         //- content/topics/a.md\n---\ntitle: 题\n---\n正文\n\
         //- content/branches/w/_index.md\n---\ntitle: 支\n---\n正文\n\
         //- content/surveys/a.md\n---\ntitle: 问\n---\n正文\n\
         //- themes/own/theme.yaml\nname: own\n",
    );
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(320, 200).write_to(&mut bytes, image::ImageFormat::Png).expect("a picture can be written");
    site.write_bytes("content/lessons/k/x.png", bytes.get_ref());
    site.write_bytes("content/news/x.png", bytes.get_ref());
    for name in templates_of("themes/default") {
        if !matches!(name.as_str(), "base.html" | "components.html") {
            site.write(&format!("themes/own/templates/{name}"), &template);
        }
    }
    site.build_well(&[]);
    let html = site.output().into_iter().filter(|(path, _)| path.ends_with(".html"));
    html.flat_map(|(_, bytes)| String::from_utf8(bytes).expect("UTF-8").lines().map(str::to_string).collect::<Vec<_>>())
        .filter(|line| line.contains('.'))
        .collect()
}

fn templates_of(theme: &str) -> Words {
    let folder = format!("{}/{theme}/templates", crate::support::PROJECT);
    let entries = std::fs::read_dir(folder).expect("the templates").map(|entry| entry.expect("an entry"));
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.ends_with(".html")).collect()
}

/// The keys behind a prefix, without those of what is nested.
fn below(keys: &Words, prefix: &str) -> Words {
    let rest = keys.iter().filter_map(|key| key.strip_prefix(&format!("{prefix}.")));
    rest.filter(|rest| !rest.contains('.')).map(str::to_string).collect()
}

fn words(list: &[&str]) -> Words {
    list.iter().map(|word| (*word).to_string()).collect()
}

#[track_caller]
fn check_fields(what: &str, documented: &Words, real: &Words) {
    let undocumented: Vec<_> = real.difference(documented).collect();
    let vanished: Vec<_> = documented.difference(real).collect();
    assert!(
        undocumented.is_empty() && vanished.is_empty(),
        "{what}: not in docs/themes.md: {undocumented:?}; not in the program: {vanished:?}"
    );
    assert!(!real.is_empty(), "{what} has no fields at all");
}

#[test]
fn every_field_of_a_template_is_documented_and_every_documented_field_is_there() {
    let doc = project_file("docs/themes.md");
    let keys = keys();
    let named = |text: &str, prefix: &str| -> Words {
        let rows = rows(text).into_iter().map(|row| row[0].trim_matches('`').to_string());
        rows.filter_map(|name| name.strip_prefix(prefix).map(str::to_string)).collect()
    };
    check_fields("every template", &named(part(&doc, "### 每个模板都有"), ""), &below(&keys, "always"));
    check_fields("site", &named(part(&doc, "### Site"), "site."), &below(&keys, "site"));
    // A list shows what all pages have; the current page has these and more.
    let page = part(&doc, "### Page");
    let (in_lists, alone) = page.split_once("当前页（变量 `page`）还有").expect("two tables");
    let list = below(&keys, "list");
    check_fields("pages of lists", &named(in_lists, "page."), &list);
    let own: Words = below(&keys, "page").difference(&list).cloned().collect();
    check_fields("the current page", &named(alone, "page."), &own);
}

#[test]
fn the_inner_fields_are_documented_too() {
    let doc = project_file("docs/themes.md");
    let keys = keys();
    let all = rows(&doc);
    for name in [
        "site.org",
        "site.columns",
        "site.footer",
        "page.tags",
        "page.categories",
        "page.cover",
        "page.thumb",
        "page.branch",
        "page.toc",
        "page.review",
        "page.attachments",
        "page.breadcrumbs",
        "page.paginator",
        "page.terms",
    ] {
        let row = all.iter().find(|row| row[0] == format!("`{name}`")).unwrap_or_else(|| panic!("{name} has no row"));
        let mut real = below(&keys, name);
        real.extend(below(&keys, "site.footer.links").into_iter().filter(|_| name == "site.footer"));
        real.extend(below(&keys, "page.paginator.pages").into_iter().filter(|_| name == "page.paginator"));
        check_fields(name, &quoted(row[2]), &real);
    }
    let states: Words = Status::ALL.iter().map(|status| status.key().to_string()).collect();
    for (name, inner) in [
        ("lesson", ["lesson.course", "lesson.references"].as_slice()),
        ("course", &[]),
        ("policy", &["policy.supersedes"]),
        ("news", &["news.album"]),
        ("notice", &["notice.forms"]),
        ("topic", &[]),
        ("profile", &[]),
        ("survey", &[]),
    ] {
        let text = part(&doc, &format!("#### {name}"));
        let mut documented = quoted(text);
        documented.retain(|word| !states.contains(word));
        if text.contains("同 `attachments`") {
            documented.remove("attachments");
            documented.extend(below(&keys, "page.attachments"));
        }
        let real = [name].iter().chain(inner).flat_map(|prefix| below(&keys, prefix)).collect();
        check_fields(name, &documented, &real);
    }
}

#[test]
fn functions_and_filters_are_documented() {
    let doc = project_file("docs/themes.md");
    let first = |heading: &str| -> Words {
        let rows =
            rows(part(&doc, heading)).into_iter().map(|row| row[0].trim_matches('`').split('(').next().unwrap_or_default().to_string());
        rows.collect()
    };
    assert_eq!(first("## 函数"), words(FUNCTIONS));
    assert_eq!(first("## 过滤器"), words(FILTERS));
}

#[test]
fn every_documented_argument_is_understood() {
    let value = |name: &str| match name {
        "kind" => "news,notice",
        "branch" | "section" | "under" | "parent" | "path" => "branches/w",
        "year" => "2026",
        "status" => "in-force",
        "sort" => "title",
        "limit" | "offset" => "1",
        "name" => "tags",
        _ => "甲",
    };
    let doc = project_file("docs/themes.md");
    let mut template = String::new();
    for row in rows(part(&doc, "## 函数")) {
        let call = row[0].trim_matches('`');
        let (name, arguments) = call.trim_end_matches(')').split_once('(').expect("a call");
        if ["asset", "asset_text", "picture_data"].contains(&name) || arguments == "…" {
            continue;
        }
        let arguments: Vec<String> =
            arguments.split(", ").filter(|name| !name.is_empty()).map(|name| format!("{name}=\"{}\"", value(name))).collect();
        template.push_str(&format!("{{% set x = {name}({}) %}}\n", arguments.join(", ")));
    }
    assert!(template.lines().count() >= FUNCTIONS.len() - 4, "{template}");
    let site = Site::new(
        "//- site.yaml\ntitle: 测试\ntheme: own\n//- content/branches/w/_index.md\n---\ntitle: 支\ntags: [甲]\n---\n//- content/a.md\n# 甲\n//- themes/own/theme.yaml\nname: own\nextends: default\n",
    );
    site.write("themes/own/templates/page.html", &template);
    site.build_well(&[]);
}

#[test]
fn every_documented_template_is_in_the_default_theme() {
    let doc = project_file("docs/themes.md");
    let documented: Words = rows(part(&doc, "## 模板")).into_iter().map(|row| row[0].trim_matches('`').to_string()).collect();
    let mut real = templates_of("themes/default");
    real.remove("components.html");
    assert_eq!(documented, real);
}

#[test]
fn every_documented_template_is_enough_for_a_theme() {
    // A theme that extends nothing and has just the documented templates builds every kind of page.
    let doc = project_file("docs/themes.md");
    let site = Site::new(include_str!("../sites/study.txt"));
    site.write("themes/own/theme.yaml", "name: own\n");
    for row in rows(part(&doc, "## 模板")) {
        site.write(
            &format!("themes/own/templates/{}", row[0].trim_matches('`')),
            "<!doctype html><title>{{ page.title }}</title>{{ page.body | safe }}\n",
        );
    }
    site.edit("site.yaml", "title: 青禾学堂", "title: 青禾学堂\ntheme: own");
    site.build_well(&[]);
}

/// The fields that the program asks for in front matter: the words in the calls of `front.rs`.
fn asked() -> Words {
    let text = project_file("src/parse/front.rs");
    let mut words = Words::new();
    for line in text.lines().filter(|line| line.contains("fields") || line.contains("inner")) {
        let code = line.split(".arg(").next().unwrap_or_default();
        for (at, word) in code.split('"').enumerate() {
            if at % 2 == 1 && is_word(word) {
                words.insert(word.to_string());
            }
        }
    }
    words
}

/// Words that `front.rs` takes for the sake of sites that come from elsewhere.
const HABITS: &[&str] = &["summary"];

#[test]
fn every_field_of_front_matter_is_documented() {
    let doc = project_file("docs/内容格式.md");
    let doc = part(&doc, "## 二、页首信息");
    let asked = asked();
    assert!(asked.len() > 60, "{asked:?}");
    // `{first, second, final}` and `{policy: …, articles: …}` stand in quotes as a whole.
    let named: Words = doc
        .split('`')
        .skip(1)
        .step_by(2)
        .flat_map(|text| text.split(|c: char| !(c.is_ascii_lowercase() || c == '_')))
        .filter(|word| is_word(word))
        .map(str::to_string)
        .collect();
    let missing: Vec<_> = asked.iter().filter(|word| !named.contains(*word) && !HABITS.contains(&word.as_str())).collect();
    assert!(missing.is_empty(), "not in docs/内容格式.md: {missing:?}");
}

#[test]
fn every_documented_field_is_understood() {
    let doc = project_file("docs/内容格式.md");
    let asked = asked();
    let common = part(&doc, "### 每种页面都能写的");
    let mut documented: Words = rows(common).into_iter().map(|row| row[0].trim_matches('`').to_string()).collect();
    for line in doc.lines().filter(|line| line.starts_with("### ") && line.contains('`')) {
        let kind = line.split('`').nth(1).unwrap_or_default();
        assert!(Kind::WORDS.contains(&kind), "{line}");
        documented.extend(quoted(part(&doc, line)));
    }
    for value in ["date", "title"] {
        documented.insert(value.to_string());
    }
    let vanished: Vec<_> = documented.difference(&asked).collect();
    assert!(vanished.is_empty(), "in docs/内容格式.md and not in the program: {vanished:?}");
}

#[test]
fn every_kind_is_documented() {
    let doc = project_file("docs/内容格式.md");
    for kind in Kind::WORDS.iter().filter(|kind| **kind != "page") {
        assert!(doc.lines().any(|line| line.starts_with("### ") && line.contains(&format!("`{kind}`"))), "{kind}");
    }
}

#[test]
fn the_examples_of_the_document_build() {
    let doc = project_file("docs/内容格式.md");
    let block = |start: &str| {
        let at = doc.find(start).unwrap_or_else(|| panic!("no {start}")) + start.len();
        doc[at..].split("\n```").next().unwrap_or_default().to_string()
    };
    let site = Site::new("//- content/policies/banfa.md\n---\ntitle: 办法\n---\n\n正文\n");
    site.write("content/lessons/k/a.md", &format!("---\ntitle: 甲\n---\n\n## 二、记什么\n\n{}\n", block("```markdown\n")));
    site.write("content/glossary.yaml", &block("```yaml\n"));
    site.build_well(&[]);
    let html = site.html("lessons/k/a.html");
    for text in ["如实记下不同意见", "会议记录可以会后凭印象补写", "清点到会人数"] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn codes_are_told_by_their_own_words() {
    // Two codes with one text would leave the officer in doubt which it was.
    for file in ["src/ground/messages/en.ftl", "src/ground/messages/zh.ftl"] {
        let text = project_file(file);
        let mut seen = BTreeSet::new();
        for code in Code::ALL {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{} = ", code.id())));
            let line = line.unwrap_or_else(|| panic!("{file}: {}", code.id()));
            assert!(line.ends_with("->") || seen.insert(line.to_string()), "{file}: {line}");
            assert!(!line.ends_with('.') && !line.ends_with('。'), "{file}: no final stop: {line}");
        }
    }
}

/// The first theme of `docs/themes.md` is what its steps say: each file stands in a line of its own before its text.
#[test]
fn the_first_theme_of_the_guide_is_built() {
    let guide = project_file("docs/themes.md");
    let steps = part(&guide, "## 十分钟做一个主题");
    let site =
        Site::new("//- site.yaml\ntitle: 试\ntheme: mine\n//- content/wide.md\n---\ntitle: 宽页\ntemplate: wide.html\n---\n\n正文。\n");
    let mut files = 0;
    for (at, _) in steps.match_indices("\n`themes/") {
        let (path, rest) = steps[at + 2..].split_once("`：\n\n```").expect("a path, then its text");
        let text = rest.split_once('\n').and_then(|(_, text)| text.split_once("\n```")).expect("a text has an end").0;
        site.write(path, &format!("{text}\n"));
        files += 1;
    }
    assert_eq!(files, 5);
    site.write("content/news/a.md", "---\ntitle: 一次学习\ndate: 2026-11-01\nkind: news\n---\n\n正文。\n");
    site.build_well(&[]);
    assert!(site.html("wide.html").contains("宽页</h1>"));
    let home = site.html("index.html");
    assert!(home.contains("每周五下午学习") && home.contains("一次学习") && home.contains("assets/colours."), "{home}");
}
