//! Texts inside XML.

use std::borrow::Cow;

/// A text as it may stand between tags or in quotes. Characters that XML 1.0 has no way to write are left out.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| matches!(c, '<' | '>' | '&' | '"' | '\'') || !is_writable(c)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            // `]]>` may not stand in a text.
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if is_writable(c) => escaped.push(c),
            _ => {}
        }
    }
    Cow::Owned(escaped)
}

fn is_writable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The address of an output path below the site's own.
pub(super) fn absolute(base_url: &str, path: &str) -> String {
    format!("{}/{path}", base_url.trim_end_matches('/'))
}
