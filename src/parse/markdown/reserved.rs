//! Names that the theme's own parts have on a page. No text of an author gets them, whatever its heading says or its HTML asks for.

/// Anchors of the theme: of its templates, and of what its scripts put on a page. Sorted.
pub const IDS: &[&str] = &["aims", "contents", "listen", "look", "main", "pop", "search-options", "slides", "title", "transcript"];

/// Classes that raw HTML may have, as `docs/内容格式.md` tells. Sorted.
const CLASSES: &[&str] = &["al-c", "al-l", "al-r"];

/// What authors and themes agree on among themselves begins so; no part of a theme that comes with the program does.
const OWN: &str = "my-";

/// Of the classes that raw HTML asks for those that it may have.
pub fn classes(written: &str) -> String {
    let may_have = |class: &&str| CLASSES.binary_search(class).is_ok() || class.starts_with(OWN);
    written.split_whitespace().filter(may_have).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(IDS.is_sorted() && CLASSES.is_sorted());
    }

    #[test]
    fn classes_of_the_theme_are_not_for_texts() {
        assert_eq!(classes("slides panel al-c my-box  quiz\tmine"), "al-c my-box");
        assert_eq!(classes("rich_pages js_insertlocalimg"), "");
    }
}
