//! Formulas, set as MathML when the site is built.
//!
//! The library does not escape everything it writes and colours by style attributes, so what it returns is read again
//! and written tag by tag from a list.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

use crate::document::entity::decode_entities;
use crate::ground::escape::escape_text;

/// A longer formula is not one, and the library's time grows with it.
const MAX_FORMULA: usize = 20_000;

/// Deeper braces would exhaust the stack of whoever reads the MathML.
const MAX_DEPTH: usize = 60;

/// What is read of a formula that is set: its signs, letters and numbers, parted by blanks.
pub fn words(mathml: &str) -> String {
    let texts = mathml.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
    let words: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    decode_entities(&words.join(" ")).into_owned()
}

/// Sets a formula; the error says why it cannot be set.
pub fn mathml(tex: &str, display: bool) -> Result<String, String> {
    if tex.len() > MAX_FORMULA {
        return Err(format!("longer than {MAX_FORMULA} bytes"));
    }
    if depth(tex) > MAX_DEPTH {
        return Err(format!("more than {MAX_DEPTH} levels of braces"));
    }
    // The library cuts one byte off any blank, which the Chinese one has not.
    let spaced: String;
    let tex = match tex.contains(|c: char| !c.is_ascii() && c.is_whitespace()) {
        true => {
            spaced = tex.replace(|c: char| !c.is_ascii() && c.is_whitespace(), " ");
            &spaced
        }
        false => tex,
    };
    if has_bad_number(tex) {
        return Err("expected a number".to_string());
    }
    // A fault of the library must not end the build: the two above were found by feeding it rubbish, a third may be left.
    std::panic::catch_unwind(|| set(tex, display)).unwrap_or_else(|_| Err("the formula is too much for the library".to_string()))
}

fn set(tex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(tex, &storage) {
        events.push(event.map_err(|error| reason(&error.to_string()))?);
    }
    let config = RenderConfig { display_mode: if display { DisplayMode::Block } else { DisplayMode::Inline }, ..RenderConfig::default() };
    let mut raw = String::new();
    let events = events.into_iter().map(Ok::<_, std::convert::Infallible>);
    push_mathml(&mut raw, events, config).map_err(|error| error.to_string())?;
    rewrite(&raw).ok_or_else(|| "unbalanced".to_string())
}

/// The library draws its fault over several lines: what is wrong first, then the formula.
fn reason(message: &str) -> String {
    let mut lines = message.lines();
    let fault = lines.next().unwrap_or_default();
    fault.trim().trim_start_matches("parsing error:").trim().to_string()
}

/// Whether a number is called for and something else stands there that the library cuts in two, or a number too long.
fn has_bad_number(tex: &str) -> bool {
    ["\\char", "at}", "at*}"].into_iter().any(|call| {
        tex.match_indices(call).any(|(at, _)| {
            let number = tex[at + call.len()..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '"' | '\'' | '`'));
            let digits = number.bytes().take_while(u8::is_ascii_hexdigit).count();
            digits > 6 || number.starts_with(|c: char| !c.is_ascii())
        })
    })
}

fn depth(tex: &str) -> usize {
    let mut deepest = 0_usize;
    let mut depth = 0_usize;
    for byte in tex.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    // `\left` and `\begin` and roots nest without braces.
    deepest + tex.matches("\\left").count() + tex.matches("\\begin").count()
}

const ELEMENTS: &[&str] = &[
    "math",
    "mrow",
    "mi",
    "mo",
    "mn",
    "mtext",
    "ms",
    "mspace",
    "msup",
    "msub",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mfrac",
    "msqrt",
    "mroot",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
    "mmultiscripts",
    "mprescripts",
    "none",
    "menclose",
];

const ATTRIBUTES: &[&str] = &[
    "display",
    "class",
    "stretchy",
    "mathvariant",
    "largeop",
    "movablelimits",
    "symmetric",
    "minsize",
    "maxsize",
    "width",
    "height",
    "depth",
    "lspace",
    "rspace",
    "linethickness",
    "displaystyle",
    "scriptlevel",
    "accent",
    "accentunder",
    "form",
    "fence",
    "separator",
    "columnalign",
    "rowspacing",
    "columnspacing",
    "notation",
    "voffset",
    "intent",
    "arg",
];

