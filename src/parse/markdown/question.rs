//! Questions: what a quiz block must hold, and how its answer is told.

use super::fragment::Fragment;
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
        Ok(Question {
            kind,
            stem: self.stem.without_holes(),
            options: self.choices.iter().map(|(choice, _)| choice.without_holes()).collect(),
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

/// An order that differs from the right one and is the same in every build.
pub fn shuffled(choices: &[Fragment]) -> Vec<usize> {
    let mut hash = blake3::Hasher::new();
    for choice in choices {
        hash.update(choice.html.as_bytes()).update(b"\0");
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
