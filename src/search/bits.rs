//! A bit stream, highest bit first, with exponential Golomb codes.

/// Writes bits, highest first.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Appends the lower `bits` bits of a value, at most 32.
    pub fn push(&mut self, value: u32, bits: u32) {
        if bits == 0 {
            return;
        }
        self.held = self.held << bits | u64::from(value) & ((1 << bits) - 1);
        self.count += bits;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
        }
        self.held &= (1 << self.count) - 1;
    }

    /// A number from 0 in an exponential Golomb code: small ones take `k` + 1 bits.
    pub fn push_exp_golomb(&mut self, value: u32, k: u32) {
        let value = u64::from(value) + (1 << k);
        let bits = 63 - value.leading_zeros();
        for _ in k..bits {
            self.push(1, 1);
        }
        self.push(0, 1);
        self.push((value & ((1 << bits) - 1)) as u32, bits);
    }

    /// The bytes, the last one filled with zeros.
    pub fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push((self.held << (8 - self.count)) as u8);
        }
        self.bytes
    }
}
