//! Quiz blocks (`::: 自测 单选`): a question, its options or gaps, and behind a fold the answer.
//!
//! The block is ordinary Markdown; its lists are the options, and the lines that begin with `答案：`, `解析：` or `出处：`
//! switch to another section, also where CommonMark would count them to the last option (no blank line before them).

use std::collections::{HashMap, HashSet};

use super::quiz_draft::{QuizDraft, QuizSection};
use super::writer::{Contents, Frame, OpenBox, Writer};
use crate::document::walk::{trim_end, trim_inlines};
use crate::document::{
    Block, BlockKind, Heading, InlineKind, LinkKind, ListItem, Quiz, QuizKind, QuizOption, QuizSource, SourceRange, text,
};
use crate::ground::diagnostic::{Code, Span};

const SECTIONS: &[(&str, QuizSection)] = &[
    ("答案", QuizSection::Answer),
    ("解析", QuizSection::Why),
    ("出处", QuizSection::Source),
    ("Answer", QuizSection::Answer),
    ("Why", QuizSection::Why),
    ("Source", QuizSection::Source),
];

impl<'a> Writer<'a> {
    /// Prepares for the contents of a quiz.
    pub fn open_quiz(&mut self, open: OpenBox) {
        let mut quiz = QuizDraft::new(&open.title);
        quiz.outer_gaps = self.gaps.take();
        if quiz.kind == Some(QuizKind::Blank) {
            self.gaps = Some(0);
        }
        self.push_blocks(Frame::Quiz(Box::new(quiz), open));
    }

