//! Where links, pictures and named files lead, and who is linked to.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use crate::ground::path::{check_output, extension, join, name, parent, resolve, slug, slug_file};
use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic, Place};
use crate::parse::body::{Link, LinkKind};
use crate::parse::glossary::Term;
use crate::parse::meta::{Details, FileRef, Meta};
use crate::parse::{Head, Kind};

use super::tree::Hidden;
use super::{Page, PageId, Site};

/// A file that pages may point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path from the content root, or from `static/`.
    pub path: String,
    /// Whether it lies in `static/`: published under its own path, used or not.
    pub is_static: bool,
    /// Bytes.
    pub size: u64,
    /// Path in the output.
    pub url: String,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Resolved {
    /// To a page, and an anchor on it.
    Page(PageId, Option<String>),
    /// To an anchor on the same page.
    Here(String),
    /// To a file: index in [`Site::files`].
    File(u32),
    /// To another site, as written.
    Outside,
    /// Nowhere; it was reported.
    Nowhere,
}

/// Gives every file its address: below the address of the section that holds it.
pub fn name_files(files: &mut [FileEntry], pages: &[Page]) {
    let sections: HashMap<&str, &str> = pages.iter().filter_map(|page| Some((page.folder.as_deref()?, parent(&page.url)))).collect();
    let mut taken: HashSet<String> = pages.iter().map(|page| page.url.clone()).collect();
    for file in files {
        let portable = |path: &str| {
            let folder: Vec<String> = parent(path).split('/').filter(|part| !part.is_empty()).map(slug).collect();
            join(&folder.join("/"), &slug_file(name(path)))
        };
        let url = if file.is_static {
            if check_output(&file.path).is_ok() { file.path.clone() } else { portable(&file.path) }
        } else {
            let mut folder = parent(&file.path);
            while !sections.contains_key(folder) && !folder.is_empty() {
                folder = parent(folder);
            }
            let rest = file.path[folder.len()..].trim_start_matches('/');
            join(sections.get(folder).copied().unwrap_or_default(), &portable(rest))
        };
        file.url = free(url, &mut taken);
    }
}

fn free(url: String, taken: &mut HashSet<String>) -> String {
    if taken.insert(url.clone()) {
        return url;
    }
    let end = extension(&url).to_string();
    let base = url.strip_suffix(&format!(".{end}")).unwrap_or(&url).to_string();
    let other = (2..).map(|n| if end.is_empty() { format!("{base}-{n}") } else { format!("{base}-{n}.{end}") });
    let mut other = other.filter(|url| !taken.contains(url));
    let url = other.next().expect("some number is free");
    taken.insert(url.clone());
    url
}

/// Finds pages and files by what authors write.
pub struct Finder<'a> {
    site: &'a Site,
    hidden: &'a HashMap<String, Hidden>,
    files: HashMap<(bool, &'a str), u32>,
    pages_by_name: HashMap<String, Vec<PageId>>,
    files_by_name: HashMap<String, Vec<u32>>,
    by_doc_no: HashMap<String, PageId>,
}

