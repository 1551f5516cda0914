//! The commands as people and programs meet them: help, mistakes, exit codes, `init`, `new`, `--json`.

use crate::support::site::program;
use crate::support::{DAY, Run, Site};

/// Runs the program without a site.
fn run(arguments: &[&str]) -> Run {
    Run::of(program().args(arguments).output().expect("the program starts"), "\u{0}")
}

#[track_caller]
fn check_usage(arguments: &[&str], english: &str, chinese: &str) {
    let said = run(&[arguments, &["--lang", "en"]].concat());
    assert_eq!((said.stderr.as_str(), said.stdout.as_str(), said.code), (format!("{english}\n").as_str(), "", 2));
    let said = run(&[arguments, &["--lang", "zh"]].concat());
    assert_eq!((said.stderr.as_str(), said.code), (format!("{chinese}\n").as_str(), 2));
}

#[test]
fn an_unknown_argument() {
    check_usage(
        &["build", "--drats"],
        "error: unknown argument `--drats` Did you mean `--drafts`?\nSee `studyhall --help`.",
        "错误: 没有“--drats”这个参数 是不是“--drafts”？\n用法见 studyhall --help。",
    );
}

#[test]
fn an_unknown_command() {
    check_usage(
        &["biuld"],
        "error: unknown argument `biuld` Did you mean `build`?\nSee `studyhall --help`.",
        "错误: 没有“biuld”这个参数 是不是“build”？\n用法见 studyhall --help。",
    );
}

#[test]
fn an_unknown_kind() {
    check_usage(
        &["new", "lession", "题目"],
        "error: `lession` is not possible for `<KIND>` Did you mean `lesson`?\nSee `studyhall --help`.",
        "错误: “<KIND>”不能是“lession” 是不是“lesson”？\n用法见 studyhall --help。",
    );
}

#[test]
fn a_missing_argument() {
    check_usage(
        &["new", "lesson"],
        "error: the argument `<TITLE>` is missing\nSee `studyhall --help`.",
        "错误: 缺少参数“<TITLE>”\n用法见 studyhall --help。",
    );
}

#[test]
fn a_day_that_does_not_exist() {
    check_usage(
        &["build", "--date", "2026-02-30"],
        "error: `--date 2026-02-30` is not a date that exists; write 2026-03-05\nSee `studyhall --help`.",
        "错误: --date 2026-02-30 不是一个存在的日期；请写成 2026-03-05\n用法见 studyhall --help。",
    );
}

#[test]
fn a_number_that_is_none() {
    check_usage(
        &["build", "--jobs", "many"],
        "error: `many` is not possible for `--jobs <N>`\nSee `studyhall --help`.",
        "错误: “--jobs <N>”不能是“many”\n用法见 studyhall --help。",
    );
}

/// Asserts that a command's help names all its arguments in both languages, each explained.
#[track_caller]
fn check_help(command: &[&str], arguments: &[&str]) {
    let english = run(&[command, &["--help", "--lang", "en"]].concat());
    let chinese = run(&[command, &["--help", "--lang", "zh"]].concat());
    assert_eq!((english.code, chinese.code), (0, 0));
    assert!(english.stderr.is_empty() && chinese.stderr.is_empty(), "help is asked for and goes to standard output");
    for text in [&english.stdout, &chinese.stdout] {
        for argument in arguments {
            assert!(text.contains(argument), "{argument} in\n{text}");
        }
        assert!(!text.contains("help-") && !text.contains("command-"), "every id has its words:\n{text}");
    }
    assert!(english.stdout.contains("Usage: ") && english.stdout.is_ascii() || command.is_empty(), "{}", english.stdout);
    assert!(chinese.stdout.contains("用法: ") && chinese.stdout.contains("选项:"), "{}", chinese.stdout);
}

#[test]
fn help_of_every_command() {
    check_help(&[], &["init", "new", "build", "--help", "--version", "--lang"]);
    check_help(&["init"], &["<DIR>", "--title"]);
    check_help(&["new"], &["<KIND>", "<TITLE>", "--section", "--slug", "--date", "--site", "--json"]);
    check_help(
        &["build"],
        &[
            "--site",
            "--output",
            "--date",
            "--base-url",
            "--drafts",
            "--jobs",
            "--no-cache",
            "--keep-going",
            "--json",
            "--timings",
            "-q",
            "--quiet",
            "-v",
            "--verbose",
        ],
    );
}

