//! The grammars, and a block read by one of them.

use std::collections::HashMap;

use syntect::parsing::{BasicScopeStackOp, ParseState, ScopeStack, SyntaxSet};

use super::classes::{ColourClass, ScopeClasses};
use super::languages;
use super::spans::SpanWriter;
use super::supervised::Heartbeat;

/// All grammars that the program carries; a language is unpacked at its first use.
pub struct Grammars {
    set: SyntaxSet,
    by_name: HashMap<String, usize>,
    classes: ScopeClasses,
}

/// A language by its place among the grammars.
#[derive(Debug, Clone, Copy)]
pub struct GrammarId(usize);

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
        Grammars { set, by_name, classes: ScopeClasses::default() }
    }
}

impl Grammars {
    /// The language of a name that an author gives: its own, one that it is also known by, or the ending of its files.
    pub fn find(&self, name: &str) -> Option<GrammarId> {
        let place = *self.by_name.get(languages::canonical(&name.to_lowercase())?)?;
        let is_plain = self.set.syntaxes().get(place).is_none_or(|syntax| syntax.name == "Plain Text");
        (!is_plain).then_some(GrammarId(place))
    }

    /// Code as HTML with classes; `None` if the grammar is at odds with itself.
    pub fn colour(&self, language: GrammarId, code: &str, heartbeat: &Heartbeat) -> Option<String> {
        let mut state = ParseState::new(self.set.syntaxes().get(language.0)?);
        let mut scopes = ScopeStack::new();
        // The class that shows at each height of the scopes; below them all is plain text.
        let mut shown: Vec<ColourClass> = vec![None];
        let mut out = SpanWriter::new(code.len());
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
            heartbeat.step();
        }
        Some(out.finish())
    }
}
