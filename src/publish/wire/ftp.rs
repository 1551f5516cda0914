//! FTP, with TLS or, where the target allows it by name, without. The lines are in [`ftp_line`](super::ftp_line), the shapes of
//! listings in [`super::listing`].

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use super::endpoint::{HostAddress, Secrets, Timeouts};
use super::ftp_line::{self as line, Control, FtpReply, Stream, Tls};
use super::listing;
use crate::ground::RelPath;
use crate::publish::body::{self, UploadBody};
use crate::publish::budget;
use crate::publish::store::{Capabilities, Connector, RemoteEntry, Store};
use crate::publish::store_error::{StoreError, StoreErrorKind};
use crate::publish::tls::TrustedCertificates;

/// How the lines are kept from being read by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS begins after the greeting (`ftp://`, port 21).
    Explicit,
    /// TLS from the first byte (`ftps://`, port 990).
    Implicit,
    /// None: the password goes over the line as it is. The target has to allow it by name.
    Plain,
}

/// A folder of an FTP server.
pub struct Ftp {
    /// Where to.
    pub address: HostAddress,
    /// With TLS or without.
    pub security: Security,
    /// Asked for the password.
    pub secrets: Arc<dyn Secrets>,
    /// Whose certificates hold.
    pub trust: Arc<TrustedCertificates>,
    /// How long to wait.
    pub times: Timeouts,
}

impl Connector for Ftp {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        let port = self.address.port.unwrap_or(if self.security == Security::Implicit { 990 } else { 21 });
        let (mut control, socket) = Control::connect(&self.address.host, port, self.times)?;
        let tls = if self.security == Security::Plain { None } else { Some(Tls::new(&*self.trust.config()?, &self.address.host)?) };
        match &tls {
            Some(tls) if self.security == Security::Implicit => control.through(tls.wrap(socket)?),
            _ => control.through(Stream::Plain(socket)),
        }
        let greeting = control.hear()?;
        if !greeting.is_good() {
            return Err(refusal(&greeting, "", StoreErrorKind::Busy));
        }
        if let (Some(tls), Security::Explicit) = (&tls, self.security) {
            let reply = control.ask("AUTH TLS")?;
            if !reply.is_good() {
                return Err(StoreError::new(StoreErrorKind::Unsupported, said(&reply)));
            }
            let socket = control.plain().ok_or_else(|| StoreError::new(StoreErrorKind::Other, "AUTH TLS"))?;
            control.through(tls.wrap(socket)?);
        }
        self.log_in(&mut control)?;
        let mut files =
            FtpConnection { control, tls, times: self.times, address: self.address.clone(), mlsd: false, epsv: true, data_was: false };
        files.settle()?;
        Ok(Box::new(files))
    }

    fn name(&self) -> String {
        self.address.shown(if self.security == Security::Implicit { "ftps" } else { "ftp" })
    }
}

impl Ftp {
    fn log_in(&self, control: &mut Control) -> Result<(), StoreError> {
        let mut reply = control.ask(&format!("USER {}", self.address.user))?;
        if reply.code == 331 {
            let secret = self.secrets.password().ok_or_else(|| StoreError::new(StoreErrorKind::NoSecret, said(&reply)))?;
            reply = control.ask_secretly("PASS", &secret)?;
        }
        if reply.is_good() {
            return Ok(());
        }
        let words = reply.words.to_ascii_lowercase();
        let wants_tls = self.security == Security::Plain && ["encrypt", "tls", "ssl", "secure"].iter().any(|word| words.contains(word));
        let kind = match reply.code {
            _ if wants_tls => StoreErrorKind::Unsupported,
            421 => StoreErrorKind::Busy,
            _ => StoreErrorKind::Login,
        };
        Err(StoreError::new(kind, said(&reply)))
    }
}

/// One connection.
struct FtpConnection {
    control: Control,
    tls: Option<Tls>,
    times: Timeouts,
    address: HostAddress,
    mlsd: bool,
    epsv: bool,
    /// A data connection has come about before: the next one that does not is bad luck, not a firewall.
    data_was: bool,
}

