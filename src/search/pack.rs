//! Small texts made smaller.
//!
//! A packed text is coded by matches with what came before (a shared dictionary comes first) and by adaptive
//! chances. [`super::read`] and the reader's script have the way back.

use super::coder::{Chance, Coder, NEW, armour};

/// Matches are not longer: the cost of finding out grows, the gain does not.
const LONGEST: usize = 273;

/// Chances of all decisions. The numbers are places in one table, as in the script.
#[expect(missing_docs, reason = "the note at each says it")]
pub mod at {
    pub const MATCH: usize = 0; // by what the last three decisions were: 8
    pub const REPEAT: usize = 8; // 8
    pub const PLAIN: usize = 16; // ASCII or not, by the two characters before: 4
    pub const LENGTH: usize = 32; // buckets: 2 × 16
    pub const DISTANCE: usize = 64; // buckets by length: 4 × 32
    pub const ASCII: usize = 320; // by the character before: 129 × 128
    pub const HIGH: usize = ASCII + 129 * 128; // by the high byte before: 256 × 256
    pub const TAIL: usize = HIGH + 256 * 256; // by the high byte: 256 × 256
    pub const END: usize = TAIL + 256 * 256;
}

/// What every packed text may refer to, with the chances it leaves behind.
pub struct Dictionary {
    pub(super) units: Vec<u16>,
    pub(super) chances: Vec<Chance>,
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
        costs[at + 1] = costs[at].wrapping_add(if *unit < 128 { 19 } else { 42 });
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
