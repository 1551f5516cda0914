//! What the caller is told: of one file, and of a whole commit.

use super::{Seen, Stand};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It stands there already with these bytes.
    Same,
    /// It will be written by the commit.
    Staged,
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Paths of new and changed files, sorted.
    pub written: Vec<String>,
    /// Number of files that stood there already.
    pub unchanged: usize,
    /// Paths of files that the site no longer has, sorted.
    pub removed: Vec<String>,
    /// Files that the site no longer has, left alone because somebody changed them since. They are no longer ours.
    pub left: Vec<String>,
    /// Files among the written that somebody had changed since we wrote them: those changes are gone.
    pub overwritten: Vec<String>,
    /// Bytes in the written files.
    pub bytes_written: u64,
    /// Bytes in the whole site.
    pub bytes: u64,
    /// What to hand to [`Output::open_with`](super::Output::open_with) next time.
    pub seen: Seen,
    /// How the folder was left.
    pub stand: Stand,
}
