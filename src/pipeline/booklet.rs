//! A course as one page: gathers the texts of its lessons, and for a single file packs all that the page points at into it.
//!
//! Pages like others: they have jobs and stamps. Start at [`render`]; [`pack`] makes the single file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::ground::path::{extension, parent, resolve};
use crate::ground::{Diagnostic, Stamp, Stamper, media};
use crate::model::{PageId, Resolved};
use crate::render::tags::{Fate, Tag, rewrite};
use crate::render::templates::engine::Rendered;
use crate::render::{PageInput, PageJob, Renderer, Subject, chapter};

use super::state::State;
use super::{pictures, static_outputs};

/// Renders a course with all its lessons. `None` when a text has gone since the build began.
pub fn render(state: &State, renderer: &Renderer, input: &PageInput<'_>, course: PageId) -> Option<Result<Rendered, Diagnostic>> {
    let (site, job) = (&state.render_input.site, input.job);
    let text = |page: PageId| match site.page(page).is_real {
        true => state.texts.get(state.cache.as_deref(), &site.page(page).summary, |body| renderer.chapter(job, course, page, body)),
        false => Some(Ok(String::new())),
    };
    let own = text(course)?;
    let lessons = chapter::lessons(site, course).map(text).collect::<Option<Result<Vec<String>, Diagnostic>>>()?;
    let mut rendered = own.and_then(|own| renderer.render_chapters(input, course, &own, &lessons?));
    if let (Subject::Single(_), Ok(rendered)) = (&job.subject, &mut rendered) {
        rendered.html = pack(state, job, &rendered.html);
    }
    Some(rendered)
}

/// The stamp of what a job is made of, the bytes that go into a single file among it. Addresses of styles tell their
/// content by themselves; those of pictures do not.
pub fn stamp(state: &State, job: &PageJob, own: Stamp) -> Stamp {
    let Subject::Single(course) = job.subject else { return own };
    let site = &state.render_input.site;
    let mut stamper = Stamper::default();
    stamper.stamp(own);
    for page in std::iter::once(course).chain(chapter::lessons(site, course)) {
        for link in &site.page(page).links {
            if let Resolved::File(file) = link {
                for stamp in state.pictures.stamps(*file) {
                    stamper.stamp(stamp);
                }
            }
        }
    }
    stamper.finish()
}

/// Puts styles, scripts and pictures into the page that asks for them. What cannot be taken along (other pages, recordings,
/// attachments) is linked where the site is public, and else only named.
fn pack(state: &State, job: &PageJob, html: &str) -> String {
    let base = &state.render_input.config.base_url;
    let path_of = |link: &str| {
        let plain = link.split(['?', '#']).next().unwrap_or_default();
        resolve(parent(&job.url), plain)
    };
    // Scripts are packed where they stand; the end tag of the element that loaded them follows by itself.
    rewrite(html, |tag| match &*tag.name {
        "link" => link(state, tag, &path_of),
        "script" if !tag.closes => {
            let text = tag.get("src").and_then(path_of).and_then(|path| asset(state, &path));
            match text {
                // `defer` and the like hold for files only; nothing in a script may end its element.
                Some(bytes) => Fate::Replace(format!("<script>{}", String::from_utf8_lossy(bytes).replace("</", "<\\/"))),
                None => Fate::Keep,
            }
        }
        "img" => {
            if let Some(data) = tag.get("src").and_then(path_of).and_then(|path| data(state, &path)) {
                tag.set("src", data);
                tag.remove("srcset");
                tag.remove("sizes");
            }
            Fate::Keep
        }
        _ => {
            for name in ["href", "src", "poster"] {
                let Some(value) = tag.get(name).filter(|value| is_inner(value)) else { continue };
                let anchor = value.find('#').map_or("", |at| &value[at..]).to_string();
                match path_of(value) {
                    Some(path) if !base.is_empty() => tag.set(name, format!("{base}{path}{anchor}")),
                    _ => tag.remove(name),
                }
            }
            Fate::Keep
        }
    })
}

fn link(state: &State, tag: &mut Tag<'_>, path_of: &dyn Fn(&str) -> Option<String>) -> Fate {
    let path = tag.get("href").filter(|href| is_inner(href)).and_then(path_of);
    match (tag.get("rel"), path) {
        (Some("stylesheet"), Some(path)) => match asset(state, &path) {
            Some(bytes) => {
                let media = tag.get("media").map(|media| format!(" media=\"{media}\"")).unwrap_or_default();
                Fate::Replace(format!("<style{media}>{}</style>", String::from_utf8_lossy(bytes).replace("</", "<\\/")))
            }
            None => Fate::Keep,
        },
        (Some("icon"), Some(path)) => match data(state, &path) {
            Some(data) => {
                tag.set("href", data);
                Fate::Keep
            }
            None => Fate::Replace(String::new()),
        },
        // Feeds and neighbours are not at hand where the file goes.
        (_, Some(_)) => Fate::Replace(String::new()),
        _ => Fate::Keep,
    }
}

/// Whether a link leads to another file of the site: neither into this page nor out of the site.
fn is_inner(link: &str) -> bool {
    let scheme = link.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
    !link.is_empty() && !link.starts_with('#') && !scheme
}

fn data(state: &State, path: &str) -> Option<String> {
    let kind = media::of_extension(extension(path))?.essence();
    if !kind.starts_with("image/") {
        return None;
    }
    let bytes = file(state, path)?;
    Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
}

/// A style or script by its address.
fn asset<'a>(state: &'a State, path: &str) -> Option<&'a [u8]> {
    let (name, _) = state.render_input.assets.iter().find(|(_, url)| *url == path)?;
    state.theme.assets.get(name).map(Vec::as_slice)
}

/// A picture, or a plain file of the theme or of `static/`, by its address.
fn file(state: &State, path: &str) -> Option<Vec<u8>> {
    if let Some((file, stamp)) = state.pictures.find(path) {
        return pictures::bytes(state, file, stamp).ok();
    }
    let extra = state.extras.iter().find(|extra| extra.url == path)?;
    static_outputs::bytes(extra, &state.render_input, &state.theme, &state.sources).ok().map(|bytes| bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use super::is_inner;

    #[test]
    fn links_into_the_site_are_told_from_others() {
        for inner in ["a.html", "../a.html#b", "a/b:c.html"] {
            assert!(is_inner(inner), "{inner}");
        }
        for other in ["", "#a", "https://x/", "mailto:a@b", "data:x"] {
            assert!(!is_inner(other), "{other}");
        }
    }
}
