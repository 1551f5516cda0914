//! Where `**`, `*` and `~~` fail beside Chinese marks, and how they are helped.
//!
//! CommonMark lets a run of `*` open only if a letter follows or a blank or mark stands before it, and the other way
//! round for closing. Chinese is written without blanks, so `**重点。**后文` stays unbold. The rule here is the one of the
//! CJK-friendly amendment (github.com/tats-u/markdown-cjk-friendly): Chinese marks count as letters, and a Chinese
//! character on the other side counts as a mark. Where that rule and CommonMark's differ, a noncharacter between the
//! run and the mark makes the parser see a letter. Nothing else is touched: without Chinese text nothing differs.

use crate::ground::text::is_cjk;

/// What would have to stand in a place, in the parser's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Help {
    /// A letter.
    Letter,
    /// A mark, then a letter: before a run that follows another run, which must go on seeing a mark.
    MarkLetter,
    /// A letter, then a mark.
    LetterMark,
}

/// The offsets at which a run needs help, ascending.
pub fn weak_spots(text: &str) -> Vec<(usize, Help)> {
    let bytes = text.as_bytes();
    let mut spots = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            // An escaped mark is none, and nothing may come between it and its backslash.
            b'\\' => at += 1 + usize::from(bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation)),
            mark @ (b'*' | b'~') => {
                let end = at + bytes[at..].iter().take_while(|&&b| b == mark).count();
                if mark == b'*' || end - at == 2 {
                    check(text, at, end, mark, &mut spots);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    spots
}

fn check(text: &str, at: usize, end: usize, mark: u8, spots: &mut Vec<(usize, Help)>) {
    let mut back = text[..at].chars().rev();
    let mut ahead = text[end..].chars();
    let (Some(before), Some(after)) = (back.next(), ahead.next()) else {
        return;
    };
    if before.is_ascii() && after.is_ascii() || before.is_whitespace() || after.is_whitespace() {
        return;
    }
    let before_cjk = is_cjk(before) || is_shared(before) && back.next().is_some_and(is_cjk);
    let after_cjk = is_cjk(after) || is_shared(after) && ahead.next().is_some_and(is_cjk);
    let (before_mark, after_mark) = (is_mark(before), is_mark(after));
    let opens = !after_mark || before_mark || mark == b'~';
    let closes = !before_mark || after_mark;
    let should_open = !after_mark || after_cjk || before_mark || before_cjk;
    let should_close = !before_mark || before_cjk || after_mark || after_cjk;
    let is_run = |c: char| matches!(c, '*' | '_' | '~');
    if should_close && !closes {
        spots.push((at, if is_run(before) { Help::MarkLetter } else { Help::Letter }));
    }
    if should_open && !opens {
        spots.push((end, if is_run(after) { Help::LetterMark } else { Help::Letter }));
    }
}

/// Punctuation or a symbol. Too many rather than too few: beside a letter the noncharacter changes nothing.
fn is_mark(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_punctuation() } else { !c.is_alphanumeric() }
}

/// Marks that Chinese shares with other scripts: Chinese if what they enclose is.
fn is_shared(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(text: &str) -> Vec<usize> {
        weak_spots(text).into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn helps_only_beside_chinese() {
        assert_eq!(offsets("**重点。**后文"), ["**重点。".len()]);
        assert_eq!(offsets("这是**（括号）**的"), ["这是**".len(), "这是**（括号）".len()]);
        assert_eq!(offsets("**C++。**的 **C++**的"), ["**C++。".len(), "**C++。**的 **C++".len()]);
        assert_eq!(offsets("~~“x”~~的"), ["~~“x”".len()]);
        assert_eq!(weak_spots("请**_先_**的"), [("请**".len(), Help::LetterMark), ("请**_先_".len(), Help::MarkLetter)]);
        assert!(weak_spots("a*b* **“X”**y c**(d)**e ***").is_empty());
        assert!(weak_spots("**重点**后文 **重点** 。").is_empty());
        assert!(weak_spots("这是**重点**的").is_empty());
        assert!(weak_spots(r"\**（x）\*文").is_empty());
    }

    #[test]
    fn without_chinese_marks_nothing_differs() {
        let words = ["*", "**", "_", "a", "b ", "文", "~~", "(", ")", "`", "\n", "[x](y)", ".", "\\", "***"];
        let mut random = Random(7);
        for _ in 0..3000 {
            let text: String = (0..random.below(14)).map(|_| words[random.below(words.len())]).collect();
            let latin = text.replace('文', "c");
            assert!(weak_spots(&latin).is_empty(), "{latin:?}");
        }
    }

    /// Numbers that are the same in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % limit as u64) as usize
        }
    }
}
