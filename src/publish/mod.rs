//! A built site onto the host that the school has: changed files only, never half a site.
//!
//! Start at [`fn@run`]; [`store`] is the seam between publishing and the protocols of [`wire`], [`record`] is what stands on
//! the target beside the site, [`home`] is what this machine remembers.
#![allow(clippy::disallowed_methods, reason = "this module is the way to the host: disk, network and clock")]

pub mod body;
mod budget;
mod crew;
pub mod home;
mod lock;
#[cfg(test)]
mod memory;
mod order;
pub mod plan;
pub mod probe;
pub mod proof;
pub mod record;
mod run;
pub mod store;
mod survey;
#[cfg(test)]
mod tests;
pub mod tls;
mod trouble;
pub mod web;
mod web_tls;
pub mod wire;
pub mod zip;

pub use crew::Patience;
pub use run::{Job, Options, Outcome, Progress, run};
pub use survey::Trust;
pub use trouble::Trouble;
