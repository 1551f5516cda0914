//! What follows the pairs of a file of terms: of each page of a pair, the buckets of the characters that stand right behind it there.
//!
//! A phrase of three characters needs a page where the third follows the first two. The lists of its two pairs name pages that have both
//! anywhere, which may be a hundred times as many.

use super::coder::{NEW, RangeEncoder};
use super::read::RangeDecoder;
use super::terms::{FLAGS, FOLLOWERS, KNOWN, Posting, PostingBits, posting};

/// A list of so many pages has chances of its own, which it has to learn; shorter ones share theirs.
const OWN: usize = 4;

/// Places of the probabilities: those of a group, of which there are two, and those that all lists share.
mod at {
    pub const ONE: usize = 0; // whether it is one bucket
    pub const NONE: usize = 1; // or none
    pub const TREE: usize = 8; // which one
    pub const GROUP: usize = 16;
    pub const EACH: usize = 2 * GROUP; // of several, each: bucket × how many before it, three at most
    pub const END: usize = EACH + 32;
}

/// Bits of a bucket's number.
const BITS: u32 = (FOLLOWERS - 1).ilog2() + 1;

/// The group of a list.
fn group(n: usize) -> usize {
    if n < OWN { 0 } else { at::GROUP }
}

/// The place of a bucket of several, by how many of those before it there are.
fn each(bucket: u32, buckets: u32) -> usize {
    let before = (buckets & ((1 << bucket) - 1)).count_ones().min(3);
    at::EACH + (4 * bucket + before) as usize
}

/// Writes what follows, list by list.
pub struct FollowerEncoder(RangeEncoder);

impl Default for FollowerEncoder {
    fn default() -> FollowerEncoder {
        FollowerEncoder(RangeEncoder::fresh(at::END))
    }
}

impl FollowerEncoder {
    /// Adds a list.
    pub fn add(&mut self, postings: &[Posting]) {
        let FollowerEncoder(coder) = self;
        let base = group(postings.len());
        coder.reset(at::GROUP..at::EACH, NEW);
        for posting in postings {
            let buckets = (posting >> FLAGS & ((1 << FOLLOWERS) - 1)) as u32;
            let is_one = buckets.is_power_of_two();
            coder.encode_bit(base + at::ONE, is_one);
            if is_one {
                coder.encode_bit_tree(base + at::TREE, buckets.ilog2() as usize, BITS);
                continue;
            }
            coder.encode_bit(base + at::NONE, buckets == 0);
            if buckets > 0 {
                (0..FOLLOWERS).for_each(|bucket| coder.encode_bit(each(bucket, buckets), buckets >> bucket & 1 == 1));
            }
        }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().0
    }
}

/// Reads what [`FollowerEncoder`] wrote.
pub struct FollowerDecoder<'a>(RangeDecoder<'a>);

impl<'a> FollowerDecoder<'a> {
    /// Begins with the first list.
    pub fn new(bytes: &'a [u8]) -> FollowerDecoder<'a> {
        FollowerDecoder(RangeDecoder::fresh(bytes, at::END))
    }

    /// Adds to the postings of the next list what follows there.
    pub fn read(&mut self, postings: &mut [Posting]) {
        let FollowerDecoder(decoder) = self;
        let base = group(postings.len());
        decoder.reset(at::GROUP..at::EACH, NEW);
        for one in postings {
            let mut buckets: PostingBits = 0;
            if decoder.decode_bit(base + at::ONE) {
                // A damaged file may name a bucket that there is not.
                buckets = 1 << decoder.decode_bit_tree(base + at::TREE, BITS).min(FOLLOWERS as usize - 1);
            } else if !decoder.decode_bit(base + at::NONE) {
                for bucket in 0..FOLLOWERS {
                    buckets |= PostingBits::from(decoder.decode_bit(each(bucket, u32::from(buckets)))) << bucket;
                }
            }
            *one |= posting(0, buckets << FLAGS);
        }
    }
}

const _: () = assert!(KNOWN == FLAGS + FOLLOWERS, "a bit for each bucket");
