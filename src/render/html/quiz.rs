//! Questions: on their page, and for the bank.

use crate::document::walk::{ParagraphPart, parts};
use crate::document::{Block, BlockKind, DocumentTree, Link, Quiz, QuizKind};
use crate::ground::escape::{escaped, escaped_attribute};

use super::markup::Markup;
use super::quiz_view::QuizView;
use super::surroundings::{Chapter, PictureView, Surroundings, TermMark};
use super::walk::HtmlWalk;
use crate::ground::escape::escape;
use crate::render::glossary::Glossary;

impl<'a> HtmlWalk<'a> {
    /// Writes a question.
    pub(super) fn quiz(&mut self, quiz: &Quiz) {
        self.settle();
        self.quiet += 1;
        let view = self.quiz_view(quiz);
        self.quiet -= 1;
        match self.markup.quiz(view) {
            Ok(html) => self.push(&html),
            Err(error) => self.error = Some(error),
        }
    }

    fn quiz_view(&mut self, quiz: &Quiz) -> QuizView {
        let options = self.options(quiz);
        let ordered = match quiz.kind {
            QuizKind::Order => quiz.options.iter().map(|option| self.apart(&option.blocks)).collect(),
            _ => Vec::new(),
        };
        let (why, why_more) = self.why(&quiz.why);
        let source = quiz.source.as_ref();
        let href = source.and_then(|source| source.link).and_then(|link| self.surroundings.address(link));
        QuizView {
            kind: quiz.kind.word(),
            anchor: escaped_attribute(&format!("{}{}", self.chapter.prefix, quiz.anchor)),
            id: quiz.id.to_string(),
            right: escaped_attribute(&quiz.right_answer()),
            stem: self.apart(&quiz.stem),
            options,
            ordered,
            letters: quiz.right_places().map(letter).collect(),
            truth: quiz.truth == Some(true),
            blanks: quiz.blanks.iter().map(|ways| ways.iter().map(|way| escaped(way)).collect()).collect(),
            has_why: !quiz.why.is_empty(),
            why,
            why_more,
            source: source.map(|source| escaped(&source.text)).unwrap_or_default(),
            source_href: href.map(|href| escape(&href)).unwrap_or_default(),
        }
    }

    /// The options as they are shown.
    fn options(&mut self, quiz: &Quiz) -> Vec<String> {
        match quiz.kind {
            QuizKind::Judge => [true, false].map(|truth| self.markup.truth(truth).filled(&[])).to_vec(),
            _ => quiz.shown_options().into_iter().map(|option| self.apart(&option.blocks)).collect(),
        }
    }

    /// The text of the first paragraph, and the HTML of what follows.
    fn why(&mut self, blocks: &[Block]) -> (String, String) {
        let Some((Block { kind: BlockKind::Paragraph(inlines), .. }, rest)) = blocks.split_first() else {
            return (String::new(), self.apart(blocks));
        };
        let mut all = parts(inlines).into_iter().peekable();
        let mut first = String::new();
        if let Some(ParagraphPart::Line(line)) = all.next_if(|part| matches!(part, ParagraphPart::Line(_))) {
            first = self.aside(|walk| walk.inlines(&line, false));
        }
        let mut more = String::new();
        for part in all {
            more.push_str(&match part {
                ParagraphPart::Line(line) => self.aside(|walk| walk.paragraph(&line, "")),
                ParagraphPart::Formula(formula) => self.aside(|walk| walk.inlines(std::slice::from_ref(formula), true)),
            });
        }
        more.push_str(&self.apart(rest));
        (first, more)
    }
}

fn letter(place: usize) -> String {
    match place {
        0..26 => char::from(b'A' + place as u8).to_string(),
        _ => (place + 1).to_string(),
    }
}

/// A question for the bank, where no address of the page holds and no picture is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankQuestion {
    /// The name it is known by.
    pub id: String,
    /// What kind it is.
    pub kind: QuizKind,
    /// The question, as HTML.
    pub stem: String,
    /// The options as they are shown, as HTML.
    pub options: Vec<String>,
    /// The right answer for scripts.
    pub right: String,
    /// Why, as HTML; or empty.
    pub why: String,
    /// The anchor on its page that holds the answer; or empty.
    pub passage: String,
}

/// The questions of a text. What the theme does wrong in one was told with the page that it stands on.
pub fn bank(tree: &DocumentTree, links: &[Link], markup: &Markup) -> Vec<BankQuestion> {
    let mut walk = HtmlWalk::new(tree, links, &Nowhere, markup, Chapter::default());
    walk.quiet = 1;
    let one = |quiz: &Quiz| BankQuestion {
        id: quiz.id.to_string(),
        kind: quiz.kind,
        stem: walk.apart(&quiz.stem),
        options: walk.options(quiz),
        right: quiz.right_answer(),
        why: walk.apart(&quiz.why),
        passage: quiz
            .source
            .as_ref()
            .and_then(|source| source.link)
            .and_then(|link| links.get(link as usize)?.anchor.clone())
            .unwrap_or_default(),
    };
    tree.quizzes().into_iter().map(one).collect()
}

/// No page around a text.
struct Nowhere;

impl Surroundings for Nowhere {
    fn address(&self, _: u32) -> Option<String> {
        None
    }

    fn picture(&self, _: u32) -> PictureView {
        PictureView::Elsewhere
    }

    fn file(&self, _: u32) -> Option<(String, String)> {
        None
    }

    fn minutes(&self, _: &str) -> Option<u32> {
        None
    }

    fn glossary(&self) -> Option<&Glossary> {
        None
    }

    fn term(&self, _: usize) -> Option<TermMark> {
        None
    }
}
