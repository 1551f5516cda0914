//! Lists what a site folder holds, and reads it. The only stage that reads the author's files.
//!
//! Knows nothing of what the files mean. Start at [`list`].

#![expect(clippy::disallowed_methods, reason = "this stage is where the author's files are read")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::config::{Config, FILE};
use crate::ground::error::reason;
use crate::ground::path::{extension, is_ignored, join, name, portable};
use crate::ground::{Code, Diagnostic, Error, Place, Result};

/// The folder of the content, and of files that are copied as they are.
pub const CONTENT: &str = "content";
/// The table of old addresses.
pub const REDIRECTS: &str = "redirects.csv";
/// Files copied as they are.
pub const STATIC: &str = "static";

/// The largest page, in bytes. A lesson has 20 KB; what is larger than this is a slip, and would be unreadable on a phone.
pub const MAX_PAGE: u64 = 16 << 20;

/// A file of the site folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Path from the content (or static) root, with `/`.
    pub path: String,
    /// Path from the site folder, for messages.
    pub file: String,
    /// Where it is on disk.
    pub disk: PathBuf,
    /// Size and time.
    pub seen: Seen,
}

/// Size and time of a file: when both are as before, so is the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Seen {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970; 0 where the system does not tell.
    pub modified: u64,
}

/// The coarsest clock of a file system in use (FAT: two seconds), in nanoseconds.
const GRAIN: u64 = 2_000_000_000;

impl Seen {
    /// What may be remembered of a file listed at `at`: nothing when it was changed so lately that its time may not
    /// tell the next change.
    pub fn settled(self, at: u64) -> Option<Seen> {
        (self.modified != 0 && self.modified + GRAIN < at).then_some(self)
    }

    /// Reads size and time off a file's metadata.
    pub fn of(metadata: &fs::Metadata) -> Seen {
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Seen { size: metadata.len(), modified: modified.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0)) }
    }
}

/// Everything in a site folder that a build may use, each list sorted by path.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Markdown files of the content.
    pub pages: Vec<Source>,
    /// Other files of the content.
    pub files: Vec<Source>,
    /// Files of `static/`.
    pub statics: Vec<Source>,
    /// `content/glossary.yaml`.
    pub glossary: Option<Source>,
    /// `redirects.csv`, in the site folder itself.
    pub redirects: Option<Source>,
    /// What was wrong.
    pub found: Vec<Diagnostic>,
    /// Whether some files were reached through symbolic links: then one file may stand here under two paths.
    pub has_links: bool,
    /// When the listing began, as [`Seen::modified`] counts. A file changed within the clock's grain before this may
    /// change again and keep its time.
    pub at: u64,
}

/// Reads `site.yaml`; the diagnostic when there is none or it is no text.
pub fn settings(site: &Path) -> std::result::Result<String, Diagnostic> {
    let disk = site.join(FILE);
    match fs::read(&disk) {
        Ok(bytes) => decode(FILE, bytes),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            Err(Diagnostic::new(Code::SiteYamlMissing, Place::file(FILE)).arg("folder", site.display()))
        }
        Err(cause) => Err(Diagnostic::new(Code::Unreadable, Place::file(FILE)).arg("cause", reason(&cause))),
    }
}

/// Lists a site folder: `content/`, the mounts, `static/`.
pub fn list(site: &Path, config: &Config) -> Result<Listing> {
    let mut listing = Listing { at: now(), ..Listing::default() };
    let root = site.join(CONTENT);
    if !root.is_dir() {
        return Err(Error::new("error-no-content").at(&root));
    }
    walk(&root, "", CONTENT, &mut listing);
    for mount in &config.mounts {
        let folder = site.join(&mount.from);
        if !folder.is_dir() {
            listing.found.push(Diagnostic::new(Code::MountMissing, mount.place.clone()).arg("folder", &mount.from));
            continue;
        }
        let shown = mount.from.replace('\\', "/");
        walk(&folder, &mount.to, shown.trim_end_matches('/'), &mut listing);
    }
    let statics = site.join(STATIC);
    if statics.is_dir() {
        let mut apart = Listing::default();
        walk(&statics, "", STATIC, &mut apart);
        listing.statics.append(&mut apart.pages);
        listing.statics.append(&mut apart.files);
        listing.statics.extend(apart.glossary);
        listing.found.append(&mut apart.found);
        listing.has_links |= apart.has_links;
    }
    let table = site.join(REDIRECTS);
    if let Ok(metadata) = fs::metadata(&table) {
        let seen = Seen::of(&metadata);
        listing.redirects = Some(Source { path: REDIRECTS.to_string(), file: REDIRECTS.to_string(), disk: table, seen });
    }
    for sources in [&mut listing.pages, &mut listing.files, &mut listing.statics] {
        sources.sort();
    }
    Ok(listing)
}

/// Now, as [`Seen::modified`] counts.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0))
}

/// Size and time of a plain file; `None` when there is none, or what a whole listing has to judge: a link, a file too large.
pub fn look(disk: &Path) -> Option<Seen> {
    let metadata = fs::symlink_metadata(disk).ok()?;
    (metadata.is_file() && metadata.len() <= MAX_PAGE).then(|| Seen::of(&metadata))
}

