//! Blocks: paragraphs, lists, code, tables. Headings are in [`super::heading`], quotations in [`super::quote`].

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Tag};

use super::fragment::escape_text;
use super::inline::HtmlBlock;
use super::writer::{Contents, Frame, Writer};

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
                self.push(Frame::Paragraph { start: self.out.html.len(), closed: false });
                self.out.push("<p>");
                self.new_line();
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
                self.begin();
                self.push(Frame::Footnote { name });
            }
            Tag::Table(columns) => {
                self.block();
                self.out.push("<div class=\"table-wrap\" role=\"region\" aria-label=\"表格\" tabindex=\"0\"><table>");
                self.push(Frame::Table { columns, column: 0, body: false });
            }
            Tag::TableHead => self.start_row("<thead><tr>", "</tr></thead>", true),
            Tag::TableRow => {
                let is_first = match self.frames.last_mut() {
                    Some(Frame::Table { body, .. }) => !std::mem::replace(body, true),
                    _ => false,
                };
                self.start_row(if is_first { "<tbody><tr>" } else { "<tr>" }, "</tr>", false);
            }
            Tag::TableCell => self.start_cell(),
            Tag::DefinitionList => self.start_block("<dl>", "</dl>", false),
            Tag::DefinitionListTitle => self.start_block("<dt>", "</dt>", true),
            Tag::DefinitionListDefinition => self.start_block("<dd>", "</dd>", false),
            inline => self.start_inline(inline, range),
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
        let Some(frame) = self.pop() else { return };
        match frame {
            Frame::Flat => {
                self.gap('\n');
                self.said.iter_mut().for_each(|said| said.push('\n'));
            }
            Frame::Paragraph { start, closed } => self.end_paragraph(start, closed),
            Frame::Heading { level, id, is_title, outer_capture } => self.end_heading(level, id, is_title, outer_capture),
            Frame::Quote { cite } => self.end_quote(cite),
            Frame::Code { language, text } => self.end_code(&language, &text),
            Frame::Html(block) => self.raw(&block.text, &block.pieces),
            Frame::Item { .. } => {
                self.out.push("</li>");
                self.gap('\n');
            }
            Frame::Table { body, .. } => self.out.push(if body { "</tbody></table></div>" } else { "</table></div>" }),
            Frame::Tilde => self.words("~"),
            Frame::Link { size } => self.end_link(size),
            Frame::Footnote { name } => self.end_footnote(&name),
            Frame::Options => {}
            Frame::Choice { checked, done, lazy } => self.end_choice(checked, done, lazy),
            Frame::Tag { close, quiet, gap } => {
                self.out.push(close);
                self.quiet -= usize::from(quiet);
                if let Some(gap) = gap {
                    self.gap(gap);
                }
            }
            Frame::Raw { name, written, quiet, link } => self.close_raw(name, written, quiet, link),
            Frame::Hidden { .. } => {
                self.muted -= 1;
                self.end_piece();
            }
            Frame::Box(open) => self.close_box(open),
            Frame::Quiz(quiz, open) => self.close_quiz(*quiz, open),
        }
    }

    /// Prepares for a block: raw elements that cannot hold one end here, and a quotation's last line was not its last.
    pub fn block(&mut self) {
        while let Some(Frame::Raw { name: "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary", .. }) = self.frames.last() {
            self.close_top();
        }
        if let Some(Frame::Quote { cite }) = self.frames.last_mut() {
            *cite = None;
        }
        self.gap('\n');
    }

    fn start_block(&mut self, open: &'static str, close: &'static str, quiet: bool) {
        self.block();
        self.out.push(open);
        self.open_tag(close, quiet, Some('\n'));
        self.new_line();
    }

    /// Pushes a plain frame.
    pub fn open_tag(&mut self, close: &'static str, quiet: bool, gap: Option<char>) {
        self.quiet += usize::from(quiet);
        self.push(Frame::Tag { close, quiet, gap });
    }

    /// What comes stands at the beginning of a line.
    pub fn new_line(&mut self) {
        self.line_start = true;
        self.last = None;
    }

    fn end_paragraph(&mut self, start: usize, closed: bool) {
        let contents = std::mem::take(&mut self.contents);
        // A source that something else has followed in the same paragraph is none.
        if let Some(Frame::Quote { cite }) = self.frames.last_mut()
            && (closed || cite.is_some_and(|at| at < start))
        {
            *cite = None;
        }
        if closed {
        } else if !contents.other && (contents.pictures.len() == 1 || (!contents.pictures.is_empty() && self.galleries > 0)) {
            self.out.split_off(start);
            for (picture, caption) in contents.pictures {
                self.figure(picture, &caption);
            }
        } else if self.out.html[start..].trim_ascii_end() == "<p>" && self.out.holes.last().is_none_or(|hole| (hole.at as usize) < start) {
            // What is left of it is nothing: its formula or its comment stands elsewhere.
            self.out.split_off(start);
        } else {
            self.out.push("</p>");
        }
        self.gap('\n');
    }

    fn figure(&mut self, picture: u32, caption: &str) {
        let media = super::link::player(&self.body.links[picture as usize].target);
        self.out.push(if media.is_some() { "<figure class=\"media\">" } else { "<figure>" });
        self.picture_hole(picture);
        // A player shows no description of its own.
        let caption = match (caption, media) {
            ("", Some(_)) => self.body.links[picture as usize].alt.clone(),
            _ => caption.to_string(),
        };
        if !caption.is_empty() {
            self.out.push("<figcaption>");
            self.out.text(&caption, false);
            self.out.push("</figcaption>");
            self.visible(&caption);
            self.gap('\n');
        }
        self.out.push("</figure>");
    }

    fn end_code(&mut self, language: &str, text: &str) {
        self.out.push("<div class=\"code\"><pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.out.push(" class=\"lang-");
            self.out.push(language);
            self.out.push("\"");
        }
        self.out.push(">");
        let coloured = if language.is_empty() { None } else { self.code.highlight(language, text) };
        match coloured {
            Some(html) => self.out.push(&html),
            None => escape_text(text, &mut self.out.html),
        }
        self.out.push("</code></pre></div>");
        self.visible(text);
        self.gap('\n');
    }

    fn start_list(&mut self, first: Option<u64>) {
        if self.takes_options() {
            return self.push(Frame::Options);
        }
        self.block();
        match first {
            Some(1) => self.out.push("<ol>"),
            Some(number) => self.out.push(&format!("<ol start=\"{number}\">")),
            None => self.out.push("<ul>"),
        }
        self.open_tag(if first.is_some() { "</ol>" } else { "</ul>" }, false, Some('\n'));
    }

    fn start_item(&mut self, range: Range<usize>) {
        self.gap('\n');
        self.contents = Contents::default();
        if matches!(self.frames.last(), Some(Frame::Options)) {
            self.begin();
            self.push(Frame::Choice { checked: None, done: false, lazy: false });
        } else if self.too_deep(&range) {
            self.out.push("\n");
            self.push(Frame::Flat);
        } else {
            self.push(Frame::Item { at: self.out.html.len() });
            self.out.push("<li>");
        }
        self.new_line();
    }

    /// The check box of a task, or of a quiz's option.
    pub fn task(&mut self, checked: bool) {
        self.flush();
        let mut item = None;
        for frame in self.frames.iter_mut().rev() {
            match frame {
                Frame::Paragraph { .. } => continue,
                Frame::Choice { checked: choice, .. } => *choice = Some(checked),
                Frame::Item { at } => item = Some(*at),
                _ => {}
            }
            break;
        }
        let Some(at) = item else { return };
        // Only `<li>` or `<li><p>` stands there: no hole can have come in between.
        let class = " class=\"task\"";
        self.out.html.insert_str(at + "<li".len(), class);
        if let Some(Frame::Paragraph { start, .. }) = self.frames.last_mut() {
            *start += class.len();
        }
        self.out.push(if checked {
            "<input type=\"checkbox\" aria-label=\"已选\" disabled checked>"
        } else {
            "<input type=\"checkbox\" aria-label=\"未选\" disabled>"
        });
        self.contents.other = true;
    }

    fn start_row(&mut self, open: &'static str, close: &'static str, quiet: bool) {
        if let Some(Frame::Table { column, .. }) = self.frames.last_mut() {
            *column = 0;
        }
        self.out.push(open);
        self.open_tag(close, quiet, Some('\n'));
    }

    fn start_cell(&mut self) {
        let is_head = matches!(self.frames.last(), Some(Frame::Tag { quiet: true, .. }));
        let table = self.frames.len().checked_sub(2).and_then(|place| self.frames.get_mut(place));
        let alignment = match table {
            Some(Frame::Table { columns, column, .. }) => {
                *column += 1;
                columns.get(*column - 1).copied().unwrap_or(Alignment::None)
            }
            _ => Alignment::None,
        };
        self.out.push(if is_head { "<th" } else { "<td" });
        self.out.push(match alignment {
            Alignment::None => ">",
            Alignment::Left => " class=\"al-l\">",
            Alignment::Center => " class=\"al-c\">",
            Alignment::Right => " class=\"al-r\">",
        });
        self.open_tag(if is_head { "</th>" } else { "</td>" }, false, Some(' '));
        self.contents = Contents::default();
        self.new_line();
    }

    fn end_footnote(&mut self, name: &CowStr<'a>) {
        let piece = self.end_piece();
        self.notes.define(name, piece);
        self.gap('\n');
    }
}

/// The language of a code block: the first word of its info string, made fit for a class.
fn language(info: &str) -> String {
    let word = info.trim_start().split([' ', '\t', ',', '{', ':']).next().unwrap_or_default();
    let fine = |c: &char| c.is_alphanumeric() || matches!(c, '+' | '-' | '#' | '_' | '.');
    word.chars().filter(fine).take(40).flat_map(char::to_lowercase).collect()
}
