//! The functions and filters that templates get. What a page asks is recorded with the stamp of the answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::ground::suggest::nearest;
use crate::ground::{Stamp, date};
use crate::model::{Filter, Query};
use crate::parse::Kind;
use crate::parse::meta::{Sort, Status};

use crate::render::memo::SiteContext;
use crate::render::queries::{self, QueryError};

/// The names of the functions that templates get, besides Tera's own.
pub const FUNCTIONS: &[&str] =
    &["pages", "count", "page", "sections", "courses", "branches", "taxonomy", "years", "term", "org", "url_for", "asset"];
/// The names of the filters that templates get, besides Tera's own.
pub const FILTERS: &[&str] = &["cn_date", "short_date", "hours"];

/// What the functions of one worker know.
pub struct Session {
    /// What pages are made of.
    pub render_input: Arc<SiteContext>,
    log: Mutex<QueryLog>,
}

/// What the page being rendered has asked.
#[derive(Default)]
struct QueryLog {
    from: String,
    asked: Vec<(Query, Stamp)>,
    /// The same, to see what was asked before.
    known: HashSet<Query>,
}

impl Session {
    /// Nobody has asked yet.
    pub fn new(render_input: &Arc<SiteContext>) -> Session {
        Session { render_input: Arc::clone(render_input), log: Mutex::default() }
    }

    /// A page at `from` is rendered from now on.
    pub fn begin(&self, from: &str) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        from.clone_into(&mut log.from);
        log.asked.clear();
        log.known.clear();
    }

    /// What the page has asked.
    pub fn finish(&self) -> Vec<(Query, Stamp)> {
        std::mem::take(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner).asked)
    }

    fn ask(&self, query: Query) -> TeraResult<Value> {
        let answer = self.render_input.answer(&query);
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let from = log.from.clone();
        if log.known.insert(query.clone()) {
            log.asked.push((query, answer.stamp));
        }
        drop(log);
        match &answer.rows {
            Ok(rows) => Ok(queries::value(rows, &from, |id| self.render_input.view(id))),
            Err(QueryError(id, what)) => Err(refuse(id, what)),
        }
    }
}

/// An error for the author of a theme: an id of the catalogue and a value, translated by [`super::errors::diagnose`].
fn refuse(id: &str, value: &str) -> tera::Error {
    tera::Error::message(format!("@{id}|{value}"))
}

/// Gives an engine its functions.
pub fn register_functions(tera: &mut Tera, session: &Arc<Session>) {
    fn add(
        tera: &mut Tera,
        session: &Arc<Session>,
        name: &'static str,
        query: impl Fn(&QueryArgs<'_>) -> TeraResult<Query> + Send + Sync + 'static,
        known: &'static [&'static str],
    ) {
        let session = Arc::clone(session);
        tera.register_function(name, move |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
            let args = QueryArgs { kwargs: &kwargs };
            args.check(known)?;
            session.ask(query(&args)?)
        });
    }
    add(tera, session, "pages", |args| Ok(Query::Pages(args.filter()?)), FILTER_ARGUMENTS);
    add(tera, session, "count", |args| Ok(Query::Count(args.filter()?)), FILTER_ARGUMENTS);
    add(tera, session, "page", |args| Ok(Query::Page(args.must("path")?)), &["path"]);
    add(tera, session, "sections", |args| Ok(Query::Sections(args.text("parent")?.unwrap_or_default())), &["parent"]);
    add(tera, session, "courses", |args| Ok(Query::Courses(args.text("branch")?, args.number("limit")?)), &["branch", "limit"]);
    add(tera, session, "branches", |args| Ok(Query::Branches(args.number("limit")?)), &["limit"]);
    add(tera, session, "taxonomy", |args| Ok(Query::Taxonomy(args.must("name")?)), &["name"]);
    add(tera, session, "years", |args| Ok(Query::Years(args.kinds()?, args.text("under")?)), &["kind", "under"]);
    add(tera, session, "term", |args| Ok(Query::Term(args.must("name")?)), &["name"]);
    add(tera, session, "url_for", |args| Ok(Query::Url(args.must("path")?)), &["path"]);
    add(tera, session, "asset", |args| Ok(Query::Asset(args.must("name")?)), &["name"]);
    let org = Value::from_serializable(&session.render_input.config.org);
    tera.register_function("org", move |_: Kwargs, _: &State| -> TeraResult<Value> { Ok(org.clone()) });
}

