//! A page's text without marks, as search, excerpts and counting read it, and its outline.
//!
//! What is shown to every reader and is no label of the theme is in it: no answers of questions, no descriptions of
//! pictures, no notes of the speaker. Start at [`read`].

use serde::{Deserialize, Serialize};

use super::entity;
use super::link::{self, Link};
use super::tree::{Block, BlockKind, BoxBlock, DefinitionPart, DocumentTree, Element, FootnoteBody, Inline, InlineKind};
use crate::ground::text::count_words;

/// One heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor: readable, unique on its page.
    pub id: String,
    /// The text without marks.
    pub title: String,
    /// Length of the section's own text up to the next heading, as [`count_words`] counts.
    pub words: u32,
}

/// A stretch of text below one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Index of the heading in the outline; `None` before the first.
    pub heading: Option<u32>,
    /// The text; blocks parted by a line feed.
    pub text: String,
}

/// What is read of a tree.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PlainText {
    /// The text, one stretch per heading.
    pub passages: Vec<Passage>,
    /// The headings.
    pub outline: Vec<Heading>,
    /// The links of its pictures, each with the number of headings before it.
    pub pictures: Vec<(u32, usize)>,
}

/// Reads a tree. `links` are those of its page.
pub fn read(tree: &DocumentTree, links: &[Link]) -> PlainText {
    let mut reader = Reader { tree: Some(tree), links, out: PlainText::default(), text: String::new() };
    reader.blocks(&tree.blocks);
    reader.end_passage();
    reader.out
}

/// The text of a run of inlines, on one line.
pub fn line(inlines: &[Inline]) -> String {
    let mut reader = Reader { tree: None, links: &[], out: PlainText::default(), text: String::new() };
    reader.inlines(inlines);
    reader.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of blocks, by lines.
pub fn lines(blocks: &[Block]) -> String {
    let mut reader = Reader { tree: None, links: &[], out: PlainText::default(), text: String::new() };
    reader.blocks(blocks);
    reader.text.trim().to_string()
}

/// A heading's text as an anchor: lower case, letters, digits, `-` and `_`, with `-` for a blank; other marks fall
/// away. So `二、记什么` is reached as `#二记什么`.
pub fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.trim().chars() {
        if c.is_alphanumeric() || c == '-' || c == '_' {
            slug.extend(c.to_lowercase());
        } else if c.is_whitespace() {
            slug.push('-');
        }
    }
    slug
}

struct Reader<'a> {
    tree: Option<&'a DocumentTree>,
    links: &'a [Link],
    out: PlainText,
    text: String,
}

