//! The first-level columns of a site.

use crate::config::Config;
use crate::ground::path::join;
use crate::ground::{Code, Diagnostic};
use crate::parse::Kind;

use super::finder::Finder;
use super::page::{ColumnEntry, PageId};
use super::tree::Tree;

/// Resolves the first-level columns of the settings; without any, every folder of the first level is one.
pub fn columns(
    tree: &Tree,
    children: &[Vec<PageId>],
    finder: &Finder<'_>,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ColumnEntry> {
    let entry = |page: PageId, title: &str, icon: &str| {
        let target = tree.node(page);
        let title = if title.is_empty() { target.summary.title.clone() } else { title.to_string() };
        let kind = match &target.folder {
            Some(folder) => Kind::of_path(&join(folder, "x/x.md")),
            None => target.kind(),
        };
        let kind = if children[page as usize].iter().any(|child| tree.node(*child).kind() == Kind::Branch) { Kind::Branch } else { kind };
        ColumnEntry { title, page, icon: icon.to_string(), kind }
    };
    if config.columns.is_empty() {
        let mut columns: Vec<_> = children[tree.home() as usize].iter().map(|child| entry(*child, "", "")).collect();
        columns.truncate(12);
        return columns;
    }
    let mut columns = Vec::new();
    for column in &config.columns {
        match tree.find(&column.path) {
            Some(page) => columns.push(entry(page, &column.title, &column.icon)),
            None if finder.is_hidden(&column.path) => {}
            None => {
                let known = tree.nodes.iter().filter_map(|page| page.folder.as_deref()).filter(|folder| !folder.is_empty());
                let near = finder.near(&column.path, known);
                diagnostics.push(Diagnostic::new(Code::ColumnMissing, column.place.clone()).arg("path", &column.path).near(near));
            }
        }
    }
    columns
}
