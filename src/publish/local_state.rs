//! What this machine remembers of its publishes: files by their hash, the last states of each target, and how far an
//! interrupted publish had come. All in one folder beside the site, [`DIR`], which may be deleted: then `--rollback` has
//! nothing to bring back, and an interrupted publish uploads again what it had uploaded.
//!
//! A site folder may come from somebody else, with such a folder in it. Nothing in it is reached through a link, what it says
//! is taken for paths only by [`RelPath`], and only files are removed that have the names of ours.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::record::{Published, PublishedFiles, Record};
use crate::disk::{Dir, Kind, is_absent};
use crate::ground::{Error, RelPath, Result, Stamp};

/// The folder, in the site folder.
pub const DIR: &str = ".studyhall-publish";

/// Bytes of the longest list that is kept here: a state of some hundred thousand files, or a journal of them.
const LONGEST: u64 = 64 << 20;
/// Bytes of a name or a number.
const SHORT: u64 = 4 << 10;
/// Bytes of a file that is read at once; larger ones are read from their place, piece by piece.
const LARGE: u64 = 1 << 30;
/// States that are looked at: more than any setting keeps.
const MOST_STATES: usize = 1000;
/// Probes' folders begin so.
pub const PROBE: &str = "studyhall-probe-";

/// The memory of one target.
pub struct LocalPublishState {
    /// All that is kept beside the site.
    root: Dir,
    /// What is kept of this target.
    dir: Dir,
    /// The system's lock: two publishes of one folder to one target would share a journal.
    _lock: File,
    journal: Mutex<Option<File>>,
}

/// A state that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedState {
    /// Its number: later states have higher ones.
    pub number: u32,
    /// When it was published.
    pub at: String,
    /// Its files.
    pub files: PublishedFiles,
}

/// The list of host keys that were accepted for this site, which SSH reads and adds to by itself.
///
/// # Errors
/// When something else stands in its place.
pub fn known_hosts(site: &Path) -> Result<PathBuf> {
    let path = RelPath::own(DIR).join("known_hosts").map_err(|_| Error::new("error-read").at(site))?;
    let wrong = |cause| Error::io("error-read", &path.below(site), cause);
    match Dir::open(site).and_then(|site| site.open_to_change(&path)) {
        Err(cause) if is_absent(&cause) => {}
        opened => drop(opened.map_err(wrong)?),
    }
    Ok(path.below(site))
}

