//! Artifacts to disk, all or nothing: what changed is written, what went is removed, what others put there stays.
//!
//! Files gather in a staging folder inside the output until [`Output::commit`] moves them in under a journal; a
//! refusal, a dropped [`Output`] or a killed process leaves the site as it was. A list in the output says what this
//! program wrote; it never deletes or overwrites anything else. Start at [`Output`], then read `journal.rs`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this module is the way to the disk")]

mod disk;
mod journal;
mod lock;
mod manifest;
mod plan;
mod report;
mod seen;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use disk::{Disk, place, refused, stamp_of_file};
use journal::{Journal, STAGING, folders_of, new_file};
use lock::Lock;
pub use manifest::{MANIFEST, Manifest};
use manifest::{Owned, is_inside};
use plan::{Move, Over, plan};
pub use report::{Put, Report};
use seen::Mark;
pub use seen::{Seen, Stand};

use crate::ground::{Error, Result, Stamp};

/// An output folder that is being built. One at a time for a folder, in all processes.
///
/// [`put`](Output::put) or [`keep`](Output::keep) every file of the site, from as many threads as you like, then
/// [`commit`](Output::commit). Dropped before that, it leaves everything as it was.
pub struct Output {
    dir: PathBuf,
    disk: Disk,
    lock: Option<Lock>,
    /// Folders that [`Output::open`] made, outermost first.
    made: Vec<PathBuf>,
    /// The list as it stands on disk.
    listed: Option<String>,
    owned: Owned,
    seen: Seen,
    case_blind: bool,
    /// By path in lower case, which is unique in a site that any host can hold.
    entries: Mutex<HashMap<String, Entry>>,
    next: AtomicUsize,
}

struct Entry {
    path: String,
    stamp: Stamp,
    size: u64,
    state: State,
}

enum State {
    /// Being compared or staged.
    Pending,
    Stands(Option<Mark>),
    Staged {
        number: usize,
        mark: Option<Mark>,
        over: Over,
    },
}

enum Found {
    Same(Option<Mark>, u64),
    Other(Over),
}

impl Output {
    /// Opens a folder, made if it is missing, and finishes what a killed build left.
    pub fn open(dir: &Path) -> Result<Output> {
        Output::open_with(dir, Seen::default())
    }

    /// Opens a folder with what the last [`Report`] remembered of it, which spares reading the files again.
    pub fn open_with(dir: &Path, seen: Seen) -> Result<Output> {
        Output::open_on(Disk::default(), dir, seen)
    }

    fn open_on(disk: Disk, dir: &Path, seen: Seen) -> Result<Output> {
        let mut output = Output {
            dir: dir.to_path_buf(),
            disk,
            lock: None,
            made: Vec::new(),
            listed: None,
            owned: Owned::new(Manifest::default(), false),
            seen,
            case_blind: false,
            entries: Mutex::default(),
            next: AtomicUsize::new(0),
        };
        output.make_dir()?;
        output.lock = Some(Lock::take(dir)?);
        output.case_blind = dir.join(lock::LOCK.to_uppercase()).exists();
        Journal::recover(&output.disk, dir)?;
        let staging = dir.join(STAGING);
        output.disk.remove_tree(&staging)?;
        for folder in [&staging, &staging.join("new"), &staging.join("old")] {
            output.disk.make_folder(folder)?;
        }
        output.listed = read_list(dir)?;
        // A list that cannot be read counts as none: then nothing is ours, and nothing will be overwritten.
        let manifest = output.listed.as_deref().and_then(Manifest::parse).unwrap_or_default();
        output.owned = Owned::new(manifest, output.case_blind);
        Ok(output)
    }

    fn make_dir(&mut self) -> Result<()> {
        let missing = self.dir.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        if missing.is_empty() && !self.dir.is_dir() {
            return Err(Error::io("error-output-not-writable", &self.dir, ErrorKind::NotADirectory.into()));
        }
        while let Some(folder) = missing.pop() {
            self.disk.make_folder(&folder).map_err(|error| match error.id {
                "error-create-folder" => Error { id: "error-output-not-writable", ..error },
                _ => error,
            })?;
            self.made.push(folder);
        }
        Ok(())
    }

