//! Turns each file into a typed document, by itself: front matter, Markdown, code.
//!
//! Never fails and never looks at another page: what is wrong becomes a diagnostic, what depends on others stays a
//! reference. Start at [`document::parse`].

pub mod code;
pub mod document;
pub mod front;
pub mod glossary;
pub mod kind;
pub mod markdown;
pub mod meta;
pub mod redirects;
mod unread_front;

pub use document::{Document, Summary};
pub use kind::Kind;
pub use meta::Meta;
