//! A page's text as HTML: what its links, pictures, sizes, minutes and terms are on this site.

use std::cell::Cell;

use tera::TeraResult;

use crate::document::DocumentTree;
use crate::ground::path::{extension, relative};
use crate::ground::{Stamp, Stamper};
use crate::model::{Page, PageId, Resolved};
use crate::parse::Kind;

use super::embedded::{EmbeddedFiles, public_address};
use super::glossary::Glossary;
use super::html::markup::Markup;
use super::html::{Chapter, HtmlWalk, PictureFile, PictureView, Surroundings, TermMark};
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
    /// What that page carries in itself, if it is to be opened alone.
    pub embedded: Option<&'a dyn EmbeddedFiles>,
}

impl<'a> Setting<'a> {
    /// On a page of its own.
    pub fn alone(from: &'a str) -> Setting<'a> {
        Setting { from, inside: None, chapter: Chapter::default(), embedded: None }
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

    fn picture(&self, link: u32) -> PictureView {
        let Some(Resolved::File(file)) = self.page.links.get(link as usize) else { return PictureView::Missing };
        let url = &self.render_input.site.files[*file as usize].url;
        let picture = self.render_input.pictures.get(file);
        let Some(embedded) = self.setting.embedded else {
            return PictureView::There(match picture {
                Some(picture) => renditions(self.setting.from, picture),
                None => PictureFile { src: relative(self.setting.from, url), ..PictureFile::default() },
            });
        };
        let url = picture.map_or(&**url, Picture::largest);
        let Some(src) = embedded.picture(url).or_else(|| public_address(self.render_input, url)) else { return PictureView::Missing };
        PictureView::There(PictureFile {
            src,
            srcset: String::new(),
            size: picture.map(|picture| (picture.width, picture.height)),
            original: picture
                .and_then(|picture| picture.original.as_deref())
                .and_then(|original| public_address(self.render_input, original))
                .unwrap_or_default(),
        })
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

    fn term(&self, term: usize) -> Option<TermMark> {
        let (term, page) = &self.render_input.glossary.terms[term];
        let href = match page {
            // A page does not link to itself.
            Some(page) if *page == self.id => return None,
            Some(page) => address(self.render_input, self.setting, &Resolved::Page(*page, None)),
            None => None,
        };
        Some(TermMark { title: term.text.clone(), href })
    }
}

/// The words of a heading's section, its lower headings included.
pub fn section_words(page: &Page, heading: usize) -> u32 {
    let outline = &page.summary.outline;
    let Some(first) = outline.get(heading) else { return 0 };
    let below = outline[heading + 1..].iter().take_while(|next| next.level > first.level);
    first.words + below.map(|next| next.words).sum::<u32>()
}

/// The files of a picture, from a page.
fn renditions(from: &str, picture: &Picture) -> PictureFile {
    let set = || {
        let set: Vec<String> = picture.sources.iter().map(|(url, width)| format!("{} {width}w", relative(from, url))).collect();
        set.join(", ")
    };
    PictureFile {
        src: relative(from, picture.largest()),
        srcset: if picture.sources.len() > 1 { set() } else { String::new() },
        size: Some((picture.width, picture.height)),
        original: picture.original.as_deref().map(|original| relative(from, original)).unwrap_or_default(),
    }
}

/// The address of what a link leads to, from a page; `None` when it leads nowhere.
fn address(render_input: &RenderInput, setting: &Setting<'_>, resolved: &Resolved) -> Option<String> {
    let lead = |url: &str| match setting.embedded {
        Some(_) => public_address(render_input, url),
        None => Some(relative(setting.from, url)),
    };
    match resolved {
        Resolved::Page(target, anchor) => {
            if let Some(chapter) = setting.inside.and_then(|inside| inside(*target)) {
                let anchor = anchor.as_deref().map(|anchor| format!("-{}", encode(anchor))).unwrap_or_default();
                return Some(format!("#{chapter}{anchor}"));
            }
            let url = lead(&render_input.site.page(*target).url)?;
            Some(match anchor {
                Some(anchor) => format!("{url}#{}", encode(anchor)),
                None => url,
            })
        }
        Resolved::Here(anchor) => Some(format!("#{}{}", setting.chapter.prefix, encode(anchor))),
        Resolved::File(file) => lead(&super::views::parts::file_url(render_input, *file)),
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
