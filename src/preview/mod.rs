//! Serves a site while it is being written: pages as they are now, a message whenever they change.
//!
//! Owns the addresses, who may ask, what is added to a page on its way, and the live messages. What the files are it asks
//! its [`Source`]; nothing is looked up on disk, so no address leads out of the site. Start at [`Server::start`]; pages of the program
//! itself, which may change something, are served by [`ApplicationServer`].

#![expect(clippy::disallowed_methods, reason = "a server listens on a port, on a thread of its own")]

mod address;
mod answer;
mod application;
mod guard;
mod http;
mod hub;
mod inject;
mod neighbour;
mod server;
mod source;

pub use address::{Address, qr};
pub use application::{AppReply, AppRequest, Application, ApplicationServer};
pub use hub::{Hub, Note};
pub use server::{Server, Settings};
pub use source::{Reply, Source, Status};
