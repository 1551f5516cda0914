//! Which pages have a booklet, a poster, a feed, a code, a calendar file, a list in parts; and where that is.

use crate::ground::routes;
use crate::model::{Page, PageId, Site};
use crate::parse::Kind;
use crate::parse::meta::Details;

use super::render_input::RenderInput;

/// Where a course stands as one page to print: every course that has lessons.
pub fn booklet_url(site: &Site, id: PageId) -> Option<String> {
    let page = site.page(id);
    let is = page.kind() == Kind::Course && page.is_section() && site.lessons(id).next().is_some();
    is.then(|| routes::booklet(&page.url))
}

/// Where a course stands as one file, named so that it tells what it is wherever it is copied to.
pub fn single_url(site: &Site, id: PageId) -> Option<String> {
    let page = site.page(id);
    let Details::Course(course) = &page.summary.meta.details else { return None };
    let wanted = course.single_file && booklet_url(site, id).is_some();
    wanted.then(|| routes::single_file(&page.url))
}

/// Where the sheet of a lesson stands. Without a public address there is nothing to put in its code.
pub fn poster_url(render_input: &RenderInput, id: PageId) -> Option<String> {
    let page = render_input.site.page(id);
    let is = page.kind() == Kind::Lesson && !page.is_section() && !render_input.config.base_url.is_empty();
    is.then(|| routes::poster(&page.url))
}

/// The feed of a page's section, or of the section itself: every section that lists dated pages has one, and every branch.
pub fn feed_url(render_input: &RenderInput, id: PageId) -> Option<String> {
    let page = render_input.site.page(id);
    let section = if page.is_section() { id } else { page.parent? };
    let section_page = render_input.site.page(section);
    if section_page.folder.as_deref() == Some("") {
        return None;
    }
    let dated = section_page.kind() == Kind::Branch || render_input.lists_dated(section);
    dated.then(|| routes::feed(&section_page.url))
}

/// Where the code of a page's address stands, or nothing without a public address.
pub fn qr_url(render_input: &RenderInput, id: PageId) -> String {
    let page = render_input.site.page(id);
    match render_input.config.base_url.is_empty() {
        true => String::new(),
        false => routes::qr_code(&page.url),
    }
}

/// Where the calendar file of a page with a deadline stands, as long as the deadline lies ahead.
pub fn calendar_url(render_input: &RenderInput, id: PageId) -> String {
    let page = render_input.site.page(id);
    let deadline = match &page.summary.meta.details {
        Details::Notice(notice) => notice.deadline,
        Details::Survey(survey) => survey.deadline,
        _ => None,
    };
    match deadline {
        Some(when) if when.date >= render_input.site.date => routes::calendar(&page.url),
        _ => String::new(),
    }
}

/// How many pages a list page of this section holds; 0 for all. The home page, courses and topics are not cut.
pub fn per_page(render_input: &RenderInput, page: &Page) -> u32 {
    let whole = page.folder.as_deref() == Some("") || matches!(page.kind(), Kind::Course | Kind::Topic | Kind::Branch);
    if whole { 0 } else { page.summary.meta.listing.paginate.unwrap_or(render_input.config.paginate) }
}

/// Into how many list pages `count` entries fall; at least one.
pub fn parts(count: usize, per_page: u32) -> u32 {
    match per_page {
        0 => 1,
        per_page => u32::try_from(count).unwrap_or(u32::MAX).div_ceil(per_page).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn lists_are_cut_evenly() {
        assert_eq!(parts(0, 20), 1);
        assert_eq!(parts(20, 20), 1);
        assert_eq!(parts(21, 20), 2);
        assert_eq!(parts(500, 0), 1);
    }
}
