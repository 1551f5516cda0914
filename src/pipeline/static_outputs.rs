//! What no template makes: styles, scripts, files, feeds, the map for search engines.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use crate::discover::Source;
use crate::feed::{self, Author, Entry, Feed};
use crate::ground::path::{BadPath, check_output, extension, name, parent, relative};
use crate::ground::{Code, Diagnostic, Place, routes};
use crate::model::{PageId, Site, order};
use crate::parse::Kind;
use crate::parse::meta::{Details, Sort};
use crate::picture::qr;
use crate::render::RenderInput;
use crate::render::addresses::{calendar_url, feed_url, qr_url};
use crate::render::views::parts::permalink;
use crate::theme::Theme;

use super::attachments;
use super::renditions::used;

/// Types that every host serves (DOMAIN: mapped everywhere), besides those of the site's own files.
const SERVED: &[&str] = &[
    "html", "htm", "css", "js", "xml", "txt", "jpg", "jpeg", "png", "gif", "ico", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
    "zip", "mp3", "mp4", "m4a",
];

/// A file that no template makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticOutput {
    /// Where it goes.
    pub url: String,
    /// What it holds.
    pub kind: StaticKind,
}

/// What such a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaticKind {
    /// A style or script of the theme, by name.
    Asset(String),
    /// A plain file of the theme, by path.
    ThemeFile(String),
    /// A file of the site folder, by index in [`Site::files`].
    File(usize),
    /// The feed of a section, or of the site.
    Feed(PageId),
    /// The deadline of a page as a calendar file.
    Calendar(PageId),
    /// The QR code of a page's address.
    QrCode(PageId),
    /// The map for search engines.
    Sitemap,
    /// What search engines may read.
    Robots,
    /// What says that this output is not to be published.
    DoNotPublish,
}

/// All of these files. Costs little: their bytes are made by [`bytes`] when they are wanted.
pub fn list(render_input: &RenderInput, theme: &Theme, sources: &[Source], diagnostics: &mut Vec<Diagnostic>) -> Vec<StaticOutput> {
    let site = &render_input.site;
    let mut extras = Vec::new();
    let mut add = |url: &str, kind: StaticKind| extras.push(StaticOutput { url: url.to_string(), kind });
    for name in theme.assets.keys() {
        if let Some(url) = render_input.assets.get(name) {
            add(url, StaticKind::Asset(name.clone()));
        }
    }
    let mut taken = HashSet::new();
    for (at, file) in site.files.iter().enumerate().filter(|(_, file)| file.is_static) {
        taken.insert(file.url.as_str());
        if is_portable(&sources[at], &file.url, diagnostics) {
            add(&file.url, StaticKind::File(at));
        }
    }
    for path in theme.statics.keys().filter(|path| !taken.contains(path.as_str()) && check_output(path).is_ok()) {
        add(path, StaticKind::ThemeFile(path.clone()));
    }
    // Files beside pages that some page points at; the others are nobody's business.
    let used = used(site);
    unused(site, sources, &used, diagnostics);
    for file in used {
        let entry = &site.files[file as usize];
        let plain = !entry.is_static && !render_input.pictures.contains_key(&file);
        if plain
            && attachments::is_allowed(render_input, sources, file, diagnostics)
            && is_portable(&sources[file as usize], &entry.url, diagnostics)
        {
            add(&entry.url, StaticKind::File(file as usize));
        }
    }
    add(routes::FEED, StaticKind::Feed(site.home()));
    for id in site.ids().filter(|id| site.page(*id).is_section()) {
        if let Some(url) = feed_url(render_input, id) {
            add(&url, StaticKind::Feed(id));
        }
    }
    for id in [Kind::Notice, Kind::Survey].into_iter().flat_map(|kind| site.of_kind(kind)) {
        let url = calendar_url(render_input, *id);
        if !url.is_empty() {
            add(&url, StaticKind::Calendar(*id));
        }
    }
    if !render_input.config.base_url.is_empty() {
        for id in site.ids() {
            add(&qr_url(render_input, id), StaticKind::QrCode(id));
        }
        add(routes::SITEMAP, StaticKind::Sitemap);
    }
    if site.shows_unpublished {
        add(routes::DO_NOT_PUBLISH, StaticKind::DoNotPublish);
    }
    // Many a site has its own.
    if !taken.contains(routes::ROBOTS) {
        add(routes::ROBOTS, StaticKind::Robots);
    }
    extras
}

