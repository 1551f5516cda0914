//! From events to HTML: the state, and the stack of what is open.
//!
//! Every start event of Markdown pushes exactly one frame and its end event pops it. Raw elements and boxes push frames
//! of their own in between; they are closed with the Markdown element they stand in at the latest, so the HTML is
//! balanced whatever the author wrote. Blocks are in [`super::blocks`], text and links in [`super::inline`], raw
//! elements in [`super::html`], boxes in [`super::boxes`] and [`super::quiz`].

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Alignment, CowStr, Event};

use super::fence::BoxKind;
use super::footnotes::Notes;
use super::fragment::Fragment;
use super::heading::Ids;
use super::inline::HtmlBlock;
use super::quiz::Quiz;
use super::source::Source;
use super::{Highlight, Settings};
use crate::ground::diagnostic::{Code, Diagnostic, Place, Span};
use crate::ground::text::count_words;
use crate::parse::body::{Body, Link, LinkKind, Passage};

/// Levels of quotations, list items and boxes that are written; browsers stop at 512 elements.
pub const MAX_LEVELS: usize = 100;

/// Open elements of all kinds.
const MAX_FRAMES: usize = 300;

/// Something open.
pub enum Frame<'a> {
    // Of Markdown's events.
    /// Nothing is written for it.
    Flat,
    /// Starts at a byte of the HTML; `closed` when a block element among its text has ended it early.
    Paragraph {
        start: usize,
        closed: bool,
    },
    Heading {
        level: u8,
        id: Option<&'a str>,
        is_title: bool,
        outer_capture: Option<String>,
    },
    /// `cite` is where the last line begins, if it names the source.
    Quote {
        cite: Option<usize>,
    },
    Code {
        language: String,
        text: String,
    },
    Html(HtmlBlock),
    Item {
        at: usize,
    },
    Table {
        columns: Vec<Alignment>,
        column: usize,
        body: bool,
    },
    Link {
        size: Option<u32>,
    },
    /// A single `~` that is text.
    Tilde,
    Footnote {
        name: CowStr<'a>,
    },
    /// The list of a quiz's options, and one of them.
    Options,
    Choice {
        checked: Option<bool>,
        done: bool,
        lazy: bool,
    },
    /// Anything else: how it ends, whether its text is quiet, and what parts its text from the next.
    Tag {
        close: &'static str,
        quiet: bool,
        gap: Option<char>,
    },
    // Of our own.
    /// An element of raw HTML: the name in the text, the name written.
    Raw {
        name: &'static str,
        written: &'static str,
        quiet: bool,
        link: bool,
    },
    /// `<script>`, `<style>`: all inside falls away.
    Hidden {
        name: &'static str,
    },
    Box(OpenBox),
    Quiz(Box<Quiz>, OpenBox),
}

/// An open box.
pub struct OpenBox {
    /// `None`: unknown or not shown; nothing is written for it.
    pub kind: Option<BoxKind>,
    pub name: String,
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

/// What the paragraph being written holds.
#[derive(Default)]
pub struct Contents {
    /// Links of the pictures, with their captions.
    pub pictures: Vec<(u32, String)>,
    /// Anything but pictures and blanks.
    pub other: bool,
}

/// The writer.
pub struct Writer<'a> {
    pub file: Arc<str>,
    pub source: &'a Source<'a>,
    pub settings: Settings,
    pub code: &'a dyn Highlight,
    pub body: Body,
    pub diagnostics: Vec<Diagnostic>,
    /// The piece being written, and those that wait for it.
    pub out: Fragment,
    saved: Vec<Fragment>,
    pub frames: Vec<Frame<'a>>,
    /// Quotations, items and boxes among the frames.
    levels: usize,
    /// Greater than zero: the text holds no terms; stands in a link; is not shown; is not collected; is a gallery.
    pub quiet: usize,
    pub in_link: usize,
    pub muted: usize,
    pub uncollected: usize,
    pub galleries: usize,
    /// Text of neighbouring events, and where its pieces begin here and in the prepared text.
    pub pending: String,
    pub pieces: Vec<(usize, usize)>,
    /// Nothing has been written on this line of the paragraph.
    pub line_start: bool,
    /// The last character that was written, if text was.
    pub last: Option<char>,
    pub contents: Contents,
    pub alt: Option<Alt<'a>>,
    /// Takes the visible text instead of the passage.
    pub capture: Option<String>,
    /// Text from here on falls away: the `{#id}` of a heading.
    pub cut: usize,
    /// Gaps so far in the question whose gaps are to be filled.
    pub gaps: Option<u32>,
    /// Questions, and the links to the passages that answer them.
    pub quiz_sources: Vec<(usize, usize)>,
    passage: String,
    pub ids: Ids,
    pub notes: Notes,
    /// What the speaker's notes that are open say so far.
    pub said: Option<String>,
    pub reported: HashSet<String>,
}

