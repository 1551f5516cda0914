//! What the first stages make of a site folder: everything but pages. And how one such state follows another.
//!
//! Start at [`Builder::look`], which makes a state of whatever lies in the folder, and [`Builder::again`], which makes
//! the next one when only some files have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::cache::{Cache, Run};
use crate::config::{self, Config};
use crate::discover::{self, Listing, Source};
use crate::ground::path::{extension, join, stem};
use crate::ground::{Code, Diagnostic, Place, Result, Stamp};
use crate::model::{self, FileEntry, replace::move_places};
use crate::parse::code::Highlighter;
use crate::parse::glossary::{self, Term};
use crate::parse::redirects::{self, Redirect};
use crate::render::{Job, Shared, World, job};
use crate::theme::{self, Theme};

use super::documents::{self, Means, Texts};
use super::extras::{self, Extra};
use super::found::Found;
use super::memory::Memory;
use super::pictures::{self, Made};
use super::report::{Stage, Timings};
use super::{CACHE, Options, Progress, assets};

/// Everything that the files of a site are made of, at one moment. Never changed: the next state is another value.
pub struct State {
    /// Model and settings.
    pub world: Arc<World>,
    /// Templates; `None` when the theme cannot be used.
    pub shared: Option<Arc<Shared>>,
    /// The theme's files.
    pub theme: Arc<Theme>,
    /// The pages to make, sorted by address.
    pub jobs: Arc<Vec<Job>>,
    /// The files that no template makes.
    pub extras: Arc<Vec<Extra>>,
    /// Texts of pages.
    pub texts: Texts,
    /// Where each file of the model's list lies.
    pub sources: Arc<Vec<Source>>,
    /// Pictures made ready.
    pub pictures: Arc<Made>,
    /// What is remembered.
    pub cache: Option<Arc<Cache>>,
    /// When the files were listed, as [`discover::Seen`] counts.
    pub listed_at: u64,
}

/// What a look at a site folder gave.
pub struct Looked {
    /// The state; `None` when there is no use in going on.
    pub state: Option<Arc<State>>,
    /// What is wrong.
    pub found: Found,
}

/// Makes states of one site folder, and remembers from one to the next.
pub struct Builder {
    options: Options,
    cache: Option<Arc<Cache>>,
    highlighter: Arc<Highlighter>,
    /// What earlier builds told.
    pub memory: Memory,
    last: Option<Last>,
}

/// The last look, as far as the next can use it.
struct Last {
    settings: Settings,
    listing: Listing,
    state: Arc<State>,
    found: Found,
}

/// Settings and theme.
#[derive(Clone)]
struct Settings {
    config: Arc<Config>,
    theme: Arc<Theme>,
    shared: Option<Arc<Shared>>,
    found: Vec<Diagnostic>,
}

impl Builder {
    /// Opens the memory of a site. Whatever is wrong with it costs time only.
    pub fn open(options: Options) -> Builder {
        let cache = open_cache(&options);
        Builder::with(options, cache)
    }

    /// As [`Builder::open`], with a cache that is open already.
    pub fn with(options: Options, cache: Option<Arc<Cache>>) -> Builder {
        let memory = cache.as_ref().and_then(|cache| cache.load_value::<Memory>("memory")).unwrap_or_default();
        Builder { options, cache, highlighter: Arc::default(), memory, last: None }
    }

    /// Looks at the whole folder. What has not changed since the last look, or the last build, is taken from memory.
    ///
    /// # Errors
    /// When the machine refuses; what is wrong with the site is in the result.
    pub fn look(&mut self, progress: &dyn Progress, timings: &mut Timings) -> Result<Looked> {
        self.look_at(None, progress, timings)
    }

    /// As [`Builder::look`], by a builder that will not look again; maybe at files that have just been listed.
    ///
    /// # Errors
    /// As [`Builder::look`].
    pub fn look_once(&mut self, listing: Option<Listing>, progress: &dyn Progress, timings: &mut Timings) -> Result<Looked> {
        let looked = self.look_at(listing, progress, timings);
        self.last = None;
        looked
    }

