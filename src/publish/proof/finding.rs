//! What can be wrong with a public address, and how single answers are gathered into few findings.

use std::collections::{BTreeMap, BTreeSet};

use crate::ground::path::{extension, parent};

/// The kinds of findings, the gravest first. Each has its words in the catalogue.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $id:literal $weight:ident,)*) => {
        /// What is wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind {
            $($(#[$doc])* $name,)*
        }

        impl FindingKind {
            /// All of them.
            pub const ALL: &[FindingKind] = &[$(FindingKind::$name,)*];

            /// The id of its words.
            pub fn id(self) -> &'static str {
                match self {
                    $(FindingKind::$name => $id,)*
                }
            }

            /// Whether readers do not get what was published.
            pub fn is_wrong(self) -> bool {
                match self {
                    $(FindingKind::$name => $weight,)*
                }
            }
        }
    };
}

impl FindingKind {
    /// Whether a moment may mend it: many hosts show an upload after a while only.
    pub fn may_pass(self) -> bool {
        use FindingKind::{Another, Cached, Changed, Cut, Denied, FolderTarget, Missing, NoAnswer, Nowhere, Old, Server, StillThere, Type};
        matches!(
            self,
            Another | Cached | Changed | Cut | Denied | FolderTarget | Missing | NoAnswer | Nowhere | Old | Server | StillThere | Type
        )
    }
}

const WRONG: bool = true;
const NOTE: bool = false;

kinds! {
    /// The address cannot be asked from here.
    Unreached = "proof-unreached" WRONG,
    /// The certificate does not hold.
    Certificate = "proof-certificate" WRONG,
    /// Nothing of the site is there.
    Nowhere = "proof-nowhere" WRONG,
    /// A login stands before the page.
    Login = "proof-login" WRONG,
    /// The answer leads elsewhere.
    Redirect = "proof-redirect" WRONG,
    /// What was removed can still be read.
    StillThere = "proof-still-there" WRONG,
    /// No file of a type is served.
    Type = "proof-type" WRONG,
    /// No file of a folder is served.
    FolderTarget = "proof-folder" WRONG,
    /// Names have other letters, large for small.
    Case = "proof-case" WRONG,
    /// A file is not there.
    Missing = "proof-missing" WRONG,
    /// The host refuses a file.
    Denied = "proof-denied" WRONG,
    /// The host fails.
    Server = "proof-server" WRONG,
    /// No answer in time, or half an answer.
    NoAnswer = "proof-no-answer" WRONG,
    /// A cache keeps an old copy.
    Cached = "proof-cached" WRONG,
    /// The old file is still there.
    Old = "proof-old" WRONG,
    /// Something was put in.
    Injected = "proof-injected" WRONG,
    /// Another encoding.
    Transcoded = "proof-transcoded" WRONG,
    /// The header names another encoding than the page has.
    Charset = "proof-charset" WRONG,
    /// The header names a wrong type.
    MediaType = "proof-media-type" WRONG,
    /// Packed so that it cannot be unpacked.
    Coding = "proof-coding" WRONG,
    /// The end is missing.
    Cut = "proof-cut" WRONG,
    /// Another page.
    Another = "proof-another" WRONG,
    /// Differs in a way of its own.
    Changed = "proof-changed" WRONG,
    /// The folder's address does not show its `index.html`.
    Index = "proof-index" WRONG,
    /// The folder's address shows another page than its `index.html`.
    IndexOther = "proof-index-other" WRONG,
    /// Pages are written anew, with the same content.
    Minified = "proof-minified" NOTE,
    /// Line ends are others.
    LineEnds = "proof-line-ends" NOTE,
    /// Pictures are packed anew.
    Picture = "proof-picture" NOTE,
    /// The address leads to the same one with `https`, or the other way round.
    Moved = "proof-moved" NOTE,
    /// Pages may be kept for long by browsers.
    KeptLong = "proof-kept-long" NOTE,
    /// Big files come whole or not at all, which phones do not play.
    NoRanges = "proof-no-ranges" NOTE,
    /// What is not there is answered as if it were.
    Anything = "proof-anything" NOTE,
    /// The host asks for slower questions.
    Slower = "proof-slower" NOTE,
}

/// What is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mismatch {
    /// What.
    pub kind: FindingKind,
    /// More about it: where it leads, what was put in.
    pub value: String,
    /// And what it should be.
    pub other: String,
    /// What the server said of itself: status and server, for its administrator.
    pub said: String,
}

/// What is wrong with some addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// More about it.
    pub value: String,
    /// And what it should be.
    pub other: String,
    /// What the server said at the first of them.
    pub said: String,
    /// The addresses, from the public address on; empty when it is about the host.
    pub paths: Vec<String>,
}

impl Finding {
    /// One about the host as a whole.
    pub fn of_host(kind: FindingKind, value: impl Into<String>, other: impl Into<String>) -> Finding {
        Finding { kind, value: value.into(), other: other.into(), said: String::new(), paths: Vec::new() }
    }
}

