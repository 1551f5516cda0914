//! Markdown, as officers write it, to a [`Body`].
//!
//! Three steps: [`source`] prepares the text (boxes, Chinese emphasis) without moving an offset that could not be led
//! back; pulldown-cmark turns it into events; [`writer`] turns events into HTML with holes, and collects outline,
//! links, text and questions as it goes. Never fails: what cannot be read is told as a diagnostic and shown as text.
//! Nothing recurses over the author's nesting.

mod blocks;
mod boxes;
mod emphasis;
mod fence;
mod footnotes;
mod fragment;
mod heading;
mod html;
mod inline;
mod link;
mod math;
mod question;
mod quiz;
mod quote;
mod raw;
mod source;
#[cfg(test)]
mod tests;
mod words;
mod writer;

use pulldown_cmark::{Options, Parser};

use self::source::Source;
use self::writer::Writer;
use crate::ground::diagnostic::Diagnostic;
use crate::parse::body::Body;

pub use self::fragment::{escape_attribute, escape_text, escaped};
pub use self::heading::slug as anchor;
pub use self::question::{right as right_answer, shuffled};

/// What may differ from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Raw HTML stays as it is.
    pub trusted: bool,
    /// `$…$` and `$$…$$` are formulas.
    pub math: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { trusted: false, math: true }
    }
}

/// Colours code. The caller remembers results: the same block stands on many pages, and in every build.
pub trait Highlight: Sync {
    /// The inner HTML of `<code>`; `None` leaves the code plain.
    fn highlight(&self, language: &str, code: &str) -> Option<String>;
}

/// Leaves all code plain.
pub struct Plain;

impl Highlight for Plain {
    fn highlight(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}

/// Parses the Markdown of `text` from byte `start` on (behind the front matter). `file` names it in diagnostics, whose
/// lines count from the top of the whole text.
pub fn parse(file: &str, text: &str, start: usize, settings: &Settings, code: &dyn Highlight) -> (Body, Vec<Diagnostic>) {
    let source = Source::new(text, start);
    let events = Parser::new_ext(&source.work, options(settings)).into_offset_iter();
    let mut writer = Writer::new(file, &source, *settings, code);
    for (event, range) in events {
        writer.event(event, range);
    }
    writer.finish()
}

/// Heading attributes are not among them: they would eat braces in titles (see [`heading::explicit_id`]).
fn options(settings: &Settings) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_MATH, settings.math);
    options
}
