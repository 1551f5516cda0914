//! Prints: diagnostics with their lines, errors, the closing report. People's text goes to standard error, data to
//! standard output.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use studyhall::ground::message::Catalogue;
use studyhall::ground::path::shown;
use studyhall::ground::visible::{acts, visible, visible_lines};
use studyhall::ground::{Code, Diagnostic, Error, Place, Severity};
use studyhall::model::HeldBack;
use studyhall::pipeline::{BuildSummary, Options, Outcome, Timings};
use studyhall::render::views::parts::size_text;

use super::source_lines::SourceLines;
use super::timings;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Errors only.
    Quiet,
    /// Errors, warnings, what was made.
    Normal,
    /// The time of each stage as well.
    Verbose,
}

/// Takes secrets out of the words of a host.
pub type Strikes = Box<dyn Fn(&str) -> String>;

/// Prints for one run.
pub struct Report<'a> {
    words: &'a Catalogue,
    detail: Detail,
    json: bool,
    colour: bool,
    /// The last file a line was taken from.
    lines: RefCell<Option<SourceLines>>,
    /// What is said soon, together: a site may have ten thousand mistakes of five lines each.
    waiting: RefCell<String>,
    gathers: Cell<bool>,
    /// Takes secrets out of what hosts say, once there are any.
    strikes: RefCell<Option<Strikes>>,
}

/// Of a line that is shown: characters before the place, and in all.
const BEFORE: usize = 40;
const WIDTH: usize = 90;

/// How a build ended, for programs.
#[derive(Serialize)]
struct OutcomeAsJson<'a> {
    diagnostics: Vec<DiagnosticAsJson<'a>>,
    done: bool,
    errors: usize,
    output: String,
    seconds: f64,
    stages: BTreeMap<&'static str, f64>,
    summary: Option<&'a BuildSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<serde_json::Value>,
    work: serde_json::Map<String, serde_json::Value>,
}

/// A diagnostic, for programs. A type of its own and no tree of values: a site may have ten thousand mistakes.
#[derive(Serialize)]
pub struct DiagnosticAsJson<'a> {
    code: &'a str,
    column: Option<u32>,
    file: Option<String>,
    hint: Option<String>,
    line: Option<u32>,
    message: String,
    severity: Severity,
    width: Option<u32>,
}

/// The colours of a terminal, as its control sequences number them.
const ERROR: &str = "31;1";
const WARNING: &str = "33;1";
const HINT: &str = "36";
const MARK: &str = "31";

/// So many bytes are said at once.
const GATHERED: usize = 1 << 16;