impl LocalPublishState {
    /// Opens the memory of a target, made if it is missing. `None` while another publish to it runs on this machine.
    pub fn open(site: &Path, target: &str) -> Result<Option<LocalPublishState>> {
        let wrong = |cause| Error::io("error-create-folder", &site.join(DIR), cause);
        let root = RelPath::own(DIR);
        let target = RelPath::parse(target).map_err(|_| wrong(ErrorKind::InvalidFilename.into()))?;
        let site = Dir::open(site).map_err(wrong)?;
        site.make_folders(&root).map_err(wrong)?;
        let root = site.folder(&root).map_err(wrong)?;
        for folder in [&RelPath::own("objects"), &target] {
            root.make_folders(folder).map_err(wrong)?;
        }
        let dir = root.folder(&target).map_err(wrong)?;
        let path = RelPath::own("lock");
        let wrong = |cause| Error::io("error-write", &dir.place(&path), cause);
        let lock = dir.open_or_create(&path).map_err(wrong)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Some network shares have no locks; the lock on the target decides then.
            Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(cause)) => return Err(wrong(cause)),
            Ok(()) => {}
        }
        Ok(Some(LocalPublishState { root, dir, _lock: lock, journal: Mutex::default() }))
    }

    /// The bytes that have a hash, if they are here and whole.
    pub fn object(&self, stamp: Stamp) -> Option<Vec<u8>> {
        self.root.read(&object(stamp), LARGE).ok().filter(|bytes| Stamp::of_bytes(bytes) == stamp)
    }

    /// Whether something of this hash is here, without looking into it.
    pub fn has(&self, stamp: Stamp) -> bool {
        self.root.look(&object(stamp)).is_ok_and(|look| look.is_some_and(|look| look.kind == Kind::File))
    }

    /// Keeps bytes under their hash.
    pub fn keep(&self, stamp: Stamp, bytes: &[u8]) -> Result<()> {
        if self.has(stamp) {
            return Ok(());
        }
        self.make_folder_of(stamp)?;
        replace(&self.root, &object(stamp), |file| file.write_all(bytes))
    }

    /// Keeps a file under the hash that it should have. Whether it has it is looked at when it is wanted.
    pub fn keep_file(&self, stamp: Stamp, from: &Path) -> Result<()> {
        if self.has(stamp) {
            return Ok(());
        }
        self.make_folder_of(stamp)?;
        let mut from = File::open(from).map_err(|cause| Error::io("error-read", from, cause))?;
        replace(&self.root, &object(stamp), |file| io::copy(&mut from, file).map(drop))
    }

    fn make_folder_of(&self, stamp: Stamp) -> Result<()> {
        let (object, wrong) = (object(stamp), |cause| Error::io("error-create-folder", self.root.path(), cause));
        object.folders().last().map_or(Ok(()), |folder| self.root.make_folders(&folder).map_err(wrong))
    }

    /// Where the bytes of a hash are kept, if they are.
    pub fn place(&self, stamp: Stamp) -> Option<PathBuf> {
        self.has(stamp).then(|| self.root.place(&object(stamp)))
    }

    /// The token of this machine's last lock on the target.
    pub fn token(&self) -> Option<String> {
        self.text("token", SHORT)
    }

    /// Remembers a token before the lock is put on the target.
    pub fn set_token(&self, token: &str) -> Result<()> {
        self.set("token", token)
    }

    /// What an interrupted publish had brought up, if it began from the head `base` and was to end in `part`.
    pub fn done(&self, base: Stamp, part: Stamp) -> PublishedFiles {
        let text = self.text("journal", LONGEST).unwrap_or_default();
        match text.split_once('\n') {
            Some((head, lines)) if head == journal_head(base, part) => {
                // The last line may be cut off: it then names no file, or one whose hash is not wanted.
                let mut record = Record::default();
                let whole = lines.rfind('\n').map_or("", |end| &lines[..end]);
                if record.apply(&format!("studyhall-part 1\n{whole}")) { record.files } else { PublishedFiles::new() }
            }
            _ => PublishedFiles::new(),
        }
    }

    /// Begins a journal, with what is done already.
    pub fn begin(&self, base: Stamp, part: Stamp, done: &PublishedFiles) -> Result<()> {
        let path = RelPath::own("journal");
        let mut text = journal_head(base, part) + "\n";
        done.iter().for_each(|(path, file)| text += &format!("+ {} {} {path}\n", file.stamp.hex(), file.size));
        self.set("journal", &text)?;
        let opened = self.dir.open_to_change(&path).and_then(|mut file| file.seek(SeekFrom::End(0)).map(|_| file));
        let file = opened.map_err(|cause| Error::io("error-write", &self.dir.place(&path), cause))?;
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }

    /// Notes a file that stands on the target now.
    pub fn note(&self, path: &RelPath, file: Published) -> Result<()> {
        let line = format!("+ {} {} {path}\n", file.stamp.hex(), file.size);
        match &mut *self.journal.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(journal) => {
                let wrong = |cause| Error::io("error-write", &self.dir.place(&RelPath::own("journal")), cause);
                journal.write_all(line.as_bytes()).map_err(wrong)
            }
            None => Ok(()),
        }
    }

    /// Ends the journal: the record on the target says it all.
    pub fn end(&self) {
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // A journal that stays belongs to a head that is no longer there, and is not believed.
        drop(self.dir.remove_file(&RelPath::own("journal")));
    }

    /// The addresses that the last proof found wrong: the next one asks for them, changed or not.
    pub fn wrong(&self) -> Vec<RelPath> {
        self.text("wrong.txt", LONGEST).unwrap_or_default().lines().filter_map(|line| RelPath::parse(line).ok()).collect()
    }

    /// Remembers what a proof found wrong.
    pub fn set_wrong<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Result<()> {
        let text: String = paths.map(|path| format!("{path}\n")).collect();
        match text.is_empty() && self.text("wrong.txt", LONGEST).is_none() {
            true => Ok(()),
            false => self.set("wrong.txt", &text),
        }
    }

    /// The folder of a probe that may still stand on the target. Only what this program calls such a folder is one.
    pub fn probed(&self) -> Option<RelPath> {
        let name = self.text("probe.txt", SHORT)?;
        let number = name.strip_prefix(PROBE)?;
        let is_ours = number.len() == 8 && number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        RelPath::parse(&name).ok().filter(|_| is_ours)
    }

    /// Remembers the folder of a probe; `None` when it is gone.
    pub fn set_probed(&self, folder: Option<&RelPath>) -> Result<()> {
        self.set("probe.txt", folder.map_or("", RelPath::as_str))
    }

    /// The states that were published from here, oldest first.
    pub fn states(&self) -> Vec<PublishedState> {
        states(&self.dir)
    }

    /// Adds a state and forgets what is older than the last `most`.
    pub fn add_state(&self, at: &str, files: &PublishedFiles, most: usize) -> Result<()> {
        let states = self.states();
        let same = states.last().is_some_and(|last| last.files == *files);
        let number = states.last().map_or(1, |last| last.number + u32::from(!same));
        let folder = RelPath::own("history");
        self.dir.make_folders(&folder).map_err(|cause| Error::io("error-create-folder", &self.dir.place(&folder), cause))?;
        let record = Record { files: files.clone(), ..Record::default() };
        let (part, _) = record.part_after(&Record::default(), &[]);
        self.set(state_path(number).as_str(), &format!("{at}\n{part}"))?;
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
        drop(self.dir.remove_file(&state_path(number)));
    }

    /// Removes objects that no state of any target needs, nor `also`. What another target's record is made of is read from there
    /// again.
    pub fn sweep(&self, also: &[Stamp]) {
        let mut wanted: BTreeSet<Stamp> = also.iter().copied().collect();
        for (target, _) in folders(&self.root, None) {
            // One whose states cannot be read would lose what they need.
            let Ok(target) = self.root.folder(&target) else { return };
            wanted.extend(states(&target).iter().flat_map(|state| state.files.values().map(|file| file.stamp)));
        }
        for (folder, start) in folders(&self.root, Some(&RelPath::own("objects"))) {
            for (name, kind) in self.root.entries(Some(&folder)).unwrap_or_default() {
                let rest = name.split('.').next().unwrap_or_default();
                let stamp = Stamp::from_hex(&format!("{start}{rest}"));
                // A file that has no name of ours is none of ours.
                let is_left = stamp.is_some_and(|stamp| name != rest || !wanted.contains(&stamp));
                if let Some(path) = folder.join(&name).ok().filter(|_| is_left && kind == Kind::File) {
                    // What resists is swept next time.
                    drop(self.root.remove_file(&path));
                }
            }
        }
    }

    /// A text that is kept of the target.
    fn text(&self, name: &str, limit: u64) -> Option<String> {
        String::from_utf8(self.dir.read(&RelPath::own(name), limit).ok()?).ok()
    }

    fn set(&self, name: &str, text: &str) -> Result<()> {
        replace(&self.dir, &RelPath::own(name), |file| file.write_all(text.as_bytes()))
    }
}

