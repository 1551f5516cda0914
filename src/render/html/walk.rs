//! The walk: blocks. What stands within a line is in [`super::inlines`], questions are in [`super::quiz`].

use crate::document::walk::{ParagraphPart, parts, without_dash};
use crate::document::{
    Alignment, Block, BlockKind, BoxBlock, BoxKind, DefinitionPart, DocumentTree, Figure, HeadingBlock, Inline, Link, ListItem, link,
};
use crate::ground::escape::{escape, escape_attribute, escape_text, escaped, escaped_attribute};

use super::markup::{BlockTemplate, Markup, Piece, PlainBlock};
use super::surroundings::{Chapter, Surroundings, TermMark};
use crate::render::glossary::Terms;

/// A walk over a tree.
pub struct HtmlWalk<'a> {
    pub(super) surroundings: &'a dyn Surroundings,
    pub(super) markup: &'a Markup,
    pub(super) links: &'a [Link],
    pub(super) tree: &'a DocumentTree,
    pub(super) chapter: Chapter,
    pub(super) out: String,
    terms: Option<Terms<'a>>,
    /// Greater than zero: the text holds no terms; is a gallery.
    pub(super) quiet: usize,
    pub(super) galleries: usize,
    /// What a template could not do.
    pub(super) error: Option<tera::Error>,
}

