//! Texts inside XML.

use crate::ground::escape;

/// A text as it may stand between tags or in quotes. Characters that XML 1.0 has no way to write are left out.
pub(super) fn escape(text: &str) -> String {
    match text.contains(|c| !is_writable(c)) {
        true => escape::escape(&text.chars().filter(|c| is_writable(*c)).collect::<String>()),
        false => escape::escape(text),
    }
}

fn is_writable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The address of an output path below the site's own.
pub(super) fn absolute(base_url: &str, path: &str) -> String {
    format!("{}/{path}", base_url.trim_end_matches('/'))
}
