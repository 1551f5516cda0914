//! Texts of others, made fit to be printed: what a file, a host or an archive says must not move the cursor, change the
//! window's title, hide itself or turn the direction of what stands beside it.

use std::borrow::Cow;

/// A text of others for one line of a terminal or an overlay: every character that acts instead of being seen stands there as
/// its number, `<U+001B>`. A line break is such a character too, or a file's name could write a line of its own.
pub fn visible(text: &str) -> Cow<'_, str> {
    // Nearly every text is plain.
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            out.push_str(&format!("<U+{:04X}>", c as u32));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// As [`visible`], for texts of several lines of our own making: their line breaks stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && acts(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// Whether a character acts instead of being seen: controls (C0, DEL, C1), marks and overrides of direction, characters
/// without width, breaks of lines that only some programs know, and tags.
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_seen_and_all_else_stays() {
        for (text, shown) in [
            ("学堂 a.md", "学堂 a.md"),
            ("\u{1b}]0;x\u{7}\u{1b}[2J", "<U+001B>]0;x<U+0007><U+001B>[2J"),
            ("\u{9b}31m\u{7f}", "<U+009B>31m<U+007F>"),
            ("txt.\u{202E}exe", "txt.<U+202E>exe"),
            ("a\u{200B}b\u{FEFF}", "a<U+200B>b<U+FEFF>"),
            ("a\nerror: b\r\t", "a<U+000A>error: b<U+000D><U+0009>"),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(visible(shown), shown, "twice is as good as once");
        }
        assert_eq!(visible_lines("one\ntwo\u{1b}"), "one\ntwo<U+001B>");
    }

    #[test]
    fn no_character_that_acts_is_left() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            assert!(!visible(c.encode_utf8(&mut [0; 4])).contains(acts), "{c:?}");
        }
    }
}
