//! What the files looked like when they were last known: it spares reading them again.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::ground::Stamp;

/// Size, time of change and content of the files in an output folder. The caller keeps it beside its other memories;
/// without it everything is read and compared, no more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    files: BTreeMap<String, (Mark, Stamp)>,
}

impl Seen {
    /// What the file holds, if it still looks as it did.
    pub(super) fn content(&self, path: &str, mark: Option<Mark>) -> Option<Stamp> {
        self.files.get(path).filter(|(seen, _)| Some(*seen) == mark).map(|(_, stamp)| *stamp)
    }

    /// Remembers a file; one without a time of change cannot be known again.
    pub(super) fn remember(&mut self, path: String, mark: Option<Mark>, stamp: Stamp) {
        if let Some(mark) = mark {
            self.files.insert(path, (mark, stamp));
        }
    }
}

/// How a file looks from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    size: u64,
    /// Nanoseconds since 1970.
    changed: u64,
}

impl Mark {
    /// `None` where the file system keeps no time of change, or one before 1970.
    pub(super) fn of(metadata: &Metadata) -> Option<Mark> {
        let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Mark { size: metadata.len(), changed: u64::try_from(since.as_nanos()).ok()? })
    }
}
