//! The HTML of a document tree: one walk over it.
//!
//! What depends on other pages and files (where a link leads, how large a picture is, what a term means) is asked of the
//! [`Surroundings`]; the markup of boxes, quizzes, figures, pictures, terms and the like is the theme's ([`markup::Markup`]). Start at [`HtmlWalk`].

mod inlines;
pub mod markup;
pub mod quiz;
mod quiz_view;
mod surroundings;
#[cfg(test)]
mod tests;
mod walk;

pub use self::surroundings::{Chapter, PictureFile, PictureView, Surroundings, TermMark};
pub use self::walk::HtmlWalk;