impl<'a> Report<'a> {
    /// A report in the words of a language.
    pub fn new(words: &'a Catalogue, detail: Detail, json: bool) -> Report<'a> {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Report {
            words,
            detail,
            json,
            colour,
            lines: RefCell::new(None),
            waiting: RefCell::default(),
            gathers: Cell::new(false),
            strikes: RefCell::new(None),
        }
    }

    /// From now on what hosts say is told without what `strikes` takes out.
    pub fn strike(&self, strikes: Strikes) {
        self.strikes.replace(Some(strikes));
    }

    /// Words of a host without the secrets that it was told.
    pub fn struck(&self, words: &str) -> String {
        self.strikes.borrow().as_ref().map_or_else(|| words.to_string(), |strikes| strikes(words))
    }

    /// Whether a progress bar would be seen.
    pub fn shows_progress(&self) -> bool {
        self.detail != Detail::Quiet && !self.json && std::io::stderr().is_terminal()
    }

    /// A wrong call.
    pub fn usage(&self, message: &str) {
        self.say_marked("", ERROR, &self.words.text("error"), &format!(": {message}"));
        self.say(&self.words.text("usage-see-help"));
    }

    /// Help or version.
    pub fn help(&self, error: &clap::Error) {
        // A closed pipe is no concern of ours.
        let _ = error.print();
    }

    /// What the machine refused.
    pub fn error(&self, error: &Error) {
        let (message, hint) = self.words.error(error);
        if self.json {
            self.data(&json!({ "error": error.id, "message": message, "hint": hint }));
            return;
        }
        self.say_marked("", ERROR, &self.words.text("error"), &format!(": {message}"));
        self.hint(hint.as_deref());
    }

    /// Something has happened: a line of JSON for programs, lines for people.
    pub fn event(&self, event: &serde_json::Value, lines: &[String]) {
        if self.json {
            let _ = writeln!(std::io::stdout().lock(), "{event}");
        } else if self.detail != Detail::Quiet {
            lines.iter().for_each(|line| self.say(line));
        }
    }

    /// A question to whoever sits at the terminal: the answer is typed behind it.
    pub fn ask(&self, question: &str) {
        let mut out = std::io::stderr().lock();
        // Whoever cannot be shown a question does not answer it.
        let _ = write!(out, "{} ", visible_lines(question)).and_then(|()| out.flush());
    }

    /// Lines for people alone; programs hear of it in a later event.
    pub fn tell(&self, lines: &[String]) {
        if !self.json && self.detail != Detail::Quiet {
            lines.iter().for_each(|line| self.say(line));
        }
    }

    /// Something that is wrong elsewhere, on a host: what, where it shows, what to do.
    pub fn finding(&self, is_wrong: bool, message: &str, details: &[String], hint: Option<&str>) {
        if self.json || (!is_wrong && self.detail == Detail::Quiet) {
            return;
        }
        let (word, colour) = if is_wrong { ("error", ERROR) } else { ("warning", WARNING) };
        self.say_marked("", colour, &self.words.text(word), &format!(": {message}"));
        details.iter().for_each(|line| self.say(&format!("  {line}")));
        self.hint(hint);
    }

    /// What the machine refused, from a program that goes on: a line of JSON.
    pub fn error_event(&self, error: &Error) {
        match self.json {
            true => {
                let (message, hint) = self.words.error(error);
                self.event(&json!({ "event": "error", "error": error.id, "message": message, "hint": hint }), &[]);
            }
            false => self.error(error),
        }
    }

    /// A text as it is, to standard output.
    pub fn text(&self, text: &[u8]) {
        let mut out = std::io::stdout().lock();
        let end: &[u8] = if text.ends_with(b"\n") { b"" } else { b"\n" };
        // A closed pipe is no concern of ours.
        let _ = out.write_all(text).and_then(|()| out.write_all(end));
    }

    /// A new file or site.
    pub fn created(&self, done: &str, next: &str, path: &Path) {
        let shown = shown(path);
        if self.json {
            self.data(&json!({ "path": shown }));
            return;
        }
        self.say(&self.words.with(done, &[("path", &shown)]));
        self.say(&self.words.with(next, &[("path", &shown)]));
    }

    /// What is wrong with a site, for people.
    pub fn findings(&self, site: &Path, found: &[Diagnostic]) {
        if self.json {
            return;
        }
        self.gathers.set(true);
        for diagnostic in found.iter().filter(|diagnostic| diagnostic.is_error() || self.detail != Detail::Quiet) {
            self.diagnostic(site, diagnostic);
        }
        self.gathers.set(false);
        self.say_what_waits();
    }

    /// How a build ended.
    pub fn outcome(&self, options: &Options, outcome: &Outcome) {
        if self.json {
            self.data(&self.outcome_as_json(options, outcome));
            return;
        }
        self.findings(&options.site, &outcome.diagnostics);
        let errors = outcome.errors();
        let warnings = outcome.diagnostics.len() - errors;
        if self.detail == Detail::Verbose {
            for timed in outcome.timings.stages() {
                let name = self.words.text(&format!("stage-{}", timed.stage.id()));
                self.say(&self.words.with("report-stage", &[("value", &name), ("other", &format!("{:.3} s", timed.wall.as_secs_f64()))]));
            }
        }
        match &outcome.summary {
            Some(summary) => self.summary(options, outcome, summary, errors, warnings),
            None => self.say(&self.words.with("report-refused", &[("errors", &errors.to_string())])),
        }
    }

    fn summary(&self, options: &Options, outcome: &Outcome, summary: &BuildSummary, errors: usize, warnings: usize) {
        let number = |n: usize| n.to_string();
        if self.detail != Detail::Quiet {
            let kinds: Vec<String> =
                summary.pages.iter().map(|(kind, count)| format!("{} {count}", self.words.text(&format!("kind-{kind}")))).collect();
            let count = number(summary.pages.values().sum());
            self.say(&self.words.with("report-pages", &[("count", &count), ("kinds", &kinds.join(self.words_comma()))]));
            let HeldBack { drafts, scheduled, expired, unsure } = summary.held_back;
            let held = [
                ("report-held-drafts", drafts),
                ("report-held-scheduled", scheduled),
                ("report-held-expired", expired),
                ("report-held-unsure", unsure),
            ];
            let held = held.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| format!("{} {count}", self.words.text(id)));
            let held: Vec<String> = held.collect();
            if !held.is_empty() {
                self.say(&self.words.with("report-held", &[("kinds", &held.join(self.words_comma()))]));
            }
            let (rendered, kept) = (number(summary.rendered), number(summary.kept));
            self.say(&self.words.with("report-rendered", &[("rendered", &rendered), ("kept", &kept)]));
            let files = [
                ("written", number(summary.written)),
                ("unchanged", number(summary.unchanged)),
                ("removed", number(summary.removed)),
                ("size", size_text(summary.bytes)),
            ];
            let files: Vec<(&str, &str)> = files.iter().map(|(name, value)| (*name, value.as_str())).collect();
            self.say(&self.words.with("report-files", &files));
        }
        for (id, paths) in [("report-left", &summary.left), ("report-overwritten", &summary.overwritten)] {
            for path in paths {
                self.say(&self.words.with(id, &[("path", path)]));
            }
        }
        if let (Some(trouble), Detail::Verbose) = (&summary.cache_trouble, self.detail) {
            self.say(&self.words.with("report-cache", &[("value", trouble)]));
        }
        if errors > 0 {
            self.say(&self.words.with("report-keep-going", &[("errors", &number(errors))]));
        }
        if self.detail != Detail::Quiet {
            if warnings > 0 {
                self.say(&self.words.with("report-warnings", &[("count", &number(warnings))]));
            }
            if summary.shows_unpublished {
                self.say(&self.words.text("report-unpublished"));
            }
            let time = format!("{:.2} s", outcome.timings.total().as_secs_f64());
            self.say(&self.words.with("report-done", &[("time", &time), ("output", &shown(&options.output))]));
        }
    }

