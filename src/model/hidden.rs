//! What is not published: drafts, and pages out of their time.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ground::path::{name, parent};
use crate::parse::Summary;
use crate::parse::kind::is_index;

/// Why a page is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// A draft.
    Draft,
    /// Its day has not come.
    Scheduled,
    /// Its time is over.
    Expired,
    /// What it says about that cannot be read.
    Unsure,
}

/// What is taken in although it is not to be published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unpublished {
    /// Drafts, and pages before their day.
    pub drafts: bool,
    /// Pages whose time is over.
    pub expired: bool,
    /// Pages of which that is unsure, since what they say about it is wrong. Such a site is not written in any case, unless errors
    /// are to be overlooked.
    pub unsure: bool,
}

impl Unpublished {
    fn takes(self, reason: Hidden) -> bool {
        match reason {
            Hidden::Draft | Hidden::Scheduled => self.drafts,
            Hidden::Expired => self.expired,
            Hidden::Unsure => self.unsure,
        }
    }
}

/// How many pages are not published, by the reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Drafts.
    pub drafts: usize,
    /// Pages whose day has not come.
    pub scheduled: usize,
    /// Pages whose time is over.
    pub expired: usize,
    /// Pages of which that is unsure.
    pub unsure: usize,
}

impl HeldBack {
    /// Counts.
    pub fn of(hidden: impl Iterator<Item = Hidden>) -> HeldBack {
        let mut held = HeldBack::default();
        for reason in hidden {
            match reason {
                Hidden::Draft => held.drafts += 1,
                Hidden::Scheduled => held.scheduled += 1,
                Hidden::Expired => held.expired += 1,
                Hidden::Unsure => held.unsure += 1,
            }
        }
        held
    }
}

/// Why a page is not to be published on a day by what it says itself.
pub fn why(summary: &Summary, date: Date) -> Option<Hidden> {
    let meta = &summary.meta;
    if summary.is_unsure {
        Some(Hidden::Unsure)
    } else if meta.draft {
        Some(Hidden::Draft)
    } else if meta.publish_on.is_some_and(|when| when.date > date) {
        Some(Hidden::Scheduled)
    } else if meta.expires.is_some_and(|when| when.date < date) {
        Some(Hidden::Expired)
    } else {
        None
    }
}

/// Which pages are not published, and why. What hides a section hides all below it.
pub fn hide(summaries: &[Arc<Summary>], date: Date, shown: Unpublished) -> HashMap<String, Hidden> {
    let mut hidden = HashMap::new();
    let mut folders: Vec<(&str, Hidden)> = Vec::new();
    for summary in summaries {
        if let Some(reason) = why(summary, date).filter(|reason| !shown.takes(*reason)) {
            hidden.insert(summary.path.clone(), reason);
            let folder = parent(&summary.path);
            if is_index(name(&summary.path)) && !folder.is_empty() {
                folders.push((folder, reason));
            }
        }
    }
    if folders.is_empty() {
        return hidden;
    }
    let folders: HashMap<&str, Hidden> = folders.into_iter().collect();
    for summary in summaries {
        let mut folder = parent(&summary.path);
        while !folder.is_empty() {
            if let Some(reason) = folders.get(folder) {
                hidden.entry(summary.path.clone()).or_insert(*reason);
            }
            folder = parent(folder);
        }
    }
    hidden
}
