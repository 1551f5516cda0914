//! What templates see of the fields of each kind: `page.lesson`, `page.policy` and so on.

use std::collections::HashMap;

use serde::Serialize;

use crate::ground::date::days_between;
use crate::ground::path::{extension, name};
use crate::model::files::front_files;
use crate::model::{Page, PageId, Relation};
use crate::parse::Kind;
use crate::parse::meta::{Details, FileRef, Status};

use super::parts::{CourseRef, FileView, Image, cn, file_url, image, iso, minutes, size_text};
use crate::render::addresses::{booklet_url, calendar_url, poster_url, single_url};
use crate::render::render_input::RenderInput;

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct LessonView {
    pub speaker: String,
    pub speaker_title: String,
    pub org: String,
    pub place: String,
    pub hours: f64,
    pub audience: Vec<String>,
    pub objectives: Vec<String>,
    pub number: u32,
    pub total: u32,
    pub course: Option<CourseRef>,
    pub audio: String,
    pub video: String,
    pub slides: String,
    pub transcript: String,
    pub valid_until: String,
    pub outdated: bool,
    pub references: Vec<RelationView>,
    pub poster: String,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct CourseView {
    pub speaker: String,
    pub speaker_title: String,
    pub org: String,
    pub audience: Vec<String>,
    pub objectives: Vec<String>,
    pub hours: f64,
    pub minutes: u32,
    pub lessons: u32,
    pub first: String,
    pub booklet: String,
    pub single: String,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct PolicyView {
    pub issuers: Vec<String>,
    pub doc_no: String,
    pub addressee: String,
    pub date_signed: String,
    pub date_signed_cn: String,
    pub effective_on: String,
    pub effective_on_cn: String,
    pub expires_on: String,
    pub signer: String,
    pub cc: String,
    pub printed_by: String,
    pub printed_on: String,
    pub level: String,
    pub category: String,
    pub status: &'static str,
    pub status_key: &'static str,
    pub original_file: String,
    pub red_head: String,
    pub supersedes: Vec<RelationView>,
    pub superseded_by: Vec<RelationView>,
    pub amends: Vec<RelationView>,
    pub amended_by: Vec<RelationView>,
    pub based_on: Vec<RelationView>,
    pub basis_of: Vec<RelationView>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct RelationView {
    pub title: String,
    pub url: String,
    pub doc_no: String,
    pub status: &'static str,
    pub status_key: &'static str,
    pub articles: String,
    pub effective_on_cn: String,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct NewsView {
    pub activity: String,
    pub place: String,
    pub expected: u32,
    pub present: u32,
    pub album: Vec<Image>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct NoticeView {
    pub deadline: String,
    pub deadline_cn: String,
    pub days_left: Option<i32>,
    pub contact: String,
    pub forms: Vec<FileView>,
    pub calendar: String,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct TopicView {
    pub count: usize,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct ProfileView {
    pub short: String,
    pub parent: String,
    pub established: String,
    pub secretary: String,
    pub members: u32,
    pub contact: String,
    pub news: usize,
    pub lessons: usize,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "each field is described in docs/themes.md")]
pub struct SurveyView {
    pub opens_on: String,
    pub deadline: String,
    pub deadline_cn: String,
    pub calendar: String,
}

/// The files of a page's front matter by what they were written as.
struct Files<'a> {
    page: &'a Page,
    /// Their places in the list, by where they lie in memory.
    places: HashMap<*const FileRef, usize>,
    render_input: &'a RenderInput,
}

impl<'a> Files<'a> {
    fn new(render_input: &'a RenderInput, page: &'a Page) -> Files<'a> {
        let refs = front_files(&page.summary.meta).into_iter().enumerate();
        Files { page, places: refs.map(|(at, file)| (std::ptr::from_ref(file), at)).collect(), render_input }
    }

    fn of(&self, file: &FileRef) -> Option<u32> {
        let at = *self.places.get(&std::ptr::from_ref(file))?;
        self.page.files.get(at).copied().flatten()
    }

    fn url(&self, file: &Option<FileRef>) -> String {
        let file = file.as_ref().and_then(|file| self.of(file));
        file.map(|file| file_url(self.render_input, file)).unwrap_or_default()
    }

    fn views(&self, files: &[FileRef]) -> Vec<FileView> {
        files.iter().filter_map(|file| Some(file_view(self.render_input, self.of(file)?, &file.title, &file.target))).collect()
    }
}

fn file_view(render_input: &RenderInput, file: u32, title: &str, target: &str) -> FileView {
    let entry = &render_input.site.files[file as usize];
    let title = if title.is_empty() { name(target).to_string() } else { title.to_string() };
    FileView { title, url: file_url(render_input, file), ext: extension(&entry.path).to_ascii_uppercase(), size: size_text(entry.size) }
}

/// The attachments of a page.
pub fn attachments(render_input: &RenderInput, id: PageId) -> Vec<FileView> {
    let page = render_input.site.page(id);
    Files::new(render_input, page).views(&page.summary.meta.attachments)
}

/// The forms of a notice.
pub fn forms(render_input: &RenderInput, id: PageId) -> Vec<FileView> {
    let page = render_input.site.page(id);
    let Details::Notice(notice) = &page.summary.meta.details else { return Vec::new() };
    Files::new(render_input, page).views(&notice.forms)
}

/// The views of all kinds, of which a page has one at most.
#[derive(Default)]
#[expect(missing_docs, reason = "one field a kind")]
pub struct DetailViews {
    pub lesson: Option<LessonView>,
    pub course: Option<CourseView>,
    pub policy: Option<PolicyView>,
    pub news: Option<NewsView>,
    pub notice: Option<NoticeView>,
    pub topic: Option<TopicView>,
    pub profile: Option<ProfileView>,
    pub survey: Option<SurveyView>,
}

impl DetailViews {
    /// The view of a page's kind.
    pub fn of(render_input: &RenderInput, id: PageId) -> DetailViews {
        let page = render_input.site.page(id);
        let files = Files::new(render_input, page);
        let mut views = DetailViews::default();
        match &page.summary.meta.details {
            Details::Page => {}
            Details::Lesson(_) => views.lesson = lesson(render_input, id, page, &files),
            Details::Course(_) => views.course = course(render_input, id, page),
            Details::Policy(_) => views.policy = policy(render_input, page, &files),
            Details::News(news) => {
                views.news = Some(NewsView {
                    activity: news.activity.clone(),
                    place: news.place.clone(),
                    expected: news.expected,
                    present: news.present,
                    album: news.album.iter().filter_map(|file| image(render_input, files.of(file)?)).collect(),
                });
            }
            Details::Notice(notice) => {
                views.notice = Some(NoticeView {
                    deadline: iso(notice.deadline),
                    deadline_cn: cn(notice.deadline),
                    days_left: notice.deadline.map(|when| days_between(render_input.site.date, when.date)),
                    contact: notice.contact.clone(),
                    forms: files.views(&notice.forms),
                    calendar: calendar_url(render_input, id),
                });
            }
            Details::Topic(_) => views.topic = Some(TopicView { count: page.items.len() }),
            Details::Branch(profile) => {
                let count = |kind| {
                    let filter = crate::model::Filter { kinds: vec![kind], branch: page.folder.clone(), ..Default::default() };
                    render_input.site.count(&filter)
                };
                views.profile = Some(ProfileView {
                    short: profile.short.clone(),
                    parent: profile.parent.clone(),
                    established: iso(profile.established),
                    secretary: profile.secretary.clone(),
                    members: profile.members,
                    contact: profile.contact.clone(),
                    news: count(Kind::News),
                    lessons: count(Kind::Lesson),
                });
            }
            Details::Survey(survey) => {
                views.survey = Some(SurveyView {
                    opens_on: iso(survey.opens_on),
                    deadline: iso(survey.deadline),
                    deadline_cn: cn(survey.deadline),
                    calendar: calendar_url(render_input, id),
                });
            }
        }
        views
    }
}

fn lesson(render_input: &RenderInput, id: PageId, page: &Page, files: &Files<'_>) -> Option<LessonView> {
    let Details::Lesson(lesson) = &page.summary.meta.details else { return None };
    let course = page.parent.map(|parent| render_input.site.page(parent)).filter(|parent| parent.kind() == Kind::Course);
    let total = course.map_or(0, |course| lessons_of(render_input, course).count());
    Some(LessonView {
        speaker: lesson.speaker.clone(),
        speaker_title: lesson.speaker_title.clone(),
        org: lesson.org.clone(),
        place: lesson.place.clone(),
        hours: lesson.hours.unwrap_or(0.0),
        audience: lesson.audience.clone(),
        objectives: lesson.objectives.clone(),
        number: page.number,
        total: u32::try_from(total).unwrap_or(u32::MAX),
        course: course.map(|course| CourseRef {
            title: course.summary.title.clone(),
            url: course.url.clone(),
            path: course.folder.clone().unwrap_or_default(),
        }),
        audio: files.url(&lesson.audio),
        video: files.url(&lesson.video),
        slides: files.url(&lesson.slides),
        transcript: files.url(&lesson.transcript),
        valid_until: iso(lesson.valid_until),
        outdated: lesson.valid_until.is_some_and(|when| when.date < render_input.site.date),
        references: relations(render_input, &page.references),
        poster: poster_url(render_input, id).unwrap_or_default(),
    })
}

fn lessons_of<'a>(render_input: &'a RenderInput, course: &'a Page) -> impl Iterator<Item = &'a Page> {
    course.items.iter().map(|id| render_input.site.page(*id)).filter(|page| page.kind() == Kind::Lesson)
}

fn course(render_input: &RenderInput, id: PageId, page: &Page) -> Option<CourseView> {
    let Details::Course(course) = &page.summary.meta.details else { return None };
    let (mut hours, mut time, mut count) = (0.0, 0, 0);
    for lesson in lessons_of(render_input, page) {
        count += 1;
        time += minutes(render_input, &lesson.summary.meta, lesson.summary.words);
        if let Details::Lesson(details) = &lesson.summary.meta.details {
            hours += details.hours.unwrap_or(0.0);
        }
    }
    Some(CourseView {
        speaker: course.speaker.clone(),
        speaker_title: course.speaker_title.clone(),
        org: course.org.clone(),
        audience: course.audience.clone(),
        objectives: course.objectives.clone(),
        hours: course.hours.unwrap_or(hours),
        minutes: time,
        lessons: count,
        first: lessons_of(render_input, page).next().map(|lesson| lesson.url.clone()).unwrap_or_default(),
        booklet: booklet_url(&render_input.site, id).unwrap_or_default(),
        single: single_url(&render_input.site, id).unwrap_or_default(),
    })
}

fn policy(render_input: &RenderInput, page: &Page, files: &Files<'_>) -> Option<PolicyView> {
    let (Details::Policy(policy), Some(state)) = (&page.summary.meta.details, &page.policy) else { return None };
    let status = state.status.unwrap_or(Status::InForce);
    Some(PolicyView {
        issuers: policy.issuers.clone(),
        doc_no: policy.doc_no.clone(),
        addressee: policy.addressee.clone(),
        date_signed: iso(policy.date_signed),
        date_signed_cn: cn(policy.date_signed),
        effective_on: iso(policy.effective_on),
        effective_on_cn: cn(policy.effective_on),
        expires_on: iso(policy.expires_on),
        signer: policy.signer.clone(),
        cc: policy.cc.clone(),
        printed_by: policy.printed_by.clone(),
        printed_on: iso(policy.printed_on),
        level: policy.level.clone(),
        category: policy.category.clone(),
        status: status.word(),
        status_key: status.key(),
        original_file: files.url(&policy.original_file),
        red_head: policy.issuers.first().map(|issuer| format!("{issuer}文件")).unwrap_or_default(),
        supersedes: relations(render_input, &state.supersedes),
        superseded_by: relations(render_input, &state.superseded_by),
        amends: relations(render_input, &state.amends),
        amended_by: relations(render_input, &state.amended_by),
        based_on: relations(render_input, &state.based_on),
        basis_of: relations(render_input, &state.basis_of),
    })
}

fn relations(render_input: &RenderInput, relations: &[Relation]) -> Vec<RelationView> {
    relations.iter().map(|relation| relation_view(render_input, relation)).collect()
}

fn relation_view(render_input: &RenderInput, relation: &Relation) -> RelationView {
    let page = relation.page.map(|id| render_input.site.page(id));
    let policy = page.and_then(|page| if let Details::Policy(policy) = &page.summary.meta.details { Some(policy) } else { None });
    let status = page.and_then(|page| page.policy.as_ref()?.status);
    RelationView {
        title: page.map_or_else(|| relation.title.clone(), |page| page.summary.title.clone()),
        url: page.map(|page| page.url.clone()).unwrap_or_default(),
        doc_no: policy.map_or_else(|| relation.doc_no.clone(), |policy| policy.doc_no.clone()),
        status: status.map_or("", Status::word),
        status_key: status.map_or("", Status::key),
        articles: relation.articles.clone(),
        effective_on_cn: cn(policy.and_then(|policy| policy.effective_on.or(policy.date_signed))),
    }
}
