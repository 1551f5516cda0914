//! Where `**`, `*` and `~~` fail beside Chinese marks, and how they are helped.
//!
//! CommonMark lets a run of `*` open only if a letter follows or a blank or mark stands before it, and the other way
//! round for closing. Chinese is written without blanks, so `**重点。**后文` stays unbold. The rule here is the one of the
//! CJK-friendly amendment (github.com/tats-u/markdown-cjk-friendly): Chinese marks count as letters, and a Chinese
//! character on the other side counts as a mark. Where that rule and CommonMark's differ, a noncharacter between the
//! run and the mark makes the parser see a letter. Nothing else is touched: without Chinese text nothing differs.

use crate::ground::text::is_cjk;

/// The offsets at which a letter would have to stand, ascending.
pub fn weak_spots(text: &str) -> Vec<usize> {
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

fn check(text: &str, at: usize, end: usize, mark: u8, spots: &mut Vec<usize>) {
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
    if should_close && !closes {
        spots.push(at);
    }
    if should_open && !opens {
        spots.push(end);
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

    #[test]
    fn helps_only_beside_chinese() {
        assert_eq!(weak_spots("**重点。**后文"), ["**重点。".len()]);
        assert_eq!(weak_spots("这是**（括号）**的"), ["这是**".len(), "这是**（括号）".len()]);
        assert_eq!(weak_spots("**C++。**的 **C++**的"), ["**C++。".len(), "**C++。**的 **C++".len()]);
        assert_eq!(weak_spots("~~“x”~~的"), ["~~“x”".len()]);
        assert!(weak_spots("a*b* **“x”**y c**(d)**e ***").is_empty());
        assert!(weak_spots("**重点**后文，**重点**。").is_empty());
        assert!(weak_spots(r"\**（x）\*文").is_empty());
    }
}
