//! What takes the contents of something open.

use crate::document::{Block, Inline};

/// Takes the contents of something open.
pub enum Container {
    /// Of what holds blocks.
    Blocks(Vec<Block>),
    /// Of what holds a line.
    Inlines(Vec<Inline>),
}

impl Container {
    /// Whether nothing has been put in.
    pub fn is_empty(&self) -> bool {
        match self {
            Container::Blocks(blocks) => blocks.is_empty(),
            Container::Inlines(inlines) => inlines.is_empty(),
        }
    }
}
