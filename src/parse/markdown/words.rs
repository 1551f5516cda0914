//! Running text: gathered from neighbouring events, then written as one, so that bare addresses and quiz lines that the
//! parser cut into pieces are seen whole.

use std::ops::Range;

use pulldown_cmark::Event;

use super::link;
use super::writer::{Frame, Writer};
use crate::document::{Inline, InlineKind, LinkKind, SourceRange, TextLink};
use crate::ground::diagnostic::{Code, Span};
use crate::ground::text::is_cjk;

impl<'a> Writer<'a> {
    /// Text: into the code block or the HTML block that is open, else to the line.
    pub fn text_event(&mut self, text: &str, range: Range<usize>) {
        if self.muted > 0 {
            let words = self.source.restore(text, &range);
            return self.said.iter_mut().for_each(|said| said.push_str(&words));
        }
        let source = self.source;
        let mut words = source.restore(text, &range);
        if let Some(Frame::Code { text, .. }) = self.frames.last_mut() {
            return text.push_str(&words);
        }
        if range.end > self.cut {
            let keep = self.cut.saturating_sub(range.start);
            match words.get(..keep) {
                Some(kept) if keep < words.len() => words = kept.to_string().into(),
                _ if keep == 0 => return,
                _ => {}
            }
        }
        self.pieces.push((self.pending.len(), range.start));
        self.pending.push_str(&words);
    }

