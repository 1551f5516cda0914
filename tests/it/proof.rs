//! What `publish` finds when it asks the public address, at a host that does what hosts do. The whole words of each finding stand
//! in `tests/sites/proof/`, in both languages; `UPDATE=1` writes them anew.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use studyhall::publish::proof::finding::FindingKind;

use crate::support::host::{Answer, Asked, Host, iis};
use crate::support::hosts::COLUMNS;
use crate::support::{DAY, PROJECT, Run, Site, Tree};

const TEXT: &str = "//- site.yaml
title: 测试
base_url: http://127.0.0.1:1/
publish: {campus: {to: www, url: http://127.0.0.1:2/, timeout: 20}}
//- content/a.md
---
title: 甲
---

正文

[录音](sound.mp3) [录像](film.mp4)
//- content/sound.mp3
ID3
//- content/film.mp4
film
//- content/news/_index.md
---
title: 动态
---
//- content/news/b.md
---
title: 乙
---

正文
//- content/news/c.md
---
title: 丙
---

正文
";

/// A site that is published to `www`, and a host that shows it.
fn hosted(rule: impl Fn(&Asked, Answer) -> Answer + Send + Sync + 'static) -> (Site, Host) {
    // Built once: the address of the target is no part of what is built.
    static BUILT: OnceLock<Tree> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let site = Site::new(TEXT);
        assert_eq!(site.build(&[]).code, 0);
        site.output()
    });
    let site = Site::new(TEXT);
    for (path, bytes) in built {
        site.write_bytes(&format!("output/{path}"), bytes);
    }
    let host = Host::start(site.path("www"), rule);
    site.edit("site.yaml", "http://127.0.0.1:2/", &host.url());
    std::fs::create_dir_all(site.path("www")).expect("a folder");
    (site, host)
}

fn publish(site: &Site, more: &[&str]) -> Run {
    site.run(&[&["publish", "--date", DAY], more].concat())
}

/// What is said of findings, the same in every run and whatever files a theme has.
fn told(run: &Run, host: &Host) -> String {
    let lines =
        run.stderr.lines().skip_while(|line| !["error: ", "warning: ", "错误: ", "提醒: "].iter().any(|word| line.starts_with(word)));
    let (mut told, mut addresses) = (String::new(), Vec::new());
    for line in lines {
        let line = line.replace(&format!(":{}/", host.port), ":PORT/");
        if line.starts_with("  http://") {
            addresses.push(line);
            continue;
        }
        // Of a long list the first ones are shown; which they are depends on the files of the theme.
        let shown: String = addresses.drain(..).map(|address| format!("{address}\n")).collect();
        if line.starts_with("  …") {
            told.push_str("  (addresses)\n");
            continue;
        }
        // And how many are left, on the moment.
        let is_count = line.ends_with("were not asked.") || line.starts_with("还有");
        let line = if is_count { line.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect() } else { line };
        told.push_str(&format!("{shown}{line}\n"));
    }
    told
}

/// Publishes to a host, and compares what is found with the case of this name, in both languages.
#[track_caller]
fn check(name: &str, code: i32, site: &Site, host: &Host) {
    let english = publish(site, &["--no-build", "--lang", "en"]);
    let chinese = publish(site, &["--proof", "--lang", "zh"]);
    compare(name, code, host, &english, &chinese);
}

#[track_caller]
fn compare(name: &str, code: i32, host: &Host, english: &Run, chinese: &Run) {
    assert_eq!((english.code, chinese.code), (code, code), "{}{}", english.brief(), chinese.brief());
    let actual = format!("{}//= zh\n{}", told(english, host), told(chinese, host));
    let path = PathBuf::from(PROJECT).join(format!("tests/sites/proof/{name}.txt"));
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if actual != expected {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(&path, &actual).expect("the case can be written");
        } else {
            panic!("{name}: the words differ (UPDATE=1 writes them anew)\n--- expected\n{expected}\n--- actual\n{actual}");
        }
    }
    let (first, _) = actual.split_once("//= zh").expect("two parts");
    assert!(first.contains("hint:"), "{name} finds nothing");
}

