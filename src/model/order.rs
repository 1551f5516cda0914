//! What comes before what.

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::ground::date::days_between;
use crate::parse::Summary;
use crate::parse::meta::{Details, Sort};

use super::page::PageId;

/// Documents that can be put in an order.
pub trait Documents {
    /// What the file of a page says.
    fn summary(&self, id: PageId) -> &Summary;
    /// The day the site is built for.
    fn day(&self) -> Date;
}

/// Sorts pages. Equal ones go by their path, in which `第2讲` stands before `第10讲`.
pub fn sort(documents: &impl Documents, ids: &mut [PageId], by: Sort) {
    let weight = |id: PageId| documents.summary(id).meta.weight.unwrap_or(i64::MAX);
    let date = |id: PageId| documents.summary(id).meta.date;
    ids.sort_by(|a, b| {
        let (one, two) = (*a, *b);
        let first = match by {
            Sort::Date => date(two).cmp(&date(one)),
            Sort::Weight => weight(one).cmp(&weight(two)),
            Sort::Title => natural(&documents.summary(one).title, &documents.summary(two).title),
            Sort::Deadline => deadline(documents, one).cmp(&deadline(documents, two)),
        };
        first.then_with(|| natural(&documents.summary(one).path, &documents.summary(two).path))
    });
}

/// Open deadlines first, the nearest at the top; then closed ones, the latest at the top; then pages without one.
fn deadline(documents: &impl Documents, id: PageId) -> (u8, i32) {
    let when = match &documents.summary(id).meta.details {
        Details::Notice(notice) => notice.deadline,
        Details::Survey(survey) => survey.deadline,
        _ => None,
    };
    match when.map(|when| days_between(documents.day(), when.date)) {
        Some(days) if days >= 0 => (0, days),
        Some(days) => (1, -days),
        None => (2, 0),
    }
}

/// Compares texts with their numbers by value.
pub fn natural(a: &str, b: &str) -> Ordering {
    // Most of two paths in one folder is the same: only what differs is looked at, and the number it stands in.
    let mut same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    while !a.is_char_boundary(same) || !b.is_char_boundary(same) || a[..same].ends_with(|c: char| c.is_ascii_digit()) {
        same -= 1;
    }
    let (mut one, mut two) = (&a[same..], &b[same..]);
    loop {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (x, y) = (digits(one), digits(two));
        if x > 0 && y > 0 {
            let (m, n) = (one[..x].trim_start_matches('0'), two[..y].trim_start_matches('0'));
            let by_value = m.len().cmp(&n.len()).then_with(|| m.cmp(n));
            if by_value != Ordering::Equal {
                return by_value;
            }
            (one, two) = (&one[x..], &two[y..]);
            continue;
        }
        match (one.chars().next(), two.chars().next()) {
            (Some(c), Some(d)) if c == d => (one, two) = (&one[c.len_utf8()..], &two[d.len_utf8()..]),
            (c, d) => return c.cmp(&d).then_with(|| a.cmp(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::natural;
    use std::cmp::Ordering;

    #[test]
    fn numbers_sort_by_value() {
        assert_eq!(natural("第2讲", "第10讲"), Ordering::Less);
        assert_eq!(natural("a02", "a2b"), Ordering::Less);
        assert_eq!(natural("b", "a"), Ordering::Greater);
        assert_eq!(natural("a", "a"), Ordering::Equal);
    }
}
