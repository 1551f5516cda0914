//! Blocks and lines as Markdown; they hold each other.

use super::pieces::{address, around, escaped, fenced, picture, plain_address, prefixed, quoted};
use crate::document::link::Link;
use crate::document::text;
use crate::document::tree::{
    Alert, Alignment, AttributeValue, Block, BlockKind, BoxBlock, BoxKind, DefinitionPart, DocumentTree, Element, Inline, InlineKind,
    ListItem, Quiz, QuizKind,
};
use crate::ground::escape::escaped_attribute;

/// Writes a tree. `links` are those of its page.
pub fn write(tree: &DocumentTree, links: &[Link]) -> String {
    let writer = Writer { tree, links };
    let mut out = writer.blocks(&tree.blocks, "\n\n");
    // Footnotes that are defined nowhere in the tree stand at the end.
    let mut placed = Vec::new();
    tree.each_block(&mut |block| {
        if let BlockKind::Footnote(index) = block.kind {
            placed.push(index as usize);
        }
    });
    for (at, note) in tree.footnotes.iter().enumerate() {
        if note.is_defined && !placed.contains(&at) {
            out.push_str("\n\n");
            out.push_str(&writer.footnote(at));
        }
    }
    out.push('\n');
    out
}

struct Writer<'a> {
    tree: &'a DocumentTree,
    links: &'a [Link],
}

impl<'a> Writer<'a> {
    fn line(&self, inlines: &[Inline], place: Place) -> String {
        Line::new(self.tree, self.links, place).write(inlines)
    }

    /// Blocks, one behind the other. Beside each other, two lists would be one: every other has other marks.
    fn blocks(&self, blocks: &[Block], between: &str) -> String {
        let mut out = String::new();
        // Raw HTML that follows on raw HTML is one block with it.
        let mut html = String::new();
        let mut last_list: Option<(bool, bool)> = None;
        for block in blocks {
            let mut other = false;
            last_list = match &block.kind {
                BlockKind::List { first, .. } => {
                    other = last_list.is_some_and(|(numbered, other)| numbered == first.is_some() && !other);
                    Some((first.is_some(), other))
                }
                _ => None,
            };
            if is_html(block) {
                match &block.kind {
                    BlockKind::Plain(inlines) => html.push_str(&Line::new(self.tree, self.links, Place::Html).write(inlines)),
                    _ => html.push_str(&self.block(block, false)),
                }
                continue;
            }
            join(&mut out, &html_block(&std::mem::take(&mut html)), between);
            join(&mut out, &self.block(block, other), between);
        }
        join(&mut out, &html_block(&html), between);
        out
    }

