//! Makes one state of a site after the other: everything but pages.
//!
//! Start at [`Builder::load`], which makes a state of whatever lies in the folder, and [`Builder::update`], which makes
//! the next one when only some files have changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::cache::{Cache, Run};
use crate::config::{self, Config};
use crate::discover::{self, Listing, Source};
use crate::ground::{Code, Diagnostic, Result, Stamp, routes};
use crate::model::{self, FileEntry, Unpublished, replace::move_places};
use crate::parse::code::Highlighter;
use crate::parse::glossary::{self, Term};
use crate::parse::redirects::{self, Redirect};
use crate::render::{RenderInput, Shared, SiteContext, plan};
use crate::theme::Theme;

use super::cached::CachedBuild;
use super::diagnostics::SiteDiagnostics;
use super::documents::{self, ParseContext};
use super::input::{InputReading, SettingsText, SiteInput};
use super::options::{CACHE, Options, Progress};
use super::report::{Stage, Timings};
use super::state::{Loaded, State};
use super::{assets, names, renditions, static_outputs};

/// Makes states of one site folder, and remembers from one to the next.
pub struct Builder {
    options: Options,
    cache: Option<Arc<Cache>>,
    highlighter: Arc<Highlighter>,
    /// What earlier builds have left.
    pub cached: CachedBuild,
    last: Option<Last>,
}

/// The last state, and what the next can take from it.
struct Last {
    site: ReadySite,
    listing: Listing,
    state: Arc<State>,
    diagnostics: SiteDiagnostics,
}

/// Settings, and the theme ready for pages.
#[derive(Clone)]
struct ReadySite {
    config: Arc<Config>,
    theme: Arc<Theme>,
    shared: Option<Arc<Shared>>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// Opens the memory of a site. Whatever is wrong with it costs time only.
    ///
    /// # Errors
    /// When a link stands in the place of the memory.
    pub fn open(options: Options) -> Result<Builder> {
        let cache = open_cache(&options)?;
        Ok(Builder::with(options, cache))
    }

    /// As [`Builder::open`], with a cache that is open already.
    pub fn with(options: Options, cache: Option<Arc<Cache>>) -> Builder {
        let cached = cache.as_ref().and_then(|cache| cache.load_value::<CachedBuild>("memory")).unwrap_or_default();
        Builder { options, cache, highlighter: Arc::default(), cached, last: None }
    }

    /// Makes a state of the whole folder. What has not changed since the last state, or the last build, is taken from memory.
    ///
    /// # Errors
    /// When the machine refuses; what is wrong with the site is in the result.
    pub fn load(&mut self, progress: &dyn Progress, timings: &mut Timings) -> Result<Loaded> {
        let settings = timings.time(Stage::Open, || SettingsText::read(&self.options.site));
        match SiteInput::read(&self.options, settings, timings)? {
            InputReading::Input(input) => Ok(self.load_from(*input, progress, timings)),
            InputReading::Refused(diagnostics) => {
                self.last = None;
                Ok(Loaded { state: None, diagnostics: SiteDiagnostics::new(diagnostics, Vec::new(), Vec::new()) })
            }
        }
    }

    /// Makes a state of what has been read of the folder.
    pub fn load_from(&mut self, input: SiteInput, progress: &dyn Progress, timings: &mut Timings) -> Loaded {
        let SiteInput { config, theme, is_theme_usable, listing, diagnostics, .. } = input;
        let cache = self.cache.as_deref();
        let site = timings.time(Stage::Open, || ready_site(config, theme, is_theme_usable, diagnostics, cache));
        self.prepare(site, listing, progress, timings)
    }

    /// As [`Builder::load_from`], by a builder that makes no further state.
    pub fn load_once(&mut self, input: SiteInput, progress: &dyn Progress, timings: &mut Timings) -> Loaded {
        let loaded = self.load_from(input, progress, timings);
        self.last = None;
        loaded
    }

