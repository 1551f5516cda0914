//! Fills the holes of a page's HTML: links, pictures, sizes, minutes, glossary terms.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::ground::path::{extension, relative};
use crate::ground::{Stamp, Stamper};
use crate::model::{Page, PageId, Resolved, Site};
use crate::parse::Body;
use crate::parse::Kind;
use crate::parse::body::HoleKind;
use crate::parse::glossary::Term;

use super::view::{minutes, size_text};
use super::world::{Picture, World};

/// The terms to link, ready to be found.
#[derive(Debug)]
pub struct Glossary {
    terms: Vec<(Term, Option<PageId>)>,
    /// Which term each pattern stands for.
    of_pattern: Vec<usize>,
    finder: Option<AhoCorasick>,
    /// Stamp of all terms.
    pub stamp: Stamp,
}

impl Glossary {
    /// Makes a finder of the terms and their other spellings.
    pub fn new(terms: &[(Term, Option<PageId>)], site: &Site) -> Glossary {
        let mut patterns = Vec::new();
        let mut of_pattern = Vec::new();
        let mut stamper = Stamper::default();
        for (at, (term, page)) in terms.iter().enumerate() {
            // The address and not the number of the page, which moves when a page before it comes or goes.
            let url = page.map(|page| site.page(page).url.as_str()).unwrap_or_default();
            stamper.text(&term.term).value(&term.aliases).text(&term.text).text(url);
            for name in std::iter::once(&term.term).chain(&term.aliases) {
                if name.is_empty() {
                    continue;
                }
                // The text it is looked for in is HTML already.
                patterns.push(escape(name));
                of_pattern.push(at);
            }
        }
        let finder = match patterns.is_empty() {
            true => None,
            // A set of words that is too large for the finder leaves pages without links, which is no reason to fail.
            false => AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).ok(),
        };
        Glossary { terms: terms.to_vec(), of_pattern, finder, stamp: stamper.finish() }
    }
}

/// Escapes a text for HTML, attributes included.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Where a text is to stand.
pub struct Setting<'a> {
    /// The address of the page it stands on.
    pub from: &'a str,
    /// The anchors of the pages that stand on that page too.
    pub inside: Option<&'a dyn Fn(PageId) -> Option<String>>,
}

/// The HTML of a page's text.
pub fn fill(world: &World, id: PageId, body: &Body, setting: &Setting<'_>) -> String {
    let page = world.site.page(id);
    let mut filler = Filler {
        world,
        setting,
        page,
        id,
        body,
        out: String::with_capacity(body.html.len() * 9 / 8),
        at: 0,
        next_prose: 0,
        used: Vec::new(),
        gallery: false,
        looked: 0,
    };
    for hole in &body.holes {
        filler.copy_to(hole.at as usize);
        filler.hole(hole.kind);
    }
    filler.copy_to(body.html.len());
    filler.out
}

struct Filler<'a> {
    world: &'a World,
    setting: &'a Setting<'a>,
    page: &'a Page,
    id: PageId,
    body: &'a Body,
    out: String,
    at: usize,
    next_prose: usize,
    /// Terms that were linked on this page.
    used: Vec<usize>,
    /// Whether a gallery was open at `looked`.
    gallery: bool,
    looked: usize,
}

