//! What is given out: one version everywhere, licences that are complete, completions and manual pages of all commands, the manual, manifests
//! and workflows that hold what they name. `packaging/` makes the files; here it runs on what costs no release build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

use flate2::read::GzDecoder;
use serde_json::Value;

use super::dependencies::metadata;
use crate::support::site::program;
use crate::support::{PROJECT, Run, project_file};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn run(arguments: &[&str]) -> String {
    let run = Run::of(program().args(arguments).output().expect("the program starts"), "\u{0}");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run.stdout
}

/// The names and versions in a lock file, of packages from a registry.
fn locked(path: &str) -> BTreeSet<String> {
    let text = project_file(path);
    let packages = text.split("[[package]]").skip(1).filter(|package| package.contains("\nsource = "));
    packages.map(|package| format!("{} {}", value(package, "name"), value(package, "version"))).collect()
}

fn value<'a>(toml: &'a str, key: &str) -> &'a str {
    let line = toml.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
    line.and_then(|line| line.strip_suffix('"')).unwrap_or_else(|| panic!("no {key} in {toml}"))
}

fn licenses() -> String {
    let packed = fs::read(Path::new(PROJECT).join("packaging/licenses.txt.gz")).expect("the licences");
    let mut text = String::new();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("gzip of UTF-8");
    text
}

/// The packages of the list at the top, with their licence.
fn listed(licenses: &str) -> BTreeMap<String, String> {
    let list = licenses.split("\n\n").nth(1).expect("the list");
    let rows = list.lines().filter_map(|line| line.split_once(": ")).filter(|(name, _)| *name != "the Rust standard library");
    rows.map(|(name, rest)| (name.to_string(), rest.split("; ").next().unwrap_or_default().to_string())).collect()
}

#[test]
fn licences_are_those_of_the_lock_file() {
    let licenses = licenses();
    let shipped: BTreeSet<String> = listed(&licenses).into_keys().collect();
    let rest: BTreeSet<String> = project_file("packaging/build-only.txt").lines().map(str::to_string).collect();
    let both: Vec<_> = shipped.intersection(&rest).collect();
    assert!(both.is_empty(), "in the program and not: {both:?}");
    let known: BTreeSet<String> = shipped.union(&rest).cloned().collect();
    let locked = locked("Cargo.lock");
    let missing: Vec<_> = locked.difference(&known).collect();
    let vanished: Vec<_> = known.difference(&locked).collect();
    assert!(missing.is_empty() && vanished.is_empty(), "run packaging/licenses: missing {missing:?}, no longer there {vanished:?}");
}

#[test]
fn what_is_in_the_program_here_is_on_the_list_with_a_licence_and_its_text() {
    let licenses = licenses();
    let listed = listed(&licenses);
    let metadata = metadata();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let packages: BTreeMap<String, &Value> =
        metadata["packages"].as_array().expect("a list").iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<String, &Value> =
        metadata["resolve"]["nodes"].as_array().expect("a list").iter().map(|node| (text(&node["id"]), node)).collect();
    let is_macro = |id: &String| packages[id]["targets"].to_string().contains("proc-macro");
    let root = text(&metadata["resolve"]["root"]);
    let (mut reached, mut next) = (BTreeSet::new(), vec![root.clone()]);
    while let Some(id) = next.pop() {
        if is_macro(&id) || !reached.insert(id.clone()) {
            continue;
        }
        for dependency in nodes[&id]["deps"].as_array().into_iter().flatten() {
            if dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null()) {
                next.push(text(&dependency["pkg"]));
            }
        }
    }
    reached.remove(&root);
    assert!(reached.len() > 100, "{}", reached.len());
    let owners: BTreeSet<&str> =
        licenses.lines().filter_map(|line| line.strip_prefix("== ")?.strip_suffix(" ==")).flat_map(|names| names.split(", ")).collect();
    for id in reached {
        let name = format!("{} {}", text(&packages[&id]["name"]), text(&packages[&id]["version"]));
        let licence = listed.get(&name).unwrap_or_else(|| panic!("{name} is not on the list: run packaging/licenses"));
        assert_eq!(*licence, text(&packages[&id]["license"]), "{name}");
        assert!(owners.contains(name.as_str()), "{name} has no text");
    }
}

