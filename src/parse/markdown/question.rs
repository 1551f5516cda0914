//! Questions: what a quiz block must hold, and the name it is known by.

use super::quiz_draft::QuizDraft;
use crate::document::{FootnoteBody, Link, Quiz, QuizKind, identity, text};

const RIGHT: &[&str] = &["对", "正确", "是", "√", "✓", "true", "yes"];
const WRONG: &[&str] = &["错", "错误", "否", "不对", "×", "✗", "false", "no"];

impl QuizDraft {
    /// Reads the question, all but its anchor and its source; the error is the reason's key.
    pub fn question(&mut self, footnotes: &[FootnoteBody], links: &[Link]) -> Result<Quiz, &'static str> {
        let kind = self.kind.ok_or("unknown-kind")?;
        if self.stem.is_empty() {
            return Err("no-stem");
        }
        let right = self.options.iter().filter(|option| option.mark == Some(true)).count();
        let answer = text::lines(&self.answer);
        let answer = answer.trim_end_matches(['。', '.']).trim();
        let mut truth = None;
        let mut blanks = Vec::new();
        match kind {
            QuizKind::Single | QuizKind::Multiple if self.options.is_empty() => return Err("no-options"),
            QuizKind::Single | QuizKind::Multiple if right == 0 => return Err("no-right"),
            QuizKind::Single if right > 1 => return Err("several-right"),
            QuizKind::Single | QuizKind::Multiple => {}
            QuizKind::Order if self.options.len() < 2 => return Err("no-options"),
            QuizKind::Order => {}
            QuizKind::Judge | QuizKind::Blank if answer.is_empty() => return Err("no-answer"),
            QuizKind::Judge => {
                let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(answer));
                truth = Some(is(RIGHT));
                if !is(RIGHT) && !is(WRONG) {
                    return Err("unknown-answer");
                }
            }
            QuizKind::Blank => {
                let ways = |blank: &str| blank.split(['|', '｜']).map(str::trim).filter(|way| !way.is_empty()).map(String::from).collect();
                blanks = answer.split(['；', ';']).map(ways).collect::<Vec<Vec<String>>>();
                if self.gaps == 0 {
                    return Err("no-blanks");
                }
                if blanks.len() != self.gaps as usize || blanks.iter().any(Vec::is_empty) {
                    return Err("blanks-differ");
                }
            }
        }
        let stem = identity::of(&self.stem, footnotes, links);
        let options: Vec<String> = self.options.iter().map(|option| identity::of(&option.blocks, footnotes, links)).collect();
        Ok(Quiz {
            anchor: "".into(),
            id: id(kind, &stem, &options).into(),
            kind,
            stem: std::mem::take(&mut self.stem),
            options: std::mem::take(&mut self.options),
            shown: if kind == QuizKind::Order { shuffled(&options) } else { Vec::new() },
            truth,
            blanks,
            why: std::mem::take(&mut self.why),
            source: None,
        })
    }
}

/// The name under which a reader's phone remembers a question: eight of 36 characters, so that a bank of ten thousand
/// has two alike once in fifty thousand sites. The same question on two pages is one question.
fn id(kind: QuizKind, stem: &str, options: &[String]) -> String {
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

/// An order that differs from the right one and is the same in every build.
fn shuffled(choices: &[String]) -> Vec<u32> {
    let mut hash = blake3::Hasher::new();
    for choice in choices {
        hash.update(choice.as_bytes()).update(b"\0");
    }
    let mut random = hash.finalize_xof();
    let mut order: Vec<u32> = (0..choices.len() as u32).collect();
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
