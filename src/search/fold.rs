//! Folding and cutting into terms: the one definition that the index and the reader's script share.
//!
//! The script has the same steps in `themes/default/scripts/search/fold.js`; `tests/judged/vectors.tsv` runs through
//! both. Nothing here may depend on the version of Unicode a browser knows: characters younger than Unicode 12.1
//! whose folding could differ are separators, and what is a letter is decided by ranges written here.

use unicode_normalization::UnicodeNormalization;

pub use super::class::{Class, class};
use super::context;

/// Radicals each followed by the character that it is the sign of: what is copied from a PDF has `⺠` for `民`. From Unicode 14.0's
/// `EquivalentUnifiedIdeograph.txt` (see `docs/formats.md`), without those that normalisation takes already.
const RADICALS: &str = include_str!("radicals.txt");

/// Traditional characters each followed by its simplified one, from OpenCC's `TSCharacters`, `HKVariants` and
/// `TWVariants` (Apache-2.0, see `docs/formats.md`), followed to their end and turned where that end is not the form of the
/// mainland (`户`, not `戶`): a text in simplified characters has none of them.
const SIMPLIFIED: &str = include_str!("simplified.txt");

/// The first character that [`pairs`] has something for, or less.
pub const FIRST: u32 = 0x2E80;

/// Radicals and traditional characters, each with what is found in its place; ascending.
pub fn pairs() -> Vec<(char, char)> {
    let of = |table: &'static str| {
        let mut chars = table.chars();
        std::iter::from_fn(move || chars.next().zip(chars.next()))
    };
    let mut pairs: Vec<(char, char)> = of(SIMPLIFIED).collect();
    pairs.sort_unstable();
    let simple = |c: char| pairs.binary_search_by_key(&c, |pair| pair.0).map_or(c, |at| pairs[at].1);
    // The sign of a traditional character is simplified with it: ⻑ is 長 is 长.
    let mut all: Vec<(char, char)> = of(RADICALS).map(|(radical, c)| (radical, simple(c))).collect();
    all.append(&mut pairs);
    all.sort_unstable();
    all
}

/// Ranges of characters younger than Unicode 12.1 (Chrome 78, iOS 13) that normalisation or case touches. Separators.
const LATE: &[(u32, u32)] = &[
    (0x558, 0x558),
    (0x58B, 0x58C),
    (0x5C8, 0x5C9),
    (0x897, 0x89F),
    (0x8CA, 0x8D2),
    (0xC3C, 0xC3C),
    (0x1715, 0x1715),
    (0x1ABF, 0x1AF0),
    (0x1C89, 0x1C8A),
    (0x1DFA, 0x1DFA),
    (0x209D, 0x209F),
    (0x2C2F, 0x2C2F),
    (0x2C5F, 0x2C5F),
    (0xA7C0, 0xA7C1),
    (0xA7C7, 0xA7F6),
    (0xA82C, 0xA82C),
    (0xAB69, 0xAB69),
    (0x10570, 0x105E4),
    (0x10781, 0x107BF),
    (0x10D50, 0x10D85),
    (0x10EAB, 0x10EFF),
    (0x10F82, 0x10F85),
    (0x11070, 0x11070),
    (0x11382, 0x113D0),
    (0x11930, 0x11943),
    (0x11F41, 0x11F42),
    (0x1611E, 0x1612F),
    (0x16D63, 0x16D6A),
    (0x16EA0, 0x16ED3),
    (0x16FF0, 0x16FF1),
    (0x1B123, 0x1B126),
    (0x1CCD6, 0x1CCF9),
    (0x1D127, 0x1D128),
    (0x1D250, 0x1D281),
    (0x1D6A6, 0x1D6A6),
    (0x1DF95, 0x1E08F),
    (0x1E2AE, 0x1E2AE),
    (0x1E4EC, 0x1E4EF),
    (0x1E5EE, 0x1E5EF),
    (0x1E6E3, 0x1E6F5),
    (0x1FBF0, 0x1FBF9),
];

