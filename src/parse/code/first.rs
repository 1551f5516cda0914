//! What a match of a pattern can begin with, so that the regular expression engine is asked only where it can say yes.
//!
//! Reads a pattern in the syntax of Oniguruma and errs on one side: what it does not know may begin with anything. A
//! wrong "cannot begin here" would lose a colour; the tests hold every grammar's lines against syntect's own parser.

use super::head::Head;

/// The bytes that a match can begin with, and whether it can be empty at the end of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    bytes: [u64; 4],
    end: bool,
    /// A match may begin anywhere.
    anywhere: bool,
    /// A match begins at the beginning of the line or nowhere.
    line_start: bool,
    /// A match begins where a word begins, if it begins with a character of words.
    word_start: bool,
    /// What matches depends on where the search began (`\G`), or begins elsewhere than it says (`\K`): nothing may be skipped or
    /// bounded.
    sticky: bool,
}

impl First {
    /// Reads a pattern.
    pub fn of(pattern: &str) -> First {
        // A pattern of this size would be a table; so would this reading of it.
        if ["\\G", "\\K"].iter().any(|mark| pattern.contains(mark)) || pattern.len() > 20_000 {
            return First { bytes: [!0; 4], end: true, anywhere: true, line_start: false, word_start: false, sticky: true };
        }
        let head = Head::of(pattern);
        First {
            bytes: head.set.bytes,
            end: head.set.end,
            anywhere: head.empty,
            line_start: head.line_start,
            word_start: head.word_start,
            sticky: false,
        }
    }

    /// Whether the place where a search begins has a say in what it finds.
    pub fn is_sticky(&self) -> bool {
        self.sticky
    }

    /// The first place from `from` to `to`, both included, at which a match can begin.
    pub fn next(&self, line: &[u8], from: usize, to: usize) -> Option<usize> {
        if self.line_start && from > 0 {
            return None;
        }
        if self.anywhere || self.line_start {
            return Some(from);
        }
        let to = to.min(line.len());
        let within = line.get(from..line.len().min(to + 1))?;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let mut before = if self.word_start && from > 0 { line[from - 1] } else { b' ' };
        let place = within.iter().position(|&byte| {
            let is = self.bytes[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1 && !(self.word_start && is_word(before) && is_word(byte));
            before = byte;
            is
        });
        match place {
            Some(more) => Some(from + more),
            None if self.end && to == line.len() => Some(to),
            None => None,
        }
    }
}

/// Bytes, and the end of the line.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    pub bytes: [u64; 4],
    pub end: bool,
}

impl Set {
    /// Nothing.
    pub const NONE: Set = Set { bytes: [0; 4], end: false };
    /// Everything.
    pub const ALL: Set = Set { bytes: [!0; 4], end: true };
    /// All bytes of characters beyond ASCII.
    pub const WIDE: Set = Set { bytes: [0, 0, !0, !0], end: false };

    /// These bytes.
    pub fn of(bytes: impl IntoIterator<Item = u8>) -> Set {
        let mut set = Set::NONE;
        bytes.into_iter().for_each(|byte| set.add(byte));
        set
    }

