//! What comes before what: pages of a section, lessons of a course, pages of a topic.

use std::cmp::Ordering;

use crate::ground::path::join;
use crate::ground::{Code, Diagnostic};
use crate::parse::Kind;
use crate::parse::meta::{Details, Sort};

use super::links::Finder;
use super::{Page, PageId, Site};

/// Sorts every section, numbers lessons, and links neighbours.
pub fn arrange(site: &mut Site) {
    for section in site.ids() {
        if !site.page(section).is_section() {
            continue;
        }
        let mut items = std::mem::take(&mut site.page_mut(section).items);
        let mut children = std::mem::take(&mut site.page_mut(section).children);
        sort(site, &mut items, section_sort(site.page(section)));
        sort(site, &mut children, Sort::Weight);
        let course = site.page(section).kind() == Kind::Course;
        let mut number = 0;
        for (index, id) in items.iter().enumerate() {
            let prev = index.checked_sub(1).map(|before| items[before]);
            let next = items.get(index + 1).copied();
            let page = site.page_mut(*id);
            (page.prev, page.next) = (prev, next);
            if course && page.kind() == Kind::Lesson {
                number += 1;
                page.number = number;
            }
        }
        site.page_mut(section).items = items;
        site.page_mut(section).children = children;
    }
}

/// How a section sorts its pages: as it says itself, else by what they are.
fn section_sort(page: &Page) -> Sort {
    let by_kind = || {
        let folder = page.folder.as_deref().unwrap_or_default();
        match Kind::of_path(&join(folder, "x.md")) {
            Kind::News | Kind::Notice | Kind::Policy => Sort::Date,
            _ => Sort::Weight,
        }
    };
    page.head.meta.listing.sort.unwrap_or_else(by_kind)
}

/// Sorts pages. Equal ones go by their path, in which `第2讲` stands before `第10讲`.
pub fn sort(site: &Site, ids: &mut [PageId], by: Sort) {
    let weight = |id: PageId| site.page(id).head.meta.weight.unwrap_or(i64::MAX);
    let date = |id: PageId| site.page(id).head.meta.date;
    ids.sort_by(|a, b| {
        let (one, two) = (*a, *b);
        let first = match by {
            Sort::Date => date(two).cmp(&date(one)),
            Sort::Weight => weight(one).cmp(&weight(two)),
            Sort::Title => natural(&site.page(one).head.title, &site.page(two).head.title),
            Sort::Deadline => deadline(site, one).cmp(&deadline(site, two)),
        };
        first.then_with(|| natural(&site.page(one).head.path, &site.page(two).head.path))
    });
}

/// Open deadlines first, the nearest at the top; then closed ones, the latest at the top; then pages without one.
fn deadline(site: &Site, id: PageId) -> (u8, i32) {
    let when = match &site.page(id).head.meta.details {
        Details::Notice(notice) => notice.deadline,
        Details::Survey(survey) => survey.deadline,
        _ => None,
    };
    match when.map(|when| crate::ground::date::days_between(site.date, when.date)) {
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

/// The pages that each topic gathers: those it names, then those with its tags, newest first.
pub fn topics(site: &Site, finder: &Finder<'_>, found: &mut Vec<Diagnostic>) -> Vec<(PageId, Vec<PageId>)> {
    let mut topics = Vec::new();
    for id in site.ids() {
        let page = site.page(id);
        let Details::Topic(topic) = &page.head.meta.details else { continue };
        let mut items = Vec::new();
        for named in &topic.pages {
            match finder.document(&page.head.path, &named.target) {
                Some(target) => items.push(target),
                None if finder.is_hidden_from(&page.head.path, &named.target) => {}
                None => {
                    let missing = Diagnostic::new(Code::RefMissing, named.place.clone());
                    let near = finder.near_page(&page.head.path, &named.target);
                    found.push(missing.arg("key", "pages").arg("target", &named.target).near(near.as_deref()));
                }
            }
        }
        let mut tagged: Vec<PageId> = topic.collect_tags.iter().flat_map(|tag| site.tags.pages_of(tag)).copied().collect();
        sort(site, &mut tagged, Sort::Date);
        // What the section holds itself comes last: a topic may be a folder of its own pages.
        items.extend(tagged);
        items.extend(&page.items);
        let mut seen = std::collections::HashSet::new();
        items.retain(|item| *item != id && seen.insert(*item));
        topics.push((id, items));
    }
    topics
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
