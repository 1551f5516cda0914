//! Lists what a site folder holds, and reads it. The only stage that reads the author's files.
//!
//! Knows nothing of what the files mean. Start at [`list`].

#![expect(clippy::disallowed_methods, reason = "this stage is where the author's files are read")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::config::{Config, FILE};
use crate::disk;
use crate::ground::path::{extension, is_ignored, join, name, portable, resolve, shown};
use crate::ground::{Code, Diagnostic, Error, Place, Result};

/// The folder of the content, and of files that are copied as they are.
pub const CONTENT: &str = "content";
/// The table of old addresses.
pub const REDIRECTS: &str = "redirects.csv";
/// Files copied as they are.
pub const STATIC: &str = "static";

/// The largest page, in bytes. A lesson has 20 KB; what is larger than this is a slip, and would be unreadable on a phone.
pub const MAX_PAGE: u64 = 16 << 20;

/// The largest attachment, in bytes: it is held in memory, one at a time.
pub const MAX_FILE: u64 = 1 << 30;

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
    pub diagnostics: Vec<Diagnostic>,
    /// Whether some files were reached through symbolic links: then one file may stand here under two paths.
    pub has_links: bool,
    /// When the listing began, as [`Seen::modified`] counts. A file changed within the clock's grain before this may
    /// change again and keep its time.
    pub at: u64,
}

/// Reads `site.yaml`; the diagnostic when there is none or it is no text.
pub fn settings(site: &Path) -> std::result::Result<String, Diagnostic> {
    let path = site.join(FILE);
    if let Some(outside) = disk::outside(&path, &real(site), FILE) {
        return Err(outside);
    }
    match disk::read_file(&path, MAX_PAGE) {
        Ok(bytes) => decode(FILE, bytes),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            Err(Diagnostic::new(Code::SiteYamlMissing, Place::file(FILE)).arg("folder", shown(site)))
        }
        Err(cause) => Err(disk::unread(&cause, FILE, MAX_PAGE)),
    }
}

/// Lists a site folder: `content/`, the mounts, `static/`.
pub fn list(site: &Path, config: &Config) -> Result<Listing> {
    let mut listing = Listing { at: now(), ..Listing::default() };
    let real_site = real(site);
    let root = site.join(CONTENT);
    if !root.is_dir() {
        return Err(Error::new("error-no-content").at(&root));
    }
    walk(Root { folder: &root, site: Some(&real_site), below: "", shown: CONTENT }, &mut listing);
    for mount in &config.mounts {
        let folder = site.join(&mount.from);
        if !folder.is_dir() {
            listing.diagnostics.push(Diagnostic::new(Code::MountMissing, mount.place.clone()).arg("folder", &mount.from));
            continue;
        }
        let shown = mount.from.replace('\\', "/");
        // One that is named as a folder of the site must be one; what lies elsewhere is named as such.
        let names_inside = resolve("", &mount.from).is_some() && !Path::new(&mount.from).has_root() && !mount.from.contains(':');
        let within = names_inside.then_some(real_site.as_path());
        walk(Root { folder: &folder, site: within, below: &mount.to, shown: shown.trim_end_matches('/') }, &mut listing);
    }
    let statics = site.join(STATIC);
    if statics.is_dir() {
        let mut apart = Listing::default();
        walk(Root { folder: &statics, site: Some(&real_site), below: "", shown: STATIC }, &mut apart);
        listing.statics.append(&mut apart.pages);
        listing.statics.append(&mut apart.files);
        listing.statics.extend(apart.glossary);
        listing.diagnostics.append(&mut apart.diagnostics);
        listing.has_links |= apart.has_links;
    }
    let table = site.join(REDIRECTS);
    if let Some(outside) = disk::outside(&table, &real_site, REDIRECTS) {
        listing.diagnostics.push(outside);
    } else if let Ok(metadata) = fs::metadata(&table) {
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

/// Whether a symbolic link stands at a path.
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink())
}

/// Size and time of a plain file; `None` when there is none, or what a whole listing has to judge: a link, a file too large.
pub fn look(disk: &Path) -> Option<Seen> {
    let metadata = fs::symlink_metadata(disk).ok()?;
    (metadata.is_file() && metadata.len() <= MAX_PAGE).then(|| Seen::of(&metadata))
}

/// A path without links, as far as the system can say.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(if path.as_os_str().is_empty() { Path::new(".") } else { path }).unwrap_or_else(|_| path.to_path_buf())
}

/// A folder of files to be listed.
struct Root<'a> {
    folder: &'a Path,
    /// The real site folder, where the folder has to be part of it.
    site: Option<&'a Path>,
    /// Where its files stand in the content.
    below: &'a str,
    /// Its path for messages.
    shown: &'a str,
}

fn walk(root: Root<'_>, listing: &mut Listing) {
    let real_root = real(root.folder);
    // The folder itself may be a link: it then has to stay in the site, and its own links in what it leads to.
    let inside = match root.site {
        Some(site) if !real_root.starts_with(site) => site,
        _ => &real_root,
    };
    let walked = disk::walk(root.folder, inside, &is_ignored);
    listing.has_links |= walked.has_links;
    listing.diagnostics.extend(walked.strays.iter().map(|stray| stray.diagnostic(shown_path(root.shown, &stray.relative))));
    for file in walked.files {
        let Some(named) = portable(&file.relative) else {
            let place = Place::file(shown_path(root.shown, &file.relative));
            listing.diagnostics.push(Diagnostic::new(Code::Unreadable, place).arg("cause", "file name is not Unicode"));
            continue;
        };
        let seen = Seen::of(&file.metadata);
        sort_in(Source { path: join(root.below, &named), file: join(root.shown, &named), disk: file.path, seen }, listing);
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
        listing.diagnostics.push(Diagnostic::new(Code::FileTooLarge, place).arg("limit", format!("{} MB", MAX_PAGE >> 20)));
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
    match disk::read_file(&source.disk, MAX_PAGE) {
        Ok(bytes) => decode(&source.file, bytes),
        Err(cause) => Err(disk::unread(&cause, &source.file, MAX_PAGE)),
    }
}

/// Reads a file's bytes.
pub fn read_bytes(source: &Source) -> std::result::Result<Vec<u8>, Diagnostic> {
    disk::read_file(&source.disk, MAX_FILE).map_err(|cause| disk::unread(&cause, &source.file, MAX_FILE))
}

/// A path with its links and `..` followed, as far as it exists.
pub fn absolute(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut at = path;
    loop {
        if let Ok(real) = dunce::canonicalize(if at.as_os_str().is_empty() { Path::new(".") } else { at }) {
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
        // The line ends of old Macs: read as such, and every place stays where it is.
        Ok(text) if text.contains('\r') && !text.contains('\n') => Ok(text.replace('\r', "\n")),
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
