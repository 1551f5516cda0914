//! A built site onto the host that the school has: changed files only, never half a site.
//!
//! Start at [`fn@run`]; [`store`] is the seam between publishing and the protocols of [`wire`], [`record`] is what stands on
//! the target beside the site, [`local_state`] is what this machine remembers.
#![allow(clippy::disallowed_methods, reason = "this module is the way to the host: disk, network and clock")]

pub mod body;
mod budget;
mod connection_pool;
pub mod foreign;
pub mod local_state;
mod lock;
#[cfg(test)]
mod memory;
mod order;
mod plain_file;
pub mod plan;
pub mod probe;
pub mod proof;
mod publish_error;
pub mod record;
mod remote_scan;
mod run;
pub mod secret_filter;
pub mod store;
pub mod store_error;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod web;
mod web_tls;
pub mod wire;
pub mod zip;

pub use connection_pool::RetryPolicy;
pub use publish_error::PublishError;
pub use remote_scan::RecordState;
pub use run::{PublishJob, PublishOptions, PublishOutcome, UploadProgress, run};
