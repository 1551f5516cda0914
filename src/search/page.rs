//! What the index is made of.

use crate::ground::Stamp;

/// A page as search sees it, but for its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexedPage {
    /// Changes whenever anything else here or the text does.
    pub key: Stamp,
    /// Address from the root of the output.
    pub url: String,
    /// Title.
    pub title: String,
    /// Key of its kind: `policy`.
    pub kind: String,
    /// Name of its kind: `文件`.
    pub kind_name: String,
    /// Date as `2026-03-05`, or empty.
    pub date: String,
    /// Whether a newer page of this kind is worth more than an older one.
    pub newer_first: bool,
    /// What its branch is known by, or empty.
    pub branch_key: String,
    /// Name of its branch, or empty.
    pub branch: String,
    /// Year, 0 without one.
    pub year: u16,
    /// Only of a policy: `in-force` and its like.
    pub status_key: String,
    /// Only of a policy: `现行有效` and its like.
    pub status: String,
    /// A short fact for the list: number of a document, course of a lesson. Found like text.
    pub facts: String,
    /// Words that lead here and that its page does not show.
    pub keywords: Vec<String>,
    /// The headings of its text: found by their sound.
    pub headings: Vec<String>,
}

/// The text below one heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexedSection {
    /// Anchor of the heading, or empty.
    pub anchor: String,
    /// The heading, or empty.
    pub heading: String,
    /// The text; blocks parted by line feeds.
    pub text: String,
}

/// Gives the text of a page by its place in the list.
pub type Sections<'a, E> = dyn Fn(usize) -> Result<Vec<IndexedSection>, E> + Sync + 'a;

/// What the index is made of.
pub struct IndexInput<'a, E> {
    /// The pages in the order of the site: of two that are worth the same the first comes first, and neighbours share
    /// files.
    pub pages: &'a [IndexedPage],
    /// Terms and their other names.
    pub glossary: &'a [String],
    /// Their texts; asked only for those that changed.
    pub sections: &'a Sections<'a, E>,
}
