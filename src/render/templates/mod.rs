//! The theme's templates run by Tera: the engine, the functions and filters that templates call, and their errors as diagnostics.
//!
//! Start at [`engine::Renderer`].

mod date_use;
pub mod engine;
mod errors;
pub mod functions;
