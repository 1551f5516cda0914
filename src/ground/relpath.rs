//! Paths that others wrote: text until [`RelPath::parse`] has made a path of it.

use std::borrow::Borrow;
use std::fmt;
use std::path::{Path, PathBuf};

use super::path::is_reserved_name;

/// The longest path in bytes: more than any site has, and less than what systems and protocols stumble over.
const MAX_LENGTH: usize = 1024;

/// The longest segment in bytes, which is what file systems hold.
const MAX_SEGMENT: usize = 255;

/// The most segments: folders in each other cost a step each at every look.
const MAX_DEPTH: usize = 32;

/// A path below a folder, wherever its text came from: it leads nowhere else on any system, and names a file or folder
/// that each of them can hold.
///
/// There is one way to make one, so that what was read from a file, a host, an archive or a browser cannot reach disk
/// or wire unseen. The rules are the same on every system: a site that is built on Linux may be published to Windows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Box<str>);

/// Why a text is no [`RelPath`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRelPath {
    /// An empty path or segment: `a//b`, a slash in front (a root, a share) or behind.
    Empty,
    /// `.` or `..`.
    Dots,
    /// A character that no file name may hold everywhere: `\`, `:` (drives and streams), `<>"|?*`, a control character,
    /// one that changes the direction of writing.
    Character(char),
    /// A name that Windows keeps for a device: `con`, `nul.txt`, `COM1`.
    Reserved,
    /// A segment that ends in a dot or a blank, which Windows drops; or begins with a blank.
    Edge,
    /// Longer or deeper than any path of a site.
    TooLong,
}

impl RelPath {
    /// Makes a path of a text that somebody else wrote.
    pub fn parse(text: &str) -> Result<RelPath, BadRelPath> {
        if text.len() > MAX_LENGTH || text.bytes().filter(|byte| *byte == b'/').count() >= MAX_DEPTH {
            return Err(BadRelPath::TooLong);
        }
        text.split('/').try_for_each(check_segment)?;
        Ok(RelPath(text.into()))
    }

    /// A path that this program makes itself.
    ///
    /// # Panics
    /// When it is none: that is a fault in the program.
    pub fn own(text: &str) -> RelPath {
        RelPath::parse(text).expect("the program's own names are paths")
    }

    /// As text, with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, outermost first; at least one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The folder that the path stands in (empty when that is the root), and its last segment.
    pub fn split(&self) -> (&str, &str) {
        self.0.rsplit_once('/').unwrap_or(("", &self.0))
    }

    /// The folders that the path stands in, outermost first; none at the root.
    pub fn folders(&self) -> impl DoubleEndedIterator<Item = RelPath> {
        self.0.match_indices('/').map(|(slash, _)| RelPath(self.0[..slash].into()))
    }

    /// The path of an entry in this folder.
    pub fn join(&self, rest: &str) -> Result<RelPath, BadRelPath> {
        RelPath::parse(&format!("{self}/{rest}"))
    }

    /// The place below a folder. Segment by segment, because `\\?\` paths on Windows know no `/`.
    pub fn below(&self, folder: &Path) -> PathBuf {
        let mut place = folder.to_path_buf();
        place.extend(self.segments());
        place
    }
}

fn check_segment(segment: &str) -> Result<(), BadRelPath> {
    match segment {
        "" => return Err(BadRelPath::Empty),
        "." | ".." => return Err(BadRelPath::Dots),
        _ => {}
    }
    if segment.len() > MAX_SEGMENT {
        return Err(BadRelPath::TooLong);
    }
    if let Some(bad) = segment.chars().find(|c| is_forbidden(*c)) {
        return Err(BadRelPath::Character(bad));
    }
    if segment.ends_with(['.', ' ']) || segment.starts_with(' ') {
        return Err(BadRelPath::Edge);
    }
    match is_reserved_name(segment) {
        true => Err(BadRelPath::Reserved),
        false => Ok(()),
    }
}

fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

// Both compare as their texts do.
impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RelPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_site_are_paths() {
        for good in
            ["index.html", "news/2026 年.html", "附件/通知（二）.docx", ".studyhall-lock", "a/.htaccess", "a b/c", "con-x/com", "..a/b.."]
        {
            let made = RelPath::parse(good);
            match good.ends_with('.') {
                true => assert_eq!(made, Err(BadRelPath::Edge), "{good}"),
                false => assert_eq!(made.as_ref().map(RelPath::as_str), Ok(good)),
            }
        }
        assert_eq!(RelPath::own("a/b/c").split(), ("a/b", "c"));
        assert_eq!(RelPath::own("c").split(), ("", "c"));
        assert_eq!(RelPath::own("a/b/c").folders().collect::<Vec<_>>(), [RelPath::own("a"), RelPath::own("a/b")]);
        assert_eq!(RelPath::own("a/b").below(Path::new("r")), Path::new("r").join("a").join("b"));
        assert_eq!(RelPath::own("a").join(".."), Err(BadRelPath::Dots));
    }

    #[test]
    fn what_leads_elsewhere_on_any_system_is_none() {
        use BadRelPath::{Character, Dots, Edge, Empty, Reserved, TooLong};
        let deep = "a/".repeat(MAX_DEPTH) + "a";
        let long = "长".repeat(MAX_SEGMENT / 3 + 1);
        let cases: &[(&str, BadRelPath)] = &[
            ("", Empty),
            ("/etc/passwd", Empty),
            ("//server/share", Empty),
            ("a//b", Empty),
            ("a/", Empty),
            ("..", Dots),
            ("../a", Dots),
            ("a/../b", Dots),
            ("./a", Dots),
            ("a\\..\\b", Character('\\')),
            ("\\\\server\\share", Character('\\')),
            ("\\\\?\\C:\\x", Character('\\')),
            ("C:/x", Character(':')),
            ("C:x", Character(':')),
            ("a.txt:stream", Character(':')),
            ("a/b::$DATA", Character(':')),
            ("a\0b", Character('\0')),
            ("a\nb", Character('\n')),
            ("a\u{1b}[2Jb", Character('\u{1b}')),
            ("a\u{85}b", Character('\u{85}')),
            ("a\u{202e}txt.exe", Character('\u{202e}')),
            ("a*", Character('*')),
            ("nul", Reserved),
            ("a/NUL.tar.gz", Reserved),
            ("Com1", Reserved),
            ("com¹.txt", Reserved),
            ("lpt9 .txt", Reserved),
            ("conin$", Reserved),
            ("a./b", Edge),
            ("... ", Edge),
            ("...", Edge),
            ("a /b", Edge),
            (" a", Edge),
            (&deep, TooLong),
            (&long, TooLong),
        ];
        for (text, why) in cases {
            assert_eq!(RelPath::parse(text), Err(*why), "{text:?}");
        }
    }

    #[test]
    fn any_text_is_refused_or_stays_below() {
        let parts = ["..", ".", "", "a", "/", "\\", ":", " ", "con", "长", "\0", "~", "%2e%2e", "\u{202e}", "$", "C:", "aux."];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..state % 7 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(state >> 33) as usize % parts.len()]);
            }
            state = state.wrapping_add(0x1234_5671).rotate_left(9);
            let Ok(path) = RelPath::parse(&text) else { continue };
            let place = path.below(Path::new("root"));
            let plain = place.components().all(|part| matches!(part, std::path::Component::Normal(_)));
            assert!(plain && place.starts_with("root") && place.components().count() > 1, "{text:?}");
        }
    }
}
