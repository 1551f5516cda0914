//! What folding decides by the neighbours of a character: blanks that only align, and signs that belong to a name.
//!
//! The script has the same steps in `themes/default/scripts/search/context.js`.

use super::class::{Class, class};

/// Calls `put` for every character with its class, once its neighbours have told: blanks within a name are left out (`张　三` is
/// 张三), and the signs of `C++`, `C#` and `.NET` are characters like those that are written without spaces.
pub fn resolve(chars: &[char], mut put: impl FnMut(char, Class)) {
    let mut at = 0;
    // Whether the last character is Han, with nothing else before it.
    let mut alone = false;
    let mut before = Class::Gap;
    while let Some(&c) = chars.get(at) {
        let class = class(c);
        if class == Class::Gap {
            if alone && let Some(next) = aligned(&chars[at..]) {
                put(chars[at + next], Class::Gram);
                at += next + 1;
                continue;
            }
            let signs = signs(c, before, &chars[at..], at.checked_sub(1).map(|last| chars[last]));
            if signs > 0 {
                chars[at..at + signs].iter().for_each(|c| put(*c, Class::Gram));
                (at, alone, before) = (at + signs, false, Class::Gram);
                continue;
            }
        }
        alone = class == Class::Gram && before == Class::Gap && is_han(c);
        before = class;
        put(c, class);
        at += 1;
    }
}

/// Where, behind blanks, a single Han character stands; a second character would make a word of it.
fn aligned(rest: &[char]) -> Option<usize> {
    let blanks = rest.iter().take_while(|c| is_blank(**c)).count();
    let is_single = blanks > 0 && rest.get(blanks).is_some_and(|c| is_han(*c));
    (is_single && rest.get(blanks + 1).is_none_or(|c| class(*c) == Class::Gap)).then_some(blanks)
}

/// How many of these are signs that belong to a name: `#` or `++` behind a letter and before none, `.` before `net`.
fn signs(c: char, before: Class, rest: &[char], last: Option<char>) -> usize {
    let follows = |many: usize| rest.get(many).copied();
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
    let many = match c {
        '#' => 1,
        '+' if follows(1) == Some('+') => 2,
        '.' if before != Class::Word && rest[1..].starts_with(&['n', 'e', 't']) => {
            return usize::from(follows(4).is_none_or(|c| class(c) != Class::Word));
        }
        _ => return 0,
    };
    if before == Class::Word && is_letter(last) && !is_letter(follows(many)) { many } else { 0 }
}

/// Blanks as folding leaves them: all others are these, or break the line.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{3000}')
}

fn is_han(c: char) -> bool {
    c == '〇' || ('\u{3400}'..='\u{9fff}').contains(&c) || c >= '\u{20000}' && class(c) == Class::Gram
}
