//! What the pages of a whole site bring, gathered page by page and put in the order of its terms.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::coder::Scale;
use super::lists::{List, Region, cuts_of, region};
use super::radix;
use super::terms::{PageTerms, term_of};

/// What pages bring, gathered page by page: the largest thing that a build holds.
pub struct Gathered {
    /// In piles by the first character of a pair: they are put in order each by itself, and each goes as soon as its lists are
    /// made. Of each page that has some, [`PAGE`] with its number, then `pair << 3 | flags` without what the pile says.
    grams: Vec<Vec<u32>>,
    /// Each word's number.
    words: FxHashMap<Box<str>, u32>,
    /// `number of the word << 28 | page << 3 | flags`.
    places: Vec<u64>,
}

/// Pages that fit into a posting of 28 bits.
pub const PAGES: usize = 1 << 25;

/// Bits of a pair that tell which one it is of its pile: the second character, and the last nine of the first.
const IN_PILE: u32 = 27;
/// As many piles as the first characters make.
const PILES: usize = 1 << (36 - IN_PILE);
/// Marks the number of a page in a pile.
const PAGE: u32 = 1 << 31;
/// So many piles are put in order side by side.
const AT_ONCE: usize = 8;

impl Default for Gathered {
    fn default() -> Gathered {
        Gathered { grams: vec![Vec::new(); PILES], words: FxHashMap::default(), places: Vec::new() }
    }
}

impl Gathered {
    /// Takes in the terms of a page. Pages come in any order, each once.
    pub fn add(&mut self, page: u32, terms: PageTerms) {
        let pile_of = |gram: &u64| gram >> 3 >> IN_PILE;
        for grams in terms.grams.chunk_by(|a, b| pile_of(a) == pile_of(b)) {
            let pile = &mut self.grams[pile_of(&grams[0]) as usize];
            pile.push(PAGE | page);
            pile.extend(grams.iter().map(|gram| (gram & ((1 << (IN_PILE + 3)) - 1)) as u32));
        }
        for (word, flags) in terms.words {
            let number = match self.words.get(word.as_str()) {
                Some(number) => *number,
                None => {
                    let fresh = self.words.len() as u32;
                    self.words.insert(word.into_boxed_str(), fresh);
                    fresh
                }
            };
            self.places.push(u64::from(number) << 28 | u64::from(page << 3 | u32::from(flags)));
        }
    }

    /// The lists, in the order of their terms.
    pub fn finish(mut self) -> Lists {
        self.places.par_sort_unstable();
        let mut words: Vec<(Box<str>, u32)> = self.words.into_iter().collect();
        words.sort_unstable_by_key(|(_, number)| *number);
        let mut lists = Lists { words: words.into_iter().map(|(word, _)| word).collect(), ..Lists::default() };
        lists.postings.reserve_exact(self.grams.iter().map(Vec::len).sum::<usize>() + self.places.len());
        let mut grams = Vec::new();
        for from in (0..PILES).step_by(AT_ONCE) {
            let piles = &mut self.grams[from..from + AT_ONCE];
            let sorted: Vec<Vec<u64>> =
                piles.par_iter_mut().enumerate().map(|(at, pile)| in_order(from + at, std::mem::take(pile))).collect();
            sorted.iter().for_each(|pile| grams.extend(lists.take(pile, Term)));
        }
        let mut words = lists.take(&self.places, |number| Term(number | Term::WORD));
        drop(self.places);
        words.par_sort_unstable_by(|a, b| lists.word(a.term).cmp(&lists.word(b.term)));
        lists.entries = lists.merged(grams, words);
        lists
    }
}

/// The pairs of a pile in their order, as `pair << 28 | page << 3 | flags`.
fn in_order(pile: usize, entries: Vec<u32>) -> Vec<u64> {
    let first = (pile as u64) << IN_PILE;
    // By page first, then by pair: of one pair the pages stay in their order.
    let mut pages: Vec<&[u32]> = entries.chunk_by(|_, next| next & PAGE == 0).collect();
    pages.sort_unstable_by_key(|page| page[0]);
    let mut places: Vec<u64> = Vec::with_capacity(entries.len());
    for page in pages {
        let number = page[0] & !PAGE;
        places.extend(page[1..].iter().map(|entry| (first | u64::from(entry >> 3)) << 28 | u64::from(number << 3 | (entry & 7))));
    }
    radix::sort(&mut places, 28, IN_PILE);
    places
}

/// A pair of characters, or the number of a word.
#[derive(Clone, Copy)]
struct Term(u64);

impl Term {
    const WORD: u64 = 1 << 63;
}

/// A term, and where its postings begin and end.
#[derive(Clone, Copy)]
struct Entry {
    term: Term,
    from: u32,
    to: u32,
}

/// Lists in the order of their terms.
#[derive(Default)]
pub struct Lists {
    postings: Vec<u32>,
    words: Vec<Box<str>>,
    entries: Vec<Entry>,
}

impl Lists {
    /// Takes in places in their order, of which the lower 28 bits are postings and those above tell the term.
    fn take(&mut self, places: &[u64], term: impl Fn(u64) -> Term) -> Vec<Entry> {
        let mut entries = Vec::new();
        for run in places.chunk_by(|a, b| a >> 28 == b >> 28) {
            let from = self.postings.len() as u32;
            self.postings.extend(run.iter().map(|place| (place & 0xFFF_FFFF) as u32));
            entries.push(Entry { term: term(run[0] >> 28), from, to: self.postings.len() as u32 });
        }
        entries
    }

    fn word(&self, Term(term): Term) -> Option<&str> {
        let number = (term & Term::WORD != 0).then_some((term ^ Term::WORD) as usize)?;
        self.words.get(number).map(|word| &**word)
    }

    fn text(&self, term: Term) -> String {
        self.word(term).map_or_else(|| term_of(term.0), str::to_string)
    }

    /// Both in one order. Pairs in that of their numbers are in that of their texts, too.
    fn merged(&self, grams: Vec<Entry>, words: Vec<Entry>) -> Vec<Entry> {
        let mut all = Vec::with_capacity(grams.len() + words.len());
        let mut grams = grams.into_iter().map(|entry| (self.text(entry.term), entry)).peekable();
        for word in words {
            let text = self.word(word.term).unwrap_or_default();
            while let Some((_, gram)) = grams.next_if(|(gram, _)| gram.as_str() < text) {
                all.push(gram);
            }
            all.push(word);
        }
        all.extend(grams.map(|(_, gram)| gram));
        all
    }

    /// Cuts all of them into regions.
    pub fn regions(&self, scale: &Scale) -> Vec<Region> {
        let cuts = cuts_of(self.entries.iter().map(|entry| self.text(entry.term)));
        let ranges: Vec<(usize, usize)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
        ranges.par_iter().map(|(from, to)| region(&self.lists(*from, *to), scale)).collect()
    }

    fn lists(&self, from: usize, to: usize) -> Vec<List> {
        let list =
            |entry: &Entry| List { term: self.text(entry.term), postings: self.postings[entry.from as usize..entry.to as usize].to_vec() };
        self.entries[from..to].iter().map(list).collect()
    }
}