/// A test for each case: its name is that of the finding, the rule what the host does.
macro_rules! cases {
    ($($(#[$attribute:meta])* $name:ident $code:literal $rule:expr;)*) => {
        const CASES: &[&str] = &[$(stringify!($name),)*];
        $(
            $(#[$attribute])*
            #[test]
            fn $name() {
                let (site, host) = hosted($rule);
                check(&file_of(stringify!($name)), $code, &site, &host);
            }
        )*
    };
}

/// The file of a case; a name that is a word of the language has a mark.
fn file_of(case: &str) -> String {
    case.trim_start_matches("r#").replace('_', "-")
}

fn is_a(asked: &Asked) -> bool {
    asked.below() == "a.html"
}

fn is_page(asked: &Asked) -> bool {
    asked.extension() == "html" || asked.path.ends_with('/')
}

const SCRIPT: &str = "<script src=\"http://ads.example.cn/t.js\"></script>";

cases! {
    nowhere 3 |_, _| Answer::of(404, "<html><title>404</title>").with("server", "nginx");
    login 3 |asked, answer| if is_page(asked) { Answer::of(302, "").with("location", &format!("https://cas.example.edu.cn/authserver/login?service={}", asked.path)) } else { answer };
    login_form 3 |asked, answer| if is_page(asked) { Answer::of(200, "<html><title>统一身份认证</title><input type=\"password\">") } else { answer };
    login_asked 3 |_, _| Answer::of(401, "").with("www-authenticate", "Basic realm=x");
    redirect 3 |asked, answer| if is_a(asked) { Answer::of(302, "").with("location", "http://user:secret@www.example.edu.cn/") } else { answer };
    r#type 3 |asked, answer| if asked.extension() == "mp4" { Answer::of(404, "").with("server", "Microsoft-IIS/7.5") } else { answer };
    folder 3 |asked, answer| if asked.below().starts_with("news/") { Answer::of(404, "").with("server", "Microsoft-IIS/10.0") } else { answer };
    missing 3 |asked, answer| if is_a(asked) { Answer::of(404, "") } else { answer };
    denied 3 |asked, answer| if is_a(asked) { Answer::of(403, "") } else { answer };
    server 3 |asked, answer| if is_a(asked) { Answer::of(500, "") } else { answer };
    no_answer 3 |asked, answer| if is_a(asked) { Answer { cut: Some(20), ..answer } } else { answer };
    injected 3 |asked, answer| if is_page(asked) { let text = answer.text().replace("</body>", &format!("{SCRIPT}</body>")); answer.body(text) } else { answer };
    transcoded 3 |asked, answer| if is_a(asked) { let text = encoding_rs::GBK.encode(&answer.text()).0.into_owned(); answer.body(text) } else { answer };
    charset 3 |asked, answer| if is_page(asked) { answer.with("content-type", "text/html; charset=GBK") } else { answer };
    media_type 3 |asked, answer| if is_a(asked) { answer.with("content-type", "application/octet-stream") } else { answer };
    coding 3 |asked, answer| if is_a(asked) { answer.with("content-encoding", "gzip") } else { answer };
    cut 3 |asked, answer| if is_a(asked) { let part = answer.body[..50].to_vec(); answer.body(part) } else { answer };
    another 3 |asked, answer| if is_a(asked) { Answer::of(200, "<html><title>网站防火墙</title>") } else { answer };
    changed 3 |asked, answer| if is_a(asked) { let text = answer.text().replace("正文", "改文"); answer.body(text) } else { answer };
    index 3 |asked, answer| if asked.path.ends_with('/') { Answer::of(403, "") } else { answer };
    index_other 3 |asked, answer| if asked.path.ends_with('/') { Answer::of(200, "<html><title>旧首页</title>") } else { answer };
    minified 0 |asked, answer| if is_a(asked) { let text = answer.text().replace(">", "> "); answer.body(text) } else { answer };
    line_ends 0 |asked, answer| if asked.below() == "robots.txt" { let text = answer.text().replace('\n', "\r\n"); answer.body(text) } else { answer };
    picture 0 |asked, answer| if asked.extension() == "png" { let mut body = answer.body.clone(); body.truncate(40); body.extend(b"packed anew"); answer.body(body) } else { answer };
    kept_long 0 |asked, answer| if is_page(asked) { answer.with("cache-control", "public, max-age=2592000") } else { answer };
    anything 0 |_, answer| if answer.status == 404 { Answer::of(200, "<html><title>找不到</title>") } else { answer };
    slower 0 |asked, answer| if is_a(asked) { Answer::of(429, "") } else { answer };
    moved 0 |asked, answer| match asked.path.strip_prefix("/xuetang/") {
        Some(rest) if asked.header("host").starts_with("127.") => Answer::of(301, "").with("location", &format!("http://localhost:{}/xuetang/{rest}", asked.header("host").rsplit(':').next().unwrap_or_default())),
        _ => answer,
    };
}

#[test]
fn a_well_kept_host_shows_what_was_published() {
    let (site, host) = hosted(|_, answer| answer);
    let run = publish(&site, &["--json", "--lang", "en"]);
    assert_eq!(run.code, 0, "{}", run.brief());
    let proof = &run.json()["proof"];
    assert_eq!((&proof["holds"], &proof["url"]), (&true.into(), &host.url().into()));
    assert_eq!((&proof["findings"], &proof["left"]), (&Value::Array(Vec::new()), &0.into()));
    assert!(proof["asked"] == proof["right"] && proof["asked"].as_u64().is_some_and(|asked| asked > 20), "{proof}");
    assert!(host.most_at_once() <= 5, "{} connections", host.most_at_once());
    let again = publish(&site, &["--lang", "en"]);
    assert!(again.code == 0 && again.stderr.contains("addresses show what was published"), "{}", again.brief());
}

#[test]
fn without_an_address_nothing_is_asked() {
    let (site, _host) = hosted(|_, _| Answer::of(500, ""));
    let run = publish(&site, &["--json", "--no-proof"]);
    assert_eq!((run.code, &run.json()["proof"]), (0, &Value::Null));
    let text = site.read("site.yaml");
    site.write("site.yaml", "title: 测试\npublish: {campus: {to: www}}\n");
    let run = publish(&site, &["--lang", "en"]);
    assert_eq!(run.code, 0, "{}", run.brief());
    assert!(run.stderr.contains("was not asked"), "{}", run.stderr);
    let run = publish(&site, &["--lang", "en", "--proof"]);
    assert!(run.code == 2 && run.stderr.contains("the public address of `campus` is not known"), "{}", run.brief());
    // A dry run touches nothing, and asks nothing.
    site.write("site.yaml", &text);
    let run = publish(&site, &["--json", "--dry-run"]);
    assert!(run.code == 0 && run.json()["proof"] == Value::Null, "{}", run.brief());
}

#[test]
fn unreached() {
    let (site, host) = hosted(|_, answer| answer);
    let closed = crate::support::free_port();
    site.edit("site.yaml", &format!(":{}/", host.port), &format!(":{closed}/"));
    let runs = ["en", "zh"].map(|language| {
        let mut run = publish(&site, &["--no-build", "--lang", language]);
        run.stderr = run.stderr.replace(&format!(":{closed}/"), ":PORT/");
        run
    });
    compare("unreached", 3, &host, &runs[0], &runs[1]);
}

/// What stood there before is told from what is wrong.
fn keeps_old(more: fn(&Asked) -> bool) -> (Site, Host) {
    let (site, host) = hosted(move |asked, answer| match is_a(asked) && answer.status == 200 && more(asked) {
        true => {
            let old = answer.text().replace("新的正文", "正文");
            answer.body(old).with("x-cache", "HIT")
        }
        false => answer,
    });
    assert_eq!(publish(&site, &["--no-build", "--no-proof"]).code, 0);
    site.edit("content/a.md", "正文", "新的正文");
    (site, host)
}

#[track_caller]
fn check_old(name: &str, site: &Site, host: &Host) {
    let english = publish(site, &["--lang", "en"]);
    let chinese = publish(site, &["--lang", "zh", "--proof"]);
    compare(name, 3, host, &english, &chinese);
}

#[test]
fn old() {
    let (site, host) = keeps_old(|_| true);
    check_old("old", &site, &host);
}

#[test]
fn cached() {
    let (site, host) = keeps_old(|asked| asked.query.is_empty());
    check_old("cached", &site, &host);
}

#[test]
fn still_there() {
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let (site, host) = hosted(move |asked, answer| {
        let mut kept = kept.lock().expect("no holder panics");
        match (asked.below(), answer.status) {
            ("news/b.html", 200) => kept.insert(answer).clone(),
            ("news/b.html", 404) => kept.clone().unwrap_or(answer),
            _ => answer,
        }
    });
    assert_eq!(publish(&site, &[]).code, 0);
    site.remove("content/news/b.md");
    let [english, chinese] = ["en", "zh"].map(|language| publish(&site, &["--lang", language]));
    compare("still-there", 3, &host, &english, &chinese);
}

#[test]
fn case() {
    let (site, host) = hosted(|_, answer| answer);
    let page = site.path("www/a.html");
    assert_eq!(publish(&site, &[]).code, 0);
    std::fs::rename(&page, site.path("www/A.HTML")).expect("it is there");
    let [english, chinese] = ["en", "zh"].map(|language| publish(&site, &["--proof", "--lang", language]));
    compare("case", 3, &host, &english, &chinese);
}

#[test]
fn no_ranges() {
    let (site, host) = hosted(|asked, answer| match answer.status {
        206 => Answer { status: 200, ..answer.body(vec![b'x'; 5 << 20]) },
        _ if asked.header("range").is_empty() => answer,
        _ => answer,
    });
    site.write_bytes("content/sound.mp3", &vec![b'x'; 5 << 20]);
    assert_eq!(site.build(&[]).code, 0);
    check("no-ranges", 0, &site, &host);
}

#[test]
fn every_kind_has_a_case_and_every_file_is_used() {
    let others = ["unreached", "old", "cached", "still_there", "case", "no_ranges"];
    let cases: Vec<String> = CASES.iter().chain(&others).map(|case| file_of(case)).collect();
    // A certificate takes a real server: wires::a_certificate_that_does_not_hold_is_found.
    let without: Vec<&str> = FindingKind::ALL
        .iter()
        .map(|kind| kind.id().trim_start_matches("proof-"))
        .filter(|id| *id != "certificate" && !cases.iter().any(|case| case == id))
        .collect();
    assert!(without.is_empty(), "kinds without a case: {without:?}");
    for entry in std::fs::read_dir(PathBuf::from(PROJECT).join("tests/sites/proof")).expect("the folder of the cases") {
        let name = entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(cases.contains(&name), "tests/sites/proof/{name}.txt belongs to no case");
    }
}

#[test]
fn a_host_that_needs_a_moment_is_no_wrong_host() {
    let asked_a = AtomicUsize::new(0);
    let (site, _host) = hosted(move |asked, answer| match is_a(asked) && asked_a.fetch_add(1, Ordering::SeqCst) < 2 {
        true => Answer::of(503, ""),
        false => answer,
    });
    let run = publish(&site, &["--lang", "en"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_silent_host_ends_the_proof_early() {
    let (site, _host) = hosted(|asked, answer| match is_page(asked) && asked.below() != "index.html" {
        true => Answer { wait: Duration::from_secs(30), ..answer },
        false => answer,
    });
    site.edit("site.yaml", "timeout: 20", "timeout: 3");
    for n in 0..40 {
        site.write(&format!("content/news/p{n}.md"), &format!("---\ntitle: 第{n}条\n---\n\n正文\n"));
    }
    let run = publish(&site, &["--json", "--lang", "en"]);
    assert_eq!(run.code, 3, "{}", run.brief());
    let proof = &run.json()["proof"];
    assert!(proof["left"].as_u64().is_some_and(|left| left > 20), "{proof}");
    assert_eq!(proof["findings"][0]["code"], "proof-no-answer");
}

#[test]
fn what_was_withdrawn_by_a_rollback_is_asked_for_too() {
    let (site, _host) = hosted(|_, answer| answer);
    assert_eq!(publish(&site, &[]).code, 0);
    site.edit("content/a.md", "正文", "新的正文");
    assert_eq!(publish(&site, &[]).code, 0);
    let run = publish(&site, &["--rollback", "--lang", "en"]);
    assert!(run.code == 0 && run.stderr.contains("addresses show what was published"), "{}", run.brief());
}

/// The rules of IIS for paths, one by one: it refuses such a name, and a build gives it to no page, folder or file.
#[test]
fn no_name_that_a_build_gives_meets_a_rule_of_iis() {
    let hidden =
        ["bin", "App_Code", "App_GlobalResources", "App_LocalResources", "App_WebReferences", "App_Data", "App_Browsers", "web.config"];
    let devices = ["con", "prn", "aux", "nul", "com1", "lpt1", "con.notes"];
    let mut rules: Vec<(&str, String)> = vec![("404.11", "a+b".into()), ("404.11", "100%".into()), ("404.14", "长".repeat(80))];
    rules.extend(hidden.map(|name| ("404.8", name.to_string())));
    rules.extend(devices.map(|name| ("404.0", name.to_string())));
    rules.extend(["end.", "blank "].map(|name| ("404.0", name.to_string())));
    let site = Site::new("");
    for (at, (_, name)) in rules.iter().enumerate() {
        let link = name.replace('%', "%25");
        site.write(&format!("content/pages/{name}.md"), &format!("# 第{at}篇\n\n[附件](<../files/{link}.pdf>)\n"));
        site.write(&format!("content/{name}/page.md"), &format!("# 文件夹{at}\n"));
        site.write(&format!("content/files/{name}.pdf"), "%PDF-1.4");
    }
    let run = site.build(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let host = iis(site.path("output"), "iis10-late");
    let ask = |path: &str| host(&Asked { method: "GET".into(), path: path.to_string(), ..Asked::default() }, Answer::of(200, ""));
    for (detail, name) in &rules {
        let name = name.replace('%', "%25").replace('长', "%E9%95%BF");
        let (page, folder) = (ask(&format!("/xuetang/pages/{name}")), ask(&format!("/xuetang/{name}/page.html")));
        assert!(page.text().contains(detail) && folder.text().contains(detail), "{name}: {} {}", page.text(), folder.text());
    }
    let output = site.output();
    let of_kind = |kind: &str| output.keys().filter(|path| path.ends_with(kind)).count();
    assert!(of_kind(".pdf") == rules.len() && of_kind(".html") >= 2 * rules.len(), "nothing is left out");
    for path in output.keys() {
        let answer = ask(&format!("/xuetang/{path}"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}

/// The sample site by each version of IIS, in a sub-directory, in letters of any size.
#[test]
fn every_version_of_iis_serves_the_sample_site() {
    let site = Site::new("//- site.yaml\ntitle: x\n");
    for name in ["content", "static", "site.yaml", "redirects.csv"] {
        let from = PathBuf::from(PROJECT).join(name);
        for entry in walkdir::WalkDir::new(&from).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(PROJECT).expect("below").to_str().expect("plain").to_string();
            site.write_bytes(&path, &std::fs::read(entry.path()).expect("it can be read"));
        }
    }
    site.edit("site.yaml", "base_url: \"\"", "base_url: https://dj.example.edu.cn/xuetang/");
    assert_eq!(site.build(&[]).code, 0);
    let settings = site.read("site.yaml");
    for column in COLUMNS {
        let host = Host::start(site.path(column), iis(site.path(column), column));
        std::fs::create_dir_all(site.path(column)).expect("a folder");
        let target = format!("publish: {{{column}: {{to: {column}, url: \"{}\"}}}}\n", host.url());
        site.write("site.yaml", &format!("{settings}\n{target}"));
        let run = publish(&site, &["--json", "--no-build", "--lang", "en"]);
        let proof = run.json()["proof"].clone();
        let findings: Vec<String> =
            proof["findings"].as_array().into_iter().flatten().map(|found| format!("{} {}", found["code"], found["value"])).collect();
        println!("{column}: {} asked, {} right, {findings:?}", proof["asked"], proof["right"]);
        // Calendar files: nobody measured whether IIS 7 has their type; the date stands on the page in words.
        let wanted: &[&str] = if column == "iis7" { &["\"proof-type\" \"ics\""] } else { &[] };
        assert_eq!(findings, wanted, "{column}: {proof:#}");
    }
}
