//! Folders become sections, files become addresses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::ground::path::{BadPath, check_output, join, name, parent, slug, stem};
use crate::ground::{Code, Diagnostic, Place, Stamp, routes};
use crate::parse::kind::is_index;
use crate::parse::meta::Details;
use crate::parse::{Kind, Summary, front};

use super::doc_no::plain_doc_no;
use super::hidden::{HeldBack, Hidden, Unpublished, hide, why};
use super::order::Documents;
use super::page::PageId;

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

/// The pages in their folders.
#[derive(Debug)]
pub struct Tree {
    /// All pages, sorted by content path; a [`PageId`] is the place in this list.
    pub nodes: Vec<TreeNode>,
    /// Pages by content path.
    pub by_path: HashMap<String, PageId>,
    /// Section pages by folder.
    pub by_folder: HashMap<String, PageId>,
    /// What is not published, by content path and 发文字号.
    pub hidden: HashMap<String, Hidden>,
    /// How many of its pages are not published.
    pub held_back: HeldBack,
    /// The folders that these lie in.
    pub held_in: BTreeSet<String>,
    /// Whether it takes in pages that are not to be published.
    pub shows_unpublished: bool,
    /// The day the site is built for.
    pub date: Date,
}

/// A page in its folder.
#[derive(Debug)]
pub struct TreeNode {
    /// What its file says.
    pub summary: Arc<Summary>,
    /// Path in the output.
    pub url: String,
    /// Folder it describes, if it is a section.
    pub folder: Option<String>,
    /// Whether a file stands behind it.
    pub is_real: bool,
    /// The section it stands in; `None` for the home page.
    pub parent: Option<PageId>,
    /// Sections below, by path.
    pub children: Vec<PageId>,
    /// Pages of this section, by path.
    pub items: Vec<PageId>,
}

impl TreeNode {
    /// Whether it is a section.
    pub fn is_section(&self) -> bool {
        self.folder.is_some()
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.summary.meta.kind
    }
}

impl Tree {
    /// The page with this id.
    pub fn node(&self, id: PageId) -> &TreeNode {
        &self.nodes[id as usize]
    }

    /// The page made of this content path, or the section of this folder.
    pub fn find(&self, path: &str) -> Option<PageId> {
        let path = path.trim_matches('/');
        self.by_path.get(path).or_else(|| self.by_folder.get(path)).copied()
    }

    /// The home page.
    pub fn home(&self) -> PageId {
        self.by_folder[""]
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = PageId> + use<> {
        0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }
}

impl Documents for Tree {
    fn summary(&self, id: PageId) -> &Summary {
        &self.node(id).summary
    }

    fn day(&self) -> Date {
        self.date
    }
}

/// What a tree is made of.
pub struct Documented<'a> {
    /// The documents, sorted by path.
    pub summaries: &'a [Arc<Summary>],
    /// Settings.
    pub config: &'a Config,
    /// The day to build for.
    pub date: Date,
    /// What is taken in although it is not to be published.
    pub shown: Unpublished,
    /// Paths of generated pages, which no content page may take.
    pub reserved: &'a [&'a str],
}

/// A page before it is known who stands where.
struct Addressed {
    summary: Arc<Summary>,
    url: String,
    folder: Option<String>,
    is_real: bool,
}

/// Sorts out what is published, makes sections of folders, and gives every page its address.
pub fn grow(input: &Documented<'_>, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    let mut hidden = hide(input.summaries, input.date, input.shown);
    let mut indexes: BTreeMap<&str, &Arc<Summary>> = BTreeMap::new();
    let mut sections: BTreeMap<String, Option<Arc<Summary>>> = BTreeMap::new();
    sections.insert(String::new(), None);
    for summary in input.summaries {
        let folder = parent(&summary.path);
        if is_index(name(&summary.path))
            && let Some(other) = indexes.insert(folder, summary)
        {
            diagnostics.push(clash(summary, &other.file, &routes::section(folder)));
        }
    }
    for summary in input.summaries.iter().filter(|summary| !hidden.contains_key(&summary.path)) {
        let mut folder = parent(&summary.path);
        while !sections.contains_key(folder) {
            sections.insert(folder.to_string(), None);
            folder = parent(folder);
        }
    }
    for (folder, summary) in &indexes {
        if !hidden.contains_key(&summary.path) {
            sections.insert((*folder).to_string(), Some(Arc::clone(summary)));
        }
    }
    let urls = section_urls(&sections);
    let mut pages: Vec<Addressed> = Vec::new();
    for (folder, summary) in sections {
        let url = routes::section(&urls[&folder]);
        let is_real = summary.is_some();
        let summary = summary.unwrap_or_else(|| Arc::new(bare_section(&folder, input.config)));
        pages.push(Addressed { summary, url, folder: Some(folder), is_real });
    }
    for summary in input.summaries {
        if hidden.contains_key(&summary.path) || is_index(name(&summary.path)) {
            continue;
        }
        let segment = summary.meta.slug.clone().unwrap_or_else(|| slug(stem(&summary.path)));
        let url = routes::page(&urls[parent(&summary.path)], &segment);
        pages.push(Addressed { summary: Arc::clone(summary), url, folder: None, is_real: true });
    }
    pages.sort_by(|a, b| a.summary.path.cmp(&b.summary.path));
    let urls = unique_urls(&pages, input.reserved, diagnostics);
    let held_back = HeldBack::of(hidden.values().copied());
    let held_in = hidden.keys().map(|path| parent(path).to_string()).collect();
    let is_shown = |summary: &Arc<Summary>| !hidden.contains_key(&summary.path) && why(summary, input.date).is_some();
    let shows_unpublished = input.summaries.iter().any(is_shown);
    // Documents are named by their numbers as well.
    let numbers: Vec<(String, Hidden)> =
        input.summaries.iter().filter_map(|summary| Some((number_of(summary)?, *hidden.get(&summary.path)?))).collect();
    hidden.extend(numbers);
    Tree { held_back, held_in, shows_unpublished, ..connect(pages, urls, hidden, input.date) }
}

