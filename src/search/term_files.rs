//! Postings lists as files: cut into regions and files, encoded, decoded, and merged with what changed.

use std::collections::BTreeMap;

use super::blocks::hash;
use super::coder::{NEW, Probability, RangeEncoder, Scale, encode_base93};
use super::followers::{FollowerDecoder, FollowerEncoder};
use super::format::STAMPS;
use super::read::{RangeDecoder, decode_base93};
use super::terms::{HEADING, KNOWN, Posting, PostingBits, STRONG, TITLE, page_of, posting};

/// A term with its pages, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingsList {
    /// The term.
    pub term: String,
    /// Its pages, with what is known of it there.
    pub postings: Vec<Posting>,
}

/// Files of terms that are cut together: what changes in another region leaves them as they are.
#[derive(Debug, Default)]
pub struct TermRegion {
    /// Each file: its first term, its data.
    pub files: Vec<(String, String)>,
}

/// A file is not cut before it has about so many bits, nor let grow beyond the second number.
const LEAST: u32 = 20_500;
const MOST: u32 = 46_000;

/// One term in so many begins a region.
const REGION: u32 = 2048;

/// Whether a term begins a region.
fn begins(term: &str) -> bool {
    hash(term.as_bytes()).is_multiple_of(REGION)
}

/// The places at which regions begin, and the end; one region at least.
pub fn cuts_of(terms: impl Iterator<Item = String>) -> Vec<usize> {
    let mut cuts = vec![0];
    let mut count = 0;
    for (at, term) in terms.enumerate() {
        if at > 0 && begins(&term) {
            cuts.push(at);
        }
        count = at + 1;
    }
    cuts.push(count);
    cuts
}

/// Cuts lists into regions.
pub fn regions(lists: &[PostingsList], scale: &Scale) -> Vec<TermRegion> {
    cuts_of(lists.iter().map(|list| list.term.clone())).windows(2).map(|pair| region(&lists[pair[0]..pair[1]], scale)).collect()
}

/// Cuts a region into files.
pub fn region(lists: &[PostingsList], scale: &Scale) -> TermRegion {
    let mut cuts = vec![0];
    let mut size = 0;
    for (at, list) in lists.iter().enumerate() {
        let next = 24 + list.postings.len() as u32 * 6;
        let may = size >= LEAST && hash(list.term.as_bytes()).is_multiple_of(8);
        if size > 0 && (may || size + next > MOST) {
            cuts.push(at);
            size = 0;
        }
        size += next;
    }
    cuts.push(lists.len());
    let ranges = cuts.windows(2).map(|pair| &lists[pair[0]..pair[1]]);
    TermRegion {
        files: ranges.map(|lists| (lists.first().map(|list| list.term.clone()).unwrap_or_default(), encode(lists, scale))).collect(),
    }
}

/// What becomes of lists when pages change.
pub struct PostingsChange<'a> {
    /// The new number of each page that was, unless it is gone or its terms are taken in anew.
    pub moved: &'a (dyn Fn(u32) -> Option<u32> + Sync),
    /// What the changed pages bring, by term, ascending.
    pub fresh: &'a BTreeMap<String, Vec<Posting>>,
}

/// The lists of a region as they are after a change. `from` and `to` are the first terms of this region and of the next.
pub fn merge_change(old: Vec<PostingsList>, change: &PostingsChange, from: Option<&str>, to: Option<&str>) -> Vec<PostingsList> {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let from = from.map_or(Unbounded, Included);
    let to = to.map_or(Unbounded, Excluded);
    let mut fresh = change.fresh.range::<str, _>((from, to)).peekable();
    let mut lists = Vec::with_capacity(old.len());
    let add = |(term, postings): (&String, &Vec<Posting>)| PostingsList { term: term.clone(), postings: postings.clone() };
    for mut list in old {
        while let Some(entry) = fresh.next_if(|(term, _)| **term < list.term) {
            lists.push(add(entry));
        }
        let known = |posting: Posting| (posting & ((1 << KNOWN) - 1)) as PostingBits;
        let moved = |old: &Posting| (change.moved)(page_of(*old)).map(|page| posting(page, known(*old)));
        list.postings = list.postings.iter().filter_map(moved).collect();
        if let Some((_, postings)) = fresh.next_if(|(term, _)| **term == list.term) {
            list.postings.extend(postings);
        }
        list.postings.sort_unstable();
        if !list.postings.is_empty() {
            lists.push(list);
        }
    }
    lists.extend(fresh.map(add));
    lists
}

