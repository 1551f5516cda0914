//! Where changes come from: the system's own notifications, or polling.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::paths::WatchedPaths;
use super::poller::Poller;

/// How changes are detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchMode {
    /// By notifications of the system.
    Native,
    /// By polling, as was asked for.
    Polling,
    /// By polling, since the system refused to watch so many folders.
    PollingAfterLimit,
    /// By polling, since the system refused to watch.
    PollingAfterError,
}

/// What the loop of a watch reacts to.
pub(super) enum WatchEvent {
    Change(notify::Result<Event>),
    Follow(WatchedPaths),
    Stop,
}

/// The system's watcher, or a poller.
pub(super) struct WatchBackend {
    watcher: Option<RecommendedWatcher>,
    /// What is watched, and which folder stood there then.
    watched: BTreeMap<PathBuf, Identity>,
    pub(super) poller: Option<Poller>,
}

/// Tells a folder from another that was put in its place.
type Identity = Option<(u64, u64)>;

impl WatchBackend {
    pub(super) fn start(places: &WatchedPaths, poll: bool, events: &Sender<WatchEvent>) -> (WatchBackend, WatchMode) {
        let mut backend = WatchBackend { watcher: None, watched: BTreeMap::new(), poller: None };
        let mut mode = WatchMode::Polling;
        if !poll {
            let to = events.clone();
            let watcher = RecommendedWatcher::new(move |event| drop(to.send(WatchEvent::Change(event))), Config::default());
            backend.watcher = watcher.ok();
            match backend.watcher.is_some().then(|| backend.sync_watches(places)) {
                Some(Ok(())) => return (backend, WatchMode::Native),
                Some(Err(notify::ErrorKind::MaxFilesWatch)) => mode = WatchMode::PollingAfterLimit,
                _ => mode = WatchMode::PollingAfterError,
            }
        }
        backend.start_polling(places);
        (backend, mode)
    }

    /// Polls from now on, and gives up native watches.
    pub(super) fn start_polling(&mut self, places: &WatchedPaths) {
        self.watcher = None;
        self.watched.clear();
        self.poller = Some(Poller::new(places));
    }

    /// Watches the wanted folders that exist, and drops watches of all others.
    pub(super) fn sync_watches(&mut self, places: &WatchedPaths) -> Result<(), notify::ErrorKind> {
        let Some(watcher) = self.watcher.as_mut() else { return Ok(()) };
        let wanted = std::iter::once((&places.site, RecursiveMode::NonRecursive));
        let wanted = wanted.chain(places.folders.iter().map(|folder| (folder, RecursiveMode::Recursive)));
        let wanted: BTreeMap<&PathBuf, RecursiveMode> = wanted.filter(|(folder, _)| folder.is_dir()).collect();
        let gone: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|(folder, id)| !wanted.contains_key(*folder) || **id != identity(folder))
            .map(|(f, _)| f.clone())
            .collect();
        for folder in gone {
            drop(watcher.unwatch(&folder));
            self.watched.remove(&folder);
        }
        for (folder, mode) in wanted {
            if !self.watched.contains_key(folder) {
                watcher
                    .watch(folder, mode)
                    .map_err(|error| if is_full(&error.kind) { notify::ErrorKind::MaxFilesWatch } else { error.kind })?;
                self.watched.insert(folder.clone(), identity(folder));
            }
        }
        Ok(())
    }

    /// Drops all watches and sets them again. A folder that went and came may have the inode of the old one, and the event that the old
    /// one went may end the watch of the new one.
    pub(super) fn rewatch_all(&mut self, places: &WatchedPaths) -> Result<(), notify::ErrorKind> {
        let watched = std::mem::take(&mut self.watched);
        if let Some(watcher) = self.watcher.as_mut() {
            watched.into_keys().for_each(|folder| drop(watcher.unwatch(&folder)));
        }
        self.sync_watches(places)
    }

    /// Whether a watched folder has gone, come, or been replaced.
    pub(super) fn is_out_of_date(&self, places: &WatchedPaths) -> bool {
        if self.poller.is_some() {
            return false;
        }
        let all = std::iter::once(&places.site).chain(&places.folders);
        all.into_iter().any(|folder| match self.watched.get(folder) {
            Some(known) => !folder.is_dir() || *known != identity(folder),
            None => folder.is_dir(),
        })
    }
}

/// Whether the system has no room for more watches; some say it with the number of ENOSPC.
pub(super) fn is_full(kind: &notify::ErrorKind) -> bool {
    match kind {
        notify::ErrorKind::MaxFilesWatch => true,
        notify::ErrorKind::Io(cause) => cause.raw_os_error() == Some(28),
        _ => false,
    }
}

#[cfg(unix)]
fn identity(folder: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(folder: &Path) -> Identity {
    let made = fs::metadata(folder).ok()?.created().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((made.as_secs(), u64::from(made.subsec_nanos())))
}
