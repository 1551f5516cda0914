//! Runs the commands.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgMatches;
use jiff::civil::Date;

use studyhall::ground::date;
use studyhall::ground::message::Catalogue;
use studyhall::pipeline::{self, Options};

use super::arguments::{mistake, path_of, program};
use super::progress::Bar;
use super::report::{Detail, Report};
use super::{COULD_NOT_RUN, DONE, SITE_HAS_ERRORS, create};

/// Runs what the arguments ask for and gives the exit code.
pub fn run(words: &Catalogue, arguments: Vec<OsString>) -> u8 {
    let matches = match program(words).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let report = Report::new(words, Detail::Normal, false);
            return match mistake(words, &error) {
                Some(message) => {
                    report.usage(&message);
                    COULD_NOT_RUN
                }
                None => {
                    report.help(&error);
                    if error.use_stderr() { COULD_NOT_RUN } else { DONE }
                }
            };
        }
    };
    match matches.subcommand() {
        Some(("init", matches)) => create::init(words, matches),
        Some(("new", matches)) => create::new(words, matches),
        Some(("build", matches)) => build(words, matches),
        Some(("publish", matches)) => super::publish::publish(words, matches),
        Some(("package", matches)) => super::publish::package(words, matches),
        Some(("serve", matches)) => super::serve::serve(words, matches),
        _ => COULD_NOT_RUN,
    }
}

fn build(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let detail = match (matches.get_flag("quiet"), matches.get_flag("verbose")) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    let report = Report::new(words, detail, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let site = path_of(matches, "site").unwrap_or_else(|| PathBuf::from("."));
    let options = Options {
        output: path_of(matches, "output").unwrap_or_else(|| pipeline::default_output(&site)),
        site,
        date,
        base_url: matches.get_one::<String>("base-url").cloned(),
        drafts: matches.get_flag("drafts"),
        jobs: matches.get_one::<u16>("jobs").copied().unwrap_or(0).into(),
        no_cache: matches.get_flag("no-cache"),
        keep_going: matches.get_flag("keep-going"),
        timings: matches.contains_id("timings"),
    };
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

/// The day of `--date`, or today.
pub fn day(matches: &ArgMatches, report: &Report<'_>, words: &Catalogue) -> Option<Date> {
    let Some(text) = matches.get_one::<String>("date") else { return Some(jiff::ZonedDateTime::now().date()) };
    let day = date::parse(text).map(|when| when.date);
    if day.is_none() {
        report.usage(&words.with("bad-date-argument", &[("value", text)]));
    }
    day
}
