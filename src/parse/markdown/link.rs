//! Addresses as authors write them: what kind they are, and their parts.

use std::ops::Range;

use crate::document::LinkKind;

/// Schemes that a link may have. All others would run something or lead nowhere.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel", "sms", "ftp", "ftps", "weixin", "mms", "rtsp"];

/// What an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Inside the site: path and fragment, percent-decoded.
    Internal { target: String, anchor: Option<String> },
    /// Elsewhere: the address without its fragment, and the fragment.
    External { target: String, anchor: Option<String> },
    /// A scheme that is refused.
    Refused { scheme: String },
}

/// Takes an address apart.
pub fn address(written: &str) -> Address {
    // Browsers drop blanks around and control characters within, so `java\nscript:` is a scheme too.
    let trimmed = written.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let cleaned: String;
    let whole = match trimmed.contains(char::is_control) {
        true => {
            cleaned = trimmed.chars().filter(|c| !c.is_control()).collect();
            &cleaned
        }
        false => trimmed,
    };
    let scheme = scheme(whole);
    if let Some(scheme) = scheme
        && !SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
    {
        return Address::Refused { scheme: format!("{}:", scheme.to_ascii_lowercase()) };
    }
    let (front, fragment) = match whole.split_once('#') {
        Some((front, fragment)) => (front, Some(fragment)),
        None => (whole, None),
    };
    let slashes = whole.as_bytes().iter().take(2).filter(|&&b| matches!(b, b'/' | b'\\')).count();
    if scheme.is_some() || slashes == 2 {
        return Address::External { target: front.to_string(), anchor: fragment.map(str::to_string) };
    }
    let target = percent_decode(front).replace('\\', "/");
    Address::Internal { target, anchor: fragment.filter(|f| !f.is_empty()).map(percent_decode) }
}

/// The scheme of an address; a single letter is a drive.
fn scheme(address: &str) -> Option<&str> {
    let colon = address.find(':')?;
    let scheme = &address[..colon];
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    (colon > 1 && scheme.as_bytes()[0].is_ascii_alphabetic() && scheme.bytes().all(fine)).then_some(scheme)
}

/// Decodes `%E4%BC%9A`; what does not decode to text stays as it is.
pub fn percent_decode(text: &str) -> String {
    crate::ground::percent::decode_or_keep(text)
}

/// The kind of link that an address makes when clicked.
pub fn kind(address: &Address) -> LinkKind {
    match address {
        Address::Internal { .. } => LinkKind::Internal,
        _ => LinkKind::External,
    }
}

/// The bare addresses in a text from a byte on: their ranges. One ends at a blank, a quote, or the first character that is
/// not ASCII: in Chinese text no blank parts it from what follows. An address of e-mail is one too.
pub fn bare_urls(text: &str, from: usize) -> BareUrls<'_> {
    // Most text has neither: a look for single bytes is much cheaper than for words.
    let may_have = text.bytes().any(|byte| matches!(byte, b'/' | b'w' | b'@'));
    let at = if may_have { from } else { text.len() };
    BareUrls { text, from: at, at, slashes: NextMark::new("://"), www: NextMark::new("www."), mail: NextMark::new("@") }
}

/// See [`bare_urls`].
pub struct BareUrls<'t> {
    text: &'t str,
    from: usize,
    at: usize,
    slashes: NextMark,
    www: NextMark,
    mail: NextMark,
}

/// The next place of a mark. It is looked for again only when it has been passed, so that a text is gone through once for
/// each mark, however many of the other it holds.
struct NextMark {
    mark: &'static str,
    next: Option<usize>,
    searched: bool,
}

impl NextMark {
    fn new(mark: &'static str) -> NextMark {
        NextMark { mark, next: None, searched: false }
    }

    fn at_or_after(&mut self, text: &str, at: usize) -> Option<usize> {
        if !self.searched || self.next.is_some_and(|next| next < at) {
            self.searched = true;
            self.next = text[at..].find(self.mark).map(|found| at + found);
        }
        self.next
    }
}

impl Iterator for BareUrls<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let text = self.text;
        while self.at < text.len() {
            let slashes = self.slashes.at_or_after(text, self.at);
            let www = self.www.at_or_after(text, self.at);
            let mail = self.mail.at_or_after(text, self.at);
            if let Some(at) = mail
                && [slashes, www].into_iter().flatten().all(|other| at < other)
            {
                if let Some(found) = mail_address(text, self.at.max(self.from), at) {
                    self.at = found.end;
                    return Some(found);
                }
                self.at = at + 1;
                continue;
            }
            let start = match (slashes, www) {
                (Some(slashes), www) if www.is_none_or(|www| slashes < www) => {
                    let head = &text.as_bytes()[self.at..slashes];
                    let ends = |scheme: &&str| {
                        head.len().checked_sub(scheme.len()).is_some_and(|at| head[at..].eq_ignore_ascii_case(scheme.as_bytes()))
                    };
                    let scheme = ["https", "http"].into_iter().find(ends);
                    let Some(scheme) = scheme else {
                        self.at = slashes + "://".len();
                        continue;
                    };
                    slashes - scheme.len()
                }
                (_, Some(www)) => www,
                _ => break,
            };
            let end = url_end(text, start);
            let is_www = text[start..].starts_with("www.");
            let skip = if is_www { "www.".len() } else { text[start..end].find("://").map_or(0, |slashes| slashes + 3) };
            let host = text[start..end].get(skip..).unwrap_or_default();
            let before = text[..start].bytes().next_back();
            let joined = before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'@' | b'-' | b'_'));
            let fine = host.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'[') && (!is_www || host.contains('.'));
            if fine && !joined && start >= self.from {
                self.at = end;
                return Some(start..end);
            }
            self.at = end.max(start + 4);
            while !text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        self.at = text.len();
        None
    }
}

