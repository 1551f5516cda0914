//! The text as it is given to the Markdown parser, and the way back to the author's file.
//!
//! Three things are prepared before parsing, all invisible afterwards: the `_`, `*` and `~` of a bare address become letters, since it is
//! found before emphasis; a `:::` line becomes `<?>` and blanks of the same
//! length (an HTML block that may interrupt anything and ends on its own line, so boxes obey the rules of blocks
//! without the parser knowing them), and a noncharacter stands beside `**` where Chinese marks would break it (see
//! [`super::emphasis`]). Offsets of the parser count in the prepared text; [`Source::span`] leads back.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::emphasis::{self, Help};
use super::fence::{self, Fence};
use super::link;
use crate::document::SourceRange;
use crate::ground::diagnostic::Span;

/// Stands for the underscores of a gap in a quiz, which would otherwise pair up as emphasis or make a rule.
const GAP: char = '\u{1}';

/// Stand for `_`, `*` and `~` in bare addresses, where they are letters and no emphasis.
const ADDRESS_MARKS: [(char, char); 3] = [('_', '\u{2}'), ('*', '\u{3}'), ('~', '\u{4}')];

/// Noncharacters, which are neither blank nor mark: the first that the text does not hold stands in for a letter.
const LETTERS: [char; 4] = ['\u{FDD0}', '\u{FDD1}', '\u{FDD2}', '\u{FDD3}'];

/// Marks of dead scripts: the first that the text does not hold stands in for a mark.
const MARKS: [char; 4] = ['\u{10100}', '\u{10101}', '\u{12470}', '\u{12471}'];

/// A page's text, prepared for the Markdown parser.
pub struct Source<'a> {
    /// The whole file.
    text: &'a str,
    /// Where the Markdown begins in it.
    start: usize,
    /// What the parser reads.
    pub work: Cow<'a, str>,
    /// The `:::` lines, by offset in `work`.
    pub fences: Vec<Fence>,
    /// What was put in beside emphasis, if anything: a letter and a mark in the parser's eyes.
    helpers: Option<[char; 2]>,
    /// Where it was put in: offsets in `work`, ascending, with the bytes put in up to and including there.
    inserted: Vec<(usize, usize)>,
    /// Whether gaps of a quiz were replaced.
    gaps: bool,
    /// Whether signs in bare addresses were replaced.
    addresses: bool,
    lines: OnceCell<LineIndex>,
}

/// Bytes between two places whose number of characters is known.
const STRIDE: usize = 1024;

