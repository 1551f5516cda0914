//! What a script may need of the package that reads it, which calls itself for every level: a stack that runs over ends the
//! program without a word.

use super::fault::Fault;
use crate::ground::nesting::too_deep;

/// Levels of brackets in a script.
const MAX_DEPTH: usize = 500;

/// The longest script, with all that it imports. A telephone would read a longer one for seconds.
const MAX_SCRIPT: usize = 1 << 20;

/// What the package may need of the stack for every byte of a script: operators nest without brackets, in `!!!!a` one a byte.
const STACK_A_BYTE: usize = 2048;

/// Runs what makes scripts ready where there is stack enough for as many bytes of them. Only what is used of it takes memory.
pub fn with_room<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> T {
    let stack = (16 << 20) + bytes.min(MAX_SCRIPT) * STACK_A_BYTE;
    match rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(stack).build() {
        Ok(pool) => pool.install(work),
        // A machine that has no room for it has it for scripts as people write them.
        Err(_) => work(),
    }
}

/// Refuses a text that is too long.
pub fn short(name: &str, text: &str) -> Result<(), Fault> {
    match text.len() > MAX_SCRIPT {
        true => Err(Fault { name: name.to_string(), at: None, reason: "long", detail: text.len().to_string() }),
        false => Ok(()),
    }
}

/// Refuses a text that is too long or nests too deep.
pub fn bounded(name: &str, text: &str) -> Result<(), Fault> {
    short(name, text)?;
    match too_deep(text, MAX_DEPTH) {
        Some(at) => Err(Fault { name: name.to_string(), at: Some(at), reason: "deep", detail: MAX_DEPTH.to_string() }),
        None => Ok(()),
    }
}
