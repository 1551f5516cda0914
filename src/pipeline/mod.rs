//! Runs the stages and remembers their results. The only module that calls a stage.
//!
//! Start at [`fn@build`], which makes the output of a site, and [`Builder`], which makes one state of a site after the other for a
//! preview. What goes in is read once ([`input`]); [`documents`] parses, [`renditions`] makes pictures ready, [`pages`]
//! renders, [`static_outputs`] lists what no template makes; [`state`] and [`cached`] are plain data.

mod assets;
pub mod attachments;
pub mod booklet;
mod build;
pub mod builder;
pub mod cached;
pub mod diagnostics;
pub mod documents;
pub mod input;
pub mod live;
mod names;
pub mod options;
pub mod pages;
pub mod pictures;
pub mod renditions;
mod replay_noop;
pub mod report;
mod scripts;
pub mod search;
pub mod state;
pub mod static_outputs;
pub mod statics;
pub mod study;
mod styles;
mod workers;

pub use build::{build, build_from, build_with};
pub use builder::Builder;
pub use cached::CachedBuild;
pub use diagnostics::SiteDiagnostics;
pub use input::{InputReading, SettingsText, SiteInput};
pub use options::{CACHE, Options, Progress, Silent, default_output};
pub use report::{BuildSummary, Outcome, Stage, Timings};
pub use state::{Loaded, State};
pub use workers::Workers;
