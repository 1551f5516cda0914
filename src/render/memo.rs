//! Views and answers, each worked out once for all pages.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tera::Value;

use crate::ground::Stamp;
use crate::model::{PageId, Query, Site};

use super::queries::{self, QueryError, Rows};
use super::render_input::RenderInput;
use super::stamp::{PageStamp, RecordedQueries};
use super::views::list::ListView;

/// What pages are made of, and what was worked out of it so far. Built once for every state of a site, then only read.
#[derive(Debug)]
pub struct SiteContext {
    render_input: RenderInput,
    views: Vec<OnceLock<Value>>,
    stamps: Vec<OnceLock<Stamp>>,
    answers: Mutex<HashMap<Query, Arc<QueryAnswer>>>,
    /// Whether all answers are as they were, by the address of the queries, which are held so that it stays theirs.
    held: Mutex<HashMap<usize, (RecordedQueries, bool)>>,
}

/// The answer to a query.
#[derive(Debug)]
pub struct QueryAnswer {
    /// What it found.
    pub rows: Result<Rows, QueryError>,
    /// The stamp of that.
    pub stamp: Stamp,
}

impl Deref for SiteContext {
    type Target = RenderInput;

    fn deref(&self) -> &RenderInput {
        &self.render_input
    }
}

impl SiteContext {
    /// Nothing is worked out yet.
    pub fn new(render_input: RenderInput) -> SiteContext {
        SiteContext {
            views: empty(&render_input.site),
            stamps: empty(&render_input.site),
            render_input,
            answers: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// What other pages see of a page.
    pub fn view(&self, id: PageId) -> Value {
        self.views[id as usize].get_or_init(|| Value::from_serializable(&ListView::of(&self.render_input, id))).clone()
    }

    /// What other pages see of pages, as a list.
    pub fn views(&self, ids: &[PageId]) -> Value {
        Value::from(ids.iter().map(|id| self.view(*id)).collect::<Vec<_>>())
    }

    /// Lets go of the views made so far: once all pages are rendered they are a quarter of a large build's memory.
    pub fn forget_views(&mut self) {
        self.views = empty(&self.render_input.site);
        self.answers = Mutex::default();
    }

    /// The stamp of what other pages see of a page.
    pub fn view_stamp(&self, id: PageId) -> Stamp {
        *self.stamps[id as usize].get_or_init(|| Stamp::of(&ListView::of(&self.render_input, id)))
    }

    /// The answer to a query; each is evaluated once.
    pub fn answer(&self, query: &Query) -> Arc<QueryAnswer> {
        if let Some(answer) = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(query) {
            return Arc::clone(answer);
        }
        let rows = queries::evaluate(&self.render_input, query);
        let stamp = queries::stamp(&rows, |id| self.view_stamp(id));
        let answer = Arc::new(QueryAnswer { rows, stamp });
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(query.clone(), Arc::clone(&answer));
        answer
    }

    /// Whether a page would come out the same: its own input is as it was, and all its queries are answered as they were.
    pub fn holds(&self, page: &PageStamp, own: Stamp) -> bool {
        page.own == own && self.answers_as_before(&page.asked)
    }

    /// Whether all these queries are answered as they were; each set is looked at once.
    fn answers_as_before(&self, asked: &RecordedQueries) -> bool {
        let address = Arc::as_ptr(asked).addr();
        if let Some((_, held)) = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&address) {
            return *held;
        }
        let held = asked.iter().all(|(query, stamp)| self.answer(query).stamp == *stamp);
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(address, (Arc::clone(asked), held));
        held
    }
}

/// A place for something of every page.
fn empty<T>(site: &Site) -> Vec<OnceLock<T>> {
    site.ids().map(|_| OnceLock::new()).collect()
}