/// Where lines begin, and how many characters stand before every [`STRIDE`]th byte: the line and column of any place are
/// found in as many steps in the longest line as in the shortest.
struct LineIndex {
    starts: Vec<usize>,
    characters: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Prepares the text from `start` on.
    pub fn new(text: &'a str, start: usize) -> Source<'a> {
        let body = &text[start..];
        let mut work = Cow::Borrowed(body);
        let mut fences = fence::find(body);
        let mut gaps = false;
        if !fences.is_empty() {
            gaps = !body.contains(GAP);
            work = Cow::Owned(blank_out(body, &fences, gaps));
        }
        let masked = mask_addresses(&work);
        let addresses = masked.is_some();
        work = masked.map_or(work, Cow::Owned);
        let mut helpers = None;
        let mut inserted = Vec::new();
        let weak = emphasis::weak_spots(&work);
        if !weak.is_empty()
            && let Some(letter) = LETTERS.into_iter().find(|&c| !work.contains(c))
            && let Some(mark) = MARKS.into_iter().find(|&c| !work.contains(c))
        {
            helpers = Some([letter, mark]);
            work = Cow::Owned(insert(&work, &weak, letter, mark, &mut inserted));
            for fence in &mut fences {
                let before = weak.partition_point(|&(spot, _)| spot < fence.range.start);
                let shift = before.checked_sub(1).map_or(0, |last| inserted[last].1);
                fence.range = fence.range.start + shift..fence.range.end + shift;
            }
        }
        Source { text, start, work, fences, helpers, inserted, gaps, addresses, lines: OnceCell::new() }
    }

    /// The author's words of a stretch that the parser handed out: what was prepared is undone.
    pub fn restore<'s>(&'s self, given: &'s str, range: &Range<usize>) -> Cow<'s, str> {
        if self.fences.is_empty() && self.helpers.is_none() && !self.addresses {
            return Cow::Borrowed(given);
        }
        let touched = |c: char| self.is_helper(c) || self.unmasked(c) != c;
        let fenced = !self.fences.is_empty() && given.contains("<?>");
        if !fenced && !given.contains(touched) {
            return Cow::Borrowed(given);
        }
        // Text that stands in the file as it was handed out can be read there.
        if given.len() == range.len() && self.work.get(range.clone()) == Some(given) {
            return Cow::Borrowed(&self.text[self.original(range.start)..self.original(range.end)]);
        }
        let plain = given.chars().filter(|&c| !self.is_helper(c));
        Cow::Owned(plain.map(|c| self.unmasked(c)).collect())
    }

    /// The character that another stands for.
    fn unmasked(&self, c: char) -> char {
        match c {
            GAP if self.gaps => '_',
            _ if self.addresses => ADDRESS_MARKS.iter().find(|(_, mask)| *mask == c).map_or(c, |(mark, _)| *mark),
            _ => c,
        }
    }

    /// The first character at or after an offset that is neither a blank nor inline markup.
    pub fn first_word_char(&self, at: usize) -> Option<char> {
        let markup = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '>' | '*' | '_' | '~' | '[') || self.is_helper(c);
        // A line of nothing but markup is not worth a longer look.
        self.work[at..].chars().take(64).find(|&c| !markup(c))
    }

    /// The `:::` line that a stretch touches.
    pub fn fence_at(&self, range: &Range<usize>) -> Option<usize> {
        let next = self.fences.partition_point(|fence| fence.range.end <= range.start);
        self.fences.get(next).filter(|fence| fence.range.start < range.end).map(|_| next)
    }

    /// The offset in the file of an offset in the prepared text.
    pub fn original(&self, at: usize) -> usize {
        let before = self.inserted.partition_point(|&(spot, _)| spot < at);
        let width = before.checked_sub(1).map_or(0, |last| self.inserted[last].1);
        self.start + at.saturating_sub(width)
    }

    /// The place of a stretch, counted from where the Markdown begins.
    pub fn place(&self, range: &Range<usize>) -> SourceRange {
        let offset = |at: usize| u32::try_from(self.original(at).saturating_sub(self.start)).unwrap_or(u32::MAX);
        let start = offset(range.start);
        SourceRange { start, end: offset(range.end).max(start) }
    }

    fn is_helper(&self, c: char) -> bool {
        self.helpers.is_some_and(|helpers| helpers.contains(&c))
    }

    /// The stretch of the file, cut at the end of its first line.
    pub fn span(&self, range: &Range<usize>) -> Span {
        // An offset that was reckoned within text (of which entities were decoded, say) may miss a character's edge.
        let edge = |at: usize| (0..=self.original(at).min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        let from = edge(range.start);
        let to = edge(range.end).max(from);
        let (line, column) = self.lines.get_or_init(|| LineIndex::new(self.text)).place(self.text, from);
        let on_line = self.text[from..to].lines().next().unwrap_or_default();
        Span::new(line, column, (on_line.chars().count() as u32).max(1))
    }
}

impl LineIndex {
    fn new(text: &str) -> LineIndex {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut known = vec![0];
        let mut before = 0;
        for chunk in text.as_bytes().chunks(STRIDE) {
            before += characters(chunk);
            known.push(before);
        }
        LineIndex { starts, characters: known }
    }

    /// Line and column of a byte, from 1.
    fn place(&self, text: &str, at: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|&start| start <= at);
        let start = self.starts[line - 1];
        let before = |at: usize| {
            let known = at / STRIDE;
            self.characters[known] + characters(&text.as_bytes()[known * STRIDE..at])
        };
        // A short line is counted; its column does not need what stands before it.
        let column = if at - start < STRIDE { characters(&text.as_bytes()[start..at]) } else { before(at) - before(start) };
        (line as u32, column as u32 + 1)
    }
}

