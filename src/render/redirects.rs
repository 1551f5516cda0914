//! Old addresses: pages that lead to where a page is now, and addresses that two pages want.

use std::collections::HashMap;

use crate::ground::path::{check_output, extension};
use crate::ground::suggest::{Suggester, WORK_OF_A_SITE};
use crate::ground::{Code, Diagnostic, Place, routes};
use crate::model::{PageId, Site};
use crate::parse::redirects::Redirect;

use super::job::{PageJob, Subject};

/// Pages for the old addresses that pages name themselves.
pub fn aliases(site: &Site, jobs: &mut Vec<PageJob>, diagnostics: &mut Vec<Diagnostic>) {
    let wanted = site.ids().flat_map(|id| site.page(id).summary.meta.aliases.iter().map(move |(alias, place)| (id, alias, place)));
    let mut answered = None;
    for (id, alias, place) in wanted {
        let Some(url) = alias_url(alias) else {
            diagnostics.push(Diagnostic::new(Code::BadAlias, place.clone()).arg("alias", alias));
            continue;
        };
        let answered = answered.get_or_insert_with(|| answered_by(site, jobs));
        // Another page that has it is found with all clashes of pages.
        let file = file_on_the_way(&url, answered)
            .or_else(|| matches!(answered.get(&url), Some(AddressHolder::File(_) | AddressHolder::Ours)).then_some(&url));
        match file {
            Some(file) => diagnostics.push(clash(site, place, file, answered)),
            None => jobs.push(PageJob { url, template: "alias.html".to_string(), subject: Subject::Alias(id) }),
        }
    }
}

/// What answers at an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AddressHolder {
    Page(PageId),
    /// A file of the site, by its index there.
    File(u32),
    /// A page that no author wrote.
    Ours,
}

/// What answers at each address.
type Answered = HashMap<String, AddressHolder>;

fn answered_by(site: &Site, jobs: &[PageJob]) -> Answered {
    let page = |job: &PageJob| match job.subject {
        Subject::Page(id, _) | Subject::Alias(id) => AddressHolder::Page(id),
        _ => AddressHolder::Ours,
    };
    let pages = jobs.iter().map(|job| (job.url.clone(), page(job)));
    let files = (0..).zip(site.files.iter()).map(|(at, file)| (file.url.clone(), AddressHolder::File(at)));
    pages.chain(files).collect()
}

/// An old address that something else has.
fn clash(site: &Site, place: &Place, url: &str, answered: &Answered) -> Diagnostic {
    // A file as its author knows it, where it has one.
    let other = match answered.get(url) {
        Some(AddressHolder::Page(id)) => site.page(*id).summary.file.to_string(),
        Some(AddressHolder::File(at)) => {
            let file = &site.files[*at as usize];
            format!("{}/{}", if file.is_static { "static" } else { "content" }, file.path)
        }
        Some(AddressHolder::Ours) | None => "Studyhall".to_string(),
    };
    Diagnostic::new(Code::PathClash, place.clone()).arg("path", url).arg("other", other)
}

/// So many old addresses outside the site are named; the rest is counted.
const TOLD: usize = 5;

/// Pages for the table of old addresses; what nothing can answer is told.
///
/// A site in a folder of its host is asked only for what lies in that folder: an old address in it is answered there, and one
/// outside of it is a matter for whoever runs the host.
pub fn answer_old_addresses(
    site: &Site,
    base_url: &str,
    redirects: &[Redirect],
    jobs: &mut Vec<PageJob>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if redirects.is_empty() {
        return;
    }
    let folder = base_url.split("://").nth(1).and_then(|rest| rest.split_once('/')).map_or("", |(_, folder)| folder.trim_matches('/'));
    let folder = &folder.to_lowercase();
    let mut outside: Vec<&Redirect> = Vec::new();
    let mut answered = answered_by(site, jobs);
    let mut suggester = Suggester::with_work(WORK_OF_A_SITE);
    for redirect in redirects {
        let in_folder = redirect.path().map(|path| path.trim_matches('/').to_lowercase()).map(|path| match path.strip_prefix(folder) {
            Some("") => Some(String::new()),
            Some(rest) if folder.is_empty() || rest.starts_with('/') => Some(rest.trim_start_matches('/').to_string()),
            _ => None,
        });
        if in_folder == Some(None) {
            if redirect.is_full() {
                let wrong = Diagnostic::new(Code::RedirectElsewhere, redirect.place.clone()).arg("alias", &redirect.from);
                diagnostics.push(wrong.arg("base", base_url));
            } else {
                outside.push(redirect);
            }
            continue;
        }
        let path = in_folder.flatten();
        let url = path.as_deref().and_then(alias_url);
        let unanswered = || Diagnostic::new(Code::RedirectUnanswered, redirect.place.clone()).arg("alias", &redirect.from);
        if redirect.to.is_empty() {
            let is_answered = [path.as_ref(), url.as_ref()].into_iter().flatten().any(|url| answered.contains_key(url));
            if !is_answered {
                diagnostics.push(unanswered());
            }
            continue;
        }
        let target = redirect.to.trim_start_matches('/');
        let target = target.strip_prefix("content/").unwrap_or(target);
        let Some(id) = site.find(target).or_else(|| site.find(&format!("{target}.md"))) else {
            let near = suggester.nearest(target, site.pages.iter().map(|page| page.summary.path.as_str()));
            diagnostics.push(Diagnostic::new(Code::RedirectMissing, redirect.to_place.clone()).arg("target", &redirect.to).near(near));
            continue;
        };
        let Some(url) = url else {
            diagnostics.push(unanswered());
            continue;
        };
        if let Some(file) = file_on_the_way(&url, &answered) {
            diagnostics.push(clash(site, &redirect.place, file, &answered));
            continue;
        }
        match answered.get(&url) {
            None => {
                answered.insert(url.clone(), AddressHolder::Page(id));
                jobs.push(PageJob { url, template: "alias.html".to_string(), subject: Subject::Alias(id) });
            }
            Some(answer) if *answer == AddressHolder::Page(id) => {}
            Some(_) => diagnostics.push(clash(site, &redirect.place, &url, &answered)),
        }
    }
    tell_outside(&outside, folder, base_url, site, diagnostics);
}

