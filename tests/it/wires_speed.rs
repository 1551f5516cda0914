//! A first publish beside `rclone` on the same servers, the same tree and as many connections, on the spot and over a line with
//! 50 ms there and back: `benches/publish/README.md`. Figures are printed, nothing is asserted but that all files came.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use studyhall::ground::{RelPath, Stamp};
use studyhall::publish::local_state::LocalPublishState;
use studyhall::publish::record::{Published, PublishedFiles};
use studyhall::publish::{PublishJob, PublishOptions, RetryPolicy, UploadProgress, run};

use crate::support::Dice;
use crate::support::proxy::Proxy;
use crate::support::servers::{self, PASSWORD, Server, USER, apache, openssh, pure_ftpd, times};

const CONNECTIONS: usize = 4;
/// Seconds after which nobody waits for `rclone` any longer: over WebDAV it stands still for a moment with each file.
fn peer_limit() -> u64 {
    std::env::var("STUDYHALL_PEER_LIMIT").ok().and_then(|limit| limit.parse().ok()).unwrap_or(180)
}

struct Quiet;

impl UploadProgress for Quiet {
    fn begin(&self, _files: usize, _bytes: u64) {}
    fn sent(&self, _bytes: u64) {}
    fn taken_back(&self, _bytes: u64) {}
}

/// A tree like a site's: pages of some kilobytes in folders of fifty, and one picture of 200 kB for ten pages.
fn tree(pages: usize) -> BTreeMap<String, Vec<u8>> {
    let mut dice = Dice::new(6);
    let mut text = |size: usize| (0..size).map(|_| b' ' + u8::try_from(dice.below(90)).unwrap_or_default()).collect::<Vec<u8>>();
    let mut files = BTreeMap::new();
    for page in 0..pages {
        files.insert(format!("lessons/c{}/p{page}.html", page / 50), text(8_000));
        if page % 10 == 0 {
            files.insert(format!("lessons/c{}/p{page}.0123456789.jpg", page / 50), text(200_000));
        }
    }
    files
}

fn ours(server: &Server, port: u16, files: &BTreeMap<String, Vec<u8>>) -> Duration {
    let machine = tempfile::tempdir().expect("a folder");
    let home = LocalPublishState::open(machine.path(), "campus").expect("opens").expect("nobody else publishes");
    let list: PublishedFiles = files
        .iter()
        .map(|(path, bytes)| (RelPath::own(path), Published { stamp: Stamp::of_bytes(bytes), size: bytes.len() as u64 }))
        .collect();
    let bytes = |path: &str, _: Published| Ok(files[path].clone());
    let options = PublishOptions {
        connections: CONNECTIONS,
        keep_old: 1,
        history: 3,
        who: "甲机".into(),
        by: "11111111".into(),
        at: "2026-11-25T12:00:00+08:00".into(),
        patience: RetryPolicy::default(),
        ..PublishOptions::default()
    };
    let opener = server.opener(port, times(60.0));
    let start = Instant::now();
    let job = PublishJob {
        target: "campus",
        opener: opener.as_ref(),
        files: &list,
        bytes: &bytes,
        place: &|_, _| None,
        home: &home,
        options,
        progress: &Quiet,
    };
    run(&job).unwrap_or_else(|cause| panic!("{}: {cause}", server.name));
    start.elapsed()
}

fn peers(server: &Server, port: u16, from: &Path) -> Duration {
    let secret = servers::done("rclone", &["obscure", PASSWORD], "");
    let (secret, port_text, connections) = (secret.trim(), port.to_string(), CONNECTIONS.to_string());
    let address = server.address(port);
    let url = format!("http://localhost:{port}/dav");
    let from = from.to_str().expect("plain");
    let to = match server.name {
        "sftp openssh" => format!(":sftp:{}", address.root),
        "ftp pure-ftpd" => format!(":ftp:{}", address.root),
        _ => ":webdav:".to_string(),
    };
    let mut arguments = vec!["copy", from, &to, "--transfers", &connections, "--checkers", &connections, "--config", "/dev/null"];
    match server.name {
        "sftp openssh" => {
            arguments.extend(["--sftp-host", "127.0.0.1", "--sftp-port", &port_text, "--sftp-user", USER, "--sftp-pass", secret]);
        }
        "ftp pure-ftpd" => {
            arguments.extend(["--ftp-host", "127.0.0.1", "--ftp-port", &port_text, "--ftp-user", USER, "--ftp-pass", secret]);
        }
        _ => arguments.extend(["--webdav-url", &url, "--webdav-user", USER, "--webdav-pass", secret]),
    }
    let start = Instant::now();
    let out = Command::new("timeout").args([&peer_limit().to_string(), "rclone"]).args(&arguments).output().expect("rclone starts");
    // 124 is the word of `timeout`: it is slower than this, and the table says so.
    assert!(out.status.success() || out.status.code() == Some(124), "{}", String::from_utf8_lossy(&out.stderr));
    start.elapsed()
}

fn count(folder: &Path) -> usize {
    walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()).count()
}

/// The program that is measured (`STUDYHALL_PROGRAM`: a release build) on a built site (`STUDYHALL_SITE`, with its `output/`).
struct Measured {
    program: OsString,
    site: PathBuf,
    home: tempfile::TempDir,
}

impl Measured {
    fn new() -> Measured {
        let of = |name| std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: benches/publish/README.md"));
        Measured { program: of("STUDYHALL_PROGRAM"), site: of("STUDYHALL_SITE").into(), home: tempfile::tempdir().expect("a folder") }
    }

    fn output(&self) -> PathBuf {
        self.site.join("output")
    }

    /// Points the site at a server, as for the first time.
    fn aim(&self, server: &Server) {
        self.aim_by(server, server.port);
        let _ = fs::remove_dir_all(self.site.join(".studyhall-publish"));
    }

