//! Which term stands in which block: gathered per page, joined, sorted, sharded.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::blocks::{Block, MARK, hash};
use super::fold::{Folder, Term, terms};
use super::pack::Coder;
use super::{Entry, Shard, pack};

/// The term stands in the title.
pub const TITLE: u8 = 1;
/// It stands in a heading of the block.
pub const HEADING: u8 = 2;
/// It stands in the block so often that the block is about it.
pub const STRONG: u8 = 4;

/// The terms of a page by block.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PageTerms {
    /// For each block: pairs of characters (`c << 21 | next`) and characters that no other follows in the block
    /// (`c << 21`), ascending, with what is known of each.
    grams: Vec<Grams>,
    /// For each block its words.
    words: Vec<Words>,
}

/// The terms of a page.
pub fn of_page(folder: &Folder, entry: &Entry, blocks: &[Block]) -> PageTerms {
    let mut page = PageTerms::default();
    for (at, block) in blocks.iter().enumerate() {
        let mut gathered = Gathered { length: block.text.len(), ..Gathered::default() };
        if at == 0 {
            gathered.add(&folder.fold(&entry.title), TITLE);
            gathered.add(&folder.fold(&entry.facts), 0);
            for word in &entry.keywords {
                gathered.add(&folder.fold(word), 0);
            }
        }
        // Text is folded a stretch at a time: terms never cross a line, so a heading may be taken by itself.
        let mut stretch = String::new();
        for line in block.text.lines() {
            match line.strip_prefix(MARK) {
                Some(section) => {
                    let heading = section.split_once(MARK).map_or("", |(_, heading)| heading);
                    gathered.add(&folder.fold(heading), HEADING);
                }
                None => {
                    stretch.push_str(line);
                    stretch.push('\n');
                }
            }
        }
        gathered.add(&folder.fold(&stretch), 0);
        let (grams, words) = gathered.finish();
        page.grams.push(grams);
        page.words.push(words);
    }
    page
}

/// Characters and pairs of a block, and its words; each with what is known of it.
type Grams = Vec<(u64, u8)>;
type Words = Vec<(String, u8)>;

#[derive(Default)]
struct Gathered {
    length: usize,
    grams: Vec<(u64, u8)>,
    words: HashMap<String, (u32, u8)>,
}

impl Gathered {
    fn add(&mut self, folded: &str, flags: u8) {
        terms(folded, |term| match term {
            Term::One(c) => self.grams.push(((c as u64) << 21, flags)),
            Term::Two(c, next) => self.grams.push(((c as u64) << 21 | next as u64, flags)),
            Term::Word(word) => self.word(word, flags),
        });
    }

    fn word(&mut self, word: &str, flags: u8) {
        if let Some((count, known)) = self.words.get_mut(word) {
            *count += 1;
            *known |= flags;
            return;
        }
        self.words.insert(word.to_string(), (1, flags));
    }

    fn finish(mut self) -> (Grams, Words) {
        self.grams.sort_unstable();
        // Of a block of 1,000 characters (3,000 bytes), a term that stands there five times is what it is about.
        let strong = |count: u32| if count >= 3 && count as usize * 600 >= self.length.max(1800) { STRONG } else { 0 };
        let mut grams: Vec<(u64, u8)> = Vec::new();
        for run in self.grams.chunk_by(|a, b| a.0 == b.0) {
            let flags = run.iter().fold(strong(run.len() as u32), |flags, (_, flag)| flags | flag);
            // A character that another follows is found by its pairs; it stands alone only where it ends a run.
            let (first, second) = (run[0].0 >> 21, run[0].0 & 0x1F_FFFF);
            if second > 0 && grams.last() == Some(&(first << 21, grams.last().map_or(0, |last| last.1))) {
                grams.pop();
            }
            grams.push((run[0].0, flags));
        }
        let mut words: BTreeMap<String, u8> = BTreeMap::new();
        #[allow(clippy::iter_over_hash_type, reason = "the tree sorts them")]
        for (word, (count, flags)) in self.words {
            let flags = flags | strong(count);
            *words.entry(word).or_default() |= flags;
        }
        (grams, words.into_iter().collect())
    }
}

/// A shard is not cut before it has about so many bits, nor let grow beyond the second number.
const LEAST: u32 = 34_000;
const MOST: u32 = 84_000;

/// A term with its postings, sorted: `block << 3 | flags`.
struct Entries {
    term: String,
    postings: Vec<u32>,
}