/// The address of e-mail around an `@`, which begins at `from` or behind it.
fn mail_address(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
    let start = at - bytes[from..at].iter().rev().take_while(|byte| is_local(byte)).count();
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let mut end = at + 1 + bytes[at + 1..].iter().take_while(|byte| is_host(byte)).count();
    while end > at && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let host = text.get(at + 1..end)?;
    let is_joined = bytes[from..start].last().is_some_and(|byte| matches!(byte, b'/' | b':' | b'@' | b'='));
    let has_top = host.rsplit_once('.').is_some_and(|(before, top)| {
        !before.is_empty() && !before.split('.').any(str::is_empty) && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    (start < at && !is_joined && has_top && bytes[start].is_ascii_alphanumeric()).then_some(start..end)
}

/// The bare addresses of a Markdown source that hold signs of emphasis. Those in the targets of links, in attributes of tags, and
/// in definitions are left out: nothing there is emphasis.
pub fn urls_with_emphasis(text: &str) -> impl Iterator<Item = Range<usize>> {
    let holds = |range: &Range<usize>| text[range.clone()].bytes().any(|byte| matches!(byte, b'_' | b'*' | b'~'));
    bare_urls(text, 0).filter(holds).filter(|range| {
        let before = text[..range.start].trim_end_matches([' ', '\t', '\r', '\n']);
        let is_target = text[..range.start].ends_with("](") || before.ends_with("]:");
        !is_target && !text[..range.start].ends_with(['<', '"', '\'', '='])
    })
}

fn url_end(text: &str, start: usize) -> usize {
    let stops = |b: u8| !b.is_ascii_graphic() || matches!(b, b'<' | b'>' | b'"' | b'`' | b'\\' | b'^' | b'{' | b'}' | b'|');
    let bytes = text.as_bytes();
    let mut end = start + bytes[start..].iter().position(|&b| stops(b)).unwrap_or(bytes.len() - start);
    // An address that is the words of a link ends with them.
    end = text[start..end].find("](").map_or(end, |at| start + at);
    let count = |end: usize, mark: u8| bytes[start..end].iter().filter(|&&b| b == mark).count();
    let (open, mut close) = (count(end, b'('), count(end, b')'));
    while end > start {
        match bytes[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' | b']' => end -= 1,
            b')' if close > open => {
                close -= 1;
                end -= 1;
            }
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn internal(target: &str, anchor: Option<&str>) -> Address {
        Address::Internal { target: target.to_string(), anchor: anchor.map(str::to_string) }
    }

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(address("../a/b.md#%E8%AE%B0"), internal("../a/b.md", Some("记")));
        assert_eq!(address(r"附件\报名表.docx"), internal("附件/报名表.docx", None));
        assert_eq!(address("#x"), internal("", Some("x")));
        assert_eq!(address("%E4%BC.md"), internal("%E4%BC.md", None));
        assert_eq!(address("C:\\表.docx"), internal("C:/表.docx", None));
        assert_eq!(address("第3节:x.md"), internal("第3节:x.md", None));
        assert_eq!(kind(&address("mailto:a@b.cn")), LinkKind::External);
        assert_eq!(kind(&address("//cdn.cn/x.js")), LinkKind::External);
        for bad in ["javascript:alert(1)", " JaVaScRiPt:x", "java\nscript:x", "\u{1}data:text/html,x", "vbscript:x", "file:///c:/x"] {
            assert!(matches!(address(bad), Address::Refused { .. }), "{bad:?}");
        }
    }

    #[test]
    fn bare_addresses_end_where_chinese_begins() {
        let found = |text| bare_urls(text, 0).next().map(|range| &text[range]);
        assert_eq!(found("见https://a.cn/b_c?d=1，后文"), Some("https://a.cn/b_c?d=1"));
        assert_eq!(found("（http://a.cn/x(1)）"), Some("http://a.cn/x(1)"));
        assert_eq!(found("(see www.a.cn)."), Some("www.a.cn"));
        assert_eq!(found("www.中文 http:// xhttp://y ftp://z"), None);
        assert_eq!(found("://www.a.cn"), None);
        assert_eq!(found("HTTPS://A.cn/x，"), Some("HTTPS://A.cn/x"));
        assert_eq!(found("邮箱：zhang_san.x@dj.example.edu.cn。"), Some("zhang_san.x@dj.example.edu.cn"));
        assert_eq!(found("@某某 a@b @x.cn x@y. mailto:a@b.cn"), None);
        let text = "见www.a.cn、a://b 和http://c.cn/，www.d.cn。";
        let all: Vec<&str> = bare_urls(text, 0).map(|range| &text[range]).collect();
        assert_eq!(all, ["www.a.cn", "http://c.cn/", "www.d.cn"]);
    }
}
