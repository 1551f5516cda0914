//! What a page is: its kind, and how its folder decides it.

use serde::{Deserialize, Serialize};

/// What a page is. Every kind has its own fields and its own template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A plain page or a column.
    Page,
    /// 党课, one lesson of a course.
    Lesson,
    /// A course: a folder of lessons.
    Course,
    /// 文件, a policy document.
    Policy,
    /// 支部动态.
    News,
    /// 通知.
    Notice,
    /// 专题.
    Topic,
    /// 支部, a branch: its folder's description.
    Branch,
    /// 问卷.
    Survey,
}

/// Words for the folders that decide a kind: the English ones of the documentation and the Chinese ones officers use.
const FOLDERS: &[(&str, Folder)] = &[
    ("lessons", Folder::Lessons),
    ("党课", Folder::Lessons),
    ("党课讲堂", Folder::Lessons),
    ("policies", Folder::Kind(Kind::Policy)),
    ("文件", Folder::Kind(Kind::Policy)),
    ("文件制度", Folder::Kind(Kind::Policy)),
    ("news", Folder::Kind(Kind::News)),
    ("动态", Folder::Kind(Kind::News)),
    ("支部动态", Folder::Kind(Kind::News)),
    ("notices", Folder::Kind(Kind::Notice)),
    ("通知", Folder::Kind(Kind::Notice)),
    ("通知公告", Folder::Kind(Kind::Notice)),
    ("topics", Folder::Kind(Kind::Topic)),
    ("专题", Folder::Kind(Kind::Topic)),
    ("branches", Folder::Branches),
    ("支部", Folder::Branches),
    ("surveys", Folder::Kind(Kind::Survey)),
    ("问卷", Folder::Kind(Kind::Survey)),
];

/// What officers call the kinds.
const CHINESE: &[(&str, Kind)] = &[
    ("页面", Kind::Page),
    ("党课", Kind::Lesson),
    ("课程", Kind::Course),
    ("文件", Kind::Policy),
    ("制度", Kind::Policy),
    ("动态", Kind::News),
    ("支部动态", Kind::News),
    ("新闻", Kind::News),
    ("通知", Kind::Notice),
    ("公告", Kind::Notice),
    (PUBLICITY, Kind::Notice),
    ("专题", Kind::Topic),
    ("支部", Kind::Branch),
    ("问卷", Kind::Survey),
];

/// 公示: a notice that is taken down on a day, which is what the rules ask for.
pub const PUBLICITY: &str = "公示";

#[derive(Clone, Copy)]
enum Folder {
    Lessons,
    Branches,
    Kind(Kind),
}

impl Kind {
    /// All kinds.
    pub const ALL: &[Kind] =
        &[Kind::Page, Kind::Lesson, Kind::Course, Kind::Policy, Kind::News, Kind::Notice, Kind::Topic, Kind::Branch, Kind::Survey];

    /// The words for `kind:`.
    pub const WORDS: &[&str] = &["page", "lesson", "course", "policy", "news", "notice", "topic", "branch", "survey"];

    /// The word for it in front matter.
    pub fn word(self) -> &'static str {
        Kind::WORDS[self as usize]
    }

    /// The kind with this word: the English one, or one of those that officers use.
    pub fn from_word(word: &str) -> Option<Kind> {
        let known = Kind::WORDS.iter().position(|known| *known == word).map(|at| Kind::ALL[at]);
        known.or_else(|| CHINESE.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind))
    }

    /// What officers call it, in front matter and on the command line.
    pub fn chinese_words(self) -> impl Iterator<Item = &'static str> {
        CHINESE.iter().filter(move |(_, kind)| *kind == self).map(|(word, _)| *word)
    }

    /// Its Chinese name, as readers see it.
    pub fn chinese(self) -> &'static str {
        match self {
            Kind::Page => "页面",
            Kind::Lesson => "党课",
            Kind::Course => "课程",
            Kind::Policy => "文件",
            Kind::News => "动态",
            Kind::Notice => "通知",
            Kind::Topic => "专题",
            Kind::Branch => "支部",
            Kind::Survey => "问卷",
        }
    }

    /// The kind that the folders of a content path give, when neither the page nor a `defaults:` says.
    ///
    /// The last known word on the way decides, so that `branches/jingji/news/a.md` is news.
    pub fn of_path(path: &str) -> Kind {
        let mut folders: Vec<&str> = path.split('/').collect();
        let name = folders.pop().unwrap_or_default();
        let index = is_index(name);
        let known = folders
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, folder)| FOLDERS.iter().find(|(word, _)| word == folder).map(|(_, kind)| (at, *kind)));
        let Some((at, folder)) = known else { return Kind::Page };
        let below = folders.len() - at - 1;
        match (folder, index, below) {
            (Folder::Lessons, true, 1..) => Kind::Course,
            (Folder::Lessons, false, _) => Kind::Lesson,
            (Folder::Branches, true, 1) => Kind::Branch,
            (Folder::Kind(Kind::Topic), true, 1..) => Kind::Topic,
            (Folder::Kind(kind), false, _) => kind,
            _ => Kind::Page,
        }
    }
}

/// Whether a file describes its folder.
pub fn is_index(name: &str) -> bool {
    ["_index.md", "index.md", "_index.markdown", "index.markdown"].iter().any(|index| name.eq_ignore_ascii_case(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_decide() {
        assert_eq!(Kind::of_path("about.md"), Kind::Page);
        assert_eq!(Kind::of_path("lessons/_index.md"), Kind::Page);
        assert_eq!(Kind::of_path("lessons/kaihui/_index.md"), Kind::Course);
        assert_eq!(Kind::of_path("lessons/kaihui/jilu.md"), Kind::Lesson);
        assert_eq!(Kind::of_path("branches/_index.md"), Kind::Page);
        assert_eq!(Kind::of_path("branches/jingji/_index.md"), Kind::Branch);
        assert_eq!(Kind::of_path("branches/jingji/intro.md"), Kind::Page);
        assert_eq!(Kind::of_path("branches/jingji/news/a.md"), Kind::News);
        assert_eq!(Kind::of_path("文件制度/办法.md"), Kind::Policy);
    }

    #[test]
    fn words_and_kinds_agree() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(*kind));
            assert!(kind.chinese_words().all(|word| Kind::from_word(word) == Some(*kind)) && kind.chinese_words().next().is_some());
        }
    }
}
