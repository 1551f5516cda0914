//! Entities in raw HTML.

use std::borrow::Cow;

/// Decodes the entities that matter in addresses and text; others stay as they are.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The entity at the start of a text (which begins with `&`), and its length. As in browsers, a number needs no `;`.
fn entity(text: &str) -> Option<(char, usize)> {
    const NAMED: &[(&str, char)] = &[
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", '\u{A0}'),
        ("&colon;", ':'),
        ("&Tab;", '\t'),
        ("&NewLine;", '\n'),
        ("&emsp;", '\u{2003}'),
        ("&ensp;", '\u{2002}'),
        ("&mdash;", '—'),
        ("&hellip;", '…'),
        ("&middot;", '·'),
        ("&copy;", '©'),
        ("&times;", '×'),
        ("&lpar;", '('),
        ("&rpar;", ')'),
        ("&sol;", '/'),
        ("&bsol;", '\\'),
        ("&num;", '#'),
        ("&period;", '.'),
    ];
    let Some(number) = text.strip_prefix("&#") else {
        return NAMED.iter().find(|(name, _)| text.starts_with(name)).map(|&(name, c)| (c, name.len()));
    };
    let (radix, digits) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (16, hex),
        None => (10, number),
    };
    let count = digits.bytes().take_while(|&b| (b as char).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let value = u32::from_str_radix(&digits[..count], radix).ok().and_then(char::from_u32).filter(|&c| c != '\0');
    let length = text.len() - digits.len() + count;
    Some((value.unwrap_or('\u{FFFD}'), length + usize::from(text[length..].starts_with(';'))))
}
