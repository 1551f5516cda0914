//! Where the system has no calls that start from an open folder (Windows): each segment is looked at before it is used.
//!
//! Whoever changes folders between the look and the use, at the same moment and with the right to do so, can still
//! lead a step astray; links that are there before are seen. `docs/threats.md` says so.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::look::{Kind, Look, MAX_TREE, Way};
use crate::ground::{Obstacle, Thing};

/// A folder that was looked at.
pub(super) struct Handle {
    path: PathBuf,
}

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Handle> {
        match fs::metadata(path)?.is_dir() {
            // What a relative path means must not change with the folder we stand in.
            true => Ok(Handle { path: std::path::absolute(path)? }),
            false => Err(ErrorKind::NotADirectory.into()),
        }
    }

    pub(super) fn open_real(path: &Path) -> io::Result<Handle> {
        match fs::symlink_metadata(path)?.is_symlink() {
            true => Err(Obstacle::error(path.to_path_buf(), Thing::Link)),
            false => Handle::open(path),
        }
    }

    pub(super) fn enter(&self, name: &str) -> io::Result<Handle> {
        let path = self.place(name)?;
        match kind_of(&fs::symlink_metadata(&path)?) {
            Kind::Folder => Ok(Handle { path }),
            Kind::Link => Err(Obstacle::error(path, Thing::Link)),
            Kind::Special => Err(Obstacle::error(path, Thing::Special)),
            Kind::File => Err(ErrorKind::NotADirectory.into()),
        }
    }

    pub(super) fn look(&self, name: &str) -> io::Result<Look> {
        Ok(look_of(&fs::symlink_metadata(self.place(name)?)?))
    }

    pub(super) fn open_file(&self, name: &str, way: Way) -> io::Result<(File, Look)> {
        let path = self.place(name)?;
        // A new file is never made over what stands there, so only the others need the look.
        if way != Way::New {
            match fs::symlink_metadata(&path).map(|found| kind_of(&found)) {
                Ok(Kind::Link) => return Err(Obstacle::error(path, Thing::Link)),
                Ok(Kind::Special) => return Err(Obstacle::error(path, Thing::Special)),
                Ok(Kind::Folder) => return Err(ErrorKind::IsADirectory.into()),
                Ok(Kind::File) => {}
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(cause),
            }
        }
        let mut options = OpenOptions::new();
        match way {
            Way::Read => options.read(true),
            Way::Change { make } => options.read(true).write(true).create(make).truncate(false),
            Way::New => options.read(true).write(true).create_new(true),
        };
        let file = options.open(&path)?;
        let look = look_of(&file.metadata()?);
        Ok((file, look))
    }

    pub(super) fn make_folder(&self, name: &str) -> io::Result<()> {
        fs::create_dir(self.place(name)?)
    }

    pub(super) fn rename(&self, from: &str, to_folder: &Handle, to: &str) -> io::Result<()> {
        fs::rename(self.place(from)?, to_folder.place(to)?)
    }

    pub(super) fn remove_file(&self, name: &str) -> io::Result<()> {
        remove_entry(&self.place(name)?)
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        let path = self.place(name)?;
        match fs::symlink_metadata(&path)?.is_symlink() {
            true => Err(Obstacle::error(path, Thing::Link)),
            false => fs::remove_dir(path),
        }
    }

    pub(super) fn entries(&self) -> io::Result<Vec<(String, Kind)>> {
        let path = self.still()?;
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            match entry.metadata() {
                Ok(found) => entries.push((entry.file_name().to_string_lossy().into_owned(), kind_of(&found))),
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(entries)
    }

    pub(super) fn remove_tree(&self, name: &str, depth: usize) -> io::Result<()> {
        remove_tree_at(&self.place(name)?, depth)
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the other systems have something to do")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn mark(&self) -> io::Result<[u64; 2]> {
        let made = fs::metadata(&self.path)?.created()?;
        let made = made.duration_since(std::time::UNIX_EPOCH).map_err(io::Error::other)?;
        Ok([u64::try_from(made.as_nanos()).map_err(io::Error::other)?, 0])
    }

    /// The path, if no link has come into it since.
    fn still(&self) -> io::Result<&Path> {
        match fs::symlink_metadata(&self.path)?.is_symlink() {
            true => Err(Obstacle::error(self.path.clone(), Thing::Link)),
            false => Ok(&self.path),
        }
    }

    fn place(&self, name: &str) -> io::Result<PathBuf> {
        Ok(self.path.join(name))
    }
}

fn remove_tree_at(path: &Path, depth: usize) -> io::Result<()> {
    if depth > MAX_TREE {
        return Err(ErrorKind::InvalidFilename.into());
    }
    match fs::symlink_metadata(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(cause),
        Ok(found) if found.is_symlink() => return Err(Obstacle::error(path.to_path_buf(), Thing::Link)),
        Ok(_) => {}
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => remove_tree_at(&entry.path(), depth + 1)?,
            false => remove_entry(&entry.path())?,
        }
    }
    fs::remove_dir(path)
}

/// Removes a file or a link. Windows removes a link to a folder, and a junction, as a folder.
fn remove_entry(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(_) if cfg!(windows) && path.is_symlink() => fs::remove_dir(path),
        removed => removed,
    }
}

fn kind_of(found: &fs::Metadata) -> Kind {
    let kind = found.file_type();
    if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Special
    }
}

fn look_of(found: &fs::Metadata) -> Look {
    let changed = found.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    Look {
        kind: kind_of(found),
        size: found.len(),
        changed: changed.and_then(|since| u64::try_from(since.as_nanos()).ok()),
        identity: None,
        names: 1,
    }
}
