//! Entropy coding: a binary range coder with adaptive 12-bit probabilities, and base-93 text for its bytes.
//!
//! The text is ASCII without quotation mark and backslash, because plain `.js` files are the one thing that every host serves unchanged.
//! The decoders are [`super::read`] and the reader's script.

/// The 93 digits of a base-93 text: all that can be printed but quotation mark and backslash.
pub const ALPHABET: &[u8; 93] = b" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// How many bits so many characters hold. Thirteen waste next to nothing, so that codes are cut into groups of those.
pub const BITS: [u32; 14] = [0, 6, 13, 19, 26, 32, 39, 45, 52, 58, 65, 71, 78, 85];

/// The lower seven characters of a group, and the upper six, are two numbers of 64 bits: quicker than one of 128.
const LOWER: u128 = 93_u128.pow(7);

/// Bytes as base-93 text: groups of 85 bits, each as 13 digits.
pub fn encode_base93(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() * 16 / 13 + 14);
    let mut bytes = bytes.iter();
    let mut left = bytes.len() as u32 * 8;
    let (mut held, mut count) = (0_u128, 0);
    while left > 0 {
        let size = left.min(85);
        while count < size {
            held = held << 8 | bytes.next().map_or(0, |byte| u128::from(*byte));
            count += 8;
        }
        count -= size;
        left -= size;
        let chars = BITS.iter().position(|bits| *bits >= size).unwrap_or(13);
        let value = (held >> count) << (BITS[chars] - size);
        held &= (1 << count) - 1;
        let (mut upper, mut lower) = ((value / LOWER) as u64, (value % LOWER) as u64);
        let mut group = [0; 13];
        for at in (0..13).rev() {
            let part = if at < 6 { &mut upper } else { &mut lower };
            group[at] = ALPHABET[(*part % 93) as usize];
            *part /= 93;
        }
        out.extend_from_slice(&group[13 - chars..]);
    }
    // All of it is ASCII.
    String::from_utf8(out).unwrap_or_default()
}

/// Adaptive probability: 12 bits of probability that the next bit is 0, 4 bits of how often it was asked.
pub type Probability = u16;

/// A probability that was never used: one half.
pub const NEW: Probability = 2048 << 4;

/// The adaptation rate by the number of uses: a probability moves by 1/2, 1/4 … of the distance, from the 16th use on by 1/32.
pub const RATE: [u32; 16] = [1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5];

/// Where the table of probabilities holds those of the first two bits of [`RangeEncoder::encode_exp_golomb`]s: 32 × 4.
pub const LOW: usize = 192;

/// A binary range encoder (32-bit range, carry propagation) with a table of adaptive probabilities.
pub struct RangeEncoder {
    probabilities: Vec<Probability>,
    low: u64,
    range: u32,
    out: ByteOutput,
}

impl RangeEncoder {
    /// An encoder with this many new probabilities.
    pub fn fresh(probabilities: usize) -> RangeEncoder {
        RangeEncoder::new(vec![NEW; probabilities])
    }

    /// An encoder that begins with these probabilities.
    pub fn new(probabilities: Vec<Probability>) -> RangeEncoder {
        RangeEncoder { probabilities, low: 0, range: u32::MAX, out: ByteOutput { cache: 0, pending: 1, bytes: Vec::new() } }
    }

    /// Begins anew with some of the probabilities.
    pub fn reset(&mut self, places: std::ops::Range<usize>, to: Probability) {
        self.probabilities[places].fill(to);
    }

    /// Encodes a bit by the probability at a place of the table.
    pub fn encode_bit(&mut self, at: usize, bit: bool) {
        (self.low, self.range) = update_range(&mut self.probabilities[at], bit, self.low, self.range);
        self.normalize();
    }