    /// Makes the next state when the files at these paths may have changed and no others. Only texts are taken one by one;
    /// for anything else the whole folder is read.
    ///
    /// # Errors
    /// As [`Builder::load`].
    pub fn update(&mut self, changed: &BTreeSet<PathBuf>, progress: &dyn Progress, timings: &mut Timings) -> Result<Loaded> {
        if let Some(loaded) = self.text_alone(changed, timings) {
            return Ok(loaded);
        }
        let folder = &self.options.site;
        let (settings, themes) = (folder.join(config::FILE), folder.join("themes"));
        let same_settings = !changed.iter().any(|path| *path == settings || path.starts_with(&themes));
        match self.last.take().filter(|_| same_settings) {
            Some(Last { site, mut listing, .. }) => {
                let known = timings.time(Stage::Discover, || take_note(&mut listing, changed));
                if !known {
                    listing = timings.time(Stage::Discover, || discover::list(folder, &site.config))?;
                }
                Ok(self.prepare(site, listing, progress, timings))
            }
            None => self.load(progress, timings),
        }
    }

    /// The next state if the change is another text of one known page, which no other page's place depends on.
    fn text_alone(&mut self, changed: &BTreeSet<PathBuf>, timings: &mut Timings) -> Option<Loaded> {
        let path = changed.first().filter(|_| changed.len() == 1)?;
        let last = self.last.as_mut().filter(|last| !last.listing.has_links)?;
        let mut places = last.listing.pages.iter().enumerate().filter(|(_, source)| source.disk == *path);
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        let seen = discover::look(path)?;
        last.listing.at = discover::now();
        last.listing.pages[at].seen = seen;
        let source = &last.listing.pages[at];
        let meter = timings.meter();
        let context =
            ParseContext { config: &last.site.config, cache: self.cache.as_deref(), highlighter: &self.highlighter, meter: &meter };
        let before = self.cached.documents.get(&source.file).map(|cached| Arc::clone(&cached.summary))?;
        let parsed = timings.time(Stage::Parse, || documents::parse_again(source, &last.listing, &context, &mut self.cached.documents));
        let state = Arc::clone(&last.state);
        let Some((summary, body)) = parsed.ok()? else {
            // The file was written with what it held.
            return Some(Loaded { state: Some(state), diagnostics: last.diagnostics.clone() });
        };
        let (site, _) = timings.time(Stage::Model, || state.render_input.site.with(&summary))?;
        last.diagnostics.exchange(&source.file, summary.diagnostics.clone(), |model| move_places(&before, &summary, model));
        last.state = Arc::new(State {
            render_input: Arc::new(SiteContext::new(state.render_input.with(site))),
            texts: state.texts.with(&summary.path, body),
            cache: self.cache.clone(),
            ..State::clone(&state)
        });
        Some(Loaded { state: Some(Arc::clone(&last.state)), diagnostics: last.diagnostics.clone() })
    }

