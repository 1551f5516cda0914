//! What the HTML of a text depends on besides the text.

use crate::render::glossary::Glossary;

/// What a text's HTML depends on besides the text.
pub trait Surroundings {
    /// The address of a link into the site, or of a file; `None` when it leads nowhere.
    fn address(&self, link: u32) -> Option<String>;

    /// The picture that a link names.
    fn picture(&self, link: u32) -> PictureView;

    /// The type and size of the file that a link leads to.
    fn file(&self, link: u32) -> Option<(String, String)>;

    /// How many minutes it takes to read the section of a heading, where that is told.
    fn minutes(&self, heading: &str) -> Option<u32>;

    /// The terms that are linked in running text.
    fn glossary(&self) -> Option<&Glossary>;

    /// What is shown of a term. `None` where it is not marked.
    fn term(&self, term: usize) -> Option<TermMark>;
}

/// What stands where a picture is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureView {
    /// The picture.
    There(PictureFile),
    /// The words that describe it: no such file is known.
    Missing,
    /// Nothing: it is shown on another page.
    Elsewhere,
}

/// A picture's files. An empty text says that there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureFile {
    /// The address of the largest rendition.
    pub src: String,
    /// All renditions, as `srcset` lists them.
    pub srcset: String,
    /// Width and height of the largest, where they are known.
    pub size: Option<(u32, u32)>,
    /// The address of the picture as it was.
    pub original: String,
}

/// A term of the glossary in running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermMark {
    /// What it means.
    pub title: String,
    /// The address of the page that explains it.
    pub href: Option<String>,
}

/// A text among others on one page.
#[derive(Debug, Clone, Default)]
pub struct Chapter {
    /// What stands before each of its anchors.
    pub prefix: String,
    /// Whether its headings are one level lower.
    pub is_lower: bool,
}
