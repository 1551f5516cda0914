//! Decoders of the files, as the reader's script has them: for updates of the index, tests and the fuzzer.
//!
//! Whatever the bytes, the answer is a value or `None`; it costs no more than the file and the dictionary are long.

use super::coder::{ALPHABET, BITS, LOW, NEW, Probability, RATE, Scale};
use super::lz::{Dictionary, at};

/// The data of a file: what its call is given behind the stamp. Where there is more than one string, `","` parts them.
pub fn data(file: &str) -> Option<&str> {
    let rest = file.strip_suffix("\")")?;
    Some(&rest[rest.find('"')? + 1..])
}

/// The bytes that [`super::coder::encode_base93`] wrote.
pub fn decode_base93(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 13 / 16);
    let (mut held, mut count) = (0_u128, 0);
    for group in text.as_bytes().chunks(13) {
        let mut value = 0_u128;
        for byte in group {
            value = value * 93 + ALPHABET.binary_search(byte).ok()? as u128;
        }
        let size = BITS[group.len()];
        held = held << size | value & ((1 << size) - 1);
        count += size;
        while count >= 8 {
            count -= 8;
            bytes.push((held >> count) as u8);
        }
        held &= (1 << count) - 1;
    }
    Some(bytes)
}

/// Reads what a [`super::coder::RangeEncoder`] wrote.
pub struct RangeDecoder<'a> {
    bytes: &'a [u8],
    place: usize,
    probabilities: Vec<Probability>,
    range: u32,
    code: u32,
}

