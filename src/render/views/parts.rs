//! The small parts of what templates see: names, pictures, files, days, lengths.

use serde::Serialize;

use crate::ground::date::chinese;
use crate::model::files::front_files;
use crate::model::{PageId, Resolved};
use crate::parse::Kind;
use crate::parse::meta::{Details, Meta};

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

/// A picture that stands for a page in lists: a small rendition, and the largest for where it leads.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Thumb {
    pub src: String,
    pub width: u32,
    pub height: u32,
    pub large: String,
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

/// A row shows its picture about 120 px wide, on a dense screen three times as many.
const THUMB_WIDTH: u32 = 320;
/// What is smaller is a seal, a code or a mark, and no picture of what the page tells.
const THUMB_LEAST: u32 = 160;

/// The picture that stands for a page in lists: its cover, else the first of its album, else the first of its text. A document and
/// a notice show pictures of forms and seals in their text, so these have one only if an author has chosen it.
pub fn thumb(render_input: &RenderInput, id: PageId) -> Option<Thumb> {
    let page = render_input.site.page(id);
    let meta = &page.summary.meta;
    let is_chosen_only = matches!(meta.kind, Kind::Policy | Kind::Notice);
    let named = page.files.iter().copied().zip(front_files(meta));
    let album = if let Details::News(news) = &meta.details { news.album.as_slice() } else { &[] };
    let chosen = named.filter(|(_, file)| meta.cover.as_ref() == Some(*file) || album.contains(file)).filter_map(|(file, _)| file);
    let in_text = page.links.iter().filter_map(|link| if let Resolved::File(file) = link { Some(*file) } else { None });
    let candidates = chosen.chain(in_text.filter(|_| !is_chosen_only));
    let mut pictures = candidates.filter_map(|file| render_input.pictures.get(&file));
    let picture = pictures.find(|picture| picture.width.min(picture.height) >= THUMB_LEAST)?;
    let (src, width) = picture.sources.iter().find(|(_, width)| *width >= THUMB_WIDTH).or(picture.sources.last())?;
    let height = (picture.height * width).div_ceil(picture.width);
    Some(Thumb { src: src.clone(), width: *width, height, large: picture.largest().to_string() })
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
