//! The built program over real servers, from `site.yaml` to what stands there.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::servers::{PASSWORD, Server, USER, certificates};
use crate::support::site::program;
use crate::support::{DAY, Run, Site};

/// A site with the target `campus`, and an officer's machine with a home of its own.
pub struct Officer {
    pub site: Site,
    home: TempDir,
    /// What the environment holds.
    pub secret: Option<&'static str>,
}

impl Officer {
    /// `target` is what stands below `campus:`.
    pub fn new(target: &str) -> Officer {
        let text = format!(
            "//- site.yaml\ntitle: 测试\npublish:\n  campus:\n{target}\n//- content/a.md\n---\ntitle: 甲\n---\n\n正文\n\
             //- content/b.md\n---\ntitle: 乙\n---\n\n第二页\n//- content/c.md\n---\ntitle: 丙\n---\n\n第三页\n"
        );
        Officer { site: Site::new(&text), home: tempfile::tempdir().expect("a folder"), secret: Some(PASSWORD) }
    }

    /// The program on the site, with this machine's secrets and nobody else's keys.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut program = program();
        program.args(arguments).args(["--lang", "en", "--date", DAY]).arg("--site").arg(self.site.dir());
        program.env("HOME", self.home.path()).env_remove("SSH_AUTH_SOCK").env_remove("STUDYHALL_PASSWORD");
        if let Some(secret) = self.secret {
            program.env("STUDYHALL_PASSWORD", secret);
        }
        program
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let done = self.program(arguments).output().expect("the program starts");
        Run::of(done, self.site.dir().to_str().expect("plain"))
    }

    #[track_caller]
    pub fn publish(&self, more: &[&str]) -> Value {
        let run = self.run(&[&["publish", "--json"], more].concat());
        assert_eq!(run.code, 0, "{}", run.brief());
        run.json()
    }

    /// All bytes that the program has left on this machine, and their paths.
    pub fn left(&self) -> Vec<u8> {
        let mut left = Vec::new();
        for entry in [self.site.dir(), self.home.path()].into_iter().flat_map(walkdir::WalkDir::new).flatten() {
            left.extend(entry.path().to_string_lossy().bytes());
            if entry.file_type().is_file() {
                left.extend(std::fs::read(entry.path()).unwrap_or_default());
            }
        }
        left
    }
}

/// What stands below `campus:` for a server.
pub fn target(server: &Server) -> String {
    let Server { port, .. } = server;
    let root = server.address(*port).root;
    let ca = certificates().join("ca.pem");
    let ca = ca.display();
    match server.name {
        "sftp openssh" => format!("    to: sftp://{USER}@127.0.0.1:{port}{root}\n    host_key: {}", server.fingerprint()),
        name if name.starts_with("ftp ") => format!("    to: ftp://{USER}@127.0.0.1:{port}{root}\n    allow_plain: true"),
        "ftps vsftpd implicit" => format!("    to: ftps://{USER}@localhost:{port}{root}\n    certificates: {ca}"),
        name if name.starts_with("ftps ") => format!("    to: ftpes://{USER}@localhost:{port}{root}\n    certificates: {ca}"),
        "webdav apache tls" => format!("    to: webdavs://{USER}@localhost:{port}/dav\n    certificates: {ca}"),
        name if name.starts_with("webdav ") => format!("    to: webdav://{USER}@localhost:{port}/dav\n    allow_plain: true"),
        _ => format!("    to: s3://key@campus/study\n    endpoint: http://127.0.0.1:{port}"),
    }
}

fn list<'a>(json: &'a Value, name: &str) -> Vec<&'a str> {
    json[name].as_array().unwrap_or_else(|| panic!("no {name} in {json}")).iter().filter_map(Value::as_str).collect()
}

/// A site's life on one server.
fn check_life(server: &Server) {
    let name = server.name;
    let officer = Officer::new(&target(server));
    let plan = officer.publish(&["--dry-run"]);
    assert_eq!((&plan["event"], list(&plan, "removed").len()), (&"plan".into(), 0), "{name}");
    assert!(super::standing(server).is_empty(), "{name}: a dry run changes nothing");
    let first = officer.publish(&["--no-build"]);
    assert_eq!(list(&first, "new"), list(&plan, "new"), "{name}: as planned");
    let same = |what: &str| {
        let (stands, built) = (super::standing(server), officer.site.output());
        let differs = built.iter().filter(|(path, bytes)| stands.get(*path) != Some(*bytes) && path.as_str() != "studyhall-files.txt");
        let differs: Vec<&String> = differs.map(|(path, _)| path).collect();
        assert!(differs.is_empty(), "{name}, {what}: {differs:?}");
        stands
    };
    same("the first publish");
    officer.site.edit("content/a.md", "正文", "改过的正文");
    let second = officer.publish(&[]);
    assert!(
        list(&second, "changed").contains(&"a.html") && list(&second, "new").iter().all(|path| path.ends_with(".js")),
        "{name}: {second}"
    );
    assert!(!list(&second, "changed").contains(&"b.html"), "{name}: {second}");
    same("an edit");
    officer.site.remove("content/b.md");
    let third = officer.publish(&[]);
    assert!(list(&third, "removed").contains(&"b.html"), "{name}: {third}");
    assert!(!same("a page less").contains_key("b.html"), "{name}");
    let idle = officer.publish(&["--no-build"]);
    assert!(list(&idle, "new").is_empty() && list(&idle, "changed").is_empty() && idle["bytes"] == 0, "{name}: {idle}");
    println!("{name}: planned, published, edited, removed, at rest");
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_site_lives_on_every_kind_of_server() {
    let servers: [fn() -> Server; 9] = super::KINDS;
    let lives: Vec<_> = servers.into_iter().map(|start| std::thread::spawn(move || check_life(&start()))).collect();
    lives.into_iter().for_each(|life| life.join().expect("it lives"));
}
