//! What goes up: bytes at hand, or a file of this machine that is read piece by piece, so that a recording of an hour costs no
//! memory. A file that is no longer what was built is found out before its last piece goes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::budget::Budget;
use super::record::Published;
use super::store_error::{StoreError, StoreErrorKind};
use crate::ground::stamp::Pieces;

/// Bytes of a file that are read at once.
const BLOCK: usize = 256 << 10;

/// What a file on the target shall hold.
#[derive(Clone, Copy)]
pub struct UploadBody<'a> {
    from: BodyOrigin<'a>,
    told: Option<&'a dyn Fn(u64)>,
}

#[derive(Clone, Copy)]
enum BodyOrigin<'a> {
    Bytes(&'a [u8]),
    File(&'a Path, Published),
}

impl<'a> UploadBody<'a> {
    /// No bytes.
    pub const fn none() -> UploadBody<'static> {
        UploadBody { from: BodyOrigin::Bytes(&[]), told: None }
    }

    /// Bytes at hand.
    pub fn of_bytes(bytes: &'a [u8]) -> UploadBody<'a> {
        UploadBody { from: BodyOrigin::Bytes(bytes), told: None }
    }

    /// A file of this machine, which has to hold what `file` says.
    pub fn of_file(place: &'a Path, file: Published) -> UploadBody<'a> {
        UploadBody { from: BodyOrigin::File(place, file), told: None }
    }

    /// The same, with somebody told of the bytes as they go.
    pub fn telling(self, told: &'a dyn Fn(u64)) -> UploadBody<'a> {
        UploadBody { told: Some(told), ..self }
    }

    /// The same, and nobody is told.
    pub fn quietly(self) -> UploadBody<'a> {
        UploadBody { told: None, ..self }
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self.from {
            BodyOrigin::Bytes(bytes) => bytes.len() as u64,
            BodyOrigin::File(_, file) => file.size,
        }
    }

    /// The bytes, where they are at hand.
    pub fn at_hand(&self) -> Option<&'a [u8]> {
        match self.from {
            BodyOrigin::Bytes(bytes) => Some(bytes),
            BodyOrigin::File(..) => None,
        }
    }

    /// Whether somebody is told.
    pub fn is_told(&self) -> bool {
        self.told.is_some()
    }

    /// The bytes from an offset on, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self, from: u64) -> Result<BodyReader<'a>, StoreError> {
        let source = match self.from {
            BodyOrigin::Bytes(bytes) => {
                BodySource::Bytes(usize::try_from(from).ok().and_then(|from| bytes.get(from..)).unwrap_or_default())
            }
            BodyOrigin::File(place, file) => BodySource::File(Box::new(CheckedFile::open(place, file, from)?)),
        };
        if let Some(told) = self.told.filter(|_| from > 0) {
            told(from);
        }
        Ok(BodyReader { source, told: self.told, budget: Budget::of_upload() })
    }
}

/// A body on its way.
pub struct BodyReader<'a> {
    source: BodySource<'a>,
    told: Option<&'a dyn Fn(u64)>,
    budget: Budget,
}

enum BodySource<'a> {
    Bytes(&'a [u8]),
    File(Box<CheckedFile<'a>>),
}

impl Read for BodyReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.source {
            BodySource::Bytes(bytes) => bytes.read(buffer)?,
            BodySource::File(file) => file.read(buffer)?,
        };
        self.budget.take(count).map_err(io::Error::other)?;
        if let Some(told) = self.told.filter(|_| count > 0) {
            told(count as u64);
        }
        Ok(count)
    }
}

/// A file that is looked at while it is read.
struct CheckedFile<'a> {
    place: &'a Path,
    wanted: Published,
    file: File,
    pieces: Pieces,
    /// So many bytes were read.
    at: u64,
    block: Vec<u8>,
    /// So many of the block were handed on.
    given: usize,
}

