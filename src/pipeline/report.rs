//! What a build tells: the site's troubles, what was made, how long each stage took.

#![expect(clippy::disallowed_methods, reason = "how long a stage took is for people and reaches no output")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::emit::Report;
use crate::ground::meter::process_time;
use crate::ground::{Diagnostic, Meter};
use crate::model::{HeldBack, Site};

/// The stages, for progress and timings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reading settings, theme and what the last build told.
    Open,
    /// Listing files.
    Discover,
    /// Reading and parsing pages.
    Parse,
    /// Joining them.
    Model,
    /// Making pictures ready.
    Pictures,
    /// What pages are made of, and which there are.
    Plan,
    /// Rendering and minifying.
    Render,
    /// Files that no template makes.
    Files,
    /// Making the search index.
    Search,
    /// Moving into place.
    Write,
    /// Saving what was learned.
    Remember,
}

impl Stage {
    /// Its id in the catalogue and in `--json`.
    pub fn id(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Discover => "discover",
            Stage::Parse => "parse",
            Stage::Model => "model",
            Stage::Pictures => "pictures",
            Stage::Plan => "plan",
            Stage::Render => "render",
            Stage::Files => "files",
            Stage::Search => "search",
            Stage::Write => "write",
            Stage::Remember => "remember",
        }
    }
}

/// How long each stage took, and what the workers did in them. For people; nothing of it reaches the output.
#[derive(Debug, Clone)]
pub struct Timings {
    began: Instant,
    stages: Vec<Timed>,
    meter: Arc<Meter>,
}

/// A stage with its times.
#[derive(Debug, Clone, Copy)]
pub struct Timed {
    /// The stage.
    pub stage: Stage,
    /// On the wall.
    pub wall: Duration,
    /// Of the processors, all threads together, where the system tells.
    pub processor: Option<Duration>,
}

impl Timings {
    /// Starts the clock. `clocked` says whether the steps of workers are timed too, which costs a little.
    pub fn new(clocked: bool) -> Timings {
        Timings { began: Instant::now(), stages: Vec::new(), meter: Arc::new(Meter::new(clocked)) }
    }

    /// What workers add their steps to.
    pub fn meter(&self) -> Arc<Meter> {
        Arc::clone(&self.meter)
    }

    /// Runs a stage and notes its time. A stage may come several times; its times add up.
    pub fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let (started, before) = (Instant::now(), process_time());
        let result = work();
        let processor = process_time().zip(before).map(|(after, before)| after.saturating_sub(before));
        let wall = started.elapsed();
        match self.stages.iter_mut().find(|timed| timed.stage == stage) {
            Some(timed) => {
                timed.wall += wall;
                timed.processor = timed.processor.zip(processor).map(|(one, other)| one + other);
            }
            None => self.stages.push(Timed { stage, wall, processor }),
        }
        result
    }

    /// The stages in the order in which they first came.
    pub fn stages(&self) -> &[Timed] {
        &self.stages
    }

    /// Since the start.
    pub fn total(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Default for Timings {
    fn default() -> Timings {
        Timings::new(false)
    }
}

/// How a build ended.
#[derive(Debug)]
pub struct Outcome {
    /// What is wrong with the site, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// What was made; `None` when errors kept the site from being written.
    pub summary: Option<BuildSummary>,
    /// How long it took.
    pub timings: Timings,
}

impl Outcome {
    /// Nothing was written.
    pub fn refused(mut diagnostics: Vec<Diagnostic>, timings: Timings) -> Outcome {
        diagnostics.sort();
        diagnostics.dedup();
        Outcome { diagnostics, summary: None, timings }
    }

    /// Number of errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count()
    }
}

/// What was made.
#[derive(Debug, Clone, Serialize)]
pub struct BuildSummary {
    /// Authors' pages by kind.
    pub pages: BTreeMap<&'static str, usize>,
    /// Pages that are not published.
    pub held_back: HeldBack,
    /// Whether pages were taken in that are not to be published.
    pub shows_unpublished: bool,
    /// Pages that went through the templates.
    pub rendered: usize,
    /// Pages that were as they would come out.
    pub kept: usize,
    /// Files written.
    pub written: usize,
    /// Files that stood there already.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
    /// Files that are no longer part of the site but were changed by somebody, and therefore left.
    pub left: Vec<String>,
    /// Files that somebody had changed in the output and that were written anew.
    pub overwritten: Vec<String>,
    /// Bytes of the whole site.
    pub bytes: u64,
    /// Why the memory of the last build could not be used or kept.
    pub cache_trouble: Option<String>,
}

impl BuildSummary {
    /// Sums up.
    pub fn new(site: &Site, rendered: usize, kept: usize, report: &Report, cache_trouble: Option<String>) -> BuildSummary {
        let mut pages = BTreeMap::new();
        for page in site.pages.iter().filter(|page| page.is_real) {
            *pages.entry(page.kind().word()).or_insert(0) += 1;
        }
        BuildSummary {
            pages,
            held_back: site.held_back,
            shows_unpublished: site.shows_unpublished,
            ..BuildSummary::of(report, rendered, kept, cache_trouble)
        }
    }

    /// Sums up all but the pages by kind.
    pub fn of(report: &Report, rendered: usize, kept: usize, cache_trouble: Option<String>) -> BuildSummary {
        BuildSummary {
            pages: BTreeMap::new(),
            held_back: HeldBack::default(),
            shows_unpublished: false,
            rendered,
            kept,
            written: report.written.len(),
            unchanged: report.unchanged,
            removed: report.removed.len(),
            left: report.left.clone(),
            overwritten: report.overwritten.clone(),
            bytes: report.bytes,
            cache_trouble,
        }
    }
}