/// Characters that are seen by nobody and dropped before all else; those that end a line or part words are not among them.
fn is_ignored(u: u32) -> bool {
    matches!(
        u,
        0..=8 | 0xE..=0x1F | 0x7F..=0x84 | 0x86..=0x9F | 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF
    )
}

/// Whether a character parts words, in a text that is not folded yet: one that folding drops or makes a letter of does not.
pub fn is_gap(c: char) -> bool {
    let becomes_gap = |c: char| c.to_lowercase().all(|c| class(c) == Class::Gap);
    !is_ignored(c as u32) && std::iter::once(c).nfkc().all(becomes_gap)
}

/// Characters that normalisation takes one by one, unless a mark follows them. The others are normalised in runs.
fn is_simple(u: u32) -> bool {
    (0x20..0x7F).contains(&u)
        || (0x9..=0xD).contains(&u)
        || (0x4E00..=0x9FFF).contains(&u)
        || (0xFF01..=0xFF5E).contains(&u)
        || matches!(u, 0x3000..=0x3002 | 0x3008..=0x3011 | 0x2014..=0x2026)
}

/// Folds text. Holds the table of simplified characters, laid out for speed.
pub struct TextFolder {
    /// Simplified forms of U+3400 to U+9FFF; 0 where it is among the others.
    plane: Vec<u16>,
    /// The pairs that this does not hold, ascending.
    others: Vec<(char, char)>,
}

impl Default for TextFolder {
    fn default() -> TextFolder {
        let mut plane: Vec<u16> = (0x3400..0xA000).collect();
        let mut others = Vec::new();
        for (from, to) in pairs() {
            let held = u16::try_from(to as u32).unwrap_or(0);
            if let Some(slot) = plane.get_mut((from as usize).wrapping_sub(0x3400)) {
                *slot = held;
                if held > 0 {
                    continue;
                }
            }
            others.push((from, to));
        }
        TextFolder { plane, others }
    }
}

impl TextFolder {
    /// The folded text: letters in lower case and simplified, every run of other characters one space, or one line
    /// feed where it held one. No space at either end.
    pub fn fold(&self, text: &str) -> String {
        let mut out = Folded { text: String::with_capacity(text.len()), gap: None };
        self.each(text, |c, class| out.push(c, class));
        out.text
    }

