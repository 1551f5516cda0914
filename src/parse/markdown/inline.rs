//! Inside a line: emphasis, links, pictures, players, code, formulas.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, Tag};

use super::fragment::{escape_attribute, escape_text, escaped_attribute};
use super::link::{self, Address};
use super::math;
use super::writer::{Alt, Frame, Writer};
use crate::ground::diagnostic::Code;
use crate::parse::body::{HoleKind, LinkKind};

impl<'a> Writer<'a> {
    /// Opens an element of a line.
    pub fn start_inline(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Emphasis => self.start_mark("<em>", "</em>"),
            Tag::Strong => self.start_mark("<strong>", "</strong>"),
            // A single `~` stands between numbers (5~10人) far more often than it strikes out.
            Tag::Strikethrough if !self.source.work[range.start..].starts_with("~~") => {
                self.words("~");
                self.push(Frame::Tilde);
            }
            Tag::Strikethrough => self.start_mark("<del>", "</del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                let target = self.source.restore(&dest_url, &(0..0)).into_owned();
                let target = if link_type == LinkType::Email { format!("mailto:{target}") } else { target };
                let title = self.source.restore(&title, &(0..0)).into_owned();
                self.contents.other = true;
                match self.open_link(&target, &title, range) {
                    Some(size) => self.push(Frame::Link { size }),
                    None => self.push(Frame::Flat),
                }
            }
            Tag::Image { dest_url, title, .. } => {
                self.alt = Some(Alt { depth: 1, text: String::new(), target: dest_url, title, range });
            }
            _ => self.push(Frame::Flat),
        }
    }

    fn start_mark(&mut self, open: &'static str, close: &'static str) {
        self.contents.other = true;
        if !self.has_room() {
            return self.push(Frame::Flat);
        }
        self.out.push(open);
        self.open_tag(close, false, None);
    }

    /// Opens `<a>`; `None` when the address is refused or a link is open already. Inside is the attachment whose size
    /// follows the text.
    pub fn open_link(&mut self, written: &str, title: &str, range: Range<usize>) -> Option<Option<u32>> {
        if self.in_link > 0 || !self.has_room() {
            return None;
        }
        let address = link::address(written);
        let kind = link::kind(&address);
        let mut size = None;
        match address {
            Address::Refused { scheme } => {
                self.removed(&scheme, range);
                return None;
            }
            Address::External { target, anchor } => {
                let whole = match &anchor {
                    Some(anchor) => format!("{target}#{anchor}"),
                    None => target.clone(),
                };
                let span = self.source.span(&range);
                self.add_link(target, anchor, kind, String::new(), span);
                self.open_external(&whole, title);
            }
            Address::Internal { target, anchor } => {
                let is_attachment = link::is_attachment(&target);
                let span = self.source.span(&range);
                let index = self.add_link(target, anchor, kind, String::new(), span);
                size = is_attachment.then_some(index);
                self.out.push(if is_attachment { "<a class=\"attachment\" href=\"" } else { "<a href=\"" });
                self.out.hole(HoleKind::Url(index));
                self.out.push("\"");
                self.push_title(title);
            }
        }
        self.in_link += 1;
        self.quiet += 1;
        Some(size)
    }

    /// Writes the opening tag of a link that leaves the site.
    pub fn open_external(&mut self, address: &str, title: &str) {
        let is_site = address.starts_with("//")
            || address.split(':').next().is_some_and(|scheme| scheme.len() > 2 && !matches!(scheme, "mailto" | "tel" | "sms"));
        self.out.push(if is_site { "<a class=\"external\" href=\"" } else { "<a href=\"" });
        for (place, part) in address.split(' ').enumerate() {
            self.out.push(if place > 0 { "%20" } else { "" });
            escape_attribute(part, &mut self.out.html);
        }
        self.out.push(if is_site { "\" rel=\"noopener\"" } else { "\"" });
        self.push_title(title);
    }

    fn push_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.push(" title=\"");
            escape_attribute(title, &mut self.out.html);
            self.out.push("\"");
        }
        self.out.push(">");
    }

    /// Closes a link.
    pub fn end_link(&mut self, size: Option<u32>) {
        self.in_link -= 1;
        self.quiet -= 1;
        if let Some(index) = size {
            self.out.hole(HoleKind::Size(index));
        }
        self.out.push("</a>");
    }

    /// A picture's description is complete.
    pub fn end_image(&mut self) {
        let Some(alt) = self.alt.take() else { return };
        let target = self.source.restore(&alt.target, &(0..0)).into_owned();
        let title = self.source.restore(&alt.title, &(0..0)).into_owned();
        self.picture(&target, &title, alt.text.trim(), alt.range);
    }

    /// Writes a picture or player.
    pub fn picture(&mut self, written: &str, title: &str, alt: &str, range: Range<usize>) {
        let (target, anchor) = match link::address(written) {
            Address::Internal { target, anchor } | Address::External { target, anchor } => (target, anchor),
            Address::Refused { scheme } => {
                self.removed(&scheme, range);
                return self.words(alt);
            }
        };
        let kind = if link::player(&target).is_some() { LinkKind::Media } else { LinkKind::Picture };
        let span = self.source.span(&range);
        let index = self.add_link(target, anchor, kind, alt.to_string(), span);
        match self.frames.last() {
            Some(Frame::Paragraph { .. }) => self.contents.pictures.push((index, title.to_string())),
            _ => self.contents.other = true,
        }
        self.picture_hole(index);
        self.line_start = false;
        self.last = None;
    }

    /// The hole of a picture, or the player of a recording.
    pub fn picture_hole(&mut self, index: u32) {
        let link = &self.body.links[index as usize];
        let Some(player) = link::player(&link.target) else {
            return self.out.hole(HoleKind::Picture(index));
        };
        let label = escaped_attribute(&link.alt);
        let inline = if player == "video" { " playsinline" } else { "" };
        self.out.push(&format!("<{player} controls preload=\"none\"{inline} src=\""));
        self.out.hole(HoleKind::Url(index));
        self.out.push("\"");
        if !label.is_empty() {
            self.out.push(&format!(" aria-label=\"{label}\""));
        }
        self.out.push(&format!("></{player}>"));
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
        self.out.push("<code>");
        escape_text(&code, &mut self.out.html);
        self.out.push("</code>");
        self.visible(&code);
    }

    /// A formula; in a paragraph a display formula stands between two halves of it.
    pub fn formula(&mut self, tex: &CowStr<'a>, display: bool, range: Range<usize>) {
        self.flush();
        let tex = self.source.restore(tex, &range).into_owned();
        let (inner, words) = match math::mathml(&tex, display) {
            Ok(html) => {
                let words = math::words(&html);
                (html, words)
            }
            Err(reason) => {
                let span = self.source.span(&range);
                self.report(Code::MathBad, span, |diagnostic| diagnostic.arg("reason", reason));
                let mut html = "<code class=\"math\">".to_string();
                escape_text(tex.trim(), &mut html);
                (html + "</code>", tex.trim().to_string())
            }
        };
        self.line_start = false;
        match self.frames.last() {
            _ if !display => {
                self.contents.other = true;
                self.out.push(&inner);
            }
            Some(Frame::Paragraph { start, closed: false }) => {
                let start = *start;
                let end = self.out.html.trim_end().len();
                self.out.split_off(end);
                if self.out.html[start..] == *"<p>" {
                    self.out.split_off(start);
                } else {
                    self.out.push("</p>");
                }
                self.out.push("<div class=\"math-block\">");
                self.out.push(&inner);
                self.out.push("</div>");
                let start = self.out.html.len();
                if let Some(frame) = self.frames.last_mut() {
                    *frame = Frame::Paragraph { start, closed: false };
                }
                self.out.push("<p>");
                self.contents = Default::default();
            }
            Some(Frame::Item { .. } | Frame::Choice { .. } | Frame::Paragraph { .. }) => {
                self.out.push("<div class=\"math-block\">");
                self.out.push(&inner);
                self.out.push("</div>");
            }
            _ => {
                self.out.push("<span class=\"math-block\">");
                self.out.push(&inner);
                self.out.push("</span>");
            }
        }
        self.visible(&words);
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

/// The lines of an HTML block so far.
#[derive(Default)]
pub struct HtmlBlock {
    pub text: String,
    /// Where each line begins in `text` and in the prepared text.
    pub pieces: Vec<(usize, usize)>,
    /// Whether its first element is one whose contents are no markup; `None` before there is one.
    raw_text: Option<bool>,
    in_comment: bool,
}

impl HtmlBlock {
    fn push(&mut self, line: &str, at: usize) {
        let first = line.trim_start();
        if self.raw_text.is_none() && !first.is_empty() {
            self.raw_text = Some(["<pre", "<script", "<style", "<textarea"].iter().any(|start| first.starts_with(start)));
        }
        self.in_comment = match line.rfind("<!--") {
            Some(open) => !line[open..].contains("-->"),
            None => self.in_comment && !line.contains("-->"),
        };
        self.pieces.push((self.text.len(), at));
        self.text.push_str(line);
    }

    /// Whether a `:::` line behind this text is a part of it.
    fn is_verbatim(&self) -> bool {
        self.in_comment || self.raw_text == Some(true)
    }
}
