//! One file, parsed: what other pages may see of it (its summary) and its text (its body).

use serde::{Deserialize, Serialize};

use super::front::{self, Defaults};
use super::markdown::{self, Highlight};
use super::meta::Meta;
use crate::document::{DocumentTree, Heading, Link, Passage};
use crate::ground::path;
use crate::ground::text::{count_words, excerpt};
use crate::ground::{Code, Diagnostic, Meter, Place, Stamp, Stamper, Step};

/// Characters of the abstract that is taken from the text.
const EXCERPT: usize = 90;

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Document {
    /// What the model needs of it.
    pub summary: Summary,
    /// Its text, which only its own page needs.
    pub body: DocumentTree,
}

/// What the model needs of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Content path.
    pub path: String,
    /// Path from the site folder, for messages.
    pub file: String,
    /// Typed front matter.
    pub meta: Meta,
    /// Title: from the front matter, else the first heading, else the file's name.
    pub title: String,
    /// Abstract: from the front matter, else the beginning of the text.
    pub description: String,
    /// Length of the text, as readers count.
    pub words: u32,
    /// Questions in the text.
    pub questions: u32,
    /// The headings.
    pub outline: Vec<Heading>,
    /// Anchors besides those of the headings, sorted.
    pub anchors: Vec<String>,
    /// What the text points at.
    pub links: Vec<Link>,
    /// Whether it is unsure that the page may be published: what says so is wrong.
    pub is_unsure: bool,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Stamp of the body.
    pub body: Stamp,
}

/// Settings that change what a text becomes.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether `$…$` is a formula.
    pub math: bool,
    /// Whether raw HTML is left as it is.
    pub trusted: bool,
}

/// Where a file stands and what the sections above say.
pub struct Origin<'a> {
    /// Content path.
    pub path: &'a str,
    /// Path from the site folder.
    pub file: &'a str,
    /// The `defaults:` above, nearest first.
    pub defaults: &'a Defaults,
}

/// Whether a page lies in a folder of drafts, as Hexo and Jekyll have it.
fn is_among_drafts(path: &str) -> bool {
    path::parent(path).split('/').any(|folder| folder.eq_ignore_ascii_case("_drafts") || folder.eq_ignore_ascii_case("_draft"))
}

/// Parses one file.
///
/// A file whose front matter is broken still gives a document (with its file's name as title), so that links to it hold
/// and one mistake gives one message.
pub fn parse(origin: &Origin<'_>, text: &str, settings: &Settings, code: &dyn Highlight, meter: &Meter) -> Document {
    let (cut, (meta, wrong)) = meter.time(Step::Front, || {
        let cut = front::cut(origin.file, text);
        let empty = cut.front.is_none().then(yaml_empty);
        let node = cut.front.as_ref().or(empty.as_ref()).expect("one of the two is there");
        let (mut meta, wrong) = front::read(origin.file, origin.path, node, origin.defaults);
        meta.draft |= is_among_drafts(origin.path);
        (cut, (meta, wrong))
    });
    let mut diagnostics = cut.diagnostics;
    let broken = cut.front.is_none();
    let is_unsure = cut.front.as_ref().is_none_or(|front| front::is_unsure(front, &meta));
    diagnostics.extend(wrong);

    let markdown_settings = markdown::Settings { trusted: settings.trusted, math: settings.math, title: meta.title.as_deref() };
    let parse = || markdown::parse(origin.file, text, cut.body_start, &markdown_settings, code);
    let (content, wrong) = meter.time(Step::Markdown, parse);
    diagnostics.extend(wrong);
    if text.trim().is_empty() {
        diagnostics.push(Diagnostic::new(Code::EmptyFile, Place::file(origin.file)));
    }
    let title = match meta.title.clone().or(content.title) {
        Some(title) => title,
        None => {
            let is_index = super::kind::is_index(path::name(origin.path));
            if !broken && !is_index && !text.trim().is_empty() {
                diagnostics.push(Diagnostic::new(Code::TitleMissing, Place::file(origin.file)));
            }
            let name = if is_index { path::name(path::parent(origin.path)) } else { path::stem(origin.path) };
            name.to_string()
        }
    };
    let words = content.passages.iter().map(|passage| count_words(&passage.text)).sum();
    let description = match meta.description.is_empty() {
        false => meta.description.clone(),
        true => abstract_of(&content.passages),
    };
    let body = content.tree;
    let mut stamper = Stamper::default();
    stamper.value(&body).value(&content.outline).value(&content.links);
    let mut anchors = content.anchors;
    anchors.sort_unstable();
    let summary = Summary {
        path: origin.path.to_string(),
        file: origin.file.to_string(),
        meta,
        title,
        description,
        words,
        questions: u32::try_from(body.quizzes().len()).unwrap_or(u32::MAX),
        is_unsure,
        outline: content.outline,
        anchors,
        links: content.links,
        diagnostics,
        body: stamper.finish(),
    };
    Document { summary, body }
}

fn yaml_empty() -> crate::ground::yaml::Node {
    let (node, _) = crate::ground::yaml::parse("", "", 1);
    node.expect("an empty text is an empty mapping")
}

/// The beginning of the first passages, on one line.
fn abstract_of(passages: &[Passage]) -> String {
    let mut text = String::new();
    for passage in passages {
        for line in passage.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
            if text.len() > EXCERPT * 4 {
                return excerpt(&text, EXCERPT);
            }
        }
    }
    excerpt(&text, EXCERPT)
}
