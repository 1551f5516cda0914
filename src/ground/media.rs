//! What a file is, by its extension: the one table of media types.
//!
//! The preview serves by it, S3 and WebDAV are told by it, and the proof after a publish expects it.

/// A media type.
#[derive(Debug, PartialEq, Eq)]
pub struct MediaType {
    /// Extensions in lower case.
    extensions: &'static [&'static str],
    /// The value of `Content-Type`; texts of a built site are UTF-8.
    pub content_type: &'static str,
    /// Whether its files are compressed already, so that packing them is in vain.
    pub is_compressed: bool,
}

const fn plain(extensions: &'static [&'static str], content_type: &'static str) -> MediaType {
    MediaType { extensions, content_type, is_compressed: false }
}

const fn compressed(extensions: &'static [&'static str], content_type: &'static str) -> MediaType {
    MediaType { extensions, content_type, is_compressed: true }
}

/// What a file is that nobody knows.
pub const UNKNOWN: &str = "application/octet-stream";

const TABLE: &[MediaType] = &[
    // Pages and what belongs to them.
    plain(&["html", "htm"], "text/html; charset=utf-8"),
    plain(&["css"], "text/css; charset=utf-8"),
    plain(&["js", "mjs"], "text/javascript; charset=utf-8"),
    plain(&["xml"], "application/xml; charset=utf-8"),
    plain(&["json"], "application/json; charset=utf-8"),
    plain(&["webmanifest"], "application/manifest+json"),
    compressed(&["woff2"], "font/woff2"),
    // Texts. A browser shows plain text, and offers to keep what it does not know.
    plain(&["txt", "csv", "tsv", "md", "bib", "tex", "srt", "lrc"], "text/plain; charset=utf-8"),
    plain(&["vtt"], "text/vtt; charset=utf-8"),
    plain(&["ics"], "text/calendar; charset=utf-8"),
    plain(&["vcf"], "text/vcard; charset=utf-8"),
    plain(&["rtf"], "application/rtf"),
    // Pictures.
    plain(&["svg"], "image/svg+xml"),
    compressed(&["png"], "image/png"),
    compressed(&["jpg", "jpeg"], "image/jpeg"),
    compressed(&["gif"], "image/gif"),
    compressed(&["webp"], "image/webp"),
    compressed(&["avif"], "image/avif"),
    compressed(&["heic"], "image/heic"),
    plain(&["bmp"], "image/bmp"),
    plain(&["ico"], "image/x-icon"),
    plain(&["tif", "tiff"], "image/tiff"),
    plain(&["psd"], "image/vnd.adobe.photoshop"),
    plain(&["dwg"], "image/vnd.dwg"),
    plain(&["dxf"], "image/vnd.dxf"),
    // Documents.
    compressed(&["pdf"], "application/pdf"),
    plain(&["doc"], "application/msword"),
    compressed(&["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    plain(&["xls"], "application/vnd.ms-excel"),
    compressed(&["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    plain(&["ppt", "pps"], "application/vnd.ms-powerpoint"),
    compressed(&["pptx"], "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    compressed(&["ppsx"], "application/vnd.openxmlformats-officedocument.presentationml.slideshow"),
    plain(&["mpp"], "application/vnd.ms-project"),
    plain(&["vsd"], "application/vnd.visio"),
    compressed(&["vsdx"], "application/vnd.ms-visio.drawing"),
    compressed(&["xps"], "application/vnd.ms-xpsdocument"),
    plain(&["wps", "wpt"], "application/vnd.ms-works"),
    compressed(&["odt"], "application/vnd.oasis.opendocument.text"),
    compressed(&["ods"], "application/vnd.oasis.opendocument.spreadsheet"),
    compressed(&["odp"], "application/vnd.oasis.opendocument.presentation"),
    compressed(&["ofd"], "application/ofd"),
    compressed(&["epub"], "application/epub+zip"),
    compressed(&["mobi"], "application/x-mobipocket-ebook"),
    compressed(&["azw3"], "application/vnd.amazon.mobi8-ebook"),
    plain(&["ai", "eps", "ps"], "application/postscript"),
    compressed(&["key"], "application/vnd.apple.keynote"),
    compressed(&["numbers"], "application/vnd.apple.numbers"),
    compressed(&["pages"], "application/vnd.apple.pages"),
    compressed(&["xmind"], "application/vnd.xmind.workbook"),
    // Types that have no name of their own, or none that programs agree on.
    plain(&["caj", "ceb", "cebx", "dps", "dpt", "et", "ett", "mmap", "rp"], UNKNOWN),
    // Packages.
    compressed(&["zip", "zipx"], "application/zip"),
    compressed(&["7z"], "application/x-7z-compressed"),
    compressed(&["rar"], "application/vnd.rar"),
    compressed(&["bz2"], "application/x-bzip2"),
    compressed(&["xz"], "application/x-xz"),
    compressed(&["parquet"], "application/vnd.apache.parquet"),
    plain(&["tar"], "application/x-tar"),
    // Sound and film.
    compressed(&["mp3"], "audio/mpeg"),
    compressed(&["m4a"], "audio/mp4"),
    compressed(&["aac"], "audio/aac"),
    compressed(&["amr"], "audio/amr"),
    compressed(&["flac"], "audio/flac"),
    compressed(&["ogg", "opus"], "audio/ogg"),
    compressed(&["wma"], "audio/x-ms-wma"),
    plain(&["wav"], "audio/wav"),
    plain(&["mid"], "audio/midi"),
    compressed(&["mp4", "m4v"], "video/mp4"),
    compressed(&["3gp"], "video/3gpp"),
    compressed(&["avi"], "video/x-msvideo"),
    compressed(&["flv"], "video/x-flv"),
    compressed(&["mkv"], "video/x-matroska"),
    compressed(&["mov"], "video/quicktime"),
    compressed(&["mpeg", "mpg"], "video/mpeg"),
    compressed(&["webm"], "video/webm"),
    compressed(&["wmv"], "video/x-ms-wmv"),
];

impl MediaType {
    /// The type without its parameters: `text/html`.
    pub fn essence(&self) -> &'static str {
        self.content_type.split(';').next().unwrap_or(self.content_type)
    }
}

/// The type of an extension, in upper or lower case, without its dot.
pub fn of_extension(extension: &str) -> Option<&'static MediaType> {
    TABLE.iter().find(|row| row.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// The value of `Content-Type` for a path.
pub fn content_type(path: &str) -> &'static str {
    of_extension(super::path::extension(path)).map_or(UNKNOWN, |row| row.content_type)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn types_of_paths() {
        assert_eq!(content_type("a/b.HTML"), "text/html; charset=utf-8");
        assert_eq!(content_type("办法.docx"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        assert_eq!(content_type("a.tar.unknown"), UNKNOWN);
        assert_eq!(content_type("a.docx/b"), UNKNOWN);
        assert_eq!(of_extension("xml").map(MediaType::essence), Some("application/xml"));
    }

    #[test]
    fn every_extension_has_one_row() {
        let mut seen = BTreeSet::new();
        for extension in TABLE.iter().flat_map(|row| row.extensions) {
            assert!(seen.insert(extension), "{extension}");
            assert_eq!(extension.to_ascii_lowercase(), **extension);
        }
    }
}
