//! The address of every file of a site, from the root of the output: pages, lists, feeds, pictures, indexes.
//!
//! Pure functions from what a thing is called to where it lies. Nobody else puts an address together, so that whoever moves
//! one finds all who use it.

use super::path::{extension, join, name, parent, slug, slug_file, stem};
use super::stamp::Stamp;

/// The home page.
pub const HOME: &str = "index.html";
/// The page of a folder.
pub const INDEX: &str = "index.html";
/// The search page.
pub const SEARCH_PAGE: &str = "search.html";
/// The reader's own page.
pub const STUDY_PAGE: &str = "study.html";
/// Questions out of the bank.
pub const PRACTICE_PAGE: &str = "practice.html";
/// All columns.
pub const MAP: &str = "map.html";
/// What a host shows for a missing page.
pub const NOT_FOUND: &str = "404.html";
/// The folder of tags.
pub const TAGS: &str = "tags";
/// The folder of categories.
pub const CATEGORIES: &str = "categories";
/// The page of all years.
pub const ARCHIVE: &str = "archive/index.html";
/// The site's feed, and the name of every other one.
pub const FEED: &str = "feed.xml";
/// The map for search engines, which needs a public address.
pub const SITEMAP: &str = "sitemap.xml";
/// Stands in an output with pages that are not to be published, so that neither an officer nor `publish` takes it for the site.
pub const DO_NOT_PUBLISH: &str = "do-not-publish.txt";
/// What search engines may read.
pub const ROBOTS: &str = "robots.txt";
/// The manifest of the search index.
pub const SEARCH_MANIFEST: &str = "search/index.js";
/// The bank of questions: the manifest of its files.
pub const STUDY_BANK: &str = "study/bank.js";
/// The list of the files of the search index, for those who keep them on the phone.
pub const STUDY_SEARCH_LIST: &str = "study/search.js";

/// Paths of generated pages, which content may not take.
pub const GENERATED: &[&str] =
    &[SEARCH_PAGE, STUDY_PAGE, PRACTICE_PAGE, MAP, NOT_FOUND, "tags/index.html", "categories/index.html", ARCHIVE];

/// Folders of files that no template makes; content may not open sections there.
pub const TAKEN_FOLDERS: &[&str] = &["search/index.html", "assets/index.html", "study/index.html"];

/// The page of a section whose pages lie in `folder`.
pub fn section(folder: &str) -> String {
    join(folder, INDEX)
}

/// A page of a section: the folder of the section, the page's own segment.
pub fn page(folder: &str, segment: &str) -> String {
    join(folder, &format!("{segment}.html"))
}

/// A page whose own address would be too long for some hosts.
pub fn shortened(url: &str, is_section: bool) -> String {
    let short = Stamp::of_bytes(url.as_bytes()).short();
    join(&join("long", &short), if is_section { INDEX } else { "page.html" })
}

/// The address of a page that another page has taken: with the lowest number behind it that is free. `tried` is the number that
/// the last of its namesakes got (1 where there was none), so that a thousand of them do not try a thousand each.
pub fn numbered(url: &str, tried: &mut u32, is_taken: impl Fn(&str) -> bool) -> String {
    let base = url.trim_end_matches(".html");
    loop {
        *tried += 1;
        let url = format!("{base}-{tried}.html");
        if !is_taken(&url) {
            return url;
        }
    }
}

/// List page `number` (from 1) of a list at `url`.
pub fn list_page(url: &str, number: u32) -> String {
    match number {
        0 | 1 => url.to_string(),
        _ => join(parent(url), &format!("page-{number}.html")),
    }
}

/// All tags (in the folder [`TAGS`]) or categories.
pub fn taxonomy(folder: &str) -> String {
    join(folder, INDEX)
}

/// One tag or category by its segment.
pub fn term(folder: &str, segment: &str) -> String {
    join(&join(folder, segment), INDEX)
}

/// One year.
pub fn year(year: i16) -> String {
    format!("archive/{year}/index.html")
}

/// The feed of the section at `url`.
pub fn feed(url: &str) -> String {
    join(parent(url), FEED)
}

/// What belongs to a page and lies beside it: its address without the ending.
fn beside(url: &str) -> &str {
    url.trim_end_matches(".html")
}

/// The calendar file of a page.
pub fn calendar(url: &str) -> String {
    format!("{}.ics", beside(url))
}

/// The QR code of a page's address.
pub fn qr_code(url: &str) -> String {
    format!("{}-qr.png", beside(url))
}

/// The sheet of a lesson, to hang up.
pub fn poster(url: &str) -> String {
    format!("{}-poster.html", beside(url))
}

