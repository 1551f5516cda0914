//! Memory for pictures, shared by all who unpack one at the same time.
//!
//! A file of a few hundred kilobytes may unpack to hundreds of megabytes, and every worker has one in hand. So whoever unpacks a
//! picture takes its share first and waits until there is room. The largest goes alone.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What pictures may take at the same time, in bytes: five photographs of a telephone's full size.
const WHOLE: u64 = 400 << 20;

/// Memory for pictures.
#[derive(Debug)]
pub struct PictureMemory {
    whole: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

impl Default for PictureMemory {
    fn default() -> PictureMemory {
        PictureMemory::new(WHOLE)
    }
}

impl PictureMemory {
    /// So many bytes.
    pub fn new(whole: u64) -> PictureMemory {
        PictureMemory { whole, free: Mutex::new(whole), freed: Condvar::new() }
    }

    /// Waits until there is room for so many bytes and takes it; more than there is in all takes everything.
    pub fn take(&self, bytes: u64) -> MemoryShare<'_> {
        let bytes = bytes.min(self.whole);
        let mut free = self.free();
        while *free < bytes {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
        MemoryShare { memory: self, bytes }
    }

    fn free(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part of the memory, given back when it is dropped.
#[derive(Debug)]
pub struct MemoryShare<'a> {
    memory: &'a PictureMemory,
    bytes: u64,
}

impl Drop for MemoryShare<'_> {
    fn drop(&mut self) {
        *self.memory.free() += self.bytes;
        self.memory.freed.notify_all();
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test plays the workers")]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn all_together_stay_within_it_and_everybody_gets_a_turn() {
        let memory = PictureMemory::new(10);
        let (in_use, most, turns) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for worker in 0..8 {
                let (memory, in_use, most, turns) = (&memory, &in_use, &most, &turns);
                scope.spawn(move || {
                    for turn in 0..200 {
                        // From a little to more than there is.
                        let bytes = (worker * 7 + turn * 3) % 14;
                        let share = memory.take(bytes);
                        let now = in_use.fetch_add(share.bytes, Ordering::SeqCst) + share.bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::yield_now();
                        in_use.fetch_sub(share.bytes, Ordering::SeqCst);
                        turns.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 10);
        assert_eq!(turns.into_inner(), 8 * 200);
        assert_eq!(*memory.free(), 10, "everything was given back");
    }

    #[test]
    fn a_share_is_given_back_by_one_who_panics() {
        let memory = PictureMemory::new(10);
        let fell = std::panic::catch_unwind(|| {
            let _share = memory.take(10);
            panic!("a decoder's fault");
        });
        assert!(fell.is_err());
        drop(memory.take(10));
    }
}
