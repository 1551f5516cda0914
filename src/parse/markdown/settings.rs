//! What the parser is told besides the text.

/// What may differ from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings<'a> {
    /// Raw HTML stays as it is.
    pub trusted: bool,
    /// `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// The page's title, where its front matter has one: a first heading of level 1 that says the same is not shown twice.
    pub title: Option<&'a str>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings { trusted: false, math: true, title: None }
    }
}

/// Colours code. The caller remembers results: the same block stands on many pages, and in every build.
pub trait Highlight: Sync {
    /// The inner HTML of `<code>`; `None` leaves the code plain.
    fn highlight(&self, language: &str, code: &str) -> Option<String>;
}

/// Leaves all code plain.
pub struct Plain;

impl Highlight for Plain {
    fn highlight(&self, _: &str, _: &str) -> Option<String> {
        None
    }
}
