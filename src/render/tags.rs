//! Walks the tags of HTML and changes their attributes; the text between them stays as it is.
//!
//! For HTML that this program or a theme wrote. What is no tag is copied, so odd input comes out as it went in. Start at
//! [`rewrite`].

use std::borrow::Cow;

/// A tag, start or end, as a visitor may change it.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Its name as written, in lower case in all that we write.
    pub name: Cow<'a, str>,
    /// Whether it begins with `</`.
    pub closes: bool,
    /// Names and values as written, values without their quotes and still escaped; `None` where there is no `=`.
    pub attributes: Vec<(&'a str, Option<Cow<'a, str>>)>,
    /// Whether it ends with `/>`.
    empty: bool,
}

impl<'a> Tag<'a> {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_deref())
    }

    /// Sets the value of an attribute that is there.
    pub fn set(&mut self, name: &str, value: String) {
        if let Some((_, known)) = self.attributes.iter_mut().find(|(known, _)| *known == name) {
            *known = Some(Cow::Owned(value));
        }
    }

    /// Takes an attribute away.
    pub fn remove(&mut self, name: &str) {
        self.attributes.retain(|(known, _)| *known != name);
    }

    fn write(&self, out: &mut String) {
        out.push_str(if self.closes { "</" } else { "<" });
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            if let Some(value) = value {
                // A value that was written between single quotes may hold double ones.
                let quote = if value.contains('"') { '\'' } else { '"' };
                out.push('=');
                out.push(quote);
                out.push_str(value);
                out.push(quote);
            }
        }
        out.push_str(if self.empty { "/>" } else { ">" });
    }
}

/// What becomes of a tag.
pub enum Fate {
    /// It stays, as far as the visitor left it.
    Keep,
    /// It goes, and this text stands in its place.
    Replace(String),
}

/// Elements whose content is no HTML.
const RAW: &[&str] = &["script", "style", "textarea", "title"];

/// Copies HTML, asking `visit` about every tag.
pub fn rewrite(html: &str, mut visit: impl FnMut(&mut Tag<'_>) -> Fate) -> String {
    let mut out = String::with_capacity(html.len() * 9 / 8);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let Some((mut tag, length)) = read(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[length..];
        let raw = (!tag.closes && !tag.empty).then(|| RAW.iter().find(|name| tag.name == **name)).flatten();
        match visit(&mut tag) {
            Fate::Keep => tag.write(&mut out),
            Fate::Replace(text) => out.push_str(&text),
        }
        if let Some(name) = raw {
            let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Reads the tag at the start of a text, and its length.
fn read(text: &str) -> Option<(Tag<'_>, usize)> {
    let bytes = text.as_bytes();
    let closes = bytes.get(1) == Some(&b'/');
    let start = if closes { 2 } else { 1 };
    if !bytes.get(start)?.is_ascii_alphabetic() {
        return None;
    }
    let is_space = |byte: u8| byte.is_ascii_whitespace();
    let mut at = start;
    while at < bytes.len() && !is_space(bytes[at]) && !matches!(bytes[at], b'>' | b'/') {
        at += 1;
    }
    let mut tag = Tag { name: Cow::Borrowed(&text[start..at]), closes, attributes: Vec::new(), empty: false };
    loop {
        while at < bytes.len() && is_space(bytes[at]) {
            at += 1;
        }
        match bytes.get(at)? {
            b'>' => return Some((tag, at + 1)),
            b'/' => {
                tag.empty = bytes.get(at + 1) == Some(&b'>');
                at += 1;
                continue;
            }
            _ => {}
        }
        let from = at;
        // An `=` at the start of a name is a part of it, by the standard.
        at += 1;
        while at < bytes.len() && !is_space(bytes[at]) && !matches!(bytes[at], b'>' | b'/' | b'=') {
            at += 1;
        }
        let name = &text[from..at];
        let after = at + bytes[at..].iter().take_while(|byte| is_space(**byte)).count();
        if bytes.get(after) != Some(&b'=') {
            tag.attributes.push((name, None));
            continue;
        }
        at = after + 1;
        at += bytes[at..].iter().take_while(|byte| is_space(**byte)).count();
        let value = match bytes.get(at)? {
            quote @ (b'"' | b'\'') => {
                let length = text[at + 1..].find(char::from(*quote))?;
                let value = &text[at + 1..at + 1 + length];
                at += length + 2;
                value
            }
            _ => {
                let length = bytes[at..].iter().take_while(|byte| !is_space(**byte) && **byte != b'>').count();
                let value = &text[at..at + length];
                at += length;
                value
            }
        };
        tag.attributes.push((name, Some(Cow::Borrowed(value))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_changes_stays() {
        for html in [
            "<p class=\"a b\">甲 &lt; 乙</p>",
            "1 < 2 <3> <",
            "<input disabled><br/><img alt='说“\"”'>",
            "<!-- <p id=\"a\"> --><!doctype html>",
            "<script>if (a<b) c=\"<p id='x'>\"</script><p>",
            "<a href=\"x",
            "<p title=\"a > b\">",
        ] {
            assert_eq!(rewrite(html, |_| Fate::Keep), html);
        }
        assert_eq!(rewrite("<p id=a  hidden >", |_| Fate::Keep), "<p id=\"a\" hidden>");
    }

    #[test]
    fn attributes_and_tags_change() {
        let html = "<p id=\"a\">甲<a href=\"#b\" rel=\"x\">乙</a></p>";
        let changed = rewrite(html, |tag| {
            if let Some(id) = tag.get("id").map(|id| format!("l1-{id}")) {
                tag.set("id", id);
            }
            tag.remove("rel");
            match &*tag.name {
                "a" if tag.closes => Fate::Replace("]".to_string()),
                _ => Fate::Keep,
            }
        });
        assert_eq!(changed, "<p id=\"l1-a\">甲<a href=\"#b\">乙]</p>");
    }
}
