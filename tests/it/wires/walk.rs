//! From nothing to a page that everybody can read: the commands of the README, over SFTP, shown by Apache.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::project_file;
use crate::support::servers::{PASSWORD, Server, USER, openssh, pages};
use crate::support::site::program;
use crate::support::terminal::Terminal;

/// The lines that the README tells to type, without their explanations.
fn told() -> Vec<String> {
    let readme = project_file("README.md");
    let walk = readme.split("### To the school's host").nth(1).expect("the README has the walk");
    let block = walk.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    block.lines().map(|line| line.split('#').next().unwrap_or_default().trim().to_string()).collect()
}

/// What Apache answers: status, type, body.
fn get(host: &Server, path: &str) -> (u16, String, Vec<u8>) {
    let mut line = TcpStream::connect(("127.0.0.1", host.port)).expect("it listens");
    write!(line, "GET /dj/{path} HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("asked");
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).expect("answered");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let kind = head.lines().find_map(|line| line.strip_prefix("Content-Type: ")).unwrap_or_default();
    (head[9..12].parse().expect("a status"), kind.to_string(), answer[end + 4..].to_vec())
}

/// Every file that can be reached from the home page, as Apache shows it.
fn reach(host: &Server) -> BTreeMap<String, String> {
    let (mut found, mut next) = (BTreeMap::new(), vec!["index.html".to_string()]);
    while let Some(path) = next.pop() {
        let (status, kind, body) = get(host, &path);
        assert_eq!(status, 200, "{path}");
        let text = String::from_utf8_lossy(&body).into_owned();
        if kind.starts_with("text/html") {
            let links = [" href=", " src="].into_iter().flat_map(|mark| text.split(mark).skip(1));
            let links = links.filter_map(|rest| match rest.chars().next()? {
                quote @ ('"' | '\'') => rest[1..].split(quote).next(),
                _ => rest.split([' ', '>']).next(),
            });
            let fresh: Vec<String> = links
                .filter(|link| !link.contains(':') && !link.starts_with('#') && !link.is_empty())
                .map(|link| resolved(&path, link.split(['#', '?']).next().unwrap_or_default()))
                .filter(|link| !found.contains_key(link) && !next.contains(link) && *link != path)
                .collect();
            next.extend(fresh);
        }
        found.insert(path, text);
    }
    found
}

fn resolved(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Somebody at a new machine.
struct Newcomer {
    home: tempfile::TempDir,
    at: PathBuf,
}

impl Newcomer {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = program();
        command.args(words).args(["--lang", "en"]).current_dir(&self.at).env("HOME", self.home.path());
        command.env_remove("SSH_AUTH_SOCK").env_remove("STUDYHALL_PASSWORD");
        command
    }

    /// Types a command and answers what is asked.
    #[track_caller]
    fn types(&self, line: &str, answers: &[(&str, &str)]) -> String {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let mut terminal = Terminal::start(&self.command(&words));
        for (question, answer) in answers {
            match *answer {
                PASSWORD => terminal.answer_unseen(question, answer),
                _ => terminal.answer(question, answer),
            }
        }
        let (code, shown) = terminal.end();
        assert_eq!(code, 0, "{line}: {shown}");
        shown
    }

    fn edit(&self, path: &str, edit: impl Fn(&str) -> String) {
        let path = self.at.join(path);
        let text = fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
        assert_ne!(text, edit(&text), "{}", path.display());
        fs::write(&path, edit(&text)).expect("written");
    }
}

fn count(folder: &Path) -> usize {
    walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()).count()
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn the_walk_of_the_readme_ends_at_a_page_that_everybody_can_read() {
    let server = openssh("");
    let host = pages(&server);
    let home = tempfile::tempdir().expect("a folder");
    let mut newcomer = Newcomer { at: home.path().to_path_buf(), home };
    let told = told();
    let [init, look, publish, again, back] = told.as_slice() else { panic!("{told:?}") };

    let (init, enter) = init.split_once(" && cd ").expect("two commands");
    newcomer.types(init, &[]);
    newcomer.at.push(enter);
    let address = format!("sftp://{USER}@127.0.0.1:{}{}", server.port, server.root.display());
    newcomer.edit("site.yaml", |text| {
        let text = text.replace("# publish:", "publish:").replace("#   campus:", "  campus:");
        text.replace("#     to: sftp://账号@主机/文件夹", &format!("    to: {address}"))
    });

    let plan = newcomer.types(look, &[("Is it the same?", "y"), ("Password of `campus`", PASSWORD), ("Keep the password", "")]);
    assert!(plan.contains(&server.fingerprint()) && plan.contains("Nothing was touched."), "{plan}");
    assert_eq!(count(&server.root), 0, "a dry run changes nothing");

    let first = newcomer.types(publish, &[("Password of `campus`", PASSWORD), ("Keep the password", "")]);
    assert!(!first.contains("first connection") && first.contains("Published to `campus`"), "{first}");
    let before = reach(&host);
    assert!(before.len() > 30, "{:?}", before.keys().collect::<Vec<_>>());
    let (status, kind, home_page) = get(&host, "");
    assert!(status == 200 && kind.starts_with("text/html"), "{status} {kind}");
    assert!(String::from_utf8_lossy(&home_page).contains("我的学堂"), "the home page is the folder's own");

    let lesson = "content/lessons/kaishi/第一讲.md";
    newcomer.edit(lesson, |text| format!("{text}\n这一句是后来加上的。\n"));
    let second = newcomer.types(again, &[("Password of `campus`", PASSWORD), ("Keep the password", "")]);
    let summary = second.lines().find(|line| line.contains("Published to")).expect("a summary").to_string();
    let number = |what: &str| {
        let before = summary.split(&format!(" {what}")).next().and_then(|text| text.rsplit(' ').next());
        before.and_then(|text| text.parse::<usize>().ok()).unwrap_or_else(|| panic!("no {what} in {summary}"))
    };
    // The page, the lists that show its words, and the shards of the search index that have them.
    assert!(number("changed") < number("unchanged"), "only what changed goes up: {summary}");
    let after = reach(&host);
    let is_edited = |pages: &BTreeMap<String, String>| pages.values().any(|text| text.contains("这一句是后来加上的"));
    assert!(is_edited(&after) && !is_edited(&before));

    newcomer.types(back, &[("Password of `campus`", PASSWORD), ("Keep the password", "")]);
    let restored = reach(&host);
    assert!(restored == before, "the pages of before are back: {:?}", restored.keys().collect::<Vec<_>>());
}
