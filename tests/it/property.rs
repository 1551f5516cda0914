//! After any edits the site is, byte for byte, what a build from nothing makes of it, and the messages are the same.

use crate::support::site::assert_same;
use crate::support::{Dice, Site};

const STUDY: &str = include_str!("../sites/study.txt");

const WORDS: &[&str] = &["会议", "记录", "三会一课", "主题党日", "通知", "青禾", "支部", "办法", "甲", "乙"];
const FOLDERS: &[&str] = &[
    "",
    "news",
    "notices",
    "lessons/kaihui",
    "lessons/xin",
    "policies",
    "branches/jingji/news",
    "branches/wuli/lessons",
    "topics",
    "surveys",
    "a/b/c",
];
const DAYS: &[&str] = &["2026-11-23", "2026-11-24", "2026-12-05", "2024-01-01"];

/// The pages of the site, by path.
fn pages(site: &Site) -> Vec<String> {
    let files = crate::support::site::tree(&site.path("content"));
    files.into_keys().filter(|path| path.ends_with(".md")).collect()
}

fn front(dice: &mut Dice, all: &[String]) -> String {
    let mut lines = vec![format!("title: {}{}", dice.pick(WORDS), dice.below(30))];
    for _ in 0..dice.below(4) {
        let line = match dice.below(13) {
            0 => format!("date: 2026-{:02}-{:02}", dice.below(12) + 1, dice.below(28) + 1),
            1 => format!("tags: [{}, {}]", dice.pick(WORDS), dice.pick(WORDS)),
            2 => format!("categories: [{}]", dice.pick(WORDS)),
            3 => format!("weight: {}", dice.below(5)),
            4 => format!("slug: s{}", dice.below(4)),
            5 => "draft: true".to_string(),
            6 => format!("publish_on: 2026-11-{:02}", dice.below(28) + 1),
            7 => format!("expires: 2026-12-{:02}", dice.below(28) + 1),
            8 => format!("description: {}", dice.pick(WORDS)),
            9 => format!("aliases: [/old/{}.html]", dice.below(3)),
            10 => format!("extra: {{ {}: {} }}", "key", dice.below(3)),
            11 => format!("updated: 2026-11-{:02}", dice.below(28) + 1),
            _ => format!("toc: {}", dice.below(2) == 0),
        };
        let key = line.split(':').next().unwrap_or_default().to_string();
        if !lines.iter().any(|known| known.starts_with(&key)) {
            lines.push(line);
        }
    }
    if dice.below(6) == 0 && !all.is_empty() {
        lines.push(format!("supersedes: [/{}]", dice.pick(all)));
    }
    format!("---\n{}\n---\n", lines.join("\n"))
}

fn body(dice: &mut Dice, all: &[String]) -> String {
    let mut text = String::new();
    for _ in 0..dice.below(5) {
        let part = match dice.below(7) {
            0 => format!("## {}{}", dice.pick(WORDS), dice.below(9)),
            1 if !all.is_empty() => format!("见[这里](/{})。", dice.pick(all)),
            2 => "```rust\nfn main() {}\n```".to_string(),
            3 => format!("::: 提示\n{}\n:::", dice.pick(WORDS)),
            4 => format!("![图](/tu{}.png)", dice.below(2)),
            5 => format!("[表](/biao.txt) {}", dice.pick(WORDS)),
            _ => format!("{}，{}。", dice.pick(WORDS), dice.pick(WORDS).repeat(dice.below(60) + 1)),
        };
        text.push_str(&format!("\n{part}\n"));
    }
    text
}

