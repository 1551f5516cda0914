//! The grammars, and a block read by one of them.

use std::collections::HashMap;

use syntect::parsing::{BasicScopeStackOp, ParseState, ScopeStack, SyntaxSet};

use super::classes::{Class, Classes};
use super::languages;
use super::spans::Spans;
use super::supervised::Progress;

/// All grammars that the program carries; a language is unpacked at its first use.
pub struct Grammars {
    set: SyntaxSet,
    by_name: HashMap<String, usize>,
    classes: Classes,
}

/// A language by its place among the grammars.
#[derive(Debug, Clone, Copy)]
pub struct Language(usize);

impl Default for Grammars {
    fn default() -> Grammars {
        let set = two_face::syntax::extra_newlines();
        let mut by_name = HashMap::new();
        // A language's own name goes before the ending of another one's files.
        for (place, syntax) in set.syntaxes().iter().enumerate() {
            by_name.entry(syntax.name.to_lowercase()).or_insert(place);
        }
        for (place, syntax) in set.syntaxes().iter().enumerate() {
            for ending in &syntax.file_extensions {
                by_name.entry(ending.to_lowercase()).or_insert(place);
            }
        }
        Grammars { set, by_name, classes: Classes::default() }
    }
}

impl Grammars {
    /// The language of a name that an author gives: its own, one that it is also known by, or the ending of its files.
    pub fn find(&self, name: &str) -> Option<Language> {
        let place = *self.by_name.get(languages::canonical(&name.to_lowercase())?)?;
        let is_plain = self.set.syntaxes().get(place).is_none_or(|syntax| syntax.name == "Plain Text");
        (!is_plain).then_some(Language(place))
    }

    /// Code as HTML with classes; `None` if the grammar is at odds with itself.
    pub fn colour(&self, language: Language, code: &str, progress: &Progress) -> Option<String> {
        let mut state = ParseState::new(self.set.syntaxes().get(language.0)?);
        let mut scopes = ScopeStack::new();
        // The class that shows at each height of the scopes; below them all is plain text.
        let mut shown: Vec<Class> = vec![None];
        let mut out = Spans::new(code.len());
        for line in code.split_inclusive('\n') {
            let mut done = 0;
            for (at, op) in state.parse_line(line, &self.set).ok()? {
                let at = at.min(line.len());
                if at > done {
                    out.push(line.get(done..at)?, shown.last().copied().flatten());
                    done = at;
                }
                let apply = |op: BasicScopeStackOp, _: &[_]| match op {
                    BasicScopeStackOp::Push(scope) => {
                        let around = shown.last().copied().flatten();
                        shown.push(self.classes.of(scope).unwrap_or(around));
                    }
                    BasicScopeStackOp::Pop if shown.len() > 1 => drop(shown.pop()),
                    BasicScopeStackOp::Pop => {}
                };
                scopes.apply_with_hook(&op, apply).ok()?;
            }
            out.push(&line[done..], shown.last().copied().flatten());
            progress.step();
        }
        Some(out.finish())
    }
}
