//! What a template gets besides the functions: the page with its text, its section and its neighbours.

use serde::Serialize;
use tera::{Context, Value};

use crate::ground::path::{parent, relative, root_of};
use crate::ground::routes::list_page as list_page_url;
use crate::ground::{Stamp, Stamper};
use crate::model::{Page, PageId, Resolved};
use crate::parse::meta::Details;
use crate::parse::{Body, Kind};

use super::answer::{Counted, terms, views, years};
use super::body::{self, Setting};
use super::chapter;
use super::details::attachments;
use super::job::{Job, Subject, Which, per_page};
use super::view::{FileView, ListView, Titled, minutes};
use super::world::World;

/// The fields that only the current page has, as far as they are its own.
#[derive(Debug, Default, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct PageExtra {
    pub toc: Vec<TocItem>,
    pub show_toc: bool,
    pub authors: Vec<String>,
    pub photographers: Vec<String>,
    pub review: ReviewView,
    pub source: String,
    pub ai_generated: Vec<&'static str>,
    pub attachments: Vec<FileView>,
    pub breadcrumbs: Vec<Titled>,
    pub column: String,
    pub feed: String,
    pub is_section: bool,
    pub paginator: Option<Paginator>,
    pub terms: Vec<Counted>,
    pub redirect: String,
    pub picture: Option<Shown>,
    pub qr: String,
}

/// The picture that stands for a page where it is shared.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct Shown {
    pub src: String,
    pub width: u32,
    pub height: u32,
    pub in_text: bool,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct TocItem {
    pub level: u8,
    pub id: String,
    pub title: String,
    pub minutes: u32,
    pub children: Vec<TocItem>,
}

#[derive(Debug, Default, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct ReviewView {
    pub first: String,
    pub second: String,
    pub r#final: String,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct Paginator {
    pub number: u32,
    pub total: u32,
    pub count: usize,
    pub prev: String,
    pub next: String,
    pub pages: Vec<PaginatorPage>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct PaginatorPage {
    pub number: u32,
    pub url: String,
    pub current: bool,
    pub gap: bool,
}

/// Everything a page is made of but the answers to its questions.
pub struct Own<'a> {
    world: &'a World,
    job: &'a Job,
    view: ViewOf,
    extra: PageExtra,
    prev: Option<PageId>,
    next: Option<PageId>,
    children: &'a [PageId],
    items: &'a [PageId],
    cited_by: &'a [PageId],
}

enum ViewOf {
    Page(PageId),
    Generated(Box<ListView>),
}