/// Tells once of old addresses that the host answers outside the site's folder, with a rule for its administrator.
fn tell_outside(outside: &[&Redirect], folder: &str, base_url: &str, site: &Site, diagnostics: &mut Vec<Diagnostic>) {
    let Some(first) = outside.first() else { return };
    let target = first.to.trim_start_matches('/');
    let target = target.strip_prefix("content/").unwrap_or(target);
    let to = site.find(target).or_else(|| site.find(&format!("{target}.md"))).map_or_else(String::new, |id| site.page(id).url.clone());
    let mut names: Vec<&str> = outside.iter().take(TOLD).map(|redirect| redirect.from.as_str()).collect();
    if outside.len() > TOLD {
        names.push("…");
    }
    diagnostics.push(
        Diagnostic::new(Code::RedirectOutside, first.place.clone())
            .arg("count", outside.len())
            .arg("folder", format!("/{folder}/"))
            .arg("more", names.join("　"))
            .arg("from", &first.from)
            .arg("to", format!("{base_url}{to}")),
    );
}

/// A file of the site where an address would need a folder: `/feed.xml` would be answered by `feed.xml/index.html`.
fn file_on_the_way<'u>(url: &'u str, answered: &Answered) -> Option<&'u str> {
    url.match_indices('/').map(|(at, _)| &url[..at]).find(|folder| answered.contains_key(*folder) || routes::is_feed(folder))
}

/// The file that answers at an old address: `/old/` and `/old` by `old/index.html`, `/a.html` by itself.
pub fn alias_url(alias: &str) -> Option<String> {
    let path = alias.trim_matches('/').to_lowercase();
    let url = match extension(&path) {
        "html" | "htm" => path,
        _ => routes::section(&path),
    };
    check_output(&url).is_ok().then_some(url)
}

/// An address that two jobs want: pages come before aliases, and the second is reported and dropped.
pub fn clashes(site: &Site, jobs: &mut Vec<PageJob>, diagnostics: &mut Vec<Diagnostic>) {
    let source = |subject: &Subject| match subject {
        Subject::Page(id, _) | Subject::Alias(id) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => {
            site.page(*id).summary.file.clone()
        }
        _ => "Studyhall".to_string(),
    };
    // Equal addresses stand together; an alias goes behind the page that really is there.
    jobs.sort_by(|a, b| {
        a.url.cmp(&b.url).then_with(|| matches!(a.subject, Subject::Alias(_)).cmp(&matches!(b.subject, Subject::Alias(_))))
    });
    // Where each alias stands, by its address: a page may have a thousand that others have, too.
    let mut places: HashMap<PageId, HashMap<String, &Place>> = HashMap::new();
    let mut kept: Vec<PageJob> = Vec::with_capacity(jobs.len());
    for job in jobs.drain(..) {
        match kept.last() {
            Some(last) if last.url == job.url => {
                let same_page =
                    matches!((&last.subject, &job.subject), (Subject::Alias(a) | Subject::Page(a, _), Subject::Alias(b)) if a == b);
                if !same_page {
                    let place = match &job.subject {
                        Subject::Page(id, _) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => {
                            site.page(*id).summary.meta.place.clone()
                        }
                        Subject::Alias(id) => {
                            let meta = &site.page(*id).summary.meta;
                            let places = places.entry(*id).or_insert_with(|| {
                                let aliases = meta.aliases.iter().rev();
                                aliases.filter_map(|(alias, place)| Some((alias_url(alias)?, place))).collect()
                            });
                            places.get(&job.url).copied().unwrap_or(&meta.place).clone()
                        }
                        _ => Place::file("content"),
                    };
                    diagnostics.push(Diagnostic::new(Code::PathClash, place).arg("path", &job.url).arg("other", source(&last.subject)));
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
}
