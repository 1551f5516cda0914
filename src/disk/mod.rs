//! A handle on a folder of ours, below which nothing is read, written, moved or removed through a link.
//!
//! Site folders come as archives and checkouts, targets are shares that others write to: between looking at a path and
//! using it, and before, anybody may have put a link on the way. Every step from the folder to the file is therefore
//! taken from an open handle without following (`unix.rs`); where the system has no such calls each segment is looked at
//! (`portable.rs`). What stands in the way is told as an [`Obstacle`]. Start at [`Dir`].
//!
//! Folders of the author's may hold links, as long as they stay inside: [`fn@walk`] lists them, [`read_file`] reads.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this module is the way to folders of ours")]

mod look;
#[cfg(any(not(unix), test))]
mod portable;
#[cfg(test)]
mod tests;
#[cfg(unix)]
mod unix;
mod walk;

pub use look::{Kind, Look};
pub use walk::{Stray, Walk, Walked, outside, read_file, unread, walk};

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use look::Way;
#[cfg(not(unix))]
use portable::Handle;
#[cfg(unix)]
use unix::Handle;

use crate::ground::{Obstacle, RelPath, Thing};

/// Open folders that are kept at hand: macOS lets a process have 256 files, and files are written folder by folder.
const KEPT: usize = 48;

/// An open folder. Shared by threads.
pub struct Dir {
    path: PathBuf,
    root: Arc<Handle>,
    /// Handles of folders below, by their path.
    kept: Mutex<HashMap<Box<str>, Arc<Handle>>>,
}

impl Dir {
    /// Opens a folder that is there. Links on the way to it are followed: its name is the user's word.
    pub fn open(path: &Path) -> io::Result<Dir> {
        Ok(Dir::at(path.to_path_buf(), Arc::new(Handle::open(path)?)))
    }

    /// Opens a folder that is there and is no link itself.
    pub fn open_real(path: &Path) -> io::Result<Dir> {
        Ok(Dir::at(path.to_path_buf(), Arc::new(Handle::open_real(path)?)))
    }

    fn at(path: PathBuf, root: Arc<Handle>) -> Dir {
        Dir { path, root, kept: Mutex::default() }
    }

    /// Its path, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The place of a path below it, for messages.
    pub fn place(&self, path: &RelPath) -> PathBuf {
        path.below(&self.path)
    }

    /// A handle on a folder below.
    pub fn folder(&self, path: &RelPath) -> io::Result<Dir> {
        Ok(Dir::at(self.place(path), self.handle(path.as_str())?))
    }

    /// What stands at a path; `None` when nothing does.
    pub fn look(&self, path: &RelPath) -> io::Result<Option<Look>> {
        let (folder, name) = path.split();
        let found = self.handle(folder).and_then(|folder| folder.look(name));
        match found {
            Ok(look) => Ok(Some(look)),
            Err(cause) if is_absent(&cause) => Ok(None),
            Err(cause) => Err(cause),
        }
    }

    /// Opens a plain file to be read.
    pub fn open_file(&self, path: &RelPath) -> io::Result<File> {
        self.plain(path, Way::Read).map(|(file, _)| file)
    }

    /// Opens a plain file that is there, to be read and changed in place. One that has a second name elsewhere is
    /// refused, because it would change there too.
    pub fn open_to_change(&self, path: &RelPath) -> io::Result<File> {
        self.sole(path, false)
    }

    /// As [`Dir::open_to_change`]; makes the file if it is missing.
    pub fn open_or_create(&self, path: &RelPath) -> io::Result<File> {
        self.sole(path, true)
    }

    /// Opens a plain file to be locked and not written; makes it if it is missing.
    pub fn open_lock(&self, path: &RelPath) -> io::Result<File> {
        self.plain(path, Way::Change { make: true }).map(|(file, _)| file)
    }

    /// Makes a file that is not there yet.
    pub fn create_new(&self, path: &RelPath) -> io::Result<File> {
        self.plain(path, Way::New).map(|(file, _)| file)
    }

    /// Reads a plain file of at most `limit` bytes.
    pub fn read(&self, path: &RelPath, limit: u64) -> io::Result<Vec<u8>> {
        let (file, look) = self.plain(path, Way::Read)?;
        let too_large = || Obstacle::error(self.place(path), Thing::TooLarge);
        if look.size > limit {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(look.size).unwrap_or(0).saturating_add(1));
        // It may grow while it is read.
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > limit {
            true => Err(too_large()),
            false => Ok(bytes),
        }
    }

    /// Writes a file that is not there yet.
    pub fn write_new(&self, path: &RelPath, bytes: &[u8]) -> io::Result<File> {
        let mut file = self.create_new(path)?;
        file.write_all(bytes)?;
        Ok(file)
    }

