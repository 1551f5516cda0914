//! What templates see of a page, a row of a list and the site: plain values made of the model, written out for Tera.
//!
//! Pure: each is a function of [`super::render_input::RenderInput`]. A new field widens what an edit renders anew: [`list`] is in
//! the stamp of every list that shows the page.

pub mod details;
pub mod list;
pub mod page;
pub mod parts;
pub mod site;