    fn words_comma(&self) -> &'static str {
        if self.words.text("error") == "error" { ", " } else { "，" }
    }

    fn outcome_as_json<'o>(&self, options: &Options, outcome: &'o Outcome) -> OutcomeAsJson<'o> {
        OutcomeAsJson {
            diagnostics: outcome.diagnostics.iter().map(|diagnostic| self.diagnostic_as_json(diagnostic)).collect(),
            done: outcome.summary.is_some(),
            errors: outcome.errors(),
            output: shown(&options.output),
            seconds: outcome.timings.total().as_secs_f64(),
            stages: outcome.timings.stages().iter().map(|timed| (timed.stage.id(), timed.wall.as_secs_f64())).collect(),
            summary: outcome.summary.as_ref(),
            timings: outcome.timings.meter().is_clocked().then(|| timings::json(&outcome.timings)),
            work: timings::work(&outcome.timings),
        }
    }

    /// Where the time went, as a table.
    pub fn timings(&self, timings: &Timings) {
        for line in timings::table(self.words, timings) {
            self.say(&line);
        }
    }

    /// The same for programs.
    pub fn timings_as_json(&self, timings: &Timings) {
        self.data(&timings::json(timings));
    }

    /// A diagnostic for programs.
    pub fn diagnostic_as_json<'d>(&self, diagnostic: &'d Diagnostic) -> DiagnosticAsJson<'d> {
        let (message, hint) = self.words.diagnostic(diagnostic);
        let place = diagnostic.place.as_ref();
        DiagnosticAsJson {
            code: diagnostic.code.id(),
            column: place.map(|place| place.column),
            file: place.map(|place| place.file.to_string()),
            hint,
            line: place.map(|place| place.line),
            message,
            severity: diagnostic.severity,
            width: place.map(|place| place.width),
        }
    }

    /// A diagnostic as people read it: place, message, the line with a mark below, the way out.
    pub fn diagnostic(&self, site: &Path, diagnostic: &Diagnostic) {
        let (message, hint) = self.words.diagnostic(diagnostic);
        let (word, colour) = match diagnostic.severity {
            Severity::Error => ("error", ERROR),
            Severity::Warning => ("warning", WARNING),
        };
        let word = self.words.text(word);
        let head = |place: &str| self.say_marked(place, colour, &word, &format!(": {message}"));
        match &diagnostic.place {
            None => head(""),
            Some(place) if place.line == 0 => head(&format!("{}: ", visible(&place.file))),
            Some(place) => {
                head(&format!("{}:{}:{}: ", visible(&place.file), place.line, place.column));
                if may_be_shown(diagnostic) {
                    self.source_line(site, place);
                }
            }
        }
        self.hint(hint.as_deref());
    }

    /// The line that a diagnostic is about, as far as it may be shown. One with a secret in it is not: what is shown ends in logs
    /// and pictures of screens.
    pub fn shown_line(&self, site: &Path, diagnostic: &Diagnostic) -> Option<String> {
        let place = diagnostic.place.as_ref().filter(|place| place.line > 0 && may_be_shown(diagnostic))?;
        self.take_line(site, place, |lines| lines.line(place.line))
    }

    fn hint(&self, hint: Option<&str>) {
        if let Some(hint) = hint {
            self.say_marked("  ", HINT, &self.words.text("hint"), &format!(": {hint}"));
        }
    }

    /// The line, cut to what fits, and a mark below the place. Han characters are two cells wide.
    fn source_line(&self, site: &Path, place: &Place) {
        let column = place.column.saturating_sub(1) as usize;
        let from = if column > BEFORE { column - BEFORE / 2 } else { 0 };
        let Some(part) = self.take_line(site, place, |lines| lines.part(place.line, from, WIDTH)) else { return };
        let shown: String = part.chars().map(in_its_cell).collect();
        let number = place.line.to_string();
        self.say(&format!("  {number} | {shown}"));
        let before: String = shown.chars().take(column - from.min(column)).collect();
        let marked: String = shown.chars().skip(column - from.min(column)).take(place.width as usize).collect();
        let pad = " ".repeat(number.len() + before.width());
        let mark = "^".repeat(marked.width().max(1));
        self.say_marked(&format!("  {pad}   "), MARK, &mark, "");
    }

    /// Files may have changed: lines are read again.
    pub fn forget_lines(&self) {
        self.lines.replace(None);
    }

    /// What is taken of a line of a file of the site, of the theme it names, or nothing.
    fn take_line(&self, site: &Path, place: &Place, take: impl FnOnce(&mut SourceLines) -> Option<String>) -> Option<String> {
        let mut lines = self.lines.borrow_mut();
        if lines.as_ref().is_none_or(|lines| !lines.leads_to(place)) {
            let bytes = studyhall::disk::read_file(&site.join(&*place.file), studyhall::discover::MAX_PAGE).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let text = match text.is_empty() {
                true => studyhall::theme::carried_text(&place.file).unwrap_or_default(),
                false => text,
            };
            *lines = Some(SourceLines::new(&place.file, text));
        }
        take(lines.as_mut()?)
    }

    /// Says a line of which a word is coloured.
    fn say_marked(&self, before: &str, colour: &str, word: &str, after: &str) {
        let [before, word, after] = [before, word, after].map(visible_lines);
        match self.colour {
            true => self.push(&format!("{before}\u{1b}[{colour}m{word}\u{1b}[0m{after}")),
            false => self.push(&format!("{before}{word}{after}")),
        }
    }

    /// Says a line. Whatever is in it is seen and does nothing to the terminal: the colours are put in behind this.
    fn say(&self, text: &str) {
        self.push(&visible_lines(text));
    }

    /// Whole lines, in one go: standard error is not buffered.
    fn push(&self, line: &str) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.push_str(line);
        waiting.push('\n');
        let enough = !self.gathers.get() || waiting.len() >= GATHERED;
        drop(waiting);
        if enough {
            self.say_what_waits();
        }
    }

    fn say_what_waits(&self) {
        let text = self.waiting.take();
        // Nobody reads a closed standard error; that is no reason to fail.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    fn data(&self, value: &impl Serialize) {
        // In large pieces: standard output is written line by line otherwise. A closed pipe is no concern of ours.
        let mut out = BufWriter::with_capacity(GATHERED, std::io::stdout().lock());
        let _ = serde_json::to_writer_pretty(&mut out, value).map_err(std::io::Error::from).and_then(|()| writeln!(out));
    }
}

/// A character of a line that a mark is put below: one that acts instead of being seen keeps its place.
fn in_its_cell(c: char) -> char {
    match c {
        '\t' | '\r' => ' ',
        c if acts(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Whether the line that a diagnostic is about may be shown.
fn may_be_shown(diagnostic: &Diagnostic) -> bool {
    diagnostic.code != Code::SecretInSettings
}
