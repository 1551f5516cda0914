//! References to footnotes: numbered as they are first referred to.

use super::writer::Writer;
use crate::document::InlineKind;

impl<'a> Writer<'a> {
    /// A reference in the text.
    pub fn footnote_reference(&mut self, name: &str) {
        self.flush();
        self.contents.other = true;
        self.line_start = false;
        let place = self.notes.note(name);
        if self.notes.all[place].number == 0 {
            self.notes.count += 1;
            let number = self.notes.count;
            let id = self.ids.unique(&format!("fn-{number}"));
            let note = &mut self.notes.all[place];
            (note.number, note.id) = (number, id.into());
        }
        let mut reference = None;
        // Links do not nest: inside one only the number stands.
        if self.in_link == 0 {
            let from = self.ids.unique(&format!("fnref-{}", self.notes.all[place].number));
            let note = &mut self.notes.all[place];
            reference = Some(note.references.len() as u32);
            note.references.push(from.as_str().into());
            self.anchors.push(from);
        }
        let range = self.range_of(&self.here.clone());
        self.put(range, InlineKind::FootnoteReference { footnote: place as u32, reference });
    }
}
