//! `publish`: builds, then brings the site to a target of `site.yaml`.

mod first_connection;
mod keyring;
mod open;
mod package;
mod preflight;
mod probe;
mod prove;
mod publish_report;
mod secrets;
mod terminal_prompt;

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::ArgMatches;

use studyhall::config::{Config, Target};
use studyhall::ground::message::Catalogue;
use studyhall::ground::{Diagnostic, Error, Result};
use studyhall::pipeline::Options;
use studyhall::publish::local_state::LocalPublishState;
use studyhall::publish::record::{Published, PublishedFiles};
use studyhall::publish::{self, PublishJob, PublishOutcome};

use super::arguments::{absolute_site, build_options, day};
use super::exit_code::{COULD_NOT_RUN, DONE};
use super::report::{Detail, Report};
use first_connection::FirstConnection;
pub use package::package;
use preflight::{BuildForPublish, PreflightBuild};
use prove::{Prover, PublishedSite};
use publish_report::{PublishReport, TransferBar};
use terminal_prompt::TerminalPrompt;

/// Runs the command.
pub fn publish(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let detail = if matches.get_flag("quiet") { Detail::Quiet } else { Detail::Normal };
    let report = Report::new(words, detail, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let options = build_options(matches, absolute_site(matches), date);
    let run = PublishCommand { words, report: &report, matches, options };
    run.run().unwrap_or_else(|error| {
        report.error(&error);
        COULD_NOT_RUN
    })
}

/// Where the files of a publish are on this machine.
struct FileSource<'a> {
    bytes: &'a (dyn Fn(&str, Published) -> Result<Vec<u8>> + Sync),
    place: &'a (dyn Fn(&str, Published) -> Option<PathBuf> + Sync),
}

struct PublishCommand<'a> {
    words: &'a Catalogue,
    report: &'a Report<'a>,
    matches: &'a ArgMatches,
    options: Options,
}

