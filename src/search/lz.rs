//! Compression of small texts: LZ77 over UTF-16 units with a preset dictionary, range coded (as LZMA).
//!
//! A text is a series of matches with what came before (the dictionary comes first) and of literals; which it is, and what it says, is
//! coded by adaptive probabilities. The decoders are [`super::read`] and the reader's script.

use super::coder::{NEW, Probability, RangeEncoder, encode_base93};

/// The longest match: longer ones cost more to find and gain nothing.
const MAX_MATCH: usize = 273;

/// Chances of all decisions. The numbers are places in one table, as in the script.
#[expect(missing_docs, reason = "the note at each says it")]
pub mod at {
    pub const MATCH: usize = 0; // by what the last three decisions were, and whether ASCII is before: 2 × 8
    pub const REPEAT: usize = 16; // 8
    pub const PLAIN: usize = 24; // ASCII or not, by the two characters before: 4
    pub const DISTANCE: usize = 64; // buckets by length: 4 × 32
    pub const ASCII: usize = 320; // by the character before: 129 × 128
    pub const HIGH: usize = ASCII + 129 * 128; // by the high byte before: 256 × 256
    pub const TAIL: usize = HIGH + 256 * 256; // by the high byte: 256 × 256
    pub const LENGTH: usize = TAIL + 256 * 256; // buckets, by whether ASCII is before: 2 × 2 × 16
    pub const END: usize = LENGTH + 64;
}

/// What every packed text may refer to, with the probabilities it leaves behind.
pub struct Dictionary {
    pub(super) units: Vec<u16>,
    pub(super) probabilities: Vec<Probability>,
    packed: Vec<u8>,
    finder: MatchFinder,
}

impl Dictionary {
    /// Makes a dictionary of a text.
    pub fn new(text: &str) -> Dictionary {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut finder = MatchFinder::with_room(units.len());
        let (packed, probabilities) = compress(0, &units, &costs(&units), vec![NEW; at::END], &mut finder);
        finder.insert(&units, units.len());
        Dictionary { units, probabilities, packed, finder }
    }

    /// The dictionary itself, packed; the number of its UTF-16 units comes first.
    pub fn packed(&self) -> (usize, String) {
        (self.units.len(), encode_base93(&self.packed))
    }

    /// What packs texts with this dictionary, one after the other.
    pub fn packer(&self) -> Packer<'_> {
        Packer {
            dictionary: self,
            units: self.units.clone(),
            costs: costs(&self.units),
            probabilities: self.probabilities.clone(),
            finder: self.finder.clone(),
        }
    }
}

/// Packs texts. Half a megabyte that all of them need is laid out once.
pub struct Packer<'a> {
    dictionary: &'a Dictionary,
    // Each begins with what the dictionary has; what the last text left behind it is cut off.
    units: Vec<u16>,
    costs: Vec<u16>,
    probabilities: Vec<Probability>,
    finder: MatchFinder,
}

impl Packer<'_> {
    /// Packs a text. The number of its UTF-16 units is part of what the reader must know.
    pub fn pack(&mut self, text: &str) -> (usize, Vec<u8>) {
        let before = self.dictionary.units.len();
        self.units.truncate(before);
        push_units(&mut self.units, text);
        self.costs.truncate(before + 1);
        add_costs(&mut self.costs, &self.units[before..]);
        self.finder.reset(&self.dictionary.finder);
        self.probabilities.copy_from_slice(&self.dictionary.probabilities);
        let probabilities = std::mem::take(&mut self.probabilities);
        let (packed, probabilities) = compress(before, &self.units, &self.costs, probabilities, &mut self.finder);
        self.probabilities = probabilities;
        (self.units.len() - before, packed)
    }
}

