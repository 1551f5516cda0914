//! What the preview's server serves: the state that is shown now.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use studyhall::ground::Stamp;
use studyhall::ground::message::Catalogue;
use studyhall::ground::routes::NOT_FOUND;
use studyhall::model::Hidden;
use studyhall::pipeline::live::{Live, LiveAnswer, LiveFile};
use studyhall::preview::{Reply, Source, Status};

/// The state that is shown.
pub struct Preview {
    shown: Mutex<Shown>,
    changed: Condvar,
    marks: [String; 3],
}

#[derive(Default)]
struct Shown {
    live: Option<Arc<Live>>,
    /// Whether there is something to say, if only that there is nothing.
    ready: bool,
}

impl Preview {
    /// Shows nothing yet; whoever asks waits for the first state.
    pub fn new(words: &Catalogue) -> Preview {
        let marks = ["serve-mark-draft", "serve-mark-scheduled", "serve-mark-expired"].map(|id| words.text(id));
        Preview { shown: Mutex::default(), changed: Condvar::new(), marks }
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

    fn found(&self, file: LiveFile) -> Reply {
        let mark = file.unpublished.map(|hidden| match hidden {
            Hidden::Draft => 0,
            Hidden::Scheduled => 1,
            Hidden::Expired => 2,
        });
        Reply { status: Status::Found, bytes: file.bytes, stamp: file.stamp, watermark: mark.map(|mark| self.marks[mark].clone()) }
    }
}

impl Source for Preview {
    fn file(&self, url: &str) -> Reply {
        let nothing = |status| Reply { status, bytes: Arc::from([]), stamp: Stamp::default(), watermark: None };
        let Some(live) = self.wait() else { return nothing(Status::Broken) };
        match live.file(url) {
            Ok(LiveAnswer::File(file)) => self.found(file),
            Ok(LiveAnswer::Missing) => match live.file(NOT_FOUND) {
                Ok(LiveAnswer::File(page)) => Reply { status: Status::Missing, ..self.found(page) },
                _ => nothing(Status::Missing),
            },
            Ok(LiveAnswer::Broken(_)) | Err(_) => nothing(Status::Broken),
        }
    }
}
