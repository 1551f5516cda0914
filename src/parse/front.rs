//! Front matter: finds it, parses it, and reads the typed fields of each kind.

use std::collections::HashSet;

use crate::ground::diagnostic::Span;
use crate::ground::fields::{Fields, Layer};
use crate::ground::suggest::Suggester;
use crate::ground::yaml::{self, Key, Node, Value};
use crate::ground::{Code, Diagnostic, Place};

use super::Kind;
use super::meta::*;
use super::unread_front::{holds_back, unread};

/// Activities that committees count (DOMAIN: 支部动态).
pub const ACTIVITIES: &[&str] = &[
    "支部党员大会",
    "支部委员会会议",
    "党小组会",
    "党课",
    "主题党日",
    "组织生活会",
    "民主评议党员",
    "谈心谈话",
    "志愿服务",
    "参观学习",
    "共建",
];
const LEVELS: &[&str] = &["中央", "教育部", "省", "学校", "学院", "支部"];
const AI_PARTS: &[&str] = &["text", "image", "audio"];
const SORTS: &[&str] = &["date", "weight", "title", "deadline"];

/// A file cut in two: the front matter's tree and where the Markdown begins.
pub struct Cut {
    /// The front matter; an empty mapping where the file has none.
    pub front: Option<Node>,
    /// Byte offset of the Markdown.
    pub body_start: usize,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// The `defaults:` of the sections above a page, nearest first: file and mapping.
pub type Defaults = [(String, Vec<(Key, Node)>)];

/// Cuts a file at its front matter. A BOM and blank lines before it are passed over.
pub fn cut(file: &str, text: &str) -> Cut {
    let none = |start| Cut { front: Some(empty()), body_start: start, diagnostics: Vec::new() };
    let opening = text.len() - text.trim_start_matches(['\u{feff}', '\r', '\n']).len();
    let Some((first, _)) = line_at(text, opening) else { return none(opening) };
    if first.trim_end() != "---" {
        return match unread(file, text) {
            Some(wrong) => Cut { front: None, body_start: opening, diagnostics: vec![wrong] },
            None => none(opening),
        };
    }
    let first_line = line_number(text, opening);
    let start = opening + first.len();
    let mut at = start;
    while let Some((line, end)) = line_at(text, at) {
        if matches!(line.trim_end(), "---" | "...") {
            let (front, mut diagnostics) = yaml::parse(file, &text[start..at], first_line + 1);
            diagnostics.extend(cut_at_comments(file, &text[start..at], first_line + 1));
            let front = match front.map(|node| (matches!(node.value, Value::Map(_)), node)) {
                Some((true, node)) => Some(node),
                Some((false, node)) => {
                    let wrong = Diagnostic::new(Code::WrongType, Place::at(file, node.span))
                        .arg("key", "---")
                        .arg("expected", "@map")
                        .arg("found", node.scalar().unwrap_or("@list"));
                    return Cut { front: None, body_start: end, diagnostics: vec![wrong] };
                }
                None => None,
            };
            return Cut { front, body_start: end, diagnostics };
        }
        at = end;
    }
    let place = Place::at(file, Span::new(first_line, 1, 3));
    Cut { front: None, body_start: text.len(), diagnostics: vec![Diagnostic::new(Code::FrontMatterUnclosed, place)] }
}

fn empty() -> Node {
    Node { value: Value::Map(Vec::new()), span: Span::new(1, 1, 1) }
}

/// The line that starts at `at`, its line feed included, and where the next starts.
fn line_at(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let len = rest.find('\n').map_or(rest.len(), |end| end + 1);
    Some((&rest[..len], at + len))
}

fn line_number(text: &str, at: usize) -> u32 {
    u32::try_from(text[..at].matches('\n').count()).unwrap_or(u32::MAX - 1) + 1
}

/// The `defaults:` of a section's front matter.
pub fn defaults(front: &Node) -> Vec<(Key, Node)> {
    let node = front.entries().iter().find(|(key, _)| key.name == "defaults");
    node.map(|(_, node)| node.entries().to_vec()).unwrap_or_default()
}

/// Whether it is unsure that a page may be published: a field that says when or that it may not is wrong, or is one of another program.
/// An empty one says nothing.
pub fn is_unsure(front: &Node, meta: &Meta) -> bool {
    let read = |name: &str| match name {
        "draft" => meta.draft,
        "publish_on" => meta.publish_on.is_some(),
        "expires" => meta.expires.is_some(),
        _ => false,
    };
    front.entries().iter().any(|(key, node)| match (&*key.name, node.scalar()) {
        // Says that it may be, or nothing.
        (_, Some("")) | ("draft", Some("false")) | ("published" | "publish", Some("true")) => false,
        // Elsewhere a draft is a state of a page; here documents have states.
        ("status", state) => matches!(state, Some("draft" | "pending" | "private" | "草稿")),
        (name, _) => holds_back(name) && !read(name),
    })
}

/// Reads the typed fields of a page. `path` is the content path, `file` the same from the site folder.
pub fn read(file: &str, path: &str, front: &Node, defaults: &Defaults) -> (Meta, Vec<Diagnostic>) {
    let own = Layer { file, map: front.entries() };
    let index = super::kind::is_index(crate::ground::path::name(path));
    // A section does not take its own defaults, nor a kind from those above: a folder of lessons is no lesson.
    let behind = defaults.iter().map(|(file, map)| Layer { file, map });
    let mut fields = Fields::new(own, behind);
    let kind_from = if index { own_kind(own, &mut fields) } else { kind_field(&mut fields) };
    let kind = kind_from.and_then(Kind::from_word).unwrap_or_else(|| Kind::of_path(path));

    let title_place = fields.place("title").unwrap_or_else(|| Place::at(file, Span::new(1, 1, 1)));
    let listing = if index { read_listing(&mut fields) } else { Listing::default() };
    let mut meta = Meta {
        kind,
        title: fields.text("title").filter(|title| !title.is_empty()),
        subtitle: fields.text_or_empty("subtitle"),
        date: fields.date("date"),
        updated: fields.date("updated"),
        description: description(&mut fields),
        tags: unique(parted(fields.texts("tags"))),
        categories: unique(parted(fields.texts("categories"))),
        keywords: parted(fields.texts("keywords")),
        authors: fields.texts("author"),
        photographers: fields.texts("photographer"),
        review: read_review(&mut fields),
        source: fields.text_or_empty("source"),
        cover: file_ref(&mut fields, "cover"),
        attachments: file_refs(&mut fields, "attachments"),
        ai_generated: words(&mut fields, "ai_generated", AI_PARTS),
        draft: fields.flag("draft").unwrap_or(false),
        publish_on: fields.date("publish_on"),
        expires: fields.date("expires"),
        weight: fields.int("weight", -1_000_000..=1_000_000),
        slug: read_slug(&mut fields),
        aliases: fields.texts_with_spans("aliases"),
        template: fields.texts_with_spans("template").into_iter().next(),
        toc: fields.flag("toc"),
        extra: fields.node("extra").map_or_else(|| "{}".to_string(), |(node, _)| yaml::to_json(node).to_string()),
        listing,
        details: Details::Page,
        place: title_place,
    };
    meta.details = read_details(&mut fields, &mut meta);
    (meta, fields.finish(kind.word()))
}

fn own_kind(own: Layer<'_>, fields: &mut Fields<'_>) -> Option<&'static str> {
    let stated = own.map.iter().any(|(key, _)| key.name == "kind");
    // Asked for in any case, so that `kind` is a known key here.
    if stated { kind_field(fields) } else { None }
}

