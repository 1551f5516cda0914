//! Hands the pages to the search index, and spares that when none of them changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::cache::Cache;
use crate::document::{DocumentTree, LinkKind, text};
use crate::emit::Output;
use crate::ground::date::{When, chinese};
use crate::ground::{Artifact, Error, Result, Stamp, Stamper};
use crate::model::{PageId, Resolved};
use crate::parse::Kind;
use crate::parse::meta::Details;
use crate::render::views::details::{attachments, forms};
use crate::render::views::parts::FileView;
use crate::render::{RenderInput, SiteContext};
use crate::search::fold::{Class, class};
use crate::search::{self, IndexFile, IndexStore, IndexedPage as Page, IndexedSection as Section};

use super::cached::CachedIndex;
use super::documents::Texts;

/// Files of the index, in the cache.
const FILES: u8 = 4;

/// Puts the index in the output: what changed since the last one is worked out, the rest stays.
///
/// # Errors
/// When the disk refuses, or a text has vanished from the cache and from the site during the build.
pub fn put(render_input: &SiteContext, texts: &Texts, cache: Option<&Cache>, output: &Output, known: CachedIndex) -> Result<CachedIndex> {
    let mut stamper = Stamper::default();
    stamper.value(&search::FORMAT).stamp(render_input.glossary.stamp);
    for id in pages(render_input) {
        stamper
            .stamp(render_input.view_stamp(id))
            .stamp(render_input.site.page(id).summary.body)
            .value(&render_input.site.page(id).summary.meta.keywords);
        stamper.value(&(missing(render_input, id), told(render_input, id)));
    }
    let made_of = stamper.finish();
    if known.made_of == made_of && known.state.files().all(|file| output.keep(&file.path(), file.stamp)) {
        // They are still wanted, should the next page change.
        known.state.files().for_each(|file| _ = cache.is_some_and(|cache| cache.holds(FILES, file.stamp)));
        return Ok(known);
    }
    let old = (known.made_of != Stamp::default()).then_some(&known.state);
    Ok(CachedIndex { made_of, state: index(render_input, texts, cache, old, &OutputStore { cache, output })? })
}

/// The index of a state of the site, in memory.
pub struct Index {
    state: search::IndexState,
    /// By path.
    files: Vec<Artifact>,
}

impl Index {
    /// Makes it, from the last one where there is one.
    ///
    /// # Errors
    /// When a text has vanished from the cache and from the site.
    pub fn new(render_input: &RenderInput, texts: &Texts, cache: Option<&Cache>, last: Option<&Index>) -> Result<Index> {
        let store = MemoryStore { cache, last: last.map_or(&[][..], |last| &last.files), files: Mutex::default() };
        let state = index(render_input, texts, cache, last.map(|last| &last.state), &store)?;
        let mut files = store.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Ok(Index { state, files })
    }

    /// The paths of its files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }

    /// A file by its path from the root of the output.
    pub fn find(&self, path: &str) -> Option<&Artifact> {
        find(&self.files, path)
    }
}

fn find<'a>(files: &'a [Artifact], path: &str) -> Option<&'a Artifact> {
    files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &files[at])
}

fn index(
    render_input: &RenderInput,
    texts: &Texts,
    cache: Option<&Cache>,
    old: Option<&search::IndexState>,
    store: &dyn IndexStore<Error>,
) -> Result<search::IndexState> {
    let ids: Vec<PageId> = pages(render_input).collect();
    let branches = branches(render_input, &ids);
    let pages: Vec<Page> = ids.iter().map(|id| page(render_input, *id, &branches)).collect();
    let glossary: Vec<String> =
        render_input.site.terms.iter().flat_map(|(term, _)| std::iter::once(&term.term).chain(&term.aliases)).cloned().collect();
    let text = |at: usize| {
        let summary = &render_input.site.page(ids[at]).summary;
        let missing = missing(render_input, ids[at]);
        let mut sections =
            texts.get(cache, summary, |body| sections(summary, body, &missing)).ok_or_else(|| Error::new("error-cache-vanished"))?;
        let told = told(render_input, ids[at]);
        if !told.is_empty() {
            sections.push(Section { text: told.join("\n"), ..Section::default() });
        }
        Ok(sections)
    };
    search::index(&search::IndexInput { pages: &pages, glossary: &glossary, sections: &text }, old, store)
}

