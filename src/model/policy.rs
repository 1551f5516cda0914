//! Policies: what replaces, changes and carries what, and whether a document holds on a day.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::ground::{Code, Diagnostic};
use crate::parse::meta::{Details, DocRef, Policy, Status};

use super::finder::Finder;
use super::page::{PageId, PolicyState, Relation};
use super::tree::Tree;

/// Relations of policies and lessons.
#[derive(Debug)]
pub struct Policies {
    /// Of each policy: its relations and status.
    pub states: HashMap<PageId, PolicyState>,
    /// Of each lesson, by its id: the documents that it refers to.
    pub references: Vec<(PageId, Vec<Relation>)>,
}

/// Resolves the relations of all policies both ways and derives their status.
pub fn relate(tree: &Tree, finder: &Finder<'_>, diagnostics: &mut Vec<Diagnostic>) -> Policies {
    let mut states: Vec<(PageId, PolicyState)> = Vec::new();
    let mut references = Vec::new();
    for id in tree.ids() {
        let mut resolve = |refs: &[DocRef], key: &str| relations(tree, finder, id, refs, key, diagnostics);
        match &tree.node(id).summary.meta.details {
            Details::Policy(policy) => {
                let state = PolicyState {
                    supersedes: resolve(&policy.supersedes, "supersedes"),
                    amends: resolve(&policy.amends, "amends"),
                    based_on: resolve(&policy.based_on, "based_on"),
                    ..PolicyState::default()
                };
                states.push((id, state));
            }
            Details::Lesson(lesson) => references.push((id, resolve(&lesson.references, "references"))),
            _ => {}
        }
    }
    turn_round(tree, &mut states);
    cycles(tree, &states, diagnostics);
    for at in 0..states.len() {
        states[at].1.status = Some(status(tree, &states, at));
    }
    Policies { states: states.into_iter().collect(), references }
}

fn relations(tree: &Tree, finder: &Finder<'_>, id: PageId, refs: &[DocRef], key: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Relation> {
    let from = &tree.node(id).summary.path;
    let mut relations = Vec::new();
    for named in refs {
        let outside = Relation { page: None, title: named.title.clone(), doc_no: named.doc_no.clone(), articles: named.articles.clone() };
        if named.target.is_empty() {
            relations.push(outside);
            continue;
        }
        match finder.document(from, &named.target) {
            Some(page) if page == id => {
                diagnostics.push(Diagnostic::new(Code::SelfReference, named.place.clone()).arg("key", key));
            }
            Some(page) => relations.push(Relation { page: Some(page), ..outside }),
            None if finder.is_hidden_from(from, &named.target) => {}
            None => {
                let near = finder.near_page(from, &named.target);
                let missing = Diagnostic::new(Code::RefMissing, named.place.clone());
                diagnostics.push(missing.arg("key", key).arg("target", &named.target).near(near.as_deref()));
            }
        }
    }
    relations
}

/// Fills the other direction of every relation.
fn turn_round(tree: &Tree, states: &mut [(PageId, PolicyState)]) {
    let at_of: HashMap<PageId, usize> = states.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let mut back: Vec<(usize, u8, Relation)> = Vec::new();
    for (id, state) in states.iter() {
        let lists = [(&state.supersedes, 0), (&state.amends, 1), (&state.based_on, 2)];
        for (list, which) in lists {
            for relation in list {
                let target = relation.page.and_then(|page| at_of.get(&page));
                if let Some(target) = target {
                    let relation =
                        Relation { page: Some(*id), title: String::new(), doc_no: String::new(), articles: relation.articles.clone() };
                    back.push((*target, which, relation));
                }
            }
        }
    }
    for (target, which, relation) in back {
        let state = &mut states[target].1;
        match which {
            0 => state.superseded_by.push(relation),
            1 => state.amended_by.push(relation),
            _ => state.basis_of.push(relation),
        }
    }
    for (_, state) in states {
        for list in [&mut state.superseded_by, &mut state.amended_by, &mut state.basis_of] {
            list.sort_by_key(|relation| {
                let page = tree.node(relation.page.expect("relations turned round lead to pages"));
                (std::cmp::Reverse(page.summary.meta.date), page.summary.path.clone())
            });
        }
    }
}

/// So many documents of a circle are named.
const MAX_CHAIN: usize = 20;

/// Reports circles of `supersedes`, each once, at the first document of the circle in the order of paths.
fn cycles(tree: &Tree, states: &[(PageId, PolicyState)], diagnostics: &mut Vec<Diagnostic>) {
    let at_of: HashMap<PageId, usize> = states.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    // 0 not seen, 1 on the way, 2 done. An explicit stack: a chain may be as long as the site.
    let mut mark = vec![0u8; states.len()];
    let mut depth = vec![0; states.len()];
    for start in 0..states.len() {
        if mark[start] != 0 {
            continue;
        }
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        mark[start] = 1;
        while let Some((at, next)) = way.last_mut() {
            let Some(relation) = states[*at].1.supersedes.get(*next) else {
                mark[*at] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let Some(target) = relation.page.and_then(|page| at_of.get(&page)).copied() else { continue };
            match mark[target] {
                0 => {
                    mark[target] = 1;
                    depth[target] = way.len();
                    way.push((target, 0));
                }
                1 => {
                    let circle = &way[depth[target]..];
                    let path = |&(at, _): &(usize, usize)| tree.node(states[at].0).summary.path.as_str();
                    let mut chain: Vec<&str> = circle.iter().take(MAX_CHAIN).map(path).collect();
                    if circle.len() > MAX_CHAIN {
                        chain.push("…");
                    }
                    chain.push(&tree.node(states[target].0).summary.path);
                    let place = tree.node(states[target].0).summary.meta.place.clone();
                    diagnostics.push(Diagnostic::new(Code::SupersedesCycle, place).arg("chain", chain.join(" → ")));
                }
                _ => {}
            }
        }
    }
}

/// Whether a document holds on the day of the site. What the author states comes first.
fn status(tree: &Tree, states: &[(PageId, PolicyState)], at: usize) -> Status {
    let (id, state) = &states[at];
    let policy = policy_of(tree, *id);
    if let Some(stated) = policy.status {
        return stated;
    }
    let today = tree.date;
    let in_effect = |relation: &Relation| relation.page.is_some_and(|page| begins(tree, page).is_none_or(|date| date <= today));
    if state.superseded_by.iter().any(in_effect) {
        Status::Repealed
    } else if policy.expires_on.is_some_and(|when| when.date < today) {
        Status::Expired
    } else if begins(tree, *id).is_some_and(|date| date > today) {
        Status::Pending
    } else if state.amended_by.iter().any(in_effect) {
        Status::Amended
    } else {
        Status::InForce
    }
}

fn policy_of(tree: &Tree, id: PageId) -> &Policy {
    match &tree.node(id).summary.meta.details {
        Details::Policy(policy) => policy,
        _ => unreachable!("states are made for policies alone"),
    }
}

/// The day from which a document holds: 施行日期, else 成文日期.
fn begins(tree: &Tree, id: PageId) -> Option<Date> {
    let policy = policy_of(tree, id);
    policy.effective_on.or(policy.date_signed).map(|when| when.date)
}
