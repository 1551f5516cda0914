//! What a commit is about to do, line by line, so that it can be undone by whoever finds it half done.
//!
//! Life of a staging folder: files gather in `new/`; the journal is written and made durable; the lines are done, old
//! files going to `old/`; the journal's name becomes `done`, and that is the moment at which the new site holds; what
//! is left is swept. A staging folder with a `journal` in it is undone at the next opening, any other is only swept.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::disk::{Disk, place, refused, stamp_of_file};
use super::manifest::{MANIFEST, is_inside};
use crate::ground::{Error, Result, Stamp};

/// The staging folder's name in the output folder: on the same disk, or a rename would be a copy.
pub(super) const STAGING: &str = ".studyhall-staging";

/// First and last line. A journal without both is not one of ours, or not whole.
const HEADER: &str = "studyhall-journal 1";
const END: &str = "end";

/// One change of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The file at `path` goes to `old/number`.
    Remove { number: usize, path: String },
    /// The empty folder goes, because a file takes its place.
    Unfolder { path: String },
    /// A folder is made.
    Folder { path: String },
    /// `new/number` goes to `path`; what stands there goes to `old/number`, if `over`. `stamp` is of the new file.
    Write { number: usize, path: String, over: bool, stamp: Stamp },
}

/// All changes of a commit, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Journal {
    pub(super) lines: Vec<Line>,
}

impl Journal {
    /// Does the lines and makes the new site hold. After an error nothing has changed, unless undoing failed too:
    /// then the journal stays for the next opening.
    pub(super) fn commit(&self, disk: &Disk, dir: &Path) -> Result<()> {
        let staging = dir.join(STAGING);
        let (draft, journal) = (staging.join("draft"), staging.join("journal"));
        disk.write_durably(&draft, self.text().as_bytes())?;
        disk.rename(&draft, &journal)?;
        disk.sync_folder(&staging)?;
        let done = self.lines.iter().try_for_each(|line| apply(line, disk, dir));
        let Err(error) = done.and_then(|()| disk.rename(&journal, &staging.join("done"))) else {
            return Ok(());
        };
        match self.undo(disk, dir) {
            Ok(()) => Err(error),
            Err(undoing) => Err(Error { id: "error-half-written", ..undoing }),
        }
    }

    /// Removes the folders that the removals left empty.
    pub(super) fn sweep(&self, disk: &Disk, dir: &Path) {
        for folder in self.left_folders() {
            // Most are not empty, and a folder that stays does no harm.
            disk.remove_empty(&place(dir, folder));
        }
    }

    /// Undoes a commit that was broken off, if there is one, or finishes the sweeping after one that holds.
    pub(super) fn recover(disk: &Disk, dir: &Path) -> Result<()> {
        let path = dir.join(STAGING).join("journal");
        let done = fs::read_to_string(dir.join(STAGING).join("done"));
        if let Some(done) = done.ok().as_deref().and_then(Journal::parse) {
            done.sweep(disk, dir);
        }
        match fs::read_to_string(&path) {
            Ok(text) => match Journal::parse(&text) {
                Some(journal) => journal.undo(disk, dir),
                // It was durable before anything was moved, so somebody else has been at it: `old/` may hold the only
                // copy of a file, and a guess could lose it.
                None => Err(Error::new("error-journal").at(&path)),
            },
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(()),
            Err(cause) => Err(refused("error-read", &path, cause)),
        }
    }

    /// Folders that the removals may have left empty, the deepest first.
    fn left_folders(&self) -> Vec<&str> {
        let removed = self.lines.iter().filter_map(|line| match line {
            Line::Remove { path, .. } => Some(path.as_str()),
            _ => None,
        });
        let mut folders: Vec<&str> = removed.flat_map(folders_of).collect();
        folders.sort_unstable_by(|a, b| b.cmp(a));
        folders.dedup();
        folders
    }

