//! What a double click does, by `studyhall open`: the site beside the program, or a page on which one is chosen or made.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::free_port;
use crate::support::site::{program, start_copy};

/// A running `studyhall open`, ended with the test.
pub struct Opened {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Opened {
    pub fn of(mut command: Command) -> Opened {
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = start_copy(|| command.spawn());
        let lines = BufReader::new(child.stdout.take().expect("it was asked for"));
        Opened { child, lines }
    }

    /// The next event of a name.
    #[track_caller]
    pub fn event(&mut self, name: &str) -> Value {
        let mut seen = String::new();
        loop {
            let from = seen.len();
            assert!(self.lines.read_line(&mut seen).expect("UTF-8") > 0, "no event `{name}` in {seen}");
            let event: Value = serde_json::from_str(&seen[from..]).expect("a line of JSON");
            if event["event"] == name {
                return event;
            }
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Asks an address in the manner of a browser: the status and the body.
pub fn ask(method: &str, url: &str, headers: &str, body: &str) -> (u16, String) {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an address");
    let mut stream = TcpStream::connect(host).expect("somebody listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
    let named = if headers.contains("Host:") { String::new() } else { format!("Host: {host}\r\n") };
    let length = body.len();
    write!(stream, "{method} /{path} HTTP/1.1\r\n{named}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (status, answer.split_once("\r\n\r\n").expect("a body").1.to_string())
}

struct Chooser {
    opened: Opened,
    url: String,
    token: String,
}

impl Chooser {
    fn start(home: &Path, more: &[&str]) -> Chooser {
        Chooser::at_port(home, &free_port().to_string(), more)
    }

    fn at_port(home: &Path, port: &str, more: &[&str]) -> Chooser {
        let mut command = open(home, port);
        command.args(more);
        let mut opened = Opened::of(command);
        let url = opened.event("chooser")["url"].as_str().expect("an address").to_string();
        let token = url.trim_end_matches('/').rsplit('/').next().expect("a token").to_string();
        Chooser { opened, url, token }
    }

    fn get(&self, path: &str) -> Value {
        let (status, body) = ask("GET", &format!("{}{path}", self.url), "", "");
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let (status, body) =
            ask("POST", &format!("{}{path}", self.url), &format!("x-studyhall-token: {}\r\n", self.token), &body.to_string());
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// Where the chosen site is served.
    fn ready(&self) -> String {
        for _ in 0..600 {
            let status = self.get("status");
            match status["state"].as_str() {
                Some("ready") => return status["url"].as_str().expect("an address").to_string(),
                Some("opening") => std::thread::sleep(Duration::from_millis(100)),
                _ => panic!("{status}"),
            }
        }
        panic!("the site is never ready");
    }
}

/// `studyhall open` on a machine of its own, started in its home folder.
fn open(home: &Path, port: &str) -> Command {
    let mut command = program();
    command.args(["open", "--no-browser", "--json", "--lang", "zh", "--port", port]);
    command.current_dir(home).env("HOME", home).env("XDG_STATE_HOME", home.join(".state"));
    command
}

fn make(folder: &Path, title: &str) {
    let made = program().args(["init", "--title", title]).arg(folder).output().expect("the program starts");
    assert!(made.status.success());
}

#[test]
fn a_site_is_made_on_the_page_and_is_offered_the_next_time() {
    let home = TempDir::new().unwrap();
    let mut chooser = Chooser::start(home.path(), &[]);
    let (status, page) = ask("GET", &chooser.url, "", "");
    assert_eq!(status, 200);
    assert!(page.contains("新建站点") && !page.contains("{{"), "{page}");
    assert_eq!(chooser.get("start")["recent"], json!([]));
    let wish = json!({ "title": "计算机学院：学堂", "folder": home.path() });
    let (status, answer) = chooser.post("new", &wish);
    assert_eq!(status, 200, "{answer}");
    let preview = chooser.ready();
    chooser.opened.event("built");
    let (status, page) = ask("GET", &preview, "", "");
    assert_eq!(status, 200);
    assert!(page.contains("计算机学院：学堂"), "the site bears its name");
    assert!(home.path().join("计算机学院：学堂/site.yaml").is_file());
    drop(chooser);
    let chooser = Chooser::start(home.path(), &[]);
    let recent = chooser.get("start")["recent"].clone();
    assert_eq!(recent[0]["title"], "计算机学院：学堂");
    // The same name once more: what is there stays.
    let (status, answer) = chooser.post("new", &wish);
    assert_eq!(status, 409, "{answer}");
    assert!(answer["message"].as_str().unwrap().contains("已经有东西"), "{answer}");
    let (status, _) = chooser.post("open", &json!({ "path": recent[0]["path"] }));
    assert_eq!(status, 200);
    chooser.ready();
}

#[test]
fn only_its_own_page_may_ask_the_chooser() {
    let home = TempDir::new().unwrap();
    let chooser = Chooser::start(home.path(), &[]);
    let root = chooser.url.split(&chooser.token).next().unwrap().to_string();
    let token = format!("x-studyhall-token: {}\r\n", chooser.token);
    let new = format!("{}new", chooser.url);
    let body = json!({ "title": "甲", "folder": home.path() }).to_string();
    for (method, url, headers) in [
        ("GET", root.as_str(), ""),
        ("GET", &format!("{root}start"), ""),
        ("GET", &format!("{root}00000000000000000000000000000000/start"), ""),
        ("GET", &chooser.url, "Host: evil.example\r\n"),
        ("POST", &new, ""),
        ("POST", &new, "x-studyhall-token: 0\r\n"),
        ("POST", &new, &format!("{token}Origin: http://evil.example\r\n")),
        ("POST", &new, &format!("{token}Origin: null\r\n")),
    ] {
        assert_eq!(ask(method, url, headers, &body).0, 403, "{method} {url} {headers}");
    }
    assert_eq!(ask("PUT", &new, &token, &body).0, 405);
    assert_eq!(ask("GET", &new, &token, &body).0, 404, "a GET changes nothing");
    assert_eq!(ask("POST", &new, &token, &"x".repeat(70_000)).0, 413);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn folders_are_shown_and_what_is_no_site_is_told() {
    let home = TempDir::new().unwrap();
    make(&home.path().join("a/站 一"), "站一");
    make(&home.path().join("b/二"), "站二");
    fs::write(home.path().join("通知.docx"), "no site").unwrap();
    let dropped = home.path().join("通知.docx");
    let chooser = Chooser::start(home.path(), &[dropped.to_str().unwrap()]);
    let start = chooser.get("start");
    assert!(start["note"].as_str().unwrap().contains("通知.docx"), "{start}");
    let folder = |path: &Path| chooser.get(&format!("folder?path={}", path.to_str().unwrap().replace(' ', "%20")));
    let names = |value: &Value| {
        value["folders"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&folder(home.path())), ["a", "b"]);
    let inner = folder(&home.path().join("a"));
    assert_eq!(inner["folders"][0]["site"], true, "{inner}");
    for path in ["", "relative", "/no/such/folder", "\u{0}"] {
        let (status, _) = chooser.post("open", &json!({ "path": path }));
        assert_eq!(status, 409, "{path}");
    }
    for wish in [json!({ "title": " \u{200b}", "folder": home.path() }), json!({ "title": "甲", "folder": "here" }), json!(7)] {
        assert_eq!(chooser.post("new", &wish).0, 409, "{wish}");
    }
    // A path as the Explorer copies it, of a file in the site.
    let quoted = format!("\"{}\"", home.path().join("a/站 一/content").display());
    assert_eq!(chooser.post("open", &json!({ "path": quoted })).0, 200);
    chooser.ready();
}

#[test]
fn a_site_that_cannot_be_opened_is_told_and_another_may_be_chosen() {
    let home = TempDir::new().unwrap();
    make(&home.path().join("a/好"), "好");
    make(&home.path().join("a/忙"), "忙");
    let port = free_port().to_string();
    let mut first = Opened::of({
        let mut command = program();
        command.args(["serve", "--json", "--port", &port, "--site"]).arg(home.path().join("a/忙"));
        command
    });
    first.event("built");
    let chooser = Chooser::at_port(home.path(), &port, &[]);
    chooser.post("open", &json!({ "path": home.path().join("a/忙") }));
    let failed = (0..600).map(|_| chooser.get("status")).find(|status| {
        std::thread::sleep(Duration::from_millis(50));
        status["state"] != "opening"
    });
    let failed = failed.expect("it ends");
    assert!(failed["message"].as_str().unwrap_or_default().contains("已经在预览"), "{failed}");
    chooser.post("open", &json!({ "path": home.path().join("a/好") }));
    chooser.ready();
}

#[test]
fn the_site_beside_the_program_opens_at_once() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("U 盘");
    fs::create_dir(&folder).unwrap();
    let own = folder.join("studyhall");
    fs::copy(program().get_program(), &own).unwrap();
    make(&folder.join("站"), "站");
    let start = |program: &Path| {
        let mut command = Command::new(program);
        command.args(["open", "--no-browser", "--json", "--port", &free_port().to_string()]);
        command.current_dir(home.path()).env("HOME", home.path()).env("XDG_STATE_HOME", home.path().join(".state"));
        Opened::of(command)
    };
    assert!(start(&own).event("ready")["url"].is_string());
    // Two sites: which one, only the officer knows.
    make(&folder.join("站二"), "站二");
    assert!(start(&own).event("chooser")["url"].is_string());
    // A file of one of them, dragged onto the program.
    let mut command = open(home.path(), &free_port().to_string());
    command.arg(folder.join("站二/site.yaml"));
    assert!(Opened::of(command).event("ready")["url"].is_string());
}

#[test]
fn out_of_an_archive_it_says_to_unpack_first() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("Temp1_studyhall-windows.zip");
    fs::create_dir(&folder).unwrap();
    let own = folder.join("studyhall");
    fs::copy(program().get_program(), &own).unwrap();
    let mut command = Command::new(&own);
    command.args(["open", "--no-browser", "--lang", "zh"]).env("TMPDIR", home.path());
    let done = start_copy(|| command.output());
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("解压到一个文件夹"), "{said}");
}

#[test]
fn a_second_double_click_finds_the_running_preview() {
    let home = TempDir::new().unwrap();
    make(&home.path().join("站"), "站");
    let port = free_port().to_string();
    let start = || {
        let mut command = open(home.path(), &port);
        command.arg(home.path().join("站"));
        command
    };
    let mut first = Opened::of(start());
    first.event("ready");
    let second = start().output().unwrap();
    assert_eq!(second.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&second.stdout).contains(&format!("http://127.0.0.1:{port}/")));
}