/// The 发文字号 of a policy, as it is looked up.
fn number_of(summary: &Summary) -> Option<String> {
    match &summary.meta.details {
        Details::Policy(policy) if !policy.doc_no.is_empty() => Some(plain_doc_no(&policy.doc_no)),
        _ => None,
    }
}

fn section_urls(sections: &BTreeMap<String, Option<Arc<Summary>>>) -> HashMap<String, String> {
    let mut urls: HashMap<String, String> = HashMap::from([(String::new(), String::new())]);
    // A folder sorts after the one that holds it, so the parent's address is always there.
    for (folder, summary) in sections.iter().filter(|(folder, _)| !folder.is_empty()) {
        let own = summary.as_ref().and_then(|summary| summary.meta.slug.clone()).unwrap_or_else(|| slug(name(folder)));
        let above = urls.get(parent(folder)).cloned().unwrap_or_default();
        urls.insert(folder.clone(), join(&above, &own));
    }
    urls
}

/// A section for a folder without `_index.md`.
fn bare_section(folder: &str, config: &Config) -> Summary {
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
    Summary {
        is_unsure: false,
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
        diagnostics: Vec::new(),
        body: Stamp::default(),
    }
}

fn clash(summary: &Summary, other: &str, path: &str) -> Diagnostic {
    Diagnostic::new(Code::PathClash, Place { width: 1, ..summary.meta.place.clone() }).arg("path", path).arg("other", other)
}

/// The addresses of all pages. Reports those that clash or are too long, and gives the later page another one, so that with
/// `--keep-going` it is still there.
fn unique_urls(pages: &[Addressed], reserved: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut taken: HashMap<String, &str> = reserved.iter().map(|path| ((*path).to_string(), "Studyhall")).collect();
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut urls = Vec::with_capacity(pages.len());
    for page in pages {
        let mut url = page.url.clone();
        if check_output(&url) == Err(BadPath::TooLong) {
            diagnostics.push(Diagnostic::new(Code::PathTooLong, page.summary.meta.place.clone()).arg("path", &url));
            url = routes::shortened(&url, page.folder.is_some());
        }
        if let Some(other) = taken.get(&url) {
            diagnostics.push(clash(&page.summary, other, &url));
            let tried = numbers.entry(url.clone()).or_insert(1);
            url = routes::numbered(&url, tried, |url| taken.contains_key(url));
        }
        taken.insert(url.clone(), &page.summary.file);
        urls.push(url);
    }
    urls
}

fn connect(pages: Vec<Addressed>, urls: Vec<String>, hidden: HashMap<String, Hidden>, date: Date) -> Tree {
    let mut by_path = HashMap::with_capacity(pages.len());
    let mut by_folder = HashMap::new();
    let ids = 0..PageId::try_from(pages.len()).expect("fewer than four thousand million pages");
    for (id, page) in ids.clone().zip(&pages) {
        if page.is_real {
            by_path.insert(page.summary.path.clone(), id);
        }
        if let Some(folder) = &page.folder {
            by_folder.insert(folder.clone(), id);
        }
    }
    let parent_of = |page: &Addressed| match &page.folder {
        Some(folder) if folder.is_empty() => None,
        Some(folder) => by_folder.get(parent(folder)).copied(),
        None => by_folder.get(parent(&page.summary.path)).copied(),
    };
    let parents: Vec<Option<PageId>> = pages.iter().map(parent_of).collect();
    let (mut children, mut items) = (vec![Vec::new(); pages.len()], vec![Vec::new(); pages.len()]);
    for ((id, page), holder) in ids.zip(&pages).zip(&parents) {
        if let Some(holder) = holder {
            let list = if page.folder.is_some() { &mut children } else { &mut items };
            list[*holder as usize].push(id);
        }
    }
    let lists = parents.into_iter().zip(children.into_iter().zip(items));
    let nodes = pages.into_iter().zip(urls).zip(lists).map(|((page, url), (parent, (children, items)))| {
        let Addressed { summary, folder, is_real, .. } = page;
        TreeNode { summary, url, folder, is_real, parent, children, items }
    });
    Tree {
        nodes: nodes.collect(),
        by_path,
        by_folder,
        hidden,
        held_back: HeldBack::default(),
        held_in: BTreeSet::new(),
        shows_unpublished: false,
        date,
    }
}