fn pages(render_input: &RenderInput) -> impl Iterator<Item = PageId> {
    render_input.site.ids().filter(|id| render_input.site.page(*id).is_real)
}

/// Puts the index in the output; files of earlier indexes are in the cache.
struct OutputStore<'a> {
    cache: Option<&'a Cache>,
    output: &'a Output,
}

impl IndexStore<Error> for OutputStore<'_> {
    fn get(&self, file: &IndexFile) -> Option<Vec<u8>> {
        self.cache?.get(FILES, file.stamp)
    }

    fn put(&self, file: &IndexFile, bytes: &[u8]) -> Result<()> {
        let path = file.path();
        if !self.output.keep(&path, file.stamp) {
            self.output.put(&path, bytes, file.stamp)?;
        }
        if let Some(cache) = self.cache {
            cache.put(FILES, file.stamp, bytes);
        }
        Ok(())
    }

    fn keep(&self, file: &IndexFile) -> Result<bool> {
        let path = file.path();
        if !self.output.keep(&path, file.stamp) {
            let Some(bytes) = self.get(file) else { return Ok(false) };
            self.output.put(&path, &bytes, file.stamp)?;
        }
        // A later build may change it, and then needs its bytes.
        Ok(self.cache.is_some_and(|cache| cache.holds(FILES, file.stamp)))
    }
}

/// Gathers the index in memory; files of earlier indexes are in the last one, or in the cache.
struct MemoryStore<'a> {
    cache: Option<&'a Cache>,
    /// By path.
    last: &'a [Artifact],
    files: Mutex<Vec<Artifact>>,
}

impl MemoryStore<'_> {
    fn of_last(&self, path: &str, stamp: Stamp) -> Option<&Artifact> {
        find(self.last, path).filter(|file| file.stamp == stamp)
    }

    fn add(&self, artifact: Artifact) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).push(artifact);
    }
}

impl IndexStore<Error> for MemoryStore<'_> {
    fn get(&self, file: &IndexFile) -> Option<Vec<u8>> {
        match self.of_last(&file.path(), file.stamp) {
            Some(file) => Some(file.bytes.to_vec()),
            None => self.cache?.get(FILES, file.stamp),
        }
    }

    fn put(&self, file: &IndexFile, bytes: &[u8]) -> Result<()> {
        let path = file.path();
        self.add(self.of_last(&path, file.stamp).cloned().unwrap_or_else(|| Artifact::new(path, bytes.to_vec())));
        if let Some(cache) = self.cache {
            cache.put(FILES, file.stamp, bytes);
        }
        Ok(())
    }

    fn keep(&self, file: &IndexFile) -> Result<bool> {
        let path = file.path();
        if let Some(artifact) = self.of_last(&path, file.stamp) {
            self.add(artifact.clone());
            return Ok(true);
        }
        let Some(bytes) = self.cache.and_then(|cache| cache.get(FILES, file.stamp)) else { return Ok(false) };
        self.add(Artifact::new(path, bytes));
        Ok(self.cache.is_some_and(|cache| cache.holds(FILES, file.stamp)))
    }
}

/// How the branches are known and named. Most by their title; of several with one title (every college may have a 第一党支部) each
/// by its address, with its short name, what it belongs to, or its address behind its title.
fn branches(render_input: &RenderInput, ids: &[PageId]) -> HashMap<PageId, (String, String)> {
    let title = |id: PageId| render_input.site.page(id).summary.title.as_str();
    let known: BTreeSet<PageId> = ids.iter().filter_map(|id| render_input.site.page(*id).branch).collect();
    let mut count: HashMap<&str, usize> = HashMap::new();
    known.iter().for_each(|id| *count.entry(title(*id)).or_default() += 1);
    let named = known.iter().map(|id| {
        let page = render_input.site.page(*id);
        let title = title(*id);
        if count[title] < 2 {
            return (*id, (title.to_string(), title.to_string()));
        }
        let above = page.parent.map(|parent| render_input.site.page(parent)).filter(|parent| parent.kind() == Kind::Branch);
        let above = above.map_or("", |above| above.summary.title.as_str());
        let more = match &page.summary.meta.details {
            Details::Branch(branch) => [branch.short.as_str(), branch.parent.as_str(), above],
            _ => ["", "", above],
        };
        let more =
            more.into_iter().find(|more| !more.is_empty() && *more != title).unwrap_or_else(|| page.url.trim_end_matches("/index.html"));
        (*id, (page.url.clone(), format!("{title}（{more}）")))
    });
    named.collect()
}

