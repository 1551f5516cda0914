//! A progress bar for work over a second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use studyhall::ground::message::Catalogue;
use studyhall::pipeline::{Progress, Stage};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error, when that is a terminal.
pub struct Bar<'a> {
    words: &'a Catalogue,
    bar: ProgressBar,
    began: Instant,
    shown: Mutex<bool>,
}

impl<'a> Bar<'a> {
    /// A bar that shows itself after a second. `wanted` is false where nobody would see it.
    pub fn new(words: &'a Catalogue, wanted: bool) -> Bar<'a> {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Bar { words, bar, began: Instant::now(), shown: Mutex::new(!wanted) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn show_when_due(&self) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if !*shown {
            *shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Progress for Bar<'_> {
    fn begin(&self, stage: Stage, total: usize) {
        self.show_when_due();
        self.bar.set_message(self.words.text(&format!("stage-{}", stage.id())));
        self.bar.set_length(total as u64);
        self.bar.set_position(0);
    }

    fn step(&self) {
        self.bar.inc(1);
        // A look at the clock now and then is enough.
        if self.bar.position().is_multiple_of(64) {
            self.show_when_due();
        }
    }
}
