//! Hands the texts of the pages to the search index, and spares that when none of them changed.

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::emit::Output;
use crate::ground::{Artifact, Error, Result, Stamp, Stamper};
use crate::model::PageId;
use crate::parse::meta::Details;
use crate::parse::{Body, Kind};
use crate::render::World;
use crate::search::{self, Entry, Section};

use super::documents::Texts;

/// What the index remembers of pages, in the cache.
const PARTS: u8 = 4;

/// The index as it was written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct KnownIndex {
    /// Stamp of all that went in.
    made_of: Stamp,
    /// Its files and the stamps of their bytes.
    files: Vec<(String, Stamp)>,
}

impl KnownIndex {
    /// The addresses of its files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| path.as_str())
    }
}

/// Puts the index in the output.
///
/// # Errors
/// When the disk refuses, or a text has vanished from the cache and from the site during the build.
pub fn put(world: &World, texts: &Texts, cache: Option<&Cache>, output: &Output, known: KnownIndex) -> Result<KnownIndex> {
    let pages: Vec<PageId> = world.site.ids().filter(|id| world.site.page(*id).is_real).collect();
    let mut stamper = Stamper::default();
    stamper.value(&search::FORMAT).stamp(world.glossary.stamp);
    for id in &pages {
        stamper.stamp(world.view_stamp(*id)).stamp(world.site.page(*id).head.body).value(&world.site.page(*id).head.meta.keywords);
    }
    let made_of = stamper.finish();
    if known.made_of == made_of && known.files.iter().all(|(path, stamp)| output.keep(path, *stamp)) {
        return Ok(known);
    }
    let files = make(world, texts, cache)?;
    let mut index = KnownIndex { made_of, files: Vec::with_capacity(files.len()) };
    for file in files {
        output.put(&file.path, &file.bytes, file.stamp)?;
        index.files.push((file.path, file.stamp));
    }
    Ok(index)
}

/// The files of the index.
///
/// # Errors
/// When a text has vanished from the cache and from the site.
pub fn make(world: &World, texts: &Texts, cache: Option<&Cache>) -> Result<Vec<Artifact>> {
    let pages = world.site.ids().filter(|id| world.site.page(*id).is_real);
    let entries = pages.map(|id| {
        let head = &world.site.page(id).head;
        texts.get(cache, head, |body| entry(world, id, body)).ok_or_else(|| Error::new("error-cache-vanished"))
    });
    let entries: Vec<Entry> = entries.collect::<Result<_>>()?;
    let glossary: Vec<String> =
        world.site.terms.iter().flat_map(|(term, _)| std::iter::once(&term.term).chain(&term.aliases)).cloned().collect();
    Ok(match cache {
        Some(cache) => search::index(&entries, &glossary, &Remembered(cache)),
        None => search::index(&entries, &glossary, &search::Forgetful),
    })
}

/// The cache as the index sees it.
struct Remembered<'a>(&'a Cache);

impl search::Memory for Remembered<'_> {
    fn get(&self, key: Stamp) -> Option<Vec<u8>> {
        self.0.get(PARTS, key)
    }

    fn put(&self, key: Stamp, bytes: &[u8]) {
        self.0.put(PARTS, key, bytes);
    }
}

/// A page as search sees it.
fn entry(world: &World, id: PageId, body: &Body) -> Entry {
    let page = world.site.page(id);
    let head = &page.head;
    let meta = &head.meta;
    let status = page.policy.as_ref().and_then(|policy| policy.status);
    let facts = match &meta.details {
        Details::Policy(policy) => policy.doc_no.clone(),
        Details::Lesson(_) => {
            let course = page.parent.map(|parent| world.site.page(parent)).filter(|parent| parent.kind() == Kind::Course);
            course.map(|course| course.head.title.clone()).unwrap_or_default()
        }
        _ => String::new(),
    };
    Entry {
        url: page.url.clone(),
        title: head.title.clone(),
        kind: meta.kind.word().to_string(),
        kind_name: meta.kind.chinese().to_string(),
        date: meta.date.map(|when| when.date.to_string()).unwrap_or_default(),
        newer_first: matches!(meta.kind, Kind::News | Kind::Notice),
        branch: page.branch.map(|branch| world.site.page(branch).head.title.clone()).unwrap_or_default(),
        year: meta.date.and_then(|when| u16::try_from(when.date.year()).ok()).unwrap_or(0),
        status_key: status.map(|status| status.key().to_string()).unwrap_or_default(),
        status: status.map(|status| status.word().to_string()).unwrap_or_default(),
        facts,
        keywords: meta.keywords.clone(),
        sections: sections(head, body),
    }
}

/// The text by heading. A heading without a text of its own is found all the same.
fn sections(head: &crate::parse::Head, body: &Body) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::with_capacity(head.outline.len() + 1);
    let lead = body.text.iter().filter(|passage| passage.heading.is_none());
    let lead: Vec<&str> = lead.map(|passage| passage.text.as_str()).collect();
    if !lead.is_empty() {
        sections.push(Section { text: lead.join("\n"), ..Section::default() });
    }
    let first = sections.len();
    let headings =
        head.outline.iter().map(|heading| Section { anchor: heading.id.clone(), heading: heading.title.clone(), text: String::new() });
    sections.extend(headings);
    for passage in &body.text {
        if let Some(section) = passage.heading.and_then(|heading| sections.get_mut(first + heading as usize)) {
            if !section.text.is_empty() {
                section.text.push('\n');
            }
            section.text.push_str(&passage.text);
        }
    }
    sections
}
