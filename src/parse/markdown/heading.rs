//! Headings and their anchors: readable, unique on their page.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::writer::{Frame, Writer};
use crate::document::text::slug;
use crate::document::{BlockKind, HeadingBlock, SourceRange, text};

impl<'a> Writer<'a> {
    /// A heading begins: its text is gathered first, since its anchor is made of it.
    pub fn start_heading(&mut self, level: u8, range: Range<usize>) {
        self.block();
        let may_be_title = level == 1 && self.headings == 0 && self.title.is_none() && self.at_top();
        let source: &'a str = &self.source.work;
        let line = &source[range.clone()];
        // Of an underlined heading the last line is the underline.
        let line = if line.starts_with('#') { line } else { line.trim_end().rsplit_once('\n').map_or(line, |(text, _)| text) };
        let explicit = explicit_id(line);
        self.cut = explicit.map_or(usize::MAX, |(end, _)| range.start + end);
        let id = explicit.map(|(_, id)| id);
        self.push_line(Frame::Heading { level, id, may_be_title });
    }

    /// Its text is complete: it becomes the page's title, or a heading with an anchor.
    pub fn end_heading(&mut self, level: u8, id: Option<&str>, may_be_title: bool, range: SourceRange) {
        self.cut = usize::MAX;
        let inlines = self.end_inlines();
        let title = text::line(&inlines);
        let id = match id {
            Some(id) => self.ids.unique(&self.source.restore(id, &(0..0))),
            None => self.ids.unique(&slug(&title)),
        };
        if may_be_title && !title.is_empty() && self.settings.title.is_none_or(|given| folded(given) == folded(&title)) {
            self.anchors.push(id);
            self.title = Some(title);
            return;
        }
        self.headings += 1;
        let level = level.clamp(1, 6);
        self.put_block(range, BlockKind::Heading(Box::new(HeadingBlock { level, id: id.into(), inlines })));
    }
}

/// A title as it is compared: without regard to width, case and blanks.
fn folded(title: &str) -> String {
    title.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
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
    fn only_a_plain_anchor_is_split_off() {
        assert_eq!(explicit_id("题目 {#jilu} ##"), Some(("题目".len(), "jilu")));
        assert_eq!(explicit_id("集合 {甲，乙}"), None);
        assert_eq!(explicit_id("集合 {#甲 乙}"), None);
        assert_eq!(explicit_id("题目 {.class}"), None);
    }
}
