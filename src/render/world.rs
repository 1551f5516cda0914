//! All that pages may be made of: the model, the settings, and what was made ready for them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use tera::Value;

use crate::config::Config;
use crate::ground::{Stamp, Stamper};
use crate::model::{PageId, Query, Site};
use crate::theme::Theme;

use super::body::Glossary;
use super::stamp::Asked;
use super::view::ListView;

/// A picture made ready for phones.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Picture {
    /// Its renditions, the smallest first: address and width.
    pub sources: Vec<(String, u32)>,
    /// Width of the largest, in pixels.
    pub width: u32,
    /// Height of the largest.
    pub height: u32,
    /// The picture as it was, where it is kept.
    pub original: Option<String>,
}

impl Picture {
    /// The address of the largest rendition.
    pub fn largest(&self) -> &str {
        self.sources.last().map_or("", |(url, _)| url)
    }
}

/// What pages are made of. Built once for every state of a site, then only read (views and answers are remembered as
/// they are made).
#[derive(Debug)]
pub struct World {
    /// The model.
    pub site: Site,
    /// Settings.
    pub config: Arc<Config>,
    /// Pictures by their index in [`Site::files`].
    pub pictures: Arc<HashMap<u32, Picture>>,
    /// Addresses of styles and scripts by name.
    pub assets: Arc<BTreeMap<String, String>>,
    /// The theme's options, the site's changes taken in.
    pub options: Arc<BTreeMap<String, serde_json::Value>>,
    /// Terms to link.
    pub glossary: Arc<Glossary>,
    /// Names of the theme and its ancestors.
    pub themes: Arc<Vec<String>>,
    /// Stamp of what every page sees: templates, settings, columns.
    pub base: Stamp,
    views: Vec<OnceLock<Value>>,
    stamps: Vec<OnceLock<Stamp>>,
    dated: Vec<OnceLock<bool>>,
    questions: OnceLock<bool>,
    answers: Mutex<HashMap<Query, Stamp>>,
    /// Whether all answers are as they were, by the address of the questions, which are held so that it stays theirs.
    held: Mutex<HashMap<usize, (Asked, bool)>>,
}

impl World {
    /// Puts the parts together.
    pub fn new(site: Site, config: Arc<Config>, theme: &Theme, pictures: HashMap<u32, Picture>, assets: BTreeMap<String, String>) -> World {
        let mut options = theme.options.clone();
        for (name, node, _) in &config.theme_options {
            if let Some(option) = options.get_mut(name) {
                *option = crate::ground::yaml::to_json(node);
            }
        }
        let glossary = Glossary::new(if config.glossary { &site.terms } else { &[] }, &site);
        let mut world = World {
            views: empty(&site),
            stamps: empty(&site),
            dated: empty(&site),
            questions: OnceLock::new(),
            site,
            config,
            pictures: Arc::new(pictures),
            assets: Arc::new(assets),
            options: Arc::new(options),
            glossary: Arc::new(glossary),
            themes: Arc::new(theme.chain.clone()),
            base: Stamp::default(),
            answers: Mutex::default(),
            held: Mutex::default(),
        };
        world.base = world.base_stamp(theme);
        world
    }

    /// The same with another state of the model that differs in texts alone ([`Site::with`]): what every page sees has
    /// stayed.
    pub fn with(&self, site: Site) -> World {
        World {
            views: empty(&site),
            stamps: empty(&site),
            dated: empty(&site),
            questions: OnceLock::new(),
            site,
            config: Arc::clone(&self.config),
            pictures: Arc::clone(&self.pictures),
            assets: Arc::clone(&self.assets),
            options: Arc::clone(&self.options),
            glossary: Arc::clone(&self.glossary),
            themes: Arc::clone(&self.themes),
            base: self.base,
            answers: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// Whether any page has a question to practise with.
    pub fn has_questions(&self) -> bool {
        *self.questions.get_or_init(|| self.site.pages.iter().any(|page| page.is_real && page.head.questions > 0))
    }

    /// Whether a section lists a page with a date. All pages of it ask, so that each section is looked through once.
    pub fn lists_dated(&self, section: PageId) -> bool {
        let items = &self.site.page(section).items;
        *self.dated[section as usize].get_or_init(|| items.iter().any(|item| self.site.page(*item).head.meta.date.is_some()))
    }

    /// What other pages see of a page.
    pub fn view(&self, id: PageId) -> Value {
        self.views[id as usize].get_or_init(|| Value::from_serializable(&ListView::of(self, id))).clone()
    }

    /// Lets go of the views made so far: once all pages are rendered they are a quarter of a large build's memory.
    pub fn forget_views(&mut self) {
        self.views = empty(&self.site);
    }

    /// The stamp of what other pages see of a page.
    pub fn view_stamp(&self, id: PageId) -> Stamp {
        *self.stamps[id as usize].get_or_init(|| Stamp::of(&ListView::of(self, id)))
    }

    /// The stamp of an answer; each question is worked out once.
    pub fn answer_stamp(&self, query: &Query) -> Stamp {
        if let Some(stamp) = self.answers.lock().expect("no holder panics").get(query) {
            return *stamp;
        }
        let stamp = super::answer::stamp(self, query);
        self.answers.lock().expect("no holder panics").insert(query.clone(), stamp);
        stamp
    }

    /// Whether all these questions are answered as they were; each set is looked at once.
    pub fn answers_as_before(&self, asked: &Asked) -> bool {
        let address = Arc::as_ptr(asked).addr();
        if let Some((_, held)) = self.held.lock().expect("no holder panics").get(&address) {
            return *held;
        }
        let held = asked.iter().all(|(query, answer)| self.answer_stamp(query) == *answer);
        self.held.lock().expect("no holder panics").insert(address, (Arc::clone(asked), held));
        held
    }

    fn base_stamp(&self, theme: &Theme) -> Stamp {
        let mut stamper = Stamper::default();
        stamper.text(env!("CARGO_PKG_VERSION")).stamp(theme.stamp).stamp(self.glossary.stamp);
        let config = &self.config;
        stamper
            .text(&config.title)
            .text(&config.subtitle)
            .text(&config.description)
            .text(&config.id)
            .text(&config.language)
            .text(&config.base_url)
            .value(&config.org)
            .value(&config.footer)
            .value(&config.reading)
            .value(&config.minify)
            .value(&config.byte_order_mark)
            .value(&self.has_questions());
        for (name, value) in self.options.iter() {
            stamper.text(name).text(&value.to_string());
        }
        for column in self.site.columns.iter() {
            stamper
                .text(&column.title)
                .text(&column.icon)
                .text(&self.site.page(column.page).url)
                .value(&column.kind)
                .value(&self.site.is_empty(column.page));
        }
        stamper.finish()
    }
}

/// A place for something of every page.
fn empty<T>(site: &Site) -> Vec<OnceLock<T>> {
    site.ids().map(|_| OnceLock::new()).collect()
}