fn walk(root: &Path, below: &str, shown: &str, listing: &mut Listing) {
    let real_root = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    let mut entries = entries.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.file_name()));
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let file = shown_path(shown, path.strip_prefix(root).unwrap_or(path));
                let place = Place::file(file);
                listing.found.push(match (error.loop_ancestor(), error.io_error()) {
                    (Some(ancestor), _) => Diagnostic::new(Code::LinkLoop, place).arg("target", ancestor.display()),
                    (None, Some(cause)) => Diagnostic::new(Code::Unreadable, place).arg("cause", reason(cause)),
                    (None, None) => Diagnostic::new(Code::Unreadable, place).arg("cause", &error),
                });
                continue;
            }
        };
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let file = || shown_path(shown, relative);
        if entry.path_is_symlink() {
            listing.has_links = true;
            let target = fs::canonicalize(entry.path()).unwrap_or_default();
            if !target.starts_with(&real_root) {
                // What lies behind it is not looked at: a link to `/` would publish the machine.
                listing.found.push(Diagnostic::new(Code::LinkOutside, Place::file(file())).arg("target", target.display()));
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                continue;
            }
        }
        if !entry.file_type().is_file() {
            continue;
        }
        let Some(named) = portable(relative) else {
            listing.found.push(Diagnostic::new(Code::Unreadable, Place::file(file())).arg("cause", "file name is not Unicode"));
            continue;
        };
        let seen = match entry.metadata() {
            Ok(metadata) => Seen::of(&metadata),
            Err(error) => {
                listing.found.push(Diagnostic::new(Code::Unreadable, Place::file(file())).arg("cause", error));
                continue;
            }
        };
        let source = Source { path: join(below, &named), file: join(shown, &named), disk: entry.path().to_path_buf(), seen };
        sort_in(source, listing);
    }
    // A link whose target lies outside is listed by its name alone; what walkdir found below it is dropped here.
    let outside: Vec<String> = listing
        .found
        .iter()
        .filter(|d| d.code == Code::LinkOutside)
        .filter_map(|d| d.place.as_ref())
        .map(|p| format!("{}/", p.file))
        .collect();
    for sources in [&mut listing.pages, &mut listing.files] {
        sources.retain(|source| !outside.iter().any(|folder| source.file.starts_with(folder.as_str())));
    }
}

fn sort_in(source: Source, listing: &mut Listing) {
    if source.path == "glossary.yaml" {
        listing.glossary = Some(source);
        return;
    }
    let kind = extension(&source.path).to_ascii_lowercase();
    if kind != "md" && kind != "markdown" {
        listing.files.push(source);
        return;
    }
    if source.seen.size > MAX_PAGE {
        let place = Place::file(source.file.as_str());
        let megabytes = |bytes: u64| format!("{} MB", bytes >> 20);
        listing
            .found
            .push(Diagnostic::new(Code::FileTooLarge, place).arg("size", megabytes(source.seen.size)).arg("limit", megabytes(MAX_PAGE)));
        return;
    }
    listing.pages.push(source);
}

fn shown_path(shown: &str, relative: &Path) -> String {
    join(shown, &portable(relative).unwrap_or_else(|| relative.to_string_lossy().into_owned()))
}

/// What this program's own file looks like: another build of it may make something else of the same input.
pub fn program() -> Option<Seen> {
    std::env::current_exe().and_then(fs::metadata).ok().map(|metadata| Seen::of(&metadata))
}

/// Reads a page as text, without its BOM. What is not UTF-8 is named as what it looks like.
pub fn read_text(source: &Source) -> std::result::Result<String, Diagnostic> {
    match fs::read(&source.disk) {
        Ok(bytes) => decode(&source.file, bytes),
        Err(cause) => Err(Diagnostic::new(Code::Unreadable, Place::file(source.file.as_str())).arg("cause", reason(&cause))),
    }
}

/// Reads a file's bytes.
pub fn read_bytes(source: &Source) -> std::result::Result<Vec<u8>, Diagnostic> {
    fs::read(&source.disk)
        .map_err(|cause| Diagnostic::new(Code::Unreadable, Place::file(source.file.as_str())).arg("cause", reason(&cause)))
}

/// A path with its links and `..` followed, as far as it exists.
pub fn absolute(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut at = path;
    loop {
        if let Ok(real) = fs::canonicalize(if at.as_os_str().is_empty() { Path::new(".") } else { at }) {
            return missing.iter().rev().fold(real, |path, part| path.join(part));
        }
        match (at.file_name(), at.parent()) {
            (Some(name), Some(parent)) => {
                missing.push(name.to_os_string());
                at = parent;
            }
            _ => return path.to_path_buf(),
        }
    }
}

/// Makes a text of bytes.
fn decode(file: &str, bytes: Vec<u8>) -> std::result::Result<String, Diagnostic> {
    let wrong = |encoding: &str| Diagnostic::new(Code::NotUtf8, Place::file(file)).arg("encoding", encoding);
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(wrong("UTF-16"));
    }
    if bytes.contains(&0) {
        return Err(Diagnostic::new(Code::NotText, Place::file(file)).arg("name", name(file)));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let (text, _, broken) = encoding_rs::GB18030.decode(error.as_bytes());
            // GB18030 gives a meaning to nearly every pair of bytes; a real text is mostly Chinese.
            let han = text.chars().filter(|c| crate::ground::text::is_cjk(*c)).count();
            let other = text.chars().filter(|c| !c.is_ascii()).count();
            Err(wrong(if !broken && han * 2 > other { "GBK" } else { "?" }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_named() {
        let (gbk, _, _) = encoding_rs::GBK.encode("会议记录怎样写，才经得起翻看");
        let wrong = decode("a.md", gbk.into_owned()).expect_err("not UTF-8");
        assert_eq!(wrong.code, Code::NotUtf8);
        assert!(wrong.args.contains(&("encoding".into(), "GBK".into())));
        assert_eq!(decode("a.md", vec![0xFF, 0xFE, 0x4F]).expect_err("UTF-16").code, Code::NotUtf8);
        assert_eq!(decode("a.md", vec![b'a', 0]).expect_err("binary").code, Code::NotText);
    }
}
