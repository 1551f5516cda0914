//! What earlier runs worked out, by the stamp of what it was worked out from. Losing it costs time, nothing else.
//!
//! The folder may be deleted, cut short or overwritten at any moment, also while it is in use: every answer is
//! checked before it is given, and a doubt is a “no”. No trouble here ever ends a run, but for a link in the place of the
//! folder or of a file in it: somebody has put it there, and what is behind it must not be touched. Start at [`Cache`].
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a memory between runs lies on disk")]

mod file;
mod index;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::disk::{Dir, Kind};
use crate::ground::{Error, Obstacle, RelPath, Result, Stamp, Stamper, Thing};
use file::{MAX_RECORD, Pack, is_ours, read_sealed, remove_packs_but, write_sealed};
use index::{Index, Key, Known, Slot, check_of};

/// Changes when the files of the cache folder change their shape.
const FORMAT: u32 = 1;

/// Records are gathered up to this many bytes before they go to disk: few writes, little memory.
const BUFFER: usize = 1 << 20;

/// A record that this many full runs did not ask for is dead: an officer who goes back to yesterday's text, or
/// switches between two branches, still finds it.
const LIFE: u32 = 8;

/// Below this size a pack is not worth making anew.
const WORTH_COMPACTING: u64 = 1 << 20;

/// The memory of a site. Shared by threads; one process at a time writes, others only read.
pub struct Cache {
    path: PathBuf,
    /// `None` when there is no such folder and none could be made.
    dir: Option<Dir>,
    identity: Stamp,
    /// Held as long as this lives; `None` when another process has it, or there is no folder.
    lock: Option<File>,
    index: Index,
    known: HashMap<Key, Known>,
    /// Made when the first record goes to disk.
    pack: OnceLock<Pack>,
    fresh: RwLock<Fresh>,
    trouble: Mutex<Option<String>>,
}

/// Whether a run asked for all that the site needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// It did: what it did not ask for grows older.
    Full,
    /// It was broken off, or answered from higher up without asking: nothing grows older.
    Partial,
}

/// Records of this run.
#[derive(Default)]
struct Fresh {
    slots: HashMap<Key, Slot>,
    /// Those not on disk yet.
    buffer: Vec<u8>,
    /// Where the buffer will go.
    at: u64,
    /// A disk that refused once is left alone.
    broken: bool,
    /// The living lie in another pack now: this memory can be asked, and stores no more.
    moved: bool,
}

impl Cache {
    /// Opens a folder, made if it is missing. `salt` must differ wherever stored values may not be exchanged: other
    /// types, other settings that no key covers. Whatever is wrong, the result is an empty memory.
    ///
    /// # Errors
    /// When the folder, or a file in it, is a link or no plain file.
    pub fn open(path: &Path, salt: Stamp) -> Result<Cache> {
        let mut stamper = Stamper::default();
        stamper.text("studyhall-cache").value(&FORMAT).text(env!("CARGO_PKG_VERSION")).stamp(salt);
        let mut cache = Cache {
            path: path.to_path_buf(),
            dir: None,
            identity: stamper.finish(),
            lock: None,
            index: Index::default(),
            known: HashMap::new(),
            pack: OnceLock::new(),
            fresh: RwLock::default(),
            trouble: Mutex::new(None),
        };
        match open_folder(path).and_then(|dir| check_entries(&dir).map(|()| dir)) {
            Ok(dir) => cache.dir = Some(dir),
            Err(cause) if Obstacle::in_cause(&cause).is_some() => return Err(Error::io("error-cache", path, cause)),
            Err(cause) => cache.note(format!("read only: {cause}")),
        }
        match cache.dir.as_ref().map(lock) {
            Some(Ok(lock)) => cache.lock = Some(lock),
            Some(Err(cause)) => cache.note(format!("read only: {cause}")),
            None => {}
        }
        if let Err(cause) = cache.read_index() {
            cache.note(format!("empty: {cause}"));
            cache.index = Index::default();
        }
        cache.known = cache.index.known();
        if let (Some(dir), Some(_)) = (&cache.dir, &cache.lock) {
            remove_packs_but(dir, cache.pack.get().map(|pack| pack.name));
        }
        cache.fresh = RwLock::new(Fresh { at: cache.index.end.max(Pack::START), ..Fresh::default() });
        Ok(cache)
    }

    fn read_index(&mut self) -> io::Result<()> {
        let Some(dir) = &self.dir else { return Ok(()) };
        let Some(body) = read_sealed(dir, &RelPath::own("index"), self.identity)? else { return Ok(()) };
        let index: Index = postcard::from_bytes(&body).map_err(io::Error::other)?;
        let pack = Pack::open(dir, index.pack, index.end, self.lock.is_some())?;
        // The index is whole, but a record beyond the end would cost memory before it is refused.
        let fits = |slot: &Slot| slot.len <= MAX_RECORD && slot.offset.checked_add(u64::from(slot.len)).is_some_and(|end| end <= index.end);
        let all_fit = index.slots.iter().all(|(_, slot)| fits(slot));
        self.pack = OnceLock::from(pack);
        match all_fit {
            true => self.index = index,
            false => return Err(io::Error::other("it contradicts itself")),
        }
        Ok(())
    }

