//! Answers in XML: what WebDAV and S3 list. Foreign input: anything may come, and nothing of it may end the program.

use roxmltree::{Document, Node};

use crate::ground::percent;
use crate::publish::store::RemoteEntry;

/// One resource of a WebDAV listing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Resource {
    /// The path on the host, decoded, without a slash at its end.
    pub(super) path: String,
    pub(super) size: Option<u64>,
    pub(super) is_folder: bool,
}

/// One page of an S3 listing: names below the folder, and where the next page begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) entries: Vec<RemoteEntry>,
    pub(super) next: Option<String>,
}

/// Reads a `multistatus`. `None`: it is none.
pub(super) fn resources(bytes: &[u8]) -> Option<Vec<Resource>> {
    let text = String::from_utf8_lossy(bytes);
    let document = parsed(&text)?;
    let root = document.root_element();
    (root.tag_name().name() == "multistatus").then_some(())?;
    let mut found = Vec::new();
    for response in children(root, "response") {
        let Some(href) = inner(response, "href") else { continue };
        // Properties come in groups, each with its status; only those that are there count.
        let good = children(response, "propstat").filter(|group| inner(*group, "status").is_none_or(|status| status.contains(" 200")));
        let mut resource = Resource { path: path_of(href), size: None, is_folder: href.trim().ends_with('/') };
        for properties in good.flat_map(|group| children(group, "prop").collect::<Vec<_>>()) {
            if let Some(kind) = children(properties, "resourcetype").next() {
                resource.is_folder = children(kind, "collection").next().is_some();
            }
            resource.size = inner(properties, "getcontentlength").and_then(|size| size.trim().parse().ok()).or(resource.size);
        }
        if resource.is_folder {
            resource.size = None;
        }
        found.push(resource);
    }
    Some(found)
}

/// Reads a `ListBucketResult` whose names begin with `prefix`. `None`: it is none.
pub(super) fn listed(bytes: &[u8], prefix: &str) -> Option<Listed> {
    let text = String::from_utf8_lossy(bytes);
    let document = parsed(&text)?;
    let root = document.root_element();
    (root.tag_name().name() == "ListBucketResult").then_some(())?;
    let is_coded = inner(root, "EncodingType") == Some("url");
    let name = |node: Node<'_, '_>, tag: &str| {
        let key = inner(node, tag)?;
        let key = if is_coded { decoded(&key.replace('+', " ")) } else { key.to_string() };
        let name = key.strip_prefix(prefix)?.trim_end_matches('/').to_string();
        (!name.is_empty()).then_some(name)
    };
    let mut entries = Vec::new();
    for node in children(root, "Contents") {
        // A key that ends in a slash is a folder that a console made.
        if let Some(name) = name(node, "Key").filter(|name| !name.contains('/')) {
            let size = inner(node, "Size").and_then(|size| size.trim().parse().ok());
            entries.push(RemoteEntry { name, size, is_folder: false });
        }
    }
    entries.extend(children(root, "CommonPrefixes").filter_map(|node| name(node, "Prefix")).map(|name| RemoteEntry {
        name,
        size: None,
        is_folder: true,
    }));
    let is_cut = inner(root, "IsTruncated").is_some_and(|text| text.trim() == "true");
    let next = inner(root, "NextContinuationToken").filter(|token| is_cut && !token.is_empty()).map(str::to_string);
    Some(Listed { entries, next })
}

/// The code and the words of an S3 error.
pub(super) fn error(bytes: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    let document = parsed(&text)?;
    let root = document.root_element();
    (root.tag_name().name() == "Error").then_some(())?;
    Some((inner(root, "Code")?.to_string(), inner(root, "Message").unwrap_or_default().to_string()))
}

/// Elements in elements. What servers list is four deep, with some room for what they say beside it.
const DEEPEST: usize = 32;
/// Attributes of one element: each is compared with all others, and name spaces are handed down.
const MOST_ATTRIBUTES: usize = 32;

/// The tree of an answer. `None`: it is no XML, or XML that nobody means.
fn parsed(text: &str) -> Option<Document<'_>> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    // The parser calls itself for each element in an element, and its stack ends before a hostile answer does.
    if is_modest(text) { Document::parse(text).ok() } else { None }
}

/// Whether an answer is no deeper and its elements no larger than what servers send. Reads tags only; what is not well-formed is
/// the parser's to refuse.
fn is_modest(text: &str) -> bool {
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")].into_iter().find(|(begin, _)| rest.starts_with(begin));
        if let Some((begin, end)) = skipped {
            let Some(at) = rest[begin.len()..].find(end) else { return true };
            rest = &rest[begin.len() + at + end.len()..];
            continue;
        }
        // Entities, which may hold elements themselves, need a document type; no listing has one.
        if rest.starts_with("<!") {
            return false;
        }
        let Some((tag, after)) = tag(rest) else { return true };
        rest = after;
        match () {
            () if tag.starts_with("</") => depth = depth.saturating_sub(1),
            () if tag.matches('=').count() > MOST_ATTRIBUTES => return false,
            () if tag.ends_with("/>") => {}
            () => depth += 1,
        }
        if depth > DEEPEST {
            return false;
        }
    }
    true
}

/// The tag that a text begins with, and what is behind it. A `>` in quotation marks does not end it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(text.split_at(at + 1)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// `%E5%AD%A6` to its text; bytes that are not UTF-8 are read as GBK.
pub(super) fn decoded(text: &str) -> String {
    super::decoding::words(&percent::decode_bytes(text))
}

/// The path of an address, which may be whole or begin with a slash.
fn path_of(href: &str) -> String {
    let href = href.trim();
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => href,
    };
    decoded(path).trim_end_matches('/').to_string()
}

fn children<'a, 'input: 'a>(node: Node<'a, 'input>, name: &'static str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn inner<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name).map(|child| child.text().unwrap_or_default())
}
