//! Which paths a watch is about.

use std::path::PathBuf;

/// What to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedPaths {
    /// The site folder. Of what lies directly in it only these names matter.
    pub site: PathBuf,
    /// Files directly in the site folder.
    pub files: Vec<String>,
    /// Folders that are watched with all below them; they may be missing, and come later.
    pub folders: Vec<PathBuf>,
}