/// For whoever opens the output folder, in the language of officers and in that of administrators.
const DO_NOT_PUBLISH: &str = "\u{feff}不要拿去发布：这里面有草稿或过期的页面，只供审看。\r\nDo not publish: this output holds drafts or pages out of their time, for review only.\r\n";

/// Documents of office programs: what officers lay among the pages, and take for pages.
const OFFICE: &[&str] = &["doc", "docx", "ofd", "pdf", "ppt", "pptx", "rtf", "wps", "xls", "xlsx"];

/// So many names are told; the rest is counted.
const TOLD: usize = 5;

/// Tells of files among the pages that no page names, once for all. Those beside a page that is not published are likely its own.
fn unused(site: &Site, sources: &[Source], used: &BTreeSet<u32>, diagnostics: &mut Vec<Diagnostic>) {
    let mut files = [(Code::OfficeAmongPages, Vec::new()), (Code::UnusedFiles, Vec::new())];
    for (at, file) in (0..).zip(&site.files[..]) {
        if !file.is_static && !used.contains(&at) && !site.held_in.contains(parent(&file.path)) {
            let is_office = OFFICE.contains(&extension(&file.path).to_ascii_lowercase().as_str());
            files[usize::from(!is_office)].1.push(&sources[at as usize]);
        }
    }
    for (code, files) in files {
        let Some(first) = files.first() else { continue };
        let mut names: Vec<&str> = files.iter().take(TOLD).map(|file| name(&file.file)).collect();
        if files.len() > TOLD {
            names.push("…");
        }
        diagnostics.push(Diagnostic::new(code, Place::file(&*first.file)).arg("count", files.len()).arg("more", names.join("　")));
    }
}

/// Whether any host can hold and serve a file; if not, that is told.
fn is_portable(source: &Source, url: &str, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let place = || Place::file(source.file.as_str());
    let kind = extension(url).to_ascii_lowercase();
    if !SERVED.contains(&kind.as_str()) {
        diagnostics.push(Diagnostic::new(Code::UnservedType, place()).arg("extension", &kind));
    }
    let code = match check_output(url) {
        Ok(()) => return true,
        Err(BadPath::TooLong) => Code::PathTooLong,
        Err(BadPath::Characters | BadPath::Reserved) => Code::NameReserved,
    };
    diagnostics.push(Diagnostic::new(code, place()).arg("path", url));
    false
}

/// The bytes of one of these files.
///
/// # Errors
/// When a file of the site folder cannot be read.
pub fn bytes<'a>(
    extra: &StaticOutput,
    render_input: &RenderInput,
    theme: &'a Theme,
    sources: &[Source],
) -> Result<Cow<'a, [u8]>, Diagnostic> {
    let made = |text: String| Ok(Cow::Owned(text.into_bytes()));
    let carried = |bytes: Option<&'a Vec<u8>>| Ok(Cow::Borrowed(bytes.map(Vec::as_slice).unwrap_or_default()));
    match &extra.kind {
        StaticKind::Asset(name) => carried(theme.assets.get(name)),
        StaticKind::ThemeFile(path) => carried(theme.statics.get(path)),
        StaticKind::File(at) => attachments::bytes(render_input, sources, *at).map(Cow::Owned),
        StaticKind::Feed(section) => made(feed(render_input, &extra.url, *section)),
        StaticKind::Calendar(page) => made(calendar(render_input, *page)),
        StaticKind::QrCode(page) => Ok(Cow::Owned(qr_code(render_input, *page))),
        StaticKind::Sitemap => made(feed::sitemap(&urls(&render_input.site, &render_input.config.base_url))),
        StaticKind::DoNotPublish => made(DO_NOT_PUBLISH.to_string()),
        StaticKind::Robots => {
            let sitemap =
                (!render_input.config.base_url.is_empty()).then(|| format!("{}{}", render_input.config.base_url, routes::SITEMAP));
            made(feed::robots(sitemap.as_deref()))
        }
    }
}

/// The code of a page's address; nothing where the address is too long for one.
pub fn qr_code(render_input: &RenderInput, page: PageId) -> Vec<u8> {
    qr::png(&permalink(render_input, &render_input.site.page(page).url)).unwrap_or_default()
}

