//! Joins the documents: sections, order, courses, branches, taxonomies, relations of policies, links.
//!
//! Built anew for every build from the documents' summaries, which is a matter of milliseconds; nothing in it is changed
//! later. Start at [`fn@build`]: [`tree`] gives every page its place and address, [`finder`] finds what authors write, each
//! other file works out one part, and one constructor makes a [`Site`] of the parts.

mod arrangement;
mod branches;
mod build;
mod columns;
mod doc_no;
pub mod files;
pub mod finder;
mod glossary;
mod hidden;
mod links;
pub mod order;
mod page;
mod policy;
mod query;
pub mod replace;
mod select;
mod site;
mod taxonomy;
mod topics;
pub mod tree;

pub use build::{Input, build};
pub use hidden::{HeldBack, Hidden, Unpublished};
pub use page::{ColumnEntry, FileEntry, Page, PageId, PolicyState, Relation, Resolved};
pub use query::{Filter, Query};
pub use site::Site;
pub use taxonomy::{Taxonomies, Taxonomy, TaxonomyTerm, Years};
