//! “Did you mean …”: the nearest of the known names.
//!
//! To compare two names takes time in proportion to the product of their lengths, and a text may hold any number of wrong
//! names of any length. So long names are not compared, and whoever looks for many does so with one [`Suggester`], whose
//! work is bounded: the first mistakes get a suggestion, which is all that anybody reads.

/// Longer names, in characters, are not compared: nobody mistypes one letter of a paragraph.
const LONGEST: usize = 120;

/// The work of one [`Suggester`], in characters read and pairs of characters compared: some ten milliseconds.
const WORK: usize = 10_000_000;

/// The same for all that is looked for in a whole site.
pub const WORK_OF_A_SITE: usize = 30_000_000;

/// The known name nearest to `wrong`, if one is near enough to be worth saying.
///
/// Near is an edit distance (with neighbours changing places) of at most a third of the longer word (at least one), or one
/// word holding the other.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Suggester::default().nearest(wrong, known)
}

/// Looks for near names until its work is done; then it knows of none.
#[derive(Debug)]
pub struct Suggester {
    left: usize,
}

impl Default for Suggester {
    fn default() -> Suggester {
        Suggester { left: WORK }
    }
}

impl Suggester {
    /// One with a bound of its own.
    pub fn with_work(left: usize) -> Suggester {
        Suggester { left }
    }

    /// As [`nearest`].
    pub fn nearest<'a>(&mut self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let wrong_folded = wrong.to_lowercase();
        let wrong_len = length(&wrong_folded)?;
        let wrong_letters = letters(&wrong_folded);
        let mut best: Option<(usize, &'a str)> = None;
        for name in known {
            let Some(len) = length(name) else { continue };
            if !self.spend(len) {
                break;
            }
            let limit = (wrong_len.max(len) / 3).max(1);
            // The length difference is a lower bound of the distance: most of a long list is never compared.
            let distance = if wrong_len.abs_diff(len) > limit {
                let holds = wrong_len.min(len) >= 2 && (name.contains(&wrong_folded) || wrong_folded.contains(name));
                if !holds {
                    continue;
                }
                limit + wrong_len.abs_diff(len)
            } else {
                // An edit changes two of the letters at most, and most names of a long list have other ones altogether.
                let folded = name.to_lowercase();
                let others: u32 = wrong_letters.iter().zip(letters(&folded)).map(|(a, b)| u32::from(a.abs_diff(b))).sum();
                if others as usize / 2 > limit {
                    continue;
                }
                if !self.spend(wrong_len * len) {
                    break;
                }
                let distance = strsim::osa_distance(&wrong_folded, &folded);
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

    /// The one of some paths that differs least from a wanted one, however much that is.
    pub fn closest<'a>(&mut self, wanted: &str, paths: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let len = length(wanted)?;
        let mut best: Option<(usize, &'a str)> = None;
        for path in paths {
            let Some(other) = length(path) else { continue };
            if !self.spend(len * other) {
                break;
            }
            let distance = strsim::levenshtein(path, wanted);
            if best.is_none_or(|so_far| (distance, path) < so_far) {
                best = Some((distance, path));
            }
        }
        best.map(|(_, path)| path)
    }

    /// Whether so much work is left; it is taken off.
    fn spend(&mut self, work: usize) -> bool {
        let enough = self.left >= work;
        self.left = self.left.saturating_sub(work);
        enough
    }
}

/// How often each letter stands in a name; letters share places, which makes names alike that are not, and never the other way.
fn letters(name: &str) -> [u8; 64] {
    let mut letters = [0_u8; 64];
    for c in name.chars() {
        let count = &mut letters[c as usize % 64];
        *count = count.saturating_add(1);
    }
    letters
}

/// The length in characters of a name that is not too long to be compared.
fn length(name: &str) -> Option<usize> {
    let len = if name.len() <= LONGEST * 4 { name.chars().count() } else { return None };
    (len <= LONGEST).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Suggester, WORK, nearest};

    #[test]
    fn finds_a_slip_and_leaves_strangers_alone() {
        assert_eq!(nearest("tittle", ["title", "tags"]), Some("title"));
        assert_eq!(nearest("Speaker", ["speaker", "place"]), Some("speaker"));
        assert_eq!(nearest("二记什么", ["二、记什么", "一、给谁看"]), Some("二、记什么"));
        assert_eq!(nearest("zebra", ["title", "tags"]), None);
    }

    #[test]
    fn long_names_are_not_compared() {
        let name = "a".repeat(LONGEST);
        assert_eq!(nearest(&name, [&*format!("b{}", &name[1..])]).map(str::len), Some(LONGEST));
        assert_eq!(nearest(&format!("{name}b"), [&*name]), None);
        assert_eq!(nearest("ab", [&*format!("{name}b")]), None, "nobody reads it");
    }

    #[test]
    fn the_work_of_one_is_bounded() {
        let mut suggester = Suggester::default();
        let found = (0..WORK).take_while(|_| suggester.nearest("tittle", ["title"]).is_some()).count();
        assert_eq!(found, WORK / (5 + 6 * 5));
        assert_eq!(suggester.nearest("tittle", ["title"]), None);
        assert_eq!(suggester.closest("tittle", ["title"]), None);
    }
}
