//! Lines of the author's files, shown under what is wrong with them.

use studyhall::ground::Place;

/// A file that lines are taken from, going down: diagnostics come in the order of their places.
pub struct SourceLines {
    /// The file, from the site folder.
    file: String,
    text: String,
    /// Where the line of the number `next` begins.
    at: usize,
    next: u32,
    /// A column of the line `next` and where it lies: a line of a megabyte may have ten thousand mistakes.
    column: (usize, usize),
}

impl SourceLines {
    /// The lines of a file's text.
    pub fn new(file: &str, text: String) -> SourceLines {
        SourceLines { file: file.to_string(), text, at: 0, next: 1, column: (0, 0) }
    }

    /// Whether a place is in this file and not behind the lines that were taken.
    pub fn leads_to(&self, place: &Place) -> bool {
        self.file == *place.file && self.next <= place.line
    }

    fn go_to(&mut self, number: u32) -> Option<()> {
        while self.next < number {
            self.at += self.text[self.at..].find('\n')? + 1;
            self.next += 1;
            self.column = (0, self.at);
        }
        Some(())
    }

    /// A line by its number, counted from 1. Lines are asked for in their order.
    pub fn line(&mut self, number: u32) -> Option<String> {
        self.go_to(number)?;
        self.text[self.at..].lines().next().map(|line| line.trim_start_matches('\u{feff}').to_string())
    }

    /// So many characters of a line, from a column on, counted from 0.
    pub fn part(&mut self, number: u32, from: usize, width: usize) -> Option<String> {
        self.go_to(number)?;
        if self.at == self.text.len() {
            return None;
        }
        if self.column.0 > from || self.column.0 == 0 {
            let start = self.at + usize::from(self.text[self.at..].starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
            self.column = (0, start);
        }
        let (mut column, mut at) = self.column;
        for c in self.text[at..].chars().take_while(|c| *c != '\n').take(from - column) {
            column += 1;
            at += c.len_utf8();
        }
        self.column = (column, at);
        let part: String = self.text[at..].chars().take_while(|c| *c != '\n').take(width).collect();
        Some(part.strip_suffix('\r').unwrap_or(&part).to_string())
    }
}
