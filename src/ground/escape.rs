//! Text as it stands in HTML and XML.

use std::io;

/// Writes text for an HTML element.
pub fn escape_text(text: &str, out: &mut String) {
    escape_bytes(text, out, |b| matches!(b, b'&' | b'<' | b'>'));
}

/// Writes text for a quoted attribute.
pub fn escape_attribute(text: &str, out: &mut String) {
    escape_bytes(text, out, |b| matches!(b, b'&' | b'<' | b'>' | b'"'));
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

/// A text for HTML or XML, for attributes in either kind of quotes too.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(pieces(text, is_special));
    out
}

/// As [`escape`], into a writer.
///
/// # Errors
/// Those of the writer.
pub fn write_escaped(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    pieces(text, is_special).try_for_each(|piece| out.write_all(piece.as_bytes()))
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
}

fn escape_bytes(text: &str, out: &mut String, special: impl Fn(u8) -> bool) {
    out.extend(pieces(text, special));
}

/// What is written for a text: the stretches between its special characters, and their entities.
fn pieces(text: &str, special: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    let (mut rest, mut entity) = (text, None);
    std::iter::from_fn(move || {
        if let Some(entity) = entity.take() {
            return Some(entity);
        }
        let Some(at) = rest.bytes().position(&special) else {
            let last = std::mem::take(&mut rest);
            return (!last.is_empty()).then_some(last);
        };
        let stretch = &rest[..at];
        entity = Some(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
        Some(stretch)
    })
}

/// Writes text of raw HTML: entities stay, all else that is markup is escaped.
pub fn escape_raw_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>']) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            _ => {
                let name = rest[at + 1..].bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
                out.push_str(if name > 0 && rest[at + 1 + name..].starts_with(';') { "&" } else { "&amp;" });
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_entities() {
        let mut out = String::new();
        escape_raw_text("a &amp; b & c &#20; <d&e;>", &mut out);
        assert_eq!(out, "a &amp; b &amp; c &#20; &lt;d&e;&gt;");
    }
}
