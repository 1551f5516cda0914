//! One build at a time in one output folder.
//!
//! The system's own lock decides, so that a file left by a killed build is no obstacle; what stands in the file is
//! only for the message.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::disk::refused;
use crate::ground::{Error, Result};

/// The lock file's name in the output folder.
pub(super) const LOCK: &str = ".studyhall-lock";

/// Held as long as this lives.
pub(super) struct Lock {
    path: PathBuf,
    /// Closing the file frees the lock.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock, or says who holds it.
    pub(super) fn take(dir: &Path) -> Result<Lock> {
        let path = dir.join(LOCK);
        let mut file = system::acquire(&path)?;
        let since = jiff::ZonedDateTime::now().strftime("%Y-%m-%d %H:%M");
        let owner = format!("{}\n{since}\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.write_all(owner.as_bytes()));
        let lock = Lock { path, file: Some(file) };
        match written {
            Ok(()) => Ok(lock),
            Err(cause) => {
                let error = refused("error-write", &lock.path, cause);
                lock.release();
                Err(error)
            }
        }
    }

    /// Removes the file, then frees the lock: the other way round, somebody else's file would go.
    pub(super) fn release(mut self) {
        // On Windows the file goes by itself when it is closed; elsewhere one that stays is no obstacle.
        if !cfg!(windows) {
            drop(fs::remove_file(&self.path));
        }
        self.file.take();
    }
}

/// What to say when another build holds the lock.
fn locked(path: &Path) -> Error {
    let mut owner = String::new();
    if let Ok(mut file) = File::open(path) {
        // What cannot be read is shown as unknown; the lock itself is not in doubt.
        drop(file.read_to_string(&mut owner));
    }
    let mut lines = owner.lines();
    let pid = lines.next().unwrap_or("?").to_string();
    let since = lines.next().unwrap_or("?").to_string();
    Error::new("error-locked").at(path.parent().unwrap_or(path)).arg("pid", pid).arg("since", since)
}

fn not_writable(path: &Path, cause: std::io::Error) -> Error {
    match cause.kind() {
        ErrorKind::PermissionDenied => Error::io("error-output-not-writable", path.parent().unwrap_or(path), cause),
        _ => refused("error-write", path, cause),
    }
}

#[cfg(not(windows))]
mod system {
    use std::fs::{self, File, OpenOptions, TryLockError};
    use std::io::ErrorKind;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use super::{locked, not_writable, refused};
    use crate::ground::Result;

    /// Opens the file and locks it.
    pub(super) fn acquire(path: &Path) -> Result<File> {
        loop {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
                .map_err(|cause| not_writable(path, cause))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(locked(path)),
                // Some network shares have no locks: two builds at once are then the officer's own care.
                Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Unsupported => {}
                Err(TryLockError::Error(cause)) => return Err(refused("error-write", path, cause)),
            }
            // The holder before us may have removed the file between our opening and our locking it: then we hold
            // a file without a name, and the next build would not see us.
            let held = file.metadata().map_err(|cause| refused("error-read", path, cause))?;
            match fs::metadata(path) {
                Ok(named) if (named.dev(), named.ino()) == (held.dev(), held.ino()) => return Ok(file),
                Ok(_) => {}
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(refused("error-read", path, cause)),
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::fs::{File, OpenOptions};
    use std::os::windows::fs::OpenOptionsExt;
    use std::path::Path;

    use super::{locked, not_writable};
    use crate::ground::Result;

    const GENERIC_READ: u32 = 0x8000_0000;
    const GENERIC_WRITE: u32 = 0x4000_0000;
    const DELETE: u32 = 0x0001_0000;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const SHARING_VIOLATION: i32 = 32;

    /// Opens the file for nobody else to write. The system removes it when it is closed, also when the process is
    /// killed; others may read who holds it, which a lock on the file's bytes would keep them from.
    pub(super) fn acquire(path: &Path) -> Result<File> {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .access_mode(GENERIC_READ | GENERIC_WRITE | DELETE)
            .share_mode(FILE_SHARE_READ)
            .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
            .open(path)
            .map_err(|cause| match cause.raw_os_error() {
                Some(SHARING_VIOLATION) => locked(path),
                _ => not_writable(path, cause),
            })
    }
}
