//! A build whose every input is as it was, and whose output still stands, is the last build told again.
//!
//! Stamps of pages answer for any edit; this answers the commonest case of all before anything is decoded. It trusts
//! what the stages trust: size and time of a settled file, the bytes of theme and settings.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::config;
use crate::discover::{self, Listing};
use crate::emit::{Report, Stand};
use crate::ground::{Diagnostic, Stamp, Stamper};
use crate::parse::Kind;
use crate::theme;

use super::Options;
use super::report::{Stage, Summary, Timings};

/// Its name in the cache.
const NAME: &str = "last";
/// The name of the stamp of what went into it, by itself: most builds have another, and need not read the rest.
const INPUT: &str = "last-input";

/// What goes into a build.
pub struct Input {
    /// The site's files.
    pub listing: Listing,
    /// All of it as one stamp; `None` when some file was changed so lately that its time proves nothing.
    pub stamp: Option<Stamp>,
}

/// Looks at what goes into a build. `None` when that cannot be said: then the stages will say why.
pub fn input(options: &Options, timings: &mut Timings) -> Option<Input> {
    let (text, config, theme) = timings.time(Stage::Open, || {
        let text = discover::settings(&options.site).ok()?;
        let (config, _) = config::read(&text);
        let (theme, _) = theme::load(&options.site, &config.theme, &config.theme_place, env!("CARGO_PKG_VERSION"));
        Some((text, config, theme))
    })?;
    timings.time(Stage::Discover, || {
        let listing = discover::list(&options.site, &config).ok()?;
        let mut stamper = Stamper::default();
        stamper.value(&discover::program());
        stamper.text(&text).value(&options.date).value(&options.base_url).value(&options.drafts).value(&options.keep_going);
        stamper.text(&discover::absolute(&options.output).to_string_lossy());
        stamper.value(&theme.chain).stamp(theme.stamp).value(&theme.assets).value(&theme.statics).value(&listing.found);
        let mut settled = true;
        let single = listing.glossary.iter().chain(&listing.redirects).cloned().collect();
        for sources in [&listing.pages, &listing.files, &listing.statics, &single] {
            stamper.value(&sources.len());
            for source in sources {
                stamper.text(&source.path).text(&source.file).value(&source.seen);
                settled &= source.seen.settled(listing.at).is_some();
            }
        }
        Some(Input { stamp: settled.then(|| stamper.finish()), listing })
    })
}

/// The last build.
#[derive(Serialize, Deserialize)]
struct Last<'a> {
    input: Stamp,
    /// The output as it was left.
    stand: Cow<'a, Stand>,
    found: Cow<'a, [Diagnostic]>,
    pages: Vec<(Kind, usize)>,
    kept: usize,
    bytes: u64,
}

/// The last build's diagnostics and summary, if this one would be the same.
pub fn again(options: &Options, input: &Input, cache: &Cache, timings: &mut Timings) -> Option<(Vec<Diagnostic>, Summary)> {
    let input = input.stamp?;
    if timings.time(Stage::Open, || cache.load_value::<Stamp>(INPUT))? != input {
        return None;
    }
    let last: Last = timings.time(Stage::Open, || cache.load_value(NAME))?;
    if last.input != input || !timings.time(Stage::Write, || last.stand.holds(&options.output)) {
        return None;
    }
    let pages: BTreeMap<&str, usize> = last.pages.iter().map(|(kind, count)| (kind.word(), *count)).collect();
    let report = Report { unchanged: last.stand.count(), bytes: last.bytes, ..Report::default() };
    Some((last.found.into_owned(), Summary { pages, ..Summary::of(&report, 0, last.kept, cache.trouble()) }))
}

/// Keeps what a build ended with.
pub fn keep(input: Stamp, report: &Report, found: &[Diagnostic], summary: &Summary, cache: &Cache) {
    let pages = summary.pages.iter().filter_map(|(word, count)| Some((Kind::from_word(word)?, *count)));
    let last = Last {
        input,
        stand: Cow::Borrowed(&report.stand),
        found: Cow::Borrowed(found),
        pages: pages.collect(),
        kept: summary.rendered + summary.kept,
        bytes: summary.bytes,
    };
    // Without it the next build takes the long way, no more.
    drop(cache.save_value(NAME, &last).and_then(|()| cache.save_value(INPUT, &input)));
}
