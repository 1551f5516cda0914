//! The markup of boxes, quizzes, figures, pictures, terms and the like: the theme's templates below `blocks/`, taken apart once.
//!
//! A page may have ten thousand links, so no template is rendered for each. When the theme is loaded, every template is
//! rendered once for each of its forms (with a title or without, …) with marks in place of texts; what stands between
//! the marks is written from then on. Only a question, of which a page has few, is rendered each time, and it gets marks
//! too: so a template can say where a text stands and whether there is one, and nothing else.

use tera::{Context, Tera, TeraResult, Value};

use crate::document::{Alert, BoxKind};

use super::quiz_view::QuizView;

/// The templates, by their names in the theme.
pub const TEMPLATES: [&str; 21] = [
    "attachment",
    "box",
    "code",
    "external",
    "figure",
    "footnote_back",
    "footnote_reference",
    "footnotes",
    "formula",
    "gap",
    "minutes",
    "missing",
    "notes",
    "picture",
    "player",
    "quiz",
    "quote",
    "table",
    "task",
    "term",
    "truth",
];

/// What stands around a mark: noncharacters, which no template has.
const MARKS: [char; 2] = ['\u{FDDE}', '\u{FDDF}'];

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// HTML.
    Literal(Box<str>),
    /// Where something goes in, by its name.
    Slot(Box<str>),
}

/// One form of a template, taken apart.
#[derive(Debug, Clone, Default)]
pub struct BlockTemplate {
    pieces: Vec<Piece>,
}

/// Templates that have one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainBlock {
    /// Around a table.
    Table,
    /// Minutes behind a heading.
    Minutes,
    /// What the speaker says.
    SpeakerNotes,
    /// The list of footnotes.
    Footnotes,
    /// The way back from a footnote.
    FootnoteBack,
    /// The words of a picture that is not there.
    Missing,
    /// A gap to fill.
    Gap,
}

/// Where a formula stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormulaPlace {
    /// Among words.
    Inline,
    /// By itself, where only a part of a line may stand.
    Line,
    /// By itself, among blocks.
    Block,
}

/// The markup of a theme.
pub struct Markup {
    tera: Tera,
    plain: Vec<BlockTemplate>,
    code: Vec<BlockTemplate>,
    task: Vec<BlockTemplate>,
    quote: Vec<Vec<BlockTemplate>>,
    boxed: Vec<Vec<BlockTemplate>>,
    figure: Vec<Vec<BlockTemplate>>,
    player: Vec<Vec<BlockTemplate>>,
    attachment: Vec<BlockTemplate>,
    external: Vec<Vec<BlockTemplate>>,
    picture: Vec<Vec<BlockTemplate>>,
    term: Vec<BlockTemplate>,
    footnote_reference: Vec<BlockTemplate>,
    formula: Vec<BlockTemplate>,
    truth: Vec<BlockTemplate>,
}

impl BlockTemplate {
    /// The template with these values in its slots, by their names; what has none stays empty.
    pub fn filled(&self, slots: &[(&str, &str)]) -> String {
        let value = |piece: &'_ Piece| match piece {
            Piece::Literal(html) => html.to_string(),
            Piece::Slot(name) => slots.iter().find(|(slot, _)| *slot == &**name).map_or(String::new(), |(_, value)| value.to_string()),
        };
        self.pieces.iter().map(value).collect()
    }

    /// The pieces in their order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Takes apart what was rendered with marks. Line ends and the blanks around them are no part of the markup.
    fn of(rendered: &str) -> BlockTemplate {
        let joined: String = rendered.lines().map(str::trim).collect();
        let mut pieces = Vec::new();
        for (at, part) in joined.split(MARKS).enumerate() {
            match at % 2 {
                0 if part.is_empty() => {}
                0 => pieces.push(Piece::Literal(part.into())),
                _ => pieces.push(Piece::Slot(part.into())),
            }
        }
        BlockTemplate { pieces }
    }
}

/// A value that stands in a template's every form.
fn always(name: &'static str) -> (&'static str, Value) {
    (name, Value::safe_string(&mark(name)))
}

