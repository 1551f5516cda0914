//! What no template makes: styles, scripts, files, feeds, the map for search engines.

use std::collections::HashMap;

use crate::discover::{self, Seen, Source};
use crate::emit::Output;
use crate::feed::{self, Author, Entry, Feed};
use crate::ground::path::{check_output, extension, relative};
use crate::ground::{Code, Diagnostic, Place, Result, Stamp};
use crate::model::{PageId, Site};
use crate::parse::Kind;
use crate::parse::meta::{Details, Sort};
use crate::render::World;
use crate::render::context::{FEED, calendar_url, feed_url};
use crate::render::view::permalink;
use crate::theme::Theme;

use super::pictures::used;

/// Types that every host serves (DOMAIN: mapped everywhere), besides those of the site's own files.
const SERVED: &[&str] = &[
    "html", "htm", "css", "js", "xml", "txt", "jpg", "jpeg", "png", "gif", "ico", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
    "zip", "mp3", "mp4", "m4a",
];

/// Puts all of it in the output.
pub fn put(
    world: &World,
    theme: &Theme,
    sources: &[Source],
    output: &Output,
    listed_at: u64,
    memory: &mut HashMap<String, (Seen, Stamp)>,
    found: &mut Vec<Diagnostic>,
) -> Result<()> {
    for (name, bytes) in &theme.assets {
        if let Some(url) = world.assets.get(name) {
            output.put(url, bytes, Stamp::of_bytes(bytes))?;
        }
    }
    for (url, text) in calendars(world) {
        output.put(&url, text.as_bytes(), Stamp::of_bytes(text.as_bytes()))?;
    }
    let mut files = Files { world, sources, output, listed_at, known: std::mem::take(memory), memory, found };
    files.statics(theme)?;
    files.attachments()?;
    for (url, text) in feeds(world).into_iter().chain(maps(world)) {
        output.put(&url, text.as_bytes(), Stamp::of_bytes(text.as_bytes()))?;
    }
    Ok(())
}

/// The bytes of a file of `static/` or of the theme, by its address.
pub fn bytes(world: &World, theme: &Theme, sources: &[Source], url: &str) -> Option<Vec<u8>> {
    match world.site.files.iter().position(|file| file.is_static && file.url == url) {
        Some(at) => discover::read_bytes(&sources[at]).ok(),
        None => theme.statics.get(url).cloned(),
    }
}

/// Plain files on their way to the output.
struct Files<'a> {
    world: &'a World,
    sources: &'a [Source],
    output: &'a Output,
    listed_at: u64,
    known: HashMap<String, (Seen, Stamp)>,
    memory: &'a mut HashMap<String, (Seen, Stamp)>,
    found: &'a mut Vec<Diagnostic>,
}

impl Files<'_> {
    /// Files of `static/`, then those of the theme that the site does not replace.
    fn statics(&mut self, theme: &Theme) -> Result<()> {
        let site = &self.world.site;
        let mut taken = std::collections::HashSet::new();
        for (at, file) in site.files.iter().enumerate().filter(|(_, file)| file.is_static) {
            taken.insert(file.url.clone());
            self.copy(at, &file.url)?;
        }
        for (path, bytes) in &theme.statics {
            if taken.contains(path) || check_output(path).is_err() {
                continue;
            }
            self.output.put(path, bytes, Stamp::of_bytes(bytes))?;
        }
        Ok(())
    }

    /// Files beside pages that some page points at; the others are nobody's business.
    fn attachments(&mut self) -> Result<()> {
        for file in used(&self.world.site) {
            let entry = &self.world.site.files[file as usize];
            if entry.is_static || self.world.pictures.contains_key(&file) {
                continue;
            }
            self.copy(file as usize, &entry.url)?;
        }
        Ok(())
    }

    fn copy(&mut self, at: usize, url: &str) -> Result<()> {
        let source = &self.sources[at];
        let place = || Place::file(source.file.as_str());
        let kind = extension(url).to_ascii_lowercase();
        if !SERVED.contains(&kind.as_str()) {
            self.found.push(Diagnostic::new(Code::UnservedType, place()).arg("extension", &kind));
        }
        if check_output(url).is_err() {
            self.found.push(Diagnostic::new(Code::PathTooLong, place()).arg("path", url));
            return Ok(());
        }
        if let Some((seen, stamp)) = self.known.get(&source.file)
            && *seen == source.seen
            && self.output.keep(url, *stamp)
        {
            self.memory.insert(source.file.clone(), (*seen, *stamp));
            return Ok(());
        }
        match discover::read_bytes(source) {
            Ok(bytes) => {
                let stamp = Stamp::of_bytes(&bytes);
                self.output.put(url, &bytes, stamp)?;
                if let Some(seen) = source.seen.settled(self.listed_at) {
                    self.memory.insert(source.file.clone(), (seen, stamp));
                }
            }
            Err(diagnostic) => self.found.push(diagnostic),
        }
        Ok(())
    }
}

