//! The table of a pack: where each record lies, how long it is, and what its bytes hash to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use serde::{Deserialize, Serialize};

use crate::ground::Stamp;

/// What a record is found by: the kind of memory, and the stamp of what it was made from.
pub(super) type Key = (u8, Stamp);

/// A record's place in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    pub(super) offset: u64,
    pub(super) len: u32,
    /// The first half of the bytes' stamp.
    pub(super) check: u64,
    /// Generation in which it was last asked for or made.
    pub(super) used: u32,
}

impl Slot {
    /// Whether these are the bytes that were stored.
    pub(super) fn fits(&self, bytes: &[u8]) -> bool {
        self.len as usize == bytes.len() && self.check == check_of(bytes)
    }
}

/// Half of a stamp: it only tells damage, which does not aim.
pub(super) fn check_of(bytes: &[u8]) -> u64 {
    let stamp = Stamp::of_bytes(bytes);
    stamp.0[..8].iter().fold(0, |check, byte| check << 8 | u64::from(*byte))
}

/// A slot of an earlier run, and what this run has found out about it.
pub(super) struct Known {
    pub(super) slot: Slot,
    state: AtomicU8,
}

const IDLE: u8 = 0;
const ASKED: u8 = 1;
const DAMAGED: u8 = 2;

impl Known {
    /// It was asked for and found whole.
    pub(super) fn mark_asked(&self) {
        self.state.store(ASKED, Ordering::Relaxed);
    }

    /// Its bytes are not what they were; a new record may take its place.
    pub(super) fn mark_damaged(&self) {
        self.state.store(DAMAGED, Ordering::Relaxed);
    }

    pub(super) fn was_asked(&self) -> bool {
        self.state.load(Ordering::Relaxed) == ASKED
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.state.load(Ordering::Relaxed) == DAMAGED
    }
}

/// The table as it lies on disk.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    /// Which pack it belongs to: its name, and the first bytes in it.
    pub(super) pack: Stamp,
    /// Bytes of the pack that are spoken for; what lies behind them is of a run that was never saved.
    pub(super) end: u64,
    /// Counts the saved runs that added something.
    pub(super) generation: u32,
    /// Sorted by offset.
    pub(super) slots: Vec<(Key, Slot)>,
}

impl Index {
    /// The slots by key. A key that stands twice was stored anew: the later one holds.
    pub(super) fn known(&self) -> HashMap<Key, Known> {
        let known = self.slots.iter();
        known.map(|(key, slot)| (*key, Known { slot: *slot, state: AtomicU8::new(IDLE) })).collect()
    }
}
