//! What a template gets besides the functions: the page with its text, its section and its neighbours.

use tera::{Context, TeraResult, Value};

use crate::document::DocumentTree;
use crate::ground::path::{relative, root_of};
use crate::ground::{Stamp, Stamper, routes};
use crate::model::{Hidden, Page, PageId, Resolved};

use super::addresses::{feed_url, per_page, qr_url};
use super::body::{self, Setting};
use super::chapter;
use super::embedded::public_address;
use super::html::markup::Markup;
use super::job::{PageJob, Subject, Which};
use super::memo::SiteContext;
use super::queries::{terms, years};
use super::render_input::RenderInput;
use super::views::details::attachments;
use super::views::list::{Extra, ListView};
use super::views::page::{PageExtra, Paginator, PaginatorPage, ReviewView, Shown, TocItem};
use super::views::parts::{Titled, minutes, permalink};

/// Everything a page is made of but the answers to its questions.
pub struct PageInput<'a> {
    render_input: &'a SiteContext,
    /// The page to make.
    pub job: &'a PageJob,
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
    pub fn of(render_input: &'a SiteContext, job: &'a PageJob) -> PageInput<'a> {
        let view = match &job.subject {
            Subject::Page(id, _) | Subject::Booklet(id) | Subject::Single(id) | Subject::Poster(id) => ViewOf::Page(*id),
            _ => ViewOf::Generated(Box::new(generated(render_input, job))),
        };
        let mut input = PageInput {
            render_input,
            job,
            view,
            extra: PageExtra::default(),
            prev: None,
            next: None,
            children: &[],
            items: &[],
            cited_by: &[],
        };
        match &job.subject {
            Subject::Page(id, number) => input.page(*id, *number),
            Subject::Taxonomy(which) => {
                input.extra.terms = terms(render_input, *which);
                input.extra.breadcrumbs = Vec::new();
            }
            Subject::Term(which, at, number) => {
                let pages = &which.of(&render_input.site).terms[*at].pages;
                let url = which.term_url(&which.of(&render_input.site).terms[*at].slug);
                input.part(pages, &url, render_input.config.paginate, *number);
                input.extra.breadcrumbs = vec![Titled { title: taxonomy_title(*which).to_string(), url: which.url() }];
            }
            Subject::Archive => input.extra.terms = years(render_input, &[], None),
            Subject::Year(at, number) => {
                let (year, pages) = &render_input.site.years.0[*at];
                input.part(pages, &routes::year(*year), render_input.config.paginate, *number);
                input.extra.breadcrumbs = vec![Titled { title: "归档".to_string(), url: routes::ARCHIVE.to_string() }];
            }
            Subject::Alias(id) => input.extra.redirect = relative(&job.url, &render_input.site.page(*id).url),
            Subject::Booklet(id) | Subject::Single(id) => input.derived(*id, &render_input.site.page(*id).items),
            Subject::Poster(id) => input.derived(*id, &[]),
            Subject::Map | Subject::Search | Subject::Study | Subject::Practice | Subject::NotFound => {}
        }
        input
    }

    fn page(&mut self, id: PageId, number: u32) {
        let render_input = self.render_input;
        let page = render_input.site.page(id);
        let meta = &page.summary.meta;
        self.prev = page.prev;
        self.next = page.next;
        self.children = &page.children;
        self.cited_by = &page.cited_by;
        self.extra = PageExtra {
            toc: toc(render_input, page),
            show_toc: meta.toc.unwrap_or_else(|| page.summary.outline.iter().filter(|heading| heading.level <= 3).count() >= 3),
            authors: meta.authors.clone(),
            photographers: meta.photographers.clone(),
            review: ReviewView {
                first: meta.review.first.clone(),
                second: meta.review.second.clone(),
                r#final: meta.review.r#final.clone(),
            },
            source: meta.source.clone(),
            ai_generated: meta.ai_generated.iter().map(|part| ai_part(part)).collect(),
            attachments: attachments(render_input, id),
            breadcrumbs: render_input.site.ancestors(id).into_iter().map(|above| titled(render_input, above)).collect(),
            column: self.column(id),
            picture: shared_picture(render_input, id),
            qr: qr_url(render_input, id),
            feed: feed_url(render_input, id).unwrap_or_default(),
            is_section: page.is_section(),
            unpublished: unpublished(render_input, id),
            ..PageExtra::default()
        };
        self.part(&page.items, &page.url, per_page(render_input, page), number);
    }

    /// A page made of another, which stands above it.
    fn derived(&mut self, id: PageId, items: &'a [PageId]) {
        let render_input = self.render_input;
        self.items = items;
        let above = render_input.site.ancestors(id).into_iter().chain([id]).map(|above| titled(render_input, above)).collect();
        let meta = &render_input.site.page(id).summary.meta;
        self.extra = PageExtra {
            authors: meta.authors.clone(),
            breadcrumbs: above,
            column: self.column(id),
            picture: shared_picture(render_input, id),
            qr: qr_url(render_input, id),
            unpublished: unpublished(render_input, id),
            ..PageExtra::default()
        };
    }

    fn column(&self, id: PageId) -> String {
        let site = &self.render_input.site;
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
        let render_input = self.render_input;
        let mut stamper = Stamper::default();
        stamper.stamp(render_input.base).text(&self.job.url).text(&self.job.template).value(&self.extra);
        if date_matters {
            stamper.text(&render_input.site.date.to_string());
        }
        match &self.view {
            // A poster shows nothing of the text.
            ViewOf::Page(id) if matches!(self.job.subject, Subject::Poster(_)) => stamper.stamp(render_input.view_stamp(*id)),
            ViewOf::Page(id) => stamper.stamp(render_input.view_stamp(*id)).stamp(body::stamp(render_input, *id)),
            ViewOf::Generated(view) => stamper.value(view),
        };
        if let Subject::Booklet(course) | Subject::Single(course) = self.job.subject {
            for lesson in chapter::lessons(&render_input.site, course) {
                stamper.stamp(body::stamp(render_input, lesson));
            }
        }
        for list in [self.children, self.items, self.cited_by, self.prev.as_slice(), self.next.as_slice()] {
            stamper.value(&list.len());
            for id in list {
                stamper.stamp(render_input.view_stamp(*id));
            }
        }
        stamper.finish()
    }

    /// The template's variables, and the HTML of the text among them. `text` is needed for pages with a file behind them.
    pub fn context(&self, text: Option<&DocumentTree>, markup: &Markup) -> TeraResult<(Context, String)> {
        let html = match (&self.view, text) {
            (ViewOf::Page(id), Some(text)) => body::fill(self.render_input, *id, text, markup, &Setting::alone(&self.job.url))?,
            _ => String::new(),
        };
        Ok((self.context_of(&html, Vec::new()), html))
    }

    /// The variables of a page that is made of others: the text of the course, then those of its lessons.
    pub fn context_of_chapters(&self, course: PageId, html: &str, texts: &[String]) -> Context {
        let site = &self.render_input.site;
        let chapters = chapter::lessons(site, course).zip(texts).map(|(lesson, text)| {
            let mut chapter = self.render_input.view(lesson).into_map().unwrap_or_default();
            let id = chapter::anchor(site, course, lesson).unwrap_or_default();
            let mut toc = toc(self.render_input, site.page(lesson));
            chapter::prefix(&mut toc, &id);
            chapter.insert("id".into(), id.into());
            chapter.insert("body".into(), Value::safe_string(text));
            chapter.insert("toc".into(), Value::from_serializable(&toc));
            Value::from(chapter)
        });
        self.context_of(html, chapters.collect())
    }

    fn context_of(&self, html: &str, chapters: Vec<Value>) -> Context {
        let render_input = self.render_input;
        let view = match &self.view {
            ViewOf::Page(id) => render_input.view(*id),
            ViewOf::Generated(view) => Value::from_serializable(view),
        };
        let mut page = view.into_map().unwrap_or_default();
        let extra = Value::from_serializable(&self.extra).into_map().unwrap_or_default();
        page.extend(extra);
        let one = |id: Option<PageId>| id.map_or_else(Value::none, |id| render_input.view(id));
        page.insert("body".into(), Value::safe_string(html));
        page.insert("chapters".into(), Value::from(chapters));
        page.insert("prev".into(), one(self.prev));
        page.insert("next".into(), one(self.next));
        page.insert("children".into(), render_input.views(self.children));
        page.insert("items".into(), render_input.views(self.items));
        page.insert("cited_by".into(), render_input.views(self.cited_by));
        let mut context = Context::new();
        context.insert_value("page", Value::from(page));
        // From where the page is opened alone, only the public site can be reached.
        let public = public_address(render_input, "").filter(|_| self.job.is_alone());
        context.insert_value("root", public.unwrap_or_else(|| root_of(&self.job.url)).into());
        context
    }
}

