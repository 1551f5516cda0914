//! The few things that `emit` does to a disk, each through one door: here a file held open is waited for, here a
//! refusal gets its name, and here a test can pull the plug. All paths start at the output folder, and no link is
//! followed on the way (`crate::disk`).

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use crate::disk::{Dir, Kind, Look};
use crate::ground::{Error, Obstacle, RelPath, Stamp, Thing};

/// Pauses in milliseconds before a file that somebody holds open is tried again: a virus scanner or an indexer lets
/// go within a second, an editor does not.
const PAUSES: &[u64] = &[10, 20, 40, 80, 150, 300, 400];

/// Asked before every change; an error keeps the change from happening.
pub(super) type Hook = Box<dyn Fn(&'static str, &Path) -> io::Result<()> + Send + Sync>;

/// The way to the disk.
pub(super) struct Disk {
    root: Dir,
    hook: Option<Hook>,
    /// Folders that [`Disk::open`] made, outermost first.
    made: Vec<PathBuf>,
    /// Whether folders were there when they were looked at: in a new site thousands of files wait for folders that are not.
    folders: RwLock<HashMap<String, bool>>,
}

impl Disk {
    /// Opens an output folder, made if it is missing; `hook` decides what happens on it.
    pub(super) fn open(dir: &Path, hook: Option<Hook>) -> Result<Disk, Error> {
        let mut made = Vec::new();
        let opened = make_outer(dir, hook.as_ref(), &mut made)
            .and_then(|()| Dir::open(dir).map_err(|cause| Error::io("error-output-not-writable", dir, cause)));
        match opened {
            Ok(root) => Ok(Disk { root, hook, made, folders: RwLock::default() }),
            Err(error) => {
                remove_outer(&made);
                Err(error)
            }
        }
    }

    /// The handle that all goes through.
    pub(super) fn root(&self) -> &Dir {
        &self.root
    }

    /// The place of an output path, for messages.
    pub(super) fn place(&self, path: &RelPath) -> PathBuf {
        self.root.place(path)
    }

    /// The folders that were made for the output stay.
    pub(super) fn keep_folders(&mut self) {
        self.made.clear();
    }

    /// Removes the folders that were made for the output, where nothing is in them.
    pub(super) fn remove_made(&mut self) {
        for folder in self.made.drain(..).rev() {
            if ask(self.hook.as_ref(), "remove-folder", &folder).is_ok() {
                drop(fs::remove_dir(folder));
            }
        }
    }

    /// What stands at a path; `None` when nothing does. A link on the way is an obstacle.
    pub(super) fn look(&self, path: &RelPath) -> Result<Option<Look>, Error> {
        if !self.has_folder(path.split().0) {
            return Ok(None);
        }
        self.root.look(path).map_err(|cause| self.refused("error-read", path, cause))
    }

    /// Whether a folder is there; what else it may be is told when it is entered.
    fn has_folder(&self, folder: &str) -> bool {
        if folder.is_empty() {
            return true;
        }
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder).copied();
        known.unwrap_or_else(|| {
            let found = self.root.look(&RelPath::own(folder));
            let is_there = !matches!(found, Ok(None));
            self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_string(), is_there);
            is_there
        })
    }

    /// Folders may have come and gone: they are looked at again.
    pub(super) fn forget_folders(&self) {
        self.folders.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether something stands at a path.
    pub(super) fn stands(&self, path: &RelPath) -> bool {
        self.root.look(path).is_ok_and(|found| found.is_some())
    }

    /// What the file system alone knows of a folder, as a text: nobody who sends a folder can say it beforehand.
    pub(super) fn mark(&self, folder: &RelPath) -> String {
        let mark = self.root.folder(folder).and_then(|folder| folder.mark());
        // Where there is none all journals are believed, which can only undo inside this folder.
        mark.map_or_else(|_| "-".to_string(), |mark| Stamp::of(&mark).hex())
    }

    /// Reads a text of at most `limit` bytes, as far as it is one; `None` when it is not there.
    pub(super) fn read_text(&self, path: &RelPath, limit: u64) -> Result<Option<String>, Error> {
        match self.root.read(path, limit) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(cause) if crate::disk::is_absent(&cause) => Ok(None),
            Err(cause) => Err(self.refused("error-read", path, cause)),
        }
    }

    /// The stamp of a file's bytes, without holding them all.
    pub(super) fn stamp(&self, path: &RelPath) -> io::Result<Stamp> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(self.root.open_file(path)?)?;
        let mut stamp = Stamp::default();
        let length = stamp.0.len();
        stamp.0.copy_from_slice(&hasher.finalize().as_bytes()[..length]);
        Ok(stamp)
    }

    /// Makes one folder; one that stands there already will do.
    pub(super) fn make_folder(&self, path: &RelPath) -> Result<(), Error> {
        let made = self.ask("make-folder", path).and_then(|()| self.root.make_folder(path));
        self.forget_folders();
        made.or_else(|cause| match (cause.kind(), self.look(path)?.map(|found| found.kind)) {
            (ErrorKind::AlreadyExists, Some(Kind::Folder)) => Ok(()),
            (ErrorKind::AlreadyExists, Some(Kind::Link)) => Err(self.is_link(path)),
            _ => Err(self.refused("error-create-folder", path, cause)),
        })
    }

    /// Writes a file that does not stand there yet.
    pub(super) fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        let written = self.ask("write", path).and_then(|()| self.root.write_new(path, bytes));
        written.map(drop).map_err(|cause| self.refused("error-write", path, cause))
    }

    /// Writes a file and waits until it will survive a power cut.
    pub(super) fn write_durably(&self, path: &RelPath, bytes: &[u8]) -> Result<(), Error> {
        let written = self.ask("write", path).and_then(|()| self.root.write_new(path, bytes));
        written.and_then(|file| file.sync_all()).map_err(|cause| self.refused("error-write", path, cause))
    }

    /// Makes the names in a folder survive a power cut. Windows does that by itself and opens no folders.
    pub(super) fn sync_folder(&self, path: &RelPath) -> Result<(), Error> {
        match self.root.sync(Some(path)) {
            // Some network shares cannot; the renames go on, as safe as that share lets them be.
            Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            other => other.map_err(|cause| self.refused("error-write", path, cause)),
        }
    }

    /// Gives a file another name, over what stands there.
    pub(super) fn rename(&self, from: &RelPath, to: &RelPath) -> Result<(), Error> {
        patiently(|| self.ask("rename", to).and_then(|()| self.root.rename(from, &self.root, to)))
            .map_err(|cause| self.refused("error-rename", to, cause))
    }

    /// Removes a file, if there is one.
    pub(super) fn remove_file(&self, path: &RelPath) -> Result<(), Error> {
        match patiently(|| self.ask("remove-file", path).and_then(|()| self.root.remove_file(path))) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(self.refused("error-remove", path, cause)),
            _ => Ok(()),
        }
    }

    /// Removes a folder, if there is one and nothing is in it; whether it is gone now.
    pub(super) fn remove_empty(&self, path: &RelPath) -> bool {
        match patiently(|| self.ask("remove-folder", path).and_then(|()| self.root.remove_folder(path))) {
            Err(cause) => cause.kind() == ErrorKind::NotFound,
            Ok(()) => true,
        }
    }

    /// Removes a folder and what is in it, without following links.
    pub(super) fn remove_tree(&self, path: &RelPath) -> Result<(), Error> {
        patiently(|| self.ask("remove-tree", path).and_then(|()| self.root.remove_tree(path)))
            .map_err(|cause| self.refused("error-remove", path, cause))
    }

    /// What a refusal is called: a full disk and a folder that may not be written have words of their own.
    pub(super) fn refused(&self, id: &'static str, path: &RelPath, cause: io::Error) -> Error {
        refused(id, &self.place(path), cause)
    }

    /// The error for a link where a file or folder of the site belongs.
    pub(super) fn is_link(&self, path: &RelPath) -> Error {
        let place = self.place(path);
        refused("error-read", &place.clone(), Obstacle::error(place, Thing::Link))
    }

    fn ask(&self, what: &'static str, path: &RelPath) -> io::Result<()> {
        match &self.hook {
            Some(hook) => hook(what, &self.place(path)),
            None => Ok(()),
        }
    }
}

