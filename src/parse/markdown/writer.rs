//! From events to the tree: the state, and the stack of what is open.
//!
//! Every start event of Markdown pushes exactly one frame and its end event pops it. Raw elements and boxes push frames
//! of their own in between; they are closed with the Markdown element they stand in at the latest, so the tree is
//! sound whatever the author wrote. Frames with contents have a [`Container`] that takes them. Blocks are in
//! [`super::blocks`], text and links in [`super::inline`], raw elements in [`super::html`], boxes in [`super::boxes`] and
//! [`super::quiz`].

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CowStr, Event};

use super::container::Container;
use super::content::Content;
use super::fence::FenceKind;
use super::html_block::HtmlBlock;
use super::ids::Ids;
use super::notes::Notes;
use super::quiz_draft::QuizDraft;
use super::settings::{Highlight, Settings};
use super::source::Source;
use crate::document::{
    Alert, Alignment, BlockKind, DefinitionPart, DocumentTree, Element, Inline, InlineKind, Link, LinkKind, ListItem, SourceRange, text,
};
use crate::ground::diagnostic::{Code, Diagnostic, Place, Span};
use crate::ground::suggest::Suggester;

/// Levels of quotations, list items and boxes that are kept; browsers stop at 512 elements, and walks over the tree recurse.
pub const MAX_LEVELS: usize = 100;

/// Open elements of all kinds.
const MAX_FRAMES: usize = 300;

/// Something open.
pub enum Frame<'a> {
    // Of Markdown's events.
    /// Nothing is kept of it but its contents.
    Flat,
    /// A paragraph: `closed` when a block element among its text has ended it early, `kept` when it stays though it is empty.
    Paragraph {
        closed: bool,
        kept: bool,
    },
    Heading {
        level: u8,
        id: Option<&'a str>,
        may_be_title: bool,
    },
    /// `cite` is where the last line begins, if it names the source: the inline of its paragraph, and the byte in that.
    Quote {
        alert: Option<Alert>,
        cite: Option<(usize, usize)>,
    },
    Code {
        language: String,
        text: String,
    },
    Html(HtmlBlock),
    List {
        first: Option<u64>,
        items: Vec<ListItem>,
    },
    Item {
        task: Option<bool>,
    },
    Table {
        columns: Vec<Alignment>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row {
        is_head: bool,
        cells: Vec<Vec<Inline>>,
    },
    Cell,
    Definitions(Vec<DefinitionPart>),
    Term,
    Details,
    Emphasis,
    Strong,
    Strikeout,
    Link {
        link: u32,
        title: String,
    },
    /// A single `~` that is text.
    Tilde,
    Footnote {
        name: CowStr<'a>,
    },
    /// The list of a quiz's options, and one of them: `done` when a section of the quiz has ended it early, `lazy` when
    /// that section's text is open in it.
    Options,
    Choice {
        checked: Option<bool>,
        done: bool,
        lazy: bool,
    },
    // Of our own.
    /// An element of raw HTML: the name in the text, and what it is in the tree.
    Raw {
        name: &'static str,
        element: Element,
        is_block: bool,
        link: bool,
    },
    /// `<script>`, `<style>`: all inside falls away.
    Hidden {
        name: &'static str,
    },
    Box(OpenBox),
    Quiz(Box<QuizDraft>, OpenBox),
}

/// An open box.
pub struct OpenBox {
    /// What a `:::` line says it is; `None`: unknown or too deep, nothing is kept of it but its contents.
    pub kind: Option<FenceKind>,
    pub name: String,
    pub title: String,
    pub colons: usize,
    /// Its closing line stood inside an element that is still open.
    pub closing: bool,
    pub span: Span,
}

/// Where an image is being read: its description is text without marks.
pub struct Alt<'a> {
    pub depth: usize,
    pub text: String,
    pub target: CowStr<'a>,
    pub title: CowStr<'a>,
    pub range: Range<usize>,
}

/// What the paragraph being read holds since its last displayed formula.
#[derive(Default)]
pub struct Contents {
    /// How many pictures.
    pub pictures: usize,
    /// Anything but pictures and blanks.
    pub other: bool,
    /// Anything but pictures.
    pub written: bool,
}