/// The course at `url` as one page to print.
pub fn booklet(url: &str) -> String {
    join(parent(url), "booklet.html")
}

/// The course at `url` as one file, named so that it tells what it is wherever it is copied to.
pub fn single_file(url: &str) -> String {
    let folder = parent(url);
    join(folder, &format!("{}-single.html", name(folder)))
}

/// A style or script of the theme. Its name carries a hash of its content, so that a phone never mixes old and new.
pub fn asset(file: &str, bytes: &[u8]) -> String {
    let (stamp, plain) = (Stamp::of_bytes(bytes).short(), slug_file(name(file)));
    join("assets", &format!("{}.{stamp}.{}", stem(&plain), extension(&plain)))
}

/// A file beside pages, or of `static/`: every part of its path as any host holds it.
pub fn file(path: &str) -> String {
    let folder: Vec<String> = parent(path).split('/').filter(|part| !part.is_empty()).map(slug).collect();
    join(&folder.join("/"), &slug_file(name(path)))
}

/// A rendition of the picture at `url`.
pub fn rendition(url: &str, rendition: RenditionKind, extension: &str) -> String {
    let stem = stem(url);
    let file = match rendition {
        RenditionKind::Largest => format!("{stem}.{extension}"),
        RenditionKind::Original => format!("{stem}-original.{extension}"),
        RenditionKind::Width(width) => format!("{stem}-w{width}.{extension}"),
    };
    join(parent(url), &file)
}

/// Which rendition of a picture.
#[derive(Debug, Clone, Copy)]
pub enum RenditionKind {
    /// The largest, which has the name of the picture.
    Largest,
    /// The picture as it was.
    Original,
    /// A smaller one, by its width.
    Width(u32),
}

/// A file of the search index.
pub fn search_file(name: &str) -> String {
    format!("search/{name}.js")
}

/// The questions of one page, by a name made of their content.
pub fn questions(name: &str) -> String {
    format!("study/q/{name}.js")
}

/// Whether a file is a part of the search index or of the bank of questions.
pub fn is_index(url: &str) -> bool {
    ["search/", "study/"].iter().any(|folder| url.starts_with(folder))
}

/// Whether a file is a feed or for search engines, by its name: a page of such a name would be taken for it.
pub fn is_feed(url: &str) -> bool {
    matches!(name(url), FEED | SITEMAP | ROBOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_page_lies_beside_it() {
        assert_eq!(calendar("notices/a.html"), "notices/a.ics");
        assert_eq!(qr_code("notices/index.html"), "notices/index-qr.png");
        assert_eq!(single_file("lessons/a/index.html"), "lessons/a/a-single.html");
        assert_eq!(feed("news/index.html"), "news/feed.xml");
        assert_eq!(feed(HOME), FEED);
    }

    /// No address leaves the program that some host or system could not hold, whatever things are called.
    #[test]
    fn addresses_are_portable_whatever_things_are_called() {
        use super::super::path::check_output;
        let names = [
            "女职工支部",
            "纪律规定.PDF",
            "法律、法规（2026 年）",
            "ｃｏｎ.TXT",
            "Ünïcode",
            "ひらがな",
            "..",
            "a/b",
            "x.关于",
            "\u{202e}",
            "🎉.png",
            "ß",
        ];
        for one in names {
            for other in names {
                let (folder, file) = (slug(one), format!("{one}/{other}"));
                let own = page(&folder, &slug(other));
                let made = [asset(&file, b"x"), super::file(&file), term(TAGS, &folder), section(&folder), calendar(&own), qr_code(&own)];
                let more = [poster(&own), booklet(&own), feed(&own), single_file(&section(&folder)), own];
                for url in made.into_iter().chain(more) {
                    assert_eq!(check_output(url.trim_end_matches('.')), Ok(()), "{one}, {other}: {url}");
                }
            }
        }
    }

    #[test]
    fn lists_and_terms() {
        assert_eq!(list_page("news/index.html", 1), "news/index.html");
        assert_eq!(list_page("news/index.html", 3), "news/page-3.html");
        assert_eq!(term(TAGS, "dang-ke"), "tags/dang-ke/index.html");
        assert_eq!(rendition("a/b.jpeg", RenditionKind::Width(480), "jpg"), "a/b-w480.jpg");
    }

    #[test]
    fn generated_pages_are_where_they_are_made() {
        assert!(GENERATED.contains(&taxonomy(TAGS).as_str()) && GENERATED.contains(&taxonomy(CATEGORIES).as_str()));
        assert_eq!(numbered("a/b.html", &mut 1, |url| url == "a/b-2.html"), "a/b-3.html");
    }
}
