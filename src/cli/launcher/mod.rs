//! What a double click does: opens the site that lies beside the program, or a page on which one is chosen or made. `studyhall
//! open` does the same from a terminal.
//!
//! Start at [`open`].

mod chooser;
mod console;
mod places;
mod recent;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use clap::ArgMatches;
use serde_json::json;

use studyhall::discover;
use studyhall::ground::message::Catalogue;
use studyhall::ground::{Error, Result};
use studyhall::preview::ApplicationServer;

use super::exit_code::{COULD_NOT_RUN, DONE};
use super::report::{Detail, Report};
use super::serve::{Interrupt, PreviewSession, ServeSettings, token};
use chooser::{Chooser, ChooserState};

/// Bytes of the longest request of the chooser's page: a path and a title.
const LONGEST_REQUEST: usize = 64 << 10;
/// How often the chooser looks whether it should end.
const TICK: Duration = Duration::from_millis(200);

/// What a double click asks for, or something dragged onto the program: a call without a command, from a window that is ours
/// alone. `None` for all other calls: from a terminal nothing changes.
pub fn double_click(arguments: &[OsString]) -> Option<Vec<OsString>> {
    let path = match arguments {
        [_] => None,
        [_, path] if Path::new(path).is_absolute() => Some(path.clone()),
        _ => return None,
    };
    console::is_ours_alone().then(|| {
        let program = arguments.first().cloned().unwrap_or_else(|| "studyhall".into());
        [program, "open".into()].into_iter().chain(path).collect()
    })
}

/// Keeps a window open that would close on its last message.
pub fn wait_for_reader(words: &Catalogue) {
    if console::is_ours_alone() && std::io::stdin().is_terminal() {
        Report::new(words, Detail::Normal, false).event(&json!({}), &[words.text("launcher-press-enter")]);
        let mut line = String::new();
        // Whatever comes of it, the program ends.
        drop(std::io::stdin().read_line(&mut line));
    }
}

/// Runs the command.
pub fn open(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let report = Report::new(words, Detail::Normal, matches.get_flag("json"));
    let path = matches.get_one::<PathBuf>("path").map(|path| discover::absolute(path));
    let launcher =
        Launcher { words, report: &report, port: matches.get_one::<u16>("port").copied(), opens: !matches.get_flag("no-browser") };
    match launcher.run(path.as_deref()) {
        Ok(()) => DONE,
        Err(error) => {
            report.error_event(&error);
            COULD_NOT_RUN
        }
    }
}

struct Launcher<'a> {
    words: &'a Catalogue,
    report: &'a Report<'a>,
    port: Option<u16>,
    /// Whether a browser is opened.
    opens: bool,
}

impl Launcher<'_> {
    fn run(&self, path: Option<&Path>) -> Result<()> {
        let program = std::env::current_exe().ok();
        if let Some(place) = program.as_deref().filter(|program| places::is_unpacked_for_a_look(program)) {
            return Err(Error::new("error-launcher-packed").at(place));
        }
        let site = match path {
            Some(path) => places::site_of(path),
            None => places::site_beside(program.as_deref()),
        };
        let interrupt = Interrupt::listen();
        match site {
            Some(site) => match self.serve(&site, self.opens, &interrupt, |_| {}) {
                // A second double click: the preview is there already.
                Err(error) if error.id == "error-serve-twice" => {
                    self.show(error.args.iter().find(|(name, _)| *name == "url").map_or("", |(_, url)| url));
                    Ok(())
                }
                done => done,
            },
            None => self.choose(path, program.as_deref(), &interrupt),
        }
    }

    /// Previews a site until it is to end; `ready` gets the preview's address.
    fn serve(&self, site: &Path, opens: bool, interrupt: &Interrupt, ready: impl FnOnce(&str)) -> Result<()> {
        let settings = ServeSettings { open: opens, port: self.port, interrupt: interrupt.clone() };
        let mut session = PreviewSession::open_site(self.words, self.report, site, settings)?;
        recent::add(site);
        ready(session.address());
        session.run()
    }

    /// Opens an address in the browser.
    fn show(&self, url: &str) {
        if !self.opens || open::that_detached(url).is_err() {
            let line = self.words.with("serve-not-opened", &[("url", url)]);
            self.report.event(&json!({ "event": "not-opened", "url": url }), &[line]);
        }
    }

    /// Shows the chooser's page until a site was chosen and could be opened.
    fn choose(&self, dropped: Option<&Path>, program: Option<&Path>, interrupt: &Interrupt) -> Result<()> {
        let (chosen, choices) = channel();
        let chooser = Arc::new(Chooser::new(self.words, dropped, program, chosen));
        let server = ApplicationServer::start(Arc::clone(&chooser) as Arc<_>, &token()?, LONGEST_REQUEST)
            .map_err(|cause| Error { cause: Some(cause), ..Error::new("error-launcher-port") })?;
        let lines = [self.words.with("launcher-ready", &[("url", &server.url)]), self.words.text("launcher-stop")];
        self.report.event(&json!({ "event": "chooser", "url": server.url }), &lines);
        if self.opens {
            self.show(&server.url);
        }
        while let Some(site) = next(&choices, interrupt) {
            // The browser is open already: the chooser's page goes on to the preview.
            match self.serve(&site, false, interrupt, |url| chooser.set(ChooserState::Ready(url.to_string()))) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.report.error_event(&error);
                    let (message, hint) = self.words.error(&error);
                    chooser.set(ChooserState::Failed([message, hint.unwrap_or_default()].join("\n").trim().to_string()));
                }
            }
        }
        Ok(())
    }
}

/// The next choice. `None` when the program is to end.
fn next(choices: &Receiver<PathBuf>, interrupt: &Interrupt) -> Option<PathBuf> {
    while !interrupt.wanted() {
        match choices.recv_timeout(TICK) {
            Ok(site) => return Some(site),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    None
}