/// How many characters begin in a stretch of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// The text with its `:::` lines (and the gaps of quizzes) replaced, byte for byte as long.
fn blank_out(body: &str, fences: &[Fence], gaps: bool) -> String {
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    let mut in_quiz = false;
    for fence in fences {
        push_gaps(&mut out, &body[done..fence.range.start], in_quiz && gaps);
        out.push_str("<?>");
        out.extend(std::iter::repeat_n(' ', fence.range.len() - 3));
        done = fence.range.end;
        in_quiz = fence.is_quiz();
    }
    push_gaps(&mut out, &body[done..], in_quiz && gaps);
    out
}

/// The text with the signs of emphasis in its bare addresses replaced, byte for byte as long. `None` where there are none, or the
/// text holds what would stand for them.
fn mask_addresses(text: &str) -> Option<String> {
    let mut found = link::urls_with_emphasis(text).peekable();
    if found.peek().is_none() || ADDRESS_MARKS.iter().any(|(_, mask)| text.contains(*mask)) {
        return None;
    }
    let mask = |c: char| ADDRESS_MARKS.iter().find(|(mark, _)| *mark == c).map_or(c, |(_, mask)| *mask);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for url in found {
        out.push_str(&text[done..url.start]);
        out.extend(text[url.clone()].chars().map(mask));
        done = url.end;
    }
    out.push_str(&text[done..]);
    Some(out)
}

fn push_gaps(out: &mut String, text: &str, in_quiz: bool) {
    if !in_quiz {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.find("__") {
        let run = rest[at..].len() - rest[at..].trim_start_matches('_').len();
        out.push_str(&rest[..at]);
        out.extend(std::iter::repeat_n(GAP, run));
        rest = &rest[at + run..];
    }
    out.push_str(rest);
}

fn insert(text: &str, spots: &[(usize, Help)], letter: char, mark: char, inserted: &mut Vec<(usize, usize)>) -> String {
    let mut out = String::with_capacity(text.len() + spots.len() * 4);
    let mut done = 0;
    for &(spot, help) in spots {
        out.push_str(&text[done..spot]);
        let at = out.len();
        match help {
            Help::Letter => out.push(letter),
            Help::MarkLetter => out.extend([mark, letter]),
            Help::LetterMark => out.extend([letter, mark]),
        }
        inserted.push((at, out.len() - spot));
        done = spot;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_characters_from_the_top_of_the_file() {
        let text = "---\r\na: b\r\n---\r\n第一行\r\n看**（这里）**的字\r\n";
        let source = Source::new(text, 16);
        let at = source.work.find("这里").unwrap();
        assert_eq!(source.span(&(at..at + 6)), Span::new(5, 5, 2));
        let at = source.work.find("一行").unwrap();
        assert_eq!(source.span(&(at..at + 30)), Span::new(4, 2, 2));
    }

    #[test]
    fn places_in_a_long_line_are_right_in_any_order() {
        let text = format!("一\n{}\n末", "字a".repeat(STRIDE));
        let source = Source::new(&text, 0);
        let line = text.find('字').unwrap();
        for at in [text.len(), text.len() - 3, line + STRIDE * 4, line + 4 * 700, line, 0, line + 4 * 700] {
            let before = &text[..at];
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
            let expected = Span::new(before.matches('\n').count() as u32 + 1, column, 1);
            assert_eq!(Span { width: 1, ..source.span(&(at..at)) }, expected, "{at}");
        }
    }

    #[test]
    fn prepared_text_is_as_long_as_the_authors() {
        let text = "::: 提示 标题\n文\n:::\n::: 自测 填空\n应到 ____ 人\n:::\n";
        let source = Source::new(text, 0);
        assert_eq!(source.work.len(), text.len());
        assert_eq!(source.fences.len(), 4);
        let at = source.work.find("应到").unwrap();
        let range = at..at + "应到 ____ 人".len();
        assert_eq!(source.restore(&source.work[range.clone()], &range), "应到 ____ 人");
    }
}
