//! Percent-encoding of addresses (RFC 3986), by the crate of that name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &RESERVED.remove(b'/');
const ANCHOR: &AsciiSet = &RESERVED.add(b'~');

/// A path for an address: slashes stay, all else that is reserved is encoded.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// A part of an address, such as a name or a value of its query: slashes are encoded too.
pub fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An anchor for an address; `~` is encoded as well, as it was in addresses that readers keep.
pub fn encode_anchor(anchor: &str) -> String {
    utf8_percent_encode(anchor, ANCHOR).to_string()
}

/// The bytes that a text stands for; a percent sign without two digits stands for itself.
pub fn decode_bytes(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// What a text stands for; `None` for a percent sign without two digits, and for bytes that are not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let is_digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let is_whole = text.split('%').skip(1).all(is_digits);
    is_whole.then(|| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())).flatten()
}

/// What a text stands for as far as it can be read: a percent sign without two digits stays, and a text that would not be UTF-8 stays
/// as it is.
pub fn decode_or_keep(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_string(), |text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding() {
        assert_eq!(encode_path("a/b c~_-./学"), "a/b%20c~_-./%E5%AD%A6");
        assert_eq!(encode_component("a/b=c"), "a%2Fb%3Dc");
        assert_eq!(encode_anchor("a~b-1_记"), "a%7Eb-1_%E8%AE%B0");
    }

    #[test]
    fn decoding() {
        assert_eq!(decode("%E5%AD%a6%20+").as_deref(), Some("学 +"));
        for broken in ["%", "a%4", "%zz", "%E5", "%+1"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
        assert_eq!(decode_or_keep("100%/%41"), "100%/A");
        assert_eq!(decode_or_keep("%FF%41"), "%FF%41");
        assert_eq!(decode_bytes("%D1%A7%"), [0xD1, 0xA7, b'%']);
    }
}