impl Reader<'_> {
    /// Parts what comes from what was: once, and not at the beginning.
    fn gap(&mut self, c: char) {
        match self.text.chars().next_back() {
            None | Some('\n') => {}
            Some(' ') if c == '\n' => {
                self.text.pop();
                self.text.push(c);
            }
            Some(' ') => {}
            _ => self.text.push(c),
        }
    }

    fn end_passage(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let heading = self.out.outline.len().checked_sub(1).map(|last| last as u32);
        if let Some(last) = self.out.outline.last_mut() {
            last.words = count_words(text);
        }
        if !text.is_empty() {
            self.out.passages.push(Passage { heading, text: text.to_string() });
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Plain(inlines) => self.inlines(inlines),
            BlockKind::Element(element) => self.element(element),
            BlockKind::Heading(heading) => {
                let title = line(&heading.inlines);
                self.pictures(&heading.inlines);
                self.end_passage();
                self.out.outline.push(Heading { level: heading.level, id: heading.id.to_string(), title, words: 0 });
            }
            BlockKind::Rule => self.gap('\n'),
            BlockKind::SpeakerNotes(_) => self.gap('\n'),
            kind => {
                self.gap('\n');
                self.parted(kind);
                self.gap('\n');
            }
        }
    }

    /// A block that line feeds part from others.
    fn parted(&mut self, kind: &BlockKind) {
        match kind {
            BlockKind::Paragraph(inlines) => self.inlines(inlines),
            BlockKind::Quote { blocks, cite, .. } => {
                self.blocks(blocks);
                self.gap('\n');
                self.inlines(cite.as_deref().unwrap_or_default());
            }
            BlockKind::Code { text, .. } => self.text.push_str(text),
            BlockKind::List { items, .. } => {
                for item in items {
                    self.gap('\n');
                    self.blocks(&item.blocks);
                    self.gap('\n');
                }
            }
            BlockKind::Definitions(parts) => {
                for part in parts {
                    self.gap('\n');
                    match part {
                        DefinitionPart::Term(inlines) => self.inlines(inlines),
                        DefinitionPart::Details(blocks) => self.blocks(blocks),
                    }
                    self.gap('\n');
                }
            }
            BlockKind::Table { head, rows, .. } => {
                self.row(head);
                rows.iter().for_each(|row| self.row(row));
            }
            BlockKind::Figure(figure) => {
                self.out.pictures.push((figure.link, self.out.outline.len()));
                let link = self.links.get(figure.link as usize);
                // A player shows its description below it, where it has no title.
                match link.filter(|link| figure.caption.is_empty() && link::player(&link.target).is_some()) {
                    Some(link) => self.text.push_str(&link.alt),
                    None => self.text.push_str(&figure.caption),
                }
            }
            BlockKind::Box(block) => self.boxed(block),
            BlockKind::Quiz(quiz) => {
                self.blocks(&quiz.stem);
                for option in &quiz.options {
                    self.gap('\n');
                    self.blocks(&option.blocks);
                }
                self.hidden(&quiz.why);
            }
            BlockKind::Footnote(index) => self.footnote(self.tree.and_then(|tree| tree.footnotes.get(*index as usize))),
            _ => {}
        }
    }

    fn row(&mut self, cells: &[Vec<Inline>]) {
        for cell in cells {
            self.inlines(cell);
            self.gap(' ');
        }
        self.gap('\n');
    }

    fn boxed(&mut self, block: &BoxBlock) {
        if !block.title.is_empty() {
            self.text.push_str(&block.title);
            self.gap('\n');
        }
        self.blocks(&block.blocks);
    }

    fn footnote(&mut self, note: Option<&FootnoteBody>) {
        self.blocks(note.map_or(&[], |note| &note.blocks));
    }

    /// Blocks whose headings and pictures count and whose text does not: answers are to be tried first.
    fn hidden(&mut self, blocks: &[Block]) {
        let text = std::mem::take(&mut self.text);
        let passages = self.out.passages.len();
        let headings = self.out.outline.len();
        self.blocks(blocks);
        self.out.passages.truncate(passages);
        if self.out.outline.len() == headings {
            self.text = text;
            return;
        }
        self.out.outline[headings..].iter_mut().for_each(|heading| heading.words = 0);
        self.text.clear();
        let text = text.trim();
        let heading = headings.checked_sub(1).map(|last| last as u32);
        if let Some(last) = headings.checked_sub(1) {
            self.out.outline[last].words = count_words(text);
        }
        if !text.is_empty() {
            self.out.passages.push(Passage { heading, text: text.to_string() });
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        inlines.iter().for_each(|inline| self.inline(inline));
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text.push_str(text),
            InlineKind::HtmlText(text) | InlineKind::TrustedText(text) => self.html_text(text),
            InlineKind::SoftBreak => self.text.push(' '),
            InlineKind::HardBreak => self.gap('\n'),
            InlineKind::Code(code) => self.text.push_str(code),
            InlineKind::Formula(formula) => self.text.push_str(&formula.words),
            InlineKind::Emphasis(inlines) | InlineKind::Strong(inlines) | InlineKind::Strikeout(inlines) => self.inlines(inlines),
            InlineKind::Link(link) => self.inlines(&link.inlines),
            InlineKind::Picture { link, .. } => self.out.pictures.push((*link, self.out.outline.len())),
            InlineKind::Gap(width) => self.text.extend(std::iter::repeat_n('_', *width as usize)),
            InlineKind::Element(element) => self.element(element),
            InlineKind::FootnoteReference { .. } | InlineKind::Trusted(_) => {}
        }
    }

    fn html_text(&mut self, text: &str) {
        let words = entity::decode_entities(text);
        for (at, words) in words.lines().map(str::trim).filter(|words| !words.is_empty()).enumerate() {
            if at > 0 {
                self.gap(' ');
            }
            self.text.push_str(words);
        }
    }

    fn element(&mut self, element: &Element) {
        self.blocks(&element.blocks);
        match &*element.name {
            "p" | "div" | "li" | "tr" | "dt" | "dd" | "summary" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.gap('\n'),
            "td" | "th" | "br" => self.gap(' '),
            _ => {}
        }
    }

    /// The pictures of a heading, whose text is read by itself.
    fn pictures(&mut self, inlines: &[Inline]) {
        let text = std::mem::take(&mut self.text);
        self.inlines(inlines);
        self.text = text;
    }
}
