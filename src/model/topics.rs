//! The pages that a topic gathers.

use std::collections::{HashMap, HashSet};

use crate::ground::{Code, Diagnostic};
use crate::parse::meta::{Details, Sort};

use super::finder::Finder;
use super::order::sort;
use super::page::PageId;
use super::taxonomy::Taxonomy;
use super::tree::Tree;

/// The pages that each topic gathers: those it names, then those with its tags, newest first.
pub fn topics(
    tree: &Tree,
    items: &[Vec<PageId>],
    tags: &Taxonomy,
    finder: &Finder<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> HashMap<PageId, Vec<PageId>> {
    let mut topics = HashMap::new();
    for id in tree.ids() {
        let page = tree.node(id);
        let Details::Topic(topic) = &page.summary.meta.details else { continue };
        let mut gathered = Vec::new();
        for named in &topic.pages {
            match finder.document(&page.summary.path, &named.target) {
                Some(target) => gathered.push(target),
                None if finder.is_hidden_from(&page.summary.path, &named.target) => {}
                None => {
                    let missing = Diagnostic::new(Code::RefMissing, named.place.clone());
                    let near = finder.near_page(&page.summary.path, &named.target);
                    diagnostics.push(missing.arg("key", "pages").arg("target", &named.target).near(near.as_deref()));
                }
            }
        }
        let mut tagged: Vec<PageId> = topic.collect_tags.iter().flat_map(|tag| tags.pages_of(tag)).copied().collect();
        sort(tree, &mut tagged, Sort::Date);
        // What the section holds itself comes last: a topic may be a folder of its own pages.
        gathered.extend(tagged);
        gathered.extend(&items[id as usize]);
        let mut seen = HashSet::new();
        gathered.retain(|item| *item != id && seen.insert(*item));
        topics.insert(id, gathered);
    }
    topics
}
