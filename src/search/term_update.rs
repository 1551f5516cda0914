//! The incremental update of term files: only those that hold a term of a changed page are made again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::blocks::{self, hash};
use super::builder::{IndexBuilder, NewTerms};
use super::coder::{Scale, weight};
use super::lz::Dictionary;
use super::read;
use super::state::{IndexFile, IndexState, PageRecord};
use super::term_files::{self, PostingsChange, PostingsList, TermRegion};
use super::terms::{self, PageTerms, Posting, PostingBits};
use super::texts::{self, About, base32};

/// Files of terms by region, each with its first term.
type Regions = Vec<Vec<(String, IndexFile)>>;

impl<E: Send> IndexBuilder<'_, E> {
    /// The files of terms.
    pub(super) fn terms(&self, old: Option<&IndexState>, state: &IndexState, fresh: NewTerms) -> Result<Option<Regions>, E> {
        let scale = Scale::new(&state.pages().map(|page| page.class).collect::<Vec<u8>>());
        let (old, fresh) = match (old, fresh) {
            (Some(old), NewTerms::Changed(fresh)) => (old, fresh),
            (_, NewTerms::All(gathered)) => return self.named(gathered.finish().regions(&scale)).map(Some),
            (None, NewTerms::Changed(_)) => return Ok(None),
        };
        let now = state.by_url();
        let before: Vec<&PageRecord> = old.pages().collect();
        // Pages that are the same, by their old number.
        let moved: Vec<Option<u32>> =
            before.iter().map(|page| now.get(&page.url).filter(|(_, new)| new.key == page.key).map(|(at, _)| *at)).collect();
        let mut new: BTreeMap<String, Vec<Posting>> = BTreeMap::new();
        for (page, terms) in &fresh {
            let grams = terms.pairs().map(|(pair, known)| (terms::term_of(pair), known));
            let words = terms.words().map(|(word, known)| (word.to_string(), known));
            for (term, known) in grams.chain(words) {
                new.entry(term).or_default().push(terms::posting(*page, known));
            }
        }
        let change = PostingsChange { moved: &|page| moved.get(page as usize).copied().flatten(), fresh: &new };
        let same_places = before.len() == state.pages().count()
            && before.iter().zip(state.pages()).all(|(a, b)| a.url == b.url && weight(a.class) == weight(b.class));
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
        let all = old.regions.par_iter().map(|region| self.lists(region, &old_scale)).collect::<Option<Vec<Vec<PostingsList>>>>();
        let Some(all) = all else { return Ok(None) };
        let all = term_files::merge_change(all.into_iter().flatten().collect(), &change, None, None);
        self.named(term_files::regions(&all, &scale)).map(Some)
    }

    /// The terms that changed pages have gained or lost or have otherwise; `None` when what they were is lost.
    fn touched(&self, old: &IndexState, fresh: &[(u32, PageTerms)]) -> Option<BTreeSet<String>> {
        let (_, file) = old.dictionary.files.first()?;
        let book = Dictionary::new(&read::unpack(&self.data(file)?, None)?);
        let mut touched = BTreeSet::new();
        for (page, new) in fresh {
            let (about, blocks) = self.page_before(old, *page, &book)?;
            let was = terms::of_page(&self.folder, &about, &blocks);
            touched.extend(differ(was.pairs(), new.pairs()).into_iter().map(terms::term_of));
            touched.extend(differ(was.words(), new.words()).into_iter().map(str::to_string));
        }
        Some(touched)
    }

    /// A page as the last index holds it.
    fn page_before(&self, old: &IndexState, page: u32, book: &Dictionary) -> Option<(About, Vec<blocks::TextBlock>)> {
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
            let told = texts::parse_pages(&read::unpack(&self.data(file)?, Some(book))?)?;
            let all = told.into_iter().flat_map(|(about, blocks)| blocks.into_iter().map(move |block| (about.clone(), block)));
            for (_, (own, block)) in here.zip(all).filter(|(at, _)| wanted.contains(at)) {
                about.get_or_insert(own);
                blocks.push(block);
            }
        }
        (blocks.len() == wanted.len()).then_some((about?, blocks))
    }

    fn lists(&self, files: &[(String, IndexFile)], scale: &Scale) -> Option<Vec<PostingsList>> {
        let mut all = Vec::new();
        for (_, file) in files {
            all.extend(term_files::decode(&self.data(file)?, scale)?);
        }
        Some(all)
    }

    /// The last index's regions, those that hold touched terms made anew. `None` when that is not enough, or a file is lost.
    fn patched(
        &self,
        old: &IndexState,
        touched: &BTreeSet<String>,
        change: &PostingsChange<'_>,
        scale: &Scale,
    ) -> Result<Option<Regions>, E> {
        let begins = |at: usize| old.regions.get(at).and_then(|files| files.first()).map(|(term, _)| term.as_str());
        let of_term =
            |term: &String| old.regions.partition_point(|files| files.first().is_some_and(|(first, _)| first <= term)).saturating_sub(1);
        let regions: BTreeSet<usize> = touched.iter().map(of_term).collect();
        let anew: Vec<usize> = regions.into_iter().collect();
        let made = anew.par_iter().map(|at| {
            let (from, to) = (begins(*at).filter(|_| *at > 0), begins(*at + 1));
            let new = term_files::merge_change(self.lists(&old.regions[*at], scale)?, change, from, to);
            // A region whose first term is gone belongs to the one before.
            let holds = *at == 0 || new.first().is_some_and(|list| from == Some(list.term.as_str()));
            holds.then(|| term_files::regions(&new, scale))
        });
        let Some(made) = made.collect::<Option<Vec<Vec<TermRegion>>>>() else { return Ok(None) };
        let mut made: HashMap<usize, Vec<TermRegion>> = anew.into_iter().zip(made).collect();
        let mut taken = HashSet::new();
        let mut all = Vec::with_capacity(old.regions.len());
        for (at, files) in old.regions.iter().enumerate() {
            if let Some(new) = made.remove(&at) {
                for region in new {
                    all.push(self.put_all(with_names(region, &mut taken))?);
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

    fn named(&self, regions: Vec<TermRegion>) -> Result<Regions, E> {
        let mut taken = HashSet::new();
        let named: Vec<Vec<_>> = regions.into_iter().map(|region| with_names(region, &mut taken).collect()).collect();
        named.into_par_iter().map(|files| self.put_all(files.into_iter())).collect()
    }

    fn put_all(&self, files: impl Iterator<Item = (String, String, String)>) -> Result<Vec<(String, IndexFile)>, E> {
        files.map(|(term, name, data)| Ok((term, self.put(name, &data)?))).collect()
    }
}

/// The files of a region: first term, name, data.
fn with_names(region: TermRegion, taken: &mut HashSet<String>) -> impl Iterator<Item = (String, String, String)> {
    region.files.into_iter().map(|(term, data)| {
        let name = name(&term, taken);
        (term, name, data)
    })
}

/// What stands in one of two sorted lists only, or otherwise in the other.
fn differ<K: Ord + Copy>(a: impl Iterator<Item = (K, PostingBits)>, b: impl Iterator<Item = (K, PostingBits)>) -> Vec<K> {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    let mut found = Vec::new();
    while let Some(next) = [a.peek(), b.peek()].into_iter().flatten().map(|entry| entry.0).min() {
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
