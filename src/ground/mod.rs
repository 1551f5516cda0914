//! Plain values that every stage shares: paths, places, diagnostics, stamps, dates, messages.
//!
//! Owns no behaviour of any stage and touches neither disk nor the day's clock. Start at [`diagnostic`] for what an
//! author is told, at [`path`] for what an address may look like.

pub mod artifact;
pub mod date;
pub mod diagnostic;
pub mod error;
pub mod escape;
pub mod fields;
pub mod guard;
pub mod hex;
pub mod media;
pub mod message;
pub mod meter;
pub mod nesting;
pub mod path;
pub mod percent;
mod relpath;
pub mod routes;
pub mod stamp;
pub mod suggest;
pub mod text;
pub mod visible;
pub mod yaml;

pub use artifact::Artifact;
pub use diagnostic::{Code, Diagnostic, Place, Severity};
pub use error::{Error, Obstacle, Result, Thing};
pub use meter::{Meter, Step};
pub use relpath::{BadRelPath, RelPath};
pub use stamp::{Stamp, Stamper};
