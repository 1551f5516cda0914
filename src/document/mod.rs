//! What a text says: a tree of blocks and inlines, each with its place in the source.
//!
//! `parse` makes it; HTML, search text, outline, questions, booklets are walks over it. It knows nothing of other pages
//! (a link is the index of an entry in the page's list of links) and nothing of themes. How deep it is, the parser
//! bounds, so that a walk may recurse. Start at [`DocumentTree`].

pub mod entity;
pub mod identity;
pub mod link;
pub mod markdown;
mod quiz;
mod relink;
pub mod text;
pub mod tree;
pub mod walk;

pub use link::{Link, LinkKind};
pub use text::{Heading, Passage};
pub use tree::{
    Alert, Alignment, AttributeValue, Block, BlockKind, BoxBlock, BoxKind, DefinitionPart, DocumentTree, Element, Figure, FootnoteBody,
    Formula, HeadingBlock, Inline, InlineKind, ListItem, Quiz, QuizKind, QuizOption, QuizSource, SourceRange, TextLink, TrustedTag,
};
