//! All that pages may be made of: the model, the settings, and what was made ready for them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, OnceLock};

use tera::Value;

use crate::config::Config;
use crate::ground::{Stamp, Stamper};
use crate::model::{PageId, Query, Site};
use crate::theme::Theme;

use super::body::Glossary;
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

/// What pages are made of. Built once a build, then only read (views and answers are remembered as they are made).
#[derive(Debug)]
pub struct World {
    /// The model.
    pub site: Site,
    /// Settings.
    pub config: Config,
    /// Pictures by their index in [`Site::files`].
    pub pictures: HashMap<u32, Picture>,
    /// Addresses of styles and scripts by name.
    pub assets: BTreeMap<String, String>,
    /// The theme's options, the site's changes taken in.
    pub options: BTreeMap<String, serde_json::Value>,
    /// Terms to link.
    pub glossary: Glossary,
    /// Names of the theme and its ancestors.
    pub themes: Vec<String>,
    /// Stamp of what every page sees: templates, settings, columns.
    pub base: Stamp,
    views: Vec<OnceLock<Value>>,
    stamps: Vec<OnceLock<Stamp>>,
    answers: Mutex<HashMap<Query, Stamp>>,
}

impl World {
    /// Puts the parts together.
    pub fn new(site: Site, config: Config, theme: &Theme, pictures: HashMap<u32, Picture>, assets: BTreeMap<String, String>) -> World {
        let mut options = theme.options.clone();
        for (name, node, _) in &config.theme_options {
            if let Some(option) = options.get_mut(name) {
                *option = crate::ground::yaml::to_json(node);
            }
        }
        let glossary = Glossary::new(if config.glossary { &site.terms } else { &[] }, &site);
        let count = site.pages.len();
        let mut world = World {
            site,
            config,
            pictures,
            assets,
            options,
            glossary,
            themes: theme.chain.clone(),
            base: Stamp::default(),
            views: (0..count).map(|_| OnceLock::new()).collect(),
            stamps: (0..count).map(|_| OnceLock::new()).collect(),
            answers: Mutex::new(HashMap::new()),
        };
        world.base = world.base_stamp(theme);
        world
    }

    /// What other pages see of a page.
    pub fn view(&self, id: PageId) -> Value {
        self.views[id as usize].get_or_init(|| Value::from_serializable(&ListView::of(self, id))).clone()
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
            .value(&config.minify);
        for (name, value) in &self.options {
            stamper.text(name).text(&value.to_string());
        }
        for column in &self.site.columns {
            stamper.text(&column.title).text(&column.icon).text(&self.site.page(column.page).url).value(&column.kind);
        }
        stamper.finish()
    }
}
