//! Which addresses are asked: all that changed, and of the others a sample that the state of the site decides. Pure.

use std::collections::BTreeSet;

use crate::ground::path::{extension, parent};
use crate::ground::{RelPath, Stamp};
use crate::publish::record::{Published, PublishedFiles};

/// So many files that did not change are asked, beyond one of each type and of each folder at the top.
const SAMPLE: usize = 24;
/// So many changed files that are no pages: of thousands of shards of an index, which come and go together, a part tells enough.
const MOST_OTHERS: usize = 200;
/// So many removed files.
const MOST_REMOVED: usize = 50;
/// Of larger files only the beginning is asked: nobody waits for an hour of sound to come back.
const BIG: u64 = 4 << 20;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofQuestion {
    /// The address, from the public address on.
    pub address: String,
    /// What is wanted there.
    pub wants: Wants,
}

/// What a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// A file.
    File(Published),
    /// The beginning of a big file.
    Part(Published),
    /// The `index.html` of the folder that is the address.
    Index(Published),
    /// That this file is no longer there.
    Gone(Published),
}

impl Wants {
    /// The file that it is about.
    pub fn file(self) -> Published {
        let (Wants::File(file) | Wants::Part(file) | Wants::Index(file) | Wants::Gone(file)) = self;
        file
    }
}

/// The questions about a site. With `everything`, all its pages are asked.
pub fn choose(
    files: &PublishedFiles,
    changed: &BTreeSet<&str>,
    removed: &[RelPath],
    was: &PublishedFiles,
    everything: bool,
) -> Vec<ProofQuestion> {
    // Another state of the site gives another sample; the same one gives the same.
    let seed = Stamp::of(&files.iter().map(|(path, file)| (path.as_str(), file.stamp)).collect::<Vec<_>>());
    let mut mixed: Vec<(Stamp, &str)> = files.keys().map(|path| (Stamp::of(&(seed, path.as_str())), path.as_str())).collect();
    mixed.sort();
    let mixed: Vec<&str> = mixed.into_iter().map(|(_, path)| path).collect();

    let mut chosen: BTreeSet<&str> = BTreeSet::new();
    let mut ordered: Vec<&str> = Vec::new();
    let mut add = |path| {
        if chosen.insert(path) {
            ordered.push(path);
        }
    };
    // What explains most comes first, should the time not be enough for all: home, a file of each type, one of each folder.
    let home = files.keys().map(RelPath::as_str).find(|path| *path == "index.html");
    home.into_iter().for_each(&mut add);
    let (mut kinds, mut folders) = (BTreeSet::new(), BTreeSet::new());
    for path in changed.iter().copied().filter(|path| files.contains_key(*path)).chain(mixed.iter().copied()) {
        let is_first = kinds.insert(extension(path));
        let top = path.split('/').next().unwrap_or_default();
        if is_first | (top != path && folders.insert(top)) {
            add(path);
        }
    }
    mixed.iter().copied().filter(|path| is_page(path) && (everything || changed.contains(path))).for_each(&mut add);
    mixed.iter().copied().filter(|path| !is_page(path) && (everything || changed.contains(path))).take(MOST_OTHERS).for_each(&mut add);
    mixed.iter().copied().filter(|path| !changed.contains(path)).take(SAMPLE).for_each(&mut add);

    let file = |path: &str| files[path];
    let mut questions: Vec<ProofQuestion> = Vec::new();
    // As people type it; and one more folder.
    let indices = files.keys().map(RelPath::as_str).filter(|path| path.rsplit('/').next() == Some("index.html"));
    let (top, inner): (Vec<&str>, Vec<&str>) = indices.partition(|path| parent(path).is_empty());
    for path in top.into_iter().chain(inner.first().copied()) {
        questions.push(ProofQuestion { address: path.trim_end_matches("index.html").to_string(), wants: Wants::Index(file(path)) });
    }
    for path in ordered {
        let file = file(path);
        let wants = if file.size > BIG { Wants::Part(file) } else { Wants::File(file) };
        questions.push(ProofQuestion { address: path.to_string(), wants });
    }
    let gone = removed.iter().filter(|path| !files.contains_key(*path)).filter_map(|path| Some((path, *was.get(path)?)));
    questions.extend(gone.take(MOST_REMOVED).map(|(path, file)| ProofQuestion { address: path.to_string(), wants: Wants::Gone(file) }));
    questions
}

fn is_page(path: &str) -> bool {
    matches!(extension(path), "html" | "htm")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(count: usize) -> PublishedFiles {
        let file = |size| Published { stamp: Stamp::of(&size), size };
        let mut files: PublishedFiles = (0..count).map(|n| (RelPath::own(&format!("news/{n}.html")), file(n as u64))).collect();
        for path in ["index.html", "news/index.html", "assets/a.css", "assets/b.css", "robots.txt", "search/index.js"] {
            files.insert(RelPath::own(path), file(9));
        }
        files.insert(RelPath::own("lessons/a.mp3"), file(20 << 20));
        files
    }

    fn addresses(questions: &[ProofQuestion]) -> Vec<&str> {
        questions.iter().map(|question| question.address.as_str()).collect()
    }

    #[test]
    fn changed_pages_are_all_asked_and_the_others_by_a_sample() {
        let files = files(1000);
        let changed: Vec<String> = (0..300).map(|n| format!("news/{n}.html")).collect();
        let changed: BTreeSet<&str> = changed.iter().map(String::as_str).collect();
        let removed = ["gone.html", "never.html"].map(RelPath::own);
        let was: PublishedFiles = [(RelPath::own("gone.html"), Published { stamp: Stamp::of(&1), size: 1 })].into();
        let questions = choose(&files, &changed, &removed, &was, false);
        let asked = addresses(&questions);
        assert!(changed.iter().all(|path| asked.contains(path)));
        assert!(asked.len() > 300 + SAMPLE && asked.len() < 300 + SAMPLE + 15, "{}", asked.len());
        assert_eq!(asked[..3], ["", "news/", "index.html"], "home first, as people type it");
        assert!(["robots.txt", "search/index.js", "lessons/a.mp3"].iter().all(|path| asked.contains(path)), "one of each type");
        assert!(questions.iter().any(|question| question.address == "lessons/a.mp3" && matches!(question.wants, Wants::Part(_))));
        assert_eq!(
            questions.last().map(|question| (question.address.as_str(), matches!(question.wants, Wants::Gone(_)))),
            Some(("gone.html", true))
        );
        assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), asked.len(), "nothing twice");
        assert_eq!(questions, choose(&files, &changed, &removed, &was, false), "the same in, the same out");
    }

    #[test]
    fn the_sample_moves_with_the_state_of_the_site() {
        let (one, other) = (files(1000), files(1001));
        let none = BTreeSet::new();
        let ask = |files: &PublishedFiles| choose(files, &none, &[], &PublishedFiles::new(), false);
        assert_ne!(addresses(&ask(&one)), addresses(&ask(&other)));
        assert!(choose(&one, &none, &[], &PublishedFiles::new(), true).len() > 1000, "all pages where everything is asked");
    }
}
