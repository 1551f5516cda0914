//! A build whose every input is as it was, and whose output still stands, is the last build told again.
//!
//! Stamps of pages answer for any edit; this answers the commonest case of all before anything is decoded. What goes into a
//! build is one stamp ([`super::input::SiteInput::stamp`]).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::emit::{Report, Stand};
use crate::ground::{Diagnostic, Stamp};
use crate::model::HeldBack;
use crate::parse::Kind;

use super::options::Options;
use super::report::{BuildSummary, Stage, Timings};

/// Its name in the cache.
const NAME: &str = "last";
/// The name of the stamp of what went into it, by itself: most builds have another, and need not read the rest.
const INPUT: &str = "last-input";

/// The last build.
#[derive(Serialize, Deserialize)]
struct LastBuild<'a> {
    input: Stamp,
    /// The output as it was left.
    stand: Cow<'a, Stand>,
    diagnostics: Cow<'a, [Diagnostic]>,
    pages: Vec<(Kind, usize)>,
    held_back: HeldBack,
    shows_unpublished: bool,
    kept: usize,
    bytes: u64,
}

/// The last build's diagnostics and summary, if this one would be the same.
pub fn replay(options: &Options, input: Stamp, cache: &Cache, timings: &mut Timings) -> Option<(Vec<Diagnostic>, BuildSummary)> {
    if timings.time(Stage::Open, || cache.load_value::<Stamp>(INPUT))? != input {
        return None;
    }
    let last: LastBuild = timings.time(Stage::Open, || cache.load_value(NAME))?;
    if last.input != input || !timings.time(Stage::Write, || last.stand.holds(&options.output)) {
        return None;
    }
    let pages: BTreeMap<&str, usize> = last.pages.iter().map(|(kind, count)| (kind.word(), *count)).collect();
    let report = Report { unchanged: last.stand.count(), bytes: last.bytes, ..Report::default() };
    Some((
        last.diagnostics.into_owned(),
        BuildSummary {
            pages,
            held_back: last.held_back,
            shows_unpublished: last.shows_unpublished,
            ..BuildSummary::of(&report, 0, last.kept, cache.trouble())
        },
    ))
}

/// Keeps what a build ended with.
pub fn save_report(input: Stamp, report: &Report, diagnostics: &[Diagnostic], summary: &BuildSummary, cache: &Cache) {
    let pages = summary.pages.iter().filter_map(|(word, count)| Some((Kind::from_word(word)?, *count)));
    let last = LastBuild {
        input,
        stand: Cow::Borrowed(&report.stand),
        diagnostics: Cow::Borrowed(diagnostics),
        pages: pages.collect(),
        held_back: summary.held_back,
        shows_unpublished: summary.shows_unpublished,
        kept: summary.rendered + summary.kept,
        bytes: summary.bytes,
    };
    // Without it the next build takes the long way, no more.
    drop(cache.save_value(NAME, &last).and_then(|()| cache.save_value(INPUT, &input)));
}
