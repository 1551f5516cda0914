//! Where links, pictures and named files lead, and who is linked to.

use rayon::prelude::*;

use crate::document::{Link, LinkKind};
use crate::ground::path::{extension, parent, resolve};
use crate::ground::suggest::Suggester;
use crate::ground::{Code, Diagnostic, Place};
use crate::parse::Summary;
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
    /// Where each link of a page leads, in the order of [`Summary::links`].
    pub links: Vec<Vec<Resolved>>,
    /// Where each file that its front matter names lies, in the order of [`super::files::front_files`].
    pub files: Vec<Vec<Option<u32>>>,
    /// Pages that link to a page, newest first.
    pub cited_by: Vec<Vec<PageId>>,
}

/// Resolves all links and named files of all pages, in parallel.
pub fn join_links(tree: &Tree, finder: &Finder<'_>, diagnostics: &mut Vec<Diagnostic>) -> Links {
    let each: Vec<LinksOfPage> = tree
        .nodes
        .par_iter()
        .enumerate()
        .map(|(at, page)| {
            let (id, summary) = (at as PageId, &page.summary);
            let mut diagnostics = Vec::new();
            let mut suggester = Suggester::default();
            let links = summary.links.iter().map(|link| resolve_link(finder, id, link, &mut suggester, &mut diagnostics)).collect();
            let files = front_files(&summary.meta).into_iter().map(|file| named_file(finder, summary, file, &mut diagnostics)).collect();
            (links, files, diagnostics)
        })
        .collect();
    let mut patience = SUGGESTIONS;
    let mut joined = Links { links: Vec::with_capacity(each.len()), files: Vec::with_capacity(each.len()), cited_by: Vec::new() };
    for ((links, files, wrong), page) in each.into_iter().zip(&tree.nodes) {
        diagnostics.extend(wrong.into_iter().map(|diagnostic| suggest(finder, &page.summary, diagnostic, &mut patience)));
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

fn suggest(finder: &Finder<'_>, summary: &Summary, diagnostic: Diagnostic, patience: &mut usize) -> Diagnostic {
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
    let near = if is_page { finder.near_page(&summary.path, &target) } else { finder.near_file(&summary.path, &target) };
    diagnostic.near(near.as_deref())
}

fn named_file(finder: &Finder<'_>, summary: &Summary, file: &FileRef, diagnostics: &mut Vec<Diagnostic>) -> Option<u32> {
    if is_foreign(&file.target) {
        diagnostics.push(Diagnostic::new(Code::PictureForeign, file.place.clone()).arg("target", &file.target));
        return None;
    }
    let hit = finder.file_at(&summary.path, &file.target);
    if hit.is_none() {
        diagnostics.push(Diagnostic::new(Code::LinkMissingFile, file.place.clone()).arg("target", &file.target));
    }
    hit
}

/// Resolves one link of a page.
fn resolve_link(finder: &Finder<'_>, from: PageId, link: &Link, suggester: &mut Suggester, diagnostics: &mut Vec<Diagnostic>) -> Resolved {
    let summary = finder.summary(from);
    let place = || Place::at(summary.file.as_str(), link.span);
    let target = link.target.as_str();
    match link.kind {
        LinkKind::External => return Resolved::Outside,
        LinkKind::Picture | LinkKind::Media if is_foreign(target) => {
            diagnostics.push(Diagnostic::new(Code::PictureForeign, place()).arg("target", target));
            return Resolved::Nowhere;
        }
        LinkKind::Internal if target.is_empty() => return anchor_here(finder, from, link, suggester, diagnostics),
        LinkKind::Internal | LinkKind::Picture | LinkKind::Media => {}
    }
    let Some(path) = resolve(parent(&summary.path), target) else {
        diagnostics.push(Diagnostic::new(Code::LinkEscapes, place()).arg("target", target));
        return Resolved::Nowhere;
    };
    let kind = extension(&path).to_ascii_lowercase();
    let page_like = link.kind == LinkKind::Internal && matches!(kind.as_str(), "" | "md" | "markdown");
    if link.kind == LinkKind::Internal
        && let Some(id) = finder.page_at(&path)
    {
        return page_and_anchor(finder, id, link, place(), suggester, diagnostics);
    }
    if let Some(file) = finder.file_at(&summary.path, target) {
        return Resolved::File(file);
    }
    let missing = if finder.is_hidden(&path) || finder.is_hidden(&format!("{path}.md")) {
        Diagnostic::new(Code::LinkUnpublished, place()).arg("target", target)
    } else {
        let code = if page_like { Code::LinkMissingPage } else { Code::LinkMissingFile };
        Diagnostic::new(code, place()).arg("target", target)
    };
    diagnostics.push(missing);
    Resolved::Nowhere
}

fn anchor_here(finder: &Finder<'_>, from: PageId, link: &Link, suggester: &mut Suggester, diagnostics: &mut Vec<Diagnostic>) -> Resolved {
    let Some(anchor) = &link.anchor else { return Resolved::Here(String::new()) };
    match finder.anchor_of(from, anchor) {
        Some(id) => Resolved::Here(id),
        None => {
            let summary = finder.summary(from);
            let place = Place::at(summary.file.as_str(), link.span);
            diagnostics.push(missing_anchor(summary, link, anchor, place, suggester));
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
    diagnostics: &mut Vec<Diagnostic>,
) -> Resolved {
    let Some(anchor) = link.anchor.as_ref().filter(|anchor| !anchor.is_empty()) else { return Resolved::Page(id, None) };
    let hit = finder.anchor_of(id, anchor);
    if hit.is_none() {
        diagnostics.push(missing_anchor(finder.summary(id), link, anchor, place, suggester));
    }
    Resolved::Page(id, hit)
}

fn missing_anchor(summary: &Summary, link: &Link, anchor: &str, place: Place, suggester: &mut Suggester) -> Diagnostic {
    let near = suggester.nearest(anchor, summary.outline.iter().map(|heading| heading.id.as_str()).take(300));
    let page = if link.target.is_empty() { "@this-page".to_string() } else { format!("@that-page|{}", link.target) };
    Diagnostic::new(Code::LinkMissingAnchor, place).arg("page", page).arg("anchor", anchor).near(near)
}

fn is_foreign(target: &str) -> bool {
    target.starts_with("//") || target.contains("://") || target.starts_with("data:") || target.starts_with("blob:")
}
