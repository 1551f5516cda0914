//! How long and how large an answer may be. A host that is broken, or was taken over, sends files and listings without an end, or
//! one byte a second for ever; whoever reads an answer gives it a budget and ends with a [`StoreErrorKind::Endless`].

use std::time::{Duration, Instant};

use super::store_error::{StoreError, StoreErrorKind};
use super::wire::endpoint::Timeouts;

/// Bytes a second. No line that is in use carries less, once it has begun.
const SLOWEST: u64 = 1 << 10;
/// An upload may stand still for so long in all beyond the slowest pace: a server's disk may be busy, a single wait has its own limit.
const UPLOAD_GRACE: Duration = Duration::from_secs(10 * 60);

/// Bytes of the longest listing of one folder: names, sizes and dates of [`MOST_NAMES`].
pub(super) const LISTING: u64 = 32 << 20;
/// Names in one folder. More than this is no folder that people keep.
pub(super) const MOST_NAMES: usize = 100_000;
/// Bytes of an answer that says only how it went.
pub(super) const WORDS: u64 = 256 << 10;

/// What is left of an answer's size and time.
#[derive(Debug)]
pub(super) struct Budget {
    began: Instant,
    grace: Duration,
    limit: u64,
    taken: u64,
}

impl Budget {
    /// An answer that begins now: at most `limit` bytes, the first of them within the target's `timeout`.
    pub(super) fn new(times: Timeouts, limit: u64) -> Budget {
        Budget { began: Instant::now(), grace: times.answer, limit, taken: 0 }
    }

    /// The budget of something that is sent, so that a server that takes it without an end is left.
    pub(super) fn of_upload() -> Budget {
        Budget { began: Instant::now(), grace: UPLOAD_GRACE, limit: u64::MAX, taken: 0 }
    }

    /// Takes note of bytes that came.
    pub(super) fn take(&mut self, count: usize) -> Result<(), StoreError> {
        self.taken = self.taken.saturating_add(count as u64);
        if self.taken > self.limit {
            return Err(endless(format!("> {} KB", self.limit >> 10)));
        }
        if self.began.elapsed() > self.grace + Duration::from_secs(self.taken / SLOWEST) {
            return Err(endless(format!("{} B / {} s", self.taken, self.began.elapsed().as_secs())));
        }
        Ok(())
    }
}

/// Refuses a folder with more names than anybody keeps in one.
pub(super) fn bounded<T>(entries: Vec<T>) -> Result<Vec<T>, StoreError> {
    if entries.len() > MOST_NAMES { Err(endless(format!("> {MOST_NAMES} names"))) } else { Ok(entries) }
}

/// An answer that does not end.
pub(super) fn endless(words: String) -> StoreError {
    StoreError::new(StoreErrorKind::Endless, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_by_size_and_by_time() {
        let times = Timeouts { answer: Duration::from_secs(3), ..Timeouts::default() };
        let mut budget = Budget::new(times, 100);
        assert!(budget.take(100).is_ok());
        assert_eq!(budget.take(1).map_err(|fault| fault.kind), Err(StoreErrorKind::Endless));
        let mut slow = Budget::new(times, 1 << 20);
        slow.began = Instant::now().checked_sub(Duration::from_secs(10)).expect("the machine is on for longer");
        assert_eq!(slow.take(10).map_err(|fault| fault.kind), Err(StoreErrorKind::Endless), "a byte a second");
        assert!(slow.take(20 << 10).is_ok(), "a line of 2 KB a second is slow and no attack");
    }
}
