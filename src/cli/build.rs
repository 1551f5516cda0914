//! `build`: makes the output of a site.

use std::path::PathBuf;

use clap::ArgMatches;

use studyhall::ground::message::Catalogue;
use studyhall::pipeline::{self, Options};

use super::arguments::{build_options, day, path_of};
use super::exit_code::{COULD_NOT_RUN, DONE, SITE_HAS_ERRORS};
use super::progress::Bar;
use super::report::{Detail, Report};

/// Runs the command.
pub fn build(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let detail = match (matches.get_flag("quiet"), matches.get_flag("verbose")) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    let report = Report::new(words, detail, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let site = path_of(matches, "site").unwrap_or_else(|| PathBuf::from("."));
    let options = Options { timings: matches.contains_id("timings"), ..build_options(matches, site, date) };
    let bar = Bar::new(words, report.shows_progress());
    let result = pipeline::build(&options, &bar);
    bar.finish();
    match result {
        Ok(outcome) => {
            report.outcome(&options, &outcome);
            match matches.get_one::<String>("timings").map(String::as_str) {
                // The report has them in it.
                _ if matches.get_flag("json") => {}
                Some("json") => report.timings_as_json(&outcome.timings),
                Some(_) => report.timings(&outcome.timings),
                None => {}
            }
            if outcome.errors() == 0 { DONE } else { SITE_HAS_ERRORS }
        }
        Err(error) => {
            report.error(&error);
            COULD_NOT_RUN
        }
    }
}
