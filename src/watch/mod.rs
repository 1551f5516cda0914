//! Hears of changes in a site folder, and says which paths to look at again.
//!
//! Owns the watching of folders that come and go, of systems that tell little, and of mounts that tell nothing (there it
//! looks by itself). Never reads a file. Start at [`Watch::start`]; [`gather`] says when a batch is ready.

pub mod gather;
mod look;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::ground::path::is_ignored;
use gather::Gather;
pub use gather::{Batch, Happened};
use look::Look;

/// How often folders are asked whether they are still there.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often everything is looked at where the system tells nothing.
const POLL: Duration = Duration::from_millis(500);
/// A new folder may have got files before it was watched: so long after the last folder came or went all are watched anew and
/// looked at.
const SECOND_LOOK: Duration = Duration::from_millis(300);

/// What to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The site folder. Of what lies directly in it only these names matter.
    pub site: PathBuf,
    /// Files directly in the site folder.
    pub files: Vec<String>,
    /// Folders that are watched with all below them; they may be missing, and come later.
    pub folders: Vec<PathBuf>,
}

/// How changes are heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// The system tells.
    Told,
    /// By looking, since it was asked for.
    Looking,
    /// By looking, since the system refused to watch so many folders.
    LookingSinceFull,
    /// By looking, since the system refused.
    LookingSinceRefused,
}

/// A running watch. Dropped, it ends.
pub struct Watch {
    batches: Receiver<Batch>,
    waiting: Arc<AtomicUsize>,
    orders: Sender<Heard>,
    /// How changes are heard of.
    pub means: Means,
}

impl Watch {
    /// Begins to watch. `poll` says to look instead of being told: for network drives and the like.
    pub fn start(places: Places, poll: bool) -> Watch {
        let (heard, hearing) = mpsc::channel();
        let (batch_out, batches) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (ears, means) = Ears::open(&places, poll, &heard);
        let listening = Loop {
            places,
            ears,
            hearing,
            batches: batch_out,
            waiting: Arc::clone(&waiting),
            beat: Instant::now() + POLL,
            second_look: None,
            has_turned: false,
        };
        std::thread::spawn(move || listening.run());
        Watch { batches, waiting, orders: heard, means }
    }

    /// Watches other places from now on.
    pub fn follow(&self, places: Places) {
        // The loop ends only with this watch.
        drop(self.orders.send(Heard::Places(places)));
    }

    /// What has changed, waiting for it until `timeout` has passed. All that waits comes as one.
    pub fn next(&self, timeout: Duration) -> Option<Batch> {
        let mut all = self.batches.recv_timeout(timeout).ok()?;
        let mut fetched = 1;
        while let Ok(batch) = self.batches.try_recv() {
            fetched += 1;
            all.upset |= batch.upset;
            all.has_turned |= batch.has_turned;
            all.paths.extend(batch.paths);
        }
        self.waiting.fetch_sub(fetched, Ordering::Relaxed);
        Some(all)
    }

    /// Counts the batches that wait: whoever works may stop for them.
    pub fn waiting(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.waiting)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.orders.send(Heard::End));
    }
}

enum Heard {
    Event(notify::Result<Event>),
    Places(Places),
    End,
}

/// The system's watcher, or our own eyes.
struct Ears {
    watcher: Option<RecommendedWatcher>,
    /// What is watched, and which folder stood there then.
    watched: BTreeMap<PathBuf, Identity>,
    look: Option<Look>,
}

/// Tells a folder from another that was put in its place.
type Identity = Option<(u64, u64)>;

impl Ears {
    fn open(places: &Places, poll: bool, heard: &Sender<Heard>) -> (Ears, Means) {
        let mut ears = Ears { watcher: None, watched: BTreeMap::new(), look: None };
        let mut means = Means::Looking;
        if !poll {
            let to = heard.clone();
            let told = RecommendedWatcher::new(move |event| drop(to.send(Heard::Event(event))), Config::default());
            ears.watcher = told.ok();
            match ears.watcher.is_some().then(|| ears.attend(places)) {
                Some(Ok(())) => return (ears, Means::Told),
                Some(Err(notify::ErrorKind::MaxFilesWatch)) => means = Means::LookingSinceFull,
                _ => means = Means::LookingSinceRefused,
            }
        }
        ears.open_eyes(places);
        (ears, means)
    }

    /// From now on nothing is told any more.
    fn open_eyes(&mut self, places: &Places) {
        self.watcher = None;
        self.watched.clear();
        self.look = Some(Look::new(places));
    }

