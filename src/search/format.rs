//! Numbers and spellings that the whole format shares with the script.

use crate::ground::text::ascii;

/// Number of the index's format; the script refuses another. See `docs/formats.md`.
pub const FORMAT: u32 = 8;

/// How many stamps there are for a file in the manifest: a phone that holds an old one notices.
pub const STAMPS: u32 = 1 << 10;

/// Text for a string of a script.
pub fn quoted(text: &str) -> String {
    ascii(&text.replace('\u{7f}', " ").replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text without the characters that part things in the index: what parts words is a blank, what nobody sees is left out.
pub fn plain(text: &str) -> String {
    text.chars().filter_map(plain_char).collect()
}

/// The same for a character.
pub fn plain_char(c: char) -> Option<char> {
    match c {
        '\t'..='\r' => Some(' '),
        ..' ' | '\u{7f}' => None,
        _ => Some(c),
    }
}
