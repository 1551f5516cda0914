//! Builds the index: in full, or incrementally from the last one and what changed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::blocks;
use super::coder::encode_base93;
use super::fold::TextFolder;
use super::format::FORMAT;
use super::lz::Dictionary;
use super::page::IndexInput;
use super::postings::{self, PostingsBuilder};
use super::state::{ChapterRecord, FileGroup, IndexFile, IndexState, PageRecord};
use super::store::IndexStore;
use super::terms::{self, PageTerms};
use super::texts::{self, About};
use super::{bits, fold, manifest, pinyin, read, suggest};
use crate::ground::{Stamp, Stamper};

/// Builds the index of a site: every file of it goes to the store. With the state of an earlier index, and its files in
/// the store, only what changed is worked out.
///
/// # Errors
/// Those of the store and of the texts.
pub fn index<E: Send>(site: &IndexInput<'_, E>, old: Option<&IndexState>, store: &dyn IndexStore<E>) -> Result<IndexState, E> {
    let builder = IndexBuilder { site, store, folder: TextFolder::default() };
    if let Some(old) = old
        && let Some(state) = builder.build(Some(old))?
    {
        return Ok(state);
    }
    // A file of the last index is lost: nothing of it is relied on.
    Ok(builder.build(None)?.unwrap_or_default())
}

pub(super) struct IndexBuilder<'a, E> {
    site: &'a IndexInput<'a, E>,
    store: &'a dyn IndexStore<E>,
    pub(super) folder: TextFolder,
}

/// A chapter that was built or kept.
struct BuiltChapter {
    known: ChapterRecord,
    /// The terms of its pages, but for those that are as they were.
    terms: Vec<(u32, PageTerms)>,
}

/// The terms of pages that are not as they were.
pub(super) enum NewTerms {
    /// All pages, where there is no earlier index: put in their lists as they come, since together they are the largest
    /// thing that a build holds.
    All(PostingsBuilder),
    /// A few, by page, ascending once all are there.
    Changed(Vec<(u32, PageTerms)>),
}

impl NewTerms {
    fn take(&mut self, pages: Vec<(u32, PageTerms)>) {
        match self {
            NewTerms::All(postings) => {
                pages
                    .into_iter()
                    .filter(|(page, _)| (*page as usize) < postings::PAGES)
                    .for_each(|(page, terms)| postings.add(page, terms));
            }
            NewTerms::Changed(all) => all.extend(pages),
        }
    }
}

