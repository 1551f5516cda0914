//! Makes the index: anew, or from the last one and what changed.

use std::collections::HashMap;
use std::sync::Mutex;

use rayon::prelude::*;

use super::blocks;
use super::coder::armour;
use super::fold::Folder;
use super::gather::{self, Gathered};
use super::pack::Dictionary;
use super::state::{Chapter, Known, Made, Page as KnownPage, State};
use super::terms::{self, PageTerms};
use super::texts::{self, About};
use super::{FORMAT, Memory, Site, Take, bits, fold, manifest, pinyin, read, suggest};
use crate::ground::{Stamp, Stamper};

/// Makes the index of a site: every file of it goes to `take`. With the state of an earlier index, and its files in
/// `memory`, only what changed is worked out.
///
/// # Errors
/// Those of `take` and of the texts.
pub fn index<E: Send>(site: &Site<'_, E>, old: Option<&State>, memory: &dyn Memory, take: &Take<'_, E>) -> Result<State, E> {
    let maker = Maker { site, memory, take, folder: Folder::default() };
    if let Some(old) = old
        && let Some(state) = maker.make(Some(old))?
    {
        return Ok(state);
    }
    // A file of the last index is lost: nothing of it is relied on.
    Ok(maker.make(None)?.unwrap_or_default())
}

pub(super) struct Maker<'a, E> {
    site: &'a Site<'a, E>,
    memory: &'a dyn Memory,
    take: &'a Take<'a, E>,
    pub(super) folder: Folder,
}

/// What a chapter came to.
struct MadeChapter {
    known: Chapter,
    /// The terms of its pages, but for those that are as they were.
    terms: Vec<(u32, PageTerms)>,
}

/// The terms of pages that are not as they were.
pub(super) enum Fresh {
    /// All pages, where there is no earlier index: put in their lists as they come, since together they are the largest
    /// thing that a build holds.
    All(Gathered),
    /// A few, by page, ascending once all are there.
    Changed(Vec<(u32, PageTerms)>),
}

impl Fresh {
    fn take(&mut self, pages: Vec<(u32, PageTerms)>) {
        match self {
            Fresh::All(gathered) => {
                pages.into_iter().filter(|(page, _)| (*page as usize) < gather::PAGES).for_each(|(page, terms)| gathered.add(page, terms));
            }
            Fresh::Changed(all) => all.extend(pages),
        }
    }
}

