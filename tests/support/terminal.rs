//! The program at a terminal, and somebody who types (`script` of util-linux makes the terminal).

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct Terminal {
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
    reader: Option<std::thread::JoinHandle<()>>,
    /// So much of what was shown has been looked at.
    seen: usize,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Whoever it waits for is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Terminal {
    /// Starts a program as it would be called, at a terminal of its own.
    pub fn start(program: &Command) -> Terminal {
        let words = std::iter::once(program.get_program()).chain(program.get_args()).map(|word| {
            let word = word.to_str().expect("plain");
            format!("'{}'", word.replace('\'', "'\\''"))
        });
        let line = words.collect::<Vec<_>>().join(" ");
        let mut script = Command::new("script");
        script.args(["-qefc", &line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        if let Some(place) = program.get_current_dir() {
            script.current_dir(place);
        }
        let mut child = script.spawn().expect("util-linux has `script`");
        let mut out = child.stdout.take().expect("piped");
        let shown = Arc::new(Mutex::new(Vec::new()));
        let sink = shown.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut buffer) {
                sink.lock().expect("nobody panics with it").extend(&buffer[..count]);
            }
        });
        Terminal { child, shown, reader: Some(reader), seen: 0 }
    }

    /// Waits until something new is shown that holds `words`, then types a line.
    #[track_caller]
    pub fn answer(&mut self, words: &str, line: &str) {
        self.wait(words, |terminal| {
            let from = terminal.seen;
            let at = terminal.shown()[from..].find(words)?;
            terminal.seen += at + words.len();
            Some(())
        });
        self.type_in(line);
    }

    /// As [`Terminal::answer`], once what is typed does not show.
    #[track_caller]
    pub fn answer_unseen(&mut self, words: &str, line: &str) {
        self.wait(words, |terminal| {
            let from = terminal.seen;
            let at = terminal.shown()[from..].find(words)?;
            let settings = Command::new("stty").args(["-a", "-F", &terminal.device()?]).output().ok()?;
            String::from_utf8_lossy(&settings.stdout).contains("-echo ").then(|| terminal.seen += at + words.len())
        });
        self.type_in(line);
    }

    #[track_caller]
    fn wait(&mut self, words: &str, mut look: impl FnMut(&mut Terminal) -> Option<()>) {
        let start = Instant::now();
        while look(self).is_none() {
            // Not a measure: a question that never comes must not hold the tests for ever.
            assert!(start.elapsed() < Duration::from_secs(60), "`{words}` is not shown: {}", self.shown());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn type_in(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("piped");
        input.write_all(format!("{line}\n").as_bytes()).expect("it is there");
    }

    /// The file of the terminal: what the program reads from.
    fn device(&self) -> Option<String> {
        let number = self.child.id();
        let inner = std::fs::read_to_string(format!("/proc/{number}/task/{number}/children")).ok()?;
        let place = std::fs::read_link(format!("/proc/{}/fd/0", inner.split_whitespace().next()?)).ok()?;
        place.to_str().map(str::to_string)
    }

    /// All that was shown.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().expect("nobody panics with it")).into_owned()
    }

    /// Waits for the end: the exit code, and all that was shown.
    #[track_caller]
    pub fn end(mut self) -> (i32, String) {
        let mut status = None;
        self.wait("the end", |terminal| {
            status = terminal.child.try_wait().expect("known");
            status.map(|_| ())
        });
        let status = status.expect("it has ended");
        // The last of it comes by way of the other thread.
        self.reader.take().expect("once").join().expect("it reads to the end");
        (status.code().unwrap_or(-1), self.shown())
    }
}

/// The command lines of all processes of this machine.
pub fn command_lines() -> Vec<String> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let line = |entry: std::fs::DirEntry| std::fs::read(entry.path().join("cmdline")).ok();
    processes.filter_map(line).map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " ")).collect()
}