impl FtpConnection {
    /// What the server can, binary, closed data lines, and the root folder.
    fn settle(&mut self) -> Result<(), StoreError> {
        let can = self.control.ask("FEAT")?;
        let has = |feature: &str| can.words.lines().any(|line| line.trim().to_ascii_uppercase().starts_with(feature));
        self.mlsd = has("MLST") || has("MLSD");
        if has("UTF8") {
            // Old servers need the word, new ones know; the answer does not matter.
            self.control.ask("OPTS UTF8 ON")?;
        }
        if self.tls.is_some() {
            self.control.ask("PBSZ 0")?;
            let closed = self.control.ask("PROT P")?;
            if !closed.is_good() {
                return Err(StoreError::new(StoreErrorKind::Unsupported, said(&closed)));
            }
        }
        self.control.ask("TYPE I")?;
        if !self.address.root.starts_with('/') {
            let home = self.control.ask("PWD")?;
            let home = quoted(&home.words).ok_or_else(|| StoreError::new(StoreErrorKind::Unsupported, said(&home)))?;
            let home = home.trim_end_matches('/');
            self.address.root = format!("{home}/{}", self.address.root).trim_end_matches('/').to_string();
            if self.address.root.is_empty() {
                self.address.root.push('/');
            }
        }
        if self.enter("")? { Ok(()) } else { Err(StoreError::new(StoreErrorKind::Settings, self.address.root.clone())) }
    }

    fn enter(&mut self, folder: &str) -> Result<bool, StoreError> {
        let reply = self.control.ask(&format!("CWD {}", self.address.place(folder)))?;
        match reply.code {
            200..=299 => Ok(true),
            // No answer tells a folder that is not there from one that may not be entered.
            450 | 550 | 553 => Ok(false),
            _ => Err(refusal(&reply, folder, StoreErrorKind::Other)),
        }
    }

    fn port(&mut self) -> Result<u16, StoreError> {
        if self.epsv {
            let reply = self.control.ask("EPSV")?;
            if let Some(port) = Some(&reply).filter(|reply| reply.code == 229).and_then(|reply| extended(&reply.words)) {
                return Ok(port);
            }
            if reply.code == 421 {
                return Err(refusal(&reply, "", StoreErrorKind::Lost));
            }
            self.epsv = false;
        }
        let reply = self.control.ask("PASV")?;
        // The number of the host in the answer is passed over: behind a campus router it is the wrong one.
        match reply.code {
            227 => passive(&reply.words).ok_or_else(|| StoreError::new(StoreErrorKind::Unsupported, said(&reply))),
            421 => Err(refusal(&reply, "", StoreErrorKind::Lost)),
            _ => Err(StoreError::new(StoreErrorKind::PassiveBlocked, said(&reply))),
        }
    }

    /// Opens a data line for a command. The command goes out before the line is made, which saves a turn.
    fn data(&mut self, command: &str, offset: u64) -> Result<Result<Stream, FtpReply>, StoreError> {
        let port = self.port()?;
        if offset > 0 {
            let reply = self.control.ask(&format!("REST {offset}"))?;
            if reply.code != 350 {
                return Err(StoreError::new(StoreErrorKind::Unsupported, said(&reply)));
            }
        }
        self.control.send(command)?;
        let socket = match line::Socket::connect(SocketAddr::new(self.control.peer, port), self.times) {
            Ok(socket) => socket,
            Err(cause) => return Err(self.no_data(port, &cause)),
        };
        let reply = self.control.hear()?;
        if !(100..200).contains(&reply.code) {
            return Ok(Err(reply));
        }
        let stream = match &self.tls {
            Some(tls) => tls.wrap(socket),
            None => Ok(Stream::Plain(socket)),
        };
        let stream = match stream {
            Ok(stream) => stream,
            // The server's own word on it is the better one: it may want something of TLS that we did not do.
            Err(fault) => match self.control.hear() {
                Ok(reply) if reply.code == 522 => return Err(StoreError::new(StoreErrorKind::Unsupported, said(&reply))),
                _ => return Err(fault),
            },
        };
        self.data_was = true;
        Ok(Ok(stream))
    }

    fn no_data(&self, port: u16, cause: &std::io::Error) -> StoreError {
        let words = format!("{port}: {cause}");
        if self.data_was {
            return StoreError::new(StoreErrorKind::Lost, words);
        }
        // A server that has gone away looks alike; then the other line is dead too.
        StoreError::new(if self.control.is_there() { StoreErrorKind::PassiveBlocked } else { StoreErrorKind::Lost }, words)
    }

    /// Fetches what a command sends, at most so many bytes. An inner error is the server's word that it has nothing of that name.
    fn fetch(&mut self, command: &str, limit: u64) -> Result<Result<Vec<u8>, FtpReply>, StoreError> {
        let mut stream = match self.data(command, 0)? {
            Ok(stream) => stream,
            Err(reply) => return Ok(Err(reply)),
        };
        let mut bytes = Vec::new();
        let read = (&mut stream).take(limit.saturating_add(1)).read_to_end(&mut bytes);
        drop(stream);
        let ended = read.as_ref().err().and_then(body::in_fault);
        let is_long = (bytes.len() as u64 > limit).then(|| budget::endless(format!("{command} > {} KB", limit >> 10)));
        if let Some(fault) = is_long.or(ended) {
            // What the server says of the broken transfer would be taken for the answer to the next command.
            self.control.hang_up();
            return Err(fault);
        }
        let reply = self.control.hear()?;
        if !reply.is_good() {
            return Err(refusal(&reply, "", StoreErrorKind::Other));
        }
        match read {
            // The end of the line without the end of TLS: the server's good word stands for it.
            Err(cause) if cause.kind() != std::io::ErrorKind::UnexpectedEof => Err(line::fault(&cause)),
            _ => Ok(Ok(bytes)),
        }
    }