    /// What was stored under a key, if it is still whole.
    pub fn get(&self, space: u8, key: Stamp) -> Option<Vec<u8>> {
        let key = (space, key);
        let fresh = self.fresh.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = fresh.slots.get(&key).copied() {
            if let Some(start) = slot.offset.checked_sub(fresh.at) {
                let start = usize::try_from(start).ok()?;
                return fresh.buffer.get(start..start + slot.len as usize).map(<[u8]>::to_vec);
            }
            drop(fresh);
            return self.pack.get()?.read(&slot);
        }
        drop(fresh);
        let known = self.known.get(&key)?;
        let bytes = self.pack.get()?.read(&known.slot);
        match bytes {
            Some(_) => known.mark_asked(),
            None => known.mark_damaged(),
        }
        bytes
    }

    /// Whether something is stored under a key. It counts as asked for, so that what a run relies on does not grow old;
    /// whether it is whole shows when it is read.
    pub fn holds(&self, space: u8, key: Stamp) -> bool {
        let key = (space, key);
        if let Some(known) = self.known.get(&key).filter(|known| !known.is_damaged()) {
            known.mark_asked();
            return true;
        }
        self.fresh.read().unwrap_or_else(PoisonError::into_inner).slots.contains_key(&key)
    }

    /// Stores bytes under a key. The same key always stands for the same bytes; should it not, the last one holds.
    pub fn put(&self, space: u8, key: Stamp, bytes: &[u8]) {
        let key = (space, key);
        let Some(len) = u32::try_from(bytes.len()).ok().filter(|len| *len <= MAX_RECORD) else { return };
        if self.lock.is_none() {
            return;
        }
        let check = check_of(bytes);
        if let Some(known) = self.known.get(&key)
            && !known.is_damaged()
            && (known.slot.len, known.slot.check) == (len, check)
        {
            known.mark_asked();
            return;
        }
        let mut fresh = self.fresh.write().unwrap_or_else(PoisonError::into_inner);
        if fresh.broken || fresh.moved {
            return;
        }
        let offset = fresh.at + fresh.buffer.len() as u64;
        fresh.buffer.extend_from_slice(bytes);
        fresh.slots.insert(key, Slot { offset, len, check, used: 0 });
        if fresh.buffer.len() >= BUFFER
            && let Err(cause) = self.flush(&mut fresh)
        {
            self.note(format!("no longer stored: {cause}"));
        }
    }

    /// Stores what was added so far. After a full run the folder is made smaller when more than half of it is dead, and
    /// nothing is stored any more.
    pub fn save(&self, run: Run) -> Result<()> {
        self.write_all(run).map_err(|cause| Error::io("error-cache", &self.path, cause))
    }

    fn write_all(&self, run: Run) -> io::Result<()> {
        let mut fresh = self.fresh.write().unwrap_or_else(PoisonError::into_inner);
        // Without new records none has died either: a run with nothing to do writes nothing.
        if self.lock.is_none() || fresh.slots.is_empty() || fresh.moved {
            return Ok(());
        }
        if !fresh.broken {
            self.flush(&mut fresh)?;
        }
        let generation = self.index.generation + u32::from(run == Run::Full);
        let mut slots = Vec::with_capacity(self.known.len() + fresh.slots.len());
        for (key, known) in self.known.iter().filter(|(key, known)| !fresh.slots.contains_key(key) && !known.is_damaged()) {
            let used = if known.was_asked() { generation } else { known.slot.used };
            slots.push((*key, Slot { used, ..known.slot }));
        }
        // A disk that refused has only what went before.
        let stored = fresh.slots.iter().filter(|(_, slot)| slot.offset + u64::from(slot.len) <= fresh.at);
        slots.extend(stored.map(|(key, slot)| (*key, Slot { used: generation, ..*slot })));
        slots.sort_unstable_by_key(|(key, slot)| (slot.offset, *key));
        let Some(pack) = self.pack.get() else { return Ok(()) };
        let index = Index { pack: pack.name, end: fresh.at, generation, slots };
        let index = if run == Run::Full { self.compact(pack, index)? } else { index };
        fresh.moved = index.pack != pack.name;
        let dir = self.folder()?;
        write_sealed(dir, &RelPath::own("index"), self.identity, &index)?;
        remove_packs_but(dir, Some(index.pack));
        Ok(())
    }