    /// Watches what is to be watched and stands there, and lets go of the rest.
    fn attend(&mut self, places: &Places) -> Result<(), notify::ErrorKind> {
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

    /// Lets go of all and watches anew. A folder that went and came may have the number of the old one, and the news that the old
    /// one went may end the watch of the new.
    fn renew(&mut self, places: &Places) -> Result<(), notify::ErrorKind> {
        let watched = std::mem::take(&mut self.watched);
        if let Some(watcher) = self.watcher.as_mut() {
            watched.into_keys().for_each(|folder| drop(watcher.unwatch(&folder)));
        }
        self.attend(places)
    }

    /// Whether a watched folder has gone, come, or become another.
    fn is_upset(&self, places: &Places) -> bool {
        if self.look.is_some() {
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
fn is_full(kind: &notify::ErrorKind) -> bool {
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

struct Loop {
    places: Places,
    ears: Ears,
    hearing: Receiver<Heard>,
    batches: Sender<Batch>,
    waiting: Arc<AtomicUsize>,
    /// When folders are asked whether they are still there, or looked at.
    beat: Instant,
    second_look: Option<Instant>,
    /// Whether looking has taken the place of being told, and nobody knows yet.
    has_turned: bool,
}

impl Loop {
    fn run(mut self) {
        let mut gather = Gather::default();
        loop {
            let now = Instant::now();
            let until = [gather.due(), self.second_look, Some(self.beat)].into_iter().flatten().min().unwrap_or(self.beat);
            match self.hearing.recv_timeout(until.saturating_duration_since(now)) {
                Ok(Heard::Event(Ok(event))) => self.event(&event, &mut gather),
                Ok(Heard::Event(Err(error))) => self.trouble(&error.kind, &mut gather),
                Ok(Heard::Places(places)) => {
                    self.places = places;
                    self.attend(&mut gather);
                }
                Ok(Heard::End) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = Instant::now();
            if now >= self.beat {
                self.beat(now, &mut gather);
            }
            if self.second_look.is_some_and(|second| now >= second) {
                self.second_look = None;
                if let Err(kind) = self.ears.renew(&self.places) {
                    self.trouble(&kind, &mut gather);
                }
                gather.event(self.places.site.clone(), Happened::Upset, now);
            }
            if let Some(batch) = gather.take(now) {
                let batch = Batch { has_turned: std::mem::take(&mut self.has_turned), ..batch };
                self.waiting.fetch_add(1, Ordering::Relaxed);
                if self.batches.send(batch).is_err() {
                    return;
                }
            }
        }
    }

    fn beat(&mut self, now: Instant, gather: &mut Gather) {
        match &mut self.ears.look {
            Some(look) => {
                for path in look.again(&self.places) {
                    gather.event(path, Happened::Begun, now);
                }
                self.beat = Instant::now() + POLL;
            }
            None => {
                if self.ears.is_upset(&self.places) {
                    self.attend(gather);
                    gather.event(self.places.site.clone(), Happened::Upset, now);
                }
                self.beat = now + HEARTBEAT;
            }
        }
    }

    fn attend(&mut self, gather: &mut Gather) {
        if let Err(kind) = self.ears.attend(&self.places) {
            self.trouble(&kind, gather);
        }
    }

    /// The system did not tell something, or will not: everything is looked at, for good if it has no room for watches.
    fn trouble(&mut self, kind: &notify::ErrorKind, gather: &mut Gather) {
        if is_full(kind) && self.ears.look.is_none() {
            self.ears.open_eyes(&self.places);
            self.has_turned = true;
        }
        gather.event(self.places.site.clone(), Happened::Upset, Instant::now());
    }

    fn event(&mut self, event: &Event, gather: &mut Gather) {
        let now = Instant::now();
        if event.need_rescan() {
            gather.event(self.places.site.clone(), Happened::Upset, now);
        }
        let Some(happened) = meaning(event) else { return };
        let last = event.paths.len().saturating_sub(1);
        for (at, path) in event.paths.iter().enumerate() {
            if !self.matters(path) {
                continue;
            }
            let metadata = fs::metadata(path);
            let is_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
            if happened == Happened::Upset || is_folder {
                gather.event(path.clone(), Happened::Upset, now);
                self.second_look = Some(now + SECOND_LOOK);
                continue;
            }
            // Of a rename, the old name has only gone; and an editor that empties a file writes it next.
            let finished = at == last && metadata.is_ok_and(|metadata| metadata.len() > 0);
            gather.event(path.clone(), if finished { happened } else { Happened::Begun }, now);
        }
    }

    /// Whether a path can have to do with the site.
    fn matters(&self, path: &Path) -> bool {
        let within = self.places.folders.iter().filter_map(|folder| path.strip_prefix(folder).ok()).next();
        if let Some(below) = within {
            return !below.iter().any(is_ignored);
        }
        let name = path.strip_prefix(&self.places.site).ok().and_then(|below| below.to_str());
        name.is_some_and(|name| self.places.files.iter().any(|file| file == name))
    }
}

/// What an event means; `None` for reading and the like.
fn meaning(event: &Event) -> Option<Happened> {
    Some(match &event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Happened::Finished,
        EventKind::Access(_) => return None,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Happened::Begun,
        EventKind::Modify(ModifyKind::Name(_)) => Happened::Finished,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) | EventKind::Other => Happened::Upset,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any => Happened::Begun,
    })
}
