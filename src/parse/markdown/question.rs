//! Questions: what a quiz block must hold, and how its answer is told.

use super::quiz::Quiz;
use crate::ground::diagnostic::Span;
use crate::parse::body::{Question, QuestionKind};

/// The kinds of questions: as written, and in markup.
pub const KINDS: &[(&str, &str, QuestionKind)] = &[
    ("单选", "single", QuestionKind::Single),
    ("多选", "multiple", QuestionKind::Multiple),
    ("判断", "judge", QuestionKind::Judge),
    ("填空", "blank", QuestionKind::Blank),
    ("排序", "order", QuestionKind::Order),
];

const RIGHT: &[&str] = &["对", "正确", "是", "√", "✓", "true", "yes"];
const WRONG: &[&str] = &["错", "错误", "否", "不对", "×", "✗", "false", "no"];

impl Quiz {
    /// Reads the question; the error is the reason's key.
    pub fn question(&self, gaps: u32, span: Span) -> Result<Question, &'static str> {
        let kind = self.kind.ok_or("unknown-kind")?;
        if self.stem.html.is_empty() {
            return Err("no-stem");
        }
        let right: Vec<u32> = (0..).zip(&self.choices).filter(|(_, (_, checked))| *checked == Some(true)).map(|(place, _)| place).collect();
        let answer = self.answer.trim().trim_end_matches(['。', '.']).trim();
        let mut truth = None;
        let mut blanks = Vec::new();
        match kind {
            QuestionKind::Single | QuestionKind::Multiple if self.choices.is_empty() => return Err("no-options"),
            QuestionKind::Single | QuestionKind::Multiple if right.is_empty() => return Err("no-right"),
            QuestionKind::Single if right.len() > 1 => return Err("several-right"),
            QuestionKind::Single | QuestionKind::Multiple => {}
            QuestionKind::Order if self.choices.len() < 2 => return Err("no-options"),
            QuestionKind::Order => {}
            QuestionKind::Judge | QuestionKind::Blank if answer.is_empty() => return Err("no-answer"),
            QuestionKind::Judge => {
                let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(answer));
                truth = Some(is(RIGHT));
                if !is(RIGHT) && !is(WRONG) {
                    return Err("unknown-answer");
                }
            }
            QuestionKind::Blank => {
                let ways = |blank: &str| blank.split(['|', '｜']).map(str::trim).filter(|way| !way.is_empty()).map(String::from).collect();
                blanks = answer.split(['；', ';']).map(ways).collect::<Vec<Vec<String>>>();
                if gaps == 0 {
                    return Err("no-blanks");
                }
                if blanks.len() != gaps as usize || blanks.iter().any(Vec::is_empty) {
                    return Err("blanks-differ");
                }
            }
        }
        let stem = self.stem.without_holes();
        let options: Vec<String> = self.choices.iter().map(|(choice, _)| choice.without_holes()).collect();
        Ok(Question {
            id: id(kind, &stem, &options),
            kind,
            stem,
            options,
            right: if kind == QuestionKind::Order { Vec::new() } else { right },
            truth,
            blanks,
            why: (!self.why.html.is_empty()).then(|| self.why.without_holes()),
            passage: self.passage(),
            span,
        })
    }
}

/// The answer in words.
pub fn answer(question: &Question) -> String {
    match question.kind {
        QuestionKind::Judge => if question.truth == Some(true) { "对" } else { "错" }.to_string(),
        QuestionKind::Blank => question.blanks.iter().map(|ways| ways.join(" 或 ")).collect::<Vec<_>>().join("；"),
        _ => {
            let letter = |&place: &u32| match place {
                0..26 => char::from(b'A' + place as u8).to_string(),
                _ => (place + 1).to_string(),
            };
            question.right.iter().map(letter).collect::<Vec<_>>().join("、")
        }
    }
}

/// The name under which a reader's phone remembers a question: eight of 36 characters, so that a bank of ten thousand
/// has two alike once in fifty thousand sites. The same question on two pages is one question.
fn id(kind: QuestionKind, stem: &str, options: &[String]) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(&[kind as u8]).update(stem.as_bytes());
    for option in options {
        hash.update(b"\0").update(option.as_bytes());
    }
    let mut bytes = [0; 8];
    hash.finalize_xof().fill(&mut bytes);
    let mut rest = u64::from_le_bytes(bytes);
    let letter = |_| {
        let letter = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
        rest /= 36;
        char::from(letter)
    };
    (0..8).map(letter).collect()
}

/// The right answer for scripts. Options count from 1 as they are shown: `2`, `1 3`; 对 is 1 and 错 is 2; of an order the
/// place of each shown option; of blanks the accepted texts, `一|1;二`.
pub fn right(question: &Question) -> String {
    let numbers = |places: &mut dyn Iterator<Item = usize>| places.map(|place| (place + 1).to_string()).collect::<Vec<_>>().join(" ");
    match question.kind {
        QuestionKind::Single | QuestionKind::Multiple => numbers(&mut question.right.iter().map(|place| *place as usize)),
        QuestionKind::Judge => if question.truth == Some(true) { "1" } else { "2" }.to_string(),
        QuestionKind::Order => numbers(&mut shuffled(&question.options).into_iter()),
        QuestionKind::Blank => question.blanks.iter().map(|ways| ways.join("|")).collect::<Vec<_>>().join(";"),
    }
}

/// An order that differs from the right one and is the same in every build.
pub fn shuffled(choices: &[String]) -> Vec<usize> {
    let mut hash = blake3::Hasher::new();
    for choice in choices {
        hash.update(choice.as_bytes()).update(b"\0");
    }
    let mut random = hash.finalize_xof();
    let mut order: Vec<usize> = (0..choices.len()).collect();
    for last in (1..order.len()).rev() {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        order.swap(last, (u64::from_le_bytes(bytes) % (last as u64 + 1)) as usize);
    }
    if order.is_sorted() {
        order.rotate_left(1);
    }
    order
}
