//! What templates may ask, and the answers.
//!
//! An answer is a list of pages; whoever renders records its stamp, so that the page is rendered again only when the
//! answer changes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::parse::Kind;
use crate::parse::meta::{Sort, Status};

use super::{PageId, Site, order};

/// A question of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Query {
    /// Pages that fit a filter.
    Pages(Filter),
    /// How many fit.
    Count(Filter),
    /// One page by its content path.
    Page(String),
    /// Sections below a folder.
    Sections(String),
    /// Courses, of a branch or of all.
    Courses(Option<String>, Option<u32>),
    /// Branches.
    Branches(Option<u32>),
    /// All tags (`tags`) or categories.
    Taxonomy(String),
    /// Years of pages of some kinds below a folder.
    Years(Vec<Kind>, Option<String>),
    /// A glossary term.
    Term(String),
    /// Where a path lies in the output.
    Url(String),
    /// Where a style or script of the theme lies.
    Asset(String),
}

/// Which pages are meant, in which order, how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    /// Kinds; none for all but sections.
    pub kinds: Vec<Kind>,
    /// Folder of a branch.
    pub branch: Option<String>,
    /// Folder whose own pages are meant.
    pub section: Option<String>,
    /// Folder whose pages at any depth are meant.
    pub under: Option<String>,
    /// Tag.
    pub tag: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Year of the date.
    pub year: Option<i16>,
    /// Status of policies.
    pub status: Option<Status>,
    /// Order; newest first when nothing is said.
    pub sort: Option<Sort>,
    /// At most so many.
    pub limit: Option<u32>,
    /// Passing over so many.
    pub offset: Option<u32>,
}

/// Sorts pages by kind and branch, so that no query looks at all pages when it asks for few.
pub fn index(site: &mut Site) {
    let mut by_kind: std::collections::HashMap<Kind, Vec<PageId>> = std::collections::HashMap::new();
    let mut by_branch: std::collections::HashMap<PageId, Vec<PageId>> = std::collections::HashMap::new();
    for id in site.ids() {
        let page = site.page(id);
        by_kind.entry(page.kind()).or_default().push(id);
        if let Some(branch) = page.branch {
            by_branch.entry(branch).or_default().push(id);
        }
    }
    site.by_kind = Arc::new(by_kind);
    site.by_branch = Arc::new(by_branch);
}

impl Site {
    /// All pages of a kind, in the order of their paths.
    pub fn of_kind(&self, kind: Kind) -> &[PageId] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// All pages of a branch, in the order of their paths.
    pub fn of_branch(&self, branch: PageId) -> &[PageId] {
        self.by_branch.get(&branch).map_or(&[], Vec::as_slice)
    }

    /// The pages that fit a filter, in its order, before limit and offset.
    fn matching(&self, filter: &Filter) -> Vec<PageId> {
        let folder = |path: &Option<String>| path.as_ref().map(|path| folder_of(path).to_string());
        let (section, under, branch) = (folder(&filter.section), folder(&filter.under), folder(&filter.branch));
        let branch = match branch.map(|path| self.find(&path)) {
            Some(None) => return Vec::new(),
            Some(branch) => branch,
            None => None,
        };
        // The smallest list that is sure to hold all answers.
        let base: Vec<PageId> = if let Some(section) = &section {
            self.find(section).map(|id| self.page(id).items.clone()).unwrap_or_default()
        } else if let Some(tag) = &filter.tag {
            self.tags.pages_of(tag).to_vec()
        } else if let Some(category) = &filter.category {
            self.categories.pages_of(category).to_vec()
        } else if let Some(branch) = branch {
            self.by_branch.get(&branch).cloned().unwrap_or_default()
        } else if !filter.kinds.is_empty() {
            filter.kinds.iter().flat_map(|kind| self.of_kind(*kind)).copied().collect()
        } else {
            self.ids().collect()
        };
        let below = under.filter(|under| !under.is_empty()).map(|under| format!("{under}/"));
        let fits = |id: &PageId| {
            let page = self.page(*id);
            let meta = &page.head.meta;
            let kind_fits = if filter.kinds.is_empty() { !page.is_section() } else { filter.kinds.contains(&meta.kind) };
            kind_fits
                && (!page.is_section() || matches!(meta.kind, Kind::Course | Kind::Branch | Kind::Topic))
                && branch.is_none_or(|branch| page.branch == Some(branch))
                && below.as_ref().is_none_or(|below| meta_path(page).starts_with(below.as_str()))
                && filter.tag.as_ref().is_none_or(|tag| meta.tags.contains(tag))
                && filter.category.as_ref().is_none_or(|category| meta.categories.contains(category))
                && filter.year.is_none_or(|year| meta.date.is_some_and(|when| when.date.year() == year))
                && filter.status.is_none_or(|status| page.policy.as_ref().is_some_and(|policy| policy.status == Some(status)))
        };
        base.into_iter().filter(fits).collect()
    }

