//! How a body that came differs from the one that was published, in the terms of what hosts and proxies do. Pure.

/// What was done to a file on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyChange {
    /// The end is missing.
    Cut,
    /// Line ends are others: sent in a text mode.
    LineEnds,
    /// The text is the same in another encoding.
    Transcoded,
    /// Something was put in: its beginning.
    Injected(String),
    /// The same page with other white space, quotes or comments.
    Minified,
    /// A picture that was packed anew.
    Picture,
    /// A page of its own: its title.
    Another(String),
    /// Anything else.
    Other,
}

/// So much of what was put in is shown: enough to search a proxy's settings for.
const SHOWN: usize = 100;

/// Compares. `got` is not `wanted`.
pub fn change(wanted: &[u8], got: &[u8]) -> BodyChange {
    if wanted.starts_with(got) {
        return BodyChange::Cut;
    }
    if is_picture(wanted) && is_picture(got) {
        return BodyChange::Picture;
    }
    let texts = std::str::from_utf8(wanted).ok().filter(|wanted| !wanted.contains('\0'));
    let Some(wanted) = texts else {
        return if is_page(got) { BodyChange::Another(title(got)) } else { BodyChange::Other };
    };
    if without(wanted.as_bytes(), b'\r') == without(got, b'\r') {
        return BodyChange::LineEnds;
    }
    let Ok(got_text) = std::str::from_utf8(got) else {
        let (text, _, damaged) = encoding_rs::GB18030.decode(got);
        return match () {
            () if !damaged && text == wanted => BodyChange::Transcoded,
            () if is_page(got) => BodyChange::Another(title(got)),
            () => BodyChange::Other,
        };
    };
    if let Some(what) = inserted(wanted, got_text) {
        return BodyChange::Injected(shown(&what));
    }
    let squeezed = squeeze(wanted);
    if squeeze(got_text) == squeezed {
        return BodyChange::Minified;
    }
    // A page with something put in may have been squeezed as well.
    let (wanted_tags, got_tags) = (active_tags(wanted), active_tags(got_text));
    let stranger = got_tags.iter().find(|tag| !wanted_tags.contains(tag));
    match (title(wanted.as_bytes()) == title(got), stranger) {
        (true, Some(tag)) if is_page(wanted.as_bytes()) => BodyChange::Injected(shown(tag)),
        (false, _) if is_page(got) => BodyChange::Another(title(got)),
        (true, _) if is_page(got) && !is_page(wanted.as_bytes()) => BodyChange::Another(title(got)),
        _ => BodyChange::Other,
    }
}

/// Whether a text asks for a password: a login page in place of what was wanted.
pub fn asks_for_password(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    ["type=password", "type=\"password\"", "type='password'"].iter().any(|field| text.contains(field))
}

/// Whether bytes are a page.
pub fn is_page(body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&body[..body.len().min(1024)]).to_ascii_lowercase();
    head.contains("<!doctype html") || head.contains("<html") || head.contains("<head") || head.contains("<body")
}

fn is_picture(body: &[u8]) -> bool {
    let begins: [&[u8]; 5] = [b"\xFF\xD8\xFF", b"\x89PNG", b"GIF8", b"RIFF", b"\0\0\x01\0"];
    begins.iter().any(|magic| body.starts_with(magic))
}

fn without(bytes: &[u8], what: u8) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != what).collect()
}

/// What stands in `got` beyond all of `wanted`, if `got` is nothing but `wanted` with something put in, at one place or at
/// several: then the first.
fn inserted(wanted: &str, got: &str) -> Option<String> {
    let tokens = |text: &str| -> Vec<String> {
        let mut tokens = vec![String::new()];
        for c in text.chars() {
            if c == '<' || tokens.last().is_some_and(|last| last.ends_with('>')) {
                tokens.push(String::new());
            }
            tokens.last_mut().expect("there is one").push(c);
        }
        tokens.retain(|token| !token.is_empty());
        tokens
    };
    if !is_page(wanted.as_bytes()) {
        let rest = got.len().checked_sub(wanted.len()).filter(|rest| *rest > 0)?;
        let before = wanted.bytes().zip(got.bytes()).take_while(|(one, other)| one == other).count();
        let is_all = got.as_bytes()[before + rest..] == wanted.as_bytes()[before..];
        return got.get(before..before + rest).filter(|_| is_all).map(str::to_string);
    }
    let (wanted, got) = (tokens(wanted), tokens(got));
    let (mut first, mut open, mut at) = (String::new(), true, 0);
    for token in &got {
        match wanted.get(at) == Some(token) {
            true => {
                at += 1;
                open = first.is_empty();
            }
            false if open => first.push_str(token),
            false => {}
        }
    }
    (at == wanted.len() && !first.is_empty()).then_some(first)
}

