//! Raw HTML in the stream: what is allowed is written and kept balanced, addresses go the way of all links.

use std::ops::Range;

use super::fragment::{escape_attribute, escaped_attribute};
use super::link::{self, Address};
use super::raw::{self, Role, Token};
use super::writer::{Frame, Writer};
use crate::parse::body::{HoleKind, LinkKind};

/// An element's attributes as read.
type Attributes = [(String, String)];

impl<'a> Writer<'a> {
    /// Writes a run of raw HTML. `pieces` says where its parts begin in it and in the prepared text.
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
                Token::Text(text) => self.raw_text(text),
                Token::Silent => {}
                Token::Open { name, .. } if self.settings.trusted && raw::hidden(&name).is_some() => {
                    let end = find_close(&html[at + length..], &name).map_or(html.len(), |end| at + length + end);
                    self.out.push(&html[at..end]);
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

    fn raw_text(&mut self, text: &str) {
        self.contents.other |= !text.trim().is_empty();
        let start = self.out.html.len();
        match self.settings.trusted {
            true => self.out.push(text),
            false => raw::escape_raw_text(text, &mut self.out.html),
        }
        if self.quiet == 0 && !text.trim().is_empty() {
            self.out.mark_prose(start);
        }
        let words = raw::decode_entities(text);
        for (line, words) in words.lines().map(str::trim).filter(|words| !words.is_empty()).enumerate() {
            if line > 0 {
                self.gap(' ');
            }
            self.visible(words);
        }
    }

    fn raw_close(&mut self, name: &str) {
        if matches!(name, "p" | "div" | "li" | "tr" | "dt" | "dd" | "summary" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            self.gap('\n');
        } else if matches!(name, "td" | "th") {
            self.gap(' ');
        }
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
    pub fn close_raw(&mut self, _name: &str, written: &str, quiet: bool, link: bool) {
        self.out.push("</");
        self.out.push(written);
        self.out.push(">");
        self.quiet -= usize::from(quiet);
        self.in_link -= usize::from(link);
    }

    fn raw_open(&mut self, name: &str, attributes: &Attributes, empty: bool, range: Range<usize>) {
        if let Some(name) = raw::hidden(name) {
            self.removed(name, range);
            self.begin();
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
                    None => self.words(alt),
                };
            }
            "source" if !matches!(self.frames.last(), Some(Frame::Raw { name: "audio" | "video", .. })) => return,
            "br" => self.gap(' '),
            _ => {}
        }
        self.out.push("<");
        self.out.push(name);
        if matches!(name, "audio" | "video" | "source")
            && let Some(src) = get("src")
        {
            self.media_source(src, get("title").unwrap_or_default(), range);
        }
        self.push_attributes(name, attributes);
        self.out.push(">");
        let quiet = matches!(role, Role::Quiet | Role::QuietBlock) || matches!(name, "dt" | "caption" | "th");
        if role == Role::Void {
        } else if empty {
            self.out.push("</");
            self.out.push(name);
            self.out.push(">");
        } else {
            self.quiet += usize::from(quiet);
            self.push(Frame::Raw { name, written: name, quiet, link: false });
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
            Some(Frame::Paragraph { closed, start }) => {
                *closed = true;
                let start = *start;
                match self.out.html[start..] == *"<p>" {
                    true => self.out.html.truncate(start),
                    false => self.out.push("</p>"),
                }
            }
            Some(Frame::Heading { .. } | Frame::Link { .. }) => return false,
            Some(Frame::Tag { close: "</em>" | "</strong>" | "</del>", .. }) => return false,
            _ => {}
        }
        true
    }

    /// `<a>`: a link, or an anchor of the old kind, which becomes a `<span>` since links inside it would not nest.
    fn raw_anchor(&mut self, href: Option<&str>, title: Option<&str>, id: Option<&str>, empty: bool, range: Range<usize>) {
        let anchor = id.filter(|id| self.ids.claim(id));
        if let Some(id) = anchor {
            self.body.anchors.push(id.to_string());
        }
        let opened = href.and_then(|href| self.open_link(href, title.unwrap_or_default(), range));
        if opened.is_some() {
            if let Some(id) = anchor {
                self.out.push(&format!("<span id=\"{}\"></span>", escaped_attribute(id)));
            }
            if empty {
                return self.end_link(None);
            }
            return self.push(Frame::Raw { name: "a", written: "a", quiet: true, link: true });
        }
        match anchor {
            Some(id) => self.out.push(&format!("<span id=\"{}\">", escaped_attribute(id))),
            None => self.out.push("<span>"),
        }
        match empty {
            true => self.out.push("</span>"),
            false => self.push(Frame::Raw { name: "a", written: "span", quiet: false, link: false }),
        }
    }

    fn media_source(&mut self, src: &str, alt: &str, range: Range<usize>) {
        match link::address(src) {
            Address::Refused { scheme } => self.removed(&scheme, range),
            Address::Internal { target, anchor } | Address::External { target, anchor } => {
                let span = self.source.span(&range);
                let index = self.add_link(target, anchor, LinkKind::Media, alt.to_string(), span);
                self.out.push(" src=\"");
                self.out.hole(HoleKind::Url(index));
                self.out.push("\"");
            }
        }
    }

    fn push_attributes(&mut self, element: &str, attributes: &Attributes) {
        let mut aligned = None;
        for (name, value) in attributes {
            match name.as_str() {
                "id" if self.ids.claim(value) => {
                    self.body.anchors.push(value.clone());
                    self.push_attribute("id", value);
                }
                "align" => {
                    aligned = match value.to_ascii_lowercase().as_str() {
                        "left" => Some("al-l"),
                        "center" => Some("al-c"),
                        "right" => Some("al-r"),
                        _ => None,
                    };
                }
                name if raw::attribute(element, name) => self.push_attribute(name, value),
                _ => {}
            }
        }
        if let Some(class) = aligned
            && !attributes.iter().any(|(name, _)| name == "class")
        {
            self.push_attribute("class", class);
        }
    }

    fn push_attribute(&mut self, name: &str, value: &str) {
        self.out.push(" ");
        self.out.push(name);
        if !value.is_empty() {
            self.out.push("=\"");
            escape_attribute(value, &mut self.out.html);
            self.out.push("\"");
        }
    }

    /// A tag of a trusted page stays as it is; only addresses inside the site are looked up.
    fn trusted_tag(&mut self, token: Token, written: &str, range: Range<usize>) {
        self.contents.other = true;
        let Token::Open { name, attributes, empty } = token else {
            return self.out.push(written);
        };
        let (attribute, kind) = match name.as_str() {
            "a" => ("href", LinkKind::Internal),
            "img" => ("src", LinkKind::Picture),
            "audio" | "video" | "source" => ("src", LinkKind::Media),
            _ => ("", LinkKind::External),
        };
        let value = attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| link::address(value));
        let Some(Address::Internal { target, anchor }) = value else {
            return self.out.push(written);
        };
        let alt = attributes.iter().find(|(name, _)| name == "alt").map_or(String::new(), |(_, alt)| alt.clone());
        let span = self.source.span(&range);
        let index = self.add_link(target, anchor, kind, alt, span);
        self.out.push("<");
        self.out.push(&name);
        for (name, value) in &attributes {
            if name == attribute {
                self.out.push(&format!(" {name}=\""));
                self.out.hole(HoleKind::Url(index));
                self.out.push("\"");
            } else {
                self.push_attribute(name, value);
            }
        }
        self.out.push(if empty { " />" } else { ">" });
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
