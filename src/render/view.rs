//! What templates see of a page. The fields are the contract of `docs/themes.md`; a test compares them.

use serde::Serialize;

use crate::ground::date::{chinese, days_between};
use crate::ground::path::{extension, name};
use crate::model::links::front_files;
use crate::model::policy::Relation;
use crate::model::{Page, PageId, Taxonomy};
use crate::parse::Kind;
use crate::parse::meta::{Details, FileRef, Meta, Status};

use super::world::World;

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
}

type Day = Option<crate::ground::date::When>;

fn iso(when: Day) -> String {
    when.map(|when| when.date.to_string()).unwrap_or_default()
}

fn cn(when: Day) -> String {
    when.map(|when| chinese(when.date)).unwrap_or_default()
}

impl ListView {
    /// The view of a page.
    pub fn of(world: &World, id: PageId) -> ListView {
        let page = world.site.page(id);
        let head = &page.head;
        let meta = &head.meta;
        let details = DetailViews::of(world, id);
        ListView {
            path: if page.is_real { head.path.clone() } else { page.folder.clone().unwrap_or_default() },
            url: page.url.clone(),
            permalink: permalink(world, &page.url),
            kind: meta.kind.word(),
            kind_name: meta.kind.chinese(),
            title: head.title.clone(),
            subtitle: meta.subtitle.clone(),
            description: head.description.clone(),
            date: iso(meta.date),
            date_cn: cn(meta.date),
            year: meta.date.map_or(0, |when| when.date.year()),
            updated: iso(meta.updated),
            updated_cn: cn(meta.updated),
            tags: named(&world.site.tags, &meta.tags, "tags"),
            categories: named(&world.site.categories, &meta.categories, "categories"),
            cover: meta.cover.as_ref().and_then(|_| page.files.first().copied().flatten()).and_then(|file| image(world, file)),
            words: head.words,
            minutes: minutes(world, meta, head.words),
            draft: meta.draft,
            weight: meta.weight.unwrap_or(0),
            section: page.parent.map(|parent| world.site.page(parent).folder.clone().unwrap_or_default()).unwrap_or_default(),
            branch: page.branch.map(|branch| branch_ref(world, branch)),
            questions: head.questions,
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

/// The public address, or nothing without a base.
pub fn permalink(world: &World, url: &str) -> String {
    match world.config.base_url.is_empty() {
        true => String::new(),
        false => format!("{}{}", world.config.base_url, url),
    }
}

/// Estimated minutes, rounded up; 0 for an empty text.
pub fn minutes(world: &World, meta: &Meta, words: u32) -> u32 {
    let reading = &world.config.reading;
    let speed = match meta.kind {
        Kind::News | Kind::Notice => reading.news,
        Kind::Policy => reading.policy,
        _ => reading.lesson,
    };
    words.div_ceil(speed.max(1))
}

fn named(taxonomy: &Taxonomy, names: &[String], folder: &str) -> Vec<Named> {
    let terms = names.iter().filter_map(|name| taxonomy.term(name));
    terms.map(|term| Named { name: term.name.clone(), url: format!("{folder}/{}/index.html", term.slug) }).collect()
}

/// A picture as views show it: its largest rendition.
pub fn image(world: &World, file: u32) -> Option<Image> {
    let picture = world.pictures.get(&file)?;
    Some(Image { src: picture.largest().to_string(), width: picture.width, height: picture.height })
}

fn branch_ref(world: &World, id: PageId) -> BranchRef {
    let page = world.site.page(id);
    let short = if let Details::Branch(profile) = &page.head.meta.details { profile.short.clone() } else { String::new() };
    let short = if short.is_empty() { page.head.title.clone() } else { short };
    BranchRef { title: page.head.title.clone(), short, url: page.url.clone(), path: page.folder.clone().unwrap_or_default() }
}

/// The files of a page's front matter by what they were written as.
struct Files<'a> {
    page: &'a Page,
    refs: Vec<&'a FileRef>,
    world: &'a World,
}

impl Files<'_> {
    fn of(&self, file: &FileRef) -> Option<u32> {
        let at = self.refs.iter().position(|known| std::ptr::eq(*known, file))?;
        self.page.files.get(at).copied().flatten()
    }

    fn url(&self, file: &Option<FileRef>) -> String {
        let file = file.as_ref().and_then(|file| self.of(file));
        file.map(|file| file_url(self.world, file)).unwrap_or_default()
    }

    fn views(&self, files: &[FileRef]) -> Vec<FileView> {
        files.iter().filter_map(|file| Some(file_view(self.world, self.of(file)?, &file.title, &file.target))).collect()
    }
}

/// The address of a file; a picture's largest rendition.
pub fn file_url(world: &World, file: u32) -> String {
    match world.pictures.get(&file) {
        Some(picture) => picture.largest().to_string(),
        None => world.site.files[file as usize].url.clone(),
    }
}

fn file_view(world: &World, file: u32, title: &str, target: &str) -> FileView {
    let entry = &world.site.files[file as usize];
    let title = if title.is_empty() { name(target).to_string() } else { title.to_string() };
    FileView { title, url: file_url(world, file), ext: extension(&entry.path).to_ascii_uppercase(), size: size_text(entry.size) }
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

/// The attachments of a page.
pub fn attachments(world: &World, id: PageId) -> Vec<FileView> {
    let page = world.site.page(id);
    let files = Files { page, refs: front_files(&page.head.meta), world };
    files.views(&page.head.meta.attachments)
}

#[derive(Default)]
struct DetailViews {
    lesson: Option<LessonView>,
    course: Option<CourseView>,
    policy: Option<PolicyView>,
    news: Option<NewsView>,
    notice: Option<NoticeView>,
    topic: Option<TopicView>,
    profile: Option<ProfileView>,
    survey: Option<SurveyView>,
}

impl DetailViews {
    fn of(world: &World, id: PageId) -> DetailViews {
        let page = world.site.page(id);
        let files = Files { page, refs: front_files(&page.head.meta), world };
        let mut views = DetailViews::default();
        match &page.head.meta.details {
            Details::Page => {}
            Details::Lesson(_) => views.lesson = lesson(world, page, &files),
            Details::Course(_) => views.course = course(world, page),
            Details::Policy(_) => views.policy = policy(world, page, &files),
            Details::News(news) => {
                views.news = Some(NewsView {
                    activity: news.activity.clone(),
                    place: news.place.clone(),
                    expected: news.expected,
                    present: news.present,
                    album: news.album.iter().filter_map(|file| image(world, files.of(file)?)).collect(),
                });
            }
            Details::Notice(notice) => {
                views.notice = Some(NoticeView {
                    deadline: iso(notice.deadline),
                    deadline_cn: cn(notice.deadline),
                    days_left: notice.deadline.map(|when| days_between(world.site.date, when.date)),
                    contact: notice.contact.clone(),
                    forms: files.views(&notice.forms),
                });
            }
            Details::Topic(_) => views.topic = Some(TopicView { count: page.items.len() }),
            Details::Branch(profile) => {
                let count = |kind| {
                    let filter = crate::model::Filter { kinds: vec![kind], branch: page.folder.clone(), ..Default::default() };
                    world.site.count(&filter)
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
                views.survey =
                    Some(SurveyView { opens_on: iso(survey.opens_on), deadline: iso(survey.deadline), deadline_cn: cn(survey.deadline) });
            }
        }
        views
    }
}

fn lesson(world: &World, page: &Page, files: &Files<'_>) -> Option<LessonView> {
    let Details::Lesson(lesson) = &page.head.meta.details else { return None };
    let course = page.parent.map(|parent| world.site.page(parent)).filter(|parent| parent.kind() == Kind::Course);
    let total = course.map_or(0, |course| lessons_of(world, course).count());
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
            title: course.head.title.clone(),
            url: course.url.clone(),
            path: course.folder.clone().unwrap_or_default(),
        }),
        audio: files.url(&lesson.audio),
        video: files.url(&lesson.video),
        slides: files.url(&lesson.slides),
        transcript: files.url(&lesson.transcript),
        valid_until: iso(lesson.valid_until),
        outdated: lesson.valid_until.is_some_and(|when| when.date < world.site.date),
        references: relations(world, &page.references),
    })
}