/// The writer.
pub struct Writer<'a> {
    pub file: Arc<str>,
    pub source: &'a Source<'a>,
    pub settings: Settings<'a>,
    pub code: &'a dyn Highlight,
    pub links: Vec<Link>,
    /// Anchors other than those of the outline: `<a id>`, footnotes, quizzes, and the title's (it leads to the top).
    pub anchors: Vec<String>,
    /// The heading that serves as the title.
    pub title: Option<String>,
    pub diagnostics: Vec<Diagnostic>,
    /// Takes the contents of what is open: of the page first.
    pub open: Vec<Container>,
    pub frames: Vec<Frame<'a>>,
    /// Where each of them stands.
    ranges: Vec<SourceRange>,
    /// Where the event stands that is being read.
    pub here: Range<usize>,
    /// Quotations, items and boxes among the frames.
    levels: usize,
    /// Greater than zero: stands in a link; is not shown; is a gallery; is a footnote.
    pub in_link: usize,
    pub muted: usize,
    pub galleries: usize,
    pub in_footnote: usize,
    /// Text of neighbouring events, and where its pieces begin here and in the prepared text.
    pub pending: String,
    pub pieces: Vec<(usize, usize)>,
    /// Nothing has been put on this line of the paragraph.
    pub line_start: bool,
    /// The last character that was put, if text was.
    pub last: Option<char>,
    pub contents: Contents,
    pub alt: Option<Alt<'a>>,
    /// Text from here on falls away: the `{#id}` of a heading.
    pub cut: usize,
    /// Gaps so far in the question whose gaps are to be filled.
    pub gaps: Option<u32>,
    /// Headings and questions so far.
    pub headings: usize,
    pub questions: usize,
    /// Links to the passages that answer questions.
    pub quiz_sources: Vec<u32>,
    pub ids: Ids,
    pub notes: Notes,
    /// What the speaker's notes that are open say so far.
    pub said: Option<String>,
    pub reported: HashSet<String>,
    pub suggester: Suggester,
}

