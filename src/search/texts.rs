//! The texts of the pages in small files, for excerpts and for the last word on what holds a phrase.

use std::collections::HashSet;
use std::ops::Range;

use super::blocks::{MARK, TextBlock, hash};
use super::coder::{RangeEncoder, encode_base93};
use super::fold::{IndexTerm, TextFolder};
use super::format::plain;
use super::lz::Packer;
use super::page::IndexedPage;

/// Parts the fields of what is told about a page.
const FIELD: char = '\u{4}';
/// Ends what is told about a page.
const BODY: char = '\u{5}';
/// Stands for [`BODY`] where the title or the block has characters that are simplified before they are compared.
pub const FOLDED: char = '\u{7}';
/// Ends a block.
const BLOCK: char = '\u{6}';

/// A file holds about so much text, in bytes.
const SIZE: usize = 10_000;

/// Pieces of text that the dictionary is made of, and the length of each in characters.
const PIECES: usize = 106;
const PIECE: usize = 200;

/// A page of so many blocks has a map of them.
const LONG: usize = 4;
/// Buckets of a map.
const BUCKETS: u32 = 1024;

/// What the list of results says of a page, as its file holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Date.
    pub date: String,
    /// A short fact.
    pub facts: String,
    /// Words that lead here.
    pub keywords: String,
}

impl About {
    /// What is told about a page.
    pub fn of(page: &IndexedPage) -> About {
        About {
            title: plain(&page.title),
            url: plain(&page.url),
            date: plain(&page.date),
            facts: plain(&page.facts),
            keywords: plain(&page.keywords.join(" ")),
        }
    }

    fn fields(&self) -> [&str; 5] {
        [&self.title, &self.url, &self.date, &self.facts, &self.keywords]
    }
}

/// The text of the dictionary: beginnings of the pages whose address has the smallest hash, so that an edit elsewhere
/// leaves it, and with it every file, as it was. `first` gives the first block of a page.
pub fn dictionary<E>(pages: &[IndexedPage], first: impl Fn(usize) -> Result<String, E>) -> Result<String, E> {
    let wanted = wanted(pages);
    let mut pieces = Vec::new();
    for page in dictionary_pages(pages) {
        let text = first(page)?;
        if text.len() > 300 {
            pieces.push(text.chars().take(PIECE).collect::<String>());
        }
        if pieces.len() == wanted {
            break;
        }
    }
    Ok(pieces.join("\n"))
}

/// The pages that the dictionary may be made of, in the order in which they are asked. Pages that say next to nothing are
/// passed over, but not for ever.
pub fn dictionary_pages(pages: &[IndexedPage]) -> Vec<usize> {
    let mut order: Vec<(u32, usize)> = pages.iter().enumerate().map(|(at, page)| (hash(page.url.as_bytes()), at)).collect();
    order.sort_unstable();
    order.into_iter().take(wanted(pages) * 3).map(|(_, page)| page).collect()
}

/// A small site has a small dictionary: there it gains little, and an edit would often touch it.
fn wanted(pages: &[IndexedPage]) -> usize {
    (pages.len() / 12).clamp(3, PIECES)
}

/// Pages whose texts are cut into files together: neighbours from one address of a certain kind to the next, so that
/// what is added elsewhere renames nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChapterPlan {
    /// Its name; its files begin with it.
    pub name: String,
    /// Its pages.
    pub pages: Range<usize>,
}

/// The chapters of a site.
pub fn chapters(pages: &[IndexedPage]) -> Vec<ChapterPlan> {
    let mut chapters: Vec<ChapterPlan> = Vec::new();
    let mut taken = HashSet::new();
    for (at, page) in pages.iter().enumerate() {
        let hashed = hash(page.url.as_bytes());
        match chapters.last_mut() {
            Some(last) if !hashed.is_multiple_of(16) => last.pages.end = at + 1,
            _ => {
                let mut value = hashed >> 4 & 0xF_FFFF;
                while !taken.insert(value) {
                    value = (value + 1) & 0xF_FFFF;
                }
                chapters.push(ChapterPlan { name: base32(value, 4), pages: at..at + 1 });
            }
        }
    }
    chapters
}

/// A file of texts.
pub struct TextFile {
    /// Path below `search/` without its extension.
    pub name: String,
    /// The number of its blocks.
    pub blocks: u32,
    /// What it holds.
    pub data: String,
}

/// The name of a file of a chapter.
pub fn name(chapter: &str, ordinal: u32) -> String {
    format!("texts/{chapter}{}", base32(ordinal, if ordinal < 32 { 1 } else { 2 }))
}

