//! The arguments of every command, described in the user's language.

use std::path::PathBuf;

use clap::builder::{PossibleValue, ValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_complete::Shell;
use jiff::civil::Date;

use studyhall::discover;
use studyhall::ground::message::Catalogue;
use studyhall::parse::Kind;
use studyhall::pipeline::{Options, default_output};

use super::report::Report;
use super::version::version;

/// The whole program.
pub fn program(words: &Catalogue) -> Command {
    Command::new("studyhall")
        .about(words.text("about"))
        .version(version(words))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .help_template(template(words, true))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help(words))
        .arg(Arg::new("version").long("version").short('V').action(ArgAction::Version).help(words.text("help-version")))
        .arg(language(words))
        .subcommand(init(words))
        .subcommand(new(words))
        .subcommand(build(words))
        .subcommand(serve(words))
        .subcommand(open(words))
        .subcommand(publish(words))
        .subcommand(package(words))
        .subcommand(update(words))
        .subcommand(licenses(words))
        .subcommand(completions(words))
        .subcommand(man(words))
}

fn template(words: &Catalogue, has_commands: bool) -> String {
    let (usage, options) = (words.text("help-template-usage"), words.text("help-template-options"));
    let commands = words.text("help-template-commands");
    match has_commands {
        true => format!("{{about}}\n\n{usage}: {{usage}}\n\n{commands}:\n{{subcommands}}\n\n{options}:\n{{options}}\n"),
        false => {
            let arguments = words.text("help-template-arguments");
            format!("{{about}}\n\n{usage}: {{usage}}\n\n{arguments}:\n{{positionals}}\n\n{options}:\n{{options}}\n")
        }
    }
}

fn command(words: &Catalogue, name: &'static str, about: &str, has_arguments: bool) -> Command {
    let template = template(words, false);
    let template = match has_arguments {
        true => template,
        false => {
            let arguments = format!("{}:\n{{positionals}}\n\n", words.text("help-template-arguments"));
            template.replace(&arguments, "")
        }
    };
    Command::new(name)
        .about(words.text(about))
        .help_template(template)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help(words))
        .arg(language(words))
}

fn help(words: &Catalogue) -> Arg {
    Arg::new("help").long("help").short('h').action(ArgAction::Help).help(words.text("help-help"))
}

fn language(words: &Catalogue) -> Arg {
    Arg::new("lang").long("lang").value_name("zh|en").value_parser(["zh", "en"]).hide_possible_values(true).help(words.text("help-lang"))
}

fn site(words: &Catalogue) -> Arg {
    path("site", "DIR").help(words.text("help-site"))
}

fn path(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).value_parser(ValueParser::path_buf())
}

fn flag(words: &Catalogue, name: &'static str, help: &str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(words.text(help))
}

fn json(words: &Catalogue) -> Arg {
    flag(words, "json", "help-json")
}

fn init(words: &Catalogue) -> Command {
    command(words, "init", "command-init", true)
        .arg(Arg::new("dir").value_name("DIR").required(true).value_parser(ValueParser::path_buf()).help(words.text("help-init-dir")))
        .arg(Arg::new("title").long("title").value_name("TITLE").help(words.text("help-init-title")))
        .arg(json(words))
}

fn new(words: &Catalogue) -> Command {
    let kinds: Vec<PossibleValue> = Kind::ALL.iter().map(|kind| PossibleValue::new(kind.word()).aliases(kind.chinese_words())).collect();
    command(words, "new", "command-new", true)
        .arg(
            Arg::new("kind")
                .value_name("KIND")
                .required(true)
                .value_parser(kinds)
                .hide_possible_values(true)
                .help(words.text("help-new-kind")),
        )
        .arg(Arg::new("title").value_name("TITLE").required(true).help(words.text("help-new-title")))
        .arg(Arg::new("section").long("section").value_name("FOLDER").help(words.text("help-new-section")))
        .arg(Arg::new("slug").long("slug").value_name("SLUG").help(words.text("help-new-slug")))
        .arg(date(words))
        .arg(site(words))
        .arg(json(words))
}

fn date(words: &Catalogue) -> Arg {
    Arg::new("date").long("date").value_name("YYYY-MM-DD").help(words.text("help-date"))
}

