//! The functions and filters that templates get. What a page asks is recorded with the stamp of the answer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::ground::suggest::nearest;
use crate::ground::{Stamp, date};
use crate::model::{Filter, Query};
use crate::parse::Kind;
use crate::parse::meta::{Sort, Status};

use crate::render::embedded::{EmbeddedFiles, inline_text};
use crate::render::memo::SiteContext;
use crate::render::queries::{self, QueryError};

/// The names of the functions that templates get, besides Tera's own.
pub const FUNCTIONS: &[&str] = &[
    "pages",
    "count",
    "page",
    "sections",
    "courses",
    "branches",
    "taxonomy",
    "years",
    "term",
    "org",
    "url_for",
    "asset",
    "asset_text",
    "picture_data",
];
/// The names of the filters that templates get, besides Tera's own.
pub const FILTERS: &[&str] = &["cn_date", "short_date", "hours"];

/// What the functions of one worker know.
pub struct Session {
    /// What pages are made of.
    pub render_input: Arc<SiteContext>,
    /// What single files carry in themselves.
    pub embedded: Arc<dyn EmbeddedFiles>,
    log: Mutex<QueryLog>,
}

/// What the page being rendered has asked.
#[derive(Default)]
struct QueryLog {
    from: String,
    /// Whether that page is to be opened alone.
    is_alone: bool,
    asked: Vec<(Query, Stamp)>,
    /// The same, to see what was asked before.
    known: HashSet<Query>,
}

impl Session {
    /// Nobody has asked yet.
    pub fn new(render_input: &Arc<SiteContext>, embedded: Arc<dyn EmbeddedFiles>) -> Session {
        Session { render_input: Arc::clone(render_input), embedded, log: Mutex::default() }
    }

    /// A page at `from` is rendered from now on; `is_alone`: it is to be opened alone.
    pub fn begin(&self, from: &str, is_alone: bool) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.is_alone = is_alone;
        from.clone_into(&mut log.from);
        log.asked.clear();
        log.known.clear();
    }

    /// What the page has asked.
    pub fn finish(&self) -> Vec<(Query, Stamp)> {
        std::mem::take(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner).asked)
    }

    /// The address of a style or script. Where no other file is at hand, it is the whole of it.
    fn asset(&self, name: String) -> TeraResult<Value> {
        let address = self.ask(Query::Asset(name.clone()))?;
        match self.embedded.asset(&name).filter(|_| self.is_alone()) {
            Some((bytes, kind)) => Ok(format!("data:{kind};base64,{}", STANDARD.encode(bytes)).into()),
            None => Ok(address),
        }
    }

    /// The text of a style or script, for its element. It is asked for by its address too, which tells its content.
    fn asset_text(&self, name: String) -> TeraResult<Value> {
        self.must_be_alone("asset_text")?;
        self.ask(Query::Asset(name.clone()))?;
        let text = self.embedded.asset(&name).map(|(bytes, _)| inline_text(bytes)).unwrap_or_default();
        Ok(Value::safe_string(&text))
    }

    /// A picture as a `data:` address; empty where there is none.
    fn picture_data(&self, path: &str) -> TeraResult<Value> {
        self.must_be_alone("picture_data")?;
        Ok(self.embedded.picture(path.trim_start_matches('/')).unwrap_or_default().into())
    }

    fn is_alone(&self) -> bool {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).is_alone
    }

    /// Other pages hold no styles, since hosts may forbid that, and no pictures, since the stamps of pages do not tell them.
    fn must_be_alone(&self, function: &str) -> TeraResult<()> {
        if self.is_alone() { Ok(()) } else { Err(refuse("only-in-a-single-file", function)) }
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
    let answer = Arc::clone(session);
    tera.register_function("asset", move |kwargs: Kwargs, _: &State| answer.asset(only(&kwargs, "name")?));
    let answer = Arc::clone(session);
    tera.register_function("asset_text", move |kwargs: Kwargs, _: &State| answer.asset_text(only(&kwargs, "name")?));
    let answer = Arc::clone(session);
    tera.register_function("picture_data", move |kwargs: Kwargs, _: &State| answer.picture_data(&only(&kwargs, "path")?));
    let org = Value::from_serializable(&session.render_input.config.org);
    tera.register_function("org", move |_: Kwargs, _: &State| -> TeraResult<Value> { Ok(org.clone()) });
}

const FILTER_ARGUMENTS: &[&str] = &["kind", "branch", "section", "under", "tag", "category", "year", "status", "sort", "limit", "offset"];

/// The argument of a function that has one.
fn only(kwargs: &Kwargs, name: &'static str) -> TeraResult<String> {
    let args = QueryArgs { kwargs };
    args.check(&[name])?;
    args.must(name)
}

/// The arguments of a call.
struct QueryArgs<'a> {
    kwargs: &'a Kwargs,
}

impl QueryArgs<'_> {
    fn check(&self, known: &[&str]) -> TeraResult<()> {
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
