//! YAML with places: the one module that knows the YAML library.
//!
//! A text becomes a tree of [`Node`]s, each with its span in the file, and [`Fields`](super::fields::Fields) reads
//! typed values out of it. Start at [`parse`].

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use super::diagnostic::Span;
use super::{Code, Diagnostic, Place};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its place, counted from the top of the file.
    pub span: Span,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Value {
    /// `~` or nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number, and its text as written.
    Int(i64, String),
    /// Another number, and its text as written.
    Float(f64, String),
    /// Any other scalar.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Its place.
    pub span: Span,
}

impl Node {
    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a scalar as it was written.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Int(_, text) | Value::Float(_, text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// The word for the type of the value, an id of the catalogue.
    pub fn type_id(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "bool",
            Value::Int(..) | Value::Float(..) => "number",
            Value::Text(_) => "text",
            Value::List(_) => "list",
            Value::Map(_) => "map",
        }
    }
}

/// Parses a text whose first line is line `first_line` (from 1) of `file`. An empty text is an empty mapping.
///
/// Duplicate keys are reported and the first wins; what cannot be parsed at all gives no tree.
pub fn parse(file: &str, text: &str, first_line: u32) -> (Option<Node>, Vec<Diagnostic>) {
    let at = Origin { file, text, first_line };
    let mut diagnostics = at.slips();
    if !diagnostics.is_empty() {
        return (None, diagnostics);
    }
    if text.trim().is_empty() {
        return (Some(Node { value: Value::Map(Vec::new()), span: Span::new(first_line, 1, 1) }), diagnostics);
    }
    let options = serde_yaml::options! {
        duplicate_keys: serde_yaml::options::DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
        budget: serde_yaml::budget! { max_depth: MAX_DEPTH, flow_nesting_limit: MAX_DEPTH },
    };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => {
            let node = at.node(raw, &mut diagnostics);
            (Some(node), diagnostics)
        }
        Err(error) => {
            let span = error.location().map_or(Span::new(first_line, 1, 1), |location| at.span(location, 1));
            let reason = error.to_string();
            // The library ends its messages with the place, which is shown apart, and may add lines of hints.
            let reason = reason.lines().next().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            let reason = reason.find(" at line ").map_or(reason, |end| &reason[..end]);
            let reason = match reason.split_once(": ") {
                Some((head, rest)) if head.starts_with("line ") => rest,
                _ => reason,
            };
            diagnostics.push(Diagnostic::new(Code::YamlSyntax, Place::at(file, span)).arg("reason", in_plain_words(reason.trim())));
            (None, diagnostics)
        }
    }
}

/// The library's commonest reasons in words of the catalogue; the others stay as they are.
fn in_plain_words(reason: &str) -> &str {
    let known = [
        ("mapping values are not allowed", "@yaml-colon"),
        ("unclosed bracket", "@yaml-bracket"),
        ("unclosed quote", "@yaml-quote"),
        ("while parsing a flow", "@yaml-list"),
        ("recursion limit", "@yaml-deep"),
        ("budget breached: Depth", "@yaml-deep"),
    ];
    known.iter().find(|(start, _)| reason.starts_with(start)).map_or(reason, |(_, id)| id)
}

/// Levels of lists and mappings. A page needs five, and every level takes a piece of the stack.
const MAX_DEPTH: usize = 32;

/// The text being read, to turn the library's places into ours.
struct Origin<'a> {
    file: &'a str,
    text: &'a str,
    first_line: u32,
}

