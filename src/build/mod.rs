//! Runs the stages and remembers their results. The only module that calls a stage.
//!
//! Start at [`build`]; [`documents`] parses, [`pictures`] makes pictures ready, [`pages`] renders, [`extras`] adds what
//! no template makes.

pub mod booklet;
pub mod codes;
pub mod documents;
pub mod extras;
pub mod memory;
pub mod pages;
pub mod pictures;
pub mod report;
pub mod scripts;
pub mod search;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::cache::{Cache, Run};
use crate::config::{self, Config};
use crate::discover;
use crate::emit::Output;
use crate::ground::path::{extension, join, stem};
use crate::ground::{Code, Diagnostic, Place, Result, Stamp};
use crate::model::{self, FileEntry};
use crate::parse::{Document, glossary};
use crate::render::{Shared, World, job};
use crate::theme::{self, Theme};

pub use memory::Memory;
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
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.jobs).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(|| run(options, progress)),
        // A machine that gives no more threads still has this one.
        Err(_) => run(options, progress),
    }
}

/// What the first stages make: everything but pages.
struct Prepared {
    world: Arc<World>,
    shared: Option<Arc<Shared>>,
    jobs: Vec<job::Job>,
    texts: documents::Texts,
    sources: Vec<discover::Source>,
    pictures: pictures::Made,
    listed_at: u64,
}

fn run(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    let mut timings = Timings::new(options.timings);
    let meter = timings.meter();
    let mut found = Vec::new();
    let Some((config, theme, shared)) = timings.time(Stage::Open, || settings(options, &mut found)) else {
        return Ok(Outcome::refused(found, timings));
    };
    let (cache, mut memory) = timings.time(Stage::Open, || {
        let cache = open_cache(options);
        let memory = cache.as_ref().and_then(|cache| cache.load_value::<Memory>("memory")).unwrap_or_default();
        (cache, memory)
    });
    let prepared = prepare(options, progress, &config, &theme, shared, cache.as_ref(), &mut memory, &mut found, &mut timings)?;
    let errors = found.iter().any(Diagnostic::is_error);
    let Some(shared) = prepared.shared.clone().filter(|_| !errors || options.keep_going) else {
        remember(cache, &memory, Run::Partial);
        return Ok(Outcome::refused(found, timings));
    };

    let output = timings.time(Stage::Write, || Output::open_with(&options.output, std::mem::take(&mut memory.seen)))?;
    let run = pages::Run {
        world: &prepared.world,
        shared: &shared,
        jobs: &prepared.jobs,
        texts: &prepared.texts,
        cache: cache.as_ref(),
        output: &output,
        minify: config.minify,
        meter: &meter,
        parts: booklet::Parts {
            assets: prepared
                .world
                .assets
                .iter()
                .filter_map(|(name, url)| Some((url.as_str(), theme.assets.get(name)?.as_slice())))
                .collect(),
            pictures: &|url| {
                extras::bytes(&prepared.world, &theme, &prepared.sources, url)
                    .or_else(|| pictures::bytes(&prepared.pictures, &prepared.sources, cache.as_ref(), &config, url))
            },
            stamps: &|file| prepared.pictures.stamps(file),
        },
    };
    progress.begin(Stage::Render, prepared.jobs.len());
    let made = timings.time(Stage::Render, || pages::render(&run, &memory.pages, progress))?;
    let broken = made.found.iter().any(Diagnostic::is_error);
    found.extend(made.found);
    if broken && !options.keep_going {
        drop(output);
        remember(cache, &memory, Run::Partial);
        return Ok(Outcome::refused(found, timings));
    }
    memory.pages = made.stamps;
    progress.begin(Stage::Files, 0);
    timings.time(Stage::Files, || -> Result<()> {
        extras::put(&prepared.world, &theme, &prepared.sources, &output, prepared.listed_at, &mut memory.files, &mut found)?;
        memory.codes = codes::put(&prepared.world, &output, &memory.codes)?;
        pictures::put(&prepared.pictures, &prepared.sources, cache.as_ref(), &config, &output, &mut found)
    })?;
    progress.begin(Stage::Search, 0);
    let known = std::mem::take(&mut memory.index);
    memory.index = timings.time(Stage::Search, || search::put(&prepared.world, &prepared.texts, cache.as_ref(), &output, known))?;
    if found.iter().any(Diagnostic::is_error) && !options.keep_going {
        drop(output);
        remember(cache, &memory, Run::Partial);
        return Ok(Outcome::refused(found, timings));
    }
    progress.begin(Stage::Write, 0);
    let report = timings.time(Stage::Write, || output.commit())?;
    memory.seen = report.seen.clone();
    let trouble = timings.time(Stage::Remember, || remember(cache, &memory, Run::Full));
    found.sort();
    found.dedup();
    let summary = Summary::new(&prepared.world.site, made.rendered, made.kept, &report, trouble);
    Ok(Outcome { found, summary: Some(summary), timings })
}

