//! `redirects.csv`: old addresses of a site that moved here, and the pages that answer there now.
//!
//! A line each: old address, comma, page. As spreadsheets write it: quotation marks where they must be, a first line of
//! headings if one likes. A line without a page asks only whether something answers at the address.

use crate::ground::diagnostic::Span;
use crate::ground::{Code, Diagnostic, Place};

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The old address as written.
    pub from: String,
    /// Where it stands.
    pub place: Place,
    /// The page as written; may be empty.
    pub to: String,
    /// Where that stands.
    pub to_place: Place,
}

impl Redirect {
    /// Whether the old address is written whole, with its host.
    pub fn is_full(&self) -> bool {
        self.from.starts_with("https://") || self.from.starts_with("http://")
    }

    /// The old address as a path from the host's root; `None` when it has a query, which no file can answer.
    pub fn path(&self) -> Option<&str> {
        let rest = self.from.strip_prefix("https://").or_else(|| self.from.strip_prefix("http://"));
        let path = rest.map_or(self.from.as_str(), |rest| rest.find('/').map_or("", |slash| &rest[slash..]));
        let path = path.split('#').next().unwrap_or_default();
        (!path.contains('?')).then_some(path)
    }
}

/// Reads the table.
pub fn read(file: &str, text: &str) -> (Vec<Redirect>, Vec<Diagnostic>) {
    let (mut redirects, mut diagnostics) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let bad = |column: usize, width: usize, reason: &str| {
            Diagnostic::new(Code::RedirectBad, place(file, number, column, width)).arg("reason", format!("@{reason}"))
        };
        let cells = match cells(line) {
            Ok(cells) => cells,
            Err(column) => {
                diagnostics.push(bad(column, 1, "redirect-quote"));
                continue;
            }
        };
        // Spreadsheets end every line with as many commas as the widest has.
        let used = cells.iter().rposition(|(text, _)| !text.is_empty()).map_or(0, |last| last + 1);
        let looks_like_address = |text: &str| text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://");
        match cells.as_slice() {
            [(from, _), ..] if number == 1 && !looks_like_address(from) => {}
            [(from, at), (to, to_at), ..] if used <= 2 && looks_like_address(from) => redirects.push(Redirect {
                from: from.clone(),
                place: place(file, number, *at, from.chars().count()),
                to: to.clone(),
                to_place: place(file, number, *to_at, to.chars().count()),
            }),
            _ => diagnostics.push(bad(1, line.chars().count(), "redirect-columns")),
        }
    }
    (redirects, diagnostics)
}

fn place(file: &str, line: u32, column: usize, width: usize) -> Place {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Place::at(file, Span::new(line, number(column), number(width.max(1))))
}

/// The cells of a line, each with its column; the column of a quotation mark that is not closed.
fn cells(line: &str) -> Result<Vec<(String, usize)>, usize> {
    let chars: Vec<char> = line.chars().collect();
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        while chars.get(at).is_some_and(|c| c.is_whitespace()) {
            at += 1;
        }
        let mut cell = String::new();
        let mut begin = at + 1;
        if chars.get(at) == Some(&'"') {
            let open = at + 1;
            begin = open + 1;
            at += 1;
            loop {
                match (chars.get(at), chars.get(at + 1)) {
                    (Some('"'), Some('"')) => {
                        cell.push('"');
                        at += 2;
                    }
                    (Some('"'), _) => break,
                    (Some(other), _) => {
                        cell.push(*other);
                        at += 1;
                    }
                    (None, _) => return Err(open),
                }
            }
            at += 1;
        }
        while let Some(c) = chars.get(at).filter(|c| !matches!(c, ',' | '，')) {
            cell.push(*c);
            at += 1;
        }
        cells.push((cell.trim().to_string(), begin));
        if at >= chars.len() {
            return Ok(cells);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let (redirects, diagnostics) = read("redirects.csv", text);
        assert_eq!(diagnostics, []);
        redirects.into_iter().map(|redirect| (redirect.from, redirect.to)).collect()
    }

    #[test]
    fn tables_as_spreadsheets_write_them() {
        let text =
            "\u{feff}旧网址,页面,\r\n/info/1098/3901.htm,news/a.md,\r\n\"/a,b.htm\",\"news/\"\"b\"\".md\"\r\n\r\n/c.htm,\r\n# 备注\n";
        let expected = [("/info/1098/3901.htm", "news/a.md"), ("/a,b.htm", "news/\"b\".md"), ("/c.htm", "")];
        assert_eq!(pairs(text), expected.map(|(from, to)| (from.to_string(), to.to_string())));
    }

    #[test]
    fn addresses_are_paths() {
        let path = |from: &str| read("r", &format!("{from},x")).0.first().and_then(|redirect| redirect.path().map(str::to_string));
        assert_eq!(path("https://dj.x.cn/info/1.htm#top").as_deref(), Some("/info/1.htm"));
        assert_eq!(path("https://dj.x.cn").as_deref(), Some(""));
        assert_eq!(path("/list.jsp?wbtreeid=1098"), None);
    }
}
