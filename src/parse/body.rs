//! What a page's Markdown becomes: HTML with holes where other pages and files come in.
//!
//! Parsing knows nothing of other pages. Whatever depends on them (where a link leads, how large a picture is, what a
//! term means) stays a hole in the HTML, which `render` fills.

use serde::{Deserialize, Serialize};

use crate::ground::diagnostic::Span;

/// A page's text, parsed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The HTML, sanitised and complete but for its holes.
    pub html: String,
    /// Places in `html`, ascending by `at`.
    pub holes: Vec<Hole>,
    /// Stretches of `html` (byte ranges, ascending) that hold running text in which glossary terms may be linked:
    /// no headings, links, code, captions of buttons. Escaped as in the HTML.
    pub prose: Vec<(u32, u32)>,
    /// The headings in their order (level 1 included when it is not the page's title).
    pub outline: Vec<Heading>,
    /// What links, pictures, players and attachments point at, in their order. Holes name them by index.
    pub links: Vec<Link>,
    /// The text without marks, one stretch per heading, for search, excerpts and counting.
    pub text: Vec<Passage>,
    /// The questions of the quiz blocks.
    pub questions: Vec<Question>,
    /// Anchors other than those of the outline: `<a id>`, footnotes, quizzes, and the title's (it leads to the top).
    pub anchors: Vec<String>,
    /// The first level-1 heading when it opens the page: it is taken out of the HTML and serves as the title.
    pub title: Option<String>,
}

impl Body {
    /// About how many bytes of memory it takes: the texts are nearly all of it.
    pub fn size(&self) -> usize {
        let text: usize = self.text.iter().map(|passage| passage.text.len()).sum();
        self.html.len() + text + size_of_val(&*self.holes) + size_of_val(&*self.prose)
    }
}

/// A place in the HTML that is filled when the page is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// Byte offset in the HTML at which the filling goes in.
    pub at: u32,
    /// What goes in.
    pub kind: HoleKind,
}

/// What a hole takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoleKind {
    /// The address of a link, escaped for an attribute: stands between the quotes of `href="…"` or `src="…"`.
    Url(u32),
    /// A whole `<img>` with its address, sizes and alternative text.
    Picture(u32),
    /// The type and size of an attachment: `<small>PDF，1.2 MB</small>`, or nothing.
    Size(u32),
    /// Estimated minutes of the section whose heading (index in the outline) this stands in.
    Minutes(u32),
}

/// One heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor: readable, unique on its page.
    pub id: String,
    /// The text without marks.
    pub title: String,
    /// Length of the section's own text up to the next heading, as [`crate::ground::text::count_words`] counts.
    pub words: u32,
}

/// What something points at, as the author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The target, percent-decoded, without its fragment: a path, an address, or empty for a place on the same page.
    pub target: String,
    /// The fragment, percent-decoded, without `#`.
    pub anchor: Option<String>,
    /// What kind of thing points.
    pub kind: LinkKind,
    /// Alternative text of a picture, plain.
    pub alt: String,
    /// Where it stands in the file.
    pub span: Span,
}

/// What kind of thing points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A link to a page or heading of this site, or to a file of it (attachment).
    Internal,
    /// A link to another site, `mailto:` or `tel:`.
    External,
    /// A picture.
    Picture,
    /// An audio or video file.
    Media,
}

/// A stretch of text below one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Index of the heading in the outline; `None` before the first.
    pub heading: Option<u32>,
    /// The text; blocks parted by a line feed.
    pub text: String,
}

/// A question of a quiz block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Made of the question itself, so that it outlives moves and edits of other pages: `a-z 0-9`.
    pub id: String,
    /// Single choice, multiple choice, …
    pub kind: QuestionKind,
    /// The question, as HTML without holes.
    pub stem: String,
    /// The options as HTML, in the order written; for [`QuestionKind::Order`] in the right order.
    pub options: Vec<String>,
    /// The right options (indices), for single, multiple.
    pub right: Vec<u32>,
    /// The right answer of a judgement.
    pub truth: Option<bool>,
    /// The right fillings: for each blank the accepted ones.
    pub blanks: Vec<Vec<String>>,
    /// Why, as HTML.
    pub why: Option<String>,
    /// The anchor on this page that holds the answer (`出处：#…`).
    pub passage: Option<String>,
    /// Where the block begins.
    pub span: Span,
}

/// The kinds of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionKind {
    /// 单选
    Single,
    /// 多选
    Multiple,
    /// 判断
    Judge,
    /// 填空
    Blank,
    /// 排序
    Order,
}

impl QuestionKind {
    /// Its word in markup and data.
    pub fn word(self) -> &'static str {
        match self {
            QuestionKind::Single => "single",
            QuestionKind::Multiple => "multiple",
            QuestionKind::Judge => "judge",
            QuestionKind::Blank => "blank",
            QuestionKind::Order => "order",
        }
    }
}