    fn block(&self, block: &Block, other_marks: bool) -> String {
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.line(inlines, Place::Paragraph),
            BlockKind::Plain(inlines) => self.line(inlines, Place::Plain),
            BlockKind::Heading(heading) => {
                let marks = "#".repeat(usize::from(heading.level));
                // Of two headings with one text the second has an anchor of its own.
                let text = self.line(&heading.inlines, Place::Heading);
                match *heading.id == *text::slug(&text::line(&heading.inlines)) && !text.ends_with('}') {
                    true => format!("{marks} {text}"),
                    false => format!("{marks} {text} {{#{}}}", heading.id),
                }
            }
            BlockKind::Quote { alert, blocks, cite } => {
                let mut inner = self.blocks(blocks, "\n\n");
                if let Some(cite) = cite {
                    // In a paragraph of its own, it is no part of what is quoted.
                    let cite = self.line(cite, Place::Cite);
                    inner = if inner.is_empty() { cite } else { format!("{inner}\n\n{cite}") };
                }
                let alert = alert.map(|alert| match alert {
                    Alert::Note => "[!NOTE]\n",
                    Alert::Tip => "[!TIP]\n",
                    Alert::Important => "[!IMPORTANT]\n",
                    Alert::Warning => "[!WARNING]\n",
                    Alert::Caution => "[!CAUTION]\n",
                });
                prefixed(&format!("{}{inner}", alert.unwrap_or_default()), "> ", "> ")
            }
            BlockKind::Code { language, text, .. } => fenced(language, text),
            BlockKind::List { first, items } => self.list(*first, items, other_marks),
            BlockKind::Definitions(parts) => self.definitions(parts),
            BlockKind::Table { columns, head, rows } => self.table(columns, head, rows),
            BlockKind::Rule => "---".to_string(),
            BlockKind::Figure(figure) => picture(self.links, figure.link, &figure.caption, false),
            BlockKind::Box(block) => self.boxed(block),
            BlockKind::SpeakerNotes(lines) => {
                let text: Vec<String> = lines.iter().map(|line| escaped(line, true)).collect();
                format!("::: 备注\n{}\n:::", text.join("\n\n"))
            }
            BlockKind::Quiz(quiz) => self.quiz(quiz),
            BlockKind::Footnote(index) => self.footnote(*index as usize),
            BlockKind::Element(element) => Line::new(self.tree, self.links, Place::Html).element(element),
        }
    }

    fn list(&self, first: Option<u64>, items: &[ListItem], other_marks: bool) -> String {
        let is_loose = items.iter().any(|item| item.blocks.iter().any(|block| matches!(block.kind, BlockKind::Paragraph(_))));
        let between = if is_loose { "\n\n" } else { "\n" };
        let write = |(at, item): (usize, &ListItem)| {
            let mark = match first {
                Some(first) => format!("{}{} ", first + at as u64, if other_marks { ')' } else { '.' }),
                None => if other_marks { "* " } else { "- " }.to_string(),
            };
            let task = match item.task {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            let inner = format!("{task}{}", self.blocks(&item.blocks, between));
            prefixed(&inner, &mark, &" ".repeat(mark.len()))
        };
        items.iter().enumerate().map(write).collect::<Vec<_>>().join(between)
    }

    fn definitions(&self, parts: &[DefinitionPart]) -> String {
        let mut out = String::new();
        for part in parts {
            match part {
                DefinitionPart::Term(inlines) => {
                    out.push_str(if out.is_empty() { "" } else { "\n\n" });
                    out.push_str(&self.line(inlines, Place::Term));
                }
                DefinitionPart::Details(blocks) => {
                    let is_loose = blocks.iter().any(|block| matches!(block.kind, BlockKind::Paragraph(_)));
                    out.push_str(if is_loose { "\n\n" } else { "\n" });
                    out.push_str(&prefixed(&self.blocks(blocks, if is_loose { "\n\n" } else { "\n" }), ": ", "  "));
                }
            }
        }
        out
    }

    fn table(&self, columns: &[Alignment], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> String {
        let row = |cells: &[Vec<Inline>]| {
            let cells: Vec<String> = cells.iter().map(|cell| self.line(cell, Place::Cell)).collect();
            format!("| {} |", cells.join(" | "))
        };
        let mark = |column: &Alignment| match column {
            Alignment::None => "---",
            Alignment::Left => ":--",
            Alignment::Center => ":-:",
            Alignment::Right => "--:",
        };
        let marks: Vec<&str> = columns.iter().map(mark).collect();
        let mut lines = vec![row(head), format!("| {} |", marks.join(" | "))];
        lines.extend(rows.iter().map(|cells| row(cells)));
        lines.join("\n")
    }

    fn boxed(&self, block: &BoxBlock) -> String {
        let name = match block.kind {
            BoxKind::Tip => "提示",
            BoxKind::Key => "要点",
            BoxKind::Source => "原文",
            BoxKind::Think => "思考",
            BoxKind::Fold => "展开",
            BoxKind::Transcript => "文字稿",
            BoxKind::Gallery => "图集",
        };
        let inner = self.blocks(&block.blocks, "\n\n");
        let title = if block.title.is_empty() { String::new() } else { format!(" {}", block.title) };
        around(&format!("{name}{title}"), &inner)
    }

    fn quiz(&self, quiz: &Quiz) -> String {
        let name = match quiz.kind {
            QuizKind::Single => "单选",
            QuizKind::Multiple => "多选",
            QuizKind::Judge => "判断",
            QuizKind::Blank => "填空",
            QuizKind::Order => "排序",
        };
        let mut parts = vec![self.blocks(&quiz.stem, "\n\n")];
        if !quiz.options.is_empty() {
            let options = quiz.options.iter().enumerate().map(|(at, option)| {
                let mark = match quiz.kind {
                    QuizKind::Order => format!("{}. ", at + 1),
                    _ => "- ".to_string(),
                };
                let tick = match option.mark {
                    Some(true) => "[x] ",
                    Some(false) => "[ ] ",
                    None => "",
                };
                prefixed(&format!("{tick}{}", self.blocks(&option.blocks, "\n\n")), &mark, &" ".repeat(mark.len()))
            });
            parts.push(options.collect::<Vec<_>>().join("\n"));
        }
        match quiz.kind {
            QuizKind::Judge => parts.push(format!("答案：{}", if quiz.truth == Some(true) { "对" } else { "错" })),
            QuizKind::Blank => {
                let blanks: Vec<String> = quiz.blanks.iter().map(|ways| ways.join("|")).collect();
                parts.push(format!("答案：{}", escaped(&blanks.join("；"), false)));
            }
            _ => {}
        }
        if !quiz.why.is_empty() {
            let begins = matches!(quiz.why[0].kind, BlockKind::Paragraph(_));
            parts.push(format!("解析：{}{}", if begins { "" } else { "\n\n" }, self.blocks(&quiz.why, "\n\n")));
        }
        if let Some(source) = &quiz.source {
            let mark = if source.link.is_some() { "#" } else { "" };
            parts.push(format!("出处：{mark}{}", escaped(&source.text, false)));
        }
        around(&format!("自测 {name}"), &parts.join("\n\n"))
    }

    fn footnote(&self, index: usize) -> String {
        let Some(note) = self.tree.footnotes.get(index) else { return String::new() };
        prefixed(&self.blocks(&note.blocks, "\n\n"), &format!("[^{}]: ", note.name), "    ")
    }
}

/// Whether a block is raw HTML.
fn is_html(block: &Block) -> bool {
    let is_raw = |inline: &Inline| matches!(inline.kind, InlineKind::HtmlText(_) | InlineKind::TrustedText(_) | InlineKind::Trusted(_));
    match &block.kind {
        BlockKind::Plain(inlines) => inlines.iter().any(is_raw),
        BlockKind::Element(_) => true,
        _ => false,
    }
}

/// A block of raw HTML: it begins with a tag, and the end of its last line is a part of it.
fn html_block(html: &str) -> String {
    let begin = if html.is_empty() || html.starts_with('<') { "" } else { "<!-- -->" };
    format!("{begin}{}", html.strip_suffix('\n').unwrap_or(html))
}

fn join(out: &mut String, text: &str, between: &str) {
    if !text.is_empty() {
        out.push_str(if out.is_empty() { "" } else { between });
        out.push_str(text);
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Paragraph,
    /// In a list's item, or in raw HTML.
    Plain,
    /// In raw HTML, where no Markdown is read.
    Html,
    Heading,
    Cell,
    Term,
    Cite,
}

/// A line being written.
struct Line<'a> {
    tree: &'a DocumentTree,
    links: &'a [Link],
    place: Place,
    out: String,
}

impl<'a> Line<'a> {
    /// An empty line.
    fn new(tree: &'a DocumentTree, links: &'a [Link], place: Place) -> Line<'a> {
        Line { tree, links, place, out: String::new() }
    }

    /// The line of these inlines.
    fn write(mut self, inlines: &[Inline]) -> String {
        let is_picture = |inline: &Inline| matches!(inline.kind, InlineKind::Picture { .. });
        // A picture alone would be a figure; as HTML it stays in its paragraph.
        let lone = self.place == Place::Paragraph
            && inlines.iter().all(|inline| is_picture(inline) || inline.is_blank())
            && inlines.iter().any(is_picture);
        for inline in inlines {
            match &inline.kind {
                InlineKind::Picture { link, title } => {
                    self.out.push_str(&picture(self.links, *link, title, lone || self.place == Place::Html));
                }
                _ => self.inline(inline),
            }
        }
        self.keep_blank();
        if self.place == Place::Cell { self.out.replace('\n', " ") } else { self.out }
    }

    /// A blank at the end of a line is kept by its number.
    fn keep_blank(&mut self) {
        if !matches!(self.place, Place::Plain | Place::Html) && self.out.ends_with(' ') {
            self.out.pop();
            self.out.push_str("&#32;");
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        inlines.iter().for_each(|inline| self.inline(inline));
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) if self.place == Place::Html => self.out.push_str(&crate::ground::escape::escaped(text)),
            InlineKind::Text(text) => {
                let is_start = self.out.is_empty() || self.out.ends_with('\n');
                let is_cite = self.place == Place::Cite && self.out.is_empty();
                let text = escaped(text, is_start && !is_cite);
                self.out.push_str(&if self.place == Place::Cell { text.replace('|', "\\|") } else { text });
            }
            InlineKind::HtmlText(text) | InlineKind::TrustedText(text) => self.out.push_str(text),
            InlineKind::SoftBreak => {
                self.keep_blank();
                self.out.push('\n');
            }
            InlineKind::HardBreak => self.out.push_str("\\\n"),
            InlineKind::Code(code) => {
                let most = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat(if most == 0 { 1 } else { most + 1 });
                let is_blank = code.trim_matches(' ').is_empty();
                let padded = code.starts_with('`') || code.ends_with('`') || (code.starts_with(' ') && code.ends_with(' ') && !is_blank);
                let pad = if padded { " " } else { "" };
                let code = if self.place == Place::Cell { code.replace('|', "\\|") } else { code.to_string() };
                self.out.extend([&fence, pad, &code, pad, &fence]);
            }
            InlineKind::Formula(formula) => {
                let marks = if formula.display { "$$" } else { "$" };
                let tex = if self.place == Place::Cell { formula.tex.replace('|', "\\|") } else { formula.tex.to_string() };
                self.out.extend([marks, &tex, marks]);
            }
            InlineKind::Emphasis(inlines) => {
                let mark = if self.out.ends_with('*') { "_" } else { "*" };
                self.marked(mark, inlines);
            }
            InlineKind::Strong(inlines) => self.marked("**", inlines),
            InlineKind::Strikeout(inlines) => self.marked("~~", inlines),
            InlineKind::Link(link) => {
                self.out.push('[');
                self.inlines(&link.inlines);
                self.out.push_str("](");
                let address = self.links.get(link.link as usize).map(address).unwrap_or_default();
                self.out.push_str(&address);
                self.title(&link.title);
                self.out.push(')');
            }
            InlineKind::Picture { link, title } => self.out.push_str(&picture(self.links, *link, title, self.place == Place::Html)),
            InlineKind::FootnoteReference { footnote, .. } => {
                let name = self.tree.footnotes.get(*footnote as usize).map_or("", |note| &*note.name);
                self.out.extend(["[^", name, "]"]);
            }
            InlineKind::Gap(width) => self.out.extend(std::iter::repeat_n('_', *width as usize)),
            InlineKind::Element(element) => {
                let html = Line::new(self.tree, self.links, self.place).element(element);
                self.out.push_str(&html);
            }
            InlineKind::Trusted(tag) => {
                self.out.push_str(&tag.before);
                if let Some((name, link)) = &tag.address {
                    let address = self.links.get(*link as usize).map(plain_address).unwrap_or_default();
                    self.out.extend([" ", name, "=\"", &escaped_attribute(&address), "\""]);
                }
                self.out.push_str(&tag.after);
            }
        }
    }

    fn marked(&mut self, mark: &str, inlines: &[Inline]) {
        self.out.push_str(mark);
        self.inlines(inlines);
        self.out.push_str(mark);
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.extend([" \"", &quoted(title), "\""]);
        }
    }

    /// An element of raw HTML. Blocks of Markdown within stand in paragraphs of their own.
    fn element(mut self, element: &Element) -> String {
        self.out.extend(["<", &*element.name]);
        for (name, value) in &element.attributes {
            let value = match value {
                AttributeValue::Text(value) => value.to_string(),
                AttributeValue::Link(link) => self.links.get(*link as usize).map(plain_address).unwrap_or_default(),
            };
            match value.is_empty() && &**name != "href" && &**name != "src" {
                true => self.out.extend([" ", name]),
                false => self.out.extend([" ", name, "=\"", &escaped_attribute(&value), "\""]),
            }
        }
        self.out.push('>');
        if element.is_void {
            return self.out;
        }
        let mut is_behind_block = false;
        for block in &element.blocks {
            let from = self.out.len();
            match &block.kind {
                BlockKind::Plain(inlines) => self.inlines(inlines),
                BlockKind::Element(inner) => {
                    let html = Line::new(self.tree, self.links, self.place).element(inner);
                    self.out.push_str(&html);
                }
                _ => {
                    let inner = Writer { tree: self.tree, links: self.links }.block(block, false);
                    let end = self.out.trim_end_matches('\n').len();
                    self.out.truncate(end);
                    self.out.extend(["\n\n", &inner, "\n\n"]);
                    is_behind_block = true;
                    continue;
                }
            }
            if is_behind_block && !self.out[from..].starts_with('<') {
                self.out.insert_str(from, "<!-- -->");
            }
            is_behind_block = false;
        }
        self.out.extend(["</", &*element.name, ">"]);
        self.out
    }
}
