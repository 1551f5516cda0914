//! Runs the stages and remembers their results. The only module that calls a stage.
//!
//! Start at [`build`]; [`prepare`] makes a state of a site out of its folder ([`documents`] parses, [`pictures`] makes
//! pictures ready), [`pages`] renders, [`extras`] adds what no template makes.

mod assets;
pub mod booklet;
pub mod codes;
pub mod documents;
pub mod extras;
mod finish;
pub mod found;
pub mod live;
pub mod memory;
pub mod pages;
pub mod pictures;
pub mod prepare;
pub mod report;
mod same;
mod scripts;
pub mod search;
pub mod study;
mod styles;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::cache::Run;
use crate::emit::Output;
use crate::ground::{Diagnostic, Result};
use crate::parse::Document;
use crate::render::World;

pub use found::Found;
pub use memory::Memory;
pub use prepare::{Builder, Looked, State};
pub use report::{Outcome, Stage, Summary, Timings};

/// The folder of what a build remembers, in the site folder.
pub const CACHE: &str = ".studyhall";

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site folder.
    pub site: PathBuf,
    /// The output folder.
    pub output: PathBuf,
    /// The day to build for.
    pub date: Date,
    /// Another public address than that of the settings.
    pub base_url: Option<String>,
    /// Whether drafts and pages out of their time are taken in.
    pub drafts: bool,
    /// Workers; 0 for one per core.
    pub jobs: usize,
    /// Whether nothing is remembered.
    pub no_cache: bool,
    /// Whether the site is written in spite of errors.
    pub keep_going: bool,
    /// Whether the steps of the workers are timed.
    pub timings: bool,
}

/// Is told how far the work is.
pub trait Progress: Sync {
    /// A stage of `total` steps begins; 0 when nobody knows.
    fn begin(&self, stage: Stage, total: usize);
    /// A step is done.
    fn step(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: Stage, _total: usize) {}
    fn step(&self) {}
}

/// A stack for workers: templates that include one another and deep Markdown need more than a thread's usual 2 MB.
const STACK: usize = 16 << 20;

/// Builds a site.
///
/// # Errors
/// When the machine refuses: nothing could be read or written. What is wrong with the site itself is in the outcome,
/// which then says that nothing was written.
pub fn build(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    Workers::new(options.jobs).run(|| run(options, progress))
}

/// The workers of a run.
pub struct Workers(Option<rayon::ThreadPool>);

impl Workers {
    /// So many workers; 0 for one per core. A machine that gives no more threads still has the one that asks.
    pub fn new(count: usize) -> Workers {
        Workers(rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).build().ok())
    }

    /// Runs `work` with them.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let mut timings = Timings::new(options.timings);
    let cache = timings.time(Stage::Open, || prepare::open_cache(options));
    let input = cache.as_deref().and_then(|_| same::input(options, &mut timings));
    if let (Some(cache), Some(input)) = (cache.as_deref(), &input)
        && let Some((found, summary)) = same::again(options, input, cache, &mut timings)
    {
        return Ok(Outcome { found, summary: Some(summary), timings });
    }
    let mut builder = timings.time(Stage::Open, || Builder::with(options.clone(), cache));
    let (stamp, listing) = input.map_or((None, None), |input| (input.stamp, Some(input.listing)));
    let Looked { state, found } = builder.look_once(listing, progress, &mut timings)?;
    let (is_sound, mut found) = (found.is_sound(), found.into_all());
    let refused = |builder: Builder, found: Vec<Diagnostic>, timings: Timings| {
        builder.remember(Run::Partial);
        Ok(Outcome::refused(found, timings))
    };
    let Some(mut state) = state.filter(|state| state.shared.is_some() && (is_sound || options.keep_going)) else {
        return refused(builder, found, timings);
    };

    let memory = &mut builder.memory;
    let output = timings.time(Stage::Write, || Output::open_with(&options.output, std::mem::take(&mut memory.seen)))?;
    let run = pages::Run { state: &state, output: &output, meter: &timings.meter() };
    progress.begin(Stage::Render, state.jobs.len());
    let made = timings.time(Stage::Render, || pages::render(&run, &memory.pages, progress))?;
    let broken = made.found.iter().any(Diagnostic::is_error);
    found.extend(made.found);
    if broken && !options.keep_going {
        drop(output);
        return refused(builder, found, timings);
    }
    memory.pages = made.stamps;
    let world = Arc::get_mut(&mut state).and_then(|state| Arc::get_mut(&mut state.world));
    debug_assert!(world.is_some(), "the workers have let go of it");
    world.into_iter().for_each(World::forget_views);
    progress.begin(Stage::Files, 0);
    timings.time(Stage::Files, || -> Result<()> {
        extras::put(&state, &output, &mut memory.files, &mut found)?;
        memory.codes = codes::put(&state, &output, &memory.codes)?;
        pictures::put(&state, &output, &mut found)
    })?;
    progress.begin(Stage::Search, 0);
    let known = std::mem::take(&mut memory.index);
    let cache = state.cache.as_deref();
    memory.index = timings.time(Stage::Search, || search::put(&state.world, &state.texts, cache, &output, known))?;
    let known = std::mem::take(&mut memory.bank);
    let paths: Vec<String> = memory.index.paths().collect();
    memory.bank = timings.time(Stage::Search, || study::put(&state, &output, paths.iter().map(String::as_str), known))?;
    if found.iter().any(Diagnostic::is_error) && !options.keep_going {
        drop(output);
        return refused(builder, found, timings);
    }
    progress.begin(Stage::Write, 0);
    let report = timings.time(Stage::Write, || output.commit())?;
    memory.seen = report.seen.clone();
    let trouble = timings.time(Stage::Remember, || builder.remember(Run::Full));
    found.sort();
    found.dedup();
    let summary = Summary::new(&state.world.site, made.rendered, made.kept, &report, trouble);
    if let (Some(stamp), Some(cache)) = (stamp, &state.cache) {
        timings.time(Stage::Remember, || same::keep(stamp, &report, &found, &summary, cache));
    }
    builder.let_go(state);
    Ok(Outcome { found, summary: Some(summary), timings })
}

/// The bytes of a parsed text as the cache holds them.
fn encode(document: &Document) -> Vec<u8> {
    postcard::to_stdvec(&document.body).expect("plain values have a serialised form and memory is there")
}

/// The default output folder of a site.
pub fn default_output(site: &Path) -> PathBuf {
    site.join("output")
}
