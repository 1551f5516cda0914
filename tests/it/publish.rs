//! `publish` as an officer meets it, onto a folder.

use serde_json::Value;

use crate::support::site::{assert_same, tree};
use crate::support::{DAY, Run, Site};

/// A site with a target `campus`, the folder `www` beside it.
fn site(more: &str) -> Site {
    let text = "//- site.yaml\ntitle: 测试\npublish: {campus: {to: www}}\n//- content/a.md\n---\ntitle: 甲\n---\n\n正文\n//- www/theirs.asp\nasp\n";
    Site::new(&format!("{text}{more}"))
}

fn publish(site: &Site, more: &[&str]) -> Run {
    site.run(&[&["publish", "--date", DAY, "--lang", "en"], more].concat())
}

#[track_caller]
fn publish_well(site: &Site, more: &[&str]) -> Value {
    let run = publish(site, &[&["--json"], more].concat());
    assert_eq!(run.code, 0, "{}", run.brief());
    run.json()
}

/// What publishing says when it fails, without the folder of the test.
#[track_caller]
fn refused(site: &Site, more: &[&str]) -> String {
    let run = publish(site, more);
    assert_eq!(run.code, 2, "{}", run.brief());
    run.said()
}

#[test]
fn an_edit_goes_to_the_folder_and_comes_back() {
    let site = site("");
    let plan = publish_well(&site, &["--dry-run"]);
    assert_eq!((&plan["event"], &plan["foreign"][0]), (&"plan".into(), &"theirs.asp".into()));
    assert!(!site.path("www/a.html").exists());
    let first = publish_well(&site, &[]);
    assert!(first["new"].as_array().expect("a list").len() > 10);
    let page = site.read("www/a.html");
    assert_eq!(page, site.read("output/a.html"));
    site.edit("content/a.md", "正文", "新的正文");
    let second = publish_well(&site, &[]);
    assert!(second["changed"].as_array().expect("a list").contains(&"a.html".into()), "{second}");
    assert!(site.read("www/a.html").contains("新的正文"));
    assert!(publish_well(&site, &[])["changed"].as_array().expect("a list").is_empty());
    let back = publish(&site, &["--rollback"]);
    assert!(back.code == 0 && back.stderr.starts_with("Back to the state published 20"), "{}", back.brief());
    assert_eq!(site.read("www/a.html"), page);
    assert!(refused(&site, &["--rollback"]).contains("no earlier publish"));
    publish_well(&site, &[]);
    assert!(site.read("www/a.html").contains("新的正文"));
    assert_eq!(site.read("www/theirs.asp"), "asp\n");
}

#[test]
fn what_no_state_needs_is_not_kept_here() {
    let site = site("");
    site.edit("site.yaml", "to: www", "to: www, history: 2");
    for text in ["第一句", "第二句", "第三句", "第四句"] {
        site.write("content/a.md", &format!("---\ntitle: 甲\n---\n\n{text}\n"));
        publish_well(&site, &[]);
    }
    let mut kept = String::new();
    for entry in walkdir::WalkDir::new(site.path(".studyhall-publish/objects")).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            kept += &String::from_utf8_lossy(&std::fs::read(entry.path()).expect("it is there"));
        }
    }
    for (text, is) in [("第一句", false), ("第二句", false), ("第三句", true), ("第四句", true)] {
        assert_eq!(kept.contains(text), is, "{text}");
    }
    assert_eq!(publish(&site, &["--rollback"]).code, 0);
    assert!(site.read("www/a.html").contains("第三句"));
}

#[test]
fn a_site_with_errors_is_not_published() {
    let site = site("//- content/b.md\n[甲](none.md)\n");
    let run = publish(&site, &[]);
    assert_eq!(run.code, 1, "{}", run.brief());
    assert!(!site.path("www/a.html").exists());
}

#[test]
fn an_output_that_somebody_changed_is_noticed() {
    let site = site("");
    publish_well(&site, &[]);
    let page = site.read("output/a.html");
    site.write("output/a.html", &page.replace("正文", "顺手改"));
    for more in [&[][..], &["--no-build"]] {
        let said = refused(&site, more);
        assert!(said.contains("the output were changed after the build: a.html") || said.contains("a.html"), "{said}");
        assert!(said.contains("content/"), "{said}");
    }
    assert_eq!(site.read("www/a.html"), page);
}

#[test]
fn targets_are_named() {
    let site = site("");
    assert_eq!(refused(&site, &["campsu"]), "error: there is no target `campsu`\n  hint: `site.yaml` has: campus.\n");
    site.write("site.yaml", "title: 测试\npublish: {a: {to: www}, b: {to: www}}\n");
    assert_eq!(
        refused(&site, &[]),
        "error: there are several targets; say which one\n  hint: Such as `studyhall publish NAME`; `site.yaml` has: a, b.\n"
    );
    site.write("site.yaml", "title: 测试\n");
    assert!(refused(&site, &[]).starts_with("error: `site.yaml` names nothing to publish to\n  hint: Add `publish: { campus: { to: "));
}

