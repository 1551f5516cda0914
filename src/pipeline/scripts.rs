//! Makes the theme's scripts ready for phones: modules joined, small, in ASCII.

use crate::config::Config;
use crate::ground::diagnostic::Span;
use crate::ground::path::extension;
use crate::ground::{Code, Diagnostic, Place};
use crate::script::{self, Fault};
use crate::theme::Theme;

/// Replaces the scripts by what pages load. Those in folders are parts of others and go out of the list.
pub fn bundle(theme: &mut Theme, config: &Config, diagnostics: &mut Vec<Diagnostic>) {
    let is_script = |name: &str| extension(name).eq_ignore_ascii_case("js");
    let texts: Vec<(&str, &str)> = theme
        .assets
        .iter()
        .filter(|(name, _)| is_script(name))
        .filter_map(|(name, bytes)| Some((name.as_str(), std::str::from_utf8(bytes).ok()?)))
        .collect();
    let text_of = |name: &str| texts.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|at| texts[at].1);
    let mut made = Vec::new();
    let whole = texts.iter().filter(|(name, _)| !name.contains('/'));
    let bytes = texts.iter().map(|(_, text)| text.len()).sum();
    let ready: Vec<_> = script::with_room(bytes, || whole.map(|(name, _)| (name, script::ready(name, &text_of, config.minify))).collect());
    for (name, result) in ready {
        match result {
            Ok(text) => made.push(((*name).to_string(), text)),
            Err(fault) => diagnostics.push(diagnostic(theme, &fault, text_of(&fault.name).unwrap_or_default())),
        }
    }
    diagnostics.dedup();
    theme.assets.retain(|name, _| !is_script(name) || !name.contains('/'));
    for (name, text) in made {
        theme.assets.insert(name, text.into_bytes());
    }
}

fn diagnostic(theme: &Theme, fault: &Fault, text: &str) -> Diagnostic {
    let file = theme.origins.get(&fault.name).cloned().unwrap_or_else(|| fault.name.clone());
    let place = match fault.at.and_then(|at| text.get(..at)) {
        Some(before) => {
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            Place::at(file, Span::new(number(line), number(column), 1))
        }
        None => Place::file(file),
    };
    Diagnostic::new(Code::ScriptBad, place).arg("reason", format!("@script-{}", fault.reason)).arg("detail", &fault.detail)
}
