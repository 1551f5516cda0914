//! A target in memory that fails when it is told to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard};

use super::body::{self, UploadBody};
use super::store::{Capabilities, Connector, RemoteEntry, Store};
use super::store_error::{StoreError, StoreErrorKind};
use crate::ground::RelPath;

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The process is killed before it: nothing works from here on.
    KilledBefore,
    /// The process is killed when half of a write is there.
    KilledHalfway,
    /// The process is killed after it.
    KilledAfter,
    /// The connection is lost before it.
    LostBefore,
    /// The connection is lost when half of a write is there.
    LostHalfway,
    /// The connection is lost after it, before the answer.
    LostAfter,
    /// The disk is full.
    Full,
}

impl Failure {
    pub const ALL: [Failure; 7] = [
        Failure::KilledBefore,
        Failure::KilledHalfway,
        Failure::KilledAfter,
        Failure::LostBefore,
        Failure::LostHalfway,
        Failure::LostAfter,
        Failure::Full,
    ];

    /// Whether a publish gets over it by itself.
    pub fn passes(self) -> bool {
        matches!(self, Failure::LostBefore | Failure::LostHalfway | Failure::LostAfter)
    }
}

#[derive(Default)]
pub struct MemoryDisk {
    pub files: BTreeMap<String, Vec<u8>>,
    pub folders: BTreeSet<String>,
    /// Operations so far.
    pub count: usize,
    /// Bytes that were written.
    pub written: usize,
    /// Which operation fails, and how.
    pub plan: Option<(usize, Failure)>,
    dead: bool,
}

/// A target in memory. Its clones are the same target.
#[derive(Clone)]
pub struct MemoryTarget {
    pub disk: Arc<Mutex<MemoryDisk>>,
    pub can: Capabilities,
}

impl MemoryTarget {
    pub fn new() -> MemoryTarget {
        let can = Capabilities { replace_by_rename: true, whole_writes: false, resume: true, create_new: true, sizes: true, folders: true };
        MemoryTarget { disk: Arc::default(), can }
    }

    /// Another target that can do the same.
    pub fn clone_empty(&self) -> MemoryTarget {
        MemoryTarget { disk: Arc::default(), can: self.can }
    }

    pub fn disk(&self) -> MutexGuard<'_, MemoryDisk> {
        self.disk.lock().expect("no test panics while it holds the disk")
    }

    /// From now on the operation of this number fails, counted from here; `None` for none.
    pub fn fail(&self, plan: Option<(usize, Failure)>) {
        let mut disk = self.disk();
        (disk.count, disk.plan, disk.dead) = (0, plan, false);
    }

    /// Does an operation, or fails as planned. `half` is what a half-done one leaves.
    fn act<T>(
        &self,
        half: impl FnOnce(&mut MemoryDisk),
        act: impl FnOnce(&mut MemoryDisk) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut disk = self.disk();
        if disk.dead {
            return Err(StoreError::new(StoreErrorKind::Other, "killed"));
        }
        disk.count += 1;
        let Some((_, failure)) = disk.plan.filter(|(at, _)| *at == disk.count) else { return act(&mut disk) };
        match failure {
            Failure::KilledHalfway | Failure::LostHalfway => half(&mut disk),
            Failure::KilledAfter | Failure::LostAfter => drop(act(&mut disk)),
            _ => {}
        }
        disk.dead = matches!(failure, Failure::KilledBefore | Failure::KilledHalfway | Failure::KilledAfter);
        Err(match failure {
            Failure::Full => StoreError::new(StoreErrorKind::Full, "quota"),
            _ if failure.passes() => StoreError::new(StoreErrorKind::Lost, "lost"),
            _ => StoreError::new(StoreErrorKind::Other, "killed"),
        })
    }

    fn look<T>(&self, act: impl FnOnce(&mut MemoryDisk) -> T) -> Result<T, StoreError> {
        self.act(|_| {}, |disk| Ok(act(disk)))
    }
}

