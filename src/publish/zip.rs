//! Zip archives, as plain as they can be, so that every program opens them: no data descriptors, no extra fields, no zip64,
//! names in UTF-8 and marked so. The same files make the same bytes: the order is that of the names, the time is fixed.

use std::io::{self, Read, Seek, SeekFrom, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::ground::media;
use crate::ground::path::extension;

/// 1980-01-01, the first day that a zip can name, as DOS counts.
const DATE: u16 = 1 << 5 | 1;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// What one needs to open it: 2.0, folders and deflate.
const NEEDS: u16 = 20;
/// Made on Unix, so that rights are taken from the upper half of the attributes; 2.0.
const MADE_BY: u16 = 3 << 8 | 20;
/// A plain file, readable by all, writable by its owner: what a web server wants.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// What plain zips cannot hold: their fields are of 16 and 32 bits, the highest value means another format.
const MOST_FILES: u16 = 0xFFFE;
const MOST_BYTES: u64 = 0xFFFF_FFFE;

/// The way that files are compressed.
const DEFLATE: u16 = 8;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// So many bytes of a large file are in memory at once.
const BLOCK: usize = 256 << 10;

/// Why an archive could not be made.
#[derive(Debug)]
pub enum ZipError {
    /// The files are too many or too large for a zip that every program opens.
    TooLarge,
    /// A file could not be read.
    Read(io::Error),
    /// The archive could not be written.
    Write(io::Error),
}

/// What an archive says of a file.
struct ZipHeader {
    name: String,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
}

impl ZipHeader {
    /// What stands both before the file and in the list at the end.
    fn fields(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(26);
        for number in [NEEDS, UTF8, self.method, 0, DATE] {
            out.extend(number.to_le_bytes());
        }
        for number in [self.crc, self.packed, self.size] {
            out.extend(number.to_le_bytes());
        }
        // Our own names are at most 200 characters.
        out.extend(u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend(0u16.to_le_bytes());
        out
    }

    fn before_file(&self) -> Vec<u8> {
        [&LOCAL.to_le_bytes(), &self.fields()[..], self.name.as_bytes()].concat()
    }

    fn in_list(&self, begin: u32) -> Vec<u8> {
        // No comment, first disk, not known to be text.
        let rest = [&[0; 6], &ATTRIBUTES.to_le_bytes()[..], &begin.to_le_bytes()].concat();
        [&CENTRAL.to_le_bytes()[..], &MADE_BY.to_le_bytes(), &self.fields(), &rest, self.name.as_bytes()].concat()
    }
}

/// A file ready for the archive.
pub struct Member {
    head: ZipHeader,
    data: Vec<u8>,
}

impl Member {
    /// Compresses a file where that helps.
    ///
    /// # Errors
    /// [`ZipError::TooLarge`].
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Member, ZipError> {
        let size = size(bytes.len() as u64)?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        let mut head = ZipHeader { name: name.to_string(), method: 0, crc: crc.sum(), packed: size, size };
        if !is_packed(name) {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            // Writing into memory does not fail; if it did, the file would go in as it is.
            let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish()).ok();
            if let Some(packed) = packed.filter(|packed| packed.len() < bytes.len()) {
                (head.method, head.packed) = (DEFLATE, self::size(packed.len() as u64)?);
                return Ok(Member { head, data: packed });
            }
        }
        Ok(Member { head, data: bytes })
    }
}

fn is_packed(name: &str) -> bool {
    media::of_extension(extension(name)).is_some_and(|media| media.is_compressed)
}

fn size(bytes: u64) -> Result<u32, ZipError> {
    u32::try_from(bytes).map_err(|_| ZipError::TooLarge)
}

/// An archive on its way out. The same files in the same order make the same bytes.
pub struct Archive<W> {
    out: W,
    length: u64,
    list: Vec<u8>,
    files: u16,
}

impl<W: Write + Seek> Archive<W> {
    /// Begins one where `out` stands.
    pub fn new(out: W) -> Archive<W> {
        Archive { out, length: 0, list: Vec::new(), files: 0 }
    }

    /// Adds a file that is ready.
    ///
    /// # Errors
    /// [`ZipError::TooLarge`], [`ZipError::Write`].
    pub fn add(&mut self, member: &Member) -> Result<(), ZipError> {
        let begin = self.length;
        self.write(&member.head.before_file())?;
        self.write(&member.data)?;
        self.note(&member.head, begin)
    }

    /// Adds a file as it is read, which may be larger than what one likes to hold in memory.
    ///
    /// # Errors
    /// Any [`ZipError`]; [`ZipError::Read`] is what `from` said.
    pub fn add_from(&mut self, name: &str, mut from: impl Read) -> Result<(), ZipError> {
        let begin = self.length;
        let mut head = ZipHeader { name: name.to_string(), method: DEFLATE, crc: 0, packed: 0, size: 0 };
        self.write(&head.before_file())?;
        let level = if is_packed(name) { Compression::none() } else { Compression::default() };
        let (mut crc, mut block) = (Crc::new(), vec![0; BLOCK]);
        let mut encoder = DeflateEncoder::new(&mut self.out, level);
        loop {
            match from.read(&mut block).map_err(ZipError::Read)? {
                0 => break,
                count => {
                    crc.update(&block[..count]);
                    encoder.write_all(&block[..count]).map_err(ZipError::Write)?;
                }
            }
            if encoder.total_in() > MOST_BYTES {
                return Err(ZipError::TooLarge);
            }
        }
        encoder.try_finish().map_err(ZipError::Write)?;
        let (packed, whole) = (encoder.total_out(), encoder.total_in());
        drop(encoder);
        (head.crc, head.packed, head.size) = (crc.sum(), size(packed)?, size(whole)?);
        // Now that it is known what the file is, its beginning can say so.
        let before = head.before_file();
        let back = packed + before.len() as u64;
        let back = i64::try_from(back).map_err(|_| ZipError::TooLarge)?;
        let mut mend = || {
            self.out.seek(SeekFrom::Current(-back))?;
            self.out.write_all(&before)?;
            self.out.seek(SeekFrom::End(0))
        };
        mend().map_err(ZipError::Write)?;
        self.length += packed;
        self.note(&head, begin)
    }

    /// Ends it with the list of its files; its length in bytes.
    ///
    /// # Errors
    /// As [`Archive::add`].
    pub fn finish(mut self) -> Result<u64, ZipError> {
        let (begin, list) = (size(self.length)?, std::mem::take(&mut self.list));
        self.write(&list)?;
        let files = self.files.to_le_bytes();
        let length = size(list.len() as u64)?.to_le_bytes();
        self.write(&[&END.to_le_bytes()[..], &[0; 4], &files, &files, &length, &begin.to_le_bytes(), &[0; 2]].concat())?;
        self.out.flush().map_err(ZipError::Write)?;
        match self.length <= MOST_BYTES {
            true => Ok(self.length),
            false => Err(ZipError::TooLarge),
        }
    }

    fn note(&mut self, head: &ZipHeader, begin: u64) -> Result<(), ZipError> {
        if self.files >= MOST_FILES || self.length > MOST_BYTES || head.name.len() > usize::from(u16::MAX) {
            return Err(ZipError::TooLarge);
        }
        self.list.extend(head.in_list(size(begin)?));
        self.files += 1;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ZipError> {
        self.length += bytes.len() as u64;
        self.out.write_all(bytes).map_err(ZipError::Write)
    }
}

/// Bytes of the longest list of an archive: its fields name at most 65,535 files.
const MOST_LIST: u64 = 32 << 20;

/// One file of an archive, also of one that another program packed anew. `None` when it is not there, not whole, or of more than
/// `limit` bytes, which it may say of itself or turn out to be.
pub fn read(mut archive: impl Read + Seek, name: &str, limit: u64) -> Option<Vec<u8>> {
    let length = archive.seek(SeekFrom::End(0)).ok()?;
    // The end's mark stands before a comment of at most 65,535 bytes.
    let from = length.saturating_sub(22 + 0xFFFF);
    let tail = ZipFields(part(&mut archive, from, length - from)?);
    let end = (0..=tail.0.len().checked_sub(22)?).rev().find(|at| tail.long(*at) == Some(END))?;
    let (begin, listed) = (tail.long(end + 16)?, tail.long(end + 12)?);
    let listed = Some(u64::from(listed)).filter(|listed| *listed <= MOST_LIST)?;
    let list = ZipFields(part(&mut archive, begin.into(), listed)?);
    let mut at = 0;
    for _ in 0..tail.word(end + 10)? {
        if list.long(at)? != CENTRAL {
            return None;
        }
        let (method, crc) = (list.word(at + 10)?, list.long(at + 16)?);
        let (packed, size) = (list.long(at + 20)?, list.long(at + 24)?);
        let (named, extra, comment) = (list.word(at + 28)?, list.word(at + 30)?, list.word(at + 32)?);
        let named = usize::from(named);
        if list.0.get(at + 46..at + 46 + named)? == name.as_bytes() {
            let local = u64::from(list.long(at + 42)?);
            let before = ZipFields(part(&mut archive, local, 30)?);
            let begin = local + 30 + u64::from(before.word(26)?) + u64::from(before.word(28)?);
            if u64::from(size) > limit || u64::from(packed) > limit.saturating_add(1 << 10) {
                return None;
            }
            let data = part(&mut archive, begin, packed.into())?;
            let mut bytes = Vec::new();
            match method {
                0 => bytes = data,
                DEFLATE => drop(DeflateDecoder::new(&data[..]).take(u64::from(size) + 1).read_to_end(&mut bytes).ok()?),
                _ => return None,
            }
            let mut found = Crc::new();
            found.update(&bytes);
            return (bytes.len() == usize::try_from(size).ok()? && found.sum() == crc).then_some(bytes);
        }
        at += 46 + named + usize::from(extra) + usize::from(comment);
    }
    None
}

/// So many bytes of an archive; `None` when it does not hold them. No more room is made than is read.
fn part(archive: &mut (impl Read + Seek), from: u64, length: u64) -> Option<Vec<u8>> {
    archive.seek(SeekFrom::Start(from)).ok()?;
    let mut bytes = Vec::new();
    archive.take(length).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

/// Numbers in bytes.
struct ZipFields(Vec<u8>);

impl ZipFields {
    fn word(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(self.0.get(at..at + 2)?.try_into().ok()?))
    }

    fn long(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.0.get(at..at + 4)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &[u8]); 3] = [("a/名.txt", b"short"), ("b.html", &[b'x'; 5000]), ("c.jpg", &[7; 300])];

    fn archive() -> Vec<u8> {
        let mut out = io::Cursor::new(Vec::new());
        let mut archive = Archive::new(&mut out);
        for (name, bytes) in FILES {
            archive.add(&Member::new(name, bytes.to_vec()).expect("small")).expect("memory");
        }
        let length = archive.finish().expect("memory");
        assert_eq!(length, out.get_ref().len() as u64);
        out.into_inner()
    }

    fn read(archive: &[u8], name: &str) -> Option<Vec<u8>> {
        super::read(io::Cursor::new(archive), name, 1 << 20)
    }

    #[test]
    fn what_went_in_comes_out() {
        let archive = archive();
        assert_eq!(read(&archive, "b.html").as_deref(), Some(&[b'x'; 5000][..]));
        assert_eq!(read(&archive, "a/名.txt").as_deref(), Some(&b"short"[..]));
        assert_eq!(read(&archive, "none"), None);
        assert!(archive.len() < 1000, "text is compressed: {}", archive.len());
    }

    #[test]
    fn a_file_that_is_read_in_pieces_goes_in_whole() {
        let large: Vec<u8> = (0..3 * BLOCK + 7).map(|at| (at / 3 % 251) as u8).collect();
        let mut out = io::Cursor::new(Vec::new());
        let mut archive = Archive::new(&mut out);
        archive.add_from("a.mp4", &large[..]).expect("memory");
        archive.add_from("b.wav", &large[..]).expect("memory");
        archive.add(&Member::new("c.html", b"<p>".to_vec()).expect("small")).expect("memory");
        let length = archive.finish().expect("memory");
        let archive = out.into_inner();
        assert_eq!(length, archive.len() as u64);
        for name in ["a.mp4", "b.wav"] {
            assert!(read(&archive, name).as_deref() == Some(&large[..]), "{name}");
        }
        assert_eq!(read(&archive, "c.html").as_deref(), Some(&b"<p>"[..]));
        assert!((large.len()..large.len() * 2 - 1000).contains(&archive.len()), "a recording is not compressed twice, a text is");
    }

    #[test]
    fn more_files_than_a_zip_can_name_are_refused() {
        let mut archive = Archive::new(io::Cursor::new(Vec::new()));
        let member = Member::new("a", Vec::new()).expect("small");
        let taken = (0..=MOST_FILES).take_while(|_| archive.add(&member).is_ok()).count();
        assert_eq!(taken, usize::from(MOST_FILES));
    }

    #[test]
    fn every_header_says_utf8_and_the_fixed_day() {
        let archive = archive();
        let marks = |mark: u32, at: usize| {
            let bytes = mark.to_le_bytes();
            let places = archive.windows(4).enumerate().filter(move |(_, four)| *four == bytes);
            places.map(|(place, _)| (archive[place + at + 1] & 8, archive[place + at + 4], archive[place + at + 6])).collect::<Vec<_>>()
        };
        assert_eq!(marks(LOCAL, 6), [(8, 0, 0x21); 3]);
        assert_eq!(marks(CENTRAL, 8), [(8, 0, 0x21); 3]);
    }

    /// Lists that unpack to more than anybody reads, whether the archive says so or not.
    #[test]
    fn an_archive_that_unpacks_without_an_end_gives_nothing() {
        let long = vec![b'x'; 3 << 20];
        let mut out = io::Cursor::new(Vec::new());
        let mut archive = Archive::new(&mut out);
        archive.add(&Member::new("list.txt", long).expect("small")).expect("memory");
        archive.finish().expect("memory");
        let archive = out.into_inner();
        assert!(archive.len() < 10_000);
        assert_eq!(read(&archive, "list.txt"), None, "3 MB, where 1 MB may be");
        let at = archive.windows(4).rposition(|four| four == CENTRAL.to_le_bytes()).expect("a list");
        for size in [9_u32, 1 << 20, u32::MAX] {
            let mut odd = archive.clone();
            odd[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
            assert_eq!(read(&odd, "list.txt"), None, "it says {size}");
        }
        let mut odd = archive.clone();
        odd[at + 20..at + 24].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(&odd, "list.txt"), None);
    }

    #[test]
    fn a_damaged_archive_gives_nothing_and_never_panics() {
        let archive = archive();
        for cut in 0..archive.len() {
            crate::publish::foreign::archive(&archive[..cut]);
            let mut odd = archive.clone();
            odd[cut] ^= 0xFF;
            let found = read(&odd, "b.html");
            assert!(found.is_none() || found.as_deref() == Some(&[b'x'; 5000][..]), "{cut}");
        }
    }
}
