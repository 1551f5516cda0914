//! Files of the cache folder: sealed ones that are read and written whole, and the pack that is read in places.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::index::Slot;
use crate::ground::Stamp;

/// Bytes of a stamp.
const STAMP: usize = 16;

/// Reads a file that [`write_sealed`] wrote under the same `identity`. `Ok(None)` when there is none, an error when
/// it is damaged or of another identity.
pub(super) fn read_sealed(path: &Path, identity: Stamp) -> io::Result<Option<Vec<u8>>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause),
    };
    let damaged = || io::Error::new(ErrorKind::InvalidData, "it is damaged");
    let mut head = [0; 2 * STAMP];
    file.read_exact(&mut head).map_err(|cause| if cause.kind() == ErrorKind::UnexpectedEof { damaged() } else { cause })?;
    if head[..STAMP] != identity.0 {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is of another version or another site"));
    }
    let mut body = Vec::new();
    body.try_reserve_exact(length_of(path).saturating_sub(head.len())).map_err(|_| io::Error::from(ErrorKind::OutOfMemory))?;
    file.read_to_end(&mut body)?;
    match head[STAMP..] == Stamp::of_bytes(&body).0 {
        true => Ok(Some(body)),
        false => Err(damaged()),
    }
}

/// The length of a file; 0 when there is none.
pub(super) fn length_of(path: &Path) -> usize {
    fs::metadata(path).ok().and_then(|metadata| usize::try_from(metadata.len()).ok()).unwrap_or(0)
}

/// Writes a file whole or not at all: identity, stamp of the body, body. One that holds just that already is left.
pub(super) fn write_sealed(path: &Path, identity: Stamp, body: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let head = [identity.0, Stamp::of_bytes(body).0].concat();
    if holds(path, &head, body.len()) {
        return Ok(());
    }
    let write = || {
        let mut file = File::create(&draft)?;
        file.write_all(&head)?;
        file.write_all(body)
    };
    write().and_then(|()| fs::rename(&draft, path)).inspect_err(|_| drop(fs::remove_file(&draft)))
}

/// Whether a sealed file says that it has such a body. Should that be damaged, the next reading finds it out.
fn holds(path: &Path, head: &[u8], body: usize) -> bool {
    let mut found = [0; 2 * STAMP];
    let read = File::open(path).and_then(|mut file| {
        file.read_exact(&mut found)?;
        file.metadata()
    });
    read.is_ok_and(|metadata| found == head && metadata.len() == (head.len() + body) as u64)
}

/// The file that holds the records, one behind the other, after a name of its own.
pub(super) struct Pack {
    pub(super) name: Stamp,
    file: File,
}

impl Pack {
    /// Where the first record lies.
    pub(super) const START: u64 = STAMP as u64;

    /// Opens the pack of an index. The name in it tells that it is that one, and not another that was put in its place.
    pub(super) fn open(dir: &Path, name: Stamp, end: u64, writable: bool) -> io::Result<Pack> {
        let file = File::options().read(true).write(writable).open(path_of(dir, name))?;
        let mut found = Stamp::default();
        read_at(&file, &mut found.0, 0)?;
        let long_enough = file.metadata()?.len() >= end && end >= Pack::START;
        match found == name && long_enough {
            true => Ok(Pack { name, file }),
            false => Err(io::Error::new(ErrorKind::InvalidData, "the pack is not the one of the index")),
        }
    }

    /// Makes an empty pack.
    pub(super) fn create(dir: &Path, name: Stamp) -> io::Result<Pack> {
        let file = File::options().read(true).write(true).create_new(true).open(path_of(dir, name))?;
        write_at(&file, &name.0, 0)?;
        Ok(Pack { name, file })
    }

    /// The bytes of a record, if they are still the ones that were stored.
    pub(super) fn read(&self, slot: &Slot) -> Option<Vec<u8>> {
        let mut bytes = vec![0; slot.len as usize];
        read_at(&self.file, &mut bytes, slot.offset).ok()?;
        slot.fits(&bytes).then_some(bytes)
    }

    /// Writes at a place.
    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        write_at(&self.file, bytes, offset)
    }
}

/// Removes every pack but one. What resists is tried again at the next opening.
pub(super) fn remove_packs_but(dir: &Path, keep: Option<Stamp>) {
    let keep = keep.map(|name| path_of(dir, name));
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "pack") && Some(&path) != keep.as_ref() {
            drop(fs::remove_file(path));
        }
    }
}

fn path_of(dir: &Path, name: Stamp) -> PathBuf {
    dir.join(format!("{}.pack", name.short()))
}

#[cfg(not(windows))]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(not(windows))]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, offset)? {
            0 => return Err(ErrorKind::WriteZero.into()),
            written => {
                bytes = &bytes[written..];
                offset += written as u64;
            }
        }
    }
    Ok(())
}
