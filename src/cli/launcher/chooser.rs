//! The page on which a site is chosen: the last ones, a folder, or a new one. The page is static; what it shows it asks for.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};

use studyhall::ground::escape::escaped;
use studyhall::ground::media::content_type;
use studyhall::ground::message::Catalogue;
use studyhall::ground::path::{shown, slug};
use studyhall::ground::percent;
use studyhall::preview::{AppReply, AppRequest, Application};

use super::super::create::{make_site, plain_title};
use super::places::{self, Folder, is_free};
use super::recent;

const PAGE: &str = include_str!("page/chooser.html");
const SCRIPT: &str = include_str!("page/chooser.js");
const STYLE: &str = include_str!("page/chooser.css");

/// How far a choice has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChooserState {
    /// Nothing is chosen.
    Choosing,
    /// A site is being opened.
    Opening,
    /// It is served at this address.
    Ready(String),
    /// It could not be opened, for this reason.
    Failed(String),
}

/// The page's other side.
pub struct Chooser {
    page: String,
    messages: Messages,
    dropped: Option<PathBuf>,
    roots: Vec<Folder>,
    home: PathBuf,
    state: Mutex<ChooserState>,
    chosen: Mutex<Sender<PathBuf>>,
}

/// What the page says when something is refused.
struct Messages {
    no_site: String,
    no_title: String,
    not_free: String,
    no_folder: String,
    no_site_there: String,
}

#[derive(Deserialize)]
struct OpenWish {
    path: PathBuf,
}

#[derive(Deserialize)]
struct NewWish {
    title: String,
    folder: PathBuf,
}

impl Chooser {
    /// A chooser that sends the folders of sites to `chosen`. `dropped` was dragged onto the program and is no site.
    pub fn new(words: &Catalogue, dropped: Option<&Path>, program: Option<&Path>, chosen: Sender<PathBuf>) -> Chooser {
        let messages = Messages {
            no_site: words.text("chooser-no-site"),
            no_title: words.text("chooser-no-title"),
            not_free: words.text("chooser-not-free"),
            no_folder: words.text("chooser-no-folder"),
            no_site_there: words.text("chooser-dropped"),
        };
        Chooser {
            page: page(words),
            messages,
            dropped: dropped.map(Path::to_path_buf),
            roots: places::roots(program),
            home: places::home_of_new_sites(program),
            state: Mutex::new(ChooserState::Choosing),
            chosen: Mutex::new(chosen),
        }
    }

