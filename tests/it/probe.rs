//! `publish --probe`: what it says of a host, and that nothing of it stays there.

use serde_json::Value;

use crate::support::host::{Answer, Asked, Host, MOUNT, iis};
use crate::support::hosts::{COLUMNS, served_by};
use crate::support::{Run, Site};

/// A target, the folder `xuetang`, shown by a host.
fn hosted(rule: impl Fn(&Asked, Answer) -> Answer + Send + Sync + 'static) -> (Site, Host) {
    let site = Site::new(
        "//- site.yaml\ntitle: 测试\npublish: {campus: {to: xuetang, url: http://127.0.0.1:2/, connections: 3}}\n//- xuetang/theirs.txt\nx\n",
    );
    let host = Host::start(site.path("xuetang"), rule);
    site.edit("site.yaml", "http://127.0.0.1:2/", &host.url());
    (site, host)
}

/// Probes, and makes sure that the target is as it was.
#[track_caller]
fn probe(site: &Site, code: i32, more: &[&str]) -> Run {
    let run = site.run(&[&["publish", "--probe"], more].concat());
    assert_eq!(run.code, code, "{}", run.brief());
    let names: Vec<String> = std::fs::read_dir(site.path("xuetang"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("plain"))
        .collect();
    assert_eq!(names, ["theirs.txt"]);
    run
}

#[track_caller]
fn probe_as_json(site: &Site, code: i32) -> Value {
    probe(site, code, &["--json", "--lang", "en"]).json()
}

fn tried<'a>(report: &'a Value, what: &str) -> &'a Value {
    report["tried"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|tried| tried["what"] == what)
        .unwrap_or_else(|| panic!("no {what} in {report:#}"))
}

/// What the host does not do, in the order in which it was tried.
fn not_fine(report: &Value) -> Vec<&str> {
    let tried = report["tried"].as_array().into_iter().flatten();
    tried.filter(|tried| tried["fine"] == false).filter_map(|tried| tried["what"].as_str()).collect()
}

#[track_caller]
fn check_options(report: &Value, expected: &[(&str, &str)]) {
    let options: Vec<(&str, &str)> = report["options"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|option| Some((option["key"].as_str()?, option["value"].as_str()?)))
        .collect();
    assert_eq!(options, expected, "{report:#}");
}

#[test]
fn a_well_kept_host_can_do_all_of_it() {
    let (site, _host) = hosted(|_, answer| answer);
    let report = probe_as_json(&site, 0);
    assert_eq!((&report["holds"], &report["left"]), (&true.into(), &Value::Null));
    assert_eq!(not_fine(&report), ["packed", "https"], "{report:#}");
    assert_eq!(tried(&report, "size")["yes"], "32");
    assert_eq!(tried(&report, "deep")["yes"], (200 - "studyhall-probe-01234567/".len()).to_string());
    check_options(&report, &[]);
    let text = probe(&site, 0, &["--lang", "zh"]).stderr;
    assert!(text.contains("✓ 站点要用的类型：html css js xml txt png jpg ico\n") && text.ends_with("站点在这里能读、能搜索。\n"), "{text}");
}

#[test]
fn each_version_of_iis_is_told_as_the_table_has_it() {
    for column in COLUMNS {
        let root = std::sync::Arc::new(std::sync::Mutex::new(None));
        let inner = root.clone();
        let (site, _host) = hosted(move |asked, answer| {
            let root: std::path::PathBuf = inner.lock().expect("no holder panics").clone().expect("told");
            iis(root, column)(asked, answer)
        });
        *root.lock().expect("no holder panics") = Some(site.path("xuetang"));
        let report = probe_as_json(&site, 0);
        assert!(tried(&report, "types")["fine"] == true, "{column}: {report:#}");
        let served = served_by(column);
        let attachments = tried(&report, "attachments");
        let list = |key: &str| attachments[key].as_str().expect("a text").split(' ').map(str::to_string).collect::<Vec<_>>();
        assert!(list("yes").iter().all(|kind| served.contains(&kind.as_str())), "{column}: {attachments}");
        assert!(list("no").iter().all(|kind| !served.contains(&kind.as_str())), "{column}: {attachments}");
        assert_eq!(tried(&report, "case")["yes"], "@probe-case-any", "{column}");
        check_options(&report, &[]);
    }
}

