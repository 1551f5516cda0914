//! What may lie beside a page and go out with it.
//!
//! A file that a page links is opened on the site's own address: a web page or script among them would run there, where the
//! reader's record lies, and what a host takes for a program would run on the host. So only types that do neither go out, by a list:
//! what no host knows is sent without a type, and a browser that has to guess takes for a page what looks like one. Folders of
//! `trusted:` and `static/` belong to who keeps the site, and are not asked. Start at [`is_allowed`].

use std::borrow::Cow;

use crate::discover::{self, Source};
use crate::ground::path::extension;
use crate::ground::{Code, Diagnostic, Place};
use crate::model::Resolved;
use crate::model::files::front_files;
use crate::picture::svg;
use crate::render::RenderInput;

/// Types that every host serves, with which a browser does nothing but show or keep them.
const KNOWN: &[&str] = &[
    "bmp", "csv", "doc", "docx", "gif", "ico", "jpeg", "jpg", "m4a", "mp3", "mp4", "pdf", "png", "ppt", "pptx", "rtf", "txt", "wav", "xls",
    "xlsx", "zip",
];

/// Types of documents, packages, sound and pictures that some host does not know: these are looked into, since a browser may have
/// to guess what they are.
const GUESSED: &[&str] = &[
    "3gp", "7z", "aac", "ai", "amr", "avi", "avif", "azw3", "bib", "bz2", "caj", "ceb", "cebx", "dps", "dpt", "dwg", "dxf", "eps", "epub",
    "et", "ett", "flac", "flv", "heic", "ics", "json", "key", "lrc", "m4v", "md", "mid", "mkv", "mmap", "mobi", "mov", "mpeg", "mpg",
    "mpp", "numbers", "odp", "ods", "odt", "ofd", "ogg", "opus", "pages", "parquet", "pps", "ppsx", "ps", "psd", "rar", "rp", "srt", "tar",
    "tex", "tif", "tiff", "tsv", "vcf", "vsd", "vsdx", "vtt", "webm", "webp", "wma", "wmv", "wps", "wpt", "xmind", "xps", "xz", "zipx",
];

/// Types that a browser runs, or shows as a page of the site.
const PAGES: &[&str] = &[
    "appcache",
    "atom",
    "cjs",
    "css",
    "eml",
    "hta",
    "htc",
    "htm",
    "html",
    "jar",
    "jnlp",
    "js",
    "jsm",
    "manifest",
    "mathml",
    "mht",
    "mhtml",
    "mjs",
    "mml",
    "rdf",
    "rss",
    "svgz",
    "swf",
    "url",
    "vbs",
    "wasm",
    "webmanifest",
    "website",
    "wsdl",
    "xap",
    "xbl",
    "xht",
    "xhtml",
    "xml",
    "xpi",
    "xsd",
    "xsl",
    "xslt",
    "xul",
];

/// Types that a host may take for a program.
const PROGRAMS: &[&str] = &[
    "action", "asa", "asax", "ascx", "ashx", "asmx", "asp", "aspx", "bat", "cdx", "cer", "cfc", "cfm", "cfml", "cgi", "cmd", "com",
    "config", "dll", "do", "erb", "exe", "fcgi", "htr", "idc", "inc", "jhtml", "jsp", "jspf", "jspx", "jsv", "jsw", "lua", "phar", "php",
    "php3", "php4", "php5", "php7", "php8", "phps", "pht", "phtml", "pl", "pm", "ps1", "py", "pyc", "rb", "rhtml", "sh", "shtm", "shtml",
    "stm", "tcl", "vbscript",
];

/// How far a browser looks when it guesses.
const GUESS: usize = 1500;

/// What is done with a file on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It goes out as it is.
    Plain,
    /// It is looked into first.
    Look,
    /// It is a drawing and is written anew.
    Draw,
    /// It does not go out; why, as an id of the catalogue.
    Refuse(&'static str),
}

/// By the name that a host and a browser will see.
fn way(url: &str) -> Way {
    let kind = extension(url).to_ascii_lowercase();
    let is = |list: &[&str]| list.binary_search(&kind.as_str()).is_ok();
    match () {
        () if is(KNOWN) => Way::Plain,
        () if is(GUESSED) => Way::Look,
        () if kind == "svg" => Way::Draw,
        () if is(PAGES) => Way::Refuse("@acts-page"),
        () if is(PROGRAMS) => Way::Refuse("@acts-host"),
        () => Way::Refuse("@acts-unknown"),
    }
}

/// The way of one file of the site.
fn way_of(render_input: &RenderInput, file: usize) -> Way {
    let entry = &render_input.site.files[file];
    match entry.is_static || render_input.config.trusts(&entry.path) {
        true => Way::Plain,
        false => way(&entry.url),
    }
}