/// WeChat takes the first picture of a page that is at least so wide and high.
const SHARED_LEAST: u32 = 300;

/// Why a page would not be published, for pages that show it all the same.
fn unpublished(render_input: &RenderInput, id: PageId) -> &'static str {
    match render_input.site.unpublished(id) {
        None => "",
        Some(Hidden::Draft | Hidden::Unsure) => "draft",
        Some(Hidden::Scheduled) => "scheduled",
        Some(Hidden::Expired) => "expired",
    }
}

/// The picture that stands for a page where it is shared: its cover, else the first of its text, if large enough.
fn shared_picture(render_input: &RenderInput, id: PageId) -> Option<Shown> {
    let page = render_input.site.page(id);
    let large = |file: u32| render_input.pictures.get(&file).filter(|picture| picture.width.min(picture.height) >= SHARED_LEAST);
    let in_text = page.links.iter().find_map(|link| if let Resolved::File(file) = link { large(*file) } else { None });
    let cover = page.summary.meta.cover.as_ref().and_then(|_| large(page.files.first().copied().flatten()?));
    let picture = cover.or(in_text)?;
    let in_text = in_text.is_some_and(|first| first.largest() == picture.largest());
    Some(Shown { src: picture.largest().to_string(), width: picture.width, height: picture.height, in_text })
}

fn titled(render_input: &RenderInput, id: PageId) -> Titled {
    let page = render_input.site.page(id);
    let column = render_input.site.columns.iter().find(|column| column.page == id).map(|column| column.title.clone());
    Titled { title: column.unwrap_or_else(|| page.summary.title.clone()), url: page.url.clone() }
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
fn generated(render_input: &RenderInput, job: &PageJob) -> ListView {
    let site = &render_input.site;
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
            site.page(*id).summary.title.clone()
        }
    };
    let url = match &job.subject {
        Subject::Alias(id) => site.page(*id).url.clone(),
        _ => job.url.clone(),
    };
    ListView {
        permalink: permalink(render_input, &url),
        url,
        kind: "generated",
        title,
        extra: Extra("{}".to_string()),
        ..ListView::default()
    }
}

/// The table of contents: levels 1 to 3, nested.
fn toc(render_input: &RenderInput, page: &Page) -> Vec<TocItem> {
    let mut roots: Vec<TocItem> = Vec::new();
    for (at, heading) in page.summary.outline.iter().enumerate().filter(|(_, heading)| heading.level <= 3) {
        let words = body::section_words(page, at);
        let item = TocItem {
            level: heading.level,
            id: heading.id.clone(),
            title: heading.title.clone(),
            minutes: minutes(render_input, &page.summary.meta, words),
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
