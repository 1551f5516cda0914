//! The protocols, a file each: every one is a [`Store`](super::store::Store) and nothing else of publishing.

pub mod folder;
#[cfg(test)]
mod folder_tests;
