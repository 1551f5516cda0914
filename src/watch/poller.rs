//! Finds changes by comparing listings of folders, where the system reports none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use super::paths::WatchedPaths;
use crate::ground::path::is_ignored;

/// A file that changed this recently may change again with the same time (FAT counts in steps of two seconds): it is reported again.
const MTIME_RESOLUTION: Duration = Duration::from_millis(2500);

/// Size and time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    size: u64,
    modified: Option<SystemTime>,
}

/// The files at the last poll.
#[derive(Debug, Default)]
pub struct Poller {
    files: BTreeMap<PathBuf, FileStamp>,
}

impl Poller {
    /// Takes the first listing.
    pub fn new(places: &WatchedPaths) -> Poller {
        Poller { files: files(places) }
    }

    /// The paths that came, went, changed, or may have changed since the last poll.
    pub fn changes(&mut self, places: &WatchedPaths) -> Vec<PathBuf> {
        let now = files(places);
        let changed = now.iter().filter(|(path, seen)| self.files.get(*path) != Some(*seen) || seen.may_change_unseen());
        let mut paths: Vec<PathBuf> = changed.map(|(path, _)| path.clone()).collect();
        paths.extend(self.files.keys().filter(|path| !now.contains_key(*path)).cloned());
        self.files = now;
        paths
    }
}

impl FileStamp {
    fn may_change_unseen(self) -> bool {
        self.modified.is_none_or(|time| time.elapsed().is_ok_and(|age| age < MTIME_RESOLUTION))
    }
}

fn files(places: &WatchedPaths) -> BTreeMap<PathBuf, FileStamp> {
    let mut files = BTreeMap::new();
    let singles = places.files.iter().map(|name| places.site.join(name));
    files.extend(singles.filter_map(|path| Some((path.clone(), seen(&path.metadata().ok()?)))));
    for folder in &places.folders {
        files.extend(below(folder));
    }
    files
}

fn below(folder: &Path) -> impl Iterator<Item = (PathBuf, FileStamp)> {
    let entries = WalkDir::new(folder).follow_links(true).into_iter();
    let entries = entries.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.file_name()));
    // What cannot be looked at is told by whoever reads the site.
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| Some((entry.path().to_path_buf(), seen(&entry.metadata().ok()?))))
}

fn seen(metadata: &std::fs::Metadata) -> FileStamp {
    FileStamp { size: metadata.len(), modified: metadata.modified().ok() }
}