fn build(words: &Catalogue) -> Command {
    command(words, "build", "command-build", false)
        .arg(site(words))
        .arg(path("output", "DIR").help(words.text("help-output")))
        .arg(date(words))
        .arg(Arg::new("base-url").long("base-url").value_name("URL").help(words.text("help-base-url")))
        .arg(flag(words, "drafts", "help-drafts"))
        .arg(flag(words, "expired", "help-expired"))
        .arg(Arg::new("jobs").long("jobs").short('j').value_name("N").value_parser(clap::value_parser!(u16)).help(words.text("help-jobs")))
        .arg(flag(words, "no-cache", "help-no-cache"))
        .arg(flag(words, "keep-going", "help-keep-going"))
        .arg(json(words))
        .arg(
            Arg::new("timings")
                .long("timings")
                .value_name("json")
                .num_args(0..=1)
                .require_equals(true)
                .value_parser(["table", "json"])
                .default_missing_value("table")
                .hide_possible_values(true)
                .help(words.text("help-timings")),
        )
        .arg(flag(words, "quiet", "help-quiet").short('q'))
        .arg(flag(words, "verbose", "help-verbose").short('v'))
}

fn port(words: &Catalogue) -> Arg {
    let number = clap::value_parser!(u16).range(1..);
    Arg::new("port").long("port").short('p').value_name("N").value_parser(number).help(words.text("help-port"))
}

fn serve(words: &Catalogue) -> Command {
    command(words, "serve", "command-serve", false)
        .arg(site(words))
        .arg(port(words))
        .arg(flag(words, "lan", "help-lan"))
        .arg(flag(words, "open", "help-open"))
        .arg(flag(words, "poll", "help-poll"))
        .arg(flag(words, "no-drafts", "help-no-drafts"))
        .arg(date(words))
        .arg(Arg::new("base-url").long("base-url").value_name("URL").help(words.text("help-base-url")))
        .arg(Arg::new("jobs").long("jobs").short('j').value_name("N").value_parser(clap::value_parser!(u16)).help(words.text("help-jobs")))
        .arg(flag(words, "no-cache", "help-no-cache"))
        .arg(flag(words, "keep-going", "help-serve-keep-going"))
        .arg(flag(words, "timings", "help-serve-timings"))
        .arg(json(words))
        .arg(flag(words, "quiet", "help-quiet").short('q'))
}

fn open(words: &Catalogue) -> Command {
    command(words, "open", "command-open", true)
        .arg(Arg::new("path").value_name("PATH").value_parser(ValueParser::path_buf()).help(words.text("help-open-path")))
        .arg(port(words))
        .arg(flag(words, "no-browser", "help-no-browser"))
        .arg(json(words))
}

/// The flags of `publish` that only an upload has a use for.
const UPLOADS: [&str; 7] = ["dry-run", "rollback", "check", "take-over", "adopt", "no-build", "no-proof"];

fn publish(words: &Catalogue) -> Command {
    command(words, "publish", "command-publish", true)
        .arg(Arg::new("target").value_name("TARGET").help(words.text("help-publish-target")))
        .arg(site(words))
        .arg(path("output", "DIR").help(words.text("help-output")))
        .arg(flag(words, "dry-run", "help-dry-run"))
        .arg(flag(words, "rollback", "help-rollback").conflicts_with("no-build"))
        .arg(flag(words, "check", "help-publish-check"))
        .arg(flag(words, "take-over", "help-take-over"))
        .arg(flag(words, "adopt", "help-adopt"))
        .arg(Arg::new("accept-host-key").long("accept-host-key").value_name("SHA256:...").help(words.text("help-accept-host-key")))
        .arg(flag(words, "forget-password", "help-forget-password"))
        .arg(flag(words, "no-build", "help-no-build"))
        .arg(flag(words, "no-proof", "help-no-proof"))
        .arg(flag(words, "probe", "help-probe").conflicts_with_all(UPLOADS).conflicts_with("proof"))
        .arg(flag(words, "proof", "help-proof").conflicts_with_all(UPLOADS))
        .arg(date(words))
        .arg(Arg::new("jobs").long("jobs").short('j').value_name("N").value_parser(clap::value_parser!(u16)).help(words.text("help-jobs")))
        .arg(json(words))
        .arg(flag(words, "quiet", "help-quiet").short('q'))
}

