//! What links, pictures, players and attachments point at.

use serde::{Deserialize, Serialize};

use crate::ground::diagnostic::Span;
use crate::ground::path;

/// What something points at, as the author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The target, percent-decoded, without its fragment: a path, an address, or empty for a place on the same page.
    pub target: String,
    /// The fragment, percent-decoded, without `#`.
    pub anchor: Option<String>,
    /// What kind of thing points.
    pub kind: LinkKind,
    /// Alternative text of a picture, plain.
    pub alt: String,
    /// Where it stands in the file.
    pub span: Span,
}

/// What kind of thing points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A link to a page or heading of this site, or to a file of it (attachment).
    Internal,
    /// A link to another site, `mailto:` or `tel:`.
    External,
    /// A picture.
    Picture,
    /// An audio or video file.
    Media,
}

impl Link {
    /// Whether it leads to a file of this site that readers download.
    pub fn is_attachment(&self) -> bool {
        self.kind == LinkKind::Internal && is_attachment(&self.target)
    }

    /// The address of a link that leaves the site, as it stands in a page.
    pub fn address(&self) -> String {
        let anchor = self.anchor.as_ref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
        format!("{}{anchor}", self.target).replace(' ', "%20")
    }

    /// Whether it leads to another site by its name, rather than to a mailbox or telephone.
    pub fn is_site(&self) -> bool {
        let scheme = self.target.split(':').next();
        self.target.starts_with("//") || scheme.is_some_and(|scheme| scheme.len() > 2 && !matches!(scheme, "mailto" | "tel" | "sms"))
    }
}

/// Whether a target inside the site is a file to download rather than a page.
pub fn is_attachment(target: &str) -> bool {
    let extension = path::extension(target.split('?').next().unwrap_or(target));
    let named = (1..=5).contains(&extension.len())
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        && extension.bytes().any(|b| b.is_ascii_alphabetic());
    named && !["md", "markdown", "html", "htm"].iter().any(|page| page.eq_ignore_ascii_case(extension))
}

/// Whether the image syntax names a recording: `audio` or `video`.
pub fn player(target: &str) -> Option<&'static str> {
    match path::extension(target).to_ascii_lowercase().as_str() {
        "mp3" | "m4a" | "ogg" | "wav" => Some("audio"),
        "mp4" | "webm" => Some("video"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_and_players() {
        assert!(is_attachment("报名表.docx") && is_attachment("a/b.PDF"));
        assert!(!is_attachment("a.md") && !is_attachment("a/") && !is_attachment("第1.2节") && !is_attachment("v2.0"));
        assert_eq!((player("a.MP3"), player("a.mp4"), player("a.png")), (Some("audio"), Some("video"), None));
    }
}
