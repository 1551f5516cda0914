//! The search index: words → `.js` files that a phone reads one by one.
//!
//! Owns the shape of the index (`docs/formats.md`) and the one definition of a term ([`fold`]). Never touches disk or
//! theme. Start at [`index`]: pages go in, files come out, and a [`State`] from which the next index is made by what
//! changed. That gives the same files as making it anew.

pub mod bits;
pub mod blocks;
pub mod coder;
pub mod fold;
mod gather;
pub mod lists;
pub mod manifest;
pub mod pack;
mod patch;
pub mod pinyin;
mod radix;
pub mod read;
pub mod state;
pub mod suggest;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod texts;
mod update;

use crate::ground::Stamp;
use crate::ground::text::ascii;

pub use state::{Known, State};
pub use update::index;

/// Number of the index's format; the script refuses another. See `docs/formats.md`.
pub const FORMAT: u32 = 7;

/// How many stamps there are for a file in the manifest: a phone that holds an old one notices.
pub const STAMPS: u32 = 1 << 10;

/// A page as search sees it, but for its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
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
pub struct Section {
    /// Anchor of the heading, or empty.
    pub anchor: String,
    /// The heading, or empty.
    pub heading: String,
    /// The text; blocks parted by line feeds.
    pub text: String,
}

/// Gives the text of a page by its place in the list.
pub type Sections<'a, E> = dyn Fn(usize) -> Result<Vec<Section>, E> + Sync + 'a;

/// What the index is made of.
pub struct Site<'a, E> {
    /// The pages in the order of the site: of two that are worth the same the first comes first, and neighbours share
    /// files.
    pub pages: &'a [Page],
    /// Terms and their other names.
    pub glossary: &'a [String],
    /// Their texts; asked only for those that changed.
    pub sections: &'a Sections<'a, E>,
}

/// Keeps the files of the index from one time to the next, by their stamp. What is lost is made anew.
pub trait Memory: Sync {
    /// The bytes of a file.
    fn get(&self, file: &Known) -> Option<Vec<u8>>;
    /// Keeps a file.
    fn put(&self, stamp: Stamp, bytes: &[u8]);
    /// Whether a file is kept; it is wanted for longer.
    fn holds(&self, file: &Known) -> bool;
}

/// Remembers nothing.
pub struct Forgetful;

impl Memory for Forgetful {
    fn get(&self, _file: &Known) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _stamp: Stamp, _bytes: &[u8]) {}

    fn holds(&self, _file: &Known) -> bool {
        false
    }
}

/// Takes a file of the index, which may stand there already. The bytes are made when they are asked for; `None` when they
/// were lost, to which the answer is `Ok(false)`.
pub type Take<'a, E> = dyn Fn(&Known, &dyn Fn() -> Option<Vec<u8>>) -> Result<bool, E> + Sync + 'a;

/// Text for a string of a script.
fn quoted(text: &str) -> String {
    ascii(&text.replace('\u{7f}', " ").replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text without the characters that part things in the index.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c < ' ' { ' ' } else { c }).collect()
}