#[test]
fn where_the_folder_is_seen_is_found_and_to_be_set() {
    let (site, host) = hosted(|_, answer| answer);
    site.edit("site.yaml", MOUNT, "/");
    let report = probe_as_json(&site, 0);
    check_options(&report, &[("url", &host.url())]);
    // Nowhere: what the public address says is told.
    let (site, _host) = hosted(|_, _| Answer::of(404, "").with("server", "Microsoft-IIS/8.5"));
    let report = probe_as_json(&site, 3);
    assert_eq!((&report["findings"][0]["code"], &tried(&report, "seen")["fine"]), (&"proof-nowhere".into(), &false.into()));
    // Without any address there is nothing to ask, and nothing is put there.
    site.write("site.yaml", "title: 测试\npublish: {campus: {to: xuetang}}\n");
    assert!(probe(&site, 2, &["--lang", "en"]).stderr.contains("the public address of `campus` is not known"));
}

#[test]
fn a_host_that_declares_gbk_is_met_by_the_mark() {
    let rule = |asked: &Asked, answer: Answer| match asked.extension() == "html" || asked.path.ends_with('/') {
        true => answer.with("content-type", "text/html; charset=GBK"),
        false => answer,
    };
    let (site, _host) = hosted(rule);
    let report = probe_as_json(&site, 3);
    assert_eq!(tried(&report, "charset")["no"], "gbk");
    check_options(&report, &[("byte_order_mark", "true")]);
    // And then readers can read: the proof says so.
    site.write("content/a.md", "---\ntitle: 甲\n---\n\n正文\n");
    let publish = || site.run(&["publish", "--lang", "en", "--adopt"]);
    assert!(publish().code == 3);
    site.edit("site.yaml", "title: 测试", "title: 测试\nbyte_order_mark: true");
    let run = publish();
    assert_eq!(run.code, 0, "{}", run.brief());
    assert!(site.read("xuetang/a.html").starts_with("\u{feff}<!doctype html>"));
}

#[test]
fn what_a_host_refuses_or_changes_is_named() {
    let rule = |asked: &Asked, answer: Answer| match () {
        () if asked.path.contains("/search/") => Answer::of(404, ""),
        () if asked.query.contains("q=") => Answer::of(403, ""),
        () if asked.path.ends_with('/') => Answer::of(403, ""),
        () if asked.path.len() > 190 => Answer::of(404, ""),
        () if answer.status == 404 => Answer::of(200, "<html><title>找不到"),
        () if asked.extension() == "html" => {
            let text = answer.text().replace("</body>", "<script src=http://x.cn/a.js></script></body>");
            answer.body(text)
        }
        () => answer,
    };
    let (site, _host) = hosted(rule);
    let report = probe_as_json(&site, 3);
    assert_eq!(not_fine(&report), ["folders", "deep", "index", "whole", "query", "nothing", "packed", "https"], "{report:#}");
    assert_eq!(tried(&report, "folders")["no"], "search/terms");
    assert!(report["findings"].as_array().into_iter().flatten().any(|found| found["code"] == "proof-injected"), "{report:#}");
}

#[test]
fn a_page_that_a_cache_keeps_after_its_removal_is_noticed() {
    let kept = std::sync::Mutex::new(None);
    let (site, _host) = hosted(move |asked, answer| {
        let mut kept = kept.lock().expect("no holder panics");
        match (asked.path.ends_with("/index.html") && !asked.path.contains("/tags/") && asked.query.is_empty(), answer.status) {
            (true, 200) => kept.insert(answer).clone(),
            (true, 404) => kept.clone().unwrap_or(answer),
            _ => answer,
        }
    });
    let report = probe_as_json(&site, 0);
    assert_eq!(tried(&report, "gone")["fine"], false);
}

#[test]
fn what_a_killed_probe_left_is_removed_by_the_next() {
    let (site, _host) = hosted(|_, answer| answer);
    site.write("xuetang/studyhall-probe-0a1b2c3d/types/x.css", "x");
    site.write(".studyhall-publish/campus/probe.txt", "studyhall-probe-0a1b2c3d");
    probe_as_json(&site, 0);
    assert_eq!(site.read(".studyhall-publish/campus/probe.txt"), "");
}
