//! `serve`: builds in memory, serves, watches, and shows every save at once.
//!
//! One loop owns the builder: a batch of changes becomes the next state, the pages that somebody looks at are made first,
//! browsers are told, and then all other pages are gone over. Start at [`serve`].

mod interrupt;
mod site;
mod told;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clap::ArgMatches;

use studyhall::cache::Run;
use studyhall::config::FILE;
use studyhall::discover;
use studyhall::ground::guard::guarded;
use studyhall::ground::message::Catalogue;
use studyhall::ground::{Code, Diagnostic, Error, Result, Stamp, hex};
use studyhall::pipeline::live::{Live, Sweep};
use studyhall::pipeline::{self, Builder, Loaded, Options, Progress, SiteDiagnostics, Stage, Timings, Workers};
use studyhall::preview::{Hub, Server, Settings, qr};
use studyhall::watch::{Batch, Watch, WatchMode, WatchedPaths};

use super::arguments::{absolute_site, build_options, day};
use super::exit_code::{COULD_NOT_RUN, DONE};
use super::progress::Bar;
use super::report::{Detail, Report};
use super::timings;
pub use interrupt::Interrupt;
use site::Preview;
use told::{Told, note};

/// The port when none is asked for.
pub const PORT: u16 = 8020;
/// How often the loop looks up from its waiting.
const TICK: Duration = Duration::from_millis(200);
/// A picture that cannot be read may still be on its way from a camera or a share: it is loaded at again after so long,
const HOLD: Duration = Duration::from_millis(500);
/// so many times, before it is told.
const HOLDS: u32 = 20;

/// Runs the command.
pub fn serve(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let detail = if matches.get_flag("quiet") { Detail::Quiet } else { Detail::Normal };
    let report = Report::new(words, detail, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let options = Options {
        drafts: !matches.get_flag("no-drafts"),
        expired: !matches.get_flag("no-drafts"),
        timings: matches.get_flag("timings"),
        ..build_options(matches, absolute_site(matches), date)
    };
    let wanted = Wanted {
        port: matches.get_one::<u16>("port").copied().unwrap_or(PORT),
        lan: matches.get_flag("lan"),
        open: matches.get_flag("open"),
        poll: matches.get_flag("poll"),
        stop: "serve-stop",
    };
    match PreviewSession::open(words, &report, options, &wanted, Interrupt::listen()).and_then(|mut session| session.run()) {
        Ok(()) => DONE,
        Err(error) => {
            report.error_event(&error);
            COULD_NOT_RUN
        }
    }
}

/// What the arguments ask for.
struct Wanted {
    port: u16,
    lan: bool,
    open: bool,
    poll: bool,
    /// The message that says how to end it.
    stop: &'static str,
}

/// How to preview a site without arguments of a command.
pub struct ServeSettings {
    /// Whether a browser is opened.
    pub open: bool,
    /// The port to begin with.
    pub port: Option<u16>,
    /// What ends it.
    pub interrupt: Interrupt,
}

/// A running preview.
pub struct PreviewSession<'a> {
    words: &'a Catalogue,
    report: &'a Report<'a>,
    options: Options,
    builder: Builder,
    workers: Workers,
    watch: Watch,
    places: WatchedPaths,
    preview: Arc<Preview>,
    hub: Arc<Hub>,
    interrupt: Interrupt,
    /// Keeps the server running.
    server: Server,
    told: Told,
    /// How often a broken picture has been given time.
    held: u32,
    /// Whether what is shown is not what the files say.
    behind: bool,
    /// Where the time of the last look went.
    timings: Timings,
}

impl<'a> PreviewSession<'a> {
    /// Opens the preview of a site as it is for officers: with drafts, on this machine alone.
    ///
    /// # Errors
    /// When there is no site, or it is previewed already, or no port can be had.
    pub fn open_site(words: &'a Catalogue, report: &'a Report<'a>, site: &Path, settings: ServeSettings) -> Result<PreviewSession<'a>> {
        let options = Options { drafts: true, expired: true, ..Options::new(site.to_path_buf(), jiff::ZonedDateTime::now().date()) };
        let wanted = Wanted { port: settings.port.unwrap_or(PORT), lan: false, open: settings.open, poll: false, stop: "launcher-stop" };
        PreviewSession::open(words, report, options, &wanted, settings.interrupt)
    }

    /// Where the preview is, on this machine.
    pub fn address(&self) -> &str {
        &self.server.address.here
    }

    fn open(
        words: &'a Catalogue,
        report: &'a Report<'a>,
        options: Options,
        wanted: &Wanted,
        interrupt: Interrupt,
    ) -> Result<PreviewSession<'a>> {
        if !options.site.join(FILE).is_file() {
            return Err(Error::new("error-serve-no-site").at(&options.site));
        }
        let preview = Arc::new(Preview::new());
        let hub = Arc::new(Hub::default());
        let token = if wanted.lan { Some(token()?) } else { None };
        let server = Server::start(Settings {
            port: wanted.port,
            token,
            mark: Stamp::of_bytes(options.site.to_string_lossy().as_bytes()).short(),
            source: preview.clone(),
            hub: Arc::clone(&hub),
        })?;
        // Watched before it is first read: what changes meanwhile is not lost.
        let places = places(&options, &[]);
        let watch = Watch::start(places.clone(), wanted.poll);
        let session = PreviewSession {
            words,
            report,
            builder: Builder::open(options.clone())?,
            workers: Workers::new(options.jobs),
            options,
            watch,
            places,
            preview,
            hub,
            interrupt,
            told: Told::default(),
            held: 0,
            behind: false,
            timings: Timings::default(),
            server,
        };
        session.greet(wanted);
        Ok(session)
    }

