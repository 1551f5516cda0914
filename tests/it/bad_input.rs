//! Odd input that no case file can hold: large, deep, unreadable, or of the machine. The other cases are in `messages`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::support::html::tags;
use crate::support::site::{program, start_copy};
use crate::support::{DAY, Run, Site};

/// Asserts what was said before the closing report, and the exit code.
#[track_caller]
fn check_said(run: &Run, code: i32, expected: &str) {
    assert_eq!(run.said(), expected);
    assert_eq!(run.code, code);
}

#[test]
fn bom_and_crlf_are_accepted_and_places_stay_right() {
    let site = Site::new(
        "//- content/a.md [bom crlf]\n---\ntitle: 甲\n---\n\n# 甲\n\n第二段[链接](b.md)。\n//- site.yaml [bom crlf]\ntitle: 测试\n\
         //- content/glossary.yaml [bom crlf]\n- term: 段落\n  text: 一段话\n//- content/c.md [bom]\n---\ntitle: 丙\n---\n段落。\n",
    );
    check_said(
        &site.build(&[]),
        1,
        "content/a.md:7:4: error: the page `b.md` does not exist\n  7 | 第二段[链接](b.md)。\n            ^^^^^^^^^^^^\n  \
         hint: Did you mean `/a.md`? Links name files: relative to this one, or from the content folder with a leading `/`.\n",
    );
    site.edit("content/a.md", "[链接](b.md)", "");
    site.build_well(&[]);
    let term = tags(&site.html("c.html")).into_iter().find(|tag| tag.name == "dfn").expect("the term is explained");
    assert_eq!((term.get("title"), term.text.as_str()), (Some("一段话"), "段落。"), "the tokenizer knows no end tags");
    assert!(!site.html("c.html").contains('\u{feff}'));
}

#[test]
fn a_file_of_twenty_megabytes() {
    let site = Site::new("");
    site.write("content/big.md", &"段落。\n".repeat(20 * 1024 * 1024 / 10));
    let english = "content/big.md: error: the file has more than the 16 MB that such a file may have\n  \
                   hint: Split a page into several or give the text as an attachment; give a large file by another way and link to it.\n";
    check_said(&site.build(&[]), 1, english);
    let chinese =
        "content/big.md: 错误: 这个文件超过了上限 16 MB\n  办法: 页面可以拆成几个，或者改成附件；很大的文件请放到别处，再链接过去。\n";
    check_said(&site.build(&["--lang", "zh"]), 1, chinese);
}

#[test]
fn ten_thousand_headings() {
    let site = Site::new("");
    let text: String = (0..10_000).map(|n| format!("## 第{}节\n\n段落。\n\n", n % 100)).collect();
    site.write("content/a.md", &format!("# 甲\n\n{text}"));
    site.build_well(&[]);
    let html = site.html("a.html");
    let headings: Vec<_> = tags(&html).into_iter().filter(|tag| tag.name == "h2").collect();
    let ids: std::collections::HashSet<&str> = headings.iter().filter_map(|tag| tag.get("id")).collect();
    assert!(headings.len() >= 10_000);
    assert!(ids.len() >= 10_000, "every heading has an id of its own");
}

