//! What stands within a line, and raw HTML.

use crate::document::{AttributeValue, Element, Inline, InlineKind, LinkKind, TrustedTag, link};
use crate::ground::escape::{escape_raw_text, escaped, escaped_attribute};

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
                InlineKind::Formula(_) if is_flow && HtmlWalk::is_displayed(inline) => self.formula(inline, "div"),
                InlineKind::Formula(_) if HtmlWalk::is_displayed(inline) => self.formula(inline, "span"),
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
            InlineKind::Formula(_) => self.formula(inline, ""),
            InlineKind::Emphasis(inlines) => self.marked("<em>", inlines, "</em>"),
            InlineKind::Strong(inlines) => self.marked("<strong>", inlines, "</strong>"),
            InlineKind::Strikeout(inlines) => self.marked("<del>", inlines, "</del>"),
            InlineKind::Link(link) => self.link(link.link, &link.title, |walk| walk.inlines(&link.inlines, false)),
            InlineKind::Picture { link, .. } => self.picture(*link),
            InlineKind::FootnoteReference { footnote, reference } => self.footnote_reference(*footnote as usize, *reference),
            InlineKind::Gap(_) => self.push("<span class=\"quiz-gap\">____</span>"),
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

    fn formula(&mut self, inline: &Inline, around: &str) {
        let InlineKind::Formula(formula) = &inline.kind else { return };
        self.settle();
        if formula.display {
            self.out.extend(["<", around, " class=\"math-block\">"]);
        }
        match &formula.mathml {
            Some(mathml) => self.push(mathml),
            None => {
                self.push("<code class=\"math\">");
                self.push(&escaped(&formula.words));
                self.push("</code>");
            }
        }
        if formula.display {
            self.out.extend(["</", around, ">"]);
        }
    }

    fn marked(&mut self, open: &str, inlines: &[Inline], close: &str) {
        self.push(open);
        self.inlines(inlines, false);
        self.push(close);
    }

    /// Writes a link around what `content` writes.
    fn link(&mut self, index: u32, title: &str, content: impl Fn(&mut Self)) {
        let is_attachment = self.links.get(index as usize).is_some_and(|link| link.is_attachment());
        if !is_attachment {
            self.open_link(index, title);
            self.quietly(content);
            return self.push("</a>");
        }
        let href = self.surroundings.address(index).map(|href| escape(&href));
        let file = self.surroundings.file(index);
        let template = self.markup.attachment(href.is_some(), !title.is_empty(), file.is_some());
        let (kind, size) = file.unwrap_or_default();
        let slots = [
            ("href", href.as_deref().unwrap_or_default()),
            ("title", &escaped_attribute(title)),
            ("type", &escaped(&kind)),
            ("size", &escaped(&size)),
        ];
        self.quietly(|walk| walk.template(template, &slots, content));
    }

    /// Begins a link that is no attachment, or that raw HTML makes.
    fn open_link(&mut self, index: u32, title: &str) {
        let link = self.links.get(index as usize);
        if let Some(link) = link.filter(|link| link.kind == LinkKind::External) {
            self.push(if link.is_site() { "<a class=\"external\"" } else { "<a" });
            self.attribute("href", &link.address());
            self.push(if link.is_site() { " rel=\"noopener\"" } else { "" });
        } else {
            self.push(if link.is_some_and(|link| link.is_attachment()) { "<a class=\"attachment\"" } else { "<a" });
            // Without an address there is no attribute, so that nothing invites a touch that leads nowhere.
            if let Some(href) = self.surroundings.address(index) {
                self.address("href", &href);
            }
        }
        if !title.is_empty() {
            self.attribute("title", title);
        }
        self.push(">");
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
            return self.surroundings.picture(index, self.galleries > 0, &mut self.out);
        };
        let src = self.surroundings.address(index).map(|src| escape(&src));
        let template = self.markup.player(player, src.is_some(), !link.alt.is_empty());
        let label = escaped_attribute(&link.alt);
        self.template(template, &[("src", src.as_deref().unwrap_or_default()), ("label", &label)], |_| ());
    }

    fn footnote_reference(&mut self, index: usize, reference: Option<u32>) {
        let Some(note) = self.tree.footnotes.get(index) else { return };
        let prefix = &self.chapter.prefix;
        let number = note.number;
        let html = match reference.and_then(|at| note.references.get(at as usize)) {
            Some(from) => {
                let (from, to) = (escaped_attribute(&format!("{prefix}{from}")), escaped_attribute(&format!("{prefix}{}", note.id)));
                format!("<sup class=\"footnote-ref\"><a id=\"{from}\" href=\"#{to}\">{number}</a></sup>")
            }
            None => format!("<sup class=\"footnote-ref\">{number}</sup>"),
        };
        self.push(&html);
    }

    /// Writes an element of raw HTML.
    pub(super) fn element(&mut self, element: &Element) {
        match element.link("href").filter(|_| &*element.name == "a") {
            Some(link) => self.open_link(link, element.text("title").unwrap_or_default()),
            None => self.open_element(element),
        }
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