impl<'a> CheckedFile<'a> {
    fn open(place: &'a Path, wanted: Published, from: u64) -> Result<CheckedFile<'a>, StoreError> {
        let wrong = |cause: io::Error| in_fault(&cause).unwrap_or_else(|| unreadable(place, &cause));
        let file = File::open(place).map_err(wrong)?;
        let mut checked = CheckedFile { place, wanted, file, pieces: Pieces::default(), at: 0, block: Vec::new(), given: 0 };
        // What stands on the target already is part of what has to be right.
        while checked.at < from && checked.fill().map_err(wrong)? {}
        checked.given = usize::try_from(checked.at.saturating_sub(from)).map_or(0, |ahead| checked.block.len().saturating_sub(ahead));
        Ok(checked)
    }

    /// Reads the next block; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let left = self.wanted.size - self.at;
        self.block.resize(usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK)), 0);
        self.given = 0;
        if left == 0 {
            return Ok(false);
        }
        let read = self.file.read_exact(&mut self.block);
        match read {
            Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => return Err(self.changed()),
            read => read?,
        }
        self.pieces.add(&self.block);
        self.at += self.block.len() as u64;
        // Before the last of it is handed on: a target never gets a whole file that is not the right one.
        if self.at == self.wanted.size && self.pieces.finish() != self.wanted.stamp {
            return Err(self.changed());
        }
        Ok(true)
    }

    fn changed(&self) -> io::Error {
        io::Error::other(StoreError::new(StoreErrorKind::Edited, self.place.display().to_string()))
    }
}

impl Read for CheckedFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.block.len() && !self.fill()? {
            return Ok(0);
        }
        let count = buffer.len().min(self.block.len() - self.given);
        buffer[..count].copy_from_slice(&self.block[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// The fault that a reading ended in, where that is what this is.
pub fn in_fault(cause: &io::Error) -> Option<StoreError> {
    cause.get_ref().and_then(|inner| inner.downcast_ref::<StoreError>()).cloned()
}

/// A reading's failure.
pub fn fault(cause: &io::Error) -> StoreError {
    in_fault(cause).unwrap_or_else(|| StoreError::new(StoreErrorKind::Other, cause.to_string()))
}

fn unreadable(place: &Path, cause: &io::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Other, format!("{}: {cause}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::Stamp;

    fn file(bytes: &[u8]) -> (tempfile::NamedTempFile, Published) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        (file, Published { stamp: Stamp::of_bytes(bytes), size: bytes.len() as u64 })
    }

    fn all(body: &UploadBody<'_>, from: u64) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        body.read(from)?.read_to_end(&mut bytes).map_err(|cause| fault(&cause))?;
        Ok(bytes)
    }

    #[test]
    fn a_file_comes_in_pieces_from_any_offset() {
        let bytes: Vec<u8> = (0..BLOCK * 2 + 77).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
        let (place, published) = file(&bytes);
        let body = UploadBody::of_file(place.path(), published);
        for from in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, BLOCK * 2, BLOCK * 2 + 76, BLOCK * 2 + 77] {
            let seen = std::cell::Cell::new(0);
            let told = |count| seen.set(seen.get() + count);
            let read = all(&body.telling(&told), from as u64).unwrap();
            assert!(read == bytes[from..], "from {from}");
            assert_eq!(seen.get(), bytes.len() as u64, "from {from}: what is there already counts");
        }
        assert_eq!(all(&UploadBody::of_bytes(b"abc"), 1).unwrap(), b"bc");
    }

    #[test]
    fn a_file_that_changed_does_not_come_whole() {
        let bytes = vec![7; BLOCK + 5];
        for edit in [vec![8; BLOCK + 5], vec![7; BLOCK + 4], [vec![7; BLOCK + 4], vec![9]].concat()] {
            let (place, published) = file(&bytes);
            std::fs::write(place.path(), &edit).unwrap();
            let mut read = Vec::new();
            let mut reading = UploadBody::of_file(place.path(), published).read(0).unwrap();
            let cause = reading.read_to_end(&mut read).unwrap_err();
            assert_eq!(fault(&cause).kind, StoreErrorKind::Edited);
            assert!(read.len() < bytes.len(), "{} bytes went", read.len());
        }
    }
}
