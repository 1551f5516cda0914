//! Small texts made smaller, in characters that survive every host.
//!
//! A packed text is coded by matches with what came before (a shared dictionary comes first) and by adaptive
//! probabilities, then written in 91 printable ASCII characters, 13 bits in two. The reader's script has the way back.

/// The 91 characters: no quotation mark, backslash, less-than sign or space.
pub const ALPHABET: &[u8; 91] = b"!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// Bytes as ASCII.
pub fn armour(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 16 / 13 + 2);
    let (mut held, mut bits) = (0u32, 0);
    let mut put = |value: u32| {
        out.push(char::from(ALPHABET[(value / 91) as usize]));
        out.push(char::from(ALPHABET[(value % 91) as usize]));
    };
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        if bits >= 13 {
            bits -= 13;
            put(held >> bits & 0x1FFF);
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        put(held << (13 - bits) & 0x1FFF);
    }
    out
}

/// Adaptive probability: 12 bits of chance that the next bit is 0, 4 bits of how often it was asked.
type Chance = u16;

const NEW: Chance = 2048 << 4;

/// How far a chance moves for its first uses; later ones move by 1/32.
const RATE: [u32; 16] = [2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5];

/// Matches are not longer: the cost of finding out grows, the gain does not.
const LONGEST: usize = 273;

/// Chances of all decisions. The numbers are places in one table, as in the script.
mod at {
    pub const MATCH: usize = 0; // by what the last three decisions were: 8
    pub const REPEAT: usize = 8; // 8
    pub const PLAIN: usize = 16; // ASCII or not, by the two characters before: 4
    pub const LENGTH: usize = 32; // buckets: 2 × 16
    pub const DISTANCE: usize = 64; // buckets by length: 4 × 32
    pub const LOW: usize = 192; // lower bits of long lengths and distances' first: 32 × 4
    pub const ASCII: usize = 320; // by the character before: 129 × 128
    pub const HIGH: usize = ASCII + 129 * 128; // by the high byte before: 256 × 256
    pub const TAIL: usize = HIGH + 256 * 256; // by the high byte: 256 × 256
    pub const END: usize = TAIL + 256 * 256;
}

/// A binary range coder with a table of adaptive chances.
pub struct Coder {
    chances: Vec<Chance>,
    low: u64,
    range: u32,
    cache: u8,
    pending: u64,
    out: Vec<u8>,
}

impl Coder {
    /// A coder with so many chances of its own.
    pub fn fresh(chances: usize) -> Coder {
        Coder::new(vec![NEW; chances])
    }

    fn new(chances: Vec<Chance>) -> Coder {
        Coder { chances, low: 0, range: u32::MAX, cache: 0, pending: 1, out: Vec::new() }
    }