impl<'a> Own<'a> {
    /// Gathers what a job needs.
    pub fn of(world: &'a World, job: &'a Job) -> Own<'a> {
        let view = match &job.subject {
            Subject::Page(id, _) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => ViewOf::Page(*id),
            _ => ViewOf::Generated(Box::new(generated(world, job))),
        };
        let mut own =
            Own { world, job, view, extra: PageExtra::default(), prev: None, next: None, children: &[], items: &[], cited_by: &[] };
        match &job.subject {
            Subject::Page(id, number) => own.page(*id, *number),
            Subject::Taxonomy(which) => {
                own.extra.terms = terms(world, *which);
                own.extra.breadcrumbs = Vec::new();
            }
            Subject::Term(which, at, number) => {
                let pages = &which.of(&world.site).terms[*at].pages;
                let url = format!("{}/{}/index.html", which.folder(), which.of(&world.site).terms[*at].slug);
                own.part(pages, &url, world.config.paginate, *number);
                own.extra.breadcrumbs =
                    vec![Titled { title: taxonomy_title(*which).to_string(), url: format!("{}/index.html", which.folder()) }];
            }
            Subject::Archive => own.extra.terms = years(world, &[], None),
            Subject::Year(at, number) => {
                let (year, pages) = &world.site.years.0[*at];
                own.part(pages, &format!("archive/{year}/index.html"), world.config.paginate, *number);
                own.extra.breadcrumbs = vec![Titled { title: "归档".to_string(), url: "archive/index.html".to_string() }];
            }
            Subject::Alias(id) => own.extra.redirect = relative(&job.url, &world.site.page(*id).url),
            Subject::Booklet(id) | Subject::Single(id) => own.derived(*id, &world.site.page(*id).items),
            Subject::Poster(id) => own.derived(*id, &[]),
            Subject::Map | Subject::Search | Subject::Study | Subject::Practice | Subject::NotFound => {}
        }
        own
    }

    fn page(&mut self, id: PageId, number: u32) {
        let world = self.world;
        let page = world.site.page(id);
        let meta = &page.head.meta;
        self.prev = page.prev;
        self.next = page.next;
        self.children = &page.children;
        self.cited_by = &page.cited_by;
        self.extra = PageExtra {
            toc: toc(world, page),
            show_toc: meta.toc.unwrap_or_else(|| page.head.outline.iter().filter(|heading| heading.level <= 3).count() >= 3),
            authors: meta.authors.clone(),
            photographers: meta.photographers.clone(),
            review: ReviewView {
                first: meta.review.first.clone(),
                second: meta.review.second.clone(),
                r#final: meta.review.r#final.clone(),
            },
            source: meta.source.clone(),
            ai_generated: meta.ai_generated.iter().map(|part| ai_part(part)).collect(),
            attachments: attachments(world, id),
            breadcrumbs: world.site.ancestors(id).into_iter().map(|above| titled(world, above)).collect(),
            column: self.column(id),
            picture: shared_picture(world, id),
            qr: qr_url(world, id),
            feed: feed_url(world, id).unwrap_or_default(),
            is_section: page.is_section(),
            ..PageExtra::default()
        };
        self.part(&page.items, &page.url, per_page(world, page), number);
    }

    /// A page made of another, which stands above it.
    fn derived(&mut self, id: PageId, items: &'a [PageId]) {
        let world = self.world;
        self.items = items;
        let above = world.site.ancestors(id).into_iter().chain([id]).map(|above| titled(world, above)).collect();
        let meta = &world.site.page(id).head.meta;
        self.extra = PageExtra {
            authors: meta.authors.clone(),
            breadcrumbs: above,
            column: self.column(id),
            picture: shared_picture(world, id),
            qr: qr_url(world, id),
            ..PageExtra::default()
        };
    }

    fn column(&self, id: PageId) -> String {
        let site = &self.world.site;
        site.column_of(id).and_then(|column| site.page(column).folder.clone()).unwrap_or_default()
    }

    /// Cuts out part `number` of a list.
    fn part(&mut self, all: &'a [PageId], url: &str, per_page: u32, number: u32) {
        let size = if per_page == 0 { all.len().max(1) } else { per_page as usize };
        let total = u32::try_from(all.len().div_ceil(size)).unwrap_or(u32::MAX).max(1);
        let start = (number as usize - 1) * size;
        self.items = &all[start.min(all.len())..(start + size).min(all.len())];
        if total > 1 {
            self.extra.paginator = Some(paginator(url, number, total, all.len()));
        }
    }

    /// The stamp of all that is in here. `date_matters` says whether the template shows the day itself.
    pub fn stamp(&self, date_matters: bool) -> Stamp {
        let world = self.world;
        let mut stamper = Stamper::default();
        stamper.stamp(world.base).text(&self.job.url).text(&self.job.template).value(&self.extra);
        if date_matters {
            stamper.text(&world.site.date.to_string());
        }
        match &self.view {
            // A poster shows nothing of the text.
            ViewOf::Page(id) if matches!(self.job.subject, Subject::Poster(_)) => stamper.stamp(world.view_stamp(*id)),
            ViewOf::Page(id) => stamper.stamp(world.view_stamp(*id)).stamp(body::stamp(world, *id)),
            ViewOf::Generated(view) => stamper.value(view),
        };
        if let Subject::Booklet(course) | Subject::Single(course) = self.job.subject {
            for lesson in chapter::lessons(&world.site, course) {
                stamper.stamp(body::stamp(world, lesson));
            }
        }
        for list in [self.children, self.items, self.cited_by, self.prev.as_slice(), self.next.as_slice()] {
            stamper.value(&list.len());
            for id in list {
                stamper.stamp(world.view_stamp(*id));
            }
        }
        stamper.finish()
    }

    /// The template's variables, and the HTML of the text among them. `text` is needed for pages with a file behind them.
    pub fn context(&self, text: Option<&Body>) -> (Context, String) {
        let html = match (&self.view, text) {
            (ViewOf::Page(id), Some(text)) => body::fill(self.world, *id, text, &Setting { from: &self.job.url, inside: None }),
            _ => String::new(),
        };
        (self.context_of(&html, Vec::new()), html)
    }

    /// The variables of a page that is made of others: the text of the course, then those of its lessons.
    pub fn context_of_chapters(&self, course: PageId, html: &str, texts: &[String]) -> Context {
        let site = &self.world.site;
        let chapters = chapter::lessons(site, course).zip(texts).map(|(lesson, text)| {
            let mut chapter = self.world.view(lesson).into_map().unwrap_or_default();
            let id = chapter::anchor(site, course, lesson).unwrap_or_default();
            let mut toc = toc(self.world, site.page(lesson));
            chapter::prefix(&mut toc, &id);
            chapter.insert("id".into(), id.into());
            chapter.insert("body".into(), Value::safe_string(text));
            chapter.insert("toc".into(), Value::from_serializable(&toc));
            Value::from(chapter)
        });
        self.context_of(html, chapters.collect())
    }

    fn context_of(&self, html: &str, chapters: Vec<Value>) -> Context {
        let world = self.world;
        let view = match &self.view {
            ViewOf::Page(id) => world.view(*id),
            ViewOf::Generated(view) => Value::from_serializable(view),
        };
        let mut page = view.into_map().unwrap_or_default();
        let extra = Value::from_serializable(&self.extra).into_map().unwrap_or_default();
        page.extend(extra);
        let one = |id: Option<PageId>| id.map_or_else(Value::none, |id| world.view(id));
        page.insert("body".into(), Value::safe_string(html));
        page.insert("chapters".into(), Value::from(chapters));
        page.insert("prev".into(), one(self.prev));
        page.insert("next".into(), one(self.next));
        page.insert("children".into(), views(world, self.children));
        page.insert("items".into(), views(world, self.items));
        page.insert("cited_by".into(), views(world, self.cited_by));
        let mut context = Context::new();
        context.insert_value("page", Value::from(page));
        context.insert_value("root", root_of(&self.job.url).into());
        context
    }
}