/// One edit, as an officer might make it.
pub fn edit(site: &Site, dice: &mut Dice) -> String {
    let all = pages(site);
    let page = dice.pick(&all).clone();
    let path = format!("content/{page}");
    match dice.below(14) {
        0..=2 => {
            let text = site.read(&path);
            let front = text.find("\n---\n").map_or("", |end| &text[..end + 5]);
            site.write(&path, &format!("{front}{}", body(dice, &all)));
            format!("body of {page}")
        }
        3 | 4 if !page.ends_with("_index.md") => {
            let text = site.read(&path);
            let rest = text.find("\n---\n").map_or(text.as_str(), |end| &text[end + 5..]).to_string();
            site.write(&path, &format!("{}{rest}", front(dice, &all)));
            format!("front matter of {page}")
        }
        5 | 6 => {
            let folder = dice.pick(FOLDERS);
            let new = format!("content/{folder}/n{}.md", dice.below(12)).replace("//", "/");
            site.write(&new, &format!("{}{}", front(dice, &all), body(dice, &all)));
            format!("new {new}")
        }
        7 if all.len() > 8 => {
            site.remove(&path);
            format!("remove {page}")
        }
        8 => {
            let to = format!("content/{}/m{}.md", dice.pick(FOLDERS), dice.below(6)).replace("//", "/");
            if !site.path(&to).exists() {
                site.rename(&path, &to);
            }
            format!("move {page} to {to}")
        }
        9 => {
            let folder = dice.pick(FOLDERS);
            let new = format!("content/{folder}/_index.md").replace("//", "/");
            let defaults = *dice.pick(&[
                "",
                "defaults: {author: 张三}\n",
                "defaults: {tags: [默认]}\n",
                "sort: title\n",
                "paginate: 1\n",
                "draft: true\n",
            ]);
            site.write(&new, &format!("---\ntitle: {}\n{defaults}---\n", dice.pick(WORDS)));
            format!("section {new} {defaults}")
        }
        10 => {
            let text = *dice.pick(&[
                "<b>{{ page.title }}</b>",
                "{{ date }}",
                "{{ pages(kind=\"news\", limit=2) | length }}",
                "{% for p in pages(tag=\"会议\") %}{{ p.url }} {% endfor %}",
                "{% set o = org() %}{{ count(kind=\"lesson\") }}{{ o.name }}",
            ]);
            site.write(
                "themes/own/templates/page.html",
                &format!("{{% extends \"base.html\" %}}{{% block text %}}{text}{{{{ page.body | safe }}}}{{% endblock %}}\n"),
            );
            format!("template {text}")
        }
        11 => {
            let line = *dice.pick(&[
                "paginate: 2",
                "reading: {lesson: 80}",
                "glossary: false",
                "subtitle: 新",
                "minify: false",
                "org: {name: 青禾}",
                "base_url: https://x.cn/",
                "feed_items: 1",
            ]);
            site.write("site.yaml", &format!("title: 青禾学堂\ntheme: own\n{line}\n"));
            format!("site.yaml {line}")
        }
        12 => {
            let term = dice.pick(WORDS);
            let link = dice.pick(&all);
            site.write("content/glossary.yaml", &format!("- term: {term}\n  text: 解释{}\n  link: /{link}\n", dice.below(3)));
            format!("glossary {term} {link}")
        }
        _ => {
            let shade = dice.below(3);
            let picture = image::GrayImage::from_pixel(20, 10, image::Luma([shade as u8 * 90]));
            let mut bytes = std::io::Cursor::new(Vec::new());
            picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture can be written");
            site.write_bytes(&format!("content/tu{}.png", dice.below(2)), bytes.get_ref());
            site.write("content/biao.txt", &"表".repeat(shade * 2000 + 1));
            format!("files {shade}")
        }
    }
}

/// The site that is edited.
pub fn edited_site() -> Site {
    let site = Site::new(STUDY);
    site.write("themes/own/theme.yaml", "name: own\nextends: default\n");
    site.edit("site.yaml", "subtitle", "theme: own\nsubtitle");
    site.seem_old(true);
    site.age_all();
    site
}

/// A seed gives a sequence of edits; after each the memory of all builds before it must do no harm.
fn check_sequence(seed: u64) {
    let mut dice = Dice::new(seed);
    let site = edited_site();
    let mut done = Vec::new();
    for step in 0..3 {
        for _ in 0..=dice.below(3) {
            site.seem_old(dice.below(2) == 0);
            done.push(edit(&site, &mut dice));
        }
        let day = *dice.pick(DAYS);
        let run = site.build(&["--keep-going", "--json", "--date", day]);
        let story = || format!("seed {seed}, step {step}, {day}:\n  {}", done.join("\n  "));
        assert!(run.code == 0 || run.code == 1, "{}\n{}{}", story(), run.stdout, run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}\n{}", story(), run.stderr);
        // The list of files is checked with the rest: it says what the program may remove.
        let apart = tempfile::tempdir().expect("a temporary folder");
        let output = apart.path().join("o");
        let clean = site.build(&["--keep-going", "--json", "--no-cache", "--date", day, "--output", output.to_str().expect("plain")]);
        assert_eq!(run.json()["diagnostics"], clean.json()["diagnostics"], "{}", story());
        assert_eq!(clean.json()["done"], true, "{}", story());
        assert_same(&crate::support::site::tree(&output), &site.output(), &story());
    }
}

#[test]
fn any_edits_come_to_what_a_clean_build_makes_1() {
    (0..8).for_each(check_sequence);
}

#[test]
fn any_edits_come_to_what_a_clean_build_makes_2() {
    (10..18).for_each(check_sequence);
}

#[test]
fn any_edits_come_to_what_a_clean_build_makes_3() {
    (20..28).for_each(check_sequence);
}