    /// Says where the preview is, and what is unusual.
    fn greet(&self, wanted: &Wanted) {
        let address = &self.server.address;
        let notice = match self.watch.mode {
            WatchMode::Native => None,
            WatchMode::Polling => Some("serve-polling"),
            WatchMode::PollingAfterLimit => Some("serve-watch-full"),
            WatchMode::PollingAfterError => Some("serve-watch-refused"),
        };
        let ready = serde_json::json!({
            "event": "ready", "url": address.here, "network": address.network, "port": self.server.port, "polls": self.watch.mode != WatchMode::Native,
        });
        let mut lines = vec![self.words.with("serve-ready", &[("url", &address.here)])];
        if self.server.port != wanted.port {
            lines.push(self.words.with("serve-other-port", &[("port", &wanted.port.to_string())]));
        }
        lines.extend(notice.map(|id| self.words.text(id)));
        match address.network.split_first() {
            Some((first, others)) => {
                lines.push(self.words.with("serve-network", &[("url", first)]));
                lines.extend(others.iter().map(|url| self.words.with("serve-network-other", &[("url", url)])));
                lines.extend(qr(first));
            }
            None if wanted.lan => lines.push(self.words.text("serve-no-network")),
            None => {}
        }
        lines.push(self.words.text(wanted.stop));
        self.report.event(&ready, &lines);
        if wanted.open && open::that_detached(&address.here).is_err() {
            self.report
                .event(&serde_json::json!({ "event": "not-opened" }), &[self.words.with("serve-not-opened", &[("url", &address.here)])]);
        }
    }

