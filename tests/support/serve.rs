//! A running preview, asked as a browser asks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::free_port;
use super::site::{Site, Tree, program};

/// Long enough for a loaded machine; nothing is asserted about it.
const PATIENCE: Duration = Duration::from_secs(60);

/// `studyhall serve`, ended with the test.
pub struct Serve {
    child: Child,
    events: Receiver<Value>,
    errors: std::thread::JoinHandle<String>,
    pub port: u16,
    pub ready: Value,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Serve {
    /// Starts, and waits until the first state is there or it has ended.
    pub fn start(site: &Site, more: &[&str]) -> Serve {
        let mut command = program();
        command.args(["serve", "--json", "--lang", "en", "--date", super::DAY]).args(more).arg("--site").arg(site.dir());
        if !more.contains(&"--port") {
            command.args(["--port", &free_port().to_string()]);
        }
        Serve::of(command)
    }

    pub fn of(mut command: std::process::Command) -> Serve {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (told, events) = channel();
        let output = child.stdout.take().expect("it was asked for");
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Ok(event) = serde_json::from_str::<Value>(&line)
                    && told.send(event).is_err()
                {
                    return;
                }
            }
        });
        let mut errors = child.stderr.take().expect("it was asked for");
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).expect("the program speaks UTF-8");
            text
        });
        let mut serve = Serve { child, events, errors, port: 0, ready: Value::Null };
        serve.ready = serve.event(|event| event["event"] == "ready" || !event["error"].is_null());
        serve.port = u16::try_from(serve.ready["port"].as_u64().unwrap_or(0)).expect("a port");
        if serve.port != 0 {
            serve.event(|event| ["built", "refused"].iter().any(|name| event["event"] == *name) || !event["error"].is_null());
        }
        serve
    }

    /// The next event that fits.
    #[track_caller]
    pub fn event(&self, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        while let Ok(event) = self.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if fits(&event) {
                return event;
            }
            seen.push(event);
        }
        panic!("no such event; there were {seen:?}");
    }

    /// All events so far that nobody has waited for.
    pub fn events_so_far(&self) -> Vec<Value> {
        self.events.try_iter().collect()
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> Reply {
        self.ask(path, &format!("127.0.0.1:{}", self.port), "")
    }

    /// Asks with another `Host`, and more headers.
    pub fn ask(&self, path: &str, host: &str, more: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n").expect("it reads");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("an answer has a status");
        Reply { status, head, body: bytes[end + 4..].to_vec() }
    }

    /// A file as it is served, without what the preview adds to pages.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        let reply = self.get(&format!("/{path}"));
        if path == "404.html" || reply.status == 200 { Some(without_script(reply.body)) } else { None }
    }

    /// Waits until every file of `wanted` is served, byte for byte, and `gone` is not.
    #[track_caller]
    pub fn comes_to(&self, wanted: &Tree, gone: &[&str]) {
        let end = Instant::now() + PATIENCE;
        loop {
            let differs = wanted.iter().find(|(path, bytes)| !is_list(path) && self.file(path).as_ref() != Some(*bytes));
            let left = gone.iter().find(|path| self.get(&format!("/{path}")).status != 404);
            match (differs, left) {
                (None, None) => return,
                (differs, left) if Instant::now() > end => panic!("{:?} differs, {left:?} is still there", differs.map(|(path, _)| path)),
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Waits until it has ended by itself, and gives its exit code and what it said to people.
    pub fn ended(mut self) -> (i32, String) {
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        let errors = std::mem::replace(&mut self.errors, std::thread::spawn(String::new));
        (code, errors.join().expect("it was read"))
    }

    /// Sends a signal, by its number.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let done = std::process::Command::new("kill").args([signal, &id]).status().expect("kill starts");
        assert!(done.success());
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The list of files is what a build keeps for itself, and no part of the site.
fn is_list(path: &str) -> bool {
    path == "studyhall-files.txt"
}

fn without_script(bytes: Vec<u8>) -> Vec<u8> {
    let find = |from: usize, what: &[u8]| bytes[from..].windows(what.len()).position(|part| part == what).map(|at| from + at);
    // Of a page that is not there, the preview also says where its links begin.
    let start = find(0, b"<base href=\"/\">").or_else(|| find(0, b"<script src=\"/__studyhall/preview.js\""));
    let Some(start) = start else { return bytes };
    let end = find(start, b"</script>").expect("it is closed") + b"</script>".len();
    [&bytes[..start], &bytes[end..]].concat()
}
