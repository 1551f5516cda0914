//! The inverted index of a full build: postings, gathered page by page and sorted by term.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::coder::Scale;
use super::radix_sort;
use super::term_files::{PostingsList, TermRegion, cuts_of, region};
use super::terms::{PageTerms, term_of};

/// Builds the postings of all terms from the terms of one page after the other: the largest thing that a build holds.
pub struct PostingsBuilder {
    /// In buckets by the first character of a pair: they are put in order each by itself, and each goes as soon as its lists are
    /// made. Of each page that has some, [`PAGE`] with its number, then `pair << 3 | flags` without what the bucket says.
    grams: Vec<Vec<u32>>,
    /// Each word's number.
    words: FxHashMap<Box<str>, u32>,
    /// `number of the word << 28 | page << 3 | flags`.
    places: Vec<u64>,
}

/// Pages that fit into a posting of 28 bits.
pub const PAGES: usize = 1 << 25;

/// Bits of a pair that tell which one it is of its bucket: the second character, and the last nine of the first.
const IN_BUCKET: u32 = 27;
/// As many buckets as the first characters make.
const BUCKETS: usize = 1 << (36 - IN_BUCKET);
/// Marks the number of a page in a bucket.
const PAGE: u32 = 1 << 31;
/// So many buckets are put in order side by side.
const AT_ONCE: usize = 8;

impl Default for PostingsBuilder {
    fn default() -> PostingsBuilder {
        PostingsBuilder { grams: vec![Vec::new(); BUCKETS], words: FxHashMap::default(), places: Vec::new() }
    }
}

impl PostingsBuilder {
    /// Takes in the terms of a page. Pages come in any order, each once.
    pub fn add(&mut self, page: u32, terms: PageTerms) {
        let bucket_of = |gram: &u64| gram >> 3 >> IN_BUCKET;
        for grams in terms.grams.chunk_by(|a, b| bucket_of(a) == bucket_of(b)) {
            let bucket = &mut self.grams[bucket_of(&grams[0]) as usize];
            bucket.push(PAGE | page);
            bucket.extend(grams.iter().map(|gram| (gram & ((1 << (IN_BUCKET + 3)) - 1)) as u32));
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
    pub fn finish(mut self) -> InvertedIndex {
        self.places.par_sort_unstable();
        let mut words: Vec<(Box<str>, u32)> = self.words.into_iter().collect();
        words.sort_unstable_by_key(|(_, number)| *number);
        let mut lists = InvertedIndex { words: words.into_iter().map(|(word, _)| word).collect(), ..InvertedIndex::default() };
        lists.postings.reserve_exact(self.grams.iter().map(Vec::len).sum::<usize>() + self.places.len());
        let mut grams = Vec::new();
        for from in (0..BUCKETS).step_by(AT_ONCE) {
            let buckets = &mut self.grams[from..from + AT_ONCE];
            let sorted: Vec<Vec<u64>> =
                buckets.par_iter_mut().enumerate().map(|(at, bucket)| sorted_bucket(from + at, std::mem::take(bucket))).collect();
            sorted.iter().for_each(|bucket| grams.extend(lists.take(bucket, TermId)));
        }
        let mut words = lists.take(&self.places, |number| TermId(number | TermId::WORD));
        drop(self.places);
        words.par_sort_unstable_by(|a, b| lists.word(a.term).cmp(&lists.word(b.term)));
        lists.entries = lists.merged(grams, words);
        lists
    }
}

/// The pairs of a bucket in their order, as `pair << 28 | page << 3 | flags`.
fn sorted_bucket(bucket: usize, entries: Vec<u32>) -> Vec<u64> {
    let first = (bucket as u64) << IN_BUCKET;
    // By page first, then by pair: of one pair the pages stay in their order.
    let mut pages: Vec<&[u32]> = entries.chunk_by(|_, next| next & PAGE == 0).collect();
    pages.sort_unstable_by_key(|page| page[0]);
    let mut places: Vec<u64> = Vec::with_capacity(entries.len());
    for page in pages {
        let number = page[0] & !PAGE;
        places.extend(page[1..].iter().map(|entry| (first | u64::from(entry >> 3)) << 28 | u64::from(number << 3 | (entry & 7))));
    }
    radix_sort::sort(&mut places, 28, IN_BUCKET);
    places
}

/// A pair of characters, or the number of a word.
#[derive(Clone, Copy)]
struct TermId(u64);

impl TermId {
    const WORD: u64 = 1 << 63;
}

/// A term, and where its postings begin and end.
#[derive(Clone, Copy)]
struct TermRange {
    term: TermId,
    from: u32,
    to: u32,
}

/// All postings, in the order of their terms.
#[derive(Default)]
pub struct InvertedIndex {
    postings: Vec<u32>,
    words: Vec<Box<str>>,
    entries: Vec<TermRange>,
}

impl InvertedIndex {
    /// Takes in places in their order, of which the lower 28 bits are postings and those above tell the term.
    fn take(&mut self, places: &[u64], term: impl Fn(u64) -> TermId) -> Vec<TermRange> {
        let mut entries = Vec::new();
        for run in places.chunk_by(|a, b| a >> 28 == b >> 28) {
            let from = self.postings.len() as u32;
            self.postings.extend(run.iter().map(|place| (place & 0xFFF_FFFF) as u32));
            entries.push(TermRange { term: term(run[0] >> 28), from, to: self.postings.len() as u32 });
        }
        entries
    }

    fn word(&self, TermId(term): TermId) -> Option<&str> {
        let number = (term & TermId::WORD != 0).then_some((term ^ TermId::WORD) as usize)?;
        self.words.get(number).map(|word| &**word)
    }

    fn text(&self, term: TermId) -> String {
        self.word(term).map_or_else(|| term_of(term.0), str::to_string)
    }

    /// Both in one order. Pairs in that of their numbers are in that of their texts, too.
    fn merged(&self, grams: Vec<TermRange>, words: Vec<TermRange>) -> Vec<TermRange> {
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
    pub fn regions(&self, scale: &Scale) -> Vec<TermRegion> {
        let cuts = cuts_of(self.entries.iter().map(|entry| self.text(entry.term)));
        let ranges: Vec<(usize, usize)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
        ranges.par_iter().map(|(from, to)| region(&self.lists(*from, *to), scale)).collect()
    }

    fn lists(&self, from: usize, to: usize) -> Vec<PostingsList> {
        let list = |entry: &TermRange| PostingsList {
            term: self.text(entry.term),
            postings: self.postings[entry.from as usize..entry.to as usize].to_vec(),
        };
        self.entries[from..to].iter().map(list).collect()
    }
}
