//! What the preview asks for: files of the site, by address.

use std::sync::Arc;

use crate::ground::Stamp;

/// Addresses that belong to the preview and not to the site.
pub const OWN: &str = "__studyhall";

/// Where files come from.
pub trait Source: Send + Sync + 'static {
    /// The file at an address from the root of the site. May take a while: it is asked from a thread of its own.
    fn file(&self, url: &str) -> Reply;
}

/// What a source has at an address.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Whether it is there.
    pub status: Status,
    /// What it holds; of a missing file, the page that says so.
    pub bytes: Arc<[u8]>,
    /// Stamp of that.
    pub stamp: Stamp,
}

/// Whether a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Found,
    /// It is not.
    Missing,
    /// It cannot be made; the live messages say why.
    Broken,
}
