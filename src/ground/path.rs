//! Addresses: paths inside the site folder, paths in the output, and the links between them.
//!
//! All are texts with `/`, without a leading slash, without `.` and `..` segments.

use std::path::{Component, Path};

use unicode_normalization::UnicodeNormalization;

use super::text::is_han;

/// The longest output path, in characters: what old FTP servers and Windows' 260 leave.
pub const MAX_OUTPUT_PATH: usize = 200;

/// The longest extension that an address keeps: `.webmanifest` and all that have a name are shorter.
const MAX_EXTENSION: usize = 12;

/// The longest slug that is made from a name. What is longer is cut and told apart by a hash.
const MAX_SLUG: usize = 80;

/// Folder names that IIS hides (request filtering's `hiddenSegments`), lower case.
const HIDDEN: &[&str] = &[
    "bin",
    "app_code",
    "app_globalresources",
    "app_localresources",
    "app_webreferences",
    "app_data",
    "app_browsers",
    "app_themes",
    "aspnet_client",
    "web.config",
];

/// Names that Windows reserves, with or without an extension.
const RESERVED: &[&str] = &[
    "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$",
];

/// A path of the file system, relative to a root, as a text with `/` in NFC (macOS hands out NFD).
/// `None` when a part is not Unicode.
pub fn portable(relative: &Path) -> Option<String> {
    let mut path = String::with_capacity(relative.as_os_str().len());
    for part in relative.components() {
        let Component::Normal(part) = part else { continue };
        let part = part.to_str()?;
        if !path.is_empty() {
            path.push('/');
        }
        // Every file is asked for at each build, and most names are plain.
        if part.is_ascii() {
            path.push_str(part);
        } else {
            path.extend(part.nfc());
        }
    }
    Some(path)
}

/// A path of the file system as people know it: on Windows without the `\\?\` that a path gets when its links are followed,
/// where it says the same without.
pub fn shown(path: &Path) -> String {
    dunce::simplified(path).display().to_string()
}

/// The folder of a path, without the trailing slash; empty at the root.
pub fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..slash])
}

/// The last segment of a path.
pub fn name(path: &str) -> &str {
    path.rfind('/').map_or(path, |slash| &path[slash + 1..])
}

/// The last segment without its extension.
pub fn stem(path: &str) -> &str {
    let name = name(path);
    match name.rfind('.') {
        Some(0) | None => name,
        Some(dot) => &name[..dot],
    }
}

/// The extension without its dot, as written; empty when there is none.
pub fn extension(path: &str) -> &str {
    let name = name(path);
    match name.rfind('.') {
        Some(0) | None => "",
        Some(dot) => &name[dot + 1..],
    }
}

/// Joins a folder and a path.
pub fn join(folder: &str, rest: &str) -> String {
    match (folder.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_string(),
        (_, true) => folder.to_string(),
        _ => format!("{folder}/{rest}"),
    }
}

/// Follows `target` as written on a page in `folder`: relative, or from the root with a leading slash; `\` counts as
/// `/`. `None` when it climbs out of the root.
pub fn resolve(folder: &str, target: &str) -> Option<String> {
    let target = target.replace('\\', "/");
    let mut parts: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The way from a page back to the root: empty, or `../` as often as the page is deep.
pub fn root_of(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

/// The shortest relative link between two output paths. A page's link to itself is its file name.
pub fn relative(from: &str, to: &str) -> String {
    let from_folder = parent(from);
    let mut from_parts = from_folder.split('/').filter(|part| !part.is_empty()).peekable();
    let mut to_rest = to;
    while let Some(part) = from_parts.peek() {
        match to_rest.strip_prefix(part).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) => to_rest = rest,
            None => break,
        }
        from_parts.next();
    }
    let mut link = "../".repeat(from_parts.count());
    link.push_str(to_rest);
    link
}

/// Why a path may not stand in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPath {
    /// A character outside `[a-z0-9._/-]`, an empty or dotted segment.
    Characters,
    /// Longer than [`MAX_OUTPUT_PATH`].
    TooLong,
    /// A segment that IIS hides or Windows reserves.
    Reserved,
}

