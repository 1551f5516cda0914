//! Puts the model through the theme: views, bodies, templates, minified HTML.
//!
//! A page is a function of its own view and of the answers to what its templates ask; both are in its stamp.
//! Touches no file and no clock. Start at [`Renderer::render`].

pub mod answer;
pub mod body;
pub mod chapter;
pub mod context;
pub mod details;
pub mod engine;
pub mod job;
pub mod stamp;
pub mod tags;
pub mod view;
pub mod world;

pub use engine::{Renderer, Shared};
pub use job::{Job, Subject};
pub use stamp::{Asked, PageStamp};
pub use world::{Picture, World};
