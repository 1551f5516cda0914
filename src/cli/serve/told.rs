//! What browsers and the terminal are told: what is wrong, with its lines, and what was done.

use serde_json::{Value, json};

use crate::cli::report::Report;
use studyhall::ground::message::Catalogue;
use studyhall::ground::visible::{visible, visible_lines};
use studyhall::ground::{Diagnostic, Error};
use studyhall::pipeline::{Options, SiteDiagnostics};

/// So many mistakes are shown at once; whoever has more mends these first.
const SHOWN: usize = 50;

/// What is wrong with the site at the moment.
#[derive(Default)]
pub struct Told {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Whether a state without errors has ever been shown.
    pub has_good: bool,
    items: Vec<Value>,
    /// Whether the officer has said that errors may be.
    folded: bool,
}

impl Told {
    /// Takes note of what is wrong, and prints what is new.
    pub fn wrong(&mut self, words: &Catalogue, report: &Report<'_>, options: &Options, found: &SiteDiagnostics, templates: &[Diagnostic]) {
        let (mut first, errors, warnings) = found.first(SHOWN);
        first.splice(0..0, templates.iter().cloned());
        first.dedup();
        (self.errors, self.warnings) = (errors + templates.len(), warnings);
        self.folded = options.keep_going;
        report.forget_lines();
        let before = std::mem::take(&mut self.items);
        if self.errors > 0 {
            self.items = first.iter().map(|diagnostic| item(words, report, options, diagnostic)).collect();
        }
        if options.keep_going {
            return;
        }
        for (diagnostic, _) in first.iter().zip(&self.items).filter(|(_, item)| !before.contains(item)) {
            report.diagnostic(&options.site, diagnostic);
        }
    }

    /// Takes note that the machine refused.
    pub fn refused(&mut self, words: &Catalogue, error: &Error) {
        let (message, hint) = words.error(error);
        self.errors = 1;
        let [message, hint] = [Some(message), hint].map(|text| text.map(|text| visible_lines(&text).into_owned()));
        self.items = vec![json!({ "severity": "error", "place": "", "message": message, "hint": hint })];
    }

    /// `已更新 12:03:05，3 页，41 毫秒`
    pub fn updated(&self, words: &Catalogue, pages: Option<usize>, milliseconds: u128) -> String {
        let time = jiff::ZonedDateTime::now().strftime("%H:%M:%S").to_string();
        let milliseconds = milliseconds.to_string();
        match pages {
            Some(pages) => words.with("serve-updated", &[("time", &time), ("count", &pages.to_string()), ("other", &milliseconds)]),
            None => words.with("serve-updated-page", &[("time", &time), ("other", &milliseconds)]),
        }
    }

    /// What the first look has given.
    pub fn built(&self, words: &Catalogue, pages: usize, milliseconds: u128) -> String {
        let seconds = format!("{:.1}", milliseconds as f64 / 1000.0);
        let counts = [pages, self.errors, self.warnings].map(|count| count.to_string());
        words.with("serve-built", &[("count", &counts[0]), ("time", &seconds), ("errors", &counts[1]), ("warnings", &counts[2])])
    }
}

/// A message to the browsers. `stale` says that the last good state is shown.
pub fn note(words: &Catalogue, told: &Told, text: Option<String>, stale: bool) -> Value {
    let hidden = told.errors.saturating_add(told.warnings).saturating_sub(told.items.len());
    let title = if told.warnings > 0 { "serve-found-both" } else { "serve-found" };
    json!({
        "text": text,
        "words": { "gone": words.text("serve-gone") },
        "found": {
            "title": words.with(title, &[("errors", &told.errors.to_string()), ("warnings", &told.warnings.to_string())]),
            "stale": (stale && told.has_good).then(|| words.text("serve-stale")),
            "more": (hidden > 0).then(|| words.with("serve-more", &[("count", &hidden.to_string())])),
            "folded": told.folded,
            "items": told.items,
        },
    })
}

fn item(words: &Catalogue, report: &Report<'_>, options: &Options, diagnostic: &Diagnostic) -> Value {
    let (message, hint) = words.diagnostic(diagnostic);
    let [message, hint] = [Some(message), hint].map(|text| text.map(|text| visible_lines(&text).into_owned()));
    let mut item = json!({ "severity": diagnostic.severity, "message": message, "hint": hint, "place": "" });
    let Some(place) = &diagnostic.place else { return item };
    item["place"] = match place.line {
        0 => visible(&place.file).into_owned(),
        line => format!("{}:{line}:{}", visible(&place.file), place.column),
    }
    .into();
    if let Some(line) = report.shown_line(&options.site, diagnostic) {
        let column = place.column.saturating_sub(1) as usize;
        let part = |from: usize, count: usize| {
            let part: String = line.chars().skip(from).take(count).map(|c| if c == '\t' { ' ' } else { c }).collect();
            visible(&part).into_owned()
        };
        item["line"] = place.line.into();
        item["source"] = true.into();
        item["before"] = part(0, column).into();
        item["marked"] = part(column, place.width.max(1) as usize).into();
        item["after"] = part(column + place.width.max(1) as usize, 200).into();
    }
    item
}