/// Checks an output path against the rules of the output (portable characters, length, names).
pub fn check_output(path: &str) -> Result<(), BadPath> {
    if path.chars().count() > MAX_OUTPUT_PATH {
        return Err(BadPath::TooLong);
    }
    for segment in path.split('/') {
        let plain = segment.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if segment.is_empty() || !plain || segment.starts_with('.') || segment.ends_with('.') {
            return Err(BadPath::Characters);
        }
        if is_reserved(segment) {
            return Err(BadPath::Reserved);
        }
    }
    Ok(())
}

fn is_reserved(segment: &str) -> bool {
    HIDDEN.contains(&segment) || is_reserved_name(segment)
}

/// Whether Windows keeps the name for a device, whatever its case and extension.
pub fn is_reserved_name(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment).trim_end_matches(' ');
    // Every path is asked, and nearly every name is longer.
    if stem.len() > 7 || stem.len() < 3 {
        return false;
    }
    // `COM¹` is the same device as `COM1`.
    let digit = |c: char| "¹²³".chars().zip('1'..).find(|(high, _)| *high == c).map_or(c, |(_, digit)| digit);
    let name: String = stem.chars().map(|c| digit(c).to_ascii_lowercase()).collect();
    RESERVED.contains(&name.as_str())
}

/// A name as a segment of an address: `a-z`, `0-9` and `-`, at most [`MAX_SLUG`] and two; Han characters by their pinyin,
/// with `v` for `ü` as input methods write it. Every segment that the program makes of a name is made here.
///
/// A name of which nothing is left becomes `x`; one that IIS hides or Windows reserves gets `-x` behind it.
pub fn slug(name: &str) -> String {
    use pinyin::ToPinyin;

    let mut slug = String::new();
    let mut gap = false;
    for c in name.nfkc().flat_map(char::to_lowercase) {
        let syllable = if is_han(c) { c.to_pinyin().map(|p| typed(p.plain())) } else { None };
        if let Some(syllable) = syllable.filter(|syllable| !syllable.is_empty()) {
            push_word(&mut slug, &mut gap, true, &syllable);
        } else if c.is_ascii_alphanumeric() {
            push_word(&mut slug, &mut gap, false, c.encode_utf8(&mut [0; 4]));
        } else if c == '_' || c == '-' || !c.is_alphanumeric() {
            gap = true;
        } else {
            // A letter of another script: its code point keeps two such names apart.
            push_word(&mut slug, &mut gap, true, &format!("u{:x}", c as u32));
            gap = true;
        }
    }
    if slug.len() > MAX_SLUG {
        let hash = super::Stamp::of_bytes(name.as_bytes()).short();
        slug.truncate(MAX_SLUG - hash.len() - 1);
        slug = format!("{}-{hash}", slug.trim_end_matches('-'));
    }
    if slug.is_empty() {
        slug.push('x');
    }
    if is_reserved(&slug) {
        slug.push_str("-x");
    }
    slug
}

/// A syllable as it is typed: `lü` is `lv`, the rare `ê` is `e`, and marks that stand by themselves go.
fn typed(syllable: &str) -> String {
    let letters = syllable.nfc().map(|c| if c == 'ü' { 'v' } else { c });
    letters.nfd().filter(char::is_ascii_lowercase).collect()
}

/// A file's name in the output: its stem's slug and its extension in lower case; `.` inside a stem becomes `-`.
pub fn slug_file(name: &str) -> String {
    let ending = extension(name);
    let plain: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
    // What is longer is part of a name that has a dot in it.
    if plain.is_empty() || plain.len() > MAX_EXTENSION {
        return slug(name);
    }
    format!("{}.{}", slug(stem(name)), plain.to_ascii_lowercase())
}

fn push_word(slug: &mut String, gap: &mut bool, apart: bool, word: &str) {
    if !slug.is_empty() && (*gap || apart) && !slug.ends_with('-') {
        slug.push('-');
    }
    *gap = false;
    slug.push_str(word);
    if apart {
        *gap = true;
    }
}