/// Joins the terms of all pages and cuts them into shards. `counts` holds the number of blocks of each page.
pub fn shards(pages: Vec<PageTerms>, counts: &[u32]) -> Vec<Shard> {
    let total: u32 = counts.iter().sum();
    // The room of block numbers grows by steps: a new page must not change the code of every list.
    let step = (total.max(16).next_power_of_two() / 16).max(1);
    let high = total.max(1).div_ceil(step) * step - 1;
    let mut grams: Vec<(u64, u32)> = Vec::with_capacity(pages.iter().flat_map(|page| &page.grams).map(Vec::len).sum());
    let mut words: HashMap<String, Vec<u32>> = HashMap::new();
    let mut block = 0;
    for page in pages {
        for (own_grams, own_words) in page.grams.into_iter().zip(page.words) {
            grams.extend(own_grams.into_iter().map(|(key, flags)| (key, block << 3 | u32::from(flags))));
            for (word, flags) in own_words {
                words.entry(word).or_default().push(block << 3 | u32::from(flags));
            }
            block += 1;
        }
    }
    grams.par_sort_unstable();
    let mut all: Vec<Entries> = Vec::with_capacity(words.len());
    for run in grams.chunk_by(|a, b| a.0 == b.0) {
        let chars = [(run[0].0 >> 21) as u32, (run[0].0 & 0x1F_FFFF) as u32];
        let term = chars.into_iter().filter(|c| *c > 0).filter_map(char::from_u32).collect();
        all.push(Entries { term, postings: run.iter().map(|(_, posting)| *posting).collect() });
    }
    drop(grams);
    all.extend(words.into_iter().map(|(term, postings)| Entries { term, postings }));
    all.par_sort_unstable_by(|a, b| a.term.cmp(&b.term));

    let mut cuts = vec![0];
    let mut size = 0;
    for (at, entry) in all.iter().enumerate() {
        let next = 24 + entry.postings.len() as u32 * 6;
        let may = size >= LEAST && hash(entry.term.as_bytes()).is_multiple_of(8);
        if at > 0 && (may || size + next > MOST && size > 0) {
            cuts.push(at);
            size = 0;
        }
        size += next;
    }
    cuts.push(all.len());
    let mut taken = std::collections::HashSet::new();
    let names: Vec<String> = cuts
        .iter()
        .take(cuts.len() - 1)
        .map(|at| all.get(*at).map_or("", |entry| &entry.term))
        .map(|term| name(term, &mut taken))
        .collect();
    let ranges: Vec<(usize, usize)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
    ranges
        .par_iter()
        .zip(names)
        .map(|(&(from, to), name)| Shard {
            name: format!("terms/{name}"),
            key: all.get(from).map(|entry| entry.term.clone()).unwrap_or_default(),
            data: encode(&all[from..to], high),
        })
        .collect()
}

/// The file name of the shard that begins with a term. The script works it out the same way.
fn name(term: &str, taken: &mut std::collections::HashSet<String>) -> String {
    let mut name = base32(hash(term.as_bytes()), 5);
    while !taken.insert(name.clone()) {
        name.push('x');
    }
    name
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

/// Places of the chances in the coder's table; those below are its own.
mod at {
    pub const SHARED: usize = 320; // 16
    pub const FRESH: usize = 336; // 16
    pub const STEP: usize = 352; // 32
    pub const CHAR: usize = 384; // 64
    pub const FAR: usize = 448; // 32
    pub const COUNT: usize = 480; // 32
    pub const FLAGS: usize = 512; // 3 flags × 4 sizes of lists × 16
    pub const END: usize = 704;
}

fn encode(entries: &[Entries], high: u32) -> String {
    let mut coder = Coder::fresh(at::END);
    let mut before: Vec<char> = Vec::new();
    for entry in entries {
        let term: Vec<char> = entry.term.chars().collect();
        front(&mut coder, &before, &term);
        before = term;
        let n = entry.postings.len();
        coder.number(at::COUNT, 5, n as u32 - 1);
        let blocks: Vec<u32> = entry.postings.iter().map(|posting| posting >> 3).collect();
        coder.ascending(&blocks, 0, high);
        let size = match n {
            1 => 0,
            2..=7 => 1,
            8..=63 => 2,
            _ => 3,
        };
        for (row, flag) in [TITLE, HEADING, STRONG].into_iter().enumerate() {
            let with: Vec<u32> = (0..n as u32).filter(|at| entry.postings[*at as usize] & u32::from(flag) != 0).collect();
            coder.number(at::FLAGS + row * 64 + size * 16, 4, with.len() as u32);
            coder.ascending(&with, 0, n as u32 - 1);
        }
    }
    format!("{} {high} {}", entries.len(), pack::armour(&coder.finish().0))
}

/// A term by what it shares with the one before: terms ascend, so the first other character is a step up.
fn front(coder: &mut Coder, before: &[char], term: &[char]) {
    let shared = before.iter().zip(term).take_while(|(a, b)| a == b).count();
    coder.number(at::SHARED, 4, shared as u32);
    coder.number(at::FRESH, 4, (term.len() - shared) as u32);
    for (at, c) in term.iter().enumerate().skip(shared) {
        match before.get(at).filter(|_| at == shared) {
            Some(old) => coder.number(at::STEP, 5, (*c as u32).saturating_sub(*old as u32)),
            None => match *c as u32 {
                c @ 0x30..=0x39 => coder.tree(at::CHAR, (c - 0x30) as usize, 6),
                c @ 0x61..=0x7A => coder.tree(at::CHAR, (c - 0x61) as usize + 10, 6),
                c => {
                    coder.tree(at::CHAR, 63, 6);
                    coder.number(at::FAR, 5, c);
                }
            },
        }
    }
}

/// The first term of each shard and its stamp, for the manifest.
pub fn keys(shards: &[(String, u32)]) -> String {
    let mut coder = Coder::fresh(at::END);
    let mut before: Vec<char> = Vec::new();
    for (key, stamp) in shards {
        let key: Vec<char> = key.chars().collect();
        front(&mut coder, &before, &key);
        coder.below(*stamp, 1 << 13);
        before = key;
    }
    format!("{} {}", shards.len(), pack::armour(&coder.finish().0))
}
