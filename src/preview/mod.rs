//! Serves a site while it is being written: pages as they are now, a message whenever they change.
//!
//! Owns the addresses, who may ask, what is added to a page on its way, and the live messages. What the files are it asks
//! its [`Source`]; nothing is looked up on disk, so no address leads out of the site. Start at [`Server::start`].

#![expect(clippy::disallowed_methods, reason = "a server listens on a port, on a thread of its own")]

mod address;
mod answer;
mod guard;
mod hub;
mod inject;
mod neighbour;
mod server;

use std::sync::Arc;

use crate::ground::Stamp;

pub use address::{Address, qr};
pub use hub::{Hub, Note};
pub use server::{Server, Settings};

/// Addresses that belong to the preview and not to the site.
const OWN: &str = "__studyhall";

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
    /// Words to lay over the page: it is not published yet.
    pub watermark: Option<String>,
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