    /// Calls `take` for every term of the folded text, in its order. Where a word and a gram touch, the two characters that
    /// touch are a pair as well: `5G基站` is more than `5G` and `基站` on one page.
    pub fn terms(&self, text: &str, take: impl FnMut(IndexTerm<'_>)) {
        let mut tokenizer = Tokenizer { take, before: None, word: String::new() };
        self.each(text, |c, class| tokenizer.push(c, class));
        tokenizer.end();
    }

    /// Calls `put` for every character of the folded text with its class; of a run of gaps for each.
    fn each(&self, text: &str, put: impl FnMut(char, Class)) {
        // Most texts are Han characters of three bytes.
        let mut chars = Vec::with_capacity(text.len() / 2);
        self.normalize(text, &mut chars);
        context::resolve(&chars, put);
    }

    /// Adds the characters of a text, each folded by itself or with the marks on it.
    fn normalize(&self, text: &str, out: &mut Vec<char>) {
        let mut chars = text.chars();
        // Each character is asked once, as the next of the one before it.
        let mut step = || {
            let next = chars.next();
            (next, next.is_none_or(|c| is_simple(c as u32)))
        };
        let (mut next, mut is_next_simple) = step();
        let mut cluster = String::new();
        while let Some(c) = next {
            let simple = is_next_simple;
            (next, is_next_simple) = step();
            if simple && is_next_simple {
                let c = if (0xFF01..=0xFF5E).contains(&(c as u32)) { char::from((c as u32 - 0xFEE0) as u8) } else { c };
                out.push(self.simplify(c.to_ascii_lowercase()));
                continue;
            }
            cluster.clear();
            cluster.push(c);
            while let Some(c) = next.filter(|_| !is_next_simple) {
                cluster.push(c);
                (next, is_next_simple) = step();
            }
            let kept = cluster.chars().filter(|c| !is_ignored(*c as u32)).map(|c| if is_late(c as u32) { ' ' } else { c });
            out.extend(kept.nfkc().flat_map(char::to_lowercase).map(|c| self.simplify(c)));
        }
    }

    /// Whether a text holds characters that folding may simplify.
    pub fn simplifies(&self, text: &str) -> bool {
        text.chars().any(|c| match c as u32 {
            // Most texts hold nothing else.
            0..FIRST => false,
            u @ 0x3400..=0x9FFF => u32::from(self.plane[(u - 0x3400) as usize]) != u,
            0xF900..=0xFAFF | 0x2F800..=0x2FA1F | 0x2E80..=0x2FDF => true,
            _ => self.simplify(c) != c,
        })
    }

    /// The simplified form of a character, or itself; of a radical that of its character.
    pub fn simplify(&self, c: char) -> char {
        let u = c as u32;
        if u < FIRST {
            // Either is typed for the zero of a year: 二○二六.
            return if matches!(u, 0x25CB | 0x25EF) { '〇' } else { c };
        }
        match self.plane.get((u as usize).wrapping_sub(0x3400)) {
            Some(&to) if to > 0 => char::from_u32(u32::from(to)).unwrap_or(c),
            _ => self.other(c).unwrap_or(c),
        }
    }

    fn other(&self, c: char) -> Option<char> {
        self.others.binary_search_by_key(&c, |pair| pair.0).ok().map(|at| self.others[at].1)
    }
}

fn is_late(u: u32) -> bool {
    u > 0x557 && LATE.iter().any(|&(from, to)| (from..=to).contains(&u))
}

struct Folded {
    text: String,
    gap: Option<char>,
}

impl Folded {
    fn push(&mut self, c: char, class: Class) {
        if class == Class::Gap {
            let gap = self.gap.get_or_insert(' ');
            if c == '\n' {
                *gap = '\n';
            }
            return;
        }
        if let Some(gap) = self.gap.take()
            && !self.text.is_empty()
        {
            self.text.push(gap);
        }
        self.text.push(c);
    }
}

/// A term of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexTerm<'a> {
    /// A character.
    One(char),
    /// Two that follow each other.
    Two(char, char),
    /// A word.
    Word(&'a str),
}

/// Words are cut to so many characters in the index; the text itself decides on longer ones.
pub const WORD: usize = 20;

/// Cuts a folded text into terms.
struct Tokenizer<F> {
    take: F,
    before: Option<(char, Class)>,
    /// As much as has come of it.
    word: String,
}

impl<F: FnMut(IndexTerm<'_>)> Tokenizer<F> {
    fn push(&mut self, c: char, class: Class) {
        if class != Class::Word {
            self.end();
        }
        if let Some((last, kind)) = self.before
            && class != Class::Gap
            && !(class == Class::Word && kind == Class::Word)
        {
            (self.take)(IndexTerm::Two(last, c));
        }
        match class {
            Class::Gap => {}
            Class::Word => self.word.push(c),
            Class::Gram => (self.take)(IndexTerm::One(c)),
        }
        self.before = (class != Class::Gap).then_some((c, class));
    }

    /// A word ends here, if one has begun.
    fn end(&mut self) {
        if !self.word.is_empty() {
            (self.take)(IndexTerm::Word(cut(&self.word)));
            self.word.clear();
        }
    }
}

fn cut(word: &str) -> &str {
    // So many bytes are no more characters than that.
    if word.len() <= WORD {
        return word;
    }
    word.char_indices().nth(WORD).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

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