    /// Puts a file in the site. `stamp` is the hash of `bytes`.
    pub fn put(&self, path: &str, bytes: &[u8], stamp: Stamp) -> Result<Put> {
        debug_assert_eq!(stamp, Stamp::of_bytes(bytes), "{path}");
        if !self.claim(path, stamp, bytes.len() as u64)? {
            return Ok(Put::Same);
        }
        let (state, put) = match self.look(path, stamp)? {
            Found::Same(mark, _) => (State::Stands(mark), Put::Same),
            Found::Other(over) => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                let staged = new_file(&self.dir, number);
                self.disk.write(&staged, bytes)?;
                // Asked after closing: Windows settles the time of change only then.
                let metadata = fs::metadata(&staged).map_err(|cause| refused("error-read", &staged, cause))?;
                (State::Staged { number, mark: Mark::of(&metadata), over }, Put::Staged)
            }
        };
        self.entries().entry(path.to_lowercase()).and_modify(|entry| entry.state = state);
        Ok(put)
    }

    /// Keeps a file that was written under `stamp`, without its bytes. `false` when the disk does not surely hold it
    /// any more: then it has to be [`put`](Output::put).
    pub fn keep(&self, path: &str, stamp: Stamp) -> bool {
        // A trouble in reading shows itself again, with its message, when the file is put.
        let Ok(Found::Same(mark, size)) = self.look(path, stamp) else { return false };
        if !matches!(self.claim(path, stamp, size), Ok(true)) {
            return matches!(self.entries().get(&path.to_lowercase()), Some(entry) if entry.stamp == stamp && entry.path == path);
        }
        self.entries().entry(path.to_lowercase()).and_modify(|entry| entry.state = State::Stands(mark));
        true
    }

    /// Makes the new site hold. After an error the old one does.
    pub fn commit(mut self) -> Result<Report> {
        let entries: BTreeMap<String, Entry> = std::mem::take(&mut *self.entries()).into_iter().collect();
        let (stale, left) = self.stale(&entries);
        let mut report = Report { removed: stale, left, ..Report::default() };
        let mut manifest = Manifest::default();
        let mut moves = Vec::new();
        for entry in entries.values() {
            report.bytes += entry.size;
            manifest.files.insert(entry.path.clone(), (entry.stamp, entry.size));
            let mark = match entry.state {
                State::Pending => return Err(Error::new("error-write").at(&place(&self.dir, &entry.path))),
                State::Stands(mark) => {
                    report.unchanged += 1;
                    mark
                }
                State::Staged { number, mark, over } => {
                    report.bytes_written += entry.size;
                    report.written.push(entry.path.clone());
                    if over == Over::Edited {
                        report.overwritten.push(entry.path.clone());
                    }
                    moves.push(Move { number, path: &entry.path, stamp: entry.stamp, over });
                    mark
                }
            };
            report.seen.remember(entry.path.clone(), mark, entry.stamp);
        }
        let text = manifest.text();
        let same = self.listed.as_ref() == Some(&text);
        if !(same && moves.is_empty() && report.removed.is_empty()) {
            self.change(moves, &report.removed, &text)?;
        }
        self.made.clear();
        report.stand = Stand::new(&report.seen, entries.len(), &text);
        report.written.sort_unstable();
        Ok(report)
    }

    fn change(&self, mut moves: Vec<Move>, stale: &[String], text: &str) -> Result<()> {
        let number = self.next.load(Ordering::Relaxed);
        self.disk.write(&new_file(&self.dir, number), text.as_bytes())?;
        let stamp = Stamp::of_bytes(text.as_bytes());
        // A file of this name is ours whatever it holds; without that, a damaged list could never be mended.
        moves.push(Move { number, path: MANIFEST, stamp, over: Over::Edited });
        let journal = plan(&self.dir, &moves, stale, self.case_blind, number + 1)?;
        journal.commit(&self.disk, &self.dir)?;
        journal.sweep(&self.disk, &self.dir);
        Ok(())
    }

    /// The files of the last build that this one no longer has: those that go, and those that somebody has changed.
    fn stale(&self, entries: &BTreeMap<String, Entry>) -> (Vec<String>, Vec<String>) {
        let (mut stale, mut left) = (Vec::new(), Vec::new());
        let mut linked = HashMap::new();
        for (path, (stamp, _)) in &self.owned.manifest.files {
            // Where `A.html` is `a.html`, an old name in capitals is the new file.
            let stays = entries.get(&path.to_lowercase()).is_some_and(|entry| self.case_blind || entry.path == *path);
            if stays {
                continue;
            }
            let target = place(&self.dir, path);
            let Some(found) = fs::symlink_metadata(&target).ok().filter(|found| !found.is_dir()) else { continue };
            // Behind a link lies another folder, which is not ours to clear.
            let linked = folders_of(path).any(|folder| *linked.entry(folder).or_insert_with(|| place(&self.dir, folder).is_symlink()));
            let content = self.seen.content(path, Mark::of(&found)).or_else(|| stamp_of_file(&target).ok());
            let ours = !linked && !found.is_symlink() && content == Some(*stamp);
            if ours { &mut stale } else { &mut left }.push(path.clone());
        }
        (stale, left)
    }

    /// Enters a path; `false` when it was entered before with the same bytes.
    fn claim(&self, path: &str, stamp: Stamp, size: u64) -> Result<bool> {
        if !is_inside(path) {
            return Err(Error::new("error-output-path").arg("path", path));
        }
        let mut entries = self.entries();
        let key = path.to_lowercase();
        match entries.get(&key) {
            None => {
                entries.insert(key, Entry { path: path.to_string(), stamp, size, state: State::Pending });
                Ok(true)
            }
            Some(before) if before.path == path && before.stamp == stamp => Ok(false),
            Some(before) => Err(Error::new("error-output-twice").arg("path", path).arg("other", before.path.clone())),
        }
    }

    /// Compares what stands at a path with what should.
    fn look(&self, path: &str, stamp: Stamp) -> Result<Found> {
        let target = place(&self.dir, path);
        // Links are followed: what a reader gets is what counts.
        let metadata = match fs::metadata(&target) {
            Ok(metadata) => metadata,
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Found::Other(Over::Nothing));
            }
            Err(cause) => return Err(refused("error-read", &target, cause)),
        };
        if !metadata.is_file() {
            return Ok(Found::Other(Over::Nothing));
        }
        let mark = Mark::of(&metadata);
        let content = match self.seen.content(path, mark) {
            Some(content) => content,
            None => stamp_of_file(&target).map_err(|cause| refused("error-read", &target, cause))?,
        };
        if content == stamp {
            return Ok(Found::Same(mark, metadata.len()));
        }
        Ok(Found::Other(match self.owned.stamp(path) {
            None => Over::Foreign,
            Some(written) if written == content => Over::Ours,
            Some(_) => Over::Edited,
        }))
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // Nothing panics while it is held, and a half-made entry would be pending, which commits nothing.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Output {
    /// Sweeps up after a commit, or leaves things as they were without one. What resists is swept at the next opening.
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            let staging = self.dir.join(STAGING);
            // A journal that could not be undone needs its files until the next opening.
            if !staging.join("journal").exists() {
                drop(self.disk.remove_tree(&staging));
            }
            lock.release();
        }
        for folder in self.made.iter().rev() {
            self.disk.remove_empty(folder);
        }
    }
}

fn read_list(dir: &Path) -> Result<Option<String>> {
    let path = dir.join(MANIFEST);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(refused("error-read", &path, cause)),
    }
}