#[test]
fn licences_are_printed_with_those_of_the_grammars() {
    let said = run(&["licenses"]);
    assert!(said.starts_with(licenses().trim_end()), "the list comes first, as it was gathered");
    let grammars = &said[licenses().trim_end().len()..];
    assert!(grammars.matches("\n== ").count() > 10 && grammars.contains("Permission is hereby granted"), "{grammars}");
}

#[test]
fn the_version_is_one() {
    let changes = project_file("CHANGELOG.md");
    let headings: Vec<&str> = changes.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings[0], "Unreleased");
    let mut days = Vec::new();
    for heading in &headings[1..] {
        let (version, day) = heading.split_once(" - ").unwrap_or_else(|| panic!("`{heading}` is not `VERSION - DAY`"));
        assert!(version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u16>().is_ok()), "{heading}");
        days.push(day.parse::<jiff::civil::Date>().unwrap_or_else(|cause| panic!("{heading}: {cause}")));
    }
    assert!(days.is_sorted_by(|later, earlier| later >= earlier), "the newest first: {days:?}");
    assert_eq!(headings[1].split(" - ").next(), Some(VERSION), "the newest section is that of Cargo.toml");
    let lock = project_file("Cargo.lock");
    let own = lock.split("[[package]]").find(|package| package.contains("\nname = \"studyhall\"\n")).expect("the program");
    assert_eq!(value(own, "version"), VERSION);
    assert!(project_file("docs/themes.md").contains(&format!("Studyhall {VERSION}")), "docs/themes.md shows the generator");
    assert!(run(&["--version", "--lang", "en"]).starts_with(&format!("studyhall {VERSION} (")));
}

#[test]
fn the_version_says_what_it_was_made_of() {
    let (english, chinese) = (run(&["--version", "--lang", "en"]), run(&["-V", "--lang", "zh"]));
    match option_env!("STUDYHALL_COMMIT") {
        Some(commit) => assert!(english.contains(commit) && chinese.contains(commit), "{english}{chinese}"),
        None => {
            assert_eq!(english, format!("studyhall {VERSION} (built from source)\n"));
            assert_eq!(chinese, format!("studyhall {VERSION}（从源代码编译）\n"));
        }
    }
}

#[test]
fn an_update_is_only_told_about() {
    let said = Run::of(program().args(["update", "--check", "--lang", "en"]).output().expect("the program starts"), "\u{0}");
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert!(said.stderr.contains(VERSION) && said.stderr.contains("never opens a connection"), "{}", said.stderr);
    let json: Value = serde_json::from_str(&run(&["update", "--check", "--json"])).expect("JSON");
    assert_eq!(json["version"], VERSION);
    // Nothing is done that was not asked for: there is no way to update but by hand.
    let said = Run::of(program().args(["update", "--lang", "en"]).output().expect("the program starts"), "\u{0}");
    assert_eq!((said.code, said.stderr.lines().next()), (2, Some("error: the argument `--check` is missing")));
}

/// The commands and their flags, as the help tells them.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let help = run(&["--help", "--lang", "en"]);
    let list = help.split_once("Commands:\n").and_then(|(_, rest)| rest.split_once("\n\n")).expect("the list of commands").0;
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().filter(|_| !line.starts_with("   ")));
    let flags = |name: &str| {
        let help = run(&[name, "--help", "--lang", "en"]);
        let words = help.split(|c: char| c.is_whitespace() || "=[<,|`".contains(c));
        words
            .filter(|word| word.starts_with("--") && word.len() > 2)
            .map(|word| word.trim_end_matches([')', ';', '.']).to_string())
            .collect()
    };
    names.map(|name| (name.to_string(), flags(name))).collect()
}

#[test]
fn completions_know_all_commands_and_flags() {
    let commands = commands();
    assert!(commands.len() > 8 && commands["build"].contains("--keep-going"), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell, "--lang", "en"]);
        for (command, flags) in &commands {
            assert!(script.contains(command), "{shell}: {command}");
            for flag in flags {
                // fish names a long flag by `-l`.
                let is_there = script.contains(flag) || (shell == "fish" && script.contains(&format!("-l {}", &flag[2..])));
                assert!(is_there, "{shell}: {command} {flag}");
            }
        }
    }
    let said = Run::of(program().args(["completions", "tcsh", "--lang", "en"]).output().expect("the program starts"), "\u{0}");
    assert_eq!((said.code, said.stderr.lines().next()), (2, Some("error: `tcsh` is not possible for `<SHELL>` Did you mean `zsh`?")));
}