/// Whether a file may go out by what its name says, and a drawing by what it holds; if not, that is told where a page names it.
pub fn is_allowed(render_input: &RenderInput, sources: &[Source], file: u32, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let refusal = match way_of(render_input, file as usize) {
        Way::Refuse(reason) => Some(refused(render_input, file, reason)),
        Way::Draw => bytes(render_input, sources, file as usize).err(),
        // Recordings are large, and looked into when they go out.
        Way::Plain | Way::Look => None,
    };
    let is_allowed = refusal.is_none();
    diagnostics.extend(refusal);
    is_allowed
}

/// Whether a file goes out otherwise than it lies there, or not before it was looked into.
pub fn is_looked_into(render_input: &RenderInput, file: usize) -> bool {
    way_of(render_input, file) != Way::Plain
}

/// The bytes of a file as it goes out.
///
/// # Errors
/// When it cannot be read, or holds what its name does not say.
pub fn bytes(render_input: &RenderInput, sources: &[Source], file: usize) -> Result<Vec<u8>, Diagnostic> {
    let bytes = discover::read_bytes(&sources[file])?;
    let at = u32::try_from(file).expect("fewer than four thousand million files");
    match way_of(render_input, file) {
        Way::Draw => svg::clean(&bytes).map_err(|what| {
            Diagnostic::new(Code::SvgRefused, place_of(render_input, at))
                .arg("target", &render_input.site.files[file].path)
                .arg("what", what)
        }),
        Way::Look if looks_like_a_page(&bytes) => Err(refused(render_input, at, "@acts-content")),
        Way::Refuse(reason) => Err(refused(render_input, at, reason)),
        Way::Plain | Way::Look => Ok(bytes),
    }
}

fn refused(render_input: &RenderInput, file: u32, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::AttachmentActs, place_of(render_input, file))
        .arg("target", &render_input.site.files[file as usize].path)
        .arg("reason", reason)
}

/// Whether a browser that has to guess may take these bytes for a page.
fn looks_like_a_page(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(GUESS)];
    // Bytes that say UTF-16 make it text of another kind, which old browsers guess as well.
    let head: Cow<'_, str> = String::from_utf8_lossy(head);
    let plain: String = head.chars().filter(|c| *c != '\0').collect::<String>().to_ascii_lowercase();
    let start = plain.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}' || c == '\u{fffd}');
    start.starts_with('<') || ["<!doctype html", "<html", "<script", "<svg", "<body", "<iframe"].iter().any(|tag| plain.contains(tag))
}

/// The first place at which a page names a file.
fn place_of(render_input: &RenderInput, file: u32) -> Place {
    let named = render_input.site.pages.iter().find_map(|page| {
        let in_text = || {
            let at = page.links.iter().position(|link| *link == Resolved::File(file))?;
            Some(Place::at(page.summary.file.as_str(), page.summary.links[at].span))
        };
        let in_front = || {
            let at = page.files.iter().position(|named| *named == Some(file))?;
            Some(front_files(&page.summary.meta).get(at)?.place.clone())
        };
        in_text().or_else(in_front)
    });
    named.unwrap_or_else(|| Place::file(format!("content/{}", render_input.site.files[file as usize].path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_media_type() {
        for extension in KNOWN.iter().chain(GUESSED) {
            assert!(crate::ground::media::of_extension(extension).is_some(), "{extension}");
        }
    }

    #[test]
    fn the_lists_are_sorted_and_apart() {
        let lists = [KNOWN, GUESSED, PAGES, PROGRAMS];
        assert!(lists.iter().all(|list| list.is_sorted()));
        let all: Vec<&str> = lists.concat();
        let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(unique.len(), all.len());
    }

    #[test]
    fn what_is_not_on_a_list_does_not_go_out() {
        for url in ["a.html", "a.HTM", "a.xhtml", "a.svgz", "a.js", "a.mjs", "a.wasm", "a.mht"] {
            assert_eq!(way(url), Way::Refuse("@acts-page"), "{url}");
        }
        for url in ["a.php", "a.php5", "a.phtml", "a.jsp", "a.aspx", "a.shtml", "a.cgi", "web.config"] {
            assert_eq!(way(url), Way::Refuse("@acts-host"), "{url}");
        }
        for url in ["a", "a.", "a.gz", "a.tgz", "a.html-old", "a.xyz", "a.htaccess"] {
            assert_eq!(way(url), Way::Refuse("@acts-unknown"), "{url}");
        }
        assert_eq!((way("a.pdf"), way("a.ofd"), way("a.svg")), (Way::Plain, Way::Look, Way::Draw));
    }

    #[test]
    fn what_browsers_guess_to_be_a_page() {
        for page in [
            &b"<html>"[..],
            b" \n\t<!-- x -->",
            b"\xef\xbb\xbf<p>",
            b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0",
            b"PK\x03\x04 <SCRIPT src=x>",
            b"# a\n<iframe src=x>",
        ] {
            assert!(looks_like_a_page(page), "{}", String::from_utf8_lossy(page));
        }
        for other in [&b"PK\x03\x04"[..], b"{\"a\": 1}", b"\x89PNG", "# 标题\n<u>甲</u>".as_bytes(), b""] {
            assert!(!looks_like_a_page(other), "{}", String::from_utf8_lossy(other));
        }
    }
}
