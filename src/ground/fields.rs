//! Typed values out of a mapping, with every error and not the first alone.
//!
//! Front matter, settings and theme manifests are all read through [`Fields`].

use std::fmt;

use super::date::{self, When};
use super::suggest::{Suggester, nearest};
use super::yaml::{Key, Node, Value};
use super::{Code, Diagnostic, Place};

/// What officers call fields in Chinese, for suggestions: the first that is a field of what is read.
const CHINESE: &[(&str, &str)] = &[
    ("标题", "title"),
    ("题目", "title"),
    ("副标题", "subtitle"),
    ("日期", "date"),
    ("时间", "date"),
    ("更新", "updated"),
    ("更新日期", "updated"),
    ("摘要", "description"),
    ("简介", "description"),
    ("标签", "tags"),
    ("分类", "categories"),
    ("关键词", "keywords"),
    ("作者", "author"),
    ("撰稿", "author"),
    ("供稿", "author"),
    ("摄影", "photographer"),
    ("审核", "review"),
    ("来源", "source"),
    ("封面", "cover"),
    ("图片", "cover"),
    ("附件", "attachments"),
    ("草稿", "draft"),
    ("定时发布", "publish_on"),
    ("发布日期", "publish_on"),
    ("过期", "expires"),
    ("到期", "expires"),
    ("下线日期", "expires"),
    ("截止", "deadline"),
    ("截止日期", "deadline"),
    ("联系人", "contact"),
    ("表格", "forms"),
    ("排序", "weight"),
    ("顺序", "weight"),
    ("类型", "kind"),
    ("栏目", "kind"),
    ("学时", "hours"),
    ("主讲", "speaker"),
    ("主讲人", "speaker"),
    ("课程目标", "objectives"),
    ("发文字号", "doc_no"),
    ("文号", "doc_no"),
    ("发文机关", "issuer"),
    ("主送", "addressee"),
    ("主送机关", "addressee"),
    ("抄送", "cc"),
    ("签发人", "signer"),
    ("成文日期", "date_signed"),
    ("施行日期", "effective_on"),
    ("支部", "branch"),
    ("书记", "secretary"),
    ("届期", "term"),
    ("链接", "link"),
    ("站名", "title"),
    ("网址", "base_url"),
    ("主题", "theme"),
    ("单位", "org"),
];

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
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Reads `first`, then `behind` in order.
    pub fn new(first: Layer<'a>, behind: impl IntoIterator<Item = Layer<'a>>) -> Fields<'a> {
        let mut layers = vec![first];
        layers.extend(behind);
        Fields { layers, asked: Vec::new(), diagnostics: Vec::new() }
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
        self.diagnostics.push(diagnostic);
    }

    fn wrong(&mut self, key: &str, node: &Node, file: &str, expected: &str) {
        let value = node.scalar().map_or_else(|| format!("@{}", node.type_id()), |text| text.chars().take(60).collect());
        self.diagnostics.push(
            Diagnostic::new(Code::WrongType, Place::at(file, node.span))
                .arg("key", key)
                .arg("expected", format!("@{expected}"))
                .arg("found", value),
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
        self.diagnostics.push(Diagnostic::new(Code::OutOfRange, place).arg("key", key).arg("found", value).arg("range", range));
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
            self.diagnostics.push(Diagnostic::new(Code::BadDate, place).arg("key", key).arg("found", text));
        }
        when
    }

    /// One of the known words.
    pub fn choice(&mut self, key: &'static str, known: &[&'static str]) -> Option<&'static str> {
        self.choice_or(key, known, |_| None)
    }

    /// One of some words, or another way to say one of them, which `also` knows.
    pub fn choice_or(
        &mut self,
        key: &'static str,
        known: &[&'static str],
        also: impl Fn(&str) -> Option<&'static str>,
    ) -> Option<&'static str> {
        let (node, file) = self.node(key)?;
        let Some(text) = node.scalar() else {
            self.wrong(key, node, file, "text");
            return None;
        };
        let hit = known.iter().copied().find(|word| *word == text).or_else(|| also(text));
        if hit.is_none() {
            let place = Place::at(file, node.span);
            self.diagnostics.push(
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

    /// A list of mappings, each read by its own [`Fields`], with the place of each.
    pub fn maps(&mut self, key: &'static str) -> Vec<(Fields<'a>, Place)> {
        let mut maps = Vec::new();
        for (node, file) in self.items(key) {
            match &node.value {
                Value::Map(map) => maps.push((Fields::new(Layer { file, map }, []), Place::at(file, node.span))),
                _ => self.wrong(key, node, file, "map"),
            }
        }
        maps
    }

    /// A list of whole numbers in a range; a single number is a list of one.
    pub fn ints(&mut self, key: &'static str, range: std::ops::RangeInclusive<i64>) -> Vec<i64> {
        let mut numbers = Vec::new();
        for (node, file) in self.items(key) {
            match node.value {
                Value::Int(value, _) if range.contains(&value) => numbers.push(value),
                Value::Int(value, _) => self.out_of_range(key, node, file, value, format!("{}–{}", range.start(), range.end())),
                _ => self.wrong(key, node, file, "whole-number"),
            }
        }
        numbers
    }

    /// The pairs of a mapping with free names, each with the place of its name.
    pub fn pairs(&mut self, key: &'static str) -> Vec<(&'a Key, &'a Node, Place)> {
        let Some((node, file)) = self.node(key) else { return Vec::new() };
        match &node.value {
            Value::Map(map) => map.iter().map(|(key, value)| (key, value, Place::at(file, key.span))).collect(),
            _ => {
                self.wrong(key, node, file, "map");
                Vec::new()
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
        self.diagnostics.extend(inner.finish(""));
    }

    /// Reports a field that must be there.
    pub fn require(&mut self, key: &str, present: bool) {
        if !present && self.place(key).is_none() {
            let first = &self.layers[0];
            let place = first.map.first().map_or_else(|| Place::file(first.file), |(key, _)| Place::at(first.file, key.span));
            self.diagnostics.push(Diagnostic::new(Code::MissingField, place).arg("key", key));
        }
    }

    /// Ends the reading: all that was found, and the keys of the first layer that nobody asked for. `kind` names what
    /// was read, for the message.
    pub fn finish(mut self, kind: &str) -> Vec<Diagnostic> {
        let mut suggester = Suggester::default();
        for (key, _) in self.layers[0].map {
            if self.asked.contains(&key.name.as_str()) {
                continue;
            }
            let place = Place::at(self.layers[0].file, key.span);
            let mut unknown = Diagnostic::new(Code::UnknownKey, place).arg("key", &key.name);
            if !kind.is_empty() {
                unknown = unknown.arg("kind", kind);
            }
            let translated = self.asked.iter().copied().find(|asked| CHINESE.contains(&(key.name.as_str(), asked)));
            let near = translated.or_else(|| suggester.nearest(&key.name, self.asked.iter().copied()));
            self.diagnostics.push(unknown.near(near));
        }
        self.diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    #[test]
    fn a_field_in_chinese_is_understood_as_a_near_match() {
        let node = tree("标题: 甲\n学时: 2\n天气: 晴\n");
        let mut fields = Fields::new(Layer { file: "a.md", map: node.entries() }, []);
        fields.text("title");
        fields.text("hours");
        let near: Vec<Option<String>> = fields
            .finish("lesson")
            .into_iter()
            .map(|diagnostic| diagnostic.args.into_iter().find(|(name, _)| &**name == "near").map(|(_, near)| near.to_string()))
            .collect();
        assert_eq!(near, [Some("title".to_string()), Some("hours".to_string()), None]);
    }

    fn tree(text: &str) -> Node {
        let (node, diagnostics) = yaml::parse("a.md", text, 2);
        assert_eq!(diagnostics, []);
        node.expect("it parses")
    }

    #[test]
    fn fields_fall_back_to_defaults_and_report_strangers() {
        let own = tree("titel: x\ndate: 2026-02-30\n");
        let defaults = tree("speaker: 支部书记\n");
        let mut fields = Fields::new(Layer { file: "a.md", map: own.entries() }, [Layer { file: "_index.md", map: defaults.entries() }]);
        assert_eq!(fields.text("title"), None);
        assert_eq!(fields.date("date"), None);
        assert_eq!(fields.text("speaker").as_deref(), Some("支部书记"));
        let diagnostics = fields.finish("page");
        assert_eq!(diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::BadDate, Code::UnknownKey]);
        assert!(diagnostics[1].args.contains(&("near".into(), "title".into())));
    }
}
