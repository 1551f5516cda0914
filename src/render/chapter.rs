//! The pages of a course as chapters of one page: anchors that do not clash, links that stay inside, headings one level
//! lower. Start at [`html`].

use tera::TeraResult;

use crate::document::DocumentTree;
use crate::model::{PageId, Site};
use crate::parse::Kind;

use super::body::{self, Setting};
use super::embedded::EmbeddedFiles;
use super::html::Chapter;
use super::html::markup::Markup;
use super::job::PageJob;
use super::render_input::RenderInput;
use super::views::page::TocItem;

/// The lessons of a course, in order.
pub fn lessons(site: &Site, course: PageId) -> impl Iterator<Item = PageId> + '_ {
    site.page(course).items.iter().copied().filter(|id| site.page(*id).kind() == Kind::Lesson)
}

/// The anchor of a course's lesson in its booklet: `l1` for the first; of the course itself, `l0`.
pub fn anchor(site: &Site, course: PageId, page: PageId) -> Option<String> {
    if page == course {
        return Some("l0".to_string());
    }
    lessons(site, course).position(|lesson| lesson == page).map(|at| format!("l{}", at + 1))
}

/// The text of one page, as a part of the page that `job` makes of `course`. `embedded`: what that page carries in itself, if it
/// is to be opened alone.
///
/// # Errors
/// When a template of the theme cannot be rendered.
pub fn html(
    render_input: &RenderInput,
    job: &PageJob,
    course: PageId,
    page: PageId,
    text: &DocumentTree,
    markup: &Markup,
    embedded: Option<&dyn EmbeddedFiles>,
) -> TeraResult<String> {
    let site = &render_input.site;
    let inside = |target: PageId| anchor(site, course, target);
    let prefix = format!("{}-", anchor(site, course, page).unwrap_or_default());
    // The title of a lesson is a heading of the second level here.
    let chapter = Chapter { prefix, is_lower: page != course };
    body::fill(render_input, page, text, markup, &Setting { from: &job.url, inside: Some(&inside), chapter, embedded })
}

/// Makes the anchors of a lesson's contents those of its chapter.
pub fn prefix(toc: &mut [TocItem], chapter: &str) {
    for item in toc {
        item.id = format!("{chapter}-{}", item.id);
        prefix(&mut item.children, chapter);
    }
}