    fn look_at(&mut self, listing: Option<Listing>, progress: &dyn Progress, timings: &mut Timings) -> Result<Looked> {
        let settings = match timings.time(Stage::Open, || settings(&self.options, self.cache.as_deref())) {
            Ok(settings) => settings,
            Err(found) => {
                self.last = None;
                return Ok(Looked { state: None, found: Found::new(found, Vec::new(), Vec::new()) });
            }
        };
        let listing = match listing {
            Some(listing) => listing,
            None => timings.time(Stage::Discover, || discover::list(&self.options.site, &settings.config))?,
        };
        Ok(self.prepare(settings, listing, progress, timings))
    }

    /// Looks again when the files at these paths may have changed and no others. Only texts are taken one by one;
    /// anything else is a look at the whole folder.
    ///
    /// # Errors
    /// As [`Builder::look`].
    pub fn again(&mut self, changed: &BTreeSet<PathBuf>, progress: &dyn Progress, timings: &mut Timings) -> Result<Looked> {
        if let Some(looked) = self.text_alone(changed, timings) {
            return Ok(looked);
        }
        let site = &self.options.site;
        let (settings, themes) = (site.join(config::FILE), site.join("themes"));
        let same_settings = !changed.iter().any(|path| *path == settings || path.starts_with(&themes));
        match self.last.take().filter(|_| same_settings) {
            Some(Last { settings, mut listing, .. }) => {
                let known = timings.time(Stage::Discover, || take_note(&mut listing, changed));
                if !known {
                    listing = timings.time(Stage::Discover, || discover::list(site, &settings.config))?;
                }
                Ok(self.prepare(settings, listing, progress, timings))
            }
            None => self.look(progress, timings),
        }
    }

    /// The next state if the change is another text of one known page, which no other page's place depends on.
    fn text_alone(&mut self, changed: &BTreeSet<PathBuf>, timings: &mut Timings) -> Option<Looked> {
        let path = changed.first().filter(|_| changed.len() == 1)?;
        let last = self.last.as_mut().filter(|last| !last.listing.has_links)?;
        let mut places = last.listing.pages.iter().enumerate().filter(|(_, source)| source.disk == *path);
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        let seen = discover::look(path)?;
        last.listing.at = discover::now();
        last.listing.pages[at].seen = seen;
        let source = &last.listing.pages[at];
        let meter = timings.meter();
        let means = Means { config: &last.settings.config, cache: self.cache.as_deref(), highlighter: &self.highlighter, meter: &meter };
        let before = self.memory.documents.get(&source.file).map(|known| Arc::clone(&known.head))?;
        let parsed = timings.time(Stage::Parse, || documents::parse_again(source, &last.listing, &means, &mut self.memory));
        let state = Arc::clone(&last.state);
        let Some((head, body)) = parsed.ok()? else {
            // The file was written with what it held.
            return Some(Looked { state: Some(state), found: last.found.clone() });
        };
        let (site, _) = timings.time(Stage::Model, || state.world.site.with(&head))?;
        last.found.exchange(&source.file, head.found.clone(), |model| move_places(&before, &head, model));
        last.state = Arc::new(State {
            world: Arc::new(state.world.with(site)),
            shared: state.shared.clone(),
            theme: Arc::clone(&state.theme),
            jobs: Arc::clone(&state.jobs),
            extras: Arc::clone(&state.extras),
            texts: state.texts.with(&head.path, body),
            sources: Arc::clone(&state.sources),
            pictures: Arc::clone(&state.pictures),
            cache: self.cache.clone(),
            listed_at: state.listed_at,
        });
        Some(Looked { state: Some(Arc::clone(&last.state)), found: last.found.clone() })
    }

