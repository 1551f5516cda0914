//! What colouring code costs: `cargo bench --bench colours -- FOLDER` colours every block of code of the Markdown files below FOLDER once, on
//! one thread, and prints the time in all and by language.

#![expect(clippy::disallowed_methods, reason = "it reads a corpus")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use studyhall::parse::code::Highlighter;
use studyhall::parse::markdown::Highlight;

fn main() {
    // Cargo adds `--bench`.
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        return println!("cargo bench --bench colours -- FOLDER");
    };
    let mut blocks = BTreeSet::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "md") {
            blocks.extend(blocks_of(&std::fs::read_to_string(entry.path()).unwrap_or_default()));
        }
    }
    let highlighter = Highlighter::new();
    let mut by_language: BTreeMap<&str, (Duration, usize, usize)> = BTreeMap::new();
    let (start, mut coloured) = (Instant::now(), 0);
    for (language, code) in &blocks {
        let start = Instant::now();
        coloured += usize::from(highlighter.highlight(language, code).is_some());
        let sum = by_language.entry(language).or_default();
        *sum = (sum.0 + start.elapsed(), sum.1 + 1, sum.2 + code.len());
    }
    println!("{} blocks, {coloured} in colour: {:.2} s", blocks.len(), start.elapsed().as_secs_f64());
    let mut rows: Vec<_> = by_language.into_iter().collect();
    rows.sort_by_key(|(_, (time, ..))| Reverse(*time));
    for (language, (time, count, bytes)) in rows.into_iter().take(20) {
        println!(
            "{language:>12} {:6.3} s {count:6} blocks {:6.0} ns a byte",
            time.as_secs_f64(),
            time.as_nanos() as f64 / bytes.max(1) as f64
        );
    }
}

/// The blocks of code of a text that name their language.
fn blocks_of(text: &str) -> Vec<(String, String)> {
    let (mut blocks, mut block) = (Vec::new(), None);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let language = info.trim_start().split([' ', '\t', ',', '{', ':']).next().unwrap_or_default().to_lowercase();
                block = (!language.is_empty()).then(|| (language, String::new()));
            }
            Event::Text(text) => {
                if let Some((_, code)) = &mut block {
                    code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(block.take()),
            _ => {}
        }
    }
    blocks
}
