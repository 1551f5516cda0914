//! Turns what was put into the lines of a journal, or finds what stands in the way before anything is changed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::Path;

use super::disk::{place, refused};
use super::journal::{Journal, Line, folders_of};
use crate::ground::{Error, Result, Stamp};

/// A message names this many foreign files; the officer needs the folder they are in, not each of ten thousand.
const FOREIGN_SHOWN: usize = 10;

/// A staged file and where it goes.
pub(super) struct Move<'a> {
    pub(super) number: usize,
    pub(super) path: &'a str,
    pub(super) stamp: Stamp,
    pub(super) over: Over,
}

/// What stood at a path when the file for it was staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// Nothing.
    Nothing,
    /// A file as this program wrote it.
    Ours,
    /// A file of ours that somebody has changed since. It is replaced: the page is ours, and version control that
    /// converts line ends changes all of them.
    Edited,
    /// A file that this program never wrote.
    Foreign,
}

/// Plans a commit: `moves` come in, `stale` go. `case_blind` says whether `A.html` is `a.html` here.
pub(super) fn plan(dir: &Path, moves: &[Move], stale: &[String], case_blind: bool, number: usize) -> Result<Journal> {
    let fold = |path: &str| if case_blind { path.to_lowercase() } else { path.to_string() };
    let stale: BTreeMap<String, &str> = stale.iter().map(|path| (fold(path), path.as_str())).collect();
    let mut planner = Planner::new(dir, &fold, &stale);
    let mut writes = Vec::with_capacity(moves.len());
    for file in moves {
        for folder in folders_of(file.path) {
            planner.enter(folder)?;
        }
        let over = planner.clear(file)?;
        writes.push(Line::Write { number: file.number, path: file.path.to_string(), over, stamp: file.stamp });
    }
    if let Some(first) = planner.foreign.first() {
        let shown: Vec<&str> = planner.foreign.iter().take(FOREIGN_SHOWN).map(String::as_str).collect();
        let error = Error::new("error-foreign-file").at(&place(dir, first)).arg("files", shown.join("\n"));
        return Err(error.arg("count", planner.foreign.len().to_string()));
    }
    Ok(planner.journal(writes, number))
}

struct Planner<'a> {
    dir: &'a Path,
    fold: &'a dyn Fn(&str) -> String,
    /// Files that go, by their folded path.
    stale: &'a BTreeMap<String, &'a str>,
    /// Folded paths of those that must go before the rest, because a folder takes their place or a file their folder's.
    first: BTreeSet<String>,
    entered: HashSet<String>,
    folders: Vec<String>,
    unfolders: BTreeSet<String>,
    foreign: BTreeSet<String>,
}

impl<'a> Planner<'a> {
    fn new(dir: &'a Path, fold: &'a dyn Fn(&str) -> String, stale: &'a BTreeMap<String, &'a str>) -> Planner<'a> {
        Planner {
            dir,
            fold,
            stale,
            first: BTreeSet::new(),
            entered: HashSet::new(),
            folders: Vec::new(),
            unfolders: BTreeSet::new(),
            foreign: BTreeSet::new(),
        }
    }

    /// Sees to it that a folder will be there.
    fn enter(&mut self, folder: &str) -> Result<()> {
        if !self.entered.insert((self.fold)(folder)) {
            return Ok(());
        }
        match look(self.dir, folder)? {
            Some(found) if found.is_dir() => {}
            None => self.folders.push(folder.to_string()),
            // A link to a folder counts as foreign too: what lies behind it is no part of this output.
            Some(_) => {
                if self.remove_first(folder) {
                    self.folders.push(folder.to_string());
                }
            }
        }
        Ok(())
    }

    /// Sees to it that the place of a file will be free; whether an old file has to be moved away.
    fn clear(&mut self, file: &Move) -> Result<bool> {
        match look(self.dir, file.path)? {
            None => Ok(false),
            Some(found) if found.is_dir() => self.clear_folder(file.path).map(|()| false),
            // One that appeared since the file was staged is somebody else's.
            Some(_) if matches!(file.over, Over::Foreign | Over::Nothing) => {
                self.foreign.insert(file.path.to_string());
                Ok(false)
            }
            Some(_) => Ok(true),
        }
    }

    fn clear_folder(&mut self, folder: &str) -> Result<()> {
        let place = place(self.dir, folder);
        let unread = |cause| refused("error-read", &place, cause);
        for entry in fs::read_dir(&place).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            match entry.file_type().map_err(unread)?.is_dir() {
                true => self.clear_folder(&path)?,
                false => {
                    self.remove_first(&path);
                }
            }
        }
        self.unfolders.insert(folder.to_string());
        Ok(())
    }

    fn remove_first(&mut self, path: &str) -> bool {
        let folded = (self.fold)(path);
        let ours = self.stale.contains_key(&folded);
        match ours {
            true => self.first.insert(folded),
            false => self.foreign.insert(path.to_string()),
        };
        ours
    }

    fn journal(self, writes: Vec<Line>, number: usize) -> Journal {
        let mut numbers = number..;
        let mut remove = |path: &str| {
            let number = numbers.next().expect("there are fewer files than numbers");
            Line::Remove { number, path: path.to_string() }
        };
        let mut lines = Vec::with_capacity(writes.len() + self.stale.len());
        lines.extend(self.first.iter().map(|folded| remove(self.stale[folded])));
        // What is nested comes later in the order of paths, so that backwards is from the inside out.
        lines.extend(self.unfolders.into_iter().rev().map(|path| Line::Unfolder { path }));
        lines.extend(self.folders.into_iter().map(|path| Line::Folder { path }));
        lines.extend(writes);
        let last = self.stale.iter().filter(|(folded, _)| !self.first.contains(*folded));
        lines.extend(last.map(|(_, path)| remove(path)));
        Journal { lines }
    }
}

/// What stands at a path, links not followed.
fn look(dir: &Path, path: &str) -> Result<Option<Metadata>> {
    let place = place(dir, path);
    match fs::symlink_metadata(&place) {
        Ok(found) => Ok(Some(found)),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(refused("error-read", &place, cause)),
    }
}
