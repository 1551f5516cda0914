//! The texts of the pages in small files, for excerpts and for the last word on what holds a phrase.

use rayon::prelude::*;

use super::blocks::{Block, hash};
use super::fold::Folder;
use super::pack::{Dictionary, armour};
use super::terms::base32;
use super::{Entry, Memory, Shard, plain, remembered};
use crate::ground::Stamp;

/// Parts the fields of what is told about a page.
const FIELD: char = '\u{4}';
/// Ends what is told about a page.
const BODY: char = '\u{5}';
/// Stands for [`BODY`] where the title or the block has characters that are simplified before they are compared.
const FOLDED: char = '\u{7}';
/// Ends a block.
const BLOCK: char = '\u{6}';

/// A file holds about so much text, in bytes.
const SIZE: usize = 7_000;

/// Pieces of text that the dictionary is made of, and the length of each in characters.
const PIECES: usize = 28;
const PIECE: usize = 400;

/// The text of the dictionary: pieces of the blocks whose address has the smallest hash, so that an edit elsewhere
/// leaves it, and with it every file, as it was.
pub fn dictionary(entries: &[Entry], blocks: &[Vec<Block>]) -> String {
    let mut picks: Vec<(u32, usize, usize)> = Vec::new();
    for (page, blocks) in blocks.iter().enumerate() {
        let base = hash(entries[page].url.as_bytes());
        picks.extend((0..blocks.len()).map(|at| (base.wrapping_add((at as u32).wrapping_mul(0x9E37_79B1)), page, at)));
    }
    picks.retain(|(_, page, at)| blocks[*page][*at].text.len() > 600);
    picks.sort_unstable();
    picks.truncate(PIECES);
    let pieces = picks.iter().map(|(_, page, at)| {
        let text = &blocks[*page][*at].text;
        text.chars().take(PIECE).collect::<String>()
    });
    pieces.collect::<Vec<_>>().join("\n")
}

/// Cuts the blocks into files. What the manifest says of each: `chapter name, or empty within one` and the number of its
/// blocks.
pub fn shards(entries: &[Entry], blocks: &[Vec<Block>], dictionary: &Dictionary, folder: &Folder, memory: &dyn Memory) -> Vec<Shard> {
    let mut plans: Vec<Plan> = Vec::new();
    let mut taken = std::collections::HashSet::new();
    let mut chapter = String::new();
    let mut ordinal = 0;
    for (page, own) in blocks.iter().enumerate() {
        // A chapter begins where the hash of an address says so: what is added before it renames nothing in it.
        let hashed = hash(entries[page].url.as_bytes());
        let begins = page == 0 || hashed.is_multiple_of(16);
        if begins {
            let mut value = hashed >> 4 & 0xF_FFFF;
            while !taken.insert(value) {
                value = (value + 1) & 0xF_FFFF;
            }
            chapter = base32(value, 4);
            ordinal = 0;
        }
        for (at, block) in own.iter().enumerate() {
            let full = plans.last().is_none_or(|plan| plan.size >= SIZE || plan.size + block.text.len() > SIZE * 3 / 2);
            if full || begins && at == 0 {
                plans.push(Plan { chapter: chapter.clone(), ordinal, size: 0, blocks: Vec::new() });
                ordinal += 1;
            }
            if let Some(plan) = plans.last_mut() {
                plan.size += block.text.len() + entries[page].title.len() + entries[page].url.len();
                plan.blocks.push((page, at));
            }
        }
    }
    let salt = Stamp::of(&dictionary.packed());
    plans
        .par_iter()
        .map(|plan| {
            let mut text = String::with_capacity(plan.size + 100);
            let mut told = None;
            for (page, at) in &plan.blocks {
                if told != Some(*page) {
                    tell(&mut text, &entries[*page]);
                    told = Some(*page);
                }
                let block = &blocks[*page][*at].text;
                let entry = &entries[*page];
                let traditional =
                    [block, &entry.title, &entry.facts].into_iter().chain(&entry.keywords).any(|text| folder.simplifies(text));
                text.push(if traditional { FOLDED } else { BODY });
                text.push_str(block);
                text.push(BLOCK);
            }
            let (units, packed): (usize, Vec<u8>) = remembered(memory, &(super::FORMAT, "text", salt, &text), || dictionary.pack(&text));
            Shard {
                name: format!("texts/{}{}", plan.chapter, base32_short(plan.ordinal)),
                key: format!("{} {}", if plan.ordinal == 0 { plan.chapter.as_str() } else { "" }, plan.blocks.len()),
                data: format!("{units} {}", armour(&packed)),
            }
        })
        .collect()
}

struct Plan {
    chapter: String,
    ordinal: u32,
    size: usize,
    blocks: Vec<(usize, usize)>,
}

fn base32_short(value: u32) -> String {
    base32(value, if value < 32 { 1 } else { 2 })
}

/// What the list of results says of a page.
fn tell(text: &mut String, entry: &Entry) {
    for field in [&entry.title, &entry.url, &entry.date, &entry.facts] {
        text.push_str(&plain(field));
        text.push(FIELD);
    }
    text.push_str(&plain(&entry.keywords.join(" ")));
}
