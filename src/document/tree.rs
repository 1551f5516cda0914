//! What a tree is made of. Blocks and inlines hold each other, so all of them stand in this one file; walks over them
//! stand in others.

use serde::{Deserialize, Serialize};

/// The text of one page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentTree {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Its footnotes. Inlines that refer to them, and the blocks where they are defined, name them by index.
    pub footnotes: Vec<FootnoteBody>,
}

/// A stretch of the source: byte offsets from where the Markdown begins, behind the front matter.
///
/// All are equal to each other: two trees are equal when they say the same, wherever it stands.
#[derive(Debug, Clone, Copy, Default, Eq, Serialize, Deserialize)]
pub struct SourceRange {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl PartialEq for SourceRange {
    fn eq(&self, _: &SourceRange) -> bool {
        true
    }
}

/// A block and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Where it stands.
    pub range: SourceRange,
    /// What it is.
    pub kind: BlockKind,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A paragraph. A displayed formula among its inlines parts it in two where it is shown.
    Paragraph(Vec<Inline>),
    /// A run of inlines that is no paragraph: of a tight list's item, of raw HTML.
    Plain(Vec<Inline>),
    /// A heading.
    Heading(Box<HeadingBlock>),
    /// A quotation or alert.
    Quote {
        /// What kind of alert, if one.
        alert: Option<Alert>,
        /// What is quoted.
        blocks: Vec<Block>,
        /// The line that names its source, with the dash it begins with.
        cite: Option<Vec<Inline>>,
    },
    /// A block of code.
    Code {
        /// Its language, fit for a class; or empty.
        language: Box<str>,
        /// The code.
        text: Box<str>,
        /// The same coloured, as HTML; `None` where the language is unknown.
        coloured: Option<Box<str>>,
    },
    /// A list.
    List {
        /// The first number of a numbered list.
        first: Option<u64>,
        /// Its items.
        items: Vec<ListItem>,
    },
    /// Terms and what they mean.
    Definitions(Vec<DefinitionPart>),
    /// A table.
    Table {
        /// How each column is aligned.
        columns: Vec<Alignment>,
        /// The cells of its head.
        head: Vec<Vec<Inline>>,
        /// The cells of its rows.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A rule.
    Rule,
    /// A picture or recording that stands by itself.
    Figure(Figure),
    /// A box of a `:::` line.
    Box(Box<BoxBlock>),
    /// What the speaker says, by lines: not shown.
    SpeakerNotes(Vec<Box<str>>),
    /// A question.
    Quiz(Box<Quiz>),
    /// Here a footnote is defined: its index.
    Footnote(u32),
    /// An element of raw HTML that stands among blocks.
    Element(Box<Element>),
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadingBlock {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor: readable, unique on its page.
    pub id: Box<str>,
    /// Its text.
    pub inlines: Vec<Inline>,
}

/// The kinds of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alert {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`
    Warning,
    /// `[!CAUTION]`
    Caution,
}

impl Alert {
    /// All of them.
    pub const ALL: [Alert; 5] = [Alert::Note, Alert::Tip, Alert::Important, Alert::Warning, Alert::Caution];

    /// Its word in markup.
    pub fn word(self) -> &'static str {
        match self {
            Alert::Note => "note",
            Alert::Tip => "tip",
            Alert::Important => "important",
            Alert::Warning => "warning",
            Alert::Caution => "caution",
        }
    }
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// Where it stands.
    pub range: SourceRange,
    /// Of a task: whether it is done.
    pub task: Option<bool>,
    /// Its contents.
    pub blocks: Vec<Block>,
}

/// A part of a list of definitions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DefinitionPart {
    /// A term.
    Term(Vec<Inline>),
    /// What the terms before it mean.
    Details(Vec<Block>),
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alignment {
    /// As the theme has it.
    None,
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// A picture or recording that stands by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The link to the file.
    pub link: u32,
    /// The title that the author gave it; or empty.
    pub caption: Box<str>,
}

/// What a box is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BoxKind {
    /// 提示
    Tip,
    /// 要点
    Key,
    /// 原文
    Source,
    /// 思考
    Think,
    /// 展开
    Fold,
    /// What a recording says, folded; the player finds the times in it.
    Transcript,
    /// Pictures side by side.
    Gallery,
}

impl BoxKind {
    /// All of them.
    pub const ALL: [BoxKind; 7] =
        [BoxKind::Tip, BoxKind::Key, BoxKind::Source, BoxKind::Think, BoxKind::Fold, BoxKind::Transcript, BoxKind::Gallery];

    /// Its word in markup.
    pub fn word(self) -> &'static str {
        match self {
            BoxKind::Tip => "tip",
            BoxKind::Key => "key",
            BoxKind::Source => "source",
            BoxKind::Think => "think",
            BoxKind::Fold => "fold",
            BoxKind::Transcript => "transcript",
            BoxKind::Gallery => "gallery",
        }
    }
}

/// A box of a `:::` line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoxBlock {
    /// What it is.
    pub kind: BoxKind,
    /// The title that the author gave it; or empty.
    pub title: Box<str>,
    /// Its contents.
    pub blocks: Vec<Block>,
}

/// A footnote.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FootnoteBody {
    /// Its name in the source.
    pub name: Box<str>,
    /// Its number, from 1, by the first reference; 0 when nothing refers to it.
    pub number: u32,
    /// Its anchor; empty when nothing refers to it.
    pub id: Box<str>,
    /// The anchors of its references.
    pub references: Vec<Box<str>>,
    /// Whether the source defines it.
    pub is_defined: bool,
    /// Its text.
    pub blocks: Vec<Block>,
}

/// An inline and its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inline {
    /// Where it stands.
    pub range: SourceRange,
    /// What it is.
    pub kind: InlineKind,
}