impl<'a> Finder<'a> {
    /// Indexes a site.
    pub fn new(site: &'a Site, hidden: &'a HashMap<String, Hidden>) -> Finder<'a> {
        let mut finder = Finder {
            site,
            hidden,
            files: HashMap::new(),
            pages_by_name: HashMap::new(),
            files_by_name: HashMap::new(),
            by_doc_no: HashMap::new(),
        };
        for (at, file) in site.files.iter().enumerate() {
            let at = u32::try_from(at).expect("fewer than four thousand million files");
            finder.files.insert((file.is_static, &file.path), at);
            finder.files_by_name.entry(name(&file.path).to_lowercase()).or_default().push(at);
        }
        for id in site.ids() {
            let page = site.page(id);
            finder.pages_by_name.entry(name(&page.head.path).to_lowercase()).or_default().push(id);
            if let Details::Policy(policy) = &page.head.meta.details
                && !policy.doc_no.is_empty()
            {
                finder.by_doc_no.entry(plain_doc_no(&policy.doc_no)).or_insert(id);
            }
        }
        finder
    }

    /// Whether a content path (or the index of this folder) is there but not published.
    pub fn is_hidden(&self, path: &str) -> bool {
        self.hidden.contains_key(path) || self.hidden.contains_key(&join(path, "_index.md"))
    }

    /// The same for a path with or without `.md`, or a 发文字号, as written on a page.
    pub fn is_hidden_from(&self, from: &str, target: &str) -> bool {
        let by_path = resolve(parent(from), target).is_some_and(|path| self.is_hidden(&path) || self.is_hidden(&format!("{path}.md")));
        by_path || self.hidden.contains_key(&plain_doc_no(target))
    }

    /// The page that `target` names on page `from`: a path with or without `.md`, a folder, or a 发文字号.
    pub fn document(&self, from: &str, target: &str) -> Option<PageId> {
        let by_path = resolve(parent(from), target).and_then(|path| self.page_at(&path));
        by_path.or_else(|| self.by_doc_no.get(&plain_doc_no(target)).copied()).or_else(|| self.page_at(target))
    }

    fn page_at(&self, path: &str) -> Option<PageId> {
        self.site.find(path).or_else(|| self.site.find(&format!("{path}.md")))
    }

    /// The nearest page to one that is not there, as a path from the content root: the same name elsewhere first.
    pub fn near_page(&self, from: &str, target: &str) -> Option<String> {
        let wanted = resolve(parent(from), target).unwrap_or_else(|| target.to_string());
        let wanted = if wanted.ends_with(".md") { wanted } else { format!("{wanted}.md") };
        if let Some(same) = self.pages_by_name.get(&name(&wanted).to_lowercase())
            && same.len() <= 16
        {
            let paths = same.iter().map(|id| self.site.page(*id).head.path.as_str());
            return paths.min_by_key(|path| (strsim::levenshtein(path, &wanted), *path)).map(|path| format!("/{path}"));
        }
        let section = self.site.find(parent(&wanted))?;
        let section = self.site.page(section);
        // A folder of thousands would make a page of dead links cost seconds.
        let names = section.items.iter().take(300).map(|id| name(&self.site.page(*id).head.path));
        nearest(name(&wanted), names).map(|near| format!("/{}", join(parent(&wanted), near)))
    }

    fn file_at(&self, from: &str, target: &str) -> Option<u32> {
        let path = resolve(parent(from), target)?;
        let in_content = self.files.get(&(false, path.as_str())).copied();
        let in_static = || {
            let from_root = target.starts_with('/').then(|| self.files.get(&(true, path.as_str())).copied()).flatten();
            from_root.or_else(|| path.strip_prefix("static/").and_then(|path| self.files.get(&(true, path)).copied()))
        };
        in_content.or_else(in_static)
    }

    fn near_file(&self, from: &str, target: &str) -> Option<String> {
        let wanted = resolve(parent(from), target)?;
        if let Some(same) = self.files_by_name.get(&name(&wanted).to_lowercase())
            && same.len() <= 16
        {
            let paths = same.iter().map(|at| self.site.files[*at as usize].path.as_str());
            return paths.min_by_key(|path| (strsim::levenshtein(path, &wanted), *path)).map(|path| format!("/{path}"));
        }
        let folder = parent(&wanted);
        let names = self.site.files.iter().filter(|file| parent(&file.path) == folder).take(300).map(|file| name(&file.path));
        nearest(name(&wanted), names).map(|near| format!("/{}", join(folder, near)))
    }

    /// Resolves one link of a page.
    fn link(&self, head: &Head, link: &Link, found: &mut Vec<Diagnostic>) -> Resolved {
        let place = || Place::at(head.file.as_str(), link.span);
        let target = link.target.as_str();
        match link.kind {
            LinkKind::External => return Resolved::Outside,
            LinkKind::Picture | LinkKind::Media if is_foreign(target) => {
                found.push(Diagnostic::new(Code::PictureForeign, place()).arg("target", target));
                return Resolved::Nowhere;
            }
            LinkKind::Internal if target.is_empty() => return self.anchor_here(head, link, found),
            LinkKind::Internal | LinkKind::Picture | LinkKind::Media => {}
        }
        let Some(path) = resolve(parent(&head.path), target) else {
            found.push(Diagnostic::new(Code::LinkEscapes, place()).arg("target", target));
            return Resolved::Nowhere;
        };
        let kind = extension(&path).to_ascii_lowercase();
        let page_like = link.kind == LinkKind::Internal && matches!(kind.as_str(), "" | "md" | "markdown");
        if link.kind == LinkKind::Internal
            && let Some(id) = self.page_at(&path)
        {
            return self.page_and_anchor(id, link, place, found);
        }
        if let Some(file) = self.file_at(&head.path, target) {
            return Resolved::File(file);
        }
        let missing = if self.is_hidden(&path) || self.is_hidden(&format!("{path}.md")) {
            Diagnostic::new(Code::LinkUnpublished, place()).arg("target", target)
        } else {
            let code = if page_like { Code::LinkMissingPage } else { Code::LinkMissingFile };
            Diagnostic::new(code, place()).arg("target", target)
        };
        found.push(missing);
        Resolved::Nowhere
    }

    fn anchor_here(&self, head: &Head, link: &Link, found: &mut Vec<Diagnostic>) -> Resolved {
        let Some(anchor) = &link.anchor else { return Resolved::Here(String::new()) };
        match anchor_of(head, anchor) {
            Some(id) => Resolved::Here(id),
            None => {
                let place = Place::at(head.file.as_str(), link.span);
                found.push(missing_anchor(head, link, anchor, place));
                Resolved::Here(String::new())
            }
        }
    }

    fn page_and_anchor(&self, id: PageId, link: &Link, place: impl Fn() -> Place, found: &mut Vec<Diagnostic>) -> Resolved {
        let head = &self.site.page(id).head;
        let Some(anchor) = link.anchor.as_ref().filter(|anchor| !anchor.is_empty()) else { return Resolved::Page(id, None) };
        let hit = anchor_of(head, anchor);
        if hit.is_none() {
            found.push(missing_anchor(head, link, anchor, place()));
        }
        Resolved::Page(id, hit)
    }
}

