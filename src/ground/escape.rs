//! Text as it stands in HTML.

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

/// Escapes a text for HTML, attributes included.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn escape_bytes(text: &str, out: &mut String, special: impl Fn(u8) -> bool) {
    let mut done = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if special(byte) {
            out.push_str(&text[done..at]);
            out.push_str(match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            done = at + 1;
        }
    }
    out.push_str(&text[done..]);
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
