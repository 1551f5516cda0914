//! In which order files go up, so that what a page refers to is there before the page.

use crate::ground::routes;

use super::record::Published;
use crate::ground::RelPath;

/// One file to bring up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadItem {
    /// Path on the target, as in the output.
    pub path: RelPath,
    /// What it will hold.
    pub file: Published,
    /// Whether the target has another file of this name, which readers see until this one is there.
    pub replaces: bool,
}

/// What goes up together, first to last. Between two of them all connections wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Styles, scripts, pictures, files: nothing of the site refers to them yet, or they are as good as those before.
    Assets,
    /// Shards of the search index and of the bank of questions.
    Shards,
    /// The manifests of the shards.
    Manifests,
    /// Pages that readers cannot reach yet; where they link to each other, no reader is in between.
    NewPages,
    /// Pages that changed: what is new is there for them.
    Pages,
    /// Lists, by how deep they lie: 255 minus their depth, so that the deepest come first.
    Lists(u8),
    /// Feeds and the map for search engines name pages of all kinds.
    Feeds,
    /// The home page.
    LocalPublishState,
}

/// The phase of a file.
pub fn phase(item: &UploadItem) -> Phase {
    let path = item.path.as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_page = matches!(name.rsplit_once('.'), Some((_, "html" | "htm")));
    match path {
        routes::HOME => Phase::LocalPublishState,
        _ if is_page && !item.replaces => Phase::NewPages,
        _ if is_page && name.starts_with("index") => Phase::Lists(u8::MAX - u8::try_from(path.matches('/').count()).unwrap_or(u8::MAX)),
        _ if is_page => Phase::Pages,
        routes::SEARCH_MANIFEST | routes::STUDY_BANK | routes::STUDY_SEARCH_LIST => Phase::Manifests,
        _ if routes::is_index(path) => Phase::Shards,
        _ if routes::is_feed(path) => Phase::Feeds,
        _ => Phase::Assets,
    }
}

/// Whether pages that a reader has open may still ask for a file that the site has no more: its name tells its content,
/// or it belongs to an index that was read before. A page, a picture or an attachment that was taken out goes at once.
pub fn is_kept(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let hashed = name.split(['.', '-']).any(|part| part.len() == 10 && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    let program = matches!(name.rsplit_once('.'), Some((_, "css" | "js")));
    program && (hashed || routes::is_index(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::Stamp;

    #[test]
    fn what_is_referred_to_goes_first() {
        let item =
            |path: &str, replaces| UploadItem { path: RelPath::own(path), file: Published { stamp: Stamp::default(), size: 0 }, replaces };
        let ordered = [
            item("assets/a.0123456789.css", false),
            item("search/terms/x.js", true),
            item("study/q/3532e1580c.js", true),
            item("search/index.js", true),
            item("study/bank.js", true),
            item("study/search.js", true),
            item("news/new.html", false),
            item("news/old.html", true),
            item("news/2026/index.html", true),
            item("news/index.html", true),
            item("feed.xml", true),
            item("index.html", true),
        ];
        assert!(ordered.iter().map(phase).is_sorted(), "{:?}", ordered.iter().map(phase).collect::<Vec<_>>());
        assert_eq!(phase(&item("index.html", false)), Phase::LocalPublishState, "also the first time");
    }

    #[test]
    fn open_pages_keep_their_scripts_and_nothing_else() {
        for kept in ["assets/home.253025fc99.js", "study/q/3532e1580c.js", "search/terms/00qxf.js"] {
            assert!(is_kept(kept), "{kept}");
        }
        for gone in ["news/a.html", "news/xiao-men-w480.jpg", "policies/biao.docx", "my-script.js"] {
            assert!(!is_kept(gone), "{gone}");
        }
    }
}
