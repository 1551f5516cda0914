//! Which pages a site consists of: those of its documents, the further pages of long lists, and those that no author wrote.

use crate::ground::path::join;
use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic, Place, routes};
use crate::model::{Page, Site};
use crate::parse::Kind;
use crate::parse::redirects::Redirect;
use crate::theme::Theme;

use super::addresses::{booklet_url, parts, per_page, poster_url, single_url};
use super::job::{PageJob, Subject, Which};
use super::redirects::{aliases, answer_old_addresses, clashes};
use super::render_input::RenderInput;

/// Lists all pages to make, sorted by address. A template that the theme lacks is reported once.
pub fn plan(render_input: &RenderInput, theme: &Theme, redirects: &[Redirect], diagnostics: &mut Vec<Diagnostic>) -> Vec<PageJob> {
    let site = &render_input.site;
    let mut jobs = Vec::new();
    let job = |url: String, template: &str, subject| PageJob { url, template: template.to_string(), subject };
    for id in site.ids() {
        let page = site.page(id);
        let template = template_of(site, page, theme, diagnostics);
        for number in 1..=parts(page.items.len(), per_page(render_input, page)) {
            jobs.push(job(routes::list_page(&page.url, number), &template, Subject::Page(id, number)));
        }
    }
    for which in [Which::Tags, Which::Categories] {
        let terms = &which.of(site).terms;
        if terms.is_empty() {
            continue;
        }
        jobs.push(job(which.url(), "tags.html", Subject::Taxonomy(which)));
        for (at, term) in terms.iter().enumerate() {
            let url = which.term_url(&term.slug);
            for number in 1..=parts(term.pages.len(), render_input.config.paginate) {
                jobs.push(job(routes::list_page(&url, number), "tag.html", Subject::Term(which, at, number)));
            }
        }
    }
    if !site.years.0.is_empty() {
        jobs.push(job(routes::ARCHIVE.to_string(), "archive.html", Subject::Archive));
        for (at, (year, pages)) in site.years.0.iter().enumerate() {
            let url = routes::year(*year);
            for number in 1..=parts(pages.len(), render_input.config.paginate) {
                jobs.push(job(routes::list_page(&url, number), "year.html", Subject::Year(at, number)));
            }
        }
    }
    for id in site.ids() {
        // A theme that has no template for them makes none.
        let made = |template: &str| theme.has_template(template);
        if let Some(url) = booklet_url(site, id).filter(|_| made("booklet.html")) {
            jobs.push(job(url, "booklet.html", Subject::Booklet(id)));
        }
        if let Some(url) = single_url(site, id).filter(|_| made("single.html")) {
            jobs.push(job(url, "single.html", Subject::Single(id)));
        }
        if let Some(url) = poster_url(render_input, id).filter(|_| made("poster.html")) {
            jobs.push(job(url, "poster.html", Subject::Poster(id)));
        }
    }
    jobs.push(job(routes::MAP.to_string(), "map.html", Subject::Map));
    jobs.push(job(routes::SEARCH_PAGE.to_string(), "search.html", Subject::Search));
    // Pages that only scripts fill: a theme may do without them.
    for (url, subject) in [(routes::STUDY_PAGE, Subject::Study), (routes::PRACTICE_PAGE, Subject::Practice)] {
        if theme.has_template(url) {
            jobs.push(job(url.to_string(), url, subject));
        }
    }
    jobs.push(job(routes::NOT_FOUND.to_string(), "404.html", Subject::NotFound));
    aliases(site, &mut jobs, diagnostics);
    answer_old_addresses(site, &render_input.config.base_url, redirects, &mut jobs, diagnostics);
    jobs.sort_by(|a, b| a.url.cmp(&b.url));
    missing_templates(&jobs, theme, diagnostics);
    clashes(site, &mut jobs, diagnostics);
    jobs
}

/// The template of a page: its own, else that of its kind, and for sections that of what they hold.
fn template_of(site: &Site, page: &Page, theme: &Theme, diagnostics: &mut Vec<Diagnostic>) -> String {
    if let Some((own, place)) = &page.summary.meta.template {
        let name = if own.ends_with(".html") { own.clone() } else { format!("{own}.html") };
        if theme.has_template(&name) {
            return name;
        }
        let near = nearest(&name, theme.template_names());
        diagnostics.push(Diagnostic::new(Code::TemplateMissing, place.clone()).arg("template", own).near(near));
    }
    let of_kind = match page.kind() {
        Kind::Lesson => "lesson.html",
        Kind::Course => "course.html",
        Kind::Policy => "policy.html",
        Kind::News => "news.html",
        Kind::Notice => "notice.html",
        Kind::Topic => "topic.html",
        Kind::Branch => "branch.html",
        Kind::Page | Kind::Survey if !page.is_section() => "page.html",
        Kind::Page | Kind::Survey => section_template(site, page),
    };
    of_kind.to_string()
}

fn section_template(site: &Site, page: &Page) -> &'static str {
    let folder = page.folder.as_deref().unwrap_or_default();
    if folder.is_empty() {
        return "home.html";
    }
    let holds = |kind| page.children.iter().any(|child| site.page(*child).kind() == kind);
    match Kind::of_path(&join(folder, "x.md")) {
        _ if holds(Kind::Course) => "course_list.html",
        _ if holds(Kind::Branch) => "branch_list.html",
        Kind::News | Kind::Notice => "news_list.html",
        Kind::Policy => "policy_list.html",
        _ => "column.html",
    }
}

fn missing_templates(jobs: &[PageJob], theme: &Theme, diagnostics: &mut Vec<Diagnostic>) {
    let mut names: Vec<&str> = jobs.iter().map(|job| job.template.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if !theme.has_template(name) {
            let place = Place::file(format!("themes/{}", theme.chain.first().map_or("", String::as_str)));
            let near = nearest(name, theme.template_names());
            diagnostics.push(Diagnostic::new(Code::TemplateMissing, place).arg("template", name).near(near));
        }
    }
}