/// A page as search sees it, but for its text.
fn page(render_input: &RenderInput, id: PageId, branches: &HashMap<PageId, (String, String)>) -> Page {
    let page = render_input.site.page(id);
    let summary = &page.summary;
    let meta = &summary.meta;
    let status = page.policy.as_ref().and_then(|policy| policy.status);
    let facts = match &meta.details {
        Details::Policy(policy) => policy.doc_no.clone(),
        Details::Lesson(_) => {
            let course = page.parent.map(|parent| render_input.site.page(parent)).filter(|parent| parent.kind() == Kind::Course);
            course.map(|course| course.summary.title.clone()).unwrap_or_default()
        }
        _ => String::new(),
    };
    let branch = page.branch.and_then(|branch| branches.get(&branch)).cloned().unwrap_or_default();
    let mut found = Page {
        key: Stamp::default(),
        url: page.url.clone(),
        title: summary.title.clone(),
        kind: meta.kind.word().to_string(),
        kind_name: meta.kind.chinese().to_string(),
        date: meta.date.map(|when| when.date.to_string()).unwrap_or_default(),
        newer_first: matches!(meta.kind, Kind::News | Kind::Notice),
        branch_key: branch.0,
        branch: branch.1,
        year: meta.date.and_then(|when| u16::try_from(when.date.year()).ok()).unwrap_or(0),
        status_key: status.map(|status| status.key().to_string()).unwrap_or_default(),
        status: status.map(|status| status.word().to_string()).unwrap_or_default(),
        facts,
        keywords: meta.keywords.clone(),
        headings: summary.outline.iter().map(|heading| heading.title.clone()).collect(),
    };
    // The rest is told in the manifest, which is always made anew. Of an index of another format nothing is as it was.
    found.key = Stamp::of(&(
        search::FORMAT,
        &found.title,
        &found.url,
        &found.date,
        &found.facts,
        &found.keywords,
        summary.body,
        missing(render_input, id),
        told(render_input, id),
    ));
    found
}

