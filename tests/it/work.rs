//! How much a build does, counted: what is read, parsed, coloured, rendered and written, and that all of it grows with the
//! number of pages and no faster, whatever the shape of the site. No clock.

use serde_json::Value;

use crate::support::Site;

/// What a build did: its report, with warnings allowed.
#[track_caller]
fn build(site: &Site, more: &[&str]) -> Value {
    let run = site.build(&[&["--json"], more].concat());
    assert_eq!(run.code, 0, "{}", run.stdout);
    run.json()
}

/// How often each step was done: read, front matter, Markdown, colouring, asking, templates, minifying, staging.
fn work(report: &Value) -> [u64; 8] {
    let steps = ["read", "front-matter", "markdown", "colour", "ask", "template", "minify", "put"];
    steps.map(|step| report["work"][step].as_u64().unwrap_or_else(|| panic!("{step} is counted")))
}

fn number(report: &Value, name: &str) -> u64 {
    report["summary"][name].as_u64().unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn each_thing_is_done_once_and_only_when_it_must() {
    let site = Site::new("");
    for n in 0..40 {
        let code = format!("```rust\nfn f{}() {{}}\n```\n", n % 10);
        site.write(&format!("content/notes/n{n}.md"), &format!("# 第{n}篇\n\n段落。\n\n{code}"));
    }
    site.age_all();
    let first = build(&site, &["--jobs", "1"]);
    let pages = number(&first, "rendered");
    let html = site.output().keys().filter(|path| path.ends_with(".html")).count();
    assert_eq!(pages, html as u64, "each page once");
    assert_eq!(work(&first), [40, 40, 40, 10, pages, pages, pages, pages]);
    let bytes: usize = site.output().iter().filter(|(path, _)| *path != "studyhall-files.txt").map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(number(&first, "bytes"), bytes as u64);
    assert_eq!(number(&first, "written"), site.output().len() as u64 - 1);

    assert_eq!(work(&build(&site, &[])), [0; 8], "nothing changed");

    site.edit("content/notes/n7.md", "段落。", "段落。又一句，摘要之后。");
    let edited = build(&site, &[]);
    assert_eq!(work(&edited)[..4], [1, 1, 1, 0], "one page is read, its block is known");
    assert_eq!(work(&edited)[4], pages);
    assert!(work(&edited)[5] <= 5, "the page, and what shows its abstract: {edited:#}");

    site.remove("output");
    let again = build(&site, &[]);
    assert_eq!(work(&again), [0, 0, 0, 0, pages, pages, pages, pages], "nothing is parsed again");

    site.write("content/notes/n7.md", &site.read("content/notes/n6.md"));
    site.edit("content/notes/n7.md", "fn f6", "fn new");
    assert_eq!(work(&build(&site, &[]))[..4], [1, 1, 1, 1]);
}

/// Bytes of the output's pages, of the largest of them, and of the memory, with `count` pages of a shape.
fn sizes(shape: &dyn Fn(&Site, usize), count: usize) -> [u64; 3] {
    let site = Site::new("");
    shape(&site, count);
    site.age_all();
    let report = build(&site, &[]);
    let jobs = number(&report, "rendered");
    assert_eq!(work(&report)[4..], [jobs; 4], "each page is asked for, rendered, minified and staged once");
    let memory = std::fs::metadata(site.path(".studyhall/memory.value")).expect("it is remembered").len();
    let pages = site.output();
    let largest = pages.iter().filter(|(path, _)| path.ends_with(".html")).map(|(_, bytes)| bytes.len()).max().unwrap_or_default();
    let same = build(&site, &[]);
    assert_eq!(work(&same), [0; 8]);
    [number(&report, "bytes"), largest as u64, memory]
}

/// Twice the pages make at most a little more than twice the bytes, out and remembered: no page names all others.
#[track_caller]
fn check_growth(what: &str, shape: &dyn Fn(&Site, usize)) {
    let (one, two) = (sizes(shape, 150), sizes(shape, 300));
    for (at, name) in [(0, "output"), (2, "memory")] {
        assert!(two[at] * 10 < one[at] * 22, "{what}: {name} grew from {} to {}", one[at], two[at]);
    }
    assert!(two[1] < 250_000, "{what}: the largest page has {} bytes", two[1]);
}

#[test]
fn one_folder_of_many_pages() {
    check_growth("one folder", &|site, count| {
        for n in 0..count {
            site.write(&format!("content/notes/n{n}.md"), &format!("# 第{n}篇\n\n段落。\n"));
        }
    });
}

#[test]
fn one_tag_on_all_pages() {
    check_growth("one tag", &|site, count| {
        for n in 0..count {
            site.write(
                &format!("content/news/n{n}.md"),
                &format!("---\ntitle: 第{n}篇\ndate: 2026-01-02\ntags: [同一个, 另一个]\n---\n段落。\n"),
            );
        }
    });
}

#[test]
fn many_sections() {
    check_growth("many sections", &|site, count| {
        for n in 0..count {
            site.write(&format!("content/notes/s{}/t{n}/n.md", n % 12), &format!("# 第{n}篇\n\n段落。\n"));
        }
    });
}

#[test]
fn all_pages_cite_one_and_one_cites_all() {
    check_growth("links", &|site, count| {
        let mut index = "# 总目\n\n".to_string();
        for n in 0..count {
            site.write(&format!("content/notes/n{n}.md"), &format!("# 第{n}篇\n\n见[总目](../all.md)。\n"));
            index.push_str(&format!("* [第{n}篇](notes/n{n}.md)\n"));
        }
        site.write("content/all.md", &index);
    });
}

#[test]
fn one_page_of_two_megabytes() {
    let site = Site::new("");
    let text: String = (0..4_000).map(|n| format!("## 第{n}节\n\n{}\n\n", "一段不长不短的话，说明一件事情。".repeat(10))).collect();
    assert!(text.len() > 1_000_000);
    site.write("content/a.md", &format!("# 甲\n\n{text}{text}"));
    site.age_all();
    let report = build(&site, &[]);
    assert_eq!(work(&report)[..4], [1, 1, 1, 0]);
    let size = site.html("a.html").len();
    assert!(size < text.len() * 3, "the page has {size} bytes");
    let again = build(&site, &[]);
    assert_eq!(work(&again), [0; 8]);
}

/// Instructions of a build of 200 pages in the profile of tests, in millions. Who makes a build quicker, or has a reason to make
/// it slower, writes down the new figure: the test says it.
const MILLIONS: u64 = 3_637;

#[test]
#[ignore = "valgrind: tests/run count"]
fn two_hundred_pages_take_as_many_instructions_as_they_did() {
    let site = Site::new("");
    for n in 0..200 {
        let sentences = "党支部每月召开一次党员大会，讨论发展党员、学习文件和本月工作。".repeat(6);
        let paragraph = format!("{sentences}**重点**，见[下一篇](n{}.md)。\n\n", (n + 1) % 200);
        let code = format!("```rust\nfn f{0}() -> u32 {{\n    let n = {0};\n    n + 1\n}}\n```\n", n % 20);
        site.write(&format!("content/notes/n{n}.md"), &format!("# 第{n}篇\n\n{}## 小节\n\n- 一\n- 二\n\n{code}", paragraph.repeat(3)));
    }
    // It counts what callgrind counts, in half the time, since it does not follow calls.
    let counts = site.path("cachegrind.out");
    let out = std::process::Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", &format!("--cachegrind-out-file={}", counts.display())])
        .arg(env!("CARGO_BIN_EXE_studyhall"))
        .args(["build", "--no-cache", "--jobs", "1", "--date", crate::support::DAY, "--site"])
        .arg(site.dir())
        .output()
        .expect("valgrind is there: tests/run installs it");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{said}");
    let count = said.split("refs:").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("it says what it counted");
    let millions = count.replace(',', "").parse::<u64>().expect("a number") / 1_000_000;
    // Hash maps differ from run to run by a thousandth, machines and compilers by a few hundredths.
    assert!((MILLIONS * 85 / 100..=MILLIONS * 115 / 100).contains(&millions), "{millions} million instructions; there were {MILLIONS}");
    println!("{millions} million instructions");
}