/// The folders in a folder, with their names.
fn folders(dir: &Dir, folder: Option<&RelPath>) -> Vec<(RelPath, String)> {
    let path = |name: &str| folder.map_or_else(|| RelPath::parse(name), |folder| folder.join(name)).ok();
    let entries = dir.entries(folder).unwrap_or_default().into_iter().filter(|(_, kind)| *kind == Kind::Folder);
    entries.filter_map(|(name, _)| Some((path(&name)?, name))).collect()
}

fn states(dir: &Dir) -> Vec<PublishedState> {
    let entries = dir.entries(Some(&RelPath::own("history"))).unwrap_or_default();
    let mut numbers: Vec<u32> = entries.iter().filter_map(|(name, _)| name.strip_suffix(".txt")?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.drain(..numbers.len().saturating_sub(MOST_STATES));
    let state = |number: u32| {
        let text = String::from_utf8(dir.read(&state_path(number), LONGEST).ok()?).ok()?;
        let (at, part) = text.split_once('\n')?;
        let mut record = Record::default();
        record.apply(part).then(|| PublishedState { number, at: at.to_string(), files: record.files })
    };
    numbers.into_iter().filter_map(state).collect()
}

fn state_path(number: u32) -> RelPath {
    RelPath::own(&format!("history/{number:06}.txt"))
}

fn object(stamp: Stamp) -> RelPath {
    let hex = stamp.hex();
    RelPath::own(&format!("objects/{}/{}", &hex[..2], &hex[2..]))
}

fn journal_head(base: Stamp, part: Stamp) -> String {
    format!("studyhall-journal 1 {} {}", base.hex(), part.hex())
}

/// Writes a file of the memory whole or not at all.
fn replace(dir: &Dir, path: &RelPath, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    // Two workers may keep the same bytes at once.
    let thread: String = format!("{:?}", std::thread::current().id()).chars().filter(char::is_ascii_digit).collect();
    let new = RelPath::own(&format!("{path}.{thread}.new"));
    let wrong = |cause| Error::io("error-write", &dir.place(&new), cause);
    // One that a killed publish left.
    match dir.remove_file(&new) {
        Err(cause) if !is_absent(&cause) => return Err(wrong(cause)),
        _ => {}
    }
    dir.create_new(&new).and_then(|mut file| write(&mut file)).map_err(wrong)?;
    dir.rename(&new, dir, path).map_err(|cause| Error::io("error-rename", &dir.place(path), cause))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    /// A site folder of somebody else, in which `link` leads to a folder with two files in folders.
    fn attacked(link: &str) -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let (site, home) = (temp.path().join("site"), temp.path().join("home"));
        fs::create_dir_all(site.join(link).parent().unwrap()).unwrap();
        fs::create_dir_all(home.join("ab")).unwrap();
        fs::write(home.join("ab/thesis.txt"), "precious").unwrap();
        fs::write(home.join("ab").join("c".repeat(30)), "a name like ours").unwrap();
        symlink(&home, site.join(link)).unwrap();
        (temp, site)
    }

    #[test]
    fn nothing_behind_a_link_is_written_or_swept() {
        for link in [DIR, ".studyhall-publish/objects", ".studyhall-publish/campus", ".studyhall-publish/campus/history"] {
            let (temp, site) = attacked(link);
            let done = LocalPublishState::open(&site, "campus").and_then(|home| {
                let home = home.expect("nobody else publishes");
                home.set_token("t")?;
                home.keep(Stamp::of_bytes(b"x"), b"x")?;
                home.sweep(&[]);
                home.add_state("now", &PublishedFiles::new(), 1)
            });
            let error = done.unwrap_err();
            assert_eq!(error.id, "error-link", "{link}: {error}");
            assert!(error.path.is_some_and(|path| path.ends_with(link)), "{link} is named");
            let mut left: Vec<_> =
                walkdir::WalkDir::new(temp.path().join("home")).into_iter().map(|entry| entry.unwrap().into_path()).collect();
            left.sort();
            assert_eq!(left.len(), 4, "{link}: {left:?}");
            assert_eq!(fs::read_to_string(temp.path().join("home/ab/thesis.txt")).unwrap(), "precious");
        }
        for link in ["lock", "token", "journal", "wrong.txt", "probe.txt"] {
            let (temp, site) = attacked("none");
            let file = temp.path().join("home/ab/thesis.txt");
            fs::create_dir_all(site.join(DIR).join("campus")).unwrap();
            symlink(&file, site.join(DIR).join("campus").join(link)).unwrap();
            if let Ok(Some(home)) = LocalPublishState::open(&site, "campus") {
                home.set_token("t").unwrap();
                home.begin(Stamp::default(), Stamp::default(), &PublishedFiles::new()).unwrap();
                home.note(&RelPath::own("a"), Published { stamp: Stamp::default(), size: 1 }).unwrap();
                home.set_wrong(["a"].into_iter()).unwrap();
                home.set_probed(None).unwrap();
                home.end();
            }
            assert_eq!(fs::read_to_string(&file).unwrap(), "precious", "{link}");
        }
    }

    #[test]
    fn what_is_not_ours_is_not_swept_and_no_probe_is() {
        let temp = tempfile::tempdir().unwrap();
        let home = LocalPublishState::open(temp.path(), "campus").unwrap().unwrap();
        home.keep(Stamp::of_bytes(b"x"), b"x").unwrap();
        let folder = temp.path().join(DIR).join("objects");
        fs::create_dir_all(folder.join("ab")).unwrap();
        fs::write(folder.join("ab/thesis.txt"), "precious").unwrap();
        home.sweep(&[]);
        assert!(!home.has(Stamp::of_bytes(b"x")) && folder.join("ab/thesis.txt").exists());
        for name in
            ["../..", "", "studyhall-probe-", "studyhall-probe-../../xx", "news", "studyhall-probe-0123ABCD", "studyhall-probe-0123abcd\n"]
        {
            fs::write(temp.path().join(DIR).join("campus/probe.txt"), name).unwrap();
            assert_eq!(home.probed(), None, "{name}");
        }
        home.set_probed(Some(&RelPath::own("studyhall-probe-0123abcd"))).unwrap();
        assert!(home.probed().is_some());
    }

    #[test]
    fn host_keys_are_kept_in_a_file_of_ours() {
        let (temp, site) = attacked(".studyhall-publish/known_hosts");
        assert_eq!(known_hosts(&site).unwrap_err().id, "error-link");
        assert!(known_hosts(temp.path()).is_ok(), "none yet");
    }
}
