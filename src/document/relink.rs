//! The links of a tree, in the order in which they stand in it.

use super::link::Link;
use super::tree::{AttributeValue, Block, BlockKind, DefinitionPart, DocumentTree, Element, Inline, InlineKind};

impl DocumentTree {
    /// Numbers the links anew, as they stand in the tree, and hands them over in that order. Links that nothing shows are
    /// left out.
    pub fn relink(&mut self, links: &[Link]) -> Vec<Link> {
        let mut kept = Vec::new();
        let mut visit = |link: &mut u32| {
            if let Some(found) = links.get(*link as usize) {
                *link = kept.len() as u32;
                kept.push(found.clone());
            }
        };
        blocks(&mut self.blocks, &mut visit);
        for note in &mut self.footnotes {
            blocks(&mut note.blocks, &mut visit);
        }
        kept
    }
}

fn blocks(of: &mut [Block], visit: &mut dyn FnMut(&mut u32)) {
    for block in of {
        match &mut block.kind {
            BlockKind::Paragraph(of) | BlockKind::Plain(of) => inlines(of, visit),
            BlockKind::Heading(heading) => inlines(&mut heading.inlines, visit),
            BlockKind::Quote { blocks: of, cite, .. } => {
                blocks(of, visit);
                inlines(cite.as_deref_mut().unwrap_or_default(), visit);
            }
            BlockKind::List { items, .. } => items.iter_mut().for_each(|item| blocks(&mut item.blocks, visit)),
            BlockKind::Definitions(parts) => parts.iter_mut().for_each(|part| match part {
                DefinitionPart::Term(of) => inlines(of, visit),
                DefinitionPart::Details(of) => blocks(of, visit),
            }),
            BlockKind::Table { head, rows, .. } => {
                head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| inlines(cell, visit));
            }
            BlockKind::Figure(figure) => visit(&mut figure.link),
            BlockKind::Box(inner) => blocks(&mut inner.blocks, visit),
            BlockKind::Quiz(quiz) => {
                blocks(&mut quiz.stem, visit);
                quiz.options.iter_mut().for_each(|option| blocks(&mut option.blocks, visit));
                blocks(&mut quiz.why, visit);
                quiz.source.iter_mut().filter_map(|source| source.link.as_mut()).for_each(&mut *visit);
            }
            BlockKind::Element(inner) => element(inner, visit),
            BlockKind::Code { .. } | BlockKind::Rule | BlockKind::SpeakerNotes(_) | BlockKind::Footnote(_) => {}
        }
    }
}

fn inlines(of: &mut [Inline], visit: &mut dyn FnMut(&mut u32)) {
    for inline in of {
        match &mut inline.kind {
            InlineKind::Emphasis(of) | InlineKind::Strong(of) | InlineKind::Strikeout(of) => inlines(of, visit),
            InlineKind::Link(link) => {
                visit(&mut link.link);
                inlines(&mut link.inlines, visit);
            }
            InlineKind::Picture { link, .. } => visit(link),
            InlineKind::Element(inner) => element(inner, visit),
            InlineKind::Trusted(tag) => {
                if let Some((_, link)) = &mut tag.address {
                    visit(link);
                }
            }
            _ => {}
        }
    }
}

fn element(of: &mut Element, visit: &mut dyn FnMut(&mut u32)) {
    for (_, value) in &mut of.attributes {
        if let AttributeValue::Link(link) = value {
            visit(link);
        }
    }
    blocks(&mut of.blocks, visit);
}
