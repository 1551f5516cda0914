//! Every file of a state, made when somebody asks for it: what a preview serves.
//!
//! A page is made by the same steps as in a build, and kept as long as its stamp holds. [`Live::sweep`] goes over all
//! pages to learn which the last change has touched. Start at [`Live::file`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use crate::ground::{Artifact, Diagnostic, Meter, Result, Stamp, routes};
use crate::render::{PageInput, PageJob, PageStamp, Renderer, Shared};

use super::state::State;
use super::{pages, pictures, search, static_outputs, study};

/// Bytes of pages that are kept at hand; a page is made again in a few milliseconds.
const KEPT: usize = 64 << 20;

/// A state and what has been made of it.
pub struct Live {
    /// The state.
    pub state: Arc<State>,
    shared: Arc<Shared>,
    pages: Mutex<Kept>,
    engines: Mutex<Vec<Renderer>>,
    index: Mutex<Option<Arc<Indexed>>>,
    /// The index of an earlier state: most of it holds.
    last_index: Option<Arc<Indexed>>,
}

/// What is made of all texts together.
struct Indexed {
    search: search::Index,
    bank: Vec<Artifact>,
}

/// Pages at hand, by address.
#[derive(Clone, Default)]
struct Kept {
    pages: HashMap<String, Page>,
    bytes: usize,
}

#[derive(Clone)]
struct Page {
    bytes: Arc<[u8]>,
    stamp: PageStamp,
}

/// A file of the site.
#[derive(Debug, Clone)]
pub struct LiveFile {
    /// What it holds.
    pub bytes: Arc<[u8]>,
    /// Stamp of that.
    pub stamp: Stamp,
    /// Of a page that cannot be made now: what is wrong. The bytes are the last good ones.
    pub broken: Option<Diagnostic>,
}

/// What an address holds.
#[derive(Debug)]
pub enum LiveAnswer {
    /// A file.
    File(LiveFile),
    /// Nothing.
    Missing,
    /// A file that cannot be made.
    Broken(Diagnostic),
}

/// A walk over all pages.
#[derive(Debug, Default)]
pub struct Sweep {
    next: usize,
    /// Pages that came out otherwise than before.
    pub changed: usize,
    /// What is wrong with templates.
    pub diagnostics: Vec<Diagnostic>,
}

/// Pages checked at in one go.
const SHARE: usize = 64;

impl Live {
    /// A state to serve; `None` without usable templates. What `before` had made is kept where it still holds.
    pub fn new(state: Arc<State>, before: Option<&Live>) -> Option<Live> {
        let shared = Arc::clone(state.shared.as_ref()?);
        let pages = before.map(|before| lock(&before.pages).clone()).unwrap_or_default();
        // One that is being made just now is not waited for.
        let made = |before: &Live| before.index.try_lock().ok().and_then(|index| index.clone());
        let last_index = before.and_then(|before| made(before).or_else(|| before.last_index.clone()));
        Some(Live { state, shared, pages: Mutex::new(pages), engines: Mutex::default(), index: Mutex::default(), last_index })
    }

