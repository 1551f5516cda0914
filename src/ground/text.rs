//! What counts as Chinese text.

/// Whether a character is a Han ideograph (all blocks that Unicode 16 assigns).
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Whether a character belongs to Chinese or Japanese setting: ideographs, kana, their punctuation and
/// full-width forms.
pub fn is_cjk(c: char) -> bool {
    is_han(c) || matches!(c as u32, 0x2E80..=0x303F | 0x3040..=0x31FF | 0x3200..=0x33FF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF)
}

/// Length as a Chinese reader counts it: every Han character or kana one, every run of letters or digits one.
pub fn count_words(text: &str) -> u32 {
    let mut count = 0;
    let mut in_word = false;
    for c in text.chars() {
        if is_han(c) || matches!(c as u32, 0x3040..=0x30FF) {
            count += 1;
            in_word = false;
        } else if c.is_alphanumeric() {
            count += u32::from(!in_word);
            in_word = true;
        } else {
            in_word = false;
        }
    }
    count
}

/// The first `limit` characters of a text, at a sentence's end where one is near, with `…` where it was cut.
pub fn excerpt(text: &str, limit: usize) -> String {
    let text = text.trim();
    let Some((cut, _)) = text.char_indices().nth(limit) else {
        return text.to_string();
    };
    let head = &text[..cut];
    match head.rfind(['。', '！', '？']) {
        Some(end) if head[..end].chars().count() * 2 >= limit => head[..end + '。'.len_utf8()].to_string(),
        _ => format!("{}…", head.trim_end_matches(['，', '、', '；', ' '])),
    }
}

/// Every character outside ASCII as the escape that means the same in a script's texts, patterns and names: hosts send
/// scripts with a wrong charset (`AddDefaultCharset GBK`) or with none.
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_a_reader_does() {
        assert_eq!(count_words("会议记录 meeting notes 2026年"), 4 + 2 + 1 + 1);
        assert_eq!(count_words(""), 0);
    }

    #[test]
    fn excerpt_prefers_a_whole_sentence() {
        assert_eq!(excerpt("写清楚事实。比写得漂亮重要，很多", 8), "写清楚事实。");
        assert_eq!(excerpt("短句", 8), "短句");
        assert_eq!(excerpt("一二三四五六七八九十", 4), "一二三四…");
    }
}