/// What an inline is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InlineKind {
    /// Text.
    Text(String),
    /// Text of raw HTML: its entities stay as the author wrote them.
    HtmlText(String),
    /// Text of raw HTML on a trusted page, as it was written.
    TrustedText(String),
    /// The end of a line of the source that parts words. Between Chinese characters there is none.
    SoftBreak,
    /// The end of a line, as the author wants it.
    HardBreak,
    /// Code.
    Code(Box<str>),
    /// A formula.
    Formula(Box<Formula>),
    /// `*…*`
    Emphasis(Vec<Inline>),
    /// `**…**`
    Strong(Vec<Inline>),
    /// `~~…~~`
    Strikeout(Vec<Inline>),
    /// A link.
    Link(Box<TextLink>),
    /// A picture or recording.
    Picture {
        /// The link to the file.
        link: u32,
        /// The title that the author gave it; or empty.
        title: Box<str>,
    },
    /// The number of a footnote.
    FootnoteReference {
        /// Its index.
        footnote: u32,
        /// Which of its references this is; `None` within a link, where only the number stands.
        reference: Option<u32>,
    },
    /// A gap to fill, as many underscores wide.
    Gap(u32),
    /// An element of raw HTML.
    Element(Box<Element>),
    /// A tag of a trusted page, as it was written.
    Trusted(Box<TrustedTag>),
}

/// A formula.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Formula {
    /// The source of it.
    pub tex: Box<str>,
    /// Whether it stands by itself.
    pub display: bool,
    /// It, set; `None` when it cannot be.
    pub mathml: Option<Box<str>>,
    /// What is read of it.
    pub words: Box<str>,
}

/// A link around text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextLink {
    /// The link.
    pub link: u32,
    /// The title that the author gave it; or empty.
    pub title: Box<str>,
    /// Its text.
    pub inlines: Vec<Inline>,
}

/// An element of raw HTML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// Its name, in lower case, one of those that are allowed.
    pub name: Box<str>,
    /// Its attributes, those that are allowed, in their order.
    pub attributes: Vec<(Box<str>, AttributeValue)>,
    /// Whether it has no contents and no end tag.
    pub is_void: bool,
    /// Its contents.
    pub blocks: Vec<Block>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AttributeValue {
    /// A text.
    Text(Box<str>),
    /// The address of a link.
    Link(u32),
}

/// A tag of a trusted page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrustedTag {
    /// What stands before the address; all of it where there is none.
    pub before: Box<str>,
    /// The attribute that holds an address inside the site, and the link.
    pub address: Option<(Box<str>, u32)>,
    /// What stands behind the address.
    pub after: Box<str>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quiz {
    /// Its anchor on the page.
    pub anchor: Box<str>,
    /// Made of the question itself, so that it outlives moves and edits of other pages: `a-z 0-9`.
    pub id: Box<str>,
    /// Single choice, multiple choice, …
    pub kind: QuizKind,
    /// The question.
    pub stem: Vec<Block>,
    /// The options in the order written; for [`QuizKind::Order`] in the right order.
    pub options: Vec<QuizOption>,
    /// Of [`QuizKind::Order`]: the order in which the options are shown.
    pub shown: Vec<u32>,
    /// The right answer of a judgement.
    pub truth: Option<bool>,
    /// The right fillings: for each gap the accepted ones.
    pub blanks: Vec<Vec<String>>,
    /// Why.
    pub why: Vec<Block>,
    /// Where the answer stands.
    pub source: Option<QuizSource>,
}

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuizOption {
    /// What it says.
    pub blocks: Vec<Block>,
    /// Its mark, where the author set one: whether it is right.
    pub mark: Option<bool>,
}

/// Where the answer to a question stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuizSource {
    /// What the author wrote, without `#`.
    pub text: Box<str>,
    /// The link to a passage of the page.
    pub link: Option<u32>,
}

/// The kinds of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuizKind {
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

impl QuizKind {
    /// Its word in markup and data.
    pub fn word(self) -> &'static str {
        match self {
            QuizKind::Single => "single",
            QuizKind::Multiple => "multiple",
            QuizKind::Judge => "judge",
            QuizKind::Blank => "blank",
            QuizKind::Order => "order",
        }
    }
}

impl Block {
    /// A block at a place.
    pub fn new(range: SourceRange, kind: BlockKind) -> Block {
        Block { range, kind }
    }

    /// Whether nothing of it is shown: blanks of raw HTML, the place of a footnote.
    pub fn is_blank(&self) -> bool {
        match &self.kind {
            BlockKind::Plain(inlines) => inlines.iter().all(Inline::is_blank),
            BlockKind::Footnote(_) => true,
            _ => false,
        }
    }
}

impl Inline {
    /// An inline at a place.
    pub fn new(range: SourceRange, kind: InlineKind) -> Inline {
        Inline { range, kind }
    }

    /// Whether nothing of it is shown but blanks.
    pub fn is_blank(&self) -> bool {
        match &self.kind {
            InlineKind::Text(text) | InlineKind::HtmlText(text) | InlineKind::TrustedText(text) => text.trim_ascii().is_empty(),
            InlineKind::SoftBreak => true,
            _ => false,
        }
    }
}

impl Element {
    /// The value of an attribute that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find_map(|(known, value)| match value {
            AttributeValue::Text(value) if **known == *name => Some(&**value),
            _ => None,
        })
    }

    /// The link in an attribute.
    pub fn link(&self, name: &str) -> Option<u32> {
        self.attributes.iter().find_map(|(known, value)| match value {
            AttributeValue::Link(link) if **known == *name => Some(*link),
            _ => None,
        })
    }
}
