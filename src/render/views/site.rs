//! What every page sees of the site, whatever it is.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Value;

use crate::config::Org;
use crate::ground::routes;

use super::parts::Titled;
use crate::render::render_input::RenderInput;

/// What every page sees, whatever it is.
pub fn site_view(render_input: &RenderInput) -> Vec<(&'static str, Value)> {
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
        org: &'a Org,
        columns: Vec<Column<'a>>,
        footer: FooterView<'a>,
        options: &'a BTreeMap<String, serde_json::Value>,
        feed: &'static str,
        practice: bool,
    }
    let config = &render_input.config;
    let columns = render_input.site.columns.iter().map(|column| {
        let page = render_input.site.page(column.page);
        let path = page.folder.as_deref().unwrap_or(&page.summary.path);
        Column {
            title: &column.title,
            url: &page.url,
            icon: &column.icon,
            path,
            kind: column.kind.word(),
            empty: render_input.site.is_empty(column.page),
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
        options: &render_input.options,
        feed: routes::FEED,
        practice: render_input.has_questions,
    };
    vec![
        ("site", Value::from_serializable(&site)),
        ("date", render_input.site.date.to_string().into()),
        ("generator", format!("Studyhall {}", env!("CARGO_PKG_VERSION")).into()),
    ]
}
