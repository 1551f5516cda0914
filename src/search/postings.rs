//! The inverted index of a full build: postings, gathered page by page and sorted by term.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::coder::Scale;
use super::radix_sort;
use super::term_files::{PostingsList, TermRegion, cuts_of, region};
use super::terms::{FLAGS, FOLLOWERS, KNOWN, PageTerms, Posting, posting, term_of};

/// Builds the postings of all terms from the terms of one page after the other: the largest thing that a build holds.
pub struct PostingsBuilder {
    /// In buckets by the first character of a pair: they are put in order each by itself, and each goes as soon as its lists are
    /// made.
    grams: Vec<GramBucket>,
    /// Each word's number.
    words: FxHashMap<Box<str>, u32>,
    /// `number of the word << POSTING | posting`.
    places: Vec<u64>,
}

/// The pairs of a bucket as pages bring them.
#[derive(Default)]
struct GramBucket {
    /// Of each page that has some, [`PAGE`] with its number, then `pair << 3 | flags` without what the bucket says.
    entries: Vec<u32>,
    /// What follows each pair; nothing of a page's number.
    followers: Vec<u8>,
}

/// Pages that fit into a posting.
pub const PAGES: usize = 1 << 25;
/// Bits of a posting.
const POSTING: u32 = 25 + KNOWN;

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
        PostingsBuilder {
            grams: std::iter::repeat_with(GramBucket::default).take(BUCKETS).collect(),
            words: FxHashMap::default(),
            places: Vec::new(),
        }
    }
}

impl PostingsBuilder {
    /// Takes in the terms of a page. Pages come in any order, each once.
    pub fn add(&mut self, page: u32, terms: PageTerms) {
        let bucket_of = |gram: &u64| gram >> KNOWN >> IN_BUCKET;
        for grams in terms.grams.chunk_by(|a, b| bucket_of(a) == bucket_of(b)) {
            let bucket = &mut self.grams[bucket_of(&grams[0]) as usize];
            bucket.entries.push(PAGE | page);
            bucket.followers.push(0);
            let entry = |gram: &u64| ((gram >> KNOWN & ((1 << IN_BUCKET) - 1)) << FLAGS | gram & ((1 << FLAGS) - 1)) as u32;
            bucket.entries.extend(grams.iter().map(entry));
            bucket.followers.extend(grams.iter().map(|gram| (gram >> FLAGS & ((1 << FOLLOWERS) - 1)) as u8));
        }
        for (word, known) in terms.words {
            let number = match self.words.get(word.as_str()) {
                Some(number) => *number,
                None => {
                    let fresh = self.words.len() as u32;
                    self.words.insert(word.into_boxed_str(), fresh);
                    fresh
                }
            };
            self.places.push(u64::from(number) << POSTING | posting(page, known));
        }
    }

    /// The lists, in the order of their terms.
    pub fn finish(mut self) -> InvertedIndex {
        self.places.par_sort_unstable();
        let mut words: Vec<(Box<str>, u32)> = self.words.into_iter().collect();
        words.sort_unstable_by_key(|(_, number)| *number);
        let mut lists = InvertedIndex { words: words.into_iter().map(|(word, _)| word).collect(), ..InvertedIndex::default() };
        lists.postings.reserve_exact(self.grams.iter().map(|bucket| bucket.entries.len()).sum::<usize>() + self.places.len());
        let mut grams = Vec::new();
        for from in (0..BUCKETS).step_by(AT_ONCE) {
            let buckets = &mut self.grams[from..from + AT_ONCE];
            let sorted: Vec<Vec<u64>> = buckets.par_iter_mut().map(|bucket| sorted_bucket(&std::mem::take(bucket))).collect();
            for (at, bucket) in sorted.iter().enumerate() {
                let first = ((from + at) as u64) << IN_BUCKET;
                grams.extend(lists.take(bucket, |pair| TermId(first | pair)));
            }
        }
        let mut words = lists.take(&self.places, |number| TermId(number | TermId::WORD));
        drop(self.places);
        words.par_sort_unstable_by(|a, b| lists.word(a.term).cmp(&lists.word(b.term)));
        lists.entries = lists.merged(grams, words);
        lists
    }
}

/// The pairs of a bucket in their order, as `pair << POSTING | posting`, without what the bucket says of the pair.
fn sorted_bucket(bucket: &GramBucket) -> Vec<u64> {
    // By page first, then by pair: of one pair the pages stay in their order.
    let mut at = 0;
    let mut pages: Vec<(&[u32], &[u8])> = Vec::new();
    for entries in bucket.entries.chunk_by(|_, next| next & PAGE == 0) {
        pages.push((entries, &bucket.followers[at..at + entries.len()]));
        at += entries.len();
    }
    pages.sort_unstable_by_key(|(entries, _)| entries[0]);
    let mut places: Vec<u64> = Vec::with_capacity(bucket.entries.len());
    for (entries, followers) in pages {
        let number = entries[0] & !PAGE;
        let place = |(entry, follower): (&u32, &u8)| {
            let known = u16::from(*follower) << FLAGS | (entry & ((1 << FLAGS) - 1)) as u16;
            u64::from(entry >> FLAGS) << POSTING | posting(number, known)
        };
        places.extend(entries[1..].iter().zip(&followers[1..]).map(place));
    }
    radix_sort::sort(&mut places, POSTING, IN_BUCKET);
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
    postings: Vec<Posting>,
    words: Vec<Box<str>>,
    entries: Vec<TermRange>,
}

impl InvertedIndex {
    /// Takes in places in their order, of which the lower bits are postings and those above tell the term.
    fn take(&mut self, places: &[u64], term: impl Fn(u64) -> TermId) -> Vec<TermRange> {
        let mut entries = Vec::new();
        for run in places.chunk_by(|a, b| a >> POSTING == b >> POSTING) {
            let from = self.postings.len() as u32;
            self.postings.extend(run.iter().map(|place| place & ((1 << POSTING) - 1)));
            entries.push(TermRange { term: term(run[0] >> POSTING), from, to: self.postings.len() as u32 });
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