/// Gathers what was wrong by kind. `asked` is all that was asked, right and wrong.
pub fn gather(asked: &BTreeMap<String, Vec<Mismatch>>) -> Vec<Finding> {
    let is_missing = |path: &str| asked.get(path).is_some_and(|wrong| wrong.iter().any(|wrong| wrong.kind == FindingKind::Missing));
    let missing: Vec<&str> = asked.keys().map(String::as_str).filter(|path| is_missing(path)).collect();
    let mut found: BTreeMap<(FindingKind, String, String), (String, Vec<String>)> = BTreeMap::new();
    let whole = Whole::of(asked, &missing);
    for (path, all) in asked {
        for wrong in all {
            let (kind, value) = match wrong.kind {
                FindingKind::Missing => whole.explain(path),
                kind => (kind, wrong.value.clone()),
            };
            let (_, paths) = found.entry((kind, value, wrong.other.clone())).or_insert_with(|| (wrong.said.clone(), Vec::new()));
            paths.push(path.clone());
        }
    }
    found.into_iter().map(|((kind, value, other), (said, paths))| Finding { kind, value, other, said, paths }).collect()
}

/// Types and folders of which nothing is served, while others are.
struct Whole<'a> {
    all: bool,
    kinds: BTreeSet<&'a str>,
    folders: BTreeSet<&'a str>,
}

impl<'a> Whole<'a> {
    fn of(asked: &'a BTreeMap<String, Vec<Mismatch>>, missing: &[&'a str]) -> Whole<'a> {
        let gone: BTreeSet<&str> = missing.iter().copied().collect();
        let served: Vec<&str> = asked.keys().map(String::as_str).filter(|path| !gone.contains(path)).collect();
        let served_kinds: BTreeSet<&str> = served.iter().map(|path| extension(path)).collect();
        let kinds: BTreeSet<&str> = gone.iter().map(|path| extension(path)).filter(|kind| !served_kinds.contains(kind)).collect();
        let served_folders: BTreeSet<&str> = served.iter().flat_map(|path| folders_of(path)).collect();
        // Of one file that is missing nobody can say that its folder is.
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for folder in gone.iter().filter(|path| !kinds.contains(extension(path))).flat_map(|path| folders_of(path)) {
            *counts.entry(folder).or_default() += 1;
        }
        let folders = counts.into_iter().filter(|(folder, count)| *count > 1 && !served_folders.contains(folder));
        Whole { all: !gone.is_empty() && served.is_empty(), kinds, folders: folders.map(|(folder, _)| folder).collect() }
    }

    fn explain(&self, path: &str) -> (FindingKind, String) {
        let kind = extension(path);
        if self.all {
            (FindingKind::Nowhere, String::new())
        } else if self.kinds.contains(kind) && !matches!(kind, "html" | "htm" | "") {
            (FindingKind::Type, kind.to_string())
        } else if let Some(folder) = folders_of(path).find(|folder| self.folders.contains(folder)) {
            (FindingKind::FolderTarget, folder.to_string())
        } else {
            (FindingKind::Missing, String::new())
        }
    }
}

/// The folders above a path, outermost first.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    let folder = parent(path);
    folder.match_indices('/').map(|(at, _)| &folder[..at]).chain(Some(folder).filter(|folder| !folder.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Findings out of lines `path` or `path kind`, as `kind value: paths`.
    fn check(text: &str) -> Vec<String> {
        let asked = text.lines().map(|line| {
            let (path, kind) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            let kind = FindingKind::ALL.iter().find(|known| known.id() == format!("proof-{kind}"));
            let wrong = kind.map(|kind| Mismatch { kind: *kind, value: String::new(), other: String::new(), said: String::new() });
            (path.to_string(), wrong.into_iter().collect())
        });
        let found = gather(&asked.collect());
        found.iter().map(|finding| format!("{} {}: {}", &finding.kind.id()[6..], finding.value, finding.paths.join(" "))).collect()
    }

    #[test]
    fn what_is_missing_is_explained_by_what_is_there() {
        assert_eq!(check("a.html missing\nb.html missing\nc.css missing"), ["nowhere : a.html b.html c.css"]);
        assert_eq!(check("index.html\na/x.mp4 missing\nb/y.mp4 missing"), ["type mp4: a/x.mp4 b/y.mp4"]);
        assert_eq!(check("index.html\na.html missing"), ["missing : a.html"]);
        let folder = "index.html\nx.js\nsearch/index.js missing\nsearch/terms/a.js missing\nsearch/terms/b.js missing";
        assert_eq!(check(folder), ["folder search: search/index.js search/terms/a.js search/terms/b.js"]);
        assert_eq!(check("index.html\na.js\nsearch/index.js missing"), ["missing : search/index.js"], "one file is no folder");
        assert_eq!(
            check("index.html\nsearch/index.js\nsearch/t/a.js missing\nsearch/t/b.js missing"),
            ["folder search/t: search/t/a.js search/t/b.js"]
        );
    }

    #[test]
    fn the_gravest_comes_first() {
        assert_eq!(check("a.html minified\nb.html login\nc.html login"), ["login : b.html c.html", "minified : a.html"]);
    }
}
