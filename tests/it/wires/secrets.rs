//! Passwords: asked for at a terminal and nowhere else, kept where the system keeps secrets, and never to be seen.

use std::fs;
use std::process::Stdio;

use base64::Engine as _;

use super::program::{Officer, target};
use crate::support::servers::{PASSWORD, Server, apache, moto, openssh, pure_ftpd, vsftpd};
use crate::support::site::program;
use crate::support::terminal::{Terminal, command_lines};

const WRONG: &str = "wrong horse 8";

/// Neither the secret nor what it looks like on a line of HTTP.
#[track_caller]
fn check_unseen(what: &str, bytes: &[u8]) {
    for secret in [PASSWORD, WRONG] {
        let coded = base64::engine::general_purpose::STANDARD.encode(format!("{}:{secret}", crate::support::servers::USER));
        for secret in [secret, &coded] {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "the secret is seen in {what}: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]));
        }
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn at_a_terminal_a_host_key_and_a_password_are_asked_for_and_can_be_kept() {
    let server = openssh("");
    let target = target(&server);
    let mut officer = Officer::new(target.lines().next().expect("where to"));
    officer.secret = None;
    let mut terminal = Terminal::start(&officer.program(&["publish"]));
    terminal.answer("Is it the same?", "y");
    terminal.answer_unseen("Password of `campus`", WRONG);
    terminal.answer_unseen("refuses the name or password", PASSWORD);
    terminal.answer("Keep the password of sftp://", "y");
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains(&server.fingerprint()) && shown.contains("Published to `campus`"), "{code}: {shown}");
    check_unseen("the terminal", shown.as_bytes());
    check_unseen("a file", &officer.left());
    // A machine in a box may have no keys in its kernel.
    if shown.contains("Kept.") {
        let (code, shown) = Terminal::start(&officer.program(&["publish"])).end();
        assert!(code == 0 && shown.contains("is up to date"), "{code}: {shown}");
        officer.publish(&[]);
        let forgotten = officer.run(&["publish", "--forget-password"]);
        assert!(forgotten.code == 0 && forgotten.stderr.contains("is gone from"), "{}", forgotten.brief());
    } else {
        assert!(shown.contains("could not be kept"), "{shown}");
    }
    let none = officer.run(&["publish", "--forget-password"]);
    assert!(none.code == 0 && none.stderr.contains("There is no password") || !shown.contains("Kept."), "{}", none.brief());
    // Nobody is asked where nobody sits, nor where a program reads.
    let unasked = officer.run(&["publish"]);
    assert!(unasked.code == 2 && unasked.stderr.contains("wants a password"), "{}", unasked.brief());
    let (code, shown) = Terminal::start(&officer.program(&["publish", "--json"])).end();
    assert!(code == 2 && shown.contains("error-publish-no-secret") && !shown.contains("Password of"), "{shown}");
    // Enter alone is no password.
    let mut terminal = Terminal::start(&officer.program(&["publish"]));
    terminal.answer_unseen("Password of `campus`", "");
    let (code, shown) = terminal.end();
    assert!(code == 2 && shown.contains("wants a password"), "{shown}");
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_new_host_key_is_not_taken_without_a_yes() {
    let server = openssh("");
    let target = target(&server);
    let officer = Officer::new(target.lines().next().expect("where to"));
    let mut terminal = Terminal::start(&officer.program(&["publish"]));
    terminal.answer("Is it the same?", "");
    let (code, shown) = terminal.end();
    assert!(code == 2 && shown.contains("--accept-host-key"), "{shown}");
    assert!(super::standing(&server).is_empty());
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_locked_key_is_opened_by_what_is_typed() {
    let server = openssh("PasswordAuthentication no");
    let at = |name: &str| server.folder.path().join(name).to_str().expect("plain").to_string();
    crate::support::servers::done("ssh-keygen", &["-q", "-t", "ed25519", "-N", PASSWORD, "-f", &at("locked")], "");
    fs::copy(at("locked.pub"), at("authorized")).expect("written");
    let mut officer = Officer::new(&format!("{}\n    key: {}", target(&server), at("locked")));
    officer.secret = None;
    let mut terminal = Terminal::start(&officer.program(&["publish"]));
    terminal.answer_unseen("What opens the key", WRONG);
    terminal.answer_unseen("is not opened by what was given", PASSWORD);
    terminal.answer("Keep the password of key ", "");
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("Published to `campus`"), "{code}: {shown}");
    check_unseen("the terminal", shown.as_bytes());
    check_unseen("a file", &officer.left());
    let told = officer.program(&["publish"]).env("STUDYHALL_PASSPHRASE_CAMPUS", PASSWORD).output().expect("it starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn no_secret_is_seen_on_any_way() {
    let servers: [fn() -> Server; 6] =
        [|| openssh(""), || pure_ftpd(None, &[]), || vsftpd("ftps vsftpd", ""), || apache(None, ""), || apache(Some("good"), ""), moto];
    let seen = |start: fn() -> Server| {
        let server = start();
        let mut officer = Officer::new(&target(&server));
        let mut looked_at = 0;
        // Servers make whoever is wrong wait: once is enough.
        let calls = [(WRONG, &["publish"][..]), (PASSWORD, &["publish", "--json"]), (PASSWORD, &["publish", "--dry-run"])];
        for (secret, arguments) in calls {
            officer.secret = Some(secret);
            let child = officer.program(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
            // Of all programs ours: another test may give its own to `ssh-keygen` meanwhile.
            let mut ours = command_lines();
            ours.retain(|line| line.starts_with(env!("CARGO_BIN_EXE_studyhall")));
            looked_at += ours.len();
            check_unseen("the list of processes", ours.join("\n").as_bytes());
            let done = child.wait_with_output().expect("it ends");
            // The server of S3 takes any key.
            assert!(done.status.success() == (secret == PASSWORD) || server.name == "s3 moto", "{} {arguments:?}", server.name);
            check_unseen(server.name, &[done.stdout, done.stderr].concat());
        }
        check_unseen(server.name, &officer.left());
        looked_at
    };
    let ways: Vec<_> = servers.into_iter().map(|start| std::thread::spawn(move || seen(start))).collect();
    let looked_at: usize = ways.into_iter().map(|way| way.join().expect("nothing is seen")).sum();
    assert!(looked_at > 0, "our program stands in the list of processes");
    // No argument takes one either.
    let help = program().args(["publish", "--help", "--lang", "en"]).output().expect("it starts");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(help.contains("--forget-password") && !help.contains("--password"), "{help}");
}
