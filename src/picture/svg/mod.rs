//! SVG drawings as readers get them: nothing but shapes and words.
//!
//! An SVG file is a document: opened by itself it may run scripts on the site's own origin, and ask others for files. So it is
//! taken apart by the few rules below and written anew from its parts. What only an editor needs (comments, metadata, names of
//! other vocabularies) falls away, since nobody sees it; anything else that is not on the lists is refused by name, so that a
//! drawing never comes out otherwise than it was drawn. Start at [`clean`].

#[cfg(test)]
mod tests;

use std::collections::HashSet;

/// A drawing of more is refused: a phone would take seconds to draw it.
const MAX_BYTES: usize = 4 << 20;
/// Elements within one another. Editors nest groups, ten or twenty deep.
const MAX_DEPTH: usize = 200;
/// The name under which the vocabulary is known; what is written belongs to it alone.
const NAMESPACE: &str = "http://www.w3.org/2000/svg";
const LINKS: &str = "http://www.w3.org/1999/xlink";

/// Elements that draw, or that others draw with. Sorted.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix", "feComposite", "feDropShadow", "feFlood",
    "feGaussianBlur", "feMerge", "feMergeNode", "feOffset", "filter", "g", "line", "linearGradient", "marker", "mask", "path", "pattern",
    "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text", "textPath", "title", "tspan",
    "use",
];

/// Elements that hold what only an editor or a program wants to know; they go with all that is in them.
const UNSEEN: &[&str] = &["metadata"];

/// Elements whose text is seen, read out or, for `style`, believed.
const TEXTS: &[&str] = &["desc", "style", "text", "textPath", "title", "tspan"];

/// Attributes that place, shape or colour. Sorted.
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "alignment-baseline", "baseline-shift", "class", "clip-path", "clip-rule", "clipPathUnits", "color", "color-interpolation",
    "color-interpolation-filters", "cx", "cy", "d", "direction", "display", "dominant-baseline", "dx", "dy", "enable-background", "fill",
    "fill-opacity", "fill-rule", "filter", "filterUnits", "flood-color", "flood-opacity", "font-family", "font-size", "font-size-adjust",
    "font-stretch", "font-style", "font-variant", "font-weight", "fx", "fy", "gradientTransform", "gradientUnits", "height", "id",
    "image-rendering", "in", "in2", "isolation", "k1", "k2", "k3", "k4", "lengthAdjust", "letter-spacing", "marker-end", "marker-mid",
    "marker-start", "markerHeight", "markerUnits", "markerWidth", "mask", "maskContentUnits", "maskUnits", "method", "mix-blend-mode",
    "mode", "offset", "opacity", "operator", "orient", "overflow", "paint-order", "pathLength", "patternContentUnits", "patternTransform",
    "patternUnits", "pointer-events", "points", "preserveAspectRatio", "primitiveUnits", "r", "refX", "refY", "result", "role", "rotate",
    "rx", "ry", "shape-rendering", "spacing", "spreadMethod", "startOffset", "stdDeviation", "stop-color", "stop-opacity", "stroke",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width",
    "style", "text-anchor", "text-decoration", "text-rendering", "textLength", "transform", "transform-origin", "type", "unicode-bidi",
    "values", "vector-effect", "version", "viewBox", "visibility", "width", "word-spacing", "writing-mode", "x", "x1", "x2", "xml:space",
    "y", "y1", "y2",
];

/// Attributes that say something about the drawing and draw nothing.
fn is_idle(name: &str) -> bool {
    let starts = |start: &str| name.get(..start.len()).is_some_and(|front| front.eq_ignore_ascii_case(start));
    starts("data-")
        || starts("aria-")
        || matches!(
            name,
            "baseProfile" | "contentScriptType" | "contentStyleType" | "requiredFeatures" | "systemLanguage" | "zoomAndPan" | "x:space"
        )
}

/// What values may do: all other names before a bracket could lead out of the file.
const FUNCTIONS: &[&str] =
    &["calc", "hsl", "hsla", "matrix", "not", "rgb", "rgba", "rotate", "scale", "skewX", "skewY", "translate", "translateX", "translateY"];

/// Why a drawing is not taken: the element, attribute or other thing that it holds and readers cannot have.
pub type Refused = String;

/// Writes a drawing anew out of the parts that only draw.
///
/// # Errors
/// Names the first thing that does more, or that is no drawing.
pub fn clean(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("{} MB", bytes.len() >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "UTF-16 / GBK".to_string())?;
    let mut cleaner = Cleaner { rest: text.trim_start_matches('\u{feff}'), out: String::with_capacity(text.len()), ..Cleaner::default() };
    cleaner.run()?;
    Ok(cleaner.out.into_bytes())
}

#[derive(Default)]
struct Cleaner<'a> {
    rest: &'a str,
    out: String,
    /// Open elements, outermost first: the name as written, and whether it goes out.
    open: Vec<(&'a str, bool)>,
    /// The `id` of each open element.
    ids: Vec<Option<String>>,
    is_begun: bool,
    /// What is drawn again elsewhere, and in which elements with an `id` that is asked for.
    used: HashSet<String>,
    users: HashSet<String>,
}