/// Reads the settings and the theme. `None` when there is no use in going on.
fn settings(options: &Options, found: &mut Vec<Diagnostic>) -> Option<(Config, Theme, Option<Arc<Shared>>)> {
    let text = match discover::settings(&options.site) {
        Ok(text) => text,
        Err(diagnostic) => {
            found.push(diagnostic);
            return None;
        }
    };
    let (mut config, wrong) = config::read(&text);
    found.extend(wrong);
    if let Some(url) = &options.base_url {
        match config::base_url(url) {
            Some(url) => config.base_url = url,
            None => found.push(Diagnostic::new(Code::BadBaseUrl, Place::file("--base-url")).arg("found", url)),
        }
    }
    if overlaps(options, &config) {
        let place = Place::file(config::FILE);
        found.push(Diagnostic::new(Code::OutputInsideContent, place).arg("output", options.output.display()));
        return None;
    }
    let (mut theme, wrong) = theme::load(&options.site, &config.theme, &config.theme_place, env!("CARGO_PKG_VERSION"));
    let usable = !wrong.iter().any(Diagnostic::is_error);
    found.extend(wrong);
    found.extend(config::unknown_options(&config, theme.options.keys().map(String::as_str)));
    if !usable {
        return Some((config, theme, None));
    }
    scripts::ready(&mut theme, &config, found);
    let (shared, wrong) = Shared::new(&theme);
    found.extend(wrong);
    Some((config, theme, shared.map(Arc::new)))
}

/// Whether the output holds the content or the content holds the output: then a build would eat its own input.
fn overlaps(options: &Options, config: &Config) -> bool {
    let output = discover::absolute(&options.output);
    let mut roots: Vec<PathBuf> = ["content", "themes", "static"].iter().map(|folder| options.site.join(folder)).collect();
    roots.extend(config.mounts.iter().map(|mount| options.site.join(&mount.from)));
    roots.iter().map(|root| discover::absolute(root)).any(|root| output.starts_with(&root) || root.starts_with(&output))
}

fn open_cache(options: &Options) -> Option<Cache> {
    let salt = Stamp::of_bytes(concat!("studyhall ", env!("CARGO_PKG_VERSION"), " memory 3").as_bytes());
    (!options.no_cache).then(|| Cache::open(&options.site.join(CACHE), salt))
}

/// Keeps what was learned. A refusal costs time at the next build, no more; it is told under `-v`.
fn remember(cache: Option<Cache>, memory: &Memory, run: Run) -> Option<String> {
    let cache = cache?;
    let before = cache.trouble();
    let saved = cache.save_value("memory", memory).and_then(|()| cache.save(run));
    saved.err().map(|error| error.to_string()).or(before)
}

