//! Hashes that say whether something is still the same.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::hex;

/// The first 128 bits of a BLAKE3 hash: equal stamps mean equal input for every purpose of a build.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Stamp(pub [u8; 16]);

impl Stamp {
    /// The stamp of a run of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Stamp {
        Stamp::cut(blake3::hash(bytes).as_bytes())
    }

    /// The stamp of a value, through its serialised form.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Stamp {
        let mut stamper = Stamper::default();
        stamper.value(value);
        stamper.finish()
    }

    /// The stamp as 32 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// Reads what [`Stamp::hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Stamp> {
        hex::decode(text).map(Stamp)
    }

    /// The first ten digits, for file names: with a thousand files of one name, a clash is one in 10⁶.
    pub fn short(&self) -> String {
        let mut hex = self.hex();
        hex.truncate(10);
        hex
    }

    fn cut(hash: &[u8; 32]) -> Stamp {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        Stamp(bytes)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// Gathers several parts into one stamp. Each part is framed by its length, so that `ab`+`c` and `a`+`bc` differ.
#[derive(Default)]
pub struct Stamper(blake3::Hasher);

/// Takes in bytes that come piece by piece: the stamp is [`Stamp::of_bytes`] of them all.
#[derive(Default)]
pub struct Pieces(blake3::Hasher);

impl Pieces {
    /// Adds the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The stamp of all bytes so far.
    pub fn finish(&self) -> Stamp {
        Stamp::cut(self.0.finalize().as_bytes())
    }
}

impl Stamper {
    /// Adds a run of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Stamper {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Stamper {
        self.bytes(text.as_bytes())
    }

    /// Adds a stamp.
    pub fn stamp(&mut self, stamp: Stamp) -> &mut Stamper {
        self.bytes(&stamp.0)
    }

    /// Adds a value through its serialised form.
    pub fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> &mut Stamper {
        let bytes = postcard::to_stdvec(value).expect("plain values have a serialised form and memory is there");
        self.bytes(&bytes)
    }

    /// The stamp of all that was added.
    pub fn finish(&self) -> Stamp {
        Stamp::cut(self.0.finalize().as_bytes())
    }
}
