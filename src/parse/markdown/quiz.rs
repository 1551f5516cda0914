//! Quiz blocks (`::: 自测 单选`): a question, its options or gaps, and behind a fold the answer.
//!
//! The block is ordinary Markdown; its lists are the options, and the lines that begin with `答案：`, `解析：` or `出处：`
//! switch to another section, also where CommonMark would count them to the last option (no blank line before them).

use std::collections::{HashMap, HashSet};

use super::fragment::{Fragment, escape_text, escaped_attribute};
use super::heading;
use super::question::{self, KINDS};
use super::writer::{Frame, OpenBox, Writer};
use crate::ground::diagnostic::{Code, Span};
use crate::parse::body::{HoleKind, LinkKind, Question, QuestionKind};

/// A quiz block being read.
pub struct Quiz {
    pub kind: Option<QuestionKind>,
    section: Section,
    pub stem: Fragment,
    pub choices: Vec<(Fragment, Option<bool>)>,
    pub answer: String,
    pub why: Fragment,
    source: String,
    source_span: Span,
    /// Whoever took the text when the block began.
    outer_capture: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Stem,
    Answer,
    Why,
    Source,
}

const SECTIONS: &[(&str, Section)] = &[
    ("答案", Section::Answer),
    ("解析", Section::Why),
    ("出处", Section::Source),
    ("Answer", Section::Answer),
    ("Why", Section::Why),
    ("Source", Section::Source),
];

impl Quiz {
    /// A block whose `:::` line says this behind the box's name.
    pub fn new(title: &str) -> Quiz {
        let word = title.split_whitespace().next().unwrap_or_default();
        let word = word.strip_suffix('题').unwrap_or(word);
        let kind = KINDS.iter().find(|(name, alias, _)| *name == word || alias.eq_ignore_ascii_case(word));
        Quiz {
            kind: kind.map(|&(_, _, kind)| kind),
            section: Section::Stem,
            stem: Fragment::default(),
            choices: Vec::new(),
            answer: String::new(),
            why: Fragment::default(),
            source: String::new(),
            source_span: Span::default(),
            outer_capture: None,
        }
    }

    fn has_options(&self) -> bool {
        !matches!(self.kind, Some(QuestionKind::Judge | QuestionKind::Blank))
    }

    /// What `出处：#…` names.
    pub fn passage(&self) -> Option<String> {
        self.source.trim().strip_prefix('#').map(|anchor| anchor.trim().to_string()).filter(|anchor| !anchor.is_empty())
    }
}

impl<'a> Writer<'a> {
    /// Prepares for the contents of a quiz.
    pub fn open_quiz(&mut self, title: &str, open: OpenBox) {
        let mut quiz = Quiz::new(title);
        quiz.outer_capture = self.capture.take();
        self.begin();
        self.quiet += 1;
        if quiz.kind == Some(QuestionKind::Blank) {
            self.gaps = Some(0);
        }
        self.push(Frame::Quiz(Box::new(quiz), open));
    }

