//! What templates see of the page that is being rendered, besides what all see of it.

use serde::Serialize;

use super::parts::{Counted, FileView, Titled};

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
    pub unpublished: &'static str,
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
