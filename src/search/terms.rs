//! Which terms stand on a page, and what is known of each.

use rustc_hash::FxHashMap;

use super::blocks::{MARK, TextBlock};
use super::fold::{IndexTerm, TextFolder};
use super::radix_sort;
use super::texts::About;

/// The term stands in the title.
pub const TITLE: u8 = 1;
/// It stands in a heading.
pub const HEADING: u8 = 2;
/// It stands there so often that the page is about it. Of a term in the title: the title is so short that it is much of it.
pub const STRONG: u8 = 4;
/// A title of so many characters is short; a word of letters counts for two.
const SHORT: usize = 6;

/// What is known of a term on a page, in bits: the flags, and above them what follows it.
pub type PostingBits = u16;
/// Bits of a [`PostingBits`].
pub const KNOWN: u32 = FLAGS + FOLLOWERS;
/// Bits of it that are flags.
pub const FLAGS: u32 = 3;
/// What follows a pair falls into so many buckets, a bit each. With seven, a first query on 8,000 pages takes a third of
/// the files at the 95th percentile; an eighth takes 0.06 MB, for which the lists have no room.
pub const FOLLOWERS: u32 = 7;

/// A page and what is known of a term there: `page << KNOWN | known`.
pub type Posting = u64;

/// The posting of a page.
pub fn posting(page: u32, known: PostingBits) -> Posting {
    u64::from(page) << KNOWN | u64::from(known)
}

/// The page of a posting.
pub fn page_of(posting: Posting) -> u32 {
    (posting >> KNOWN) as u32
}

/// The bit of a character that follows a pair. The script has the same.
fn follower(c: char) -> u64 {
    1 << (FLAGS + ((c as u32).wrapping_mul(0x9E37_79B1) >> 16) * FOLLOWERS / (1 << 16))
}

/// The terms of a page, each with what is known of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PageTerms {
    /// Pairs of characters, and characters that no other follows: `pair << KNOWN | known`, the pair as [`pair`] has it; ascending.
    pub grams: Vec<u64>,
    /// Words, ascending.
    pub words: Vec<(String, PostingBits)>,
}

impl PageTerms {
    /// The pairs and characters, each with what is known of it.
    pub fn pairs(&self) -> impl Iterator<Item = (u64, PostingBits)> {
        self.grams.iter().map(|gram| (gram >> KNOWN, (gram & ((1 << KNOWN) - 1)) as PostingBits))
    }

    /// The words, each with its flags.
    pub fn words(&self) -> impl Iterator<Item = (&str, PostingBits)> {
        self.words.iter().map(|(word, flags)| (word.as_str(), *flags))
    }
}

/// Two characters in one number, or one alone. All that are letters lie below U+40000.
pub fn pair(c: char, next: Option<char>) -> u64 {
    u64::from(c as u32) << 18 | next.map_or(0, |next| u64::from(next as u32))
}

/// The term that [`pair`] made a number of.
pub fn term_of(pair: u64) -> String {
    [pair >> 18, pair & 0x3_FFFF].into_iter().filter(|c| *c > 0).filter_map(|c| char::from_u32(c as u32)).collect()
}

/// The terms of a page.
pub fn of_page(folder: &TextFolder, about: &About, blocks: &[TextBlock]) -> PageTerms {
    let length: usize = blocks.iter().map(|block| block.text.len()).sum();
    // A Han character takes three bytes and comes to a term.
    let mut collector = TermCollector { length, short: false, grams: Vec::with_capacity(length / 3), words: FxHashMap::default() };
    collector.add(folder, &about.title, TITLE);
    collector.short = collector.grams.len() + 2 * collector.words.len() <= SHORT;
    collector.add(folder, &about.facts, 0);
    collector.add(folder, &about.keywords, 0);
    // Text is folded a stretch at a time: terms never cross a line, so a heading may be taken by itself.
    for block in blocks {
        let mut rest = block.text.as_str();
        while let Some((stretch, section)) = rest.split_once(MARK) {
            collector.add(folder, stretch, 0);
            let (section, below) = section.split_once('\n').unwrap_or((section, ""));
            collector.add(folder, section.split_once(MARK).map_or("", |(_, heading)| heading), HEADING);
            rest = below;
        }
        collector.add(folder, rest, 0);
    }
    collector.finish()
}

