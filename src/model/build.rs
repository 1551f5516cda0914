//! Joins the documents: every part is a value, and one constructor makes the model of them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::ground::Diagnostic;
use crate::parse::glossary::Term;
use crate::parse::{Kind, Summary};

use super::arrangement::{Arrangement, arrange};
use super::branches::branches;
use super::columns::columns;
use super::files::name_files;
use super::finder::Finder;
use super::glossary::terms;
use super::hidden::Unpublished;
use super::links::{Links, join_links};
use super::page::{ColumnEntry, FileEntry, Page, PageId};
use super::policy::{Policies, relate};
use super::site::Site;
use super::taxonomy::{Taxonomies, gather};
use super::topics::topics;
use super::tree::{Documented, Tree, TreeNode, grow};

/// What a model is made of.
pub struct Input<'a> {
    /// The documents, sorted by path.
    pub summaries: Vec<Arc<Summary>>,
    /// Files that pages may point at.
    pub files: Vec<FileEntry>,
    /// The glossary and its path from the site folder.
    pub terms: Vec<Term>,
    /// Settings.
    pub config: &'a Config,
    /// The day to build for.
    pub date: Date,
    /// What is taken in although it is not to be published.
    pub shown: Unpublished,
    /// Paths of generated pages, which no content page may take.
    pub reserved: &'a [&'a str],
}

/// Joins the documents. Everything that is wrong between them is reported; the model is whole all the same.
pub fn build(input: Input<'_>) -> (Site, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Input { summaries, files, terms: glossary, config, date, shown, reserved } = input;
    let tree = grow(&Documented { summaries: &summaries, config, date, shown, reserved }, &mut diagnostics);
    let files = name_files(files, &tree.nodes);
    let arrangement = arrange(&tree);
    let taxonomies = gather(&tree);
    let finder = Finder::new(&tree, &arrangement, &files);
    let links = join_links(&tree, &finder, &mut diagnostics);
    let branches = branches(&tree, &finder, &mut diagnostics);
    let policies = relate(&tree, &finder, &mut diagnostics);
    let topics = topics(&tree, &arrangement.items, &taxonomies.tags, &finder, &mut diagnostics);
    let terms = terms(&finder, glossary, &mut diagnostics);
    let columns = columns(&tree, &arrangement.children, &finder, config, &mut diagnostics);
    let parts = Parts { tree, arrangement, taxonomies, links, branches, policies, topics, terms, columns, files };
    (parts.join(), diagnostics)
}

/// All that a model is made of.
struct Parts {
    tree: Tree,
    arrangement: Arrangement,
    taxonomies: Taxonomies,
    links: Links,
    /// The branch of each page.
    branches: Vec<Option<PageId>>,
    policies: Policies,
    /// The pages that a topic gathers, in place of those of its section.
    topics: HashMap<PageId, Vec<PageId>>,
    terms: Vec<(Term, Option<PageId>)>,
    columns: Vec<ColumnEntry>,
    files: Vec<FileEntry>,
}

impl Parts {
    fn join(self) -> Site {
        let Parts { tree, arrangement, taxonomies, links, branches, mut policies, mut topics, terms, columns, files } = self;
        let Tree { nodes, by_path, by_folder, date, held_back, held_in, shows_unpublished, .. } = tree;
        let mut cited_by = links.cited_by;
        // A lesson's references count as citations.
        let named = policies.references.iter().flat_map(|(_, references)| references).filter_map(|relation| relation.page);
        let named: BTreeSet<PageId> = named.collect();
        let mut known: HashSet<(PageId, PageId)> =
            named.into_iter().flat_map(|page| cited_by[page as usize].iter().map(move |by| (page, *by))).collect();
        for (lesson, references) in &policies.references {
            for page in references.iter().filter_map(|relation| relation.page) {
                if known.insert((page, *lesson)) {
                    cited_by[page as usize].push(*lesson);
                }
            }
        }
        let mut references: HashMap<PageId, _> = policies.references.into_iter().collect();
        let lists = arrangement.items.into_iter().zip(arrangement.children).zip(arrangement.places);
        let targets = links.links.into_iter().zip(links.files).zip(cited_by);
        let pages = (0..).zip(nodes).zip(branches).zip(lists).zip(targets);
        let pages = pages.map(|((((id, node), branch), ((items, children), place)), ((links, files), cited_by))| {
            let TreeNode { summary, url, folder, is_real, parent, .. } = node;
            Arc::new(Page {
                summary,
                url,
                folder,
                is_real,
                parent,
                children,
                items: topics.remove(&id).unwrap_or(items),
                prev: place.prev,
                next: place.next,
                branch,
                number: place.number,
                links,
                files,
                references: references.remove(&id).unwrap_or_default(),
                cited_by,
                policy: policies.states.remove(&id).map(Box::new),
            })
        });
        let pages: Vec<Arc<Page>> = pages.collect();
        let (by_kind, by_branch) = index(&pages);
        Site {
            pages,
            date,
            held_back,
            held_in: Arc::new(held_in),
            shows_unpublished,
            tags: Arc::new(taxonomies.tags),
            categories: Arc::new(taxonomies.categories),
            years: Arc::new(taxonomies.years),
            terms: Arc::new(terms),
            files: Arc::new(files),
            columns: Arc::new(columns),
            by_path: Arc::new(by_path),
            by_folder: Arc::new(by_folder),
            by_kind: Arc::new(by_kind),
            by_branch: Arc::new(by_branch),
        }
    }
}

/// Pages by kind and by branch, so that no query looks at all pages when it asks for few.
fn index(pages: &[Arc<Page>]) -> (HashMap<Kind, Vec<PageId>>, HashMap<PageId, Vec<PageId>>) {
    let mut by_kind: HashMap<Kind, Vec<PageId>> = HashMap::new();
    let mut by_branch: HashMap<PageId, Vec<PageId>> = HashMap::new();
    for (id, page) in (0..).zip(pages) {
        by_kind.entry(page.kind()).or_default().push(id);
        if let Some(branch) = page.branch {
            by_branch.entry(branch).or_default().push(id);
        }
    }
    (by_kind, by_branch)
}
