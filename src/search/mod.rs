//! The search index: words → `.js` files that a phone reads one by one.
//!
//! An inverted index of bigrams and words. Owns its format (`docs/formats.md`) and the one definition of a term ([`fold`]). Never
//! touches disk or theme. Start at [`index`]: pages go in, files come out, and an [`IndexState`] from which the next index is built
//! incrementally, with the same files as a full build.

pub mod bits;
pub mod blocks;
mod builder;
mod class;
pub mod coder;
mod context;
pub mod fold;
mod followers;
mod format;
pub mod lz;
pub mod manifest;
mod page;
pub mod pinyin;
pub mod postings;
mod radix_sort;
pub mod read;
pub mod state;
mod store;
pub mod suggest;
pub mod term_files;
mod term_update;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod texts;

pub use builder::index;
pub use format::{FORMAT, STAMPS};
pub use page::{IndexInput, IndexedPage, IndexedSection, Sections};
pub use state::{IndexFile, IndexState};
pub use store::IndexStore;
