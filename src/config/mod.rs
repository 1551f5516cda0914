//! `site.yaml`: the settings of a site, read, checked, completed.
//!
//! Raw text goes in, a valid [`Config`] and diagnostics come out. Start at [`read`].

mod address;
pub mod targets;

use serde::Serialize;

use crate::ground::fields::{Fields, Layer};
use crate::ground::path::slug;
use crate::ground::suggest::nearest;
use crate::ground::yaml::{self, Node, Value};
use crate::ground::{Code, Diagnostic, Place};

pub use address::{FILE, base_url};
pub use targets::Target;

/// Valid settings of a site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Config {
    /// Name of the site.
    pub title: String,
    /// Second line of the name.
    pub subtitle: String,
    /// What the site is, in a sentence.
    pub description: String,
    /// Short name for storage keys and feed ids: `a-z 0-9 -`.
    pub id: String,
    /// Public address with a closing slash, or empty.
    pub base_url: String,
    /// Language of the content, as BCP 47.
    pub language: String,
    /// Name of the theme.
    pub theme: String,
    /// Where the theme is named.
    pub theme_place: Place,
    /// Options set for the theme: name, value, place.
    pub theme_options: Vec<(String, Node, Place)>,
    /// Offset of the campus's clock from UTC, in minutes.
    pub utc_offset: i32,
    /// Who stands behind the site.
    pub org: Org,
    /// First-level columns in their order.
    pub columns: Vec<Column>,
    /// What stands at the foot of every page.
    pub footer: Footer,
    /// Pages on a list page; 0 for all.
    pub paginate: u32,
    /// Folders from elsewhere that are taken in as content.
    pub mounts: Vec<Mount>,
    /// Content paths whose raw HTML is not filtered.
    pub trusted: Vec<String>,
    /// Whether `$…$` is a formula.
    pub math: bool,
    /// Whether glossary terms are linked.
    pub glossary: bool,
    /// How pictures are made ready for phones.
    pub images: Images,
    /// Whether HTML is minified.
    pub minify: bool,
    /// Whether pages begin with the mark of UTF-8, for hosts that declare another encoding.
    pub byte_order_mark: bool,
    /// Entries of a feed.
    pub feed_items: u32,
    /// Reading speeds in characters a minute.
    pub reading: Reading,
    /// Where the site may be brought. No page depends on it, and no stamp.
    #[serde(skip)]
    pub publish: Vec<Target>,
}

/// Who stands behind the site.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Org {
    pub name: String,
    pub short: String,
    pub contact: String,
    pub address: String,
}

/// A first-level column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Content path of a folder or page.
    pub path: String,
    /// Title; empty for the section's own.
    pub title: String,
    /// Name of an icon of the theme.
    pub icon: String,
    /// Where it stands.
    pub place: Place,
}

/// The foot of every page.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Footer {
    pub copyright: String,
    pub record: String,
    pub links: Vec<(String, String)>,
}

/// A folder from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mount {
    /// Folder, relative to the site folder or absolute.
    pub from: String,
    /// Content path it appears at.
    pub to: String,
    /// Where it stands.
    pub place: Place,
}

/// How pictures are made ready.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Images {
    /// Widths to make, in pixels, ascending.
    pub widths: Vec<u32>,
    /// JPEG quality, 1–100.
    pub quality: u8,
    /// Whether the picture is also published as it was, for looking closely.
    pub keep_original: bool,
}

/// Reading speeds in characters a minute (DOMAIN: 300 for lessons, 500 for news, 250 for documents).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Reading {
    pub news: u32,
    pub lesson: u32,
    pub policy: u32,
}

impl Config {
    /// The settings of a site that sets nothing.
    pub fn plain(title: &str) -> Config {
        Config {
            title: title.to_string(),
            subtitle: String::new(),
            description: String::new(),
            id: slug(title),
            base_url: String::new(),
            language: "zh-CN".to_string(),
            theme: "default".to_string(),
            theme_place: Place::file(FILE),
            theme_options: Vec::new(),
            utc_offset: 480,
            org: Org::default(),
            columns: Vec::new(),
            footer: Footer::default(),
            paginate: 20,
            mounts: Vec::new(),
            trusted: Vec::new(),
            math: true,
            glossary: true,
            images: Images { widths: vec![480, 960], quality: 80, keep_original: false },
            minify: true,
            byte_order_mark: false,
            feed_items: 20,
            reading: Reading { news: 500, lesson: 300, policy: 250 },
            publish: Vec::new(),
        }
    }

    /// Whether a content path is trusted with raw HTML.
    pub fn trusts(&self, path: &str) -> bool {
        self.trusted.iter().any(|trusted| {
            path.strip_prefix(trusted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || trusted.ends_with('/'))
        })
    }
}

