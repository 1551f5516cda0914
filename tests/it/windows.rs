//! The program for Windows, run by Wine: an officer's day from the first site to a published one, in a folder with Chinese and
//! blanks. `tests/run windows` compiles it and runs these.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::launcher::{Opened, ask};
use crate::support::serve::Serve;
use crate::support::servers::{PASSWORD, apache, openssh};
use crate::support::site::{assert_same, program, tree};
use crate::support::{DAY, PROJECT, Run, free_port};

/// The program compiled for Windows, and the library of Wine's that is missing beside it: `tests/run` makes both.
const PROGRAM: &str = "target/x86_64-pc-windows-gnu/debug/studyhall.exe";
const LIBRARY: &str = "target/wine/bcryptprimitives.dll";

/// A Windows machine with the program on a memory stick.
struct Stick {
    folder: TempDir,
}

impl Stick {
    fn new() -> Stick {
        let folder = tempfile::Builder::new().prefix("studyhall-wine-").tempdir().expect("a folder");
        let stick = Stick { folder };
        fs::create_dir(stick.path("")).expect("made");
        for (from, to) in [(PROGRAM, "studyhall.exe"), (LIBRARY, "bcryptprimitives.dll")] {
            fs::copy(Path::new(PROJECT).join(from), stick.path(to))
                .unwrap_or_else(|cause| panic!("{from}: {cause}; see tests/run windows"));
        }
        stick
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("学堂 U盘").join(path)
    }

    /// The program under Wine, started on the stick.
    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = self.wine();
        command.arg(self.path("studyhall.exe")).args(arguments);
        command
    }

    fn wine(&self) -> Command {
        let mut command = Command::new("wine");
        command.current_dir(self.path("")).env("WINEPREFIX", Path::new(PROJECT).join("target/wine/prefix"));
        command.env("WINEDEBUG", "-all").env("WINEDLLOVERRIDES", "mscoree,mshtml=").env("LC_ALL", "C.UTF-8").env_remove("DISPLAY");
        command
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Run {
        let done = self.program(arguments).stdin(Stdio::null()).output().expect("Wine starts");
        Run::of(done, "SITE")
    }

    #[track_caller]
    fn well(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.brief());
        assert!(!run.stderr.contains(r"\\?\"), "{}", run.stderr);
        run
    }
}

/// A path as Windows writes it under Wine, which has the whole machine as drive `Z:`.
fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.to_str().expect("plain").replace('/', "\\"))
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn the_sample_site_is_the_same_on_both_systems() {
    let stick = Stick::new();
    let output = stick.path("出 版");
    stick.well(&["build", "--no-cache", "--date", DAY, "--site", &windows_path(Path::new(PROJECT)), "--output", &windows_path(&output)]);
    let here = tempfile::tempdir().unwrap();
    let done = program().args(["build", "--no-cache", "--date", DAY, "--output"]).arg(here.path().join("out")).output().unwrap();
    assert!(done.status.success());
    assert_same(&tree(&output), &tree(&here.path().join("out")), "Windows and Linux");
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn from_the_first_site_to_a_published_one() {
    let stick = Stick::new();
    let sftp = openssh("");
    let dav = apache(None, "");
    stick.well(&["init", "学院 站", "--title", "学院站"]);
    stick.well(&["new", "news", "支部开展主题党日", "--site", "学院 站"]);
    let page = walkdir::WalkDir::new(stick.path("学院 站/content/news"))
        .into_iter()
        .flatten()
        .find(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text.contains("支部开展主题党日")))
        .expect("the page is there");
    // As the notepad of Windows saves it: with a mark in front, and its own line ends.
    let text = fs::read_to_string(page.path()).unwrap().replace("draft: true\n", "").replace('\n', "\r\n");
    fs::write(page.path(), format!("\u{feff}{text}")).unwrap();
    stick.well(&["build", "--site", "学院 站"]);

    let root = sftp.address(sftp.port).root;
    let settings = stick.path("学院 站/site.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    let user = crate::support::servers::USER;
    fs::write(
        &settings,
        format!(
            "{text}\npublish:\n  sftp:\n    to: sftp://{user}@127.0.0.1:{}{root}\n    host_key: {}\n  dav:\n    to: webdav://{user}@localhost:{}/dav\n    allow_plain: true\n",
            sftp.port,
            sftp.fingerprint(),
            dav.port
        ),
    )
    .unwrap();
    let publish = |more: &[&str]| {
        let mut program = stick.program(&[&["publish", "--site", "学院 站", "--json", "--no-proof"], more].concat());
        let run = Run::of(program.env("STUDYHALL_PASSWORD", PASSWORD).stdin(Stdio::null()).output().unwrap(), "SITE");
        assert_eq!(run.code, 0, "{more:?}: {}", run.brief());
    };
    for (target, server) in [("sftp", &sftp), ("dav", &dav)] {
        publish(&[target]);
        let home = fs::read_to_string(server.root.join("index.html")).unwrap();
        assert!(home.contains("学院站"), "{target}");
        fs::write(stick.path("学院 站/content/_index.md"), "---\ntitle: 第二版\n---\n\n第二版的首页。\n").unwrap();
        publish(&[target]);
        let second = fs::read_to_string(server.root.join("index.html")).unwrap();
        assert!(second != home, "{target}");
        publish(&[target, "--rollback"]);
        assert_eq!(fs::read_to_string(server.root.join("index.html")).unwrap(), home, "{target}");
        fs::remove_file(stick.path("学院 站/content/_index.md")).unwrap();
    }
    stick.well(&["package", "--site", "学院 站"]);
    let zip = fs::read_dir(stick.path("学院 站")).unwrap().flatten().find(|entry| entry.path().extension().is_some_and(|end| end == "zip"));
    assert!(zip.expect("a zip").metadata().unwrap().len() > 10_000);
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn an_edit_is_shown() {
    let stick = Stick::new();
    stick.well(&["init", "站", "--title", "站"]);
    let mut command = stick.program(&["serve", "--json", "--site", "站", "--port", &free_port().to_string()]);
    command.stdin(Stdio::null());
    let serve = Serve::of(command);
    assert_eq!(serve.get("/").status, 200);
    let page = stick.path("站/content/_index.md");
    fs::write(&page, "---\ntitle: 首页\n---\n\n刚刚写的一句话。\n").unwrap();
    serve.event(|event| event["event"] == "updated");
    assert!(String::from_utf8_lossy(&serve.get("/").body).contains("刚刚写的一句话"));
}

/// A double click: Wine gives a program that it starts at a terminal a console of its own, as the Explorer does.
fn double_click(stick: &Stick, more: &str) -> (std::process::Child, PathBuf) {
    let opened = stick.folder.path().join("opened");
    let folder = stick.folder.path().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let browser = folder.join("xdg-open");
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" >>'{}'\n", opened.display())).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("script");
    let wine = stick.wine();
    command.current_dir(stick.path("")).args(["-qec", &format!("wine '{}' {more}", stick.path("studyhall.exe").display()), "/dev/null"]);
    for (name, value) in wine.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", folder.display()));
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("util-linux has `script`");
    (child, opened)
}

