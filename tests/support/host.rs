//! A web host of a school, played: serves a folder below `/xuetang/`, and does to it what a rule says.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Where the folder is seen.
pub const MOUNT: &str = "/xuetang/";

/// What a browser asks.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    /// The address without its query, with `/` in front.
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The path below the folder that is served.
    pub fn below(&self) -> &str {
        self.path.strip_prefix(MOUNT).unwrap_or(&self.path)
    }

    pub fn extension(&self) -> String {
        self.path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or(String::new(), |(_, end)| end.to_ascii_lowercase())
    }
}

/// What the host answers.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Ends the line after so many bytes of the body.
    pub cut: Option<usize>,
    /// Waits before it answers.
    pub wait: Duration,
}

impl Answer {
    pub fn of(status: u16, body: &str) -> Answer {
        let headers = vec![("content-type".to_string(), "text/html".to_string())];
        Answer { status, headers, body: body.as_bytes().to_vec(), cut: None, wait: Duration::ZERO }
    }

    pub fn with(mut self, name: &str, value: &str) -> Answer {
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Answer {
        self.body = body.into();
        self
    }
}

/// What a host does to an answer.
pub type Rule = dyn Fn(&Asked, Answer) -> Answer + Send + Sync;

/// A running host; it ends with the value.
pub struct Host {
    pub port: u16,
    ends: Arc<AtomicBool>,
    most: Arc<AtomicUsize>,
}

impl Host {
    pub fn start(root: PathBuf, rule: impl Fn(&Asked, Answer) -> Answer + Send + Sync + 'static) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let (ends, most) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (rule, ended, at_once, highest): (Arc<Rule>, _, _, _) =
            (Arc::new(rule), ends.clone(), Arc::new(AtomicUsize::new(0)), most.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let (root, rule, at_once, highest) = (root.clone(), rule.clone(), at_once.clone(), highest.clone());
                std::thread::spawn(move || {
                    highest.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    // A guest that leaves early is no matter.
                    let _ = converse(stream, &root, &*rule);
                    at_once.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Host { port, ends, most }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{MOUNT}", self.port)
    }

    /// The most connections that were open at once.
    pub fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn converse(stream: TcpStream, root: &std::path::Path, rule: &Rule) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(());
    }
    let mut asked = Asked::default();
    let mut words = line.split(' ');
    asked.method = words.next().unwrap_or_default().to_string();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (asked.path, asked.query) = (path.to_string(), query.to_string());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.push((name.to_ascii_lowercase(), value.trim().to_string()));
    }
    let length = asked.header("content-length").parse().unwrap_or(0);
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body)?;
    let answer = rule(&asked, served(root, &asked));
    std::thread::sleep(answer.wait);
    let mut head = format!("HTTP/1.1 {} x\r\nconnection: close\r\ncontent-length: {}\r\n", answer.status, answer.body.len());
    answer.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    writer.write_all(format!("{head}\r\n").as_bytes())?;
    writer.write_all(&answer.body[..answer.cut.unwrap_or(answer.body.len())])
}

/// A file of the folder, as a well-kept host serves it.
fn served(root: &std::path::Path, asked: &Asked) -> Answer {
    let none = || Answer::of(404, "<html><title>404</title>");
    let Some(below) = asked.path.strip_prefix(MOUNT) else { return none() };
    let path = root.join(if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below.to_string() });
    if path.is_dir() {
        return Answer::of(301, "").with("location", &format!("{}/", asked.path));
    }
    let Ok(body) = fs::read(&path) else { return none() };
    let kind = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    let answer = Answer::of(200, "").with("content-type", type_of(kind)).with("accept-ranges", "bytes");
    let total = body.len();
    let range = asked.header("range").strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let range = range.and_then(|(from, to)| Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()?)));
    match range.filter(|(from, _)| *from < total) {
        Some((from, to)) => {
            let to = to.min(total - 1);
            let part = Answer { status: 206, ..answer.with("content-range", &format!("bytes {from}-{to}/{total}")) };
            part.body(&body[from..=to])
        }
        None => answer.body(body),
    }
}

fn type_of(kind: &str) -> &'static str {
    match kind {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "application/javascript",
        "xml" => "text/xml",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}

/// IIS as one column of the table has it: only types it knows, hidden folders, no `+`, names without regard to case.
/// What nobody measured is refused.
pub fn iis(root: PathBuf, column: &'static str) -> impl Fn(&Asked, Answer) -> Answer + Send + Sync + 'static {
    let types = super::hosts::served_by(column);
    move |asked, _| {
        let says = |status: u16, detail: &str| {
            Answer::of(status, &format!("<html><title>{status}</title><h2>{detail}</h2>")).with("server", "Microsoft-IIS/x")
        };
        let path = asked.path.replace('\\', "/");
        // Double escapes, and characters that request filtering takes for them.
        if path.contains('+') || path.contains("%25") {
            return says(404, "404.11");
        }
        let hidden =
            ["bin", "app_code", "app_globalresources", "app_localresources", "app_webreferences", "app_data", "app_browsers", "web.config"];
        let lower = path.to_ascii_lowercase();
        if lower.split('/').any(|part| hidden.contains(&part)) {
            return says(404, "404.8");
        }
        if ["config", "cs", "master", "sitemap", "rules", "asax", "ascx", "vb", "mdb", "java", "resources", "skin", "browser"]
            .iter()
            .any(|denied| asked.extension() == *denied)
        {
            return says(404, "404.7");
        }
        // Windows knows no name that ends in a dot or a blank, nor those of its devices.
        let devices = ["con", "prn", "aux", "nul", "com1", "lpt1"];
        if lower.split('/').any(|part| part.ends_with(['.', ' ']) || devices.contains(&part.split('.').next().unwrap_or_default())) {
            return says(404, "404.0");
        }
        if path.len() > 260 {
            return says(404, "404.14");
        }
        let Some(real) = folded(&root, path.strip_prefix(MOUNT).unwrap_or("no/such")) else { return says(404, "404.0") };
        let kind = if path.ends_with('/') { "html".to_string() } else { asked.extension() };
        if !types.contains(&kind.as_str()) {
            return says(404, "404.3");
        }
        let answer = served(&root, &Asked { path: format!("{MOUNT}{real}"), ..asked.clone() });
        // Its table calls scripts so.
        let answer = if kind == "js" { answer.with("content-type", "application/x-javascript") } else { answer };
        answer.with("server", "Microsoft-IIS/x")
    }
}

/// The real name of a path that is asked for in letters of any size.
fn folded(root: &std::path::Path, path: &str) -> Option<String> {
    let mut real = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let names = fs::read_dir(root.join(&real)).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let name = names.into_iter().find(|name| name.eq_ignore_ascii_case(part))?;
        real = if real.is_empty() { name } else { format!("{real}/{name}") };
    }
    Some(if path.ends_with('/') && !real.is_empty() { format!("{real}/") } else { real })
}
