//! The two lines of FTP: commands and replies on one, bytes on the other, both with TLS or without.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::endpoint::{Secret, Timeouts};
use crate::publish::body;
use crate::publish::budget::{self, Budget, WORDS};
use crate::publish::store_error::{StoreError, StoreErrorKind, reached};
use crate::publish::tls;

/// A socket whose answers have a budget of time. How large one may be, its reader says.
pub(super) struct Socket {
    tcp: TcpStream,
    times: Timeouts,
    budget: Budget,
}

impl Socket {
    pub(super) fn connect(address: SocketAddr, times: Timeouts) -> io::Result<Socket> {
        let tcp = TcpStream::connect_timeout(&address, times.connect)?;
        tcp.set_read_timeout(Some(times.answer))?;
        tcp.set_write_timeout(Some(times.answer))?;
        tcp.set_nodelay(true)?;
        Ok(Socket { tcp, times, budget: Budget::new(times, u64::MAX) })
    }

    /// From here on another answer is waited for.
    fn expect(&mut self) {
        self.budget = Budget::new(self.times, u64::MAX);
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.tcp.read(buffer)?;
        self.budget.take(count).map_err(io::Error::other)?;
        Ok(count)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// A socket, with TLS or without.
pub(super) enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

/// TLS of one connection: the settings remember the session that the data connections have to go on with.
#[derive(Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Tls {
    pub(super) fn new(config: &ClientConfig, host: &str) -> Result<Tls, StoreError> {
        let mut config = config.clone();
        // Not shared between connections: servers take back only what they gave on the same one.
        config.resumption = Resumption::in_memory_sessions(32);
        let name = ServerName::try_from(host.to_string()).map_err(|_| StoreError::new(StoreErrorKind::NoHost, host))?;
        Ok(Tls { config: Arc::new(config), name })
    }

    pub(super) fn wrap(&self, mut socket: Socket) -> Result<Stream, StoreError> {
        let mut line = ClientConnection::new(self.config.clone(), self.name.clone()).map_err(|cause| tls::fault(&cause))?;
        socket.expect();
        while line.is_handshaking() {
            line.complete_io(&mut socket).map_err(|cause| fault(&cause))?;
        }
        Ok(Stream::Tls(Box::new(StreamOwned::new(line, socket))))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.read(buffer),
            Stream::Tls(line) => line.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.write(bytes),
            Stream::Tls(line) => line.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.flush(),
            Stream::Tls(line) => line.flush(),
        }
    }
}

impl Stream {
    fn socket(&mut self) -> &mut Socket {
        match self {
            Stream::Plain(socket) => socket,
            Stream::Tls(line) => &mut line.sock,
        }
    }

    /// Says that nothing more comes, and hears the other side out: what it says last may be the key to the next session.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.tcp.shutdown(std::net::Shutdown::Write),
            Stream::Tls(mut line) => {
                line.conn.send_close_notify();
                line.flush()?;
                line.sock.tcp.shutdown(std::net::Shutdown::Write)?;
                line.sock.expect();
                // Many servers hang up without a word of TLS here; their reply on the other line tells how it went.
                let _ = io::copy(&mut (&mut line).take(WORDS), &mut io::sink());
                Ok(())
            }
        }
    }
}

/// A reply: its number and its words, all lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FtpReply {
    pub(super) code: u16,
    pub(super) words: String,
}

impl FtpReply {
    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.code)
    }
}

/// The line of commands.
pub(super) struct Control {
    stream: Option<Stream>,
    heard: Vec<u8>,
    pub(super) peer: IpAddr,
}

impl Control {
    pub(super) fn connect(host: &str, port: u16, times: Timeouts) -> Result<(Control, Socket), StoreError> {
        let addresses = (host, port).to_socket_addrs().map_err(|cause| StoreError::new(StoreErrorKind::NoHost, cause.to_string()))?;
        let mut last = StoreError::new(StoreErrorKind::NoHost, host);
        for address in addresses {
            match Socket::connect(address, times) {
                Ok(socket) => return Ok((Control { stream: None, heard: Vec::new(), peer: address.ip() }, socket)),
                Err(cause) => last = reached(&cause),
            }
        }
        Err(last)
    }

