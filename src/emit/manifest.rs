//! The list of what this program wrote into an output folder: what is not on it is somebody else's.
//!
//! A text without times, the same on every machine: `studyhall-files 1`, then `hash size path` a line, sorted by
//! path. The list does not name itself.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use super::lock::LOCK;
use crate::ground::{RelPath, Stamp};

/// The list's name in the output folder.
pub const MANIFEST: &str = "studyhall-files.txt";

/// First line; the number changes with the format.
const HEADER: &str = "studyhall-files 1";

/// How the names of all that `emit` keeps for itself begin.
const OWN: &str = ".studyhall-";

/// The largest list that is read, in bytes: half a million files.
pub(super) const MAX_LIST: u64 = 64 << 20;

/// What was written, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Hash of the bytes and their number, by path.
    pub files: BTreeMap<RelPath, (Stamp, u64)>,
}

impl Manifest {
    /// Reads a list. `None` when it is damaged or of another format: then nothing in the folder is known as ours.
    pub fn parse(text: &str) -> Option<Manifest> {
        let mut lines = text.lines();
        if lines.next()? != HEADER {
            return None;
        }
        let mut files = BTreeMap::new();
        for line in lines {
            let (hash, rest) = line.split_once(' ')?;
            let (size, path) = rest.split_once(' ')?;
            files.insert(site_path(path)?, (Stamp::from_hex(hash)?, size.parse().ok()?));
        }
        Some(Manifest { files })
    }

    /// The list as it stands in the folder.
    pub fn text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for (path, (stamp, size)) in &self.files {
            writeln!(text, "{} {size} {path}", stamp.hex()).expect("a text takes any writing");
        }
        text
    }
}

/// The path of a file of the site: below the output, and clear of the files that `emit` keeps there for itself, also
/// where `A` is `a`.
pub(super) fn site_path(text: &str) -> Option<RelPath> {
    let path = RelPath::parse(text).ok()?;
    let first = path.segments().next()?;
    let begins = |own: &str| first.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
    let own = begins(OWN) || first.eq_ignore_ascii_case(MANIFEST);
    debug_assert!(LOCK.starts_with(OWN));
    (!own).then_some(path)
}

/// Asks the list of the last build, by the file system's idea of what is the same name.
pub(super) struct Owned {
    pub(super) manifest: Manifest,
    /// Where `A.html` is `a.html`: the paths with capitals, by their lower case. We write none, so it is short.
    capitals: HashMap<String, RelPath>,
}

impl Owned {
    pub(super) fn new(manifest: Manifest, case_blind: bool) -> Owned {
        let capitals = manifest.files.keys().filter(|path| case_blind && path.as_str() != path.as_str().to_lowercase());
        let capitals = capitals.map(|path| (path.as_str().to_lowercase(), path.clone())).collect();
        Owned { manifest, capitals }
    }

    /// The stamp under which the file at `path` was written.
    pub(super) fn stamp(&self, path: &str) -> Option<Stamp> {
        let listed = |path: &str| self.manifest.files.get(path).map(|(stamp, _)| *stamp);
        listed(path).or_else(|| self.capitals.get(&path.to_lowercase()).and_then(|path| listed(path.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_survives_the_way_to_disk_and_back() {
        let mut manifest = Manifest::default();
        manifest.files.insert(RelPath::own("news/a b.html"), (Stamp::of_bytes(b"x"), 1));
        manifest.files.insert(RelPath::own("index.html"), (Stamp::of_bytes(b""), 0));
        let text = manifest.text();
        assert_eq!(Manifest::parse(&text), Some(manifest.clone()));
        assert_eq!(Manifest::parse(&text.replace('\n', "\r\n")), Some(manifest));
        assert!(text.starts_with("studyhall-files 1\naf1349b9f5f9a1a6a0404dea36dcc949 0 index.html\n"), "{text}");
    }

    #[test]
    fn a_damaged_list_or_one_that_leads_outside_is_none() {
        let hash = Stamp::default().hex();
        for bad in ["", "studyhall-files 2\n", "studyhall-files 1\nx", "studyhall-files 1\nxx 1 a.html"] {
            assert_eq!(Manifest::parse(bad), None, "{bad}");
        }
        for path in [
            "../a",
            "/a",
            "a/../b",
            "",
            "a\\b",
            "c:a",
            "nul.html",
            "a\u{1b}",
            "studyhall-files.txt",
            "Studyhall-Files.txt/x",
            ".studyhall-lock",
            ".StudyHall-staging/journal",
        ] {
            assert_eq!(Manifest::parse(&format!("studyhall-files 1\n{hash} 1 {path}\n")), None, "{path}");
        }
    }

    #[test]
    fn a_blind_file_system_knows_a_file_by_either_case() {
        let mut manifest = Manifest::default();
        manifest.files.insert(RelPath::own("News/A.html"), (Stamp::default(), 1));
        assert!(Owned::new(manifest.clone(), true).stamp("news/a.html").is_some());
        assert!(Owned::new(manifest, false).stamp("news/a.html").is_none());
    }
}
