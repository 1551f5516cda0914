//! A built site onto the host that the school has: changed files only, never half a site.
//!
//! Start at [`fn@run`]; [`store`] is the seam between publishing and the protocols of [`wire`], [`record`] is what stands on
//! the target beside the site, [`home`] is what this machine remembers.
#![allow(clippy::disallowed_methods, reason = "this module is the way to the host: disk, network and clock")]

pub mod body;
mod budget;
mod crew;
pub mod foreign;
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
pub mod secret_filter;
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

/// A file that the settings name, which may be any: one that is no plain file, or has no end, is an error.
fn read_plain(path: &std::path::Path, limit: u64) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let what = |what| crate::ground::Obstacle::error(path.to_path_buf(), what);
    if !std::fs::metadata(path)?.is_file() {
        return Err(what(crate::ground::Thing::Special));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(what(crate::ground::Thing::TooLarge)) } else { Ok(bytes) }
}