impl<E: Send> Maker<'_, E> {
    /// `None` when something of `old` was lost.
    fn make(&self, old: Option<&State>) -> Result<Option<State>, E> {
        let Some((dictionary, book)) = self.dictionary(old)? else { return Ok(None) };
        let Some((chapters, fresh)) = self.chapters(old, &book)? else { return Ok(None) };
        let mut state = State { dictionary, chapters, ..State::default() };
        let (regions, words) = rayon::join(|| self.terms(old, &state, fresh), || self.words(old, &book));
        let (Some(regions), Some(words)) = (regions?, words?) else { return Ok(None) };
        state.regions = regions;
        (state.titles, state.sounds) = words;
        state.simplified = vec![self.put("simplified".into(), &simplified())?];
        let bytes = manifest::file(self.site.pages, &state).into_bytes();
        let file = Known { name: "index".into(), mark: 0, stamp: Stamp::of_bytes(&bytes) };
        (self.take)(&file, &|| Some(bytes.clone()))?;
        self.memory.put(file.stamp, &bytes);
        state.manifest = vec![file];
        Ok(Some(state))
    }

    /// Hands over a file that was made.
    pub(super) fn put(&self, name: String, data: &str) -> Result<Known, E> {
        self.put_marked(name, Known::mark(Stamp::of_bytes(data.as_bytes())), data)
    }

    fn put_marked(&self, name: String, mark: u16, data: &str) -> Result<Known, E> {
        let (file, bytes) = Known::new(name, mark, data);
        (self.take)(&file, &|| Some(bytes.clone()))?;
        self.memory.put(file.stamp, &bytes);
        Ok(file)
    }

    /// Hands over a file that stays as it was; false when it was lost.
    pub(super) fn keep(&self, file: &Known) -> Result<bool, E> {
        Ok((self.take)(file, &|| self.memory.get(file))? && self.memory.holds(file))
    }

    pub(super) fn keep_all<'b>(&self, mut files: impl Iterator<Item = &'b Known>) -> Result<bool, E> {
        files.try_fold(true, |kept, file| Ok(kept && self.keep(file)?))
    }

    /// The data of a file of the last index.
    pub(super) fn data(&self, file: &Known) -> Option<String> {
        let text = String::from_utf8(self.memory.get(file)?).ok()?;
        read::data(&text).map(str::to_string)
    }

    fn dictionary(&self, old: Option<&State>) -> Result<Option<(Made, Dictionary)>, E> {
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
        let book = Dictionary::new(&texts::dictionary(pages, first)?);
        let (units, packed) = book.packed();
        let file = self.put("dictionary".into(), &format!("{units} {packed}"))?;
        // A text that changed beyond what the dictionary took leaves it as it was, and all that was packed with it.
        let made = Made { key, files: vec![(String::new(), file)] };
        Ok(Some((made, book)))
    }

    /// The chapters, and the terms of pages that changed.
    fn chapters(&self, old: Option<&State>, book: &Dictionary) -> Result<Option<(Vec<Chapter>, Fresh)>, E> {
        let known: HashMap<Stamp, &Chapter> =
            old.map(|old| old.chapters.iter().map(|chapter| (chapter.key, chapter)).collect()).unwrap_or_default();
        let pages: HashMap<Stamp, (u32, &KnownPage)> = old.map(State::by_url).unwrap_or_default();
        let salt = Stamp::of(&(FORMAT, book.packed()));
        let plans = texts::chapters(self.site.pages);
        let fresh = if old.is_some() { Fresh::Changed(Vec::new()) } else { Fresh::All(Gathered::default()) };
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
                    kept.then(|| MadeChapter { known: (*chapter).clone(), terms: Vec::new() }).ok_or(None)?
                }
                None => self.chapter(key, plan, &pages, book).map_err(Some)?,
            };
            let mut taken = taken.lock().expect("no holder panics");
            taken.0[at] = Some(made.known);
            taken.1.take(made.terms);
            Ok(())
        });
        match made {
            Err(Some(refused)) => Err(refused),
            // Something of the last index was lost.
            Err(None) => Ok(None),
            Ok(()) => {
                let (chapters, mut fresh) = taken.into_inner().expect("no holder panics");
                if let Fresh::Changed(pages) = &mut fresh {
                    pages.sort_unstable_by_key(|(page, _)| *page);
                }
                Ok(Some((chapters.into_iter().flatten().collect(), fresh)))
            }
        }
    }

    fn chapter(
        &self,
        key: Stamp,
        plan: &texts::Chapter,
        known: &HashMap<Stamp, (u32, &KnownPage)>,
        book: &Dictionary,
    ) -> Result<MadeChapter, E> {
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
            pages.push(KnownPage { url, key: page.key, class, blocks: blocks.len() as u32 });
            texts.push((about, blocks));
        }
        let files = texts::files(&plan.name, &texts, &mut book.packer(), &self.folder);
        // One stamp for all of a chapter: the manifest, which every search begins with, is a quarter smaller.
        let mut stamper = Stamper::default();
        files.iter().for_each(|file| _ = stamper.text(&file.data));
        let mark = Known::mark(stamper.finish());
        let files = files.into_iter().map(|file| Ok((file.blocks, self.put_marked(file.name, mark, &file.data)?)));
        let known = Chapter { key, name: plan.name.clone(), pages, files: files.collect::<Result<_, E>>()? };
        Ok(MadeChapter { known, terms: fresh })
    }

    /// Titles and sounds.
    fn words(&self, old: Option<&State>, book: &Dictionary) -> Result<Option<(Made, Made)>, E> {
        let mut stamper = Stamper::default();
        stamper.value(&(FORMAT, self.site.glossary, book.packed()));
        for page in self.site.pages {
            stamper.text(&page.title);
            for heading in &page.headings {
                stamper.text(heading);
            }
        }
        let key = stamper.finish();
        if let Some(old) = old.filter(|old| old.titles.key == key) {
            let files = old.titles.files.iter().chain(&old.sounds.files).map(|(_, file)| file);
            return Ok(self.keep_all(files)?.then(|| (old.titles.clone(), old.sounds.clone())));
        }
        let made = |shards: Vec<suggest::Shard>| -> Result<Made, E> {
            let files = shards.into_iter().map(|shard| Ok((shard.key, self.put(shard.name, &shard.data)?)));
            Ok(Made { key, files: files.collect::<Result<_, E>>()? })
        };
        let titles = made(suggest::shards(self.site.pages, self.site.glossary, book, &self.folder))?;
        Ok(Some((titles, made(pinyin::shards(self.site.pages, self.site.glossary, &self.folder, book))?)))
    }
}

/// The table of simplified characters, for queries and pages that need it: differences of the sorted pairs.
fn simplified() -> String {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut chars = fold::SIMPLIFIED.chars();
    while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
        pairs.push((from as u32, to as u32));
    }
    pairs.sort_unstable();
    let mut bits = bits::Bits::default();
    let mut last = 0x3400;
    for (from, to) in &pairs {
        bits.number(from - last, 2);
        bits.raw(*to, 18);
        last = *from;
    }
    format!("{} {}", pairs.len(), armour(&bits.finish()))
}
