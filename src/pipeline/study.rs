//! Gathers the questions of all pages for the bank, and spares that when none of them changed.

use crate::emit::Output;
use crate::ground::routes::STUDY_SEARCH_LIST;
use crate::ground::{Artifact, Error, Result, Stamper};
use crate::model::{PageId, Site};
use crate::parse::Kind;
use crate::render::RenderInput;
use crate::render::html::quiz::{self, BankQuestion};
use crate::study::{self, Bank, Page};

use super::cached::CachedBank;
use super::state::State;

/// Puts the bank in the output, and the list of the `search` files for those who keep them on the phone.
///
/// # Errors
/// When the disk refuses, or a text has vanished from the cache and from the site during the build.
pub fn put<'a>(state: &State, output: &Output, search: impl Iterator<Item = &'a str>, known: CachedBank) -> Result<CachedBank> {
    let render_input = &state.render_input;
    let site = &render_input.site;
    let list = study::list(STUDY_SEARCH_LIST, search);
    let mut stamper = Stamper::default();
    // The markup of the texts is the theme's.
    stamper.value(&study::FORMAT).text(env!("CARGO_PKG_VERSION")).stamp(state.theme.stamp).text(&list.text);
    for id in with_questions(site) {
        let page = site.page(id);
        stamper
            .text(&page.url)
            .text(&page.summary.title)
            .stamp(page.summary.body)
            .text(&column(render_input, id))
            .text(&course(render_input, id));
    }
    let made_of = stamper.finish();
    if known.made_of == made_of && known.files.iter().all(|(path, stamp)| output.keep(path, *stamp)) {
        return Ok(known);
    }
    let files = make(state, list)?;
    let mut made = CachedBank { made_of, files: Vec::new() };
    for file in files {
        output.put(&file.path, &file.bytes, file.stamp)?;
        made.files.push((file.path, file.stamp));
    }
    Ok(made)
}

/// The files of the bank, and the list of the `search` files.
///
/// # Errors
/// When a text has vanished from the cache and from the site.
pub fn files<'a>(state: &State, search: impl Iterator<Item = &'a str>) -> Result<Vec<Artifact>> {
    make(state, study::list(STUDY_SEARCH_LIST, search))
}

fn make(state: &State, list: study::File) -> Result<Vec<Artifact>> {
    // Without templates there are no pages either.
    let Some(shared) = &state.shared else { return Ok(Vec::new()) };
    let render_input = &state.render_input;
    let site = &render_input.site;
    let mut bank = Bank::default();
    for id in with_questions(site) {
        let page = site.page(id);
        let questions = state.texts.get(state.cache.as_deref(), &page.summary, |body| {
            let row = |question: BankQuestion| study::Question {
                id: question.id,
                kind: question.kind,
                stem: question.stem,
                options: question.options,
                right: question.right,
                why: question.why,
                passage: question.passage,
            };
            quiz::bank(body, &page.summary.links, &shared.markup).into_iter().map(row).collect()
        });
        bank.pages.push(Page {
            url: page.url.clone(),
            title: page.summary.title.clone(),
            column: index_of(&mut bank.columns, column(render_input, id)),
            course: index_of(&mut bank.courses, course(render_input, id)),
            questions: questions.ok_or_else(|| Error::new("error-cache-vanished"))?,
        });
    }
    let files = study::files(&bank).into_iter().chain([list]);
    Ok(files.map(|file| Artifact::new(file.path, file.text.into_bytes())).collect())
}

fn with_questions(site: &Site) -> Vec<PageId> {
    site.ids().filter(|id| site.page(*id).is_real && site.page(*id).summary.questions > 0).collect()
}

/// The title of the first-level column that a page stands in, or nothing.
fn column(render_input: &RenderInput, id: PageId) -> String {
    let Some(column) = render_input.site.column_of(id) else { return String::new() };
    let titled = render_input.site.columns.iter().find(|known| known.page == column).map(|known| known.title.clone());
    titled.unwrap_or_else(|| render_input.site.page(column).summary.title.clone())
}

/// The address of the course that a lesson belongs to, or nothing.
fn course(render_input: &RenderInput, id: PageId) -> String {
    let parent = render_input.site.page(id).parent.map(|parent| render_input.site.page(parent));
    parent.filter(|parent| parent.kind() == Kind::Course).map(|parent| parent.url.clone()).unwrap_or_default()
}

fn index_of(list: &mut Vec<String>, value: String) -> Option<usize> {
    if value.is_empty() {
        return None;
    }
    let at = list.iter().position(|known| *known == value);
    Some(at.unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    }))
}
