//! Where sites lie: beside the program, above a file, in the folders that people keep things in.

use std::path::{Path, PathBuf};

use studyhall::config::FILE;
use studyhall::discover;

/// Folders shown of one folder.
const MOST: usize = 500;

/// A folder that can be chosen or looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
    /// Whether a site lies in it.
    pub is_site: bool,
}

/// The site that a path belongs to: the folder itself, or the nearest folder above it with settings.
pub fn site_of(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| is_site(folder)).map(Path::to_path_buf)
}

/// The site beside the program: the folder that it stands in, the only site in a folder there, or the folder it was started from.
pub fn site_beside(program: Option<&Path>) -> Option<PathBuf> {
    let here = program.and_then(Path::parent).map(discover::absolute);
    let started = std::env::current_dir().ok().map(|folder| discover::absolute(&folder)).filter(|folder| is_site(folder));
    let beside = here.as_deref().filter(|folder| is_site(folder)).map(Path::to_path_buf);
    let inside = || {
        let mut sites = folders(here.as_deref()?).into_iter().filter(|folder| folder.is_site);
        let only = sites.next()?;
        sites.next().is_none().then_some(only.path)
    };
    beside.or(started).or_else(inside)
}

/// Whether a folder can take a new site: it is empty or not there.
pub fn is_free(folder: &Path) -> bool {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(cause) => cause.kind() == std::io::ErrorKind::NotFound,
    }
}

/// The folders in a folder, by name; hidden ones left out.
pub fn folders(folder: &Path) -> Vec<Folder> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let visible = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with(['.', '$']));
    let inner = visible.filter(|entry| entry.path().is_dir()).take(MOST);
    let mut all: Vec<Folder> = inner.map(|entry| Folder::at(entry.path(), entry.file_name().to_string_lossy().into_owned())).collect();
    all.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then_with(|| a.name.cmp(&b.name)));
    all
}

/// Where looking for a folder begins: beside the program, the home folder and what is usual in it, the drives.
pub fn roots(program: Option<&Path>) -> Vec<Folder> {
    let home = std::env::home_dir().filter(|path| path.is_absolute());
    let usual = ["", "Desktop", "Documents", "OneDrive", "桌面", "文档"];
    let usual = home.iter().flat_map(|home| usual.iter().map(move |name| home.join(name)));
    let drives = match cfg!(windows) {
        true => ('C'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\"))).collect(),
        false => vec![PathBuf::from("/")],
    };
    let mut roots: Vec<Folder> = Vec::new();
    for path in program.and_then(Path::parent).map(Path::to_path_buf).into_iter().chain(usual).chain(drives) {
        if path.is_dir() && roots.iter().all(|root| root.path != path) {
            roots.push(Folder::at(path.clone(), studyhall::ground::path::shown(&path)));
        }
    }
    roots
}

/// Where a new site is made if nothing else is said: beside the program where that can be written, as on a memory stick, else
/// among the user's documents.
pub fn home_of_new_sites(program: Option<&Path>) -> PathBuf {
    let beside = program.and_then(Path::parent).filter(|folder| is_writable(folder)).map(Path::to_path_buf);
    let home = || std::env::home_dir().filter(|path| path.is_absolute());
    let documents = || home().map(|home| home.join("Documents")).filter(|folder| folder.is_dir());
    beside.or_else(documents).or_else(home).unwrap_or_default()
}

/// Whether the program was started out of an archive that is only being looked into: Windows unpacks the one file to a
/// folder that goes away again, and what is made beside it with it.
pub fn is_unpacked_for_a_look(program: &Path) -> bool {
    let temporary = discover::absolute(&std::env::temp_dir());
    let parts = program.strip_prefix(&temporary).ok().map(|rest| rest.to_string_lossy().to_ascii_lowercase());
    // Explorer, 7-Zip, WinRAR, Bandizip.
    parts.is_some_and(|rest| {
        let first = rest.split(['/', '\\']).next().unwrap_or_default();
        (first.starts_with("temp") && first.contains(".zip"))
            || first.starts_with("7zo")
            || first.starts_with("rar$")
            || first.starts_with("bnz.")
    })
}

fn is_writable(folder: &Path) -> bool {
    // Asking for permissions tells little on Windows; making a file tells.
    tempfile_in(folder).is_some()
}

fn tempfile_in(folder: &Path) -> Option<()> {
    let path = folder.join(format!(".studyhall-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&path).ok()?;
    std::fs::remove_file(&path).ok()
}

fn is_site(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

impl Folder {
    fn at(path: PathBuf, name: String) -> Folder {
        Folder { name, is_site: is_site(&path), path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_site_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("站");
        std::fs::create_dir_all(site.join("content/news")).unwrap();
        std::fs::write(site.join(FILE), "title: 站\n").unwrap();
        std::fs::write(site.join("content/news/a.md"), "文").unwrap();
        for path in ["", "site.yaml", "content", "content/news/a.md"] {
            assert_eq!(
                site_of(&site.join(path)),
                Some(site.clone()).map(|site| if path.is_empty() { site.join("") } else { site }),
                "{path}"
            );
        }
        assert_eq!(site_of(folder.path()), None);
        let found = folders(folder.path());
        assert_eq!(found.iter().map(|folder| (folder.name.as_str(), folder.is_site)).collect::<Vec<_>>(), [("站", true)]);
    }

    #[test]
    fn a_look_into_an_archive_is_no_place_to_work() {
        let temporary = discover::absolute(&std::env::temp_dir());
        for folder in ["Temp1_studyhall-windows.zip", "temp2_学堂.zip", "7zO4C1A2B3", "Rar$EXa1234.5678"] {
            assert!(is_unpacked_for_a_look(&temporary.join(folder).join("studyhall.exe")), "{folder}");
        }
        assert!(!is_unpacked_for_a_look(&temporary.join("studyhall/studyhall.exe")));
        assert!(!is_unpacked_for_a_look(Path::new("/home/a/studyhall")));
    }
}
