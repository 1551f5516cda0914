//! Quotations, with their source, and alerts.

use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::container::Container;
use super::writer::{Frame, Writer};
use crate::document::walk::trim_inlines;
use crate::document::{Alert, Block, BlockKind, Inline, InlineKind, SourceRange};

/// How a line that names the source of a quotation begins.
const CITE: &[&str] = &["——", "--", "— "];

impl<'a> Writer<'a> {
    /// A quotation or alert begins.
    pub fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        self.block();
        if self.too_deep(&range) {
            return self.push(Frame::Flat);
        }
        let alert = kind.map(|kind| match kind {
            BlockQuoteKind::Note => Alert::Note,
            BlockQuoteKind::Tip => Alert::Tip,
            BlockQuoteKind::Important => Alert::Important,
            BlockQuoteKind::Warning => Alert::Warning,
            BlockQuoteKind::Caution => Alert::Caution,
        });
        self.push_blocks(Frame::Quote { alert, cite: None });
    }

    /// It ends; `cite` is where the line begins that names its source, in its last paragraph.
    pub fn end_quote(&mut self, alert: Option<Alert>, cite: Option<(usize, usize)>, range: SourceRange) {
        let mut blocks = self.end_blocks();
        let mut source = None;
        if let Some((at, byte)) = cite
            && let Some(Block { kind: BlockKind::Paragraph(inlines), .. }) = blocks.last_mut()
        {
            source = Some(split_off(inlines, at, byte));
            trim_inlines(inlines);
            if inlines.is_empty() {
                blocks.pop();
            }
        }
        self.put_block(range, BlockKind::Quote { alert, blocks, cite: source });
    }

    /// Remembers where a quotation's last line begins if it names the source.
    pub fn note_cite(&mut self, text: &str) {
        let at = match self.open.last() {
            Some(Container::Inlines(inlines)) => match inlines.last() {
                Some(Inline { kind: InlineKind::Text(text), .. }) => (inlines.len() - 1, text.len()),
                _ => (inlines.len(), 0),
            },
            _ => return,
        };
        if let [.., Frame::Quote { cite, .. }, Frame::Paragraph { closed: false, .. }] = &mut self.frames[..] {
            *cite = CITE.iter().any(|dash| text.starts_with(dash)).then_some(at);
        }
    }

    /// What was taken for the last line of the open quotation was not its last.
    pub fn drop_cite(&mut self) {
        let [.., frame] = &mut self.frames[..] else { return };
        if let Frame::Quote { cite, .. } = frame {
            *cite = None;
        } else if let [.., Frame::Quote { cite, .. }, Frame::Paragraph { .. }] = &mut self.frames[..] {
            *cite = None;
        }
    }
}

/// Takes off all from a byte of an inline on.
fn split_off(inlines: &mut Vec<Inline>, at: usize, byte: usize) -> Vec<Inline> {
    let mut tail = inlines.split_off(at.min(inlines.len()));
    if byte > 0
        && let Some(Inline { kind: InlineKind::Text(text), range }) = tail.first_mut()
    {
        let rest = text.split_off(byte.min(text.len()));
        inlines.push(Inline::new(*range, InlineKind::Text(std::mem::replace(text, rest))));
    }
    tail
}
