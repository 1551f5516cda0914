//! Any bytes as a record that a site folder brings: the journal of a broken-off build, the list of an output, the table of
//! old addresses, and each line as a path.

#![no_main]

use std::path::{Component, Path};

use libfuzzer_sys::fuzz_target;
use studyhall::emit::{Manifest, is_journal};
use studyhall::ground::RelPath;
use studyhall::ground::path::{check_output, slug, slug_file};
use studyhall::parse::redirects;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    is_journal(&text, "-");
    if let Some(manifest) = Manifest::parse(&text) {
        // Lines may end as Windows ends them, and stand in any order.
        assert_eq!(Manifest::parse(&manifest.text()), Some(manifest), "a list survives being written");
    }
    redirects::read("redirects.csv", &text);
    for line in text.lines() {
        if let Ok(path) = RelPath::parse(line) {
            assert!(path.below(Path::new("r")).components().all(|part| matches!(part, Component::Normal(_))), "{path:?} leads elsewhere");
        }
        assert_eq!(check_output(&slug(line)), Ok(()));
        assert_eq!(check_output(&slug_file(line)), Ok(()));
    }
});
