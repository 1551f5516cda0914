//! What a folded character is: decided by ranges written here, not by the version of Unicode that somebody knows.

/// What a folded character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Parts words.
    Gap,
    /// Written without spaces: Han, kana, bopomofo, hangul. Indexed by single characters and pairs.
    Gram,
    /// Letters and digits of all else. Indexed by words.
    Word,
}

/// What a folded character is.
pub fn class(c: char) -> Class {
    let u = c as u32;
    // Most are these.
    if (0x4E00..=0x9FFF).contains(&u) {
        return Class::Gram;
    }
    match u {
        0x30..=0x39 | 0x61..=0x7A => Class::Word,
        0..=0xA9 | 0xAB..=0xB4 | 0xB6..=0xB9 | 0xBB..=0xBF | 0xD7 | 0xF7 => Class::Gap,
        0x3400..=0x4DBF | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3041..=0x3096 | 0x309D..=0x309F => Class::Gram,
        0x30A1..=0x30FA | 0x30FC..=0x312F | 0x3130..=0x318F | 0x31A0..=0x31BF | 0x31F0..=0x31FF => Class::Gram,
        0x1100..=0x11FF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => Class::Gram,
        0x2000..=0x206F | 0x20A0..=0x20CF | 0x2190..=0x2BFF | 0x2E00..=0x33FF | 0xE000..=0xF8FF => Class::Gap,
        0xFE10..=0xFE6F | 0xFF00..=0xFF0F | 0xFFE0..=0xFFFF | 0x1F000..=0x1FAFF | 0x40000.. => Class::Gap,
        _ => Class::Word,
    }
}