#[expect(clippy::too_many_arguments, reason = "the stages in their order, each with what it needs; a struct would only hide that")]
fn prepare(
    options: &Options,
    progress: &dyn Progress,
    config: &Config,
    theme: &Theme,
    shared: Option<Arc<Shared>>,
    cache: Option<&Cache>,
    memory: &mut Memory,
    found: &mut Vec<Diagnostic>,
    timings: &mut Timings,
) -> Result<Prepared> {
    let meter = timings.meter();
    let listing = timings.time(Stage::Discover, || discover::list(&options.site, config))?;
    found.extend(listing.found.iter().cloned());
    progress.begin(Stage::Parse, listing.pages.len());
    let parsed = timings.time(Stage::Parse, || documents::parse(&listing, config, cache, memory, progress, &meter));
    found.extend(parsed.found);
    let terms = timings.time(Stage::Model, || match &listing.glossary {
        Some(source) => match discover::read_text(source) {
            Ok(text) => {
                let (terms, wrong) = glossary::read(&source.file, text.trim_start_matches('\u{feff}'));
                found.extend(wrong);
                terms
            }
            Err(diagnostic) => {
                found.push(diagnostic);
                Vec::new()
            }
        },
        None => Vec::new(),
    });
    let (files, sources) = files_of(listing.files, listing.statics);
    let input = model::Input {
        heads: parsed.heads,
        files,
        terms,
        config,
        date: options.date,
        drafts: options.drafts,
        reserved: &[job::RESERVED, job::TAKEN].concat(),
    };
    let (site, wrong) = timings.time(Stage::Model, || model::build(input));
    found.extend(wrong);
    progress.begin(Stage::Pictures, 0);
    let pictures =
        timings.time(Stage::Pictures, || pictures::make(&site, config, &sources, listing.at, cache, &mut memory.pictures, found));
    let (world, jobs) = timings.time(Stage::Plan, || {
        let world = Arc::new(World::new(site, Arc::new(config.clone()), theme, pictures.by_file.clone(), asset_urls(theme)));
        let jobs = if theme.chain.is_empty() { Vec::new() } else { job::plan(&world, theme, found) };
        (world, jobs)
    });
    // A theme without its ancestors lacks templates and options because of that: one mistake, one message.
    if found.iter().any(|diagnostic| matches!(diagnostic.code, Code::ThemeMissing | Code::ThemeCycle)) {
        found.retain(|diagnostic| !matches!(diagnostic.code, Code::TemplateMissing | Code::ThemeOptionUnknown));
    }
    Ok(Prepared { world, shared, jobs, texts: parsed.texts, sources, pictures, listed_at: listing.at })
}

/// The files that pages may point at, and where each lies.
fn files_of(content: Vec<discover::Source>, statics: Vec<discover::Source>) -> (Vec<FileEntry>, Vec<discover::Source>) {
    let mut entries = Vec::with_capacity(content.len() + statics.len());
    let mut sources = Vec::with_capacity(entries.capacity());
    for (list, is_static) in [(content, false), (statics, true)] {
        for source in list {
            entries.push(FileEntry { path: source.path.clone(), is_static, size: source.seen.size, url: String::new() });
            sources.push(source);
        }
    }
    (entries, sources)
}

/// Styles and scripts carry a hash of their content in their names, so that a phone never mixes old and new.
fn asset_urls(theme: &Theme) -> BTreeMap<String, String> {
    let urls = theme.assets.iter().map(|(name, bytes)| {
        let stamp = Stamp::of_bytes(bytes).short();
        let file = format!("{}.{stamp}.{}", crate::ground::path::slug(stem(name)), extension(name).to_ascii_lowercase());
        (name.clone(), join("assets", &file))
    });
    urls.collect()
}

/// The bytes of a parsed text as the cache holds them.
fn encode(document: &Document) -> Vec<u8> {
    postcard::to_stdvec(&document.body).expect("plain values have a serialised form and memory is there")
}

/// The default output folder of a site.
pub fn default_output(site: &Path) -> PathBuf {
    site.join("output")
}
