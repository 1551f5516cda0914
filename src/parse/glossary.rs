//! The glossary: terms, other ways to write them, and what they mean.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::ground::fields::{Fields, Layer};
use crate::ground::yaml::{self, Value};
use crate::ground::{Code, Diagnostic, Place};

/// One term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The term.
    pub term: String,
    /// Other ways to write it.
    pub aliases: Vec<String>,
    /// What it means, in plain text.
    pub text: String,
    /// A page about it, from the content root.
    pub link: Option<(String, Place)>,
}

/// Reads `glossary.yaml`. Terms that stand twice are reported; the first wins.
pub fn read(file: &str, text: &str) -> (Vec<Term>, Vec<Diagnostic>) {
    let (node, mut diagnostics) = yaml::parse(file, text, 1);
    let mut terms: Vec<Term> = Vec::new();
    let mut names = HashSet::new();
    let Some(node) = node else { return (terms, diagnostics) };
    let Value::List(items) = &node.value else {
        if !node.entries().is_empty() || node.scalar().is_some() {
            let wrong = Diagnostic::new(Code::WrongType, Place::at(file, node.span));
            diagnostics.push(wrong.arg("key", "glossary").arg("expected", "@list").arg("found", "@map"));
        }
        return (terms, diagnostics);
    };
    for item in items {
        let place = Place::at(file, item.span);
        if !matches!(item.value, Value::Map(_)) {
            let wrong = Diagnostic::new(Code::WrongType, place);
            diagnostics.push(wrong.arg("key", "term").arg("expected", "@map").arg("found", item.scalar().unwrap_or("@list")));
            continue;
        }
        let mut fields = Fields::new(Layer { file, map: item.entries() }, []);
        let term = Term {
            term: fields.text_or_empty("term"),
            aliases: fields.texts("aliases"),
            text: fields.text_or_empty("text"),
            link: fields.texts_with_spans("link").into_iter().next(),
        };
        for (key, value) in [("term", &term.term), ("text", &term.text)] {
            if value.is_empty() {
                fields.report(Diagnostic::new(Code::MissingField, place.clone()).arg("key", key));
            }
        }
        diagnostics.extend(fields.finish("glossary"));
        if !term.term.is_empty() && !names.insert(term.term.clone()) {
            diagnostics.push(Diagnostic::new(Code::TermTwice, place).arg("term", &term.term));
        } else if !term.term.is_empty() {
            terms.push(term);
        }
    }
    (terms, diagnostics)
}
