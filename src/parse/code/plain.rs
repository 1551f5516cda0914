//! Patterns that need no regular expression: a text as it stands, or one word of a list.
//!
//! Two of three patterns of the grammars are such, and the engine spends most of its time on telling that a word is no keyword.

use std::collections::HashSet;

/// How such a pattern is found.
#[derive(Debug)]
pub enum Plain {
    /// A text, which may be empty.
    Text(String),
    /// `\b(a|b|c)\b`: a whole word of ASCII letters.
    Words {
        words: HashSet<Box<[u8]>>,
        longest: usize,
        /// Upper and lower case are the same; the words are kept in lower case.
        fold: bool,
        /// The words stand in a group that is numbered.
        is_group: bool,
    },
}

/// What looking for it gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Match(usize, usize),
    Nowhere,
    /// Beside a letter beyond ASCII at this place: what counts as a word there is for the engine to say.
    Ask(usize),
}

impl Plain {
    /// Reads a pattern; none if it is more than this.
    pub fn of(pattern: &str) -> Option<Plain> {
        if let Some(text) = literal(pattern) {
            return Some(Plain::Text(text));
        }
        let (fold, rest) = match pattern.strip_prefix("(?i:").and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => (true, inner),
            None => match pattern.strip_prefix("(?i)") {
                Some(rest) => (true, rest),
                None => (false, pattern),
            },
        };
        let inner = rest.strip_prefix("\\b(")?.strip_suffix(")\\b")?;
        let (is_group, inner) = inner.strip_prefix("?:").map_or((true, inner), |inner| (false, inner));
        let is_plain = |word: &str| !word.is_empty() && word.bytes().all(is_word);
        if !inner.split('|').all(is_plain) {
            return None;
        }
        let word = |word: &str| if fold { word.to_ascii_lowercase().into_bytes().into() } else { word.as_bytes().into() };
        let longest = inner.split('|').map(str::len).max()?;
        Some(Plain::Words { words: inner.split('|').map(word).collect(), longest, fold, is_group })
    }

    /// How many groups a match has, the whole among them.
    pub fn groups(&self) -> usize {
        match self {
            Plain::Words { is_group: true, .. } => 2,
            _ => 1,
        }
    }

    /// The earliest match at `from` or after.
    pub fn find(&self, line: &str, from: usize) -> Found {
        match self {
            Plain::Text(text) => match line.get(from..).and_then(|rest| rest.find(text.as_str())) {
                Some(more) => Found::Match(from + more, from + more + text.len()),
                None => Found::Nowhere,
            },
            Plain::Words { words, longest, fold, .. } => {
                let line = line.as_bytes();
                let mut at = from;
                // Within a word none begins.
                if from > 0 && is_word(line[from - 1]) {
                    at = end_of_word(line, at);
                }
                while at < line.len() {
                    if !is_word(line[at]) {
                        at += 1;
                        continue;
                    }
                    let end = end_of_word(line, at);
                    if (at > 0 && line[at - 1] >= 0x80) || line.get(end).is_some_and(|byte| *byte >= 0x80) {
                        return Found::Ask(at);
                    }
                    let word = &line[at..end];
                    let is =
                        word.len() <= *longest && if *fold { words.contains(&*word.to_ascii_lowercase()) } else { words.contains(word) };
                    if is {
                        return Found::Match(at, end);
                    }
                    at = end;
                }
                Found::Nowhere
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn end_of_word(line: &[u8], from: usize) -> usize {
    from + line[from..].iter().position(|byte| !is_word(*byte)).unwrap_or(line.len() - from)
}

/// The text that a pattern without any operator stands for.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                next if next.is_ascii_punctuation() => text.push(next),
                _ => return None,
            },
            '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            _ => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let find = |pattern: &str, line: &str, from| Plain::of(pattern).map(|plain| plain.find(line, from));
        assert_eq!(find(r"/\*", "a /* b", 0), Some(Found::Match(2, 4)));
        assert_eq!(find(r"\n", "a\n", 0), Some(Found::Match(1, 2)));
        assert_eq!(find("", "会", 3), Some(Found::Match(3, 3)));
        assert_eq!(find(";", "会", 0), Some(Found::Nowhere));
        assert!(["a.", r"\b", r"\w", "a|b", "(a)", "[a]"].iter().all(|pattern| Plain::of(pattern).is_none()));
    }

    #[test]
    fn words() {
        let find = |pattern: &str, line: &str, from| Plain::of(pattern).map(|plain| plain.find(line, from));
        assert_eq!(find(r"\b(if|else)\b", "iff elif else", 0), Some(Found::Match(9, 13)));
        assert_eq!(find(r"\b(if|else)\b", "xif", 1), Some(Found::Nowhere));
        assert_eq!(find(r"\b(?:if)\b", "if", 0), Some(Found::Match(0, 2)));
        assert_eq!(find(r"(?i)\b(if)\b", "x IF", 0), Some(Found::Match(2, 4)));
        assert_eq!(find(r"(?i:\b(If)\b)", "iF", 0), Some(Found::Match(0, 2)));
        assert_eq!(find(r"\b(if)\b", "如if", 0), Some(Found::Ask(3)));
        assert_eq!(find(r"\b(if)\b", "if，", 0), Some(Found::Ask(0)));
        assert!([r"\b(a|b?)\b", r"\b(a|)\b", r"\bif\b(x)\b", r"(?i)\b(a|\w)\b"].iter().all(|pattern| Plain::of(pattern).is_none()));
    }
}
