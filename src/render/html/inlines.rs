//! What stands within a line, and raw HTML.

use crate::document::{AttributeValue, Element, Formula, Inline, InlineKind, LinkKind, TrustedTag, link};
use crate::ground::escape::{escape_raw_text, escaped, escaped_attribute};

use super::markup::{FormulaPlace, PlainBlock};
use super::surroundings::{PictureFile, PictureView};
use super::walk::HtmlWalk;
use crate::ground::escape::escape;

/// Elements whose text holds no terms.
const QUIET: &[&str] = &[
    "a",
    "abbr",
    "audio",
    "caption",
    "code",
    "dfn",
    "dt",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "kbd",
    "pre",
    "ruby",
    "samp",
    "summary",
    "th",
    "var",
    "video",
];

impl<'a> HtmlWalk<'a> {
    /// `is_flow`: displayed formulas are blocks.
    pub(super) fn inlines(&mut self, inlines: &[Inline], is_flow: bool) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) => self.text(text),
                InlineKind::Formula(formula) => self.formula(formula, is_flow),
                _ => self.inline(inline),
            }
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::HtmlText(text) => {
                let mut html = String::with_capacity(text.len());
                escape_raw_text(text, &mut html);
                self.html_text(&html);
            }
            InlineKind::TrustedText(text) => self.html_text(text),
            InlineKind::SoftBreak => self.running("\n"),
            InlineKind::HardBreak => self.push("<br>"),
            InlineKind::Code(code) => {
                self.push("<code>");
                self.push(&escaped(code));
                self.push("</code>");
            }
            InlineKind::Formula(formula) => self.formula(formula, false),
            InlineKind::Emphasis(inlines) => self.marked("<em>", inlines, "</em>"),
            InlineKind::Strong(inlines) => self.marked("<strong>", inlines, "</strong>"),
            InlineKind::Strikeout(inlines) => self.marked("<del>", inlines, "</del>"),
            InlineKind::Link(link) => self.link(link.link, &link.title, false, |walk| walk.inlines(&link.inlines, false)),
            InlineKind::Picture { link, .. } => self.picture(*link),
            InlineKind::FootnoteReference { footnote, reference } => self.footnote_reference(*footnote as usize, *reference),
            InlineKind::Gap(_) => self.template(self.markup.plain(PlainBlock::Gap), &[], |_| ()),
            InlineKind::Element(element) => self.element(element),
            InlineKind::Trusted(tag) => self.trusted(tag),
        }
    }

    /// Blanks alone are no running text.
    fn html_text(&mut self, html: &str) {
        match html.trim().is_empty() {
            true => self.push(html),
            false => self.running(html),
        }
    }

    fn formula(&mut self, formula: &Formula, is_flow: bool) {
        let place = match formula.display {
            true if is_flow => FormulaPlace::Block,
            true => FormulaPlace::Line,
            false => FormulaPlace::Inline,
        };
        let template = self.markup.formula(place, formula.mathml.is_none());
        self.template(template, &[], |walk| match &formula.mathml {
            Some(mathml) => walk.push(mathml),
            None => walk.push(&escaped(&formula.words)),
        });
    }

    fn marked(&mut self, open: &str, inlines: &[Inline], close: &str) {
        self.push(open);
        self.inlines(inlines, false);
        self.push(close);
    }

    /// Writes a link around what `content` writes; `is_raw`: raw HTML made it, so that nothing is added to its text.
    fn link(&mut self, index: u32, title: &str, is_raw: bool, content: impl Fn(&mut Self)) {
        let link = self.links.get(index as usize);
        if let Some(link) = link.filter(|link| link.kind == LinkKind::External) {
            let template = self.markup.external(link.is_site(), !title.is_empty());
            let slots = [("href", &*escaped_attribute(&link.address())), ("title", &*escaped_attribute(title))];
            return self.quietly(|walk| walk.template(template, &slots, content));
        }
        // Without an address there is no attribute, so that nothing invites a touch that leads nowhere.
        let href = self.surroundings.address(index).map(|href| escape(&href));
        if link.is_some_and(|link| link.is_attachment()) {
            let file = self.surroundings.file(index).filter(|_| !is_raw);
            let template = self.markup.attachment(href.is_some(), !title.is_empty(), file.is_some());
            let (kind, size) = file.unwrap_or_default();
            let slots = [
                ("href", href.as_deref().unwrap_or_default()),
                ("title", &escaped_attribute(title)),
                ("type", &escaped(&kind)),
                ("size", &escaped(&size)),
            ];
            return self.quietly(|walk| walk.template(template, &slots, content));
        }
        self.push("<a");
        if let Some(href) = href {
            self.out.extend([" href=\"", &href, "\""]);
        }
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.push(">");
        self.quietly(content);
        self.push("</a>");
    }

    /// Writes the attribute of an address.
    fn address(&mut self, name: &str, address: &str) {
        self.settle();
        self.out.extend([" ", name, "=\"", &escape(address), "\""]);
    }

    /// Writes a picture or a player.
    pub(super) fn picture(&mut self, index: u32) {
        self.settle();
        let Some(link) = self.links.get(index as usize) else { return };
        let Some(player) = link::player(&link.target) else {
            return match self.surroundings.picture(index) {
                PictureView::There(picture) => self.picture_there(&picture, &link.alt),
                PictureView::Missing if link.alt.is_empty() => {}
                PictureView::Missing => {
                    let template = self.markup.plain(PlainBlock::Missing);
                    self.template(template, &[("alt", &escape(&link.alt))], |_| ());
                }
                PictureView::Elsewhere => {}
            };
        };
        let src = self.surroundings.address(index).map(|src| escape(&src));
        let template = self.markup.player(player, src.is_some(), !link.alt.is_empty());
        let label = escaped_attribute(&link.alt);
        self.template(template, &[("src", src.as_deref().unwrap_or_default()), ("label", &label)], |_| ());
    }

    fn picture_there(&mut self, picture: &PictureFile, alt: &str) {
        let in_gallery = self.galleries > 0;
        let template = self.markup.picture(in_gallery, !picture.srcset.is_empty(), picture.size.is_some(), !picture.original.is_empty());
        let (width, height) = picture.size.unwrap_or_default();
        let slots = [
            ("src", &*escape(&picture.src)),
            ("srcset", &*escape(&picture.srcset)),
            ("width", &*width.to_string()),
            ("height", &*height.to_string()),
            ("alt", &*escape(alt)),
            ("original", &*escape(&picture.original)),
        ];
        self.template(template, &slots, |_| ());
    }

    fn footnote_reference(&mut self, index: usize, reference: Option<u32>) {
        let Some(note) = self.tree.footnotes.get(index) else { return };
        let prefix = &self.chapter.prefix;
        let from = reference.and_then(|at| note.references.get(at as usize));
        let template = self.markup.footnote_reference(from.is_some());
        let id = from.map(|from| escaped_attribute(&format!("{prefix}{from}"))).unwrap_or_default();
        let to = escaped_attribute(&format!("{prefix}{}", note.id));
        self.template(template, &[("number", &*note.number.to_string()), ("id", &*id), ("to", &*to)], |_| ());
    }

    /// Writes an element of raw HTML.
    pub(super) fn element(&mut self, element: &Element) {
        if let Some(link) = element.link("href").filter(|_| &*element.name == "a") {
            return self.link(link, element.text("title").unwrap_or_default(), true, |walk| walk.blocks(&element.blocks, false));
        }
        self.open_element(element);
        if element.is_void {
            return;
        }
        let is_quiet = QUIET.contains(&&*element.name);
        self.quiet += usize::from(is_quiet);
        self.blocks(&element.blocks, false);
        self.settle();
        self.quiet -= usize::from(is_quiet);
        let name = self.lowered(&element.name);
        self.out.extend(["</", name, ">"]);
    }

    fn open_element(&mut self, element: &Element) {
        self.settle();
        let name = self.lowered(&element.name);
        self.out.extend(["<", name]);
        for (name, value) in &element.attributes {
            match value {
                AttributeValue::Text(value) if &**name == "id" => self.anchor(value),
                AttributeValue::Text(value) if value.is_empty() => self.out.extend([" ", name]),
                AttributeValue::Text(value) => self.attribute(name, value),
                AttributeValue::Link(link) => {
                    if let Some(address) = self.surroundings.address(*link) {
                        self.address(name, &address);
                    }
                }
            }
        }
        self.push(">");
    }

    /// The name of an element, of headings a level lower where the chapter asks for it.
    fn lowered<'n>(&self, name: &'n str) -> &'n str {
        let lower = ["h1", "h2", "h3", "h4", "h5", "h6", "h6"];
        let at = lower[..6].iter().position(|known| *known == name).filter(|_| self.chapter.is_lower);
        at.map_or(name, |at| lower[at + 1])
    }

    fn trusted(&mut self, tag: &TrustedTag) {
        self.push(&tag.before);
        if let Some((name, link)) = &tag.address
            && let Some(address) = self.surroundings.address(*link)
        {
            self.address(name, &address);
        }
        self.push(&tag.after);
    }
}
