//! The typed front matter of a page: what all kinds share, and what each adds.
//!
//! The fields and their words stand in `docs/内容格式.md`.

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::ground::Place;
use crate::ground::date::When;

/// A page's front matter, defaults included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// What the page is.
    pub kind: Kind,
    /// Title as written; `None` leaves it to the first heading.
    pub title: Option<String>,
    /// Second line of the title.
    pub subtitle: String,
    /// Date: lessons 授课日期, policies 成文日期.
    pub date: Option<When>,
    /// Last change worth telling.
    pub updated: Option<When>,
    /// Abstract as written.
    pub description: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Words for search that are not shown.
    pub keywords: Vec<String>,
    /// 撰稿.
    pub authors: Vec<String>,
    /// 摄影.
    pub photographers: Vec<String>,
    /// 初审, 复审, 终审.
    pub review: Review,
    /// 来源.
    pub source: String,
    /// Cover picture.
    pub cover: Option<FileRef>,
    /// Attachments.
    pub attachments: Vec<FileRef>,
    /// Parts made by machine: `text`, `image`, `audio`.
    pub ai_generated: Vec<String>,
    /// Not to be published.
    pub draft: bool,
    /// Published from this day on.
    pub publish_on: Option<When>,
    /// Withdrawn after this day.
    pub expires: Option<When>,
    /// Order among its neighbours; smaller first.
    pub weight: Option<i64>,
    /// Name in the address.
    pub slug: Option<String>,
    /// Old addresses.
    pub aliases: Vec<(String, Place)>,
    /// Another template.
    pub template: Option<(String, Place)>,
    /// Whether the table of contents shows; `None` leaves it to the theme.
    pub toc: Option<bool>,
    /// Free fields, as JSON text.
    pub extra: String,
    /// Only of a section: how it lists its pages.
    pub listing: Listing,
    /// What the kind adds.
    pub details: Details,
    /// Where the title stands, for messages about the whole page.
    pub place: Place,
}

/// The three reviews.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// 初审.
    pub first: String,
    /// 复审.
    pub second: String,
    /// 终审.
    pub r#final: String,
}

/// A file named in front matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Path as written.
    pub target: String,
    /// Name for readers; empty for the file's own.
    pub title: String,
    /// Where it stands.
    pub place: Place,
}

/// A document named in front matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocRef {
    /// Path or 发文字号 as written; empty for a document outside the site.
    pub target: String,
    /// Its title, for a document outside the site.
    pub title: String,
    /// Its number, for a document outside the site.
    pub doc_no: String,
    /// Which articles are meant.
    pub articles: String,
    /// Where it stands.
    pub place: Place,
}

/// How a section lists its pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Order; `None` leaves it to the kind.
    pub sort: Option<Sort>,
    /// Pages on a list page; 0 for all.
    pub paginate: Option<u32>,
}

/// Orders of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// Newest first.
    Date,
    /// Smallest weight first, then title.
    Weight,
    /// By title.
    Title,
    /// Nearest deadline first.
    Deadline,
}

/// What each kind adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Details {
    /// Nothing.
    Page,
    /// 党课.
    Lesson(Box<Lesson>),
    /// Course.
    Course(Box<Course>),
    /// 文件.
    Policy(Box<Policy>),
    /// 动态.
    News(Box<News>),
    /// 通知.
    Notice(Box<Notice>),
    /// 专题.
    Topic(Box<Topic>),
    /// 支部.
    Branch(Box<Branch>),
    /// 问卷.
    Survey(Box<Survey>),
}

/// Fields of a lesson.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Lesson {
    pub speaker: String,
    pub speaker_title: String,
    pub org: String,
    pub place: String,
    pub hours: Option<f64>,
    pub audience: Vec<String>,
    pub objectives: Vec<String>,
    pub audio: Option<FileRef>,
    pub video: Option<FileRef>,
    pub slides: Option<FileRef>,
    pub transcript: Option<FileRef>,
    pub references: Vec<DocRef>,
    pub valid_until: Option<When>,
}

/// Fields of a course.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Course {
    pub speaker: String,
    pub speaker_title: String,
    pub org: String,
    pub audience: Vec<String>,
    pub objectives: Vec<String>,
    pub hours: Option<f64>,
    pub single_file: bool,
}

/// Fields of a policy document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Policy {
    pub issuers: Vec<String>,
    pub doc_no: String,
    pub addressee: String,
    pub date_signed: Option<When>,
    pub effective_on: Option<When>,
    pub expires_on: Option<When>,
    pub signer: String,
    pub cc: String,
    pub printed_by: String,
    pub printed_on: Option<When>,
    pub level: String,
    pub category: String,
    pub supersedes: Vec<DocRef>,
    pub amends: Vec<DocRef>,
    pub based_on: Vec<DocRef>,
    pub original_file: Option<FileRef>,
    pub status: Option<Status>,
}

/// Whether a policy document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// 现行有效.
    InForce,
    /// 已修改.
    Amended,
    /// 已废止.
    Repealed,
    /// 宣布失效.
    Expired,
    /// 尚未施行.
    Pending,
}

impl Status {
    /// All, in the order of [`Status::WORDS`].
    pub const ALL: &[Status] = &[Status::InForce, Status::Amended, Status::Repealed, Status::Expired, Status::Pending];
    /// Their Chinese words.
    pub const WORDS: &[&str] = &["现行有效", "已修改", "已废止", "宣布失效", "尚未施行"];
    const KEYS: &[&str] = &["in-force", "amended", "repealed", "expired", "pending"];

    /// The Chinese word.
    pub fn word(self) -> &'static str {
        Status::WORDS[self as usize]
    }

    /// The word for classes and queries.
    pub fn key(self) -> &'static str {
        Status::KEYS[self as usize]
    }

    /// The status with this key.
    pub fn from_key(key: &str) -> Option<Status> {
        Status::KEYS.iter().position(|known| *known == key).map(|at| Status::ALL[at])
    }
}

/// Fields of a news item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct News {
    pub branch: Option<(String, Place)>,
    pub place: String,
    pub activity: String,
    pub expected: u32,
    pub present: u32,
    pub album: Vec<FileRef>,
}

/// Fields of a notice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Notice {
    pub deadline: Option<When>,
    pub contact: String,
    pub forms: Vec<FileRef>,
}

/// Fields of a topic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Topic {
    pub pages: Vec<DocRef>,
    pub collect_tags: Vec<String>,
}

/// Fields of a branch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Branch {
    pub short: String,
    pub parent: String,
    pub established: Option<When>,
    pub secretary: String,
    pub members: u32,
    pub contact: String,
}

/// Fields of a survey.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of docs/内容格式.md, word for word")]
pub struct Survey {
    pub opens_on: Option<When>,
    pub deadline: Option<When>,
}
