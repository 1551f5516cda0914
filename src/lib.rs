//! Studyhall (学堂): a folder of Markdown becomes a study site that opens on any web host and any phone.
//!
//! The modules stand in the order of the data: discover → parse → model → render → emit; `pipeline` runs them.

// Not in tests: there a panic is a message, and printing is for whoever looks.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr))]

pub mod disk;
pub mod ground;

pub mod document;

pub mod config;
pub mod discover;
pub mod theme;

pub mod parse;

pub mod model;

pub mod picture;
pub mod render;
pub mod script;
pub mod style;

pub mod feed;
pub mod search;
pub mod study;

pub mod cache;
pub mod emit;

pub mod watch;

pub mod preview;

pub mod publish;

pub mod pipeline;
