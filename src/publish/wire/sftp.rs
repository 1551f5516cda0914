//! SFTP: files over SSH. One value of [`SftpConnection`] is one connection; [`super::packets`] are its words.
//!
//! Nothing waits for an answer that it does not need: the blocks of a file and its closing are sent without looking back,
//! so that a long line costs three turns a file and not one a block.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;

use russh::ChannelStream;
use russh::client::Msg;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::endpoint::Timeouts;
use super::packets::{self, FileAttributes, Request, SftpAnswer, code};
use super::ssh::{Ssh, SshLine};
use crate::ground::RelPath;
use crate::publish::body::{self, UploadBody};
use crate::publish::budget::{self, Budget};
use crate::publish::store::{Capabilities, Connector, RemoteEntry, Store};
use crate::publish::store_error::{StoreError, StoreErrorKind};

/// Bytes in one block of a file: what every server takes.
const BLOCK: usize = 32 * 1024;
/// Blocks under way: 2 MiB is what a line of 50 ms carries at 40 MB/s.
const UNDER_WAY: usize = 64;

impl Connector for Ssh {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        // One thread is enough for one connection, and the engine has its own threads.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|cause| StoreError::new(StoreErrorKind::Other, cause.to_string()))?;
        let line = runtime.block_on(self.connect())?;
        let talk = Talk { line: Some(line), times: self.times, last: 0 };
        let mut files = SftpConnection { runtime, talk, address: self.address.clone(), can_replace: false, real: BTreeSet::new() };
        files.greet()?;
        Ok(Box::new(files))
    }

    fn name(&self) -> String {
        self.address.shown("sftp")
    }
}

/// One connection.
struct SftpConnection {
    runtime: Runtime,
    talk: Talk,
    address: super::endpoint::HostAddress,
    can_replace: bool,
    /// Folders that are no links: looked at once a connection, for each look costs a turn.
    real: BTreeSet<RelPath>,
}

impl Drop for SftpConnection {
    fn drop(&mut self) {
        let _at_hand = self.runtime.enter();
        self.talk.line = None;
    }
}

/// The conversation: requests out, answers in, each with its time limit.
struct Talk {
    /// There until the end: it has to go while the runtime is at hand.
    line: Option<SshLine>,
    times: Timeouts,
    last: u32,
}

impl Talk {
    fn stream(&mut self) -> Result<&mut ChannelStream<Msg>, StoreError> {
        self.line.as_mut().map(|line| &mut line.stream).ok_or_else(|| StoreError::new(StoreErrorKind::Lost, "no line"))
    }

    fn request(&mut self, kind: u8) -> (u32, Request) {
        self.last = self.last.wrapping_add(1);
        (self.last, Request::new(kind, self.last))
    }

    async fn send(&mut self, request: Request) -> Result<(), StoreError> {
        let bytes = request.bytes();
        let limit = self.times.answer;
        let sent = timeout(limit, self.stream()?.write_all(&bytes)).await;
        sent.map_err(|_| StoreError::new(StoreErrorKind::Timeout, "sending"))?
            .map_err(|cause| StoreError::new(StoreErrorKind::Lost, cause.to_string()))
    }

    async fn hear(&mut self) -> Result<(u32, SftpAnswer), StoreError> {
        let limit = self.times.answer;
        let stream = self.stream()?;
        let heard = timeout(limit, async {
            let length = stream.read_u32().await?;
            let length = usize::try_from(length).ok().filter(|length| (1..=packets::LONGEST).contains(length));
            let Some(length) = length else { return Ok(None) };
            let mut bytes = vec![0; length];
            stream.read_exact(&mut bytes).await?;
            Ok(packets::answer(&bytes))
        });
        match heard.await {
            Err(_) => Err(StoreError::new(StoreErrorKind::Timeout, "waiting for an answer")),
            Ok(Err(cause)) => {
                let cause: std::io::Error = cause;
                Err(StoreError::new(StoreErrorKind::Lost, cause.to_string()))
            }
            Ok(Ok(None)) => Err(StoreError::new(StoreErrorKind::Unsupported, "the answer is not SFTP")),
            Ok(Ok(Some(answer))) => Ok(answer),
        }
    }