    /// One bit, by the chance at a place of the table.
    pub fn bit(&mut self, at: usize, bit: bool) {
        let chance = self.chances[at];
        let bound = (self.range >> 12) * u32::from(chance >> 4);
        let count = u32::from(chance & 15);
        let rate = RATE[count as usize];
        let mut value = u32::from(chance >> 4);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
            value -= value >> rate;
        } else {
            self.range = bound;
            value += (4096 - value) >> rate;
        }
        // Neither end is ever certain.
        let value = value.clamp(16, 4080);
        self.chances[at] = (value << 4 | (count + 1).min(15)) as Chance;
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.shift();
        }
    }

    fn direct(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.range >>= 1;
            if value >> bit & 1 == 1 {
                self.low += u64::from(self.range);
            }
            while self.range < 1 << 24 {
                self.range <<= 8;
                self.shift();
            }
        }
    }

    fn shift(&mut self) {
        if self.low < 0xFF00_0000 || self.low > 0xFFFF_FFFF {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.cache;
            while self.pending > 0 {
                self.out.push(byte.wrapping_add(carry));
                byte = 0xFF;
                self.pending -= 1;
            }
            self.cache = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00FF_FFFF) << 8;
    }

    /// One of `size` values, all alike; at most 2¹⁶ of them.
    pub fn below(&mut self, value: u32, size: u32) {
        self.range /= size;
        self.low += u64::from(value) * u64::from(self.range);
        while self.range < 1 << 24 {
            self.range <<= 8;
            self.shift();
        }
    }

    /// Ascending numbers in `low..=high`, by halves: numbers that stand close together cost next to nothing.
    pub fn ascending(&mut self, numbers: &[u32], low: u32, high: u32) {
        let n = numbers.len();
        if n == 0 || (high - low) as usize + 1 == n {
            return;
        }
        let middle = n / 2;
        let value = numbers[middle];
        let (first, last) = (low + middle as u32, high - (n - 1 - middle) as u32);
        self.below(value - first, last - first + 1);
        if middle > 0 {
            self.ascending(&numbers[..middle], low, value - 1);
        }
        if middle + 1 < n {
            self.ascending(&numbers[middle + 1..], value + 1, high);
        }
    }

    /// A value of so many bits by a tree of chances.
    pub fn tree(&mut self, base: usize, value: usize, bits: u32) {
        let mut node = 1;
        for bit in (0..bits).rev() {
            let one = value >> bit & 1;
            self.bit(base + node, one == 1);
            node = node << 1 | one;
        }
    }

    /// A number from 0: its bit length by a tree, its next two bits adaptively, the rest as they are.
    pub fn number(&mut self, base: usize, tree_bits: u32, value: u32) {
        let value = value + 1;
        let bits = 31 - value.leading_zeros();
        self.tree(base, bits as usize, tree_bits);
        if bits > 0 {
            let first = value >> (bits - 1) & 1;
            self.bit(at::LOW + bits as usize * 4 + 1, first == 1);
            if bits > 1 {
                let second = value >> (bits - 2) & 1;
                self.bit(at::LOW + bits as usize * 4 + 2 + first as usize, second == 1);
                self.direct(value & ((1 << (bits - 2)) - 1), bits - 2);
            }
        }
    }

    /// What was written, and the chances as they were left.
    pub fn finish(mut self) -> (Vec<u8>, Vec<Chance>) {
        for _ in 0..5 {
            self.shift();
        }
        // The first byte is always 0; the last ones may be, and the reader takes what is missing as 0.
        self.out.remove(0);
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        (self.out, self.chances)
    }
}

/// What every packed text may refer to, with the chances it leaves behind.
pub struct Dictionary {
    units: Vec<u16>,
    chances: Vec<Chance>,
    packed: Vec<u8>,
    heads: Vec<u32>,
    chain: Vec<u32>,
}

impl Dictionary {
    /// Makes a dictionary of a text.
    pub fn new(text: &str) -> Dictionary {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut finder = Finder { heads: vec![u32::MAX; HEADS], chain: Vec::with_capacity(units.len()) };
        let (packed, chances) = code(&[], &units, vec![NEW; at::END], &mut finder);
        while finder.chain.len() < units.len() {
            finder.add(&units, finder.chain.len());
        }
        Dictionary { units, chances, packed, heads: finder.heads, chain: finder.chain }
    }

    /// The dictionary itself, packed; the number of its UTF-16 units comes first.
    pub fn packed(&self) -> (usize, String) {
        (self.units.len(), armour(&self.packed))
    }

    /// Packs a text. The number of its UTF-16 units is part of what the reader must know.
    pub fn pack(&self, text: &str) -> (usize, Vec<u8>) {
        let mut units = self.units.clone();
        units.extend(text.encode_utf16());
        let fresh = units.len() - self.units.len();
        let mut finder = Finder { heads: self.heads.clone(), chain: Vec::with_capacity(units.len()) };
        finder.chain.extend_from_slice(&self.chain);
        let (packed, _) = code(&self.units, &units, self.chances.clone(), &mut finder);
        (fresh, packed)
    }
}

const HEADS: usize = 1 << 14;

struct Finder {
    heads: Vec<u32>,
    chain: Vec<u32>,
}

impl Finder {
    fn hash(a: u16, b: u16) -> usize {
        ((u32::from(a) << 16 | u32::from(b)).wrapping_mul(0x9E37_79B1) >> 18) as usize
    }

    /// Enters the place `at`; places are entered in their order.
    fn add(&mut self, units: &[u16], at: usize) {
        if at + 1 < units.len() {
            let hash = Finder::hash(units[at], units[at + 1]);
            self.chain.push(self.heads[hash]);
            self.heads[hash] = at as u32;
        } else {
            self.chain.push(u32::MAX);
        }
    }

