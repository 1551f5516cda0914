//! What questions tell of themselves.

use super::tree::{Quiz, QuizKind, QuizOption};

impl Quiz {
    /// The options as they are shown.
    pub fn shown_options(&self) -> Vec<&QuizOption> {
        match self.kind {
            QuizKind::Order => self.shown.iter().map(|place| &self.options[*place as usize]).collect(),
            _ => self.options.iter().collect(),
        }
    }

    /// The places of the right options, from 0.
    pub fn right_places(&self) -> impl Iterator<Item = usize> {
        let is_choice = matches!(self.kind, QuizKind::Single | QuizKind::Multiple);
        self.options.iter().enumerate().filter(move |(_, option)| is_choice && option.mark == Some(true)).map(|(place, _)| place)
    }

    /// The right answer for scripts. Options count from 1 as they are shown: `2`, `1 3`; 对 is 1 and 错 is 2; of an order
    /// the place of each shown option; of blanks the accepted texts, `一|1;二`.
    pub fn right_answer(&self) -> String {
        let numbers = |places: &mut dyn Iterator<Item = usize>| places.map(|place| (place + 1).to_string()).collect::<Vec<_>>().join(" ");
        match self.kind {
            QuizKind::Single | QuizKind::Multiple => numbers(&mut self.right_places()),
            QuizKind::Judge => if self.truth == Some(true) { "1" } else { "2" }.to_string(),
            QuizKind::Order => numbers(&mut self.shown.iter().map(|place| *place as usize)),
            QuizKind::Blank => self.blanks.iter().map(|ways| ways.join("|")).collect::<Vec<_>>().join(";"),
        }
    }
}