/// Packs the pages of a chapter, each cut into blocks.
pub fn files(chapter: &str, pages: &[(About, Vec<TextBlock>)], packer: &mut Packer, folder: &TextFolder) -> Vec<TextFile> {
    let mut plans: Vec<TextFilePlan> = Vec::new();
    for (page, (about, blocks)) in pages.iter().enumerate() {
        for (at, block) in blocks.iter().enumerate() {
            let size = block.text.len() + about.title.len() + about.url.len();
            let is_full = |plan: &TextFilePlan| plan.size >= SIZE || plan.size + size > SIZE * 3 / 2;
            if plans.last().is_none_or(is_full) {
                plans.push(TextFilePlan { size: 0, blocks: Vec::new() });
            }
            if let Some(plan) = plans.last_mut() {
                plan.size += size;
                plan.blocks.push((page, at));
            }
        }
    }
    let file = |(ordinal, plan): (usize, &TextFilePlan)| {
        let mut text = String::with_capacity(plan.size + 100);
        let mut maps = String::new();
        let mut told = None;
        for (place, (page, at)) in plan.blocks.iter().enumerate() {
            let (about, blocks) = &pages[*page];
            if told != Some(*page) {
                write_header(&mut text, about);
                told = Some(*page);
            }
            let block = &blocks[*at].text;
            let traditional = [block, &about.title, &about.facts, &about.keywords].into_iter().any(|text| folder.simplifies(text));
            text.push(if traditional { FOLDED } else { BODY });
            text.push_str(block);
            text.push(BLOCK);
            if *at == 0 && blocks.len() >= LONG {
                maps.push_str(&format!("\",\"{place} {}", block_signatures(about, blocks, folder)));
            }
        }
        let (units, packed) = packer.pack(&text);
        let data = format!("{units} {}{maps}", encode_base93(&packed));
        TextFile { name: name(chapter, ordinal as u32), blocks: plan.blocks.len() as u32, data }
    };
    plans.iter().enumerate().map(file).collect()
}

struct TextFilePlan {
    size: usize,
    blocks: Vec<(usize, usize)>,
}

fn write_header(text: &mut String, about: &About) {
    for (at, field) in about.fields().into_iter().enumerate() {
        if at > 0 {
            text.push(FIELD);
        }
        text.push_str(field);
    }
}

/// In which blocks of a page the beginnings of terms stand, by hash: for each block the buckets that something is in.
/// A reader need not fetch the others.
fn block_signatures(about: &About, blocks: &[TextBlock], folder: &TextFolder) -> String {
    let mut coder = RangeEncoder::fresh(512);
    for (at, block) in blocks.iter().enumerate() {
        let mut set = vec![false; BUCKETS as usize];
        let mut take = |text: &str| {
            folder.terms(text, |term| {
                if let Some(bucket) = bucket(&term) {
                    set[bucket as usize] = true;
                }
            });
        };
        if at == 0 {
            about.fields().into_iter().for_each(&mut take);
        }
        for line in block.text.lines() {
            match line.strip_prefix(MARK) {
                Some(section) => take(section.split_once(MARK).map_or("", |(_, heading)| heading)),
                None => take(line),
            }
        }
        let full: Vec<u32> = (0..BUCKETS).filter(|bucket| set[*bucket as usize]).collect();
        coder.encode_exp_golomb(320, 4, full.len() as u32);
        coder.encode_ascending(&full, 0, BUCKETS - 1);
    }
    encode_base93(&coder.finish().0)
}

/// The bucket of a term: of pairs, and of words by their first three characters. Others stand anywhere.
fn bucket(term: &IndexTerm) -> Option<u32> {
    let mix = |a: char, b: char, c: u32| {
        let mixed = (a as u32).wrapping_mul(0x9E37_79B1) ^ (b as u32).wrapping_mul(0x85EB_CA6B) ^ c.wrapping_mul(0xC2B2_AE35);
        (mixed ^ mixed >> 15).wrapping_mul(0x2C1B_3C6D) >> 22
    };
    match term {
        IndexTerm::One(_) => None,
        IndexTerm::Two(a, b) => Some(mix(*a, *b, 0)),
        IndexTerm::Word(word) => {
            let mut chars = word.chars();
            Some(mix(chars.next()?, chars.next()?, chars.next()? as u32))
        }
    }
}

/// The pages that a file of texts tells of, each with its blocks that stand there. Those of a page that goes on from the
/// file before have their title and address, too.
pub fn parse_pages(text: &str) -> Option<Vec<(About, Vec<TextBlock>)>> {
    let mut pages: Vec<(About, Vec<TextBlock>)> = Vec::new();
    for block in text.strip_suffix(BLOCK)?.split(BLOCK) {
        let end = block.find([BODY, FOLDED])?;
        if end > 0 {
            let mut fields = block[..end].split(FIELD).map(str::to_string);
            let mut field = || fields.next().unwrap_or_default();
            pages.push((About { title: field(), url: field(), date: field(), facts: field(), keywords: field() }, Vec::new()));
        }
        pages.last_mut()?.1.push(TextBlock { text: block[end + 1..].to_string() });
    }
    Some(pages)
}

/// The digits of file names: no letters that look alike.
pub const DIGITS: &[u8; 32] = b"0123456789abcdefghijkmnpqrstuvwx";

/// So many digits of a number in [`DIGITS`], lowest first.
pub fn base32(mut value: u32, digits: usize) -> String {
    let mut text = String::new();
    for _ in 0..digits {
        text.push(char::from(DIGITS[(value & 31) as usize]));
        value >>= 5;
    }
    text
}