/// The text in UTF-16. The standard library's way asks for room at every unit.
fn push_units(units: &mut Vec<u16>, text: &str) {
    units.reserve(text.len());
    for c in text.chars() {
        match u16::try_from(c as u32) {
            Ok(unit) => units.push(unit),
            Err(_) => units.extend(c.encode_utf16(&mut [0; 2]).iter()),
        }
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
        sum = sum.wrapping_add(if *unit < 128 { ASCII } else { OTHER });
        sum
    }));
}

// Tried on real texts. Readers need none of these numbers; but who changes one begins a new memory (pipeline/builder.rs): the
// probabilities that a dictionary leaves behind are those of its file, which an older program may have written.
/// Places of a [`MatchFinder`]'s table of pairs, as a power of two.
const PAIRS: u32 = 16;
/// Places of its table of threes, as a power of two.
const THREES: u32 = 14;
/// So many places with the same three units are looked at.
const MAX_CHAIN: usize = 96;
/// So many of them are looked at to find out whether a longer match is in vain.
const MAX_END_CHAIN: usize = 12;
/// What is taken for the cost of things, in quarters of a bit: a literal of ASCII, another, a match at the distance of the
/// last one, any other match without its distance.
const ASCII: u16 = 19;
const OTHER: u16 = 46;
const REPEAT: i32 = 26;
const MATCH: i32 = 26;
/// So much more must a match save that begins one unit later.
const LAZY_THRESHOLD: i32 = 8;

/// Finds matches by hash chains. Of two units the nearest place is known, which costs least; of three and more all of them. The tables
/// are what packing waits for, so they are small: a place takes two bytes, and those that do not fit are not found.
#[derive(Clone)]
struct MatchFinder {
    pairs: Vec<u16>,
    heads: Vec<u16>,
    chain: Vec<u16>,
}

/// No place.
const NOWHERE: u16 = u16::MAX;

impl MatchFinder {
    fn with_room(units: usize) -> MatchFinder {
        MatchFinder { pairs: vec![NOWHERE; 1 << PAIRS], heads: vec![NOWHERE; 1 << THREES], chain: Vec::with_capacity(units) }
    }

    /// Goes back to what another has known when it had seen less.
    fn reset(&mut self, to: &MatchFinder) {
        self.pairs.copy_from_slice(&to.pairs);
        self.heads.copy_from_slice(&to.heads);
        self.chain.truncate(to.chain.len());
    }

    fn pair(units: &[u16], at: usize) -> usize {
        let pair = u32::from(units[at]) << 16 | u32::from(units[at + 1]);
        (pair.wrapping_mul(0x9E37_79B1) >> (32 - PAIRS)) as usize
    }

