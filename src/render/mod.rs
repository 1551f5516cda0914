//! Puts the model through the theme: views, bodies, templates, minified HTML.
//!
//! A page is a function of its own view and of the answers to what its templates ask; both are in its stamp.
//! Touches no file and no clock. Start at [`Renderer::render`].

pub mod addresses;
pub mod body;
pub mod chapter;
pub mod context;
mod date_use;
pub mod details;
pub mod engine;
mod errors;
pub mod functions;
pub mod glossary;
pub mod html;
pub mod job;
pub mod list_view;
pub mod memo;
pub mod page_view;
pub mod plan;
pub mod queries;
pub mod redirects;
pub mod render_input;
pub mod site_view;
pub mod stamp;
pub mod tags;
pub mod view;

pub use context::PageInput;
pub use engine::{Renderer, Shared};
pub use job::{PageJob, Subject};
pub use memo::SiteContext;
pub use render_input::{Picture, RenderInput};
pub use stamp::{PageStamp, RecordedQueries};
