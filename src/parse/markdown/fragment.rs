//! A piece of HTML under construction, with its holes and its running text.

use crate::parse::body::{Hole, HoleKind};

/// A piece of HTML. Offsets count within it; [`Fragment::append`] moves them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fragment {
    /// The HTML so far.
    pub html: String,
    /// Its holes, ascending.
    pub holes: Vec<Hole>,
    /// Its running text, ascending, neighbours merged.
    pub prose: Vec<(u32, u32)>,
}

impl Fragment {
    /// Adds markup.
    pub fn push(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Adds text, escaped; `prose` says whether glossary terms may be linked in it.
    pub fn text(&mut self, text: &str, prose: bool) {
        let start = self.html.len();
        escape_text(text, &mut self.html);
        if prose {
            self.mark_prose(start);
        }
    }

    /// Declares what was written since `start` running text.
    pub fn mark_prose(&mut self, start: usize) {
        let (start, end) = (start as u32, self.html.len() as u32);
        match self.prose.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ if start < end => self.prose.push((start, end)),
            _ => {}
        }
    }

    /// Leaves a hole here.
    pub fn hole(&mut self, kind: HoleKind) {
        self.holes.push(Hole { at: self.html.len() as u32, kind });
    }

    /// Puts another piece behind this one.
    pub fn append(&mut self, other: Fragment) {
        let by = self.html.len() as u32;
        if self.html.is_empty() {
            *self = other;
            return;
        }
        self.html.push_str(&other.html);
        self.holes.extend(other.holes.iter().map(|hole| Hole { at: hole.at + by, kind: hole.kind }));
        self.prose.extend(other.prose.iter().map(|&(from, to)| (from + by, to + by)));
    }

    /// Takes off all that was written since `start`.
    pub fn split_off(&mut self, start: usize) -> Fragment {
        let by = start as u32;
        let first_hole = self.holes.partition_point(|hole| hole.at < by);
        let first_prose = self.prose.partition_point(|&(_, to)| to <= by);
        let mut tail = Fragment {
            html: self.html.split_off(start),
            holes: self.holes.split_off(first_hole),
            prose: self.prose.split_off(first_prose),
        };
        tail.holes.iter_mut().for_each(|hole| hole.at -= by);
        for (place, range) in tail.prose.iter_mut().enumerate() {
            // Text that runs across the cut is cut with it.
            if place == 0 && range.0 < by {
                self.prose.push((range.0, by));
            }
            *range = (range.0.saturating_sub(by), range.1 - by);
        }
        tail
    }

    /// Drops the tags of the paragraph that is all there is.
    pub fn unwrap_paragraph(&mut self) {
        if self.html.starts_with("<p>") && self.html.ends_with("</p>") && self.html.matches("<p>").count() == 1 {
            self.html.truncate(self.html.len() - "</p>".len());
            *self = self.split_off("<p>".len());
        }
    }

    /// The HTML with nothing in its holes; attributes that would hold an address are gone.
    pub fn without_holes(&self) -> String {
        let mut out = String::with_capacity(self.html.len());
        let mut done = 0;
        for hole in &self.holes {
            let at = hole.at as usize;
            if matches!(hole.kind, HoleKind::Url(_)) {
                out.push_str(&self.html[done..at]);
                let name = out.rfind(' ').unwrap_or(out.len());
                out.truncate(name);
                done = at + 1;
            }
        }
        out.push_str(&self.html[done..]);
        out
    }
}

/// Writes text for an HTML element.
pub fn escape_text(text: &str, out: &mut String) {
    escape(text, out, |b| matches!(b, b'&' | b'<' | b'>'));
}

/// Writes text for a quoted attribute.
pub fn escape_attribute(text: &str, out: &mut String) {
    escape(text, out, |b| matches!(b, b'&' | b'<' | b'>' | b'"'));
}

/// As [`escape_text`], into a new string.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_text(text, &mut out);
    out
}

/// As [`escape_attribute`], into a new string.
pub fn escaped_attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_attribute(text, &mut out);
    out
}

fn escape(text: &str, out: &mut String, special: impl Fn(u8) -> bool) {
    let mut done = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if special(byte) {
            out.push_str(&text[done..at]);
            out.push_str(match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            done = at + 1;
        }
    }
    out.push_str(&text[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_and_joined_again_it_is_the_same() {
        let mut whole = Fragment::default();
        whole.push("<p>");
        whole.text("a<b", true);
        whole.hole(HoleKind::Size(1));
        whole.push("<br>");
        whole.text("c", true);
        let before = whole.clone();
        let tail = whole.split_off(whole.html.find("<br>").unwrap());
        assert_eq!(tail.html, "<br>c");
        whole.append(tail);
        assert_eq!(whole, before);
    }

    #[test]
    fn holes_can_be_left_empty() {
        let mut piece = Fragment::default();
        piece.push("<a href=\"");
        piece.hole(HoleKind::Url(0));
        piece.push("\">x</a>");
        piece.hole(HoleKind::Picture(1));
        assert_eq!(piece.without_holes(), "<a>x</a>");
    }
}
