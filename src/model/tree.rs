//! Folders become sections, files become addresses.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::ground::path::{BadPath, check_output, join, name, parent, slug, stem};
use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic, Place, Stamp};
use crate::parse::kind::is_index;
use crate::parse::meta::{Details, Meta};
use crate::parse::{Head, Kind, front};

use super::links::{Finder, plain_doc_no};
use super::{ColumnEntry, Input, Page, PageId, Site};

/// Titles of well-known folders that have no `_index.md`.
const FOLDER_TITLES: &[(&str, &str)] = &[
    ("lessons", "党课讲堂"),
    ("policies", "文件制度"),
    ("news", "支部动态"),
    ("notices", "通知公告"),
    ("topics", "专题"),
    ("branches", "支部"),
    ("surveys", "问卷"),
];

/// Why a page is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// A draft.
    Draft,
    /// Its day has not come.
    Scheduled,
    /// Its time is over.
    Expired,
}

/// The pages in their folders.
pub struct Grown {
    /// All pages; a [`PageId`] is the place in this list.
    pub pages: Vec<Page>,
    /// Pages by content path.
    pub by_path: HashMap<String, PageId>,
    /// Section pages by folder.
    pub by_folder: HashMap<String, PageId>,
    /// What is not published, by content path.
    pub hidden: HashMap<String, Hidden>,
}

/// Sorts out what is published, makes sections of folders, and gives every page its address.
pub fn grow(input: &Input<'_>, found: &mut Vec<Diagnostic>) -> Grown {
    let mut hidden = hide(input);
    let mut indexes: BTreeMap<&str, &Arc<Head>> = BTreeMap::new();
    let mut sections: BTreeMap<String, Option<Arc<Head>>> = BTreeMap::new();
    sections.insert(String::new(), None);
    for head in &input.heads {
        let folder = parent(&head.path);
        if is_index(name(&head.path))
            && let Some(other) = indexes.insert(folder, head)
        {
            found.push(clash(head, &other.file, &join(folder, "index.html")));
        }
    }
    for head in input.heads.iter().filter(|head| !hidden.contains_key(&head.path)) {
        let mut folder = parent(&head.path);
        while !sections.contains_key(folder) {
            sections.insert(folder.to_string(), None);
            folder = parent(folder);
        }
    }
    for (folder, head) in &indexes {
        if !hidden.contains_key(&head.path) {
            sections.insert((*folder).to_string(), Some(Arc::clone(head)));
        }
    }
    let urls = section_urls(&sections);
    let mut drafts: Vec<(String, Page)> = Vec::new();
    for (folder, head) in sections {
        let url = join(&urls[&folder], "index.html");
        let is_real = head.is_some();
        let head = head.unwrap_or_else(|| Arc::new(bare_section(&folder, input.config)));
        drafts.push((head.path.clone(), page(head, url, Some(folder), is_real)));
    }
    for head in &input.heads {
        if hidden.contains_key(&head.path) || is_index(name(&head.path)) {
            continue;
        }
        let segment = head.meta.slug.clone().unwrap_or_else(|| slug(stem(&head.path)));
        let url = join(&urls[parent(&head.path)], &format!("{segment}.html"));
        drafts.push((head.path.clone(), page(Arc::clone(head), url, None, true)));
    }
    drafts.sort_by(|a, b| a.0.cmp(&b.0));
    let mut pages: Vec<Page> = drafts.into_iter().map(|(_, page)| page).collect();
    settle_urls(&mut pages, input.reserved, found);
    // Documents are named by their numbers as well.
    let numbers: Vec<(String, Hidden)> = input.heads.iter().filter_map(|head| Some((number_of(head)?, *hidden.get(&head.path)?))).collect();
    hidden.extend(numbers);
    connect(pages, hidden)
}

fn page(head: Arc<Head>, url: String, folder: Option<String>, is_real: bool) -> Page {
    Page {
        head,
        url,
        folder,
        is_real,
        parent: None,
        children: Vec::new(),
        items: Vec::new(),
        prev: None,
        next: None,
        branch: None,
        number: 0,
        links: Vec::new(),
        files: Vec::new(),
        references: Vec::new(),
        cited_by: Vec::new(),
        policy: None,
    }
}

