//! Footnotes: numbered as they are first referred to, gathered at the page's end.

use std::collections::HashMap;

use super::fragment::Fragment;
use super::writer::Writer;

/// The footnotes of a page.
#[derive(Default)]
pub struct Notes {
    by_name: HashMap<String, usize>,
    notes: Vec<Note>,
    /// How many have been referred to.
    count: u32,
}

#[derive(Default)]
struct Note {
    /// Zero until it is referred to.
    number: u32,
    id: String,
    /// The anchors of its references.
    references: Vec<String>,
    body: Option<Fragment>,
}

impl Notes {
    fn note(&mut self, name: &str) -> usize {
        if let Some(&place) = self.by_name.get(name) {
            return place;
        }
        self.notes.push(Note::default());
        self.by_name.insert(name.to_string(), self.notes.len() - 1);
        self.notes.len() - 1
    }

    /// The text of a footnote; of two the first counts.
    pub fn define(&mut self, name: &str, body: Fragment) {
        let place = self.note(name);
        self.notes[place].body.get_or_insert(body);
    }
}

impl<'a> Writer<'a> {
    /// A reference in the text.
    pub fn footnote_reference(&mut self, name: &str) {
        self.flush();
        self.contents.other = true;
        self.line_start = false;
        let place = self.notes.note(name);
        if self.notes.notes[place].number == 0 {
            self.notes.count += 1;
            let number = self.notes.count;
            let id = self.ids.unique(&format!("fn-{number}"));
            let note = &mut self.notes.notes[place];
            (note.number, note.id) = (number, id);
        }
        let number = self.notes.notes[place].number;
        // Links do not nest: inside one only the number stands.
        if self.in_link > 0 {
            return self.out.push(&format!("<sup class=\"footnote-ref\">{number}</sup>"));
        }
        let from = self.ids.unique(&format!("fnref-{number}"));
        let note = &mut self.notes.notes[place];
        self.out.push(&format!("<sup class=\"footnote-ref\"><a id=\"{from}\" href=\"#{}\">{number}</a></sup>", note.id));
        note.references.push(from.clone());
        self.body.anchors.push(from);
    }

    /// Writes the footnotes at the end of the page; those that nothing refers to come last.
    pub fn write_footnotes(&mut self) {
        let mut notes = std::mem::take(&mut self.notes.notes);
        notes.retain(|note| note.number > 0 || note.body.is_some());
        if notes.is_empty() {
            return;
        }
        notes.sort_by_key(|note| if note.number == 0 { u32::MAX } else { note.number });
        self.out.push("<section class=\"footnotes\"><ol>");
        for note in notes {
            if note.number == 0 {
                self.out.push("<li>");
            } else {
                self.out.push(&format!("<li id=\"{}\">", note.id));
                self.body.anchors.push(note.id);
            }
            let mut body = note.body.unwrap_or_default();
            let in_paragraph = body.html.ends_with("</p>");
            if in_paragraph {
                body.html.truncate(body.html.len() - "</p>".len());
            }
            self.out.append(body);
            for reference in &note.references {
                self.out.push(&format!("\u{a0}<a class=\"footnote-back\" href=\"#{reference}\" aria-label=\"返回正文\">↩\u{FE0E}</a>"));
            }
            self.out.push(if in_paragraph { "</p></li>" } else { "</li>" });
        }
        self.out.push("</ol></section>");
    }
}
