//! “Did you mean …”: the nearest of the known names.

/// The known name nearest to `wrong`, if one is near enough to be worth saying.
///
/// Near is a Damerau–Levenshtein distance of at most a third of the longer word (at least one), or one word
/// holding the other.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong_folded = wrong.to_lowercase();
    let wrong_len = wrong_folded.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for name in known {
        let len = name.chars().count();
        let limit = (wrong_len.max(len) / 3).max(1);
        // The length difference is a lower bound of the distance: most of a long list is never compared.
        let distance = if wrong_len.abs_diff(len) > limit {
            let holds = wrong_len.min(len) >= 2 && (name.contains(&wrong_folded) || wrong_folded.contains(name));
            if !holds {
                continue;
            }
            limit + wrong_len.abs_diff(len)
        } else {
            let distance = strsim::damerau_levenshtein(&wrong_folded, &name.to_lowercase());
            if distance > limit {
                continue;
            }
            distance
        };
        if best.is_none_or(|(so_far, found)| (distance, name) < (so_far, found)) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_and_leaves_strangers_alone() {
        assert_eq!(nearest("tittle", ["title", "tags"]), Some("title"));
        assert_eq!(nearest("Speaker", ["speaker", "place"]), Some("speaker"));
        assert_eq!(nearest("二记什么", ["二、记什么", "一、给谁看"]), Some("二、记什么"));
        assert_eq!(nearest("zebra", ["title", "tags"]), None);
    }
}
