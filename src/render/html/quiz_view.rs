//! What the theme's template of a question is given.

use serde::Serialize;

/// What the theme's template of a question is given. All texts are HTML.
#[derive(Debug, Default, Serialize)]
pub struct QuizView {
    /// `single`, `multiple`, `judge`, `blank`, `order`.
    pub kind: &'static str,
    /// Its anchor.
    pub anchor: String,
    /// The name it is known by.
    pub id: String,
    /// The right answer for scripts.
    pub right: String,
    /// The question.
    pub stem: String,
    /// The options as they are shown.
    pub options: Vec<String>,
    /// Of an order: the options in their right order.
    pub ordered: Vec<String>,
    /// The right options, by letters.
    pub letters: Vec<String>,
    /// Of a judgement: whether it is true.
    pub truth: bool,
    /// Of gaps: what each accepts.
    pub blanks: Vec<Vec<String>>,
    /// Whether the author says why.
    pub has_why: bool,
    /// Why: the text of the first paragraph, and what follows it.
    pub why: String,
    /// What follows the first paragraph.
    pub why_more: String,
    /// Where the answer stands, in words; or empty.
    pub source: String,
    /// The address of that place; or empty.
    pub source_href: String,
}

impl QuizView {
    /// An example, with all that a question may have or with as little as it can.
    pub(super) fn sample(kind: &'static str, is_full: bool) -> QuizView {
        let text = |text: &str| if is_full { text.to_string() } else { String::new() };
        let texts = || ["a", "b"].map(String::from).to_vec();
        QuizView {
            kind,
            anchor: "q1".to_string(),
            id: "a".to_string(),
            right: "1".to_string(),
            stem: "a".to_string(),
            options: if is_full { texts() } else { Vec::new() },
            ordered: if is_full { texts() } else { Vec::new() },
            letters: texts(),
            truth: is_full,
            blanks: vec![texts()],
            has_why: is_full,
            why: text("a"),
            why_more: text("b"),
            source: text("a"),
            source_href: text("a"),
        }
    }

    /// Visits the texts that are put in where the template says.
    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        let one = [
            &mut self.anchor,
            &mut self.id,
            &mut self.right,
            &mut self.stem,
            &mut self.why,
            &mut self.why_more,
            &mut self.source,
            &mut self.source_href,
        ];
        one.into_iter().for_each(&mut *visit);
        self.options.iter_mut().chain(&mut self.ordered).chain(self.blanks.iter_mut().flatten()).for_each(visit);
    }
}
