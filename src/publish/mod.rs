//! A built site onto the host that the school has: changed files only, never half a site.
//!
//! Start at [`store`], the seam between publishing and the protocols of [`wire`].
#![allow(clippy::disallowed_methods, reason = "this module is the way to the host: disk, network and clock")]

pub mod store;
pub mod wire;