    /// Puts a byte in.
    pub fn add(&mut self, byte: u8) {
        self.bytes[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// What is in one of both.
    pub fn join(mut self, other: Set) -> Set {
        self.bytes.iter_mut().zip(other.bytes).for_each(|(own, more)| *own |= more);
        self.end |= other.end;
        self
    }

    /// The ASCII characters that are not in it, and all beyond ASCII.
    pub fn others(self) -> Set {
        Set { bytes: [!self.bytes[0], !self.bytes[1], !0, !0], end: false }
    }

    /// With the letters' other case. Some letters beyond ASCII fold to ASCII ones (`ſ`, the Kelvin sign).
    pub fn folded(mut self) -> Set {
        for byte in b'a'..=b'z' {
            let has = |set: &Set, byte: u8| set.bytes[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1;
            if has(&self, byte) || has(&self, byte.to_ascii_uppercase()) {
                self.add(byte);
                self.add(byte.to_ascii_uppercase());
                self = self.join(Set::WIDE);
            }
        }
        self
    }
}

impl Set {
    /// The one character that it is, if it is one; `0x80` for those beyond ASCII.
    pub fn one(&self) -> Option<u8> {
        let ascii = self.bytes[0].count_ones() + self.bytes[1].count_ones();
        match (ascii, self.bytes[2] | self.bytes[3]) {
            (1, 0) if self.bytes[0] != 0 => Some(self.bytes[0].trailing_zeros() as u8),
            (1, 0) => Some(64 + self.bytes[1].trailing_zeros() as u8),
            (0, wide) if wide != 0 => Some(0x80),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ASCII characters, `宽` for all others, `$` for the end, `*` for anywhere, `^` for the line's beginning only.
    fn read(pattern: &str) -> String {
        let first = First::of(pattern);
        let mut told = String::new();
        if first.anywhere {
            return if first.line_start { "^*".into() } else { "*".into() };
        }
        if first.line_start {
            told.push('^');
        }
        for byte in 0..0x80_u8 {
            if first.bytes[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1 {
                told.extend(char::from(byte).escape_default());
            }
        }
        if first.bytes[3] != 0 {
            told.push('宽');
        }
        if first.end {
            told.push('$');
        }
        told
    }

    #[test]
    fn what_a_match_begins_with() {
        let cases = [
            ("//", "/"),
            (r"\b(if|else|for)\b", "efi"),
            ("a?b*c", "abc"),
            ("a+?b", "ab"),
            ("a{0,3}b", "ab"),
            ("a{2}b", "a"),
            ("a{x}b", "a"),
            ("a?", "*"),
            ("", "*"),
            ("(?=[,;])", ",;"),
            (r"(?=\s*(?:=|\())", r"\t\n\u{b}\u{c}\r (=宽"),
            ("(?!x)y", "y"),
            ("(?<=x)y|(?<!z)w", "wy"),
            ("$", r"\n$"),
            (r"$\n?", r"\n$"),
            (r"\z", "$"),
            ("^#", "^#"),
            ("(?:^|x)y", "xy"),
            ("^a|^b", "^ab"),
            ("(?i)if", "Ii宽"),
            ("(?i:if)x", "Ii宽"),
            ("x(?i)y|z", "*"),
            ("(?x) a # b)\n | c", "ac"),
            ("[a-cx]", "abcx"),
            ("[]a]", "]a"),
            ("[^\\x00-,.-\\x7f]", "-宽"),
            ("[a-z&&[^x]]", "abcdefghijklmnopqrstuvwxyz"),
            (r"[\d.]", ".0123456789宽"),
            (r"[^\p{L}]x|[^a[:digit:]]", "*all"),
            ("[会]", "宽"),
            (r"(a)|\1?|\p{Han}\1", "*"),
            (r"a\1|b", "ab"),
            (r"\x41", "A"),
            ("(a|b", "*"),
            ("a)", "*"),
            (r"\Gx", "*"),
        ];
        let sorted = |text: &str| {
            let mut all: Vec<char> = text.chars().collect();
            all.sort_unstable();
            all
        };
        for (pattern, expected) in cases {
            if expected == "*all" {
                assert_eq!(First::of(pattern).bytes, [!0; 4], "{pattern}");
                continue;
            }
            assert_eq!(sorted(&read(pattern)), sorted(expected), "{pattern}");
        }
    }

    #[test]
    fn the_next_place() {
        let first = First::of("b|$");
        assert_eq!(first.next(b"abab\n", 0, 5), Some(1));
        assert_eq!(first.next(b"abab\n", 2, 5), Some(3));
        assert_eq!(first.next(b"abab\n", 2, 2), None);
        assert_eq!(first.next(b"abab\n", 4, 5), Some(4));
        assert_eq!(first.next(b"abab\n", 5, 5), Some(5));
        assert_eq!(First::of(r"(?=\b(?:a|\(b))").next(b"xa a(b", 0, 5), Some(3));
        assert_eq!(First::of(r"\ba").next("会a".as_bytes(), 0, 4), Some(3));
        assert_eq!(First::of(r"x?\ba").next(b"xa", 1, 2), Some(1));
        assert_eq!(First::of("^a").next(b"ba", 1, 2), None);
        assert_eq!(First::of("").next(b"ba", 2, 2), Some(2));
    }
}
