//! A site at one moment, as plain data: what the stages before rendering have made of its folder.

use std::sync::Arc;

use crate::cache::Cache;
use crate::discover::Source;
use crate::render::{PageJob, Shared, SiteContext};
use crate::theme::Theme;

use super::diagnostics::SiteDiagnostics;
use super::documents::Texts;
use super::renditions::PictureSet;
use super::static_outputs::StaticOutput;

/// Everything that the files of a site are made of, at one moment. Never changed: the next state is another value.
#[derive(Clone)]
pub struct State {
    /// Model and settings.
    pub render_input: Arc<SiteContext>,
    /// Templates; `None` when the theme cannot be used.
    pub shared: Option<Arc<Shared>>,
    /// The theme's files.
    pub theme: Arc<Theme>,
    /// The pages to make, sorted by address.
    pub jobs: Arc<Vec<PageJob>>,
    /// The files that no template makes.
    pub extras: Arc<Vec<StaticOutput>>,
    /// Texts of pages.
    pub texts: Texts,
    /// Where each file of the model's list lies.
    pub sources: Arc<Vec<Source>>,
    /// Pictures made ready.
    pub pictures: Arc<PictureSet>,
    /// What is remembered.
    pub cache: Option<Arc<Cache>>,
    /// When the files were listed, as [`crate::discover::Seen`] counts.
    pub listed_at: u64,
}

/// What a look at a site folder gave.
pub struct Loaded {
    /// The state; `None` when there is no use in going on.
    pub state: Option<Arc<State>>,
    /// What is wrong.
    pub diagnostics: SiteDiagnostics,
}