#[test]
fn manual_pages_know_all_commands_and_flags() {
    let whole = run(&["man", "--lang", "en"]);
    assert!(whole.contains(".TH studyhall 1") && whole.contains(VERSION), "{whole}");
    for (command, flags) in commands() {
        assert!(whole.contains(&format!("studyhall\\-{command}(1)")), "{command} in\n{whole}");
        let page = run(&["man", &command, "--lang", "en"]);
        assert!(page.contains(&format!(".TH studyhall-{command} 1")), "{page}");
        for flag in flags {
            assert!(page.contains(&flag.replace('-', "\\-")), "{flag} in\n{page}");
        }
    }
    let chinese = run(&["man", "build", "--lang", "zh"]);
    assert!(chinese.contains("构建站点"), "{chinese}");
    let said = Run::of(program().args(["man", "biuld", "--lang", "en"]).output().expect("the program starts"), "\u{0}");
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("Did you mean `build`?"), "{}", said.stderr);
}

/// A YAML text as a value.
fn yaml(path: &str, text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

#[test]
fn workflows_are_yaml_and_call_what_is_there() {
    let mut called = BTreeSet::new();
    let mut systems = BTreeSet::new();
    for name in ["ci.yml", "release.yml"] {
        let path = format!(".github/workflows/{name}");
        let workflow = yaml(&path, &project_file(&path));
        let jobs = workflow["jobs"].as_object().unwrap_or_else(|| panic!("{path} has no jobs"));
        for (job, body) in jobs {
            assert!(body["runs-on"].is_string(), "{path}: {job}");
            let steps = body["steps"].as_array().unwrap_or_else(|| panic!("{path}: {job} has no steps"));
            for step in steps {
                assert!(
                    step["run"].is_string() != step["uses"].is_string(),
                    "{path}: {job}: a step runs something or uses something: {step}"
                );
                let words = step["run"].as_str().unwrap_or_default().split_whitespace();
                called.extend(
                    words
                        .filter(|word| word.contains('/') && Path::new(PROJECT).join(word.split('/').next().unwrap()).is_dir())
                        .map(str::to_string),
                );
            }
            for row in body["strategy"]["matrix"]["include"].as_array().into_iter().flatten() {
                systems.extend(row["programs"].as_str().unwrap_or_default().split(' ').map(str::to_string));
            }
        }
    }
    for path in &called {
        assert!(path == "dist/*/" || Path::new(PROJECT).join(path).is_file(), "{path} is called and is not there");
    }
    assert!(called.contains("packaging/release") && called.contains("tests/run"), "{called:?}");
    let programs = project_file("packaging/programs.py");
    let table = programs.split_once("TARGETS = {").and_then(|(_, rest)| rest.split_once('}')).expect("the systems").0;
    let known: BTreeSet<String> = table.lines().filter_map(|line| line.split('"').nth(1)).map(str::to_string).collect();
    assert_eq!(systems, known, "the release makes the programs of all systems");
    for target in table.lines().filter_map(|line| line.split('"').nth(3)) {
        assert!(project_file("packaging/licenses").contains(&format!("\"{target}\"")), "packaging/licenses looks at {target}");
    }
}

/// Runs packaging/release on a folder, as a trial.
#[cfg(unix)]
fn release(arguments: &[&str], dist: &Path) -> Run {
    let mut command = Command::new("python3");
    command.arg("packaging/release").args(arguments).arg("--trial").arg("--dist").arg(dist).current_dir(PROJECT);
    // What a release is signed with is no concern of a test.
    for name in ["STUDYHALL_MINISIGN_KEY", "STUDYHALL_ADDRESS", "STUDYHALL_PUBLISHER", "STUDYHALL_MAINTAINER"] {
        command.env_remove(name);
    }
    Run::of(command.output().expect("Python starts"), "\u{0}")
}

#[cfg(unix)]
#[test]
fn manifests_name_version_and_sums() {
    let dist = tempfile::tempdir().expect("a folder");
    let file = |name: &str| dist.path().join(name);
    let text = |name: &str| fs::read_to_string(dist.path().join(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"));
    fs::write(file("studyhall-windows.zip"), "a zip").expect("written");
    let done = release(&["finish"], dist.path());
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains("studyhall.rb is left out") && !file("homebrew").exists(), "{}", done.stdout);
    // What `sha256sum` says of these bytes.
    let sum = "9a44557465efc644b7117e93eaf13c33cd956f5f4f12ca21bd51ae94ea97169a";
    assert_eq!(text("SHA256SUMS"), format!("{sum}  studyhall-windows.zip\n"));
    for kind in ["", ".installer", ".locale.zh-CN"] {
        let name = format!("winget/publisher.example.Studyhall{kind}.yaml");
        let manifest = yaml(&name, &text(&name));
        assert_eq!(manifest["PackageVersion"], VERSION, "{name}");
        assert_eq!(manifest["PackageIdentifier"], "publisher.example.Studyhall", "{name}");
        if kind == ".installer" {
            assert_eq!(manifest["Installers"][0]["InstallerSha256"], sum);
            let url = format!("https://studyhall.example/releases/download/v{VERSION}/studyhall-windows.zip");
            assert_eq!(manifest["Installers"][0]["InstallerUrl"], url);
        }
    }
    let scoop: Value = serde_json::from_str(&text("scoop/studyhall.json")).expect("JSON");
    assert_eq!((&scoop["version"], &scoop["architecture"]["64bit"]["hash"]), (&Value::from(VERSION), &Value::from(sum)));
    assert_eq!(scoop["description"], env!("CARGO_PKG_DESCRIPTION"));
    // With the programs of Linux there is a formula, without a word of macOS.
    for name in ["studyhall-linux-x86_64.tar.gz", "studyhall-linux-arm64.tar.gz"] {
        fs::write(file(name), name).expect("written");
    }
    assert_eq!(release(&["finish"], dist.path()).code, 0);
    let formula = text("homebrew/studyhall.rb");
    assert!(formula.contains(&format!("version \"{VERSION}\"")) && formula.contains("on_linux do"), "{formula}");
    assert!(!formula.contains("macos") && !formula.contains("{{"), "{formula}");
    for line in text("SHA256SUMS").lines().filter(|line| line.contains("linux")) {
        assert!(formula.contains(&line[..64]), "{line} in\n{formula}");
    }
}

#[test]
fn templates_hold_no_version_of_their_own() {
    let folder = Path::new(PROJECT).join("packaging");
    let mut seen = 0;
    for name in ["winget", "scoop", "homebrew", "debian"] {
        for entry in fs::read_dir(folder.join(name)).expect("a folder") {
            let text = fs::read_to_string(entry.expect("an entry").path()).expect("a template");
            assert!(!text.contains(VERSION), "{name}: a version is filled in, not written\n{text}");
            seen += usize::from(text.contains("{{version}}"));
        }
    }
    assert_eq!(seen, 6, "winget's three, scoop, Homebrew, Debian");
}

#[cfg(unix)]
#[test]
fn placeholders_are_no_release() {
    let dist = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("python3");
    command.args(["packaging/release", "finish", "--dist"]).arg(dist.path()).current_dir(PROJECT);
    command.env("STUDYHALL_ADDRESS", "https://studyhall.example");
    let done = Run::of(command.output().expect("Python starts"), "\u{0}");
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("`address` is a placeholder"), "{}", done.stderr);
}

#[cfg(unix)]
#[test]
fn notes_of_a_release_are_its_section() {
    let done = Command::new("python3").args(["packaging/release", "notes", &format!("v{VERSION}")]).current_dir(PROJECT).output();
    let done = Run::of(done.expect("Python starts"), "\u{0}");
    assert_eq!(done.code, 0, "{}", done.stderr);
    let changes = project_file("CHANGELOG.md");
    assert!(changes.contains(&done.stdout) && done.stdout.starts_with("* ") && !done.stdout.contains("\n## "), "{}", done.stdout);
    let done = Command::new("python3").args(["packaging/release", "notes", "99.0.0"]).current_dir(PROJECT).output().expect("Python starts");
    assert!(!done.status.success());
}

/// The guides for officers: the Chinese ones in docs/, but for that of those who make releases.
fn guides() -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(PROJECT).join("docs")).expect("docs/");
    let names = entries.filter_map(|entry| entry.expect("an entry").file_name().to_str()?.strip_suffix(".md").map(str::to_string));
    names.filter(|name| !name.is_ascii() && name != "发布新版本").collect()
}