impl<E: Send> IndexBuilder<'_, E> {
    /// `None` when something of `old` was lost.
    fn build(&self, old: Option<&IndexState>) -> Result<Option<IndexState>, E> {
        let Some((dictionary_file, dictionary)) = self.dictionary(old)? else { return Ok(None) };
        let Some((chapters, fresh)) = self.chapters(old, &dictionary)? else { return Ok(None) };
        let mut state = IndexState { dictionary: dictionary_file, chapters, ..IndexState::default() };
        let (regions, words) = rayon::join(|| self.terms(old, &state, fresh), || self.titles_and_pinyin(old, &dictionary));
        let (Some(regions), Some(words)) = (regions?, words?) else { return Ok(None) };
        state.regions = regions;
        (state.titles, state.pinyin) = words;
        state.simplified = vec![self.put("simplified".into(), &simplified())?];
        let bytes = manifest::file(self.site.pages, &state).into_bytes();
        let file = IndexFile { name: "index".into(), mark: 0, stamp: Stamp::of_bytes(&bytes) };
        self.store.put(&file, &bytes)?;
        state.manifest = vec![file];
        Ok(Some(state))
    }

    /// Hands over a file that was made.
    pub(super) fn put(&self, name: String, data: &str) -> Result<IndexFile, E> {
        self.put_marked(name, IndexFile::mark(Stamp::of_bytes(data.as_bytes())), data)
    }

    fn put_marked(&self, name: String, mark: u16, data: &str) -> Result<IndexFile, E> {
        let (file, bytes) = IndexFile::new(name, mark, data);
        self.store.put(&file, &bytes)?;
        Ok(file)
    }

    /// Hands over a file that stays as it was; false when it was lost.
    pub(super) fn keep(&self, file: &IndexFile) -> Result<bool, E> {
        self.store.keep(file)
    }

    pub(super) fn keep_all<'b>(&self, mut files: impl Iterator<Item = &'b IndexFile>) -> Result<bool, E> {
        files.try_fold(true, |kept, file| Ok(kept && self.keep(file)?))
    }

    /// The data of a file of the last index.
    pub(super) fn data(&self, file: &IndexFile) -> Option<String> {
        let text = String::from_utf8(self.store.get(file)?).ok()?;
        read::data(&text).map(str::to_string)
    }

    fn dictionary(&self, old: Option<&IndexState>) -> Result<Option<(FileGroup, Dictionary)>, E> {
        let pages = self.site.pages;
        let mut stamper = Stamper::default();
        stamper.value(&FORMAT);
        // The same walk as over the texts themselves, but over their keys: it may ask for more, never for less.
        for page in texts::dictionary_pages(pages) {
            stamper.text(&pages[page].url).stamp(pages[page].key);
        }
        let key = stamper.finish();
        if let Some(made) = old.map(|old| &old.dictionary).filter(|made| made.key == key)
            && let Some((_, file)) = made.files.first()
        {
            let text = self.data(file).and_then(|data| read::unpack(&data, None));
            let Some(text) = text else { return Ok(None) };
            return Ok(if self.keep(file)? { Some((made.clone(), Dictionary::new(&text))) } else { None });
        }
        let first = |page: usize| Ok(blocks::cut(&(self.site.sections)(page)?).swap_remove(0).text);
        let dictionary = Dictionary::new(&texts::dictionary(pages, first)?);
        let (units, packed) = dictionary.packed();
        let file = self.put("dictionary".into(), &format!("{units} {packed}"))?;
        // A text that changed beyond what the dictionary took leaves it as it was, and all that was packed with it.
        let made = FileGroup { key, files: vec![(String::new(), file)] };
        Ok(Some((made, dictionary)))
    }

    /// The chapters, and the terms of pages that changed.
    fn chapters(&self, old: Option<&IndexState>, dictionary: &Dictionary) -> Result<Option<(Vec<ChapterRecord>, NewTerms)>, E> {
        let known: HashMap<Stamp, &ChapterRecord> =
            old.map(|old| old.chapters.iter().map(|chapter| (chapter.key, chapter)).collect()).unwrap_or_default();
        let pages: HashMap<Stamp, (u32, &PageRecord)> = old.map(IndexState::by_url).unwrap_or_default();
        let salt = Stamp::of(&(FORMAT, dictionary.packed()));
        let plans = texts::chapters(self.site.pages);
        let fresh = if old.is_some() { NewTerms::Changed(Vec::new()) } else { NewTerms::All(PostingsBuilder::default()) };
        let taken = Mutex::new((vec![None; plans.len()], fresh));
        // One by one, whoever is free the next, and taken in at once: together, what they bring is the largest thing that a
        // build holds.
        let made = plans.par_iter().enumerate().with_max_len(1).try_for_each(|(at, plan)| {
            let mut stamper = Stamper::default();
            stamper.stamp(salt).text(&plan.name);
            for page in &self.site.pages[plan.pages.clone()] {
                stamper.stamp(page.key).text(&page.url);
            }
            let key = stamper.finish();
            let made = match known.get(&key) {
                Some(chapter) => {
                    let kept = self.keep_all(chapter.files.iter().map(|(_, file)| file)).map_err(Some)?;
                    kept.then(|| BuiltChapter { known: (*chapter).clone(), terms: Vec::new() }).ok_or(None)?
                }
                None => self.chapter(key, plan, &pages, dictionary).map_err(Some)?,
            };
            let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
            taken.0[at] = Some(made.known);
            taken.1.take(made.terms);
            Ok(())
        });
        match made {
            Err(Some(refused)) => Err(refused),
            // Something of the last index was lost.
            Err(None) => Ok(None),
            Ok(()) => {
                let (chapters, mut fresh) = taken.into_inner().unwrap_or_else(PoisonError::into_inner);
                if let NewTerms::Changed(pages) = &mut fresh {
                    pages.sort_unstable_by_key(|(page, _)| *page);
                }
                Ok(Some((chapters.into_iter().flatten().collect(), fresh)))
            }
        }
    }

    fn chapter(
        &self,
        key: Stamp,
        plan: &texts::ChapterPlan,
        known: &HashMap<Stamp, (u32, &PageRecord)>,
        dictionary: &Dictionary,
    ) -> Result<BuiltChapter, E> {
        let (mut pages, mut texts, mut fresh) = (Vec::new(), Vec::new(), Vec::new());
        for (at, page) in plan.pages.clone().zip(&self.site.pages[plan.pages.clone()]) {
            let about = About::of(page);
            let blocks = blocks::cut(&(self.site.sections)(at)?);
            let url = Stamp::of_bytes(page.url.as_bytes());
            let class = match known.get(&url).filter(|(_, known)| known.key == page.key) {
                Some((_, known)) => known.class,
                None => {
                    let found = terms::of_page(&self.folder, &about, &blocks);
                    let class = terms::class(&found);
                    fresh.push((at as u32, found));
                    class
                }
            };
            pages.push(PageRecord { url, key: page.key, class, blocks: blocks.len() as u32 });
            texts.push((about, blocks));
        }
        let files = texts::files(&plan.name, &texts, &mut dictionary.packer(), &self.folder);
        // One stamp for all of a chapter: the manifest, which every search begins with, is a quarter smaller.
        let mut stamper = Stamper::default();
        files.iter().for_each(|file| _ = stamper.text(&file.data));
        let mark = IndexFile::mark(stamper.finish());
        let files = files.into_iter().map(|file| Ok((file.blocks, self.put_marked(file.name, mark, &file.data)?)));
        let known = ChapterRecord { key, name: plan.name.clone(), pages, files: files.collect::<Result<_, E>>()? };
        Ok(BuiltChapter { known, terms: fresh })
    }

    /// Titles and the pinyin index.
    fn titles_and_pinyin(&self, old: Option<&IndexState>, dictionary: &Dictionary) -> Result<Option<(FileGroup, FileGroup)>, E> {
        let mut stamper = Stamper::default();
        stamper.value(&(FORMAT, self.site.glossary, dictionary.packed()));
        for page in self.site.pages {
            stamper.text(&page.title);
            for heading in &page.headings {
                stamper.text(heading);
            }
        }
        let key = stamper.finish();
        if let Some(old) = old.filter(|old| old.titles.key == key) {
            let files = old.titles.files.iter().chain(&old.pinyin.files).map(|(_, file)| file);
            return Ok(self.keep_all(files)?.then(|| (old.titles.clone(), old.pinyin.clone())));
        }
        let made = |shards: Vec<suggest::Shard>| -> Result<FileGroup, E> {
            let files = shards.into_iter().map(|shard| Ok((shard.key, self.put(shard.name, &shard.data)?)));
            Ok(FileGroup { key, files: files.collect::<Result<_, E>>()? })
        };
        let titles = made(suggest::shards(self.site.pages, self.site.glossary, dictionary, &self.folder))?;
        Ok(Some((titles, made(pinyin::shards(self.site.pages, self.site.glossary, &self.folder, dictionary))?)))
    }
}

/// The table of simplified characters, for queries and pages that need it: differences of the sorted pairs.
fn simplified() -> String {
    let pairs = fold::pairs();
    let mut bits = bits::BitWriter::default();
    let mut last = fold::FIRST;
    for (from, to) in &pairs {
        bits.push_exp_golomb(*from as u32 - last, 2);
        bits.push(*to as u32, 18);
        last = *from as u32;
    }
    format!("{} {}", pairs.len(), encode_base93(&bits.finish()))
}
