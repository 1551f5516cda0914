//! The seam between publishing and the protocols: what a place that holds files can be asked to do.
//!
//! One value of [`Store`] is one connection, used by one thread. Everything waits until it is done; an asynchronous
//! library is driven inside its own file of `wire/`. Paths are below the target's root folder.

use std::fmt;

use super::body::Body;
use crate::ground::RelPath;

/// One connection to a target.
pub trait Store: Send {
    /// What the protocol can do, asked once a connection.
    fn can(&self) -> Can;
    /// What stands in a folder (`None` is the root), one level, in any order. A folder that is not there is an empty list. A link
    /// is no folder, whatever it leads to, where the protocol tells the two apart.
    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<Entry>, Fault>;
    /// The size of a file; `None` when it is not there.
    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, Fault>;
    /// A whole file; `None` when it is not there. One of more than `limit` bytes is [`FaultKind::Endless`].
    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, Fault>;
    /// Writes a file under exactly this name, over whatever is there. `from` above 0 goes on at that offset with the rest
    /// of the body; asked only where [`Can::resume`] says so.
    fn write(&mut self, path: &RelPath, body: &Body<'_>, from: u64) -> Result<(), Fault>;
    /// Writes a file that is not there yet; `false` when it is there already. Without [`Can::create_new`] the protocol
    /// has no such thing, and this looks before it writes.
    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, Fault>;
    /// Gives a file another name, over whatever has that name.
    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), Fault>;
    /// Makes a folder whose parent is there. One that is there already is fine.
    fn make_folder(&mut self, path: &RelPath) -> Result<(), Fault>;
    /// Removes a file. One that is not there is fine.
    fn remove(&mut self, path: &RelPath) -> Result<(), Fault>;
    /// Removes a folder if it is empty. One that is not there, or holds something, is fine.
    fn remove_folder(&mut self, path: &RelPath) -> Result<(), Fault>;
}

/// Opens connections to one target.
pub trait Opener: Send + Sync {
    /// A new connection, logged in.
    fn open(&self) -> Result<Box<dyn Store>, Fault>;
    /// The target's address without secrets, for messages.
    fn name(&self) -> String;
}

/// What a protocol can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Can {
    /// [`Store::rename`] replaces a file in one step: a reader gets the old one or the new.
    pub replace_by_rename: bool,
    /// [`Store::write`] itself puts a file there whole or not at all: no temporary name is needed.
    pub whole_writes: bool,
    /// [`Store::write`] may go on at an offset.
    pub resume: bool,
    /// [`Store::create_new`] decides between two who try at once.
    pub create_new: bool,
    /// [`Entry::size`] is known in listings.
    pub sizes: bool,
    /// There are folders to make; in object stores a name is all there is.
    pub folders: bool,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last segment as the host tells it, which may be no name at all.
    pub name: String,
    /// Size in bytes where the listing tells it.
    pub size: Option<u64>,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of trouble it is: decides about another try and about the message.
    pub kind: FaultKind,
    /// The server's or system's own words, without secrets.
    pub detail: String,
}

/// The kinds of trouble, each with a message and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is gone or could not be made; another try is worth it.
    Lost,
    /// No answer in time; another try is worth it.
    Timeout,
    /// The server answers that it is busy or that there are too many connections; another try, later, is worth it.
    Busy,
    /// Name or password is refused.
    Login,
    /// There is no secret to log in with.
    NoSecret,
    /// What shall open a key file does not: the detail says which file.
    Passphrase,
    /// A host key seen for the first time, not accepted yet.
    HostKeyNew {
        /// As `ssh-keygen -l` shows it: `SHA256:…`.
        fingerprint: String,
    },
    /// A host key other than the known one.
    HostKeyChanged {
        /// The key the server shows now.
        fingerprint: String,
        /// The key that is known.
        known: String,
    },
    /// A certificate that does not hold: expired, of another name, of an unknown issuer.
    Certificate,
    /// The name of the host is not known, or nothing listens there.
    NoHost,
    /// The server refuses the operation.
    Denied,
    /// A file of this machine is not what was built: the detail says which.
    Edited,
    /// Quota or disk is full.
    Full,
    /// A name or path is too long for the server.
    NameTooLong,
    /// The address leads elsewhere.
    Redirected {
        /// Where to.
        to: String,
    },
    /// FTP's data connection cannot be made.
    PassiveBlocked,
    /// The server lacks what is needed.
    Unsupported,
    /// The clocks of the two sides are too far apart.
    Clock,
    /// The target's settings cannot be used: the detail says which.
    Settings,
    /// A link stands where a file or folder of the site belongs: the detail says where.
    Link,
    /// A pipe, a device or a socket stands there: the detail says where.
    Special,
    /// An answer, a listing or a file goes on without an end, or deeper than anything that is kept.
    Endless,
    /// Anything else.
    Other,
}

impl Fault {
    /// A fault with the server's own words.
    pub fn new(kind: FaultKind, detail: impl Into<String>) -> Fault {
        Fault { kind, detail: detail.into() }
    }

    /// Whether another try on a fresh connection may help.
    pub fn may_pass(&self) -> bool {
        matches!(self.kind, FaultKind::Lost | FaultKind::Timeout | FaultKind::Busy)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.detail)
    }
}

impl std::error::Error for Fault {}
