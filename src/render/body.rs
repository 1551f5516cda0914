//! A page's text as HTML: what its links, pictures, sizes, minutes and terms are on this site.

use std::cell::Cell;

use tera::TeraResult;

use crate::document::DocumentTree;
use crate::ground::escape::escape;
use crate::ground::path::{extension, relative};
use crate::ground::{Stamp, Stamper};
use crate::model::{Page, PageId, Resolved};
use crate::parse::Kind;

use super::glossary::Glossary;
use super::html::markup::Markup;
use super::html::{Chapter, HtmlWalk, Surroundings};
use super::render_input::{Picture, RenderInput};
use super::views::parts::{minutes, size_text};

/// Where a text is to stand.
pub struct Setting<'a> {
    /// The address of the page it stands on.
    pub from: &'a str,
    /// The anchors of the pages that stand on that page too.
    pub inside: Option<&'a dyn Fn(PageId) -> Option<String>>,
    /// Which part of that page it is.
    pub chapter: Chapter,
}

impl<'a> Setting<'a> {
    /// On a page of its own.
    pub fn alone(from: &'a str) -> Setting<'a> {
        Setting { from, inside: None, chapter: Chapter::default() }
    }
}

/// The HTML of a page's text.
///
/// # Errors
/// When a template of the theme cannot be rendered.
pub fn fill(render_input: &RenderInput, id: PageId, tree: &DocumentTree, markup: &Markup, setting: &Setting<'_>) -> TeraResult<String> {
    let page = render_input.site.page(id);
    let site = OnSite { render_input, setting, page, id, heading: Cell::new(0) };
    HtmlWalk::new(tree, &page.summary.links, &site, markup, setting.chapter.clone()).html()
}

/// What stands around the text of a page of the site.
struct OnSite<'a> {
    render_input: &'a RenderInput,
    setting: &'a Setting<'a>,
    page: &'a Page,
    id: PageId,
    /// The heading that was asked for last, in the outline: the next one mostly follows.
    heading: Cell<usize>,
}

impl Surroundings for OnSite<'_> {
    fn address(&self, link: u32) -> Option<String> {
        self.page.links.get(link as usize).and_then(|resolved| address(self.render_input, self.setting, resolved))
    }

    fn picture(&self, link: u32, in_gallery: bool, out: &mut String) {
        let alt = self.page.summary.links.get(link as usize).map_or("", |link| link.alt.as_str());
        let Some(Resolved::File(file)) = self.page.links.get(link as usize) else {
            if !alt.is_empty() {
                out.push_str(&format!("<span class=\"missing\">{}</span>", escape(alt)));
            }
            return;
        };
        match self.render_input.pictures.get(file) {
            Some(picture) => out.push_str(&picture_html(self.setting.from, picture, alt, in_gallery)),
            None => {
                let url = relative(self.setting.from, &self.render_input.site.files[*file as usize].url);
                out.push_str(&format!("<img src=\"{}\" alt=\"{}\" loading=\"lazy\">", escape(&url), escape(alt)));
            }
        }
    }

    fn file(&self, link: u32) -> Option<(String, String)> {
        let Some(Resolved::File(file)) = self.page.links.get(link as usize) else { return None };
        let entry = &self.render_input.site.files[*file as usize];
        Some((extension(&entry.path).to_ascii_uppercase(), size_text(entry.size)))
    }

    fn minutes(&self, heading: &str) -> Option<u32> {
        if self.page.kind() != Kind::Lesson {
            return None;
        }
        let outline = &self.page.summary.outline;
        let from = self.heading.get();
        let place = (from..outline.len()).chain(0..from.min(outline.len())).find(|at| outline[*at].id == heading)?;
        self.heading.set(place);
        Some(minutes(self.render_input, &self.page.summary.meta, section_words(self.page, place))).filter(|minutes| *minutes > 0)
    }

    fn glossary(&self) -> Option<&Glossary> {
        Some(&self.render_input.glossary)
    }

    fn term(&self, term: usize) -> Option<(String, &'static str)> {
        let (term, page) = &self.render_input.glossary.terms[term];
        let title = escape(&term.text);
        match page {
            // A page does not link to itself.
            Some(page) if *page == self.id => None,
            Some(page) => {
                let url = address(self.render_input, self.setting, &Resolved::Page(*page, None)).unwrap_or_default();
                Some((format!("<a class=\"term\" href=\"{}\" title=\"{title}\">", escape(&url)), "</a>"))
            }
            None => Some((format!("<dfn class=\"term\" tabindex=\"0\" title=\"{title}\">"), "</dfn>")),
        }
    }
}

