//! Looks at folders again and again, where the system does not tell what changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use super::Places;
use crate::ground::path::is_ignored;

/// A file changed so lately may be changed again without its time telling (FAT counts two seconds): it is named again.
const UNSETTLED: Duration = Duration::from_millis(2500);

/// What a file looked like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    size: u64,
    modified: Option<SystemTime>,
}

/// What was seen at the last look.
#[derive(Debug, Default)]
pub struct Look {
    files: BTreeMap<PathBuf, Seen>,
}

impl Look {
    /// A first look.
    pub fn new(places: &Places) -> Look {
        Look { files: files(places) }
    }

    /// Looks again: the paths that came, went, changed, or may have.
    pub fn again(&mut self, places: &Places) -> Vec<PathBuf> {
        let now = files(places);
        let changed = now.iter().filter(|(path, seen)| self.files.get(*path) != Some(*seen) || seen.is_unsettled());
        let mut paths: Vec<PathBuf> = changed.map(|(path, _)| path.clone()).collect();
        paths.extend(self.files.keys().filter(|path| !now.contains_key(*path)).cloned());
        self.files = now;
        paths
    }
}

impl Seen {
    fn is_unsettled(self) -> bool {
        self.modified.is_none_or(|time| time.elapsed().is_ok_and(|age| age < UNSETTLED))
    }
}

fn files(places: &Places) -> BTreeMap<PathBuf, Seen> {
    let mut files = BTreeMap::new();
    let singles = places.files.iter().map(|name| places.site.join(name));
    files.extend(singles.filter_map(|path| Some((path.clone(), seen(&path.metadata().ok()?)))));
    for folder in &places.folders {
        files.extend(below(folder));
    }
    files
}

fn below(folder: &Path) -> impl Iterator<Item = (PathBuf, Seen)> {
    let entries = WalkDir::new(folder).follow_links(true).into_iter();
    let entries = entries.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.file_name()));
    // What cannot be looked at is told by whoever reads the site.
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| Some((entry.path().to_path_buf(), seen(&entry.metadata().ok()?))))
}

fn seen(metadata: &std::fs::Metadata) -> Seen {
    Seen { size: metadata.len(), modified: metadata.modified().ok() }
}
