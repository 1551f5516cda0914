//! What an author is told: a code, how grave it is, where, and the values of the message.
//!
//! The words stand in the catalogue (`messages/*.ftl`): `<code>` is the message, `<code>.hint` the way out.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The site is not written unless the officer says so (`--keep-going`).
    Error,
    /// The site is written; the officer should look.
    Warning,
}

/// Where in the author's material: lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Path from the site folder, with `/`.
    pub file: Arc<str>,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters on that line, at least 1.
    pub width: u32,
}

impl Place {
    /// The whole of a file.
    pub fn file(file: impl Into<Arc<str>>) -> Place {
        Place { file: file.into(), line: 0, column: 0, width: 0 }
    }

    /// A stretch of one line.
    pub fn at(file: impl Into<Arc<str>>, span: Span) -> Place {
        Place { file: file.into(), line: span.line, column: span.column, width: span.width }
    }
}

/// A stretch of one line in a file that is known from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters, at least 1.
    pub width: u32,
}

impl Span {
    /// A stretch of one line.
    pub fn new(line: u32, column: u32, width: u32) -> Span {
        Span { line, column, width }
    }
}

/// One message about the author's material.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Where; `None` when no file is to blame.
    pub place: Option<Place>,
    /// How grave.
    pub severity: Severity,
    /// What kind.
    pub code: Code,
    /// Values for the message, by name.
    pub args: Vec<(Box<str>, Box<str>)>,
}

impl Diagnostic {
    /// A diagnostic of the severity that belongs to its code.
    pub fn new(code: Code, place: Place) -> Diagnostic {
        Diagnostic { place: Some(place), severity: code.severity(), code, args: Vec::new() }
    }

    /// Adds a value for the message.
    pub fn arg(mut self, name: &str, value: impl fmt::Display) -> Diagnostic {
        self.args.push((name.into(), value.to_string().into()));
        self
    }

    /// Adds the nearest right name, if there is one: the message then says “did you mean”.
    pub fn near(self, near: Option<&str>) -> Diagnostic {
        match near {
            Some(near) => self.arg("near", near),
            None => self,
        }
    }

