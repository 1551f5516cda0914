//! Raw HTML in the stream: what is allowed becomes elements, kept balanced; addresses go the way of all links.

use std::ops::Range;

use super::link::{self, Address};
use super::raw::{self, Role, Token};
use super::reserved;
use super::writer::{Frame, Writer};
use crate::document::{AttributeValue, BlockKind, Element, InlineKind, LinkKind, SourceRange, TrustedTag, entity};
use crate::ground::escape::escape_attribute;

/// An element's attributes as read.
type Attributes = [(String, String)];

impl<'a> Writer<'a> {
    /// Reads a run of raw HTML. `pieces` says where its parts begin in it and in the prepared text.
    pub fn raw(&mut self, html: &str, pieces: &[(usize, usize)]) {
        let mut at = 0;
        while at < html.len() {
            if let Some(Frame::Hidden { name }) = self.frames.last() {
                // Scripts are no markup: only their end counts.
                let end = find_close(&html[at..], name);
                let Some(end) = end else { return };
                at += end;
                at += raw::token(&html[at..]).1;
                self.close_top();
                continue;
            }
            if self.muted > 0 {
                return;
            }
            let (token, length) = raw::token(&html[at..]);
            let piece = pieces.partition_point(|&(start, _)| start <= at).saturating_sub(1);
            let from = pieces.get(piece).map_or(0, |&(start, work)| work + (at - start)).min(self.source.work.len());
            let range = from..(from + length).min(self.source.work.len());
            let range = match self.source.work.get(range.clone()) {
                Some(_) => range,
                // The text was restored and is longer than what the parser saw.
                None => pieces.get(piece).map_or(0..0, |&(_, work)| work..work),
            };
            match token {
                Token::Text(text) => self.raw_text(text, range),
                Token::Silent => {}
                Token::Open { name, .. } if self.settings.trusted && raw::hidden(&name).is_some() => {
                    let end = find_close(&html[at + length..], &name).map_or(html.len(), |end| at + length + end);
                    self.put_trusted(&html[at..end], range);
                    at = end;
                    continue;
                }
                _ if self.settings.trusted => self.trusted_tag(token, &html[at..at + length], range),
                Token::Close { name } => self.raw_close(&name),
                Token::Open { name, attributes, empty } => self.raw_open(&name, &attributes, empty, range),
            }
            at += length;
        }
    }

    fn raw_text(&mut self, text: &str, range: Range<usize>) {
        self.contents.other |= !text.trim().is_empty();
        let place = self.range_of(&range);
        match self.settings.trusted {
            true => self.put(place, InlineKind::TrustedText(text.to_string())),
            false => self.put(place, InlineKind::HtmlText(text.to_string())),
        }
        let words = text.trim();
        if !words.is_empty() {
            self.last = entity::decode_entities(words).chars().next_back();
        }
    }

    fn put_trusted(&mut self, html: &str, range: Range<usize>) {
        let tag = TrustedTag { before: html.into(), address: None, after: "".into() };
        self.put(self.range_of(&range), InlineKind::Trusted(Box::new(tag)));
    }

    fn raw_close(&mut self, name: &str) {
        let mut place = self.frames.len();
        while let Some(Frame::Raw { name: open, .. }) = place.checked_sub(1).map(|below| &self.frames[below]) {
            place -= 1;
            if *open == name {
                while self.frames.len() > place {
                    self.close_top();
                }
                return;
            }
        }
    }

    /// Ends a raw element.
    pub fn close_raw(&mut self, mut element: Element, is_block: bool, link: bool, range: SourceRange) {
        self.in_link -= usize::from(link);
        element.blocks = self.end_blocks();
        self.put_element(element, is_block, range);
    }

    fn put_element(&mut self, element: Element, is_block: bool, range: SourceRange) {
        match is_block && self.takes_blocks() {
            true => self.put_block(range, BlockKind::Element(Box::new(element))),
            false => self.put(range, InlineKind::Element(Box::new(element))),
        }
    }

