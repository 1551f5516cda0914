//! What templates may ask ([`super::select`] answers).
//!
//! An answer is a list of pages; whoever renders records its stamp, so that the page is rendered again only when the
//! answer changes.

use serde::{Deserialize, Serialize};

use crate::parse::Kind;
use crate::parse::meta::{Sort, Status};

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
