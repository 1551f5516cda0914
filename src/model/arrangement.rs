//! The order of the pages of every section, and who stands beside whom.

use crate::ground::path::join;
use crate::parse::Kind;
use crate::parse::meta::Sort;

use super::order::sort;
use super::page::PageId;
use super::tree::{Tree, TreeNode};

/// The pages of every section in order. All lists are by page.
#[derive(Debug)]
pub struct Arrangement {
    /// Pages of a section.
    pub items: Vec<Vec<PageId>>,
    /// Sections below a section.
    pub children: Vec<Vec<PageId>>,
    /// Where a page stands among its neighbours.
    pub places: Vec<InSection>,
}

/// The place of a page in its section.
#[derive(Debug, Clone, Copy, Default)]
pub struct InSection {
    /// The page before it.
    pub prev: Option<PageId>,
    /// The page after it.
    pub next: Option<PageId>,
    /// Its place in its course, from 1; 0 outside a course.
    pub number: u32,
}

/// Sorts every section, numbers lessons, and finds neighbours.
pub fn arrange(tree: &Tree) -> Arrangement {
    let mut arrangement = Arrangement { items: Vec::new(), children: Vec::new(), places: vec![InSection::default(); tree.nodes.len()] };
    for section in tree.ids() {
        let node = tree.node(section);
        let (mut items, mut children) = (node.items.clone(), node.children.clone());
        if node.is_section() {
            sort(tree, &mut items, section_sort(node));
            sort(tree, &mut children, Sort::Weight);
        }
        let is_course = node.kind() == Kind::Course;
        let mut number = 0;
        for (index, id) in items.iter().enumerate() {
            let is_lesson = is_course && tree.node(*id).kind() == Kind::Lesson;
            number += u32::from(is_lesson);
            arrangement.places[*id as usize] = InSection {
                prev: index.checked_sub(1).map(|before| items[before]),
                next: items.get(index + 1).copied(),
                number: if is_lesson { number } else { 0 },
            };
        }
        arrangement.items.push(items);
        arrangement.children.push(children);
    }
    arrangement
}

/// How a section sorts its pages: as it says itself, else by what they are.
fn section_sort(page: &TreeNode) -> Sort {
    let by_kind = || {
        let folder = page.folder.as_deref().unwrap_or_default();
        match Kind::of_path(&join(folder, "x.md")) {
            Kind::News | Kind::Notice | Kind::Policy => Sort::Date,
            _ => Sort::Weight,
        }
    };
    page.summary.meta.listing.sort.unwrap_or_else(by_kind)
}