    fn raw_open(&mut self, name: &str, attributes: &Attributes, empty: bool, range: Range<usize>) {
        if let Some(name) = raw::hidden(name) {
            self.removed(name, range);
            self.muted += 1;
            return self.push(Frame::Hidden { name });
        }
        let Some((name, role)) = raw::element(name) else {
            return self.removed(name, range);
        };
        if !self.has_room() || !self.make_way(name, role) {
            return;
        }
        self.contents.other = true;
        self.line_start = false;
        let get = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        match name {
            "a" => return self.raw_anchor(get("href"), get("title"), get("id").or(get("name")), empty, range),
            "img" => {
                let alt = get("alt").unwrap_or_default();
                return match get("src") {
                    Some(src) => self.picture(src, get("title").unwrap_or_default(), alt.trim(), range),
                    None => self.words(self.range_of(&range), alt),
                };
            }
            "source" if !matches!(self.frames.last(), Some(Frame::Raw { name: "audio" | "video", .. })) => return,
            _ => {}
        }
        let mut kept = Vec::new();
        if matches!(name, "audio" | "video" | "source")
            && let Some(src) = get("src")
        {
            kept.extend(self.media_source(src, get("title").unwrap_or_default(), range.clone()));
        }
        self.keep_attributes(name, attributes, &mut kept);
        let is_block = name == "hr"
            || name == "col"
            || match role {
                Role::Block | Role::QuietBlock => true,
                Role::Within(parents) => parents != ["ruby"],
                _ => false,
            };
        let element = Element { name: name.into(), attributes: kept, is_void: role == Role::Void, blocks: Vec::new() };
        if role == Role::Void || empty {
            self.put_element(element, is_block, self.range_of(&range));
        } else {
            self.push_blocks(Frame::Raw { name, element, is_block, link: false });
        }
    }

    /// Closes what cannot hold the element; false when the element has no place here.
    fn make_way(&mut self, name: &str, role: Role) -> bool {
        if let Role::Within(parents) = role {
            let raws = self.frames.iter().rev().take_while(|frame| matches!(frame, Frame::Raw { .. }));
            let above = raws.into_iter().position(|frame| matches!(frame, Frame::Raw { name, .. } if parents.contains(name)));
            let Some(above) = above else { return false };
            for _ in 0..above {
                self.close_top();
            }
            return true;
        }
        if !matches!(role, Role::Block | Role::QuietBlock) && name != "hr" {
            return true;
        }
        if let Some(Frame::Raw { name: "p", .. }) = self.frames.last() {
            self.close_top();
        }
        // A block inside a line: the paragraph ends before it. Inside emphasis or a link there is no place for it.
        match self.frames.last_mut() {
            Some(Frame::Paragraph { closed: true, .. }) => {}
            Some(Frame::Paragraph { closed, kept }) => {
                *closed = true;
                let kept = *kept;
                let inlines = self.end_inlines();
                if kept || !inlines.is_empty() {
                    let place = self.range_of(&self.here.clone());
                    self.put_block(place, BlockKind::Paragraph(inlines));
                }
            }
            Some(Frame::Heading { .. } | Frame::Link { .. }) => return false,
            Some(Frame::Emphasis | Frame::Strong | Frame::Strikeout) => return false,
            _ => {}
        }
        true
    }

