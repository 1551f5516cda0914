//! What hosts refuse and what they show, as an officer reads it: every message names the target and the way out.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::chown;
use std::process::Command;

use super::program::{Officer, target};
use crate::support::free_port;
use crate::support::proxy::Proxy;
use crate::support::servers::{Server, USER, apache, certificates, nginx, openssh, pure_ftpd, vsftpd};

/// What a publish says that cannot be done.
#[track_caller]
fn refused(officer: &Officer, expected: &str) -> String {
    let run = officer.run(&["publish"]);
    assert_eq!(run.code, 2, "{expected}: {}", run.brief());
    let said = &run.stderr;
    assert!(said.contains(expected), "no `{expected}` in {said}");
    assert!(said.contains("`campus`") && said.contains("\n  hint: "), "{said}");
    said.clone()
}

/// The target of a server by way of another port.
fn by(server: &Server, port: u16) -> String {
    target(server).replace(&format!(":{}", server.port), &format!(":{port}"))
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn certificates_are_told_with_what_is_wrong_and_a_servers_own_can_be_given() {
    let own = certificates().join("own.crt");
    for name in ["late", "other", "own", "own-late"] {
        let server = apache(Some(name), "");
        let officer = Officer::new(&target(&server));
        let said = refused(&officer, "the certificate of `campus`");
        assert!(said.contains("`certificates:`"), "{name}: {said}");
        if name == "own-late" {
            let given = target(&server).replace("ca.pem", "own-late.crt");
            let said = refused(&Officer::new(&given), "does not hold");
            assert!(said.contains("xpired"), "{said}");
        }
    }
    for server in [apache(Some("own"), ""), pure_ftpd(Some("own"), &[])] {
        let given = target(&server).replace("ca.pem", "own.crt");
        assert!(given.contains(own.to_str().expect("plain")), "{given}");
        Officer::new(&given).publish(&[]);
        let elsewhere = given.replace("localhost", "127.0.0.2");
        let said = refused(&Officer::new(&elsewhere), if server.is_ftp { "was not found" } else { "`campus`" });
        assert!(!said.contains("Published"), "{said}");
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn what_a_host_refuses_is_told_with_the_target_and_the_way_out() {
    let (ssh, ftp, dav) = (openssh(""), pure_ftpd(None, &[]), apache(None, ""));
    let mut wrong = Officer::new(&target(&ftp));
    wrong.secret = Some("wrong horse 8");
    refused(&wrong, "refuses the name or password");
    wrong.secret = None;
    assert!(refused(&wrong, "wants a password").contains("STUDYHALL_PASSWORD"));
    let blocked = Proxy::blocking(ftp.port);
    assert!(refused(&Officer::new(&by(&ftp, blocked.port)), "the connection for files is blocked").contains("SFTP"));
    refused(&Officer::new(&by(&dav, free_port())), "was not found");
    let moved = nginx(&format!("location /moved {{ return 301 http://localhost:{}/dav/; }}", dav.port));
    let leads = target(&moved).replace("/dav", "/moved");
    assert!(refused(&Officer::new(&leads), "leads elsewhere").contains(&format!("http://localhost:{}/dav/", dav.port)));

    // Another machine with the same address.
    let officer = Officer::new(&target(&ssh));
    officer.publish(&[]);
    let other = openssh("");
    let known = officer.site.read(".studyhall-publish/known_hosts");
    officer.site.write(".studyhall-publish/known_hosts", &known.replace(&format!(":{}", ssh.port), &format!(":{}", other.port)));
    officer.site.edit("site.yaml", &target(&ssh), &target(&other));
    let said = refused(&officer, "has changed");
    assert!(said.contains(&ssh.fingerprint()) && said.contains(&other.fingerprint()), "{said}");

    chown(&other.root, Some(0), Some(0)).expect("taken away");
    refused(&Officer::new(&target(&other)), "refuses to be written to");
    for server in [&ssh, &dav] {
        for entry in walkdir::WalkDir::new(&server.root).into_iter().flatten() {
            chown(entry.path(), Some(0), Some(0)).expect("taken away");
        }
    }
    officer.site.edit("site.yaml", &target(&other), &target(&ssh));
    officer.site.write(".studyhall-publish/known_hosts", &known);
    officer.site.edit("content/a.md", "正文", "新的正文");
    refused(&officer, "refuses to be written to");
    refused(&Officer::new(&target(&dav)), "refuses to be written to");
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_folder_too_deep_is_told() {
    let server = openssh("");
    // No system of today takes paths longer than 4,096 bytes, and none can be named whole to make it.
    let step = "x".repeat(200);
    let (mut place, mut depth) = (server.root.clone(), 0);
    while place.as_os_str().len() + step.len() < 4050 {
        place.push(&step);
        depth += 1;
    }
    let script =
        format!("cd '{}' && for i in $(seq {depth}); do mkdir {step} && chown {USER} {step} && cd {step}; done", server.root.display());
    assert!(Command::new("sh").args(["-c", &script]).status().expect("sh starts").success());
    let deep = target(&server).replace(server.root.to_str().expect("plain"), place.to_str().expect("plain"));
    assert!(refused(&Officer::new(&deep), "does not take a path as long as this").contains("slug"));
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_full_disk_is_told_and_the_publish_goes_on_once_there_is_room() {
    let server = openssh("");
    let root = server.root.to_str().expect("plain");
    let mount = |options: &str| Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs", root]).status();
    if !mount("size=128k").is_ok_and(|status| status.success()) {
        println!("a full disk was not tried: this machine lets nobody mount");
        return;
    }
    let (user, group) = crate::support::servers::account();
    chown(root, Some(user), Some(group)).expect("given");
    let officer = Officer::new(&target(&server));
    let said = refused(&officer, "is full");
    assert!(said.contains("goes on where it stopped"), "{said}");
    assert!(!server.root.join("index.html").exists(), "the home page comes last");
    let grown = mount("remount,size=64m").is_ok_and(|status| status.success());
    let again = officer.run(&["publish", "--json"]);
    let standing = super::standing(&server);
    let _ = Command::new("umount").arg(root).status();
    assert!(grown && again.code == 0, "{}", again.brief());
    assert!(again.json()["resumed"].as_u64().is_some_and(|count| count > 0), "{}", again.stdout);
    assert_eq!(standing.get("a.html").map(Vec::as_slice), Some(officer.site.read("output/a.html").as_bytes()));
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn names_in_gbk_are_shown_and_left_alone() {
    // 旧页.asp
    let name = OsStr::from_bytes(b"\xBE\xC9\xD2\xB3.asp");
    for server in [openssh(""), vsftpd("ftp vsftpd", ""), pure_ftpd(None, &[]), apache(None, "")] {
        let folder = server.root.join("news");
        fs::create_dir(&folder).expect("made");
        chown(&folder, Some(crate::support::servers::account().0), None).expect("given");
        for place in [&server.root, &folder] {
            fs::write(place.join(name), "theirs").expect("written");
        }
        let officer = Officer::new(&target(&server));
        let first = officer.publish(&[]);
        let foreign: Vec<&str> = first["foreign"].as_array().expect("a list").iter().filter_map(|path| path.as_str()).collect();
        // A folder that the site has nothing in is named, and what is in it is not listed.
        assert_eq!(foreign, ["news/", "旧页.asp"], "{}", server.name);
        officer.site.edit("content/a.md", "正文", "新的正文");
        officer.publish(&["--check"]);
        for place in [&server.root, &folder] {
            assert_eq!(fs::read(place.join(name)).expect("it is there"), b"theirs", "{}", server.name);
        }
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_servers_clock_plays_no_part() {
    for server in [openssh(""), pure_ftpd(None, &[]), apache(None, "")] {
        let officer = Officer::new(&target(&server));
        officer.publish(&[]);
        for (day, text) in [("1999-12-31", "第二版"), ("2037-01-01", "第三版")] {
            let touched = Command::new("find").arg(&server.root).args(["-exec", "touch", "-d", day, "{}", "+"]).status();
            assert!(touched.expect("find starts").success());
            officer.site.write("content/a.md", &format!("---\ntitle: 甲\n---\n\n{text}\n"));
            let next = officer.publish(&["--check"]);
            assert!(next["changed"].as_array().expect("a list").contains(&"a.html".into()), "{next}");
            assert!(!next["changed"].as_array().expect("a list").contains(&"b.html".into()), "{next}");
        }
    }
    // Storage signs with the time: what it says of a clock is told as that.
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        for mut line in socket.incoming().flatten() {
            let _ = line.read(&mut [0; 4096]);
            let words = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large</Message></Error>";
            let _ = write!(line, "HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{words}", words.len());
        }
    });
    let officer = Officer::new(&format!("    to: s3://key@campus/study\n    endpoint: http://127.0.0.1:{port}"));
    assert!(refused(&officer, "are too far apart").contains("zone"));
}
