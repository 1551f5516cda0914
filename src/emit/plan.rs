//! Turns what was put into the lines of a journal, or finds what stands in the way before anything is changed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::disk::Disk;
use super::journal::{Journal, Line, folders_of};
use crate::disk::Kind;
use crate::ground::{Error, RelPath, Result, Stamp};

/// A message names this many foreign files; the officer needs the folder they are in, not each of ten thousand.
const FOREIGN_SHOWN: usize = 10;

/// A staged file and where it goes.
pub(super) struct Move {
    pub(super) number: usize,
    pub(super) path: RelPath,
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
pub(super) fn plan(disk: &Disk, moves: &[Move], stale: &[RelPath], case_blind: bool, number: usize) -> Result<Journal> {
    let fold = |path: &str| if case_blind { path.to_lowercase() } else { path.to_string() };
    let stale: BTreeMap<String, &RelPath> = stale.iter().map(|path| (fold(path.as_str()), path)).collect();
    // Files were staged over some time.
    disk.forget_folders();
    let mut planner = Planner::new(disk, &fold, &stale);
    let mut writes = Vec::with_capacity(moves.len());
    for file in moves {
        for folder in folders_of(file.path.as_str()) {
            planner.enter(folder)?;
        }
        let over = planner.clear(file)?;
        writes.push(Line::Write { number: file.number, path: file.path.clone(), over, stamp: file.stamp });
    }
    if let Some(first) = planner.foreign.first() {
        let shown: Vec<&str> = planner.foreign.iter().take(FOREIGN_SHOWN).map(String::as_str).collect();
        let error = Error::new("error-foreign-file")
            .at(&RelPath::parse(first).map_or_else(|_| disk.root().path().join(first), |first| disk.place(&first)))
            .arg("files", shown.join("\n"));
        return Err(error.arg("count", planner.foreign.len().to_string()));
    }
    Ok(planner.journal(writes, number))
}

struct Planner<'a> {
    disk: &'a Disk,
    fold: &'a dyn Fn(&str) -> String,
    /// Files that go, by their folded path.
    stale: &'a BTreeMap<String, &'a RelPath>,
    /// Folded paths of those that must go before the rest, because a folder takes their place or a file their folder's.
    first: BTreeSet<String>,
    entered: HashSet<String>,
    folders: Vec<RelPath>,
    unfolders: BTreeSet<RelPath>,
    foreign: BTreeSet<String>,
}

impl<'a> Planner<'a> {
    fn new(disk: &'a Disk, fold: &'a dyn Fn(&str) -> String, stale: &'a BTreeMap<String, &'a RelPath>) -> Planner<'a> {
        Planner {
            disk,
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
        let folder = RelPath::own(folder);
        match self.disk.look(&folder)?.map(|found| found.kind) {
            Some(Kind::Folder) => {}
            // What lies behind it is no part of this output.
            Some(Kind::Link) => return Err(self.disk.is_link(&folder)),
            None => self.folders.push(folder),
            Some(_) => {
                if self.remove_first(folder.as_str()) {
                    self.folders.push(folder);
                }
            }
        }
        Ok(())
    }

    /// Sees to it that the place of a file will be free; whether an old file has to be moved away.
    fn clear(&mut self, file: &Move) -> Result<bool> {
        match self.disk.look(&file.path)?.map(|found| found.kind) {
            None => Ok(false),
            Some(Kind::Link) => Err(self.disk.is_link(&file.path)),
            Some(Kind::Folder) => self.clear_folder(&file.path).map(|()| false),
            // One that appeared since the file was staged is somebody else's.
            Some(_) if matches!(file.over, Over::Foreign | Over::Nothing) => {
                self.foreign.insert(file.path.to_string());
                Ok(false)
            }
            Some(_) => Ok(true),
        }
    }

    fn clear_folder(&mut self, folder: &RelPath) -> Result<()> {
        let entries = self.disk.root().entries(Some(folder)).map_err(|cause| self.disk.refused("error-read", folder, cause))?;
        for (name, kind) in entries {
            // A name that we would never make is somebody else's, and so is what no path of ours is as deep as.
            match (folder.join(&name), kind) {
                (Ok(path), Kind::Folder) => self.clear_folder(&path)?,
                (Ok(path), _) => {
                    self.remove_first(path.as_str());
                }
                (Err(_), _) => {
                    self.foreign.insert(format!("{folder}/{name}"));
                }
            }
        }
        self.unfolders.insert(folder.clone());
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
        let mut remove = |path: &RelPath| {
            let number = numbers.next().expect("there are fewer files than numbers");
            Line::Remove { number, path: path.clone() }
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