/// The words of a heading's section, its lower headings included.
pub fn section_words(page: &Page, heading: usize) -> u32 {
    let outline = &page.summary.outline;
    let Some(first) = outline.get(heading) else { return 0 };
    let below = outline[heading + 1..].iter().take_while(|next| next.level > first.level);
    first.words + below.map(|next| next.words).sum::<u32>()
}

/// An `<img>` that loads late, keeps its place and takes the rendition that fits.
pub fn picture_html(from: &str, picture: &Picture, alt: &str, in_gallery: bool) -> String {
    let src = escape(&relative(from, picture.largest()));
    let mut html = format!("<img src=\"{src}\"");
    if picture.sources.len() > 1 {
        let set: Vec<String> = picture.sources.iter().map(|(url, width)| format!("{} {width}w", relative(from, url))).collect();
        let sizes = if in_gallery { "(min-width:600px) 240px,50vw" } else { "(min-width:900px) 720px,calc(100vw - 40px)" };
        html.push_str(&format!(" srcset=\"{}\" sizes=\"{sizes}\"", escape(&set.join(", "))));
    }
    html.push_str(&format!(
        " width=\"{}\" height=\"{}\" alt=\"{}\" loading=\"lazy\" decoding=\"async\">",
        picture.width,
        picture.height,
        escape(alt)
    ));
    match &picture.original {
        Some(original) => format!("<a class=\"original\" href=\"{}\">{html}</a>", escape(&relative(from, original))),
        None => html,
    }
}

/// The address of what a link leads to, from a page; `None` when it leads nowhere.
fn address(render_input: &RenderInput, setting: &Setting<'_>, resolved: &Resolved) -> Option<String> {
    let from = setting.from;
    match resolved {
        Resolved::Page(target, anchor) => {
            if let Some(chapter) = setting.inside.and_then(|inside| inside(*target)) {
                let anchor = anchor.as_deref().map(|anchor| format!("-{}", encode(anchor))).unwrap_or_default();
                return Some(format!("#{chapter}{anchor}"));
            }
            let url = relative(from, &render_input.site.page(*target).url);
            Some(match anchor {
                Some(anchor) => format!("{url}#{}", encode(anchor)),
                None => url,
            })
        }
        Resolved::Here(anchor) => Some(format!("#{}{}", setting.chapter.prefix, encode(anchor))),
        Resolved::File(file) => Some(relative(from, &super::views::parts::file_url(render_input, *file))),
        Resolved::Outside | Resolved::Nowhere => None,
    }
}

/// An anchor as part of an address: everything outside ASCII letters, digits and `-_.` percent-encoded.
pub fn encode(anchor: &str) -> String {
    crate::ground::percent::encode_anchor(anchor)
}

/// The stamp of what fills a page's holes.
pub fn stamp(render_input: &RenderInput, id: PageId) -> Stamp {
    let page = render_input.site.page(id);
    let setting = Setting::alone(&page.url);
    let mut stamper = Stamper::default();
    stamper.stamp(page.summary.body);
    for resolved in &page.links {
        match resolved {
            Resolved::File(file) => {
                stamper.value(&render_input.site.files[*file as usize].size);
                if let Some(picture) = render_input.pictures.get(file) {
                    stamper.value(picture);
                } else {
                    stamper.text(&render_input.site.files[*file as usize].url);
                }
            }
            resolved => {
                stamper.text(&address(render_input, &setting, resolved).unwrap_or_default());
            }
        }
    }
    stamper.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_encoded() {
        assert_eq!(encode("a-1_记"), "a-1_%E8%AE%B0");
    }
}
