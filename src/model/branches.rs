//! To which branch a page belongs.

use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic};
use crate::parse::Kind;
use crate::parse::meta::Details;

use super::finder::Finder;
use super::page::PageId;
use super::tree::Tree;

/// The branch of each page: the folder it lies in, or the one its front matter names.
pub fn branches(tree: &Tree, finder: &Finder<'_>, found: &mut Vec<Diagnostic>) -> Vec<Option<PageId>> {
    let all: Vec<PageId> = tree.ids().filter(|id| tree.node(*id).kind() == Kind::Branch).collect();
    let mut belongs = vec![None; tree.nodes.len()];
    for id in tree.ids() {
        let page = tree.node(id);
        let named = match &page.head.meta.details {
            Details::News(news) => news.branch.as_ref(),
            _ => None,
        };
        if let Some((named, place)) = named {
            let by_title = |branch: &&PageId| {
                let head = &tree.node(**branch).head;
                let short = if let Details::Branch(profile) = &head.meta.details { profile.short.as_str() } else { "" };
                head.title == *named || (!short.is_empty() && short == named)
            };
            let hit = tree.find(named).or_else(|| finder.document(&page.head.path, named)).filter(|id| all.contains(id));
            match hit.or_else(|| all.iter().find(by_title).copied()) {
                Some(branch) => belongs[id as usize] = Some(branch),
                None => {
                    let known = all.iter().filter_map(|id| tree.node(*id).folder.as_deref());
                    let near = nearest(named, known);
                    found.push(Diagnostic::new(Code::BranchMissing, place.clone()).arg("branch", named).near(near));
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
