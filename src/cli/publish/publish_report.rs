//! What `publish` says: progress while it goes, a summary in words or as JSON.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::report::Report;
use studyhall::config::Target;
use studyhall::ground::message::Catalogue;
use studyhall::ground::{Diagnostic, RelPath};
use studyhall::publish::record::on_the_wall;
use studyhall::publish::{PublishOutcome, RecordState, UploadProgress};
use studyhall::render::views::parts::size_text;

/// So many paths of a kind are named; `--json` names all.
const NAMED: usize = 10;

/// How far an upload or a proof is: files, bytes, time left.
pub struct TransferBar<'a> {
    words: &'a Catalogue,
    /// What goes on, as an id of the words.
    id: &'static str,
    bar: ProgressBar,
    wanted: bool,
}

impl<'a> TransferBar<'a> {
    /// Shown only where somebody sees it.
    pub fn new(words: &'a Catalogue, id: &'static str, wanted: bool) -> TransferBar<'a> {
        TransferBar { words, id, bar: ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden()), wanted }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl UploadProgress for TransferBar<'_> {
    fn begin(&self, files: usize, bytes: u64) {
        if !self.wanted || files == 0 {
            return;
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_message(self.words.with(self.id, &[("count", &files.to_string())]));
        self.bar.set_length(bytes);
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
    }

    fn sent(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn taken_back(&self, bytes: u64) {
        self.bar.dec(bytes);
    }
}

/// Tells how it went.
pub struct PublishReport<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// Prints.
    pub report: &'a Report<'a>,
    /// Where to.
    pub target: &'a Target,
}

impl PublishReport<'_> {
    /// Which state is brought back.
    pub fn rolled_back(&self, at: &str) {
        let event = json!({ "event": "rollback", "target": self.target.name, "at": at });
        self.report.event(&event, &[self.words.with("publish-rolled-back", &[("value", &on_the_wall(at, &TimeZone::system()))])]);
    }

    /// The summary, for people; for programs it is returned, and told when all is done.
    pub fn outcome(&self, outcome: &PublishOutcome, diagnostics: &[Diagnostic], dry_run: bool) -> Value {
        let plan = &outcome.plan;
        let new: Vec<&str> = plan.new_files().map(|item| item.path.as_str()).collect();
        let changed: Vec<&str> = plan.changed().map(|item| item.path.as_str()).collect();
        let removed: Vec<&str> = plan.remove.iter().map(RelPath::as_str).collect();
        let foreign: Vec<&str> = plan.foreign.iter().map(String::as_str).collect();
        let event = json!({
            "event": if dry_run { "plan" } else { "published" },
            "target": self.target.name,
            "new": new, "changed": changed, "removed": removed, "same": plan.same,
            "kept": plan.keep.keys().map(RelPath::as_str).collect::<Vec<_>>(),
            "foreign": foreign, "conflicts": plan.conflicts,
            "bytes": plan.bytes(), "resumed": outcome.resumed,
            "record": match outcome.trust { RecordState::Whole => "whole", RecordState::Missing => "missing", RecordState::Damaged => "damaged" },
            "before": outcome.before,
            "diagnostics": diagnostics.iter().map(|diagnostic| self.report.diagnostic_as_json(diagnostic)).collect::<Vec<_>>(),
        });
        let mut lines = Vec::new();
        let mut say = |id: &str, args: &[(&str, &str)]| lines.push(self.words.with(id, args));
        match outcome.trust {
            RecordState::Whole => {
                let id = if outcome.from_here { "publish-before-here" } else { "publish-before-elsewhere" };
                say(id, &[("value", &on_the_wall(&outcome.before, &TimeZone::system()))]);
            }
            RecordState::Missing => say("publish-first", &[]),
            RecordState::Damaged => say("publish-record-damaged", &[]),
        }
        if outcome.resumed > 0 {
            say("publish-resumed", &[("count", &outcome.resumed.to_string())]);
        }
        if dry_run {
            for (id, paths) in [("publish-new", &new), ("publish-changed", &changed), ("publish-removed", &removed)] {
                for path in paths.iter().take(NAMED) {
                    say(id, &[("path", path)]);
                }
                if paths.len() > NAMED {
                    say("publish-more", &[("count", &(paths.len() - NAMED).to_string())]);
                }
            }
        }
        for (id, paths) in [("publish-foreign", &foreign), ("publish-conflict", &plan.conflicts.iter().map(String::as_str).collect())] {
            for path in paths.iter().take(NAMED) {
                say(id, &[("path", path)]);
            }
            if paths.len() > NAMED {
                say("publish-more", &[("count", &(paths.len() - NAMED).to_string())]);
            }
        }
        let numbers = [new.len(), changed.len(), removed.len(), plan.same].map(|number| number.to_string());
        let size = size_text(plan.bytes());
        let args = [
            ("target", self.target.name.as_str()),
            ("new", &numbers[0]),
            ("changed", &numbers[1]),
            ("removed", &numbers[2]),
            ("same", &numbers[3]),
            ("size", &size),
        ];
        say(
            match (dry_run, plan.is_empty()) {
                (true, _) => "publish-plan",
                (false, true) => "publish-nothing",
                (false, false) => "publish-done",
            },
            &args,
        );
        self.report.tell(&lines);
        event
    }
}
