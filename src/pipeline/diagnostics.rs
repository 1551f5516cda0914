//! What is wrong with a site, kept so that one page's part can be exchanged.

use std::sync::Arc;

use crate::ground::Diagnostic;

/// The diagnostics of one state of a site. A copy costs little.
#[derive(Debug, Clone, Default)]
pub struct SiteDiagnostics {
    /// About settings, theme, files, pictures, addresses.
    rest: Arc<Vec<Diagnostic>>,
    /// About single documents.
    documents: ByFile,
    /// About documents among one another.
    model: ByFile,
}

impl SiteDiagnostics {
    /// Sorts the diagnostics of a state.
    pub fn new(rest: Vec<Diagnostic>, documents: Vec<Diagnostic>, model: Vec<Diagnostic>) -> SiteDiagnostics {
        SiteDiagnostics { rest: Arc::new(rest), documents: ByFile::new(documents), model: ByFile::new(model) }
    }

    /// Exchanges what is wrong with one document; `mend` goes over what is wrong between it and others.
    pub fn exchange(&mut self, file: &str, document: Vec<Diagnostic>, mend: impl FnOnce(&mut [Diagnostic])) {
        self.documents.exchange(file, document);
        if let Some(known) = self.model.get(file) {
            let mut model = Vec::clone(known);
            mend(&mut model);
            self.model.exchange(file, model);
        }
    }

    /// All of them, each once, in the order of their places.
    pub fn into_all(self) -> Vec<Diagnostic> {
        let mut all = Arc::unwrap_or_clone(self.rest);
        for (_, list) in self.documents.0.into_iter().chain(self.model.0) {
            all.extend(Arc::unwrap_or_clone(list));
        }
        all.sort();
        all.dedup();
        all
    }

    /// Whether none of them is an error.
    pub fn is_sound(&self) -> bool {
        !self.iter().any(Diagnostic::is_error)
    }

    /// The errors, in no order that matters.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.iter().filter(|diagnostic| diagnostic.is_error())
    }

    /// The first few in the order of their places, errors before warnings; the number of errors; that of warnings.
    pub fn first(&self, most: usize) -> (Vec<Diagnostic>, usize, usize) {
        let mut all: Vec<&Diagnostic> = self.iter().collect();
        let errors = all.iter().filter(|diagnostic| diagnostic.is_error()).count();
        let warnings = all.len() - errors;
        let order = |a: &&Diagnostic, b: &&Diagnostic| a.severity.cmp(&b.severity).then_with(|| a.cmp(b));
        // Of tens of thousands only the first are put in order.
        if most > 0 && all.len() > most {
            all.select_nth_unstable_by(most - 1, order);
            all.truncate(most);
        }
        all.sort_by(order);
        (all.into_iter().cloned().collect(), errors, warnings)
    }

    fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.rest.iter().chain(self.documents.iter()).chain(self.model.iter())
    }
}

/// Diagnostics by file, sorted by its path.
#[derive(Debug, Clone, Default)]
struct ByFile(Vec<(Arc<str>, Arc<Vec<Diagnostic>>)>);

impl ByFile {
    fn new(mut diagnostics: Vec<Diagnostic>) -> ByFile {
        diagnostics.sort();
        let mut files: Vec<(Arc<str>, Vec<Diagnostic>)> = Vec::new();
        for diagnostic in diagnostics {
            let file = diagnostic.place.as_ref().map_or_else(|| Arc::from(""), |place| Arc::clone(&place.file));
            match files.last_mut() {
                Some((last, list)) if *last == file => list.push(diagnostic),
                _ => files.push((file, vec![diagnostic])),
            }
        }
        ByFile(files.into_iter().map(|(file, list)| (file, Arc::new(list))).collect())
    }

    fn get(&self, file: &str) -> Option<&Vec<Diagnostic>> {
        let at = self.0.binary_search_by(|(known, _)| (**known).cmp(file)).ok()?;
        Some(&self.0[at].1)
    }

    fn exchange(&mut self, file: &str, list: Vec<Diagnostic>) {
        let list = Arc::new(list);
        match self.0.binary_search_by(|(known, _)| (**known).cmp(file)) {
            Ok(at) => self.0[at].1 = list,
            Err(_) if list.is_empty() => {}
            Err(at) => self.0.insert(at, (Arc::from(file), list)),
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter().flat_map(|(_, list)| list.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::{Code, Place};

    #[test]
    fn one_documents_part_is_exchanged() {
        let wrong = |file: &str, code| Diagnostic::new(code, Place::file(file));
        let a = wrong("content/a.md", Code::EmptyFile);
        let b = wrong("content/b.md", Code::LinkMissingPage);
        let mut diagnostics = SiteDiagnostics::new(vec![wrong("site.yaml", Code::UnknownKey)], vec![a.clone()], vec![b.clone()]);
        assert!(!diagnostics.is_sound());
        let before = diagnostics.clone();
        diagnostics
            .exchange("content/b.md", vec![wrong("content/b.md", Code::EmptyFile)], |model| model[0].args.push(("x".into(), "y".into())));
        diagnostics.exchange("content/a.md", Vec::new(), |_| {});
        let all = diagnostics.into_all();
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(!all.contains(&a) && !all.contains(&b));
        assert!(before.into_all().contains(&a), "a copy keeps what it held");
    }
}
