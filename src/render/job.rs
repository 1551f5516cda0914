//! Which files a site consists of: its pages, the further pages of long lists, and those that no author wrote.

use std::collections::HashMap;

use crate::ground::path::{join, name, parent};
use crate::ground::routes::list_page as list_page_url;
use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic, Place};
use crate::model::{Page, PageId, Site};
use crate::parse::Kind;
use crate::parse::meta::Details;
use crate::parse::redirects::Redirect;
use crate::theme::Theme;

use super::chapter;
use super::world::World;

/// Paths of generated pages, which content may not take.
pub const RESERVED: &[&str] = &[
    "search.html",
    "study.html",
    "practice.html",
    "map.html",
    "404.html",
    "tags/index.html",
    "categories/index.html",
    "archive/index.html",
];

/// Folders of files that no template makes; content may not open sections there.
pub const TAKEN: &[&str] = &["search/index.html", "assets/index.html", "study/index.html"];

/// One page to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Where it goes.
    pub url: String,
    /// With which template.
    pub template: String,
    /// What it shows.
    pub subject: Subject,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A page or section; of a long list, part `number` (from 1).
    Page(PageId, u32),
    /// All tags or categories.
    Taxonomy(Which),
    /// One tag or category: index, part of the list.
    Term(Which, usize, u32),
    /// All years.
    Archive,
    /// One year: index, part of the list.
    Year(usize, u32),
    /// All columns.
    Map,
    /// The search page.
    Search,
    /// The reader's own page: what the phone remembers.
    Study,
    /// Questions out of the bank.
    Practice,
    /// What a host shows for a missing page.
    NotFound,
    /// An old address: where it leads.
    Alias(PageId),
    /// A whole course on one page, to print.
    Booklet(PageId),
    /// The same as one file that needs no other.
    Single(PageId),
    /// A sheet to hang up, with the code of a lesson's address.
    Poster(PageId),
}

/// Tags or categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// 标签
    Tags,
    /// 分类
    Categories,
}

impl Which {
    /// Its folder in the output.
    pub fn folder(self) -> &'static str {
        match self {
            Which::Tags => "tags",
            Which::Categories => "categories",
        }
    }

    /// The taxonomy.
    pub fn of(self, site: &Site) -> &crate::model::Taxonomy {
        match self {
            Which::Tags => &site.tags,
            Which::Categories => &site.categories,
        }
    }
}

