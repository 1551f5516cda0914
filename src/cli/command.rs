//! Runs the commands.

use std::ffi::OsString;

use studyhall::ground::message::Catalogue;

use super::arguments::{mistake, program};
use super::exit_code::{COULD_NOT_RUN, DONE};
use super::report::{Detail, Report};
use super::{about, build, create, launcher, publish, serve};

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
        Some(("build", matches)) => build::build(words, matches),
        Some(("publish", matches)) => publish::publish(words, matches),
        Some(("package", matches)) => publish::package(words, matches),
        Some(("serve", matches)) => serve::serve(words, matches),
        Some(("open", matches)) => launcher::open(words, matches),
        Some(("update", matches)) => about::update(words, matches),
        Some(("licenses", _)) => about::licenses(words),
        Some(("completions", matches)) => about::completions(words, matches),
        Some(("man", matches)) => about::man(words, matches),
        _ => COULD_NOT_RUN,
    }
}
