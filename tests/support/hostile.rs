//! Hosts that mean harm, played: they answer with bad names, without an end, too deep, too slowly, or say a password back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a host sends.
#[derive(Debug, Clone)]
pub enum Flow {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes again and again, as long as somebody takes them.
    Endless(Vec<u8>),
    /// Numbered lines without an end: `{}` is the number.
    Lines(&'static str),
    /// A byte now and then, without an end.
    Drip,
}

impl Flow {
    pub fn text(text: &str) -> Flow {
        Flow::Bytes(text.as_bytes().to_vec())
    }

    fn pour(&self, out: &mut TcpStream, sent: &AtomicU64) -> std::io::Result<()> {
        let mut write = |bytes: &[u8]| {
            sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            out.write_all(bytes)
        };
        match self {
            Flow::Bytes(bytes) => write(bytes),
            Flow::Endless(bytes) => loop {
                write(bytes)?;
            },
            Flow::Lines(line) => {
                for number in 0_u64.. {
                    let lines: String = (0..1000).map(|at| line.replace("{}", &(number * 1000 + at).to_string())).collect();
                    write(lines.as_bytes())?;
                }
                Ok(())
            }
            Flow::Drip => loop {
                write(b"2")?;
                std::thread::sleep(Duration::from_millis(200));
            },
        }
    }
}

/// A running host; it takes no more guests when the value goes.
pub struct Hostile {
    pub port: u16,
    /// Bytes that it has sent.
    pub sent: Arc<AtomicU64>,
    /// What it was asked, a line each.
    pub heard: Arc<Mutex<Vec<String>>>,
    ends: Arc<AtomicBool>,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

/// What a host's conversations share.
#[derive(Clone)]
struct Shared {
    sent: Arc<AtomicU64>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    fn start(converse: impl Fn(TcpStream, &Shared) -> std::io::Result<()> + Send + Sync + 'static) -> Hostile {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = Shared { sent: Arc::default(), heard: Arc::default() };
        let (converse, ends, inner) = (Arc::new(converse), Arc::new(AtomicBool::new(false)), shared.clone());
        let ended = ends.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                let (converse, inner) = (converse.clone(), inner.clone());
                // Guests leave early here.
                std::thread::spawn(move || drop(converse(stream, &inner)));
            }
        });
        Hostile { port, sent: shared.sent, heard: shared.heard, ends }
    }

    /// A host that says one thing to whoever comes.
    pub fn saying(flow: Flow) -> Hostile {
        Hostile::start(move |mut stream, shared| flow.pour(&mut stream, &shared.sent))
    }

    /// A host of FTP. `reply` answers a command its own way, `data` is what comes on the data line for `MLSD` and `RETR`; without
    /// data the file is not there.
    pub fn ftp(
        reply: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
        data: impl Fn(&str) -> Option<Flow> + Send + Sync + 'static,
    ) -> Hostile {
        Hostile::start(move |mut stream, shared| {
            let mut reader = BufReader::new(stream.try_clone()?);
            let mut listener = TcpListener::bind("127.0.0.1:0")?;
            stream.write_all(b"220 ready\r\n")?;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                let line = line.trim_end();
                shared.heard.lock().expect("no panic").push(line.to_string());
                let say = match reply(line) {
                    Some(own) => own,
                    None => match line.split(' ').next().unwrap_or_default() {
                        "USER" => "331 password".into(),
                        "PASS" => "230 in".into(),
                        "FEAT" => "211-can\r\n MLST\r\n UTF8\r\n211 end".into(),
                        "EPSV" => {
                            listener = TcpListener::bind("127.0.0.1:0")?;
                            format!("229 x (|||{}|)", listener.local_addr()?.port())
                        }
                        "MLSD" | "RETR" => match data(line) {
                            Some(flow) => {
                                stream.write_all(b"150 here\r\n")?;
                                let (mut out, _) = listener.accept()?;
                                // Whoever has enough hangs up.
                                drop(flow.pour(&mut out, &shared.sent));
                                drop(out);
                                "226 done".into()
                            }
                            None => "550 no".into(),
                        },
                        "STOR" => {
                            stream.write_all(b"150 here\r\n")?;
                            let (mut from, _) = listener.accept()?;
                            std::io::copy(&mut from, &mut std::io::sink())?;
                            "226 done".into()
                        }
                        "SIZE" => "550 no".into(),
                        "RNFR" => "350 to".into(),
                        "QUIT" => return stream.write_all(b"221 bye\r\n"),
                        _ => "250 fine".into(),
                    },
                };
                stream.write_all(format!("{say}\r\n").as_bytes())?;
            }
        })
    }

    /// A host of HTTP: `answer` gets the method and the address, and gives the head without its last empty line, and the body.
    pub fn http(answer: impl Fn(&str, &str) -> (String, Flow) + Send + Sync + 'static) -> Hostile {
        Hostile::start(move |mut stream, shared| {
            let mut reader = BufReader::new(stream.try_clone()?);
            loop {
                let (mut line, mut length) = (String::new(), 0_u64);
                if reader.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                loop {
                    let mut header = String::new();
                    reader.read_line(&mut header)?;
                    let Some((name, value)) = header.trim_end().split_once(':') else { break };
                    if name.eq_ignore_ascii_case("content-length") {
                        length = value.trim().parse().unwrap_or(0);
                    }
                }
                std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
                shared.heard.lock().expect("no panic").push(line.trim_end().to_string());
                let mut words = line.split(' ');
                let (head, body) = answer(words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let length = match &body {
                    Flow::Bytes(bytes) => format!("content-length: {}\r\n", bytes.len()),
                    _ => "connection: close\r\n".to_string(),
                };
                stream.write_all(format!("HTTP/1.1 {head}\r\n{length}\r\n").as_bytes())?;
                body.pour(&mut stream, &shared.sent)?;
            }
        })
    }

    /// Megabytes that somebody took.
    pub fn megabytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed) >> 20
    }

    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no panic").clone()
    }
}
