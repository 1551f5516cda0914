//! What templates see of a page. The fields are the contract of `docs/themes.md`; a test compares them.

use serde::Serialize;

use crate::ground::routes;
use crate::model::{PageId, Taxonomy};
use crate::parse::meta::Details;

use super::details::{CourseView, DetailViews, LessonView, NewsView, NoticeView, PolicyView, ProfileView, SurveyView, TopicView};
use super::parts::{BranchRef, Image, Named, Thumb, cn, image, iso, minutes, permalink, thumb};
use crate::render::render_input::RenderInput;

/// A page as lists and other pages see it.
#[derive(Debug, Default, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct ListView {
    pub path: String,
    pub url: String,
    pub permalink: String,
    pub kind: &'static str,
    pub kind_name: &'static str,
    pub title: String,
    pub subtitle: String,
    pub description: String,
    pub date: String,
    pub date_cn: String,
    pub year: i16,
    pub updated: String,
    pub updated_cn: String,
    pub tags: Vec<Named>,
    pub categories: Vec<Named>,
    pub cover: Option<Image>,
    pub thumb: Option<Thumb>,
    pub words: u32,
    pub minutes: u32,
    pub draft: bool,
    pub weight: i64,
    pub section: String,
    pub branch: Option<BranchRef>,
    pub questions: u32,
    pub extra: Extra,
    pub lesson: Option<LessonView>,
    pub course: Option<CourseView>,
    pub policy: Option<PolicyView>,
    pub news: Option<NewsView>,
    pub notice: Option<NoticeView>,
    pub topic: Option<TopicView>,
    pub profile: Option<ProfileView>,
    pub survey: Option<SurveyView>,
}

/// A free value. Serialised as its JSON text where stamps are made, as a value for templates.
#[derive(Debug, Default)]
pub struct Extra(pub String);

impl Serialize for Extra {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let value: serde_json::Value = serde_json::from_str(&self.0).unwrap_or_default();
            value.serialize(serializer)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl ListView {
    /// The view of a page.
    pub fn of(render_input: &RenderInput, id: PageId) -> ListView {
        let page = render_input.site.page(id);
        let summary = &page.summary;
        let meta = &summary.meta;
        let details = DetailViews::of(render_input, id);
        ListView {
            path: if page.is_real { summary.path.clone() } else { page.folder.clone().unwrap_or_default() },
            url: page.url.clone(),
            permalink: permalink(render_input, &page.url),
            kind: meta.kind.word(),
            kind_name: meta.kind.chinese(),
            title: summary.title.clone(),
            subtitle: meta.subtitle.clone(),
            description: summary.description.clone(),
            date: iso(meta.date),
            date_cn: cn(meta.date),
            year: meta.date.map_or(0, |when| when.date.year()),
            updated: iso(meta.updated),
            updated_cn: cn(meta.updated),
            tags: named(&render_input.site.tags, &meta.tags, routes::TAGS),
            categories: named(&render_input.site.categories, &meta.categories, routes::CATEGORIES),
            cover: meta.cover.as_ref().and_then(|_| page.files.first().copied().flatten()).and_then(|file| image(render_input, file)),
            thumb: thumb(render_input, id),
            words: summary.words,
            minutes: minutes(render_input, meta, summary.words),
            draft: meta.draft,
            weight: meta.weight.unwrap_or(0),
            section: page.parent.map(|parent| render_input.site.page(parent).folder.clone().unwrap_or_default()).unwrap_or_default(),
            branch: page.branch.map(|branch| branch_ref(render_input, branch)),
            questions: summary.questions,
            extra: Extra(meta.extra.clone()),
            lesson: details.lesson,
            course: details.course,
            policy: details.policy,
            news: details.news,
            notice: details.notice,
            topic: details.topic,
            profile: details.profile,
            survey: details.survey,
        }
    }
}

fn named(taxonomy: &Taxonomy, names: &[String], folder: &str) -> Vec<Named> {
    let terms = names.iter().filter_map(|name| taxonomy.term(name));
    terms.map(|term| Named { name: term.name.clone(), url: routes::term(folder, &term.slug) }).collect()
}

fn branch_ref(render_input: &RenderInput, id: PageId) -> BranchRef {
    let page = render_input.site.page(id);
    let short = if let Details::Branch(profile) = &page.summary.meta.details { profile.short.clone() } else { String::new() };
    let short = if short.is_empty() { page.summary.title.clone() } else { short };
    BranchRef { title: page.summary.title.clone(), short, url: page.url.clone(), path: page.folder.clone().unwrap_or_default() }
}
