//! Watches a site folder and reports batches of changed paths.
//!
//! Owns folders that come and go while they are watched, systems that report little, and mounts that report nothing (those are
//! polled). Never reads a file. Start at [`Watch::start`]; `backend` gets the changes, [`debouncer`] decides when a batch is ready.

#![expect(clippy::disallowed_methods, reason = "this module looks at the author's folders, and waits")]

mod backend;
pub mod debouncer;
mod paths;
mod poller;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::Event;
use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode};

use crate::ground::path::is_ignored;
pub use backend::WatchMode;
use backend::{WatchBackend, WatchEvent, is_full};
use debouncer::Debouncer;
pub use debouncer::{Batch, ChangeKind};
pub use paths::WatchedPaths;

/// How often native watches are checked against the folders that exist.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// How often everything is polled where the system reports nothing.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// A new folder may have got files before it was watched: this long after the last folder came or went, all are watched anew and
/// scanned.
const REWATCH_DELAY: Duration = Duration::from_millis(300);

/// A running watch. Dropped, it ends.
pub struct Watch {
    batches: Receiver<Batch>,
    waiting: Arc<AtomicUsize>,
    orders: Sender<WatchEvent>,
    /// How changes are detected.
    pub mode: WatchMode,
}

impl Watch {
    /// Starts watching. `poll` asks for polling instead of native notifications: for network drives and the like.
    pub fn start(places: WatchedPaths, poll: bool) -> Watch {
        let (orders, events) = mpsc::channel();
        let (batch_out, batches) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (backend, mode) = WatchBackend::start(&places, poll, &orders);
        let listening = WatchLoop {
            places,
            backend,
            events,
            batches: batch_out,
            waiting: Arc::clone(&waiting),
            next_check: Instant::now() + POLL_INTERVAL,
            rewatch_at: None,
            fell_back_to_polling: false,
        };
        std::thread::spawn(move || listening.run());
        Watch { batches, waiting, orders, mode }
    }

    /// Watches other paths from now on.
    pub fn follow(&self, places: WatchedPaths) {
        // The loop ends only with this watch.
        drop(self.orders.send(WatchEvent::Follow(places)));
    }

    /// The next changes, or `None` after `timeout`. Batches that wait are joined into one.
    pub fn next(&self, timeout: Duration) -> Option<Batch> {
        let mut all = self.batches.recv_timeout(timeout).ok()?;
        let mut fetched = 1;
        while let Ok(batch) = self.batches.try_recv() {
            fetched += 1;
            all.needs_rescan |= batch.needs_rescan;
            all.fell_back_to_polling |= batch.fell_back_to_polling;
            all.paths.extend(batch.paths);
        }
        self.waiting.fetch_sub(fetched, Ordering::Relaxed);
        Some(all)
    }

    /// The number of waiting batches: long work may stop for them.
    pub fn waiting(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.waiting)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.orders.send(WatchEvent::Stop));
    }
}

struct WatchLoop {
    places: WatchedPaths,
    backend: WatchBackend,
    events: Receiver<WatchEvent>,
    batches: Sender<Batch>,
    waiting: Arc<AtomicUsize>,
    /// When watches are checked, or folders polled.
    next_check: Instant,
    rewatch_at: Option<Instant>,
    /// Whether polling has replaced native notifications since the last batch.
    fell_back_to_polling: bool,
}

impl WatchLoop {
    fn run(mut self) {
        let mut debouncer = Debouncer::default();
        loop {
            let now = Instant::now();
            let until = [debouncer.due(), self.rewatch_at, Some(self.next_check)].into_iter().flatten().min().unwrap_or(self.next_check);
            match self.events.recv_timeout(until.saturating_duration_since(now)) {
                Ok(WatchEvent::Change(Ok(event))) => self.event(&event, &mut debouncer),
                Ok(WatchEvent::Change(Err(error))) => self.handle_error(&error.kind, &mut debouncer),
                Ok(WatchEvent::Follow(places)) => {
                    self.places = places;
                    self.sync_watches(&mut debouncer);
                }
                Ok(WatchEvent::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = Instant::now();
            if now >= self.next_check {
                self.check(now, &mut debouncer);
            }
            if self.rewatch_at.is_some_and(|at| now >= at) {
                self.rewatch_at = None;
                if let Err(kind) = self.backend.rewatch_all(&self.places) {
                    self.handle_error(&kind, &mut debouncer);
                }
                debouncer.event(self.places.site.clone(), ChangeKind::Rescan, now);
            }
            if let Some(batch) = debouncer.take(now) {
                let batch = Batch { fell_back_to_polling: std::mem::take(&mut self.fell_back_to_polling), ..batch };
                self.waiting.fetch_add(1, Ordering::Relaxed);
                if self.batches.send(batch).is_err() {
                    return;
                }
            }
        }
    }

    fn check(&mut self, now: Instant, debouncer: &mut Debouncer) {
        match &mut self.backend.poller {
            Some(poller) => {
                for path in poller.changes(&self.places) {
                    debouncer.event(path, ChangeKind::Partial, now);
                }
                self.next_check = Instant::now() + POLL_INTERVAL;
            }
            None => {
                if self.backend.is_out_of_date(&self.places) {
                    self.sync_watches(debouncer);
                    debouncer.event(self.places.site.clone(), ChangeKind::Rescan, now);
                }
                self.next_check = now + CHECK_INTERVAL;
            }
        }
    }

    fn sync_watches(&mut self, debouncer: &mut Debouncer) {
        if let Err(kind) = self.backend.sync_watches(&self.places) {
            self.handle_error(&kind, debouncer);
        }
    }

    /// The system lost an event or refuses to watch: everything is scanned, and from now on polled if it has no room for watches.
    fn handle_error(&mut self, kind: &notify::ErrorKind, debouncer: &mut Debouncer) {
        if is_full(kind) && self.backend.poller.is_none() {
            self.backend.start_polling(&self.places);
            self.fell_back_to_polling = true;
        }
        debouncer.event(self.places.site.clone(), ChangeKind::Rescan, Instant::now());
    }

    fn event(&mut self, event: &Event, debouncer: &mut Debouncer) {
        let now = Instant::now();
        if event.need_rescan() {
            debouncer.event(self.places.site.clone(), ChangeKind::Rescan, now);
        }
        let Some(kind) = meaning(event) else { return };
        let last = event.paths.len().saturating_sub(1);
        for (at, path) in event.paths.iter().enumerate() {
            if !self.matters(path) {
                continue;
            }
            let metadata = fs::metadata(path);
            let is_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
            if kind == ChangeKind::Rescan || is_folder {
                debouncer.event(path.clone(), ChangeKind::Rescan, now);
                self.rewatch_at = Some(now + REWATCH_DELAY);
                continue;
            }
            // Of a rename, the old name has only gone; and an editor that empties a file writes it next.
            let finished = at == last && metadata.is_ok_and(|metadata| metadata.len() > 0);
            debouncer.event(path.clone(), if finished { kind } else { ChangeKind::Partial }, now);
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
fn meaning(event: &Event) -> Option<ChangeKind> {
    Some(match &event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => ChangeKind::Complete,
        EventKind::Access(_) => return None,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => ChangeKind::Partial,
        EventKind::Modify(ModifyKind::Name(_)) => ChangeKind::Complete,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) | EventKind::Other => ChangeKind::Rescan,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any => ChangeKind::Partial,
    })
}
