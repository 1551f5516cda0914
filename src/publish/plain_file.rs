//! Files that the settings name: keys and certificates.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::ground::{Obstacle, Thing};

/// Reads a file that may be any: one that is no plain file, or has no end, is an error.
pub(super) fn read_plain(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let what = |what| Obstacle::error(path.to_path_buf(), what);
    if !fs::metadata(path)?.is_file() {
        return Err(what(Thing::Special));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(what(Thing::TooLarge)) } else { Ok(bytes) }
}
