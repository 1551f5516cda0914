//! A page of the model, and what it may hold, as plain data.

use std::sync::Arc;

use crate::parse::meta::Status;
use crate::parse::{Kind, Summary};

/// Index of a page in [`super::Site::pages`].
pub type PageId = u32;

/// A page in its place.
#[derive(Debug, Clone)]
pub struct Page {
    /// What its file says.
    pub summary: Arc<Summary>,
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
    /// Where each of its links leads, in the order of [`Summary::links`].
    pub links: Vec<Resolved>,
    /// Where each of its files named in front matter lies, in the order of [`super::files::front_files`].
    pub files: Vec<Option<u32>>,
    /// Documents that a lesson refers to.
    pub references: Vec<Relation>,
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
        self.summary.meta.kind
    }
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Resolved {
    /// To a page, and an anchor on it.
    Page(PageId, Option<String>),
    /// To an anchor on the same page.
    Here(String),
    /// To a file: index in [`super::Site::files`].
    File(u32),
    /// To another site, as written.
    Outside,
    /// Nowhere; it was reported.
    Nowhere,
}

/// A document that another names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Relation {
    /// Its page, when it is on this site.
    pub page: Option<PageId>,
    /// Its title, when it is not.
    pub title: String,
    /// Its number, when it is not.
    pub doc_no: String,
    /// Which articles are meant.
    pub articles: String,
}

/// Relations and status of a policy.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the relations of docs/themes.md, word for word")]
pub struct PolicyState {
    pub status: Option<Status>,
    pub supersedes: Vec<Relation>,
    pub superseded_by: Vec<Relation>,
    pub amends: Vec<Relation>,
    pub amended_by: Vec<Relation>,
    pub based_on: Vec<Relation>,
    pub basis_of: Vec<Relation>,
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

/// A file that pages may point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path from the content root, or from `static/`.
    pub path: String,
    /// Whether it lies in `static/`: published under its own path, used or not.
    pub is_static: bool,
    /// Bytes.
    pub size: u64,
    /// Path in the output.
    pub url: String,
}
