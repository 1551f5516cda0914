//! Puts pictures in the output, and gives the bytes of one.

use crate::emit::Output;
use crate::ground::{Diagnostic, Result, Stamp};

use super::renditions::{self, RENDITIONS};
use super::state::State;

/// Puts all renditions in the output. A rendition that the cache has lost is made again.
pub fn put(state: &State, output: &Output, diagnostics: &mut Vec<Diagnostic>) -> Result<()> {
    for (file, renditions) in &state.pictures.files {
        for rendition in renditions {
            let stamp = rendition.stamp;
            if !state.pictures.fresh.contains_key(&stamp) && output.keep(&rendition.url, stamp) {
                continue;
            }
            match bytes(state, *file, stamp) {
                Ok(bytes) => drop(output.put(&rendition.url, &bytes, stamp)?),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
    }
    Ok(())
}

/// The bytes of a rendition: just made, from the cache, or made again.
///
/// # Errors
/// When the picture cannot be read any more.
pub fn bytes(state: &State, file: u32, stamp: Stamp) -> std::result::Result<Vec<u8>, Diagnostic> {
    if let Some(bytes) = state.pictures.fresh.get(&stamp) {
        return Ok(bytes.clone());
    }
    if let Some(bytes) = state.cache.as_ref().and_then(|cache| cache.get(RENDITIONS, stamp)) {
        return Ok(bytes);
    }
    renditions::remake(&state.sources[file as usize], &state.render_input.config, stamp, &state.pictures.memory)
}
