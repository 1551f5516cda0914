//! The footnotes of a page, as they are found.

use std::collections::HashMap;

use crate::document::{Block, FootnoteBody};

/// The footnotes of a page.
#[derive(Default)]
pub struct Notes {
    by_name: HashMap<String, usize>,
    pub all: Vec<FootnoteBody>,
    /// How many have been referred to.
    pub count: u32,
    /// Those defined within others: where the outermost ends, they count as defined.
    inner: Vec<u32>,
}

impl Notes {
    /// The place of a footnote by its name.
    pub fn note(&mut self, name: &str) -> usize {
        if let Some(&place) = self.by_name.get(name) {
            return place;
        }
        self.all.push(FootnoteBody { name: name.into(), ..FootnoteBody::default() });
        self.by_name.insert(name.to_string(), self.all.len() - 1);
        self.all.len() - 1
    }

    /// Takes the text of a footnote (of two, one behind the other) and says which footnotes count as defined here.
    pub fn define(&mut self, name: &str, blocks: Vec<Block>, is_inner: bool) -> Vec<u32> {
        let place = self.note(name);
        let note = &mut self.all[place];
        note.blocks.extend(blocks);
        if !std::mem::replace(&mut note.is_defined, true) {
            self.inner.push(place as u32);
        }
        if is_inner { Vec::new() } else { std::mem::take(&mut self.inner) }
    }

    /// All of them. Their anchors go to the page's, in the order in which they are shown.
    pub fn finish(self, anchors: &mut Vec<String>) -> Vec<FootnoteBody> {
        let mut shown: Vec<&FootnoteBody> = self.all.iter().filter(|note| note.number > 0).collect();
        shown.sort_by_key(|note| note.number);
        anchors.extend(shown.iter().map(|note| note.id.to_string()));
        self.all
    }
}