    /// The file at an address.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn file(&self, url: &str) -> Result<LiveAnswer> {
        let state = &self.state;
        if let Ok(at) = state.jobs.binary_search_by(|job| job.url.as_str().cmp(url)) {
            return self.page(&state.jobs[at]);
        }
        let plain = |bytes: std::result::Result<Arc<[u8]>, Diagnostic>| {
            Ok(match bytes {
                Ok(bytes) => LiveAnswer::File(LiveFile { stamp: Stamp::of_bytes(&bytes), bytes, broken: None }),
                Err(diagnostic) => LiveAnswer::Broken(diagnostic),
            })
        };
        if let Some(extra) = state.extras.iter().find(|extra| extra.url == url) {
            let bytes = static_outputs::bytes(extra, &state.render_input, &state.theme, &state.sources);
            return plain(bytes.map(|bytes| Arc::from(&*bytes)));
        }
        if let Some((file, stamp)) = state.pictures.find(url) {
            return plain(pictures::bytes(state, file, stamp).map(Arc::from));
        }
        if routes::is_index(url) {
            let index = self.index()?;
            let file = index.search.find(url).or_else(|| index.bank.iter().find(|file| file.path == url));
            if let Some(file) = file {
                return plain(Ok(Arc::clone(&file.bytes)));
            }
        }
        Ok(LiveAnswer::Missing)
    }

    /// The search index and the bank of questions, made when one is first asked for; whoever else asks meanwhile waits.
    fn index(&self) -> Result<Arc<Indexed>> {
        let mut index = lock(&self.index);
        if let Some(index) = index.as_ref() {
            return Ok(Arc::clone(index));
        }
        let State { render_input, texts, cache, .. } = &*self.state;
        let last = self.last_index.as_ref().map(|last| &last.search);
        let search = search::Index::new(render_input, texts, cache.as_deref(), last)?;
        let bank = study::files(&self.state, search.paths())?;
        let made = Arc::new(Indexed { search, bank });
        *index = Some(Arc::clone(&made));
        Ok(made)
    }

    fn page(&self, job: &PageJob) -> Result<LiveAnswer> {
        let input = PageInput::of(&self.state.render_input, job);
        let own = pages::stamp(&self.state, &self.shared, &input);
        let known = lock(&self.pages).pages.get(&job.url).cloned();
        let file = |page: &Page, broken| LiveFile { bytes: Arc::clone(&page.bytes), stamp: page.stamp.output, broken };
        if let Some(page) = known.as_ref().filter(|page| self.state.render_input.holds(&page.stamp, own)) {
            return Ok(LiveAnswer::File(file(page, None)));
        }
        Ok(match self.make(&input, own)? {
            Ok(page) => {
                let answer = file(&page, None);
                self.keep(job.url.clone(), page);
                LiveAnswer::File(answer)
            }
            Err(diagnostic) => match known {
                Some(page) => LiveAnswer::File(file(&page, Some(diagnostic))),
                None => LiveAnswer::Broken(diagnostic),
            },
        })
    }

    /// Makes a page that somebody looks at; what keeps it from being made, if it is one of the site and cannot be.
    pub fn render_and_report(&self, url: &str) -> Option<Diagnostic> {
        match self.file(url) {
            Ok(LiveAnswer::File(file)) => file.broken,
            Ok(LiveAnswer::Broken(diagnostic)) => Some(diagnostic),
            Ok(LiveAnswer::Missing) | Err(_) => None,
        }
    }

    fn make(&self, input: &PageInput<'_>, own: Stamp) -> Result<std::result::Result<Page, Diagnostic>> {
        let engine = lock(&self.engines).pop().unwrap_or_else(|| {
            let embedded: Arc<State> = Arc::clone(&self.state);
            Renderer::new(&self.shared, &self.state.render_input, embedded)
        });
        let made = pages::page(&self.state, &engine, input, own, &Meter::default());
        lock(&self.engines).push(engine);
        Ok(made?.map(|(html, stamp)| Page { bytes: html.into(), stamp }))
    }

    fn keep(&self, url: String, page: Page) {
        let mut kept = lock(&self.pages);
        if kept.bytes + page.bytes.len() > KEPT {
            *kept = Kept::default();
        }
        kept.bytes += page.bytes.len();
        if let Some(before) = kept.pages.insert(url, page) {
            kept.bytes -= before.bytes.len();
        }
    }

    /// Looks at the next pages of a walk: which are as `known` has them, and what the others are now. Gives way as soon as
    /// `stop` says so. `true` when all have been checked at.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn sweep(&self, sweep: &mut Sweep, known: &mut BTreeMap<String, PageStamp>, stop: &(dyn Fn() -> bool + Sync)) -> Result<bool> {
        let jobs = &self.state.jobs;
        while let Some(share) = jobs.get(sweep.next..).filter(|rest| !rest.is_empty()).map(|rest| &rest[..rest.len().min(SHARE)]) {
            let before: &BTreeMap<String, PageStamp> = known;
            let checked: Vec<Option<Result<Checked>>> =
                share.par_iter().map(|job| (!stop()).then(|| self.check(job, before.get(&job.url)))).collect();
            let whole = checked.iter().all(Option::is_some);
            for (job, checked) in share.iter().zip(checked) {
                match checked.transpose()? {
                    Some(Checked::Another(stamp)) => {
                        let stamp_before = known.insert(job.url.clone(), stamp.clone());
                        sweep.changed += usize::from(stamp_before.is_none_or(|before| before.output != stamp.output));
                    }
                    Some(Checked::Broken(diagnostic)) => sweep.diagnostics.push(diagnostic),
                    Some(Checked::Same) | None => {}
                }
            }
            if !whole {
                return Ok(false);
            }
            sweep.next += share.len();
        }
        known.retain(|url, _| jobs.binary_search_by(|job| job.url.as_str().cmp(url)).is_ok());
        Ok(true)
    }

    fn check(&self, job: &PageJob, known: Option<&PageStamp>) -> Result<Checked> {
        let input = PageInput::of(&self.state.render_input, job);
        let own = pages::stamp(&self.state, &self.shared, &input);
        if known.is_some_and(|known| self.state.render_input.holds(known, own)) {
            return Ok(Checked::Same);
        }
        // What somebody is looking at has been made already.
        let at_hand = lock(&self.pages).pages.get(&job.url).map(|page| page.stamp.clone());
        if let Some(stamp) = at_hand.filter(|stamp| self.state.render_input.holds(stamp, own)) {
            return Ok(Checked::Another(stamp));
        }
        Ok(match self.make(&input, own)? {
            Ok(page) => Checked::Another(page.stamp),
            Err(diagnostic) => Checked::Broken(diagnostic),
        })
    }
}

enum Checked {
    Same,
    Another(PageStamp),
    Broken(Diagnostic),
}

/// Nothing is half done when a holder panics: the value can be used.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