    /// The stages from parsing to the plan of pages.
    fn prepare(&mut self, settings: Settings, listing: Listing, progress: &dyn Progress, timings: &mut Timings) -> Looked {
        let Settings { config, theme, shared, .. } = settings.clone();
        let meter = timings.meter();
        let means = Means { config: &config, cache: self.cache.as_deref(), highlighter: &self.highlighter, meter: &meter };
        let mut rest = settings.found.clone();
        rest.extend(listing.found.iter().cloned());
        progress.begin(Stage::Parse, listing.pages.len());
        let parsed = timings.time(Stage::Parse, || documents::parse(&listing, &means, &mut self.memory, progress));
        let terms = timings.time(Stage::Model, || terms(listing.glossary.as_ref(), &mut rest));
        let redirects = redirects(listing.redirects.as_ref(), &mut rest);
        let (files, sources) = files_of(&listing);
        let input = model::Input {
            heads: parsed.heads,
            files,
            terms,
            config: &config,
            date: self.options.date,
            drafts: self.options.drafts,
            reserved: &[job::RESERVED, job::TAKEN].concat(),
        };
        let (site, wrong) = timings.time(Stage::Model, || model::build(input));
        progress.begin(Stage::Pictures, 0);
        let cache = self.cache.as_deref();
        let pictures = timings
            .time(Stage::Pictures, || pictures::make(&site, &config, &sources, listing.at, cache, &mut self.memory.pictures, &mut rest));
        let (world, jobs, extras) = timings.time(Stage::Plan, || {
            let world = World::new(site, Arc::clone(&config), &theme, pictures.by_file.clone(), asset_urls(&theme));
            let jobs = if theme.chain.is_empty() { Vec::new() } else { job::plan(&world, &theme, &redirects, &mut rest) };
            let extras = extras::list(&world, &theme, &sources, &mut rest);
            (Arc::new(world), jobs, extras)
        });
        // A theme without its ancestors lacks templates and options because of that: one mistake, one message.
        if rest.iter().any(|diagnostic| matches!(diagnostic.code, Code::ThemeMissing | Code::ThemeCycle)) {
            rest.retain(|diagnostic| !matches!(diagnostic.code, Code::TemplateMissing | Code::ThemeOptionUnknown));
        }
        let state = Arc::new(State {
            world,
            shared,
            theme,
            jobs: Arc::new(jobs),
            extras: Arc::new(extras),
            texts: parsed.texts,
            sources: Arc::new(sources),
            pictures: Arc::new(pictures),
            cache: self.cache.clone(),
            listed_at: listing.at,
        });
        let found = Found::new(rest, parsed.found, wrong);
        self.last = Some(Last { settings, listing, state: Arc::clone(&state), found: found.clone() });
        Looked { state: Some(state), found }
    }

    /// Keeps what was learned. A refusal costs time at the next build, no more; it is told under `-v`.
    pub fn remember(&self, run: Run) -> Option<String> {
        let cache = self.cache.as_ref()?;
        let before = cache.trouble();
        let saved = cache.save_value("memory", &self.memory).and_then(|()| cache.save(run));
        saved.err().map(|error| error.to_string()).or(before)
    }

    /// Ends the work on a site. The cache is closed at once; what a large site leaves in memory goes on a thread of its own, while
    /// the outcome is told.
    pub fn let_go(mut self, mut state: Arc<State>) {
        self.cache = None;
        if let Some(state) = Arc::get_mut(&mut state) {
            state.cache = None;
        }
        let all = (self.memory, state);
        // Without a thread it goes here.
        drop(std::thread::Builder::new().spawn(move || drop(all)));
    }
}

/// Opens the cache of a site, unless nothing is to be remembered.
pub fn open_cache(options: &Options) -> Option<Arc<Cache>> {
    let salt = Stamp::of_bytes(concat!("studyhall ", env!("CARGO_PKG_VERSION"), " memory 6").as_bytes());
    (!options.no_cache).then(|| Arc::new(Cache::open(&options.site.join(CACHE), salt)))
}