fn wait_for(file: &Path) -> String {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        match fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_string(),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    panic!("no browser was opened");
}

/// Ends the program with its terminal, and gives what it has said.
fn close(stick: &Stick, mut child: std::process::Child) -> String {
    let folder = stick.folder.path().file_name().and_then(|name| name.to_str()).expect("plain");
    drop(Command::new("pkill").args(["-f", &format!("{folder}.*studyhall.exe")]).status());
    // Its terminal goes too: what it says must have an end.
    std::thread::sleep(Duration::from_millis(300));
    drop(child.kill());
    let mut said = String::new();
    drop(child.stdout.take().expect("piped").read_to_string(&mut said));
    drop(child.wait());
    said
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn a_double_click_opens_the_site_or_a_chooser() {
    let stick = Stick::new();
    let (child, opened) = double_click(&stick, "");
    let url = wait_for(&opened);
    let (status, page) = ask("GET", &url, "", "");
    assert_eq!(status, 200);
    assert!(page.contains("chooser.js"), "{page}");
    let said = close(&stick, child);
    assert!(said.contains("http://127.0.0.1:"), "{said}");

    fs::remove_file(&opened).unwrap();
    stick.well(&["init", "站", "--title", "我们的学堂"]);
    let (child, opened) = double_click(&stick, "");
    let url = wait_for(&opened);
    let begun = Instant::now();
    let (status, page) = ask("GET", &url, "", "");
    println!("the first page {} ms after the browser was asked for", begun.elapsed().as_millis());
    assert_eq!(status, 200);
    assert!(page.contains("我们的学堂"), "{page}");
    close(&stick, child);
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn started_by_a_program_it_prints_its_usage() {
    let stick = Stick::new();
    let run = stick.run(&[]);
    assert_eq!(run.code, 2, "{}", run.brief());
    assert!(run.stderr.contains("studyhall"), "{}", run.brief());
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn names_and_paths_that_windows_knows() {
    let stick = Stick::new();
    // Nearly 260 characters to the site, and far more to its output.
    let deep = (0..6).fold(PathBuf::from("长"), |path, _| path.join("很长的文件夹名字一个又一个地套下去直到路径太长为止"));
    let site = deep.join("站");
    let site = site.to_str().unwrap();
    stick.well(&["init", &site.replace('/', "\\"), "--title", "站"]);
    for name in ["CON.md", "NUL.txt.md", "点. .md"] {
        fs::write(stick.path(site).join("content").join(name), "---\ntitle: 名字\n---\n\n正文。\n").unwrap();
    }
    let run = stick.run(&["build", "--site", &site.replace('/', "\\")]);
    assert!(run.code == 1 && run.stderr.contains("CON.md") && run.stderr.contains("Windows"), "{}", run.stderr);
    assert!(!run.stderr.contains(r"\\?\"), "{}", run.stderr);

    // A name that changes its case and nothing else.
    stick.well(&["init", "二", "--title", "二"]);
    fs::write(stick.path("二/content/About.md"), "---\ntitle: 关于\n---\n\n一。\n").unwrap();
    stick.well(&["build", "--site", "二"]);
    fs::rename(stick.path("二/content/About.md"), stick.path("二/content/about.md")).unwrap();
    stick.well(&["build", "--site", "二"]);
    let once = tree(&stick.path("二/output"));
    stick.well(&["build", "--site", "二", "--no-cache"]);
    assert_same(&once, &tree(&stick.path("二/output")), "built anew");

    // The output of a read-only copy from a server or a disc.
    for entry in walkdir::WalkDir::new(stick.path("二/output")).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::write(stick.path("二/content/about.md"), "---\ntitle: 关于\n---\n\n改了。\n").unwrap();
    stick.well(&["build", "--site", "二"]);
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn messages_survive_a_pipe_and_a_code_page() {
    let stick = Stick::new();
    stick.well(&["init", "站", "--title", "站"]);
    fs::write(stick.path("站/content/坏.md"), "---\ntitle: 坏\ndate: 昨天\n---\n\n正文\n").unwrap();
    let run = stick.run(&["build", "--site", "站", "--lang", "zh"]);
    assert_eq!(run.code, 1, "{}", run.brief());
    assert!(run.stderr.contains("content/坏.md:3"), "{}", run.stderr);
    let json = stick.run(&["build", "--site", "站", "--lang", "zh", "--json"]);
    assert!(json.json()["diagnostics"].as_array().is_some_and(|all| !all.is_empty()), "{}", json.stdout);
    // GBK text says what it is.
    fs::write(stick.path("站/content/坏.md"), encoding_rs::GBK.encode("---\ntitle: 坏\n---\n\n正文\n").0).unwrap();
    let run = stick.run(&["build", "--site", "站", "--lang", "zh"]);
    assert_eq!(run.code, 1, "{}", run.brief());
    assert!(run.stderr.contains("GBK"), "{}", run.stderr);
}

#[test]
#[ignore = "Wine: tests/run windows"]
fn two_copies_of_the_program_on_one_site() {
    let stick = Stick::new();
    stick.well(&["init", "站", "--title", "站"]);
    let start = |port: &str| {
        let mut command = stick.program(&["open", "--no-browser", "--json", "--port", port, &windows_path(&stick.path("站"))]);
        command.stdin(Stdio::null());
        command
    };
    let port = free_port().to_string();
    let mut first = Opened::of(start(&port));
    first.event("built");
    let second = Run::of(start(&port).output().unwrap(), "SITE");
    assert_eq!(second.code, 0, "{}", second.brief());
    assert!(second.stdout.contains(&format!("http://127.0.0.1:{port}/")), "{}", second.brief());
    // A build beside a preview goes on: they share no folder but the cache, which is locked.
    stick.well(&["build", "--site", "站"]);
}