/// Where a link that is written in the settings may lead: out of the site by a way that only leads there, or to a path from the top
/// of the site. `None` for what would run something, or lead to another host under the look of a path.
fn linked(url: &str) -> Option<String> {
    let url = url.trim();
    let has_scheme =
        |schemes: &[&str]| schemes.iter().any(|scheme| url.get(..scheme.len()).is_some_and(|front| front.eq_ignore_ascii_case(scheme)));
    if url.chars().any(|c| c.is_control() || c == '\\') {
        return None;
    }
    if has_scheme(&["http://", "https://", "mailto:", "tel:"]) {
        return Some(url.to_string());
    }
    let path = url.strip_prefix('/').unwrap_or(url);
    let first = path.split(['/', '?', '#']).next().unwrap_or_default();
    let is_inside = crate::ground::path::resolve("", path.split(['?', '#']).next().unwrap_or_default()).is_some();
    (is_inside && !path.starts_with('/') && !first.contains(':')).then(|| path.to_string())
}

/// Reads `site.yaml`. Diagnostics that are errors do not keep the rest from being read.
pub fn read(text: &str) -> (Config, Vec<Diagnostic>) {
    let (node, mut diagnostics) = yaml::parse(FILE, text.trim_start_matches('\u{feff}'), 1);
    let Some(node) = node else { return (Config::plain("学堂"), diagnostics) };
    if !matches!(node.value, Value::Map(_)) {
        let wrong = Diagnostic::new(Code::WrongType, Place::at(FILE, node.span));
        diagnostics.push(wrong.arg("key", FILE).arg("expected", "@map").arg("found", node.scalar().unwrap_or("@list")));
        return (Config::plain("学堂"), diagnostics);
    }
    let mut fields = Fields::new(Layer { file: FILE, map: node.entries() }, []);
    let title = fields.text("title");
    fields.require("title", title.is_some());
    let mut config = Config::plain(title.as_deref().unwrap_or("学堂"));
    read_site(&mut fields, &mut config);
    read_parts(&mut fields, &mut config);
    config.publish = targets::read(&mut fields);
    diagnostics.extend(fields.finish("site.yaml"));
    (config, diagnostics)
}

fn read_site(fields: &mut Fields<'_>, config: &mut Config) {
    config.subtitle = fields.text_or_empty("subtitle");
    config.description = fields.text_or_empty("description");
    if let Some(id) = fields.text("id") {
        match slug(&id) == id {
            true => config.id = id,
            false => {
                let place = fields.place("id").expect("a field that was just read has a place");
                fields.report(Diagnostic::new(Code::BadSlug, place).arg("found", id));
            }
        }
    }
    if let Some(url) = fields.text("base_url").filter(|url| !url.is_empty()) {
        match base_url(&url) {
            Some(url) => config.base_url = url,
            None => {
                let place = fields.place("base_url").expect("a field that was just read has a place");
                fields.report(Diagnostic::new(Code::BadBaseUrl, place).arg("found", url));
            }
        }
    }
    if let Some(language) = fields.text("language") {
        config.language = language;
    }
    if let Some(theme) = fields.text("theme") {
        config.theme = theme;
        config.theme_place = fields.place("theme").expect("a field that was just read has a place");
    }
    let options = fields.pairs("theme_options").into_iter();
    config.theme_options = options.map(|(key, value, place)| (key.name.clone(), value.clone(), place)).collect();
    if let Some(text) = fields.text("timezone") {
        match offset(&text) {
            Some(minutes) => config.utc_offset = minutes,
            None => {
                let place = fields.place("timezone").expect("a field that was just read has a place");
                let wrong = Diagnostic::new(Code::UnknownValue, place).arg("key", "timezone").arg("found", text);
                fields.report(wrong.arg("known", "+08:00"));
            }
        }
    }
    if let Some(mut org) = fields.map("org") {
        config.org = Org {
            name: org.text_or_empty("name"),
            short: org.text_or_empty("short"),
            contact: org.text_or_empty("contact"),
            address: org.text_or_empty("address"),
        };
        fields.absorb(org);
    }
    if let Some(count) = fields.int("paginate", 0..=10_000) {
        config.paginate = u32::try_from(count).expect("the range was checked");
    }
    config.trusted = fields.texts("trusted");
    if let Some(math) = fields.flag("math") {
        config.math = math;
    }
    if let Some(glossary) = fields.flag("glossary") {
        config.glossary = glossary;
    }
    if let Some(minify) = fields.flag("minify") {
        config.minify = minify;
    }
    if let Some(mark) = fields.flag("byte_order_mark") {
        config.byte_order_mark = mark;
    }
    if let Some(count) = fields.int("feed_items", 1..=500) {
        config.feed_items = u32::try_from(count).expect("the range was checked");
    }
}

