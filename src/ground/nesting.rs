//! How deep brackets nest. Libraries that read styles and scripts call themselves for every level, and a stack that runs over ends
//! the program without a word; so what is too deep is refused before they see it.

/// Where brackets nest deeper than `most` levels, if they do. Those in comments and quoted texts count as well: hundreds that are
/// not closed stand in no text.
pub fn too_deep(text: &str, most: usize) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > most
    })
}

/// Whether elements of HTML nest deeper than `most` levels, about: end tags that their elements do not need are taken to be there.
pub fn is_deep_html(html: &str, most: usize) -> bool {
    const WITHOUT_END: &[&str] =
        &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
    let mut depth = 0_usize;
    html.match_indices('<').any(|(at, _)| {
        let rest = &html[at + 1..];
        let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if name > 0 && !WITHOUT_END.iter().any(|known| known.eq_ignore_ascii_case(&rest[..name])) {
            depth += 1;
        }
        depth > most
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_while_they_are_open() {
        assert_eq!(too_deep("((a)(b)[{c}])", 3), None);
        assert_eq!(too_deep("((a)(b)[{c}])", 2), Some(8));
        assert_eq!(too_deep(")))(", 0), Some(3));
    }

    #[test]
    fn elements_are_counted_while_they_are_open() {
        assert!(!is_deep_html("<ul><li>a<br><img src=x></li><li>b</li></ul>", 2));
        assert!(is_deep_html("<ul><li><b>a</b></li></ul>", 2));
        assert!(!is_deep_html(&"<br>< a".repeat(1000), 2));
    }
}
