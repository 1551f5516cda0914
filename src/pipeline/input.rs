//! What goes into a build, read once: settings, theme, the list of files.
//!
//! A build is made of these values and of none that is read again. Read twice, the stamp would be of the first reading and the
//! output of the second: a change between the two that is taken back later would leave a stale site for good.
//! Start at [`SiteInput::read`].

use std::path::{Path, PathBuf};

use crate::config::{self, Config};
use crate::discover::{self, Listing};
use crate::ground::{Code, Diagnostic, Place, Result, Stamp, Stamper};
use crate::theme::{self, Theme};

use super::options::Options;
use super::report::{Stage, Timings};

/// `site.yaml` as it was read once.
#[derive(Debug)]
pub struct SettingsText(std::result::Result<String, Diagnostic>);

impl SettingsText {
    /// Reads it. That it is missing or no text is told when it is put to use.
    pub fn read(site: &Path) -> SettingsText {
        SettingsText(discover::settings(site))
    }

    /// The settings in it; what is wrong when there are none. What is wrong within them is told by the build.
    ///
    /// # Errors
    /// When the file is missing or no text.
    pub fn config(&self) -> std::result::Result<Config, &Diagnostic> {
        self.0.as_ref().map(|text| config::read(text).0)
    }
}

/// What a build is made of, but for the texts of the files in `listing`.
#[derive(Debug)]
pub struct SiteInput {
    /// Settings.
    pub config: Config,
    /// The theme as its files are.
    pub theme: Theme,
    /// Whether the theme can be used.
    pub is_theme_usable: bool,
    /// The site's files.
    pub listing: Listing,
    /// What is wrong with settings and theme.
    pub diagnostics: Vec<Diagnostic>,
    /// All of it as one stamp; `None` when some file was changed so lately that its time proves nothing.
    pub stamp: Option<Stamp>,
}

/// What a reading of a site folder gave.
#[derive(Debug)]
pub enum InputReading {
    /// What a build is made of.
    Input(Box<SiteInput>),
    /// There is no use in going on: what is wrong.
    Refused(Vec<Diagnostic>),
}

impl SiteInput {
    /// Reads settings and theme, and lists the files.
    ///
    /// # Errors
    /// When the machine refuses; what is wrong with the site is in the result.
    pub fn read(options: &Options, settings: SettingsText, timings: &mut Timings) -> Result<InputReading> {
        let text = match settings.0 {
            Ok(text) => text,
            Err(diagnostic) => return Ok(InputReading::Refused(vec![diagnostic])),
        };
        let (mut config, mut diagnostics) = config::read(&text);
        if let Some(url) = &options.base_url {
            match config::base_url(url) {
                Some(url) => config.base_url = url,
                None => diagnostics.push(Diagnostic::new(Code::BadBaseUrl, Place::file("--base-url")).arg("found", url)),
            }
        }
        if overlaps(options, &config) {
            let place = Place::file(config::FILE);
            diagnostics.push(Diagnostic::new(Code::OutputInsideContent, place).arg("output", options.output.display()));
            return Ok(InputReading::Refused(diagnostics));
        }
        let (theme, wrong) =
            timings.time(Stage::Open, || theme::load(&options.site, &config.theme, &config.theme_place, env!("CARGO_PKG_VERSION")));
        let is_theme_usable = !wrong.iter().any(Diagnostic::is_error);
        diagnostics.extend(wrong);
        diagnostics.extend(config::unknown_options(&config, theme.options.keys().map(String::as_str)));
        timings.time(Stage::Discover, || {
            let listing = discover::list(&options.site, &config)?;
            let stamp = stamp(options, &text, &theme, &diagnostics, &listing);
            Ok(InputReading::Input(Box::new(SiteInput { config, theme, is_theme_usable, listing, diagnostics, stamp })))
        })
    }
}

/// The stamp of all that goes into a build, by what the stages trust: size and time of a settled file, the bytes of theme
/// and settings.
fn stamp(options: &Options, settings: &str, theme: &Theme, diagnostics: &[Diagnostic], listing: &Listing) -> Option<Stamp> {
    let mut stamper = Stamper::default();
    stamper.value(&discover::program());
    stamper
        .text(settings)
        .value(&options.date)
        .value(&options.base_url)
        .value(&options.drafts)
        .value(&options.expired)
        .value(&options.keep_going);
    stamper.text(&discover::absolute(&options.output).to_string_lossy());
    stamper
        .value(&theme.chain)
        .stamp(theme.stamp)
        .value(&theme.assets)
        .value(&theme.statics)
        .value(&diagnostics)
        .value(&listing.diagnostics);
    let mut settled = true;
    let single = listing.glossary.iter().chain(&listing.redirects).cloned().collect();
    for sources in [&listing.pages, &listing.files, &listing.statics, &single] {
        stamper.value(&sources.len());
        for source in sources {
            stamper.text(&source.path).text(&source.file).value(&source.seen);
            settled &= source.seen.settled(listing.at).is_some();
        }
    }
    settled.then(|| stamper.finish())
}

/// Whether the output holds the content or the content holds the output: then a build would eat its own input.
fn overlaps(options: &Options, config: &Config) -> bool {
    let output = discover::absolute(&options.output);
    let mut roots: Vec<PathBuf> = ["content", "themes", "static"].iter().map(|folder| options.site.join(folder)).collect();
    roots.extend(config.mounts.iter().map(|mount| options.site.join(&mount.from)));
    roots.iter().map(|root| discover::absolute(root)).any(|root| output.starts_with(&root) || root.starts_with(&output))
}