impl<'a> Cleaner<'a> {
    fn run(&mut self) -> Result<(), Refused> {
        while !self.rest.is_empty() {
            match self.rest.find('<') {
                Some(0) => self.markup()?,
                found => {
                    let end = found.unwrap_or(self.rest.len());
                    self.text(end)?;
                }
            }
        }
        if !self.is_begun || !self.open.is_empty() {
            return Err("</svg>".to_string());
        }
        // Ten that draw ten that draw ten: a few lines could keep a phone busy for ever.
        match self.used.intersection(&self.users).min() {
            Some(id) => Err(format!("<use> in #{id}")),
            None => Ok(()),
        }
    }

    fn markup(&mut self) -> Result<(), Refused> {
        if let Some(rest) = self.rest.strip_prefix("<!--") {
            self.rest = past(rest, "-->")?;
        } else if let Some(rest) = self.rest.strip_prefix("<?") {
            if rest.starts_with("xml-stylesheet") {
                return Err("<?xml-stylesheet?>".to_string());
            }
            self.rest = past(rest, "?>")?;
        } else if let Some(rest) = self.rest.strip_prefix("<![CDATA[") {
            let end = rest.find("]]>").ok_or("]]>")?;
            self.characters(&rest[..end])?;
            self.rest = &rest[end + 3..];
        } else if let Some(rest) = self.rest.strip_prefix("<!DOCTYPE") {
            let end = rest.find('>').ok_or("<!DOCTYPE")?;
            // A document type may declare entities, which could stand for anything.
            if rest[..end].contains('[') || self.is_begun {
                return Err("<!DOCTYPE [ ]>".to_string());
            }
            self.rest = &rest[end + 1..];
        } else if let Some(rest) = self.rest.strip_prefix("</") {
            let end = rest.find('>').ok_or("</")?;
            self.close(rest[..end].trim_end())?;
            self.rest = &rest[end + 1..];
        } else {
            self.element()?;
        }
        Ok(())
    }

    fn text(&mut self, end: usize) -> Result<(), Refused> {
        let text = self.rest;
        self.rest = &text[end..];
        self.characters(&decoded(&text[..end])?)
    }