impl<'a> Writer<'a> {
    pub fn new(file: &str, source: &'a Source<'a>, settings: Settings, code: &'a dyn Highlight) -> Writer<'a> {
        let mut out = Fragment::default();
        out.html.reserve(source.work.len() + source.work.len() / 4);
        Writer {
            file: file.into(),
            source,
            settings,
            code,
            body: Body::default(),
            diagnostics: Vec::new(),
            out,
            saved: Vec::new(),
            frames: Vec::new(),
            levels: 0,
            quiet: 0,
            in_link: 0,
            muted: 0,
            uncollected: 0,
            galleries: 0,
            pending: String::new(),
            pieces: Vec::new(),
            line_start: true,
            last: None,
            contents: Contents::default(),
            alt: None,
            capture: None,
            cut: usize::MAX,
            gaps: None,
            quiz_sources: Vec::new(),
            passage: String::new(),
            ids: Ids::default(),
            notes: Notes::default(),
            said: None,
            reported: HashSet::new(),
        }
    }

    /// Takes the next event.
    pub fn event(&mut self, event: Event<'a>, range: Range<usize>) {
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
            Event::HardBreak => self.hard_break(),
            Event::Rule => {
                self.block();
                self.out.push("<hr>");
            }
            Event::TaskListMarker(checked) => self.task(checked),
        }
    }

    /// Closes what is open and hands over the page.
    pub fn finish(mut self) -> (Body, Vec<Diagnostic>) {
        self.flush();
        while !self.frames.is_empty() {
            self.close_top();
        }
        self.write_footnotes();
        self.end_passage();
        self.resolve_sources();
        let Fragment { html, holes, prose } = self.out;
        self.body.html = html;
        self.body.html.shrink_to_fit();
        self.body.holes = holes;
        self.body.prose = prose;
        (self.body, self.diagnostics)
    }

    /// Opens a frame.
    pub fn push(&mut self, frame: Frame<'a>) {
        self.levels += usize::from(is_level(&frame));
        self.frames.push(frame);
    }

    /// Takes off the top frame.
    pub fn pop(&mut self) -> Option<Frame<'a>> {
        let frame = self.frames.pop()?;
        self.levels -= usize::from(is_level(&frame));
        Some(frame)
    }

    /// Whether one more quotation, item or box would be too many; says so once.
    pub fn too_deep(&mut self, range: &Range<usize>) -> bool {
        let deep = self.levels >= MAX_LEVELS;
        if deep && self.reported.insert("\0depth".to_string()) {
            let span = self.source.span(range);
            self.report(Code::NestingTooDeep, span, |diagnostic| diagnostic.arg("limit", MAX_LEVELS));
        }
        deep
    }

    /// Whether there is room for one more element inside a line.
    pub fn has_room(&self) -> bool {
        self.frames.len() < MAX_FRAMES && self.levels <= MAX_LEVELS
    }

    /// Begins a piece of its own.
    pub fn begin(&mut self) {
        self.saved.push(std::mem::take(&mut self.out));
    }

    /// Ends it and hands it over.
    pub fn end_piece(&mut self) -> Fragment {
        let outer = self.saved.pop().unwrap_or_default();
        std::mem::replace(&mut self.out, outer)
    }

    /// Whether nothing stands before this point of the page.
    pub fn at_top(&self) -> bool {
        self.frames.is_empty() && self.saved.is_empty() && self.out.html.trim_ascii().is_empty() && self.out.holes.is_empty()
    }

    /// Adds to the text that search and excerpts read.
    pub fn visible(&mut self, text: &str) {
        self.last = text.chars().next_back().or(self.last);
        if let Some(capture) = &mut self.capture {
            capture.push_str(text);
        } else if self.uncollected == 0 {
            self.passage.push_str(text);
        }
    }

    /// Parts what comes from what was: once, and not at the beginning.
    pub fn gap(&mut self, c: char) {
        let text = self.capture.as_mut().unwrap_or(&mut self.passage);
        match text.chars().next_back() {
            None | Some('\n') => {}
            Some(' ') if c == '\n' => {
                text.pop();
                text.push(c);
            }
            Some(' ') => {}
            _ => text.push(c),
        }
    }

    /// Ends the passage of the last heading.
    pub fn end_passage(&mut self) {
        let text = std::mem::take(&mut self.passage);
        let text = text.trim();
        let heading = self.body.outline.len().checked_sub(1).map(|last| last as u32);
        if let Some(last) = self.body.outline.last_mut() {
            last.words = count_words(text);
        }
        if !text.is_empty() {
            self.body.text.push(Passage { heading, text: text.to_string() });
        }
    }

    /// Notes a link and returns its index.
    pub fn add_link(&mut self, target: String, anchor: Option<String>, kind: LinkKind, alt: String, span: Span) -> u32 {
        self.body.links.push(Link { target, anchor, kind, alt, span });
        self.body.links.len() as u32 - 1
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
