//! What a build makes: a path in the output and its bytes.

use std::sync::Arc;

use super::Stamp;

/// One file of the site. `emit` writes it, a preview serves it.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Path from the root of the output, by the rules of [`super::path::check_output`].
    pub path: String,
    /// What the file holds.
    pub bytes: Arc<[u8]>,
    /// Hash of the bytes.
    pub stamp: Stamp,
}

impl Artifact {
    /// Wraps `bytes` and hashes them.
    pub fn new(path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Artifact {
        let bytes = bytes.into();
        let stamp = Stamp::of_bytes(&bytes);
        Artifact { path: path.into(), bytes, stamp }
    }
}
