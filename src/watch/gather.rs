//! When to act on what the file system says: pure bookkeeping of paths and moments.
//!
//! A finished write that comes out of the blue is acted on at once: that is a person saving. Other files that follow it
//! closely are a burst (many files at once) and are gathered until it pauses.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After so long without an event the next one is somebody's save and not the rest of a burst.
const CALM: Duration = Duration::from_millis(80);
/// A burst is over when nothing has come for so long.
const PAUSE: Duration = Duration::from_millis(40);
/// A burst that does not end is acted on all the same.
const PATIENCE: Duration = Duration::from_millis(500);

/// What happened to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It was written and closed, or put there by renaming.
    Finished,
    /// It was made, changed or removed, and more may follow.
    Begun,
    /// A folder came, went or changed its name, or events were lost: everything has to be looked at.
    Upset,
}

/// What changed, in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The paths, each once; their last state counts.
    pub paths: BTreeSet<PathBuf>,
    /// Whether more than these paths may have changed.
    pub upset: bool,
    /// When the first of it was heard of.
    pub heard: Option<Instant>,
    /// Whether the system has stopped telling of changes, for want of room: from now on they are looked for.
    pub has_turned: bool,
}

/// Gathers events into batches.
#[derive(Debug, Default)]
pub struct Gather {
    batch: Batch,
    /// When the batch is due; `None` while it is empty.
    due: Option<Instant>,
    last: Option<Instant>,
    /// The path that came out of the blue, and began what is heard now.
    first: Option<PathBuf>,
}

impl Gather {
    /// Takes an event in.
    pub fn event(&mut self, path: PathBuf, happened: Happened, now: Instant) {
        if self.last.is_none_or(|last| now.duration_since(last) >= CALM) {
            self.first = Some(path.clone());
        }
        self.last = Some(now);
        let heard = *self.batch.heard.get_or_insert(now);
        self.batch.upset |= happened == Happened::Upset;
        self.batch.paths.insert(path.clone());
        // Made, written, closed: all of one path, and the first of it came out of the blue.
        let a_save = happened == Happened::Finished && self.batch.paths.len() == 1 && self.first == Some(path);
        if a_save {
            self.due = Some(now);
        } else if self.due.is_none_or(|due| due > now) {
            self.due = Some((now + PAUSE).min(heard + PATIENCE));
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
        let mut gather = Gather::default();
        gather.event("a.md".into(), Happened::Begun, start);
        assert_eq!(gather.take(start), None, "the write is not finished");
        gather.event("a.md".into(), Happened::Finished, at(start, 1));
        let batch = gather.take(at(start, 1)).expect("it is due");
        assert_eq!(batch.paths, BTreeSet::from(["a.md".into()]));
        assert_eq!(batch.heard, Some(start));
        assert_eq!(gather.due(), None);
    }

    #[test]
    fn a_burst_is_gathered() {
        let start = Instant::now();
        let mut gather = Gather::default();
        gather.event("0.md".into(), Happened::Finished, start);
        assert!(gather.take(start).is_some(), "the first does not wait");
        for n in 1..=100 {
            gather.event(format!("{n}.md").into(), Happened::Begun, at(start, n));
            gather.event(format!("{n}.md").into(), Happened::Finished, at(start, n));
            assert_eq!(gather.take(at(start, n)), None);
        }
        let batch = gather.take(at(start, 200)).expect("the burst has paused");
        assert_eq!(batch.paths.len(), 100);
    }

    #[test]
    fn an_endless_burst_is_acted_on() {
        let start = Instant::now();
        let mut gather = Gather::default();
        let mut batches = 0;
        for n in 0..2000 {
            gather.event("log.md".into(), Happened::Begun, at(start, n));
            batches += usize::from(gather.take(at(start, n)).is_some());
        }
        assert!((3..=4).contains(&batches), "{batches}");
    }

    #[test]
    fn a_file_that_goes_may_come_back() {
        let start = Instant::now();
        let mut gather = Gather::default();
        gather.event("a.md".into(), Happened::Begun, start);
        assert_eq!(gather.take(at(start, 10)), None, "an editor deletes and writes anew");
        gather.event("a.md".into(), Happened::Begun, at(start, 11));
        gather.event("a.md".into(), Happened::Finished, at(start, 12));
        assert_eq!(gather.take(at(start, 12)).map(|batch| batch.paths.len()), Some(1));
    }
}
