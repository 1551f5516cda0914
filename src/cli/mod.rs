//! The command line: reads arguments, runs a command, reports. Only this module reads the environment and the clock,
//! and only [`report`] prints.

#![expect(clippy::disallowed_methods, reason = "arguments, environment, clock and new files belong to the command line")]

mod about;
mod arguments;
mod build;
mod command;
mod create;
mod exit_code;
mod launcher;
mod progress;
mod publish;
mod report;
mod serve;
mod source_lines;
mod timings;
mod version;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use studyhall::ground::Error;
use studyhall::ground::guard::guarded;
use studyhall::ground::message::{Catalogue, Language};

/// Runs the program.
pub fn main() -> ExitCode {
    hush_libraries();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let arguments = launcher::double_click(&arguments).unwrap_or(arguments);
    let language = language(&arguments);
    let catalogue = Catalogue::new(language);
    // What a program reads is escaped by its format and has to be exact.
    let catalogue = if arguments.iter().any(|argument| argument == "--json") { catalogue.exact() } else { catalogue };
    let is_json = arguments.iter().any(|argument| argument == "--json");
    let code = guarded(|| command::run(&catalogue, arguments)).unwrap_or_else(|reason| {
        report::Report::new(&catalogue, report::Detail::Normal, is_json).error(&Error::new("error-panic").arg("reason", reason));
        exit_code::COULD_NOT_RUN
    });
    if code != exit_code::DONE {
        launcher::wait_for_reader(&catalogue);
    }
    ExitCode::from(code)
}

/// The formula library panics on some rubbish. The parser catches that and says so at its line; the library's own words
/// would only frighten. A grammar that makes syntect panic leaves its block of code plain (`parse/code`).
fn hush_libraries() {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_caught = |file: &str| file.contains("pulldown-latex") || file.contains("syntect");
        if !panic.location().is_some_and(|place| is_caught(place.file())) {
            standard(panic);
        }
    }));
}

/// The language of messages: `--lang`, else that of the locale, else that of the site.
fn language(arguments: &[OsString]) -> Language {
    let value = |name: &str| {
        let prefix = format!("{name}=");
        arguments.iter().enumerate().find_map(|(at, argument)| {
            let argument = argument.to_str()?;
            match argument == name {
                true => arguments.get(at + 1)?.to_str().map(str::to_string),
                false => argument.strip_prefix(&prefix).map(str::to_string),
            }
        })
    };
    if let Some(language) = value("--lang") {
        return Language::of_locale(&language);
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let locale = locale.or_else(sys_locale::get_locale).unwrap_or_default();
    if Language::of_locale(&locale) == Language::Chinese {
        return Language::Chinese;
    }
    let site = value("--site").unwrap_or_else(|| ".".to_string());
    match studyhall::discover::settings(Path::new(&site)) {
        Ok(settings) => Language::of_locale(&studyhall::config::read(&settings).0.language),
        Err(_) => Language::English,
    }
}