impl PublishCommand<'_> {
    fn run(&self) -> Result<u8> {
        let (settings, config) = match preflight::settings(&self.options, self.report)? {
            ControlFlow::Continue(settings) => settings,
            ControlFlow::Break(code) => return Ok(code),
        };
        let target = self.target(&config)?;
        if self.matches.get_flag("forget-password") {
            return Ok(if self.first(target).forget() { DONE } else { COULD_NOT_RUN });
        }
        let told = PublishReport { words: self.words, report: self.report, target };
        let Some(home) = LocalPublishState::open(&self.options.site, &target.name)? else {
            return Err(Error::new("error-publish-twice").arg("target", &target.name));
        };
        let prover =
            Prover { words: self.words, report: self.report, site: &self.options.site, target, url: prove::public(&config, target) };
        if self.matches.get_flag("probe") {
            return probe::run(&prover, &home, &*self.first(target).opener()?);
        }
        if self.matches.get_flag("proof") {
            return prover.alone(&home, &self.options.output);
        }
        if self.matches.get_flag("rollback") {
            return self.roll_back(target, &home, &told, &prover);
        }
        let ready =
            PreflightBuild { words: self.words, report: self.report, options: &self.options, builds: !self.matches.get_flag("no-build") };
        let diagnostics = match ready.make(settings)? {
            BuildForPublish::Built(diagnostics) => diagnostics,
            BuildForPublish::Refused(code) => return Ok(code),
        };
        let output = &self.options.output;
        let files = preflight::built(output)?;
        let bytes = |path: &str, file: Published| preflight::bytes(output, path, file.stamp);
        let place = |path: &str, _: Published| Some(output.join(path));
        let outcome = self.publish(target, &home, &files, &FileSource { bytes: &bytes, place: &place })?;
        self.end(&told, &prover, &home, &outcome, &diagnostics, &PublishedSite { files: &files, bytes: &bytes })
    }

    /// Tells how it went, and proves it.
    fn end(
        &self,
        told: &PublishReport<'_>,
        prover: &Prover<'_>,
        home: &LocalPublishState,
        outcome: &PublishOutcome,
        diagnostics: &[Diagnostic],
        site: &PublishedSite<'_>,
    ) -> Result<u8> {
        let dry_run = self.matches.get_flag("dry-run");
        let mut event = told.outcome(outcome, diagnostics, dry_run);
        let mut code = DONE;
        if !dry_run && !self.matches.get_flag("no-proof") {
            (event["proof"], code) = prover.after(home, outcome, site)?;
        }
        self.report.event(&event, &[]);
        Ok(code)
    }

    fn target<'c>(&self, config: &'c Config) -> Result<&'c Target> {
        let known = config.publish.iter().map(|target| target.name.as_str()).collect::<Vec<_>>().join(", ");
        match (self.matches.get_one::<String>("target"), config.publish.as_slice()) {
            (Some(name), targets) => {
                let found = targets.iter().find(|target| target.name == *name);
                found.ok_or_else(|| Error::new("error-publish-unknown-target").arg("value", name).arg("known", known))
            }
            (None, []) => Err(Error::new("error-publish-no-target")),
            (None, [only]) => Ok(only),
            (None, _) => Err(Error::new("error-publish-which-target").arg("known", known)),
        }
    }

    fn first<'a>(&'a self, target: &'a Target) -> FirstConnection<'a> {
        FirstConnection {
            words: self.words,
            report: self.report,
            site: &self.options.site,
            target,
            person: TerminalPrompt::at_hand(self.matches.get_flag("json")),
            accept: self.matches.get_one::<String>("accept-host-key").cloned(),
        }
    }

    fn publish(
        &self,
        target: &Target,
        home: &LocalPublishState,
        files: &PublishedFiles,
        source: &FileSource<'_>,
    ) -> Result<PublishOutcome> {
        let flag = |name| self.matches.get_flag(name);
        let opener = self.first(target).opener()?;
        let who = open::who();
        let options = publish::PublishOptions {
            dry_run: flag("dry-run"),
            take_over: flag("take-over"),
            adopt: flag("adopt"),
            check: flag("check"),
            connections: target.connections.into(),
            keep_old: target.keep_old,
            history: target.history as usize,
            by: open::number_of(&who, &self.options.site),
            who,
            at: jiff::ZonedDateTime::now().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            patience: publish::RetryPolicy::default(),
        };
        let FileSource { bytes, place } = *source;
        let loads = TransferBar::new(self.words, "publish-uploading", self.report.shows_progress());
        let outcome =
            publish::run(&PublishJob { target: &target.name, opener: &*opener, files, bytes, place, home, options, progress: &loads });
        loads.finish();
        outcome
    }

    /// Brings back the state before the last one.
    fn roll_back(&self, target: &Target, home: &LocalPublishState, told: &PublishReport<'_>, prover: &Prover<'_>) -> Result<u8> {
        let mut states = home.states();
        let last = states.pop();
        let (Some(last), Some(before)) = (last, states.pop()) else {
            return Err(Error::new("error-publish-no-history").arg("target", &target.name));
        };
        if let Some((path, _)) = before.files.iter().find(|(_, file)| !home.has(file.stamp)) {
            return Err(Error::new("error-publish-history-broken").arg("target", &target.name).arg("paths", path.as_str()));
        }
        let bytes = |path: &str, file: Published| {
            let missing = || Error::new("error-publish-history-broken").arg("paths", path);
            home.object(file.stamp).ok_or_else(missing)
        };
        let place = |_: &str, file: Published| home.place(file.stamp);
        let outcome = self.publish(target, home, &before.files, &FileSource { bytes: &bytes, place: &place })?;
        if !self.matches.get_flag("dry-run") {
            // The state that was brought back is the last one now, and may be left in its turn.
            home.settle(&[last.number], before.number)?;
        }
        told.rolled_back(&before.at);
        self.end(told, prover, home, &outcome, &[], &PublishedSite { files: &before.files, bytes: &bytes })
    }
}
