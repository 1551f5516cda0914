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

/// The longest line that is coloured. A longer one is data, and a pattern may search it once for each of its bytes: the time grows with the
/// square of the length (10,000 bytes took a second).
const MAX_LINE: usize = 2_000;

/// How much work a block may be: the sum of the squares of its lines' lengths, since that is how a bad line's time grows. A line counts as at
/// least [`SHORT_LINE`]. This is 6,250 lines of ordinary code, or 4 of the longest; the worst grammar needs about a second for it.
const MAX_WORK: usize = 16_000_000;

/// Up to this length a line's time does not depend on it.
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
        self.threads.run(move |progress| grammars.colour(language, &code, progress)).flatten()
    }
}

fn is_affordable(code: &str) -> bool {
    let mut work = 0;
    code.lines().all(|line| {
        work += line.len().max(SHORT_LINE).pow(2);
        line.len() <= MAX_LINE && work <= MAX_WORK
    })
}

#[cfg(test)]
mod tests;
