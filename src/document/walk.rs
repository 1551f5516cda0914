//! Walks over a tree that need no more than the tree.

use std::borrow::Cow;

use super::tree::{Block, BlockKind, DefinitionPart, DocumentTree, Element, FootnoteBody, Inline, InlineKind, Quiz, TextLink};

impl DocumentTree {
    /// The numbers of its footnotes in the order in which they are shown: as they are first referred to, then those that
    /// nothing refers to.
    pub fn footnote_order(&self) -> Vec<usize> {
        let shown = |at: &usize| self.footnotes[*at].number > 0 || self.footnotes[*at].is_defined;
        let mut order: Vec<usize> = (0..self.footnotes.len()).filter(shown).collect();
        order.sort_by_key(|at| if self.footnotes[*at].number == 0 { u32::MAX } else { self.footnotes[*at].number });
        order
    }

    /// About how many bytes of memory it takes.
    pub fn size(&self) -> usize {
        size_of_blocks(&self.blocks) + self.footnotes.iter().map(|note| size_of_blocks(&note.blocks)).sum::<usize>()
    }

    /// The questions in their order.
    pub fn quizzes(&self) -> Vec<&Quiz> {
        let mut found = Vec::new();
        self.each_block(&mut |block| {
            if let BlockKind::Quiz(quiz) = &block.kind {
                found.push(&**quiz);
            }
        });
        found
    }

    /// Visits every block, outer ones before those within, in the order of the source.
    pub fn each_block<'a>(&'a self, visit: &mut dyn FnMut(&'a Block)) {
        each_block(&self.blocks, &self.footnotes, visit);
    }
}

/// Visits blocks and all within.
pub fn each_block<'a>(blocks: &'a [Block], footnotes: &'a [FootnoteBody], visit: &mut dyn FnMut(&'a Block)) {
    for block in blocks {
        visit(block);
        match &block.kind {
            BlockKind::Plain(inlines) | BlockKind::Paragraph(inlines) => each_block_in(inlines, footnotes, visit),
            BlockKind::Heading(heading) => each_block_in(&heading.inlines, footnotes, visit),
            BlockKind::Quote { blocks, cite, .. } => {
                each_block(blocks, footnotes, visit);
                each_block_in(cite.as_deref().unwrap_or_default(), footnotes, visit);
            }
            BlockKind::List { items, .. } => items.iter().for_each(|item| each_block(&item.blocks, footnotes, visit)),
            BlockKind::Definitions(parts) => parts.iter().for_each(|part| match part {
                DefinitionPart::Term(inlines) => each_block_in(inlines, footnotes, visit),
                DefinitionPart::Details(blocks) => each_block(blocks, footnotes, visit),
            }),
            BlockKind::Table { head, rows, .. } => {
                for cell in head.iter().chain(rows.iter().flatten()) {
                    each_block_in(cell, footnotes, visit);
                }
            }
            BlockKind::Box(block) => each_block(&block.blocks, footnotes, visit),
            BlockKind::Quiz(quiz) => {
                each_block(&quiz.stem, footnotes, visit);
                quiz.options.iter().for_each(|option| each_block(&option.blocks, footnotes, visit));
                each_block(&quiz.why, footnotes, visit);
            }
            BlockKind::Footnote(index) => {
                if let Some(note) = footnotes.get(*index as usize) {
                    each_block(&note.blocks, footnotes, visit);
                }
            }
            BlockKind::Element(element) => each_block(&element.blocks, footnotes, visit),
            BlockKind::Code { .. } | BlockKind::Rule | BlockKind::Figure(_) | BlockKind::SpeakerNotes(_) => {}
        }
    }
}

/// About how many bytes of memory blocks take.
pub fn size_of_blocks(blocks: &[Block]) -> usize {
    let mut total = 0;
    each_block(blocks, &[], &mut |block| {
        total += size_of::<Block>()
            + match &block.kind {
                BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines) => size_of_inlines(inlines),
                BlockKind::Heading(heading) => size_of_inlines(&heading.inlines) + heading.id.len(),
                BlockKind::Quote { cite, .. } => size_of_inlines(cite.as_deref().unwrap_or_default()),
                BlockKind::Code { text, coloured, .. } => text.len() + coloured.as_ref().map_or(0, |html| html.len()),
                BlockKind::Table { head, rows, .. } => head.iter().chain(rows.iter().flatten()).map(|cell| size_of_inlines(cell)).sum(),
                BlockKind::Definitions(parts) => parts
                    .iter()
                    .map(|part| match part {
                        DefinitionPart::Term(inlines) => size_of_inlines(inlines),
                        DefinitionPart::Details(_) => 0,
                    })
                    .sum(),
                _ => 0,
            };
    });
    total
}