    fn three(units: &[u16], at: usize) -> usize {
        let three = u64::from(units[at]) << 32 | u64::from(units[at + 1]) << 16 | u64::from(units[at + 2]);
        (three.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - THREES)) as usize
    }

    /// Enters the places up to `end`, without it, that are not entered yet.
    fn insert(&mut self, units: &[u16], end: usize) {
        for at in self.chain.len()..end.min(usize::from(NOWHERE)) {
            let mut before = NOWHERE;
            if at + 2 < units.len() {
                self.pairs[MatchFinder::pair(units, at)] = at as u16;
                before = std::mem::replace(&mut self.heads[MatchFinder::three(units, at)], at as u16);
            }
            self.chain.push(before);
        }
    }

    /// The match at `at` that saves most: what it saves, its length, its distance. One that does not save more than `floor` is as
    /// good as none.
    fn best_match(&self, units: &[u16], costs: &[u16], at: usize, last: usize, floor: i32) -> (i32, usize, usize) {
        let mut best = (floor, 0, 0);
        let longest = MAX_MATCH.min(units.len() - at);
        if longest < 2 {
            return best;
        }
        let wanted = &units[at..at + longest];
        let costs = &costs[at..=at + longest];
        let saved = |len: usize| i32::from(costs[len].wrapping_sub(costs[0]));
        let price = |distance: usize| MATCH + 4 * (usize::BITS - distance.leading_zeros()) as i32;
        // What a match must have in length to save more than so much, if it is no shorter than `least`.
        let reach = |mut least: usize, bits: i32| {
            while least <= longest && saved(least) <= bits {
                least += 1;
            }
            least
        };
        if last > 0 && last <= at {
            let len = common(&units[at - last..], wanted);
            let gain = saved(len) - REPEAT;
            if gain > best.0 {
                best = (gain, len, last);
            }
        }
        let nearest = usize::from(self.pairs[MatchFinder::pair(units, at)]);
        if nearest < at {
            let len = common(&units[nearest..], wanted);
            let gain = saved(len) - price(at - nearest);
            if len >= 2 && (gain > best.0 || gain == best.0 && (len, at - nearest) > (best.1, best.2)) {
                best = (gain, len, at - nearest);
            }
        }
        if longest < 3 {
            return best;
        }
        let mut place = self.heads[MatchFinder::three(units, at)];
        if place == NOWHERE {
            return best;
        }
        // Each place is farther than the one before and costs as much or more, so that this only grows.
        let near = at - usize::from(place);
        let mut least = reach(3, price(near) + best.0);
        // Most often nothing is long enough, and its end is soon seen to be nowhere; unless it would reach into itself, and its end
        // is not entered yet.
        if least > longest || least > 3 && near >= least && !self.ends(units, wanted, least) {
            return best;
        }
        for _ in 0..MAX_CHAIN {
            let start = usize::from(place);
            place = self.chain[start];
            let bits = price(at - start);
            least = reach(least, bits + best.0);
            if least > longest {
                break;
            }
            if units[start + least - 1] == wanted[least - 1] {
                let len = common(&units[start..], wanted);
                if len >= least {
                    best = (saved(len) - bits, len, at - start);
                }
            }
            if place == NOWHERE {
                break;
            }
        }
        best
    }

    /// Whether the last three of the first `len` units that are wanted may stand somewhere behind the first two.
    fn ends(&self, units: &[u16], wanted: &[u16], len: usize) -> bool {
        let mut place = self.heads[MatchFinder::three(wanted, len - 3)];
        for _ in 0..MAX_END_CHAIN {
            if place == NOWHERE {
                return false;
            }
            let end = usize::from(place);
            if end >= len - 3 && units[end + 2] == wanted[len - 1] && units[end + 3 - len..].starts_with(&wanted[..2]) {
                return true;
            }
            place = self.chain[end];
        }
        true
    }
}

/// How many units two texts have in common at their beginnings.
fn common(a: &[u16], b: &[u16]) -> usize {
    // Eight at once, without asking for each of them: how many it will be is as good as random.
    let (a_eights, _) = a.as_chunks::<8>();
    let (b_eights, _) = b.as_chunks::<8>();
    let mut len = 0;
    for (a, b) in a_eights.iter().zip(b_eights) {
        let differ = eight(a) ^ eight(b);
        if differ != 0 {
            return len + differ.trailing_zeros() as usize / 16;
        }
        len += 8;
    }
    len + a[len..].iter().zip(&b[len..]).take_while(|(a, b)| a == b).count()
}

fn eight(units: &[u16; 8]) -> u128 {
    units.iter().rev().fold(0, |all, unit| all << 16 | u128::from(*unit))
}