impl Origin<'_> {
    /// Slips that the library would name in a way no officer understands.
    fn slips(&self) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            let number = self.first_line + u32::try_from(index).unwrap_or(u32::MAX / 2);
            let indent = line.len() - line.trim_start().len();
            if let Some(tab) = line[..indent].find('\t') {
                let column = u32::try_from(line[..tab].chars().count()).unwrap_or(0) + 1;
                let place = Place::at(self.file, Span::new(number, column, 1));
                diagnostics.push(Diagnostic::new(Code::YamlTab, place));
            }
            let word = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(line.len());
            if word > 0 && line[word..].trim_start().starts_with('：') {
                let gap = line[word..].len() - line[word..].trim_start().len();
                let column = u32::try_from(word + gap).unwrap_or(0) + 1;
                let place = Place::at(self.file, Span::new(number, column, 1));
                diagnostics.push(Diagnostic::new(Code::YamlFullWidthColon, place).arg("key", &line[..word]));
            }
        }
        diagnostics
    }

    fn span(&self, location: serde_yaml::Location, width: u32) -> Span {
        let line = u32::try_from(location.line()).unwrap_or(1).max(1);
        let column = u32::try_from(location.column()).unwrap_or(1).max(1);
        Span::new(self.first_line + line - 1, column, width.max(1))
    }

    /// The text that a scalar was written as, and its span.
    fn written(&self, location: serde_yaml::Location) -> (&str, Span) {
        let span = location.span();
        let range = span.byte_offset().zip(span.byte_len()).and_then(|(start, len)| {
            let start = usize::try_from(start).ok()?;
            self.text.get(start..start + usize::try_from(len).ok()?)
        });
        let written = range.unwrap_or_default().trim_end();
        let width = written.lines().next().unwrap_or_default().chars().count();
        (written, self.span(location, u32::try_from(width).unwrap_or(1)))
    }

    fn node(&self, raw: Spanned<Raw>, diagnostics: &mut Vec<Diagnostic>) -> Node {
        let (written, mut span) = self.written(raw.referenced);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Int(value) => Value::Int(value, written.to_string()),
            Raw::Float(value) => Value::Float(value, written.to_string()),
            Raw::Text(text) => Value::Text(text),
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item, diagnostics)).collect()),
            Raw::Map(entries) => {
                let mut map: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
                let mut names = HashSet::with_capacity(entries.len());
                for (name, value) in entries {
                    let (_, key_span) = self.written(name.referenced);
                    let value = self.node(value, diagnostics);
                    if !names.insert(name.value.clone()) {
                        let place = Place::at(self.file, key_span);
                        diagnostics.push(Diagnostic::new(Code::YamlDuplicateKey, place).arg("key", &name.value));
                        continue;
                    }
                    map.push((Key { name: name.value, span: key_span }, value));
                }
                Value::Map(map)
            }
        };
        if matches!(value, Value::List(_) | Value::Map(_)) {
            span.width = 1;
        }
        Node { value, span }
    }
}

/// What the library hands over, before places are turned into ours.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        // Beyond i64 no field of ours has a meaning; its text is kept.
        Ok(i64::try_from(value).map_or_else(|_| Raw::Text(value.to_string()), Raw::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_string()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// A free value (`extra:`) as JSON, for templates.
pub fn to_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value, _) => (*value).into(),
        Value::Float(value, _) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(entries) => entries.iter().map(|(key, node)| (key.name.clone(), to_json(node))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        let (node, diagnostics) = parse("a.md", text, 2);
        assert_eq!(diagnostics, []);
        node.expect("it parses")
    }

    #[test]
    fn places_count_from_the_top_of_the_file() {
        let node = tree("title: 会议\nhours: 1.50\ntags: [甲, 乙丙]\n");
        let entries = node.entries();
        assert_eq!(entries[0].0.span, Span::new(2, 1, 5));
        assert_eq!(entries[0].1.span, Span::new(2, 8, 2));
        assert_eq!(entries[1].1.scalar(), Some("1.50"));
        let Value::List(tags) = &entries[2].1.value else { panic!("a list") };
        assert_eq!(tags[1].span, Span::new(4, 11, 2));
    }

    #[test]
    fn slips_are_named() {
        let code = |text: &str| parse("a.md", text, 1).1.iter().map(|d| d.code).collect::<Vec<_>>();
        assert_eq!(code("title：会议\n"), [Code::YamlFullWidthColon]);
        assert_eq!(code("a:\n\tb: 1\n"), [Code::YamlTab]);
        assert_eq!(code("a: 1\na: 2\n"), [Code::YamlDuplicateKey]);
        assert_eq!(code("a: [1\n"), [Code::YamlSyntax]);
        let reason = |text: &str| {
            parse("a.md", text, 1).1.iter().flat_map(|d| d.args.clone()).map(|(_, value)| value.to_string()).collect::<Vec<_>>()
        };
        for deep in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(10_000), "? ".repeat(10_000)] {
            assert_eq!(reason(&format!("a:\n  {deep}")), ["@yaml-deep"]);
        }
    }
}