    fn normalize(&mut self) {
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.low = self.out.shift_low(self.low);
        }
    }

    fn encode_raw_bits(&mut self, value: u32, mut bits: u32) {
        // As many at once as the range has room for.
        while bits > 0 {
            let step = bits.min(12);
            bits -= step;
            self.range >>= step;
            self.low += u64::from(self.range) * u64::from(value >> bits & ((1 << step) - 1));
            self.normalize();
        }
    }

    /// Encodes one of `size` equally likely values; at most 2¹⁶ of them.
    pub fn encode_uniform(&mut self, value: u32, size: u32) {
        self.encode_range(value, 1, size);
    }

    /// The part of `all` that begins at `from` and is `size` large; `all` is at most 2²².
    pub fn encode_range(&mut self, from: u32, size: u32, all: u32) {
        self.range /= all;
        self.low += u64::from(from) * u64::from(self.range);
        self.range *= size;
        self.normalize();
    }

    /// Binary interpolative coding of ascending numbers in `low..=high`: the middle one first, uniform in the room that its neighbours leave,
    /// then both halves. Numbers that stand close together cost next to nothing.
    pub fn encode_ascending(&mut self, numbers: &[u32], low: u32, high: u32) {
        let n = numbers.len();
        if n == 0 || (high - low) as usize + 1 == n {
            return;
        }
        let middle = n / 2;
        let value = numbers[middle];
        let (first, last) = (low + middle as u32, high - (n - 1 - middle) as u32);
        self.encode_uniform(value - first, last - first + 1);
        if middle > 0 {
            self.encode_ascending(&numbers[..middle], low, value - 1);
        }
        if middle + 1 < n {
            self.encode_ascending(&numbers[middle + 1..], value + 1, high);
        }
    }

    /// Binary interpolative coding where a number is as likely as its weight.
    pub fn encode_weighted(&mut self, numbers: &[u32], low: u32, high: u32, scale: &Scale) {
        let n = numbers.len();
        if n == 0 || (high - low) as usize + 1 == n {
            return;
        }
        let middle = n / 2;
        let value = numbers[middle];
        let (first, last) = (low + middle as u32, high - (n - 1 - middle) as u32);
        self.encode_range(scale.span(first, value), scale.span(value, value + 1), scale.span(first, last + 1));
        if middle > 0 {
            self.encode_weighted(&numbers[..middle], low, value - 1, scale);
        }
        if middle + 1 < n {
            self.encode_weighted(&numbers[middle + 1..], value + 1, high, scale);
        }
    }

    /// Encodes a value of `bits` bits, highest first, by a binary tree of probabilities: node 1 is the root, `2n + bit` follows `n`.
    // In the place of the caller, who knows how many bits: a loop whose end is not known beforehand is guessed wrong.
    #[inline(always)]
    pub fn encode_bit_tree(&mut self, base: usize, value: usize, bits: u32) {
        let probabilities = &mut self.probabilities[base..base + (1 << bits)];
        let (mut low, mut range) = (self.low, self.range);
        let mut node = 1;
        for bit in (0..bits).rev() {
            let one = value >> bit & 1;
            (low, range) = update_range(&mut probabilities[node], one == 1, low, range);
            node = node << 1 | one;
            // Once is enough: no probability leaves a bit less than 1/256 of the range.
            if range < 1 << 24 {
                range <<= 8;
                low = self.out.shift_low(low);
            }
        }
        (self.low, self.range) = (low, range);
    }

    /// Encodes a number from 0 as exponential Golomb: the bit length of `value + 1` by a bit tree, its next two bits adaptively, the rest raw.
    #[inline(always)]
    pub fn encode_exp_golomb(&mut self, base: usize, tree_bits: u32, value: u32) {
        let value = value + 1;
        let bits = 31 - value.leading_zeros();
        self.encode_bit_tree(base, bits as usize, tree_bits);
        if bits > 0 {
            let first = value >> (bits - 1) & 1;
            self.encode_bit(LOW + bits as usize * 4 + 1, first == 1);
            if bits > 1 {
                let second = value >> (bits - 2) & 1;
                self.encode_bit(LOW + bits as usize * 4 + 2 + first as usize, second == 1);
                self.encode_raw_bits(value & ((1 << (bits - 2)) - 1), bits - 2);
            }
        }
    }

    /// What was written, and the probabilities as they were left.
    pub fn finish(mut self) -> (Vec<u8>, Vec<Probability>) {
        for _ in 0..5 {
            self.low = self.out.shift_low(self.low);
        }
        // The first byte is always 0; the last ones may be, and the reader takes what is missing as 0.
        let mut bytes = self.out.bytes;
        bytes.remove(0);
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        (bytes, self.probabilities)
    }
}