    /// Whether a list that begins here holds the options of a quiz.
    pub fn takes_options(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Quiz(quiz, _)) if quiz.section == Section::Stem && quiz.has_options())
    }

    /// Text of a question with gaps to fill.
    pub fn words_with_gaps(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find("__") {
            let length = rest[at..].len() - rest[at..].trim_start_matches('_').len();
            self.out.text(&rest[..at], false);
            self.out.push("<span class=\"quiz-gap\">____</span>");
            self.gaps = self.gaps.map(|gaps| gaps + 1);
            rest = &rest[at + length..];
        }
        self.out.text(rest, false);
        self.visible(text);
    }

    /// An option ends.
    pub fn end_choice(&mut self, checked: Option<bool>, done: bool, lazy: bool) {
        if done {
            self.out.push(if lazy { "</p>" } else { "" });
        } else {
            let mut piece = self.end_piece();
            piece.unwrap_paragraph();
            if let Some(quiz) = self.quiz() {
                quiz.choices.push((piece, checked));
            }
        }
        self.gap('\n');
    }

    /// The quiz whose block, option, or paragraph this is.
    fn quiz(&mut self) -> Option<&mut Quiz> {
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
    fn turn_to(&mut self, section: Section, in_choice: bool, span: Span) {
        let mut in_paragraph = None;
        if let Some(Frame::Paragraph { start, closed }) = self.frames.last() {
            in_paragraph = Some(*start);
            let end = self.out.html.trim_end().len();
            self.out.split_off(end);
            match self.out.html.get(*start..) {
                _ if *closed => {}
                Some("<p>") => drop(self.out.split_off(*start)),
                _ => self.out.push("</p>"),
            }
        }
        let choice = self.frames.len() - 1 - usize::from(in_paragraph.is_some());
        if in_choice
            && let Some(Frame::Choice { checked, done, lazy }) = self.frames.get_mut(choice)
            && !*done
        {
            (*done, *lazy) = (true, in_paragraph.is_none());
            let checked = *checked;
            let mut piece = self.end_piece();
            let end = piece.html.trim_end().len();
            piece.split_off(end);
            piece.unwrap_paragraph();
            if let Some(quiz) = self.quiz() {
                quiz.choices.push((piece, checked));
            }
        } else if in_choice && in_paragraph.is_none() {
            self.out.push("</p>");
        }
        let piece = self.end_piece();
        let captured = self.capture.take();
        self.begin();
        self.gap('\n');
        let Some(quiz) = self.quiz() else { return };
        let was_stem = quiz.section == Section::Stem;
        quiz.keep(piece, captured);
        quiz.section = section;
        if section == Section::Source {
            quiz.source_span = span;
        }
        if was_stem {
            self.uncollected += 1;
        }
        if matches!(section, Section::Answer | Section::Source) {
            self.capture = Some(String::new());
        }
        let at = self.out.html.len();
        if let (Some(_), Some(Frame::Paragraph { start, closed })) = (in_paragraph, self.frames.last_mut()) {
            (*start, *closed) = (at, false);
        }
        self.out.push("<p>");
    }

    /// The block is complete.
    pub fn close_quiz(&mut self, mut quiz: Quiz, open: OpenBox) {
        self.unclosed(&open);
        let piece = self.end_piece();
        let captured = self.capture.take();
        if quiz.section != Section::Stem {
            self.uncollected -= 1;
        }
        quiz.keep(piece, captured);
        self.capture = quiz.outer_capture.take();
        self.quiet -= 1;
        let gaps = self.gaps.take().unwrap_or(0);
        match quiz.question(gaps, open.span) {
            Ok(question) => self.write_quiz(quiz, question),
            Err(reason) => {
                self.report(Code::QuizBad, open.span, |diagnostic| diagnostic.arg("reason", format!("@quiz-{reason}")));
                self.out.append(quiz.stem);
                if !quiz.choices.is_empty() {
                    self.write_list("<ul>", quiz.choices.into_iter().map(|(choice, _)| choice), "</ul>");
                }
                self.out.append(quiz.why);
            }
        }
        self.gap('\n');
    }

    fn write_list(&mut self, open: &str, items: impl Iterator<Item = Fragment>, close: &str) {
        self.out.push(open);
        for item in items {
            self.out.push("<li>");
            self.out.append(item);
            self.out.push("</li>");
        }
        self.out.push(close);
    }

    fn write_quiz(&mut self, quiz: Quiz, question: Question) {
        let number = self.body.questions.len() + 1;
        let id = self.ids.unique(&format!("q{number}"));
        let (name, kind) = KINDS.iter().find(|(_, _, kind)| *kind == question.kind).map_or(("", ""), |&(name, kind, _)| (name, kind));
        self.out.push(&format!(
            "<section class=\"quiz\" id=\"{}\" data-type=\"{kind}\" data-id=\"{}\" data-right=\"{}\"><p class=\"quiz-kind\">随堂自测 · {name} · 不作考核</p><div class=\"quiz-q\">",
            escaped_attribute(&id),
            question.id,
            escaped_attribute(&question::right(&question))
        ));
        self.body.anchors.push(id);
        self.out.append(quiz.stem);
        self.out.push("</div>");
        let choices: Vec<Fragment> = quiz.choices.into_iter().map(|(choice, _)| choice).collect();
        if question.kind == QuestionKind::Judge {
            self.out.push("<ol class=\"quiz-options\"><li>对</li><li>错</li></ol>");
        } else if !choices.is_empty() {
            let shown: Vec<Fragment> = match question.kind {
                QuestionKind::Order => question::shuffled(&question.options).into_iter().map(|place| choices[place].clone()).collect(),
                _ => choices.clone(),
            };
            self.write_list("<ol class=\"quiz-options\">", shown.into_iter(), "</ol>");
        }
        self.out.push("<details class=\"quiz-answer\"><summary>看答案</summary>");
        if question.kind == QuestionKind::Order {
            self.out.push("<p>正确顺序：</p>");
            self.write_list("<ol>", choices.into_iter(), "</ol>");
        } else {
            self.out.push("<p>答案：");
            escape_text(&question::answer(&question), &mut self.out.html);
            self.out.push("</p>");
        }
        if !quiz.why.html.is_empty() {
            let mut why = quiz.why;
            let is_text = why.html.starts_with("<p>");
            let rest = if is_text { why.split_off("<p>".len()) } else { why };
            self.out.push(if is_text { "<p class=\"quiz-why\">解析：" } else { "<p class=\"quiz-why\">解析：</p>" });
            self.out.append(rest);
        }
        if !quiz.source.trim().is_empty() {
            self.out.push("<p class=\"quiz-source\">出处：");
            match &question.passage {
                Some(anchor) => {
                    let link = self.add_link(String::new(), Some(anchor.clone()), LinkKind::Internal, String::new(), quiz.source_span);
                    self.quiz_sources.push((self.body.questions.len(), link as usize));
                    self.out.push("<a href=\"");
                    self.out.hole(HoleKind::Url(link));
                    self.out.push("\">");
                    escape_text(anchor, &mut self.out.html);
                    self.out.push("</a>");
                }
                None => escape_text(quiz.source.trim(), &mut self.out.html),
            }
            self.out.push("</p>");
        }
        self.out.push("</details></section>");
        self.body.questions.push(question);
    }

    /// Sources name a heading by its text or by its anchor; now that all headings are known they become anchors.
    pub fn resolve_sources(&mut self) {
        let sources = std::mem::take(&mut self.quiz_sources);
        if sources.is_empty() {
            return;
        }
        let outline = &self.body.outline;
        let ids: HashSet<&str> =
            outline.iter().map(|heading| &*heading.id).chain(self.body.anchors.iter().map(|anchor| &**anchor)).collect();
        // Of two headings with one text the first is meant.
        let by_title: HashMap<&str, &str> = outline.iter().rev().map(|heading| (&*heading.title, &*heading.id)).collect();
        for (question, link) in sources {
            let Some(named) = self.body.questions[question].passage.take() else { continue };
            let anchor = match by_title.get(&*named) {
                _ if ids.contains(&*named) => named,
                Some(id) => id.to_string(),
                None => heading::slug(&named),
            };
            self.body.links[link].anchor = Some(anchor.clone());
            self.body.questions[question].passage = Some(anchor);
        }
    }
}

impl Quiz {
    /// Keeps what the section that ends here has gathered.
    fn keep(&mut self, piece: Fragment, captured: Option<String>) {
        let captured = captured.unwrap_or_default();
        match self.section {
            Section::Stem => self.stem.append(piece),
            Section::Why => self.why.append(piece),
            Section::Answer => self.answer.push_str(&captured),
            Section::Source => self.source.push_str(&captured),
        }
    }
}
