//! What a template gets besides the functions: the page with its text, its section and its neighbours.

use tera::{Context, TeraResult, Value};

use crate::document::DocumentTree;
use crate::ground::path::{relative, root_of};
use crate::ground::{Stamp, Stamper, routes};
use crate::model::{Page, PageId, Resolved};

use super::addresses::{feed_url, per_page, qr_url};
use super::body::{self, Setting};
use super::chapter;
use super::details::attachments;
use super::html::markup::Markup;
use super::job::{Job, Subject, Which};
use super::list_view::{Extra, ListView};
use super::memo::SiteContext;
use super::page_view::{PageExtra, Paginator, PaginatorPage, ReviewView, Shown, TocItem};
use super::queries::{terms, years};
use super::view::{Titled, minutes, permalink};
use super::world::World;

/// Everything a page is made of but the answers to its questions.
pub struct PageInput<'a> {
    world: &'a SiteContext,
    /// The page to make.
    pub job: &'a Job,
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

impl<'a> PageInput<'a> {
    /// Gathers what a job needs.
    pub fn of(world: &'a SiteContext, job: &'a Job) -> PageInput<'a> {
        let view = match &job.subject {
            Subject::Page(id, _) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => ViewOf::Page(*id),
            _ => ViewOf::Generated(Box::new(generated(world, job))),
        };
        let mut input =
            PageInput { world, job, view, extra: PageExtra::default(), prev: None, next: None, children: &[], items: &[], cited_by: &[] };
        match &job.subject {
            Subject::Page(id, number) => input.page(*id, *number),
            Subject::Taxonomy(which) => {
                input.extra.terms = terms(world, *which);
                input.extra.breadcrumbs = Vec::new();
            }
            Subject::Term(which, at, number) => {
                let pages = &which.of(&world.site).terms[*at].pages;
                let url = which.term_url(&which.of(&world.site).terms[*at].slug);
                input.part(pages, &url, world.config.paginate, *number);
                input.extra.breadcrumbs = vec![Titled { title: taxonomy_title(*which).to_string(), url: which.url() }];
            }
            Subject::Archive => input.extra.terms = years(world, &[], None),
            Subject::Year(at, number) => {
                let (year, pages) = &world.site.years.0[*at];
                input.part(pages, &routes::year(*year), world.config.paginate, *number);
                input.extra.breadcrumbs = vec![Titled { title: "归档".to_string(), url: routes::ARCHIVE.to_string() }];
            }
            Subject::Alias(id) => input.extra.redirect = relative(&job.url, &world.site.page(*id).url),
            Subject::Booklet(id) | Subject::Single(id) => input.derived(*id, &world.site.page(*id).items),
            Subject::Poster(id) => input.derived(*id, &[]),
            Subject::Map | Subject::Search | Subject::Study | Subject::Practice | Subject::NotFound => {}
        }
        input
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
    pub fn context(&self, text: Option<&DocumentTree>, markup: &Markup) -> TeraResult<(Context, String)> {
        let html = match (&self.view, text) {
            (ViewOf::Page(id), Some(text)) => body::fill(self.world, *id, text, markup, &Setting::alone(&self.job.url))?,
            _ => String::new(),
        };
        Ok((self.context_of(&html, Vec::new()), html))
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
        page.insert("children".into(), world.views(self.children));
        page.insert("items".into(), world.views(self.items));
        page.insert("cited_by".into(), world.views(self.cited_by));
        let mut context = Context::new();
        context.insert_value("page", Value::from(page));
        context.insert_value("root", root_of(&self.job.url).into());
        context
    }
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
    ListView { permalink: permalink(world, &url), url, kind: "generated", title, extra: Extra("{}".to_string()), ..ListView::default() }
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
    let address = |number| routes::list_page(url, number);
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
