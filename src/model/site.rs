//! The model: all pages of a site, joined.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::parse::glossary::Term;
use crate::parse::{Kind, Summary};

use super::hidden::{HeldBack, Hidden, why};
use super::order::Documents;
use super::page::{ColumnEntry, FileEntry, Page, PageId};
use super::taxonomy::{Taxonomy, Years};

/// All pages of a site, joined. A copy costs little: the parts are shared.
#[derive(Debug, Clone)]
pub struct Site {
    /// Published pages and sections, sorted by content path.
    pub pages: Vec<Arc<Page>>,
    /// The day the site is built for.
    pub date: Date,
    /// How many pages are not published.
    pub held_back: HeldBack,
    /// The folders that these lie in.
    pub held_in: Arc<BTreeSet<String>>,
    /// Whether it takes in pages that are not to be published.
    pub shows_unpublished: bool,
    /// Tags.
    pub tags: Arc<Taxonomy>,
    /// Categories.
    pub categories: Arc<Taxonomy>,
    /// Years of dated pages.
    pub years: Arc<Years>,
    /// Glossary, each with the page it links to.
    pub terms: Arc<Vec<(Term, Option<PageId>)>>,
    /// Content files and static files that pages may point at.
    pub files: Arc<Vec<FileEntry>>,
    /// First-level columns: title, page, icon.
    pub columns: Arc<Vec<ColumnEntry>>,
    /// Pages by content path.
    pub(super) by_path: Arc<HashMap<String, PageId>>,
    /// Section pages by folder.
    pub(super) by_folder: Arc<HashMap<String, PageId>>,
    /// Pages of each kind, in the order of their paths.
    pub(super) by_kind: Arc<HashMap<Kind, Vec<PageId>>>,
    /// Pages of each branch, in the order of their paths.
    pub(super) by_branch: Arc<HashMap<PageId, Vec<PageId>>>,
}

impl Site {
    /// The page with this id.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id as usize]
    }

    /// The page made of this content path, or the section of this folder.
    pub fn find(&self, path: &str) -> Option<PageId> {
        let path = path.trim_matches('/');
        self.by_path.get(path).or_else(|| self.by_folder.get(path)).copied()
    }

    /// The home page.
    pub fn home(&self) -> PageId {
        self.by_folder[""]
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = PageId> + use<> {
        0..u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    /// The sections above a page, from the first level down.
    pub fn ancestors(&self, id: PageId) -> Vec<PageId> {
        let mut above = Vec::new();
        let mut at = self.page(id).parent;
        while let Some(section) = at {
            at = self.page(section).parent;
            if at.is_some() {
                above.push(section);
            }
        }
        above.reverse();
        above
    }

    /// The first-level section that a page stands in or is; `None` for pages of the root.
    pub fn column_of(&self, id: PageId) -> Option<PageId> {
        match self.ancestors(id).first() {
            Some(first) => Some(*first),
            None => (self.page(id).is_section() && self.page(id).parent.is_some()).then_some(id),
        }
    }

    /// Why a page would not be published, where drafts are shown: by what it says itself, or a section above it.
    pub fn unpublished(&self, id: PageId) -> Option<Hidden> {
        let page = self.page(id);
        let above = || self.ancestors(id).into_iter().find_map(|section| why(&self.page(section).summary, self.date));
        why(&page.summary, self.date).or_else(above)
    }
}

impl Documents for Site {
    fn summary(&self, id: PageId) -> &Summary {
        &self.page(id).summary
    }

    fn day(&self) -> Date {
        self.date
    }
}
