//! Blocks: paragraphs, lists, code, tables. Headings are in [`super::heading`], quotations in [`super::quote`].

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Tag};

use super::html_block::HtmlBlock;
use super::writer::{Contents, Frame, Writer};
use crate::document::{Alignment, BlockKind, DefinitionPart, Figure, InlineKind, ListItem, SourceRange};

impl<'a> Writer<'a> {
    /// Opens what a start event opens.
    pub fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        self.flush();
        if self.muted > 0 {
            let frame = match tag {
                Tag::HtmlBlock => Frame::Html(HtmlBlock::default()),
                _ => Frame::Flat,
            };
            return self.push(frame);
        }
        match tag {
            Tag::Paragraph => {
                self.block();
                self.contents = Contents::default();
                self.push_line(Frame::Paragraph { closed: false, kept: false });
            }
            Tag::Heading { level, .. } => self.start_heading(level as u8, range),
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => {
                self.block();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => language(&self.source.restore(&info, &(0..0))),
                    CodeBlockKind::Indented => String::new(),
                };
                self.push(Frame::Code { language, text: String::new() });
            }
            Tag::HtmlBlock => self.push(Frame::Html(HtmlBlock::default())),
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.start_item(range),
            Tag::FootnoteDefinition(name) => {
                self.block();
                self.in_footnote += 1;
                self.push_blocks(Frame::Footnote { name });
            }
            Tag::Table(columns) => {
                self.block();
                let columns = columns.into_iter().map(alignment).collect();
                self.push(Frame::Table { columns, head: Vec::new(), rows: Vec::new() });
            }
            Tag::TableHead => self.push(Frame::Row { is_head: true, cells: Vec::new() }),
            Tag::TableRow => self.push(Frame::Row { is_head: false, cells: Vec::new() }),
            Tag::TableCell => {
                self.contents = Contents::default();
                self.push_line(Frame::Cell);
            }
            Tag::DefinitionList => {
                self.block();
                match self.has_room() {
                    true => self.push(Frame::Definitions(Vec::new())),
                    false => self.push(Frame::Flat),
                }
            }
            Tag::DefinitionListTitle => {
                self.block();
                self.push_part(Frame::Term);
            }
            Tag::DefinitionListDefinition => {
                self.block();
                self.push_part(Frame::Details);
            }
            inline => self.start_inline(inline, range),
        }
    }

    /// Opens a frame with a line.
    pub fn push_line(&mut self, frame: Frame<'a>) {
        self.push(frame);
        self.open_inlines();
        self.new_line();
    }

    /// Opens a frame with blocks.
    pub fn push_blocks(&mut self, frame: Frame<'a>) {
        self.push(frame);
        self.open_blocks();
    }

    /// Opens a part of a list of definitions.
    fn push_part(&mut self, part: Frame<'a>) {
        let is_term = matches!(part, Frame::Term);
        match self.frames.last() {
            Some(Frame::Definitions(_)) if is_term => self.push_line(part),
            Some(Frame::Definitions(_)) => {
                self.push_blocks(part);
                self.new_line();
            }
            _ => self.push(Frame::Flat),
        }
    }

    /// Closes what an end event closes, and all that was opened inside it.
    pub fn end(&mut self) {
        self.flush();
        while matches!(self.frames.last(), Some(Frame::Raw { .. } | Frame::Hidden { .. } | Frame::Box(_) | Frame::Quiz(..))) {
            self.close_top();
        }
        self.close_top();
        // A box whose closing line stood inside what ends here.
        while let Some(Frame::Box(open) | Frame::Quiz(_, open)) = self.frames.last() {
            if !open.closing {
                break;
            }
            self.close_top();
        }
    }

    /// Closes the innermost open thing.
    pub fn close_top(&mut self) {
        let Some((frame, range)) = self.pop() else { return };
        match frame {
            Frame::Flat => self.said.iter_mut().for_each(|said| said.push('\n')),
            Frame::Paragraph { closed: true, .. } => self.drop_cite(),
            Frame::Paragraph { kept, .. } => self.end_paragraph(kept, range),
            Frame::Heading { level, id, may_be_title } => self.end_heading(level, id, may_be_title, range),
            Frame::Quote { alert, cite } => self.end_quote(alert, cite, range),
            Frame::Code { language, text } => {
                let coloured = if language.is_empty() { None } else { self.code.highlight(&language, &text) };
                let coloured = coloured.map(String::into_boxed_str);
                self.put_block(range, BlockKind::Code { language: language.into(), text: text.into(), coloured });
            }
            Frame::Html(block) => self.raw(&block.text, &block.pieces),
            Frame::List { first, items } => self.put_block(range, BlockKind::List { first, items }),
            Frame::Item { task } => {
                let blocks = self.end_blocks();
                match self.frames.last_mut() {
                    Some(Frame::List { items, .. }) => items.push(ListItem { range, task, blocks }),
                    _ => blocks.into_iter().for_each(|block| self.put_block(block.range, block.kind)),
                }
            }
            Frame::Table { columns, head, rows } => self.put_block(range, BlockKind::Table { columns, head, rows }),
            Frame::Row { is_head, cells } => match self.frames.last_mut() {
                Some(Frame::Table { head, .. }) if is_head => *head = cells,
                Some(Frame::Table { rows, .. }) => rows.push(cells),
                _ => {}
            },
            Frame::Cell => {
                let inlines = self.end_inlines();
                if let Some(Frame::Row { cells, .. }) = self.frames.last_mut() {
                    cells.push(inlines);
                }
            }
            Frame::Definitions(parts) => self.put_block(range, BlockKind::Definitions(parts)),
            Frame::Term => {
                let inlines = self.end_inlines();
                self.keep_part(DefinitionPart::Term(inlines));
            }
            Frame::Details => {
                let blocks = self.end_blocks();
                self.keep_part(DefinitionPart::Details(blocks));
            }
            Frame::Emphasis => self.end_mark(range, InlineKind::Emphasis),
            Frame::Strong => self.end_mark(range, InlineKind::Strong),
            Frame::Strikeout => self.end_mark(range, InlineKind::Strikeout),
            Frame::Tilde => self.words(SourceRange { start: range.end.saturating_sub(1), end: range.end }, "~"),
            Frame::Link { link, title } => self.end_link(link, title, range),
            Frame::Footnote { name } => self.end_footnote(&name, range),
            Frame::Options => {}
            Frame::Choice { checked, done, lazy } => self.end_choice(checked, done, lazy, range),
            Frame::Raw { element, is_block, link, .. } => self.close_raw(element, is_block, link, range),
            Frame::Hidden { .. } => self.muted -= 1,
            Frame::Box(open) => self.close_box(open, range),
            Frame::Quiz(quiz, open) => self.close_quiz(*quiz, open, range),
        }
    }

    fn keep_part(&mut self, part: DefinitionPart) {
        if let Some(Frame::Definitions(parts)) = self.frames.last_mut() {
            parts.push(part);
        }
    }

    /// Prepares for a block: raw elements that cannot hold one end here, and a quotation's last line was not its last.
    pub fn block(&mut self) {
        while let Some(Frame::Raw { name: "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary", .. }) = self.frames.last() {
            self.close_top();
        }
        self.drop_cite();
    }

    /// What comes stands at the beginning of a line.
    pub fn new_line(&mut self) {
        self.line_start = true;
        self.last = None;
    }

    fn end_paragraph(&mut self, kept: bool, range: SourceRange) {
        let contents = std::mem::take(&mut self.contents);
        let mut inlines = self.end_inlines();
        if !contents.other && (contents.pictures == 1 || (contents.pictures > 0 && self.galleries > 0)) {
            // What stands before a displayed formula is a paragraph of its own.
            let formula = |kind: &InlineKind| matches!(kind, InlineKind::Formula(formula) if formula.display);
            let from = inlines.iter().rposition(|inline| formula(&inline.kind)).map_or(0, |at| at + 1);
            let pictures = inlines.split_off(from);
            if !inlines.is_empty() {
                self.put_block(range, BlockKind::Paragraph(inlines));
            }
            for picture in pictures {
                if let InlineKind::Picture { link, title } = picture.kind {
                    self.put_block(picture.range, BlockKind::Figure(Figure { link, caption: title }));
                }
            }
        } else if kept || !inlines.iter().all(|inline| inline.is_blank()) {
            self.put_block(range, BlockKind::Paragraph(inlines));
        }
    }

    fn start_list(&mut self, first: Option<u64>) {
        if self.takes_options() {
            return self.push(Frame::Options);
        }
        self.block();
        match self.is_full() {
            true => self.push(Frame::Flat),
            false => self.push(Frame::List { first, items: Vec::new() }),
        }
    }

    fn start_item(&mut self, range: Range<usize>) {
        self.contents = Contents::default();
        if matches!(self.frames.last(), Some(Frame::Options)) {
            self.push_blocks(Frame::Choice { checked: None, done: false, lazy: false });
        } else if self.too_deep(&range) {
            self.put(self.range_of(&(range.start..range.start)), InlineKind::SoftBreak);
            self.push(Frame::Flat);
        } else {
            self.push_blocks(Frame::Item { task: None });
        }
        self.new_line();
    }

    /// The check box of a task, or of a quiz's option.
    pub fn task(&mut self, checked: bool) {
        self.flush();
        let mut is_task = false;
        for frame in self.frames.iter_mut().rev() {
            match frame {
                Frame::Paragraph { .. } => continue,
                Frame::Choice { checked: choice, .. } => *choice = Some(checked),
                Frame::Item { task } => {
                    *task = Some(checked);
                    is_task = true;
                }
                _ => {}
            }
            break;
        }
        if is_task {
            if let Some(Frame::Paragraph { kept, .. }) = self.frames.last_mut() {
                *kept = true;
            }
            self.contents.other = true;
        }
    }

    fn end_footnote(&mut self, name: &CowStr<'a>, range: SourceRange) {
        self.in_footnote -= 1;
        let blocks = self.end_blocks();
        let places = self.notes.define(name, blocks, self.in_footnote > 0);
        for place in places {
            self.put_block(range, BlockKind::Footnote(place));
        }
    }
}

fn alignment(of: pulldown_cmark::Alignment) -> Alignment {
    match of {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}

/// The language of a code block: the first word of its info string, made fit for a class.
fn language(info: &str) -> String {
    let word = info.trim_start().split([' ', '\t', ',', '{', ':']).next().unwrap_or_default();
    let fine = |c: &char| c.is_alphanumeric() || matches!(c, '+' | '-' | '#' | '_' | '.');
    word.chars().filter(fine).take(40).flat_map(char::to_lowercase).collect()
}
