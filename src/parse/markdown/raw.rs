//! Raw HTML in Markdown: taken apart as browsers do, and the list of what may stay.
//!
//! The writer keeps the elements balanced; here is only what a single tag says. What is not on the list falls away and
//! its contents stay, except where the contents are not text (`script`, `style`).

use crate::document::entity::decode_entities;

/// A piece of raw HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text, still with its entities.
    Text(&'a str),
    /// `<name …>`, or `<name … />` when `empty`.
    Open { name: String, attributes: Vec<(String, String)>, empty: bool },
    /// `</name>`.
    Close { name: String },
    /// A comment, a declaration or a processing instruction: nothing to show.
    Silent,
}

/// Reads the token at the start of `html`, which must not be empty, and its length.
pub fn token(html: &str) -> (Token<'_>, usize) {
    let bytes = html.as_bytes();
    if bytes[0] != b'<' {
        let end = html.find('<').unwrap_or(html.len());
        return (Token::Text(&html[..end]), end);
    }
    let read = match bytes.get(1) {
        Some(b'!' | b'?') => Some((Token::Silent, silent_end(html))),
        Some(b'/') => match bytes.get(2) {
            Some(b) if b.is_ascii_alphabetic() => open(html, 2).map(|(name, _, _, end)| (Token::Close { name }, end)),
            _ => Some((Token::Silent, silent_end(html))),
        },
        Some(b) if b.is_ascii_alphabetic() => {
            open(html, 1).map(|(name, attributes, empty, end)| (Token::Open { name, attributes, empty }, end))
        }
        _ => None,
    };
    read.unwrap_or_else(|| {
        let opens = bytes.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/');
        // A tag that never ends takes the rest with it, as text: later ones could not end either, and looking for
        // their ends one by one would take quadratic time.
        let end = if opens { None } else { html[1..].find('<') }.map_or(html.len(), |next| next + 1);
        (Token::Text(&html[..end]), end)
    })
}

fn silent_end(html: &str) -> usize {
    let (from, close): (usize, &str) = match html {
        _ if html.starts_with("<!--") => (4, "-->"),
        _ if html.starts_with("<![CDATA[") => (9, "]]>"),
        _ => (2, ">"),
    };
    // `<!-->` and `<!--->` are whole comments.
    for short in ["<!-->", "<!--->"] {
        if html.starts_with(short) {
            return short.len();
        }
    }
    html[from..].find(close).map_or(html.len(), |at| from + at + close.len())
}

type Tag = (String, Vec<(String, String)>, bool, usize);

/// Reads a tag's name and attributes from `at` on; `None` when it never ends.
fn open(html: &str, at: usize) -> Option<Tag> {
    let bytes = html.as_bytes();
    let until = |from: usize, stop: fn(u8) -> bool| bytes[from..].iter().position(|&b| stop(b)).map(|length| from + length);
    let mut at_end = until(at, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))?;
    let name = html[at..at_end].to_ascii_lowercase();
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut empty = false;
    loop {
        at_end = until(at_end, |b| !b.is_ascii_whitespace())?;
        match bytes[at_end] {
            b'>' => return Some((name, attributes, empty, at_end + 1)),
            b'/' => {
                empty = true;
                at_end += 1;
                continue;
            }
            _ => empty = false,
        }
        // A leading `=` belongs to the name.
        let name_end =
            until(at_end + 1, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'=')).filter(|&end| html.is_char_boundary(end))?;
        let attribute = html[at_end..name_end].to_ascii_lowercase();
        let mut value = "";
        at_end = until(name_end, |b| !b.is_ascii_whitespace())?;
        if bytes[at_end] == b'=' {
            at_end = until(at_end + 1, |b| !b.is_ascii_whitespace())?;
            match bytes[at_end] {
                quote @ (b'"' | b'\'') => {
                    let end = html[at_end + 1..].find(quote as char)? + at_end + 1;
                    value = &html[at_end + 1..end];
                    at_end = end + 1;
                }
                b'>' => {}
                _ => {
                    let end = until(at_end, |b| b.is_ascii_whitespace() || b == b'>')?;
                    value = &html[at_end..end];
                    at_end = end;
                }
            }
        }
        // The first of two namesakes counts.
        if !attributes.iter().any(|(known, _)| *known == attribute) && attributes.len() < 64 {
            attributes.push((attribute, decode_entities(value).into_owned()));
        }
    }
}

/// What an allowed element is to its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Part of a line.
    Inline,
    /// Part of a line whose text holds no terms (code, keys, links).
    Quiet,
    /// A block.
    Block,
    /// A block whose text holds no terms.
    QuietBlock,
    /// No contents.
    Void,
    /// Only inside one of the elements that are named.
    Within(&'static [&'static str]),
}