struct TermCollector {
    length: usize,
    /// Whether the title is.
    short: bool,
    /// `pair << KNOWN | known`.
    grams: Vec<u64>,
    words: FxHashMap<String, (u32, u8)>,
}

impl TermCollector {
    /// A character that another follows is found by the pair of both: it is taken by itself where it ends a run, so that half as
    /// much is put in order.
    fn add(&mut self, folder: &TextFolder, text: &str, flags: u8) {
        let mut last: Option<char> = None;
        // Where the pair is that ends with `last`: what comes right behind that follows it.
        let mut open: Option<usize> = None;
        folder.terms(text, |term| {
            // A pair is of the last one and what follows it.
            if let Some(alone) = last.take()
                && !matches!(term, IndexTerm::Two(..))
            {
                self.gram(pair(alone, None), flags);
            }
            match term {
                IndexTerm::One(c) => {
                    last = Some(c);
                    open = open.filter(|at| self.grams.len() == at + 1 && (self.grams[*at] >> KNOWN) as u32 & 0x3_FFFF == c as u32);
                }
                IndexTerm::Two(c, next) => {
                    if let Some(at) = open.take() {
                        self.grams[at] |= follower(next);
                    }
                    open = Some(self.grams.len());
                    self.gram(pair(c, Some(next)), flags);
                }
                IndexTerm::Word(word) => {
                    open = None;
                    self.word(word, flags);
                }
            }
        });
        if let Some(alone) = last {
            self.gram(pair(alone, None), flags);
        }
    }

    fn gram(&mut self, pair: u64, flags: u8) {
        self.grams.push(pair << KNOWN | u64::from(flags));
    }

    fn word(&mut self, word: &str, flags: u8) {
        if let Some((count, known)) = self.words.get_mut(word) {
            *count += 1;
            *known |= flags;
            return;
        }
        self.words.insert(word.to_string(), (1, flags));
    }

    fn finish(mut self) -> PageTerms {
        radix_sort::sort(&mut self.grams, KNOWN, 36);
        // In a text of 1,000 characters (3,000 bytes), a term that stands there five times is what it is about. In a
        // long one, thirty times will do.
        let length = self.length.clamp(1800, 18_000);
        let strong = |count: u32, flags: u8| match flags & TITLE {
            0 => count >= 3 && count as usize * 600 >= length,
            _ => self.short,
        };
        let known = |count: u32, flags: u8| if strong(count, flags) { flags | STRONG } else { flags };
        let (mut from, mut kept) = (0, 0);
        while from < self.grams.len() {
            let pair = self.grams[from] >> KNOWN;
            let count = self.grams[from..].iter().take_while(|gram| *gram >> KNOWN == pair).count();
            let all = self.grams[from..from + count].iter().fold(0, |all, gram| all | gram) & ((1 << KNOWN) - 1);
            let all = all | u64::from(known(count as u32, (all & 7) as u8));
            from += count;
            // A character that another follows is found by its pairs; it stands alone only where it ends a run.
            let alone = pair >> 18 << 18;
            if pair != alone && kept > 0 && self.grams[kept - 1] >> KNOWN == alone {
                kept -= 1;
            }
            self.grams[kept] = pair << KNOWN | all;
            kept += 1;
        }
        self.grams.truncate(kept);
        let mut words: Vec<(String, PostingBits)> =
            self.words.into_iter().map(|(word, (count, flags))| (word, PostingBits::from(known(count, flags)))).collect();
        words.sort_unstable();
        PageTerms { grams: self.grams, words }
    }
}

/// At so many terms a page is of the next class.
const STEPS: [usize; super::coder::CLASSES as usize] = [128, 400, 800, 3200];

/// How long a page is, by how many terms it has: short ones may come first, and lists of pages are coded by what long ones weigh.
pub fn class(terms: &PageTerms) -> u8 {
    let count = terms.grams.len() + terms.words.len();
    STEPS.iter().filter(|step| count >= **step).count() as u8
}