/// A calendar file for every deadline that lies ahead.
fn calendars(world: &World) -> Vec<(String, String)> {
    let site = &world.site;
    let entry = |id: PageId| {
        let url = calendar_url(world, id);
        let page = site.page(id);
        let deadline = match &page.head.meta.details {
            Details::Notice(notice) => notice.deadline,
            Details::Survey(survey) => survey.deadline,
            _ => None,
        };
        let deadline = deadline.filter(|_| !url.is_empty())?;
        let since = page.head.meta.updated.or(page.head.meta.date).unwrap_or(deadline);
        let text = feed::calendar(&feed::Deadline {
            site: &world.config.id,
            path: &page.url,
            title: &page.head.title,
            link: &permalink(world, &page.url),
            since: since.date,
            day: deadline.date,
            minutes: (deadline.minutes > 0).then_some(i32::from(deadline.minutes) - world.config.utc_offset),
        });
        Some((url, text))
    };
    [Kind::Notice, Kind::Survey].into_iter().flat_map(|kind| site.of_kind(kind)).filter_map(|id| entry(*id)).collect()
}

/// The Atom feeds: of the site, of every section that lists dated pages, of every branch.
fn feeds(world: &World) -> Vec<(String, String)> {
    let site = &world.site;
    let newest = |ids: Vec<PageId>| {
        let mut dated: Vec<PageId> =
            ids.into_iter().filter(|id| site.page(*id).head.meta.date.is_some() && !site.page(*id).is_section()).collect();
        crate::model::order::sort(site, &mut dated, Sort::Date);
        dated.truncate(world.config.feed_items as usize);
        dated
    };
    let all: Vec<PageId> = site.years.0.iter().flat_map(|(_, ids)| ids).copied().take(world.config.feed_items as usize).collect();
    let mut feeds = vec![(FEED.to_string(), atom(world, FEED, site.home(), &all))];
    for id in site.ids().filter(|id| site.page(*id).is_section()) {
        let Some(url) = feed_url(world, id) else { continue };
        let page = site.page(id);
        let ids = match page.kind() {
            Kind::Branch => site.of_branch(id).to_vec(),
            _ => page.items.clone(),
        };
        let text = atom(world, &url, id, &newest(ids));
        feeds.push((url, text));
    }
    feeds
}

fn atom(world: &World, url: &str, section: PageId, ids: &[PageId]) -> String {
    let site = &world.site;
    let page = site.page(section);
    let config = &world.config;
    let is_home = section == site.home();
    let title = if is_home { config.title.clone() } else { format!("{} · {}", page.head.title, config.title) };
    let link = |to: &str| if config.base_url.is_empty() { relative(url, to) } else { format!("{}{to}", config.base_url) };
    let author = if config.org.name.is_empty() { config.title.clone() } else { config.org.name.clone() };
    let entries: Vec<Entry> = ids.iter().map(|id| entry(world, *id, link(&site.page(*id).url))).collect();
    feed::atom(&Feed {
        site: config.id.clone(),
        base_url: config.base_url.clone(),
        path: url.to_string(),
        title,
        subtitle: if is_home { config.description.clone() } else { page.head.description.clone() },
        page: link(&page.url),
        language: config.language.clone(),
        author: Author { name: author },
        entries,
    })
}

fn entry(world: &World, id: PageId, link: String) -> Entry {
    let page = world.site.page(id);
    let meta = &page.head.meta;
    let time = |when: crate::ground::date::When| {
        let offset = world.config.utc_offset;
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        format!("{}T{:02}:{:02}:00{sign}{hours:02}:{minutes:02}", when.date, when.minutes / 60, when.minutes % 60)
    };
    let published = meta.date.map(time);
    Entry {
        path: page.url.clone(),
        title: page.head.title.clone(),
        link,
        updated: meta.updated.map(time).or_else(|| published.clone()).unwrap_or_default(),
        published,
        summary: page.head.description.clone(),
        authors: meta.authors.iter().map(|name| Author { name: name.clone() }).collect(),
        categories: meta.tags.clone(),
    }
}

/// `sitemap.xml` (which needs a public address) and `robots.txt`.
fn maps(world: &World) -> Vec<(String, String)> {
    let config = &world.config;
    let mut files = Vec::new();
    let sitemap = (!config.base_url.is_empty()).then(|| format!("{}sitemap.xml", config.base_url));
    if sitemap.is_some() {
        files.push(("sitemap.xml".to_string(), feed::sitemap(&urls(&world.site, &config.base_url))));
    }
    files.push(("robots.txt".to_string(), feed::robots(sitemap.as_deref())));
    files
}

fn urls(site: &Site, base: &str) -> Vec<feed::Url> {
    let pages = site.pages.iter();
    let mut urls: Vec<feed::Url> = pages
        .map(|page| feed::Url {
            address: format!("{base}{}", page.url),
            changed: page.head.meta.updated.or(page.head.meta.date).map(|when| when.date.to_string()),
        })
        .collect();
    urls.sort_by(|a, b| a.address.cmp(&b.address));
    urls
}
