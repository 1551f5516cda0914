//! A line that fails on demand: a proxy between a publish and its server, which cuts, halts and falsifies what goes through,
//! and makes the way longer.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What happens to the next bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// The line is cut in the middle of what is sent.
    Cut,
    /// What was sent arrives and is done; the answer does not come back.
    CutAnswer,
    /// Nothing arrives from now on, and nobody says so.
    Halt,
    /// One byte arrives as another.
    Falsify,
}

#[derive(Default)]
struct State {
    /// Shared with the data lines of FTP, so that an order may hit a file as well as a command.
    harm: Arc<Mutex<Option<Harm>>>,
    delay: Duration,
    is_ftp: bool,
    /// The data ports that a server of FTP names lead nowhere.
    is_blocked: bool,
    /// Bytes that came from the client, on all lines.
    sent: Arc<AtomicU64>,
}

pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// To a port of this machine, with so much time added each way. For FTP the data lines go through it too.
    pub fn new(to: u16, delay: Duration, is_ftp: bool) -> Proxy {
        let state = Arc::new(State { delay, is_ftp, ..State::default() });
        let port = listen(to, state.clone(), usize::MAX);
        Proxy { port, state }
    }

    /// To a server of FTP behind a wall that lets its data ports through to nobody.
    pub fn blocking(to: u16) -> Proxy {
        let state = Arc::new(State { is_ftp: true, is_blocked: true, ..State::default() });
        Proxy { port: listen(to, state.clone(), usize::MAX), state }
    }

    /// Bytes that a client has sent so far.
    pub fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::Relaxed)
    }

    /// Harms the next bytes that come.
    pub fn harm(&self, harm: Option<Harm>) {
        *self.state.harm.lock().expect("nobody panics with it") = harm;
    }
}

fn listen(to: u16, state: Arc<State>, most: usize) -> u16 {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("bound").port();
    thread::spawn(move || {
        for client in socket.incoming().take(most).flatten() {
            let Ok(server) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], to))) else { continue };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            for (from, into, is_answer) in [(&client, &server, false), (&server, &client, true)] {
                let (from, into) = (from.try_clone().expect("a socket"), into.try_clone().expect("a socket"));
                let (due, state) = (channel(), state.clone());
                let sink = into.try_clone().expect("a socket");
                thread::spawn(move || deliver(&due.1, sink));
                thread::spawn(move || carry(from, &into, &due.0, &state, is_answer));
            }
        }
    });
    port
}

/// Takes bytes in, harms them if that is the order, and hands them on with the time they are due.
fn carry(mut from: TcpStream, into: &TcpStream, due: &Sender<(Instant, Vec<u8>)>, state: &Arc<State>, is_answer: bool) {
    let mut buffer = vec![0; 64 * 1024];
    let mut is_halted = false;
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 {
            break;
        }
        let mut bytes = buffer[..count].to_vec();
        if !is_answer {
            state.sent.fetch_add(count as u64, Ordering::Relaxed);
        }
        let order = {
            let mut harm = state.harm.lock().expect("nobody panics with it");
            let is_mine = harm.is_some_and(|harm| (harm == Harm::CutAnswer) == is_answer);
            if is_mine { harm.take() } else { None }
        };
        match order {
            Some(Harm::Cut) => {
                bytes.truncate(count / 2);
                let _ = due.send((Instant::now(), bytes));
                thread::sleep(Duration::from_millis(5));
                let _ = (from.shutdown(Shutdown::Both), into.shutdown(Shutdown::Both));
                return;
            }
            Some(Harm::CutAnswer) => {
                let _ = (from.shutdown(Shutdown::Both), into.shutdown(Shutdown::Both));
                return;
            }
            Some(Harm::Halt) => is_halted = true,
            Some(Harm::Falsify) => bytes[count / 2] ^= 0x55,
            None => {}
        }
        if is_halted {
            continue;
        }
        if state.is_ftp && is_answer {
            bytes = redirected(bytes, state);
        }
        let _ = due.send((Instant::now() + state.delay, bytes));
    }
}

fn deliver(due: &Receiver<(Instant, Vec<u8>)>, mut into: TcpStream) {
    while let Ok((at, bytes)) = due.recv() {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        if into.write_all(&bytes).is_err() {
            return;
        }
    }
    let _ = into.shutdown(Shutdown::Write);
}

/// An answer of FTP that names a data port names one of ours instead.
fn redirected(bytes: Vec<u8>, state: &Arc<State>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&bytes) else { return bytes };
    let Some((before, rest)) = text.split_once("(|||") else { return bytes };
    let Some((port, after)) = rest.split_once('|') else { return bytes };
    let Ok(port) = port.parse() else { return bytes };
    let data = Arc::new(State { harm: state.harm.clone(), delay: state.delay, sent: state.sent.clone(), ..State::default() });
    let ours = if state.is_blocked { super::free_port() } else { listen(port, data, 1) };
    format!("{before}(|||{ours}|{after}").into_bytes()
}
