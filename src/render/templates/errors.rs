//! Errors of templates, as diagnostics with the theme's file, line and column.

use std::collections::HashMap;

use tera::ErrorKind;

use crate::ground::diagnostic::Span;
use crate::ground::suggest::nearest;
use crate::ground::{Code, Diagnostic, Place};

use super::functions::FUNCTIONS;

/// The names that templates use and nobody knows. Tera lists them all in one text: `error: what`, ` --> name:line:column`,
/// the line, and marks below it.
pub fn listed(text: &str, files: &HashMap<String, String>) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let mut reason = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("error: ") {
            reason = rest;
        } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
            let mut parts = place.rsplitn(3, ':');
            let mut number = || parts.next().and_then(|text| text.parse().ok()).unwrap_or(1);
            let (column, row) = (number(), number());
            let name = parts.next().unwrap_or_default();
            let file = files.get(name).cloned().unwrap_or_else(|| format!("themes/{name}"));
            let near =
                reason.strip_prefix("Unknown function `").and_then(|rest| nearest(rest.trim_end_matches('`'), FUNCTIONS.iter().copied()));
            let place = Place::at(file, Span::new(row, column, 1));
            diagnostics.push(Diagnostic::new(Code::TemplateError, place).arg("reason", reason).near(near));
        } else if let (Some((_, marks)), Some(last)) = (line.split_once("| "), diagnostics.last_mut())
            && marks.trim_start().starts_with('^')
            && let Some(place) = &mut last.place
        {
            place.width = u32::try_from(marks.matches('^').count()).unwrap_or(1);
        }
    }
    diagnostics
}

/// Turns an error of Tera into a diagnostic with the theme's file, line and column.
pub fn diagnose(error: &tera::Error, files: &HashMap<String, String>, page: Option<&str>) -> Diagnostic {
    let file = |name: &str| files.get(name).cloned().unwrap_or_else(|| format!("themes/{name}"));
    let diagnostic = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let width = if span.end_line == span.start_line { span.end_col.saturating_sub(span.start_col) } else { 1 };
            let place =
                Place::at(file(report.filename()), Span::new(number(span.start_line), number(span.start_col) + 1, number(width.max(1))));
            Diagnostic::new(Code::TemplateError, place).arg("reason", report.message())
        }
        ErrorKind::MissingParent { current, parent } => {
            Diagnostic::new(Code::TemplateMissing, Place::file(file(current))).arg("template", parent)
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let reason = format!("@circular-extend|{}", inheritance_chain.join(" → "));
            Diagnostic::new(Code::TemplateError, Place::file(file(tpl))).arg("reason", reason)
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let reason = format!("@circular-include|{}", include_chain.join(" → "));
            Diagnostic::new(Code::TemplateError, Place::file(file(tpl))).arg("reason", reason)
        }
        other => Diagnostic::new(Code::TemplateError, Place::file("themes")).arg("reason", other.to_string()),
    };
    match page {
        Some(page) => diagnostic.arg("page", page),
        None => diagnostic,
    }
}