/// Lists all pages to make, sorted by address. A template that the theme lacks is reported once.
pub fn plan(world: &World, theme: &Theme, redirects: &[Redirect], found: &mut Vec<Diagnostic>) -> Vec<Job> {
    let site = &world.site;
    let mut jobs = Vec::new();
    let job = |url: String, template: &str, subject| Job { url, template: template.to_string(), subject };
    for id in site.ids() {
        let page = site.page(id);
        let template = template_of(site, page, theme, found);
        for number in 1..=parts(page.items.len(), per_page(world, page)) {
            jobs.push(job(list_page_url(&page.url, number), &template, Subject::Page(id, number)));
        }
    }
    for which in [Which::Tags, Which::Categories] {
        let terms = &which.of(site).terms;
        if terms.is_empty() {
            continue;
        }
        jobs.push(job(format!("{}/index.html", which.folder()), "tags.html", Subject::Taxonomy(which)));
        for (at, term) in terms.iter().enumerate() {
            let url = format!("{}/{}/index.html", which.folder(), term.slug);
            for number in 1..=parts(term.pages.len(), world.config.paginate) {
                jobs.push(job(list_page_url(&url, number), "tag.html", Subject::Term(which, at, number)));
            }
        }
    }
    if !site.years.0.is_empty() {
        jobs.push(job("archive/index.html".to_string(), "archive.html", Subject::Archive));
        for (at, (year, pages)) in site.years.0.iter().enumerate() {
            let url = format!("archive/{year}/index.html");
            for number in 1..=parts(pages.len(), world.config.paginate) {
                jobs.push(job(list_page_url(&url, number), "year.html", Subject::Year(at, number)));
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
        if let Some(url) = poster_url(world, id).filter(|_| made("poster.html")) {
            jobs.push(job(url, "poster.html", Subject::Poster(id)));
        }
    }
    jobs.push(job("map.html".to_string(), "map.html", Subject::Map));
    jobs.push(job("search.html".to_string(), "search.html", Subject::Search));
    // Pages that only scripts fill: a theme may do without them.
    for (url, subject) in [("study.html", Subject::Study), ("practice.html", Subject::Practice)] {
        if theme.has_template(url) {
            jobs.push(job(url.to_string(), url, subject));
        }
    }
    jobs.push(job("404.html".to_string(), "404.html", Subject::NotFound));
    aliases(site, &mut jobs, found);
    answer_old_addresses(site, redirects, &mut jobs, found);
    jobs.sort_by(|a, b| a.url.cmp(&b.url));
    missing_templates(&jobs, theme, found);
    clashes(site, &mut jobs, found);
    jobs
}

/// Where a course stands as one page to print: every course that has lessons.
pub fn booklet_url(site: &Site, id: PageId) -> Option<String> {
    let page = site.page(id);
    let is = page.kind() == Kind::Course && page.is_section() && chapter::lessons(site, id).next().is_some();
    is.then(|| join(parent(&page.url), "booklet.html"))
}

/// Where a course stands as one file, named so that it tells what it is wherever it is copied to.
pub fn single_url(site: &Site, id: PageId) -> Option<String> {
    let page = site.page(id);
    let Details::Course(course) = &page.head.meta.details else { return None };
    let folder = parent(&page.url);
    let wanted = course.single_file && booklet_url(site, id).is_some();
    wanted.then(|| join(folder, &format!("{}-single.html", name(folder))))
}

/// Where the sheet of a lesson stands. Without a public address there is nothing to put in its code.
pub fn poster_url(world: &World, id: PageId) -> Option<String> {
    let page = world.site.page(id);
    let is = page.kind() == Kind::Lesson && !page.is_section() && !world.config.base_url.is_empty();
    is.then(|| format!("{}-poster.html", page.url.trim_end_matches(".html")))
}

/// The template of a page: its own, else that of its kind, and for sections that of what they hold.
fn template_of(site: &Site, page: &Page, theme: &Theme, found: &mut Vec<Diagnostic>) -> String {
    if let Some((own, place)) = &page.head.meta.template {
        let name = if own.ends_with(".html") { own.clone() } else { format!("{own}.html") };
        if theme.has_template(&name) {
            return name;
        }
        let near = nearest(&name, theme.template_names());
        found.push(Diagnostic::new(Code::TemplateMissing, place.clone()).arg("template", own).near(near));
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

/// How many pages a list page of this section holds; 0 for all. The home page, courses and topics are not cut.
pub fn per_page(world: &World, page: &Page) -> u32 {
    let whole = page.folder.as_deref() == Some("") || matches!(page.kind(), Kind::Course | Kind::Topic | Kind::Branch);
    if whole { 0 } else { page.head.meta.listing.paginate.unwrap_or(world.config.paginate) }
}

/// Into how many list pages `count` entries fall; at least one.
pub fn parts(count: usize, per_page: u32) -> u32 {
    match per_page {
        0 => 1,
        per_page => u32::try_from(count).unwrap_or(u32::MAX).div_ceil(per_page).max(1),
    }
}

fn aliases(site: &Site, jobs: &mut Vec<Job>, found: &mut Vec<Diagnostic>) {
    let wanted = site.ids().flat_map(|id| site.page(id).head.meta.aliases.iter().map(move |(alias, place)| (id, alias, place)));
    let mut answered = None;
    for (id, alias, place) in wanted {
        let Some(url) = alias_url(alias) else {
            found.push(Diagnostic::new(Code::BadAlias, place.clone()).arg("alias", alias));
            continue;
        };
        let answered = answered.get_or_insert_with(|| answered_by(site, jobs));
        // Another page that has it is found with all clashes of pages.
        let file = file_on_the_way(&url, answered).or_else(|| matches!(answered.get(&url), Some(None)).then_some(&url));
        match file {
            Some(file) => found.push(clash(site, place, file, answered)),
            None => jobs.push(Job { url, template: "alias.html".to_string(), subject: Subject::Alias(id) }),
        }
    }
}

/// What answers at each address: a page, or something else.
type Answered = HashMap<String, Option<PageId>>;

fn answered_by(site: &Site, jobs: &[Job]) -> Answered {
    let page = |job: &Job| match job.subject {
        Subject::Page(id, _) | Subject::Alias(id) => Some(id),
        _ => None,
    };
    let pages = jobs.iter().map(|job| (job.url.clone(), page(job)));
    pages.chain(site.files.iter().map(|file| (file.url.clone(), None))).collect()
}

/// An old address that something else has.
fn clash(site: &Site, place: &Place, url: &str, answered: &Answered) -> Diagnostic {
    // A file as its author knows it, where it has one.
    let other = match (answered.get(url), site.files.iter().find(|file| file.url == url)) {
        (Some(Some(id)), _) => site.page(*id).head.file.to_string(),
        (_, Some(file)) if file.is_static => format!("static/{}", file.path),
        (_, Some(file)) => format!("content/{}", file.path),
        _ => "Studyhall".to_string(),
    };
    Diagnostic::new(Code::PathClash, place.clone()).arg("path", url).arg("other", other)
}

/// Pages for the table of old addresses; what nothing can answer is told.
fn answer_old_addresses(site: &Site, redirects: &[Redirect], jobs: &mut Vec<Job>, found: &mut Vec<Diagnostic>) {
    if redirects.is_empty() {
        return;
    }
    let mut answered = answered_by(site, jobs);
    for redirect in redirects {
        let path = redirect.path().map(|path| path.trim_matches('/').to_lowercase());
        let url = path.as_deref().and_then(alias_url);
        let unanswered = || Diagnostic::new(Code::RedirectUnanswered, redirect.place.clone()).arg("alias", &redirect.from);
        if redirect.to.is_empty() {
            let is_answered = [path.as_ref(), url.as_ref()].into_iter().flatten().any(|url| answered.contains_key(url));
            if !is_answered {
                found.push(unanswered());
            }
            continue;
        }
        let target = redirect.to.trim_start_matches('/');
        let target = target.strip_prefix("content/").unwrap_or(target);
        let Some(id) = site.find(target).or_else(|| site.find(&format!("{target}.md"))) else {
            let near = nearest(target, site.pages.iter().map(|page| page.head.path.as_str()));
            found.push(Diagnostic::new(Code::RedirectMissing, redirect.to_place.clone()).arg("target", &redirect.to).near(near));
            continue;
        };
        let Some(url) = url else {
            found.push(unanswered());
            continue;
        };
        if let Some(file) = file_on_the_way(&url, &answered) {
            found.push(clash(site, &redirect.place, file, &answered));
            continue;
        }
        match answered.get(&url) {
            None => {
                answered.insert(url.clone(), Some(id));
                jobs.push(Job { url, template: "alias.html".to_string(), subject: Subject::Alias(id) });
            }
            Some(page) if *page == Some(id) => {}
            Some(_) => found.push(clash(site, &redirect.place, &url, &answered)),
        }
    }
}

/// A file of the site where an address would need a folder: `/feed.xml` would be answered by `feed.xml/index.html`.
fn file_on_the_way<'u>(url: &'u str, answered: &Answered) -> Option<&'u str> {
    let is_made = |path: &str| matches!(path.rsplit('/').next(), Some("feed.xml" | "sitemap.xml" | "robots.txt"));
    url.match_indices('/').map(|(at, _)| &url[..at]).find(|folder| answered.contains_key(*folder) || is_made(folder))
}

/// The file that answers at an old address: `/old/` and `/old` by `old/index.html`, `/a.html` by itself.
pub fn alias_url(alias: &str) -> Option<String> {
    let path = alias.trim_matches('/').to_lowercase();
    let url = match crate::ground::path::extension(&path) {
        "html" | "htm" => path,
        _ => join(&path, "index.html"),
    };
    crate::ground::path::check_output(&url).is_ok().then_some(url)
}

fn missing_templates(jobs: &[Job], theme: &Theme, found: &mut Vec<Diagnostic>) {
    let mut names: Vec<&str> = jobs.iter().map(|job| job.template.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if !theme.has_template(name) {
            let place = Place::file(format!("themes/{}", theme.chain.first().map_or("", String::as_str)));
            let near = nearest(name, theme.template_names());
            found.push(Diagnostic::new(Code::TemplateMissing, place).arg("template", name).near(near));
        }
    }
}

/// An address that two jobs want: pages come before aliases, and the second is reported and dropped.
fn clashes(site: &Site, jobs: &mut Vec<Job>, found: &mut Vec<Diagnostic>) {
    let source = |subject: &Subject| match subject {
        Subject::Page(id, _) | Subject::Alias(id) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => {
            site.page(*id).head.file.clone()
        }
        _ => "Studyhall".to_string(),
    };
    // Equal addresses stand together; an alias goes behind the page that really is there.
    jobs.sort_by(|a, b| {
        a.url.cmp(&b.url).then_with(|| matches!(a.subject, Subject::Alias(_)).cmp(&matches!(b.subject, Subject::Alias(_))))
    });
    let mut kept: Vec<Job> = Vec::with_capacity(jobs.len());
    for job in jobs.drain(..) {
        match kept.last() {
            Some(last) if last.url == job.url => {
                let same_page =
                    matches!((&last.subject, &job.subject), (Subject::Alias(a) | Subject::Page(a, _), Subject::Alias(b)) if a == b);
                if !same_page {
                    let place = match &job.subject {
                        Subject::Page(id, _) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => {
                            site.page(*id).head.meta.place.clone()
                        }
                        Subject::Alias(id) => {
                            let meta = &site.page(*id).head.meta;
                            let alias = meta.aliases.iter().find(|(alias, _)| alias_url(alias).as_deref() == Some(job.url.as_str()));
                            alias.map_or(&meta.place, |(_, place)| place).clone()
                        }
                        _ => Place::file("content"),
                    };
                    found.push(Diagnostic::new(Code::PathClash, place).arg("path", &job.url).arg("other", source(&last.subject)));
                }
            }
            _ => kept.push(job),
        }
    }
    *jobs = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_addresses_get_files() {
        assert_eq!(alias_url("/info/1098/3901.htm").as_deref(), Some("info/1098/3901.htm"));
        assert_eq!(alias_url("/Old/Path/").as_deref(), Some("old/path/index.html"));
        assert_eq!(alias_url("/中文/"), None);
    }

    #[test]
    fn lists_are_cut_evenly() {
        assert_eq!(parts(0, 20), 1);
        assert_eq!(parts(20, 20), 1);
        assert_eq!(parts(21, 20), 2);
        assert_eq!(parts(500, 0), 1);
    }
}
