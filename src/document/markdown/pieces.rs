//! Pieces of Markdown: escaped text, addresses, pictures, text with something before each line.

use crate::document::link::{Link, LinkKind};
use crate::ground::escape::escaped_attribute;

/// A picture or recording.
pub fn picture(links: &[Link], index: u32, title: &str, as_html: bool) -> String {
    let Some(link) = links.get(index as usize) else { return String::new() };
    if as_html {
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped_attribute(title)) };
        return format!("<img src=\"{}\" alt=\"{}\"{title}>", escaped_attribute(&plain_address(link)), escaped_attribute(&link.alt));
    }
    let title = if title.is_empty() { String::new() } else { format!(" \"{}\"", quoted(title)) };
    format!("![{}]({}{title})", escaped(&link.alt, false), address(link))
}

/// The address of a link between brackets.
pub fn address(link: &Link) -> String {
    let plain = plain_address(link);
    let mut out = String::from("<");
    for c in plain.chars() {
        if matches!(c, '<' | '>' | '\\' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('>');
    out
}

/// The address of a link as it is written: what would be read otherwise is percent-encoded.
pub fn plain_address(link: &Link) -> String {
    let anchor = link.anchor.as_deref();
    if link.kind == LinkKind::External || is_outside(&link.target) {
        return anchor.map_or(link.target.clone(), |anchor| format!("{}#{anchor}", link.target));
    }
    let mut out = String::new();
    let encode = |text: &str, out: &mut String| {
        for c in text.chars() {
            match c {
                '%' | '#' | '\\' | '<' | '>' | '&' | ':' | '|' => out.push_str(&format!("%{:02X}", c as u32)),
                c if c.is_whitespace() || c.is_control() => {
                    let mut bytes = [0; 4];
                    out.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
                }
                c => out.push(c),
            }
        }
    };
    encode(&link.target, &mut out);
    if let Some(anchor) = anchor {
        out.push('#');
        encode(anchor, &mut out);
    }
    out
}

/// Pictures and recordings may lie elsewhere too.
fn is_outside(target: &str) -> bool {
    target.starts_with("//")
        || target.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
}

pub fn quoted(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars() {
        if matches!(c, '"' | '\\' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text with a backslash before all that would be read as a mark; `is_start`: at the beginning of a line.
pub fn escaped(text: &str, is_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        let at_start = is_start && at == 0;
        if at_start && c == ' ' {
            out.push_str("&#32;");
            continue;
        }
        let is_mark = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '$' | '|' => true,
            '#' | '+' | '-' | '=' | ':' => at_start,
            '.' | ')' => is_start && digits > 0 && at == digits,
            '!' => text[at + 1..].is_empty() || text[at + 1..].starts_with('['),
            _ => false,
        };
        if is_mark {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text with one thing before its first line and another before the others; nothing before empty ones.
pub fn prefixed(text: &str, first: &str, others: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let prefix = if at == 0 { first } else { others };
        out.push_str(if line.is_empty() { prefix.trim_end() } else { prefix });
        out.push_str(line);
    }
    out
}

/// A box around text, of more colons than the boxes within.
pub fn around(name: &str, inner: &str) -> String {
    let most = inner.lines().map(|line| line.trim_start_matches([' ', '>', '-', '*']).chars().take_while(|c| *c == ':').count()).max();
    let colons = ":".repeat(most.map_or(3, |most| most.max(2) + 1));
    if inner.is_empty() { format!("{colons} {name}\n{colons}") } else { format!("{colons} {name}\n{inner}\n{colons}") }
}

/// A block of code, of more backquotes than the code has.
pub fn fenced(language: &str, text: &str) -> String {
    let most = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(most.max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}")
}
