//! What the files looked like when they were last known: it spares reading them again.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::journal::STAGING;
use super::manifest::{MANIFEST, MAX_LIST, site_path};
use crate::disk::{Dir, Kind, Look};
use crate::ground::{RelPath, Stamp};

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

/// How an output folder was left: all files of the site, and the list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    files: Vec<(String, Mark)>,
    /// Stamp of the list; `None` when some file cannot be known again.
    list: Option<Stamp>,
}

impl Stand {
    /// The stand of a site of `count` files, of which `seen` are known from outside.
    pub(super) fn new(seen: &Seen, count: usize, list: &str) -> Stand {
        let files: Vec<(String, Mark)> = seen.files.iter().map(|(path, (mark, _))| (path.clone(), *mark)).collect();
        let list = (files.len() == count).then(|| Stamp::of_bytes(list.as_bytes()));
        Stand { files, list }
    }

    /// Whether the folder is as it was left, as far as it shows from outside, and nobody is at work in it.
    pub fn holds(&self, dir: &Path) -> bool {
        let (Some(list), Ok(dir)) = (self.list, Dir::open(dir)) else { return false };
        let staging = dir.look(&RelPath::own(STAGING));
        let listed = || dir.read(&RelPath::own(MANIFEST), MAX_LIST).ok().map(|bytes| Stamp::of_bytes(&bytes));
        let stands = |(path, mark): &(String, Mark)| {
            let found = site_path(path).and_then(|path| dir.look(&path).ok().flatten());
            found.is_some_and(|found| found.kind == Kind::File && Mark::of(&found) == Some(*mark))
        };
        matches!(staging, Ok(None)) && listed() == Some(list) && self.files.par_iter().all(stands)
    }

    /// Number of files.
    pub fn count(&self) -> usize {
        self.files.len()
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
    pub(super) fn of(look: &Look) -> Option<Mark> {
        Some(Mark { size: look.size, changed: look.changed? })
    }
}