/// Places of the probabilities in the coder's table; those below are its own.
mod at {
    pub const SHARED: usize = 320; // 16
    pub const FRESH: usize = 336; // 16
    pub const STEP: usize = 352; // 32
    pub const FAR: usize = 384; // 32
    pub const COUNT: usize = 416; // 3 by the kind of term × 32
    pub const FLAGS: usize = 512; // 3 flags × 4 sizes of lists × 16
    pub const CHAR: usize = 704; // by the character before: 37 × 64
    pub const END: usize = CHAR + 37 * 64;
}

/// The probabilities with which a file begins: most lists have no page with a flag, and each file would have to learn it.
fn probabilities() -> Vec<Probability> {
    let mut probabilities = vec![NEW; at::END];
    probabilities[at::FLAGS..at::CHAR].fill(3600 << 4);
    probabilities
}

fn encode(lists: &[PostingsList], scale: &Scale) -> String {
    let mut coder = RangeEncoder::new(probabilities());
    let mut followers = FollowerEncoder::default();
    let (mut before, mut term): (Vec<char>, Vec<char>) = Default::default();
    let (mut pages, mut with): (Vec<u32>, Vec<u32>) = Default::default();
    for list in lists {
        term.clear();
        term.extend(list.term.chars());
        front(&mut coder, &before, &term);
        let n = list.postings.len();
        coder.encode_exp_golomb(at::COUNT + kind(&term) * 32, 5, n as u32 - 1);
        std::mem::swap(&mut before, &mut term);
        pages.clear();
        pages.extend(list.postings.iter().map(|posting| page_of(*posting)));
        coder.encode_weighted(&pages, 0, scale.count() - 1, scale);
        for (row, flag) in [TITLE, HEADING, STRONG].into_iter().enumerate() {
            with.clear();
            with.extend((0..n as u32).filter(|at| list.postings[*at as usize] & u64::from(flag) != 0));
            coder.encode_exp_golomb(at::FLAGS + row * 64 + size(n) * 16, 4, with.len() as u32);
            coder.encode_ascending(&with, 0, n as u32 - 1);
        }
        if kind(&before) == PAIR {
            followers.add(&list.postings);
        }
    }
    // A string of its own: a phrase of two characters has no use for it.
    format!("{} {}\",\"{}", lists.len(), encode_base93(&coder.finish().0), encode_base93(&followers.finish()))
}

/// Reads a file of terms.
pub fn decode(data: &str, scale: &Scale) -> Option<Vec<PostingsList>> {
    let (lists, followers) = data.split_once("\",\"")?;
    let followers = decode_base93(followers)?;
    let mut followers = FollowerDecoder::new(&followers);
    let (count, code) = lists.split_once(' ')?;
    let bytes = decode_base93(code)?;
    let mut decoder = RangeDecoder::new(&bytes, probabilities());
    let mut lists = Vec::new();
    let mut before: Vec<char> = Vec::new();
    for _ in 0..count.parse::<u32>().ok()? {
        let term = front_of(&mut decoder, &before)?;
        let n = decoder.decode_exp_golomb(at::COUNT + kind(&term) * 32, 5) as usize + 1;
        before = term;
        if n > scale.count() as usize || decoder.is_past_end() {
            return None;
        }
        let mut pages = vec![0; n];
        decoder.decode_weighted(&mut pages, 0, scale.count() - 1, scale);
        let mut postings: Vec<Posting> = pages.iter().map(|page| posting(*page, 0)).collect();
        for (row, flag) in [TITLE, HEADING, STRONG].into_iter().enumerate() {
            let with = decoder.decode_exp_golomb(at::FLAGS + row * 64 + size(n) * 16, 4) as usize;
            if with > n {
                return None;
            }
            let mut places = vec![0; with];
            decoder.decode_ascending(&mut places, 0, n as u32 - 1);
            places.iter().for_each(|place| postings[*place as usize] |= u64::from(flag));
        }
        if kind(&before) == PAIR {
            followers.read(&mut postings);
        }
        lists.push(PostingsList { term: before.iter().collect(), postings });
    }
    Some(lists)
}

