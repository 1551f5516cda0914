//! Answers to what templates ask, as values and as stamps.

use tera::Value;

use crate::ground::path::relative;
use crate::ground::{Stamp, Stamper};
use crate::model::{PageId, Query};
use crate::parse::Kind;

use super::world::World;

/// Why a question has no answer: an id of the catalogue and what was asked for.
pub struct Unanswered(pub &'static str, pub String);

/// The answer for a page at `from`.
pub fn value(world: &World, query: &Query, from: &str) -> Result<Value, Unanswered> {
    let site = &world.site;
    Ok(match query {
        Query::Pages(filter) => views(world, &site.select(filter)),
        Query::Count(filter) => site.count(filter).into(),
        Query::Page(path) => world.view(page(world, path)?),
        Query::Sections(folder) => views(world, &site.sections(folder)),
        Query::Courses(branch, limit) => views(world, &site.courses(branch.as_deref(), *limit)),
        Query::Branches(limit) => views(world, &site.branches(*limit)),
        Query::Taxonomy(name) => Value::from_serializable(&taxonomy(world, name)?),
        Query::Years(kinds, under) => Value::from_serializable(&years(world, kinds, under.as_deref())),
        Query::Term(name) => Value::from_serializable(&term(world, name)),
        Query::Url(path) => relative(from, &url(world, path)?).into(),
        Query::Asset(name) => relative(from, &asset(world, name)?).into(),
    })
}

/// The stamp of the answer, which does not depend on the page that asks. A question without an answer has a stamp too.
pub fn stamp(world: &World, query: &Query) -> Stamp {
    let site = &world.site;
    let mut stamper = Stamper::default();
    let mut pages = |ids: &[PageId]| {
        for id in ids {
            stamper.stamp(world.view_stamp(*id));
        }
    };
    match query {
        Query::Pages(filter) => pages(&site.select(filter)),
        Query::Page(path) => pages(&site.find(path).into_iter().collect::<Vec<_>>()),
        Query::Sections(folder) => pages(&site.sections(folder)),
        Query::Courses(branch, limit) => pages(&site.courses(branch.as_deref(), *limit)),
        Query::Branches(limit) => pages(&site.branches(*limit)),
        Query::Count(filter) => {
            stamper.value(&site.count(filter));
        }
        Query::Taxonomy(name) => {
            stamper.value(&taxonomy(world, name).ok());
        }
        Query::Years(kinds, under) => {
            stamper.value(&years(world, kinds, under.as_deref()));
        }
        Query::Term(name) => {
            stamper.value(&term(world, name));
        }
        Query::Url(path) => {
            stamper.value(&url(world, path).ok());
        }
        Query::Asset(name) => {
            stamper.value(&asset(world, name).ok());
        }
    }
    stamper.finish()
}

/// Views of pages as a list.
pub fn views(world: &World, ids: &[PageId]) -> Value {
    Value::from(ids.iter().map(|id| world.view(*id)).collect::<Vec<_>>())
}

fn page(world: &World, path: &str) -> Result<PageId, Unanswered> {
    world.site.find(path).ok_or_else(|| Unanswered("no-such-page", path.to_string()))
}

/// A name with a count: tags, years.
#[derive(Debug, serde::Serialize)]
pub struct Counted {
    /// Name.
    pub name: String,
    /// Address.
    pub url: String,
    /// How many pages.
    pub count: usize,
}

/// All tags or categories.
fn taxonomy(world: &World, name: &str) -> Result<Vec<Counted>, Unanswered> {
    let which = match name {
        "tags" => super::job::Which::Tags,
        "categories" => super::job::Which::Categories,
        _ => return Err(Unanswered("no-such-taxonomy", name.to_string())),
    };
    Ok(terms(world, which))
}

/// All tags or categories with their counts.
pub fn terms(world: &World, which: super::job::Which) -> Vec<Counted> {
    let terms = which.of(&world.site).terms.iter();
    terms
        .map(|term| Counted {
            name: term.name.clone(),
            url: format!("{}/{}/index.html", which.folder(), term.slug),
            count: term.pages.len(),
        })
        .collect()
}

/// Years with their counts.
pub fn years(world: &World, kinds: &[Kind], under: Option<&str>) -> Vec<Counted> {
    let years = world.site.years_of(kinds, under).into_iter();
    years.map(|(year, count)| Counted { name: year.to_string(), url: format!("archive/{year}/index.html"), count }).collect()
}

#[derive(Debug, serde::Serialize)]
struct TermView {
    name: String,
    text: String,
    url: String,
}

fn term(world: &World, name: &str) -> Option<TermView> {
    let hit = world.site.terms.iter().find(|(term, _)| term.term == name || term.aliases.iter().any(|alias| alias == name));
    hit.map(|(term, page)| TermView {
        name: term.term.clone(),
        text: term.text.clone(),
        url: page.map(|page| world.site.page(page).url.clone()).unwrap_or_default(),
    })
}

/// The output path of a content path, a folder, a content file or a static file.
fn url(world: &World, path: &str) -> Result<String, Unanswered> {
    if let Some(id) = world.site.find(path) {
        return Ok(world.site.page(id).url.clone());
    }
    let plain = path.trim_start_matches('/');
    if super::job::RESERVED.contains(&plain) {
        return Ok(plain.to_string());
    }
    let file = world.site.files.iter().find(|file| file.is_static && file.path == plain);
    file.map(|file| file.url.clone()).ok_or_else(|| Unanswered("no-such-page", path.to_string()))
}

fn asset(world: &World, name: &str) -> Result<String, Unanswered> {
    world.assets.get(name).cloned().ok_or_else(|| Unanswered("no-such-asset", name.to_string()))
}