/// Where the range begins and how large it is after a bit, by its probability, which learns from it. Every text is some thousands of
/// these: all that may be is worked out beforehand or both ways, since which way a bit goes is as good as random.
#[inline(always)]
fn update_range(probability: &mut Probability, bit: bool, low: u64, range: u32) -> (u64, u32) {
    let (value, count) = (u32::from(*probability >> 4), usize::from(*probability & 15));
    let bound = (range >> 12) * value;
    let (skipped, range, way) = std::hint::select_unpredictable(bit, (bound, range - bound, value), (0, bound, 4096 - value));
    // Part of the way to the end that the bit speaks for; neither end is ever certain.
    let way = (way - (way >> RATE[count])).max(16);
    let value = std::hint::select_unpredictable(bit, way, 4096 - way);
    *probability = (value << 4) as Probability | ASKED[count];
    (low + u64::from(skipped), range)
}

/// How often a probability was asked, after once more.
const ASKED: [Probability; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15];

/// What a coder has written. A byte waits while a carry may still reach it.
struct ByteOutput {
    cache: u8,
    pending: u64,
    bytes: Vec<u8>,
}

impl ByteOutput {
    /// Takes the highest byte of `low`; gives what is left, with room for another.
    #[inline(never)]
    fn shift_low(&mut self, low: u64) -> u64 {
        if !(0xFF00_0000..=0xFFFF_FFFF).contains(&low) {
            let carry = (low >> 32) as u8;
            let mut byte = self.cache;
            while self.pending > 0 {
                self.bytes.push(byte.wrapping_add(carry));
                byte = 0xFF;
                self.pending -= 1;
            }
            self.cache = (low >> 24) as u8;
        }
        self.pending += 1;
        (low & 0x00FF_FFFF) << 8
    }
}

/// What numbers weigh, summed up.
pub struct Scale(Vec<u32>);

/// A scale has at most this in all, so that a share of the coder's range never comes to nothing.
const HEAVIEST: u32 = 1 << 22;

impl Scale {
    /// A scale of numbers from 0 by their class.
    pub fn new(classes: &[u8]) -> Scale {
        // A site so large that its sum would not fit has fewer classes: the script finds the same way down.
        for most in (LIGHT..=CLASSES).rev() {
            let mut sums = vec![0_u32];
            let mut sum = 0_u64;
            for class in classes {
                sum += 1 << (2 * weight(*class.min(&most)));
                sums.push(u32::try_from(sum).unwrap_or(u32::MAX));
            }
            if sum <= u64::from(HEAVIEST) || most == LIGHT {
                return Scale(sums);
            }
        }
        Scale(vec![0])
    }

    /// What the numbers from `from` up to `to`, without it, weigh together.
    pub fn span(&self, from: u32, to: u32) -> u32 {
        self.0[to as usize] - self.0[from as usize]
    }

    /// The number in `from..to` at which `part` of the way is reached.
    pub fn find(&self, from: u32, to: u32, part: u32) -> u32 {
        let wanted = self.0[from as usize].saturating_add(part);
        let after = self.0[from as usize + 1..=to as usize].partition_point(|sum| *sum <= wanted);
        (from + after as u32).min(to - 1)
    }

    /// How many numbers there are.
    pub fn count(&self) -> u32 {
        self.0.len() as u32 - 1
    }
}

/// The heaviest class.
pub const CLASSES: u8 = 4;

/// Up to this class all weigh the same. Most pages are of these, where a sentence easily makes the next class; one page that weighs
/// otherwise makes all lists anew.
const LIGHT: u8 = 2;

/// Four to this power is what a class weighs.
pub fn weight(class: u8) -> u8 {
    class.saturating_sub(LIGHT)
}