impl<'a> RangeDecoder<'a> {
    /// A decoder with so many fresh probabilities.
    pub fn fresh(bytes: &'a [u8], probabilities: usize) -> RangeDecoder<'a> {
        RangeDecoder::new(bytes, vec![NEW; probabilities])
    }

    /// A decoder that begins with these probabilities.
    pub fn new(bytes: &'a [u8], probabilities: Vec<Probability>) -> RangeDecoder<'a> {
        let mut decoder = RangeDecoder { bytes, place: 0, probabilities, range: u32::MAX, code: 0 };
        for _ in 0..4 {
            decoder.code = decoder.code << 8 | decoder.next();
        }
        decoder
    }

    /// The probabilities as they were left.
    pub fn into_chances(self) -> Vec<Probability> {
        self.probabilities
    }

    /// Begins anew with some of the probabilities.
    pub fn reset(&mut self, places: std::ops::Range<usize>, to: Probability) {
        self.probabilities[places].fill(to);
    }

    /// Whether more was read than there is, by far: then it is no file of ours.
    pub fn is_past_end(&self) -> bool {
        self.place > self.bytes.len() + 8
    }

    fn next(&mut self) -> u32 {
        self.place += 1;
        self.bytes.get(self.place - 1).map_or(0, |byte| u32::from(*byte))
    }

    fn normalize(&mut self) {
        // A damaged file can bring the range to nothing; what is read then is rubbish, but an end comes.
        self.range = self.range.max(1);
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.code = self.code << 8 | self.next();
        }
    }

    /// One bit, by the probability at a place of the table.
    pub fn decode_bit(&mut self, at: usize) -> bool {
        let probability = self.probabilities[at];
        let mut value = u32::from(probability >> 4);
        let count = u32::from(probability & 15);
        let rate = RATE[count as usize];
        let bound = (self.range >> 12) * value;
        let bit = self.code >= bound;
        if bit {
            self.code -= bound;
            self.range -= bound;
            value -= value >> rate;
        } else {
            self.range = bound;
            value += (4096 - value) >> rate;
        }
        self.probabilities[at] = (value.clamp(16, 4080) << 4 | (count + 1).min(15)) as Probability;
        self.normalize();
        bit
    }

    fn decode_raw_bits(&mut self, mut bits: u32) -> u32 {
        let mut value = 0;
        while bits > 0 {
            let step = bits.min(12);
            bits -= step;
            value = value << step | self.below_power(step);
        }
        value
    }

    fn below_power(&mut self, bits: u32) -> u32 {
        self.range >>= bits;
        let value = (self.code / self.range.max(1)).min((1 << bits) - 1);
        self.consume(value, 1);
        value
    }

    /// One of `size` values, all alike.
    pub fn decode_uniform(&mut self, size: u32) -> u32 {
        self.range /= size.max(1);
        let value = (self.code / self.range.max(1)).min(size.saturating_sub(1));
        self.consume(value, 1);
        value
    }

    fn consume(&mut self, from: u32, size: u32) {
        self.code = self.code.wrapping_sub(from.wrapping_mul(self.range));
        self.range = self.range.wrapping_mul(size);
        self.normalize();
    }

    /// A value of so many bits by a tree of probabilities.
    pub fn decode_bit_tree(&mut self, base: usize, bits: u32) -> usize {
        let mut node = 1;
        for _ in 0..bits {
            node = node << 1 | usize::from(self.decode_bit(base + node));
        }
        node - (1 << bits)
    }

    /// A number from 0.
    pub fn decode_exp_golomb(&mut self, base: usize, tree_bits: u32) -> u32 {
        let bits = self.decode_bit_tree(base, tree_bits) as u32;
        if bits == 0 {
            return 0;
        }
        let mut value = 2 | u32::from(self.decode_bit(LOW + bits as usize * 4 + 1));
        if bits > 1 {
            value = value << 1 | u32::from(self.decode_bit(LOW + bits as usize * 4 + 2 + (value & 1) as usize));
            value = value << (bits - 2) | self.decode_raw_bits(bits - 2);
        }
        value - 1
    }

    /// Ascending numbers in `low..=high`; there are not more than those.
    pub fn decode_ascending(&mut self, numbers: &mut [u32], low: u32, high: u32) {
        self.halves(numbers, low, high, &mut |decoder, first, last| first + decoder.decode_uniform(last - first + 1));
    }

    /// The same of numbers that are as likely as they weigh.
    pub fn decode_weighted(&mut self, numbers: &mut [u32], low: u32, high: u32, scale: &Scale) {
        self.halves(numbers, low, high, &mut |decoder, first, last| {
            decoder.range /= scale.span(first, last + 1).max(1);
            let value = scale.find(first, last + 1, decoder.code / decoder.range.max(1));
            decoder.consume(scale.span(first, value), scale.span(value, value + 1));
            value
        });
    }

    fn halves(&mut self, numbers: &mut [u32], low: u32, high: u32, next: &mut impl FnMut(&mut Self, u32, u32) -> u32) {
        let n = numbers.len();
        if n == 0 {
            return;
        }
        if (high - low) as usize + 1 == n {
            numbers.iter_mut().zip(low..).for_each(|(number, value)| *number = value);
            return;
        }
        let middle = n / 2;
        let (first, last) = (low + middle as u32, high - (n - 1 - middle) as u32);
        let value = next(self, first, last);
        numbers[middle] = value;
        let (before, after) = numbers.split_at_mut(middle);
        if middle > 0 {
            self.halves(before, low, value - 1, next);
        }
        if after.len() > 1 {
            self.halves(&mut after[1..], value + 1, high, next);
        }
    }
}

/// A packed text, from a file's data: the number of its UTF-16 units, a space, its code.
pub fn unpack(data: &str, dictionary: Option<&Dictionary>) -> Option<String> {
    let (units, rest) = data.split_once(' ')?;
    let code = rest.split('"').next()?;
    let before = dictionary.map_or(&[][..], |dictionary| &dictionary.units);
    let probabilities = dictionary.map_or_else(|| vec![NEW; at::END], |dictionary| dictionary.probabilities.clone());
    let units = decompress(before, units.parse().ok()?, &decode_base93(code)?, probabilities)?.0;
    Some(String::from_utf16_lossy(&units[before.len()..]))
}

/// The units of a packed text behind `before`, and the probabilities it leaves.
pub fn decompress(before: &[u16], count: usize, packed: &[u8], probabilities: Vec<Probability>) -> Option<(Vec<u16>, Vec<Probability>)> {
    // No honest text shrinks to less than this; a damaged number must not cost memory.
    if count > packed.len().saturating_mul(5000) + 1000 {
        return None;
    }
    let mut decoder = RangeDecoder::new(packed, probabilities);
    let mut units = before.to_vec();
    let end = before.len() + count;
    let (mut last, mut state) = (0, 0);
    while units.len() < end {
        if decoder.is_past_end() {
            return None;
        }
        let ascii = usize::from(units.last().is_none_or(|unit| *unit < 128));
        if !decoder.decode_bit(at::MATCH + 8 * ascii + state) {
            let unit = literal(&mut decoder, &units);
            units.push(unit);
            state = state << 1 & 7;
            continue;
        }
        let repeat = decoder.decode_bit(at::REPEAT + state);
        let length = decoder.decode_exp_golomb(at::LENGTH + 32 * ascii + 16 * usize::from(repeat), 4) as usize + 1;
        if !repeat {
            last = decoder.decode_exp_golomb(at::DISTANCE + 32 * (length - 1).min(3), 5) as usize + 1;
        }
        if last == 0 || last > units.len() || units.len() + length > end {
            return None;
        }
        for _ in 0..length {
            units.push(units[units.len() - last]);
        }
        state = (state << 1 | 1) & 7;
    }
    Some((units, decoder.into_chances()))
}

fn literal(decoder: &mut RangeDecoder, units: &[u16]) -> u16 {
    let before = units.last().map_or(0, |unit| usize::from(*unit));
    let earlier = units.len().checked_sub(2).map_or(0, |at| usize::from(units[at]));
    let context = usize::from(before < 128) << 1 | usize::from(earlier < 128);
    if decoder.decode_bit(at::PLAIN + context) {
        let high = decoder.decode_bit_tree(at::HIGH + (before >> 8) * 256, 8);
        (high << 8 | decoder.decode_bit_tree(at::TAIL + high * 256, 8)) as u16
    } else {
        decoder.decode_bit_tree(at::ASCII + before.min(128) * 128, 7) as u16
    }
}
