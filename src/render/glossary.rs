//! Terms of the glossary in running text: each is linked where it first stands.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::ground::{Stamp, Stamper};
use crate::model::{PageId, Site};
use crate::parse::glossary::Term;

use crate::ground::escape::escape;

/// The terms to link, ready to be found.
#[derive(Debug)]
pub struct Glossary {
    /// The terms, and the pages that explain them.
    pub terms: Vec<(Term, Option<PageId>)>,
    /// Which term each pattern stands for.
    of_pattern: Vec<usize>,
    finder: Option<AhoCorasick>,
    /// Stamp of all terms.
    pub stamp: Stamp,
}

impl Glossary {
    /// Makes a finder of the terms and their other spellings.
    pub fn new(terms: &[(Term, Option<PageId>)], site: &Site) -> Glossary {
        let mut patterns = Vec::new();
        let mut of_pattern = Vec::new();
        let mut stamper = Stamper::default();
        for (at, (term, page)) in terms.iter().enumerate() {
            // The address and not the number of the page, which moves when a page before it comes or goes.
            let url = page.map(|page| site.page(page).url.as_str()).unwrap_or_default();
            stamper.text(&term.term).value(&term.aliases).text(&term.text).text(url);
            for name in std::iter::once(&term.term).chain(&term.aliases) {
                if name.is_empty() {
                    continue;
                }
                // The text it is looked for in is HTML already.
                patterns.push(escape(name));
                of_pattern.push(at);
            }
        }
        let finder = match patterns.is_empty() {
            true => None,
            // A set of words that is too large for the finder leaves pages without links, which is no reason to fail.
            false => AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).ok(),
        };
        Glossary { terms: terms.to_vec(), of_pattern, finder, stamp: stamper.finish() }
    }
}

/// The terms of one page: those that were linked on it, and the running text that is being looked through.
pub struct Terms<'a> {
    glossary: &'a Glossary,
    finder: &'a AhoCorasick,
    used: HashSet<usize>,
    run: String,
}

impl<'a> Terms<'a> {
    /// None have been linked yet. `None` where there are none.
    pub fn new(glossary: &'a Glossary) -> Option<Terms<'a>> {
        let finder = glossary.finder.as_ref()?;
        Some(Terms { glossary, finder, used: HashSet::new(), run: String::new() })
    }

    /// Where running text goes, as HTML.
    pub fn run(&mut self) -> &mut String {
        &mut self.run
    }

    /// Marks the terms of the running text so far, and writes it. `mark` makes HTML of a term and the words that name it, which
    /// are HTML already; `None` where it is not to be marked.
    pub fn settle(&mut self, mark: &dyn Fn(usize, &str) -> Option<String>, out: &mut String) {
        if self.run.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.run);
        let mut at = 0;
        for hit in self.finder.find_iter(&text) {
            let term = self.glossary.of_pattern[hit.pattern().as_usize()];
            if self.used.contains(&term) || splits_word(&text, hit.start(), hit.end()) {
                continue;
            }
            let Some(marked) = mark(term, &text[hit.start()..hit.end()]) else { continue };
            self.used.insert(term);
            out.extend([&text[at..hit.start()], &marked]);
            at = hit.end();
        }
        out.push_str(&text[at..]);
        // The buffer is used again.
        self.run = text;
        self.run.clear();
    }
}

/// Whether a match is a part of a longer Latin word or number.
fn splits_word(text: &str, start: usize, end: usize) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let cut = |before: Option<char>, after: Option<char>| before.is_some_and(is_word) && after.is_some_and(is_word);
    cut(text[..start].chars().next_back(), text[start..].chars().next()) || cut(text[..end].chars().next_back(), text[end..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_terms_are_whole_words() {
        assert!(splits_word("HTMLX", 0, 4));
        assert!(!splits_word("用HTML写", 3, 7));
    }
}
