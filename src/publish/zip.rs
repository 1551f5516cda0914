//! Zip archives, as plain as they can be, so that every program opens them: no data descriptors, no extra fields, no zip64,
//! names in UTF-8 and marked so. The same files make the same bytes: the order is that of the names, the time is fixed.

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

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
const MOST_FILES: usize = 0xFFFE;
const MOST_BYTES: u64 = 0xFFFF_FFFE;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// Types that are compressed already.
const PACKED: &[&str] = &["jpg", "jpeg", "png", "gif", "webp", "docx", "xlsx", "pptx", "zip", "mp3", "mp4", "m4a", "pdf"];

/// A file ready for the archive.
pub struct Member {
    name: String,
    method: u16,
    crc: u32,
    size: u32,
    data: Vec<u8>,
}

/// The files are too many or too large for a zip that every program opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl Member {
    /// Compresses a file where that helps.
    pub fn new(name: &str, bytes: &[u8]) -> Result<Member, TooLarge> {
        let size = u32::try_from(bytes.len()).map_err(|_| TooLarge)?;
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut member = Member { name: name.to_string(), method: 0, crc: crc.sum(), size, data: bytes.to_vec() };
        if !PACKED.contains(&extension(name).to_ascii_lowercase().as_str()) {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            // Writing into memory does not fail; if it did, the file would go in as it is.
            let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).ok();
            if let Some(packed) = packed.filter(|packed| packed.len() < bytes.len()) {
                (member.method, member.data) = (8, packed);
            }
        }
        Ok(member)
    }

    fn fields(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(26);
        for number in [NEEDS, UTF8, self.method, 0, DATE] {
            out.extend(number.to_le_bytes());
        }
        // A name is at most 200 characters, and the data fits: see `write`.
        for number in [self.crc, u32::try_from(self.data.len()).unwrap_or(u32::MAX), self.size] {
            out.extend(number.to_le_bytes());
        }
        out.extend(u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend(0u16.to_le_bytes());
        out
    }
}

/// The archive of these files, sorted by name.
pub fn write(mut members: Vec<Member>) -> Result<Vec<u8>, TooLarge> {
    members.sort_by(|a, b| a.name.cmp(&b.name));
    let bytes: u64 = members.iter().map(|member| (member.data.len() + 2 * member.name.len() + 76) as u64).sum();
    if members.len() > MOST_FILES || bytes + 22 > MOST_BYTES || members.iter().any(|member| member.name.len() > 0xFFFF) {
        return Err(TooLarge);
    }
    let place = |at: usize| u32::try_from(at).map_err(|_| TooLarge);
    let mut out = Vec::new();
    let mut central = Vec::new();
    for member in &members {
        central.extend(CENTRAL.to_le_bytes());
        central.extend(MADE_BY.to_le_bytes());
        central.extend(member.fields());
        // No comment, first disk, not known to be text.
        central.extend([0; 6]);
        central.extend(ATTRIBUTES.to_le_bytes());
        central.extend(place(out.len())?.to_le_bytes());
        central.extend(member.name.as_bytes());
        out.extend(LOCAL.to_le_bytes());
        out.extend(member.fields());
        out.extend(member.name.as_bytes());
        out.extend(&member.data);
    }
    let count = u16::try_from(members.len()).map_err(|_| TooLarge)?;
    let (length, begin) = (place(central.len())?, place(out.len())?);
    out.extend(central);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(begin.to_le_bytes());
    out.extend([0; 2]);
    Ok(out)
}

/// One file of an archive, also of one that another program packed anew. `None` when it is not there or not whole.
pub fn read(archive: &[u8], name: &str) -> Option<Vec<u8>> {
    let word = |at: usize| Some(u16::from_le_bytes(archive.get(at..at + 2)?.try_into().ok()?) as usize);
    let long = |at: usize| Some(u32::from_le_bytes(archive.get(at..at + 4)?.try_into().ok()?) as usize);
    // The end's mark stands before a comment of at most 65,535 bytes.
    let first = archive.len().saturating_sub(22 + 0xFFFF);
    let end = (first..=archive.len().checked_sub(22)?).rev().find(|at| long(*at) == Some(END as usize))?;
    let mut at = long(end + 16)?;
    for _ in 0..word(end + 10)? {
        if long(at)? != CENTRAL as usize {
            return None;
        }
        let (method, packed, size) = (word(at + 10)?, long(at + 20)?, long(at + 24)?);
        let (named, extra, comment) = (word(at + 28)?, word(at + 30)?, word(at + 32)?);
        if archive.get(at + 46..at + 46 + named)? == name.as_bytes() {
            let local = long(at + 42)?;
            let begin = local + 30 + word(local + 26)? + word(local + 28)?;
            let data = archive.get(begin..begin + packed)?;
            let mut bytes = Vec::new();
            match method {
                0 => bytes.extend(data),
                8 => drop(DeflateDecoder::new(data).take(size as u64 + 1).read_to_end(&mut bytes).ok()?),
                _ => return None,
            }
            let mut crc = Crc::new();
            crc.update(&bytes);
            return (bytes.len() == size && crc.sum() as usize == long(at + 16)?).then_some(bytes);
        }
        at += 46 + named + extra + comment;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Vec<u8> {
        let files: [(&str, &[u8]); 3] = [("b.html", &[b'x'; 5000]), ("a/名.txt", b"short"), ("c.jpg", &[7; 300])];
        write(files.iter().map(|(name, bytes)| Member::new(name, bytes).expect("small")).collect()).expect("small")
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

    #[test]
    fn a_damaged_archive_gives_nothing_and_never_panics() {
        let archive = archive();
        for cut in 0..archive.len() {
            drop(read(&archive[..cut], "b.html"));
            let mut odd = archive.clone();
            odd[cut] ^= 0xFF;
            let found = read(&odd, "b.html");
            assert!(found.is_none() || found.as_deref() == Some(&[b'x'; 5000][..]), "{cut}");
        }
    }
}