fn lessons_of<'a>(world: &'a World, course: &'a Page) -> impl Iterator<Item = &'a Page> {
    course.items.iter().map(|id| world.site.page(*id)).filter(|page| page.kind() == Kind::Lesson)
}

fn course(world: &World, page: &Page) -> Option<CourseView> {
    let Details::Course(course) = &page.head.meta.details else { return None };
    let (mut hours, mut time, mut count) = (0.0, 0, 0);
    for lesson in lessons_of(world, page) {
        count += 1;
        time += minutes(world, &lesson.head.meta, lesson.head.words);
        if let Details::Lesson(details) = &lesson.head.meta.details {
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
        first: lessons_of(world, page).next().map(|lesson| lesson.url.clone()).unwrap_or_default(),
    })
}

fn policy(world: &World, page: &Page, files: &Files<'_>) -> Option<PolicyView> {
    let (Details::Policy(policy), Some(state)) = (&page.head.meta.details, &page.policy) else { return None };
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
        supersedes: relations(world, &state.supersedes),
        superseded_by: relations(world, &state.superseded_by),
        amends: relations(world, &state.amends),
        amended_by: relations(world, &state.amended_by),
        based_on: relations(world, &state.based_on),
        basis_of: relations(world, &state.basis_of),
    })
}

fn relations(world: &World, relations: &[Relation]) -> Vec<RelationView> {
    relations.iter().map(|relation| relation_view(world, relation)).collect()
}

fn relation_view(world: &World, relation: &Relation) -> RelationView {
    let page = relation.page.map(|id| world.site.page(id));
    let policy = page.and_then(|page| if let Details::Policy(policy) = &page.head.meta.details { Some(policy) } else { None });
    let status = page.and_then(|page| page.policy.as_ref()?.status);
    RelationView {
        title: page.map_or_else(|| relation.title.clone(), |page| page.head.title.clone()),
        url: page.map(|page| page.url.clone()).unwrap_or_default(),
        doc_no: policy.map_or_else(|| relation.doc_no.clone(), |policy| policy.doc_no.clone()),
        status: status.map_or("", Status::word),
        status_key: status.map_or("", Status::key),
        articles: relation.articles.clone(),
        effective_on_cn: cn(policy.and_then(|policy| policy.effective_on.or(policy.date_signed))),
    }
}