    /// The match at `at` that saves most: bits saved, length, distance.
    fn best(&self, units: &[u16], costs: &[u16], at: usize, last: usize) -> (i32, usize, usize) {
        let mut best = (0, 0, 0);
        if at + 1 >= units.len() {
            return best;
        }
        let longest = LONGEST.min(units.len() - at);
        let consider = |start: usize, bits: i32, best: &mut (i32, usize, usize)| {
            if best.1 > 0 && best.1 < longest && units[start + best.1] != units[at + best.1] && bits > 60 {
                return;
            }
            let len = units[start..].iter().zip(&units[at..at + longest]).take_while(|(a, b)| a == b).count();
            if len >= 1 {
                let gain = i32::from(costs[at + len].wrapping_sub(costs[at])) - bits;
                if gain > best.0 {
                    *best = (gain, len, at - start);
                }
            }
        };
        // Costs are in quarters of a bit.
        if last > 0 && last <= at {
            consider(at - last, 20, &mut best);
        }
        let mut place = self.heads[Finder::hash(units[at], units[at + 1])];
        for _ in 0..48 {
            if place == u32::MAX {
                break;
            }
            let distance = at - place as usize;
            let bits = 26 + 4 * (32 - (distance as u32).leading_zeros()) as i32;
            consider(place as usize, bits, &mut best);
            place = self.chain[place as usize];
        }
        best
    }
}

/// Codes `units` after `before`, which they begin with.
fn code(before: &[u16], units: &[u16], chances: Vec<Chance>, finder: &mut Finder) -> (Vec<u8>, Vec<Chance>) {
    let mut coder = Coder::new(chances);
    // Running sum of what literals are taken to cost, in quarters of a bit; it wraps, only differences count.
    let mut costs = vec![0u16; units.len() + 1];
    for (at, unit) in units.iter().enumerate() {
        costs[at + 1] = costs[at].wrapping_add(if *unit < 128 { 15 } else { 36 });
    }
    let mut place = before.len();
    let mut last = 0;
    let mut state = 0;
    let mut pending: Option<(i32, usize, usize)> = None;
    while place < units.len() {
        while finder.chain.len() < place {
            finder.add(units, finder.chain.len());
        }
        let (gain, len, distance) = match pending.take() {
            Some(found) => found,
            None => finder.best(units, &costs, place, last),
        };
        if gain > 0 && len > 0 {
            // A literal now and a better match next is worth the wait.
            while finder.chain.len() <= place {
                finder.add(units, finder.chain.len());
            }
            let next = if len < 32 && place + 1 < units.len() { finder.best(units, &costs, place + 1, last) } else { (0, 0, 0) };
            if next.0 <= gain + 4 {
                coder.bit(at::MATCH + state, true);
                let repeat = distance == last;
                coder.bit(at::REPEAT + state, repeat);
                coder.number(at::LENGTH + 16 * usize::from(repeat), 4, len as u32 - 1);
                if !repeat {
                    coder.number(at::DISTANCE + 32 * (len - 1).min(3), 5, distance as u32 - 1);
                }
                last = distance;
                place += len;
                state = (state << 1 | 1) & 7;
                continue;
            }
            pending = Some(next);
        }
        coder.bit(at::MATCH + state, false);
        literal(&mut coder, units, place);
        place += 1;
        state = state << 1 & 7;
    }
    coder.finish()
}

fn literal(coder: &mut Coder, units: &[u16], place: usize) {
    let unit = usize::from(units[place]);
    let before = if place > 0 { usize::from(units[place - 1]) } else { 0 };
    let earlier = if place > 1 { usize::from(units[place - 2]) } else { 0 };
    let context = usize::from(before < 128) << 1 | usize::from(earlier < 128);
    coder.bit(at::PLAIN + context, unit >= 128);
    if unit < 128 {
        coder.tree(at::ASCII + before.min(128) * 128, unit, 7);
    } else {
        coder.tree(at::HIGH + (before >> 8) * 256, unit >> 8, 8);
        coder.tree(at::TAIL + (unit >> 8) * 256, unit & 255, 8);
    }
}
