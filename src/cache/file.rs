//! Files of the cache folder: sealed ones that are read and written whole, and the pack that is read in places.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IntoInnerError, Read, Seek, SeekFrom, Write};

use serde::Serialize;

use super::index::Slot;
use crate::disk::{Dir, Kind};
use crate::ground::stamp::Pieces;
use crate::ground::{RelPath, Stamp};

/// Bytes of a stamp.
const STAMP: usize = 16;

/// The largest sealed file that is read, in bytes. The memory of a site of 8,000 pages has a hundred megabytes.
const MAX_SEALED: u64 = 2 << 30;

/// The largest record, in bytes: one rendition of a picture, one body of a page.
pub(super) const MAX_RECORD: u32 = 128 << 20;

/// Reads a file that [`write_sealed`] wrote under the same `identity`. `Ok(None)` when there is none, an error when
/// it is damaged or of another identity.
pub(super) fn read_sealed(dir: &Dir, path: &RelPath, identity: Stamp) -> io::Result<Option<Vec<u8>>> {
    let mut file = match dir.open_file(path) {
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
    let length = file.metadata()?.len();
    if length > MAX_SEALED {
        return Err(damaged());
    }
    let length = usize::try_from(length).map_err(io::Error::other)?;
    body.try_reserve_exact(length.saturating_sub(head.len())).map_err(|_| io::Error::from(ErrorKind::OutOfMemory))?;
    file.take(MAX_SEALED).read_to_end(&mut body)?;
    match head[STAMP..] == Stamp::of_bytes(&body).0 {
        true => Ok(Some(body)),
        false => Err(damaged()),
    }
}

/// Writes a file whole or not at all: identity, stamp of the body, and the body, which is the serialised form of a value. It goes
/// to the disk as it comes: of a large site it is hundreds of megabytes. A file that holds just that already is left.
pub(super) fn write_sealed<T: Serialize + ?Sized>(dir: &Dir, path: &RelPath, identity: Stamp, value: &T) -> io::Result<()> {
    let stem = path.as_str().strip_suffix(".value").unwrap_or(path.as_str());
    let draft = RelPath::own(&format!("{stem}.draft"));
    let write = || {
        // One that a killed process left is not written into: it may have got a second name since.
        match dir.remove_file(&draft) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
        let mut file = dir.create_new(&draft)?;
        file.write_all(&[0; 2 * STAMP])?;
        let body = BufWriter::with_capacity(AT_ONCE, Stamping { file, pieces: Pieces::default(), length: 0 });
        let body = postcard::to_io(value, body).map_err(io::Error::other)?;
        let Stamping { mut file, pieces, length } = body.into_inner().map_err(IntoInnerError::into_error)?;
        let head = [identity.0, pieces.finish().0].concat();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&head)?;
        Ok(holds(dir, path, &head, length))
    };
    let move_in = |is_there| if is_there { dir.remove_file(&draft) } else { dir.rename(&draft, dir, path) };
    write().and_then(move_in).inspect_err(|_| drop(dir.remove_file(&draft)))
}

/// So many bytes of a body go to the disk at once.
const AT_ONCE: usize = 256 << 10;

/// A body on its way to the disk.
struct Stamping {
    file: File,
    pieces: Pieces,
    length: u64,
}

impl Write for Stamping {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.pieces.add(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether a sealed file says that it has such a body. Should that be damaged, the next reading finds it out.
fn holds(dir: &Dir, path: &RelPath, head: &[u8], body: u64) -> bool {
    let mut found = [0; 2 * STAMP];
    let read = dir.open_file(path).and_then(|mut file| {
        file.read_exact(&mut found)?;
        file.metadata()
    });
    read.is_ok_and(|metadata| found == head && metadata.len() == head.len() as u64 + body)
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
    pub(super) fn open(dir: &Dir, name: Stamp, end: u64, writable: bool) -> io::Result<Pack> {
        let path = path_of(name);
        let file = if writable { dir.open_to_change(&path)? } else { dir.open_file(&path)? };
        let mut found = Stamp::default();
        read_at(&file, &mut found.0, 0)?;
        let long_enough = file.metadata()?.len() >= end && end >= Pack::START;
        match found == name && long_enough {
            true => Ok(Pack { name, file }),
            false => Err(io::Error::new(ErrorKind::InvalidData, "the pack is not the one of the index")),
        }
    }

    /// Makes an empty pack.
    pub(super) fn create(dir: &Dir, name: Stamp) -> io::Result<Pack> {
        let file = dir.create_new(&path_of(name))?;
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
pub(super) fn remove_packs_but(dir: &Dir, keep: Option<Stamp>) {
    let keep = keep.map(path_of);
    for (name, kind) in dir.entries(None).unwrap_or_default() {
        let Ok(path) = RelPath::parse(&name) else { continue };
        if name.ends_with(".pack") && kind != Kind::Folder && Some(&path) != keep.as_ref() {
            drop(dir.remove_file(&path));
        }
    }
}

/// Whether a name is one that this module gives.
pub(super) fn is_ours(name: &str) -> bool {
    matches!(name, "lock" | "index") || [".pack", ".value", ".draft"].iter().any(|end| name.ends_with(end))
}

fn path_of(name: Stamp) -> RelPath {
    RelPath::own(&format!("{}.pack", name.short()))
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
