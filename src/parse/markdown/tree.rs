//! The tree under construction: a stack of what is open, each taking blocks or inlines.

use std::ops::Range;

use super::container::Container;
use super::writer::Writer;
use crate::document::{Block, BlockKind, Element, Inline, InlineKind, LinkKind, SourceRange};

impl<'a> Writer<'a> {
    /// Opens a place for blocks.
    pub fn open_blocks(&mut self) {
        self.open.push(Container::Blocks(Vec::new()));
    }

    /// Opens a place for inlines.
    pub fn open_inlines(&mut self) {
        self.open.push(Container::Inlines(Vec::new()));
    }

    /// Closes a place for blocks and hands them over.
    pub fn end_blocks(&mut self) -> Vec<Block> {
        match self.open.pop() {
            Some(Container::Blocks(blocks)) => blocks,
            Some(Container::Inlines(inlines)) => vec![Block::new(SourceRange::default(), BlockKind::Plain(inlines))],
            None => Vec::new(),
        }
    }

    /// Closes a place for inlines and hands them over.
    pub fn end_inlines(&mut self) -> Vec<Inline> {
        match self.open.pop() {
            Some(Container::Inlines(inlines)) => inlines,
            Some(Container::Blocks(blocks)) => {
                let element = Element { name: "div".into(), attributes: Vec::new(), is_void: false, blocks };
                vec![Inline::new(SourceRange::default(), InlineKind::Element(Box::new(element)))]
            }
            None => Vec::new(),
        }
    }

    /// Puts an inline where inlines go now: in the open line, or in a run of inlines among the open blocks.
    pub fn put(&mut self, range: SourceRange, kind: InlineKind) {
        self.contents.written |= !matches!(&kind, InlineKind::Picture { link, .. } if self.links[*link as usize].kind == LinkKind::Picture);
        let inlines = match self.open.last_mut() {
            Some(Container::Inlines(inlines)) => inlines,
            Some(Container::Blocks(blocks)) => {
                if !matches!(blocks.last(), Some(Block { kind: BlockKind::Plain(_), .. })) {
                    blocks.push(Block::new(range, BlockKind::Plain(Vec::new())));
                }
                match blocks.last_mut() {
                    Some(Block { kind: BlockKind::Plain(inlines), range: whole }) => {
                        whole.end = range.end;
                        inlines
                    }
                    _ => return,
                }
            }
            None => return,
        };
        // Text in pieces is one text, wherever the parser cut it.
        if let (InlineKind::Text(more), Some(Inline { kind: InlineKind::Text(text), range: whole })) = (&kind, inlines.last_mut()) {
            text.push_str(more);
            whole.end = range.end;
            return;
        }
        if let (InlineKind::HtmlText(more), Some(Inline { kind: InlineKind::HtmlText(text), range: whole })) = (&kind, inlines.last_mut()) {
            text.push_str(more);
            whole.end = range.end;
            return;
        }
        inlines.push(Inline::new(range, kind));
    }

    /// Puts a block where blocks go now.
    pub fn put_block(&mut self, range: SourceRange, kind: BlockKind) {
        let block = Block::new(range, kind);
        match self.open.last_mut() {
            Some(Container::Blocks(blocks)) => blocks.push(block),
            // Nothing that holds a line is open where a block begins, but for lines that raw HTML has made odd.
            _ => {
                let element = Element { name: "div".into(), attributes: Vec::new(), is_void: false, blocks: vec![block] };
                self.put(range, InlineKind::Element(Box::new(element)));
            }
        }
    }

    /// Whether blocks go where things go now.
    pub fn takes_blocks(&self) -> bool {
        matches!(self.open.last(), Some(Container::Blocks(_)))
    }

    /// The place in the file of a stretch of the prepared text.
    pub fn range_of(&self, range: &Range<usize>) -> SourceRange {
        self.source.place(range)
    }
}
