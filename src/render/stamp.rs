//! What a rendered page depended on.

use serde::{Deserialize, Serialize};

use crate::ground::Stamp;
use crate::model::Query;

use super::world::World;

/// What a page was made of: its own input, and each question its templates asked with the stamp of the answer. The page
/// is as it was as long as all of them are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageStamp {
    /// Stamp of the page's own input: view, body, neighbours, settings, templates.
    pub own: Stamp,
    /// Questions and the stamps of their answers, each once, in the order first asked.
    pub asked: Vec<(Query, Stamp)>,
    /// Stamp of the bytes that came out.
    pub output: Stamp,
}

impl PageStamp {
    /// Whether the page would come out the same.
    pub fn holds(&self, own: Stamp, world: &World) -> bool {
        self.own == own && self.asked.iter().all(|(query, answer)| world.answer_stamp(query) == *answer)
    }
}
