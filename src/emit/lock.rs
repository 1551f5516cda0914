//! One build at a time in one output folder.
//!
//! The system's own lock decides, so that a file left by a killed build is no obstacle; what stands in the file is
//! only for the message.

use std::fs::File;
use std::io::{ErrorKind, Write};

use super::disk::refused;
use crate::disk::Dir;
use crate::ground::{Error, RelPath, Result};

/// The lock file's name in the output folder.
pub(super) const LOCK: &str = ".studyhall-lock";

/// What is read of it for the message, in bytes.
const SHOWN: u64 = 256;

/// Held as long as this lives.
pub(super) struct Lock {
    /// Closing the file frees the lock.
    file: Option<File>,
}

impl Lock {
    /// Takes the lock, or says who holds it.
    pub(super) fn take(dir: &Dir) -> Result<Lock> {
        let path = RelPath::own(LOCK);
        let mut file = system::acquire(dir, &path)?;
        let since = jiff::ZonedDateTime::now().strftime("%Y-%m-%d %H:%M");
        let owner = format!("{}\n{since}\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.write_all(owner.as_bytes()));
        let lock = Lock { file: Some(file) };
        match written {
            Ok(()) => Ok(lock),
            Err(cause) => {
                let error = refused("error-write", &dir.place(&path), cause);
                lock.release(dir);
                Err(error)
            }
        }
    }

    /// Removes the file, then frees the lock: the other way round, somebody else's file would go.
    pub(super) fn release(mut self, dir: &Dir) {
        // On Windows the file goes by itself when it is closed; elsewhere one that stays is no obstacle.
        if !cfg!(windows) {
            drop(dir.remove_file(&RelPath::own(LOCK)));
        }
        self.file.take();
    }
}

/// What to say when another build holds the lock.
fn locked(dir: &Dir, path: &RelPath) -> Error {
    // What cannot be read is shown as unknown; the lock itself is not in doubt.
    let owner = String::from_utf8_lossy(&dir.read(path, SHOWN).unwrap_or_default()).into_owned();
    // Others can write to a shared folder, and this goes to a terminal.
    let shown = |line: &str| line.chars().filter(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | ' ')).collect::<String>();
    let mut lines = owner.lines().map(shown).filter(|line| !line.is_empty());
    let pid = lines.next().unwrap_or_else(|| "?".to_string());
    let since = lines.next().unwrap_or_else(|| "?".to_string());
    Error::new("error-locked").at(dir.path()).arg("pid", pid).arg("since", since)
}

fn not_writable(dir: &Dir, path: &RelPath, cause: std::io::Error) -> Error {
    match cause.kind() {
        ErrorKind::PermissionDenied => Error::io("error-output-not-writable", dir.path(), cause),
        _ => refused("error-write", &dir.place(path), cause),
    }
}

#[cfg(not(windows))]
mod system {
    use std::fs::{File, TryLockError};
    use std::io::ErrorKind;
    use std::os::unix::fs::MetadataExt;

    use super::{locked, not_writable, refused};
    use crate::disk::Dir;
    use crate::ground::{RelPath, Result};

    /// Opens the file and locks it.
    pub(super) fn acquire(dir: &Dir, path: &RelPath) -> Result<File> {
        loop {
            let file = dir.open_or_create(path).map_err(|cause| not_writable(dir, path, cause))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(locked(dir, path)),
                // Some network shares have no locks: two builds at once are then the officer's own care.
                Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Unsupported => {}
                Err(TryLockError::Error(cause)) => return Err(refused("error-write", &dir.place(path), cause)),
            }
            // The holder before us may have removed the file between our opening and our locking it: then we hold
            // a file without a name, and the next build would not see us.
            let unread = |cause| refused("error-read", &dir.place(path), cause);
            let held = file.metadata().map_err(unread)?;
            let named = dir.look(path).map_err(unread)?;
            if named.and_then(|named| named.identity) == Some((held.dev(), held.ino())) {
                return Ok(file);
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::fs::{File, OpenOptions};
    use std::os::windows::fs::OpenOptionsExt;

    use super::{locked, not_writable};
    use crate::disk::{Dir, Kind};
    use crate::ground::{Obstacle, RelPath, Result, Thing};

    const GENERIC_READ: u32 = 0x8000_0000;
    const GENERIC_WRITE: u32 = 0x4000_0000;
    const DELETE: u32 = 0x0001_0000;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    const SHARING_VIOLATION: i32 = 32;

    /// Opens the file for nobody else to write. The system removes it when it is closed, also when the process is
    /// killed; others may read who holds it, which a lock on the file's bytes would keep them from.
    pub(super) fn acquire(dir: &Dir, path: &RelPath) -> Result<File> {
        let place = dir.place(path);
        if let Ok(Some(found)) = dir.look(path)
            && found.kind == Kind::Link
        {
            return Err(not_writable(dir, path, Obstacle::error(place, Thing::Link)));
        }
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .access_mode(GENERIC_READ | GENERIC_WRITE | DELETE)
            .share_mode(FILE_SHARE_READ)
            .custom_flags(FILE_FLAG_DELETE_ON_CLOSE | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(place)
            .map_err(|cause| match cause.raw_os_error() {
                Some(SHARING_VIOLATION) => locked(dir, path),
                _ => not_writable(dir, path, cause),
            })
    }
}