fn read_parts(fields: &mut Fields<'_>, config: &mut Config) {
    for (node, file) in fields.items("columns") {
        let place = Place::at(file, node.span);
        let mut column = Column { path: String::new(), title: String::new(), icon: String::new(), place };
        match &node.value {
            Value::Map(map) => {
                let mut inner = Fields::new(Layer { file, map }, []);
                column.path = inner.text_or_empty("path");
                column.title = inner.text_or_empty("title");
                column.icon = inner.text_or_empty("icon");
                inner.require("path", !column.path.is_empty());
                fields.absorb(inner);
            }
            _ => column.path = node.scalar().unwrap_or_default().to_string(),
        }
        column.path = column.path.trim_matches('/').to_string();
        if !column.path.is_empty() {
            config.columns.push(column);
        }
    }
    if let Some(mut footer) = fields.map("footer") {
        config.footer.copyright = footer.text_or_empty("copyright");
        config.footer.record = footer.text_or_empty("record");
        for (mut inner, place) in footer.maps("links") {
            let (title, url) = (inner.text_or_empty("title"), inner.text_or_empty("url"));
            match linked(&url) {
                Some(url) => config.footer.links.push((title, url)),
                None => {
                    let place = inner.place("url").unwrap_or(place);
                    inner.report(Diagnostic::new(Code::BadAddress, place).arg("key", "url").arg("found", url));
                }
            }
            footer.absorb(inner);
        }
        fields.absorb(footer);
    }
    for (mut inner, place) in fields.maps("mounts") {
        let from = inner.text_or_empty("from");
        let to = inner.text_or_empty("to").trim_matches('/').to_string();
        inner.require("from", !from.is_empty());
        inner.require("to", !to.is_empty());
        fields.absorb(inner);
        if !from.is_empty() && !to.is_empty() {
            config.mounts.push(Mount { from, to, place });
        }
    }
    if let Some(mut images) = fields.map("images") {
        let widths: Vec<u32> = images.ints("widths", 16..=8000).into_iter().filter_map(|width| u32::try_from(width).ok()).collect();
        if !widths.is_empty() {
            config.images.widths = widths;
            config.images.widths.sort_unstable();
            config.images.widths.dedup();
        }
        if let Some(quality) = images.int("quality", 1..=100) {
            config.images.quality = u8::try_from(quality).expect("the range was checked");
        }
        if let Some(keep) = images.flag("keep_original") {
            config.images.keep_original = keep;
        }
        fields.absorb(images);
    }
    if let Some(mut reading) = fields.map("reading") {
        for (key, speed) in
            [("news", &mut config.reading.news), ("lesson", &mut config.reading.lesson), ("policy", &mut config.reading.policy)]
        {
            if let Some(value) = reading.int(key, 50..=5000) {
                *speed = u32::try_from(value).expect("the range was checked");
            }
        }
        fields.absorb(reading);
    }
}

fn offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

/// Which of the theme's options a site sets wrongly: unknown names, with the nearest right one.
pub fn unknown_options<'a>(config: &Config, known: impl Iterator<Item = &'a str> + Clone) -> Vec<Diagnostic> {
    let strangers = config.theme_options.iter().filter(|(name, ..)| !known.clone().any(|k| k == name));
    strangers
        .map(|(name, _, place)| {
            Diagnostic::new(Code::ThemeOptionUnknown, place.clone()).arg("key", name).near(nearest(name, known.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_settings_lead_where_they_say() {
        for (url, path) in [
            ("about.html", "about.html"),
            ("/news/index.html#a", "news/index.html#a"),
            (" https://x.cn/a:b ", "https://x.cn/a:b"),
            ("mailto:a@b.cn", "mailto:a@b.cn"),
            ("", ""),
        ] {
            assert_eq!(linked(url).as_deref(), Some(path), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " java\tscript:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example/",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "../../x.html",
            "blob:x",
            "file:///etc",
        ] {
            assert_eq!(linked(url), None, "{url}");
        }
    }

    #[test]
    fn reads_settings_and_names_strangers() {
        let (config, diagnostics) =
            read("title: 青禾学堂\nbase_url: https://dj.example.edu.cn/xt\ncolumns: [{path: news, titel: 动态}]\nfoo: 1\n");
        assert_eq!(config.base_url, "https://dj.example.edu.cn/xt/");
        assert_eq!(config.id, "qing-he-xue-tang");
        let codes: Vec<_> = diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [Code::UnknownKey, Code::UnknownKey]);
    }

    #[test]
    fn offsets_and_addresses() {
        assert_eq!(offset("+08:00"), Some(480));
        assert_eq!(offset("08:00"), None);
        assert_eq!(base_url("ftp://x"), None);
        assert_eq!(base_url("http://x?y"), None);
    }

    #[test]
    fn trust_goes_by_folder() {
        let mut config = Config::plain("x");
        config.trusted = vec!["special".to_string()];
        assert!(config.trusts("special/a.md"));
        assert!(!config.trusts("specials/a.md"));
    }
}
