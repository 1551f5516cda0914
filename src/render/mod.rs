//! Puts the model through the theme: views, bodies, templates, minified HTML.
//!
//! A page is a function of its own view and of the answers to what its templates ask; both are in its stamp.
//! Touches no file and no clock. Start at [`Renderer::render`].

pub mod addresses;
pub mod body;
pub mod chapter;
pub mod context;
pub mod embedded;
pub mod glossary;
pub mod html;
pub mod job;
pub mod memo;
pub mod minify;
pub mod plan;
pub mod queries;
pub mod redirects;
pub mod render_input;
pub mod stamp;
pub mod templates;
pub mod views;

pub use context::PageInput;
pub use embedded::EmbeddedFiles;
pub use job::{PageJob, Subject};
pub use memo::SiteContext;
pub use render_input::{Picture, RenderInput};
pub use stamp::{PageStamp, RecordedQueries};
pub use templates::engine::{Renderer, Shared};