    /// One request, one answer.
    async fn ask(&mut self, (id, request): (u32, Request)) -> Result<SftpAnswer, StoreError> {
        self.send(request).await?;
        for _ in 0..=UNDER_WAY {
            let (of, answer) = self.hear().await?;
            // An answer to something that was given up is passed over.
            if of == id {
                return Ok(answer);
            }
        }
        Err(StoreError::new(StoreErrorKind::Unsupported, "answers to nothing that was asked"))
    }

    async fn open(&mut self, path: &str, how: u32) -> Result<SftpAnswer, StoreError> {
        let (id, request) = self.request(packets::OPEN);
        self.ask((id, request.text(path.as_bytes()).number(how).number(0))).await
    }

    async fn on_path(&mut self, kind: u8, path: &str) -> Result<SftpAnswer, StoreError> {
        let (id, request) = self.request(kind);
        let request = request.text(path.as_bytes());
        self.ask((id, if kind == packets::MKDIR { request.number(0) } else { request })).await
    }

    async fn close(&mut self, handle: &[u8]) -> Result<SftpAnswer, StoreError> {
        let (id, request) = self.request(packets::CLOSE);
        self.ask((id, request.text(handle))).await
    }

    /// What stands at a path. `kind` says whether a link is followed ([`packets::STAT`]) or told ([`packets::LSTAT`]).
    async fn attributes(&mut self, kind: u8, path: &str) -> Result<Option<FileAttributes>, StoreError> {
        match self.on_path(kind, path).await? {
            SftpAnswer::FileAttributes(found) => Ok(Some(found)),
            SftpAnswer::Status(code::NO_SUCH_FILE, _) => Ok(None),
            other => Err(refusal(&other, During::Name)),
        }
    }

    /// Writes blocks from `from` on and closes, without waiting in between.
    async fn fill(&mut self, handle: &[u8], body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        let mut reading = body.read(from)?;
        let mut block = vec![0; BLOCK];
        let mut refused = None;
        let mut awaited = VecDeque::new();
        let mut offset = from;
        loop {
            // The disk of this machine is no line: nothing else waits while it is read.
            let count = reading.read(&mut block).map_err(|cause| body::fault(&cause))?;
            if count == 0 {
                break;
            }
            let (id, request) = self.request(packets::WRITE);
            self.send(request.text(handle).long(offset).text(&block[..count])).await?;
            awaited.push_back(id);
            offset += count as u64;
            if awaited.len() >= UNDER_WAY {
                self.settle(&mut awaited, &mut refused).await?;
            }
            if refused.is_some() {
                break;
            }
        }
        let (id, request) = self.request(packets::CLOSE);
        self.send(request.text(handle)).await?;
        awaited.push_back(id);
        while !awaited.is_empty() {
            self.settle(&mut awaited, &mut refused).await?;
        }
        refused.map_or(Ok(()), Err)
    }

    /// Takes one answer in; a server may answer in any order.
    async fn settle(&mut self, awaited: &mut VecDeque<u32>, refused: &mut Option<StoreError>) -> Result<(), StoreError> {
        let (of, answer) = self.hear().await?;
        if let Some(at) = awaited.iter().position(|id| *id == of) {
            awaited.remove(at);
            if !matches!(answer, SftpAnswer::Status(code::OK, _)) && refused.is_none() {
                *refused = Some(refusal(&answer, During::Bytes));
            }
        }
        Ok(())
    }
}

impl SftpConnection {
    fn greet(&mut self) -> Result<(), StoreError> {
        let root = self.address.place("");
        let (runtime, talk) = (&self.runtime, &mut self.talk);
        let extensions = runtime.block_on(async {
            talk.send(Request::new(packets::INIT, 3)).await?;
            match talk.hear().await? {
                (_, SftpAnswer::Version(extensions)) => Ok(extensions),
                _ => Err(StoreError::new(StoreErrorKind::Unsupported, "no version of SFTP")),
            }
        })?;
        self.can_replace = extensions.iter().any(|name| name == "posix-rename@openssh.com");
        match runtime.block_on(talk.attributes(packets::STAT, &root))? {
            Some(found) if found.is_folder() => Ok(()),
            _ => Err(StoreError::new(StoreErrorKind::Settings, root)),
        }
    }

    /// Refuses a path that leads through a link: the server would follow it, out of the target's folder if need be.
    fn no_links(&mut self, path: &RelPath) -> Result<(), StoreError> {
        path.folders().try_for_each(|folder| self.no_link(folder))
    }

