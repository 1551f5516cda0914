//! Text and its classes as HTML.

use super::grammar::{Class, Clear};
use super::line::Op;
use crate::parse::markdown::escape_text;

/// Scopes around a place, and what colour they give.
#[derive(Default)]
pub struct Scopes {
    all: Vec<Class>,
    /// The class that shows at each height.
    shown: Vec<u8>,
    cleared: Vec<Vec<Class>>,
}

impl Scopes {
    /// The class of text at this place.
    pub fn class(&self) -> u8 {
        self.shown.last().copied().unwrap_or(0)
    }

    /// Changes the scopes; `None` if what should be restored was never cleared.
    pub fn apply(&mut self, op: Op) -> Option<()> {
        match op {
            Op::Push(class) => self.push(class),
            Op::Pop(count) => drop(self.take(count)),
            Op::Clear(clear) => {
                let count = match clear {
                    Clear::TopN(count) => count,
                    Clear::All => self.all.len(),
                };
                let taken = self.take(count);
                self.cleared.push(taken);
            }
            Op::Restore => self.cleared.pop()?.into_iter().for_each(|class| self.push(class)),
        }
        Some(())
    }

    fn push(&mut self, class: Class) {
        let shown = class.unwrap_or_else(|| self.class());
        self.all.push(class);
        self.shown.push(shown);
    }

    fn take(&mut self, count: usize) -> Vec<Class> {
        let left = self.all.len().saturating_sub(count);
        self.shown.truncate(left);
        self.all.split_off(left)
    }
}

/// Writes text in classes; neighbours of one class share a `<span>`, blanks go with what stands before them.
pub struct Spans {
    html: String,
    open: u8,
    /// Blanks that wait for what follows.
    blanks: String,
}

impl Spans {
    pub fn new(length: usize) -> Spans {
        Spans { html: String::with_capacity(length + length / 2), open: 0, blanks: String::new() }
    }

    pub fn push(&mut self, text: &str, class: u8) {
        if text.trim_ascii().is_empty() {
            return self.blanks.push_str(text);
        }
        if class != self.open {
            self.close();
            self.html.push_str(&std::mem::take(&mut self.blanks));
            if class != 0 {
                // Without quotes, which one letter does not need: there are a hundred of these on a page.
                self.html.push_str("<span class=");
                self.html.push(char::from(class));
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
        if self.open != 0 {
            self.html.push_str("</span>");
            self.open = 0;
        }
    }

    pub fn finish(mut self) -> String {
        self.close();
        self.html.push_str(&self.blanks);
        self.html
    }
}
