//! The bank of all questions, in plain scripts that any host serves: a manifest, and a file for each page with questions.
//!
//! Pure: questions in, files out. The format is told in `docs/formats.md` and read by
//! `themes/default/scripts/practice/bank.js`; both carry the number [`FORMAT`]. Start at [`files`].

use serde_json::{Value, json};

use crate::document::QuizKind;
use crate::ground::text::ascii;
use crate::ground::{Stamp, routes};

/// The number of the format.
pub const FORMAT: u32 = 1;

/// All questions of a site.
#[derive(Debug, Default)]
pub struct Bank {
    /// Titles of the first-level columns that pages name.
    pub columns: Vec<String>,
    /// Addresses of the courses that pages name.
    pub courses: Vec<String>,
    /// The pages with questions, by address.
    pub pages: Vec<Page>,
}

/// The questions of one page.
#[derive(Debug)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its column, if it stands in one.
    pub column: Option<usize>,
    /// Its course, if it is a lesson of one.
    pub course: Option<usize>,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A question. Its texts are HTML.
#[derive(Debug, Clone)]
pub struct Question {
    /// The name it is known by.
    pub id: String,
    /// What kind it is.
    pub kind: QuizKind,
    /// The question.
    pub stem: String,
    /// The options as they are shown; of a judgement, true and false in the theme's words.
    pub options: Vec<String>,
    /// The right answer, as scripts read it.
    pub right: String,
    /// Why; or empty.
    pub why: String,
    /// The anchor on its page that holds the answer; or empty.
    pub passage: String,
}

/// A file of the bank.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Its address.
    pub path: String,
    /// What is in it: ASCII.
    pub text: String,
}

/// Writes the bank. A question that stands on several pages counts on the first of them.
pub fn files(bank: &Bank) -> Vec<File> {
    let mut seen = std::collections::HashSet::new();
    let mut files = Vec::with_capacity(bank.pages.len() + 1);
    let mut rows = Vec::with_capacity(bank.pages.len());
    for page in &bank.pages {
        let questions: Vec<&Question> = page.questions.iter().filter(|question| seen.insert(question.id.clone())).collect();
        if questions.is_empty() {
            continue;
        }
        let name = Stamp::of_bytes(page.url.as_bytes()).short();
        let ids: String = questions.iter().map(|question| question.id.as_str()).collect();
        let list: Vec<Value> = questions.into_iter().map(row).collect();
        let data = json!([page.url, page.title, list]).to_string();
        let stamp = &Stamp::of_bytes(data.as_bytes()).hex()[..5];
        rows.push(json!([name, stamp, place(page.column), place(page.course), ids]));
        files.push(File { path: routes::questions(&name), text: ascii(&format!("studyhallQuestions({FORMAT},\"{name}\",{data})\n")) });
    }
    let manifest = json!([bank.columns, bank.courses, rows]);
    files.push(File { path: routes::STUDY_BANK.to_string(), text: ascii(&format!("studyhallBank({FORMAT},{manifest})\n")) });
    files
}

/// A script that names files, for keeping them.
pub fn list<'a>(path: &str, names: impl Iterator<Item = &'a str>) -> File {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    File { path: path.to_string(), text: ascii(&format!("studyhallFiles({FORMAT},{})\n", json!(names))) }
}

/// One question as a row: id, kind, question, options as shown, right answer, why, anchor of the passage.
fn row(question: &Question) -> Value {
    json!([question.id, question.kind.word(), question.stem, question.options, question.right, question.why, question.passage])
}

fn place(place: Option<usize>) -> Value {
    place.map_or(json!(-1), |place| json!(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, kind: QuizKind, stem: &str, options: &[&str], right: &str) -> Question {
        Question {
            id: id.to_string(),
            kind,
            stem: stem.to_string(),
            options: options.iter().map(|option| option.to_string()).collect(),
            right: right.to_string(),
            why: "<p>见下。</p>".to_string(),
            passage: "h".to_string(),
        }
    }

    fn page(url: &str, questions: &[Question]) -> Page {
        Page { url: url.to_string(), title: "一".to_string(), column: Some(0), course: None, questions: questions.to_vec() }
    }

    fn one() -> [Question; 1] {
        [question("oz6chsej", QuizKind::Single, "<p>谁？</p>", &["甲", "乙"], "2")]
    }

    fn two() -> [Question; 1] {
        [question("jqd5tv7g", QuizKind::Blank, "<p>“<span>____</span>”</p>", &[], "12|十二")]
    }

    #[test]
    fn a_bank_is_a_manifest_and_a_file_for_each_page() {
        let bank =
            Bank { columns: vec!["党课".to_string()], courses: Vec::new(), pages: vec![page("a.html", &one()), page("b.html", &two())] };
        let files = files(&bank);
        let texts: Vec<&str> = files.iter().map(|file| file.text.as_str()).collect();
        assert!(texts.iter().all(|text| text.is_ascii()));
        let id = "oz6chsej";
        let name = Stamp::of_bytes(b"a.html").short();
        assert_eq!(
            texts[0],
            ascii(&format!(
                "studyhallQuestions(1,\"{name}\",[\"a.html\",\"一\",[[\"{id}\",\"single\",\"<p>谁？</p>\",[\"甲\",\"乙\"],\"2\",\"<p>见下。</p>\",\"h\"]]])\n"
            ))
        );
        assert!(texts[1].contains("\"blank\",\"<p>\\u201c<span>____</span>\\u201d</p>\",[],\"12|\\u5341\\u4e8c\""), "{}", texts[1]);
        assert!(texts[2].starts_with("studyhallBank(1,[[\"\\u515a\\u8bfe\"],[],[[\""), "{}", texts[2]);
    }

    #[test]
    fn an_edit_of_another_page_changes_no_name() {
        let of = |second: &[Question]| {
            let pages = vec![page("a.html", &one()), page("b.html", second)];
            files(&Bank { columns: Vec::new(), courses: Vec::new(), pages })
        };
        let (before, after) = (of(&two()), of(&[question("m402h291", QuizKind::Judge, "<p>是？</p>", &[], "1")]));
        assert_eq!(before[0], after[0]);
        assert_ne!(before[1], after[1]);
    }

    #[test]
    fn a_question_on_two_pages_is_one() {
        let files = files(&Bank { columns: Vec::new(), courses: Vec::new(), pages: vec![page("a.html", &one()), page("b.html", &one())] });
        assert_eq!(files.len(), 2);
    }
}
