//! `sitemap.xml` and `robots.txt`, for search engines.

use std::fmt::Write;

use super::xml::escape;

/// A page that search engines may list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// The whole address; the protocol knows no relative ones.
    pub address: String,
    /// The day of the last change, as in `2026-03-05`, if it is known.
    pub changed: Option<String>,
}

/// `sitemap.xml`. The protocol allows 50,000 addresses in a file; search engines leave out the rest.
pub fn sitemap(urls: &[Url]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    xml.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for url in urls {
        write!(xml, "<url><loc>{}</loc>", escape(&url.address)).expect("a text takes any writing");
        if let Some(changed) = &url.changed {
            write!(xml, "<lastmod>{}</lastmod>", escape(changed)).expect("a text takes any writing");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

/// `robots.txt`: all is welcome, and where the sitemap is, if its address is known.
///
/// Search engines read it at the root of a host only; in a sub-directory it does neither harm nor good.
pub fn robots(sitemap: Option<&str>) -> String {
    let mut text = String::from("User-agent: *\nDisallow:\n");
    if let Some(address) = sitemap {
        writeln!(text, "\nSitemap: {address}").expect("a text takes any writing");
    }
    text
}