fn package(words: &Catalogue) -> Command {
    command(words, "package", "command-package", false)
        .arg(site(words))
        .arg(path("output", "DIR").help(words.text("help-output")))
        .arg(path("to", "FILE").help(words.text("help-package-to")))
        .arg(path("since", "FILE").help(words.text("help-package-since")))
        .arg(flag(words, "no-build", "help-package-no-build"))
        .arg(date(words))
        .arg(Arg::new("jobs").long("jobs").short('j').value_name("N").value_parser(clap::value_parser!(u16)).help(words.text("help-jobs")))
        .arg(json(words))
        .arg(flag(words, "quiet", "help-quiet").short('q'))
}

fn update(words: &Catalogue) -> Command {
    command(words, "update", "command-update", false).arg(flag(words, "check", "help-update-check").required(true)).arg(json(words))
}

fn licenses(words: &Catalogue) -> Command {
    command(words, "licenses", "command-licenses", false)
}

/// The shells that completions are made for, as they are typed.
pub const SHELLS: [(&str, Shell); 4] =
    [("bash", Shell::Bash), ("zsh", Shell::Zsh), ("fish", Shell::Fish), ("powershell", Shell::PowerShell)];

fn completions(words: &Catalogue) -> Command {
    command(words, "completions", "command-completions", true).arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(SHELLS.map(|(name, _)| name).to_vec())
            .hide_possible_values(true)
            .help(words.text("help-completions-shell")),
    )
}

fn man(words: &Catalogue) -> Command {
    command(words, "man", "command-man", true).arg(Arg::new("command").value_name("COMMAND").help(words.text("help-man-command")))
}

/// A path argument.
pub fn path_of(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.get_one::<PathBuf>(name).cloned()
}

/// The site folder, wherever the command is run.
pub fn absolute_site(matches: &ArgMatches) -> PathBuf {
    discover::absolute(&path_of(matches, "site").unwrap_or_else(|| PathBuf::from(".")))
}

/// What the arguments say about a build. Of what a command has no argument for, the plain case holds.
pub fn build_options(matches: &ArgMatches, site: PathBuf, date: Date) -> Options {
    let flag = |name: &str| matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false);
    let path = |name: &str| matches.try_get_one::<PathBuf>(name).ok().flatten().cloned();
    Options {
        output: path("output").unwrap_or_else(|| default_output(&site)),
        site,
        date,
        base_url: matches.try_get_one::<String>("base-url").ok().flatten().cloned(),
        drafts: flag("drafts"),
        expired: flag("expired"),
        jobs: matches.get_one::<u16>("jobs").copied().unwrap_or(0).into(),
        no_cache: flag("no-cache"),
        keep_going: flag("keep-going"),
        timings: false,
    }
}

/// The day of `--date`, or today.
pub fn day(matches: &ArgMatches, report: &Report<'_>, words: &Catalogue) -> Option<Date> {
    let Some(text) = matches.get_one::<String>("date") else { return Some(jiff::ZonedDateTime::now().date()) };
    let day = studyhall::ground::date::parse(text).map(|when| when.date);
    if day.is_none() {
        report.usage(&words.with("bad-date-argument", &[("value", text)]));
    }
    day
}

/// A wrong call in the user's words. `None` for what is no mistake: help and version.
pub fn mistake(words: &Catalogue, error: &clap::Error) -> Option<String> {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let (argument, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let message = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => words.with("usage-unknown-argument", &[("value", &argument)]),
        ErrorKind::InvalidSubcommand => words.with("usage-unknown-argument", &[("value", &context(ContextKind::InvalidSubcommand))]),
        ErrorKind::MissingRequiredArgument => words.with("usage-missing-argument", &[("value", &argument)]),
        ErrorKind::MissingSubcommand => words.text("usage-missing-command"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            words.with("usage-invalid-value", &[("value", &value), ("other", &argument)])
        }
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_string(),
    };
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .map(context)
        .find(|near| !near.is_empty());
    Some(match near {
        Some(near) => format!("{message} {}", words.with("did-you-mean", &[("near", &near)])),
        None => message,
    })
}
