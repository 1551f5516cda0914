//! To which branch a page belongs.

use std::collections::HashMap;

use crate::ground::{Code, Diagnostic};
use crate::parse::Kind;
use crate::parse::meta::Details;

use super::finder::Finder;
use super::page::PageId;
use super::tree::Tree;

/// The branch of each page: the folder it lies in, or the one its front matter names.
pub fn branches(tree: &Tree, finder: &Finder<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Option<PageId>> {
    let all: Vec<PageId> = tree.ids().filter(|id| tree.node(*id).kind() == Kind::Branch).collect();
    // By their titles and short names; of two with one name the first is meant.
    let mut by_title: HashMap<&str, PageId> = HashMap::new();
    for branch in &all {
        let summary = &tree.node(*branch).summary;
        by_title.entry(&summary.title).or_insert(*branch);
        if let Details::Branch(profile) = &summary.meta.details
            && !profile.short.is_empty()
        {
            by_title.entry(&profile.short).or_insert(*branch);
        }
    }
    let mut belongs = vec![None; tree.nodes.len()];
    for id in tree.ids() {
        let page = tree.node(id);
        let named = match &page.summary.meta.details {
            Details::News(news) => news.branch.as_ref(),
            _ => None,
        };
        if let Some((named, place)) = named {
            let hit = tree.find(named).or_else(|| finder.document(&page.summary.path, named));
            let hit = hit.filter(|id| tree.node(*id).kind() == Kind::Branch);
            match hit.or_else(|| by_title.get(named.as_str()).copied()) {
                Some(branch) => belongs[id as usize] = Some(branch),
                None => {
                    let known = all.iter().filter_map(|id| tree.node(*id).folder.as_deref());
                    let near = finder.near(named, known);
                    diagnostics.push(Diagnostic::new(Code::BranchMissing, place.clone()).arg("branch", named).near(near));
                }
            }
            continue;
        }
        let mut above = page.parent;
        while let Some(section) = above {
            if tree.node(section).kind() == Kind::Branch {
                belongs[id as usize] = Some(section);
                break;
            }
            above = tree.node(section).parent;
        }
    }
    belongs
}