/// The deadline of a page as a calendar file.
fn calendar(render_input: &RenderInput, id: PageId) -> String {
    let page = render_input.site.page(id);
    let deadline = match &page.summary.meta.details {
        Details::Notice(notice) => notice.deadline,
        Details::Survey(survey) => survey.deadline,
        _ => None,
    };
    let Some(deadline) = deadline else { return String::new() };
    let since = page.summary.meta.updated.or(page.summary.meta.date).unwrap_or(deadline);
    feed::calendar(&feed::Deadline {
        site: &render_input.config.id,
        path: &page.url,
        title: &page.summary.title,
        link: &permalink(render_input, &page.url),
        since: since.date,
        day: deadline.date,
        minutes: (deadline.minutes > 0).then_some(i32::from(deadline.minutes) - render_input.config.utc_offset),
    })
}

/// The Atom feed of the site, of a section that lists dated pages, or of a branch.
fn feed(render_input: &RenderInput, url: &str, section: PageId) -> String {
    let site = &render_input.site;
    let items = render_input.config.feed_items as usize;
    let page = site.page(section);
    let ids: Vec<PageId> = if section == site.home() {
        site.years.0.iter().flat_map(|(_, ids)| ids).copied().take(items).collect()
    } else {
        let all = if page.kind() == Kind::Branch { site.of_branch(section) } else { &page.items };
        let dated = |id: &PageId| site.page(*id).summary.meta.date.is_some() && !site.page(*id).is_section();
        let mut dated: Vec<PageId> = all.iter().copied().filter(dated).collect();
        order::sort(site, &mut dated, Sort::Date);
        dated.truncate(items);
        dated
    };
    atom(render_input, url, section, &ids)
}

fn atom(render_input: &RenderInput, url: &str, section: PageId, ids: &[PageId]) -> String {
    let site = &render_input.site;
    let page = site.page(section);
    let config = &render_input.config;
    let is_home = section == site.home();
    let title = if is_home { config.title.clone() } else { format!("{} · {}", page.summary.title, config.title) };
    let link = |to: &str| if config.base_url.is_empty() { relative(url, to) } else { format!("{}{to}", config.base_url) };
    let author = if config.org.name.is_empty() { config.title.clone() } else { config.org.name.clone() };
    let entries: Vec<Entry> = ids.iter().map(|id| entry(render_input, *id, link(&site.page(*id).url))).collect();
    feed::atom(&Feed {
        site: config.id.clone(),
        base_url: config.base_url.clone(),
        path: url.to_string(),
        title,
        subtitle: if is_home { config.description.clone() } else { page.summary.description.clone() },
        page: link(&page.url),
        language: config.language.clone(),
        author: Author { name: author },
        entries,
    })
}

fn entry(render_input: &RenderInput, id: PageId, link: String) -> Entry {
    let page = render_input.site.page(id);
    let meta = &page.summary.meta;
    let time = |when: crate::ground::date::When| {
        let offset = render_input.config.utc_offset;
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        format!("{}T{:02}:{:02}:00{sign}{hours:02}:{minutes:02}", when.date, when.minutes / 60, when.minutes % 60)
    };
    let published = meta.date.map(time);
    Entry {
        path: page.url.clone(),
        title: page.summary.title.clone(),
        link,
        updated: meta.updated.map(time).or_else(|| published.clone()).unwrap_or_default(),
        published,
        summary: page.summary.description.clone(),
        authors: meta.authors.iter().map(|name| Author { name: name.clone() }).collect(),
        categories: meta.tags.clone(),
    }
}

/// What `sitemap.xml` lists.
fn urls(site: &Site, base: &str) -> Vec<feed::Url> {
    let pages = site.pages.iter();
    let mut urls: Vec<feed::Url> = pages
        .map(|page| feed::Url {
            address: format!("{base}{}", page.url),
            changed: page.summary.meta.updated.or(page.summary.meta.date).map(|when| when.date.to_string()),
        })
        .collect();
    urls.sort_by(|a, b| a.address.cmp(&b.address));
    urls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_media_type() {
        for extension in SERVED {
            assert!(crate::ground::media::of_extension(extension).is_some(), "{extension}");
        }
    }
}
