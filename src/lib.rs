//! Studyhall (学堂): a folder of Markdown becomes a study site that opens on any web host and any phone.
//!
//! The modules stand in the order of the data: discover → parse → model → render → emit; `build` runs them.

pub mod ground;

pub mod config;
pub mod discover;
pub mod theme;

pub mod parse;

pub mod model;

pub mod picture;
pub mod render;

pub mod feed;

pub mod cache;
pub mod emit;

pub mod build;
pub mod cli;