    /// From here on, through this stream. Words that came before TLS are nobody's.
    pub(super) fn through(&mut self, stream: Stream) {
        self.heard.clear();
        self.stream = Some(stream);
    }

    /// Takes the plain socket back, to put TLS round it.
    pub(super) fn plain(&mut self) -> Option<Socket> {
        match self.stream.take() {
            Some(Stream::Plain(socket)) => Some(socket),
            other => {
                self.stream = other;
                None
            }
        }
    }

    pub(super) fn send(&mut self, command: &str) -> Result<(), StoreError> {
        // A name with a line break in it would be a second command.
        if command.contains(['\r', '\n']) {
            return Err(StoreError::new(StoreErrorKind::Settings, command.escape_debug().to_string()));
        }
        let stream = self.stream.as_mut().ok_or_else(gone)?;
        let sent = stream.write_all(format!("{command}\r\n").as_bytes()).and_then(|()| stream.flush());
        sent.map_err(|cause| fault(&cause))
    }

    pub(super) fn ask(&mut self, command: &str) -> Result<FtpReply, StoreError> {
        self.send(command)?;
        self.hear()
    }

    /// A command that has a secret in it, should the server say it back.
    pub(super) fn ask_secretly(&mut self, command: &str, secret: &Secret) -> Result<FtpReply, StoreError> {
        let reply = self.ask(&format!("{command} {}", secret.reveal()))?;
        Ok(FtpReply { words: secret.struck_from("", &reply.words), ..reply })
    }

    /// Ends it: what the server says next would be the answer to something else.
    pub(super) fn hang_up(&mut self) {
        self.stream = None;
    }

    pub(super) fn hear(&mut self) -> Result<FtpReply, StoreError> {
        self.stream.as_mut().ok_or_else(gone)?.socket().expect();
        let first = self.line()?;
        let code = code(&first).ok_or_else(|| StoreError::new(StoreErrorKind::Unsupported, "the answer is not FTP"))?;
        let mut words = first.get(4..).unwrap_or_default().to_string();
        if first.as_bytes().get(3) == Some(&b'-') {
            loop {
                let line = self.line()?;
                let is_last = self::code(&line) == Some(code) && line.as_bytes().get(3) != Some(&b'-');
                words.push('\n');
                words.push_str(if is_last { line.get(4..).unwrap_or_default() } else { &line });
                if is_last {
                    break;
                }
                if words.len() as u64 > WORDS {
                    return Err(without_an_end());
                }
            }
        }
        Ok(FtpReply { code, words })
    }

    /// Whether the server still holds its end. It is not asked: it may be waiting for the other line.
    pub(super) fn is_there(&self) -> bool {
        let socket = match &self.stream {
            Some(Stream::Plain(socket)) => &socket.tcp,
            Some(Stream::Tls(line)) => &line.sock.tcp,
            None => return false,
        };
        let peeked = socket.set_nonblocking(true).and_then(|()| socket.peek(&mut [0]));
        let is_there = matches!(&peeked, Ok(1..)) || matches!(&peeked, Err(cause) if cause.kind() == io::ErrorKind::WouldBlock);
        is_there && socket.set_nonblocking(false).is_ok()
    }

    fn line(&mut self) -> Result<String, StoreError> {
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Ok(super::decoding::words(line.trim_ascii_end()));
            }
            if self.heard.len() as u64 > WORDS {
                return Err(without_an_end());
            }
            let mut buffer = [0; 4096];
            let stream = self.stream.as_mut().ok_or_else(gone)?;
            match stream.read(&mut buffer) {
                Ok(0) => return Err(gone()),
                Ok(count) => self.heard.extend_from_slice(&buffer[..count]),
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(fault(&cause)),
            }
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // A server counts a line that just goes away as a guest for minutes, and the number of guests is small.
        let _ = self.send("QUIT");
    }
}

pub(super) fn fault(cause: &io::Error) -> StoreError {
    if let Some(fault) = body::in_fault(cause) {
        return fault;
    }
    match cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(cause) => tls::fault(cause),
        None => reached(cause),
    }
}

fn gone() -> StoreError {
    StoreError::new(StoreErrorKind::Lost, "the server hung up")
}

fn without_an_end() -> StoreError {
    budget::endless(format!("> {} KB", WORDS >> 10))
}

fn code(line: &str) -> Option<u16> {
    line.get(..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}
