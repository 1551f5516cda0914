//! Finds pages and files by what authors write.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::ground::path::{join, name, parent, resolve};
use crate::ground::suggest::{Suggester, WORK_OF_A_SITE};
use crate::parse::meta::Details;
use crate::parse::{Summary, markdown};

use super::arrangement::Arrangement;
use super::doc_no::plain_doc_no;
use super::page::{FileEntry, PageId};
use super::tree::Tree;

/// Finds pages and files by what authors write.
pub struct Finder<'a> {
    tree: &'a Tree,
    items: &'a [Vec<PageId>],
    entries: &'a [FileEntry],
    files: HashMap<(bool, &'a str), u32>,
    pages_by_name: HashMap<String, Vec<PageId>>,
    files_by_name: HashMap<String, Vec<u32>>,
    by_doc_no: HashMap<String, PageId>,
    /// The anchors of each page that was asked for one.
    anchors: Vec<OnceLock<HashSet<&'a str>>>,
    suggester: Mutex<Suggester>,
}

impl<'a> Finder<'a> {
    /// Indexes a site.
    pub fn new(tree: &'a Tree, arrangement: &'a Arrangement, entries: &'a [FileEntry]) -> Finder<'a> {
        let mut finder = Finder {
            tree,
            items: &arrangement.items,
            entries,
            files: HashMap::new(),
            pages_by_name: HashMap::new(),
            files_by_name: HashMap::new(),
            by_doc_no: HashMap::new(),
            anchors: vec![OnceLock::new(); tree.nodes.len()],
            suggester: Mutex::new(Suggester::with_work(WORK_OF_A_SITE)),
        };
        for (at, file) in entries.iter().enumerate() {
            let at = u32::try_from(at).expect("fewer than four thousand million files");
            finder.files.insert((file.is_static, &file.path), at);
            finder.files_by_name.entry(name(&file.path).to_lowercase()).or_default().push(at);
        }
        for id in tree.ids() {
            let page = tree.node(id);
            finder.pages_by_name.entry(name(&page.summary.path).to_lowercase()).or_default().push(id);
            if let Details::Policy(policy) = &page.summary.meta.details
                && !policy.doc_no.is_empty()
            {
                finder.by_doc_no.entry(plain_doc_no(&policy.doc_no)).or_insert(id);
            }
        }
        finder
    }

    /// What the file of a page says.
    pub fn summary(&self, id: PageId) -> &Summary {
        &self.tree.node(id).summary
    }

    /// Whether a content path (or the index of this folder) is there but not published.
    pub fn is_hidden(&self, path: &str) -> bool {
        self.tree.hidden.contains_key(path) || self.tree.hidden.contains_key(&join(path, "_index.md"))
    }

    /// The same for a path with or without `.md`, or a 发文字号, as written on a page.
    pub fn is_hidden_from(&self, from: &str, target: &str) -> bool {
        let by_path = resolve(parent(from), target).is_some_and(|path| self.is_hidden(&path) || self.is_hidden(&format!("{path}.md")));
        by_path || self.tree.hidden.contains_key(&plain_doc_no(target))
    }

    /// The page that `target` names on page `from`: a path with or without `.md`, a folder, or a 发文字号.
    pub fn document(&self, from: &str, target: &str) -> Option<PageId> {
        let by_path = resolve(parent(from), target).and_then(|path| self.page_at(&path));
        by_path.or_else(|| self.by_doc_no.get(&plain_doc_no(target)).copied()).or_else(|| self.page_at(target))
    }

    /// The page at a content path, with or without `.md`.
    pub fn page_at(&self, path: &str) -> Option<PageId> {
        self.tree.find(path).or_else(|| self.tree.find(&format!("{path}.md")))
    }

    /// The nearest page to one that is not there, as a path from the content root: the same name elsewhere first.
    pub fn near_page(&self, from: &str, target: &str) -> Option<String> {
        let wanted = resolve(parent(from), target).unwrap_or_else(|| target.to_string());
        let wanted = if wanted.ends_with(".md") { wanted } else { format!("{wanted}.md") };
        if let Some(same) = self.pages_by_name.get(&name(&wanted).to_lowercase())
            && same.len() <= 16
        {
            let paths = same.iter().map(|id| self.tree.node(*id).summary.path.as_str());
            return self.suggest(|suggester| suggester.closest(&wanted, paths)).map(|path| format!("/{path}"));
        }
        let section = self.tree.find(parent(&wanted))?;
        // A folder of thousands would make a page of dead links cost seconds.
        let names = self.items[section as usize].iter().take(300).map(|id| name(&self.tree.node(*id).summary.path));
        self.near(name(&wanted), names).map(|near| format!("/{}", join(parent(&wanted), near)))
    }

    /// The nearest of some names. All that are looked for in a site have a bound together, so they are looked for one by one,
    /// in an order that is the same in every build.
    pub fn near<'n>(&self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        self.suggest(|suggester| suggester.nearest(wrong, names))
    }

    fn suggest<T>(&self, look: impl FnOnce(&mut Suggester) -> T) -> T {
        look(&mut self.suggester.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The anchor of a page that an author means: as it is, or written like the heading itself.
    pub fn anchor_of(&self, id: PageId, anchor: &str) -> Option<String> {
        let known = self.anchors[id as usize].get_or_init(|| {
            let summary = &self.tree.node(id).summary;
            summary.outline.iter().map(|heading| &*heading.id).chain(summary.anchors.iter().map(|anchor| &**anchor)).collect()
        });
        if known.contains(anchor) {
            return Some(anchor.to_string());
        }
        let plain = markdown::anchor(anchor);
        // A heading called as a part of the theme has a number behind its anchor.
        let numbered = format!("{plain}-1");
        if markdown::RESERVED_IDS.contains(&plain.as_str()) && known.contains(&*numbered) {
            return Some(numbered);
        }
        known.contains(&*plain).then_some(plain)
    }

    /// The file that `target` names on page `from`.
    pub fn file_at(&self, from: &str, target: &str) -> Option<u32> {
        let path = resolve(parent(from), target)?;
        let in_content = self.files.get(&(false, path.as_str())).copied();
        let in_static = || {
            let from_root = target.starts_with('/').then(|| self.files.get(&(true, path.as_str())).copied()).flatten();
            from_root.or_else(|| path.strip_prefix("static/").and_then(|path| self.files.get(&(true, path)).copied()))
        };
        in_content.or_else(in_static)
    }

    /// The nearest file to one that is not there, as [`Finder::near_page`].
    pub fn near_file(&self, from: &str, target: &str) -> Option<String> {
        let wanted = resolve(parent(from), target)?;
        if let Some(same) = self.files_by_name.get(&name(&wanted).to_lowercase())
            && same.len() <= 16
        {
            let paths = same.iter().map(|at| self.entries[*at as usize].path.as_str());
            return self.suggest(|suggester| suggester.closest(&wanted, paths)).map(|path| format!("/{path}"));
        }
        let folder = parent(&wanted);
        let names = self.entries.iter().filter(|file| parent(&file.path) == folder).take(300).map(|file| name(&file.path));
        self.near(name(&wanted), names).map(|near| format!("/{}", join(folder, near)))
    }
}