    /// Writes the text that was gathered.
    pub fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.pending);
        let mut from = 0;
        let was_line_start = self.line_start;
        if self.line_start && self.muted == 0 {
            from = self.quiz_line(&text);
            self.note_cite(&text);
            self.line_start = text[from..].trim().is_empty() && from == 0;
        }
        if self.muted == 0 && self.in_link == 0 {
            self.tell_left_raw(&text[from..], was_line_start && from == 0);
        }
        self.missing_footnotes(&text);
        let urls = (self.in_link == 0).then(|| link::bare_urls(&text, from));
        for url in urls.into_iter().flatten() {
            self.words(self.range_in(from, url.start), &text[from..url.start]);
            self.bare_link(&text[url.clone()], url.start);
            from = url.end;
        }
        self.words(self.range_in(from, text.len()), &text[from..]);
        // The buffers are used again.
        self.pending = text;
        self.pending.clear();
        self.pieces.clear();
    }

    /// Puts words as they are.
    pub fn words(&mut self, range: SourceRange, text: &str) {
        if text.is_empty() {
            return;
        }
        self.contents.other |= !text.trim().is_empty();
        match self.gaps.is_some() {
            true => self.words_with_gaps(range, text),
            false => self.put_text(range, text),
        }
    }

    /// The place in the file of a stretch of the gathered text.
    fn range_in(&self, from: usize, to: usize) -> SourceRange {
        self.range_of(&(self.place(from)..self.place(to)))
    }

    /// The place in the prepared text of a place in the gathered text.
    fn place(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|&(start, _)| start <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(0, |&(start, work)| work + (at - start))
    }

    pub fn span_of(&self, at: usize, text: &str) -> Span {
        let from = self.place(at).min(self.source.work.len());
        let span = self.source.span(&(from..from));
        Span { width: (text.chars().count() as u32).max(1), ..span }
    }

    fn bare_link(&mut self, url: &str, at: usize) {
        let address = match url.split_once("://") {
            Some((scheme, rest)) => format!("{}://{rest}", scheme.to_ascii_lowercase()),
            None if url.starts_with("www.") => format!("http://{url}"),
            None => format!("mailto:{url}"),
        };
        let (target, anchor) = match address.split_once('#') {
            Some((front, fragment)) => (front.to_string(), Some(fragment.to_string())),
            None => (address.clone(), None),
        };
        let span = self.span_of(at, url);
        let link = self.add_link(target, anchor, LinkKind::External, String::new(), span);
        self.contents.other = true;
        self.last = url.chars().next_back();
        let range = self.range_in(at, at + url.len());
        let inlines = vec![Inline::new(range, InlineKind::Text(url.to_string()))];
        self.put(range, InlineKind::Link(Box::new(TextLink { link, title: "".into(), inlines })));
    }

    /// A line of the form `[注]: …` defines an address and is not shown. What is no address was meant as a line of text.
    pub fn definition(&mut self, label: &str, target: &str, range: &Range<usize>) {
        let target = self.source.restore(target, &(0..0)).into_owned();
        let looks_like_address = target.is_empty() || target.contains(['/', '.', '#', ':', '\\']) || !target.chars().any(is_cjk);
        if !looks_like_address {
            let (span, label) = (self.source.span(range), self.source.restore(label, &(0..0)).into_owned());
            self.report(Code::DefinitionOfText, span, |diagnostic| diagnostic.arg("name", label).arg("target", target));
        }
    }

    /// `[^x]` that is still text has no definition.
    fn missing_footnotes(&mut self, text: &str) {
        let mut from = 0;
        while let Some(found) = text[from..].find("[^") {
            let at = from + found;
            from = at + 2;
            let Some(length) = text[from..].find([']', '[', ' ']).filter(|&length| length > 0 && text[from + length..].starts_with(']'))
            else {
                continue;
            };
            // A backslash before it says that it is meant as text.
            let place = self.place(at);
            let work = self.source.work.as_bytes();
            let meant = work.get(place..).is_some_and(|rest| rest.starts_with(b"[^")) && (place == 0 || work[place - 1] != b'\\');
            let name = &text[from..from + length];
            if meant && self.reported.insert(format!("[^{name}]")) {
                let span = self.span_of(at, &text[at..from + length + 1]);
                self.report(Code::FootnoteMissing, span, |diagnostic| diagnostic.arg("name", name));
            }
            from += length + 1;
        }
    }

    /// A line's end within a paragraph: nothing between Chinese characters, which are not parted by blanks.
    pub fn soft_break(&mut self, range: Range<usize>) {
        self.flush();
        let next = self.source.first_word_char(range.end);
        // A line that begins with something else than text ends a quotation's source as well.
        self.note_cite("");
        self.line_start = true;
        if self.begins_paragraph() {
            return;
        }
        if !joins(self.last, next) {
            self.put(self.range_of(&range), InlineKind::SoftBreak);
            self.last = Some(' ');
        }
    }

    /// Whether nothing has been put in the open paragraph (since its last displayed formula) but pictures, behind which a
    /// blank would only push the text aside.
    fn begins_paragraph(&self) -> bool {
        match (self.frames.last(), self.open.last()) {
            (Some(Frame::Paragraph { closed: false, .. } | Frame::Choice { lazy: true, .. }), _) => !self.contents.written,
            (Some(Frame::Raw { name: "p", element, .. }), Some(open)) => element.attributes.is_empty() && open.is_empty(),
            _ => false,
        }
    }

    pub fn hard_break(&mut self, range: Range<usize>) {
        self.flush();
        self.note_cite("");
        self.contents.other = true;
        self.put(self.range_of(&range), InlineKind::HardBreak);
        self.new_line();
    }

    /// What stands in an image's description: text without marks.
    pub fn alt_event(&mut self, event: Event<'a>, range: Range<usize>) {
        let source = self.source;
        let Some(alt) = &mut self.alt else { return };
        match event {
            Event::Start(_) => alt.depth += 1,
            Event::End(_) => {
                alt.depth -= 1;
                if alt.depth == 0 {
                    self.end_image();
                }
            }
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                alt.text.push_str(&source.restore(&text, &range));
            }
            Event::SoftBreak | Event::HardBreak if !joins(alt.text.chars().next_back(), source.first_word_char(range.end)) => {
                alt.text.push(' ');
            }
            _ => {}
        }
    }
}

/// Whether two characters that a line's end parts stand together in Chinese setting.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let shared = |c| matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·');
    let full_mark =
        |c: char| matches!(c as u32, 0x3001..=0x3003 | 0x3008..=0x3011 | 0xFF01 | 0xFF08 | 0xFF09 | 0xFF0C | 0xFF1A | 0xFF1B | 0xFF1F);
    let (wide_before, wide_after) = (is_cjk(before), is_cjk(after));
    (wide_before && (wide_after || shared(after))) || (shared(before) && wide_after) || full_mark(before) || full_mark(after)
}
