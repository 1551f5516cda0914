//! Makes the index: anew, or from the last one and what changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::blocks::{self, hash};
use super::coder::{Scale, armour};
use super::fold::Folder;
use super::lists::{self, Change, List, Region};
use super::pack::Dictionary;
use super::state::{Chapter, Known, Made, Page as KnownPage, State};
use super::terms::{self, PageTerms};
use super::texts::{self, About, base32};
use super::{FORMAT, Memory, Site, Take, bits, fold, manifest, pinyin, read, suggest};
use crate::ground::{Stamp, Stamper};

/// So many chapters are in the making at once: enough for all workers, little for memory.
const AT_ONCE: usize = 64;

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

/// Files of terms by region, each with its first term.
type Regions = Vec<Vec<(String, Known)>>;

struct Maker<'a, E> {
    site: &'a Site<'a, E>,
    memory: &'a dyn Memory,
    take: &'a Take<'a, E>,
    folder: Folder,
}

/// What a chapter came to.
struct MadeChapter {
    known: Chapter,
    /// The terms of its pages, but for those that are as they were.
    terms: Vec<(u32, PageTerms)>,
}

/// The terms of pages that are not as they were.
enum Fresh {
    /// All pages, where there is no earlier index: put in their lists as they come, since together they are the largest
    /// thing that a build holds.
    All(lists::Gathered),
    /// A few, by page.
    Changed(Vec<(u32, PageTerms)>),
}

