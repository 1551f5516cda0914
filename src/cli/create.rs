//! New things: a site (`init`), a page (`new`). Both are made of the files in `starter/`.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use include_dir::{Dir, include_dir};
use jiff::civil::Date;

use studyhall::discover;
use studyhall::ground::message::Catalogue;
use studyhall::ground::path::{join, resolve, slug};
use studyhall::ground::{Error, Result};
use studyhall::parse::Kind;
use studyhall::parse::kind::PUBLICITY;

use super::arguments::{day, path_of};
use super::exit_code::{COULD_NOT_RUN, DONE};
use super::report::{Detail, Report};

/// A small complete site.
static SITE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter/site");
/// A page of each kind with its fields explained.
static PAGES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter/pages");

/// Makes a site.
pub fn init(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let report = Report::new(words, Detail::Normal, matches.get_flag("json"));
    let dir = path_of(matches, "dir").expect("the argument is required");
    // A folder mostly has the name that its site is to have.
    let name = || discover::absolute(&dir).file_name().map(|name| plain_title(&name.to_string_lossy())).filter(|name| !name.is_empty());
    let title = matches.get_one::<String>("title").map(|title| plain_title(title)).or_else(name).unwrap_or_else(|| "我的学堂".to_string());
    match make_site(&dir, &title) {
        Ok(()) => {
            report.created("init-done", "init-next", &dir);
            DONE
        }
        Err(error) => {
            report.error(&error);
            COULD_NOT_RUN
        }
    }
}

/// Writes a small complete site into a folder that is empty or not there.
///
/// # Errors
/// When something is in the folder, or it cannot be written.
pub fn make_site(dir: &Path, title: &str) -> Result<()> {
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(Error::new("error-exists").at(dir));
            }
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => {}
        Err(cause) => return Err(Error::io("error-read", dir, cause)),
    }
    write_all(&SITE, dir, &[("{{title}}", &quoted(title)), ("{{id}}", &slug(title))])
}

fn write_all(from: &Dir<'_>, to: &Path, values: &[(&str, &str)]) -> Result<()> {
    for file in from.files() {
        // Version control would take a file named `.gitignore` for one of this project's own.
        let name = file.path().to_string_lossy().replace("gitignore", ".gitignore");
        let target = to.join(name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|cause| Error::io("error-create-folder", folder, cause))?;
        }
        let text = fill(file.contents_utf8().unwrap_or_default(), values);
        fs::write(&target, text).map_err(|cause| Error::io("error-write", &target, cause))?;
    }
    from.dirs().try_for_each(|inner| write_all(inner, to, values))
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_string(), |text, (mark, value)| text.replace(mark, value))
}