/// What every page sees, whatever it is.
pub fn shared(world: &World) -> Vec<(&'static str, Value)> {
    #[derive(Serialize)]
    struct Column<'a> {
        title: &'a str,
        url: &'a str,
        icon: &'a str,
        path: &'a str,
        kind: &'static str,
        empty: bool,
    }
    #[derive(Serialize)]
    struct FooterView<'a> {
        copyright: &'a str,
        record: &'a str,
        links: Vec<Titled>,
    }
    #[derive(Serialize)]
    struct SiteView<'a> {
        title: &'a str,
        subtitle: &'a str,
        description: &'a str,
        id: &'a str,
        language: &'a str,
        base_url: &'a str,
        org: &'a crate::config::Org,
        columns: Vec<Column<'a>>,
        footer: FooterView<'a>,
        options: &'a std::collections::BTreeMap<String, serde_json::Value>,
        feed: &'static str,
        practice: bool,
    }
    let config = &world.config;
    let columns = world.site.columns.iter().map(|column| {
        let page = world.site.page(column.page);
        let path = page.folder.as_deref().unwrap_or(&page.head.path);
        Column {
            title: &column.title,
            url: &page.url,
            icon: &column.icon,
            path,
            kind: column.kind.word(),
            empty: world.site.is_empty(column.page),
        }
    });
    let links = config.footer.links.iter().map(|(title, url)| Titled { title: title.clone(), url: url.clone() }).collect();
    let site = SiteView {
        title: &config.title,
        subtitle: &config.subtitle,
        description: &config.description,
        id: &config.id,
        language: &config.language,
        base_url: &config.base_url,
        org: &config.org,
        columns: columns.collect(),
        footer: FooterView { copyright: &config.footer.copyright, record: &config.footer.record, links },
        options: &world.options,
        feed: FEED,
        practice: world.has_questions(),
    };
    vec![
        ("site", Value::from_serializable(&site)),
        ("date", world.site.date.to_string().into()),
        ("generator", format!("Studyhall {}", env!("CARGO_PKG_VERSION")).into()),
    ]
}

/// The site's feed.
pub const FEED: &str = "feed.xml";

/// The feed of a page's section, or of the section itself: every section that lists dated pages has one, and every branch.
pub fn feed_url(world: &World, id: PageId) -> Option<String> {
    let page = world.site.page(id);
    let section = if page.is_section() { id } else { page.parent? };
    let section_page = world.site.page(section);
    if section_page.folder.as_deref() == Some("") {
        return None;
    }
    let dated = section_page.kind() == Kind::Branch || world.lists_dated(section);
    dated.then(|| crate::ground::path::join(parent(&section_page.url), FEED))
}

/// WeChat takes the first picture of a page that is at least so wide and high.
const SHARED_LEAST: u32 = 300;

