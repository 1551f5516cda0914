//! Another state of one document, where nothing else of the model can change by it.
//!
//! Most edits are edits of a text: the model then differs in that one page. To see that, and to say so only when it is
//! sure, is all this does; the result is the model that [`fn@super::build`] would make.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ground::{Diagnostic, Place};
use crate::parse::Summary;

use super::page::{Page, PageId};
use super::site::Site;

impl Site {
    /// The site with another state of the document `summary`, and which page it is. `None` when more than that page may
    /// come out otherwise (what the front matter says, where links lead, which anchors there are): then the model has to
    /// be built anew.
    pub fn with(&self, summary: &Arc<Summary>) -> Option<(Site, PageId)> {
        let id = *self.by_path.get(&summary.path)?;
        let page = self.page(id);
        if !same_place(&page.summary, summary) {
            return None;
        }
        let mut site = self.clone();
        site.pages[id as usize] = Arc::new(Page { summary: Arc::clone(summary), ..Page::clone(page) });
        Some((site, id))
    }
}

/// Whether two states of a document take the same place in a model. What is left to differ is seen by the page itself
/// and by lists that show it: text, abstract, length.
fn same_place(before: &Summary, after: &Summary) -> bool {
    let anchors = |summary: &Summary| summary.outline.iter().map(|heading| heading.id.clone()).collect::<Vec<_>>();
    before.meta == after.meta
        && before.title == after.title
        && before.file == after.file
        && before.anchors == after.anchors
        && anchors(before) == anchors(after)
        && before.links.len() == after.links.len()
        && before.links.iter().zip(&after.links).all(|(a, b)| (&a.target, &a.anchor, a.kind) == (&b.target, &b.anchor, b.kind))
}

/// Moves the diagnostics about a document's links to where the links stand now. The links are the same, in the same
/// order, as [`Site::with`] has seen.
pub fn move_places(before: &Summary, after: &Summary, diagnostics: &mut [Diagnostic]) {
    let mut at: HashMap<(u32, u32), usize> = HashMap::new();
    for (link, known) in before.links.iter().enumerate() {
        at.entry((known.span.line, known.span.column)).or_insert(link);
    }
    for place in diagnostics.iter_mut().filter_map(|diagnostic| diagnostic.place.as_mut()).filter(|place| *place.file == *before.file) {
        if let Some(link) = at.get(&(place.line, place.column)) {
            *place = Place::at(Arc::clone(&place.file), after.links[*link].span);
        }
    }
}
