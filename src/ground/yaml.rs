//! YAML with places: the one module that knows the YAML library.
//!
//! A text becomes a tree of [`Node`]s, each with its span in the file, and [`Fields`] reads typed values out of a
//! mapping, gathering every error instead of stopping at the first. Start at [`parse`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use super::date::{self, When};
use super::diagnostic::Span;
use super::suggest::nearest;
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
    fn type_id(&self) -> &'static str {
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
    let mut found = at.slips();
    if !found.is_empty() {
        return (None, found);
    }
    if text.trim().is_empty() {
        return (Some(Node { value: Value::Map(Vec::new()), span: Span::new(first_line, 1, 1) }), found);
    }
    let options = serde_yaml::options! {
        duplicate_keys: serde_yaml::options::DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => {
            let node = at.node(raw, &mut found);
            (Some(node), found)
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
            found.push(Diagnostic::new(Code::YamlSyntax, Place::at(file, span)).arg("reason", reason.trim()));
            (None, found)
        }
    }
}

/// The text being read, to turn the library's places into ours.
struct Origin<'a> {
    file: &'a str,
    text: &'a str,
    first_line: u32,
}

impl Origin<'_> {
    /// Slips that the library would name in a way no officer understands.
    fn slips(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            let number = self.first_line + u32::try_from(index).unwrap_or(u32::MAX / 2);
            let indent = line.len() - line.trim_start().len();
            if let Some(tab) = line[..indent].find('\t') {
                let column = u32::try_from(line[..tab].chars().count()).unwrap_or(0) + 1;
                let place = Place::at(self.file, Span::new(number, column, 1));
                found.push(Diagnostic::new(Code::YamlTab, place));
            }
            let word = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(line.len());
            if word > 0 && line[word..].trim_start().starts_with('：') {
                let gap = line[word..].len() - line[word..].trim_start().len();
                let column = u32::try_from(word + gap).unwrap_or(0) + 1;
                let place = Place::at(self.file, Span::new(number, column, 1));
                found.push(Diagnostic::new(Code::YamlFullWidthColon, place).arg("key", &line[..word]));
            }
        }
        found
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

    fn node(&self, raw: Spanned<Raw>, found: &mut Vec<Diagnostic>) -> Node {
        let (written, mut span) = self.written(raw.referenced);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Int(value) => Value::Int(value, written.to_string()),
            Raw::Float(value) => Value::Float(value, written.to_string()),
            Raw::Text(text) => Value::Text(text),
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item, found)).collect()),
            Raw::Map(entries) => {
                let mut map: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
                for (name, value) in entries {
                    let (_, key_span) = self.written(name.referenced);
                    let value = self.node(value, found);
                    if map.iter().any(|(key, _)| key.name == name.value) {
                        let place = Place::at(self.file, key_span);
                        found.push(Diagnostic::new(Code::YamlDuplicateKey, place).arg("key", &name.value));
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

/// One mapping with the file it stands in: a layer of fields.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// The file, from the site folder.
    pub file: &'a str,
    /// The mapping.
    pub map: &'a [(Key, Node)],
}

/// Reads typed fields out of a mapping and, where it lacks one, out of the layers behind it (defaults).
///
/// Every getter reports a wrong type at its place and then acts as if the field were absent. [`Fields::finish`]
/// reports the keys of the first layer that nobody asked for.
pub struct Fields<'a> {
    layers: Vec<Layer<'a>>,
    asked: Vec<&'static str>,
    found: Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Reads `first`, then `behind` in order.
    pub fn new(first: Layer<'a>, behind: impl IntoIterator<Item = Layer<'a>>) -> Fields<'a> {
        let mut layers = vec![first];
        layers.extend(behind);
        Fields { layers, asked: Vec::new(), found: Vec::new() }
    }

    /// The node of a field and the file it stands in. An explicit `~` counts as absent but hides the defaults.
    pub fn node(&mut self, key: &'static str) -> Option<(&'a Node, &'a str)> {
        self.asked.push(key);
        for layer in &self.layers {
            if let Some((_, node)) = layer.map.iter().find(|(name, _)| name.name == key) {
                return (node.value != Value::Null).then_some((node, layer.file));
            }
        }
        None
    }

    /// Where a field of the first layer stands: its key.
    pub fn place(&self, key: &str) -> Option<Place> {
        self.layers
            .iter()
            .find_map(|layer| layer.map.iter().find(|(name, _)| name.name == key).map(|(_, node)| Place::at(layer.file, node.span)))
    }

    /// Reports something about a node.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    fn wrong(&mut self, key: &str, node: &Node, file: &str, expected: &str) {
        let found = node.scalar().map_or_else(|| format!("@{}", node.type_id()), |text| text.chars().take(60).collect());
        self.found.push(
            Diagnostic::new(Code::WrongType, Place::at(file, node.span))
                .arg("key", key)
                .arg("expected", format!("@{expected}"))
                .arg("found", found),
        );
    }

    /// A text; numbers and booleans count as the text they were written as.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        let (node, file) = self.node(key)?;
        match node.scalar() {
            Some(text) => Some(text.trim().to_string()),
            None => {
                self.wrong(key, node, file, "text");
                None
            }
        }
    }

    /// A text, or empty.
    pub fn text_or_empty(&mut self, key: &'static str) -> String {
        self.text(key).unwrap_or_default()
    }

    /// A list of texts; a single text is a list of one.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.texts_with_spans(key).into_iter().map(|(text, _)| text).collect()
    }

    /// As [`Fields::texts`], with the place of each.
    pub fn texts_with_spans(&mut self, key: &'static str) -> Vec<(String, Place)> {
        let Some((node, file)) = self.node(key) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.scalar() {
                Some(text) if !text.trim().is_empty() => texts.push((text.trim().to_string(), Place::at(file, item.span))),
                Some(_) => {}
                None => self.wrong(key, item, file, "list-of-texts"),
            }
        }
        texts
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let (node, file) = self.node(key)?;
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                self.wrong(key, node, file, "bool");
                None
            }
        }
    }

    /// A whole number in a range.
    pub fn int(&mut self, key: &'static str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let (node, file) = self.node(key)?;
        match node.value {
            Value::Int(value, _) if range.contains(&value) => Some(value),
            Value::Int(value, _) => {
                self.out_of_range(key, node, file, value, format!("{}–{}", range.start(), range.end()));
                None
            }
            _ => {
                self.wrong(key, node, file, "whole-number");
                None
            }
        }
    }

    /// A number that is not negative.
    pub fn number(&mut self, key: &'static str) -> Option<f64> {
        let (node, file) = self.node(key)?;
        let value = match node.value {
            Value::Int(value, _) => i32::try_from(value).map_or(f64::MAX, f64::from),
            Value::Float(value, _) => value,
            _ => {
                self.wrong(key, node, file, "number");
                return None;
            }
        };
        if !(0.0..1e9).contains(&value) {
            self.out_of_range(key, node, file, value, "0–1000000000".to_string());
            return None;
        }
        Some(value)
    }

    fn out_of_range(&mut self, key: &str, node: &Node, file: &str, value: impl fmt::Display, range: String) {
        let place = Place::at(file, node.span);
        self.found.push(Diagnostic::new(Code::OutOfRange, place).arg("key", key).arg("found", value).arg("range", range));
    }

    /// A date that exists.
    pub fn date(&mut self, key: &'static str) -> Option<When> {
        let (node, file) = self.node(key)?;
        let Some(text) = node.scalar() else {
            self.wrong(key, node, file, "date");
            return None;
        };
        let when = date::parse(text);
        if when.is_none() {
            let place = Place::at(file, node.span);
            self.found.push(Diagnostic::new(Code::BadDate, place).arg("key", key).arg("found", text));
        }
        when
    }

    /// One of the known words.
    pub fn choice(&mut self, key: &'static str, known: &[&'static str]) -> Option<&'static str> {
        let (node, file) = self.node(key)?;
        let Some(text) = node.scalar() else {
            self.wrong(key, node, file, "text");
            return None;
        };
        let hit = known.iter().copied().find(|word| *word == text);
        if hit.is_none() {
            let place = Place::at(file, node.span);
            self.found.push(
                Diagnostic::new(Code::UnknownValue, place)
                    .arg("key", key)
                    .arg("found", text)
                    .arg("known", known.join(" "))
                    .near(nearest(text, known.iter().copied())),
            );
        }
        hit
    }

    /// A mapping, read by its own [`Fields`].
    pub fn map(&mut self, key: &'static str) -> Option<Fields<'a>> {
        let (node, file) = self.node(key)?;
        match &node.value {
            Value::Map(map) => Some(Fields::new(Layer { file, map }, [])),
            _ => {
                self.wrong(key, node, file, "map");
                None
            }
        }
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&mut self, key: &'static str) -> Vec<(&'a Node, &'a str)> {
        match self.node(key) {
            Some((Node { value: Value::List(items), .. }, file)) => items.iter().map(|item| (item, file)).collect(),
            Some(single) => vec![single],
            None => Vec::new(),
        }
    }

    /// Takes over what an inner reader found, after its unknown keys were reported.
    pub fn absorb(&mut self, inner: Fields<'a>) {
        self.found.extend(inner.finish(""));
    }

    /// Reports a field that must be there.
    pub fn require(&mut self, key: &str, present: bool) {
        if !present && self.place(key).is_none() {
            let place = Place::file(self.layers[0].file);
            self.found.push(Diagnostic::new(Code::MissingField, place).arg("key", key));
        }
    }

    /// Ends the reading: all that was found, and the keys of the first layer that nobody asked for. `kind` names what
    /// was read, for the message.
    pub fn finish(mut self, kind: &str) -> Vec<Diagnostic> {
        for (key, _) in self.layers[0].map {
            if self.asked.contains(&key.name.as_str()) {
                continue;
            }
            let place = Place::at(self.layers[0].file, key.span);
            let mut unknown = Diagnostic::new(Code::UnknownKey, place).arg("key", &key.name);
            if !kind.is_empty() {
                unknown = unknown.arg("kind", kind);
            }
            self.found.push(unknown.near(nearest(&key.name, self.asked.iter().copied())));
        }
        self.found
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
        let (node, found) = parse("a.md", text, 2);
        assert_eq!(found, []);
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
    }

    #[test]
    fn fields_fall_back_to_defaults_and_report_strangers() {
        let own = tree("titel: x\ndate: 2026-02-30\n");
        let defaults = tree("speaker: 支部书记\n");
        let mut fields = Fields::new(Layer { file: "a.md", map: own.entries() }, [Layer { file: "_index.md", map: defaults.entries() }]);
        assert_eq!(fields.text("title"), None);
        assert_eq!(fields.date("date"), None);
        assert_eq!(fields.text("speaker").as_deref(), Some("支部书记"));
        let found = fields.finish("page");
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::BadDate, Code::UnknownKey]);
        assert!(found[1].args.contains(&("near".into(), "title".into())));
    }
}