/// Files of editors and systems that are nobody's content.
pub fn is_ignored(name: &std::ffi::OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let lower = name.to_ascii_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || [".swp", ".swx", ".tmp", ".temp", ".bak", ".part", ".crdownload"].iter().any(|end| lower.ends_with(end))
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini" | "4913")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_pinyin_and_portable() {
        assert_eq!(slug("会议记录怎样写"), "hui-yi-ji-lu-zen-yang-xie");
        assert_eq!(slug("第3讲 5G基站"), "di-3-jiang-5g-ji-zhan");
        assert_eq!(slug("Hello_World (v2)"), "hello-world-v2");
        assert_eq!(slug("……"), "x");
        assert_eq!(slug("CON"), "con-x");
        assert_eq!(slug("bin"), "bin-x");
        assert_eq!(slug("纪律处分条例"), "ji-lv-chu-fen-tiao-li");
        assert_eq!(slug("法律、妇女、战略"), "fa-lv-fu-nv-zhan-lve");
        assert_eq!(slug("诶嗯呣"), "ei-n-m");
        assert_eq!(slug_file("纪律规定.pdf"), "ji-lv-gui-ding.pdf");
        assert_eq!(slug_file("报名表.DOCX"), "bao-ming-biao.docx");
        assert_eq!(slug_file("2026.关于自律的通知"), "2026-guan-yu-zi-lv-de-tong-zhi");
        assert_eq!(slug_file("a.b.min.js"), "a-b-min.js");
        assert!(check_output(&format!("{}.html", slug("ひらがな"))).is_ok());
        assert!(check_output(&format!("{}.html", slug(&"长".repeat(300)))).is_ok());
        assert_ne!(slug(&format!("{}a", "长".repeat(100))), slug(&format!("{}b", "长".repeat(100))));
    }

    /// The promise of every address, whatever the name: characters, length, nothing cut, no panic.
    #[test]
    fn any_name_becomes_a_portable_segment() {
        let mut state = 1_u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        let check = |name: &str| {
            for made in [slug(name), slug_file(name)] {
                assert_eq!(check_output(&made), Ok(()), "{name:?} became {made:?}");
                assert!(made.len() <= MAX_SLUG + 2 + 1 + MAX_EXTENSION, "{name:?} became {made:?}");
                assert!(!made.contains("--") && !made.starts_with('-'), "{name:?} became {made:?}");
            }
        };
        // Each character by itself and in a name that is cut at any place.
        for c in (0..0x3_0000).chain((0x3_0000..0x11_0000).step_by(97)).filter_map(char::from_u32) {
            check(c.encode_utf8(&mut [0; 4]));
        }
        for _ in 0..20_000 {
            let range = [(0x20, 0x5f), (0x4e00, 0x5200), (0x4e00, 0x5200), (0xa0, 0x2000), (0, 0x11_0000)][next(5) as usize];
            let name: String = (0..next(60)).filter_map(|_| char::from_u32(range.0 + next(range.1))).collect();
            check(&name);
        }
        let long = "律女旅略绿虐驴".repeat(20);
        for cut in 0..long.chars().count() {
            check(&long.chars().take(cut).collect::<String>());
        }
    }

    #[test]
    fn output_rules() {
        assert_eq!(check_output("a/b.html"), Ok(()));
        assert_eq!(check_output("a//b.html"), Err(BadPath::Characters));
        assert_eq!(check_output("A.html"), Err(BadPath::Characters));
        assert_eq!(check_output(".x/b"), Err(BadPath::Characters));
        assert_eq!(check_output("aux.html"), Err(BadPath::Reserved));
        assert_eq!(check_output(&"a".repeat(201)), Err(BadPath::TooLong));
    }

    #[test]
    fn links_are_relative() {
        assert_eq!(relative("index.html", "news/a.html"), "news/a.html");
        assert_eq!(relative("news/a.html", "news/b.html"), "b.html");
        assert_eq!(relative("news/a.html", "newsletter/b.html"), "../newsletter/b.html");
        assert_eq!(relative("a/b/c.html", "a/x.css"), "../x.css");
        assert_eq!(relative("a/b.html", "a/b.html"), "b.html");
        assert_eq!(root_of("a/b/c.html"), "../../");
    }

    #[test]
    fn follows_targets() {
        assert_eq!(resolve("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(resolve("a/b", "/x/./y.md").as_deref(), Some("x/y.md"));
        assert_eq!(resolve("a", r"..\c.md").as_deref(), Some("c.md"));
        assert_eq!(resolve("a", "../../c.md"), None);
    }

    #[test]
    fn editors_files_are_ignored() {
        for name in ["~$通知.docx", ".a.md.swp", "a.md~", "Thumbs.db", ".git", "x.tmp"] {
            assert!(is_ignored(name.as_ref()), "{name}");
        }
        assert!(!is_ignored("通知.md".as_ref()));
    }
}
