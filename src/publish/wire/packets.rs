//! The packets of SFTP, version 3, as OpenSSH and everybody else speaks it
//! (draft-ietf-secsh-filexfer-02): bytes to values and back, nothing else.

pub(super) const INIT: u8 = 1;
pub(super) const VERSION: u8 = 2;
pub(super) const OPEN: u8 = 3;
pub(super) const CLOSE: u8 = 4;
pub(super) const READ: u8 = 5;
pub(super) const WRITE: u8 = 6;
pub(super) const LSTAT: u8 = 7;
pub(super) const OPENDIR: u8 = 11;
pub(super) const READDIR: u8 = 12;
pub(super) const REMOVE: u8 = 13;
pub(super) const MKDIR: u8 = 14;
pub(super) const RMDIR: u8 = 15;
pub(super) const STAT: u8 = 17;
pub(super) const RENAME: u8 = 18;
const STATUS: u8 = 101;
const HANDLE: u8 = 102;
const DATA: u8 = 103;
const NAME: u8 = 104;
const ATTRS: u8 = 105;
pub(super) const EXTENDED: u8 = 200;

pub(super) const FOR_READING: u32 = 0x01;
pub(super) const FOR_WRITING: u32 = 0x02;
pub(super) const MADE: u32 = 0x08;
pub(super) const NEW_ONLY: u32 = 0x20;

/// The status codes that mean something to us.
pub(super) mod code {
    pub(in super::super) const OK: u32 = 0;
    pub(in super::super) const END: u32 = 1;
    pub(in super::super) const NO_SUCH_FILE: u32 = 2;
    pub(in super::super) const DENIED: u32 = 3;
    pub(in super::super) const FAILURE: u32 = 4;
    pub(in super::super) const BAD_MESSAGE: u32 = 5;
    pub(in super::super) const UNSUPPORTED: u32 = 8;
}

/// No packet of an answer is longer: 256 KiB is OpenSSH's limit too.
pub(super) const LONGEST: usize = 256 * 1024;

/// What is known of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FileAttributes {
    pub(super) size: Option<u64>,
    pub(super) mode: Option<u32>,
}

impl FileAttributes {
    pub(super) fn is_folder(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o170_000 == 0o040_000)
    }

    /// A link, where the server was asked about itself and not about what it leads to.
    pub(super) fn is_link(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o170_000 == 0o120_000)
    }
}

/// An answer of the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SftpAnswer {
    Version(Vec<String>),
    Status(u32, String),
    Handle(Vec<u8>),
    Data(Vec<u8>),
    Names(Vec<(Vec<u8>, FileAttributes)>),
    FileAttributes(FileAttributes),
}

/// A request under way to its bytes.
pub(super) struct Request(Vec<u8>);

impl Request {
    pub(super) fn new(kind: u8, id: u32) -> Request {
        Request(vec![0, 0, 0, 0, kind]).number(id)
    }

    pub(super) fn number(mut self, number: u32) -> Request {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn long(mut self, number: u64) -> Request {
        self.0.extend(number.to_be_bytes());
        self
    }

    pub(super) fn text(mut self, text: &[u8]) -> Request {
        self.0.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.0.extend(text);
        self
    }

    pub(super) fn bytes(mut self) -> Vec<u8> {
        let length = u32::try_from(self.0.len() - 4).unwrap_or(u32::MAX);
        self.0[..4].copy_from_slice(&length.to_be_bytes());
        self.0
    }
}

/// Reads an answer (without its length): the number of the request it belongs to, and what it says. `None` is not SFTP.
pub(super) fn answer(bytes: &[u8]) -> Option<(u32, SftpAnswer)> {
    let mut left = Left(bytes);
    let kind = left.byte()?;
    if kind == VERSION {
        left.number()?;
        let mut extensions = Vec::new();
        while let (Some(name), Some(_)) = (left.text(), left.text()) {
            extensions.push(String::from_utf8_lossy(name).into_owned());
        }
        return Some((0, SftpAnswer::Version(extensions)));
    }
    let id = left.number()?;
    let answer = match kind {
        STATUS => {
            let code = left.number()?;
            // Old servers leave the words out.
            SftpAnswer::Status(code, left.text().map(|words| String::from_utf8_lossy(words).into_owned()).unwrap_or_default())
        }
        HANDLE => SftpAnswer::Handle(left.text()?.to_vec()),
        DATA => SftpAnswer::Data(left.text()?.to_vec()),
        NAME => {
            let count = left.number()?;
            let mut names = Vec::new();
            for _ in 0..count {
                let name = left.text()?.to_vec();
                left.text()?;
                names.push((name, left.attributes()?));
            }
            SftpAnswer::Names(names)
        }
        ATTRS => SftpAnswer::FileAttributes(left.attributes()?),
        _ => return None,
    };
    Some((id, answer))
}

/// What is left of an answer.
struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes)
    }

    fn long(&mut self) -> Option<u64> {
        self.take(8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes)
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).ok()?)
    }

    fn attributes(&mut self) -> Option<FileAttributes> {
        let flags = self.number()?;
        let mut found = FileAttributes::default();
        if flags & 0x1 != 0 {
            found.size = Some(self.long()?);
        }
        if flags & 0x2 != 0 {
            self.long()?;
        }
        if flags & 0x4 != 0 {
            found.mode = Some(self.number()?);
        }
        if flags & 0x8 != 0 {
            self.long()?;
        }
        if flags & 0x8000_0000 != 0 {
            for _ in 0..self.number()? {
                self.text()?;
                self.text()?;
            }
        }
        Some(found)
    }
}
