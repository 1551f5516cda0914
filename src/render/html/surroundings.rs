//! What the HTML of a text depends on besides the text.

use crate::render::glossary::Glossary;

/// What a text's HTML depends on besides the text.
pub trait Surroundings {
    /// The address of a link into the site, or of a file; `None` when it leads nowhere.
    fn address(&self, link: u32) -> Option<String>;

    /// Writes a picture.
    fn picture(&self, link: u32, in_gallery: bool, out: &mut String);

    /// The type and size of the file that a link leads to.
    fn file(&self, link: u32) -> Option<(String, String)>;

    /// How many minutes it takes to read the section of a heading, where that is told.
    fn minutes(&self, heading: &str) -> Option<u32>;

    /// The terms that are linked in running text.
    fn glossary(&self) -> Option<&Glossary>;

    /// What marks a term: what stands before it and behind it. `None` where it is not linked.
    fn term(&self, term: usize) -> Option<(String, &'static str)>;
}

/// A text among others on one page.
#[derive(Debug, Clone, Default)]
pub struct Chapter {
    /// What stands before each of its anchors.
    pub prefix: String,
    /// Whether its headings are one level lower.
    pub is_lower: bool,
}
