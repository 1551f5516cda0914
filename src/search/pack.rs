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
        let (packed, chances) = code(0, &units, &costs(&units), vec![NEW; at::END], &mut finder);
        while finder.chain.len() < units.len() {
            finder.add(&units, finder.chain.len());
        }
        Dictionary { units, chances, packed, heads: finder.heads, chain: finder.chain }
    }

    /// The dictionary itself, packed; the number of its UTF-16 units comes first.
    pub fn packed(&self) -> (usize, String) {
        (self.units.len(), armour(&self.packed))
    }

    /// What packs texts with this dictionary, one after the other.
    pub fn packer(&self) -> Packer<'_> {
        let finder = Finder { heads: self.heads.clone(), chain: self.chain.clone() };
        Packer { dictionary: self, units: self.units.clone(), costs: costs(&self.units), chances: self.chances.clone(), finder }
    }
}

/// Packs texts. Half a megabyte that all of them need is laid out once.
pub struct Packer<'a> {
    dictionary: &'a Dictionary,
    // Each begins with what the dictionary has; what the last text left behind it is cut off.
    units: Vec<u16>,
    costs: Vec<u16>,
    chances: Vec<Chance>,
    finder: Finder,
}

impl Packer<'_> {
    /// Packs a text. The number of its UTF-16 units is part of what the reader must know.
    pub fn pack(&mut self, text: &str) -> (usize, Vec<u8>) {
        let before = self.dictionary.units.len();
        self.units.truncate(before);
        self.units.extend(text.encode_utf16());
        self.costs.truncate(before + 1);
        add_costs(&mut self.costs, &self.units[before..]);
        self.finder.chain.truncate(before);
        self.finder.heads.copy_from_slice(&self.dictionary.heads);
        self.chances.copy_from_slice(&self.dictionary.chances);
        let chances = std::mem::take(&mut self.chances);
        let (packed, chances) = code(before, &self.units, &self.costs, chances, &mut self.finder);
        self.chances = chances;
        (self.units.len() - before, packed)
    }
}

/// Running sum of what literals are taken to cost, in quarters of a bit; it wraps, only differences count.
fn costs(units: &[u16]) -> Vec<u16> {
    let mut costs = vec![0];
    add_costs(&mut costs, units);
    costs
}

fn add_costs(costs: &mut Vec<u16>, units: &[u16]) {
    let mut sum = costs.last().copied().unwrap_or(0);
    costs.extend(units.iter().map(|unit| {
        sum = sum.wrapping_add(if *unit < 128 { 19 } else { 42 });
        sum
    }));
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
        let wanted = &units[at..at + longest];
        let saved = |len: usize| i32::from(costs[at + len].wrapping_sub(costs[at]));
        // Costs are in quarters of a bit.
        if last > 0 && last <= at {
            let len = common(&units[at - last..], wanted);
            best = (saved(len) - 20, len, last).max(best);
        }
        let mut place = self.heads[Finder::hash(units[at], units[at + 1])];
        // What a match must have in length to save more than the best so far. Each is farther than the one before and costs
        // as much or more, so that this only grows.
        let mut least = 1;
        for _ in 0..48 {
            if place == u32::MAX {
                break;
            }
            let start = place as usize;
            place = self.chain[start];
            let distance = at - start;
            let bits = 26 + 4 * (usize::BITS - distance.leading_zeros()) as i32;
            while least <= longest && saved(least) <= bits + best.0 {
                least += 1;
            }
            if least > longest {
                break;
            }
            if units[start + least - 1] == wanted[least - 1] {
                let len = common(&units[start..], wanted);
                if len >= least {
                    best = (saved(len) - bits, len, distance);
                }
            }
        }
        best
    }
}

/// How many units two texts have in common at their beginnings.
fn common(a: &[u16], b: &[u16]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Codes the units from `place` on; those before are known.
fn code(mut place: usize, units: &[u16], costs: &[u16], chances: Vec<Chance>, finder: &mut Finder) -> (Vec<u8>, Vec<Chance>) {
    let mut coder = Coder::new(chances);
    let mut last = 0;
    let mut state = 0;
    let mut pending: Option<(i32, usize, usize)> = None;
    while place < units.len() {
        while finder.chain.len() < place {
            finder.add(units, finder.chain.len());
        }
        let (gain, len, distance) = match pending.take() {
            Some(found) => found,
            None => finder.best(units, costs, place, last),
        };
        if gain > 0 && len > 0 {
            // A literal now and a better match next is worth the wait.
            while finder.chain.len() <= place {
                finder.add(units, finder.chain.len());
            }
            let next = if len < 32 && place + 1 < units.len() { finder.best(units, costs, place + 1, last) } else { (0, 0, 0) };
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