/// The 发文字号 of a policy, as it is looked up.
fn number_of(head: &Head) -> Option<String> {
    match &head.meta.details {
        Details::Policy(policy) if !policy.doc_no.is_empty() => Some(plain_doc_no(&policy.doc_no)),
        _ => None,
    }
}

/// Why a page is not to be published on a day by what it says itself.
fn why(meta: &Meta, date: Date) -> Option<Hidden> {
    if meta.draft {
        Some(Hidden::Draft)
    } else if meta.publish_on.is_some_and(|when| when.date > date) {
        Some(Hidden::Scheduled)
    } else if meta.expires.is_some_and(|when| when.date < date) {
        Some(Hidden::Expired)
    } else {
        None
    }
}

impl Site {
    /// Why a page would not be published, where drafts are shown: by what it says itself, or a section above it.
    pub fn unpublished(&self, id: PageId) -> Option<Hidden> {
        let page = self.page(id);
        let above = || self.ancestors(id).into_iter().find_map(|section| why(&self.page(section).head.meta, self.date));
        why(&page.head.meta, self.date).or_else(above)
    }
}

/// Which pages are not published, and why. What hides a section hides all below it.
fn hide(input: &Input<'_>) -> HashMap<String, Hidden> {
    let mut hidden = HashMap::new();
    if input.drafts {
        return hidden;
    }
    let mut folders: Vec<(&str, Hidden)> = Vec::new();
    for head in &input.heads {
        if let Some(reason) = why(&head.meta, input.date) {
            hidden.insert(head.path.clone(), reason);
            let folder = parent(&head.path);
            if is_index(name(&head.path)) && !folder.is_empty() {
                folders.push((folder, reason));
            }
        }
    }
    if folders.is_empty() {
        return hidden;
    }
    let folders: HashMap<&str, Hidden> = folders.into_iter().collect();
    for head in &input.heads {
        let mut folder = parent(&head.path);
        while !folder.is_empty() {
            if let Some(reason) = folders.get(folder) {
                hidden.entry(head.path.clone()).or_insert(*reason);
            }
            folder = parent(folder);
        }
    }
    hidden
}

fn section_urls(sections: &BTreeMap<String, Option<Arc<Head>>>) -> HashMap<String, String> {
    let mut urls: HashMap<String, String> = HashMap::from([(String::new(), String::new())]);
    // A folder sorts after the one that holds it, so the parent's address is always there.
    for (folder, head) in sections.iter().filter(|(folder, _)| !folder.is_empty()) {
        let own = head.as_ref().and_then(|head| head.meta.slug.clone()).unwrap_or_else(|| slug(name(folder)));
        let above = urls.get(parent(folder)).cloned().unwrap_or_default();
        urls.insert(folder.clone(), join(&above, &own));
    }
    urls
}

/// A section for a folder without `_index.md`.
fn bare_section(folder: &str, config: &Config) -> Head {
    let path = join(folder, "_index.md");
    let file = join("content", &path);
    let empty = crate::ground::yaml::parse("", "", 1).0.expect("an empty text is an empty mapping");
    let (meta, _) = front::read(&file, &path, &empty, &[]);
    let from_column = config.columns.iter().find(|column| column.path == folder).map(|column| column.title.clone());
    let known = FOLDER_TITLES.iter().find(|(word, _)| *word == name(folder)).map(|(_, title)| (*title).to_string());
    let title = match folder.is_empty() {
        true => config.title.clone(),
        false => from_column.filter(|title| !title.is_empty()).or(known).unwrap_or_else(|| name(folder).to_string()),
    };
    Head {
        path,
        file,
        meta,
        title,
        description: String::new(),
        words: 0,
        questions: 0,
        outline: Vec::new(),
        anchors: Vec::new(),
        links: Vec::new(),
        found: Vec::new(),
        body: Stamp::default(),
    }
}

