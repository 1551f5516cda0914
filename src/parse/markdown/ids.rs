//! Anchors, unique on their page.

use std::collections::HashMap;

use super::reserved;

/// The anchors of a page so far.
pub struct Ids {
    /// Each with the number that its next namesake tries first: ten thousand equal headings stay cheap.
    taken: HashMap<String, u32>,
}

impl Default for Ids {
    /// No anchor is taken but those of the theme.
    fn default() -> Ids {
        Ids { taken: reserved::IDS.iter().map(|id| ((*id).to_string(), 1)).collect() }
    }
}

impl Ids {
    /// Takes an anchor: the wanted one, or with `-1`, `-2` … behind it, as the great code hosts number them.
    pub fn unique(&mut self, wanted: &str) -> String {
        let wanted = if wanted.is_empty() { "h-1" } else { wanted };
        let Some(&first) = self.taken.get(wanted) else {
            self.taken.insert(wanted.to_string(), 1);
            return wanted.to_string();
        };
        let mut number = first;
        loop {
            let candidate = format!("{wanted}-{number}");
            number += 1;
            if !self.taken.contains_key(&candidate) {
                self.taken.insert(wanted.to_string(), number);
                self.taken.insert(candidate.clone(), 1);
                return candidate;
            }
        }
    }

    /// Takes exactly this anchor; false when it is taken already.
    pub fn claim(&mut self, id: &str) -> bool {
        !id.is_empty() && !self.taken.contains_key(id) && self.taken.insert(id.to_string(), 1).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_unique() {
        let mut ids = Ids::default();
        let all: Vec<String> = ["a", "a", "a-2", "a", "", ""].iter().map(|wanted| ids.unique(wanted)).collect();
        assert_eq!(all, ["a", "a-1", "a-2", "a-3", "h-1", "h-1-1"]);
        assert!(!ids.claim("a-3") && ids.claim("b") && !ids.claim("b"));
        assert_eq!((ids.unique("look").as_str(), ids.claim("title")), ("look-1", false), "these are the theme's");
    }
}
