//! What this machine remembers of its publishes: files by their hash, the last states of each target, and how far an
//! interrupted publish had come. All in one folder beside the site, [`DIR`], which may be deleted: then `--rollback` has
//! nothing to bring back, and an interrupted publish uploads again what it had uploaded.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::record::{Files, Record};
use crate::ground::{Error, Result, Stamp};

/// The folder, in the site folder.
pub const DIR: &str = ".studyhall-publish";

/// The memory of one target.
pub struct Home {
    objects: PathBuf,
    dir: PathBuf,
    /// The system's lock: two publishes of one folder to one target would share a journal.
    lock: File,
    journal: Mutex<Option<File>>,
}

/// A state that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its number: later states have higher ones.
    pub number: u32,
    /// When it was published.
    pub at: String,
    /// Its files.
    pub files: Files,
}

impl Home {
    /// Opens the memory of a target, made if it is missing. `None` while another publish to it runs on this machine.
    pub fn open(site: &Path, target: &str) -> Result<Option<Home>> {
        let root = site.join(DIR);
        let dir = root.join(target);
        let objects = root.join("objects");
        for folder in [&dir, &objects] {
            fs::create_dir_all(folder).map_err(|cause| Error::io("error-create-folder", folder, cause))?;
        }
        let path = dir.join("lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let lock = lock.map_err(|cause| Error::io("error-write", &path, cause))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Some network shares have no locks; the lock on the target decides then.
            Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(cause)) => return Err(Error::io("error-write", &path, cause)),
            Ok(()) => {}
        }
        Ok(Some(Home { objects, dir, lock, journal: Mutex::default() }))
    }

    /// The bytes that have a hash, if they are here and whole.
    pub fn object(&self, stamp: Stamp) -> Option<Vec<u8>> {
        fs::read(self.object_path(stamp)).ok().filter(|bytes| Stamp::of_bytes(bytes) == stamp)
    }

    /// Whether something of this hash is here, without looking into it.
    pub fn has(&self, stamp: Stamp) -> bool {
        self.object_path(stamp).is_file()
    }

    /// Keeps bytes under their hash.
    pub fn keep(&self, stamp: Stamp, bytes: &[u8]) -> Result<()> {
        if self.has(stamp) {
            return Ok(());
        }
        let path = self.object_path(stamp);
        let folder = path.parent().unwrap_or(&self.objects);
        fs::create_dir_all(folder).map_err(|cause| Error::io("error-create-folder", folder, cause))?;
        replace(&path, bytes)
    }

    /// Keeps a file under the hash that it should have. Whether it has it is looked at when it is wanted.
    pub fn keep_file(&self, stamp: Stamp, from: &Path) -> Result<()> {
        if self.has(stamp) {
            return Ok(());
        }
        let path = self.object_path(stamp);
        let folder = path.parent().unwrap_or(&self.objects);
        fs::create_dir_all(folder).map_err(|cause| Error::io("error-create-folder", folder, cause))?;
        let new = beside(&path);
        fs::copy(from, &new).map_err(|cause| Error::io("error-write", &new, cause))?;
        fs::rename(&new, &path).map_err(|cause| Error::io("error-rename", &path, cause))
    }

    /// Where the bytes of a hash are kept, if they are.
    pub fn place(&self, stamp: Stamp) -> Option<PathBuf> {
        Some(self.object_path(stamp)).filter(|path| path.is_file())
    }

    fn object_path(&self, stamp: Stamp) -> PathBuf {
        let hex = stamp.hex();
        self.objects.join(&hex[..2]).join(&hex[2..])
    }

    /// The token of this machine's last lock on the target.
    pub fn token(&self) -> Option<String> {
        fs::read_to_string(self.dir.join("token")).ok()
    }

    /// Remembers a token before the lock is put on the target.
    pub fn set_token(&self, token: &str) -> Result<()> {
        replace(&self.dir.join("token"), token.as_bytes())
    }

    /// What an interrupted publish had brought up, if it began from the head `base` and was to end in `part`.
    pub fn done(&self, base: Stamp, part: Stamp) -> Files {
        let text = fs::read_to_string(self.dir.join("journal")).unwrap_or_default();
        match text.split_once('\n') {
            Some((head, lines)) if head == journal_head(base, part) => {
                // The last line may be cut off: it then names no file, or one whose hash is not wanted.
                let mut record = Record::default();
                let whole = lines.rfind('\n').map_or("", |end| &lines[..end]);
                if record.apply(&format!("studyhall-part 1\n{whole}")) { record.files } else { Files::new() }
            }
            _ => Files::new(),
        }
    }

    /// Begins a journal, with what is done already.
    pub fn begin(&self, base: Stamp, part: Stamp, done: &Files) -> Result<()> {
        let path = self.dir.join("journal");
        let mut text = journal_head(base, part) + "\n";
        done.iter().for_each(|(path, file)| text += &format!("+ {} {} {path}\n", file.stamp.hex(), file.size));
        replace(&path, text.as_bytes())?;
        let file = OpenOptions::new().append(true).open(&path).map_err(|cause| Error::io("error-write", &path, cause))?;
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }

    /// Notes a file that stands on the target now.
    pub fn note(&self, path: &str, file: super::record::Published) -> Result<()> {
        let line = format!("+ {} {} {path}\n", file.stamp.hex(), file.size);
        match &mut *self.journal.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(journal) => journal.write_all(line.as_bytes()).map_err(|cause| Error::io("error-write", &self.dir.join("journal"), cause)),
            None => Ok(()),
        }
    }

    /// Ends the journal: the record on the target says it all.
    pub fn end(&self) {
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // A journal that stays belongs to a head that is no longer there, and is not believed.
        drop(fs::remove_file(self.dir.join("journal")));
    }

    /// The addresses that the last proof found wrong: the next one asks for them, changed or not.
    pub fn wrong(&self) -> Vec<String> {
        let text = fs::read_to_string(self.dir.join("wrong.txt")).unwrap_or_default();
        text.lines().map(str::to_string).collect()
    }

    /// Remembers what a proof found wrong.
    pub fn set_wrong<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Result<()> {
        let text: String = paths.map(|path| format!("{path}\n")).collect();
        match text.is_empty() && !self.dir.join("wrong.txt").exists() {
            true => Ok(()),
            false => replace(&self.dir.join("wrong.txt"), text.as_bytes()),
        }
    }

    /// The folder of a probe that may still stand on the target.
    pub fn probed(&self) -> Option<String> {
        fs::read_to_string(self.dir.join("probe.txt")).ok().filter(|folder| !folder.is_empty())
    }

    /// Remembers the folder of a probe; an empty text for none.
    pub fn set_probed(&self, folder: &str) -> Result<()> {
        replace(&self.dir.join("probe.txt"), folder.as_bytes())
    }

    /// The states that were published from here, oldest first.
    pub fn states(&self) -> Vec<State> {
        let entries = fs::read_dir(self.dir.join("history")).into_iter().flatten().flatten();
        let mut states: Vec<State> = entries
            .filter_map(|entry| {
                let number = entry.file_name().to_str()?.strip_suffix(".txt")?.parse().ok()?;
                let text = fs::read_to_string(entry.path()).ok()?;
                let (at, part) = text.split_once('\n')?;
                let mut record = Record::default();
                record.apply(part).then(|| State { number, at: at.to_string(), files: record.files })
            })
            .collect();
        states.sort_by_key(|state| state.number);
        states
    }

    /// Adds a state and forgets what is older than the last `most`.
    pub fn add_state(&self, at: &str, files: &Files, most: usize) -> Result<()> {
        let states = self.states();
        let same = states.last().is_some_and(|last| last.files == *files);
        let number = states.last().map_or(1, |last| last.number + u32::from(!same));
        let folder = self.dir.join("history");
        fs::create_dir_all(&folder).map_err(|cause| Error::io("error-create-folder", &folder, cause))?;
        let record = Record { files: files.clone(), ..Record::default() };
        let (part, _) = record.part_after(&Record::default(), &[]);
        replace(&self.state_path(number), format!("{at}\n{part}").as_bytes())?;
        let kept = most.max(1);
        let mut numbers: Vec<u32> = states.iter().map(|state| state.number).filter(|known| *known != number).collect();
        numbers.push(number);
        let gone = numbers.len().saturating_sub(kept);
        for old in &numbers[..gone] {
            self.forget(*old);
        }
        Ok(())
    }

    /// After a state was brought back: forgets those that were left and the copy that bringing it back has made.
    pub fn settle(&self, left: &[u32], brought_back: u32) -> Result<()> {
        let files = self.states().into_iter().find(|state| state.number == brought_back).map(|state| state.files);
        let copies = self.states().into_iter().filter(|state| state.number > brought_back && Some(&state.files) == files.as_ref());
        copies.map(|state| state.number).chain(left.iter().copied()).for_each(|number| self.forget(number));
        Ok(())
    }

    /// Forgets a state.
    pub fn forget(&self, number: u32) {
        // One that stays costs space and is offered once more.
        drop(fs::remove_file(self.state_path(number)));
    }

    fn state_path(&self, number: u32) -> PathBuf {
        self.dir.join("history").join(format!("{number:06}.txt"))
    }

    /// Removes objects that no state of any target needs, nor `also`. What another target's record is made of is read from there
    /// again.
    pub fn sweep(&self, also: &[Stamp]) {
        let mut wanted: BTreeMap<Stamp, ()> = also.iter().map(|stamp| (*stamp, ())).collect();
        let root = self.objects.parent().unwrap_or(&self.objects);
        for target in fs::read_dir(root).into_iter().flatten().flatten() {
            let other = Home {
                objects: self.objects.clone(),
                dir: target.path(),
                lock: match self.lock.try_clone() {
                    Ok(lock) => lock,
                    Err(_) => return,
                },
                journal: Mutex::default(),
            };
            wanted.extend(other.states().iter().flat_map(|state| state.files.values().map(|file| (file.stamp, ()))));
        }
        for folder in fs::read_dir(&self.objects).into_iter().flatten().flatten() {
            for entry in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let hex = format!("{}{}", folder.file_name().to_string_lossy(), entry.file_name().to_string_lossy());
                if !Stamp::from_hex(&hex).is_some_and(|stamp| wanted.contains_key(&stamp)) {
                    // What resists is swept next time.
                    drop(fs::remove_file(entry.path()));
                }
            }
        }
    }
}

fn journal_head(base: Stamp, part: Stamp) -> String {
    format!("studyhall-journal 1 {} {}", base.hex(), part.hex())
}

/// A temporary name. Two workers may keep the same bytes at once.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{:?}.new", std::thread::current().id()));
    path.with_file_name(name)
}

/// Writes a file of the memory whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let new = beside(path);
    fs::write(&new, bytes).map_err(|cause| Error::io("error-write", &new, cause))?;
    fs::rename(&new, path).map_err(|cause| Error::io("error-rename", path, cause))
}