#[cfg(unix)]
#[test]
fn the_manual_is_one_page_of_all_guides_that_needs_nothing_else() {
    use crate::support::html::tags;

    let order = project_file("packaging/manual.py");
    let order = order.split_once("ORDER = [").and_then(|(_, rest)| rest.split_once(']')).expect("the order of the guides").0;
    let order: BTreeSet<String> = order.split('"').skip(1).step_by(2).map(str::to_string).collect();
    assert_eq!(order, guides(), "packaging/manual.py and docs/");

    let dist = tempfile::tempdir().expect("a folder");
    let program = program();
    let done = release(&["manual", "--program", program.get_program().to_str().expect("a path")], dist.path());
    assert_eq!(done.code, 0, "{}", done.stderr);
    let html = fs::read_to_string(dist.path().join("使用说明.html")).expect("the manual");
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("the manual does not say {words}"));
    for said in ["先解压，再双击", "Windows 10（1809）", "关掉程序的黑色窗口", "站点在哪里"] {
        assert!(at(said) < at("目录"), "{said} stands before all else");
    }
    for guide in guides() {
        let title = project_file(&format!("docs/{guide}.md"));
        let title = title.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a title").to_string();
        assert!(html.contains(&title), "{title}");
    }
    let tags = tags(&html);
    let values = |name: &'static str| tags.iter().filter_map(move |tag| tag.get(name));
    let ids: BTreeSet<&str> = values("id").collect();
    let outside = "http://127.0.0.1:8020/";
    for link in values("href").chain(values("src")) {
        let leads = match link.strip_prefix('#') {
            Some(anchor) => ids.contains(anchor),
            None => link.starts_with("data:") || link == outside,
        };
        assert!(leads, "a link that leads nowhere from disk: {link}");
    }
    let within = |guide: &str| values("href").filter(|link| *link == guide).count();
    assert!((1..=8).all(|guide| within(&format!("#l{guide}")) >= 1) && within("#l5") > 1, "the contents and the guides lead to guides");
    assert!(values("src").any(|link| link.starts_with("data:image/png")), "the pictures are in it");
}

