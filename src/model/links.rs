//! Where links, pictures and named files lead, and who is linked to.

use rayon::prelude::*;

use crate::document::{Link, LinkKind};
use crate::ground::path::{extension, parent, resolve};
use crate::ground::suggest::Suggester;
use crate::ground::{Code, Diagnostic, Place};
use crate::parse::Head;
use crate::parse::meta::{FileRef, Sort};

use super::files::front_files;
use super::finder::Finder;
use super::order::sort;
use super::page::{PageId, Resolved};
use super::tree::Tree;

/// Where the links of one page and the files of its front matter lead, and what is wrong with them.
type LinksOfPage = (Vec<Resolved>, Vec<Option<u32>>, Vec<Diagnostic>);

/// Where all links lead. All lists are by page.
#[derive(Debug)]
pub struct Links {
    /// Where each link of a page leads, in the order of [`Head::links`].
    pub links: Vec<Vec<Resolved>>,
    /// Where each file that its front matter names lies, in the order of [`super::files::front_files`].
    pub files: Vec<Vec<Option<u32>>>,
    /// Pages that link to a page, newest first.
    pub cited_by: Vec<Vec<PageId>>,
}

/// Resolves all links and named files of all pages, in parallel.
pub fn join_links(tree: &Tree, finder: &Finder<'_>, found: &mut Vec<Diagnostic>) -> Links {
    let each: Vec<LinksOfPage> = tree
        .nodes
        .par_iter()
        .enumerate()
        .map(|(at, page)| {
            let (id, head) = (at as PageId, &page.head);
            let mut found = Vec::new();
            let mut suggester = Suggester::default();
            let links = head.links.iter().map(|link| resolve_link(finder, id, link, &mut suggester, &mut found)).collect();
            let files = front_files(&head.meta).into_iter().map(|file| named_file(finder, head, file, &mut found)).collect();
            (links, files, found)
        })
        .collect();
    let mut patience = SUGGESTIONS;
    let mut joined = Links { links: Vec::with_capacity(each.len()), files: Vec::with_capacity(each.len()), cited_by: Vec::new() };
    for ((links, files, wrong), page) in each.into_iter().zip(&tree.nodes) {
        found.extend(wrong.into_iter().map(|diagnostic| suggest(finder, &page.head, diagnostic, &mut patience)));
        joined.links.push(links);
        joined.files.push(files);
    }
    joined.cited_by = cited_by(tree, &joined.links);
    joined
}

/// Who links to whom. A folder's description links to all its pages: that is navigation, not a citation.
fn cited_by(tree: &Tree, links: &[Vec<Resolved>]) -> Vec<Vec<PageId>> {
    let mut cited: Vec<Vec<PageId>> = vec![Vec::new(); links.len()];
    for (from, links) in tree.ids().zip(links).filter(|(from, _)| !tree.node(*from).is_section()) {
        let mut targets: Vec<PageId> =
            links.iter().filter_map(|link| if let Resolved::Page(to, _) = link { Some(*to) } else { None }).collect();
        targets.sort_unstable();
        targets.dedup();
        for to in targets.into_iter().filter(|to| *to != from && !tree.node(*to).is_section()) {
            cited[to as usize].push(from);
        }
    }
    for by in &mut cited {
        sort(tree, by, Sort::Date);
    }
    cited
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

/// Resolves one link of a page.
fn resolve_link(finder: &Finder<'_>, from: PageId, link: &Link, suggester: &mut Suggester, found: &mut Vec<Diagnostic>) -> Resolved {
    let head = finder.head(from);
    let place = || Place::at(head.file.as_str(), link.span);
    let target = link.target.as_str();
    match link.kind {
        LinkKind::External => return Resolved::Outside,
        LinkKind::Picture | LinkKind::Media if is_foreign(target) => {
            found.push(Diagnostic::new(Code::PictureForeign, place()).arg("target", target));
            return Resolved::Nowhere;
        }
        LinkKind::Internal if target.is_empty() => return anchor_here(finder, from, link, suggester, found),
        LinkKind::Internal | LinkKind::Picture | LinkKind::Media => {}
    }
    let Some(path) = resolve(parent(&head.path), target) else {
        found.push(Diagnostic::new(Code::LinkEscapes, place()).arg("target", target));
        return Resolved::Nowhere;
    };
    let kind = extension(&path).to_ascii_lowercase();
    let page_like = link.kind == LinkKind::Internal && matches!(kind.as_str(), "" | "md" | "markdown");
    if link.kind == LinkKind::Internal
        && let Some(id) = finder.page_at(&path)
    {
        return page_and_anchor(finder, id, link, place(), suggester, found);
    }
    if let Some(file) = finder.file_at(&head.path, target) {
        return Resolved::File(file);
    }
    let missing = if finder.is_hidden(&path) || finder.is_hidden(&format!("{path}.md")) {
        Diagnostic::new(Code::LinkUnpublished, place()).arg("target", target)
    } else {
        let code = if page_like { Code::LinkMissingPage } else { Code::LinkMissingFile };
        Diagnostic::new(code, place()).arg("target", target)
    };
    found.push(missing);
    Resolved::Nowhere
}

fn anchor_here(finder: &Finder<'_>, from: PageId, link: &Link, suggester: &mut Suggester, found: &mut Vec<Diagnostic>) -> Resolved {
    let Some(anchor) = &link.anchor else { return Resolved::Here(String::new()) };
    match finder.anchor_of(from, anchor) {
        Some(id) => Resolved::Here(id),
        None => {
            let head = finder.head(from);
            let place = Place::at(head.file.as_str(), link.span);
            found.push(missing_anchor(head, link, anchor, place, suggester));
            Resolved::Here(String::new())
        }
    }
}

fn page_and_anchor(
    finder: &Finder<'_>,
    id: PageId,
    link: &Link,
    place: Place,
    suggester: &mut Suggester,
    found: &mut Vec<Diagnostic>,
) -> Resolved {
    let Some(anchor) = link.anchor.as_ref().filter(|anchor| !anchor.is_empty()) else { return Resolved::Page(id, None) };
    let hit = finder.anchor_of(id, anchor);
    if hit.is_none() {
        found.push(missing_anchor(finder.head(id), link, anchor, place, suggester));
    }
    Resolved::Page(id, hit)
}

fn missing_anchor(head: &Head, link: &Link, anchor: &str, place: Place, suggester: &mut Suggester) -> Diagnostic {
    let near = suggester.nearest(anchor, head.outline.iter().map(|heading| heading.id.as_str()).take(300));
    let page = if link.target.is_empty() { "@this-page".to_string() } else { format!("@that-page|{}", link.target) };
    Diagnostic::new(Code::LinkMissingAnchor, place).arg("page", page).arg("anchor", anchor).near(near)
}

fn is_foreign(target: &str) -> bool {
    target.starts_with("//") || target.contains("://") || target.starts_with("data:") || target.starts_with("blob:")
}
