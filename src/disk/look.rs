//! What stands at a path, and how it is opened.

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Its kind, links not followed.
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// Time of change in nanoseconds since 1970; `None` where the system keeps none, or one before 1970.
    pub changed: Option<u64>,
    /// What tells two files apart, where the system says it: device and number.
    pub identity: Option<(u64, u64)>,
    /// How many names the file has, where the system says it.
    pub(super) names: u64,
}

/// The kind of what stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, or a junction of Windows.
    Link,
    /// A pipe, a device, a socket.
    Special,
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Read,
    /// To be read and written; made if it is missing and `make` says so.
    Change {
        make: bool,
    },
    /// It must not be there yet; to be read and written.
    New,
}

/// Folders in each other that a removal goes into: more than any system makes by its own paths.
pub(super) const MAX_TREE: usize = 256;
