//! Any bytes as a page's Markdown, and what every later stage relies on: a tree whose links, footnotes and places are there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::document::{BlockKind, text};
use studyhall::parse::markdown::{Plain, Settings, parse};

/// The formula library panics on some rubbish; the parser catches that and says so. Any other panic is a find.
fn watch_for_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let caught = panic.location().is_some_and(|place| place.file().contains("pulldown-latex"));
        if !caught {
            eprintln!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
            std::process::abort();
        }
    }));
}

fuzz_target!(init: watch_for_panics(), |bytes: &[u8]| {
    let Some((flags, rest)) = bytes.split_first() else { return };
    let settings = Settings { trusted: flags & 1 != 0, math: flags & 2 == 0, title: (flags & 4 != 0).then_some("题") };
    let text = String::from_utf8_lossy(rest);
    let (page, found) = parse("content/页.md", &text, 0, &settings, &Plain);

    let end = text.len() as u32;
    page.tree.each_block(&mut |block| {
        assert!(block.range.start <= block.range.end && block.range.end <= end, "{:?} of {end}", block.range);
        match &block.kind {
            BlockKind::Footnote(index) => assert!((*index as usize) < page.tree.footnotes.len()),
            BlockKind::Figure(figure) => assert!((figure.link as usize) < page.links.len()),
            _ => {}
        }
    });
    let read = text::read(&page.tree, &page.links);
    assert_eq!(read.passages, page.passages);
    assert_eq!(read.outline, page.outline);
    assert!(read.pictures.iter().all(|(link, below)| (*link as usize) < page.links.len() && *below <= page.outline.len()));
    let mut ids: Vec<&str> = page.outline.iter().map(|heading| heading.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "two headings with one anchor");
    for passage in &page.passages {
        assert!(passage.heading.is_none_or(|heading| (heading as usize) < page.outline.len()), "a passage below no heading");
    }
    let stored = postcard::to_allocvec(&page.tree).expect("a tree can be stored");
    assert_eq!(postcard::from_bytes::<studyhall::document::DocumentTree>(&stored).expect("and read back"), page.tree);
    let lines = u32::try_from(text.matches('\n').count()).expect("short inputs") + 1;
    for diagnostic in &found {
        let line = diagnostic.place.as_ref().map_or(1, |place| place.line);
        assert!(line <= lines, "a message about line {line} of {lines}");
    }
});