fn mark(name: &str) -> String {
    let [open, close] = MARKS;
    format!("{open}{name}{close}")
}

/// All forms of a template: one for each choice of the slots that may be empty, the first slot counting 1, the next 2, ….
fn forms(tera: &Tera, name: &str, values: &[(&'static str, Value)], slots: &[&'static str]) -> TeraResult<Vec<BlockTemplate>> {
    let form = |bits: usize| {
        let mut context = Context::new();
        context.insert_value("content", Value::safe_string(&mark("content")));
        for (name, value) in values {
            context.insert_value(*name, value.clone());
        }
        for (at, slot) in slots.iter().enumerate() {
            let there = bits & (1 << at) > 0;
            context.insert_value(*slot, Value::safe_string(&if there { mark(slot) } else { String::new() }));
        }
        tera.render(&format!("blocks/{name}.html"), &context).map(|html| BlockTemplate::of(&html))
    };
    (0..1 << slots.len()).map(form).collect()
}

impl Markup {
    /// Takes the templates of a theme apart. What its templates say is wrong with themselves is the error.
    ///
    /// # Errors
    /// When a template cannot be rendered.
    pub fn new(tera: &Tera) -> TeraResult<Markup> {
        let one = |name: &str, slots: &[&'static str]| forms(tera, name, &[], slots).map(|mut forms| forms.pop().unwrap_or_default());
        let kinds_with = |name: &str, kinds: &[&'static str], values: &[&'static str], slots: &[&'static str]| {
            let one = |kind: &&'static str| {
                let values = values.iter().map(|value| always(value)).chain([("kind", Value::from(*kind))]);
                forms(tera, name, &values.collect::<Vec<_>>(), slots)
            };
            kinds.iter().map(one).collect::<TeraResult<Vec<Vec<BlockTemplate>>>>()
        };
        let kinds = |name: &str, kinds: &[&'static str], slots: &[&'static str]| kinds_with(name, kinds, &[], slots);
        let choice = |name: &str, of: &'static str| -> TeraResult<Vec<BlockTemplate>> {
            let form = |choice: bool| forms(tera, name, &[(of, Value::from(choice))], &[]);
            Ok([form(false)?, form(true)?].concat())
        };
        let formula = |kind: &'static str| -> TeraResult<Vec<BlockTemplate>> {
            let form = |plain: bool| forms(tera, "formula", &[("kind", Value::from(kind)), ("plain", Value::from(plain))], &[]);
            Ok([form(false)?, form(true)?].concat())
        };
        let alerts: Vec<&str> = std::iter::once("").chain(Alert::ALL.map(Alert::word)).collect();
        let markup = Markup {
            plain: vec![
                one("table", &[])?,
                one("minutes", &["minutes"])?,
                one("notes", &[])?,
                one("footnotes", &[])?,
                one("footnote_back", &["id"])?,
                one("missing", &["alt"])?,
                one("gap", &[])?,
            ],
            code: forms(tera, "code", &[], &["language"])?,
            task: choice("task", "done")?,
            quote: kinds("quote", &alerts, &["cite"])?,
            boxed: kinds("box", &BoxKind::ALL.map(BoxKind::word), &["title"])?,
            figure: kinds("figure", &["picture", "audio", "video"], &["caption"])?,
            player: kinds("player", &["audio", "video"], &["src", "label"])?,
            attachment: forms(tera, "attachment", &[always("type")], &["href", "title", "size"])?,
            external: kinds_with("external", &["contact", "site"], &["href"], &["title"])?,
            picture: kinds_with("picture", &["alone", "gallery"], &["src", "alt", "height"], &["srcset", "width", "original"])?,
            term: forms(tera, "term", &[always("title")], &["href"])?,
            footnote_reference: forms(tera, "footnote_reference", &[always("number"), always("to")], &["id"])?,
            formula: [formula("inline")?, formula("line")?, formula("block")?].concat(),
            truth: choice("truth", "truth")?,
            tera: tera.clone(),
        };
        // A question is tried in all its kinds, so that a mistake is told of the theme and not of some page.
        for kind in ["single", "multiple", "judge", "blank", "order"] {
            for full in [false, true] {
                markup.quiz(QuizView::sample(kind, full))?;
            }
        }
        Ok(markup)
    }

    /// A template of one form.
    pub fn plain(&self, variant: PlainBlock) -> &BlockTemplate {
        &self.plain[variant as usize]
    }

    /// Around code.
    pub fn code(&self, has_language: bool) -> &BlockTemplate {
        &self.code[usize::from(has_language)]
    }

    /// The mark of a task.
    pub fn task(&self, is_done: bool) -> &BlockTemplate {
        &self.task[usize::from(is_done)]
    }

    /// Around a quotation.
    pub fn quote(&self, alert: Option<Alert>, has_cite: bool) -> &BlockTemplate {
        &self.quote[alert.map_or(0, |alert| alert as usize + 1)][usize::from(has_cite)]
    }

    /// Around a box.
    pub fn boxed(&self, kind: BoxKind, has_title: bool) -> &BlockTemplate {
        &self.boxed[kind as usize][usize::from(has_title)]
    }

    /// Around a picture or player that stands by itself.
    pub fn figure(&self, player: Option<&str>, has_caption: bool) -> &BlockTemplate {
        let which = player.map_or(0, |player| if player == "audio" { 1 } else { 2 });
        &self.figure[which][usize::from(has_caption)]
    }

    /// A player.
    pub fn player(&self, player: &str, has_src: bool, has_label: bool) -> &BlockTemplate {
        &self.player[usize::from(player == "video")][usize::from(has_src) + 2 * usize::from(has_label)]
    }

    /// A link to a file.
    pub fn attachment(&self, has_href: bool, has_title: bool, has_size: bool) -> &BlockTemplate {
        &self.attachment[usize::from(has_href) + 2 * usize::from(has_title) + 4 * usize::from(has_size)]
    }

    /// A link out of the site.
    pub fn external(&self, is_site: bool, has_title: bool) -> &BlockTemplate {
        &self.external[usize::from(is_site)][usize::from(has_title)]
    }

    /// A picture.
    pub fn picture(&self, in_gallery: bool, has_srcset: bool, has_size: bool, has_original: bool) -> &BlockTemplate {
        &self.picture[usize::from(in_gallery)][usize::from(has_srcset) + 2 * usize::from(has_size) + 4 * usize::from(has_original)]
    }

    /// A term of the glossary.
    pub fn term(&self, has_href: bool) -> &BlockTemplate {
        &self.term[usize::from(has_href)]
    }

    /// The number of a footnote.
    pub fn footnote_reference(&self, has_id: bool) -> &BlockTemplate {
        &self.footnote_reference[usize::from(has_id)]
    }

    /// A formula; `is_plain`: it cannot be set.
    pub fn formula(&self, place: FormulaPlace, is_plain: bool) -> &BlockTemplate {
        &self.formula[2 * (place as usize) + usize::from(is_plain)]
    }

    /// The answer to a judgement.
    pub fn truth(&self, is_true: bool) -> &BlockTemplate {
        &self.truth[usize::from(is_true)]
    }

    /// A question.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn quiz(&self, mut quiz: QuizView) -> TeraResult<String> {
        let mut texts = Vec::new();
        quiz.each_text(&mut |text| {
            if !text.is_empty() {
                texts.push(std::mem::replace(text, mark(&texts.len().to_string())));
            }
        });
        let context = Context::from_serialize(&quiz)?;
        let html = self.tera.render("blocks/quiz.html", &context)?;
        let mut out = String::new();
        for piece in BlockTemplate::of(&html).pieces {
            match piece {
                Piece::Literal(html) => out.push_str(&html),
                Piece::Slot(number) => out.push_str(number.parse().ok().and_then(|at: usize| texts.get(at)).map_or("", |text| text)),
            }
        }
        Ok(out)
    }
}
