//! A course as one page: gathers the texts of its lessons, and gives a single file the files that it carries in itself.
//!
//! Pages like others: they have jobs and stamps. Start at [`render`].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::ground::media::{self, MediaType};
use crate::ground::path::extension;
use crate::ground::{Diagnostic, Stamp, Stamper};
use crate::model::{PageId, Resolved};
use crate::render::templates::engine::Rendered;
use crate::render::{EmbeddedFiles, PageInput, PageJob, Renderer, Subject, chapter};

use super::state::State;
use super::static_outputs::StaticKind;
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
    Some(own.and_then(|own| renderer.render_chapters(input, course, &own, &lessons?)))
}

/// The stamp of what a job is made of, the pictures that go into a single file among it. Addresses of styles tell their
/// content by themselves; those of pictures do not. A template may ask for any picture of the theme and of `static/`, so all
/// of them count.
pub fn stamp(state: &State, job: &PageJob, own: Stamp) -> Stamp {
    let Subject::Single(course) = job.subject else { return own };
    let site = &state.render_input.site;
    let mut stamper = Stamper::default();
    stamper.stamp(own);
    for page in std::iter::once(course).chain(chapter::lessons(site, course)) {
        for link in &site.page(page).links {
            let Resolved::File(file) = link else { continue };
            let stamps = state.pictures.stamps(*file);
            if stamps.is_empty() && picture_type(&site.files[*file as usize].url).is_some() {
                stamper.value(&state.sources[*file as usize].seen);
            }
            stamps.into_iter().for_each(|stamp| _ = stamper.stamp(stamp));
        }
    }
    for extra in state.extras.iter().filter(|extra| picture_type(&extra.url).is_some()) {
        match &extra.kind {
            StaticKind::File(at) if site.files[*at].is_static => _ = stamper.text(&extra.url).value(&state.sources[*at].seen),
            StaticKind::ThemeFile(path) => {
                let bytes = state.theme.statics.get(path).map(Vec::as_slice).unwrap_or_default();
                stamper.text(&extra.url).stamp(Stamp::of_bytes(bytes));
            }
            _ => {}
        }
    }
    stamper.finish()
}

impl EmbeddedFiles for State {
    fn picture(&self, url: &str) -> Option<String> {
        let kind = picture_type(url)?;
        let bytes = match self.pictures.find(url) {
            Some((file, stamp)) => pictures::bytes(self, file, stamp).ok(),
            None => {
                let extra = self.extras.iter().find(|extra| extra.url == url)?;
                static_outputs::bytes(extra, &self.render_input, &self.theme, &self.sources).ok().map(|bytes| bytes.into_owned())
            }
        };
        Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes?)))
    }

    fn asset(&self, name: &str) -> Option<(&[u8], &'static str)> {
        let kind = media::of_extension(extension(name))?.essence();
        self.theme.assets.get(name).map(|bytes| (bytes.as_slice(), kind))
    }
}

/// The media type of a picture, by its address.
fn picture_type(url: &str) -> Option<&'static str> {
    media::of_extension(extension(url)).map(MediaType::essence).filter(|kind| kind.starts_with("image/"))
}
