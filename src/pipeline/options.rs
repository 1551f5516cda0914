//! What to build and how, and who is told how far the work is.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::report::Stage;

/// The folder of what a build remembers, in the site folder.
pub const CACHE: &str = ".studyhall";

/// What to build, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site folder.
    pub site: PathBuf,
    /// The output folder.
    pub output: PathBuf,
    /// The day to build for.
    pub date: Date,
    /// Another public address than that of the settings.
    pub base_url: Option<String>,
    /// Whether drafts and pages before their day are taken in.
    pub drafts: bool,
    /// Whether pages whose time is over are taken in.
    pub expired: bool,
    /// Workers; 0 for one per core.
    pub jobs: usize,
    /// Whether nothing is remembered.
    pub no_cache: bool,
    /// Whether the site is written in spite of errors.
    pub keep_going: bool,
    /// Whether the steps of the workers are timed.
    pub timings: bool,
}

impl Options {
    /// The plain build of a site for a day, into its own output folder: without drafts, one worker for each core.
    pub fn new(site: PathBuf, date: Date) -> Options {
        Options {
            output: default_output(&site),
            site,
            date,
            base_url: None,
            drafts: false,
            expired: false,
            jobs: 0,
            no_cache: false,
            keep_going: false,
            timings: false,
        }
    }
}

/// The default output folder of a site.
pub fn default_output(site: &Path) -> PathBuf {
    site.join("output")
}

/// Is told how far the work is.
pub trait Progress: Sync {
    /// A stage of `total` steps begins; 0 when nobody knows.
    fn begin(&self, stage: Stage, total: usize);
    /// A step is done.
    fn step(&self);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: Stage, _total: usize) {}
    fn step(&self) {}
}