    /// Makes a folder in one that is there.
    pub fn make_folder(&self, path: &RelPath) -> io::Result<()> {
        let (folder, name) = path.split();
        self.handle(folder)?.make_folder(name)
    }

    /// Makes a folder and those that it stands in, unless they are there.
    pub fn make_folders(&self, path: &RelPath) -> io::Result<()> {
        let text = path.as_str();
        for end in text.match_indices('/').map(|(slash, _)| slash).chain([text.len()]) {
            match self.make_folder(&RelPath::own(&text[..end])) {
                // What stands there shows when it is entered.
                Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
                made => made?,
            }
        }
        self.handle(text).map(drop)
    }

    /// Gives a file another name in this or another folder of ours, over a file that stands there. A link at either
    /// end is moved or replaced itself.
    pub fn rename(&self, from: &RelPath, to_dir: &Dir, to: &RelPath) -> io::Result<()> {
        let ((from_folder, from_name), (to_folder, to_name)) = (from.split(), to.split());
        let (from_handle, to_handle) = (self.handle(from_folder)?, to_dir.handle(to_folder)?);
        from_handle.rename(from_name, &to_handle, to_name)?;
        // A folder that was kept under its old name would be another one now.
        self.forget(from.as_str());
        Ok(())
    }

    /// Removes a file, or a link itself.
    pub fn remove_file(&self, path: &RelPath) -> io::Result<()> {
        let (folder, name) = path.split();
        self.handle(folder)?.remove_file(name)
    }

    /// Removes an empty folder.
    pub fn remove_folder(&self, path: &RelPath) -> io::Result<()> {
        let (folder, name) = path.split();
        let handle = self.handle(folder)?;
        // Windows removes no folder that is held open.
        self.forget(path.as_str());
        handle.remove_folder(name)
    }

    /// The entries of a folder below, with their kinds; `None` is the folder itself. Names that are not Unicode or no
    /// [`RelPath`] come as the nearest text: they can be told of, and not used.
    pub fn entries(&self, path: Option<&RelPath>) -> io::Result<Vec<(String, Kind)>> {
        self.handle(path.map_or("", RelPath::as_str))?.entries()
    }

    /// Removes a folder below and what is in it. Links go themselves, not what is behind them; a name that is no path
    /// of ours goes too.
    pub fn remove_tree(&self, path: &RelPath) -> io::Result<()> {
        let (folder, name) = path.split();
        let handle = self.handle(folder)?;
        self.forget(path.as_str());
        handle.remove_tree(name, 0)
    }

    /// Makes the names in a folder survive a power cut; `None` is the folder itself.
    pub fn sync(&self, path: Option<&RelPath>) -> io::Result<()> {
        self.handle(path.map_or("", RelPath::as_str))?.sync()
    }

    /// Numbers that the file system gave this folder when it was made and that a copy of it does not have: the moment
    /// it was made, or where the system keeps none, or lets others set it, the folder's number.
    pub fn mark(&self) -> io::Result<[u64; 2]> {
        self.root.mark()
    }

    fn plain(&self, path: &RelPath, way: Way) -> io::Result<(File, Look)> {
        let (folder, name) = path.split();
        let (file, look) = self.handle(folder)?.open_file(name, way)?;
        match look.kind {
            Kind::File => Ok((file, look)),
            Kind::Folder => Err(ErrorKind::IsADirectory.into()),
            Kind::Link => Err(Obstacle::error(self.place(path), Thing::Link)),
            Kind::Special => Err(Obstacle::error(self.place(path), Thing::Special)),
        }
    }

    fn sole(&self, path: &RelPath, make: bool) -> io::Result<File> {
        let (file, look) = self.plain(path, Way::Change { make })?;
        match look.names > 1 {
            true => Err(Obstacle::error(self.place(path), Thing::HardLink)),
            false => Ok(file),
        }
    }

    /// The handle of a folder below; empty is this one.
    fn handle(&self, folder: &str) -> io::Result<Arc<Handle>> {
        if folder.is_empty() {
            return Ok(Arc::clone(&self.root));
        }
        if let Some(handle) = self.kept().get(folder) {
            return Ok(Arc::clone(handle));
        }
        let (outer, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let handle = Arc::new(self.handle(outer)?.enter(name)?);
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(folder.into(), Arc::clone(&handle));
        Ok(handle)
    }

    fn forget(&self, path: &str) {
        self.kept().retain(|folder, _| folder.strip_prefix(path).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')));
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<Box<str>, Arc<Handle>>> {
        // Nothing panics while it is held.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an error says that nothing stands at a path.
pub fn is_absent(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
