//! Tera: loads a theme's templates, gives them their functions, renders, and turns errors into diagnostics.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use crate::ground::date;
use crate::ground::diagnostic::Span;
use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic, Place, Stamp};
use crate::model::{Filter, PageId, Query};
use crate::parse::meta::{Sort, Status};
use crate::parse::{Body, Kind};
use crate::theme::Theme;

use super::answer;
use super::context::Own;
use super::job::Job;
use super::stamp::PageStamp;
use super::world::World;

/// The names of the functions that templates get, besides Tera's own.
pub const FUNCTIONS: &[&str] =
    &["pages", "count", "page", "sections", "courses", "branches", "taxonomy", "years", "term", "org", "url_for", "asset"];
/// The names of the filters that templates get, besides Tera's own.
pub const FILTERS: &[&str] = &["cn_date", "short_date", "hours"];

/// The templates of a theme, parsed once; every worker takes a copy.
pub struct Shared {
    tera: Tera,
    files: HashMap<String, String>,
    shows_date: HashMap<String, bool>,
}

impl Shared {
    /// Parses all templates. All that do not parse are reported.
    pub fn new(theme: &Theme) -> (Option<Shared>, Vec<Diagnostic>) {
        let files: HashMap<String, String> = theme.templates.iter().map(|t| (t.name.clone(), t.file.clone())).collect();
        let mut tera = Tera::new();
        tera.set_escape_fn(escape);
        let prefixes: Vec<String> = theme.chain.iter().map(|name| format!("{name}/")).collect();
        tera.set_fallback_prefixes(prefixes).expect("the prefixes are set before any template");
        // Tera checks the names of functions and filters while it parses.
        register_filters(&mut tera);
        for name in FUNCTIONS {
            tera.register_function(*name, |_: Kwargs, _: &State| -> TeraResult<Value> { Ok(Value::none()) });
        }
        let mut found = Vec::new();
        let templates: Vec<(&str, &str)> = theme.templates.iter().map(|t| (t.name.as_str(), t.text.as_str())).collect();
        if let Err(error) = tera.add_raw_templates(templates) {
            match error.kind() {
                ErrorKind::Msg(text) if text.contains("--> ") => found.extend(listed(text, &files)),
                _ => found.push(diagnose(&error, &files, None)),
            }
            // The set as a whole fails with its first error: each by itself shows the other syntax errors too.
            for template in &theme.templates {
                let mut alone = Tera::new();
                register_filters(&mut alone);
                if let Err(error) = alone.add_raw_template(&template.name, &template.text)
                    && matches!(error.kind(), ErrorKind::SyntaxError(_))
                {
                    found.push(diagnose(&error, &files, None));
                }
            }
            found.sort();
            found.dedup();
            return (None, found);
        }
        let mut shows_date = HashMap::new();
        // Tera does not tell which components a template uses: a component that shows the day makes all templates do so.
        let in_component = theme.templates.iter().any(|template| template.text.contains("{% component") && names_date(&template.text));
        for name in theme.template_names() {
            let shows = in_component || tera.get_template_variables(name).is_ok_and(|variables| variables.contains("date"));
            shows_date.insert(name.to_string(), shows);
        }
        (Some(Shared { tera, files, shows_date }), found)
    }
}

/// Escapes what a template shows. Tera's own hands on one byte after the other.
fn escape(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        out.write_all(&rest.as_bytes()[..at])?;
        out.write_all(match rest.as_bytes()[at] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_all(rest.as_bytes())
}

/// Whether the code of a template has the word `date` by itself, not as a field or a part of another name.
fn names_date(text: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let code = code_of(text);
    code.match_indices("date").any(|(at, word)| {
        !code[..at].chars().next_back().is_some_and(part) && !code[at + word.len()..].chars().next().is_some_and(|c| part(c) && c != '.')
    })
}

/// What a template computes with: without its text, its comments and its quoted words.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        rest = &rest[start..];
        let end = match rest.get(..2) {
            Some("{#") => "#}",
            Some("{{") => "}}",
            Some("{%") => "%}",
            _ => {
                rest = &rest[1..];
                continue;
            }
        };
        let length = rest.find(end).map_or(rest.len(), |at| at + 2);
        if end != "#}" {
            code.extend(rest[..length].split(['"', '\'', '`']).step_by(2));
            code.push(' ');
        }
        rest = &rest[length..];
    }
    code
}

/// One worker's engine. Renders one page at a time and records what its templates ask.
pub struct Renderer {
    tera: Tera,
    shared: Arc<Shared>,
    session: Arc<Session>,
}

