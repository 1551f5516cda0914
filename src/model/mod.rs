//! Joins the documents: sections, order, courses, branches, taxonomies, relations of policies, links.
//!
//! Built anew for every build from the documents' heads, which is a matter of milliseconds; nothing in it is changed
//! later. Start at [`build`].

pub mod links;
pub mod order;
pub mod policy;
pub mod query;
pub mod replace;
pub mod taxonomy;
pub mod tree;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::ground::Diagnostic;
use crate::parse::glossary::Term;
use crate::parse::{Head, Kind};

pub use links::{FileEntry, Resolved};
pub use policy::PolicyState;
pub use query::{Filter, Query};
pub use taxonomy::{Taxonomy, Years};
pub use tree::Hidden;

/// Index of a page in [`Site::pages`].
pub type PageId = u32;

/// All pages of a site, joined. A copy costs little: the parts are shared.
#[derive(Debug, Clone)]
pub struct Site {
    /// Published pages and sections, sorted by content path.
    pub pages: Vec<Arc<Page>>,
    /// The day the site is built for.
    pub date: Date,
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
    by_path: Arc<HashMap<String, PageId>>,
    by_folder: Arc<HashMap<String, PageId>>,
    by_kind: Arc<HashMap<Kind, Vec<PageId>>>,
    by_branch: Arc<HashMap<PageId, Vec<PageId>>>,
}

/// A first-level column, resolved.
#[derive(Debug, Clone)]
pub struct ColumnEntry {
    /// Title for the navigation.
    pub title: String,
    /// Where it leads.
    pub page: PageId,
    /// Icon of the theme.
    pub icon: String,
    /// Kind of the pages below.
    pub kind: Kind,
}

/// A page in its place.
#[derive(Debug, Clone)]
pub struct Page {
    /// What its file says.
    pub head: Arc<Head>,
    /// Path in the output.
    pub url: String,
    /// Folder it describes, if it is a section.
    pub folder: Option<String>,
    /// Whether a file stands behind it; a folder without `_index.md` is a section all the same.
    pub is_real: bool,
    /// The section it stands in; `None` for the home page.
    pub parent: Option<PageId>,
    /// Sections below, in order.
    pub children: Vec<PageId>,
    /// Pages of this section or topic, in order.
    pub items: Vec<PageId>,
    /// The page before it in its section.
    pub prev: Option<PageId>,
    /// The page after it.
    pub next: Option<PageId>,
    /// The branch it belongs to.
    pub branch: Option<PageId>,
    /// Its place in its course, from 1; 0 outside a course.
    pub number: u32,
    /// Where each of its links leads, in the order of [`Head::links`].
    pub links: Vec<Resolved>,
    /// Where each of its files named in front matter lies, in the order of [`links::front_files`].
    pub files: Vec<Option<u32>>,
    /// Documents that a lesson refers to.
    pub references: Vec<policy::Relation>,
    /// Pages that link here.
    pub cited_by: Vec<PageId>,
    /// Only of a policy: its relations and status.
    pub policy: Option<Box<PolicyState>>,
}

impl Page {
    /// Whether it is a section.
    pub fn is_section(&self) -> bool {
        self.folder.is_some()
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.head.meta.kind
    }
}

/// What a model is made of.
pub struct Input<'a> {
    /// The documents, sorted by path.
    pub heads: Vec<Arc<Head>>,
    /// Files that pages may point at.
    pub files: Vec<FileEntry>,
    /// The glossary and its path from the site folder.
    pub terms: Vec<Term>,
    /// Settings.
    pub config: &'a Config,
    /// The day to build for.
    pub date: Date,
    /// Whether drafts and pages out of their time are taken in.
    pub drafts: bool,
    /// Paths of generated pages, which no content page may take.
    pub reserved: &'a [&'a str],
}

/// Joins the documents. Everything that is wrong between them is reported; the model is whole all the same.
pub fn build(input: Input<'_>) -> (Site, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let grown = tree::grow(&input, &mut found);
    let mut files = input.files;
    links::name_files(&mut files, &grown.pages);
    let mut site = Site {
        pages: grown.pages.into_iter().map(Arc::new).collect(),
        date: input.date,
        tags: Arc::default(),
        categories: Arc::default(),
        years: Arc::default(),
        terms: Arc::default(),
        files: Arc::new(files),
        columns: Arc::default(),
        by_path: Arc::new(grown.by_path),
        by_folder: Arc::new(grown.by_folder),
        by_kind: Arc::default(),
        by_branch: Arc::default(),
    };
    let hidden = grown.hidden;
    order::arrange(&mut site);
    taxonomy::gather(&mut site);
    let finder = links::Finder::new(&site, &hidden);
    let joined = links::join_links(&site, &finder, &mut found);
    let branches = links::branches(&site, &finder, &mut found);
    let relations = policy::relate(&site, &finder, &mut found);
    let topics = order::topics(&site, &finder, &mut found);
    let terms = links::terms(&finder, input.terms, &mut found);
    let columns = tree::columns(&site, &finder, input.config, &mut found);
    site.terms = Arc::new(terms);
    site.columns = Arc::new(columns);
    links::settle(&mut site, joined);
    policy::settle(&mut site, relations);
    for (page, branch) in branches {
        site.page_mut(page).branch = Some(branch);
    }
    for (page, items) in topics {
        site.page_mut(page).items = items;
    }
    query::index(&mut site);
    (site, found)
}

impl Site {
    /// The page with this id.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id as usize]
    }

    /// The page with this id, while the model is being put together.
    fn page_mut(&mut self, id: PageId) -> &mut Page {
        Arc::get_mut(&mut self.pages[id as usize]).expect("nobody else holds a page before the model is whole")
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
}