    /// The pages that a filter asks for.
    pub fn select(&self, filter: &Filter) -> Vec<PageId> {
        let mut ids = self.matching(filter);
        // A section's pages already stand in its own order.
        if filter.section.is_none() || filter.sort.is_some() {
            order::sort(self, &mut ids, filter.sort.unwrap_or(Sort::Date));
        }
        let skip = filter.offset.unwrap_or(0) as usize;
        let take = filter.limit.map_or(usize::MAX, |limit| limit as usize);
        ids.into_iter().skip(skip).take(take).collect()
    }

    /// How many pages fit a filter, whatever its limit.
    pub fn count(&self, filter: &Filter) -> usize {
        self.matching(filter).len()
    }

    /// Whether there is nothing to read in a section: no page, no text of its own, and no section that has any.
    pub fn is_empty(&self, section: PageId) -> bool {
        let page = self.page(section);
        page.is_section() && page.items.is_empty() && page.head.words == 0 && page.children.iter().all(|child| self.is_empty(*child))
    }

    /// The sections below a folder, in order.
    pub fn sections(&self, folder: &str) -> Vec<PageId> {
        self.find(folder).map(|id| self.page(id).children.clone()).unwrap_or_default()
    }

    /// Courses in the order of their sections, of one branch or of all.
    pub fn courses(&self, branch: Option<&str>, limit: Option<u32>) -> Vec<PageId> {
        let of_branch = branch.map(|path| self.find(path));
        let mut ids: Vec<PageId> = self
            .of_kind(Kind::Course)
            .iter()
            .copied()
            .filter(|id| of_branch.is_none_or(|branch| self.page(*id).branch == branch))
            .collect();
        order::sort(self, &mut ids, Sort::Weight);
        ids.truncate(limit.map_or(usize::MAX, |limit| limit as usize));
        ids
    }

    /// Branches by weight, then path.
    pub fn branches(&self, limit: Option<u32>) -> Vec<PageId> {
        let mut ids = self.of_kind(Kind::Branch).to_vec();
        order::sort(self, &mut ids, Sort::Weight);
        ids.truncate(limit.map_or(usize::MAX, |limit| limit as usize));
        ids
    }

    /// Years and how many dated pages of these kinds (none: all) below a folder each has.
    pub fn years_of(&self, kinds: &[Kind], under: Option<&str>) -> Vec<(i16, usize)> {
        let below = under.map(folder_of).filter(|under| !under.is_empty()).map(|under| format!("{under}/"));
        let fits = |id: &&PageId| {
            let page = self.page(**id);
            (kinds.is_empty() || kinds.contains(&page.kind()))
                && below.as_ref().is_none_or(|below| meta_path(page).starts_with(below.as_str()))
        };
        let counts = self.years.0.iter().map(|(year, ids)| (*year, ids.iter().filter(fits).count()));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// The folder that a template means: itself, or the path of its `_index.md`.
fn folder_of(path: &str) -> &str {
    let path = path.trim_matches('/');
    if crate::parse::kind::is_index(crate::ground::path::name(path)) { crate::ground::path::parent(path) } else { path }
}

fn meta_path(page: &super::Page) -> &str {
    &page.head.path
}
