//! Renders the pages whose stamps no longer hold; all others stay on disk as they are.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use crate::emit::Output;
use crate::ground::guard::guarded_on;
use crate::ground::{Code, Diagnostic, Error, Meter, Result, Stamp, Step};
use crate::render::job::{PageJob, Subject};
use crate::render::minify;
use crate::render::templates::engine::{input_hash, page_stamp};
use crate::render::{PageInput, PageStamp, RecordedQueries, Renderer, Shared};

use super::booklet;
use super::options::Progress;
use super::state::State;

/// What the rendering of a site needs.
pub struct RenderRun<'a> {
    /// What pages are made of.
    pub state: &'a State,
    /// Where pages go.
    pub output: &'a Output,
    /// What the steps are added to.
    pub meter: &'a Meter,
}

/// What the rendering gave.
#[derive(Default)]
pub struct RenderedPages {
    /// Stamps of all pages by address.
    pub stamps: BTreeMap<String, PageStamp>,
    /// How many went through the templates.
    pub rendered: usize,
    /// How many were as they would come out.
    pub kept: usize,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Template errors come in thousands when a base template is broken; so many tell enough.
const ENOUGH_ERRORS: usize = 50;

/// What one worker made.
#[derive(Default)]
struct Share {
    stamps: Vec<(String, PageStamp)>,
    rendered: usize,
    kept: usize,
    diagnostics: Vec<Diagnostic>,
}

/// Renders what must be, in parallel.
pub fn render(run: &RenderRun<'_>, known: &BTreeMap<String, PageStamp>, progress: &dyn Progress) -> Result<RenderedPages> {
    let jobs = &run.state.jobs;
    let Some(shared) = &run.state.shared else { return Ok(RenderedPages::default()) };
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let refused: Mutex<Option<Error>> = Mutex::new(None);
    let shares: Mutex<Vec<Share>> = Mutex::new(Vec::new());
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| {
                let mut worker = Worker { run, shared, renderer: None, share: Share::default(), asked: HashSet::new() };
                while !stop.load(Ordering::Relaxed)
                    && let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    if let Err(error) = worker.job(job, known) {
                        stop.store(true, Ordering::Relaxed);
                        refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                    if worker.share.diagnostics.len() > ENOUGH_ERRORS {
                        stop.store(true, Ordering::Relaxed);
                    }
                    progress.step();
                }
                shares.lock().unwrap_or_else(PoisonError::into_inner).push(worker.share);
            });
        }
    });
    if let Some(error) = refused.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut made = RenderedPages { stamps: BTreeMap::new(), ..RenderedPages::default() };
    for share in shares.into_inner().unwrap_or_else(PoisonError::into_inner) {
        made.stamps.extend(share.stamps);
        made.rendered += share.rendered;
        made.kept += share.kept;
        made.diagnostics.extend(share.diagnostics);
    }
    // One broken line of a template fails on every page; the first page by address stands for all.
    made.diagnostics.sort();
    made.diagnostics.dedup_by(|a, b| a.place == b.place && a.code == b.code);
    Ok(made)
}

struct Worker<'a> {
    run: &'a RenderRun<'a>,
    shared: &'a Arc<Shared>,
    /// RenderedPages when the first page must be rendered: copying an engine is not free, and often nothing is to do.
    renderer: Option<Renderer>,
    share: Share,
    /// What the pages so far have asked.
    asked: HashSet<RecordedQueries>,
}

impl Worker<'_> {
    fn job(&mut self, job: &PageJob, known: &BTreeMap<String, PageStamp>) -> Result<()> {
        let RenderRun { state, output, meter } = self.run;
        let (input, own, kept) = meter.time(Step::Ask, || {
            let input = PageInput::of(&state.render_input, job);
            let own = stamp(state, self.shared, &input);
            let known = known.get(&job.url).filter(|known| state.render_input.holds(known, own));
            (input, own, known.filter(|known| output.keep(&job.url, known.output)))
        });
        if let Some(stamp) = kept {
            self.share.kept += 1;
            self.share.stamps.push((job.url.clone(), stamp.clone()));
            return Ok(());
        }
        let renderer = self.renderer.get_or_insert_with(|| Renderer::new(self.shared, &state.render_input, Arc::new((*state).clone())));
        match page(state, renderer, &input, own, meter)? {
            Ok((html, mut stamp)) => {
                match self.asked.get(&*stamp.asked) {
                    Some(known) => stamp.asked = Arc::clone(known),
                    None => drop(self.asked.insert(Arc::clone(&stamp.asked))),
                }
                meter.time(Step::Put, || output.put(&job.url, &html, stamp.output))?;
                self.share.rendered += 1;
                self.share.stamps.push((job.url.clone(), stamp));
            }
            Err(diagnostic) => {
                if diagnostic.code == Code::ProgramFault {
                    // It broke off in the middle of something.
                    self.renderer = None;
                }
                self.share.diagnostics.push(diagnostic);
            }
        }
        Ok(())
    }
}

/// The file of a page for messages, or the address of one that has none.
fn file_of<'a>(state: &'a State, job: &'a PageJob) -> &'a str {
    match &job.subject {
        Subject::Page(id, _) => &state.render_input.site.page(*id).summary.file,
        _ => &job.url,
    }
}

/// The stamp of what a page is made of, but for what its templates ask.
pub fn stamp(state: &State, shared: &Shared, input: &PageInput<'_>) -> Stamp {
    booklet::stamp(state, input.job, input_hash(shared, input))
}

/// Renders one page: its bytes and its stamp, or what is wrong with the template.
///
/// # Errors
/// When its text has gone from the cache since the state was made, and from the site too.
pub fn page(
    state: &State,
    renderer: &Renderer,
    input: &PageInput<'_>,
    own: Stamp,
    meter: &Meter,
) -> Result<std::result::Result<(Vec<u8>, PageStamp), Diagnostic>> {
    guarded_on(file_of(state, input.job), || render_page(state, renderer, input, own, meter)).unwrap_or_else(|fault| Ok(Err(fault)))
}

fn render_page(
    state: &State,
    renderer: &Renderer,
    input: &PageInput<'_>,
    own: Stamp,
    meter: &Meter,
) -> Result<std::result::Result<(Vec<u8>, PageStamp), Diagnostic>> {
    let render_input = &state.render_input;
    let job = input.job;
    let page = match &job.subject {
        Subject::Page(id, _) => Some(render_input.site.page(*id)).filter(|page| page.is_real),
        _ => None,
    };
    let rendered = meter.time(Step::Template, || match page {
        _ if let Subject::Booklet(course) | Subject::Single(course) = job.subject => booklet::render(state, renderer, input, course),
        Some(page) => state.texts.get(state.cache.as_deref(), &page.summary, |body| renderer.render(input, Some(body))),
        None => Some(renderer.render(input, None)),
    });
    // Another process emptied the cache.
    let rendered = rendered.ok_or_else(|| Error::new("error-cache-vanished"))?;
    Ok(rendered.map(|rendered| {
        let html = meter.time(Step::Minify, || minify::finish(&rendered, render_input.config.minify, render_input.config.byte_order_mark));
        let output = Stamp::of_bytes(&html);
        let stamp = page_stamp(own, rendered, output);
        (html, stamp)
    }))
}
