//! A host of SFTP that means harm, and a well-meaning one in whose folders others have put links.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use studyhall::ground::{RelPath, Stamp};
use studyhall::publish::body::UploadBody;
use studyhall::publish::store_error::StoreErrorKind;

use super::program::{Officer, target};
use crate::support::PROJECT;
use crate::support::servers::{Server, openssh, times};

/// A server that answers as `tests/support/hostile_sftp.py` says.
fn hostile(mode: &str) -> Server {
    openssh(&format!("ForceCommand /usr/bin/env python3 {PROJECT}/tests/support/hostile_sftp.py {mode}"))
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn answers_of_sftp_end() {
    for (mode, says) in [
        ("file", "answers without an end"),
        ("names", "answers without an end"),
        ("none", "answers without an end"),
        ("drip", "does not answer"),
        ("numbers", "lacks what publishing needs"),
    ] {
        let server = hostile(mode);
        let began = Instant::now();
        let run = Officer::new(&format!("{}\n    timeout: 3", target(&server))).run(&["publish", "--dry-run"]);
        assert!(run.code == 2 && run.stderr.contains(says) && run.stderr.contains("hint: "), "{mode}: {}", run.brief());
        assert!(began.elapsed() < Duration::from_secs(120), "{mode}: {:?}", began.elapsed());
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn names_of_sftp_lead_nowhere() {
    let server = hostile("odd");
    let run = Officer::new(&target(&server)).run(&["publish", "--dry-run"]);
    assert!(run.code == 0 && run.stderr.contains("<U+001B>[2Jx") && !run.stderr.contains('\u{1b}'), "{}", run.brief());
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn nothing_behind_a_link_of_a_host_with_sftp_changes() {
    let server = openssh("");
    let home = server.root.with_file_name("home-of-others");
    fs::create_dir(&home).expect("made");
    fs::write(home.join("thesis.txt"), "precious\n").expect("written");
    symlink(&home, server.root.join("h")).expect("linked");
    symlink(home.join("thesis.txt"), server.root.join("t.html")).expect("linked");
    let mut store = server.opener(server.port, times(20.0)).open().expect("opens");
    let at = RelPath::own;
    let inner = at("h/thesis.txt");
    let body = UploadBody::of_bytes(b"x");
    for fault in [
        store.list(Some(&at("h"))).unwrap_err(),
        store.write(&inner, &body, 0).unwrap_err(),
        store.create_new(&inner, b"x").unwrap_err(),
        store.remove(&inner).unwrap_err(),
        store.make_folder(&at("h")).unwrap_err(),
        store.make_folder(&at("h/new")).unwrap_err(),
        store.rename(&at("t.html"), &inner).unwrap_err(),
        store.remove_folder(&at("h/new")).unwrap_err(),
    ] {
        assert_eq!(fault.kind, StoreErrorKind::Link, "{fault}");
        assert!(fault.detail.ends_with("/h"), "{fault}");
    }
    assert!(store.list(None).unwrap().iter().all(|entry| !entry.is_folder), "a link is no folder");
    assert_eq!(store.size(&at("t.html")).unwrap(), None);
    store.write(&at("t.html"), &body, 0).unwrap();
    assert!(!server.root.join("t.html").is_symlink(), "the link itself gave way");
    drop(store);

    let text = format!("studyhall-part 1\n+ {} 9 h/thesis.txt\n", Stamp::of_bytes(b"precious\n").hex());
    let folder = server.root.join("studyhall-publish");
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join(format!("{}.txt", Stamp::of_bytes(text.as_bytes()).hex())), &text).expect("written");
    let head = format!("studyhall-published 1\nat now\nby 3f9c2a11\nfiles 1 9\npart {}\n", Stamp::of_bytes(text.as_bytes()).hex());
    fs::write(folder.join("record.txt"), format!("{head}check {}\n", Stamp::of_bytes(head.as_bytes()).hex())).expect("written");
    symlink(home.join("thesis.txt"), folder.join("lock.txt")).expect("linked");
    for path in [&folder, &folder.join("record.txt")] {
        std::os::unix::fs::chown(path, Some(1000), Some(1000))
            .or_else(|_| fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o777)))
            .expect("set");
    }
    fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).expect("set");
    let officer = Officer::new(&target(&server));
    let run = officer.run(&["publish", "--take-over"]);
    assert!(run.code == 2 && run.stderr.contains("a link stands where") && run.stderr.contains("/h"), "{}", run.brief());
    assert_eq!(fs::read_to_string(home.join("thesis.txt")).expect("there"), "precious\n");
    assert_eq!(fs::read_dir(&home).expect("there").count(), 1);
    fs::remove_dir_all(&home).expect("removed");
}
