//! A first publish beside `rclone` on the same servers, the same tree and as many connections, on the spot and over a line with
//! 50 ms there and back: `benches/publish/README.md`. Figures are printed, nothing is asserted but that all files came.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use studyhall::ground::Stamp;
use studyhall::publish::home::Home;
use studyhall::publish::record::{Files, Published};
use studyhall::publish::{Job, Options, Patience, Progress, run};

use crate::support::Dice;
use crate::support::proxy::Proxy;
use crate::support::servers::{self, PASSWORD, Server, USER, apache, openssh, pure_ftpd, times};

const CONNECTIONS: usize = 4;

struct Quiet;

impl Progress for Quiet {
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
    let home = Home::open(machine.path(), "campus").expect("opens").expect("nobody else publishes");
    let list: Files =
        files.iter().map(|(path, bytes)| (path.clone(), Published { stamp: Stamp::of_bytes(bytes), size: bytes.len() as u64 })).collect();
    let bytes = |path: &str, _: Published| Ok(files[path].clone());
    let options = Options {
        connections: CONNECTIONS,
        keep_old: 1,
        history: 3,
        who: "甲机".into(),
        by: "11111111".into(),
        at: "2026-11-25T12:00:00+08:00".into(),
        patience: Patience::default(),
        ..Options::default()
    };
    let opener = server.opener(port, times(60.0));
    let start = Instant::now();
    let job = Job {
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
    let out = Command::new("rclone").args(&arguments).output().expect("rclone starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    start.elapsed()
}

fn count(folder: &Path) -> usize {
    walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()).count()
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
