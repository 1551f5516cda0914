//! Code in colours, by classes that the theme paints.
//!
//! The grammars are those of `two-face`, read by syntect (docs/decisions/0026). Their scopes are folded into a dozen classes, and only where
//! the class changes a `<span>` begins, so coloured code stays small. What cannot be coloured well stays plain: very long lines, very long
//! blocks, unknown languages, a grammar that fails. Start at [`Highlighter`].

mod classes;
mod grammars;
mod languages;
mod spans;
mod supervised;

use std::sync::{Arc, OnceLock};

use self::grammars::Grammars;
use self::supervised::Supervised;
use super::markdown::Highlight;

/// The longest line that is coloured. A longer one is data. Some patterns look again from each byte of a line, and back, so that their time
/// grows with the cube of its length: the worst line of 1,000 bytes takes a second, of 2,000 seven.
const MAX_LINE: usize = 1_000;

/// How much work a block may be: the sum of the cubes of its lines' lengths, as that is how the time of the worst lines grows. These are
/// twelve of the longest lines, or 55,000 of 60 bytes; wide tables of real pages come to 11 of these 12.
const MAX_WORK: u64 = 12_000_000_000;

/// What a line counts for at least, since a short one has its price as well.
const SHORT_LINE: usize = 50;

/// Colours code; the grammars are loaded at the first use, and the patterns of each language at that language's first use.
#[derive(Default)]
pub struct Highlighter {
    grammars: OnceLock<Arc<Grammars>>,
    threads: Supervised<Option<String>>,
}

impl Highlighter {
    /// A highlighter of all languages.
    pub fn new() -> Highlighter {
        Highlighter::default()
    }
}

impl Highlight for Highlighter {
    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        if !is_affordable(code) {
            return None;
        }
        let grammars = self.grammars.get_or_init(Arc::default);
        let language = grammars.find(language)?;
        let (grammars, code) = (Arc::clone(grammars), code.to_string());
        self.threads.run(move |heartbeat| grammars.colour(language, &code, heartbeat)).flatten()
    }
}

fn is_affordable(code: &str) -> bool {
    let mut work = 0;
    code.lines().all(|line| {
        work += (line.len().clamp(SHORT_LINE, MAX_LINE) as u64).pow(3);
        line.len() <= MAX_LINE && work <= MAX_WORK
    })
}

#[cfg(test)]
mod tests;
