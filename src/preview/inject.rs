//! What is added to a page on its way to the browser: the preview's script, and nothing else.

use crate::ground::Stamp;
use crate::ground::escape::escaped_attribute;

use super::source::OWN;

/// A page with the preview's script as the first of its head. `prefix` stands before the site's own addresses.
pub fn inject(html: &[u8], prefix: &str, url: &str, stamp: Stamp) -> Vec<u8> {
    let (url, stamp) = (escaped_attribute(url), stamp.short());
    let tag = format!("<script src=\"{prefix}/{OWN}/preview.js\" data-page=\"{url}\" data-stamp=\"{stamp}\" defer></script>");
    let at = behind_head(html).unwrap_or(0);
    [&html[..at], tag.as_bytes(), &html[at..]].concat()
}

/// The place behind `<head>` and the `<meta charset>` that opens it.
fn behind_head(html: &[u8]) -> Option<usize> {
    let find =
        |from: usize, what: &[u8]| html[from..].windows(what.len()).position(|part| part.eq_ignore_ascii_case(what)).map(|at| from + at);
    let head = find(0, b"<head")?;
    let open = find(head, b">")? + 1;
    let rest = &html[open..];
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    match rest[blank..].get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<meta")) {
        true => Some(find(open + blank, b">")? + 1),
        false => Some(open),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_all_that_is_added() {
        let page = b"<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>x</title></head><body></body></html>";
        let made = inject(page, "/token", "a/\"b\".html", Stamp::of_bytes(page));
        let text = String::from_utf8(made).unwrap();
        let start = text.find("<script").unwrap();
        let end = text.find("</script>").unwrap() + "</script>".len();
        assert_eq!(format!("{}{}", &text[..start], &text[end..]).as_bytes(), page);
        assert!(text[..start].ends_with("<meta charset=utf-8>"), "{text}");
        assert!(text[start..end].contains("src=\"/token/__studyhall/preview.js\" data-page=\"a/&quot;b&quot;.html\""), "{text}");
    }

    #[test]
    fn odd_pages_get_it_too() {
        for page in ["", "<p>x", "<head", "<head>", "<HEAD ><META charset=gbk", "<head>\n <meta charset=utf-8>"] {
            let made = inject(page.as_bytes(), "", "x.html", Stamp::default());
            assert!(String::from_utf8(made).unwrap().contains("defer></script>"), "{page}");
        }
    }
}
