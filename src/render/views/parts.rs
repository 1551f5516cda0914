//! The small parts of what templates see: names, pictures, files, days, lengths.

use serde::Serialize;

use crate::ground::date::chinese;
use crate::parse::Kind;
use crate::parse::meta::Meta;

use crate::render::render_input::RenderInput;

#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Named {
    pub name: String,
    pub url: String,
}

#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Titled {
    pub title: String,
    pub url: String,
}

#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Image {
    pub src: String,
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct BranchRef {
    pub title: String,
    pub short: String,
    pub url: String,
    pub path: String,
}

#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct CourseRef {
    pub title: String,
    pub url: String,
    pub path: String,
}

#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct FileView {
    pub title: String,
    pub url: String,
    pub ext: String,
    pub size: String,
}

/// A name with a count: tags, years.
#[derive(Debug, Serialize)]
pub struct Counted {
    /// Name.
    pub name: String,
    /// Address.
    pub url: String,
    /// How many pages.
    pub count: usize,
}

type Day = Option<crate::ground::date::When>;

/// A day as `2026-03-05`, or nothing.
pub fn iso(when: Day) -> String {
    when.map(|when| when.date.to_string()).unwrap_or_default()
}

/// A day as `2026年3月5日`, or nothing.
pub fn cn(when: Day) -> String {
    when.map(|when| chinese(when.date)).unwrap_or_default()
}

/// The public address, or nothing without a base.
pub fn permalink(render_input: &RenderInput, url: &str) -> String {
    match render_input.config.base_url.is_empty() {
        true => String::new(),
        false => format!("{}{}", render_input.config.base_url, url),
    }
}

/// Estimated minutes, rounded up; 0 for an empty text.
pub fn minutes(render_input: &RenderInput, meta: &Meta, words: u32) -> u32 {
    let reading = &render_input.config.reading;
    let speed = match meta.kind {
        Kind::News | Kind::Notice => reading.news,
        Kind::Policy => reading.policy,
        _ => reading.lesson,
    };
    words.div_ceil(speed.max(1))
}

/// A picture as views show it: its largest rendition.
pub fn image(render_input: &RenderInput, file: u32) -> Option<Image> {
    let picture = render_input.pictures.get(&file)?;
    Some(Image { src: picture.largest().to_string(), width: picture.width, height: picture.height })
}

/// The address of a file; a picture's largest rendition.
pub fn file_url(render_input: &RenderInput, file: u32) -> String {
    match render_input.pictures.get(&file) {
        Some(picture) => picture.largest().to_string(),
        None => render_input.site.files[file as usize].url.clone(),
    }
}

/// A size as readers see it: `980 B`, `12 KB`, `1.2 MB`.
pub fn size_text(bytes: u64) -> String {
    match bytes {
        0..=1023 => format!("{bytes} B"),
        1024..=1_048_575 => format!("{} KB", bytes.div_ceil(1024)),
        _ => {
            let tenths = bytes * 10 / 1_048_576;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}