/// The picture that stands for a page where it is shared: its cover, else the first of its text, if large enough.
fn shared_picture(world: &World, id: PageId) -> Option<Shown> {
    let page = world.site.page(id);
    let large = |file: u32| world.pictures.get(&file).filter(|picture| picture.width.min(picture.height) >= SHARED_LEAST);
    let in_text = page.links.iter().find_map(|link| if let Resolved::File(file) = link { large(*file) } else { None });
    let cover = page.head.meta.cover.as_ref().and_then(|_| large(page.files.first().copied().flatten()?));
    let picture = cover.or(in_text)?;
    let in_text = in_text.is_some_and(|first| first.largest() == picture.largest());
    Some(Shown { src: picture.largest().to_string(), width: picture.width, height: picture.height, in_text })
}

/// Where the code of a page's address stands, or nothing without a public address.
pub fn qr_url(world: &World, id: PageId) -> String {
    let page = world.site.page(id);
    match world.config.base_url.is_empty() {
        true => String::new(),
        false => format!("{}-qr.png", page.url.trim_end_matches(".html")),
    }
}

/// Where the calendar file of a page with a deadline stands, as long as the deadline lies ahead.
pub fn calendar_url(world: &World, id: PageId) -> String {
    let page = world.site.page(id);
    let deadline = match &page.head.meta.details {
        Details::Notice(notice) => notice.deadline,
        Details::Survey(survey) => survey.deadline,
        _ => None,
    };
    match deadline {
        Some(when) if when.date >= world.site.date => format!("{}.ics", page.url.trim_end_matches(".html")),
        _ => String::new(),
    }
}

fn titled(world: &World, id: PageId) -> Titled {
    let page = world.site.page(id);
    let column = world.site.columns.iter().find(|column| column.page == id).map(|column| column.title.clone());
    Titled { title: column.unwrap_or_else(|| page.head.title.clone()), url: page.url.clone() }
}

fn ai_part(part: &str) -> &'static str {
    match part {
        "image" => "图片",
        "audio" => "音频",
        _ => "文字",
    }
}

fn taxonomy_title(which: Which) -> &'static str {
    match which {
        Which::Tags => "标签",
        Which::Categories => "分类",
    }
}

/// The view of a page that no author wrote.
fn generated(world: &World, job: &Job) -> ListView {
    let site = &world.site;
    let title = match &job.subject {
        Subject::Taxonomy(which) => taxonomy_title(*which).to_string(),
        Subject::Term(which, at, _) => which.of(site).terms[*at].name.clone(),
        Subject::Archive => "归档".to_string(),
        Subject::Year(at, _) => format!("{}年", site.years.0[*at].0),
        Subject::Map => "栏目".to_string(),
        Subject::Search => "搜索".to_string(),
        Subject::Study => "我的学习".to_string(),
        Subject::Practice => "练习".to_string(),
        Subject::NotFound => "没有找到这个页面".to_string(),
        Subject::Alias(id) | Subject::Page(id, _) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => {
            site.page(*id).head.title.clone()
        }
    };
    let url = match &job.subject {
        Subject::Alias(id) => site.page(*id).url.clone(),
        _ => job.url.clone(),
    };
    ListView {
        permalink: super::view::permalink(world, &url),
        url,
        kind: "generated",
        title,
        extra: super::view::Extra("{}".to_string()),
        ..ListView::default()
    }
}

/// The table of contents: levels 1 to 3, nested.
fn toc(world: &World, page: &Page) -> Vec<TocItem> {
    let mut roots: Vec<TocItem> = Vec::new();
    for (at, heading) in page.head.outline.iter().enumerate().filter(|(_, heading)| heading.level <= 3) {
        let words = body::section_words(page, at);
        let item = TocItem {
            level: heading.level,
            id: heading.id.clone(),
            title: heading.title.clone(),
            minutes: minutes(world, &page.head.meta, words),
            children: Vec::new(),
        };
        // Three levels at most, so the walk down is short.
        let mut into = &mut roots;
        while into.last().is_some_and(|last| last.level < item.level) {
            into = &mut into.last_mut().expect("the list was just seen to have a last").children;
        }
        into.push(item);
    }
    roots
}

fn paginator(url: &str, number: u32, total: u32, count: usize) -> Paginator {
    let address = |number| list_page_url(url, number);
    let mut pages = Vec::new();
    let mut last = 0;
    for n in 1..=total {
        let near = n == 1 || n == total || n.abs_diff(number) <= 2;
        if near {
            pages.push(PaginatorPage { number: n, url: address(n), current: n == number, gap: n > last + 1 });
            last = n;
        }
    }
    Paginator {
        number,
        total,
        count,
        prev: if number > 1 { address(number - 1) } else { String::new() },
        next: if number < total { address(number + 1) } else { String::new() },
        pages,
    }
}
