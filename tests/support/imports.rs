//! What each source file of the project imports, read by a parser: `use` with groups and `super::`, and paths in the code itself,
//! those in macros too.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

use super::{PROJECT, project_file};

/// The source files and what they name.
pub struct Sources {
    /// By path from the project.
    pub files: BTreeMap<String, Source>,
    by_module: BTreeMap<Vec<String>, String>,
}

/// A source file.
pub struct Source {
    /// Where it stands: `["src", "model", "tree"]`; the binary's modules begin with `main`.
    module: Vec<String>,
    /// Paths that it names, from the root, its own re-exports among them.
    named: Vec<Vec<String>>,
    /// The first parts of all paths that it names, as they are written.
    heads: BTreeSet<String>,
    /// What it re-exports: the name, and the path.
    exports: BTreeMap<String, Vec<String>>,
    /// Public types that it declares.
    pub types: Vec<String>,
}

impl Sources {
    /// All files below `src/`, but for tests beside the code.
    pub fn read() -> Sources {
        let mut paths = Vec::new();
        for entry in walkdir::WalkDir::new(format!("{PROJECT}/src")).sort_by_file_name() {
            let entry = entry.expect("src can be read");
            let path = entry.path().strip_prefix(PROJECT).expect("it is below").to_str().expect("plain").replace('\\', "/");
            if path.ends_with(".rs") && !path.ends_with("tests.rs") && !path.contains("/tests/") {
                paths.push(path);
            }
        }
        let by_module: BTreeMap<Vec<String>, String> = paths.iter().map(|path| (module_of(path), path.clone())).collect();
        let files = paths.iter().map(|path| (path.clone(), Source::read(path, &by_module)));
        Sources { files: files.collect(), by_module: by_module.clone() }
    }

    /// The module of the first level that a file belongs to: `model`, say.
    pub fn layer(path: &str) -> Option<String> {
        let module = module_of(path);
        (module.len() > 1 && module[1] != "main").then(|| module[1].clone())
    }

    /// The files that a file imports from.
    pub fn imports(&self, path: &str) -> BTreeSet<String> {
        let named = self.files[path].named.iter().filter_map(|path| self.file_of(path));
        named.filter(|file| file != path).collect()
    }

    /// The file in which a path ends, re-exports followed.
    fn file_of(&self, path: &[String]) -> Option<String> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let (file, rest) = self.locate(&path)?;
            match rest.first().and_then(|name| self.files[&file].exports.get(name)) {
                Some(target) => path = target.iter().chain(&rest[1..]).cloned().collect(),
                None => return Some(file),
            }
        }
        None
    }

    /// The deepest file on a path, and what of the path is left in it.
    fn locate(&self, path: &[String]) -> Option<(String, Vec<String>)> {
        let deepest = (1..=path.len()).rev().find(|length| self.by_module.contains_key(&path[..*length]))?;
        Some((self.by_module[&path[..deepest]].clone(), path[deepest..].to_vec()))
    }

    /// Sets of files that import one another, each sorted.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let arrows: BTreeMap<&str, BTreeSet<String>> = self.files.keys().map(|path| (path.as_str(), self.imports(path))).collect();
        let reach = |from: &str| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_string()]);
            while let Some(path) = next.pop() {
                for target in arrows.get(path.as_str()).into_iter().flatten() {
                    if seen.insert(target.clone()) {
                        next.push(target.clone());
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<&str, BTreeSet<String>> = self.files.keys().map(|path| (path.as_str(), reach(path))).collect();
        let circle = |path: &&str| -> Vec<String> {
            let both = reached[*path].iter().filter(|other| reached[other.as_str()].contains(*path));
            both.cloned().collect()
        };
        let circles: BTreeSet<Vec<String>> = reached.keys().map(circle).filter(|circle| circle.len() > 1).collect();
        circles.into_iter().collect()
    }
}

/// `src/model/tree.rs` → `src`, `model`, `tree`; a folder's `mod.rs` is the folder. The command line stands below `main`.
fn module_of(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_string).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// Whether something is there for tests alone.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

impl Source {
    /// Whether it names something of a package.
    pub fn names_package(&self, package: &str) -> bool {
        self.heads.contains(package)
    }

    fn read(path: &str, by_module: &BTreeMap<Vec<String>, String>) -> Source {
        let text = project_file(path);
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let module = module_of(path);
        let mut reader = Reader {
            at: module.clone(),
            by_module,
            source: Source { module, named: Vec::new(), heads: BTreeSet::new(), exports: BTreeMap::new(), types: Vec::new() },
        };
        file.items.iter().for_each(|item| reader.visit_item(item));
        reader.source
    }
}

struct Reader<'a> {
    /// The module that is being read: the file's own, or one within it.
    at: Vec<String>,
    by_module: &'a BTreeMap<Vec<String>, String>,
    source: Source,
}