    /// Whether it keeps the site from being written.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Declares the codes: variant, id in the catalogue, severity.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal $severity:ident,)*) => {
        /// Every kind of diagnostic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $id)] $name,)*
        }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The id in the catalogue and in `--json`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)* }
            }

            /// How grave it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    // Files.
    /// `encoding` names what the bytes look like.
    NotUtf8 = "not-utf8" Error,
    /// A NUL byte: not a text.
    NotText = "not-text" Error,
    /// The file could not be read: `cause`.
    Unreadable = "unreadable" Error,
    /// A symbolic link leads out of the site: `target`.
    LinkOutside = "link-outside" Error,
    /// A folder that contains itself through a link.
    LinkLoop = "link-loop" Error,
    /// A pipe, a device or a socket where a file should be.
    SpecialFile = "special-file" Error,
    /// More paths than a listing takes: `limit`.
    TooManyPaths = "too-many-paths" Error,
    /// The program broke off while it worked on the file: `reason`.
    ProgramFault = "program-fault" Error,
    /// A file of more than the limit: `limit`.
    FileTooLarge = "file-too-large" Error,
    /// A page without any text.
    EmptyFile = "empty-file" Warning,
    /// A mount whose folder is missing: `folder`.
    MountMissing = "mount-missing" Error,
    // Front matter and settings.
    /// No closing `---`.
    FrontMatterUnclosed = "front-matter-unclosed" Error,
    /// What looks like front matter and is not read as such: `reason`, `found`.
    FrontMatterUnread = "front-matter-unread" Error,
    /// YAML that does not parse: `reason`.
    YamlSyntax = "yaml-syntax" Error,
    /// A tab in the indentation.
    YamlTab = "yaml-tab" Error,
    /// A full-width colon after a key: `key`.
    YamlFullWidthColon = "yaml-full-width-colon" Error,
    /// A key that stands twice: `key`.
    YamlDuplicateKey = "yaml-duplicate-key" Error,
    /// A key that is not known here: `key`, `near`, `kind`.
    UnknownKey = "unknown-key" Error,
    /// A value of the wrong type: `key`, `expected`, `found`.
    WrongType = "wrong-type" Error,
    /// A value that is not one of the known ones: `key`, `found`, `near`, `known`.
    UnknownValue = "unknown-value" Error,
    /// A date that does not exist or is not a date: `key`, `found`.
    BadDate = "bad-date" Error,
    /// A number out of range: `key`, `found`, `range`.
    OutOfRange = "out-of-range" Error,
    /// A slug with other than `a-z 0-9 -`: `found`.
    BadSlug = "bad-slug" Error,
    /// A field that must be there: `key`.
    MissingField = "missing-field" Error,
    /// A page without a title anywhere: the file's name serves.
    TitleMissing = "title-missing" Warning,
    /// A document that supersedes, amends or rests on itself: `key`.
    SelfReference = "self-reference" Error,
    // Markdown.
    /// A `:::` box that is never closed: `name`.
    BoxUnclosed = "box-unclosed" Error,
    /// A `:::` box of an unknown kind: `name`, `near`.
    BoxUnknown = "box-unknown" Error,
    /// A `:::` line that closes nothing.
    BoxStray = "box-stray" Warning,
    /// A quiz block that cannot be read: `reason`.
    QuizBad = "quiz-bad" Error,
    /// A formula that cannot be set: `reason`.
    MathBad = "math-bad" Warning,
    /// HTML that was taken out because it is not on the list: `element`.
    HtmlRemoved = "html-removed" Warning,
    /// Nesting beyond the limit: `limit`.
    NestingTooDeep = "nesting-too-deep" Error,
    /// A footnote without its text: `name`.
    FootnoteMissing = "footnote-missing" Warning,
    /// Markup that Markdown does not know as such and that stays text: `reason`, `found`.
    MarkupLeft = "markup-left" Warning,
    /// A line that defines an address, which is none: `name`, `target`.
    DefinitionOfText = "definition-of-text" Warning,
    /// A field whose text goes on behind ` #`, where YAML begins a comment: `key`, `found`.
    TextCutAtComment = "text-cut-at-comment" Warning,
    // References.
    /// A link to a page that is not there: `target`, `near`.
    LinkMissingPage = "link-missing-page" Error,
    /// A link to a heading that is not there: `target`, `anchor`, `near`.
    LinkMissingAnchor = "link-missing-anchor" Error,
    /// A link or picture to a file that is not there: `target`, `near`.
    LinkMissingFile = "link-missing-file" Error,
    /// A link to a page that is a draft, not yet published or withdrawn: `target`.
    LinkUnpublished = "link-unpublished" Warning,
    /// A link that leaves the content folder: `target`.
    LinkEscapes = "link-escapes" Error,
    /// A picture that cannot be read: `target`, `cause`.
    PictureBad = "picture-bad" Error,
    /// A picture from another host, which pages must not load: `target`.
    PictureForeign = "picture-foreign" Error,
    /// A field that names a document that is not there: `key`, `target`, `near`.
    RefMissing = "ref-missing" Error,
    /// Documents that supersede one another in a circle: `chain`.
    SupersedesCycle = "supersedes-cycle" Error,
    /// A branch that is not there: `branch`, `near`.
    BranchMissing = "branch-missing" Error,
    // Output.
    /// Two sources make one output path: `path`, `other`.
    PathClash = "path-clash" Error,
    /// An output path longer than 200 characters: `path`.
    PathTooLong = "path-too-long" Error,
    /// An alias that is not a portable path: `alias`.
    BadAlias = "bad-alias" Error,
    /// A file of `static/`, or a picture, whose name the program or a page has: `path`, `other`.
    NameTaken = "name-taken" Error,
    /// A name that some host or system keeps for itself: `path`.
    NameReserved = "name-reserved" Error,
    /// A file beside a page that would run on the site's address or on the host: `target`, `reason`.
    AttachmentActs = "attachment-acts" Error,
    /// A drawing that holds more than shapes and words: `target`, `what`.
    SvgRefused = "svg-refused" Error,
    /// A file of a type that many hosts do not serve: `extension`.
    UnservedType = "unserved-type" Warning,
    /// A document of an office program that lies among the pages and that no page names: `count`, `more`.
    OfficeAmongPages = "office-among-pages" Warning,
    /// Files among the pages that no page names: `count`, `more`.
    UnusedFiles = "unused-files" Warning,
    // Themes.
    /// A theme that is not there: `theme`, `near`.
    ThemeMissing = "theme-missing" Error,
    /// Themes that extend one another in a circle: `chain`.
    ThemeCycle = "theme-cycle" Error,
    /// A theme for another version of the program: `theme`, `wants`, `version`.
    ThemeVersion = "theme-version" Error,
    /// A template that is not there: `template`, `near`.
    TemplateMissing = "template-missing" Error,
    /// A template that does not parse or render: `reason`; `page` where one was being rendered.
    TemplateError = "template-error" Error,
    /// A script of the theme that cannot be made ready: `reason`, `detail`.
    ScriptBad = "script-bad" Error,
    /// A style sheet of the theme cannot be read.
    StyleBad = "style-bad" Error,
    /// An option that the theme does not have: `key`, `near`.
    ThemeOptionUnknown = "theme-option-unknown" Error,
    // Settings.
    /// `output` lies inside `content`, or the other way round.
    OutputInsideContent = "output-inside-content" Error,
    /// A column whose folder or page is not there: `path`, `near`.
    ColumnMissing = "column-missing" Error,
    /// A site folder without `site.yaml`.
    SiteYamlMissing = "site-yaml-missing" Error,
    /// A link in the settings that leads nowhere a reader may be led: `key`, `found`.
    BadAddress = "bad-address" Error,
    /// A base_url that is not an http(s) address: `found`.
    BadBaseUrl = "bad-base-url" Error,
    /// A publish target whose address cannot be used: `found`, `reason`.
    BadTarget = "bad-target" Error,
    /// A password in a file that others read: `what`.
    SecretInSettings = "secret-in-settings" Error,
    /// A line of the table of old addresses that cannot be read: `reason`.
    RedirectBad = "redirect-bad" Error,
    /// A page of that table that is not there: `target`, `near`.
    RedirectMissing = "redirect-missing" Error,
    /// An old address that no file can answer: `alias`.
    RedirectUnanswered = "redirect-unanswered" Warning,
    /// An old address, written whole, that lies outside the site's folder on the host: `alias`, `base`.
    RedirectElsewhere = "redirect-elsewhere" Error,
    /// Old addresses outside the site's folder, which the host never asks this site for: `count`, `folder`, `more`, `from`, `to`.
    RedirectOutside = "redirect-outside" Warning,
    /// A term of the glossary that stands twice: `term`.
    TermTwice = "term-twice" Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let mut ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')));
    }
}
