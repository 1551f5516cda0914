//! All files below a folder of the author's, whose links are followed as long as they stay where they may.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::ground::error::reason;
use crate::ground::path::{is_reserved_name, name, shown};
use crate::ground::{Code, Diagnostic, Obstacle, Place, Thing};

/// Entries of one listing: a hundred times the largest site we know.
const MAX_ENTRIES: usize = 1_000_000;

/// Entries that are reached through links. Twenty folders that link to each other twice make a million paths, and an
/// author who shares some pictures by links makes a few.
const MAX_LINKED: usize = 20_000;

/// What was found below a folder.
#[derive(Default)]
pub struct Walk {
    /// Plain files, sorted by name in each folder.
    pub files: Vec<Walked>,
    /// What is not taken in, and why.
    pub strays: Vec<Stray>,
    /// Whether there were links that were followed.
    pub has_links: bool,
}

/// A plain file.
pub struct Walked {
    /// Its path from the folder.
    pub relative: PathBuf,
    /// Its path.
    pub path: PathBuf,
    /// What it looks like.
    pub metadata: fs::Metadata,
}

/// Something that is no file of the site.
pub struct Stray {
    /// Its path from the folder.
    pub relative: PathBuf,
    trouble: Trouble,
}

enum Trouble {
    /// A link to what lies outside.
    Outside(PathBuf),
    /// A link to a folder that it stands in.
    Loop(PathBuf),
    Special,
    Unreadable(String),
    /// The listing ends here.
    TooMany(usize),
}

/// Lists a folder. Links have to stay in `inside`, a real path; `skip` says by their names what is nobody's content.
pub fn walk(root: &Path, inside: &Path, skip: &dyn Fn(&OsStr) -> bool) -> Walk {
    let mut walk = Walk::default();
    if let Some(stray) = leads_out(root, inside) {
        walk.strays.push(Stray { relative: PathBuf::new(), ..stray });
        return walk;
    }
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    let mut entries = entries.filter_entry(|entry| entry.depth() == 0 || !skip(entry.file_name()));
    let (mut count, mut linked) = (0, 0);
    // The depth of the link that the entries at hand were reached through.
    let mut through: Option<usize> = None;
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                walk.strays.push(unwalked(root, &error));
                continue;
            }
        };
        count += 1;
        through = through.filter(|depth| entry.depth() > *depth);
        if entry.path_is_symlink() && entry.depth() > 0 {
            walk.has_links = true;
            if let Some(stray) = leads_out(entry.path(), inside) {
                // What lies behind it is not looked at: a link to `/` would publish the machine.
                walk.strays.push(Stray { relative: relative(root, entry.path()), ..stray });
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                continue;
            }
            through = through.or(Some(entry.depth()));
        }
        linked += usize::from(through.is_some());
        if count > MAX_ENTRIES || linked > MAX_LINKED {
            let limit = if linked > MAX_LINKED { MAX_LINKED } else { MAX_ENTRIES };
            walk.strays.push(Stray { relative: relative(root, entry.path()), trouble: Trouble::TooMany(limit) });
            break;
        }
        take_in(&mut walk, root, &entry);
    }
    walk
}

fn take_in(walk: &mut Walk, root: &Path, entry: &DirEntry) {
    let relative = relative(root, entry.path());
    let kind = entry.file_type();
    if kind.is_dir() {
        return;
    }
    if !kind.is_file() {
        walk.strays.push(Stray { relative, trouble: Trouble::Special });
        return;
    }
    match entry.metadata() {
        Ok(metadata) => walk.files.push(Walked { relative, path: entry.path().to_path_buf(), metadata }),
        Err(error) => walk.strays.push(Stray { relative, trouble: Trouble::Unreadable(error.to_string()) }),
    }
}

impl Stray {
    /// What the author is told; `file` is its path from the site folder.
    pub fn diagnostic(&self, file: String) -> Diagnostic {
        let place = Place::file(file);
        match &self.trouble {
            Trouble::Outside(target) => Diagnostic::new(Code::LinkOutside, place).arg("target", shown(target)),
            Trouble::Loop(ancestor) => Diagnostic::new(Code::LinkLoop, place).arg("target", shown(ancestor)),
            Trouble::Special => Diagnostic::new(Code::SpecialFile, place),
            Trouble::Unreadable(cause) => Diagnostic::new(Code::Unreadable, place).arg("cause", cause),
            Trouble::TooMany(limit) => Diagnostic::new(Code::TooManyPaths, place).arg("limit", limit),
        }
    }
}

/// The stray that a path is if it is a link to what lies outside `inside`.
fn leads_out(path: &Path, inside: &Path) -> Option<Stray> {
    match fs::canonicalize(path) {
        Ok(target) if target.starts_with(inside) => None,
        Ok(target) => Some(Stray { relative: PathBuf::new(), trouble: Trouble::Outside(target) }),
        Err(cause) => Some(Stray { relative: PathBuf::new(), trouble: Trouble::Unreadable(reason(&cause)) }),
    }
}

/// The diagnostic for a single file of the author's that is a link to what lies outside; `file` is its path from the
/// site folder.
pub fn outside(path: &Path, inside: &Path, file: &str) -> Option<Diagnostic> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let stray = is_link.then(|| leads_out(path, inside)).flatten()?;
    Some(stray.diagnostic(file.to_string()))
}

fn unwalked(root: &Path, error: &walkdir::Error) -> Stray {
    let relative = relative(root, error.path().unwrap_or(root));
    let trouble = match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => Trouble::Loop(ancestor.to_path_buf()),
        (None, Some(cause)) => Trouble::Unreadable(reason(cause)),
        (None, None) => Trouble::Unreadable(error.to_string()),
    };
    Stray { relative, trouble }
}

fn relative(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_path_buf()
}

/// Reads a plain file of at most `limit` bytes, wherever it lies. A pipe or a device is refused at once: reading it may
/// never end.
pub fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open_plain(path)?;
    let size = file.metadata()?.len();
    let too_large = || Obstacle::error(path.to_path_buf(), Thing::TooLarge);
    if size > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    // It may grow while it is read.
    io::Read::read_to_end(&mut io::Read::take(file, limit.saturating_add(1)), &mut bytes)?;
    match bytes.len() as u64 > limit {
        true => Err(too_large()),
        false => Ok(bytes),
    }
}

fn open_plain(path: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    let file = super::unix::open_at_once(path)?;
    #[cfg(not(unix))]
    let file = match fs::metadata(path)?.is_dir() {
        true => return Err(io::ErrorKind::IsADirectory.into()),
        false => fs::File::open(path)?,
    };
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    match kind.is_file() {
        true => Ok(file),
        false => Err(Obstacle::error(path.to_path_buf(), Thing::Special)),
    }
}

/// The diagnostic for a file that was not read; `file` is its path from the site folder, `limit` what it may have.
pub fn unread(cause: &io::Error, file: &str, limit: u64) -> Diagnostic {
    let place = Place::file(file);
    match Obstacle::in_cause(cause).map(|obstacle| obstacle.what) {
        Some(Thing::Special) => Diagnostic::new(Code::SpecialFile, place),
        Some(Thing::TooLarge) => Diagnostic::new(Code::FileTooLarge, place).arg("limit", format!("{} MB", limit >> 20)),
        // On a disk from another system; Windows would read from the device of that name.
        _ if cfg!(windows) && is_reserved_name(name(file)) => Diagnostic::new(Code::Unreadable, place).arg("cause", "@cause-reserved-name"),
        _ => Diagnostic::new(Code::Unreadable, place).arg("cause", reason(cause)),
    }
}