fn clash(head: &Head, other: &str, path: &str) -> Diagnostic {
    Diagnostic::new(Code::PathClash, Place { width: 1, ..head.meta.place.clone() }).arg("path", path).arg("other", other)
}

/// Reports addresses that clash or are too long, and gives the later page another one, so that with `--keep-going` it is
/// still there.
fn settle_urls(pages: &mut [Page], reserved: &[&str], found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<String, String> = reserved.iter().map(|path| ((*path).to_string(), "Studyhall".to_string())).collect();
    for page in pages {
        if check_output(&page.url) == Err(BadPath::TooLong) {
            found.push(Diagnostic::new(Code::PathTooLong, page.head.meta.place.clone()).arg("path", &page.url));
            let short = Stamp::of_bytes(page.url.as_bytes()).short();
            page.url = format!("long/{short}/{}", if page.is_section() { "index.html" } else { "page.html" });
        }
        if let Some(other) = taken.get(&page.url) {
            found.push(clash(&page.head, other, &page.url));
            let base = page.url.trim_end_matches(".html").to_string();
            let free = (2..).map(|n| format!("{base}-{n}.html")).find(|url| !taken.contains_key(url));
            page.url = free.expect("some number is free");
        }
        taken.insert(page.url.clone(), page.head.file.clone());
    }
}

fn connect(mut pages: Vec<Page>, hidden: HashMap<String, Hidden>) -> Grown {
    let mut by_path = HashMap::with_capacity(pages.len());
    let mut by_folder = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        let id = PageId::try_from(at).expect("fewer than four thousand million pages");
        if page.is_real {
            by_path.insert(page.head.path.clone(), id);
        }
        if let Some(folder) = &page.folder {
            by_folder.insert(folder.clone(), id);
        }
    }
    for at in 0..pages.len() {
        let id = PageId::try_from(at).expect("fewer than four thousand million pages");
        let holder = match &pages[at].folder {
            Some(folder) if folder.is_empty() => None,
            Some(folder) => by_folder.get(parent(folder)).copied(),
            None => by_folder.get(parent(&pages[at].head.path)).copied(),
        };
        pages[at].parent = holder;
        if let Some(holder) = holder {
            match pages[at].is_section() {
                true => pages[holder as usize].children.push(id),
                false => pages[holder as usize].items.push(id),
            }
        }
    }
    Grown { pages, by_path, by_folder, hidden }
}

/// Resolves the first-level columns of the settings; without any, every folder of the first level is one.
pub fn columns(site: &Site, finder: &Finder<'_>, config: &Config, found: &mut Vec<Diagnostic>) -> Vec<ColumnEntry> {
    let entry = |page: PageId, title: &str, icon: &str| {
        let target = site.page(page);
        let title = if title.is_empty() { target.head.title.clone() } else { title.to_string() };
        let kind = match &target.folder {
            Some(folder) => Kind::of_path(&join(folder, "x/x.md")),
            None => target.kind(),
        };
        let kind = if site.page(page).children.iter().any(|child| site.page(*child).kind() == Kind::Branch) { Kind::Branch } else { kind };
        ColumnEntry { title, page, icon: icon.to_string(), kind }
    };
    if config.columns.is_empty() {
        let mut columns: Vec<_> = site.page(site.home()).children.iter().map(|child| entry(*child, "", "")).collect();
        columns.truncate(12);
        return columns;
    }
    let mut columns = Vec::new();
    for column in &config.columns {
        match site.find(&column.path) {
            Some(page) => columns.push(entry(page, &column.title, &column.icon)),
            None if finder.is_hidden(&column.path) => {}
            None => {
                let known = site.pages.iter().filter_map(|page| page.folder.as_deref()).filter(|folder| !folder.is_empty());
                let near = nearest(&column.path, known);
                found.push(Diagnostic::new(Code::ColumnMissing, column.place.clone()).arg("path", &column.path).near(near));
            }
        }
    }
    columns
}

/// The address of list page `number` (from 1) of a section at `url`.
pub fn list_page_url(url: &str, number: u32) -> String {
    match number {
        0 | 1 => url.to_string(),
        _ => join(parent(url), &format!("page-{number}.html")),
    }
}