    fn no_link(&mut self, folder: RelPath) -> Result<(), StoreError> {
        if self.real.contains(&folder) {
            return Ok(());
        }
        let place = self.address.place(folder.as_str());
        match self.runtime.block_on(self.talk.attributes(packets::LSTAT, &place))? {
            Some(found) if found.is_link() => Err(StoreError::new(StoreErrorKind::Link, place)),
            Some(found) if found.is_folder() => {
                self.real.insert(folder);
                Ok(())
            }
            // What is not there, or is no folder, the server refuses to enter.
            _ => Ok(()),
        }
    }

    fn make(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64, how: u32) -> Result<bool, StoreError> {
        self.no_links(path)?;
        let place = self.address.place(path.as_str());
        let (runtime, talk) = (&self.runtime, &mut self.talk);
        runtime.block_on(async {
            let handle = match talk.open(&place, how).await? {
                SftpAnswer::Handle(handle) => handle,
                // A file that is there is a plain failure in this version of the protocol.
                SftpAnswer::Status(code::FAILURE, _)
                    if how & packets::NEW_ONLY != 0 && talk.attributes(packets::LSTAT, &place).await?.is_some() =>
                {
                    return Ok(false);
                }
                other => return Err(refusal(&other, During::Name)),
            };
            talk.fill(&handle, body, from).await.map(|()| true)
        })
    }

    fn done(&mut self, kind: u8, path: &RelPath) -> Result<(), StoreError> {
        self.no_links(path)?;
        let place = self.address.place(path.as_str());
        match self.runtime.block_on(self.talk.on_path(kind, &place))? {
            SftpAnswer::Status(code::OK | code::NO_SUCH_FILE, _) => Ok(()),
            other => Err(refusal(&other, During::Name)),
        }
    }
}