/// Writes MathML again, by the lists; `None` when its tags do not match.
fn rewrite(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        push_content(&rest[..at], &mut out);
        rest = &rest[at..];
        let tag = rest.find('>').map(|end| &rest[1..end]);
        let name = |tag: &str| {
            let name = tag.trim_start_matches('/');
            let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
            ELEMENTS.iter().find(|&&known| known == name).copied()
        };
        match tag.and_then(|tag| name(tag).map(|name| (tag, name))) {
            Some((tag, name)) => {
                rest = &rest[tag.len() + 2..];
                if tag.starts_with('/') {
                    if open.pop() != Some(name) {
                        return None;
                    }
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                } else {
                    let empty = tag.ends_with('/');
                    out.push('<');
                    out.push_str(name);
                    push_attributes(tag, &mut out);
                    out.push('>');
                    match empty {
                        // In HTML only foreign elements may close themselves, and not every reader knows.
                        true => {
                            out.push_str("</");
                            out.push_str(name);
                            out.push('>');
                        }
                        false => open.push(name),
                    }
                }
            }
            None => {
                out.push_str("&lt;");
                rest = &rest[1..];
            }
        }
    }
    push_content(rest, &mut out);
    open.is_empty().then_some(out)
}

fn push_attributes(tag: &str, out: &mut String) {
    let mut parts = tag.split('"');
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        let name = name.trim_end_matches('=').rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if ATTRIBUTES.contains(&name) && !value.contains(['<', '>', '&']) {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
    }
}

/// Text of the library: escaped in some places, not in others.
fn push_content(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        escape_text(&rest[..at], out);
        let known = ["&amp;", "&lt;", "&gt;", "&nbsp;", "&quot;"].into_iter().find(|entity| rest[at..].starts_with(entity));
        out.push_str(known.unwrap_or("&amp;"));
        rest = &rest[at + known.map_or(1, str::len)..];
    }
    escape_text(rest, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml() {
        insta::assert_snapshot!(mathml("a > \\frac{n}{2}", false).unwrap(), @r#"<math display="inline"><mi>a</mi><mo>&gt;</mo><mfrac><mrow><mi>n</mi></mrow><mrow><mn>2</mn></mrow></mfrac></math>"#);
        insta::assert_snapshot!(mathml("x", true).unwrap(), @r#"<math display="block"><mi>x</mi></math>"#);
    }

    #[test]
    fn a_formula_is_read_as_it_is_shown() {
        let read = |tex: &str| words(&mathml(tex, false).unwrap());
        assert_eq!(read(r"220 \times 10 = 2200"), "220 × 10 = 2200");
        assert_eq!(read(r"\frac{a}{b} < \text{合格率}"), "a b < 合格率");
    }

    #[test]
    fn nothing_slips_through() {
        for tex in [
            r"a<b&c",
            r"\text{<script>alert(1)</script>}",
            r"\operatorname{<img src=x onerror=y>}",
            r"\color{red}x",
            r"\lt\gt\And",
            r"\href{javascript:x}{y}",
        ] {
            if let Ok(html) = mathml(tex, false) {
                assert!(
                    !html.contains("<script") && !html.contains("<img") && !html.contains("style=") && !html.contains("href"),
                    "{html}"
                );
            }
        }
    }

    #[test]
    fn faults_are_errors() {
        assert!(mathml(r"\frac{a}", false).is_err());
        assert!(mathml(r"\nosuch", false).is_err());
        assert!(mathml(r"\def\a{\a\a}\a", false).is_err());
        for tex in
            [r"\char中", "\\char1\u{3000}x", "\\hspace{1em\u{3000}}", "\\char\"FFFFFFFFFFFFFFFFFF", r"\begin{alignat}{中}\end{alignat}"]
        {
            drop(mathml(tex, false));
        }
        assert!(mathml(&"{".repeat(100), false).is_err());
        assert!(mathml(&"x".repeat(30_000), false).is_err());
    }
}
