//! Cuts pages into blocks: what is indexed, packed and fetched as one piece.

use std::borrow::Cow;

use super::format::{plain, plain_char};
use super::page::IndexedSection;

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBlock {
    /// Lines of text. A line that begins with [`MARK`] begins a section: the mark, the anchor, the mark again, the
    /// heading (empty where a section goes on from the block before).
    pub text: String,
}

/// Begins a section, and parts its anchor from its heading.
pub const MARK: char = '\u{2}';

/// A block is this long before it may end, in bytes.
const LEAST: usize = 6_000;
/// A block is not longer than this, in bytes.
const MOST: usize = 12_000;

/// The blocks of a page: at least one, which may be empty.
///
/// Where a block ends depends on the lines around only (a line whose hash is divisible), so that an edit changes the
/// block it stands in and rarely the next.
pub fn cut(sections: &[IndexedSection]) -> Vec<TextBlock> {
    let mut splitter = BlockSplitter { anchor: "", text: String::new(), blocks: Vec::new() };
    for section in sections {
        splitter.anchor = &section.anchor;
        splitter.room(section.heading.len() + section.anchor.len());
        splitter.section(&section.heading);
        for line in section.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            splitter.line(line);
        }
    }
    if !splitter.text.is_empty() || splitter.blocks.is_empty() {
        splitter.end();
    }
    splitter.blocks
}

struct BlockSplitter<'a> {
    anchor: &'a str,
    text: String,
    blocks: Vec<TextBlock>,
}

impl BlockSplitter<'_> {
    fn section(&mut self, heading: &str) {
        if self.anchor.is_empty() && heading.is_empty() && self.text.is_empty() {
            return;
        }
        self.new_line();
        let heading = plain(heading);
        self.text.push(MARK);
        if heading.is_empty() || anchor_of(&heading) != self.anchor {
            self.text.push_str(self.anchor);
        }
        self.text.push(MARK);
        self.text.push_str(&heading);
    }

    fn new_line(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn end(&mut self) {
        self.blocks.push(TextBlock { text: std::mem::take(&mut self.text) });
    }

    /// Makes sure that so many bytes go in.
    fn room(&mut self, bytes: usize) {
        if !self.text.is_empty() && self.text.len() + bytes > MOST {
            self.end();
        }
    }

    fn go_on(&mut self) {
        if self.text.is_empty() && !(self.blocks.is_empty() && self.anchor.is_empty()) {
            self.section("");
        }
    }

    fn line(&mut self, line: &str) {
        let line = narrow(line);
        let mut rest: &str = &line;
        while rest.len() > MOST {
            let at = split(rest);
            self.room(at);
            self.go_on();
            self.new_line();
            self.text.push_str(&rest[..at]);
            self.end();
            rest = &rest[at..];
        }
        self.room(rest.len());
        self.go_on();
        self.new_line();
        self.text.push_str(rest);
        if self.text.len() >= LEAST && hash(rest.as_bytes()).is_multiple_of(4) {
            self.end();
        }
    }
}

/// A line without the characters that part things in the index, and with one blank where several stand: code is set out
/// with them, and neither the search nor an excerpt minds.
fn narrow(line: &str) -> Cow<'_, str> {
    // Of most lines nothing is taken. All of it is looked at, in long steps.
    let bytes = line.as_bytes();
    let parts = bytes.iter().fold(false, |found, byte| found | (*byte < b' ') | (*byte == 0x7F));
    let blanks = bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, pair| found | (*pair.0 == b' ' && *pair.1 == b' '));
    if !parts && !blanks {
        return Cow::Borrowed(line);
    }
    let mut narrow = String::with_capacity(line.len());
    for c in line.chars().filter_map(plain_char) {
        if c != ' ' || !narrow.ends_with(' ') {
            narrow.push(c);
        }
    }
    Cow::Owned(narrow)
}

/// The usual anchor of a heading, which need not be written: the script makes it in the same way.
fn anchor_of(heading: &str) -> String {
    let kept = heading.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ if super::fold::class(narrow_sign(c.to_ascii_lowercase())) != super::fold::Class::Gap => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}

/// A full-width sign as its narrow one. Capitals too: whether they are letters is asked of small ones, so that they fall away,
/// here as in the script.
fn narrow_sign(c: char) -> char {
    if ('！'..='～').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c }
}

/// Where a line that is too long is cut: after the last character of the first [`MOST`] bytes that belongs to no word.
fn split(line: &str) -> usize {
    let mut end = MOST;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    match line[..end].char_indices().rev().find(|(_, c)| super::fold::is_gap(*c)) {
        Some((at, c)) if at > 0 => at + c.len_utf8(),
        _ => end,
    }
}

/// FNV-1a: small, and the same for ever.
pub fn hash(bytes: &[u8]) -> u32 {
    let hash = bytes.iter().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    // The lower bits of FNV are poor on short keys.
    (hash ^ hash >> 15).wrapping_mul(0x2C1B_3C6D) ^ hash >> 13
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_line(line: &str) -> Vec<String> {
        cut(&[IndexedSection { text: line.to_string(), ..IndexedSection::default() }]).into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn a_long_line_is_cut_between_words() {
        // The last gap of the first block stands before this word, which goes on beyond it.
        let fill = "会".repeat(3_995);
        for word in ["WTO组织", "GDP", "ＷＴＯ组织", "Été组织", "co\u{AD}op组织", "co\u{200B}op组织", "①组织"] {
            let blocks = cut_line(&format!("{fill}，{word}{}", "记".repeat(40)));
            assert!(blocks.len() == 2 && blocks[0] == format!("{fill}，"), "{word}: {:?}", &blocks[0][fill.len()..]);
            assert!(blocks[1].contains(word), "{word}");
        }
        // Where no gap is, something has to give.
        let blocks = cut_line(&"A".repeat(30_000));
        assert_eq!(blocks.concat().matches('A').count(), 30_000);
    }
}
