//! A folder of this machine or a mounted share as a target. Others may write to it as well: nothing below it is reached through a
//! link, whoever put it there.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::disk::{Dir, Kind, is_absent};
use crate::ground::{Obstacle, RelPath, Thing};
use crate::publish::body::{self, Body};
use crate::publish::budget;
use crate::publish::store::{Can, Entry, Fault, FaultKind, Opener, Store};

/// A folder that is there already: a share that is not mounted must not be taken for an empty one.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`.
    pub fn new(root: &Path) -> Folder {
        Folder { root: root.to_path_buf() }
    }
}

impl Opener for Folder {
    fn open(&self) -> Result<Box<dyn Store>, Fault> {
        match Dir::open(&self.root) {
            Ok(dir) => Ok(Box::new(Open { dir })),
            Err(cause) if is_absent(&cause) => Err(Fault::new(FaultKind::NoHost, self.name())),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn name(&self) -> String {
        self.root.display().to_string()
    }
}

/// The folder, open.
struct Open {
    dir: Dir,
}

impl Open {
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

impl Store for Open {
    fn can(&self) -> Can {
        Can { replace_by_rename: true, whole_writes: false, resume: true, create_new: true, sizes: true, folders: true }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<Entry>, Fault> {
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
            entries.push(Entry { name, size, is_folder: kind == Kind::Folder });
        }
        Ok(entries)
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, Fault> {
        let look = self.dir.look(path).map_err(|cause| fault(&cause))?;
        Ok(look.filter(|look| look.kind == Kind::File).map(|look| look.size))
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, Fault> {
        match self.dir.read(path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if is_absent(&cause) || cause.kind() == ErrorKind::IsADirectory => Ok(None),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn write(&mut self, path: &RelPath, body: &Body<'_>, from: u64) -> Result<(), Fault> {
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
        written.map_err(|cause| body::in_fault(&cause).unwrap_or_else(|| fault(&cause)))
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, Fault> {
        match self.dir.write_new(path, bytes) {
            Ok(_) => Ok(true),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), Fault> {
        self.dir.rename(from, &self.dir, to).map_err(|cause| fault(&cause))
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), Fault> {
        match self.dir.make_folder(path) {
            // Entered, so that a link in its place is told before anything goes up.
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => self.dir.folder(path).map(drop).map_err(|cause| fault(&cause)),
            made => made.map_err(|cause| fault(&cause)),
        }
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), Fault> {
        match self.dir.remove_file(path) {
            Err(cause) if is_absent(&cause) => Ok(()),
            removed => removed.map_err(|cause| fault(&cause)),
        }
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), Fault> {
        match self.dir.remove_folder(path) {
            Err(cause) if is_absent(&cause) || cause.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
            removed => removed.map_err(|cause| fault(&cause)),
        }
    }
}

/// The system's refusal as the kind that has a way out.
pub(crate) fn fault(cause: &io::Error) -> Fault {
    if let Some(obstacle) = Obstacle::in_cause(cause) {
        let kind = match obstacle.what {
            Thing::Link | Thing::HardLink => FaultKind::Link,
            Thing::Special => FaultKind::Special,
            Thing::TooLarge => FaultKind::Endless,
        };
        return Fault::new(kind, obstacle.path.display().to_string());
    }
    let kind = match cause.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => FaultKind::Denied,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FaultKind::Full,
        ErrorKind::InvalidFilename => FaultKind::NameTooLong,
        ErrorKind::TimedOut => FaultKind::Timeout,
        // A share whose server went away, or a file that a reader's machine holds open for a moment.
        ErrorKind::ResourceBusy | ErrorKind::StaleNetworkFileHandle | ErrorKind::ExecutableFileBusy => FaultKind::Busy,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => FaultKind::Lost,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => FaultKind::Lost,
        // Windows: another process has the file open (sharing and lock violations).
        _ if cfg!(windows) && matches!(cause.raw_os_error(), Some(32 | 33)) => FaultKind::Busy,
        _ => FaultKind::Other,
    };
    Fault::new(kind, cause.to_string())
}