#[test]
fn help_of_publishing() {
    let publish = [
        "[TARGET]",
        "--dry-run",
        "--rollback",
        "--check",
        "--take-over",
        "--adopt",
        "--accept-host-key",
        "--forget-password",
        "--no-build",
    ];
    check_help(&["publish"], &publish);
    check_help(&["package"], &["--to", "--since", "--no-build", "--json"]);
}

#[test]
fn no_command_shows_the_help() {
    let said = run(&["--lang", "en"]);
    assert_eq!(said.code, 2);
    let said = run(&[]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("build"), "{}", said.stderr);
}

#[test]
fn the_language_follows_locale_and_site() {
    let site = Site::new("//- site.yaml\ntitle: 测试\nlanguage: en\n//- content/a.md\n# 甲\n[x](x.md)\n");
    let language = |locale: &str, text: &str| {
        site.write("site.yaml", text);
        let mut program = program();
        if !locale.is_empty() {
            program.env("LC_ALL", locale);
        }
        let run = Run::of(program.args(["build", "--date", DAY, "--site"]).arg(site.dir()).output().expect("the program starts"), "\u{0}");
        if run.stderr.contains("错误") { "zh" } else { "en" }
    };
    assert_eq!(language("zh_CN.UTF-8", "title: 测试\nlanguage: en\n"), "zh");
    assert_eq!(language("en_US.UTF-8", "title: 测试\nlanguage: zh-CN\n"), "zh");
    assert_eq!(language("en_US.UTF-8", "title: 测试\n"), "zh");
    assert_eq!(language("en_US.UTF-8", "title: Test\nlanguage: en\n"), "en");
    assert_eq!(language("", "title: Test\nlanguage: en\n"), "en");
}