    fn undo(&self, disk: &Disk, dir: &Path) -> Result<()> {
        let mut result = Ok(());
        for line in self.lines.iter().rev() {
            // Go on after a refusal: the more is back in its place, the better.
            result = result.and(undo(line, disk, dir));
        }
        result?;
        disk.remove_file(&dir.join(STAGING).join("journal"))
    }

    fn text(&self) -> String {
        let mut text = format!("{HEADER}\n");
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

    fn parse(text: &str) -> Option<Journal> {
        let text = text.strip_prefix(HEADER)?.strip_prefix('\n')?.strip_suffix('\n')?.strip_suffix(END)?;
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
    let checked = |path: &str| (is_inside(path) || path == MANIFEST).then(|| path.to_string());
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

pub(super) fn new_file(dir: &Path, number: usize) -> PathBuf {
    dir.join(STAGING).join("new").join(number.to_string())
}

fn old_file(dir: &Path, number: usize) -> PathBuf {
    dir.join(STAGING).join("old").join(number.to_string())
}

fn apply(line: &Line, disk: &Disk, dir: &Path) -> Result<()> {
    match line {
        Line::Remove { number, path } => disk.rename(&place(dir, path), &old_file(dir, *number)).map_err(named(dir, path)),
        Line::Unfolder { path } => match disk.remove_empty(&place(dir, path)) {
            true => Ok(()),
            false => Err(Error::io("error-remove", &place(dir, path), ErrorKind::DirectoryNotEmpty.into())),
        },
        Line::Folder { path } => disk.make_folder(&place(dir, path)),
        Line::Write { number, path, over, .. } => {
            let target = place(dir, path);
            if *over {
                disk.rename(&target, &old_file(dir, *number)).map_err(named(dir, path))?;
            }
            disk.rename(&new_file(dir, *number), &target)
        }
    }
}

/// An officer knows the page, not its number in the staging folder.
fn named(dir: &Path, path: &str) -> impl FnOnce(Error) -> Error {
    move |error| error.at(&place(dir, path))
}

/// Undoes a line, whether it was done, half done, not done or undone before.
fn undo(line: &Line, disk: &Disk, dir: &Path) -> Result<()> {
    let restore = |number: usize, path: &str| {
        let old = old_file(dir, number);
        match fs::symlink_metadata(&old) {
            Ok(_) => disk.rename(&old, &place(dir, path)),
            Err(_) => Ok(()),
        }
    };
    match line {
        Line::Remove { number, path } | Line::Write { number, path, over: true, .. } => restore(*number, path),
        Line::Unfolder { path } => disk.make_folder(&place(dir, path)),
        Line::Folder { path } => {
            // One that is not empty holds what somebody put there since.
            disk.remove_empty(&place(dir, path));
            Ok(())
        }
        Line::Write { number, path, over: false, stamp } => {
            let target = place(dir, path);
            let moved = !new_file(dir, *number).exists();
            // The stamp is asked because days may lie between a power cut and the next build.
            if moved && stamp_of_file(&target).is_ok_and(|found| found == *stamp) {
                return disk.remove_file(&target);
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
                Line::Remove { number: 3, path: "a/b c.html".into() },
                Line::Unfolder { path: "a".into() },
                Line::Folder { path: "b".into() },
                Line::Write { number: 0, path: "b/x.html".into(), over: true, stamp: Stamp::of_bytes(b"x") },
                Line::Write { number: 1, path: MANIFEST.into(), over: false, stamp: Stamp::of_bytes(b"y") },
            ],
        };
        let text = journal.text();
        assert_eq!(Journal::parse(&text), Some(journal));
        for cut in 0..text.len() {
            assert_eq!(Journal::parse(&text[..cut]), None, "{cut}");
        }
        assert_eq!(Journal::parse("studyhall-journal 1\nremove 0 ../x\nend\n"), None);
    }

    #[test]
    fn folders_left_behind_come_deepest_first() {
        let remove = |path: &str| Line::Remove { number: 0, path: path.into() };
        let journal = Journal { lines: vec![remove("a/b/x"), remove("a/y"), remove("z")] };
        assert_eq!(journal.left_folders(), ["a/b", "a"]);
    }
}