    fn store(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        let mut reading = body.read(from)?;
        let command = format!("STOR {}", self.address.place(path.as_str()));
        let mut stream = match self.data(&command, from)? {
            Ok(stream) => stream,
            Err(reply) => return Err(refusal(&reply, path.as_str(), StoreErrorKind::Denied)),
        };
        let sent = match copy(&mut reading, &mut stream) {
            Ok(sent) => sent,
            Err(fault) => {
                // To the server this is a whole file. It stands under a temporary name, and nobody renames it.
                drop(stream);
                drop(self.control.hear());
                return Err(fault);
            }
        };
        let sent = sent.and_then(|()| stream.flush()).and_then(|()| stream.finish());
        // A server whose disk is full closes this line first and says why on the other.
        let reply = self.control.hear();
        match (sent, reply) {
            (_, Ok(reply)) if reply.code >= 400 => Err(refusal(&reply, path.as_str(), StoreErrorKind::Full)),
            (Err(cause), _) => Err(line::fault(&cause)),
            (Ok(()), Ok(_)) => Ok(()),
            (Ok(()), Err(fault)) => Err(fault),
        }
    }

    fn move_to(&mut self, from: &RelPath, to: &RelPath) -> Result<FtpReply, StoreError> {
        // Both in one go, which saves a turn: the second is refused of itself if the first was.
        self.control.send(&format!("RNFR {}", self.address.place(from.as_str())))?;
        self.control.send(&format!("RNTO {}", self.address.place(to.as_str())))?;
        let (first, second) = (self.control.hear()?, self.control.hear()?);
        Ok(if first.code == 350 { second } else { first })
    }
}

impl Store for FtpConnection {
    fn can(&self) -> Capabilities {
        Capabilities { replace_by_rename: true, resume: true, create_new: false, sizes: true, folders: true, whole_writes: false }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        // Entered first: no server takes a name with a blank or a dash at its front apart from options of `ls`.
        let folder = folder.map_or("", RelPath::as_str);
        if !self.enter(folder)? {
            return Ok(Vec::new());
        }
        if self.mlsd {
            match self.fetch("MLSD", budget::LISTING)? {
                Ok(bytes) => return budget::bounded(listing::facts(&bytes)),
                Err(reply) if reply.code >= 500 => self.mlsd = false,
                Err(reply) => return Err(refusal(&reply, folder, StoreErrorKind::Other)),
            }
        }
        for command in ["LIST -a", "LIST"] {
            match self.fetch(command, budget::LISTING)? {
                Ok(bytes) => return budget::bounded(listing::for_people(&bytes)),
                // Said by some of an empty folder.
                Err(reply) if matches!(reply.code, 450 | 550) => return Ok(Vec::new()),
                Err(reply) if reply.code >= 500 => {}
                Err(reply) => return Err(refusal(&reply, folder, StoreErrorKind::Other)),
            }
        }
        Err(StoreError::new(StoreErrorKind::Unsupported, "LIST"))
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        let reply = self.control.ask(&format!("SIZE {}", self.address.place(path.as_str())))?;
        match reply.code {
            213 => Ok(reply.words.trim().parse().ok()),
            450 | 550 | 553 => Ok(None),
            500..=504 => {
                let (folder, name) = (path.folders().last(), path.split().1);
                let found = self.list(folder.as_ref())?.into_iter().find(|entry| entry.name == name && !entry.is_folder);
                Ok(found.and_then(|entry| entry.size))
            }
            _ => Err(refusal(&reply, path.as_str(), StoreErrorKind::Other)),
        }
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        match self.fetch(&format!("RETR {}", self.address.place(path.as_str())), limit)? {
            Ok(bytes) => Ok(Some(bytes)),
            Err(reply) if matches!(reply.code, 450 | 550 | 553) => match self.size(path)? {
                Some(_) => Err(refusal(&reply, path.as_str(), StoreErrorKind::Denied)),
                None => Ok(None),
            },
            Err(reply) => Err(refusal(&reply, path.as_str(), StoreErrorKind::Other)),
        }
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        self.store(path, body, from)
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        if self.size(path)?.is_some() {
            return Ok(false);
        }
        self.store(path, &UploadBody::of_bytes(bytes), 0)?;
        // Nothing decides between two; who wrote last is asked.
        Ok(self.read(path, budget::WORDS)?.as_deref() == Some(bytes))
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        let mut reply = self.move_to(from, to)?;
        // IIS does not replace.
        if matches!(reply.code, 550 | 553) && self.size(from)?.is_some() && self.size(to)?.is_some() {
            self.remove(to)?;
            reply = self.move_to(from, to)?;
        }
        if reply.is_good() { Ok(()) } else { Err(refusal(&reply, to.as_str(), StoreErrorKind::Denied)) }
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let reply = self.control.ask(&format!("MKD {}", self.address.place(path.as_str())))?;
        if reply.is_good() || self.enter(path.as_str())? { Ok(()) } else { Err(refusal(&reply, path.as_str(), StoreErrorKind::Denied)) }
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let reply = self.control.ask(&format!("DELE {}", self.address.place(path.as_str())))?;
        if reply.is_good() || self.size(path)?.is_none() { Ok(()) } else { Err(refusal(&reply, path.as_str(), StoreErrorKind::Denied)) }
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let reply = self.control.ask(&format!("RMD {}", self.address.place(path.as_str())))?;
        if reply.is_good() || !self.enter(path.as_str())? || !self.list(Some(path))?.is_empty() {
            return Ok(());
        }
        Err(refusal(&reply, path.as_str(), StoreErrorKind::Denied))
    }
}

