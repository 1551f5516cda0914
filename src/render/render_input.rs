//! All that pages may be made of, as plain data: the model, the settings, and what was made ready for them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::config::Config;
use crate::ground::{Stamp, Stamper};
use crate::model::{PageId, Site};
use crate::theme::Theme;

use super::glossary::Glossary;

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

/// What pages are made of.
#[derive(Debug)]
pub struct RenderInput {
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
    /// Whether any page has a question to practise with.
    pub has_questions: bool,
    /// Whether a section lists a page with a date, by page.
    lists_dated: Vec<bool>,
}

impl RenderInput {
    /// Puts the parts together.
    pub fn new(
        site: Site,
        config: Arc<Config>,
        theme: &Theme,
        pictures: HashMap<u32, Picture>,
        assets: BTreeMap<String, String>,
    ) -> RenderInput {
        let mut options = theme.options.clone();
        for (name, node, _) in &config.theme_options {
            if let Some(option) = options.get_mut(name) {
                *option = crate::ground::yaml::to_json(node);
            }
        }
        let glossary = Glossary::new(if config.glossary { &site.terms } else { &[] }, &site);
        let mut render_input = RenderInput {
            lists_dated: lists_dated(&site),
            has_questions: has_questions(&site),
            site,
            config,
            pictures: Arc::new(pictures),
            assets: Arc::new(assets),
            options: Arc::new(options),
            glossary: Arc::new(glossary),
            themes: Arc::new(theme.chain.clone()),
            base: Stamp::default(),
        };
        render_input.base = render_input.base_stamp(theme);
        render_input
    }

    /// The same with another state of the model that differs in texts alone ([`Site::with`]): what every page sees has
    /// stayed.
    pub fn with(&self, site: Site) -> RenderInput {
        RenderInput {
            lists_dated: lists_dated(&site),
            has_questions: has_questions(&site),
            site,
            config: Arc::clone(&self.config),
            pictures: Arc::clone(&self.pictures),
            assets: Arc::clone(&self.assets),
            options: Arc::clone(&self.options),
            glossary: Arc::clone(&self.glossary),
            themes: Arc::clone(&self.themes),
            base: self.base,
        }
    }

    /// Whether a section lists a page with a date.
    pub fn lists_dated(&self, section: PageId) -> bool {
        self.lists_dated[section as usize]
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
            .value(&self.has_questions);
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

fn has_questions(site: &Site) -> bool {
    site.pages.iter().any(|page| page.is_real && page.summary.questions > 0)
}

fn lists_dated(site: &Site) -> Vec<bool> {
    let is_dated = |item: &PageId| site.page(*item).summary.meta.date.is_some();
    site.pages.iter().map(|page| page.items.iter().any(is_dated)).collect()
}