impl Reader<'_> {
    /// A path as it stands in the code, from the root; `None` for one that leads out of the project or to something local.
    fn rooted(&self, path: &[String]) -> Option<Vec<String>> {
        let is_program = self.source.module.get(1).is_some_and(|first| first == "cli" || first == "main");
        let mut whole = match path.first()?.as_str() {
            "crate" | "studyhall" => vec!["src".to_string()],
            "self" | "super" => self.at.clone(),
            first => {
                let child: Vec<String> = self.at.iter().cloned().chain([first.to_string()]).collect();
                let root = vec!["src".to_string(), first.to_string()];
                return match (self.by_module.contains_key(&child), is_program && self.at.len() == 2 && self.by_module.contains_key(&root)) {
                    (true, _) => Some(self.at.iter().cloned().chain(path.iter().cloned()).collect()),
                    (false, true) if self.source.module[1] == "main" => Some(root.into_iter().chain(path[1..].iter().cloned()).collect()),
                    _ => None,
                };
            }
        };
        for part in path.iter().take_while(|part| matches!(part.as_str(), "crate" | "studyhall" | "self" | "super")) {
            if part == "super" {
                whole.pop();
            }
        }
        whole.extend(path.iter().skip_while(|part| matches!(part.as_str(), "crate" | "studyhall" | "self" | "super")).cloned());
        Some(whole)
    }

    fn name(&mut self, path: &[String]) {
        self.source.heads.extend(path.first().cloned());
        if let Some(path) = self.rooted(path) {
            self.source.named.push(path);
        }
    }

    fn tree(&mut self, before: &[String], tree: &UseTree, is_public: bool) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<String>>();
        let (path, known_as) = match tree {
            UseTree::Path(path) => return self.tree(&with(&path.ident), &path.tree, is_public),
            UseTree::Group(group) => return group.items.iter().for_each(|tree| self.tree(before, tree, is_public)),
            UseTree::Glob(_) => (before.to_vec(), None),
            // `{self, A}`: the module itself.
            UseTree::Name(name) if name.ident == "self" => (before.to_vec(), before.last().cloned()),
            UseTree::Name(name) => (with(&name.ident), Some(name.ident.to_string())),
            UseTree::Rename(rename) => (with(&rename.ident), Some(rename.rename.to_string())),
        };
        if let (true, Some(known_as), Some(path)) = (is_public && self.at == self.source.module, known_as, self.rooted(&path)) {
            self.source.exports.insert(known_as, path);
        }
        self.name(&path);
    }

    fn declared(&mut self, visibility: &Visibility, name: &syn::Ident) {
        if !matches!(visibility, Visibility::Inherited) {
            self.source.types.push(name.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if is_for_tests(attributes) {
            return;
        }
        match item {
            Item::Struct(item) => self.declared(&item.vis, &item.ident),
            Item::Enum(item) => self.declared(&item.vis, &item.ident),
            Item::Trait(item) => self.declared(&item.vis, &item.ident),
            Item::Type(item) => self.declared(&item.vis, &item.ident),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if let Some((_, items)) = &module.content {
            self.at.push(module.ident.to_string());
            items.iter().for_each(|item| self.visit_item(item));
            self.at.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree, !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.name(&parts);
        }
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // What stands in a macro is no code yet: its words are looked through.
        let words = call.tokens.to_string();
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut at = 0;
        while at < words.len() {
            let mut path = vec![words[at].trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_').to_string()];
            while at + 2 < words.len() && words[at + 1] == "::" {
                path.push(words[at + 2].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
                at += 2;
            }
            if path.len() > 1 {
                self.name(&path);
            }
            at += 1;
        }
    }
}