/// Codes the units from `place` on; those before are known.
fn compress(
    mut place: usize,
    units: &[u16],
    costs: &[u16],
    probabilities: Vec<Probability>,
    finder: &mut MatchFinder,
) -> (Vec<u8>, Vec<Probability>) {
    let mut coder = RangeEncoder::new(probabilities);
    let mut last = 0;
    let mut state = 0;
    let mut pending: Option<(i32, usize, usize)> = None;
    while place < units.len() {
        let ascii = usize::from(place == 0 || units[place - 1] < 128);
        finder.insert(units, place);
        let (gain, len, distance) = match pending.take() {
            Some(found) => found,
            None => finder.best_match(units, costs, place, last, 0),
        };
        if gain > 0 && len > 0 {
            // A literal now and a better match next is worth the wait.
            finder.insert(units, place + 1);
            let floor = gain + LAZY_THRESHOLD;
            let next =
                if len < 32 && place + 1 < units.len() { finder.best_match(units, costs, place + 1, last, floor) } else { (0, 0, 0) };
            if next.0 <= floor {
                coder.encode_bit(at::MATCH + 8 * ascii + state, true);
                let repeat = distance == last;
                coder.encode_bit(at::REPEAT + state, repeat);
                coder.encode_exp_golomb(at::LENGTH + 32 * ascii + 16 * usize::from(repeat), 4, len as u32 - 1);
                if !repeat {
                    coder.encode_exp_golomb(at::DISTANCE + 32 * (len - 1).min(3), 5, distance as u32 - 1);
                }
                last = distance;
                place += len;
                state = (state << 1 | 1) & 7;
                continue;
            }
            pending = Some(next);
        }
        coder.encode_bit(at::MATCH + 8 * ascii + state, false);
        literal(&mut coder, units, place);
        place += 1;
        state = state << 1 & 7;
    }
    coder.finish()
}

fn literal(coder: &mut RangeEncoder, units: &[u16], place: usize) {
    let unit = usize::from(units[place]);
    let before = if place > 0 { usize::from(units[place - 1]) } else { 0 };
    let earlier = if place > 1 { usize::from(units[place - 2]) } else { 0 };
    let context = usize::from(before < 128) << 1 | usize::from(earlier < 128);
    coder.encode_bit(at::PLAIN + context, unit >= 128);
    if unit < 128 {
        coder.encode_bit_tree(at::ASCII + before.min(128) * 128, unit, 7);
    } else {
        coder.encode_bit_tree(at::HIGH + (before >> 8) * 256, unit >> 8, 8);
        coder.encode_bit_tree(at::TAIL + (unit >> 8) * 256, unit & 255, 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_match_that_saves_more_is_missed() {
        let mut state = 5_u64;
        let mut dice = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        for round in 0..300 {
            // Few characters, so that much comes again, in runs as well; fewer places than are looked at.
            let (sides, length) = (2 + dice(4), 3 + dice(MAX_CHAIN as u64 - 4));
            let units: Vec<u16> = (0..length).map(|_| if dice(3) == 0 { 97 } else { 0x4E00 + dice(sides) as u16 }).collect();
            let costs = costs(&units);
            let mut finder = MatchFinder::with_room(units.len());
            // The last unit is never worth a match.
            for at in 0..units.len() - 1 {
                finder.insert(&units, at);
                let (last, floor) = (dice(at as u64 + 1) as usize, dice(2) as i32 * dice(200) as i32);
                let len_at = |start: usize| common(&units[start..], &units[at..]).min(MAX_MATCH);
                let saved = |len: usize| i32::from(costs[at + len].wrapping_sub(costs[at]));
                let price = |distance: usize| MATCH + 4 * (usize::BITS - distance.leading_zeros()) as i32;
                let mut most = floor;
                if last > 0 {
                    most = most.max(saved(len_at(at - last)) - REPEAT);
                }
                // Of two units only the nearest place is known.
                let nearest = (0..at).rev().find(|start| len_at(*start) >= 2 && start + 2 < units.len());
                let gains = (0..at).filter(|start| len_at(*start) >= 3 || Some(*start) == nearest);
                most = gains.map(|start| saved(len_at(start)) - price(at - start)).fold(most, i32::max);
                let (gain, len, distance) = finder.best_match(&units, &costs, at, last, floor);
                assert_eq!(gain, most, "round {round}, {at} of {units:?}, last {last}, floor {floor}");
                if gain > floor {
                    assert!(distance <= at && len_at(at - distance) == len);
                }
            }
        }
    }
}