    /// Text where text is shown; elsewhere nobody sees it.
    fn characters(&mut self, text: &str) -> Result<(), Refused> {
        let Some((name, true)) = self.open.last() else { return Ok(()) };
        if *name == "style" {
            check_style(text)?;
        }
        if TEXTS.contains(name) {
            escape(text, &mut self.out);
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Refused> {
        match self.open.pop() {
            Some((open, goes_out)) if open == name => {
                self.ids.pop();
                if goes_out {
                    self.out.push_str("</");
                    self.out.push_str(name);
                    self.out.push('>');
                }
                Ok(())
            }
            _ => Err(format!("</{name}>")),
        }
    }

    fn element(&mut self) -> Result<(), Refused> {
        let text = &self.rest[1..];
        let end = name_end(text);
        let name = &text[..end];
        if name.is_empty() {
            return Err("<".to_string());
        }
        let (attributes, is_empty, rest) = attributes(&text[end..])?;
        self.rest = rest;
        // Once the drawing has ended there is no second one.
        let is_root = self.open.is_empty();
        if is_root && (self.is_begun || name != "svg") {
            return Err(format!("<{name}>"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("> {MAX_DEPTH}"));
        }
        let goes_out = self.open.last().is_none_or(|(_, goes_out)| *goes_out) && !is_foreign(name) && !UNSEEN.contains(&name);
        let mut id = None;
        if goes_out {
            if ELEMENTS.binary_search(&name).is_err() || self.open.last().is_some_and(|(above, _)| *above == "style") {
                return Err(format!("<{name}>"));
            }
            id = self.write(name, &attributes, is_root)?;
        }
        self.is_begun = true;
        if is_empty {
            if goes_out {
                self.out.push_str("/>");
            }
        } else {
            if goes_out {
                self.out.push('>');
            }
            self.open.push((name, goes_out));
            self.ids.push(id);
        }
        Ok(())
    }

    /// Writes `<name attribute="value"`, and gives the element's `id`.
    fn write(&mut self, name: &str, attributes: &[(&str, String)], is_root: bool) -> Result<Option<String>, Refused> {
        self.out.push('<');
        self.out.push_str(name);
        if is_root {
            for (name, value) in [("xmlns", NAMESPACE), ("xmlns:xlink", LINKS)] {
                put(&mut self.out, name, value);
            }
        }
        let mut id = None;
        for (attribute, value) in attributes {
            match *attribute {
                "xmlns" if value != NAMESPACE => return Err(format!("xmlns=\"{value}\"")),
                "href" | "xlink:href" => {
                    // Only what stands in this drawing.
                    let target = value.trim().strip_prefix('#').filter(|target| is_id(target));
                    let Some(target) = target else {
                        return Err(format!("{attribute}=\"{}\"", value.chars().take(60).collect::<String>()));
                    };
                    if name == "use" {
                        self.used.insert(target.to_string());
                        self.users.extend(self.ids.iter().flatten().cloned());
                    }
                    put(&mut self.out, attribute, &format!("#{target}"));
                }
                _ if ATTRIBUTES.binary_search(attribute).is_ok() => {
                    match *attribute {
                        "style" => check_style(value)?,
                        _ => check_value(value)?,
                    }
                    if *attribute == "id" {
                        id = Some(value.clone());
                    }
                    put(&mut self.out, attribute, value);
                }
                _ if is_foreign(attribute) || *attribute == "xmlns" || is_idle(attribute) => {}
                _ => return Err(format!("{attribute}=")),
            }
        }
        // A `use` that is itself drawn elsewhere counts as one within it.
        if let ("use", Some(id)) = (name, &id) {
            self.users.insert(id.clone());
        }
        Ok(id)
    }
}

/// A name of another vocabulary: of an editor, of metadata.
fn is_foreign(name: &str) -> bool {
    name.contains(':')
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

fn past<'a>(text: &'a str, end: &str) -> Result<&'a str, Refused> {
    text.find(end).map(|at| &text[at + end.len()..]).ok_or_else(|| end.to_string())
}

fn name_end(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.'))).unwrap_or(text.len())
}

type Attributes<'a> = (Vec<(&'a str, String)>, bool, &'a str);

/// Attributes up to the end of a tag, whether the element is empty, and what follows.
fn attributes(text: &str) -> Result<Attributes<'_>, Refused> {
    let mut all: Vec<(&str, String)> = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if let Some(rest) = trimmed.strip_prefix("/>") {
            return Ok((all, true, rest));
        }
        if let Some(rest) = trimmed.strip_prefix('>') {
            return Ok((all, false, rest));
        }
        let end = name_end(trimmed);
        let name = &trimmed[..end];
        let value = trimmed[end..].trim_start().strip_prefix('=').map(str::trim_start);
        let quoted =
            value.and_then(|value| ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote).map(|value| (quote, value))));
        // Without a blank before it, or twice, it is not what an XML reader takes.
        let (Some((quote, value)), false, true) = (quoted, end == 0, trimmed.len() < rest.len()) else {
            return Err(trimmed.chars().take(20).collect());
        };
        let close = value.find(quote).filter(|close| !value[..*close].contains('<')).ok_or_else(|| format!("{name}="))?;
        if all.iter().any(|(known, _)| *known == name) {
            return Err(format!("{name}= {name}="));
        }
        all.push((name, decoded(&value[..close])?));
        rest = &value[close + 1..];
    }
}

/// Text without its entities. Only those that every reader of XML knows.
fn decoded(text: &str) -> Result<String, Refused> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(';').filter(|end| *end <= 12).ok_or("&")?;
        let name = &rest[at + 1..at + end];
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number(name),
        };
        out.push(c.ok_or_else(|| format!("&{name};"))?);
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    match out.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        true => Err("&#0;".to_string()),
        false => Ok(out),
    }
}

fn number(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let value = match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(value)
}

/// A value of an attribute: what it calls must be on the list, `url(…)` must stay in this drawing.
fn check_value(value: &str) -> Result<(), Refused> {
    let mut from = 0;
    while let Some(at) = value[from..].find('(').map(|at| from + at) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let name = &value[value[..at].trim_end_matches(is_name).len()..at];
        if name.eq_ignore_ascii_case("url") {
            let end = value[at..].find(')').ok_or("url(")? + at;
            let target = value[at + 1..end].trim().trim_matches(['"', '\'']);
            if !target.strip_prefix('#').is_some_and(is_id) {
                return Err(format!("url({})", target.chars().take(60).collect::<String>()));
            }
        } else if !name.is_empty() && !FUNCTIONS.contains(&name) {
            return Err(format!("{name}()"));
        }
        from = at + 1;
    }
    // An escape could spell any of the names that were looked for.
    match value.contains('\\') {
        true => Err("\\".to_string()),
        false => Ok(()),
    }
}

/// A style sheet or a `style=`: nothing is fetched, nothing is imported, nothing is spelt in a way that hides it.
fn check_style(style: &str) -> Result<(), Refused> {
    if let Some(at) = style.find('@') {
        return Err(style[at..].split_whitespace().next().unwrap_or("@").chars().take(40).collect());
    }
    // What old browsers ran out of a style.
    let lower = style.to_ascii_lowercase();
    for word in ["expression", "behavior", "-moz-binding", "javascript:"] {
        if lower.contains(word) {
            return Err(word.to_string());
        }
    }
    check_value(style)
}

fn put(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(value, out);
    out.push('"');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // In a value these would be read as blanks.
            '\t' | '\n' | '\r' => out.push(if c == '\n' { '\n' } else { ' ' }),
            _ => out.push(c),
        }
    }
}
