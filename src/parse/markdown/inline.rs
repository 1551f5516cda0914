//! Inside a line: emphasis, links, pictures, players, code, formulas.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, Tag};

use super::html_block::HtmlBlock;
use super::link::{self, Address};
use super::math;
use super::writer::{Alt, Contents, Frame, Writer};
use crate::document::link::player;
use crate::document::{Formula, Inline, InlineKind, LinkKind, SourceRange, TextLink};
use crate::ground::diagnostic::Code;

impl<'a> Writer<'a> {
    /// Opens an element of a line.
    pub fn start_inline(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Emphasis => self.start_mark(Frame::Emphasis),
            Tag::Strong => self.start_mark(Frame::Strong),
            // A single `~` stands between numbers (5~10人) far more often than it strikes out.
            Tag::Strikethrough if !self.source.work[range.start..].starts_with("~~") => {
                self.words(self.range_of(&(range.start..range.start + 1)), "~");
                self.push(Frame::Tilde);
            }
            Tag::Strikethrough => self.start_mark(Frame::Strikeout),
            Tag::Link { link_type, dest_url, title, .. } => {
                let target = self.source.restore(&dest_url, &(0..0)).into_owned();
                let target = if link_type == LinkType::Email { format!("mailto:{target}") } else { target };
                let title = self.source.restore(&title, &(0..0)).into_owned();
                self.contents.other = true;
                match self.link_to(&target, range) {
                    Some(link) => {
                        self.in_link += 1;
                        self.push(Frame::Link { link, title });
                        self.open_inlines();
                    }
                    None => self.push(Frame::Flat),
                }
            }
            Tag::Image { dest_url, title, .. } => {
                self.alt = Some(Alt { depth: 1, text: String::new(), target: dest_url, title, range });
            }
            _ => self.push(Frame::Flat),
        }
    }

    fn start_mark(&mut self, mark: Frame<'a>) {
        self.contents.other = true;
        if !self.has_room() {
            return self.push(Frame::Flat);
        }
        self.push(mark);
        self.open_inlines();
    }

    /// Closes emphasis and the like.
    pub fn end_mark(&mut self, range: SourceRange, kind: impl FnOnce(Vec<Inline>) -> InlineKind) {
        let inlines = self.end_inlines();
        self.put(range, kind(inlines));
    }

    /// Notes what a link leads to; `None` when the address is refused or a link is open already.
    pub fn link_to(&mut self, written: &str, range: Range<usize>) -> Option<u32> {
        if self.in_link > 0 || !self.has_room() {
            return None;
        }
        let address = link::address(written);
        let kind = link::kind(&address);
        match address {
            Address::Refused { scheme } => {
                self.removed(&scheme, range);
                None
            }
            Address::External { target, anchor } | Address::Internal { target, anchor } => {
                let span = self.source.span(&range);
                Some(self.add_link(target, anchor, kind, String::new(), span))
            }
        }
    }

    /// Closes a link.
    pub fn end_link(&mut self, link: u32, title: String, range: SourceRange) {
        self.in_link -= 1;
        let inlines = self.end_inlines();
        self.put(range, InlineKind::Link(Box::new(TextLink { link, title: title.into(), inlines })));
    }

    /// A picture's description is complete.
    pub fn end_image(&mut self) {
        let Some(alt) = self.alt.take() else { return };
        let target = self.source.restore(&alt.target, &(0..0)).into_owned();
        let title = self.source.restore(&alt.title, &(0..0)).into_owned();
        self.picture(&target, &title, alt.text.trim(), alt.range);
    }

    /// Puts a picture or recording.
    pub fn picture(&mut self, written: &str, title: &str, alt: &str, range: Range<usize>) {
        let (target, anchor) = match link::address(written) {
            Address::Internal { target, anchor } | Address::External { target, anchor } => (target, anchor),
            Address::Refused { scheme } => {
                let place = self.range_of(&range);
                self.removed(&scheme, range);
                return self.words(place, alt);
            }
        };
        let kind = if player(&target).is_some() { LinkKind::Media } else { LinkKind::Picture };
        let span = self.source.span(&range);
        let link = self.add_link(target, anchor, kind, alt.to_string(), span);
        match self.frames.last() {
            Some(Frame::Paragraph { .. }) => self.contents.pictures += 1,
            _ => self.contents.other = true,
        }
        self.put(self.range_of(&range), InlineKind::Picture { link, title: title.into() });
        self.line_start = false;
        self.last = None;
    }

    /// Code within a line.
    pub fn code_span(&mut self, code: &CowStr<'a>, range: Range<usize>) {
        self.flush();
        if range.start >= self.cut {
            return;
        }
        let code = self.source.restore(code, &range).into_owned();
        self.contents.other = true;
        self.line_start = false;
        self.last = code.chars().next_back().or(self.last);
        self.put(self.range_of(&range), InlineKind::Code(code.into()));
    }

    /// A formula; a displayed one parts the paragraph it stands in.
    pub fn formula(&mut self, tex: &CowStr<'a>, display: bool, range: Range<usize>) {
        self.flush();
        let tex = self.source.restore(tex, &range).into_owned();
        let (mathml, words) = match math::mathml(&tex, display) {
            Ok(html) => {
                let words = math::words(&html);
                (Some(html.into()), words)
            }
            Err(reason) => {
                let span = self.source.span(&range);
                self.report(Code::MathBad, span, |diagnostic| diagnostic.arg("reason", reason));
                (None, tex.trim().to_string())
            }
        };
        self.line_start = false;
        let formula = Formula { tex: tex.into(), display, mathml, words: words.into() };
        self.put(self.range_of(&range), InlineKind::Formula(Box::new(formula)));
        if !display {
            self.contents.other = true;
        } else if let Some(Frame::Paragraph { closed: false, .. }) = self.frames.last() {
            self.contents = Contents::default();
            self.drop_cite();
        }
        self.last = None;
    }

    /// Lines of an HTML block, one of which may be a box's.
    pub fn html_line(&mut self, line: &str, range: Range<usize>) {
        let fence = self.source.fence_at(&range);
        let Some(Frame::Html(block)) = self.frames.last_mut() else { return };
        let Some(fence) = fence.filter(|_| !block.is_verbatim()) else {
            return block.push(&self.source.restore(line, &range), range.start);
        };
        let block = std::mem::take(block);
        // The block makes way, so that the box stands where the block stands.
        self.pop();
        if !block.text.is_empty() {
            self.raw(&block.text, &block.pieces);
        }
        self.fence(fence);
        self.push(Frame::Html(HtmlBlock::default()));
    }
}
