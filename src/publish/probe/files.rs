//! What a probe brings to a host: small files of all types that a site may have, in the folders and under the names that it has.

use crate::ground::path::MAX_OUTPUT_PATH;

/// The page of the folder.
pub const HOME: &str = "index.html";
/// Stands in that page and nowhere else.
pub const MARK: &str = "studyhall probe: 学堂试一试";
/// Types that each site needs to be read and searched.
pub const NEEDED: [&str; 8] = ["html", "css", "js", "xml", "txt", "png", "jpg", "ico"];
/// Types of attachments that people offer, and types that sites of other programs need.
const ATTACHMENTS: [&str; 22] = [
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "zip",
    "gif",
    "mp3",
    "m4a",
    "mp4",
    "ics",
    "csv",
    "svg",
    "json",
    "webp",
    "woff2",
    "webmanifest",
    "md",
    "epub",
    "ofd",
];
/// Large files, in MB: a picture, a talk of ten minutes, one of an hour.
pub const SIZES: [usize; 3] = [1, 8, 32];
/// So much text that a host finds it worth packing.
const LINES: usize = 120;

/// What a file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbePart {
    /// A type that a site needs.
    Needed,
    /// Another type.
    Attachment,
    /// A folder that each site has.
    FolderTarget,
    /// The longest path.
    Deep,
    /// The longest name.
    Long,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Its path in the folder of the probe.
    pub path: String,
    /// What it stands for.
    pub part: ProbePart,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// All files but the large ones, for a folder of this name; the page first.
pub fn all(folder: &str) -> Vec<Try> {
    let one = |path: String, part| {
        let bytes = content(path.rsplit('.').next().unwrap_or_default());
        Try { path, part, bytes }
    };
    let mut all = vec![one(HOME.to_string(), ProbePart::Needed)];
    all.extend(NEEDED.iter().filter(|kind| **kind != "html").map(|kind| one(format!("types/x.{kind}"), ProbePart::Needed)));
    all.extend(ATTACHMENTS.iter().map(|kind| one(format!("types/x.{kind}"), ProbePart::Attachment)));
    let folders =
        ["assets/home.0123456789.css", "search/terms/00000.js", "study/q/0123456789.js", "news/2026/a-w480.jpg", "tags/a/index.html"];
    all.extend(folders.map(|path| one(path.to_string(), ProbePart::FolderTarget)));
    all.push(one(deep(folder), ProbePart::Deep));
    // The longest slug, and what is put behind it.
    all.push(one(format!("{}-w480.jpg", "a".repeat(80)), ProbePart::Long));
    all
}

/// A path that is, with the folder, as long as one of a site may be.
fn deep(folder: &str) -> String {
    let room = MAX_OUTPUT_PATH - folder.len() - "//x.html".len();
    let mut path = String::new();
    while path.len() < room {
        if !path.is_empty() {
            path.push('/');
        }
        // One that is left would be a slash without a name behind it.
        let left = room - path.len();
        path.push_str(&"d".repeat(if left == 21 { 21 } else { left.min(20) }));
    }
    format!("{path}/x.html")
}

/// The path of a large file.
pub fn of_size(size: usize) -> String {
    format!("size-{size}.mp3")
}

/// A large file; nothing in it can be packed, so that its size is its size on the way, too.
pub fn large(size: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 + size as u64;
    let mut bytes = Vec::with_capacity(size << 20);
    while bytes.len() < size << 20 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
}

/// Something of a type: enough for a firewall that looks into files to believe the ending.
fn content(kind: &str) -> Vec<u8> {
    let line = "这一行用来试一试主机怎样提供文件。A line to see how a host serves files.\n";
    let text = |begin: &str, end: &str| format!("{begin}{}{end}", line.repeat(LINES)).into_bytes();
    let begin: &[u8] = match kind {
        "html" => {
            let head =
                format!("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{MARK}</title></head>\n<body><p>");
            return text(&head, "</p></body></html>\n");
        }
        "css" => return text("body { margin: 0 }\n/* ", "*/\n"),
        "js" => return text("var probe = 1;\n/* ", "*/\n"),
        "xml" => return text("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<probe>", "</probe>\n"),
        "svg" => return b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n".to_vec(),
        "json" | "webmanifest" => return b"{\"name\": \"probe\"}\n".to_vec(),
        "txt" | "csv" | "md" => return text("", ""),
        "ics" => return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//studyhall//probe\r\nEND:VCALENDAR\r\n".to_vec(),
        "png" => b"\x89PNG\r\n\x1a\n",
        "jpg" => b"\xFF\xD8\xFF\xE0",
        "gif" => b"GIF89a",
        "ico" => b"\0\0\x01\0",
        "webp" => b"RIFF\x20\0\0\0WEBP",
        "pdf" => b"%PDF-1.4\n",
        "docx" | "xlsx" | "pptx" | "zip" | "epub" | "ofd" => b"PK\x03\x04",
        "doc" | "xls" | "ppt" => b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "mp3" => b"ID3\x03\0",
        "m4a" | "mp4" => b"\0\0\0\x18ftypmp42",
        "woff2" => b"wOF2",
        _ => b"",
    };
    [begin, b" studyhall probe"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::path::check_output;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_has_a_media_type() {
        for extension in NEEDED.iter().chain(&ATTACHMENTS) {
            assert!(crate::ground::media::of_extension(extension).is_some(), "{extension}");
        }
    }

    #[test]
    fn a_probe_has_names_that_a_site_may_have() {
        let folder = "studyhall-probe-0123abcd";
        let all = all(folder);
        for one in &all {
            assert_eq!(check_output(&format!("{folder}/{}", one.path)), Ok(()), "{}", one.path);
            assert!(!one.bytes.is_empty());
        }
        let paths: BTreeSet<&str> = all.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths.len(), all.len());
        let longest = all.iter().map(|one| folder.len() + 1 + one.path.len()).max();
        assert_eq!(longest, Some(MAX_OUTPUT_PATH), "as long as a path of a site may be");
        assert_eq!(large(1).len(), 1 << 20);
    }
}
