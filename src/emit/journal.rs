//! What a commit is about to do, line by line, so that it can be undone by whoever finds it half done.
//!
//! Life of a staging folder: files gather in `new/`; the journal is written and made durable; the lines are done, old
//! files going to `old/`; the journal's name becomes `done`, and that is the moment at which the new site holds; what
//! is left is swept. A staging folder with a `journal` in it is undone at the next opening, any other is only swept.
//!
//! A journal may have come with an archive. It is believed only if it bears the mark of the staging folder it lies in
//! (`Disk::mark`), which the file system gave that folder when it was made: a copy has another.

use std::fmt::Write;
use std::io::ErrorKind;

use super::disk::Disk;
use super::manifest::{MANIFEST, site_path};
use crate::ground::{Error, RelPath, Result, Stamp};

/// The staging folder's name in the output folder: on the same disk, or a rename would be a copy.
pub(super) const STAGING: &str = ".studyhall-staging";

/// First and last line. A journal without both is not one of ours, or not whole.
const HEADER: &str = "studyhall-journal 2";
const END: &str = "end";

/// The largest journal that is read, in bytes: lines for half a million files.
const MAX_SIZE: u64 = 64 << 20;

/// One change of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The file at `path` goes to `old/number`.
    Remove { number: usize, path: RelPath },
    /// The empty folder goes, because a file takes its place.
    Unfolder { path: RelPath },
    /// A folder is made.
    Folder { path: RelPath },
    /// `new/number` goes to `path`; what stands there goes to `old/number`, if `over`. `stamp` is of the new file.
    Write { number: usize, path: RelPath, over: bool, stamp: Stamp },
}

/// All changes of a commit, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Journal {
    pub(super) lines: Vec<Line>,
}

impl Journal {
    /// Does the lines and makes the new site hold. After an error nothing has changed, unless undoing failed too:
    /// then the journal stays for the next opening.
    pub(super) fn commit(&self, disk: &Disk) -> Result<()> {
        let (draft, journal) = (staged("draft"), staged("journal"));
        disk.write_durably(&draft, self.text(&mark(disk)).as_bytes())?;
        disk.rename(&draft, &journal)?;
        disk.sync_folder(&RelPath::own(STAGING))?;
        let done = self.lines.iter().try_for_each(|line| apply(line, disk));
        let Err(error) = done.and_then(|()| disk.rename(&journal, &staged("done"))) else {
            return Ok(());
        };
        match self.undo(disk) {
            Ok(()) => Err(error),
            Err(undoing) => Err(Error { id: "error-half-written", ..undoing }),
        }
    }

    /// Removes the folders that the removals left empty.
    pub(super) fn sweep(&self, disk: &Disk) {
        for folder in self.left_folders() {
            // Most are not empty, and a folder that stays does no harm.
            disk.remove_empty(&folder);
        }
    }

    /// Undoes a commit that was broken off, if there is one, or finishes the sweeping after one that holds.
    pub(super) fn recover(disk: &Disk) -> Result<()> {
        let done = disk.read_text(&staged("done"), MAX_SIZE)?;
        if let Some(done) = done.and_then(|done| Journal::parse(&done, &mark(disk))) {
            done.sweep(disk);
        }
        let path = staged("journal");
        let Some(text) = disk.read_text(&path, MAX_SIZE)? else { return Ok(()) };
        match Journal::parse(&text, &mark(disk)) {
            Some(journal) => journal.undo(disk),
            // It was durable before anything was moved, so somebody else has been at it, or it is another folder's:
            // `old/` may hold the only copy of a file, and a guess could lose it.
            None => Err(Error::new("error-journal").at(&disk.place(&path))),
        }
    }

    /// Folders that the removals may have left empty, the deepest first.
    fn left_folders(&self) -> Vec<RelPath> {
        let removed = self.lines.iter().filter_map(|line| match line {
            Line::Remove { path, .. } => Some(path.as_str()),
            _ => None,
        });
        let mut folders: Vec<&str> = removed.flat_map(folders_of).collect();
        folders.sort_unstable_by(|a, b| b.cmp(a));
        folders.dedup();
        folders.into_iter().map(RelPath::own).collect()
    }

    fn undo(&self, disk: &Disk) -> Result<()> {
        let mut result = Ok(());
        for line in self.lines.iter().rev() {
            // Go on after a refusal: the more is back in its place, the better.
            result = result.and(undo(line, disk));
        }
        result?;
        disk.remove_file(&staged("journal"))
    }

    fn text(&self, mark: &str) -> String {
        let mut text = format!("{HEADER}\n{mark}\n");
        for line in &self.lines {
            match line {
                Line::Remove { number, path } => writeln!(text, "remove {number} {path}"),
                Line::Unfolder { path } => writeln!(text, "unfolder {path}"),
                Line::Folder { path } => writeln!(text, "folder {path}"),
                Line::Write { number, path, over, stamp } => {
                    writeln!(text, "{} {number} {} {path}", if *over { "replace" } else { "write" }, stamp.hex())
                }
            }
            .expect("a text takes any writing");
        }
        text.push_str(END);
        text.push('\n');
        text
    }