    fn aim_by(&self, server: &Server, port: u16) {
        let settings = fs::read_to_string(self.site.join("site.yaml")).expect("a site");
        let before = settings.split("\npublish:").next().expect("something").trim_end();
        let target = super::wires::target(server).replace(&format!(":{}", server.port), &format!(":{port}"));
        fs::write(self.site.join("site.yaml"), format!("{before}\npublish:\n  campus:\n{target}\n")).expect("written");
    }

    /// The page in the middle of the site.
    fn page(&self) -> PathBuf {
        let files = walkdir::WalkDir::new(self.site.join("content")).sort_by_file_name().into_iter().flatten();
        let texts = files.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|end| end == "md"));
        let pages: Vec<PathBuf> = texts.filter(|path| !path.ends_with("_index.md")).collect();
        pages[pages.len() / 2].clone()
    }

    fn build(&self) {
        let mut command = Command::new(&self.program);
        let out = command.args(["build", "--quiet", "--keep-going", "--date", crate::support::DAY, "--site"]).arg(&self.site).output();
        // 1 says that something is wrong with other pages.
        assert!(matches!(out.expect("the program starts").status.code(), Some(0 | 1)));
    }

    fn run(&self, more: &[&str]) -> (Duration, serde_json::Value) {
        let mut command = Command::new(&self.program);
        command.args(["publish", "--json", "--site"]).arg(&self.site).args(more);
        command.env("HOME", self.home.path()).env("STUDYHALL_PASSWORD", PASSWORD).env_remove("SSH_AUTH_SOCK");
        let start = Instant::now();
        let out = command.output().expect("the program starts");
        let took = start.elapsed();
        let said = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
        (took, serde_json::from_str(&said).expect("JSON"))
    }
}

#[test]
#[ignore = "a measurement: benches/publish"]
fn a_built_site_beside_rclone_and_one_edit_of_it() {
    let measured = Measured::new();
    let files = count(&measured.output());
    println!(
        "| server | files | first publish | rclone | speed | plan, nothing to do | plan after an edit | publish of it | files | bytes of them | sent | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for start in [|| openssh(""), || pure_ftpd(None, &[]), || apache(None, "")] {
        let server = start();
        measured.aim(&server);
        let own = measured.run(&["--no-build"]).0;
        let other = {
            let server = start();
            peers(&server, server.port, &measured.output())
        };
        assert!(count(&server.root) >= files, "{}: all files came", server.name);
        let idle = measured.run(&["--no-build", "--dry-run"]).0;
        // An edit as officers make it: a sentence more on one page, and a build.
        let page = measured.page();
        let text = fs::read_to_string(&page).expect("a page");
        fs::write(&page, format!("{text}\n\n又加了一句话。\n")).expect("written");
        measured.build();
        let (plan, planned) = measured.run(&["--no-build", "--dry-run"]);
        let proxy = Proxy::new(server.port, Duration::ZERO, server.is_ftp);
        measured.aim_by(&server, proxy.port);
        let done = measured.run(&["--no-build"]).0;
        let sent = proxy.sent();
        fs::write(&page, &text).expect("written");
        measured.build();
        let bytes = planned["bytes"].as_u64().expect("a number");
        let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
        println!(
            "| {} | {files} | {} | {} | {:.2} | {} | {} | {} | {} | {bytes} | {sent} | {:.2} |",
            server.name,
            seconds(own),
            if other.as_secs() >= peer_limit() { format!("> {} s", peer_limit()) } else { seconds(other) },
            other.as_secs_f64() / own.as_secs_f64(),
            seconds(idle),
            seconds(plan),
            seconds(done),
            ["new", "changed"].map(|kind| planned[kind].as_array().map_or(0, Vec::len)).iter().sum::<usize>(),
            sent as f64 / bytes as f64,
        );
    }
}

#[test]
#[ignore = "a measurement: benches/publish"]
fn a_first_publish_beside_rclone() {
    println!("| server | line | files | MB | ours | rclone | speed |\n|---|---|---|---|---|---|---|");
    for (pages, delay, rounds) in [(400, 0, 3), (100, 25, 1)] {
        let files = tree(pages);
        let source = tempfile::tempdir().expect("a folder");
        for (path, bytes) in &files {
            let place = source.path().join(path);
            fs::create_dir_all(place.parent().expect("in a folder")).expect("made");
            fs::write(place, bytes).expect("written");
        }
        for start in [|| openssh(""), || pure_ftpd(None, &[]), || apache(None, "")] {
            let (mut own, mut other) = (Vec::new(), Vec::new());
            let mut name = "";
            for _ in 0..rounds {
                // By turns, so that what else the machine does falls on both.
                for is_ours in [true, false] {
                    let server: Server = start();
                    name = server.name;
                    let proxy = Proxy::new(server.port, Duration::from_millis(delay), server.is_ftp);
                    let port = if delay == 0 { server.port } else { proxy.port };
                    let took = if is_ours { ours(&server, port, &files) } else { peers(&server, port, source.path()) };
                    assert!(count(&server.root) >= files.len(), "{name}: all files came");
                    if is_ours { own.push(took) } else { other.push(took) }
                }
            }
            own.sort();
            other.sort();
            let (own, other) = (own[own.len() / 2].as_secs_f64(), other[other.len() / 2].as_secs_f64());
            let bytes: usize = files.values().map(Vec::len).sum();
            let (line, megabytes) = (if delay == 0 { "the spot" } else { "50 ms" }, bytes as f64 / 1e6);
            println!("| {name} | {line} | {} | {megabytes:.0} | {own:.2} s | {other:.2} s | {:.2} |", files.len(), other / own);
        }
    }
}
