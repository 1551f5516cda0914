//! Steps from open handles: the system itself follows no link.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::look::{Kind, Look, MAX_TREE, Way};
use crate::ground::{Obstacle, Thing};

/// An open folder.
pub(super) struct Handle {
    fd: OwnedFd,
    /// For messages.
    path: PathBuf,
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Handle> {
        let fd = rustix::fs::open(some(path), FOLDER, Mode::empty())?;
        Ok(Handle { fd, path: path.to_path_buf() })
    }

    pub(super) fn open_real(path: &Path) -> io::Result<Handle> {
        match rustix::fs::open(some(path), FOLDER | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(fd) => Ok(Handle { fd, path: path.to_path_buf() }),
            Err(_) if path.is_symlink() => Err(Obstacle::error(path.to_path_buf(), Thing::Link)),
            Err(errno) => Err(errno.into()),
        }
    }

    pub(super) fn enter(&self, name: &str) -> io::Result<Handle> {
        let fd = self.told(name, rustix::fs::openat(&self.fd, name, FOLDER | OFlags::NOFOLLOW, Mode::empty()))?;
        Ok(Handle { fd, path: self.path.join(name) })
    }

    pub(super) fn look(&self, name: &str) -> io::Result<Look> {
        Ok(look_of(&rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    pub(super) fn open_file(&self, name: &str, way: Way) -> io::Result<(File, Look)> {
        let way = match way {
            Way::Read => OFlags::RDONLY,
            Way::Change { make: false } => OFlags::RDWR,
            Way::Change { make: true } => OFlags::RDWR | OFlags::CREATE,
            Way::New => OFlags::RDWR | OFlags::CREATE | OFlags::EXCL,
        };
        // Opening a pipe without NONBLOCK waits for somebody to write to it.
        let flags = way | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let fd = self.told(name, rustix::fs::openat(&self.fd, name, flags, Mode::from_raw_mode(0o666)))?;
        let look = look_of(&rustix::fs::fstat(&fd)?);
        Ok((File::from(fd), look))
    }

    pub(super) fn make_folder(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(0o777))?)
    }

    pub(super) fn rename(&self, from: &str, to_folder: &Handle, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.fd, from, &to_folder.fd, to)?)
    }

    pub(super) fn remove_file(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())?)
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)?)
    }

    pub(super) fn entries(&self) -> io::Result<Vec<(String, Kind)>> {
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.fd)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            let kind = match kind_of(entry.file_type()) {
                // Some file systems do not say.
                Kind::Special => match rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(found) => look_of(&found).kind,
                    Err(Errno::NOENT) => continue,
                    Err(errno) => return Err(errno.into()),
                },
                kind => kind,
            };
            entries.push((name.to_string_lossy().into_owned(), kind));
        }
        Ok(entries)
    }

    pub(super) fn remove_tree(&self, name: &str, depth: usize) -> io::Result<()> {
        self.remove_tree_at(name.as_ref(), depth)
    }

    fn remove_tree_at(&self, name: &std::ffi::OsStr, depth: usize) -> io::Result<()> {
        if depth > MAX_TREE {
            return Err(ErrorKind::InvalidFilename.into());
        }
        let shown = name.to_string_lossy();
        let opened = rustix::fs::openat(&self.fd, name, FOLDER | OFlags::NOFOLLOW, Mode::empty());
        let folder = match self.told(&shown, opened) {
            Ok(fd) => Handle { fd, path: self.path.join(name) },
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
            Err(cause) => return Err(cause),
        };
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&folder.fd)? {
            let name = entry?.file_name().to_owned();
            if name.as_c_str() != c"." && name.as_c_str() != c".." {
                names.push(name);
            }
        }
        for inner in names {
            let inner = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(inner.to_bytes());
            // A folder cannot be unlinked on any system we know but Solaris, so its kind is asked first.
            let is_folder = match rustix::fs::statat(&folder.fd, inner, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(found) => look_of(&found).kind == Kind::Folder,
                Err(Errno::NOENT) => continue,
                Err(errno) => return Err(errno.into()),
            };
            match is_folder {
                true => folder.remove_tree_at(inner, depth + 1)?,
                false => match rustix::fs::unlinkat(&folder.fd, inner, AtFlags::empty()) {
                    Ok(()) | Err(Errno::NOENT) => {}
                    Err(errno) => return Err(errno.into()),
                },
            }
        }
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.fd)?)
    }

    pub(super) fn mark(&self) -> io::Result<[u64; 2]> {
        let stat = rustix::fs::fstat(&self.fd)?;
        let made = File::from(self.fd.try_clone()?).metadata()?.created().ok();
        let made = made.and_then(|made| u64::try_from(made.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok());
        let number = look_of(&stat).identity.map_or(0, |(_, number)| number);
        // Linux lets nobody set the moment, and some of its file systems number folders anew at each mount.
        Ok(match (made, cfg!(target_os = "linux")) {
            (Some(made), true) => [made, 0],
            (made, _) => [made.unwrap_or(0), number],
        })
    }

    /// Systems disagree on what they call a link that is not followed (`ELOOP`, `EMLINK`, `ENOTDIR`): so it is looked at.
    fn told<T>(&self, name: &str, done: rustix::io::Result<T>) -> io::Result<T> {
        done.map_err(|errno| {
            let kind = match errno {
                Errno::LOOP | Errno::MLINK | Errno::NOTDIR | Errno::NXIO | Errno::EXIST => self.look(name).map(|look| look.kind).ok(),
                _ => None,
            };
            match kind {
                Some(Kind::Link) => Obstacle::error(self.path.join(name), Thing::Link),
                Some(Kind::Special) if errno != Errno::EXIST => Obstacle::error(self.path.join(name), Thing::Special),
                _ => errno.into(),
            }
        })
    }
}

/// Opens what stands at a path to be read, without waiting for a pipe's other end.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(fd) => Ok(File::from(fd)),
        // A socket cannot be opened at all.
        Err(Errno::NXIO | Errno::OPNOTSUPP) => Err(Obstacle::error(path.to_path_buf(), Thing::Special)),
        Err(errno) => Err(errno.into()),
    }
}

/// An empty path is the folder we stand in.
fn some(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

fn kind_of(found: FileType) -> Kind {
    match found {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        _ => Kind::Special,
    }
}

#[allow(clippy::unnecessary_cast, clippy::useless_conversion, reason = "the types of these fields differ from system to system")]
fn look_of(stat: &Stat) -> Look {
    let changed = u64::try_from(stat.st_mtime as i64).ok().and_then(|seconds| {
        let rest = u64::try_from(stat.st_mtime_nsec as i64).ok()?;
        seconds.checked_mul(1_000_000_000)?.checked_add(rest)
    });
    Look {
        kind: kind_of(FileType::from_raw_mode(stat.st_mode)),
        size: u64::try_from(stat.st_size).unwrap_or(0),
        changed,
        identity: Some((stat.st_dev as u64, stat.st_ino as u64)),
        names: stat.st_nlink as u64,
    }
}
