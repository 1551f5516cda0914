//! The pages that a query asks for.

use crate::ground::path::{name, parent};
use crate::parse::Kind;
use crate::parse::kind::is_index;
use crate::parse::meta::Sort;

use super::order::sort;
use super::page::{Page, PageId};
use super::query::Filter;
use super::site::Site;

impl Site {
    /// All pages of a kind, in the order of their paths.
    pub fn of_kind(&self, kind: Kind) -> &[PageId] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// All pages of a branch, in the order of their paths.
    pub fn of_branch(&self, branch: PageId) -> &[PageId] {
        self.by_branch.get(&branch).map_or(&[], Vec::as_slice)
    }

    /// The lessons of a course, in order.
    pub fn lessons(&self, course: PageId) -> impl Iterator<Item = PageId> + '_ {
        self.page(course).items.iter().copied().filter(|id| self.page(*id).kind() == Kind::Lesson)
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
            let meta = &page.summary.meta;
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
            sort(self, &mut ids, filter.sort.unwrap_or(Sort::Date));
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
        page.is_section() && page.items.is_empty() && page.summary.words == 0 && page.children.iter().all(|child| self.is_empty(*child))
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
        sort(self, &mut ids, Sort::Weight);
        ids.truncate(limit.map_or(usize::MAX, |limit| limit as usize));
        ids
    }

    /// Branches by weight, then path.
    pub fn branches(&self, limit: Option<u32>) -> Vec<PageId> {
        let mut ids = self.of_kind(Kind::Branch).to_vec();
        sort(self, &mut ids, Sort::Weight);
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
    if is_index(name(path)) { parent(path) } else { path }
}

fn meta_path(page: &Page) -> &str {
    &page.summary.path
}
