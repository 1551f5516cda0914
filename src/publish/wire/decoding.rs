//! Names in the encodings of old servers.

/// A name as the server keeps it: UTF-8, else GBK, which old Windows servers of campuses use.
pub(super) fn words(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}
