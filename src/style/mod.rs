//! Styles of themes as phones get them: what a sheet imports is joined in, comments and blanks are taken out.
//!
//! Pure functions of texts. The only module that knows the package that reads styles (lightningcss, which comes with
//! minify-html in any case). Start at [`ready`].

#[cfg(test)]
mod tests;

use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};

use crate::ground::nesting::too_deep;

/// Levels of brackets in a sheet, and of sheets that import each other.
const MAX_DEPTH: usize = 100;

/// A style sheet that cannot be made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as the caller named it.
    pub name: String,
    /// Line and column, from 1, where they are known.
    pub at: Option<(u32, u32)>,
    /// The reason's key in the catalogue, without `style-`.
    pub reason: &'static str,
    /// What the reason is about: a path, or what the reader of styles said.
    pub detail: String,
}

/// Gives the text of a style sheet by its name.
pub type Files<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// The phones that the site promises to serve (DOMAIN: Chrome 78, iOS 13). What they need in another form gets it, and what
/// is written twice for their sake stays.
fn targets() -> Targets {
    let version = |major: u32| Some(major << 16);
    Targets::from(Browsers { chrome: version(78), android: version(78), ios_saf: version(13), safari: version(13), ..Browsers::default() })
}

/// What a style sheet becomes.
///
/// # Errors
/// When it, or one that it imports, cannot be read.
pub fn ready(name: &str, files: &Files<'_>, minify: bool) -> Result<String, Fault> {
    joined(name, files, minify, &mut Vec::new())
}

/// The names that a sheet imports, itself left out.
pub fn imported(text: &str) -> impl Iterator<Item = &str> {
    imports(text).0.into_iter().map(|import| import.name)
}

fn joined(name: &str, files: &Files<'_>, minify: bool, above: &mut Vec<String>) -> Result<String, Fault> {
    let text = files(name).unwrap_or_default();
    if let Some(at) = too_deep(text, MAX_DEPTH) {
        return Err(Fault { name: name.to_string(), at: Some(place(text, at)), reason: "deep", detail: MAX_DEPTH.to_string() });
    }
    let (imports, rest) = imports(text);
    above.push(name.to_string());
    let mut out = String::new();
    for import in imports {
        let fault = |reason| Fault { name: name.to_string(), at: Some(place(text, import.at)), reason, detail: import.name.to_string() };
        if files(import.name).is_none() {
            return Err(fault("missing"));
        }
        if above.iter().any(|known| known == import.name) {
            return Err(fault("circle"));
        }
        if above.len() > MAX_DEPTH {
            return Err(fault("chain"));
        }
        let part = joined(import.name, files, minify, above)?;
        match import.media {
            "" => out.push_str(&part),
            media => out.push_str(&format!("@media {media}{{{part}}}")),
        }
        if !minify {
            out.push('\n');
        }
    }
    above.pop();
    // Names of imports are blanked out, so that places in the rest stay right.
    let own = format!("{}{}", blank(&text[..rest]), &text[rest..]);
    out.push_str(&if minify { small(name, &own)? } else { own });
    Ok(out)
}

/// Text of the same lines and columns that says nothing.
fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

fn small(name: &str, text: &str) -> Result<String, Fault> {
    let fault = |line: u32, column: u32, detail: String| Fault {
        name: name.to_string(),
        // Its lines count from 0, its columns from 1.
        at: Some((line + 1, column.max(1))),
        reason: "syntax",
        detail,
    };
    let mut sheet = StyleSheet::parse(text, ParserOptions::default()).map_err(|error| {
        let at = error.loc.map_or((0, 1), |loc| (loc.line, loc.column));
        fault(at.0, at.1, error.kind.to_string())
    })?;
    // What it can read but not make smaller, and cannot write, goes out as it was written.
    if sheet.minify(MinifyOptions { targets: targets(), ..MinifyOptions::default() }).is_err() {
        return Ok(text.to_string());
    }
    let written = sheet.to_css(PrinterOptions { minify: true, targets: targets(), ..PrinterOptions::default() });
    Ok(written.map_or_else(|_| text.to_string(), |written| written.code))
}

/// `@import "name" media;`
struct Import<'a> {
    name: &'a str,
    media: &'a str,
    /// Offset of the name.
    at: usize,
}

/// The imports at the start of a sheet, and where the rest begins. An import of an address is left to the browser.
fn imports(text: &str) -> (Vec<Import<'_>>, usize) {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let start = at + skipped(&text[at..]);
        let Some(after) = text[start..].strip_prefix("@import") else { return (found, at) };
        let quote = start + "@import".len() + (after.len() - after.trim_start().len());
        let Some(mark) = text[quote..].chars().next().filter(|c| matches!(c, '"' | '\'')) else { return (found, at) };
        let Some(length) = text[quote + 1..].find(mark) else { return (found, at) };
        let name = &text[quote + 1..quote + 1 + length];
        let behind = quote + 2 + length;
        let Some(end) = text[behind..].find(';') else { return (found, at) };
        if name.contains(':') || name.starts_with('/') {
            return (found, at);
        }
        let name = name.strip_prefix("./").unwrap_or(name);
        found.push(Import { name, media: text[behind..behind + end].trim(), at: quote + 1 });
        at = behind + end + 1;
    }
}

/// How much white space and how many comments stand at the start of a text.
fn skipped(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        let comment = rest[blank..].strip_prefix("/*").and_then(|inner| inner.find("*/")).map_or(0, |end| end + 4);
        if blank + comment == 0 {
            return at;
        }
        at += blank + comment;
    }
}

/// Line and column of an offset, from 1.
fn place(text: &str, at: usize) -> (u32, u32) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (number(line), number(column))
}