/// A title as it can stand in a line: without characters that nobody sees.
pub fn plain_title(title: &str) -> String {
    let is_unseen =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let plain: String = title.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as a YAML scalar, in quotation marks where it needs them.
fn quoted(text: &str) -> String {
    let plain =
        text.chars().next().is_some_and(|c| c.is_alphabetic()) && !text.contains([':', '#', '"', '\'', '\\', '\n']) && text.trim() == text;
    let word = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    match plain && !word {
        true => text.to_string(),
        false => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// Makes a page.
pub fn new(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let report = Report::new(words, Detail::Normal, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let site = path_of(matches, "site").unwrap_or_else(|| ".".into());
    let word = matches.get_one::<String>("kind").expect("the argument is required");
    let kind = Kind::from_word(word).expect("the argument is checked");
    let title = &plain_title(matches.get_one::<String>("title").expect("the argument is required"));
    let section = matches.get_one::<String>("section").map(String::as_str);
    let slug = matches.get_one::<String>("slug").map(String::as_str);
    match make_page(&site, &NewPage { kind, title, section, slug, date, is_publicity: word == PUBLICITY }) {
        Ok(path) => {
            report.created("new-done", "new-next", &path);
            DONE
        }
        Err(error) => {
            report.error(&error);
            COULD_NOT_RUN
        }
    }
}

/// What a new page is to be.
struct NewPage<'a> {
    kind: Kind,
    title: &'a str,
    section: Option<&'a str>,
    slug: Option<&'a str>,
    date: Date,
    /// 公示: it is taken down after a day.
    is_publicity: bool,
}

/// Bytes of a page whose title is looked for.
const LONGEST_PAGE: u64 = 1 << 20;

/// A 公示 stands for so many days where nothing else is said: five working days and the weekend between them.
const PUBLICITY_DAYS: i32 = 7;

fn make_page(site: &Path, wish: &NewPage<'_>) -> Result<PathBuf> {
    let &NewPage { kind, title, section, slug, date, is_publicity } = wish;
    if !site.join(studyhall::config::FILE).is_file() {
        return Err(Error::new("error-no-content").at(&site.join("content")));
    }
    let refuse = |argument: &str, value: &str| Error::new("usage-invalid-value").arg("value", value).arg("other", argument);
    let inside = section.map(|section| section_of(site, section)?.ok_or_else(|| refuse("--section", section))).transpose()?;
    if let Some(wrong) = slug.filter(|slug| studyhall::ground::path::slug(slug) != **slug) {
        return Err(refuse("--slug", wrong));
    }
    let path = join("content", &place(kind, title, inside.as_deref(), slug, date));
    let target = site.join(&path);
    let template = PAGES.get_file(format!("{}.md", kind.word())).and_then(|file| file.contents_utf8()).unwrap_or_default();
    let slug_line = slug.map(|slug| format!("slug: {slug}\n")).unwrap_or_default();
    // A page outside the folder of its kind has to say what it is.
    let kind_line =
        if Kind::of_path(path.trim_start_matches("content/")) == kind { String::new() } else { format!("kind: {}\n", kind.word()) };
    let days = jiff::Span::new().days(PUBLICITY_DAYS);
    let expires_line = match date.checked_add(days) {
        Ok(day) if is_publicity => format!("expires: {day}     # 公示期满后自动撤下\n"),
        _ => String::new(),
    };
    let head = format!("{kind_line}{slug_line}{expires_line}");
    let text = fill(template, &[("{{title}}", &quoted(title)), ("{{date}}", &date.to_string()), ("{{more}}\n", &head)]);
    if let Some(folder) = target.parent() {
        stays_inside(site, folder)?;
        fs::create_dir_all(folder).map_err(|cause| Error::io("error-create-folder", folder, cause))?;
    }
    // An existing page is never overwritten.
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&target) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => return Err(Error::new("error-file-exists").at(&target)),
        Err(cause) => return Err(Error::io("error-write", &target, cause)),
    };
    file.write_all(text.as_bytes()).map_err(|cause| Error::io("error-write", &target, cause))?;
    Ok(target)
}

/// Refuses a folder that a link leads out of the site: a site folder from elsewhere may bring one. A build refuses to read behind it, too.
fn stays_inside(site: &Path, folder: &Path) -> Result<()> {
    let real = |path: &Path| fs::canonicalize(path).map_err(|cause| Error::io("error-read", path, cause));
    let there = folder.ancestors().find(|part| part.symlink_metadata().is_ok()).unwrap_or(site);
    match real(there)?.starts_with(real(site)?) {
        true => Ok(()),
        false => Err(Error::new("error-link").at(there)),
    }
}

/// The folder that `--section` names, from the content folder: by its path, or the one folder of that name or title. `None` when it
/// leads out of the content folder.
fn section_of(site: &Path, section: &str) -> Result<Option<String>> {
    let Some(path) = inside(section) else { return Ok(None) };
    if site.join("content").join(&path).is_dir() || section.contains(['/', '\\']) {
        return Ok(Some(path));
    }
    let mut named = sections_called(&site.join("content"), section);
    match named.len() {
        0 => Ok(Some(path)),
        1 => Ok(named.pop()),
        _ => Err(Error::new("error-section-ambiguous").arg("value", section).arg("known", named.join("　"))),
    }
}

/// The folders of pages that are called so, by their own name or by the title of their description.
fn sections_called(content: &Path, called: &str) -> Vec<String> {
    let folders = walkdir::WalkDir::new(content).min_depth(1).max_depth(8).sort_by_file_name().into_iter().flatten();
    let folders = folders.filter(|entry| entry.file_type().is_dir());
    let is_called = |folder: &Path| {
        folder.file_name().is_some_and(|name| name == called) || title_of(&folder.join("_index.md")).is_some_and(|title| title == called)
    };
    let called = folders.filter(|entry| is_called(entry.path()));
    called.filter_map(|entry| studyhall::ground::path::portable(entry.path().strip_prefix(content).ok()?)).collect()
}

/// The title in a page's front matter.
fn title_of(file: &Path) -> Option<String> {
    let text = String::from_utf8(studyhall::disk::read_file(file, LONGEST_PAGE).ok()?).ok()?;
    let cut = studyhall::parse::front::cut("", &text);
    let front = cut.front?;
    let title = front.entries().iter().find(|(key, _)| key.name == "title")?;
    title.1.scalar().map(str::to_string)
}

/// A folder as written on the command line, from the content folder; `None` when it leads out of it.
fn inside(section: &str) -> Option<String> {
    let path = resolve("", section)?;
    let path = path.strip_prefix("content/").unwrap_or(&path);
    (!path.contains(':')).then(|| path.to_string())
}

/// Where a new page goes, from the content folder.
fn place(kind: Kind, title: &str, section: Option<&str>, slug: Option<&str>, date: Date) -> String {
    let name = slug.map_or_else(|| file_name(title), str::to_string);
    let home = match kind {
        Kind::Page => "",
        Kind::Lesson | Kind::Course => "lessons",
        Kind::Policy => "policies",
        Kind::News => "news",
        Kind::Notice => "notices",
        Kind::Topic => "topics",
        Kind::Branch => "branches",
        Kind::Survey => "surveys",
    };
    let section = section.unwrap_or(home);
    match kind {
        Kind::Course | Kind::Branch => join(section, &format!("{name}/_index.md")),
        // News and notices of a year stand in their order in the folder too.
        Kind::News | Kind::Notice => join(section, &format!("{date}-{name}.md")),
        _ => join(section, &format!("{name}.md")),
    }
}

/// A title as a file name on any system: without what Windows forbids, and not too long.
fn file_name(title: &str) -> String {
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "<>:\"/\\|?*#%：？＊｜《》“”‘’".contains(c);
    let name: String = title.chars().map(|c| if forbidden(c) { '-' } else { c }).collect();
    let name: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    let name: String = name.join("-").trim_matches('.').chars().take(40).collect();
    if name.is_empty() { "x".to_string() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_find_their_place() {
        let date = Date::constant(2026, 11, 23);
        assert_eq!(place(Kind::News, "把图书馆搬进主题党日？", None, None, date), "news/2026-11-23-把图书馆搬进主题党日.md");
        assert_eq!(place(Kind::Course, "读懂文件", None, Some("dudong"), date), "lessons/dudong/_index.md");
        assert_eq!(place(Kind::Lesson, "a/b:c", Some("lessons/x"), None, date), "lessons/x/a-b-c.md");
        assert_eq!(file_name("《》"), "x");
    }

    #[test]
    fn titles_are_quoted_when_they_must() {
        assert_eq!(quoted("会议记录"), "会议记录");
        assert_eq!(quoted("通知: 报名"), "\"通知: 报名\"");
        assert_eq!(quoted("2026年"), "\"2026年\"");
        assert_eq!(quoted("true"), "\"true\"");
    }

    #[test]
    fn titles_are_what_is_seen_of_them() {
        assert_eq!(plain_title(" 通知\u{1b}[2J\r\n---\tdraft: false\u{0}\u{202e}"), "通知 [2J --- draft: false");
        assert_eq!(quoted(&plain_title("a\u{7}: b")), "\"a : b\"");
    }
}