const FILTER_ARGUMENTS: &[&str] = &["kind", "branch", "section", "under", "tag", "category", "year", "status", "sort", "limit", "offset"];

/// The arguments of a call.
struct QueryArgs<'a> {
    kwargs: &'a Kwargs,
}

impl QueryArgs<'_> {
    fn check(&self, known: &[&'static str]) -> TeraResult<()> {
        for (key, _) in self.kwargs.iter() {
            let name = key.to_string();
            if !known.contains(&name.as_str()) {
                return Err(match nearest(&name, known.iter().copied()) {
                    Some(near) => refuse("unknown-argument-near", &format!("{name}|{near}")),
                    None => refuse("unknown-argument", &name),
                });
            }
        }
        Ok(())
    }

    /// A text; an empty value counts as not given.
    fn text(&self, name: &str) -> TeraResult<Option<String>> {
        let Some(value) = self.kwargs.get::<Value>(name)? else { return Ok(None) };
        if value.is_none() || value.is_undefined() {
            return Ok(None);
        }
        Ok(Some(match value.as_str() {
            Some(text) => text.to_string(),
            None => value.to_string(),
        }))
    }

    fn must(&self, name: &str) -> TeraResult<String> {
        self.text(name)?.ok_or_else(|| refuse("missing-argument", name))
    }

    fn number(&self, name: &str) -> TeraResult<Option<u32>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| refuse("bad-argument", &format!("{name}|{text}")))
    }

    fn kinds(&self) -> TeraResult<Vec<Kind>> {
        let Some(text) = self.text("kind")? else { return Ok(Vec::new()) };
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| Kind::from_word(word).ok_or_else(|| refuse("bad-argument", &format!("kind|{word}")))).collect()
    }

    fn filter(&self) -> TeraResult<Filter> {
        let bad = |name: &str, text: &str| refuse("bad-argument", &format!("{name}|{text}"));
        let year = match self.text("year")? {
            Some(text) => Some(text.parse().map_err(|_| bad("year", &text))?),
            None => None,
        };
        let status = match self.text("status")? {
            Some(key) => Some(Status::from_key(&key).ok_or_else(|| bad("status", &key))?),
            None => None,
        };
        let sort = match self.text("sort")?.as_deref() {
            None => None,
            Some("date") => Some(Sort::Date),
            Some("weight") => Some(Sort::Weight),
            Some("title") => Some(Sort::Title),
            Some("deadline") => Some(Sort::Deadline),
            Some(other) => return Err(bad("sort", other)),
        };
        Ok(Filter {
            kinds: self.kinds()?,
            branch: self.text("branch")?,
            section: self.text("section")?,
            under: self.text("under")?,
            tag: self.text("tag")?,
            category: self.text("category")?,
            year,
            status,
            sort,
            limit: self.number("limit")?,
            offset: self.number("offset")?,
        })
    }
}

/// Gives an engine its filters.
pub fn register_filters(tera: &mut Tera) {
    tera.register_filter("cn_date", |text: &str, _: Kwargs, _: &State| {
        date::parse(text).map_or_else(|| text.to_string(), |when| date::chinese(when.date))
    });
    tera.register_filter("short_date", |text: &str, _: Kwargs, _: &State| {
        date::parse(text).map_or_else(|| text.to_string(), |when| date::chinese_short(when.date))
    });
    tera.register_filter("hours", |hours: f64, _: Kwargs, _: &State| {
        let text = format!("{hours:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    });
}
