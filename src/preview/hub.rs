//! Live messages: the latest one, for whoever listens. A listener that is slow misses some and gets the last.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// A message to all open pages.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Counts the messages.
    pub number: u64,
    /// What the page's script gets, as JSON without its braces closed over the stamp of the page.
    pub json: serde_json::Value,
}

/// Passes messages on and knows which pages are open.
pub struct Hub {
    latest: watch::Sender<Note>,
    open: Mutex<BTreeMap<String, usize>>,
}

impl Default for Hub {
    fn default() -> Hub {
        Hub { latest: watch::Sender::new(Note::default()), open: Mutex::default() }
    }
}

impl Hub {
    /// Sends a message to all open pages. Each of them also learns the stamp of its own file.
    pub fn send(&self, json: serde_json::Value) {
        self.latest.send_modify(|note| *note = Note { number: note.number + 1, json });
    }

    /// The addresses that somebody looks at.
    pub fn open_pages(&self) -> Vec<String> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// A listener at a page; it counts as open until the guard goes.
    pub(super) fn listen<'a>(&'a self, page: &str) -> (watch::Receiver<Note>, Listening<'a>) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner).entry(page.to_string()).or_default() += 1;
        (self.latest.subscribe(), Listening { hub: self, page: page.to_string() })
    }
}

/// Somebody looks at a page.
pub(super) struct Listening<'a> {
    hub: &'a Hub,
    page: String,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        let mut open = self.hub.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.page) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.page);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_open_as_long_as_somebody_listens() {
        let hub = Hub::default();
        let (first, one) = hub.listen("a.html");
        let (_, two) = hub.listen("a.html");
        drop(one);
        assert_eq!(hub.open_pages(), ["a.html"]);
        drop(two);
        assert!(hub.open_pages().is_empty());
        hub.send(serde_json::json!(1));
        hub.send(serde_json::json!(2));
        assert_eq!(first.borrow().number, 2, "the last counts");
    }
}
