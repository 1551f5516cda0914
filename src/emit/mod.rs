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
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use disk::{Disk, Hook};
use journal::{Journal, STAGING, new_file};
use lock::Lock;
pub use manifest::{MANIFEST, Manifest};
use manifest::{MAX_LIST, Owned, site_path};
use plan::{Move, Over, plan};
pub use report::{Put, Report};
use seen::Mark;
pub use seen::{Seen, Stand};

use crate::disk::{Kind, Look, is_absent};
use crate::ground::{Error, RelPath, Result, Stamp};

/// An output folder that is being built. One at a time for a folder, in all processes.
///
/// [`put`](Output::put) or [`keep`](Output::keep) every file of the site, from as many threads as you like, then
/// [`commit`](Output::commit). Dropped before that, it leaves everything as it was.
pub struct Output {
    disk: Disk,
    lock: Option<Lock>,
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
    path: RelPath,
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
        Output::open_on(None, dir, seen)
    }

    fn open_on(hook: Option<Hook>, dir: &Path, seen: Seen) -> Result<Output> {
        let mut output = Output {
            disk: Disk::open(dir, hook)?,
            lock: None,
            listed: None,
            owned: Owned::new(Manifest::default(), false),
            seen,
            case_blind: false,
            entries: Mutex::default(),
            next: AtomicUsize::new(0),
        };
        output.lock = Some(Lock::take(output.disk.root())?);
        output.case_blind = output.disk.stands(&RelPath::own(&lock::LOCK.to_uppercase()));
        Journal::recover(&output.disk)?;
        let staging = RelPath::own(STAGING);
        output.disk.remove_tree(&staging)?;
        for folder in ["", "/new", "/old"] {
            output.disk.make_folder(&RelPath::own(&format!("{STAGING}{folder}")))?;
        }
        output.listed = output.disk.read_text(&RelPath::own(MANIFEST), MAX_LIST)?;
        // A list that cannot be read counts as none: then nothing is ours, and nothing will be overwritten.
        let manifest = output.listed.as_deref().and_then(Manifest::parse).unwrap_or_default();
        output.owned = Owned::new(manifest, output.case_blind);
        Ok(output)
    }

    /// Puts a file in the site. `stamp` is the hash of `bytes`.
    pub fn put(&self, path: &str, bytes: &[u8], stamp: Stamp) -> Result<Put> {
        debug_assert_eq!(stamp, Stamp::of_bytes(bytes), "{path}");
        let place = self.path_of(path)?;
        if !self.claim(&place, stamp, bytes.len() as u64)? {
            return Ok(Put::Same);
        }
        let (state, put) = match self.compare(&place, stamp)? {
            Found::Same(mark, _) => (State::Stands(mark), Put::Same),
            Found::Other(over) => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                let staged = new_file(number);
                self.disk.write(&staged, bytes)?;
                // Asked after closing: Windows settles the time of change only then.
                let look = self.disk.look(&staged)?;
                (State::Staged { number, mark: look.as_ref().and_then(Mark::of), over }, Put::Staged)
            }
        };
        self.entries().entry(path.to_lowercase()).and_modify(|entry| entry.state = state);
        Ok(put)
    }

    /// Keeps a file that was written under `stamp`, without its bytes. `false` when the disk does not surely hold it
    /// any more: then it has to be [`put`](Output::put).
    pub fn keep(&self, path: &str, stamp: Stamp) -> bool {
        // A trouble in reading shows itself again, with its message, when the file is put.
        let Ok(place) = self.path_of(path) else { return false };
        let Ok(Found::Same(mark, size)) = self.compare(&place, stamp) else { return false };
        if !matches!(self.claim(&place, stamp, size), Ok(true)) {
            return matches!(self.entries().get(&path.to_lowercase()), Some(entry) if entry.stamp == stamp && entry.path == place);
        }
        self.entries().entry(path.to_lowercase()).and_modify(|entry| entry.state = State::Stands(mark));
        true
    }

    /// Makes the new site hold. After an error the old one does.
    pub fn commit(mut self) -> Result<Report> {
        let entries: BTreeMap<String, Entry> = std::mem::take(&mut *self.entries()).into_iter().collect();
        let (stale, left) = self.stale(&entries);
        let texts = |paths: &[RelPath]| paths.iter().map(RelPath::to_string).collect();
        let mut report = Report { removed: texts(&stale), left: texts(&left), ..Report::default() };
        let mut manifest = Manifest::default();
        let mut moves = Vec::new();
        for entry in entries.values() {
            report.bytes += entry.size;
            manifest.files.insert(entry.path.clone(), (entry.stamp, entry.size));
            let mark = match entry.state {
                State::Pending => return Err(Error::new("error-write").at(&self.disk.place(&entry.path))),
                State::Stands(mark) => {
                    report.unchanged += 1;
                    mark
                }
                State::Staged { number, mark, over } => {
                    report.bytes_written += entry.size;
                    report.written.push(entry.path.to_string());
                    if over == Over::Edited {
                        report.overwritten.push(entry.path.to_string());
                    }
                    moves.push(Move { number, path: entry.path.clone(), stamp: entry.stamp, over });
                    mark
                }
            };
            report.seen.remember(entry.path.to_string(), mark, entry.stamp);
        }
        let text = manifest.text();
        let same = self.listed.as_ref() == Some(&text);
        if !(same && moves.is_empty() && report.removed.is_empty()) {
            self.change(moves, &stale, &text)?;
        }
        self.disk.keep_folders();
        report.stand = Stand::new(&report.seen, entries.len(), &text);
        report.written.sort_unstable();
        Ok(report)
    }

    fn change(&self, mut moves: Vec<Move>, stale: &[RelPath], text: &str) -> Result<()> {
        let number = self.next.load(Ordering::Relaxed);
        self.disk.write(&new_file(number), text.as_bytes())?;
        let stamp = Stamp::of_bytes(text.as_bytes());
        // A file of this name is ours whatever it holds; without that, a damaged list could never be mended.
        moves.push(Move { number, path: RelPath::own(MANIFEST), stamp, over: Over::Edited });
        let journal = plan(&self.disk, &moves, stale, self.case_blind, number + 1)?;
        journal.commit(&self.disk)?;
        journal.sweep(&self.disk);
        Ok(())
    }

    /// The files of the last build that this one no longer has: those that go, and those that somebody has changed.
    fn stale(&self, entries: &BTreeMap<String, Entry>) -> (Vec<RelPath>, Vec<RelPath>) {
        let (mut stale, mut left) = (Vec::new(), Vec::new());
        for (path, (stamp, _)) in &self.owned.manifest.files {
            // Where `A.html` is `a.html`, an old name in capitals is the new file.
            let stays = entries.get(&path.as_str().to_lowercase()).is_some_and(|entry| self.case_blind || entry.path == *path);
            if stays {
                continue;
            }
            let ours = match self.disk.root().look(path) {
                Ok(None | Some(Look { kind: Kind::Folder, .. })) => continue,
                Err(cause) if is_absent(&cause) => continue,
                Ok(Some(found)) if found.kind == Kind::File => {
                    let content = self.seen.content(path.as_str(), Mark::of(&found)).or_else(|| self.disk.stamp(path).ok());
                    content == Some(*stamp)
                }
                // Behind a link lies another folder, which is not ours to clear.
                _ => false,
            };
            if ours { &mut stale } else { &mut left }.push(path.clone());
        }
        (stale, left)
    }

    fn path_of(&self, path: &str) -> Result<RelPath> {
        site_path(path).ok_or_else(|| Error::new("error-output-path").arg("path", path))
    }

    /// Enters a path; `false` when it was entered before with the same bytes.
    fn claim(&self, path: &RelPath, stamp: Stamp, size: u64) -> Result<bool> {
        let mut entries = self.entries();
        let key = path.as_str().to_lowercase();
        match entries.get(&key) {
            None => {
                entries.insert(key, Entry { path: path.clone(), stamp, size, state: State::Pending });
                Ok(true)
            }
            Some(before) if before.path == *path && before.stamp == stamp => Ok(false),
            Some(before) => Err(Error::new("error-output-twice").arg("path", path.as_str()).arg("other", before.path.as_str())),
        }
    }

    /// Compares what stands at a path with what should.
    fn compare(&self, path: &RelPath, stamp: Stamp) -> Result<Found> {
        let found = match self.disk.look(path)? {
            Some(found) if found.kind == Kind::Link => return Err(self.disk.is_link(path)),
            Some(found) if found.kind == Kind::File => found,
            _ => return Ok(Found::Other(Over::Nothing)),
        };
        let mark = Mark::of(&found);
        let content = match self.seen.content(path.as_str(), mark) {
            Some(content) => content,
            None => self.disk.stamp(path).map_err(|cause| self.disk.refused("error-read", path, cause))?,
        };
        if content == stamp {
            return Ok(Found::Same(mark, found.size));
        }
        Ok(Found::Other(match self.owned.stamp(path.as_str()) {
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

/// Whether a text is a whole journal of the folder that `mark` is of. For the fuzzer, which has no such folder.
pub fn is_journal(text: &str, mark: &str) -> bool {
    Journal::parse(text, mark).is_some()
}

impl Drop for Output {
    /// Sweeps up after a commit, or leaves things as they were without one. What resists is swept at the next opening.
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            // A journal that could not be undone needs its files until the next opening.
            if !self.disk.stands(&RelPath::own(&format!("{STAGING}/journal"))) {
                drop(self.disk.remove_tree(&RelPath::own(STAGING)));
            }
            lock.release(self.disk.root());
        }
        self.disk.remove_made();
    }
}