#[test]
fn nesting_a_thousand_deep() {
    let site = Site::new("");
    site.write("content/a.md", &format!("# 甲\n\n{} 深\n", ">".repeat(1000)));
    let run = site.build(&[]);
    let expected = run.said();
    let first = expected.lines().next().unwrap_or_default();
    assert!(first.starts_with("content/a.md:3:1") && first.contains("error: quotations or lists are nested more than "), "{expected}");
    assert_eq!(expected.matches("error: ").count(), 1, "told once: {expected}");
    assert_eq!(run.code, 1);
    assert!(site.build(&["--lang", "zh"]).stderr.contains("错误: 引用或列表嵌套超过了 "));
    for (open, close) in [
        ("- ", ""),
        ("[", "](b)"),
        ("**", "**"),
        ("<div>", "</div>"),
        ("`", ""),
        ("![", "](x.png)"),
        ("::: 提示\n", ":::\n"),
        ("$\\sqrt{", "}$"),
    ] {
        site.write("content/a.md", &format!("# 甲\n\n{}深{}\n", open.repeat(1000), close.repeat(1000)));
        let run = site.build(&["--keep-going"]);
        assert!(run.code == 0 || run.code == 1, "{open}: {} {}", run.code, run.stderr);
        assert!(!run.stderr.contains("panicked"), "{open}: {}", run.stderr);
    }
    let deep = format!("{}\nx", (0..1000).map(|n| format!("{}- a\n", "  ".repeat(n))).collect::<String>());
    site.write("content/a.md", &format!("# 甲\n\n{deep}\n"));
    assert!(!site.build(&["--keep-going"]).stderr.contains("panicked"));
    let yaml = format!("---\ntitle: 甲\nextra: {}{}\n---\n", "[".repeat(1000), "]".repeat(1000));
    site.write("content/a.md", &yaml);
    let run = site.build(&[]);
    assert!(run.code == 0 || run.code == 1, "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn a_link_inside_the_site_is_followed() {
    let site = Site::new("//- content/a.md\n# 甲\n//- content/b.md [link]\na.md\n//- content/c [link]\nd\n//- content/d/e.md\n# 戊\n");
    site.build_well(&[]);
    for page in ["a.html", "b.html", "c/e.html", "d/e.html"] {
        site.html(page);
    }
}

#[test]
fn a_case_twin_does_not_hide_a_page_under_keep_going() {
    let site = Site::new("//- content/About.md\n# 甲\n//- content/about.md\n# 乙\n");
    assert_eq!(site.build(&["--keep-going"]).code, 1);
    let pages = site.output().keys().filter(|path| path.starts_with("about")).cloned().collect::<Vec<_>>();
    assert_eq!(pages, ["about-2.html", "about.html"]);
}

/// Whether the tests run as root, whom no permission binds.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}

/// The program run as somebody whom permissions bind.
fn run_bound(site: &Site, arguments: &[&str]) -> Run {
    let mut command: Command = program();
    if is_root() {
        let binary = site.path("studyhall-copy");
        fs::copy(env!("CARGO_BIN_EXE_studyhall"), &binary).expect("a copy");
        fs::set_permissions(site.dir(), fs::Permissions::from_mode(0o777)).expect("permissions can be set");
        command = Command::new(binary);
        command.current_dir(site.dir()).uid(65534).gid(65534);
    }
    let path = site.dir().to_str().expect("plain").to_string();
    command.args(arguments).args(["--site", &path]);
    Run::of(start_copy(|| command.output()), &path)
}

#[test]
fn a_file_that_may_not_be_read() {
    let site = Site::new("//- content/a.md\n# 甲\n//- content/b.md\n# 乙\n");
    fs::set_permissions(site.path("content/a.md"), fs::Permissions::from_mode(0o0)).expect("permissions can be set");
    let run = run_bound(&site, &["build", "--lang", "en", "--date", DAY]);
    check_said(
        &run,
        1,
        "content/a.md: error: the file cannot be read: no permission\n  \
         hint: Close other programs that use it and check its permissions.\n",
    );
    assert!(!site.path("output").exists());
}

#[test]
fn an_output_folder_that_may_not_be_written() {
    let site = Site::new("//- content/a.md\n# 甲\n");
    fs::create_dir(site.path("output")).expect("a folder");
    fs::set_permissions(site.path("output"), fs::Permissions::from_mode(0o555)).expect("permissions can be set");
    let run = run_bound(&site, &["build", "--lang", "en", "--date", DAY]);
    check_said(
        &run,
        2,
        "error: nothing can be written to the output folder `SITE/output`: no permission\n  \
         hint: Check its permissions, or choose another with `--output`.\n",
    );
    let run = run_bound(&site, &["build", "--lang", "zh", "--date", DAY]);
    check_said(&run, 2, "错误: 输出文件夹“SITE/output”写不进去：没有权限\n  办法: 检查权限，或用 --output 换一个位置。\n");
}

#[test]
fn an_output_folder_that_is_a_file() {
    let site = Site::new("//- content/a.md\n# 甲\n//- output\n我是文件\n");
    let run = site.build(&[]);
    check_said(
        &run,
        2,
        "error: nothing can be written to the output folder `SITE/output`: a file is in the way of a folder\n  \
         hint: Check its permissions, or choose another with `--output`.\n",
    );
    assert_eq!(site.read("output"), "我是文件\n");
}

/// A small disk, as long as this lives.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Option<SmallDisk> {
        fs::create_dir_all(at).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "studyhall-it"]).arg(at).output();
        mounted.is_ok_and(|done| done.status.success()).then(|| SmallDisk(at.to_path_buf()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk() {
    let site = Site::new("//- content/a.md\n# 甲\n\n甲\n");
    let Some(_disk) = SmallDisk::mount(&site.path("output"), "1m") else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    site.build_well(&["--no-cache"]);
    let before = site.output();
    for n in 0..300 {
        site.write(&format!("content/news/n{n}.md"), &format!("# 第{n}篇\n\n{}\n", "很长的一段。".repeat(80)));
    }
    site.write("content/a.md", "# 甲\n\n乙\n");
    let run = site.build(&["--no-cache"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let said = run.said();
    assert!(
        said.starts_with("error: the disk is full, `SITE/output/")
            && said.ends_with("` could not be written\n  hint: Free some space and build again. The site is as it was before.\n"),
        "{said}"
    );
    crate::support::site::assert_same(&before, &site.output(), "a full disk leaves the site as it was");
    let run = site.build(&["--no-cache", "--lang", "zh"]);
    assert!(run.said().starts_with("错误: 磁盘满了，“SITE/output/"), "{}", run.said());
    site.remove("content/news");
    site.build_well(&["--no-cache"]);
    assert!(site.html("a.html").contains('乙'));
}

#[test]
fn a_cache_that_cannot_be_kept_does_not_matter() {
    let site = Site::new("//- content/a.md\n# 甲\n//- .studyhall\n我是文件\n");
    site.build_well(&[]);
    let counts = site.build_well(&[]);
    assert_eq!(counts.written, 0);
    assert!(site.build(&["-v"]).stderr.contains("memory of earlier builds: "), "told under -v");
}

#[test]
fn many_errors_are_all_shown_in_the_order_of_places() {
    let site = Site::new(
        "//- content/b.md\n---\ntitle: 乙\ndate: 2026-02-30\nfoo: 1\n---\n[x](x.md)\n//- content/a.md\n---\ntitle: 甲\ndraft: 也许\n---\n::: 提示\n",
    );
    let run = site.build(&["--json"]);
    let json = run.json();
    let found = json["diagnostics"].as_array().expect("a list");
    let places: Vec<String> = found.iter().map(|d| format!("{}:{}", d["file"].as_str().unwrap_or_default(), d["line"])).collect();
    assert_eq!(places, ["content/a.md:3", "content/a.md:5", "content/b.md:3", "content/b.md:4", "content/b.md:6"]);
    assert_eq!(json["errors"], 5);
    assert_eq!(json["done"], false);
}

#[test]
fn prose_that_looks_like_code_never_fails() {
    let site = Site::new(
        "//- content/a.md\n---\ntitle: 甲 {{ 乙 }} <丙>\ndescription: \"{% raw %} & <b>\"\n---\n\n体重指数 <18.5 或 > 24，{{ 名字 }}，{% if %}，一个 < 和一个 &。\n\n<\n\n`{{ x }}`\n",
    );
    site.build_well(&[]);
    let html = site.html("a.html");
    for text in ["{{ 名字 }}", "{% if %}", "&lt;18.5"] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(html.contains("甲 {{ 乙 }} &lt;丙&gt;") || html.contains("甲 {{ 乙 }} &lt;丙>"), "{html}");
}
