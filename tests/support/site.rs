//! A site in a temporary folder, and the real program run on it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use super::{DAY, PROJECT};

/// Files of a folder by their path: bytes.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// A site folder that goes when the test ends.
pub struct Site {
    dir: TempDir,
    old: Cell<bool>,
    clock: Cell<u64>,
}

impl Site {
    /// A site of the files in `text`. A line `//- path` begins a file; in square brackets behind it stands what is odd
    /// about it (`[gbk]`, `[utf-16]`, `[bom]`, `[crlf]`, `[link]`: the text is where the link leads).
    /// Without a `site.yaml` it gets the shortest one, and an empty `content/`, unless one is `[missing]`.
    pub fn new(text: &str) -> Site {
        Site::below(&std::env::temp_dir(), text)
    }

    /// As [`Site::new`], on the disk that the project lies on: what watches files or trusts their times is tried on a real one,
    /// while temporary files may be in memory.
    pub fn on_disk(text: &str) -> Site {
        Site::below(Path::new(env!("CARGO_TARGET_TMPDIR")), text)
    }

    fn below(folder: &Path, text: &str) -> Site {
        let dir = tempfile::Builder::new().prefix("studyhall-it-").tempdir_in(folder).expect("a temporary folder");
        let site = Site { dir, old: Cell::new(false), clock: Cell::new(0) };
        site.add(text);
        let missing = |path: &str| text.contains(&format!("//- {path} [missing]\n"));
        if !site.path("site.yaml").exists() && !missing("site.yaml") {
            site.write("site.yaml", "title: 测试\n");
        }
        if !site.path("content").exists() && !missing("content") {
            fs::create_dir(site.path("content")).expect("a folder");
        }
        site
    }

    /// Writes more files.
    pub fn add(&self, text: &str) {
        for (head, body) in sections(text) {
            let (path, odd) = match head.split_once(" [") {
                Some((path, odd)) => (path, odd.trim_end_matches(']')),
                None => (head, ""),
            };
            match odd {
                "" => self.write(path, body),
                "bom" => self.write_bytes(path, &[b"\xEF\xBB\xBF", body.as_bytes()].concat()),
                "bom crlf" => self.write_bytes(path, &[b"\xEF\xBB\xBF", body.replace('\n', "\r\n").as_bytes()].concat()),
                "crlf" => self.write(path, &body.replace('\n', "\r\n")),
                "gbk" => self.write_bytes(path, &encoding_rs::GBK.encode(body).0),
                "utf-16" => {
                    let units = body.encode_utf16().flat_map(u16::to_le_bytes);
                    self.write_bytes(path, &[0xFF, 0xFE].into_iter().chain(units).collect::<Vec<u8>>());
                }
                "nul" => self.write(path, &body.replace('0', "\0")),
                "latin-1" => self.write_bytes(path, &body.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect::<Vec<u8>>()),
                "link" => self.link(path, body.trim()),
                "missing" => {}
                other => panic!("unknown mark [{other}]"),
            }
        }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(&path, bytes).expect("a file can be written");
        self.age(&path);
    }

    /// From now on files written seem to be old, each of another second: the program trusts the time of an old file
    /// and looks into one that was changed just now, and both ways have to be right.
    pub fn seem_old(&self, old: bool) {
        self.old.set(old);
    }

    fn age(&self, path: &Path) {
        if self.old.get() {
            self.clock.set(self.clock.get() + 1);
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + self.clock.get());
            fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("a time can be set");
        }
    }

    /// Makes all files of the site seem old.
    pub fn age_all(&self) {
        self.seem_old(true);
        for entry in walkdir::WalkDir::new(self.dir()).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
            self.age(entry.path());
        }
    }

    pub fn link(&self, path: &str, target: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a link has a folder")).expect("folders can be made");
        std::os::unix::fs::symlink(target, path).expect("a link can be made");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
    }

    /// Replaces a text that must be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, &text.replace(from, to));
    }

    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    }

    pub fn rename(&self, from: &str, to: &str) {
        let to = self.path(to);
        fs::create_dir_all(to.parent().expect("a file has a folder")).expect("folders can be made");
        fs::rename(self.path(from), to).unwrap_or_else(|cause| panic!("{from}: {cause}"));
    }

    /// Runs `studyhall build` on the site, in English, for the common day.
    pub fn build(&self, more: &[&str]) -> Run {
        let mut arguments = vec!["build"];
        if !more.contains(&"--date") {
            arguments.extend(["--date", DAY]);
        }
        if !more.contains(&"--lang") {
            arguments.extend(["--lang", "en"]);
        }
        arguments.extend(more);
        self.run(&arguments)
    }

    /// A build that has to succeed, without a warning.
    #[track_caller]
    pub fn build_well(&self, more: &[&str]) -> Counts {
        let run = self.build(&[&["--json"], more].concat());
        assert_eq!(run.code, 0, "{}", run.brief());
        let json = run.json();
        assert_eq!(json["diagnostics"], Value::Array(Vec::new()));
        Counts::of(&json)
    }

    /// Runs the program with `--site` behind its arguments.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let site = self.dir().to_str().expect("temporary folders have plain names").to_string();
        let done = program().args(arguments).arg("--site").arg(&site).output().expect("the program starts");
        Run::of(done, &site)
    }

    /// Starts the program and does not wait.
    pub fn start(&self, arguments: &[&str]) -> std::process::Child {
        let mut program = program();
        program.args(arguments).arg("--site").arg(self.dir()).stdout(Stdio::piped()).stderr(Stdio::piped());
        program.spawn().expect("the program starts")
    }

    /// The output folder, file by file.
    pub fn output(&self) -> Tree {
        tree(&self.path("output"))
    }

    /// A page of the output.
    #[track_caller]
    pub fn html(&self, path: &str) -> String {
        self.read(&format!("output/{path}"))
    }

    /// What a build without any memory, into an empty folder elsewhere, makes of the site.
    #[track_caller]
    pub fn clean(&self, more: &[&str]) -> Tree {
        let apart = tempfile::tempdir().expect("a temporary folder");
        let run = self.build(&[&["--no-cache", "--output", apart.path().join("o").to_str().expect("plain")], more].concat());
        let wanted = if more.contains(&"--keep-going") { [0, 1].as_slice() } else { &[0] };
        assert!(wanted.contains(&run.code), "{}", run.stderr);
        tree(&apart.path().join("o"))
    }
}