/// The kind of pairs.
const PAIR: usize = 1;

/// One character, two, or a word: lists of each have lengths of their own.
fn kind(term: &[char]) -> usize {
    match term {
        [] | [_] => 0,
        [a, b] if !(a.is_ascii() && b.is_ascii()) => PAIR,
        _ => 2,
    }
}

fn size(n: usize) -> usize {
    match n {
        1 => 0,
        2..=7 => 1,
        8..=63 => 2,
        _ => 3,
    }
}

/// A term by what it shares with the one before: terms ascend, so the first other character is a step up.
fn front(coder: &mut RangeEncoder, before: &[char], term: &[char]) {
    let shared = before.iter().zip(term).take_while(|(a, b)| a == b).count();
    coder.encode_exp_golomb(at::SHARED, 4, shared as u32);
    coder.encode_exp_golomb(at::FRESH, 4, (term.len() - shared) as u32);
    for (at, c) in term.iter().enumerate().skip(shared) {
        if let Some(old) = before.get(at).filter(|_| at == shared) {
            coder.encode_exp_golomb(at::STEP, 5, (*c as u32).saturating_sub(*old as u32));
            continue;
        }
        let digit = digit(*c);
        let context = if at > 0 { self::digit(term[at - 1]).unwrap_or(36) } else { 36 };
        coder.encode_bit_tree(at::CHAR + context * 64, digit.unwrap_or(63), 6);
        if digit.is_none() {
            coder.encode_exp_golomb(at::FAR, 5, *c as u32);
        }
    }
}

fn front_of(decoder: &mut RangeDecoder, before: &[char]) -> Option<Vec<char>> {
    let shared = decoder.decode_exp_golomb(at::SHARED, 4) as usize;
    let fresh = decoder.decode_exp_golomb(at::FRESH, 4) as usize;
    let mut term = before.get(..shared)?.to_vec();
    if shared + fresh > 64 {
        return None;
    }
    for at in shared..shared + fresh {
        if let Some(old) = before.get(at).filter(|_| at == shared) {
            term.push(char::from_u32((*old as u32).checked_add(decoder.decode_exp_golomb(at::STEP, 5))?)?);
            continue;
        }
        let context = if at > 0 { digit(term[at - 1]).unwrap_or(36) } else { 36 };
        term.push(match decoder.decode_bit_tree(at::CHAR + context * 64, 6) as u8 {
            digit @ 0..=9 => char::from(b'0' + digit),
            letter @ 10..=35 => char::from(b'a' + letter - 10),
            _ => char::from_u32(decoder.decode_exp_golomb(at::FAR, 5))?,
        });
    }
    Some(term)
}

fn digit(c: char) -> Option<usize> {
    match c {
        '0'..='9' => Some(c as usize - '0' as usize),
        'a'..='z' => Some(c as usize - 'a' as usize + 10),
        _ => None,
    }
}

/// The first term of each file and its stamp, for the manifest.
pub fn keys<'a>(files: impl ExactSizeIterator<Item = (&'a str, u16)>) -> String {
    let mut coder = RangeEncoder::fresh(at::END);
    let mut before: Vec<char> = Vec::new();
    let count = files.len();
    for (key, stamp) in files {
        let key: Vec<char> = key.chars().collect();
        front(&mut coder, &before, &key);
        coder.encode_uniform(u32::from(stamp), STAMPS);
        before = key;
    }
    format!("{count} {}", encode_base93(&coder.finish().0))
}
