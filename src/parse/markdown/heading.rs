//! Anchors: readable, unique on their page.

use std::collections::HashMap;

/// The anchors of a page so far.
#[derive(Default)]
pub struct Ids {
    /// Each with the number that its next namesake tries first: ten thousand equal headings stay cheap.
    taken: HashMap<String, u32>,
}

impl Ids {
    /// Takes an anchor: the wanted one, or with `-2`, `-3` … behind it.
    pub fn unique(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "h-1" } else { wanted };
        let Some(&first) = self.taken.get(wanted) else {
            self.taken.insert(wanted.to_string(), 2);
            return wanted.to_string();
        };
        let mut number = first;
        loop {
            let candidate = format!("{wanted}-{number}");
            number += 1;
            if !self.taken.contains_key(&candidate) {
                self.taken.insert(wanted.to_string(), number);
                self.taken.insert(candidate.clone(), 2);
                return candidate;
            }
        }
    }

    /// Takes exactly this anchor; false when it is taken already.
    pub fn claim(&mut self, id: &str) -> bool {
        !id.is_empty() && !self.taken.contains_key(id) && self.taken.insert(id.to_string(), 2).is_none()
    }
}

/// A heading's text as an anchor: lower case, letters, digits, `-` and `_`, with `-` for a blank; other marks fall
/// away. So `二、记什么` is reached as `#二记什么`.
pub fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.trim().chars() {
        if c.is_alphanumeric() || c == '-' || c == '_' {
            slug.extend(c.to_lowercase());
        } else if c.is_whitespace() {
            slug.push('-');
        }
    }
    slug
}

/// Splits the anchor off a heading's line: `题目 {#id}`. Only this form: braces in a title are text.
/// Returns where the title ends (an offset in `line`) and the anchor.
pub fn explicit_id(line: &str) -> Option<(usize, &str)> {
    let body = line.trim_end().trim_end_matches('#').trim_end();
    let inner = body.strip_suffix('}')?;
    let open = inner.rfind("{#")?;
    let id = &inner[open + 2..];
    let fine = !id.is_empty() && !id.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '"' | '<' | '>' | '&' | '\''));
    fine.then(|| (inner[..open].trim_end().len(), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_read_like_the_title() {
        assert_eq!(slug("二、记什么"), "二记什么");
        assert_eq!(slug("第三章 会议记录"), "第三章-会议记录");
        assert_eq!(slug("What's New (v2.0)?"), "whats-new-v20");
        assert_eq!(slug("……"), "");
    }

    #[test]
    fn anchors_are_unique() {
        let mut ids = Ids::default();
        let all: Vec<String> = ["a", "a", "a-2", "a", "", ""].iter().map(|wanted| ids.unique(wanted)).collect();
        assert_eq!(all, ["a", "a-2", "a-2-2", "a-3", "h-1", "h-1-2"]);
        assert!(!ids.claim("a-3") && ids.claim("b") && !ids.claim("b"));
    }

    #[test]
    fn only_a_plain_anchor_is_split_off() {
        assert_eq!(explicit_id("题目 {#jilu} ##"), Some(("题目".len(), "jilu")));
        assert_eq!(explicit_id("集合 {甲，乙}"), None);
        assert_eq!(explicit_id("集合 {#甲 乙}"), None);
        assert_eq!(explicit_id("题目 {.class}"), None);
    }
}