/// What a page shows of itself around its text, by lines as they stand there: who issued a document, who speaks and where, what
/// is attached, who wrote it. Words of the theme (`附件`, `要点`) are on every page of a kind, and answers of questions are to be
/// tried first: neither is found. A name that stands on every page (who looked a text through) would hide the pages that are
/// about it.
fn told(render_input: &RenderInput, id: PageId) -> Vec<String> {
    let page = render_input.site.page(id);
    let meta = &page.summary.meta;
    let mut lines = vec![meta.subtitle.clone()];
    match &meta.details {
        Details::Policy(policy) => {
            let day = |when: Option<When>| when.map(|when| chinese(when.date)).unwrap_or_default();
            lines.extend(policy.issuers.first().map(|issuer| format!("{issuer}文件")));
            lines.extend([&policy.signer, &policy.addressee, &policy.cc, &policy.printed_by].map(String::clone));
            lines.extend(policy.issuers.iter().skip(1).cloned());
            lines.push(day(policy.date_signed));
            lines.extend(policy.printed_on.map(|when| format!("{}印发", chinese(when.date))));
        }
        Details::Lesson(lesson) => {
            lines.push(speaker(&lesson.speaker, &lesson.speaker_title));
            lines.extend(lesson.objectives.iter().cloned());
            lines.extend([&lesson.org, &lesson.place].map(String::clone));
        }
        Details::Course(course) => {
            lines.push(speaker(&course.speaker, &course.speaker_title));
            lines.extend(course.objectives.iter().cloned());
            lines.push(course.org.clone());
        }
        Details::News(news) => lines.extend([&news.activity, &news.place].map(String::clone)),
        Details::Notice(notice) => {
            lines.push(notice.contact.clone());
            lines.extend(forms(render_input, id).iter().map(|file| named(file).to_string()));
        }
        Details::Branch(branch) => lines.extend([&branch.secretary, &branch.contact].map(String::clone)),
        Details::Page | Details::Topic(_) | Details::Survey(_) => {}
    }
    // A list says nothing of its authors, and the home page has no files either.
    let is_list = page.is_section() && matches!(page.kind(), Kind::Page | Kind::Survey);
    if !is_list || page.parent.is_some() {
        for (file, number) in attachments(render_input, id).iter().zip(1..) {
            let name = named(file);
            // A document numbers its own.
            let numbered = page.kind() == Kind::Policy;
            lines.push(if numbered { name.trim_start_matches(&format!("附件{number}：")) } else { name }.to_string());
        }
    }
    if !is_list {
        lines.push(meta.authors.join("、"));
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Who speaks; what somebody is shows behind the name only.
fn speaker(name: &str, title: &str) -> String {
    if name.is_empty() || title.is_empty() { name.to_string() } else { format!("{name}（{title}）") }
}

/// The name of a file, without its ending: that stands beside it.
fn named(file: &FileView) -> &str {
    file.title.trim_end_matches(&format!(".{}", file.ext.to_lowercase()))
}

/// The pictures of a page that the site does not hold: their links, ascending, and the descriptions that are shown instead.
fn missing(render_input: &RenderInput, id: PageId) -> Vec<(u32, &str)> {
    let page = render_input.site.page(id);
    let links = page.summary.links.iter().enumerate();
    let shown = links.filter(|(at, link)| {
        link.kind == LinkKind::Picture && !link.alt.is_empty() && !matches!(page.links.get(*at), Some(Resolved::File(_)))
    });
    shown.map(|(at, link)| (at as u32, link.alt.as_str())).collect()
}

/// The text by heading. A heading without a text of its own is found all the same.
fn sections(summary: &crate::parse::Summary, body: &DocumentTree, missing: &[(u32, &str)]) -> Vec<Section> {
    let text = text::read(body, &summary.links);
    // The descriptions of pictures that the site does not hold, each with the heading that it stands below: 0 before the first.
    let shown = |(link, below): &(u32, usize)| missing.binary_search_by_key(link, |(at, _)| *at).ok().map(|at| (*below, missing[at].1));
    let described: Vec<(usize, &str)> = text.pictures.iter().filter_map(shown).collect();
    let mut sections: Vec<Section> = Vec::with_capacity(summary.outline.len() + 1);
    let lead = text.passages.iter().filter(|passage| passage.heading.is_none());
    let mut lead: Vec<&str> = lead.map(|passage| passage.text.as_str()).collect();
    let mut looking = LOOKING;
    for (_, alt) in described.iter().filter(|(below, _)| *below == 0) {
        if !lead.iter().any(|text| repeats(text, alt, &mut looking)) {
            lead.push(alt);
        }
    }
    if !lead.is_empty() {
        sections.push(Section { text: lead.join("\n"), ..Section::default() });
    }
    let first = sections.len();
    let headings =
        summary.outline.iter().map(|heading| Section { anchor: heading.id.clone(), heading: heading.title.clone(), text: String::new() });
    sections.extend(headings);
    for passage in &text.passages {
        if let Some(section) = passage.heading.and_then(|heading| sections.get_mut(first + heading as usize)) {
            add(section, &passage.text);
        }
    }
    for (below, alt) in described.into_iter().filter(|(below, _)| *below > 0) {
        // A description that repeats the words around it would only weigh.
        if let Some(section) = sections.get_mut(first + below - 1).filter(|section| !repeats(&section.text, alt, &mut looking)) {
            add(section, alt);
        }
    }
    sections
}

fn add(section: &mut Section, text: &str) {
    if !section.text.is_empty() {
        section.text.push('\n');
    }
    section.text.push_str(text);
}

/// Bytes of a page's text that are read to see whether descriptions of its missing pictures repeat it: a page of ten thousand of
/// them would be read ten thousand times.
const LOOKING: usize = 1 << 24;

/// Whether a text is found by all that some words are found by: it holds them, and not behind the beginning of a longer word.
/// Words are found by their beginnings. `looking` is what may still be read for it: beyond that nothing repeats anything.
fn repeats(text: &str, words: &str, looking: &mut usize) -> bool {
    if *looking < text.len() {
        return false;
    }
    *looking -= text.len();
    let is_word = |c: Option<char>| c.is_some_and(|c| class(c.to_ascii_lowercase()) == Class::Word);
    let begins_with_one = is_word(words.chars().next());
    text.match_indices(words).any(|(at, _)| !begins_with_one || !is_word(text[..at].chars().next_back()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_word_is_not_the_word() {
        let repeats = |text: &str, words: &str| repeats(text, words, &mut LOOKING.clone());
        assert!(repeats("会场照片：讨论", "照片") && repeats("the artist", "art") && repeats("用art。", "art"));
        assert!(!repeats("start", "art") && !repeats("2026", "26"));
        assert!(repeats("start an art", "art"), "a later one counts");
    }
}
