//! The pages that terms of the glossary lead to.

use crate::ground::{Code, Diagnostic};
use crate::parse::glossary::Term;

use super::finder::Finder;
use super::page::PageId;

/// The glossary with its links resolved.
pub fn terms(finder: &Finder<'_>, terms: Vec<Term>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(Term, Option<PageId>)> {
    let resolved = terms.into_iter().map(|term| {
        let page = term.link.as_ref().and_then(|(link, place)| {
            let hit = finder.document("glossary.yaml", link.split('#').next().unwrap_or(link));
            if hit.is_none() && !finder.is_hidden_from("glossary.yaml", link) {
                let near = finder.near_page("glossary.yaml", link);
                diagnostics.push(Diagnostic::new(Code::LinkMissingPage, place.clone()).arg("target", link).near(near.as_deref()));
            }
            hit
        });
        (term, page)
    });
    resolved.collect()
}
