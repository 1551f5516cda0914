//! Addresses that the program needs itself, and what else wants them: pages, old addresses, files, pictures.
//!
//! Two files of one name, or a file where another needs a folder, would end a build without a word of who is to blame. Here each is told
//! where its author can mend it, and the one that is told goes, so that the rest of the site can still be made. Start at [`settle`].

use std::collections::HashMap;

use crate::discover::Source;
use crate::ground::path::{check_output, extension};
use crate::ground::{Code, Diagnostic, Place, routes};
use crate::parse::redirects::Redirect;
use crate::render::RenderInput;
use crate::render::job::{PageJob, Subject};
use crate::render::redirects::alias_url;
use crate::theme::Theme;

use super::renditions::PictureSet;
use super::static_outputs::{StaticKind, StaticOutput};

/// Names for what the program keeps on disk and on hosts begin so.
const OWN_PREFIX: &str = "studyhall-";

/// Who has an address.
type Owners<'a> = HashMap<&'a str, String>;

/// What the program is called where it has an address itself.
const PROGRAM: &str = "Studyhall";

/// What else the addresses come from.
pub struct Others<'a> {
    pub pictures: &'a PictureSet,
    pub sources: &'a [Source],
    pub redirects: &'a [Redirect],
}

/// Looks at the addresses of all files of the site, tells which cannot be had, and takes those out.
pub fn settle(
    render_input: &RenderInput,
    theme: &Theme,
    jobs: &mut Vec<PageJob>,
    extras: &mut Vec<StaticOutput>,
    others: &Others<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Others { pictures, sources, redirects } = *others;
    let site = &render_input.site;
    let is_alias = |job: &PageJob| matches!(job.subject, Subject::Alias(_));
    let is_file = |extra: &StaticOutput| matches!(extra.kind, StaticKind::File(_));
    let (all_jobs, all_extras) = (jobs.clone(), extras.clone());
    let mut owners: Owners<'_> = HashMap::new();
    for job in all_jobs.iter().filter(|job| !is_alias(job)) {
        let owner = match &job.subject {
            Subject::Page(id, _) => site.page(*id).summary.file.clone(),
            _ => PROGRAM.to_string(),
        };
        owners.insert(&job.url, owner);
    }
    // Of two of the program's own there is never one too many, but for pictures: these are written under names of their own.
    for (url, file) in pictures.urls() {
        if let Some(other) = owners.insert(url, sources[file as usize].file.clone()) {
            diagnostics.push(taken(&sources[file as usize], url, &other));
        }
    }
    extras.retain(|extra| {
        let other = owners.get(extra.url.as_str()).filter(|_| !is_file(extra));
        let is_free = other.is_none();
        if let Some(other) = other {
            let place = match &extra.kind {
                StaticKind::ThemeFile(path) => format!("themes/{}/static/{path}", theme.chain.first().map_or("", String::as_str)),
                _ => other.clone(),
            };
            diagnostics.push(Diagnostic::new(Code::NameTaken, Place::file(place)).arg("path", &extra.url).arg("other", PROGRAM));
        }
        is_free
    });
    for extra in all_extras.iter().filter(|extra| !is_file(extra)) {
        owners.entry(&extra.url).or_insert_with(|| PROGRAM.to_string());
    }
    extras.retain(|extra| {
        let StaticKind::File(at) = extra.kind else { return true };
        let (source, entry) = (&sources[at], &site.files[at]);
        // A page has the name that a file of static/ wanted, and the file got another.
        let wanted = if entry.is_static && check_output(&entry.path).is_ok() { entry.path.as_str() } else { extra.url.as_str() };
        let other = owners.get(wanted).cloned().or_else(|| blocked(wanted, &owners));
        if let Some(other) = &other {
            diagnostics.push(taken(source, wanted, other));
        }
        other.is_none()
    });
    for extra in all_extras.iter().filter(|extra| is_file(extra) && extras.contains(extra)) {
        let StaticKind::File(at) = extra.kind else { continue };
        owners.insert(&extra.url, sources[at].file.clone());
    }
    jobs.retain(|job| {
        let Subject::Alias(id) = job.subject else { return true };
        let other = owners.get(job.url.as_str()).cloned().or_else(|| blocked(&job.url, &owners));
        let is_free = other.is_none();
        if let Some(other) = other {
            let meta = &site.page(id).summary.meta;
            let own = meta.aliases.iter().find(|(alias, _)| alias_url(alias).as_deref() == Some(job.url.as_str()));
            let listed = redirects.iter().find(|redirect| redirect.path().and_then(alias_url).as_deref() == Some(job.url.as_str()));
            let place = own.map(|(_, place)| place).or(listed.map(|redirect| &redirect.place)).unwrap_or(&meta.place);
            diagnostics.push(Diagnostic::new(Code::PathClash, place.clone()).arg("path", &job.url).arg("other", other));
        }
        is_free
    });
}

fn taken(source: &Source, url: &str, other: &str) -> Diagnostic {
    Diagnostic::new(Code::NameTaken, Place::file(source.file.as_str())).arg("path", url).arg("other", other)
}

/// Who has a file where this address needs a folder, or keeps the address for itself.
fn blocked(url: &str, owners: &Owners<'_>) -> Option<String> {
    let folders = url.match_indices('/').map(|(at, _)| &url[..at]);
    let on_the_way = folders.clone().find_map(|folder| owners.get(folder).cloned());
    let is_own = |path: &str| path.starts_with(OWN_PREFIX) || (extension(path) == "js" && routes::is_index(path));
    on_the_way.or_else(|| folders.chain([url]).any(is_own).then(|| PROGRAM.to_string()))
}
