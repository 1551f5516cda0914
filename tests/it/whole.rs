//! All or nothing: a build that fails leaves the output as it was, and no file of anybody else is ever touched.

use std::fs::{self, File};
use std::io::Write;
use std::time::{Duration, Instant};

use crate::support::site::{Run, assert_same};
use crate::support::{DAY, Dice, Site};

const STUDY: &str = include_str!("../sites/study.txt");

/// Breaks the site in one way, builds, and asserts that nothing was written.
#[track_caller]
fn check_untouched(break_it: impl Fn(&Site)) {
    let site = Site::new(STUDY);
    site.build_well(&[]);
    site.write("output/mine.txt", "我的文件");
    let before = site.output();
    site.edit("content/about.md", "第一段", "改过的第一段");
    break_it(&site);
    let run = site.build(&[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.ends_with("The site is as it was before.\n"), "{}", run.stderr);
    assert_same(&before, &site.output(), "an error leaves the output as it was");
}

#[test]
fn an_error_in_a_page_writes_nothing() {
    check_untouched(|site| site.edit("content/about.md", "title: 关于", "titel: 关于"));
}

#[test]
fn a_dead_link_writes_nothing() {
    check_untouched(|site| site.edit("content/about.md", "第二段", "[二](nothing.md)"));
}

#[test]
fn an_error_in_the_settings_writes_nothing() {
    check_untouched(|site| site.edit("site.yaml", "subtitle", "subtitel"));
}

#[test]
fn an_error_while_rendering_writes_nothing() {
    check_untouched(|site| {
        site.write("themes/own/theme.yaml", "name: own\nextends: default\n");
        site.write("themes/own/templates/policy.html", "{{ page.policy.nothing.at.all }}\n");
        site.edit("site.yaml", "title:", "theme: own\ntitle:");
    });
}

#[test]
fn a_broken_picture_writes_nothing() {
    check_untouched(|site| {
        site.write("content/x.png", "kein Bild");
        site.edit("content/about.md", "第二段", "![x](x.png)");
    });
}

#[test]
fn keep_going_builds_the_rest() {
    let site = Site::new(STUDY);
    site.write("content/broken.md", "---\ntitle: [坏\n---\n\n坏页的正文\n");
    site.write("content/gbk.md", "");
    site.write_bytes("content/gbk.md", &encoding_rs::GBK.encode("会议记录怎样写才经得起翻看").0);
    site.edit("content/about.md", "第二段", "[二](nothing.md) 第二段");
    let run = site.build(&["--keep-going"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("Written in spite of 3 errors."), "{}", run.stderr);
    let about = site.html("about.html");
    assert!(about.contains("第二段") && !about.contains("nothing"), "a dead link leaves its words: {about}");
    assert!(!site.path("output/broken.html").exists(), "what cannot be read may say that it is a draft");
    assert!(!site.path("output/gbk.html").exists());
    let again = site.build(&["--keep-going", "--json"]).json();
    assert_eq!(again["summary"]["rendered"], 0, "also with errors nothing is done twice: {again:#}");
    assert_eq!(again["errors"], 3, "and they are told again");
}

#[test]
fn files_of_others_stay() {
    let site = Site::new(STUDY);
    site.build_well(&[]);
    let theirs = [".htaccess", "wenda/index.html", "lessons/kaihui/beizhu.txt", "assets/theirs.css"];
    for path in theirs {
        site.write(&format!("output/{path}"), "别人的");
    }
    site.remove("content/lessons");
    site.edit("site.yaml", "  - {path: lessons, title: 党课讲堂, icon: course}\n", "");
    site.edit("content/about.md", "[会议记录](lessons/kaihui/jilu.md#一记什么)", "");
    site.edit("content/topics/huiyi.md", "pages: [/lessons/kaihui/jilu.md]\n", "");
    site.build_well(&[]);
    for path in theirs {
        assert_eq!(site.html(path), "别人的", "{path}");
    }
    assert!(!site.path("output/lessons/kaihui/jilu.html").exists());
    assert!(!site.path("output/lessons/index.html").exists());
    // An empty folder that is ours goes, one that holds another's file stays.
    assert!(site.path("output/lessons/kaihui").exists());
}

#[test]
fn stale_files_go_and_changed_ones_are_left_and_told() {
    let site = Site::new(STUDY);
    site.write("content/x/a.md", "# 甲\n");
    site.write("content/x/b.md", "# 乙\n");
    site.build_well(&[]);
    site.write("output/x/b.html", "有人改过");
    site.remove("content/x");
    let run = site.build(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("no longer part of the site, but changed by somebody and therefore left: x/b.html\n"), "{}", run.stderr);
    assert!(!site.path("output/x/a.html").exists());
    assert_eq!(site.html("x/b.html"), "有人改过");
    let run = site.build(&["--lang", "zh"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_page_that_somebody_changed_is_written_anew_and_told() {
    let site = Site::new(STUDY);
    site.build_well(&[]);
    let before = site.output();
    site.write("output/about.html", "有人改过");
    let run = site.build(&[]);
    assert!(run.stderr.contains("changed by somebody in the output, now written anew: about.html\n"), "{}", run.stderr);
    assert_same(&before, &site.output(), "the page is as it was");
}

#[test]
fn an_output_folder_that_went_comes_again() {
    let site = Site::new(STUDY);
    site.build_well(&[]);
    let before = site.output();
    site.remove("output");
    site.build_well(&[]);
    assert_same(&before, &site.output(), "all of it");
    site.remove("output/studyhall-files.txt");
    let run = site.build(&[]);
    assert!(run.code == 0 || run.stderr.contains("a file that Studyhall did not write"), "{}", run.stderr);
}

#[test]
fn a_folder_takes_the_place_of_a_page_and_back() {
    let site = Site::new("//- content/a.md\n# 甲\n\n甲\n//- content/b.html.md\n# 乙\n");
    site.build_well(&[]);
    site.remove("content/a.md");
    site.write("content/a/x.md", "# 子\n");
    site.write("content/a/_index.md", "---\ntitle: 甲\nslug: a\n---\n");
    site.build_well(&[]);
    assert!(site.path("output/a/x.html").exists() && !site.path("output/a.html").exists());
    assert_same(&site.clean(&[]), &site.output(), "as built from nothing");
    site.remove("content/a");
    site.write("content/a.md", "# 甲\n");
    site.build_well(&[]);
    assert!(!site.path("output/a").exists());
    assert_same(&site.clean(&[]), &site.output(), "as built from nothing");
}

#[test]
fn two_builds_at_once_do_not_mix() {
    let site = Site::new(STUDY);
    fs::create_dir(site.path("output")).expect("a folder");
    let mut lock = File::create(site.path("output/.studyhall-lock")).expect("a file");
    lock.lock().expect("it is free");
    lock.write_all("4242\n2026-11-23 08:30\n".as_bytes()).expect("it can be written");
    let run = site.build(&[]);
    let english =
        "error: another build is writing `SITE/output` (process 4242, since 2026-11-23 08:30)\n  hint: Wait until it is done, or end it.\n";
    assert_eq!((run.said().as_str(), run.code), (english, 2));
    let chinese = "错误: 另一个构建正在写“SITE/output”（进程 4242，开始于 2026-11-23 08:30）\n  办法: 等它做完，或者结束它。\n";
    assert_eq!(site.build(&["--lang", "zh"]).said(), chinese);
    drop(lock);
    // What is left is an old file, which is no obstacle.
    site.build_well(&[]);
}

#[test]
fn four_builds_at_once_leave_a_whole_site() {
    let site = Site::new(STUDY);
    let clean = site.clean(&[]);
    let running: Vec<_> = (0..4).map(|_| site.start(&["build", "--lang", "en", "--date", DAY])).collect();
    let runs: Vec<Run> = running.into_iter().map(|child| Run::of(child.wait_with_output().expect("it ends"), "SITE")).collect();
    assert!(runs.iter().any(|run| run.code == 0), "{runs:?}");
    for run in runs.iter().filter(|run| run.code != 0) {
        assert!(run.code == 2 && run.stderr.starts_with("error: another build is writing"), "{run:?}");
    }
    assert_same(&clean, &site.output(), "whoever came first built all");
}

#[test]
fn a_killed_build_is_finished_or_undone_by_the_next() {
    let site = Site::new(STUDY);
    for n in 0..60 {
        site.write(&format!("content/pages/p{n}.md"), &format!("# 第{n}页\n\n段落。\n"));
    }
    let began = Instant::now();
    site.build_well(&[]);
    let whole = began.elapsed();
    site.write("output/theirs.txt", "别人的");
    let mut dice = Dice::new(7);
    for round in 0..10u32 {
        for n in 0..60 {
            match (n + round) % 7 {
                0 => drop(fs::remove_file(site.path(&format!("content/pages/p{n}.md")))),
                _ => site.write(&format!("content/pages/p{n}.md"), &format!("# 第{n}页\n\n第{round}稿。\n")),
            }
        }
        let mut child = site.start(&["build", "--lang", "en", "--date", DAY]);
        // The commit is in the last part; half of the blows go there.
        let most = if round % 2 == 0 { 100 } else { 40 };
        let part = 100 - most + u32::try_from(dice.below(most as usize)).expect("small");
        std::thread::sleep(Duration::min(whole * part / 100, Duration::from_secs(5)));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        site.build_well(&[]);
        let mut output = site.output();
        assert_eq!(output.remove("theirs.txt").as_deref(), Some("别人的".as_bytes()));
        assert_same(&site.clean(&[]), &output, &format!("after blow {round}"));
    }
}

#[test]
fn a_build_with_nothing_to_do_looks_and_does_nothing() {
    let site =
        Site::new("//- content/a.md\n# 甲\n\n[b](b.md)\n//- content/b.md\n---\ntitle: 乙\nextra: { x: 1 }\n---\n//- static/f.txt\n文件\n");
    site.age_all();
    let first = site.build(&["--json", "-v"]).json();
    let stages = |json: &serde_json::Value| json["stages"].as_object().map(|stages| stages.len()).unwrap_or_default();
    let same = |what: &str| {
        let json = site.build(&["--json"]).json();
        assert_eq!(json["diagnostics"], first["diagnostics"], "{what}");
        assert_eq!(json["summary"]["pages"], first["summary"]["pages"], "{what}");
        assert_eq!(json["summary"]["bytes"], first["summary"]["bytes"], "{what}");
        assert_eq!(json["summary"]["kept"], first["summary"]["rendered"], "{what}");
        assert_eq!(json["summary"]["unchanged"], first["summary"]["written"], "{what}");
        stages(&json)
    };
    assert_eq!(same("nothing changed"), 3);
    // Whatever changes on either side is seen: a file of the output, the list of them, one that is new, another day.
    site.write("output/a.html", "x");
    assert!(site.build(&["--json"]).json()["summary"]["written"] == 1 && site.html("a.html").contains('甲'));
    assert_eq!(same("a file mended"), 3);
    site.remove("output/studyhall-files.txt");
    site.build_well(&[]);
    assert!(site.path("output/studyhall-files.txt").exists());
    site.remove("output");
    assert!(stages(&site.build(&["--json"]).json()) > 3);
    site.age_all();
    assert!(stages(&site.build(&["--json"]).json()) > 3, "the times of all files have changed");
    assert_eq!(same("after that"), 3);
    site.write("static/g.txt", "又一个");
    assert_eq!(site.build(&["--json"]).json()["summary"]["written"], 1);
    assert!(site.path("output/g.txt").exists());
    assert!(stages(&site.build(&["--json", "--date", "2026-12-31"]).json()) > 3);
    assert!(stages(&site.build(&["--json", "--date", "2026-12-31", "--base-url", "https://a.example/"]).json()) > 3);
    // A page that is written just now may be written again within the clock's grain: it is looked into.
    site.seem_old(false);
    site.write("content/a.md", "# 甲\n\n改\n");
    site.build_well(&[]);
    site.write("content/a.md", "# 甲\n\n再\n");
    site.build_well(&[]);
    assert!(site.html("a.html").contains('再'));
}
