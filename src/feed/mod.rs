//! Lists for programs: Atom feeds for readers' programs, a sitemap and `robots.txt` for search engines.
//!
//! Pure functions of plain values; what goes into a list is the caller's to choose. Start at [`atom`](fn@atom).

mod atom;
mod calendar;
mod sitemap;
#[cfg(test)]
mod tests;
mod xml;

pub use atom::{Author, Entry, Feed, atom};
pub use calendar::{Deadline, calendar};
pub use sitemap::{Url, robots, sitemap};