/// How much a build did, as `--json` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub rendered: u64,
    pub kept: u64,
    pub written: u64,
    pub unchanged: u64,
    pub removed: u64,
}

impl Counts {
    pub fn of(json: &Value) -> Counts {
        let number = |name: &str| json["summary"][name].as_u64().unwrap_or_else(|| panic!("no {name} in {json:#}"));
        Counts {
            rendered: number("rendered"),
            kept: number("kept"),
            written: number("written"),
            unchanged: number("unchanged"),
            removed: number("removed"),
        }
    }
}

/// Starts a copy of the program that was just written. While another thread's child process is on its way it still holds the file
/// open for writing, and the system calls it busy.
pub fn start_copy<T>(mut start: impl FnMut() -> std::io::Result<T>) -> T {
    for _ in 0..200 {
        match start() {
            Err(cause) if cause.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::sleep(Duration::from_millis(20)),
            done => return done.expect("the program starts"),
        }
    }
    panic!("the program stays busy");
}

/// The program, in surroundings that say nothing of a language.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_studyhall"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.current_dir(PROJECT);
    command
}

/// How the program ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Shows the site's folder as `SITE`, which is another one in every run.
    pub fn of(done: Output, site: &str) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program speaks UTF-8").replace(site, "SITE");
        Run { code: done.status.code().unwrap_or(-1), stdout: text(done.stdout), stderr: text(done.stderr) }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in:\n{}{}", self.stdout, self.stderr))
    }

    /// What went wrong, in a few lines, for the message of a failed test.
    pub fn brief(&self) -> String {
        let json: Value = serde_json::from_str(&self.stdout).unwrap_or_default();
        let found = json["diagnostics"].as_array().into_iter().flatten().take(8);
        let found = found.map(|d| format!("{}:{}: {}\n", d["file"], d["line"], d["message"]));
        format!("{}{}{}", found.collect::<String>(), json["message"], self.stderr)
    }

    /// What was said before the closing report.
    pub fn said(&self) -> String {
        let closing = |line: &str| {
            line.starts_with("Nothing was written")
                || line.starts_with("没有写出")
                || line.starts_with("共 ")
                || line.split_once(' ').is_some_and(|(number, rest)| {
                    number.parse::<u32>().is_ok() && (rest.starts_with("pages: ") || rest.starts_with("page: "))
                })
        };
        self.stderr.lines().take_while(|line| !closing(line)).map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// All files below a folder. What the program keeps for itself while it works is not part of the site.
pub fn tree(dir: &Path) -> Tree {
    let mut files = Tree::new();
    for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
        let Ok(entry) = entry else { continue };
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(dir).expect("it is below").to_str().expect("names of the output are plain").to_string();
        files.insert(path, fs::read(entry.path()).unwrap_or_default());
    }
    files
}

/// Says where two trees differ; nothing when they do not.
#[track_caller]
pub fn assert_same(one: &Tree, other: &Tree, what: &str) {
    let mut differ = Vec::new();
    for path in one.keys().chain(other.keys().filter(|path| !one.contains_key(*path))) {
        match (one.get(path), other.get(path)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => differ.push(format!("{path} differs:\n  {}", first_difference(a, b))),
            (Some(_), None) => differ.push(format!("{path} only in the first")),
            (None, _) => differ.push(format!("{path} only in the second")),
        }
    }
    assert!(differ.is_empty(), "{what}\n{}", differ.join("\n"));
}

fn first_difference(a: &[u8], b: &[u8]) -> String {
    let at = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let show = |bytes: &[u8]| String::from_utf8_lossy(&bytes[at.saturating_sub(80)..(at + 120).min(bytes.len())]).into_owned();
    format!("{}\n  ---\n  {}", show(a), show(b))
}

/// Cuts a text at its `//- ` lines.
pub fn sections(text: &str) -> Vec<(&str, &str)> {
    let mut heads = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("//- ") {
            heads.push((at, at + line.len(), head.trim_end()));
        }
        at += line.len();
    }
    let ends = heads.iter().skip(1).map(|(start, ..)| *start).chain([text.len()]);
    heads.iter().zip(ends).map(|((_, start, head), end)| (*head, &text[*start..end])).collect()
}
