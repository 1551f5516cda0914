//! The `:::` lines: where they stand and what they say.
//!
//! Whether such a line is really a box is decided later, in the stream of events: inside a code block it is text.

use std::ops::Range;

use crate::document::BoxKind;

/// A line of three or more colons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// From the first colon to the end of the line.
    pub range: Range<usize>,
    /// How many colons: a longer fence may hold shorter ones.
    pub colons: usize,
    /// The kind of box as written; empty on a closing line.
    pub name: String,
    /// What follows the kind.
    pub title: String,
    /// The line ends with colons too: `:::name …:::` opens nothing.
    pub closed: bool,
}

/// What a `:::` line opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceKind {
    /// A box of the text.
    Box(BoxKind),
    /// The speaker's notes, not shown.
    Note,
    Quiz,
}

/// The names of the boxes: the Chinese one first, then its aliases.
pub const NAMES: &[(&str, FenceKind)] = &[
    ("提示", FenceKind::Box(BoxKind::Tip)),
    ("要点", FenceKind::Box(BoxKind::Key)),
    ("原文", FenceKind::Box(BoxKind::Source)),
    ("思考", FenceKind::Box(BoxKind::Think)),
    ("备注", FenceKind::Note),
    ("展开", FenceKind::Box(BoxKind::Fold)),
    ("文字稿", FenceKind::Box(BoxKind::Transcript)),
    ("图集", FenceKind::Box(BoxKind::Gallery)),
    ("自测", FenceKind::Quiz),
    ("折叠", FenceKind::Box(BoxKind::Fold)),
    ("tip", FenceKind::Box(BoxKind::Tip)),
    ("key", FenceKind::Box(BoxKind::Key)),
    ("source", FenceKind::Box(BoxKind::Source)),
    ("think", FenceKind::Box(BoxKind::Think)),
    ("note", FenceKind::Note),
    ("fold", FenceKind::Box(BoxKind::Fold)),
    ("transcript", FenceKind::Box(BoxKind::Transcript)),
    ("gallery", FenceKind::Box(BoxKind::Gallery)),
    ("quiz", FenceKind::Quiz),
];

impl FenceKind {
    /// The kind of that name.
    pub fn of(name: &str) -> Option<FenceKind> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, kind)| kind)
    }
}

impl Fence {
    /// Whether the line opens a quiz.
    pub fn is_quiz(&self) -> bool {
        FenceKind::of(&self.name) == Some(FenceKind::Quiz)
    }
}

/// All `:::` lines of a text. Full-width colons count as well: an input method left in Chinese writes them.
pub fn find(text: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    if text.contains(":::") {
        find_of(text, ":::", ':', &mut fences);
    }
    if text.contains("：：：") {
        find_of(text, "：：：", '：', &mut fences);
        fences.sort_by_key(|fence| fence.range.start);
    }
    fences
}

fn find_of(text: &str, needle: &str, colon: char, fences: &mut Vec<Fence>) {
    let mut from = 0;
    while let Some(found) = text[from..].find(needle) {
        let at = from + found;
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
        // Blanks and the signs of quotations may stand before it. The search never goes back over a line's text twice.
        let before = text[from..at].trim_end_matches([' ', '\t', '>']);
        if (before.is_empty() && (from == 0 || text[..from].ends_with(['\n', '\r']))) || before.ends_with(['\n', '\r']) {
            fences.push(read(text, at..end, colon));
        }
        from = end + usize::from(end < text.len());
    }
}

fn read(text: &str, range: Range<usize>, colon: char) -> Fence {
    let line = &text[range.clone()];
    let rest = line.trim_start_matches(colon);
    let colons = (line.len() - rest.len()) / colon.len_utf8();
    let words = rest.trim().trim_end_matches(colon).trim_end();
    let closed = !words.is_empty() && rest.trim().len() > words.len() && rest.trim_end().ends_with(colon);
    let name_end = words.find(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | '：' | ':')).unwrap_or(words.len());
    let title = words[name_end..].trim_start_matches(['：', ':']).trim();
    let title = title.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(title);
    Fence { range, colons, name: words[..name_end].to_string(), title: title.to_string(), closed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> Option<(usize, String, String, bool)> {
        find(text).pop().map(|fence| (fence.colons, fence.name, fence.title, fence.closed))
    }

    #[test]
    fn reads_the_forms_people_write() {
        let some = |colons, name: &str, title: &str, closed| Some((colons, name.to_string(), title.to_string(), closed));
        assert_eq!(read_one("::: 提示 手写 还是打字"), some(3, "提示", "手写 还是打字", false));
        assert_eq!(read_one(":::提示"), some(3, "提示", "", false));
        assert_eq!(read_one("> ::::"), some(4, "", "", false));
        assert_eq!(read_one("：：： 要点\u{3000}三句话"), some(3, "要点", "三句话", false));
        assert_eq!(read_one(":::tip[标题]"), some(3, "tip", "标题", false));
        assert_eq!(read_one(":::image type=\"x\":::"), some(3, "image", "type=\"x\"", true));
        assert_eq!(read_one("std::::x"), None);
        assert_eq!(read_one("a ::: b\n"), None);
    }

    #[test]
    fn lines_are_found_in_order() {
        let text = "::: 提示\r\n：：： 要点\r\n:::\r\nx ::: :::\r\n:::";
        let lines: Vec<&str> = find(text).into_iter().map(|fence| &text[fence.range]).collect();
        assert_eq!(lines, ["::: 提示", "：：： 要点", ":::", ":::"]);
    }
}