impl Store for SftpConnection {
    fn can(&self) -> Capabilities {
        Capabilities {
            replace_by_rename: self.can_replace,
            resume: true,
            create_new: true,
            sizes: true,
            folders: true,
            whole_writes: false,
        }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        if let Some(folder) = folder {
            self.no_links(folder)?;
            self.no_link(folder.clone())?;
        }
        let place = self.address.place(folder.map_or("", RelPath::as_str));
        let (runtime, talk) = (&self.runtime, &mut self.talk);
        runtime.block_on(async {
            let handle = match talk.on_path(packets::OPENDIR, &place).await? {
                SftpAnswer::Handle(handle) => handle,
                SftpAnswer::Status(code::NO_SUCH_FILE, _) => return Ok(Vec::new()),
                other => return Err(refusal(&other, During::Name)),
            };
            let mut found = Vec::new();
            let mut budget = Budget::new(talk.times, budget::LISTING);
            loop {
                let (id, request) = talk.request(packets::READDIR);
                match talk.ask((id, request.text(&handle))).await? {
                    SftpAnswer::Names(names) if names.is_empty() => return Err(budget::endless("READDIR: 0".to_string())),
                    SftpAnswer::Names(names) => {
                        budget.take(names.iter().map(|(name, _)| name.len() + 32).sum())?;
                        found.extend(names);
                    }
                    SftpAnswer::Status(code::END, _) => break,
                    other => return Err(refusal(&other, During::Name)),
                }
            }
            talk.close(&handle).await?;
            if found.len() > budget::MOST_NAMES {
                return Err(budget::endless(format!("> {} names", budget::MOST_NAMES)));
            }
            let names = found.into_iter().filter(|(name, _)| name != b"." && name != b"..");
            let entry = |(name, attributes): (Vec<u8>, FileAttributes)| {
                let is_folder = attributes.is_folder();
                let size = attributes.size.filter(|_| !is_folder && !attributes.is_link());
                RemoteEntry { name: super::decoding::words(&name), size, is_folder }
            };
            Ok(names.map(entry).collect())
        })
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        let place = self.address.place(path.as_str());
        let found = self.runtime.block_on(self.talk.attributes(packets::LSTAT, &place))?;
        Ok(found.filter(|found| !found.is_folder() && !found.is_link()).and_then(|found| found.size))
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let place = self.address.place(path.as_str());
        let (runtime, talk) = (&self.runtime, &mut self.talk);
        runtime.block_on(async {
            let handle = match talk.open(&place, packets::FOR_READING).await? {
                SftpAnswer::Handle(handle) => handle,
                SftpAnswer::Status(code::NO_SUCH_FILE, _) => return Ok(None),
                other => return Err(refusal(&other, During::Name)),
            };
            let (mut bytes, mut budget) = (Vec::new(), Budget::new(talk.times, limit));
            loop {
                let (id, request) = talk.request(packets::READ);
                let block = u32::try_from(BLOCK).unwrap_or(u32::MAX);
                match talk.ask((id, request.text(&handle).long(bytes.len() as u64).number(block))).await? {
                    // Of a plain file less than was asked for is its end (draft-ietf-secsh-filexfer-02, 6.4).
                    SftpAnswer::Data(data) => {
                        budget.take(data.len())?;
                        bytes.extend(&data);
                        if data.len() < BLOCK {
                            break;
                        }
                    }
                    SftpAnswer::Status(code::END, _) => break,
                    other => return Err(refusal(&other, During::Name)),
                }
            }
            talk.close(&handle).await?;
            Ok(Some(bytes))
        })
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        if from > 0 {
            return self.make(path, body, from, packets::FOR_WRITING).map(|_| ());
        }
        // Always a new file: one that is there may be a link to another.
        let how = packets::FOR_WRITING | packets::MADE | packets::NEW_ONLY;
        if self.make(path, body, from, how)? {
            return Ok(());
        }
        self.remove(path)?;
        match self.make(path, body, from, how)? {
            true => Ok(()),
            false => Err(StoreError::new(StoreErrorKind::Denied, self.address.place(path.as_str()))),
        }
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.make(path, &UploadBody::of_bytes(bytes), 0, packets::FOR_WRITING | packets::MADE | packets::NEW_ONLY)
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        self.no_links(to)?;
        if !self.can_replace {
            self.remove(to)?;
        }
        let (from, to) = (self.address.place(from.as_str()), self.address.place(to.as_str()));
        let (id, request) = if self.can_replace { self.talk.request(packets::EXTENDED) } else { self.talk.request(packets::RENAME) };
        let request = if self.can_replace { request.text(b"posix-rename@openssh.com") } else { request };
        let request = request.text(from.as_bytes()).text(to.as_bytes());
        match self.runtime.block_on(self.talk.ask((id, request)))? {
            SftpAnswer::Status(code::OK, _) => Ok(()),
            other => Err(refusal(&other, During::Name)),
        }
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.no_links(path)?;
        let place = self.address.place(path.as_str());
        match self.runtime.block_on(self.talk.on_path(packets::MKDIR, &place))? {
            SftpAnswer::Status(code::OK, _) => {
                self.real.insert(path.clone());
                Ok(())
            }
            other => match self.runtime.block_on(self.talk.attributes(packets::LSTAT, &place))? {
                Some(found) if found.is_folder() => {
                    self.real.insert(path.clone());
                    Ok(())
                }
                Some(found) if found.is_link() => Err(StoreError::new(StoreErrorKind::Link, place)),
                _ => Err(refusal(&other, During::Name)),
            },
        }
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.done(packets::REMOVE, path)
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.real.remove(path);
        match self.done(packets::RMDIR, path) {
            Err(fault) if fault.kind == StoreErrorKind::Other => match self.list(Some(path))?.is_empty() {
                true => Err(fault),
                false => Ok(()),
            },
            removed => removed,
        }
    }
}

/// What was being done when the server refused: its plain "failure" means one thing at a name, another at bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum During {
    Name,
    Bytes,
}

fn refusal(answer: &SftpAnswer, during: During) -> StoreError {
    let SftpAnswer::Status(status, words) = answer else {
        return StoreError::new(StoreErrorKind::Unsupported, "an answer of another kind");
    };
    let kind = match (*status, during) {
        (code::DENIED, _) => StoreErrorKind::Denied,
        (code::UNSUPPORTED, _) => StoreErrorKind::Unsupported,
        // OpenSSH says this when the system finds a name too long.
        (code::BAD_MESSAGE, During::Name) => StoreErrorKind::NameTooLong,
        // The file is open for writing, so permission is not the trouble: a full disk, a quota, a limit on sizes.
        (code::FAILURE, During::Bytes) => StoreErrorKind::Full,
        // Sent by servers that close down.
        (6 | 7, _) => StoreErrorKind::Lost,
        _ => StoreErrorKind::Other,
    };
    StoreError::new(kind, words.clone())
}