/// What the functions of one worker know.
struct Session {
    world: Arc<World>,
    record: Mutex<Record>,
}

/// What the page being rendered has asked.
#[derive(Default)]
struct Record {
    from: String,
    asked: Vec<(Query, Stamp)>,
}

/// A page, rendered.
pub struct Rendered {
    /// HTML, not yet minified.
    pub html: String,
    /// The page's text as it was handed to the template, which mostly puts it in as it is.
    pub text: String,
    /// What its templates asked.
    pub asked: Vec<(Query, Stamp)>,
}

impl Renderer {
    /// An engine for one worker.
    pub fn new(shared: &Arc<Shared>, world: &Arc<World>) -> Renderer {
        let mut tera = shared.tera.clone();
        let session = Arc::new(Session { world: Arc::clone(world), record: Mutex::new(Record::default()) });
        register_functions(&mut tera, &session);
        for (name, value) in super::context::shared(world) {
            tera.global_context().insert_value(name, value);
        }
        Renderer { tera, shared: Arc::clone(shared), session }
    }

    /// The stamp of a page's own input.
    pub fn own_stamp(&self, job: &Job) -> Stamp {
        own_stamp(&self.shared, &self.session.world, job)
    }

    /// Renders a page. `body` is its text, where it has one.
    pub fn render(&self, job: &Job, body: Option<&Body>) -> Result<Rendered, Diagnostic> {
        let (context, text) = Own::of(&self.session.world, job).context(body);
        self.render_with(job, context, text)
    }

    /// Renders a course as one page: its own text, then those of its lessons, made by [`super::chapter::html`].
    pub fn render_chapters(&self, job: &Job, course: PageId, own: &str, lessons: &[String]) -> Result<Rendered, Diagnostic> {
        self.render_with(job, Own::of(&self.session.world, job).context_of_chapters(course, own, lessons), String::new())
    }

    fn render_with(&self, job: &Job, context: Context, text: String) -> Result<Rendered, Diagnostic> {
        {
            let mut record = self.session.record.lock().expect("no holder panics");
            record.from.clone_from(&job.url);
            record.asked.clear();
        }
        let html = self.tera.render(&job.template, &context).map_err(|error| diagnose(&error, &self.shared.files, Some(&job.url)))?;
        let asked = std::mem::take(&mut self.session.record.lock().expect("no holder panics").asked);
        Ok(Rendered { html, text, asked })
    }
}

/// The stamp of a page's own input, without an engine.
pub fn own_stamp(shared: &Shared, world: &World, job: &Job) -> Stamp {
    let shows_date = shared.shows_date.get(&job.template).copied().unwrap_or(true);
    Own::of(world, job).stamp(shows_date)
}

/// The stamp that a page has now.
pub fn page_stamp(own: Stamp, rendered: Rendered, output: Stamp) -> PageStamp {
    PageStamp { own, asked: rendered.asked.into(), output }
}

impl Session {
    fn ask(&self, query: Query) -> TeraResult<Value> {
        let stamp = self.world.answer_stamp(&query);
        let mut record = self.record.lock().expect("no holder panics");
        if !record.asked.iter().any(|(known, _)| *known == query) {
            record.asked.push((query.clone(), stamp));
        }
        let from = record.from.clone();
        drop(record);
        answer::value(&self.world, &query, &from).map_err(|answer::Unanswered(id, what)| refuse(id, &what))
    }
}

/// An error for the author of a theme: an id of the catalogue and a value, translated by [`diagnose`].
fn refuse(id: &str, value: &str) -> tera::Error {
    tera::Error::message(format!("@{id}|{value}"))
}