    /// How far the choice has come, for the page.
    pub fn set(&self, state: ChooserState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn state(&self) -> ChooserState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn status(&self) -> Value {
        match self.state() {
            ChooserState::Choosing => json!({ "state": "choosing" }),
            ChooserState::Opening => json!({ "state": "opening" }),
            ChooserState::Ready(url) => json!({ "state": "ready", "url": url }),
            ChooserState::Failed(message) => json!({ "state": "failed", "message": message }),
        }
    }

    fn start(&self) -> Value {
        let recent = recent::list();
        let recent: Vec<Value> = recent.iter().map(|site| json!({ "title": site.title, "path": shown(&site.path) })).collect();
        let dropped = self.dropped.as_deref().filter(|path| !path.is_dir());
        let note = dropped.map(|path| format!("{}\n{}", shown(path), self.messages.no_site_there));
        let home = self.dropped.as_deref().filter(|path| path.is_dir()).unwrap_or(&self.home);
        json!({ "recent": recent, "home": shown(home), "note": note, "roots": rows(&self.roots) })
    }

    fn folder(&self, query: &str) -> Result<Value, String> {
        let path = query.split('&').find_map(|pair| pair.strip_prefix("path=")).and_then(percent::decode).unwrap_or_default();
        let path = PathBuf::from(path);
        if !path.is_absolute() || !path.is_dir() {
            return Err(self.messages.no_folder.clone());
        }
        let parent = path.parent().map(shown);
        Ok(json!({ "path": shown(&path), "parent": parent, "folders": rows(&places::folders(&path)) }))
    }

    /// Sends a site on to be opened.
    fn open(&self, body: &[u8]) -> Result<Value, String> {
        let wish: OpenWish = serde_json::from_slice(body).map_err(|_| self.messages.no_site.clone())?;
        let path = Path::new(trimmed(&wish.path));
        let site = places::site_of(path).filter(|_| path.is_absolute()).ok_or_else(|| self.messages.no_site.clone())?;
        self.go(site)
    }

    /// Makes a site in a folder of its own below the one named, and sends it on.
    fn make(&self, body: &[u8]) -> Result<Value, String> {
        let wish: NewWish = serde_json::from_slice(body).map_err(|_| self.messages.no_title.clone())?;
        let title = plain_title(&wish.title);
        if title.is_empty() {
            return Err(self.messages.no_title.clone());
        }
        let folder = Path::new(trimmed(&wish.folder));
        if !folder.is_absolute() {
            return Err(self.messages.no_folder.clone());
        }
        let target = folder.join(folder_name(&title));
        if !is_free(&target) {
            return Err(format!("{}\n{}", self.messages.not_free, shown(&target)));
        }
        make_site(&target, &title).map_err(|error| error.to_string())?;
        self.go(target)
    }

    fn go(&self, site: PathBuf) -> Result<Value, String> {
        self.set(ChooserState::Opening);
        let sent = self.chosen.lock().unwrap_or_else(PoisonError::into_inner).send(site);
        // The program is ending: the page will notice.
        drop(sent);
        Ok(self.status())
    }
}

impl Application for Chooser {
    fn answer(&self, request: &AppRequest) -> AppReply {
        let result = match (request.is_post, request.path.as_str()) {
            (false, "") => return reply(200, "x.html", &self.page),
            (false, "chooser.js") => return reply(200, "x.js", SCRIPT),
            (false, "chooser.css") => return reply(200, "x.css", STYLE),
            (false, "start") => Ok(self.start()),
            (false, "status") => Ok(self.status()),
            (false, "folder") => self.folder(&request.query),
            (true, "open") => self.open(&request.body),
            (true, "new") => self.make(&request.body),
            _ => return reply(404, "x.txt", "404"),
        };
        match result {
            Ok(value) => reply(200, "x.json", &value.to_string()),
            Err(message) => reply(409, "x.json", &json!({ "message": message }).to_string()),
        }
    }
}

fn reply(status: u16, name: &str, text: &str) -> AppReply {
    AppReply { status, kind: content_type(name), bytes: text.as_bytes().to_vec() }
}

fn rows(folders: &[Folder]) -> Vec<Value> {
    folders.iter().map(|folder| json!({ "name": folder.name, "path": shown(&folder.path), "site": folder.is_site })).collect()
}

/// A path without what comes along when it is copied: blanks, and the quotation marks of the Explorer.
fn trimmed(path: &Path) -> &str {
    path.to_str().unwrap_or_default().trim().trim_matches('"').trim()
}

/// A folder's name made of a title: the title itself without what Windows refuses in names.
fn folder_name(title: &str) -> String {
    let plain: String = title.chars().map(|c| if c.is_control() || r#"<>:"/\|?*"#.contains(c) { '-' } else { c }).take(40).collect();
    let plain = plain.trim_end_matches(['.', ' ']).trim();
    let is_reserved = studyhall::ground::RelPath::parse(plain).is_err();
    if is_reserved { slug(title) } else { plain.to_string() }
}

/// The page in a language: each `{{id}}` is a message of the catalogue.
fn page(words: &Catalogue) -> String {
    let mut page = String::with_capacity(PAGE.len());
    let mut rest = PAGE;
    while let Some((before, id, after)) = rest
        .split_once("{{")
        .and_then(|(before, tail)| Some((before, tail.split_once("}}")?)))
        .map(|(before, (id, after))| (before, id, after))
    {
        page.push_str(before);
        page.push_str(&escaped(&words.text(id)));
        rest = after;
    }
    page + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_folder_that_windows_takes() {
        for (title, name) in
            [("计算机学院党委", "计算机学院党委"), ("一/二:三", "一-二-三"), ("点.. ", "点"), ("CON", "con-"), ("NUL", "nul-")]
        {
            let made = folder_name(title);
            assert!(made.starts_with(name.trim_end_matches('-')) || made == name, "{title}: {made}");
            assert!(studyhall::ground::RelPath::parse(&made).is_ok(), "{title}: {made}");
        }
    }

    #[test]
    fn a_pasted_path_loses_its_quotation_marks() {
        assert_eq!(trimmed(Path::new(" \"C:\\学堂 一\" ")), "C:\\学堂 一");
    }
}