/// Makes the output folder and those that it stands in. Its path is the user's word, so links in it are followed.
fn make_outer(dir: &Path, hook: Option<&Hook>, made: &mut Vec<PathBuf>) -> Result<(), Error> {
    let missing = dir.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    let missing: Vec<&Path> = missing.collect();
    if missing.is_empty() && !dir.is_dir() {
        return Err(Error::io("error-output-not-writable", dir, ErrorKind::NotADirectory.into()));
    }
    for folder in missing.into_iter().rev() {
        match ask(hook, "make-folder", folder).and_then(|()| fs::create_dir(folder)) {
            Ok(()) => made.push(folder.to_path_buf()),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(cause) => return Err(refused("error-output-not-writable", folder, cause)),
        }
    }
    Ok(())
}

fn remove_outer(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        drop(fs::remove_dir(folder));
    }
}

fn ask(hook: Option<&Hook>, what: &'static str, path: &Path) -> io::Result<()> {
    hook.map_or(Ok(()), |hook| hook(what, path))
}

/// As [`Disk::refused`], for any place.
pub(super) fn refused(id: &'static str, path: &Path, cause: io::Error) -> Error {
    let id = match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "error-disk-full",
        ErrorKind::ReadOnlyFilesystem => "error-output-not-writable",
        _ => id,
    };
    Error::io(id, path, cause)
}

fn patiently(mut step: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    for pause in PAUSES {
        match step() {
            Err(cause) if is_held(&cause) => thread::sleep(Duration::from_millis(*pause)),
            done => return done,
        }
    }
    step()
}

/// Whether somebody holds the file open: Windows says “access denied”, “sharing violation” or “lock violation”.
fn is_held(cause: &io::Error) -> bool {
    let windows = cause.kind() == ErrorKind::PermissionDenied || matches!(cause.raw_os_error(), Some(32 | 33));
    cause.kind() == ErrorKind::ResourceBusy || (cfg!(windows) && windows)
}
