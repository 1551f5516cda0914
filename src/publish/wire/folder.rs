//! A folder of this machine or a mounted share as a target. Others may write to it as well: nothing below it is reached through a
//! link, whoever put it there.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::disk::{Dir, Kind, is_absent};
use crate::ground::path::shown;
use crate::ground::{Obstacle, RelPath, Thing};
use crate::publish::body::{self, UploadBody};
use crate::publish::budget;
use crate::publish::store::{Capabilities, Connector, RemoteEntry, Store};
use crate::publish::store_error::{StoreError, StoreErrorKind};

/// A folder that is there already: a share that is not mounted must not be taken for an empty one.
pub struct FolderTarget {
    root: PathBuf,
}

impl FolderTarget {
    /// The folder at `root`.
    pub fn new(root: &Path) -> FolderTarget {
        FolderTarget { root: root.to_path_buf() }
    }
}

impl Connector for FolderTarget {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        match Dir::open(&self.root) {
            Ok(dir) => Ok(Box::new(OpenFolder { dir })),
            Err(cause) if is_absent(&cause) => Err(StoreError::new(StoreErrorKind::NoHost, self.name())),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn name(&self) -> String {
        shown(&self.root)
    }
}

/// The folder, open.
struct OpenFolder {
    dir: Dir,
}

impl OpenFolder {
    /// A file of this name that nobody else has under another name, or has a link to.
    fn fresh(&self, path: &RelPath) -> io::Result<File> {
        match self.dir.create_new(path) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists || Obstacle::in_cause(&cause).is_some() => {
                self.dir.remove_file(path)?;
                self.dir.create_new(path)
            }
            made => made,
        }
    }
}

impl Store for OpenFolder {
    fn can(&self) -> Capabilities {
        Capabilities { replace_by_rename: true, whole_writes: false, resume: true, create_new: true, sizes: true, folders: true }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        let found = match self.dir.entries(folder) {
            Ok(found) => budget::bounded(found)?,
            Err(cause) if is_absent(&cause) => return Ok(Vec::new()),
            Err(cause) => return Err(fault(&cause)),
        };
        let mut entries = Vec::new();
        for (name, kind) in found {
            let path = folder.map_or_else(|| RelPath::parse(&name), |folder| folder.join(&name));
            let size = match path {
                // One that is gone by now, or may not be looked at, is still a name that is taken.
                Ok(path) if kind == Kind::File => self.dir.look(&path).ok().flatten().map(|look| look.size),
                _ => None,
            };
            entries.push(RemoteEntry { name, size, is_folder: kind == Kind::Folder });
        }
        Ok(entries)
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        let look = self.dir.look(path).map_err(|cause| fault_at(path, &cause))?;
        Ok(look.filter(|look| look.kind == Kind::File).map(|look| look.size))
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        match self.dir.read(path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if is_absent(&cause) => Ok(None),
            Err(cause) => Err(fault_at(path, &cause)),
        }
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        let mut reading = body.read(from)?;
        let written = (|| {
            let mut file = if from == 0 { self.fresh(path)? } else { self.dir.open_to_change(path)? };
            file.set_len(from)?;
            file.seek(SeekFrom::Start(from))?;
            io::copy(&mut reading, &mut file)?;
            // A share that is full may say so only now.
            file.flush()?;
            file.sync_data().or_else(|cause| if cause.kind() == ErrorKind::Unsupported { Ok(()) } else { Err(cause) })
        })();
        written.map_err(|cause| body::in_fault(&cause).unwrap_or_else(|| fault_at(path, &cause)))
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        match self.dir.write_new(path, bytes) {
            Ok(_) => Ok(true),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(cause) => Err(fault_at(path, &cause)),
        }
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        self.dir.rename(from, &self.dir, to).map_err(|cause| fault_at(to, &cause))
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        match self.dir.make_folder(path) {
            // Entered, so that a link in its place is told before anything goes up.
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {
                self.dir.folder(path).map(drop).map_err(|cause| fault_at(path, &cause))
            }
            made => made.map_err(|cause| fault_at(path, &cause)),
        }
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        match self.dir.remove_file(path) {
            Err(cause) if is_absent(&cause) => Ok(()),
            removed => removed.map_err(|cause| fault_at(path, &cause)),
        }
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        match self.dir.remove_folder(path) {
            Err(cause) if is_absent(&cause) || cause.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
            removed => removed.map_err(|cause| fault_at(path, &cause)),
        }
    }
}

/// The same, with the path that was refused.
fn fault_at(path: &RelPath, cause: &io::Error) -> StoreError {
    let mut found = fault(cause);
    if Obstacle::in_cause(cause).is_none() {
        found.detail = format!("{path}: {}", found.detail);
    }
    found
}

/// The system's refusal as the kind that has a way out.
pub(crate) fn fault(cause: &io::Error) -> StoreError {
    if let Some(obstacle) = Obstacle::in_cause(cause) {
        let kind = match obstacle.what {
            Thing::Link | Thing::HardLink => StoreErrorKind::Link,
            Thing::Special => StoreErrorKind::Special,
            Thing::TooLarge => StoreErrorKind::Endless,
        };
        return StoreError::new(kind, shown(&obstacle.path));
    }
    let kind = match cause.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreErrorKind::Denied,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreErrorKind::Full,
        ErrorKind::InvalidFilename => StoreErrorKind::NameTooLong,
        ErrorKind::TimedOut => StoreErrorKind::Timeout,
        // A share whose server went away, or a file that a reader's machine holds open for a moment.
        ErrorKind::ResourceBusy | ErrorKind::StaleNetworkFileHandle | ErrorKind::ExecutableFileBusy => StoreErrorKind::Busy,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
            StoreErrorKind::Lost
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => StoreErrorKind::Lost,
        // Windows: another process has the file open (sharing and lock violations).
        _ if cfg!(windows) && matches!(cause.raw_os_error(), Some(32 | 33)) => StoreErrorKind::Busy,
        _ => StoreErrorKind::Other,
    };
    StoreError::new(kind, cause.to_string())
}
