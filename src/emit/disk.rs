//! The few things that `emit` does to a disk, each through one door: here a file held open is waited for, here a
//! refusal gets its name, and here a test can pull the plug.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::ground::{Error, Stamp};

/// Pauses in milliseconds before a file that somebody holds open is tried again: a virus scanner or an indexer lets
/// go within a second, an editor does not.
const PAUSES: &[u64] = &[10, 20, 40, 80, 150, 300, 400];

/// Asked before every change; an error keeps the change from happening.
type Hook = dyn Fn(&'static str, &Path) -> io::Result<()> + Send + Sync;

/// The way to the disk.
#[derive(Default)]
pub(super) struct Disk {
    hook: Option<Box<Hook>>,
}

impl Disk {
    /// A disk on which `hook` decides what happens.
    #[cfg(test)]
    pub(super) fn with(hook: Box<Hook>) -> Disk {
        Disk { hook: Some(hook) }
    }

    /// Makes one folder; one that stands there already will do.
    pub(super) fn make_folder(&self, path: &Path) -> Result<(), Error> {
        self.ask("make-folder", path).and_then(|()| fs::create_dir(path)).or_else(|cause| match cause.kind() {
            ErrorKind::AlreadyExists if path.is_dir() => Ok(()),
            _ => Err(refused("error-create-folder", path, cause)),
        })
    }

    /// Writes a file that does not stand there yet.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.write_new(path, bytes).map(drop).map_err(|cause| refused("error-write", path, cause))
    }

    /// Writes a file and waits until it will survive a power cut.
    pub(super) fn write_durably(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.write_new(path, bytes).and_then(|file| file.sync_all()).map_err(|cause| refused("error-write", path, cause))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<File> {
        self.ask("write", path)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        Ok(file)
    }

    /// Makes the names in a folder survive a power cut. Windows does that by itself and opens no folders.
    pub(super) fn sync_folder(&self, path: &Path) -> Result<(), Error> {
        if cfg!(windows) {
            return Ok(());
        }
        match File::open(path).and_then(|folder| folder.sync_all()) {
            // Some network shares cannot; the renames go on, as safe as that share lets them be.
            Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            other => other.map_err(|cause| refused("error-write", path, cause)),
        }
    }

    /// Gives a file another name, over what stands there.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<(), Error> {
        patiently(|| self.ask("rename", to).and_then(|()| fs::rename(from, to))).map_err(|cause| refused("error-rename", to, cause))
    }

    /// Removes a file, if there is one.
    pub(super) fn remove_file(&self, path: &Path) -> Result<(), Error> {
        match patiently(|| self.ask("remove-file", path).and_then(|()| fs::remove_file(path))) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(refused("error-remove", path, cause)),
            _ => Ok(()),
        }
    }

    /// Removes a folder, if there is one and nothing is in it; whether it is gone now.
    pub(super) fn remove_empty(&self, path: &Path) -> bool {
        match patiently(|| self.ask("remove-folder", path).and_then(|()| fs::remove_dir(path))) {
            Err(cause) => cause.kind() == ErrorKind::NotFound,
            Ok(()) => true,
        }
    }

    /// Removes a folder and what is in it, without following links.
    pub(super) fn remove_tree(&self, path: &Path) -> Result<(), Error> {
        let listed = match fs::read_dir(path) {
            Ok(listed) => listed,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
            Err(cause) => return Err(refused("error-remove", path, cause)),
        };
        for entry in listed {
            let entry = entry.map_err(|cause| refused("error-remove", path, cause))?;
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.remove_tree(&entry.path())?;
            } else {
                self.remove_file(&entry.path())?;
            }
        }
        match self.remove_empty(path) {
            true => Ok(()),
            false => Err(refused("error-remove", path, ErrorKind::DirectoryNotEmpty.into())),
        }
    }

    fn ask(&self, what: &'static str, path: &Path) -> io::Result<()> {
        self.hook.as_ref().map_or(Ok(()), |hook| hook(what, path))
    }
}

/// The place of an output path below `dir`. Segment by segment, because `\\?\` paths on Windows know no `/`.
pub(super) fn place(dir: &Path, path: &str) -> PathBuf {
    let mut place = dir.to_path_buf();
    place.extend(path.split('/'));
    place
}

/// The stamp of a file's bytes, without holding them all.
pub(super) fn stamp_of_file(path: &Path) -> io::Result<Stamp> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    let mut stamp = Stamp::default();
    let length = stamp.0.len();
    stamp.0.copy_from_slice(&hasher.finalize().as_bytes()[..length]);
    Ok(stamp)
}

/// What a refusal is called: a full disk and a folder that may not be written have words of their own.
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