fn missing_anchor(head: &Head, link: &Link, anchor: &str, place: Place) -> Diagnostic {
    let near = nearest(anchor, head.outline.iter().map(|heading| heading.id.as_str()).take(300));
    let page = if link.target.is_empty() { "@this-page".to_string() } else { format!("@that-page|{}", link.target) };
    Diagnostic::new(Code::LinkMissingAnchor, place).arg("page", page).arg("anchor", anchor).near(near)
}

/// The anchor of a page that an author means: as it is, or written like the heading itself.
pub fn anchor_of(head: &Head, anchor: &str) -> Option<String> {
    if head.has_anchor(anchor) {
        return Some(anchor.to_string());
    }
    let plain = crate::parse::markdown::anchor(anchor);
    head.has_anchor(&plain).then_some(plain)
}

fn is_foreign(target: &str) -> bool {
    target.starts_with("//") || target.contains("://") || target.starts_with("data:") || target.starts_with("blob:")
}

/// 发文字号 without what people write differently: brackets, spaces, 第.
pub fn plain_doc_no(doc_no: &str) -> String {
    let skip =
        |c: char| c.is_whitespace() || matches!(c, '〔' | '〕' | '[' | ']' | '［' | '］' | '(' | ')' | '（' | '）' | '【' | '】' | '第');
    doc_no.chars().filter(|c| !skip(*c)).collect()
}

/// The files that front matter names, in the order of [`Page::files`].
pub fn front_files(meta: &Meta) -> Vec<&FileRef> {
    let mut files: Vec<&FileRef> = meta.cover.iter().chain(&meta.attachments).collect();
    match &meta.details {
        Details::Lesson(lesson) => files.extend([&lesson.audio, &lesson.video, &lesson.slides, &lesson.transcript].into_iter().flatten()),
        Details::Policy(policy) => files.extend(&policy.original_file),
        Details::News(news) => files.extend(&news.album),
        Details::Notice(notice) => files.extend(&notice.forms),
        Details::Page | Details::Course(_) | Details::Topic(_) | Details::Branch(_) | Details::Survey(_) => {}
    }
    files
}

/// What [`join_links`] found for one page.
pub struct Joined {
    links: Vec<Resolved>,
    files: Vec<Option<u32>>,
}

/// Resolves all links and named files of all pages, in parallel.
pub fn join_links(site: &Site, finder: &Finder<'_>, found: &mut Vec<Diagnostic>) -> Vec<Joined> {
    let each: Vec<(Joined, Vec<Diagnostic>)> = site
        .pages
        .par_iter()
        .map(|page| {
            let head = &page.head;
            let mut found = Vec::new();
            let links = head.links.iter().map(|link| finder.link(head, link, &mut found)).collect();
            let files = front_files(&head.meta).into_iter().map(|file| named_file(finder, head, file, &mut found)).collect();
            (Joined { links, files }, found)
        })
        .collect();
    let mut patience = SUGGESTIONS;
    let each = each.into_iter().zip(&site.pages).map(|((joined, wrong), page)| {
        for diagnostic in wrong {
            found.push(suggest(finder, &page.head, diagnostic, &mut patience));
        }
        joined
    });
    each.collect()
}

/// How many missing targets get a “did you mean”. To compare names is slow, and nobody mends a thousand links by hand.
const SUGGESTIONS: usize = 1000;

fn suggest(finder: &Finder<'_>, head: &Head, diagnostic: Diagnostic, patience: &mut usize) -> Diagnostic {
    let is_page = match diagnostic.code {
        Code::LinkMissingPage => true,
        Code::LinkMissingFile => false,
        _ => return diagnostic,
    };
    if *patience == 0 {
        return diagnostic;
    }
    *patience -= 1;
    let target = diagnostic.args.iter().find(|(name, _)| &**name == "target").map(|(_, target)| target.to_string()).unwrap_or_default();
    let near = if is_page { finder.near_page(&head.path, &target) } else { finder.near_file(&head.path, &target) };
    diagnostic.near(near.as_deref())
}