    /// Whether a list that begins here holds the options of a quiz.
    pub fn takes_options(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Quiz(quiz, _)) if quiz.section == QuizSection::Stem && quiz.has_options())
    }

    /// Text of a question with gaps to fill.
    pub fn words_with_gaps(&mut self, range: SourceRange, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find("__") {
            let length = rest[at..].len() - rest[at..].trim_start_matches('_').len();
            self.put_text(range, &rest[..at]);
            self.put(range, InlineKind::Gap(length as u32));
            self.last = Some('_');
            self.gaps = self.gaps.map(|gaps| gaps + 1);
            rest = &rest[at + length..];
        }
        self.put_text(range, rest);
    }

    /// An option ends.
    pub fn end_choice(&mut self, checked: Option<bool>, done: bool, lazy: bool, range: SourceRange) {
        if done {
            if lazy {
                self.end_lazy(range);
            }
            return;
        }
        let blocks = unwrapped(self.end_blocks());
        if let Some(quiz) = self.quiz() {
            quiz.options.push(QuizOption { blocks, mark: checked });
        }
    }

    /// Ends the paragraph that a section has begun within an option.
    fn end_lazy(&mut self, range: SourceRange) {
        let inlines = self.end_inlines();
        if !inlines.iter().all(|inline| inline.is_blank()) {
            self.put_block(range, BlockKind::Paragraph(inlines));
        }
    }

    /// The quiz whose block, option, or paragraph this is.
    fn quiz(&mut self) -> Option<&mut QuizDraft> {
        self.frames.iter_mut().rev().take(4).find_map(|frame| match frame {
            Frame::Quiz(quiz, _) => Some(&mut **quiz),
            _ => None,
        })
    }

    /// If a line of a quiz begins another section, goes there; returns how much of the line said so.
    pub fn quiz_line(&mut self, text: &str) -> usize {
        let [.., last] = &self.frames[..] else { return 0 };
        let in_paragraph = matches!(last, Frame::Paragraph { .. });
        let mut below = self.frames.len() - usize::from(in_paragraph);
        let in_choice = matches!(self.frames[..below], [.., Frame::Options, Frame::Choice { .. }]);
        below -= if in_choice { 2 } else { 0 };
        if !matches!(self.frames[..below], [.., Frame::Quiz(..)]) || !(in_paragraph || in_choice) {
            return 0;
        }
        let line = text.trim_start();
        let Some((section, rest)) = SECTIONS.iter().find_map(|&(key, section)| {
            let rest = line.strip_prefix(key)?.trim_start();
            Some((section, rest.strip_prefix(['：', ':'])?.trim_start()))
        }) else {
            return 0;
        };
        let at = text.len() - rest.len();
        let span = self.span_of(at, rest);
        self.turn_to(section, in_choice, span);
        at
    }

    /// Ends the section so far and begins another, in the middle of a paragraph or option.
    fn turn_to(&mut self, section: QuizSection, in_choice: bool, span: Span) {
        let here = self.range_of(&self.here.clone());
        let mut in_paragraph = false;
        if let Some(Frame::Paragraph { closed, .. }) = self.frames.last() {
            in_paragraph = true;
            if !*closed {
                let mut inlines = self.end_inlines();
                trim_inlines(&mut inlines);
                if !inlines.is_empty() {
                    self.put_block(here, BlockKind::Paragraph(inlines));
                }
            }
        }
        let choice = self.frames.len() - 1 - usize::from(in_paragraph);
        let mut ended = None;
        if in_choice
            && let Some(Frame::Choice { checked, done, lazy }) = self.frames.get_mut(choice)
            && !*done
        {
            (*done, *lazy) = (true, !in_paragraph);
            ended = Some(*checked);
        }
        if let Some(mark) = ended {
            let mut blocks = self.end_blocks();
            trim_end(&mut blocks);
            let blocks = unwrapped(blocks);
            if let Some(quiz) = self.quiz() {
                quiz.options.push(QuizOption { blocks, mark });
            }
        } else if in_choice && !in_paragraph {
            self.end_lazy(here);
        }
        let blocks = self.end_blocks();
        let gaps = self.gaps.take();
        self.open_blocks();
        let Some(quiz) = self.quiz() else { return };
        quiz.keep(blocks);
        quiz.gaps += gaps.unwrap_or(0);
        quiz.section = section;
        if section == QuizSection::Source {
            quiz.source_span = span;
        }
        self.open_inlines();
        self.contents = Contents::default();
        if let Some(Frame::Paragraph { closed, .. }) = self.frames.last_mut() {
            *closed = false;
        }
    }

    /// The block is complete.
    pub fn close_quiz(&mut self, mut draft: QuizDraft, open: OpenBox, range: SourceRange) {
        self.unclosed(&open);
        let blocks = self.end_blocks();
        draft.keep(blocks);
        draft.gaps += self.gaps.take().unwrap_or(0);
        self.gaps = draft.outer_gaps;
        match draft.question(&self.notes.all, &self.links) {
            Ok(quiz) => self.put_quiz(quiz, &draft.source, draft.source_span, range),
            Err(reason) => {
                self.report(Code::QuizBad, open.span, |diagnostic| diagnostic.arg("reason", format!("@quiz-{reason}")));
                let list = (!draft.options.is_empty()).then(|| {
                    let item = |option: QuizOption| ListItem { range, task: None, blocks: option.blocks };
                    let items = draft.options.into_iter().map(item).collect();
                    Block::new(range, BlockKind::List { first: None, items })
                });
                for block in draft.stem.into_iter().chain(list).chain(draft.why) {
                    self.put_block(block.range, block.kind);
                }
            }
        }
    }

    fn put_quiz(&mut self, mut quiz: Quiz, source: &[Block], span: Span, range: SourceRange) {
        self.questions += 1;
        let anchor = self.ids.unique(&format!("q{}", self.questions));
        quiz.anchor = anchor.as_str().into();
        self.anchors.push(anchor);
        let source = text::lines(source);
        let passage = source.strip_prefix('#').map(str::trim).filter(|anchor| !anchor.is_empty());
        quiz.source = match passage {
            Some(passage) => {
                let link = self.add_link(String::new(), Some(passage.to_string()), LinkKind::Internal, String::new(), span);
                self.quiz_sources.push(link);
                Some(QuizSource { text: passage.into(), link: Some(link) })
            }
            None => (!source.is_empty()).then(|| QuizSource { text: source.into(), link: None }),
        };
        self.put_block(range, BlockKind::Quiz(Box::new(quiz)));
    }

    /// Sources name a heading by its text or by its anchor; now that all headings are known they become anchors.
    pub fn resolve_sources(&mut self, outline: &[Heading]) {
        let sources = std::mem::take(&mut self.quiz_sources);
        if sources.is_empty() {
            return;
        }
        let ids: HashSet<&str> = outline.iter().map(|heading| &*heading.id).chain(self.anchors.iter().map(|anchor| &**anchor)).collect();
        // Of two headings with one text the first is meant.
        let by_title: HashMap<&str, &str> = outline.iter().rev().map(|heading| (&*heading.title, &*heading.id)).collect();
        for link in sources {
            let Some(named) = self.links[link as usize].anchor.take() else { continue };
            let anchor = match by_title.get(&*named) {
                _ if ids.contains(&*named) => named,
                Some(id) => id.to_string(),
                None => text::slug(&named),
            };
            self.links[link as usize].anchor = Some(anchor);
        }
    }
}

/// An option that is one paragraph is the text of it.
fn unwrapped(mut blocks: Vec<Block>) -> Vec<Block> {
    if let [Block { kind, .. }] = &mut blocks[..]
        && let BlockKind::Paragraph(inlines) = kind
    {
        *kind = BlockKind::Plain(std::mem::take(inlines));
    }
    blocks
}