    /// Shows every save until somebody ends it.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn run(&mut self) -> Result<()> {
        let begun = Instant::now();
        let bar = Bar::new(self.words, self.report.shows_progress());
        let loaded = self.load(None, &bar);
        bar.finish();
        self.take(loaded, begun, true)?;
        // What a first look has learned is worth keeping, whatever comes.
        self.builder.remember(Run::Partial);
        let mut again = None;
        while !self.interrupt.wanted() {
            let wait = again.map_or(TICK, |at: Instant| at.saturating_duration_since(Instant::now()).min(TICK));
            let batch = self.watch.next(wait);
            let due = again.is_some_and(|at| at <= Instant::now());
            let (loaded, heard) = match batch {
                Some(batch) => {
                    if batch.fell_back_to_polling {
                        self.report.event(&serde_json::json!({ "event": "polls" }), &[self.words.text("serve-watch-full")]);
                    }
                    let heard = batch.first_event.unwrap_or_else(Instant::now);
                    let whole = batch.needs_rescan || due;
                    (self.load(Some(&batch).filter(|_| !whole), &pipeline::Silent), heard)
                }
                None if due => (self.load(None, &pipeline::Silent), Instant::now()),
                None => continue,
            };
            again = self.take(loaded, heard, false)?;
        }
        self.builder.remember(Run::Partial);
        self.report.event(&serde_json::json!({ "event": "stopped" }), &[]);
        Ok(())
    }

    /// The next state: of what a batch names, or of everything.
    fn load(&mut self, batch: Option<&Batch>, progress: &dyn Progress) -> Result<Loaded> {
        self.timings = Timings::new(self.options.timings);
        let (builder, timings) = (&mut self.builder, &mut self.timings);
        let work = || match batch {
            None => builder.load(progress, timings),
            Some(batch) => builder.update(&batch.paths, progress, timings),
        };
        // The preview outlives a fault: the next edit may well take it away.
        guarded(|| self.workers.run(work)).unwrap_or_else(|reason| {
            self.builder.forget();
            Err(Error::new("error-panic").arg("reason", reason))
        })
    }

    /// Takes the next state on: serves it, or says why not. Gives the moment at which to look again, if that is needed.
    fn take(&mut self, loaded: Result<Loaded>, heard: Instant, first: bool) -> Result<Option<Instant>> {
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                self.missing(&error);
                return Ok(None);
            }
        };
        if let Some(state) = &loaded.state {
            let mounts: Vec<String> = state.render_input.config.mounts.iter().map(|mount| mount.from.clone()).collect();
            let places = places(&self.options, &mounts);
            if places != self.places {
                self.watch.follow(places.clone());
                self.places = places;
            }
        }
        if self.held < HOLDS && is_on_its_way(&loaded.diagnostics, &self.options.site) {
            self.held += 1;
            return Ok(Some(Instant::now() + HOLD));
        }
        self.held = 0;
        let before = self.preview.current();
        let same = |live: &Arc<Live>| loaded.state.as_ref().is_some_and(|state| Arc::ptr_eq(state, &live.state));
        if before.as_ref().is_some_and(same) && !self.behind {
            // Files were touched, and hold what they held.
            return Ok(None);
        }
        let good = loaded.diagnostics.is_sound() || self.options.keep_going || before.as_ref().is_none_or(|_| !self.told.has_good);
        let next = loaded.state.clone().filter(|_| good).and_then(|state| Live::new(state, before.as_deref()));
        let shown = next.is_some();
        if let Some(next) = next {
            self.told.has_good |= loaded.diagnostics.is_sound() || self.options.keep_going;
            self.preview.show(Arc::new(next));
        } else if before.is_none() {
            self.preview.show_nothing();
        }
        self.behind = !shown;
        self.show_update(&loaded.diagnostics, heard, shown, first)?;
        Ok(None)
    }

    /// Makes the pages that somebody looks at, tells their browsers, then goes over all others.
    fn show_update(&mut self, found: &SiteDiagnostics, heard: Instant, shown: bool, first: bool) -> Result<()> {
        let Some(live) = self.preview.current() else {
            self.told.wrong(self.words, self.report, &self.options, found, &[]);
            self.hub.send(note(self.words, &self.told, None, !shown));
            self.refuse();
            return Ok(());
        };
        let open = self.hub.open_pages();
        let broken: Vec<_> = if shown { open.iter().filter_map(|url| live.render_and_report(url)).collect() } else { Vec::new() };
        let milliseconds = heard.elapsed().as_millis();
        self.told.wrong(self.words, self.report, &self.options, found, &broken);
        let text = (shown && !first).then(|| self.told.updated(self.words, None, milliseconds));
        self.hub.send(note(self.words, &self.told, text, !shown));
        if !shown {
            self.refuse();
            return Ok(());
        }
        let mut sweep = Sweep::default();
        let (waiting, interrupt) = (self.watch.waiting(), self.interrupt.clone());
        let stop = move || waiting.load(Ordering::Relaxed) > 0 || interrupt.wanted();
        let known = &mut self.builder.cached.pages;
        let whole = self.timings.time(Stage::Render, || self.workers.run(|| live.sweep(&mut sweep, known, &stop)))?;
        if !sweep.diagnostics.is_empty() {
            self.told.wrong(self.words, self.report, &self.options, found, &sweep.diagnostics);
        }
        let pages = whole.then_some(sweep.changed);
        let text = self.told.updated(self.words, pages, milliseconds);
        let mut event = serde_json::json!({
            "event": if first { "built" } else { "updated" }, "pages": pages, "milliseconds": u64::try_from(milliseconds).unwrap_or(u64::MAX),
            "errors": self.told.errors, "warnings": self.told.warnings,
        });
        let mut lines = vec![if first { self.told.built(self.words, live.state.jobs.len(), milliseconds) } else { text.clone() }];
        if self.options.timings {
            event["timings"] = timings::json(&self.timings);
            lines.extend(timings::table(self.words, &self.timings));
        }
        self.report.event(&event, &lines);
        self.hub.send(note(self.words, &self.told, (!first).then_some(text), false));
        Ok(())
    }

    /// Says that the change is not shown.
    fn refuse(&self) {
        self.report.event(&serde_json::json!({ "event": "refused", "errors": self.told.errors }), &[self.words.text("serve-refused")]);
    }

    /// The machine refuses: a folder has gone, say. What was good is still served, and the folder may come back.
    fn missing(&mut self, error: &Error) {
        self.behind = true;
        self.report.error_event(error);
        self.told.refused(self.words, error);
        if self.preview.current().is_none() {
            self.preview.show_nothing();
        }
        self.hub.send(note(self.words, &self.told, None, true));
    }
}

/// Whether all that is wrong is pictures just written that cannot be read: they may be half copied.
fn is_on_its_way(found: &SiteDiagnostics, site: &Path) -> bool {
    let is_new = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref().filter(|_| diagnostic.code == Code::PictureBad);
        let changed = place.and_then(|place| std::fs::metadata(site.join(&*place.file)).ok()?.modified().ok());
        changed.and_then(|time| time.elapsed().ok()).is_some_and(|age| age < HOLD * HOLDS)
    };
    !found.is_sound() && found.errors().all(is_new)
}

/// What to watch of a site.
fn places(options: &Options, mounts: &[String]) -> WatchedPaths {
    let own = [discover::CONTENT, discover::STATIC, "themes"].into_iter().map(|folder| options.site.join(folder));
    let mounts = mounts.iter().map(|folder| options.site.join(folder));
    WatchedPaths {
        site: options.site.clone(),
        files: vec![FILE.to_string(), discover::REDIRECTS.to_string()],
        folders: own.chain(mounts).collect(),
    }
}

/// 128 bits that nobody guesses, in letters that a phone can be given by hand.
/// A random text that nobody can guess, for an address.
///
/// # Errors
/// When the system gives no random numbers.
pub fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::new("error-serve-token"))?;
    Ok(hex::encode(&bytes))
}
