//! The pages of a course as chapters of one page: anchors that do not clash, links that stay inside, headings one level
//! lower. Start at [`html`].

use crate::model::{PageId, Site};
use crate::parse::{Body, Kind};

use super::body::{self, Setting};
use super::job::Job;
use super::page_view::TocItem;
use super::tags::{Fate, Tag, rewrite};
use super::world::World;

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

/// The text of one page, as a part of the page that `job` makes of `course`.
pub fn html(world: &World, job: &Job, course: PageId, page: PageId, text: &Body) -> String {
    let site = &world.site;
    let inside = |target: PageId| anchor(site, course, target);
    let html = body::fill(world, page, text, &Setting { from: &job.url, inside: Some(&inside) });
    let prefix = format!("{}-", anchor(site, course, page).unwrap_or_default());
    let own = format!("{}#", crate::ground::path::name(&job.url));
    rewrite(&html, |tag| {
        for name in ["id", "for", "aria-labelledby", "aria-describedby"] {
            if let Some(value) = tag.get(name).map(|value| format!("{prefix}{value}")) {
                tag.set(name, value);
            }
        }
        if let Some(href) = tag.get("href") {
            let inner = href.strip_prefix('#').map(|anchor| format!("#{prefix}{anchor}"));
            if let Some(href) = inner.or_else(|| href.strip_prefix(&own).map(|anchor| format!("#{anchor}"))) {
                tag.set("href", href);
            }
        }
        // The title of a lesson is a heading of the second level here.
        if page != course {
            lower(tag);
        }
        Fate::Keep
    })
}

/// Makes the anchors of a lesson's contents those of its chapter.
pub fn prefix(toc: &mut [TocItem], chapter: &str) {
    for item in toc {
        item.id = format!("{chapter}-{}", item.id);
        prefix(&mut item.children, chapter);
    }
}

fn lower(tag: &mut Tag<'_>) {
    let lower = ["h1", "h2", "h3", "h4", "h5", "h6", "h6"];
    if let Some(at) = lower[..6].iter().position(|name| tag.name == *name) {
        tag.name = lower[at + 1].into();
    }
}
