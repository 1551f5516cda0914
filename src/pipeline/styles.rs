//! Makes the theme's styles ready for phones: what a sheet imports is joined in, and all are small.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::ground::diagnostic::Span;
use crate::ground::path::extension;
use crate::ground::{Code, Diagnostic, Place};
use crate::style::{self, Fault};
use crate::theme::Theme;

/// Replaces the styles by what pages load. Those that others import are parts of them and go out of the list.
pub fn bundle(theme: &mut Theme, config: &Config, diagnostics: &mut Vec<Diagnostic>) {
    let is_style = |name: &str| extension(name).eq_ignore_ascii_case("css");
    let styles = theme.assets.iter().filter(|(name, _)| is_style(name));
    let texts: Vec<(&str, &str)> = styles.filter_map(|(name, bytes)| Some((name.as_str(), std::str::from_utf8(bytes).ok()?))).collect();
    let text_of = |name: &str| texts.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|at| texts[at].1);
    let parts: BTreeSet<String> = texts.iter().flat_map(|(_, text)| style::imported(text)).map(str::to_string).collect();
    let mut made = Vec::new();
    // In a circle everything is a part of something: then all are looked at, and the circle is told.
    let whole = |name: &str| !parts.contains(name) || parts.len() == texts.len();
    for (name, _) in texts.iter().filter(|(name, _)| whole(name)) {
        match style::ready(name, &text_of, config.minify) {
            Ok(text) => made.push(((*name).to_string(), text)),
            Err(fault) => diagnostics.push(diagnostic(theme, &fault)),
        }
    }
    diagnostics.dedup();
    theme.assets.retain(|name, _| !is_style(name) || !parts.contains(name));
    for (name, text) in made {
        theme.assets.insert(name, text.into_bytes());
    }
}

fn diagnostic(theme: &Theme, fault: &Fault) -> Diagnostic {
    let file = theme.origins.get(&fault.name).cloned().unwrap_or_else(|| fault.name.clone());
    let place = match fault.at {
        Some((line, column)) => Place::at(file, Span::new(line, column, 1)),
        None => Place::file(file),
    };
    Diagnostic::new(Code::StyleBad, place).arg("reason", format!("@style-{}", fault.reason)).arg("detail", &fault.detail)
}