impl<'a> HtmlWalk<'a> {
    /// A walk over the tree of a page with these links.
    pub fn new(
        tree: &'a DocumentTree,
        links: &'a [Link],
        surroundings: &'a dyn Surroundings,
        markup: &'a Markup,
        chapter: Chapter,
    ) -> HtmlWalk<'a> {
        let terms = surroundings.glossary().and_then(Terms::new);
        HtmlWalk { surroundings, markup, links, tree, chapter, out: String::new(), terms, quiet: 0, galleries: 0, error: None }
    }

    /// The HTML of the whole text.
    ///
    /// # Errors
    /// When a template of the theme cannot be rendered.
    pub fn html(mut self) -> tera::TeraResult<String> {
        self.out.reserve(self.tree.size());
        self.blocks(&self.tree.blocks, true);
        self.footnotes();
        self.settle();
        self.error.map_or(Ok(self.out), Err)
    }

    /// The HTML of some blocks of it.
    pub(super) fn apart(&mut self, blocks: &[Block]) -> String {
        self.aside(|walk| walk.blocks(blocks, true))
    }

    /// What a part of the walk writes, by itself.
    pub(super) fn aside(&mut self, write: impl FnOnce(&mut Self)) -> String {
        self.settle();
        let outer = std::mem::take(&mut self.out);
        write(self);
        self.settle();
        std::mem::replace(&mut self.out, outer)
    }

    /// Writes markup.
    pub(super) fn push(&mut self, markup: &str) {
        self.settle();
        self.out.push_str(markup);
    }

    /// Ends a stretch of running text: links the terms in it.
    pub(super) fn settle(&mut self) {
        if let Some(terms) = &mut self.terms {
            let (surroundings, markup) = (self.surroundings, self.markup);
            let write = |term: usize, words: &str| {
                let TermMark { title, href } = surroundings.term(term)?;
                let href = href.map(|href| escape(&href));
                let slots = [("content", words), ("title", &*escape(&title)), ("href", href.as_deref().unwrap_or_default())];
                Some(markup.term(href.is_some()).filled(&slots))
            };
            terms.settle(&write, &mut self.out);
        }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        match &mut self.terms {
            Some(terms) if self.quiet == 0 => escape_text(text, terms.run()),
            _ => escape_text(text, &mut self.out),
        }
    }

    /// Writes HTML of running text, as it is.
    pub(super) fn running(&mut self, html: &str) {
        match &mut self.terms {
            Some(terms) if self.quiet == 0 => terms.run().push_str(html),
            _ => self.out.push_str(html),
        }
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.settle();
        self.out.extend([" ", name, "=\""]);
        escape_attribute(value, &mut self.out);
        self.out.push('"');
    }

    /// An anchor as it stands in this page.
    pub(super) fn anchor(&mut self, id: &str) {
        self.settle();
        self.out.push_str(" id=\"");
        escape_attribute(&self.chapter.prefix, &mut self.out);
        escape_attribute(id, &mut self.out);
        self.out.push('"');
    }

    /// Writes a template of the theme; `content` writes what stands in the slot of that name, the others hold text that is
    /// escaped already.
    pub(super) fn template(&mut self, template: &'a BlockTemplate, slots: &[(&str, &str)], content: impl Fn(&mut Self)) {
        for piece in template.pieces() {
            match piece {
                Piece::Literal(html) => self.push(html),
                Piece::Slot(name) if &**name == "content" => content(self),
                Piece::Slot(name) => {
                    let value = slots.iter().find(|(slot, _)| *slot == &**name).map_or("", |(_, value)| value);
                    self.push(value);
                }
            }
        }
    }

    /// `is_flow`: displayed formulas among loose lines are blocks.
    pub(super) fn blocks(&mut self, blocks: &[Block], is_flow: bool) {
        blocks.iter().for_each(|block| self.block(block, is_flow));
    }

    fn block(&mut self, block: &Block, is_flow: bool) {
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.paragraph(inlines, ""),
            BlockKind::Plain(inlines) => self.inlines(inlines, is_flow),
            BlockKind::Heading(heading) => self.heading(heading),
            BlockKind::Quote { alert, blocks, cite } => {
                let template = self.markup.quote(*alert, cite.is_some());
                let cite = cite.as_deref().map(without_dash);
                let cite = cite.map(|cite| self.aside(|walk| walk.quietly(|walk| walk.inlines(&cite, false)))).unwrap_or_default();
                self.template(template, &[("cite", &cite)], |walk| walk.blocks(blocks, true));
            }
            BlockKind::Code { language, text, coloured } => {
                let template = self.markup.code(!language.is_empty());
                self.template(template, &[("language", language)], |walk| match coloured {
                    Some(html) => walk.push(html),
                    None => walk.quietly(|walk| walk.text(text)),
                });
            }
            BlockKind::List { first, items } => self.list(*first, items),
            BlockKind::Definitions(parts) => {
                self.push("<dl>");
                for part in parts {
                    match part {
                        DefinitionPart::Term(inlines) => {
                            self.push("<dt>");
                            self.quietly(|walk| walk.inlines(inlines, false));
                            self.push("</dt>");
                        }
                        DefinitionPart::Details(blocks) => {
                            self.push("<dd>");
                            self.blocks(blocks, false);
                            self.push("</dd>");
                        }
                    }
                }
                self.push("</dl>");
            }
            BlockKind::Table { columns, head, rows } => {
                let template = self.markup.plain(PlainBlock::Table);
                self.template(template, &[], |walk| walk.table(columns, head, rows));
            }
            BlockKind::Rule => self.push("<hr>"),
            BlockKind::Figure(figure) => self.figure(figure),
            BlockKind::Box(block) => self.boxed(block),
            BlockKind::SpeakerNotes(lines) => {
                let template = self.markup.plain(PlainBlock::SpeakerNotes);
                self.template(template, &[], |walk| {
                    for line in lines {
                        walk.push("<p>");
                        walk.quietly(|walk| walk.text(line));
                        walk.push("</p>");
                    }
                });
            }
            BlockKind::Quiz(quiz) => self.quiz(quiz),
            BlockKind::Footnote(_) => {}
            BlockKind::Element(element) => self.element(element),
        }
    }

    /// Writes what holds no terms.
    pub(super) fn quietly(&mut self, write: impl FnOnce(&mut Self)) {
        self.settle();
        self.quiet += 1;
        write(self);
        self.quiet -= 1;
    }

    /// Writes a paragraph; `before` stands at the beginning of it.
    pub(super) fn paragraph(&mut self, inlines: &[Inline], before: &str) {
        self.paragraph_with(inlines, before, "");
    }

    /// The same, with something at its end.
    fn paragraph_with(&mut self, inlines: &[Inline], before: &str, after: &str) {
        let parts = parts(inlines);
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            match part {
                ParagraphPart::Line(inlines) => {
                    self.push("<p>");
                    self.push(if at == 0 { before } else { "" });
                    self.inlines(&inlines, false);
                    self.push(if at == last { after } else { "" });
                    self.push("</p>");
                }
                ParagraphPart::Formula(formula) => {
                    self.push(if at == 0 { before } else { "" });
                    self.inlines(std::slice::from_ref(formula), true);
                    self.push(if at == last { after } else { "" });
                }
            }
        }
    }

    fn heading(&mut self, heading: &HeadingBlock) {
        let names = ["h1", "h2", "h3", "h4", "h5", "h6", "h6"];
        let name = names[usize::from(heading.level) - 1 + usize::from(self.chapter.is_lower)];
        self.settle();
        self.out.extend(["<", name]);
        self.anchor(&heading.id);
        self.push(">");
        self.quietly(|walk| walk.inlines(&heading.inlines, false));
        if heading.level == 2
            && let Some(minutes) = self.surroundings.minutes(&heading.id)
        {
            let template = self.markup.plain(PlainBlock::Minutes);
            self.template(template, &[("minutes", &minutes.to_string())], |_| ());
        }
        self.out.extend(["</", name, ">"]);
    }

    fn list(&mut self, first: Option<u64>, items: &[ListItem]) {
        match first {
            Some(1) => self.push("<ol>"),
            Some(number) => self.push(&format!("<ol start=\"{number}\">")),
            None => self.push("<ul>"),
        }
        for item in items {
            let Some(done) = item.task else {
                self.push("<li>");
                self.blocks(&item.blocks, true);
                self.push("</li>");
                continue;
            };
            self.push("<li class=\"task\">");
            let mark = self.aside(|walk| walk.template(walk.markup.task(done), &[], |_| ()));
            match &item.blocks[..] {
                [Block { kind: BlockKind::Paragraph(inlines), .. }, rest @ ..] => {
                    self.paragraph(inlines, &mark);
                    self.blocks(rest, true);
                }
                blocks => {
                    self.push(&mark);
                    self.blocks(blocks, true);
                }
            }
            self.push("</li>");
        }
        self.push(if first.is_some() { "</ol>" } else { "</ul>" });
    }

    fn table(&mut self, columns: &[Alignment], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        self.push("<table><thead><tr>");
        self.quietly(|walk| walk.cells("th", columns, head));
        self.push("</tr></thead>");
        for (at, row) in rows.iter().enumerate() {
            self.push(if at == 0 { "<tbody><tr>" } else { "<tr>" });
            self.cells("td", columns, row);
            self.push("</tr>");
        }
        self.push(if rows.is_empty() { "</table>" } else { "</tbody></table>" });
    }

    fn cells(&mut self, name: &str, columns: &[Alignment], cells: &[Vec<Inline>]) {
        for (at, cell) in cells.iter().enumerate() {
            self.settle();
            self.out.extend(["<", name]);
            self.out.push_str(match columns.get(at) {
                Some(Alignment::Left) => " class=\"al-l\">",
                Some(Alignment::Center) => " class=\"al-c\">",
                Some(Alignment::Right) => " class=\"al-r\">",
                _ => ">",
            });
            self.inlines(cell, false);
            self.settle();
            self.out.extend(["</", name, ">"]);
        }
    }

    fn figure(&mut self, figure: &Figure) {
        let link = self.links.get(figure.link as usize);
        let player = link.and_then(|link| link::player(&link.target));
        // A player shows no description of its own.
        let caption = match link.filter(|_| player.is_some() && figure.caption.is_empty()) {
            Some(link) => escaped(&link.alt),
            None => escaped(&figure.caption),
        };
        let template = self.markup.figure(player, !caption.is_empty());
        self.template(template, &[("caption", &caption)], |walk| walk.picture(figure.link));
    }

    fn boxed(&mut self, block: &BoxBlock) {
        let is_gallery = block.kind == BoxKind::Gallery;
        self.galleries += usize::from(is_gallery);
        let template = self.markup.boxed(block.kind, !block.title.is_empty());
        self.template(template, &[("title", &escaped(&block.title))], |walk| walk.blocks(&block.blocks, false));
        self.galleries -= usize::from(is_gallery);
    }

    fn footnotes(&mut self) {
        let order = self.tree.footnote_order();
        if order.is_empty() {
            return;
        }
        let template = self.markup.plain(PlainBlock::Footnotes);
        let tree = self.tree;
        self.template(template, &[], |walk| {
            for at in &order {
                let note = &tree.footnotes[*at];
                walk.push("<li");
                if note.number > 0 {
                    walk.anchor(&note.id);
                }
                walk.push(">");
                let mut back = String::new();
                for reference in &note.references {
                    back.push('\u{a0}');
                    let reference = format!("{}{reference}", walk.chapter.prefix);
                    let template = walk.markup.plain(PlainBlock::FootnoteBack);
                    let html = walk.aside(|walk| walk.template(template, &[("id", &escaped_attribute(&reference))], |_| ()));
                    back.push_str(&html);
                }
                match note.blocks.split_last() {
                    Some((Block { kind: BlockKind::Paragraph(inlines), .. }, before)) => {
                        walk.blocks(before, true);
                        walk.paragraph_with(inlines, "", &back);
                    }
                    _ => {
                        walk.blocks(&note.blocks, true);
                        walk.push(&back);
                    }
                }
                walk.push("</li>");
            }
        });
    }
}
