//! An HTML block being read.

/// The lines of an HTML block so far.
#[derive(Default)]
pub struct HtmlBlock {
    pub text: String,
    /// Where each line begins in `text` and in the prepared text.
    pub pieces: Vec<(usize, usize)>,
    /// Whether its first element is one whose contents are no markup; `None` before there is one.
    raw_text: Option<bool>,
    in_comment: bool,
}

impl HtmlBlock {
    /// Adds a line, and where it begins in the prepared text.
    pub fn push(&mut self, line: &str, at: usize) {
        let first = line.trim_start();
        if self.raw_text.is_none() && !first.is_empty() {
            self.raw_text = Some(["<pre", "<script", "<style", "<textarea"].iter().any(|start| first.starts_with(start)));
        }
        self.in_comment = match line.rfind("<!--") {
            Some(open) => !line[open..].contains("-->"),
            None => self.in_comment && !line.contains("-->"),
        };
        self.pieces.push((self.text.len(), at));
        self.text.push_str(line);
    }

    /// Whether a `:::` line behind this text is a part of it.
    pub fn is_verbatim(&self) -> bool {
        self.in_comment || self.raw_text == Some(true)
    }
}