fn register_functions(tera: &mut Tera, session: &Arc<Session>) {
    fn add(
        tera: &mut Tera,
        session: &Arc<Session>,
        name: &'static str,
        query: impl Fn(&Asked<'_>) -> TeraResult<Query> + Send + Sync + 'static,
        known: &'static [&'static str],
    ) {
        let session = Arc::clone(session);
        tera.register_function(name, move |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
            let asked = Asked { kwargs: &kwargs };
            asked.check(known)?;
            session.ask(query(&asked)?)
        });
    }
    add(tera, session, "pages", |asked| Ok(Query::Pages(asked.filter()?)), FILTER_ARGUMENTS);
    add(tera, session, "count", |asked| Ok(Query::Count(asked.filter()?)), FILTER_ARGUMENTS);
    add(tera, session, "page", |asked| Ok(Query::Page(asked.must("path")?)), &["path"]);
    add(tera, session, "sections", |asked| Ok(Query::Sections(asked.text("parent")?.unwrap_or_default())), &["parent"]);
    add(tera, session, "courses", |asked| Ok(Query::Courses(asked.text("branch")?, asked.number("limit")?)), &["branch", "limit"]);
    add(tera, session, "branches", |asked| Ok(Query::Branches(asked.number("limit")?)), &["limit"]);
    add(tera, session, "taxonomy", |asked| Ok(Query::Taxonomy(asked.must("name")?)), &["name"]);
    add(tera, session, "years", |asked| Ok(Query::Years(asked.kinds()?, asked.text("under")?)), &["kind", "under"]);
    add(tera, session, "term", |asked| Ok(Query::Term(asked.must("name")?)), &["name"]);
    add(tera, session, "url_for", |asked| Ok(Query::Url(asked.must("path")?)), &["path"]);
    add(tera, session, "asset", |asked| Ok(Query::Asset(asked.must("name")?)), &["name"]);
    let org = Value::from_serializable(&session.world.config.org);
    tera.register_function("org", move |_: Kwargs, _: &State| -> TeraResult<Value> { Ok(org.clone()) });
}

const FILTER_ARGUMENTS: &[&str] = &["kind", "branch", "section", "under", "tag", "category", "year", "status", "sort", "limit", "offset"];

/// The arguments of a call.
struct Asked<'a> {
    kwargs: &'a Kwargs,
}

impl Asked<'_> {
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

fn register_filters(tera: &mut Tera) {
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

/// The names that templates use and nobody knows. Tera lists them all in one text: `error: what`, ` --> name:line:column`,
/// the line, and marks below it.
fn listed(text: &str, files: &HashMap<String, String>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut reason = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("error: ") {
            reason = rest;
        } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
            let mut parts = place.rsplitn(3, ':');
            let mut number = || parts.next().and_then(|text| text.parse().ok()).unwrap_or(1);
            let (column, row) = (number(), number());
            let name = parts.next().unwrap_or_default();
            let file = files.get(name).cloned().unwrap_or_else(|| format!("themes/{name}"));
            let near =
                reason.strip_prefix("Unknown function `").and_then(|rest| nearest(rest.trim_end_matches('`'), FUNCTIONS.iter().copied()));
            let place = Place::at(file, Span::new(row, column, 1));
            found.push(Diagnostic::new(Code::TemplateError, place).arg("reason", reason).near(near));
        } else if let (Some((_, marks)), Some(last)) = (line.split_once("| "), found.last_mut())
            && marks.trim_start().starts_with('^')
            && let Some(place) = &mut last.place
        {
            place.width = u32::try_from(marks.matches('^').count()).unwrap_or(1);
        }
    }
    found
}

/// Turns an error of Tera into a diagnostic with the theme's file, line and column.
fn diagnose(error: &tera::Error, files: &HashMap<String, String>, page: Option<&str>) -> Diagnostic {
    let file = |name: &str| files.get(name).cloned().unwrap_or_else(|| format!("themes/{name}"));
    let diagnostic = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let width = if span.end_line == span.start_line { span.end_col.saturating_sub(span.start_col) } else { 1 };
            let place =
                Place::at(file(report.filename()), Span::new(number(span.start_line), number(span.start_col) + 1, number(width.max(1))));
            Diagnostic::new(Code::TemplateError, place).arg("reason", report.message())
        }
        ErrorKind::MissingParent { current, parent } => {
            Diagnostic::new(Code::TemplateMissing, Place::file(file(current))).arg("template", parent)
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let reason = format!("@circular-extend|{}", inheritance_chain.join(" → "));
            Diagnostic::new(Code::TemplateError, Place::file(file(tpl))).arg("reason", reason)
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let reason = format!("@circular-include|{}", include_chain.join(" → "));
            Diagnostic::new(Code::TemplateError, Place::file(file(tpl))).arg("reason", reason)
        }
        other => Diagnostic::new(Code::TemplateError, Place::file("themes")).arg("reason", other.to_string()),
    };
    match page {
        Some(page) => diagnostic.arg("page", page),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::names_date;

    #[test]
    fn the_day_is_asked_for_in_code_alone() {
        for asks in ["{{ date }}", "{% if date < p.date %}", "{{ date.year }}", "<p>{{ x | f(of=date) }}</p>"] {
            assert!(names_date(asks), "{asks}");
        }
        for not in ["date", "{# its date #}", "{{ p.date }}", "{{ pages(sort=\"date\") }}", "{{ date_cn }}", "{{ update }} date {"] {
            assert!(!names_date(not), "{not}");
        }
    }
}