/// Sends all of it. What goes wrong with the file is told apart from what happens to the line.
fn copy(from: &mut impl Read, into: &mut Stream) -> Result<std::io::Result<()>, StoreError> {
    let mut block = vec![0; 64 << 10];
    loop {
        let count = from.read(&mut block).map_err(|cause| body::fault(&cause))?;
        if count == 0 {
            return Ok(Ok(()));
        }
        if let Err(cause) = into.write_all(&block[..count]) {
            return Ok(Err(cause));
        }
    }
}

/// A reply that refuses, as the kind that has a way out; `plainly` is what a bare refusal means here.
fn refusal(reply: &FtpReply, path: &str, plainly: StoreErrorKind) -> StoreError {
    let words = reply.words.to_ascii_lowercase();
    let is_long = path.split('/').any(|segment| segment.len() > 255) || path.len() > 1000 || words.contains("too long");
    let is_full = ["quota", "no space", "disk full", "insufficient"].iter().any(|word| words.contains(word));
    let kind = match reply.code {
        421 if plainly == StoreErrorKind::Busy => StoreErrorKind::Busy,
        421 | 426 | 425 => StoreErrorKind::Lost,
        452 | 552 => StoreErrorKind::Full,
        _ if is_full => StoreErrorKind::Full,
        _ if is_long => StoreErrorKind::NameTooLong,
        // A local error while bytes come in.
        451 if plainly == StoreErrorKind::Full => StoreErrorKind::Full,
        450 => StoreErrorKind::Busy,
        500..=504 | 522 | 534 => StoreErrorKind::Unsupported,
        530 => StoreErrorKind::Login,
        532 | 550 | 553 if matches!(plainly, StoreErrorKind::Full | StoreErrorKind::Denied) => StoreErrorKind::Denied,
        _ => plainly,
    };
    StoreError::new(kind, said(reply))
}

fn said(reply: &FtpReply) -> String {
    format!("{} {}", reply.code, reply.words.trim()).trim_end().to_string()
}

/// The port in `Entering Extended Passive Mode (|||40001|)`.
fn extended(words: &str) -> Option<u16> {
    let inner = words.split('(').nth(1)?.split(')').next()?;
    let mark = inner.chars().next()?;
    inner.split(mark).nth(3)?.parse().ok()
}

/// The port in `Entering Passive Mode (10,0,0,7,156,65)`, with or without brackets.
fn passive(words: &str) -> Option<u16> {
    let numbers = words.split(|c: char| !c.is_ascii_digit() && c != ',').find(|part| part.matches(',').count() == 5)?;
    let mut last = numbers.rsplit(',').map(|number| number.parse::<u8>().ok());
    let (low, high) = (last.next()??, last.next()??);
    Some(u16::from_be_bytes([high, low]))
}

/// The path in `"/home/web" is the current directory`; a quotation mark in it is doubled.
fn quoted(words: &str) -> Option<String> {
    let inner = words.split_once('"')?.1;
    Some(inner[..inner.rfind('"')?].replace("\"\"", "\""))
}