impl Filler<'_> {
    /// Copies the HTML up to `end`, linking terms in the running text.
    fn copy_to(&mut self, end: usize) {
        let html = &self.body.html;
        while let Some((start, stop)) = self.body.prose.get(self.next_prose).map(|(a, b)| (*a as usize, *b as usize)) {
            if start >= end {
                break;
            }
            // A stretch that a hole cuts is linked up to the hole and goes on behind it.
            let (from, to) = (start.max(self.at), stop.min(end));
            self.out.push_str(&html[self.at..from]);
            self.prose(from, to);
            self.at = to;
            if stop > end {
                break;
            }
            self.next_prose += 1;
        }
        if self.at < end {
            self.out.push_str(&html[self.at..end]);
            self.at = end;
        }
    }

    fn prose(&mut self, from: usize, to: usize) {
        let text = &self.body.html[from..to];
        let Some(finder) = &self.world.glossary.finder else {
            self.out.push_str(text);
            return;
        };
        let mut at = 0;
        for hit in finder.find_iter(text) {
            let term_at = self.world.glossary.of_pattern[hit.pattern().as_usize()];
            let (term, page) = &self.world.glossary.terms[term_at];
            if self.used.contains(&term_at) || *page == Some(self.id) || splits_word(text, hit.start(), hit.end()) {
                continue;
            }
            self.used.push(term_at);
            self.out.push_str(&text[at..hit.start()]);
            let title = escape(&term.text);
            let word = &text[hit.start()..hit.end()];
            match page {
                Some(page) => {
                    let url = address(self.world, self.setting, &Resolved::Page(*page, None)).unwrap_or_default();
                    self.out.push_str(&format!("<a class=\"term\" href=\"{}\" title=\"{title}\">{word}</a>", escape(&url)));
                }
                None => self.out.push_str(&format!("<dfn class=\"term\" tabindex=\"0\" title=\"{title}\">{word}</dfn>")),
            }
            at = hit.end();
        }
        self.out.push_str(&text[at..]);
    }

    fn hole(&mut self, kind: HoleKind) {
        match kind {
            HoleKind::Url(link) => self.url(link as usize),
            HoleKind::Picture(link) => self.picture(link as usize),
            HoleKind::Size(link) => {
                if let Some(Resolved::File(file)) = self.page.links.get(link as usize) {
                    let entry = &self.world.site.files[*file as usize];
                    let kind = extension(&entry.path).to_ascii_uppercase();
                    self.out.push_str(&format!("<small>{kind}，{}</small>", size_text(entry.size)));
                }
            }
            HoleKind::Minutes(heading) => self.minutes(heading as usize),
        }
    }

    fn url(&mut self, link: usize) {
        let url = self.page.links.get(link).and_then(|resolved| address(self.world, self.setting, resolved));
        match url {
            Some(url) => self.out.push_str(&escape(&url)),
            // Without an address the attribute goes, so that nothing invites a touch that leads nowhere.
            None => {
                for attribute in [" href=\"", " src=\""] {
                    if self.out.ends_with(attribute) {
                        self.out.truncate(self.out.len() - attribute.len());
                        self.at += usize::from(self.body.html[self.at..].starts_with('"'));
                        break;
                    }
                }
            }
        }
    }

    fn picture(&mut self, link: usize) {
        let alt = self.body_link_alt(link);
        let Some(Resolved::File(file)) = self.page.links.get(link) else {
            if !alt.is_empty() {
                self.out.push_str(&format!("<span class=\"missing\">{}</span>", escape(&alt)));
            }
            return;
        };
        let in_gallery = self.in_gallery();
        let html = match self.world.pictures.get(file) {
            Some(picture) => picture_html(self.setting.from, picture, &alt, in_gallery),
            None => {
                let url = relative(self.setting.from, &self.world.site.files[*file as usize].url);
                format!("<img src=\"{}\" alt=\"{}\" loading=\"lazy\">", escape(&url), escape(&alt))
            }
        };
        self.out.push_str(&html);
    }

    /// Whether the picture to come stands in a gallery, where it is a third of the column wide.
    fn in_gallery(&mut self) -> bool {
        // Only what was written since the last picture is looked at: a page may have ten thousand.
        let fresh = &self.out[self.looked..];
        match (fresh.rfind("<div class=\"gallery\">"), fresh.rfind("</div>")) {
            (Some(opened), closed) => self.gallery = closed.is_none_or(|closed| closed < opened),
            (None, Some(_)) => self.gallery = false,
            (None, None) => {}
        }
        self.looked = self.out.len();
        self.gallery
    }

    fn body_link_alt(&self, link: usize) -> String {
        self.page.head.links.get(link).map(|link| link.alt.clone()).unwrap_or_default()
    }

    fn minutes(&mut self, heading: usize) {
        if self.page.kind() != Kind::Lesson {
            return;
        }
        let minutes = minutes(self.world, &self.page.head.meta, section_words(self.page, heading));
        if minutes > 0 {
            self.out.push_str(&format!("<small class=\"mins\">{minutes} 分钟</small>"));
        }
    }
}

/// Whether a match is a part of a longer Latin word or number.
fn splits_word(text: &str, start: usize, end: usize) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let cut = |before: Option<char>, after: Option<char>| before.is_some_and(is_word) && after.is_some_and(is_word);
    cut(text[..start].chars().next_back(), text[start..].chars().next()) || cut(text[..end].chars().next_back(), text[end..].chars().next())
}

/// The words of a heading's section, its lower headings included.
pub fn section_words(page: &Page, heading: usize) -> u32 {
    let outline = &page.head.outline;
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
fn address(world: &World, setting: &Setting<'_>, resolved: &Resolved) -> Option<String> {
    let from = setting.from;
    match resolved {
        Resolved::Page(target, anchor) => {
            if let Some(chapter) = setting.inside.and_then(|inside| inside(*target)) {
                let anchor = anchor.as_deref().map(|anchor| format!("-{}", encode(anchor))).unwrap_or_default();
                return Some(format!("{}#{chapter}{anchor}", relative(from, from)));
            }
            let url = relative(from, &world.site.page(*target).url);
            Some(match anchor {
                Some(anchor) => format!("{url}#{}", encode(anchor)),
                None => url,
            })
        }
        Resolved::Here(anchor) => Some(format!("#{}", encode(anchor))),
        Resolved::File(file) => Some(relative(from, &super::view::file_url(world, *file))),
        Resolved::Outside | Resolved::Nowhere => None,
    }
}

/// An anchor as part of an address: everything outside ASCII letters, digits and `-_.` percent-encoded.
pub fn encode(anchor: &str) -> String {
    crate::ground::percent::encode_anchor(anchor)
}

/// The stamp of what fills a page's holes.
pub fn stamp(world: &World, id: PageId) -> Stamp {
    let page = world.site.page(id);
    let setting = Setting { from: &page.url, inside: None };
    let mut stamper = Stamper::default();
    stamper.stamp(page.head.body);
    for resolved in &page.links {
        match resolved {
            Resolved::File(file) => {
                stamper.value(&world.site.files[*file as usize].size);
                if let Some(picture) = world.pictures.get(file) {
                    stamper.value(picture);
                } else {
                    stamper.text(&world.site.files[*file as usize].url);
                }
            }
            resolved => {
                stamper.text(&address(world, &setting, resolved).unwrap_or_default());
            }
        }
    }
    stamper.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_terms_are_whole_words() {
        assert!(splits_word("HTMLX", 0, 4));
        assert!(!splits_word("用HTML写", 3, 7));
    }

    #[test]
    fn anchors_are_encoded() {
        assert_eq!(encode("a-1_记"), "a-1_%E8%AE%B0");
    }
}