fn named_file(finder: &Finder<'_>, head: &Head, file: &FileRef, found: &mut Vec<Diagnostic>) -> Option<u32> {
    if is_foreign(&file.target) {
        found.push(Diagnostic::new(Code::PictureForeign, file.place.clone()).arg("target", &file.target));
        return None;
    }
    let hit = finder.file_at(&head.path, &file.target);
    if hit.is_none() {
        found.push(Diagnostic::new(Code::LinkMissingFile, file.place.clone()).arg("target", &file.target));
    }
    hit
}

/// Writes the resolved links into the pages and gathers who links to whom.
pub fn settle(site: &mut Site, joined: Vec<Joined>) {
    let mut cited: BTreeMap<PageId, Vec<PageId>> = BTreeMap::new();
    for (from, joined) in site.ids().zip(joined) {
        let page = site.page_mut(from);
        let mut targets: Vec<PageId> =
            joined.links.iter().filter_map(|link| if let Resolved::Page(to, _) = link { Some(*to) } else { None }).collect();
        page.links = joined.links;
        page.files = joined.files;
        // A folder's description links to all its pages: that is navigation, not a citation.
        if page.is_section() {
            continue;
        }
        targets.sort_unstable();
        targets.dedup();
        for to in targets.into_iter().filter(|to| *to != from) {
            cited.entry(to).or_default().push(from);
        }
    }
    for (to, mut by) in cited {
        super::order::sort(site, &mut by, crate::parse::meta::Sort::Date);
        let page = site.page_mut(to);
        if !page.is_section() {
            page.cited_by = by;
        }
    }
}

/// The branch of each page: the folder it lies in, or the one its front matter names.
pub fn branches(site: &Site, finder: &Finder<'_>, found: &mut Vec<Diagnostic>) -> Vec<(PageId, PageId)> {
    let all: Vec<PageId> = site.ids().filter(|id| site.page(*id).kind() == Kind::Branch).collect();
    let mut belongs = Vec::new();
    for id in site.ids() {
        let page = site.page(id);
        let named = match &page.head.meta.details {
            Details::News(news) => news.branch.as_ref(),
            _ => None,
        };
        if let Some((named, place)) = named {
            let by_title = |branch: &&PageId| {
                let head = &site.page(**branch).head;
                let short = if let Details::Branch(profile) = &head.meta.details { profile.short.as_str() } else { "" };
                head.title == *named || (!short.is_empty() && short == named)
            };
            let hit = site.find(named).or_else(|| finder.document(&page.head.path, named)).filter(|id| all.contains(id));
            match hit.or_else(|| all.iter().find(by_title).copied()) {
                Some(branch) => belongs.push((id, branch)),
                None => {
                    let known = all.iter().filter_map(|id| site.page(*id).folder.as_deref());
                    let near = nearest(named, known);
                    found.push(Diagnostic::new(Code::BranchMissing, place.clone()).arg("branch", named).near(near));
                }
            }
            continue;
        }
        let mut above = page.parent;
        while let Some(section) = above {
            if site.page(section).kind() == Kind::Branch {
                belongs.push((id, section));
                break;
            }
            above = site.page(section).parent;
        }
    }
    belongs
}

/// The glossary with its links resolved.
pub fn terms(finder: &Finder<'_>, terms: Vec<Term>, found: &mut Vec<Diagnostic>) -> Vec<(Term, Option<PageId>)> {
    let resolved = terms.into_iter().map(|term| {
        let page = term.link.as_ref().and_then(|(link, place)| {
            let hit = finder.document("glossary.yaml", link.split('#').next().unwrap_or(link));
            if hit.is_none() && !finder.is_hidden_from("glossary.yaml", link) {
                let near = finder.near_page("glossary.yaml", link);
                found.push(Diagnostic::new(Code::LinkMissingPage, place.clone()).arg("target", link).near(near.as_deref()));
            }
            hit
        });
        (term, page)
    });
    resolved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_numbers_match_in_any_brackets() {
        assert_eq!(plain_doc_no("青党发〔2025〕14号"), plain_doc_no("青党发[2025] 14号"));
        assert_eq!(plain_doc_no("青党发（2025）第14号"), "青党发202514号");
    }

    #[test]
    fn files_stay_below_their_section() {
        let entry = |path: &str, is_static| FileEntry { path: path.into(), is_static, size: 1, url: String::new() };
        let mut files = [entry("图/一.JPG", false), entry("图/壹.jpg", false), entry("favicon.ico", true)];
        name_files(&mut files, &[]);
        let urls: Vec<_> = files.iter().map(|file| file.url.as_str()).collect();
        assert_eq!(urls, ["tu/yi.jpg", "tu/yi-2.jpg", "favicon.ico"]);
    }
}