#[test]
fn a_share_that_is_not_mounted_is_told() {
    let site = site("");
    site.edit("site.yaml", "to: www", "to: share");
    let said = refused(&site, &[]);
    assert!(said.starts_with("error: `campus` (") && said.contains("was not found"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let site = site("");
    // Root may write everywhere.
    let locked = std::fs::Permissions::from_mode(0o500);
    std::fs::set_permissions(site.path("www"), locked).expect("permissions can be set");
    let may = std::fs::write(site.path("www/x"), "").is_ok();
    if !may {
        let said = refused(&site, &[]);
        assert!(said.contains("refuses to be written to"), "{said}");
    }
    std::fs::set_permissions(site.path("www"), std::fs::Permissions::from_mode(0o700)).expect("permissions can be set");
}

#[test]
fn a_record_of_a_later_version_or_one_that_somebody_edited_is_told() {
    let site = site("");
    publish_well(&site, &[]);
    let record = "www/studyhall-publish/record.txt";
    let text = site.read(record);
    site.write(record, &text.replace("studyhall-published 1", "studyhall-published 2"));
    let said = refused(&site, &[]);
    assert!(said.starts_with("error: `campus` (") && said.contains("by a later version of studyhall"), "{said}");
    assert!(said.contains("hint: "), "{said}");
    site.write(record, &text.replace("files ", "files 9"));
    site.edit("content/a.md", "正文", "新的正文");
    let run = publish(&site, &[]);
    assert!(run.code == 0 && run.stderr.contains("The record on the target is damaged"), "{}", run.brief());
    assert_eq!(site.read("www/a.html"), site.read("output/a.html"));
    assert_eq!(publish_well(&site, &[])["record"], "whole");
    assert_eq!(site.read("www/theirs.asp"), "asp\n");
}

/// Runs a command on a zip, if this machine has it.
fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let output = std::process::Command::new(name).args(arguments).output().ok()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{name}: {said}");
    Some(said)
}

#[test]
fn a_package_opens_everywhere_and_is_the_same_twice() {
    let site = site("");
    // One goes through memory in pieces.
    let recording: Vec<u8> = (0..9_u32 << 20).map(|at| (at / 7 % 251) as u8).collect();
    std::fs::create_dir_all(site.path("static")).expect("made");
    std::fs::write(site.path("static/recording.mp4"), recording).expect("written");
    let run = site.run(&["package", "--date", DAY, "--lang", "en", "--to", site.path("one.zip").to_str().expect("plain")]);
    assert_eq!(run.code, 0, "{}", run.brief());
    let two = site.path("two.zip");
    let two = two.to_str().expect("plain");
    assert_eq!(site.run(&["package", "--date", DAY, "--to", two]).code, 0);
    let bytes = |name: &str| std::fs::read(site.path(name)).expect("a package");
    assert!(bytes("one.zip") == bytes("two.zip"), "two packages of the same site differ");
    let script = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
        assert all(i.flag_bits & 0x800 and i.date_time==(1980,1,1,0,0,0) and not i.extra and i.orig_filename==i.filename.lower() for i in z.infolist())\n\
        z.extractall(sys.argv[2])\nprint(len(z.namelist()))";
    let into = |name: &str| site.path(name).to_str().expect("plain").to_string();
    let count = tool("python3", &["-c", script, two, &into("by-python")]).expect("the tests need python3");
    assert_same(&tree(&site.path("by-python")), &site.output(), "by-python");
    assert!(site.output().contains_key("recording.mp4"));
    assert!(count.trim().parse::<usize>().expect("a number") > 10);
    check_unpacked(&site, two);
}

/// Unpacks with the tools that this machine has: a tree like the output each time. Gives their names.
#[track_caller]
fn check_unpacked(site: &Site, zip: &str) -> Vec<&'static str> {
    let into = |name: &str| site.path(name).to_str().expect("plain").to_string();
    let tools = [
        tool("unzip", &["-q", zip, "-d", &into("by-unzip")]).map(|_| "by-unzip"),
        tool("7z", &["x", "-y", zip, &format!("-o{}", into("by-7z"))]).map(|_| "by-7z"),
    ];
    let tools: Vec<&str> = tools.into_iter().flatten().collect();
    for folder in &tools {
        assert_same(&tree(&site.path(folder)), &site.output(), folder);
    }
    tools
}

#[test]
#[ignore = "wants unzip and 7z, which `tests/run publish` brings"]
fn unzip_and_7z_unpack_a_package_as_it_was() {
    let site = site("");
    let zip = site.path("one.zip");
    let zip = zip.to_str().expect("plain");
    assert_eq!(site.run(&["package", "--date", DAY, "--to", zip]).code, 0);
    assert_eq!(check_unpacked(&site, zip), ["by-unzip", "by-7z"]);
}

#[test]
fn a_package_of_changes_says_what_to_delete() {
    let site = site("//- content/b.md\n---\ntitle: 乙\n---\n\n正文\n");
    let path = |name: &str| site.path(name).to_str().expect("plain").to_string();
    let package = |more: &[&str]| {
        let run = site.run(&[&["package", "--json", "--date", DAY, "--to", &path("p.zip")], more].concat());
        assert_eq!(run.code, 0, "{}", run.brief());
        run.json()
    };
    package(&[]);
    std::fs::rename(site.path("p.zip"), site.path("old.zip")).expect("it is there");
    site.remove("content/b.md");
    site.edit("content/a.md", "正文", "新的正文");
    let changes = package(&["--since", &path("old.zip")]);
    assert!(changes["removed"].as_array().expect("a list").contains(&"b.html".into()), "{changes}");
    let script =
        "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nprint(' '.join(z.namelist()))\nprint(z.read('studyhall-delete.txt').decode())";
    let said = tool("python3", &["-c", script, &path("p.zip")]).expect("the tests need python3");
    let (names, delete) = said.split_once('\n').expect("two parts");
    assert!(names.split(' ').any(|name| name == "a.html") && !names.contains("404.html"), "{names}");
    assert!(delete.lines().any(|line| line.trim() == "b.html"), "{delete}");
    site.write("odd.zip", "PK");
    let run = site.run(&["package", "--lang", "en", "--since", &path("odd.zip")]);
    assert!(run.code == 2 && run.said().contains("is no zip of `studyhall package`"), "{}", run.brief());
}
