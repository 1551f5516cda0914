//! A folder of this machine or a mounted share as a target.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::publish::budget;
use crate::publish::body::{self, Body};
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

    fn place(&self, path: &str) -> PathBuf {
        // Segment by segment, so that Windows gets its own separators and long names.
        path.split('/').filter(|segment| !segment.is_empty()).fold(self.root.clone(), |place, segment| place.join(segment))
    }
}

impl Opener for Folder {
    fn open(&self) -> Result<Box<dyn Store>, Fault> {
        let found = fs::metadata(&self.root).map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => Fault::new(FaultKind::NoHost, self.name()),
            _ => fault(&cause),
        })?;
        if !found.is_dir() {
            return Err(Fault::new(FaultKind::NoHost, self.name()));
        }
        Ok(Box::new(Folder::new(&self.root)))
    }

    fn name(&self) -> String {
        self.root.display().to_string()
    }
}

impl Store for Folder {
    fn can(&self) -> Can {
        Can { replace_by_rename: true, whole_writes: false, resume: true, create_new: true, sizes: true, folders: true }
    }

    fn list(&mut self, folder: &str) -> Result<Vec<Entry>, Fault> {
        let found = match fs::read_dir(self.place(folder)) {
            Ok(found) => found,
            Err(cause) if is_absent(&cause) => return Ok(Vec::new()),
            Err(cause) => return Err(fault(&cause)),
        };
        let mut entries = Vec::new();
        for entry in found {
            let entry = entry.map_err(|cause| fault(&cause))?;
            // A link counts as what it leads to; one that leads nowhere is a file that others put there.
            let metadata = fs::metadata(entry.path()).or_else(|_| entry.metadata()).map_err(|cause| fault(&cause))?;
            let is_folder = metadata.is_dir();
            let size = (!is_folder).then_some(metadata.len());
            entries.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), size, is_folder });
        }
        Ok(entries)
    }

    fn size(&mut self, path: &str) -> Result<Option<u64>, Fault> {
        match fs::metadata(self.place(path)) {
            Ok(found) if found.is_file() => Ok(Some(found.len())),
            Ok(_) => Ok(None),
            Err(cause) if is_absent(&cause) => Ok(None),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn read(&mut self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Fault> {
        let read = File::open(self.place(path)).and_then(|file| {
            let mut bytes = Vec::new();
            file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map(|_| bytes)
        });
        match read {
            Ok(bytes) if bytes.len() as u64 > limit => Err(budget::endless(format!("{path} > {} KB", limit >> 10))),
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if is_absent(&cause) => Ok(None),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn write(&mut self, path: &str, body: &Body<'_>, from: u64) -> Result<(), Fault> {
        let mut reading = body.read(from)?;
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create(true).truncate(from == 0).open(self.place(path))?;
            file.set_len(from)?;
            file.seek(SeekFrom::Start(from))?;
            io::copy(&mut reading, &mut file)?;
            // A share that is full may say so only now.
            file.flush()?;
            file.sync_data().or_else(|cause| if cause.kind() == ErrorKind::Unsupported { Ok(()) } else { Err(cause) })
        })();
        written.map_err(|cause| body::in_fault(&cause).unwrap_or_else(|| fault(&cause)))
    }

    fn create_new(&mut self, path: &str, bytes: &[u8]) -> Result<bool, Fault> {
        match File::create_new(self.place(path)) {
            Ok(mut file) => file.write_all(bytes).map(|()| true).map_err(|cause| fault(&cause)),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(cause) => Err(fault(&cause)),
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        fs::rename(self.place(from), self.place(to)).map_err(|cause| fault(&cause))
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        match fs::create_dir(self.place(path)) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(()),
            made => made.map_err(|cause| fault(&cause)),
        }
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        match fs::remove_file(self.place(path)) {
            Err(cause) if is_absent(&cause) => Ok(()),
            removed => removed.map_err(|cause| fault(&cause)),
        }
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        match fs::remove_dir(self.place(path)) {
            Err(cause) if is_absent(&cause) || cause.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
            removed => removed.map_err(|cause| fault(&cause)),
        }
    }
}

fn is_absent(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The system's refusal as the kind that has a way out.
pub(crate) fn fault(cause: &io::Error) -> Fault {
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
