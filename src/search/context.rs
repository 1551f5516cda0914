//! What folding decides by the neighbours of a character: blanks that only align, and signs that belong to a name.
//!
//! The script has the same steps in `themes/default/scripts/search/context.js`.

use super::fold::{Class, class};

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

#[cfg(test)]
mod tests {
    use super::super::fold::TextFolder;

    fn check(text: &str, folded: &str) {
        assert_eq!(TextFolder::default().fold(text), folded, "{text:?}");
    }

    #[test]
    fn blanks_between_single_characters_only_align() {
        check("张　三、李　四", "张三 李四");
        check("通　 \u{a0}知", "通知");
        check("委 员 会", "委员会");
        check("主席：张\u{2003}三", "主席 张三");
        check("李小明　张　三　王小二", "李小明 张三 王小二");
        check("张　三2 a张　三、张　三a 张\n三 カ　ナ 가 나", "张 三2 a张 三 张 三a 张\n三 カ ナ 가 나");
        check("学习 会议 好 人们", "学习 会议 好 人们");
    }

    #[test]
    fn signs_of_a_name_belong_to_it() {
        check("C++、C#和F#语言，Ｃ＋＋11", "c++ c#和f#语言 c++11");
        check(".NET 使用.net5 ASP.NET .network", ".net 使用 net5 asp net network");
        check("a+b i++j 1++ 1# page#top # ++ 党建+ 5G+工业", "a b i j 1 1 page top 党建 5g 工业");
    }

    #[test]
    fn radicals_zeros_and_unseen_controls() {
        check("以⼈⺠为中⼼，校⻓、⻑官，⻛险⻔⺟", "以人民为中心 校长 长官 风险门母");
        check("二○二四◯年", "二〇二四〇年");
        check("支\u{8}部\u{1f}大\u{7f}会\u{9b}议\t党\u{b}员", "支部大会议 党 员");
    }
}
