//! Debouncing: when events of the file system become a batch. Pure bookkeeping of paths and moments.
//!
//! A finished write after a quiet period is acted on at once: that is a person saving. Other files that follow it
//! closely are a burst, which is gathered until it pauses.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After this long without an event the next one is somebody's save and not the rest of a burst.
const QUIET_PERIOD: Duration = Duration::from_millis(80);
/// A burst is over when no event has come for this long.
const DEBOUNCE: Duration = Duration::from_millis(40);
/// A burst that does not end becomes a batch after this long.
const MAX_DELAY: Duration = Duration::from_millis(500);

/// What an event says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was written and closed, or put there by renaming.
    Complete,
    /// It was made, changed or removed, and more may follow.
    Partial,
    /// A folder came, went or changed its name, or events were lost: everything has to be scanned.
    Rescan,
}

/// What changed, in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The paths, each once; their last state counts.
    pub paths: BTreeSet<PathBuf>,
    /// Whether more than these paths may have changed.
    pub needs_rescan: bool,
    /// When its first event came.
    pub first_event: Option<Instant>,
    /// Whether native notifications have ended for want of room: from now on changes are polled for.
    pub fell_back_to_polling: bool,
}

/// Joins events into batches.
#[derive(Debug, Default)]
pub struct Debouncer {
    batch: Batch,
    /// When the batch is due; `None` while it is empty.
    due: Option<Instant>,
    last: Option<Instant>,
    /// The path of the first event after the last quiet period.
    first: Option<PathBuf>,
}

impl Debouncer {
    /// Takes an event in.
    pub fn event(&mut self, path: PathBuf, kind: ChangeKind, now: Instant) {
        if self.last.is_none_or(|last| now.duration_since(last) >= QUIET_PERIOD) {
            self.first = Some(path.clone());
        }
        self.last = Some(now);
        let first_event = *self.batch.first_event.get_or_insert(now);
        self.batch.needs_rescan |= kind == ChangeKind::Rescan;
        self.batch.paths.insert(path.clone());
        // Made, written, closed: all of one path, and the first event came after a quiet period.
        let is_save = kind == ChangeKind::Complete && self.batch.paths.len() == 1 && self.first == Some(path);
        if is_save {
            self.due = Some(now);
        } else if self.due.is_none_or(|due| due > now) {
            self.due = Some((now + DEBOUNCE).min(first_event + MAX_DELAY));
        }
    }

    /// When the batch is due.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The batch, if it is due.
    pub fn take(&mut self, now: Instant) -> Option<Batch> {
        if self.due? > now {
            return None;
        }
        self.due = None;
        Some(std::mem::take(&mut self.batch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_save_is_acted_on_at_once() {
        let start = Instant::now();
        let mut debouncer = Debouncer::default();
        debouncer.event("a.md".into(), ChangeKind::Partial, start);
        assert_eq!(debouncer.take(start), None, "the write is not finished");
        debouncer.event("a.md".into(), ChangeKind::Complete, at(start, 1));
        let batch = debouncer.take(at(start, 1)).expect("it is due");
        assert_eq!(batch.paths, BTreeSet::from(["a.md".into()]));
        assert_eq!(batch.first_event, Some(start));
        assert_eq!(debouncer.due(), None);
    }

    #[test]
    fn a_burst_is_gathered() {
        let start = Instant::now();
        let mut debouncer = Debouncer::default();
        debouncer.event("0.md".into(), ChangeKind::Complete, start);
        assert!(debouncer.take(start).is_some(), "the first does not wait");
        for n in 1..=100 {
            debouncer.event(format!("{n}.md").into(), ChangeKind::Partial, at(start, n));
            debouncer.event(format!("{n}.md").into(), ChangeKind::Complete, at(start, n));
            assert_eq!(debouncer.take(at(start, n)), None);
        }
        let batch = debouncer.take(at(start, 200)).expect("the burst has paused");
        assert_eq!(batch.paths.len(), 100);
    }

    #[test]
    fn an_endless_burst_is_acted_on() {
        let start = Instant::now();
        let mut debouncer = Debouncer::default();
        let mut batches = 0;
        for n in 0..2000 {
            debouncer.event("log.md".into(), ChangeKind::Partial, at(start, n));
            batches += usize::from(debouncer.take(at(start, n)).is_some());
        }
        assert!((3..=4).contains(&batches), "{batches}");
    }

    #[test]
    fn a_file_that_goes_may_come_back() {
        let start = Instant::now();
        let mut debouncer = Debouncer::default();
        debouncer.event("a.md".into(), ChangeKind::Partial, start);
        assert_eq!(debouncer.take(at(start, 10)), None, "an editor deletes and writes anew");
        debouncer.event("a.md".into(), ChangeKind::Partial, at(start, 11));
        debouncer.event("a.md".into(), ChangeKind::Complete, at(start, 12));
        assert_eq!(debouncer.take(at(start, 12)).map(|batch| batch.paths.len()), Some(1));
    }
}