    /// `<a>`: a link, or an anchor of the old kind, which becomes a `<span>` since links inside it would not nest.
    fn raw_anchor(&mut self, href: Option<&str>, title: Option<&str>, id: Option<&str>, empty: bool, range: Range<usize>) {
        let anchor = id.filter(|id| self.ids.claim(id)).map(|id| ("id".into(), AttributeValue::Text(id.into())));
        self.anchors.extend(id.filter(|_| anchor.is_some()).map(String::from));
        let place = self.range_of(&range);
        let Some(link) = href.and_then(|href| self.link_to(href, range)) else {
            let span = Element { name: "span".into(), attributes: anchor.into_iter().collect(), is_void: false, blocks: Vec::new() };
            return match empty {
                true => self.put_element(span, false, place),
                false => self.push_blocks(Frame::Raw { name: "a", element: span, is_block: false, link: false }),
            };
        };
        let mut attributes: Vec<(Box<str>, AttributeValue)> = vec![("href".into(), AttributeValue::Link(link))];
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            attributes.push(("title".into(), AttributeValue::Text(title.into())));
        }
        let element = Element { name: "a".into(), attributes, is_void: false, blocks: Vec::new() };
        self.in_link += 1;
        self.push_blocks(Frame::Raw { name: "a", element, is_block: false, link: true });
        if let Some(anchor) = anchor {
            let span = Element { name: "span".into(), attributes: vec![anchor], is_void: false, blocks: Vec::new() };
            self.put_element(span, false, place);
        }
        if empty {
            self.close_top();
        }
    }

    fn media_source(&mut self, src: &str, alt: &str, range: Range<usize>) -> Option<(Box<str>, AttributeValue)> {
        match link::address(src) {
            Address::Refused { scheme } => {
                self.removed(&scheme, range);
                None
            }
            Address::Internal { target, anchor } | Address::External { target, anchor } => {
                let span = self.source.span(&range);
                let link = self.add_link(target, anchor, LinkKind::Media, alt.to_string(), span);
                Some(("src".into(), AttributeValue::Link(link)))
            }
        }
    }

    fn keep_attributes(&mut self, element: &str, attributes: &Attributes, kept: &mut Vec<(Box<str>, AttributeValue)>) {
        let (mut aligned, mut class) = (None, String::new());
        let mut keep = |name: &str, value: &str| kept.push((name.into(), AttributeValue::Text(value.into())));
        for (name, value) in attributes {
            match name.as_str() {
                "id" if self.ids.claim(value) => {
                    self.anchors.push(value.clone());
                    keep("id", value);
                }
                "align" => {
                    aligned = match value.to_ascii_lowercase().as_str() {
                        "left" => Some("al-l"),
                        "center" => Some("al-c"),
                        "right" => Some("al-r"),
                        _ => None,
                    };
                }
                "class" => class = reserved::classes(value),
                name if raw::attribute(element, name) => keep(name, value),
                _ => {}
            }
        }
        if class.is_empty() {
            class = aligned.unwrap_or_default().to_string();
        }
        if !class.is_empty() {
            keep("class", &class);
        }
    }

    /// A tag of a trusted page stays as it is; only addresses inside the site are looked up.
    fn trusted_tag(&mut self, token: Token, written: &str, range: Range<usize>) {
        self.contents.other = true;
        let Token::Open { name, attributes, empty } = token else {
            return self.put_trusted(written, range);
        };
        let (attribute, kind) = match name.as_str() {
            "a" => ("href", LinkKind::Internal),
            "img" => ("src", LinkKind::Picture),
            "audio" | "video" | "source" => ("src", LinkKind::Media),
            _ => ("", LinkKind::External),
        };
        let value = attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| link::address(value));
        let Some(Address::Internal { target, anchor }) = value else {
            return self.put_trusted(written, range);
        };
        let alt = attributes.iter().find(|(name, _)| name == "alt").map_or(String::new(), |(_, alt)| alt.clone());
        let span = self.source.span(&range);
        let link = self.add_link(target, anchor, kind, alt, span);
        let place = self.range_of(&range);
        let (mut before, mut after, mut is_behind) = (format!("<{name}"), String::new(), false);
        for (name, value) in &attributes {
            if name == attribute {
                is_behind = true;
                continue;
            }
            push_attribute(name, value, if is_behind { &mut after } else { &mut before });
        }
        after.push_str(if empty { " />" } else { ">" });
        let tag = TrustedTag { before: before.into(), address: Some((attribute.into(), link)), after: after.into() };
        self.put(place, InlineKind::Trusted(Box::new(tag)));
    }
}

/// Writes an attribute of a trusted tag.
fn push_attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    if !value.is_empty() {
        out.push_str("=\"");
        escape_attribute(value, out);
        out.push('"');
    }
}

/// Where `</name` stands, whatever its case.
fn find_close(html: &str, name: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let is_close = |at: usize| {
        bytes[at..].starts_with(b"</")
            && bytes.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    (0..bytes.len()).find(|&at| is_close(at))
}
