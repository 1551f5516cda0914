//! The sites that were opened last, so that they are one click away. A list of paths in the user's own folder, of no
//! consequence when it is lost, damaged, or cannot be written.

use std::path::{Path, PathBuf};

use studyhall::config::{self, FILE};
use studyhall::discover;

/// So many are kept.
const KEPT: usize = 8;
/// Bytes of the longest list that is read.
const LONGEST: u64 = 64 << 10;

/// A site that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentSite {
    /// Its folder.
    pub path: PathBuf,
    /// Its title, as its settings say now.
    pub title: String,
}

/// The sites that are still there, the last one first.
pub fn list() -> Vec<RecentSite> {
    let Some(file) = file() else { return Vec::new() };
    paths(&file).into_iter().filter_map(|path| Some(RecentSite { title: title(&path)?, path })).collect()
}

/// Puts a site in front.
pub fn add(site: &Path) {
    let Some(file) = file() else { return };
    let mut all = paths(&file);
    all.retain(|other| other != site);
    all.insert(0, site.to_path_buf());
    all.truncate(KEPT);
    let lines: Vec<&str> = all.iter().filter_map(|path| path.to_str()).collect();
    let kept = file.parent().map(std::fs::create_dir_all).and_then(Result::ok).map(|()| std::fs::write(&file, lines.join("\n")));
    // A folder that cannot be written, on a borrowed computer say, costs a click the next time.
    drop(kept);
}

/// The title of the site in a folder. `None` when there is none.
pub fn title(folder: &Path) -> Option<String> {
    if !folder.join(FILE).is_file() {
        return None;
    }
    // A site whose settings are broken is a site: opening it says what is wrong.
    let name = || folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Some(discover::settings(folder).map_or_else(|_| name(), |settings| config::read(&settings).0.title))
}

fn paths(file: &Path) -> Vec<PathBuf> {
    let is_short = std::fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.len() <= LONGEST);
    let text = if is_short { std::fs::read_to_string(file).unwrap_or_default() } else { String::new() };
    text.lines().map(PathBuf::from).filter(|path| path.is_absolute()).take(KEPT).collect()
}

/// Where the list lies: in the folder that the system keeps for such things.
fn file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::home_dir().filter(|path| path.is_absolute());
    let base = match () {
        () if cfg!(windows) => folder("LOCALAPPDATA")?.join("Studyhall"),
        () if cfg!(target_os = "macos") => home()?.join("Library/Application Support/Studyhall"),
        () => folder("XDG_STATE_HOME").or_else(|| Some(home()?.join(".local/state")))?.join("studyhall"),
    };
    Some(base.join("recent.txt"))
}
