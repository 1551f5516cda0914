//! The seam between publishing and the protocols: what a place that holds files can be asked to do.
//!
//! One value of [`Store`] is one connection, used by one thread. Everything waits until it is done; an asynchronous
//! library is driven inside its own file of `wire/`. Paths are below the target's root folder.

use super::body::UploadBody;
use super::store_error::StoreError;
use crate::ground::RelPath;

/// One connection to a target.
pub trait Store: Send {
    /// What the protocol can do, asked once a connection.
    fn can(&self) -> Capabilities;
    /// What stands in a folder (`None` is the root), one level, in any order. A folder that is not there is an empty list. A link
    /// is no folder, whatever it leads to, where the protocol tells the two apart.
    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError>;
    /// The size of a file; `None` when it is not there.
    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError>;
    /// A whole file; `None` when it is not there. One of more than `limit` bytes is [`super::store_error::StoreErrorKind::Endless`].
    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// Writes a file under exactly this name, over whatever is there. `from` above 0 goes on at that offset with the rest
    /// of the body; asked only where [`Capabilities::resume`] says so.
    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError>;
    /// Writes a file that is not there yet; `false` when it is there already. Without [`Capabilities::create_new`] the protocol
    /// has no such thing, and this looks before it writes.
    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError>;
    /// Gives a file another name, over whatever has that name.
    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError>;
    /// Makes a folder whose parent is there. One that is there already is fine.
    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError>;
    /// Removes a file. One that is not there is fine.
    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError>;
    /// Removes a folder if it is empty. One that is not there, or holds something, is fine.
    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError>;
}

/// Opens connections to one target.
pub trait Connector: Send + Sync {
    /// A new connection, logged in.
    fn open(&self) -> Result<Box<dyn Store>, StoreError>;
    /// The target's address without secrets, for messages.
    fn name(&self) -> String;
}

/// What a protocol can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// [`Store::rename`] replaces a file in one step: a reader gets the old one or the new.
    pub replace_by_rename: bool,
    /// [`Store::write`] itself puts a file there whole or not at all: no temporary name is needed.
    pub whole_writes: bool,
    /// [`Store::write`] may go on at an offset.
    pub resume: bool,
    /// [`Store::create_new`] decides between two who try at once.
    pub create_new: bool,
    /// [`RemoteEntry::size`] is known in listings.
    pub sizes: bool,
    /// There are folders to make; in object stores a name is all there is.
    pub folders: bool,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteEntry {
    /// The last segment as the host tells it, which may be no name at all.
    pub name: String,
    /// Size in bytes where the listing tells it.
    pub size: Option<u64>,
    /// Whether it is a folder.
    pub is_folder: bool,
}
