//! Tera: loads a theme's templates, gives them their functions, renders, and turns errors into diagnostics.

use std::collections::HashMap;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use crate::document::DocumentTree;
use crate::ground::escape::write_escaped;
use crate::ground::{Diagnostic, Stamp};
use crate::model::{PageId, Query};
use crate::theme::{BLOCKS_OF, Theme};

use super::date_use::names_date;
use super::errors::{diagnose, listed};
use super::functions::{FUNCTIONS, Session, register_filters, register_functions};
use crate::render::chapter;
use crate::render::context::PageInput;
use crate::render::embedded::EmbeddedFiles;
use crate::render::html::markup::Markup;
use crate::render::job::PageJob;
use crate::render::memo::SiteContext;
use crate::render::stamp::PageStamp;
use crate::render::views::site::site_view;

/// The templates of a theme, parsed once; every worker takes a copy.
pub struct Shared {
    tera: Tera,
    files: HashMap<String, String>,
    shows_date: HashMap<String, bool>,
    /// The markup of the theme's boxes and the like.
    pub markup: Markup,
}

impl Shared {
    /// Parses all templates. All that do not parse are reported.
    pub fn new(theme: &Theme) -> (Option<Shared>, Vec<Diagnostic>) {
        let files: HashMap<String, String> = theme.templates.iter().map(|t| (t.name.clone(), t.file.clone())).collect();
        let mut tera = Tera::new();
        tera.set_escape_fn(write_escaped);
        let mut prefixes: Vec<String> = theme.chain.iter().map(|name| format!("{name}/")).collect();
        // Where a theme has no markup of its own for a block, it is the default theme's.
        prefixes.push(format!("{BLOCKS_OF}/"));
        prefixes.dedup();
        tera.set_fallback_prefixes(prefixes).expect("the prefixes are set before any template");
        // Tera checks the names of functions and filters while it parses.
        register_filters(&mut tera);
        for name in FUNCTIONS {
            tera.register_function(*name, |_: Kwargs, _: &State| -> TeraResult<Value> { Ok(Value::none()) });
        }
        let mut diagnostics = Vec::new();
        let templates: Vec<(&str, &str)> = theme.templates.iter().map(|t| (t.name.as_str(), t.text.as_str())).collect();
        if let Err(error) = tera.add_raw_templates(templates) {
            match error.kind() {
                ErrorKind::Msg(text) if text.contains("--> ") => diagnostics.extend(listed(text, &files)),
                _ => diagnostics.push(diagnose(&error, &files, None)),
            }
            // The set as a whole fails with its first error: each by itself shows the other syntax errors too.
            for template in &theme.templates {
                let mut alone = Tera::new();
                register_filters(&mut alone);
                if let Err(error) = alone.add_raw_template(&template.name, &template.text)
                    && matches!(error.kind(), ErrorKind::SyntaxError(_))
                {
                    diagnostics.push(diagnose(&error, &files, None));
                }
            }
            diagnostics.sort();
            diagnostics.dedup();
            return (None, diagnostics);
        }
        let mut shows_date = HashMap::new();
        // Tera does not tell which components a template uses: a component that shows the day makes all templates do so.
        let in_component = theme.templates.iter().any(|template| template.text.contains("{% component") && names_date(&template.text));
        for name in theme.template_names() {
            let shows = in_component || tera.get_template_variables(name).is_ok_and(|variables| variables.contains("date"));
            shows_date.insert(name.to_string(), shows);
        }
        match Markup::new(&tera) {
            Ok(markup) => (Some(Shared { tera, files, shows_date, markup }), diagnostics),
            Err(error) => {
                diagnostics.push(diagnose(&error, &files, None));
                (None, diagnostics)
            }
        }
    }
}

/// One worker's engine. Renders one page at a time and records what its templates ask.
pub struct Renderer {
    tera: Tera,
    shared: Arc<Shared>,
    session: Arc<Session>,
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
    /// An engine for one worker. `embedded`: the files that single files carry in themselves.
    pub fn new(shared: &Arc<Shared>, render_input: &Arc<SiteContext>, embedded: Arc<dyn EmbeddedFiles>) -> Renderer {
        let mut tera = shared.tera.clone();
        let session = Arc::new(Session::new(render_input, embedded));
        register_functions(&mut tera, &session);
        for (name, value) in site_view(render_input) {
            tera.global_context().insert_value(name, value);
        }
        Renderer { tera, shared: Arc::clone(shared), session }
    }

    /// The markup of the theme's boxes and the like.
    pub fn markup(&self) -> &Markup {
        &self.shared.markup
    }

    /// Renders a page. `body` is its text, where it has one.
    pub fn render(&self, page: &PageInput<'_>, body: Option<&DocumentTree>) -> Result<Rendered, Diagnostic> {
        let context = page.context(body, self.markup());
        let (context, text) = context.map_err(|error| diagnose(&error, &self.shared.files, Some(&page.job.url)))?;
        self.render_with(page.job, context, text)
    }

    /// The text of a page, as a part of the page that `job` makes of `course`.
    pub fn chapter(&self, job: &PageJob, course: PageId, page: PageId, text: &DocumentTree) -> Result<String, Diagnostic> {
        let embedded = job.is_alone().then_some(&*self.session.embedded);
        let html = chapter::html(&self.session.render_input, job, course, page, text, self.markup(), embedded);
        html.map_err(|error| diagnose(&error, &self.shared.files, Some(&job.url)))
    }

    /// Renders a course as one page: its own text, then those of its lessons, made by [`Renderer::chapter`].
    pub fn render_chapters(&self, page: &PageInput<'_>, course: PageId, own: &str, lessons: &[String]) -> Result<Rendered, Diagnostic> {
        self.render_with(page.job, page.context_of_chapters(course, own, lessons), String::new())
    }

    fn render_with(&self, job: &PageJob, context: Context, text: String) -> Result<Rendered, Diagnostic> {
        self.session.begin(&job.url, job.is_alone());
        let html = self.tera.render(&job.template, &context).map_err(|error| diagnose(&error, &self.shared.files, Some(&job.url)))?;
        Ok(Rendered { html, text, asked: self.session.finish() })
    }
}

/// The stamp of a page's own input.
pub fn input_hash(shared: &Shared, page: &PageInput<'_>) -> Stamp {
    let shows_date = shared.shows_date.get(&page.job.template).copied().unwrap_or(true);
    page.stamp(shows_date)
}

/// The stamp that a page has now.
pub fn page_stamp(own: Stamp, rendered: Rendered, output: Stamp) -> PageStamp {
    PageStamp { own, asked: rendered.asked.into(), output }
}