#[test]
fn init_makes_a_site_that_builds_without_a_word() {
    let apart = tempfile::tempdir().expect("a temporary folder");
    for title in ["我的学堂", "Study: \"hall\" #1", "true", "2026"] {
        let dir = apart.path().join(title.replace(['"', ':', '#'], ""));
        let dir = dir.to_str().expect("plain");
        let said = run(&["init", dir, "--title", title, "--lang", "en"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(said.stderr, format!("A new site in {dir}\nNext: studyhall serve --open --site \"{dir}\" shows it while you write\n"));
        let built = run(&["build", "--site", dir, "--json", "--date", DAY]);
        assert_eq!(built.code, 0, "{}", built.stdout);
        assert_eq!(built.json()["diagnostics"], serde_json::json!([]), "{}", built.stdout);
        assert!(built.json()["summary"]["rendered"].as_u64() > Some(10));
        let home = std::fs::read_to_string(format!("{dir}/output/index.html")).expect("a home page");
        assert!(home.contains(&title.replace('"', "&quot;")) || home.contains(title), "{title}");
        assert!(std::path::Path::new(dir).join(".gitignore").exists());
    }
}

#[test]
fn init_overwrites_nothing() {
    let site = Site::new("//- mine.txt\n我的\n");
    let dir = site.dir().to_str().expect("plain");
    let said = Run::of(program().args(["init", dir, "--lang", "en"]).output().expect("the program starts"), dir);
    assert_eq!(said.stderr, "error: `SITE` is not empty\n  hint: Choose a new folder: nothing is overwritten.\n");
    assert_eq!(said.code, 2);
    let said = Run::of(program().args(["init", dir, "--lang", "zh"]).output().expect("the program starts"), dir);
    assert_eq!(said.stderr, "错误: “SITE”不是空的\n  办法: 换一个新文件夹：不会覆盖任何东西。\n");
    assert!(!site.path("themes").exists());
}

#[test]
fn new_makes_a_page_of_every_kind_in_its_place() {
    let site = Site::new("");
    let places = [
        ("page", "content/支部工作手册.md"),
        ("lesson", "content/lessons/支部工作手册.md"),
        ("course", "content/lessons/支部工作手册/_index.md"),
        ("policy", "content/policies/支部工作手册.md"),
        ("news", "content/news/2026-11-23-支部工作手册.md"),
        ("notice", "content/notices/2026-11-23-支部工作手册.md"),
        ("topic", "content/topics/支部工作手册.md"),
        ("branch", "content/branches/支部工作手册/_index.md"),
        ("survey", "content/surveys/支部工作手册.md"),
    ];
    for (kind, path) in places {
        let said = site.run(&["new", kind, "支部工作手册", "--date", DAY, "--lang", "en"]);
        assert_eq!(said.code, 0, "{kind}: {}", said.stderr);
        assert_eq!(said.stderr, format!("SITE/{path}\nFill in the fields, write the text, then studyhall build\n"));
        assert!(site.read(path).contains("title: 支部工作手册\n"), "{}", site.read(path));
        let again = site.run(&["new", kind, "支部工作手册", "--date", DAY, "--lang", "en"]);
        assert_eq!(again.stderr, format!("error: `SITE/{path}` is already there\n  hint: Choose another title or `--slug`.\n"));
        assert_eq!(again.code, 2);
    }
    let built = site.build(&["--drafts", "--json"]).json();
    assert_eq!(built["errors"], 0, "{built:#}");
    for (kind, _) in places {
        assert_eq!(built["summary"]["pages"][kind], 1, "{kind}: {built:#}");
    }
}

#[test]
fn new_takes_a_folder_and_a_slug() {
    let site = Site::new("");
    let said = site.run(&["new", "lesson", "怎样记录？", "--section", "lessons/kaihui", "--slug", "jilu", "--lang", "zh", "--date", DAY]);
    assert_eq!(said.stderr, "SITE/content/lessons/kaihui/jilu.md\n填好字段，写好正文，再运行 studyhall build\n");
    let said = site.run(&["new", "news", "党日", "--section", "content/branches/jingji/news/", "--json", "--date", DAY]);
    assert_eq!(said.json(), serde_json::json!({ "path": "SITE/content/branches/jingji/news/2026-11-23-党日.md" }));
    let said = site.run(&["new", "policy", "办法: 试行", "--section", "misc", "--date", DAY]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = site.read("content/misc/办法-试行.md");
    assert!(text.contains("title: \"办法: 试行\"\n") && text.contains("kind: policy\n"), "{text}");
    let built = site.build(&["--drafts", "--json"]).json();
    assert_eq!(built["errors"], 0, "{built:#}");
    assert!(site.path("output/lessons/kaihui/jilu.html").exists());
}

#[test]
fn kinds_are_asked_for_as_officers_call_them() {
    let site = Site::new("//- content/y.md\n---\ntitle: 二\nkind: 通知\ndeadline: 2026-12-01\n---\n\n正文\n");
    for (kind, path, field) in [
        ("通知", "content/notices/2026-11-23-开会.md", "title: 开会"),
        ("公示", "content/notices/2026-11-23-发展对象.md", "expires: 2026-11-30"),
        ("党课", "content/lessons/第一讲.md", "title: 第一讲"),
        ("问卷", "content/surveys/听听意见.md", "title: 听听意见"),
    ] {
        let title = path.trim_end_matches(".md").rsplit(['/', '-']).next().expect("a title");
        let said = site.run(&["new", kind, title, "--date", DAY]);
        assert_eq!(said.code, 0, "{kind}: {}", said.stderr);
        assert!(site.read(path).contains(field), "{kind}: {}", site.read(path));
    }
    let built = site.build(&["--drafts", "--json"]).json();
    assert_eq!(built["errors"], 0, "{built:#}");
    assert_eq!(built["summary"]["pages"]["notice"], 3, "{built:#}");
    let said = site.run(&["new", "通之", "开会", "--lang", "zh"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}

#[test]
fn a_column_is_named_by_its_title() {
    let site = Site::new(
        "//- content/lessons/kaihui/_index.md\n---\ntitle: 开好支部会议\n---\n//- content/branches/a/news/x.md\n---\ntitle: 一\n---\n\n一\n\
         //- content/branches/b/news/x.md\n---\ntitle: 二\n---\n\n二\n",
    );
    let new = |section: &str| site.run(&["new", "党课", "记录", "--section", section, "--date", DAY, "--lang", "zh"]);
    let said = new("开好支部会议");
    assert_eq!(said.stderr.lines().next(), Some("SITE/content/lessons/kaihui/记录.md"), "{}", said.stderr);
    let said = new("news");
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("branches/a/news") && said.stderr.contains("branches/b/news"), "{}", said.stderr);
    // Nothing is called so: a folder of that name is made, as with any path.
    assert_eq!(new("新课程").stderr.lines().next(), Some("SITE/content/新课程/记录.md"));
}

#[test]
fn pages_that_are_held_back_are_counted() {
    let site = Site::new(
        "//- content/a.md\n---\ntitle: 甲\ndraft: true\n---\n//- content/b.md\n---\ntitle: 乙\nexpires: 2026-01-01\n---\n\
         //- content/c.md\n---\ntitle: 丙\npublish_on: 2027-01-01\n---\n//- content/d.md\n---\ntitle: 丁\n---\n\n正文\n",
    );
    for _ in 0..2 {
        let said = site.build(&["--lang", "zh"]);
        assert!(said.stderr.contains("没有发布：草稿 1，未到时间 1，已过期 1\n"), "{}", said.stderr);
    }
    let held = site.build(&["--json", "--no-cache"]).json()["summary"]["held_back"].clone();
    assert_eq!(held, serde_json::json!({ "drafts": 1, "scheduled": 1, "expired": 1, "unsure": 0 }));
}

#[test]
fn an_output_with_drafts_is_marked_and_refused() {
    let site = Site::new(
        "//- site.yaml\ntitle: 站\npublish:\n  disk:\n    to: out-there\n//- content/a.md\n---\ntitle: 甲\ndraft: true\n---\n\n文\n\
         //- content/b.md\n---\ntitle: 乙\nexpires: 2026-01-01\n---\n\n文\n//- content/c.md\n---\ntitle: 丙\n---\n\n文\n",
    );
    std::fs::create_dir(site.path("out-there")).expect("made");
    for _ in 0..2 {
        let said = site.build(&["--drafts", "--lang", "zh"]);
        assert!(said.stderr.contains("不要拿去发布"), "{}", said.stderr);
    }
    let files = site.output();
    assert!(files.contains_key("do-not-publish.txt") && !files.contains_key("b.html"), "{:?}", files.keys());
    assert!(site.html("a.html").contains("class=unpublished>送审稿"), "{}", site.html("a.html"));
    assert!(site.html("a.html").contains("noindex") && !site.html("c.html").contains("unpublished"));
    for command in [&["publish", "disk", "--no-build"][..], &["package", "--no-build"]] {
        let said = site.run(&[command, &["--lang", "zh"]].concat());
        assert_eq!(said.code, 2, "{command:?}: {}", said.stderr);
        assert!(said.stderr.contains("草稿或过期的页面，不能发布"), "{command:?}: {}", said.stderr);
    }
    site.build_well(&["--drafts", "--expired"]);
    assert!(site.html("b.html").contains("已过期"));
    // Publishing builds anew, without them.
    let said = site.run(&["publish", "disk", "--date", DAY]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let files = site.output();
    assert!(!files.contains_key("do-not-publish.txt") && !files.contains_key("a.html"), "{:?}", files.keys());
}

#[test]
fn new_does_not_leave_the_content_folder() {
    let site = Site::new("");
    for section in ["../elsewhere", "a/../../b", "/etc"] {
        let said = site.run(&["new", "page", "甲", "--section", section, "--lang", "en", "--date", DAY]);
        let outside = site.path("elsewhere").exists() || site.path("b").exists() || std::path::Path::new("/etc/甲.md").exists();
        assert!(!outside, "{section}: {} {}", said.code, said.stderr);
    }
    for slug in ["../x", "a/b", "大"] {
        let said = site.run(&["new", "page", "甲", "--slug", slug, "--lang", "en", "--date", DAY]);
        assert!(!site.path("x.md").exists(), "{slug}: {}", said.stderr);
        if said.code == 0 {
            let built = site.build(&["--drafts", "--json"]).json();
            assert_eq!(built["errors"], 0, "{slug} was taken: {built:#}");
        }
    }
}

#[cfg(unix)]
#[test]
fn new_follows_no_link_out_of_the_site() {
    let site = Site::new("//- content/a.md\n# 甲\n");
    let outside = tempfile::tempdir().expect("a folder");
    for (link, to) in [("content/news", outside.path().to_path_buf()), ("content/notices", outside.path().join("nowhere"))] {
        std::os::unix::fs::symlink(to, site.path(link)).expect("a link");
    }
    for kind in ["news", "notice"] {
        let run = site.run(&["new", kind, "一"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
    }
    assert!(std::fs::read_dir(outside.path()).expect("it is there").next().is_none());
}

#[test]
fn new_needs_a_site() {
    let site = Site::new("//- site.yaml [missing]\n");
    let said = site.run(&["new", "page", "甲", "--lang", "en"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.starts_with("error: ") && said.stderr.contains("SITE"), "{}", said.stderr);
}

#[test]
fn json_of_a_build() {
    let site = Site::new("//- content/a.md\n# 甲\n\n[x](x.md)\n//- content/b.md\n乙\n");
    let refused = site.build(&["--json"]);
    assert_eq!(refused.code, 1);
    assert_eq!(refused.stderr, "", "a program reads standard output; nothing else is said");
    let json = refused.json();
    let keys = |value: &serde_json::Value| value.as_object().expect("a mapping").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["diagnostics", "done", "errors", "output", "seconds", "stages", "summary", "work"]);
    assert_eq!((&json["done"], &json["errors"], &json["summary"]), (&false.into(), &1.into(), &serde_json::Value::Null));
    assert_eq!(
        json["diagnostics"][0],
        serde_json::json!({
            "code": "link-missing-page", "severity": "error", "file": "content/a.md", "line": 3, "column": 1, "width": 9,
            "message": "the page `x.md` does not exist",
            "hint": "Did you mean `/a.md`? Links name files: relative to this one, or from the content folder with a leading `/`.",
        })
    );
    assert_eq!((&json["diagnostics"][1]["severity"], &json["diagnostics"][1]["line"]), (&"warning".into(), &0.into()));
    let json = site.build(&["--json", "--keep-going"]).json();
    let summary = [
        "bytes",
        "cache_trouble",
        "held_back",
        "kept",
        "left",
        "overwritten",
        "pages",
        "removed",
        "rendered",
        "shows_unpublished",
        "unchanged",
        "written",
    ];
    assert_eq!(keys(&json["summary"]), summary);
    assert_eq!(
        keys(&json["stages"]),
        ["discover", "files", "model", "open", "parse", "pictures", "plan", "remember", "render", "search", "write"]
    );
    let steps = ["ask", "colour", "front-matter", "markdown", "minify", "put", "read", "template"];
    assert_eq!(keys(&json["work"]), steps);
    assert_eq!(json["output"], "SITE/output");
}

#[test]
fn json_of_a_refusal() {
    let site = Site::new("//- content [missing]\n");
    let said = site.build(&["--json"]);
    assert_eq!(said.code, 2);
    let wanted = serde_json::json!({
        "error": "error-no-content", "message": "there is no folder `SITE/content`",
        "hint": "A site keeps its pages in `content/`. Make a new site with `studyhall init`.",
    });
    assert_eq!(said.json(), wanted);
}

#[test]
fn how_much_is_said() {
    let site = Site::new("//- content/a.md\n正文没有题目\n");
    let quiet = site.build(&["-q"]);
    assert_eq!((quiet.stderr.as_str(), quiet.stdout.as_str(), quiet.code), ("", "", 0));
    let normal = site.build(&[]).stderr;
    assert!(normal.contains("content/a.md: warning: the page has no title; the file's name serves\n"), "{normal}");
    assert!(normal.contains("0 rendered, 7 as they were\nfiles: 0 written, ") && normal.contains(" unchanged, 0 removed; "), "{normal}");
    let last = normal.lines().last().unwrap_or_default();
    assert!(last.starts_with("Done in ") && last.ends_with(" s: SITE/output"), "{last}");
    let verbose = site.build(&["-v", "--no-cache"]).stderr;
    for stage in ["Listing files", "Reading pages", "Rendering pages", "Writing the site"] {
        let took = verbose.lines().find_map(|line| line.strip_prefix(stage)?.strip_prefix(": ")?.strip_suffix(" s"));
        assert!(took.is_some_and(|took| took.parse::<f64>().is_ok()), "{stage} in {verbose}");
    }
    let chinese = site.build(&["--lang", "zh"]).stderr;
    for line in
        ["content/a.md: 提醒: 页面没有题目，暂用文件名\n", "共 1 页：页面 1\n", "生成 0 页，7 页没有变化\n", "1 条提醒\n", "完成，用时 "]
    {
        assert!(chinese.contains(line), "{line} in {chinese}");
    }
    site.write("content/a.md", "# 甲\n[x](x.md)\n");
    let quiet = site.build(&["-q"]);
    assert!(quiet.stderr.starts_with("content/a.md:2:1: error: "), "errors are told also under -q: {}", quiet.stderr);
    assert_eq!(quiet.code, 1);
}

/// The first column of the table, and how often each step was done.
fn timings(stderr: &str, first: &str) -> Vec<(String, String)> {
    let lines = stderr.lines().skip_while(|line| !line.starts_with(first)).skip(1);
    let cells = lines.map(|line| line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect::<Vec<_>>());
    cells.map(|cells| (cells[0].to_string(), cells.last().filter(|last| !last.ends_with('s')).unwrap_or(&"").to_string())).collect()
}

#[test]
fn where_the_time_went() {
    let site = Site::new("//- content/a.md\n# 甲\n\n```rust\nfn main() {}\n```\n");
    site.age_all();
    let said = site.build(&["--timings"]);
    let rows = timings(&said.stderr, "stage ");
    let rows: Vec<(&str, &str)> = rows.iter().map(|(name, count)| (name.as_str(), count.as_str())).collect();
    // How many pages a site has besides those of its author is told elsewhere.
    let pages = rows.iter().find(|(name, _)| *name == "templates").map(|(_, count)| count.to_string()).expect("there are pages");
    let wanted = [
        ("Reading settings", ""),
        ("Listing files", ""),
        ("Reading pages", ""),
        ("reading files", "1"),
        ("front matter", "1"),
        ("Markdown", "1"),
        ("colouring code", "1"),
        ("Joining pages", ""),
        ("Making pictures ready", ""),
        ("Planning pages", ""),
        ("Writing the site", ""),
        ("Rendering pages", ""),
        ("asking what is new", pages.as_str()),
        ("templates", pages.as_str()),
        ("minifying", pages.as_str()),
        ("comparing and staging", pages.as_str()),
        ("Copying files", ""),
        ("Making the search index", ""),
        ("Keeping the memory", ""),
        ("in all", ""),
    ];
    assert_eq!(rows, wanted, "{}", said.stderr);
    // A second time nothing is done; when only the output has gone, nothing is parsed.
    let again = timings(&site.build(&["--timings"]).stderr, "stage ");
    let stages: Vec<&str> = again.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(stages, ["Reading settings", "Listing files", "Writing the site", "in all"]);
    site.remove("output");
    let again = timings(&site.build(&["--timings", "--lang", "zh"]).stderr, "阶段 ");
    let counted: Vec<(&str, &str)> =
        again.iter().filter(|(_, count)| !count.is_empty()).map(|(name, count)| (name.as_str(), count.as_str())).collect();
    let all = |step| (step, pages.as_str());
    assert_eq!(counted, ["检查有无变化", "模板", "压缩", "比较和暂存"].map(all));
    let json = site.build(&["--timings=json", "--no-cache"]).json();
    let stages = json["stages"].as_array().expect("a list");
    let parse = stages.iter().find(|stage| stage["stage"] == "parse").expect("pages are parsed");
    assert_eq!(parse["steps"]["markdown"]["count"], 1);
    assert!(parse["wall"].as_f64() > Some(0.0) && parse["steps"]["markdown"]["processor"].as_f64() > Some(0.0), "{json:#}");
    let both = site.build(&["--timings", "--json"]);
    assert!(both.json()["timings"]["stages"].is_array() && both.json()["done"] == true, "{}", both.stdout);
}

#[test]
fn no_colour_without_a_terminal() {
    let site = Site::new("//- content/a.md\n# 甲\n[x](x.md)\n");
    assert!(!site.build(&[]).stderr.contains('\u{1b}'));
}

#[test]
fn the_output_folder_can_be_another() {
    let site = Site::new("//- content/a.md\n# 甲\n");
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let deep = elsewhere.path().join("a/b");
    site.build_well(&["--output", deep.to_str().expect("plain")]);
    assert!(deep.join("a.html").exists() && !site.path("output").exists());
}
