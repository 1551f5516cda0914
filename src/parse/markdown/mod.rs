//! Markdown, as officers write it, to a document tree.
//!
//! Three steps: [`source`] prepares the text (boxes, Chinese emphasis) without moving an offset that could not be led
//! back; pulldown-cmark turns it into events; [`writer`] turns events into the tree, and collects
//! links and anchors as it goes. Never fails: what cannot be read is told as a diagnostic and shown as text.
//! Nothing recurses over the author's nesting.

mod blocks;
mod boxes;
mod container;
mod content;
mod emphasis;
mod fence;
mod footnotes;
mod heading;
mod html;
mod html_block;
mod ids;
mod inline;
mod left_raw;
mod link;
mod math;
mod notes;
mod question;
mod quiz;
mod quiz_draft;
mod quote;
mod raw;
mod reserved;
mod settings;
mod source;
mod tree;
mod words;
mod writer;

use pulldown_cmark::{Options, Parser};

use self::source::Source;
use self::writer::Writer;
use crate::ground::diagnostic::Diagnostic;

pub use self::content::Content;
pub use self::reserved::IDS as RESERVED_IDS;
pub use self::settings::{Highlight, Plain, Settings};
pub use crate::document::text::slug as anchor;

/// Parses the Markdown of `text` from byte `start` on (behind the front matter). `file` names it in diagnostics, whose
/// lines count from the top of the whole text.
pub fn parse(file: &str, text: &str, start: usize, settings: &Settings<'_>, code: &dyn Highlight) -> (Content, Vec<Diagnostic>) {
    let source = Source::new(text, start);
    let events = Parser::new_ext(&source.work, options(settings)).into_offset_iter();
    let mut writer = Writer::new(file, &source, *settings, code);
    for (label, definition) in events.reference_definitions().iter() {
        writer.definition(label, &definition.dest, &definition.span);
    }
    for (event, range) in events {
        writer.event(event, range);
    }
    writer.finish()
}

/// Heading attributes are not among them: they would eat braces in titles (see [`heading::explicit_id`]).
fn options(settings: &Settings<'_>) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_MATH, settings.math);
    options
}
