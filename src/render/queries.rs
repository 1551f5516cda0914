//! Answers to what templates ask. A query is evaluated once: its stamp and the value that a template gets are of the same
//! [`Rows`], so that they cannot drift apart.

use tera::Value;

use crate::ground::path::relative;
use crate::ground::{Stamp, Stamper, routes};
use crate::model::{PageId, Query};
use crate::parse::Kind;

use super::job::Which;
use super::render_input::RenderInput;
use super::views::parts::Counted;

/// Why a query has no answer: an id of the catalogue and what was asked for.
#[derive(Debug, Clone, serde::Serialize)]
pub struct QueryError(pub &'static str, pub String);

/// What a query found, whoever asks.
#[derive(Debug)]
pub enum Rows {
    /// Pages, as all see them.
    Pages(Vec<PageId>),
    /// One page.
    Page(PageId),
    /// A number of pages.
    Count(usize),
    /// Tags, categories or years.
    Counted(Vec<Counted>),
    /// A term of the glossary.
    Term(Option<TermView>),
    /// An address, from the root of the output.
    Url(String),
}

/// A term of the glossary, as templates see it.
#[derive(Debug, serde::Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct TermView {
    pub name: String,
    pub text: String,
    pub url: String,
}

/// Evaluates a query.
pub fn evaluate(render_input: &RenderInput, query: &Query) -> Result<Rows, QueryError> {
    let site = &render_input.site;
    Ok(match query {
        Query::Pages(filter) => Rows::Pages(site.select(filter)),
        Query::Count(filter) => Rows::Count(site.count(filter)),
        Query::Page(path) => Rows::Page(site.find(path).ok_or_else(|| QueryError("no-such-page", path.clone()))?),
        Query::Sections(folder) => Rows::Pages(site.sections(folder)),
        Query::Courses(branch, limit) => Rows::Pages(site.courses(branch.as_deref(), *limit)),
        Query::Branches(limit) => Rows::Pages(site.branches(*limit)),
        Query::Taxonomy(name) => match name.as_str() {
            "tags" => Rows::Counted(terms(render_input, Which::Tags)),
            "categories" => Rows::Counted(terms(render_input, Which::Categories)),
            _ => return Err(QueryError("no-such-taxonomy", name.clone())),
        },
        Query::Years(kinds, under) => Rows::Counted(years(render_input, kinds, under.as_deref())),
        Query::Term(name) => Rows::Term(term(render_input, name)),
        Query::Url(path) => Rows::Url(url(render_input, path)?),
        Query::Asset(name) => Rows::Url(render_input.assets.get(name).cloned().ok_or_else(|| QueryError("no-such-asset", name.clone()))?),
    })
}

/// The stamp of an answer, which does not depend on the page that asks. That there is none has a stamp too.
pub fn stamp(answer: &Result<Rows, QueryError>, page: impl Fn(PageId) -> Stamp) -> Stamp {
    let mut stamper = Stamper::default();
    match answer {
        Ok(Rows::Pages(ids)) => ids.iter().for_each(|id| _ = stamper.stamp(page(*id))),
        Ok(Rows::Page(id)) => _ = stamper.stamp(page(*id)),
        Ok(Rows::Count(count)) => _ = stamper.value(count),
        Ok(Rows::Counted(rows)) => _ = stamper.value(rows),
        Ok(Rows::Term(term)) => _ = stamper.value(term),
        Ok(Rows::Url(url)) => _ = stamper.value(url),
        Err(error) => _ = stamper.value(error),
    }
    stamper.finish()
}

/// What a template on the page at `from` gets.
pub fn value(rows: &Rows, from: &str, page: impl Fn(PageId) -> Value) -> Value {
    match rows {
        Rows::Pages(ids) => Value::from(ids.iter().map(|id| page(*id)).collect::<Vec<_>>()),
        Rows::Page(id) => page(*id),
        Rows::Count(count) => (*count).into(),
        Rows::Counted(rows) => Value::from_serializable(rows),
        Rows::Term(term) => Value::from_serializable(term),
        Rows::Url(url) => relative(from, url).into(),
    }
}

/// All tags or categories with their counts.
pub fn terms(render_input: &RenderInput, which: Which) -> Vec<Counted> {
    let terms = which.of(&render_input.site).terms.iter();
    terms.map(|term| Counted { name: term.name.clone(), url: which.term_url(&term.slug), count: term.pages.len() }).collect()
}

/// Years with their counts.
pub fn years(render_input: &RenderInput, kinds: &[Kind], under: Option<&str>) -> Vec<Counted> {
    let years = render_input.site.years_of(kinds, under).into_iter();
    years.map(|(year, count)| Counted { name: year.to_string(), url: routes::year(year), count }).collect()
}

fn term(render_input: &RenderInput, name: &str) -> Option<TermView> {
    let hit = render_input.site.terms.iter().find(|(term, _)| term.term == name || term.aliases.iter().any(|alias| alias == name));
    hit.map(|(term, page)| TermView {
        name: term.term.clone(),
        text: term.text.clone(),
        url: page.map(|page| render_input.site.page(page).url.clone()).unwrap_or_default(),
    })
}

/// The output path of a content path, a folder, a content file or a static file.
fn url(render_input: &RenderInput, path: &str) -> Result<String, QueryError> {
    if let Some(id) = render_input.site.find(path) {
        return Ok(render_input.site.page(id).url.clone());
    }
    let plain = path.trim_start_matches('/');
    if routes::GENERATED.contains(&plain) {
        return Ok(plain.to_string());
    }
    let file = render_input.site.files.iter().find(|file| file.is_static && file.path == plain);
    file.map(|file| file.url.clone()).ok_or_else(|| QueryError("no-such-page", path.to_string()))
}
