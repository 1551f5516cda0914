//! A page to make: where it goes, with which template, what it shows.

use crate::ground::routes;
use crate::model::{PageId, Site, Taxonomy};

/// One page to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageJob {
    /// Where it goes.
    pub url: String,
    /// With which template.
    pub template: String,
    /// What it shows.
    pub subject: Subject,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A page or section; of a long list, part `number` (from 1).
    Page(PageId, u32),
    /// All tags or categories.
    Taxonomy(Which),
    /// One tag or category: index, part of the list.
    Term(Which, usize, u32),
    /// All years.
    Archive,
    /// One year: index, part of the list.
    Year(usize, u32),
    /// All columns.
    Map,
    /// The search page.
    Search,
    /// The reader's own page: what the phone remembers.
    Study,
    /// Questions out of the bank.
    Practice,
    /// What a host shows for a missing page.
    NotFound,
    /// An old address: where it leads.
    Alias(PageId),
    /// A whole course on one page, to print.
    Booklet(PageId),
    /// The same as one file that needs no other.
    Single(PageId),
    /// A sheet to hang up, with the code of a lesson's address.
    Poster(PageId),
}

impl PageJob {
    /// Whether the page is to be opened alone, without the other files of the site.
    pub fn is_alone(&self) -> bool {
        matches!(self.subject, Subject::Single(_))
    }
}

/// Tags or categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// 标签
    Tags,
    /// 分类
    Categories,
}

impl Which {
    /// Its folder in the output.
    pub fn folder(self) -> &'static str {
        match self {
            Which::Tags => routes::TAGS,
            Which::Categories => routes::CATEGORIES,
        }
    }

    /// Where all of them are listed.
    pub fn url(self) -> String {
        routes::taxonomy(self.folder())
    }

    /// Where one of them is.
    pub fn term_url(self, slug: &str) -> String {
        routes::term(self.folder(), slug)
    }

    /// The taxonomy.
    pub fn of(self, site: &Site) -> &Taxonomy {
        match self {
            Which::Tags => &site.tags,
            Which::Categories => &site.categories,
        }
    }
}
