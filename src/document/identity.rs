//! The form of a question by which readers' phones know it.
//!
//! A question's name is a hash of what stands here, so this form must never change: it is the HTML of the first release,
//! without addresses inside the site and without pictures. It is never shown. Start at [`of`].

use super::link::{self, Link, LinkKind};
use super::tree::{
    Alert, Alignment, AttributeValue, Block, BlockKind, BoxBlock, BoxKind, DefinitionPart, Element, FootnoteBody, Inline, InlineKind,
    ListItem,
};
use super::walk::{ParagraphPart, parts, without_dash};
use crate::ground::escape::{escape_attribute, escape_raw_text, escape_text};

/// The form of blocks. `footnotes` and `links` are those of the page so far.
pub fn of(blocks: &[Block], footnotes: &[FootnoteBody], links: &[Link]) -> String {
    let mut form = Form { footnotes, links, out: String::new() };
    form.blocks(blocks, true);
    form.out
}

struct Form<'a> {
    footnotes: &'a [FootnoteBody],
    links: &'a [Link],
    out: String,
}

impl Form<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn text(&mut self, text: &str) {
        escape_text(text, &mut self.out);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.extend([" ", name, "=\""]);
        escape_attribute(value, &mut self.out);
        self.out.push('"');
    }

    fn blocks(&mut self, blocks: &[Block], is_flow: bool) {
        blocks.iter().for_each(|block| self.block(block, is_flow));
    }

    fn block(&mut self, block: &Block, is_flow: bool) {
        match &block.kind {
            BlockKind::Paragraph(inlines) => self.paragraph(inlines),
            BlockKind::Plain(inlines) => self.inlines(inlines, if is_flow { "div" } else { "span" }),
            BlockKind::Heading(heading) => {
                let name = ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(heading.level.clamp(1, 6)) - 1];
                self.out.extend(["<", name]);
                self.attribute("id", &heading.id);
                self.push(">");
                self.inlines(&heading.inlines, "span");
                self.out.extend(["</", name, ">"]);
            }
            BlockKind::Quote { alert, blocks, cite } => self.quote(*alert, blocks, cite.as_deref()),
            BlockKind::Code { language, text, coloured } => {
                self.push("<div class=\"code\"><pre tabindex=\"0\"><code");
                if !language.is_empty() {
                    self.out.extend([" class=\"lang-", language, "\""]);
                }
                self.push(">");
                match coloured {
                    Some(html) => self.push(html),
                    None => self.text(text),
                }
                self.push("</code></pre></div>");
            }
            BlockKind::List { first, items } => self.list(*first, items),
            BlockKind::Definitions(parts) => {
                self.push("<dl>");
                for part in parts {
                    match part {
                        DefinitionPart::Term(inlines) => {
                            self.push("<dt>");
                            self.inlines(inlines, "span");
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
            BlockKind::Table { columns, head, rows } => self.table(columns, head, rows),
            BlockKind::Rule => self.push("<hr>"),
            BlockKind::Figure(figure) => {
                let media = self.links.get(figure.link as usize).filter(|link| link::player(&link.target).is_some());
                let caption = match media {
                    Some(link) if figure.caption.is_empty() => &link.alt,
                    _ => &*figure.caption,
                };
                self.push(if media.is_some() { "<figure class=\"media\">" } else { "<figure>" });
                self.picture(figure.link);
                if !caption.is_empty() {
                    self.push("<figcaption>");
                    self.text(caption);
                    self.push("</figcaption>");
                }
                self.push("</figure>");
            }
            BlockKind::Box(block) => self.boxed(block),
            BlockKind::SpeakerNotes(lines) => {
                self.push("<template class=\"said\">");
                for line in lines {
                    self.push("<p>");
                    self.text(line);
                    self.push("</p>");
                }
                self.push("</template>");
            }
            BlockKind::Quiz(quiz) => {
                self.blocks(&quiz.stem, true);
                quiz.options.iter().for_each(|option| self.blocks(&option.blocks, true));
            }
            BlockKind::Footnote(_) => {}
            BlockKind::Element(element) => self.element(element),
        }
    }

    fn paragraph(&mut self, inlines: &[Inline]) {
        for part in parts(inlines) {
            match part {
                ParagraphPart::Line(inlines) => {
                    self.push("<p>");
                    self.inlines(&inlines, "span");
                    self.push("</p>");
                }
                ParagraphPart::Formula(formula) => self.inlines(std::slice::from_ref(formula), "div"),
            }
        }
    }

    fn quote(&mut self, alert: Option<Alert>, blocks: &[Block], cite: Option<&[Inline]>) {
        match alert {
            Some(alert) => {
                let title = match alert {
                    Alert::Note => "说明",
                    Alert::Tip => "提示",
                    Alert::Important => "重要",
                    Alert::Warning => "注意",
                    Alert::Caution => "警告",
                };
                let word = alert.word();
                self.push(&format!("<blockquote class=\"alert alert-{word}\"><p class=\"alert-title\">{title}</p>"));
            }
            None => self.push("<blockquote>"),
        }
        self.blocks(blocks, true);
        if let Some(cite) = cite {
            self.push("<footer class=\"cite\">");
            self.inlines(&without_dash(cite), "span");
            self.push("</footer>");
        }
        self.push("</blockquote>");
    }

    fn list(&mut self, first: Option<u64>, items: &[ListItem]) {
        match first {
            Some(1) => self.push("<ol>"),
            Some(number) => self.push(&format!("<ol start=\"{number}\">")),
            None => self.push("<ul>"),
        }
        for item in items {
            self.push("<li>");
            self.blocks(&item.blocks, true);
            self.push("</li>");
        }
        self.push(if first.is_some() { "</ol>" } else { "</ul>" });
    }

    fn table(&mut self, columns: &[Alignment], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        self.push("<div class=\"table-wrap\" role=\"region\" aria-label=\"表格\" tabindex=\"0\"><table><thead><tr>");
        self.cells("th", columns, head);
        self.push("</tr></thead>");
        for (at, row) in rows.iter().enumerate() {
            self.push(if at == 0 { "<tbody><tr>" } else { "<tr>" });
            self.cells("td", columns, row);
            self.push("</tr>");
        }
        self.push(if rows.is_empty() { "</table></div>" } else { "</tbody></table></div>" });
    }

    fn cells(&mut self, name: &str, columns: &[Alignment], cells: &[Vec<Inline>]) {
        for (at, cell) in cells.iter().enumerate() {
            self.out.extend(["<", name]);
            self.push(match columns.get(at) {
                Some(Alignment::Left) => " class=\"al-l\">",
                Some(Alignment::Center) => " class=\"al-c\">",
                Some(Alignment::Right) => " class=\"al-r\">",
                _ => ">",
            });
            self.inlines(cell, "span");
            self.out.extend(["</", name, ">"]);
        }
    }

    fn boxed(&mut self, block: &BoxBlock) {
        let name = match block.kind {
            BoxKind::Tip => "提示",
            BoxKind::Key => "要点",
            BoxKind::Source => "原文",
            BoxKind::Think => "思考",
            BoxKind::Fold => "展开",
            BoxKind::Transcript => "文字稿",
            BoxKind::Gallery => {
                self.push("<div class=\"gallery\">");
                self.blocks(&block.blocks, true);
                return self.push("</div>");
            }
        };
        let title = if block.title.is_empty() { name } else { &*block.title };
        let folds = matches!(block.kind, BoxKind::Fold | BoxKind::Transcript);
        self.push(&match block.kind {
            BoxKind::Fold => "<details class=\"fold\"><summary>".to_string(),
            BoxKind::Transcript => "<details class=\"fold transcript\"><summary>".to_string(),
            kind => format!("<div class=\"box box-{}\"><p class=\"box-title\">", kind.word()),
        });
        self.text(title);
        self.push(if folds { "</summary>" } else { "</p>" });
        self.blocks(&block.blocks, false);
        self.push(if folds { "</details>" } else { "</div>" });
    }

    fn inlines(&mut self, inlines: &[Inline], formula: &str) {
        inlines.iter().for_each(|inline| self.inline(inline, formula));
    }

    fn marked(&mut self, name: &str, inlines: &[Inline]) {
        self.out.extend(["<", name, ">"]);
        self.inlines(inlines, "span");
        self.out.extend(["</", name, ">"]);
    }

    fn inline(&mut self, inline: &Inline, around: &str) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::HtmlText(text) => escape_raw_text(text, &mut self.out),
            InlineKind::TrustedText(text) => self.push(text),
            InlineKind::SoftBreak => self.push("\n"),
            InlineKind::HardBreak => self.push("<br>"),
            InlineKind::Code(code) => {
                self.push("<code>");
                self.text(code);
                self.push("</code>");
            }
            InlineKind::Formula(formula) => {
                if formula.display {
                    self.out.extend(["<", around, " class=\"math-block\">"]);
                }
                match &formula.mathml {
                    Some(mathml) => self.push(mathml),
                    None => {
                        self.push("<code class=\"math\">");
                        self.text(&formula.words);
                        self.push("</code>");
                    }
                }
                if formula.display {
                    self.out.extend(["</", around, ">"]);
                }
            }
            InlineKind::Emphasis(inlines) => self.marked("em", inlines),
            InlineKind::Strong(inlines) => self.marked("strong", inlines),
            InlineKind::Strikeout(inlines) => self.marked("del", inlines),
            InlineKind::Link(link) => {
                self.open_link(link.link, &link.title);
                self.inlines(&link.inlines, "span");
                self.push("</a>");
            }
            InlineKind::Picture { link, .. } => self.picture(*link),
            InlineKind::FootnoteReference { footnote, reference } => {
                let note = &self.footnotes[*footnote as usize];
                let number = note.number;
                match reference.and_then(|at| note.references.get(at as usize)) {
                    Some(from) => {
                        let html = format!("<sup class=\"footnote-ref\"><a id=\"{from}\" href=\"#{}\">{number}</a></sup>", note.id);
                        self.push(&html);
                    }
                    None => self.push(&format!("<sup class=\"footnote-ref\">{number}</sup>")),
                }
            }
            InlineKind::Gap(_) => self.push("<span class=\"quiz-gap\">____</span>"),
            InlineKind::Element(element) => self.element(element),
            InlineKind::Trusted(tag) => self.out.extend([&*tag.before, &*tag.after]),
        }
    }

    fn open_link(&mut self, link: u32, title: &str) {
        let Some(link) = self.links.get(link as usize) else { return self.push("<a>") };
        if link.kind == LinkKind::External {
            self.push(if link.is_site() { "<a class=\"external\"" } else { "<a" });
            self.attribute("href", &link.address());
            self.push(if link.is_site() { " rel=\"noopener\"" } else { "" });
        } else {
            self.push(if link.is_attachment() { "<a class=\"attachment\"" } else { "<a" });
        }
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.push(">");
    }

    /// Of a picture nothing stands here; of a player its frame.
    fn picture(&mut self, index: u32) {
        let Some(link) = self.links.get(index as usize) else { return };
        let Some(player) = link::player(&link.target) else { return };
        self.out.extend(["<", player, " controls preload=\"none\""]);
        self.push(if player == "video" { " playsinline" } else { "" });
        if !link.alt.is_empty() {
            let alt = link.alt.clone();
            self.attribute("aria-label", &alt);
        }
        self.out.extend(["></", player, ">"]);
    }

    fn element(&mut self, element: &Element) {
        let href = element.attributes.iter().find_map(|(name, value)| match value {
            AttributeValue::Link(link) if &**name == "href" => Some(*link),
            _ => None,
        });
        match href {
            Some(link) => self.open_link(link, element.text("title").unwrap_or_default()),
            None => {
                self.out.extend(["<", &*element.name]);
                for (name, value) in &element.attributes {
                    match value {
                        AttributeValue::Text(value) if value.is_empty() => self.out.extend([" ", name]),
                        AttributeValue::Text(value) => self.attribute(name, value),
                        AttributeValue::Link(_) => {}
                    }
                }
                self.push(">");
            }
        }
        if !element.is_void {
            self.blocks(&element.blocks, false);
            self.out.extend(["</", &*element.name, ">"]);
        }
    }
}
