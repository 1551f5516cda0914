//! What a page's Markdown says.

use crate::document::{DocumentTree, Heading, Link, Passage};

/// What a page's Markdown says.
#[derive(Debug, Default)]
pub struct Content {
    /// The text.
    pub tree: DocumentTree,
    /// The headings in their order (level 1 included when it is not the page's title).
    pub outline: Vec<Heading>,
    /// The text without marks, one stretch per heading.
    pub passages: Vec<Passage>,
    /// What links, pictures, players and attachments point at, in their order. The tree names them by index.
    pub links: Vec<Link>,
    /// Anchors other than those of the outline: `<a id>`, footnotes, quizzes, and the title's (it leads to the top).
    pub anchors: Vec<String>,
    /// The first level-1 heading when it opens the page and says what the title says, or there is no other: it is taken
    /// out of the tree and serves as the title.
    pub title: Option<String>,
}