fn kind_field(fields: &mut Fields<'_>) -> Option<&'static str> {
    fields.choice_or("kind", Kind::WORDS, |word| Kind::from_word(word).map(Kind::word))
}

fn description(fields: &mut Fields<'_>) -> String {
    let description = fields.text_or_empty("description");
    // Hugo's and VitePress' habits: both words mean the abstract.
    let summary = fields.text_or_empty("summary");
    if description.is_empty() { summary } else { description }
}

/// Words that are parted as Chinese lists are: `党课，学习、历史` is three.
fn parted(words: Vec<String>) -> Vec<String> {
    let parts = words.iter().flat_map(|words| words.split([',', '，', '、', '；']));
    parts.map(|word| word.trim().to_string()).filter(|word| !word.is_empty()).collect()
}

/// Texts that YAML cuts at ` #`, where a comment begins.
fn cut_at_comments(file: &str, front: &str, first_line: u32) -> Vec<Diagnostic> {
    let mut cut = Vec::new();
    for (number, line) in (first_line..).zip(front.lines()) {
        let Some((key, value)) = line.split_once(':') else { continue };
        let is_text = matches!(key, "title" | "subtitle" | "description" | "summary" | "source" | "place");
        let plain = value.trim_start();
        if !is_text || plain.starts_with(['"', '\'', '|', '>', '[', '{', '&', '*', '#']) {
            continue;
        }
        // Behind `# ` with a blank stands a remark that was meant as one.
        let Some(at) = line.find(" #").filter(|at| !line[at + 2..].starts_with([' ', '#']) && !line[at + 2..].is_empty()) else { continue };
        let column = u32::try_from(line[..=at].chars().count()).unwrap_or(u32::MAX - 1) + 1;
        let width = u32::try_from(line[at + 1..].trim_end().chars().count()).unwrap_or(1);
        let place = Place::at(file, Span::new(number, column, width));
        cut.push(Diagnostic::new(Code::TextCutAtComment, place).arg("key", key).arg("found", line[at + 1..].trim_end()));
    }
    cut
}

fn unique(mut words: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::with_capacity(words.len());
    words.retain(|word| seen.insert(word.clone()));
    words
}

fn read_listing(fields: &mut Fields<'_>) -> Listing {
    if let Some((node, file)) = fields.node("defaults")
        && !matches!(node.value, Value::Map(_))
    {
        let value = node.scalar().unwrap_or("@list").to_string();
        let wrong = Diagnostic::new(Code::WrongType, Place::at(file, node.span));
        fields.report(wrong.arg("key", "defaults").arg("expected", "@map").arg("found", value));
    }
    let sort = fields.choice("sort", SORTS).map(|word| match word {
        "date" => Sort::Date,
        "weight" => Sort::Weight,
        "deadline" => Sort::Deadline,
        _ => Sort::Title,
    });
    let paginate = fields.int("paginate", 0..=10_000).and_then(|count| u32::try_from(count).ok());
    Listing { sort, paginate }
}

fn read_review(fields: &mut Fields<'_>) -> Review {
    let Some(mut inner) = fields.map("review") else { return Review::default() };
    let review =
        Review { first: inner.text_or_empty("first"), second: inner.text_or_empty("second"), r#final: inner.text_or_empty("final") };
    fields.absorb(inner);
    review
}

fn read_slug(fields: &mut Fields<'_>) -> Option<String> {
    let slug = fields.text("slug")?;
    let good = !slug.is_empty() && slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    if !good || crate::ground::path::check_output(&slug).is_err() {
        let place = fields.place("slug").expect("a field that was just read has a place");
        fields.report(Diagnostic::new(Code::BadSlug, place).arg("found", slug));
        return None;
    }
    Some(slug)
}

fn words(fields: &mut Fields<'_>, key: &'static str, known: &[&'static str]) -> Vec<String> {
    let mut good = Vec::new();
    let mut suggester = Suggester::default();
    for (text, place) in fields.texts_with_spans(key) {
        if known.contains(&text.as_str()) {
            good.push(text);
            continue;
        }
        let near = suggester.nearest(&text, known.iter().copied());
        let wrong = Diagnostic::new(Code::UnknownValue, place).arg("key", key).arg("found", &text);
        fields.report(wrong.arg("known", known.join(" ")).near(near));
    }
    good
}

fn file_ref(fields: &mut Fields<'_>, key: &'static str) -> Option<FileRef> {
    let (text, place) = fields.texts_with_spans(key).into_iter().next()?;
    Some(FileRef { target: text, title: String::new(), place })
}

fn file_refs(fields: &mut Fields<'_>, key: &'static str) -> Vec<FileRef> {
    let mut refs = Vec::new();
    for (node, file) in fields.items(key) {
        let place = Place::at(file, node.span);
        match &node.value {
            Value::Map(map) => {
                let mut inner = Fields::new(Layer { file, map }, []);
                let target = inner.text_or_empty("file");
                let title = inner.text_or_empty("title");
                if target.is_empty() {
                    inner.report(Diagnostic::new(Code::MissingField, place.clone()).arg("key", "file"));
                }
                fields.absorb(inner);
                if !target.is_empty() {
                    refs.push(FileRef { target, title, place });
                }
            }
            _ => {
                if let Some(text) = node.scalar() {
                    refs.push(FileRef { target: text.to_string(), title: String::new(), place });
                }
            }
        }
    }
    refs
}

fn doc_refs(fields: &mut Fields<'_>, key: &'static str) -> Vec<DocRef> {
    let mut refs = Vec::new();
    for (node, file) in fields.items(key) {
        let place = Place::at(file, node.span);
        let mut one = DocRef { target: String::new(), title: String::new(), doc_no: String::new(), articles: String::new(), place };
        match &node.value {
            Value::Map(map) => {
                let mut inner = Fields::new(Layer { file, map }, []);
                one.target = inner.text_or_empty("policy");
                one.title = inner.text_or_empty("title");
                one.doc_no = inner.text_or_empty("doc_no");
                one.articles = inner.text_or_empty("articles");
                if one.target.is_empty() && one.title.is_empty() {
                    inner.report(Diagnostic::new(Code::MissingField, one.place.clone()).arg("key", "policy"));
                }
                fields.absorb(inner);
            }
            _ => one.target = node.scalar().unwrap_or_default().to_string(),
        }
        if !(one.target.is_empty() && one.title.is_empty()) {
            refs.push(one);
        }
    }
    refs
}

fn count(fields: &mut Fields<'_>, key: &'static str) -> u32 {
    fields.int(key, 0..=1_000_000).and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
}

fn read_details(fields: &mut Fields<'_>, meta: &mut Meta) -> Details {
    match meta.kind {
        Kind::Page => Details::Page,
        Kind::Lesson => {
            let order = fields.int("order", -1_000_000..=1_000_000);
            meta.weight = meta.weight.or(order);
            Details::Lesson(Box::new(Lesson {
                speaker: fields.text_or_empty("speaker"),
                speaker_title: fields.text_or_empty("speaker_title"),
                org: fields.text_or_empty("org"),
                place: fields.text_or_empty("place"),
                hours: fields.number("hours"),
                audience: fields.texts("audience"),
                objectives: fields.texts("objectives"),
                audio: file_ref(fields, "audio"),
                video: file_ref(fields, "video"),
                slides: file_ref(fields, "slides"),
                transcript: file_ref(fields, "transcript"),
                references: doc_refs(fields, "references"),
                valid_until: fields.date("valid_until"),
            }))
        }
        Kind::Course => Details::Course(Box::new(Course {
            speaker: fields.text_or_empty("speaker"),
            speaker_title: fields.text_or_empty("speaker_title"),
            org: fields.text_or_empty("org"),
            audience: fields.texts("audience"),
            objectives: fields.texts("objectives"),
            hours: fields.number("hours"),
            single_file: fields.flag("single_file").unwrap_or(false),
        })),
        Kind::Policy => {
            let policy = read_policy(fields);
            meta.date = meta.date.or(policy.date_signed);
            Details::Policy(Box::new(policy))
        }
        Kind::News => Details::News(Box::new(News {
            branch: fields.texts_with_spans("branch").into_iter().next(),
            place: fields.text_or_empty("place"),
            activity: fields.choice("activity", ACTIVITIES).unwrap_or_default().to_string(),
            expected: count(fields, "count_expected"),
            present: count(fields, "count_present"),
            album: file_refs(fields, "album"),
        })),
        Kind::Notice => Details::Notice(Box::new(Notice {
            deadline: fields.date("deadline"),
            contact: fields.text_or_empty("contact"),
            forms: file_refs(fields, "forms"),
        })),
        Kind::Topic => Details::Topic(Box::new(Topic { pages: doc_refs(fields, "pages"), collect_tags: fields.texts("collect_tags") })),
        Kind::Branch => Details::Branch(Box::new(Branch {
            short: fields.text_or_empty("short"),
            parent: fields.text_or_empty("parent"),
            established: fields.date("established"),
            secretary: fields.text_or_empty("secretary"),
            members: count(fields, "members"),
            contact: fields.text_or_empty("contact"),
        })),
        Kind::Survey => Details::Survey(Box::new(Survey { opens_on: fields.date("opens_on"), deadline: fields.date("deadline") })),
    }
}

fn read_policy(fields: &mut Fields<'_>) -> Policy {
    let status = fields.choice("status", Status::WORDS);
    Policy {
        issuers: fields.texts("issuer"),
        doc_no: fields.text_or_empty("doc_no"),
        addressee: fields.text_or_empty("addressee"),
        date_signed: fields.date("date_signed"),
        effective_on: fields.date("effective_on"),
        expires_on: fields.date("expires_on"),
        signer: fields.text_or_empty("signer"),
        cc: fields.texts("cc").join("，"),
        printed_by: fields.text_or_empty("printed_by"),
        printed_on: fields.date("printed_on"),
        level: fields.choice("level", LEVELS).unwrap_or_default().to_string(),
        category: fields.text_or_empty("category"),
        supersedes: doc_refs(fields, "supersedes"),
        amends: doc_refs(fields, "amends"),
        based_on: doc_refs(fields, "based_on"),
        original_file: file_ref(fields, "original_file"),
        status: status.and_then(|word| Status::WORDS.iter().position(|known| *known == word)).map(|at| Status::ALL[at]),
    }
}
