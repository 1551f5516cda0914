//! Atom feeds (RFC 4287).

use std::fmt::Write;

use super::xml::{absolute, escape};

/// The year in identifiers: any day on which the site's name was the site's own (RFC 4151). It never changes, or every
/// reader's program would show every entry as new.
const MINTED: &str = "2026";

/// Says that nothing has happened yet: a feed must say when it last changed, and may not ask the clock.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// What a feed tells. Times are written as in `2026-03-05T14:30:00+08:00`, all with one offset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Lasting name of the site. Identifiers are made of it, so that they stay when the site moves to another host.
    pub site: String,
    /// Address of the site; empty when it is not known. Then links may be relative, and readers' programs resolve them
    /// against the address they got the feed from.
    pub base_url: String,
    /// Output path of the feed.
    pub path: String,
    /// Link to the page that shows the same list.
    pub page: String,
    /// Title of the site, section or branch.
    pub title: String,
    /// A line below the title; may be empty.
    pub subtitle: String,
    /// Who answers for it; the title stands in for an empty name.
    pub author: Author,
    /// Language of the texts, as in `zh-CN`; may be empty.
    pub language: String,
    /// In the order in which they are to be shown.
    pub entries: Vec<Entry>,
}

/// One page in a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Output path of the page.
    pub path: String,
    /// Plain text.
    pub title: String,
    /// Link to the page.
    pub link: String,
    /// When it was last changed; empty when nothing is known.
    pub updated: String,
    /// When it came out.
    pub published: Option<String>,
    /// Plain text; may be empty.
    pub summary: String,
    /// Whose names stand on the page; none when they are the feed's author.
    pub authors: Vec<Author>,
    /// Tags.
    pub categories: Vec<String>,
}

/// Somebody who wrote something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// Plain text.
    pub name: String,
}

impl Entry {
    /// Never before it came out, whatever the front matter says. One offset makes the order of texts that of times.
    fn updated(&self) -> &str {
        match self.updated.as_str().max(self.published.as_deref().unwrap_or_default()) {
            "" => NEVER,
            updated => updated,
        }
    }
}

/// The feed as a file.
pub fn atom(feed: &Feed) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    if !feed.language.is_empty() {
        attribute(&mut xml, "xml:lang", &feed.language);
    }
    xml.push_str(">\n");
    element(&mut xml, "id", &id(feed, &feed.path));
    element(&mut xml, "title", &feed.title);
    if !feed.subtitle.is_empty() {
        element(&mut xml, "subtitle", &feed.subtitle);
    }
    let updated = feed.entries.iter().map(Entry::updated).max();
    element(&mut xml, "updated", updated.unwrap_or(NEVER));
    author(&mut xml, if feed.author.name.is_empty() { &feed.title } else { &feed.author.name });
    link(&mut xml, "alternate", "text/html", &feed.page);
    if !feed.base_url.is_empty() {
        link(&mut xml, "self", "application/atom+xml", &absolute(&feed.base_url, &feed.path));
    }
    for entry in &feed.entries {
        push_entry(&mut xml, feed, entry);
    }
    xml.push_str("</feed>\n");
    xml
}

fn push_entry(xml: &mut String, feed: &Feed, entry: &Entry) {
    xml.push_str("<entry>\n");
    element(xml, "id", &id(feed, &entry.path));
    element(xml, "title", &entry.title);
    link(xml, "alternate", "text/html", &entry.link);
    if let Some(published) = &entry.published {
        element(xml, "published", published);
    }
    element(xml, "updated", entry.updated());
    for somebody in entry.authors.iter().filter(|somebody| !somebody.name.is_empty()) {
        author(xml, &somebody.name);
    }
    for category in &entry.categories {
        xml.push_str("<category");
        attribute(xml, "term", category);
        xml.push_str("/>\n");
    }
    if !entry.summary.is_empty() {
        element(xml, "summary", &entry.summary);
    }
    xml.push_str("</entry>\n");
}

/// `tag:site,2026:path`: without an address in it, it holds on every host.
fn id(feed: &Feed, path: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut site: String = feed.site.to_ascii_lowercase().chars().filter(is_plain).collect();
    if site.is_empty() {
        site.push_str("studyhall");
    }
    format!("tag:{site},{MINTED}:{path}")
}

fn author(xml: &mut String, name: &str) {
    writeln!(xml, "<author><name>{}</name></author>", escape(name)).expect("a text takes any writing");
}

fn link(xml: &mut String, rel: &str, kind: &str, href: &str) {
    xml.push_str("<link");
    attribute(xml, "rel", rel);
    attribute(xml, "type", kind);
    attribute(xml, "href", href);
    xml.push_str("/>\n");
}

fn element(xml: &mut String, name: &str, text: &str) {
    writeln!(xml, "<{name}>{}</{name}>", escape(text)).expect("a text takes any writing");
}

fn attribute(xml: &mut String, name: &str, value: &str) {
    write!(xml, " {name}=\"{}\"", escape(value)).expect("a text takes any writing");
}
