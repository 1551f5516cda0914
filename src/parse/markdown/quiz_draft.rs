//! A question being read.

use crate::document::{Block, QuizKind, QuizOption};
use crate::ground::diagnostic::Span;

/// The kinds of questions, as written.
pub const KINDS: &[(&str, QuizKind)] = &[
    ("单选", QuizKind::Single),
    ("多选", QuizKind::Multiple),
    ("判断", QuizKind::Judge),
    ("填空", QuizKind::Blank),
    ("排序", QuizKind::Order),
];

/// A quiz block being read.
pub struct QuizDraft {
    pub kind: Option<QuizKind>,
    pub section: QuizSection,
    pub stem: Vec<Block>,
    pub options: Vec<QuizOption>,
    pub answer: Vec<Block>,
    pub why: Vec<Block>,
    pub source: Vec<Block>,
    pub source_span: Span,
    /// Gaps of the question.
    pub gaps: u32,
    /// Gaps so far of the question around it.
    pub outer_gaps: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum QuizSection {
    Stem,
    Answer,
    Why,
    Source,
}

impl QuizDraft {
    /// A block whose `:::` line says this behind the box's name.
    pub fn new(title: &str) -> QuizDraft {
        let word = title.split_whitespace().next().unwrap_or_default();
        let word = word.strip_suffix('题').unwrap_or(word);
        let kind = KINDS.iter().find(|(name, kind)| *name == word || kind.word().eq_ignore_ascii_case(word));
        QuizDraft {
            kind: kind.map(|&(_, kind)| kind),
            section: QuizSection::Stem,
            stem: Vec::new(),
            options: Vec::new(),
            answer: Vec::new(),
            why: Vec::new(),
            source: Vec::new(),
            source_span: Span::default(),
            gaps: 0,
            outer_gaps: None,
        }
    }

    /// Whether its lists are options.
    pub fn has_options(&self) -> bool {
        !matches!(self.kind, Some(QuizKind::Judge | QuizKind::Blank))
    }

    /// Keeps what the section that ends here has gathered.
    pub fn keep(&mut self, blocks: Vec<Block>) {
        let section = match self.section {
            QuizSection::Stem => &mut self.stem,
            QuizSection::Why => &mut self.why,
            QuizSection::Answer => &mut self.answer,
            QuizSection::Source => &mut self.source,
        };
        section.extend(blocks);
    }
}