    /// Copies the living into a new pack when the dead outweigh them.
    fn compact(&self, old: &Pack, mut index: Index) -> io::Result<Index> {
        let lives = |slot: &Slot| slot.used + LIFE >= index.generation;
        let living: u64 = index.slots.iter().filter(|(_, slot)| lives(slot)).map(|(_, slot)| u64::from(slot.len)).sum();
        if index.end < WORTH_COMPACTING || living * 2 >= index.end {
            return Ok(index);
        }
        let new = Pack::create(self.folder()?, new_name())?;
        let (mut buffer, mut at, mut kept) = (Vec::with_capacity(BUFFER), Pack::START, Vec::new());
        for (key, slot) in index.slots.iter().filter(|(_, slot)| lives(slot)) {
            let Some(bytes) = old.read(slot) else { continue };
            kept.push((*key, Slot { offset: at + buffer.len() as u64, ..*slot }));
            buffer.extend_from_slice(&bytes);
            if buffer.len() >= BUFFER {
                new.write(&buffer, at)?;
                at += buffer.len() as u64;
                buffer.clear();
            }
        }
        new.write(&buffer, at)?;
        index = Index { pack: new.name, end: at + buffer.len() as u64, slots: kept, ..index };
        Ok(index)
    }

    /// Writes the buffer behind what the pack holds.
    fn flush(&self, fresh: &mut Fresh) -> io::Result<()> {
        let written = self.writable_pack().and_then(|pack| pack.write(&fresh.buffer, fresh.at));
        match written {
            Ok(()) => fresh.at += fresh.buffer.len() as u64,
            Err(_) => {
                let at = fresh.at;
                fresh.broken = true;
                fresh.slots.retain(|_, slot| slot.offset < at);
            }
        }
        fresh.buffer.clear();
        written
    }

    fn writable_pack(&self) -> io::Result<&Pack> {
        if self.pack.get().is_none() {
            // Only one thread comes here at a time: the caller holds `fresh`.
            drop(self.pack.set(Pack::create(self.folder()?, new_name())?));
        }
        self.pack.get().ok_or_else(|| io::Error::other("the pack was not kept"))
    }

    /// Reads a value that [`Cache::save_value`] stored. `name` is of `a-z` and `-`.
    pub fn load_value<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let (dir, path) = (self.dir.as_ref()?, value_path(name));
        let decode = |body: Vec<u8>| postcard::from_bytes(&body).map_err(io::Error::other);
        match read_sealed(dir, &path, self.identity).and_then(|body| body.map(decode).transpose()) {
            Ok(value) => value,
            Err(cause) => {
                self.note(format!("{name}: {cause}"));
                // The next one may be the same to the byte, and what says that it holds those is not written again.
                if self.lock.is_some() {
                    drop(dir.remove_file(&path));
                }
                None
            }
        }
    }

    /// Stores a value in a file of its own.
    pub fn save_value<T: Serialize + ?Sized>(&self, name: &str, value: &T) -> Result<()> {
        if self.lock.is_none() {
            return Ok(());
        }
        let path = value_path(name);
        let written = self.folder().and_then(|dir| write_sealed(dir, &path, self.identity, value));
        written.map_err(|cause| Error::io("error-cache", &path.below(&self.path), cause))
    }

    fn folder(&self) -> io::Result<&Dir> {
        self.dir.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// What went wrong first, in words for `-v`: an officer need not know.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, trouble: String) {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(trouble);
    }
}

fn value_path(name: &str) -> RelPath {
    RelPath::own(&format!("{name}.value"))
}

/// Opens the folder, made if it is missing. It is no link; the folder it stands in is the user's word.
fn open_folder(path: &Path) -> io::Result<Dir> {
    let outer = path.parent().filter(|outer| !outer.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| RelPath::parse(name).ok());
    let (outer, name) = (Dir::open(outer)?, name.ok_or(io::ErrorKind::InvalidFilename)?);
    outer.make_folders(&name)?;
    outer.folder(&name)
}

/// Sees whether one of our files is a link, a pipe or a device.
fn check_entries(dir: &Dir) -> io::Result<()> {
    let odd = |kind: Kind| match kind {
        Kind::Link => Some(Thing::Link),
        Kind::Special => Some(Thing::Special),
        Kind::File | Kind::Folder => None,
    };
    let entries = dir.entries(None)?;
    let found = entries.iter().filter(|(name, _)| is_ours(name)).find_map(|(name, kind)| Some((name, odd(*kind)?)));
    found.map_or(Ok(()), |(name, thing)| Err(Obstacle::error(dir.path().join(name), thing)))
}

fn lock(dir: &Dir) -> io::Result<File> {
    let lock = dir.open_lock(&RelPath::own("lock"))?;
    lock.try_lock().map_err(|_| io::Error::other("another process writes it"))?;
    Ok(lock)
}

/// A name that no other pack has: the process, the time and a pointer's worth of chance make it.
fn new_name() -> Stamp {
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let chance = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    Stamp::of(&(std::process::id(), time.as_nanos() as u64, chance))
}