    /// Reads a journal of the folder that `mark` is of.
    pub(super) fn parse(text: &str, mark: &str) -> Option<Journal> {
        let text =
            text.strip_prefix(HEADER)?.strip_prefix('\n')?.strip_prefix(mark)?.strip_prefix('\n')?.strip_suffix('\n')?.strip_suffix(END)?;
        let lines = text.lines().map(parse_line).collect::<Option<_>>()?;
        Some(Journal { lines })
    }
}

/// The folders that a path stands in, outermost first.
pub(super) fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(slash, _)| &path[..slash])
}

fn parse_line(line: &str) -> Option<Line> {
    let (verb, rest) = line.split_once(' ')?;
    let checked = |path: &str| site_path(path).or_else(|| (path == MANIFEST).then(|| RelPath::own(MANIFEST)));
    match verb {
        "unfolder" => Some(Line::Unfolder { path: checked(rest)? }),
        "folder" => Some(Line::Folder { path: checked(rest)? }),
        "remove" => {
            let (number, path) = rest.split_once(' ')?;
            Some(Line::Remove { number: number.parse().ok()?, path: checked(path)? })
        }
        "write" | "replace" => {
            let (number, rest) = rest.split_once(' ')?;
            let (stamp, path) = rest.split_once(' ')?;
            let (number, stamp) = (number.parse().ok()?, Stamp::from_hex(stamp)?);
            Some(Line::Write { number, path: checked(path)?, over: verb == "replace", stamp })
        }
        _ => None,
    }
}

/// A file or folder in the staging folder.
fn staged(name: &str) -> RelPath {
    RelPath::own(&format!("{STAGING}/{name}"))
}

/// The mark of the staging folder.
fn mark(disk: &Disk) -> String {
    disk.mark(&RelPath::own(STAGING))
}

pub(super) fn new_file(number: usize) -> RelPath {
    staged(&format!("new/{number}"))
}

fn old_file(number: usize) -> RelPath {
    staged(&format!("old/{number}"))
}

fn apply(line: &Line, disk: &Disk) -> Result<()> {
    match line {
        Line::Remove { number, path } => disk.rename(path, &old_file(*number)).map_err(named(disk, path)),
        Line::Unfolder { path } => match disk.remove_empty(path) {
            true => Ok(()),
            false => Err(Error::io("error-remove", &disk.place(path), ErrorKind::DirectoryNotEmpty.into())),
        },
        Line::Folder { path } => disk.make_folder(path),
        Line::Write { number, path, over, .. } => {
            if *over {
                disk.rename(path, &old_file(*number)).map_err(named(disk, path))?;
            }
            disk.rename(&new_file(*number), path)
        }
    }
}

/// An officer knows the page, not its number in the staging folder.
fn named(disk: &Disk, path: &RelPath) -> impl FnOnce(Error) -> Error {
    // An obstacle names its own place.
    move |error| if error.cause.is_some() { error.at(&disk.place(path)) } else { error }
}

/// Undoes a line, whether it was done, half done, not done or undone before.
fn undo(line: &Line, disk: &Disk) -> Result<()> {
    match line {
        Line::Remove { number, path } | Line::Write { number, path, over: true, .. } => {
            let old = old_file(*number);
            match disk.stands(&old) {
                true => disk.rename(&old, path),
                false => Ok(()),
            }
        }
        Line::Unfolder { path } => disk.make_folder(path),
        Line::Folder { path } => {
            // One that is not empty holds what somebody put there since.
            disk.remove_empty(path);
            Ok(())
        }
        Line::Write { number, path, over: false, stamp } => {
            let moved = !disk.stands(&new_file(*number));
            // The stamp is asked because days may lie between a power cut and the next build.
            if moved && disk.stamp(path).is_ok_and(|found| found == *stamp) {
                return disk.remove_file(path);
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_survives_the_way_to_disk_and_is_nothing_when_cut() {
        let journal = Journal {
            lines: vec![
                Line::Remove { number: 3, path: RelPath::own("a/b c.html") },
                Line::Unfolder { path: RelPath::own("a") },
                Line::Folder { path: RelPath::own("b") },
                Line::Write { number: 0, path: RelPath::own("b/x.html"), over: true, stamp: Stamp::of_bytes(b"x") },
                Line::Write { number: 1, path: RelPath::own(MANIFEST), over: false, stamp: Stamp::of_bytes(b"y") },
            ],
        };
        let text = journal.text("m1");
        assert_eq!(Journal::parse(&text, "m1"), Some(journal));
        for cut in 0..text.len() {
            assert_eq!(Journal::parse(&text[..cut], "m1"), None, "{cut}");
        }
        assert_eq!(Journal::parse(&text, "m2"), None, "it is another folder's");
        for bad in ["../x", "/x", "a/../../x", ".studyhall-staging/old/0", ".studyhall-lock", "a\\x", "c:x", "nul"] {
            assert_eq!(Journal::parse(&format!("{HEADER}\nm1\nremove 0 {bad}\nend\n"), "m1"), None, "{bad}");
        }
    }

    #[test]
    fn folders_left_behind_come_deepest_first() {
        let remove = |path: &str| Line::Remove { number: 0, path: RelPath::own(path) };
        let journal = Journal { lines: vec![remove("a/b/x"), remove("a/y"), remove("z")] };
        assert_eq!(journal.left_folders(), [RelPath::own("a/b"), RelPath::own("a")]);
    }
}
