//! What the preview's server serves: the state that is shown now.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use studyhall::ground::Stamp;
use studyhall::ground::routes::NOT_FOUND;
use studyhall::pipeline::live::{Live, LiveAnswer, LiveFile};
use studyhall::preview::{Reply, Source, Status};

/// The state that is shown.
pub struct Preview {
    shown: Mutex<Shown>,
    changed: Condvar,
}

#[derive(Default)]
struct Shown {
    live: Option<Arc<Live>>,
    /// Whether there is something to say, if only that there is nothing.
    ready: bool,
}

impl Preview {
    /// Shows nothing yet; whoever asks waits for the first state.
    pub fn new() -> Preview {
        Preview { shown: Mutex::default(), changed: Condvar::new() }
    }

    /// The state that is shown.
    pub fn current(&self) -> Option<Arc<Live>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).live.clone()
    }

    /// Shows a state.
    pub fn show(&self, live: Arc<Live>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Shown { live: Some(live), ready: true };
        self.changed.notify_all();
    }

    /// There is nothing to show; whoever waits learns that.
    pub fn show_nothing(&self) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).ready = true;
        self.changed.notify_all();
    }

    fn wait(&self) -> Option<Arc<Live>> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.changed.wait_while(shown, |shown| !shown.ready).unwrap_or_else(PoisonError::into_inner);
        shown.live.clone()
    }

    fn found(file: LiveFile) -> Reply {
        Reply { status: Status::Found, bytes: file.bytes, stamp: file.stamp }
    }
}

impl Source for Preview {
    fn file(&self, url: &str) -> Reply {
        let nothing = |status| Reply { status, bytes: Arc::from([]), stamp: Stamp::default() };
        let Some(live) = self.wait() else { return nothing(Status::Broken) };
        match live.file(url) {
            Ok(LiveAnswer::File(file)) => Preview::found(file),
            Ok(LiveAnswer::Missing) => match live.file(NOT_FOUND) {
                Ok(LiveAnswer::File(page)) => Reply { status: Status::Missing, ..Preview::found(page) },
                _ => nothing(Status::Missing),
            },
            Ok(LiveAnswer::Broken(_)) | Err(_) => nothing(Status::Broken),
        }
    }
}
