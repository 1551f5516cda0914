//! Any bytes as a page's front matter: cut, parsed and read as every kind of page.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::parse::front;

/// One path per way in which a folder gives pages their kind; the last is a section.
const PATHS: [&str; 8] = [
    "页.md",
    "lessons/会议/01-议题.md",
    "policies/办法.md",
    "news/2026-09-01-动态.md",
    "notices/通知.md",
    "topics/专题.md",
    "branches/jingji/_index.md",
    "lessons/会议/_index.md",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let text = String::from_utf8_lossy(rest);
    let cut = front::cut("content/页.md", &text);
    assert!(text.is_char_boundary(cut.body_start), "the Markdown begins inside a character");
    // YAML ends a line at a lone carriage return, too.
    let lines = u32::try_from(text.matches(['\n', '\r']).count()).expect("short inputs") + 1;
    for diagnostic in &cut.found {
        let line = diagnostic.place.as_ref().map_or(1, |place| place.line);
        assert!(line <= lines, "a message about line {line} of {lines}");
    }
    if let Some(node) = &cut.front {
        let defaults = front::defaults(node);
        let inherited = [("content/_index.md".to_string(), defaults)];
        let (_, found) = front::read("content/页.md", path, node, &inherited);
        for diagnostic in &found {
            let line = diagnostic.place.as_ref().map_or(1, |place| place.line);
            assert!(line <= lines, "a message about line {line} of {lines}");
        }
    }
});