impl Fresh {
    fn take(&mut self, pages: Vec<(u32, PageTerms)>) {
        match self {
            Fresh::All(gathered) => {
                pages.into_iter().filter(|(page, _)| (*page as usize) < lists::PAGES).for_each(|(page, terms)| gathered.add(page, terms));
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
        let Some(regions) = self.terms(old, &state, fresh)? else { return Ok(None) };
        state.regions = regions;
        let Some(words) = self.words(old, &book)? else { return Ok(None) };
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
    fn put(&self, name: String, data: &str) -> Result<Known, E> {
        let (file, bytes) = Known::new(name, data);
        (self.take)(&file, &|| Some(bytes.clone()))?;
        self.memory.put(file.stamp, &bytes);
        Ok(file)
    }

    /// Hands over a file that stays as it was; false when it was lost.
    fn keep(&self, file: &Known) -> Result<bool, E> {
        Ok((self.take)(file, &|| self.memory.get(file))? && self.memory.holds(file))
    }

    fn keep_all<'b>(&self, mut files: impl Iterator<Item = &'b Known>) -> Result<bool, E> {
        files.try_fold(true, |kept, file| Ok(kept && self.keep(file)?))
    }

    /// The data of a file of the last index.
    fn data(&self, file: &Known) -> Option<String> {
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
        let mut chapters = Vec::with_capacity(plans.len());
        let mut fresh = if old.is_some() { Fresh::Changed(Vec::new()) } else { Fresh::All(lists::Gathered::default()) };
        for plans in plans.chunks(AT_ONCE) {
            let made = plans.par_iter().map(|plan| {
                let mut stamper = Stamper::default();
                stamper.stamp(salt).text(&plan.name);
                for page in &self.site.pages[plan.pages.clone()] {
                    stamper.stamp(page.key).text(&page.url);
                }
                let key = stamper.finish();
                match known.get(&key) {
                    Some(chapter) => {
                        let kept = self.keep_all(chapter.files.iter().map(|(_, file)| file))?;
                        Ok(kept.then(|| MadeChapter { known: (*chapter).clone(), terms: Vec::new() }))
                    }
                    None => self.chapter(key, plan, &pages, book).map(Some),
                }
            });
            for made in made.collect::<Result<Vec<Option<MadeChapter>>, E>>()? {
                let Some(made) = made else { return Ok(None) };
                chapters.push(made.known);
                fresh.take(made.terms);
            }
        }
        Ok(Some((chapters, fresh)))
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
        let files = texts::files(&plan.name, &texts, book, &self.folder);
        let files = files.into_iter().map(|file| Ok((file.blocks, self.put(file.name, &file.data)?)));
        let known = Chapter { key, name: plan.name.clone(), pages, files: files.collect::<Result<_, E>>()? };
        Ok(MadeChapter { known, terms: fresh })
    }

    /// The files of terms.
    fn terms(&self, old: Option<&State>, state: &State, fresh: Fresh) -> Result<Option<Regions>, E> {
        let scale = Scale::new(&state.pages().map(|page| page.class).collect::<Vec<u8>>());
        let (old, fresh) = match (old, fresh) {
            (Some(old), Fresh::Changed(fresh)) => (old, fresh),
            (_, Fresh::All(gathered)) => return self.named(gathered.finish().regions(&scale)).map(Some),
            (None, Fresh::Changed(_)) => return Ok(None),
        };
        let now = state.by_url();
        let before: Vec<&KnownPage> = old.pages().collect();
        // Pages that are the same, by their old number.
        let moved: Vec<Option<u32>> =
            before.iter().map(|page| now.get(&page.url).filter(|(_, new)| new.key == page.key).map(|(at, _)| *at)).collect();
        let mut new: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (page, terms) in &fresh {
            let grams = terms.grams.iter().map(|(pair, flags)| (terms::term_of(*pair), *flags));
            for (term, flags) in grams.chain(terms.words.iter().cloned()) {
                new.entry(term).or_default().push(page << 3 | u32::from(flags));
            }
        }
        let change = Change { moved: &|page| moved.get(page as usize).copied().flatten(), fresh: &new };
        let same_places =
            before.len() == state.pages().count() && before.iter().zip(state.pages()).all(|(a, b)| a.url == b.url && a.class == b.class);
        if same_places {
            if fresh.is_empty() {
                return Ok(self.keep_all(old.regions.iter().flatten().map(|(_, file)| file))?.then(|| old.regions.clone()));
            }
            // So many changed pages touch every region.
            if fresh.len() < 64
                && let Some(touched) = self.touched(old, &fresh)
                && let Some(regions) = self.patched(old, &touched, &change, &scale)?
            {
                return Ok(Some(regions));
            }
        }
        let old_scale = Scale::new(&before.iter().map(|page| page.class).collect::<Vec<u8>>());
        let all = old.regions.par_iter().map(|region| self.lists(region, &old_scale)).collect::<Option<Vec<Vec<List>>>>();
        let Some(all) = all else { return Ok(None) };
        let all = lists::changed(all.into_iter().flatten().collect(), &change, None, None);
        self.named(lists::regions(&all, &scale)).map(Some)
    }

    /// The terms that changed pages have gained or lost or have otherwise; `None` when what they were is lost.
    fn touched(&self, old: &State, fresh: &[(u32, PageTerms)]) -> Option<BTreeSet<String>> {
        let (_, file) = old.dictionary.files.first()?;
        let book = Dictionary::new(&read::unpack(&self.data(file)?, None)?);
        let mut touched = BTreeSet::new();
        for (page, new) in fresh {
            let (about, blocks) = self.page_before(old, *page, &book)?;
            let was = terms::of_page(&self.folder, &about, &blocks);
            let grams = differ(&was.grams, &new.grams).into_iter().map(terms::term_of);
            touched.extend(grams.chain(differ(&was.words, &new.words)));
        }
        Some(touched)
    }

    /// A page as the last index holds it.
    fn page_before(&self, old: &State, page: u32, book: &Dictionary) -> Option<(About, Vec<blocks::Block>)> {
        let mut first = 0;
        let chapter = old.chapters.iter().find(|chapter| {
            first += chapter.pages.len() as u32;
            first > page
        })?;
        let place = (page + chapter.pages.len() as u32 - first) as usize;
        let skip: u32 = chapter.pages[..place].iter().map(|page| page.blocks).sum();
        let wanted = skip..skip + chapter.pages[place].blocks;
        let (mut at, mut about, mut blocks) = (0, None, Vec::new());
        for (count, file) in &chapter.files {
            let here = at..at + count;
            at += count;
            if here.end <= wanted.start || here.start >= wanted.end {
                continue;
            }
            let told = texts::pages_of(&read::unpack(&self.data(file)?, Some(book))?)?;
            let all = told.into_iter().flat_map(|(about, blocks)| blocks.into_iter().map(move |block| (about.clone(), block)));
            for (_, (own, block)) in here.zip(all).filter(|(at, _)| wanted.contains(at)) {
                about.get_or_insert(own);
                blocks.push(block);
            }
        }
        (blocks.len() == wanted.len()).then_some((about?, blocks))
    }

    fn lists(&self, files: &[(String, Known)], scale: &Scale) -> Option<Vec<List>> {
        let mut all = Vec::new();
        for (_, file) in files {
            all.extend(lists::decode(&self.data(file)?, scale)?);
        }
        Some(all)
    }

    /// The last index's regions, those that hold touched terms made anew. `None` when that is not enough, or a file is lost.
    fn patched(&self, old: &State, touched: &BTreeSet<String>, change: &Change<'_>, scale: &Scale) -> Result<Option<Regions>, E> {
        let begins = |at: usize| old.regions.get(at).and_then(|files| files.first()).map(|(term, _)| term.as_str());
        let of_term =
            |term: &String| old.regions.partition_point(|files| files.first().is_some_and(|(first, _)| first <= term)).saturating_sub(1);
        let regions: BTreeSet<usize> = touched.iter().map(of_term).collect();
        let anew: Vec<usize> = regions.into_iter().collect();
        let made = anew.par_iter().map(|at| {
            let (from, to) = (begins(*at).filter(|_| *at > 0), begins(*at + 1));
            let new = lists::changed(self.lists(&old.regions[*at], scale)?, change, from, to);
            // A region whose first term is gone belongs to the one before.
            let holds = *at == 0 || new.first().is_some_and(|list| from == Some(list.term.as_str()));
            holds.then(|| lists::regions(&new, scale))
        });
        let Some(made) = made.collect::<Option<Vec<Vec<Region>>>>() else { return Ok(None) };
        let mut made: HashMap<usize, Vec<Region>> = anew.into_iter().zip(made).collect();
        let mut taken = HashSet::new();
        let mut all = Vec::with_capacity(old.regions.len());
        for (at, files) in old.regions.iter().enumerate() {
            if let Some(new) = made.remove(&at) {
                for region in new {
                    all.push(self.files(region, &mut taken)?);
                }
                continue;
            }
            let mut kept = Vec::with_capacity(files.len());
            for (term, file) in files {
                let name = name(term, &mut taken);
                let is_kept = if name == file.name { self.keep(file)? } else { false };
                if is_kept {
                    kept.push((term.clone(), file.clone()));
                    continue;
                }
                let Some(data) = self.data(file) else { return Ok(None) };
                kept.push((term.clone(), self.put(name, &data)?));
            }
            all.push(kept);
        }
        Ok(Some(all))
    }

    fn named(&self, regions: Vec<Region>) -> Result<Regions, E> {
        let mut taken = HashSet::new();
        regions.into_iter().map(|region| self.files(region, &mut taken)).collect()
    }

    fn files(&self, region: Region, taken: &mut HashSet<String>) -> Result<Vec<(String, Known)>, E> {
        let files = region.files.into_iter();
        files.map(|(term, data)| Ok((term.clone(), self.put(name(&term, taken), &data)?))).collect()
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

/// What stands in one of two sorted lists only, or otherwise in the other.
fn differ<K: Ord + Clone>(a: &[(K, u8)], b: &[(K, u8)]) -> Vec<K> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut found = Vec::new();
    while let Some(next) = [a.peek(), b.peek()].into_iter().flatten().map(|entry| &entry.0).min() {
        let next = next.clone();
        let (was, is) = (a.next_if(|entry| entry.0 == next), b.next_if(|entry| entry.0 == next));
        if was != is {
            found.push(next);
        }
    }
    found
}

/// The name of the file that begins with a term. The script works it out the same way.
fn name(term: &str, taken: &mut HashSet<String>) -> String {
    let mut name = format!("terms/{}", base32(hash(term.as_bytes()), 5));
    while !taken.insert(name.clone()) {
        name.push('x');
    }
    name
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
