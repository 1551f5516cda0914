//! Whatever is done to a site, the state that follows serves what a build from nothing makes, byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use studyhall::pipeline::live::{Live, LiveAnswer, Sweep};
use studyhall::pipeline::{self, Builder, Options, Silent, Timings};

use crate::property::{edit, edited_site};
use crate::support::site::{Tree, assert_same, tree};
use crate::support::{DAY, Dice, Site};

fn options(site: &Site, output: PathBuf, no_cache: bool) -> Options {
    Options {
        output,
        drafts: true,
        expired: true,
        jobs: 2,
        no_cache,
        keep_going: true,
        ..Options::new(site.dir().to_path_buf(), DAY.parse().expect("a day"))
    }
}

/// What a build from nothing makes of a site; `None` when it makes nothing.
fn clean(site: &Site) -> Option<Tree> {
    let apart = tempfile::tempdir().expect("a temporary folder");
    let output = apart.path().join("o");
    let outcome = pipeline::build(&options(site, output.clone(), true), &Silent).expect("the machine is well");
    outcome.summary.is_some().then(|| tree(&output))
}

/// What is served now, asked for file by file.
fn served(live: &Live, wanted: &Tree) -> Tree {
    let mut files = BTreeMap::new();
    for path in wanted.keys() {
        match live.file(path).expect("the machine is well") {
            LiveAnswer::File(file) => drop(files.insert(path.clone(), file.bytes.to_vec())),
            // The list of files is a build's own.
            LiveAnswer::Missing if path == "studyhall-files.txt" => drop(files.insert(path.clone(), wanted[path].clone())),
            LiveAnswer::Missing | LiveAnswer::Broken(_) => {}
        }
    }
    files
}

/// The files that differ between two states of a folder.
fn changed(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeSet<PathBuf> {
    let all = before.keys().chain(after.keys());
    all.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

fn files(site: &Site) -> BTreeMap<PathBuf, Vec<u8>> {
    let inside = |path: &String| !path.starts_with("output/") && !path.starts_with(".studyhall/");
    tree(site.dir()).into_iter().filter(|(path, _)| inside(path)).map(|(path, bytes)| (site.path(&path), bytes)).collect()
}

/// A seed gives a sequence of edits; after each group of them what is served is compared.
fn check_sequence(seed: u64) {
    let mut dice = Dice::new(seed);
    let site = edited_site();
    let mut builder = Builder::open(options(&site, site.path("output"), seed.is_multiple_of(3))).expect("a memory");
    let mut live: Option<Arc<Live>> = None;
    let mut done = Vec::new();
    for step in 0..4 {
        let before = files(&site);
        let edits = if dice.below(2) == 0 { 1 } else { dice.below(4) };
        for _ in 0..edits {
            site.seem_old(dice.below(2) == 0);
            done.push(edit(&site, &mut dice));
        }
        let story = format!("seed {seed}, step {step}:\n  {}", done.join("\n  "));
        let paths = changed(&before, &files(&site));
        let mut timings = Timings::new(false);
        let looked = match step {
            0 => builder.load(&Silent, &mut timings),
            _ => builder.update(&paths, &Silent, &mut timings),
        };
        let looked = looked.unwrap_or_else(|error| panic!("{story}: {error}"));
        let next = looked.state.and_then(|state| Live::new(state, live.as_deref()));
        let Some(wanted) = clean(&site) else {
            assert!(next.is_none(), "{story}");
            continue;
        };
        let next = Arc::new(next.unwrap_or_else(|| panic!("{story}\n{:?}", looked.diagnostics.clone().into_all())));
        assert_same(&wanted, &served(&next, &wanted), &story);
        // Going over all pages finds them as they have just been asked for.
        let mut sweep = Sweep::default();
        let whole = next.sweep(&mut sweep, &mut builder.cached.pages, &|| false).expect("the machine is well");
        assert!(whole && sweep.diagnostics.is_empty(), "{story}\n{:?}", sweep.diagnostics);
        let mut again = Sweep::default();
        next.sweep(&mut again, &mut builder.cached.pages, &|| false).expect("the machine is well");
        assert_eq!(again.changed, 0, "{story}");
        live = Some(next);
    }
}

/// How many sequences each of the four tests tries; more are tried with `STUDYHALL_SEQUENCES=50 cargo test live::`.
fn sequences() -> u64 {
    std::env::var("STUDYHALL_SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(9)
}

#[test]
fn what_is_served_is_what_a_build_makes_1() {
    (0..sequences()).for_each(check_sequence);
}

#[test]
fn what_is_served_is_what_a_build_makes_2() {
    (1000..1000 + sequences()).for_each(check_sequence);
}

#[test]
fn what_is_served_is_what_a_build_makes_3() {
    (2000..2000 + sequences()).for_each(check_sequence);
}

#[test]
fn what_is_served_is_what_a_build_makes_4() {
    (3000..3000 + sequences()).for_each(check_sequence);
}

/// Texts alone: the short way must be taken, and be right.
#[test]
fn another_text_is_taken_by_itself() {
    let site = edited_site();
    let mut builder = Builder::open(options(&site, site.path("output"), false)).expect("a memory");
    let first = builder.load(&Silent, &mut Timings::new(false)).expect("the machine is well").state.expect("it is sound");
    let path = "content/lessons/kaihui/jilu.md";
    for turn in 0..8 {
        let text = site.read(path);
        let at = text.find("\n---\n").map_or(0, |end| end + 5);
        site.write(path, &format!("{}\n前面加的第{turn}段。\n{}\n后面加的。\n", &text[..at], &text[at..]));
        let looked = builder.update(&BTreeSet::from([site.path(path)]), &Silent, &mut Timings::new(false)).expect("the machine is well");
        let state = looked.state.expect("it is sound");
        assert!(Arc::ptr_eq(&state.jobs, &first.jobs), "the plan of pages is the same one");
        let live = Live::new(state, None).expect("templates can be used");
        let wanted = clean(&site).expect("it is sound");
        assert_same(&wanted, &served(&live, &wanted), &format!("turn {turn}"));
        let outcome = pipeline::build(&options(&site, site.path("output"), true), &Silent).expect("the machine is well");
        assert_eq!(looked.diagnostics.clone().into_all(), outcome.diagnostics, "the same mistakes at the same lines");
    }
}
