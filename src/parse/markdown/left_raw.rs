//! Marks of Markdown that are still text: a heading without its blank, a picture with full-width brackets. The page shows them as they
//! were typed, so they are told at their line, with the way to write them. Markdown leaves such text alone, and so does this program.

use super::writer::Writer;
use crate::ground::diagnostic::Code;

/// What a text holds that looks like markup: where, how long, and what it was meant to be.
pub fn left_raw(text: &str, is_line_start: bool) -> Option<(usize, usize, &'static str)> {
    if is_line_start && let Some((length, reason)) = at_line_start(text) {
        return Some((0, length, reason));
    }
    let link = ["](", "］（", "]（", "］("].into_iter().filter_map(|mark| text.find(mark).map(|at| (at, mark.len()))).min();
    let (at, length) = link?;
    // The words before it, which open with a bracket of either width.
    let open = text[..at].rfind(['[', '［'])?;
    let is_picture = text[..open].ends_with(['!', '！']);
    Some((open, at + length - open, if is_picture { "@raw-picture" } else { "@raw-link" }))
}

fn at_line_start(text: &str) -> Option<(usize, &'static str)> {
    let line = text.lines().next()?;
    let behind = |marks: usize| line[marks..].chars().next();
    let is_wide_blank = |c: char| matches!(c, '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200b}');
    let hashes = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&hashes)
        && let Some(next) = behind(hashes)
    {
        // A single `#` before a word is a tag of a message; before a numeral of headings it is none.
        let is_number = "一二三四五六七八九十第（".contains(next);
        if is_wide_blank(next) || (hashes > 1 && !next.is_ascii()) || (hashes == 1 && is_number) {
            return Some((hashes + next.len_utf8(), "@raw-heading"));
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match line.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => 0,
    };
    if marker > 0
        && let Some(next) = behind(marker).filter(|next| is_wide_blank(*next))
    {
        return Some((marker + next.len_utf8(), "@raw-list"));
    }
    let is_rule = line.starts_with(['|', '｜'])
        && line.chars().all(|c| matches!(c, '|' | '｜' | '-' | '—' | '－' | '―' | '─' | ':' | '：' | ' '))
        && line.chars().filter(|c| matches!(c, '-' | '—' | '－' | '―' | '─')).count() >= 2;
    is_rule.then_some((line.len(), "@raw-table"))
}

impl Writer<'_> {
    /// Tells of marks that are left in a stretch of gathered text.
    pub fn tell_left_raw(&mut self, text: &str, is_line_start: bool) {
        // Texts mostly have none of these signs.
        let may_have = text.bytes().any(|byte| matches!(byte, b'#' | b']' | b'|')) || text.contains(['］', '\u{3000}', '\u{a0}', '｜']);
        if !may_have {
            return;
        }
        if let Some((at, length, reason)) = left_raw(text, is_line_start) {
            let span = self.span_of(at, &text[at..at + length]);
            let found = text[at..].lines().next().unwrap_or_default().chars().take(20).collect::<String>();
            self.report(Code::MarkupLeft, span, |diagnostic| diagnostic.arg("reason", reason).arg("found", found));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_are_left_are_seen() {
        for (text, reason) in [
            ("##一、总则", "@raw-heading"),
            ("##　二、记什么", "@raw-heading"),
            ("#\u{a0}三", "@raw-heading"),
            ("#一、总则", "@raw-heading"),
            ("-　项目甲", "@raw-list"),
            ("1.　第一", "@raw-list"),
            ("！［合影］（a.png）", "@raw-picture"),
            ("![合影]（a.png）", "@raw-picture"),
            ("![合影](图 1.png)", "@raw-picture"),
            ("见 [附件](附 件.docx)。", "@raw-link"),
            ("|——|——|", "@raw-table"),
            ("| --- | －－ |", "@raw-table"),
        ] {
            assert_eq!(left_raw(text, true).map(|(.., reason)| reason), Some(reason), "{text}");
        }
        for text in [
            "#话题#",
            "#1 号文件",
            "## 好",
            "- 好",
            "C# 和 F#",
            "（见［1］）",
            "a[1] (b)",
            "|a|b|",
            "|",
            "x ](",
            "——",
            "1.5 万",
            "[注] （略）",
            "",
        ] {
            assert_eq!(left_raw(text, true), None, "{text}");
        }
        assert_eq!(left_raw("##一、", false), None);
    }
}