impl<'a> Writer<'a> {
    pub fn new(file: &str, source: &'a Source<'a>, settings: Settings<'a>, code: &'a dyn Highlight) -> Writer<'a> {
        Writer {
            file: file.into(),
            source,
            settings,
            code,
            links: Vec::new(),
            anchors: Vec::new(),
            title: None,
            diagnostics: Vec::new(),
            open: vec![Container::Blocks(Vec::new())],
            frames: Vec::new(),
            ranges: Vec::new(),
            here: 0..0,
            levels: 0,
            in_link: 0,
            muted: 0,
            galleries: 0,
            in_footnote: 0,
            pending: String::new(),
            pieces: Vec::new(),
            line_start: true,
            last: None,
            contents: Contents::default(),
            alt: None,
            cut: usize::MAX,
            gaps: None,
            headings: 0,
            questions: 0,
            quiz_sources: Vec::new(),
            ids: Ids::default(),
            notes: Notes::default(),
            said: None,
            reported: HashSet::new(),
            suggester: Suggester::default(),
        }
    }

    /// Takes the next event.
    pub fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        self.here = range.clone();
        if self.alt.is_some() {
            return self.alt_event(event, range);
        }
        match event {
            Event::Text(text) => self.text_event(&text, range),
            Event::Start(tag) => self.start(tag, range),
            Event::End(_) => self.end(),
            Event::Html(text) => self.html_line(&text, range),
            Event::InlineHtml(text) => {
                self.flush();
                self.raw(&text, &[(0, range.start)]);
            }
            Event::Code(text) if self.said.is_some() => self.text_event(&text, range),
            _ if self.muted > 0 => {}
            Event::Code(text) => self.code_span(&text, range),
            Event::InlineMath(tex) => self.formula(&tex, false, range),
            Event::DisplayMath(tex) => self.formula(&tex, true, range),
            Event::FootnoteReference(name) => self.footnote_reference(&name),
            Event::SoftBreak => self.soft_break(range),
            Event::HardBreak => self.hard_break(range),
            Event::Rule => {
                self.block();
                self.put_block(self.range_of(&range), BlockKind::Rule);
            }
            Event::TaskListMarker(checked) => self.task(checked),
        }
    }

    /// Closes what is open and hands over the page.
    pub fn finish(mut self) -> (Content, Vec<Diagnostic>) {
        self.flush();
        while !self.frames.is_empty() {
            self.close_top();
        }
        let tree = DocumentTree { blocks: self.end_blocks(), footnotes: std::mem::take(&mut self.notes).finish(&mut self.anchors) };
        let text::PlainText { passages, outline, .. } = text::read(&tree, &self.links);
        self.resolve_sources(&outline);
        let Writer { links, anchors, title, diagnostics, .. } = self;
        (Content { tree, outline, passages, links, anchors, title }, diagnostics)
    }

    /// Opens a frame.
    pub fn push(&mut self, frame: Frame<'a>) {
        self.levels += usize::from(is_level(&frame));
        self.frames.push(frame);
        self.ranges.push(self.range_of(&self.here));
    }

    /// Takes off the top frame; says where it stood.
    pub fn pop(&mut self) -> Option<(Frame<'a>, SourceRange)> {
        let frame = self.frames.pop()?;
        self.levels -= usize::from(is_level(&frame));
        let range = self.ranges.pop().unwrap_or_default();
        let end = self.range_of(&self.here).end.max(range.end);
        // An element of Markdown knows its end from the beginning; others end with what is being read.
        let is_own = matches!(frame, Frame::Raw { .. } | Frame::Box(_) | Frame::Quiz(..));
        Some((frame, if is_own { SourceRange { end, ..range } } else { range }))
    }

    /// Whether one more quotation, item or box would be too many; says so once.
    pub fn too_deep(&mut self, range: &Range<usize>) -> bool {
        let deep = self.is_full();
        if deep && self.reported.insert("\0depth".to_string()) {
            let span = self.source.span(range);
            self.report(Code::NestingTooDeep, span, |diagnostic| diagnostic.arg("limit", MAX_LEVELS));
        }
        deep
    }

    /// Whether all levels are taken.
    pub fn is_full(&self) -> bool {
        self.levels >= MAX_LEVELS
    }

    /// Whether there is room for one more element inside a line.
    pub fn has_room(&self) -> bool {
        self.frames.len() < MAX_FRAMES && self.levels <= MAX_LEVELS
    }

    /// Whether nothing stands before this point of the page.
    pub fn at_top(&self) -> bool {
        let [Container::Blocks(blocks)] = &self.open[..] else { return false };
        self.frames.is_empty() && blocks.iter().all(|block| block.is_blank())
    }

    /// Puts text.
    pub fn put_text(&mut self, range: SourceRange, text: &str) {
        if !text.is_empty() {
            self.put(range, InlineKind::Text(text.to_string()));
            self.last = text.chars().next_back();
        }
    }

    /// Notes a link and returns its index.
    pub fn add_link(&mut self, target: String, anchor: Option<String>, kind: LinkKind, alt: String, span: Span) -> u32 {
        self.links.push(Link { target, anchor, kind, alt, span });
        self.links.len() as u32 - 1
    }

    /// Reports something at a place of this file.
    pub fn report(&mut self, code: Code, span: Span, args: impl FnOnce(Diagnostic) -> Diagnostic) {
        self.diagnostics.push(args(Diagnostic::new(code, Place::at(self.file.clone(), span))));
    }

    /// Reports that an element (or the scheme of an address) was taken out: once for each name.
    pub fn removed(&mut self, name: &str, range: Range<usize>) {
        if !self.reported.contains(name) {
            self.reported.insert(name.to_string());
            let span = self.source.span(&range);
            self.report(Code::HtmlRemoved, span, |diagnostic| diagnostic.arg("element", name));
        }
    }
}

/// Whether a frame counts as a level of nesting.
fn is_level(frame: &Frame) -> bool {
    matches!(frame, Frame::Quote { .. } | Frame::Item { .. } | Frame::Box(_) | Frame::Quiz(..) | Frame::Footnote { .. })
}