impl Connector for MemoryTarget {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(self.clone()))
    }

    fn name(&self) -> String {
        "memory:".to_string()
    }
}

fn folder_is_there(disk: &MemoryDisk, path: &str) -> Result<(), StoreError> {
    let parent = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match parent.is_empty() || disk.folders.contains(parent) {
        true => Ok(()),
        false => Err(StoreError::new(StoreErrorKind::Other, format!("no folder {parent}"))),
    }
}

impl Store for MemoryTarget {
    fn can(&self) -> Capabilities {
        self.can
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        let folder = folder.map_or("", RelPath::as_str);
        self.look(|disk| {
            let inside = |path: &str| match folder {
                "" => Some(path.to_string()),
                _ => path.strip_prefix(folder)?.strip_prefix('/').map(str::to_string),
            };
            let here = |path: &String| inside(path).filter(|name| !name.contains('/'));
            let files = disk
                .files
                .iter()
                .filter_map(|(path, bytes)| Some(RemoteEntry { name: here(path)?, size: Some(bytes.len() as u64), is_folder: false }));
            let folders = disk.folders.iter().filter_map(|path| Some(RemoteEntry { name: here(path)?, size: None, is_folder: true }));
            files.chain(folders).collect()
        })
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        self.look(|disk| disk.files.get(path.as_str()).map(|bytes| bytes.len() as u64))
    }

    fn read(&mut self, path: &RelPath, _limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.look(|disk| disk.files.get(path.as_str()).cloned())
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        let path = path.as_str();
        let mut bytes = Vec::new();
        body.read(0)?.read_to_end(&mut bytes).map_err(|cause| body::fault(&cause))?;
        let from = usize::try_from(from).expect("test files are small");
        let whole = self.can.whole_writes;
        let put = |disk: &mut MemoryDisk, end: usize| {
            let mut content = disk.files.remove(path).unwrap_or_default();
            content.truncate(from);
            content.extend(&bytes[from..end]);
            disk.written += end - from;
            disk.files.insert(path.to_string(), content);
        };
        self.act(
            |disk| {
                if !whole && folder_is_there(disk, path).is_ok() {
                    put(disk, from + (bytes.len() - from) / 2);
                }
            },
            |disk| {
                folder_is_there(disk, path)?;
                put(disk, bytes.len());
                Ok(())
            },
        )
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        let path = path.as_str();
        let half = |disk: &mut MemoryDisk| {
            if folder_is_there(disk, path).is_ok() {
                disk.files.entry(path.to_string()).or_insert_with(|| bytes[..bytes.len() / 2].to_vec());
            }
        };
        self.act(half, |disk| {
            folder_is_there(disk, path)?;
            let new = !disk.files.contains_key(path);
            disk.files.entry(path.to_string()).or_insert_with(|| bytes.to_vec());
            Ok(new)
        })
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        let (from, to) = (from.as_str(), to.as_str());
        let replaces = self.can.replace_by_rename;
        self.act(
            |disk| {
                // What is in the way goes first where a protocol cannot replace.
                if !replaces {
                    disk.files.remove(to);
                }
            },
            |disk| {
                folder_is_there(disk, to)?;
                let bytes = disk.files.remove(from).ok_or_else(|| StoreError::new(StoreErrorKind::Other, format!("no file {from}")))?;
                disk.files.insert(to.to_string(), bytes);
                Ok(())
            },
        )
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let path = path.as_str();
        self.act(
            |_| {},
            |disk| {
                folder_is_there(disk, path)?;
                disk.folders.insert(path.to_string());
                Ok(())
            },
        )
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.look(|disk| drop(disk.files.remove(path.as_str())))
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.look(|disk| {
            let inside = format!("{path}/");
            if !disk.files.keys().chain(disk.folders.iter()).any(|other| other.starts_with(&inside)) {
                disk.folders.remove(path.as_str());
            }
        })
    }
}
