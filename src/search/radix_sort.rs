//! LSD radix sort of numbers by some of their bits: the bigrams of a site are millions, and comparison sorts take longer.

/// Bits of a digit.
const DIGIT: u32 = 9;
const DIGITS: usize = 1 << DIGIT;
/// A number is sorted by at most so many of them.
const MOST: usize = 4;
/// Fewer numbers than this are compared.
const FEW: usize = 400;

/// Sorts by the bits from `low` on, `bits` of them (36 at most). Numbers that are alike in those stay as they lie.
pub fn sort(numbers: &mut Vec<u64>, low: u32, bits: u32) {
    let mask = (1 << bits) - 1;
    if numbers.len() < FEW {
        numbers.sort_by_key(|number| number >> low & mask);
        return;
    }
    let mut spare = vec![0; numbers.len()];
    // How often each value of each digit stands there, in one walk.
    let mut counts = [[0_u32; DIGITS]; MOST];
    for number in &*numbers {
        let number = number >> low & mask;
        for (digit, counts) in counts.iter_mut().enumerate() {
            counts[(number >> (digit as u32 * DIGIT)) as usize & (DIGITS - 1)] += 1;
        }
    }
    for (places, shift) in counts.iter_mut().zip((low..low + bits).step_by(DIGIT as usize)) {
        let mask = (1 << DIGIT.min(low + bits - shift)) - 1;
        let digit = |number: u64| (number >> shift & mask) as usize;
        // All alike.
        if places[digit(numbers[0])] as usize == numbers.len() {
            continue;
        }
        let mut sum = 0;
        for place in places.iter_mut() {
            sum += std::mem::replace(place, sum);
        }
        for number in &*numbers {
            let place = &mut places[digit(*number)];
            spare[*place as usize] = *number;
            *place += 1;
        }
        std::mem::swap(numbers, &mut spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_into_order_and_those_alike_stay_as_they_lie() {
        let mut state = 7_u64;
        let mut dice = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 7
        };
        for (count, low, bits) in
            [(0, 3, 36), (1, 3, 36), (399, 3, 36), (400, 3, 36), (5000, 3, 36), (5000, 28, 27), (5000, 0, 9), (5000, 20, 1)]
        {
            // Some digits have few values, some one only.
            let mut numbers: Vec<u64> = (0..count).map(|at| dice() & 0x7F_0000_FFFF_F0FF | (at & 7)).collect();
            let mut wanted = numbers.clone();
            wanted.sort_by_key(|number| number >> low & ((1 << bits) - 1));
            sort(&mut numbers, low, bits);
            assert_eq!(numbers, wanted, "{count} {low} {bits}");
        }
    }
}