/// A page without all that minifiers change.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        squeezed.push_str(&rest[..at]);
        rest = rest[at..].find("-->").map_or("", |end| &rest[at + end + 3..]);
    }
    squeezed.push_str(rest);
    squeezed.retain(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '/' | ';'));
    squeezed.make_ascii_lowercase();
    squeezed
}

/// The tags of a page that bring something in: scripts, frames.
fn active_tags(text: &str) -> Vec<&str> {
    let is_active = |tag: &&str| {
        let tag = tag.to_ascii_lowercase();
        tag.starts_with("<script") || tag.starts_with("<iframe")
    };
    let tags = text.match_indices('<').filter_map(|(at, _)| text[at..].find('>').map(|end| &text[at..=at + end]));
    tags.filter(is_active).collect()
}

/// The title of a page, or nothing.
pub fn title(body: &[u8]) -> String {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.to_string(),
        Err(_) => encoding_rs::GB18030.decode(body).0.into_owned(),
    };
    let lower = text.to_ascii_lowercase();
    let inner = lower.find("<title").and_then(|at| {
        let from = at + lower[at..].find('>')? + 1;
        Some(text[from..from + lower[from..].find("</title")?].trim().to_string())
    });
    shown(&inner.unwrap_or_default())
}

fn shown(text: &str) -> String {
    let plain = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut shown: String = plain.take(SHOWN).collect();
    if text.trim().chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<html lang=zh><head><meta charset=utf-8><title>甲</title><link rel=stylesheet href=a.css></head>\n<body><p>正文 一</p></body></html>\n";

    fn of(got: &str) -> BodyChange {
        change(PAGE.as_bytes(), got.as_bytes())
    }

    #[test]
    fn what_a_proxy_puts_in_is_shown() {
        let script = "<script src=\"http://ads.example/x.js\"></script>";
        assert_eq!(of(&PAGE.replace("</body>", &format!("{script}</body>"))), BodyChange::Injected(script.into()));
        assert_eq!(of(&format!("{PAGE}{script}")), BodyChange::Injected(script.into()));
        let two = PAGE.replace("<head>", &format!("<head>{script}")).replace("</body>", "<i></i></body>");
        assert_eq!(of(&two), BodyChange::Injected(script.into()));
        let squeezed = PAGE.replace('\n', "").replace("</body>", &format!("{script}</body>"));
        assert!(matches!(of(&squeezed), BodyChange::Injected(what) if what.contains("ads.example")));
        assert_eq!(change(b"a{}b{}", b"a{}x{}b{}"), BodyChange::Injected("x{}".into()));
        assert!(
            matches!(of(&PAGE.replace("</body>", &format!("<script>{}</script></body>", "长".repeat(300)))), BodyChange::Injected(what) if what.chars().count() == SHOWN + 1)
        );
    }

    #[test]
    fn what_hosts_do_to_texts_has_a_name() {
        assert_eq!(of(&PAGE[..60]), BodyChange::Cut);
        assert_eq!(of(""), BodyChange::Cut);
        assert_eq!(of(&PAGE.replace('\n', "\r\n")), BodyChange::LineEnds);
        assert_eq!(of(&PAGE.replace('\n', "").replace("lang=zh", "lang=\"zh\"")), BodyChange::Minified);
        assert_eq!(change(PAGE.as_bytes(), &encoding_rs::GBK.encode(PAGE).0), BodyChange::Transcoded);
        assert_eq!(of("<html><title>统一身份认证</title>"), BodyChange::Another("统一身份认证".into()));
        assert_eq!(change(b"var a;", b"<html><head><title>404</title>"), BodyChange::Another("404".into()));
        assert_eq!(change(b"\x89PNG1234", b"<html><head>"), BodyChange::Another(String::new()));
        assert_eq!(change(b"\xFF\xD8\xFF1234", b"\xFF\xD8\xFF99"), BodyChange::Picture);
        assert_eq!(of(&PAGE.replace("正文", "改文")), BodyChange::Other);
        assert_eq!(change(b"PK\x03\x04\0", b"PK\x03\x05\0"), BodyChange::Other);
    }

    #[test]
    fn odd_bytes_are_compared_too() {
        for got in [&b"\xFF\xFE<\0"[..], b"<title", b"<title>\xD6", b"<!--", b"<script", b">"] {
            change(PAGE.as_bytes(), got);
            change(got, PAGE.as_bytes());
        }
    }
}