/// The allowed elements.
const ELEMENTS: &[(&str, Role)] = &[
    ("a", Role::Quiet),
    ("abbr", Role::Quiet),
    ("aside", Role::Block),
    ("audio", Role::Quiet),
    ("b", Role::Inline),
    ("bdi", Role::Inline),
    ("bdo", Role::Inline),
    ("blockquote", Role::Block),
    ("br", Role::Void),
    ("caption", Role::Within(&["table"])),
    ("cite", Role::Inline),
    ("code", Role::Quiet),
    ("col", Role::Void),
    ("colgroup", Role::Within(&["table"])),
    ("dd", Role::Within(&["dl"])),
    ("del", Role::Inline),
    ("details", Role::Block),
    ("dfn", Role::Quiet),
    ("div", Role::Block),
    ("dl", Role::Block),
    ("dt", Role::Within(&["dl"])),
    ("em", Role::Inline),
    ("figcaption", Role::QuietBlock),
    ("figure", Role::Block),
    ("h1", Role::QuietBlock),
    ("h2", Role::QuietBlock),
    ("h3", Role::QuietBlock),
    ("h4", Role::QuietBlock),
    ("h5", Role::QuietBlock),
    ("h6", Role::QuietBlock),
    ("hr", Role::Void),
    ("i", Role::Inline),
    ("img", Role::Void),
    ("ins", Role::Inline),
    ("kbd", Role::Quiet),
    ("li", Role::Within(&["ul", "ol"])),
    ("mark", Role::Inline),
    ("ol", Role::Block),
    ("p", Role::Block),
    ("pre", Role::QuietBlock),
    ("q", Role::Inline),
    ("rb", Role::Within(&["ruby"])),
    ("rp", Role::Within(&["ruby"])),
    ("rt", Role::Within(&["ruby"])),
    ("ruby", Role::Quiet),
    ("s", Role::Inline),
    ("samp", Role::Quiet),
    ("section", Role::Block),
    ("small", Role::Inline),
    ("source", Role::Void),
    ("span", Role::Inline),
    ("strike", Role::Inline),
    ("strong", Role::Inline),
    ("sub", Role::Inline),
    ("summary", Role::QuietBlock),
    ("sup", Role::Inline),
    ("table", Role::Block),
    ("tbody", Role::Within(&["table"])),
    ("td", Role::Within(&["tr"])),
    ("tfoot", Role::Within(&["table"])),
    ("th", Role::Within(&["tr"])),
    ("thead", Role::Within(&["table"])),
    ("time", Role::Inline),
    ("tr", Role::Within(&["tbody", "thead", "tfoot", "table"])),
    ("u", Role::Inline),
    ("ul", Role::Block),
    ("var", Role::Quiet),
    ("video", Role::Quiet),
    ("wbr", Role::Void),
];

/// Whether an element may stay, under which name, and what it is.
pub fn element(name: &str) -> Option<(&'static str, Role)> {
    ELEMENTS.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|place| ELEMENTS[place])
}

/// Elements whose contents are no text for readers.
pub fn hidden(name: &str) -> Option<&'static str> {
    ["script", "style"].into_iter().find(|&known| known == name)
}

/// Whether an attribute may stay on an element. Addresses are the writer's business, ids and classes too.
pub fn attribute(element: &str, attribute: &str) -> bool {
    match attribute {
        "title" | "lang" | "dir" => true,
        "open" => element == "details",
        "start" | "reversed" => element == "ol",
        "value" => element == "li",
        "colspan" | "rowspan" => matches!(element, "td" | "th"),
        "span" => matches!(element, "col" | "colgroup"),
        "datetime" => matches!(element, "time" | "ins" | "del"),
        "controls" | "loop" | "muted" => matches!(element, "audio" | "video"),
        "type" => matches!(element, "source" | "ol"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(html: &str) -> String {
        let mut rest = html;
        let mut out = Vec::new();
        while !rest.is_empty() {
            let (token, length) = token(rest);
            out.push(match token {
                Token::Text(text) => text.to_string(),
                Token::Open { name, attributes, empty } => format!("[{name} {attributes:?}{}]", if empty { " /" } else { "" }),
                Token::Close { name } => format!("[/{name}]"),
                Token::Silent => "[]".to_string(),
            });
            rest = &rest[length..];
        }
        out.join("·")
    }

    #[test]
    fn reads_tags_as_browsers_do() {
        insta::assert_snapshot!(names("<A HREF=x title='a>b' checked>y</a >"), @r#"[a [("href", "x"), ("title", "a>b"), ("checked", "")]]·y·[/a]"#);
        insta::assert_snapshot!(names("<!-- <b> -->a<br/><!-->b<?x?>"), @"[]·a·[br [] /]·[]·b·[]");
        insta::assert_snapshot!(names("<18.5 <div < a <b"), @"<18.5 ·<div < a <b");
        insta::assert_snapshot!(names("<a href=java&#115;cript&colon;x>"), @r#"[a [("href", "javascript:x")]]"#);
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(ELEMENTS.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(element("details"), Some(("details", Role::Block)));
        assert_eq!(element("script"), None);
    }
}