/// Takes blanks off the end of the text that ends blocks.
pub fn trim_end(blocks: &mut Vec<Block>) {
    if let Some(Block { kind: BlockKind::Plain(inlines), .. }) = blocks.last_mut() {
        trim_inlines(inlines);
        if inlines.is_empty() {
            blocks.pop();
        }
    }
}

/// Takes blanks and line ends off the end of inlines.
pub fn trim_inlines(inlines: &mut Vec<Inline>) {
    while let Some(last) = inlines.last_mut() {
        match &mut last.kind {
            InlineKind::SoftBreak => {}
            InlineKind::Text(text) | InlineKind::HtmlText(text) | InlineKind::TrustedText(text) => {
                text.truncate(text.trim_end().len());
                if !text.is_empty() {
                    return;
                }
            }
            _ => return,
        }
        inlines.pop();
    }
}

/// A part of a paragraph.
pub enum ParagraphPart<'a> {
    /// A run of inlines, without blanks at its end where a formula follows.
    Line(Cow<'a, [Inline]>),
    /// A formula that stands by itself.
    Formula(&'a Inline),
}

/// A paragraph's inlines as they are shown: displayed formulas stand between paragraphs.
pub fn parts(inlines: &[Inline]) -> Vec<ParagraphPart<'_>> {
    let is_formula = |inline: &Inline| matches!(&inline.kind, InlineKind::Formula(formula) if formula.display);
    if !inlines.iter().any(is_formula) {
        return vec![ParagraphPart::Line(Cow::Borrowed(inlines))];
    }
    let mut parts = Vec::new();
    let mut rest = inlines;
    while let Some(at) = rest.iter().position(is_formula) {
        let mut line = rest[..at].to_vec();
        trim_inlines(&mut line);
        if !line.is_empty() {
            parts.push(ParagraphPart::Line(Cow::Owned(line)));
        }
        parts.push(ParagraphPart::Formula(&rest[at]));
        rest = &rest[at + 1..];
    }
    if !rest.iter().all(Inline::is_blank) {
        parts.push(ParagraphPart::Line(Cow::Borrowed(rest)));
    }
    parts
}

/// The source of a quotation without the dash before it: themes set their own.
pub fn without_dash(cite: &[Inline]) -> Cow<'_, [Inline]> {
    match cite.first() {
        Some(Inline { kind: InlineKind::Text(text), range }) if text.starts_with(['—', '-', ' ']) => {
            let mut own = cite.to_vec();
            own[0] = Inline::new(*range, InlineKind::Text(text.trim_start_matches(['—', '-', ' ']).to_string()));
            Cow::Owned(own)
        }
        _ => Cow::Borrowed(cite),
    }
}

/// Visits the blocks that stand in elements among inlines.
fn each_block_in<'a>(inlines: &'a [Inline], footnotes: &'a [FootnoteBody], visit: &mut dyn FnMut(&'a Block)) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Emphasis(inlines) | InlineKind::Strong(inlines) | InlineKind::Strikeout(inlines) => {
                each_block_in(inlines, footnotes, visit);
            }
            InlineKind::Link(link) => each_block_in(&link.inlines, footnotes, visit),
            InlineKind::Element(element) => each_block(&element.blocks, footnotes, visit),
            _ => {}
        }
    }
}

/// About how many bytes of memory inlines take, but for the blocks in them.
fn size_of_inlines(inlines: &[Inline]) -> usize {
    let one = |inline: &Inline| {
        size_of::<Inline>()
            + match &inline.kind {
                InlineKind::Text(text) | InlineKind::HtmlText(text) | InlineKind::TrustedText(text) => text.len(),
                InlineKind::Code(text) => text.len(),
                InlineKind::Formula(formula) => {
                    formula.tex.len() + formula.words.len() + formula.mathml.as_ref().map_or(0, |mathml| mathml.len())
                }
                InlineKind::Emphasis(inlines) | InlineKind::Strong(inlines) | InlineKind::Strikeout(inlines) => size_of_inlines(inlines),
                InlineKind::Link(link) => size_of::<TextLink>() + size_of_inlines(&link.inlines),
                InlineKind::Element(_) => size_of::<Element>(),
                _ => 0,
            }
    };
    inlines.iter().map(one).sum()
}