/// Notes in a listing what the files at these paths look like now. `false` when one of them came, went, or is none that a
/// listing takes without looking further: then all has to be listed anew.
fn take_note(listing: &mut Listing, changed: &BTreeSet<PathBuf>) -> bool {
    if listing.has_links {
        return false;
    }
    let at = discover::now();
    let Listing { pages, files, statics, glossary, redirects, .. } = listing;
    for path in changed {
        let Some(seen) = discover::look(path) else { return false };
        // A folder may be mounted within another: then a file stands here twice.
        let sources = pages.iter_mut().chain(files.iter_mut()).chain(statics.iter_mut()).chain(glossary.as_mut()).chain(redirects.as_mut());
        let known: Vec<&mut Source> = sources.filter(|source| source.disk == *path).collect();
        if known.is_empty() {
            return false;
        }
        known.into_iter().for_each(|source| source.seen = seen);
    }
    listing.at = at;
    true
}

/// Reads the settings and the theme; what is wrong when there is no use in going on.
fn settings(options: &Options, cache: Option<&Cache>) -> std::result::Result<Settings, Vec<Diagnostic>> {
    let text = discover::settings(&options.site).map_err(|diagnostic| vec![diagnostic])?;
    let (mut config, mut found) = config::read(&text);
    if let Some(url) = &options.base_url {
        match config::base_url(url) {
            Some(url) => config.base_url = url,
            None => found.push(Diagnostic::new(Code::BadBaseUrl, Place::file("--base-url")).arg("found", url)),
        }
    }
    if overlaps(options, &config) {
        let place = Place::file(config::FILE);
        found.push(Diagnostic::new(Code::OutputInsideContent, place).arg("output", options.output.display()));
        return Err(found);
    }
    let (mut theme, wrong) = theme::load(&options.site, &config.theme, &config.theme_place, env!("CARGO_PKG_VERSION"));
    let usable = !wrong.iter().any(Diagnostic::is_error);
    found.extend(wrong);
    found.extend(config::unknown_options(&config, theme.options.keys().map(String::as_str)));
    let mut shared = None;
    if usable {
        assets::ready(&mut theme, &config, cache, &mut found);
        let (parsed, wrong) = Shared::new(&theme);
        found.extend(wrong);
        shared = parsed.map(Arc::new);
    }
    Ok(Settings { config: Arc::new(config), theme: Arc::new(theme), shared, found })
}

/// Whether the output holds the content or the content holds the output: then a build would eat its own input.
fn overlaps(options: &Options, config: &Config) -> bool {
    let output = discover::absolute(&options.output);
    let mut roots: Vec<PathBuf> = ["content", "themes", "static"].iter().map(|folder| options.site.join(folder)).collect();
    roots.extend(config.mounts.iter().map(|mount| options.site.join(&mount.from)));
    roots.iter().map(|root| discover::absolute(root)).any(|root| output.starts_with(&root) || root.starts_with(&output))
}

fn redirects(table: Option<&Source>, found: &mut Vec<Diagnostic>) -> Vec<Redirect> {
    let Some(source) = table else { return Vec::new() };
    let (redirects, wrong) = match discover::read_text(source) {
        Ok(text) => redirects::read(&source.file, &text),
        Err(diagnostic) => (Vec::new(), vec![diagnostic]),
    };
    found.extend(wrong);
    redirects
}

fn terms(glossary: Option<&Source>, found: &mut Vec<Diagnostic>) -> Vec<Term> {
    let Some(source) = glossary else { return Vec::new() };
    match discover::read_text(source) {
        Ok(text) => {
            let (terms, wrong) = glossary::read(&source.file, text.trim_start_matches('\u{feff}'));
            found.extend(wrong);
            terms
        }
        Err(diagnostic) => {
            found.push(diagnostic);
            Vec::new()
        }
    }
}

/// The files that pages may point at, and where each lies.
fn files_of(listing: &Listing) -> (Vec<FileEntry>, Vec<Source>) {
    let all = listing.files.iter().map(|source| (source, false)).chain(listing.statics.iter().map(|source| (source, true)));
    let entry = |(source, is_static): (&Source, bool)| {
        let entry = FileEntry { path: source.path.clone(), is_static, size: source.seen.size, url: String::new() };
        (entry, source.clone())
    };
    all.map(entry).unzip()
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
