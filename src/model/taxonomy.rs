//! Tags, categories and years.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::ground::path::slug;
use crate::parse::meta::{Meta, Sort};

use super::order::sort;
use super::page::PageId;
use super::tree::Tree;

/// Tags or categories with their pages.
#[derive(Debug, Default)]
pub struct Taxonomy {
    /// The terms, most pages first, then by name.
    pub terms: Vec<TaxonomyTerm>,
    by_name: HashMap<String, usize>,
}

/// One tag or category.
#[derive(Debug)]
pub struct TaxonomyTerm {
    /// As written.
    pub name: String,
    /// Its segment of the address.
    pub slug: String,
    /// Its pages, newest first.
    pub pages: Vec<PageId>,
}

impl Taxonomy {
    /// The pages with this tag.
    pub fn pages_of(&self, name: &str) -> &[PageId] {
        self.term(name).map_or(&[], |term| &term.pages)
    }

    /// The tag of this name.
    pub fn term(&self, name: &str) -> Option<&TaxonomyTerm> {
        self.by_name.get(name).map(|at| &self.terms[*at])
    }
}

/// Dated pages by year, newest first.
#[derive(Debug, Default)]
pub struct Years(pub Vec<(i16, Vec<PageId>)>);

/// All of them.
#[derive(Debug, Default)]
pub struct Taxonomies {
    /// Tags.
    pub tags: Taxonomy,
    /// Categories.
    pub categories: Taxonomy,
    /// Years of dated pages.
    pub years: Years,
}

/// Gathers tags, categories and years of all pages.
pub fn gather(tree: &Tree) -> Taxonomies {
    let mut years: BTreeMap<i16, Vec<PageId>> = BTreeMap::new();
    for id in tree.ids() {
        let page = tree.node(id);
        if let (Some(when), false) = (page.summary.meta.date, page.is_section()) {
            years.entry(Date::year(when.date)).or_default().push(id);
        }
    }
    let mut years: Vec<_> = years.into_iter().rev().collect();
    for (_, pages) in &mut years {
        sort(tree, pages, Sort::Date);
    }
    Taxonomies { tags: taxonomy(tree, |meta| &meta.tags), categories: taxonomy(tree, |meta| &meta.categories), years: Years(years) }
}

fn taxonomy(tree: &Tree, names: impl Fn(&Meta) -> &Vec<String>) -> Taxonomy {
    let mut by_name: BTreeMap<&str, Vec<PageId>> = BTreeMap::new();
    for id in tree.ids() {
        for name in names(&tree.node(id).summary.meta) {
            by_name.entry(name).or_default().push(id);
        }
    }
    let mut slugs: HashMap<String, u32> = HashMap::new();
    let mut terms: Vec<TaxonomyTerm> = by_name
        .into_iter()
        .map(|(name, mut pages)| {
            sort(tree, &mut pages, Sort::Date);
            let base = slug(name);
            let count = slugs.entry(base.clone()).or_insert(0);
            *count += 1;
            // Names are in sorted order, so the number does not depend on which file came first.
            let slug = if *count == 1 { base } else { format!("{base}--{count}") };
            TaxonomyTerm { name: name.to_string(), slug, pages }
        })
        .collect();
    terms.sort_by(|a, b| b.pages.len().cmp(&a.pages.len()).then_with(|| a.name.cmp(&b.name)));
    let by_name = terms.iter().enumerate().map(|(at, term)| (term.name.clone(), at)).collect();
    Taxonomy { terms, by_name }
}
