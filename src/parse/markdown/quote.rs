//! Quotations, with their source, and alerts.

use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::writer::{Frame, Writer};

/// How a line that names the source of a quotation begins.
const CITE: &[&str] = &["——", "--", "— "];

impl<'a> Writer<'a> {
    /// A quotation or alert begins.
    pub fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        self.block();
        if self.too_deep(&range) {
            return self.push(Frame::Flat);
        }
        let alert = kind.map(|kind| match kind {
            BlockQuoteKind::Note => ("note", "说明"),
            BlockQuoteKind::Tip => ("tip", "提示"),
            BlockQuoteKind::Important => ("important", "重要"),
            BlockQuoteKind::Warning => ("warning", "注意"),
            BlockQuoteKind::Caution => ("caution", "警告"),
        });
        match alert {
            Some((name, title)) => {
                self.out.push(&format!("<blockquote class=\"alert alert-{name}\"><p class=\"alert-title\">{title}</p>"));
            }
            None => self.out.push("<blockquote>"),
        }
        self.push(Frame::Quote { cite: None });
    }

    /// It ends; `cite` is where the line begins that names its source.
    pub fn end_quote(&mut self, cite: Option<usize>) {
        if let Some(at) = cite
            && self.out.html[at..].ends_with("</p>")
        {
            let mut tail = self.out.split_off(at);
            tail.html.truncate(tail.html.len() - "</p>".len());
            // The theme sets the dash.
            let name = tail.html.trim_start_matches(['—', '-', ' ']).len();
            let mut tail = tail.split_off(tail.html.len() - name);
            tail.prose.clear();
            if self.out.html.ends_with("<p>") {
                self.out.split_off(at - "<p>".len());
            } else {
                let end = self.out.html.trim_end().len();
                self.out.split_off(end);
                self.out.push("</p>");
            }
            self.out.push("<footer class=\"cite\">");
            self.out.append(tail);
            self.out.push("</footer>");
        }
        self.out.push("</blockquote>");
        self.gap('\n');
    }

    /// Remembers where a quotation's last line begins if it names the source.
    pub fn note_cite(&mut self, text: &str) {
        let at = self.out.html.len();
        if let [.., Frame::Quote { cite }, Frame::Paragraph { closed: false, .. }] = &mut self.frames[..] {
            *cite = CITE.iter().any(|dash| text.starts_with(dash)).then_some(at);
            if cite.is_some() {
                self.gap('\n');
            }
        }
    }
}