#[cfg(unix)]
#[test]
fn archives_depend_on_their_files_alone() {
    let script = r#"
import sys, time, pathlib, zipfile, tarfile
sys.dont_write_bytecode = True
sys.path.insert(0, "packaging")
import archive
out = pathlib.Path(sys.argv[1])
files = {"示例/甲.md": ("甲".encode() * 100, False), "studyhall": (b"program" * 100, True), "a/b/c": (b"", False)}
for turn in ("1", "2"):
    archive.write_zip(out / f"{turn}.zip", files, 1764500000)
    archive.write_tar_gz(out / f"{turn}.tar.gz", files, 1764500000)
    archive.write_deb(out / f"{turn}.deb", {"control": (b"Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n", False)}, files, 1764500000)
    files = dict(reversed(files.items()))
    time.sleep(1.1)
for kind in ("zip", "tar.gz", "deb"):
    assert (out / f"1.{kind}").read_bytes() == (out / f"2.{kind}").read_bytes(), kind
entries = {entry.filename: entry for entry in zipfile.ZipFile(out / "1.zip").infolist()}
assert set(entries) == set(files)
assert entries["示例/甲.md"].flag_bits & 0x800, "the Explorer is told that names are UTF-8"
assert tarfile.open(out / "1.tar.gz").getmember("studyhall").mode == 0o755
"#;
    let folder = tempfile::tempdir().expect("a folder");
    let done = Command::new("python3").arg("-c").arg(script).arg(folder.path()).current_dir(PROJECT).output().expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    // Where Debian's own tool is there, it can read the package.
    if let Ok(listed) = Command::new("dpkg-deb").arg("--contents").arg(folder.path().join("1.deb")).output() {
        let listed = Run::of(listed, "\u{0}");
        assert!(listed.code == 0 && listed.stdout.contains("./示例/甲.md"), "{}{}", listed.stdout, listed.stderr);
    }
}