    /// The stages from parsing to the plan of pages.
    fn prepare(&mut self, ready: ReadySite, listing: Listing, progress: &dyn Progress, timings: &mut Timings) -> Loaded {
        let ReadySite { config, theme, shared, diagnostics: mut rest } = ready.clone();
        let meter = timings.meter();
        let context = ParseContext { config: &config, cache: self.cache.as_deref(), highlighter: &self.highlighter, meter: &meter };
        rest.extend(listing.diagnostics.iter().cloned());
        progress.begin(Stage::Parse, listing.pages.len());
        let parsed = timings.time(Stage::Parse, || documents::parse(&listing, &context, &mut self.cached.documents, progress));
        let terms = timings.time(Stage::Model, || terms(listing.glossary.as_ref(), &mut rest));
        let redirects = redirects(listing.redirects.as_ref(), &mut rest);
        let (files, sources) = files_of(&listing);
        let input = model::Input {
            summaries: parsed.summaries,
            files,
            terms,
            config: &config,
            date: self.options.date,
            shown: Unpublished {
                drafts: self.options.drafts,
                expired: self.options.expired,
                unsure: !self.options.keep_going || self.options.drafts,
            },
            reserved: &[routes::GENERATED, routes::TAKEN_FOLDERS].concat(),
        };
        let (site, wrong) = timings.time(Stage::Model, || model::build(input));
        progress.begin(Stage::Pictures, 0);
        let cache = self.cache.as_deref();
        let pictures = timings
            .time(Stage::Pictures, || renditions::make(&site, &config, &sources, listing.at, cache, &mut self.cached.pictures, &mut rest));
        let (render_input, jobs, extras) = timings.time(Stage::Plan, || {
            let render_input = RenderInput::new(site, Arc::clone(&config), &theme, pictures.by_file.clone(), asset_urls(&theme));
            let mut jobs = if theme.chain.is_empty() { Vec::new() } else { plan::plan(&render_input, &theme, &redirects, &mut rest) };
            let mut extras = static_outputs::list(&render_input, &theme, &sources, &mut rest);
            let others = names::Others { pictures: &pictures, sources: &sources, redirects: &redirects };
            names::settle(&render_input, &theme, &mut jobs, &mut extras, &others, &mut rest);
            (Arc::new(SiteContext::new(render_input)), jobs, extras)
        });
        // A theme without its ancestors lacks templates and options because of that: one mistake, one message.
        if rest.iter().any(|diagnostic| matches!(diagnostic.code, Code::ThemeMissing | Code::ThemeCycle)) {
            rest.retain(|diagnostic| !matches!(diagnostic.code, Code::TemplateMissing | Code::ThemeOptionUnknown));
        }
        let state = Arc::new(State {
            render_input,
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
        let diagnostics = SiteDiagnostics::new(rest, parsed.diagnostics, wrong);
        self.last = Some(Last { site: ready, listing, state: Arc::clone(&state), diagnostics: diagnostics.clone() });
        Loaded { state: Some(state), diagnostics }
    }

    /// Keeps what was learned. A refusal costs time at the next build, no more; it is told under `-v`.
    pub fn remember(&self, run: Run) -> Option<String> {
        let cache = self.cache.as_ref()?;
        let before = cache.trouble();
        let saved = cache.save_value("memory", &self.cached).and_then(|()| cache.save(run));
        saved.err().map(|error| error.to_string()).or(before)
    }

    /// Forgets the last look: the next one is at everything.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// Ends the work on a site. The cache is closed at once; what a large site leaves in memory goes on a thread of its own, while
    /// the outcome is told.
    #[expect(clippy::disallowed_methods, reason = "nothing waits for this thread, and nothing comes of it")]
    pub fn drop_in_background(mut self, mut state: Arc<State>) {
        self.cache = None;
        if let Some(state) = Arc::get_mut(&mut state) {
            state.cache = None;
        }
        let all = (self.cached, state);
        // Without a thread it goes here.
        drop(std::thread::Builder::new().spawn(move || drop(all)));
    }
}

/// Opens the cache of a site, unless nothing is to be remembered.
///
/// # Errors
/// When a link stands in its place.
pub fn open_cache(options: &Options) -> Result<Option<Arc<Cache>>> {
    let salt = Stamp::of_bytes(concat!("studyhall ", env!("CARGO_PKG_VERSION"), " memory 6").as_bytes());
    let open = || Cache::open(&options.site.join(CACHE), salt).map(Arc::new);
    (!options.no_cache).then(open).transpose()
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

/// Makes the theme ready for pages: scripts and styles as they are loaded, templates parsed.
fn ready_site(config: Config, mut theme: Theme, usable: bool, mut diagnostics: Vec<Diagnostic>, cache: Option<&Cache>) -> ReadySite {
    let mut shared = None;
    if usable {
        assets::bundle(&mut theme, &config, cache, &mut diagnostics);
        let (parsed, wrong) = Shared::new(&theme);
        diagnostics.extend(wrong);
        shared = parsed.map(Arc::new);
    }
    ReadySite { config: Arc::new(config), theme: Arc::new(theme), shared, diagnostics }
}

fn redirects(table: Option<&Source>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Redirect> {
    let Some(source) = table else { return Vec::new() };
    let (redirects, wrong) = match discover::read_text(source) {
        Ok(text) => redirects::read(&source.file, &text),
        Err(diagnostic) => (Vec::new(), vec![diagnostic]),
    };
    diagnostics.extend(wrong);
    redirects
}

fn terms(glossary: Option<&Source>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Term> {
    let Some(source) = glossary else { return Vec::new() };
    match discover::read_text(source) {
        Ok(text) => {
            let (terms, wrong) = glossary::read(&source.file, text.trim_start_matches('\u{feff}'));
            diagnostics.extend(wrong);
            terms
        }
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
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

/// The addresses of styles and scripts.
fn asset_urls(theme: &Theme) -> BTreeMap<String, String> {
    theme.assets.iter().map(|(name, bytes)| (name.clone(), routes::asset(name, bytes))).collect()
}
