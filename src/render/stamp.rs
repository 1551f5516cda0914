//! What a rendered page depended on.

use std::sync::Arc;

use crate::ground::Stamp;
use crate::model::Query;

/// What a page was made of: its own input, and each question its templates asked with the stamp of the answer. The page
/// is as it was as long as all of them are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageStamp {
    /// Stamp of the page's own input: view, body, neighbours, settings, templates.
    pub own: Stamp,
    /// What its templates asked.
    pub asked: RecordedQueries,
    /// Stamp of the bytes that came out.
    pub output: Stamp,
}

/// Questions and the stamps of their answers, each once, in the order first asked. Pages that asked the same and were
/// told the same share one: a site of ten thousand pages has some hundreds of these.
pub type RecordedQueries = Arc<[(Query, Stamp)]>;
