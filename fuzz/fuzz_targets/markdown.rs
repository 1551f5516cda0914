//! Any bytes as a page's Markdown, and what every later stage relies on: places in the HTML that are places.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::parse::body::HoleKind;
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
    let settings = Settings { trusted: flags & 1 != 0, math: flags & 2 == 0 };
    let text = String::from_utf8_lossy(rest);
    let (body, found) = parse("content/页.md", &text, 0, &settings, &Plain);

    let html = &body.html;
    let mut last = 0;
    for hole in &body.holes {
        let at = hole.at as usize;
        assert!(at >= last && html.is_char_boundary(at), "hole at {at} after {last} of {}", html.len());
        last = at;
        let (index, known) = match hole.kind {
            HoleKind::Url(index) | HoleKind::Picture(index) | HoleKind::Size(index) => (index, body.links.len()),
            HoleKind::Minutes(index) => (index, body.outline.len()),
        };
        assert!((index as usize) < known, "hole {:?} of {known}", hole.kind);
    }
    let mut last = 0;
    for (from, to) in &body.prose {
        let (from, to) = (*from as usize, *to as usize);
        assert!(last <= from && from <= to, "prose {from}..{to} after {last}");
        assert!(html.is_char_boundary(from) && html.is_char_boundary(to), "prose {from}..{to} of {}", html.len());
        last = to;
    }
    let mut ids: Vec<&str> = body.outline.iter().map(|heading| heading.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "two headings with one anchor");
    for passage in &body.text {
        assert!(passage.heading.is_none_or(|heading| (heading as usize) < body.outline.len()), "a passage below no heading");
    }
    let lines = u32::try_from(text.matches('\n').count()).expect("short inputs") + 1;
    for diagnostic in &found {
        let line = diagnostic.place.as_ref().map_or(1, |place| place.line);
        assert!(line <= lines, "a message about line {line} of {lines}");
    }
});
