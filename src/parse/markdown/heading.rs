//! Headings and their anchors: readable, unique on their page.

use std::collections::HashMap;
use std::ops::Range;

use super::fragment::escaped_attribute;
use super::writer::{Frame, Writer};
use crate::parse::body::{Heading, HoleKind};

/// The anchors of a page so far.
#[derive(Default)]
pub struct Ids {
    /// Each with the number that its next namesake tries first: ten thousand equal headings stay cheap.
    taken: HashMap<String, u32>,
}

impl Ids {
    /// Takes an anchor: the wanted one, or with `-1`, `-2` … behind it, as the great code hosts number them.
    pub fn unique(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "h-1" } else { wanted };
        let Some(&first) = self.taken.get(wanted) else {
            self.taken.insert(wanted.to_string(), 1);
            return wanted.to_string();
        };
        let mut number = first;
        loop {
            let candidate = format!("{wanted}-{number}");
            number += 1;
            if !self.taken.contains_key(&candidate) {
                self.taken.insert(wanted.to_string(), number);
                self.taken.insert(candidate.clone(), 1);
                return candidate;
            }
        }
    }

    /// Takes exactly this anchor; false when it is taken already.
    pub fn claim(&mut self, id: &str) -> bool {
        !id.is_empty() && !self.taken.contains_key(id) && self.taken.insert(id.to_string(), 1).is_none()
    }
}

impl<'a> Writer<'a> {
    /// A heading begins: its text is gathered first, since its anchor is made of it.
    pub fn start_heading(&mut self, level: u8, range: Range<usize>) {
        self.block();
        let is_title = level == 1 && self.body.outline.is_empty() && self.body.title.is_none() && self.at_top();
        let source: &'a str = &self.source.work;
        let line = &source[range.clone()];
        // Of an underlined heading the last line is the underline.
        let line = if line.starts_with('#') { line } else { line.trim_end().rsplit_once('\n').map_or(line, |(text, _)| text) };
        let explicit = explicit_id(line);
        self.cut = explicit.map_or(usize::MAX, |(end, _)| range.start + end);
        self.begin();
        self.quiet += 1;
        let id = explicit.map(|(_, id)| id);
        let outer_capture = self.capture.replace(String::new());
        self.push(Frame::Heading { level, id, is_title, outer_capture });
        self.new_line();
    }

    /// Its text is complete: it becomes the page's title, or a heading with an anchor.
    pub fn end_heading(&mut self, level: u8, id: Option<&str>, is_title: bool, outer: Option<String>) {
        self.cut = usize::MAX;
        self.quiet -= 1;
        let title = std::mem::replace(&mut self.capture, outer).unwrap_or_default();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let inner = self.end_piece();
        let id = match id {
            Some(id) => self.ids.unique(&self.source.restore(id, &(0..0))),
            None => self.ids.unique(&slug(&title)),
        };
        if is_title && !title.is_empty() {
            self.body.anchors.push(id);
            self.body.title = Some(title);
            return;
        }
        let tag = ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level.clamp(1, 6)) - 1];
        self.out.push("<");
        self.out.push(tag);
        self.out.push(" id=\"");
        self.out.push(&escaped_attribute(&id));
        self.out.push("\">");
        self.out.append(inner);
        if self.capture.is_none() {
            self.end_passage();
            self.body.outline.push(Heading { level, id, title, words: 0 });
            if level == 2 {
                self.out.hole(HoleKind::Minutes(self.body.outline.len() as u32 - 1));
            }
        }
        self.out.push("</");
        self.out.push(tag);
        self.out.push(">");
    }
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

/// Splits the anchor off a heading's line: `题目 {#id}`. Only this form: braces in a title are text.
/// Returns where the title ends (an offset in `line`) and the anchor.
pub fn explicit_id(line: &str) -> Option<(usize, &str)> {
    let body = line.trim_end().trim_end_matches('#').trim_end();
    let inner = body.strip_suffix('}')?;
    let open = inner.rfind("{#")?;
    let id = &inner[open + 2..];
    let fine = !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '"' | '<' | '>' | '&' | '\''));
    fine.then(|| (inner[..open].trim_end().len(), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_read_like_the_title() {
        assert_eq!(slug("二、记什么"), "二记什么");
        assert_eq!(slug("第三章 会议记录"), "第三章-会议记录");
        assert_eq!(slug("What's New (v2.0)?"), "whats-new-v20");
        assert_eq!(slug("……"), "");
    }

    #[test]
    fn anchors_are_unique() {
        let mut ids = Ids::default();
        let all: Vec<String> = ["a", "a", "a-2", "a", "", ""].iter().map(|wanted| ids.unique(wanted)).collect();
        assert_eq!(all, ["a", "a-1", "a-2", "a-3", "h-1", "h-1-1"]);
        assert!(!ids.claim("a-3") && ids.claim("b") && !ids.claim("b"));
    }

    #[test]
    fn only_a_plain_anchor_is_split_off() {
        assert_eq!(explicit_id("题目 {#jilu} ##"), Some(("题目".len(), "jilu")));
        assert_eq!(explicit_id("集合 {甲，乙}"), None);
        assert_eq!(explicit_id("集合 {#甲 乙}"), None);
        assert_eq!(explicit_id("题目 {.class}"), None);
    }
}
