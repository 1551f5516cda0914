//! Text and its classes as HTML.

use super::classes::ColourClass;
use crate::ground::escape::escape_text;

/// Writes text in classes; neighbours of one class share a `<span>`, blanks go with what stands before them.
pub struct SpanWriter {
    html: String,
    open: ColourClass,
    /// Blanks that wait for what follows.
    blanks: String,
}

impl SpanWriter {
    pub fn new(length: usize) -> SpanWriter {
        SpanWriter { html: String::with_capacity(length + length / 2), open: None, blanks: String::new() }
    }

    pub fn push(&mut self, text: &str, class: ColourClass) {
        if text.trim_ascii().is_empty() {
            return self.blanks.push_str(text);
        }
        if class != self.open {
            self.close();
            self.html.push_str(&std::mem::take(&mut self.blanks));
            if let Some(letter) = class {
                // Without quotes, which one letter does not need: there are a hundred of these on a page.
                self.html.push_str("<span class=");
                self.html.push(letter);
                self.html.push('>');
                self.open = class;
            }
        } else {
            self.html.push_str(&self.blanks);
            self.blanks.clear();
        }
        // The end of a line's text may be the last of its class: leave the blanks outside.
        let body = text.trim_ascii_end();
        escape_text(body, &mut self.html);
        self.blanks.push_str(&text[body.len()..]);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    pub fn finish(mut self) -> String {
        self.close();
        self.html.push_str(&self.blanks);
        self.html
    }
}
