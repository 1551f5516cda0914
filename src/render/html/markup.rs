//! The markup of boxes, quizzes, figures and the like: the theme's templates below `blocks/`, taken apart once.
//!
//! A page may have ten thousand tables, so no template is rendered for each. When the theme is loaded, every template is
//! rendered once for each of its forms (with a title or without, …) with marks in place of texts; what stands between
//! the marks is written from then on. Only a question, of which a page has few, is rendered each time, and it gets marks
//! too: so a template can say where a text stands and whether there is one, and nothing else.

use tera::{Context, Tera, TeraResult, Value};

use crate::document::{Alert, BoxKind};

use super::quiz_view::QuizView;

/// The templates, by their names in the theme.
pub const TEMPLATES: [&str; 13] =
    ["attachment", "box", "code", "figure", "footnote_back", "footnotes", "minutes", "notes", "player", "quiz", "quote", "table", "task"];

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
}

impl BlockTemplate {
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
        let kinds = |name: &str, kinds: &[&'static str], slots: &[&'static str]| -> TeraResult<Vec<Vec<BlockTemplate>>> {
            kinds.iter().map(|kind| forms(tera, name, &[("kind", Value::from(*kind))], slots)).collect()
        };
        let task = |done: bool| forms(tera, "task", &[("done", Value::from(done))], &[]);
        let alerts: Vec<&str> = std::iter::once("").chain(Alert::ALL.map(Alert::word)).collect();
        let markup = Markup {
            plain: vec![
                one("table", &[])?,
                one("minutes", &["minutes"])?,
                one("notes", &[])?,
                one("footnotes", &[])?,
                one("footnote_back", &["id"])?,
            ],
            code: forms(tera, "code", &[], &["language"])?,
            task: [task(false)?, task(true)?].concat(),
            quote: kinds("quote", &alerts, &["cite"])?,
            boxed: kinds("box", &BoxKind::ALL.map(BoxKind::word), &["title"])?,
            figure: kinds("figure", &["picture", "audio", "video"], &["caption"])?,
            player: kinds("player", &["audio", "video"], &["src", "label"])?,
            attachment: forms(tera, "attachment", &[("type", Value::safe_string(&mark("type")))], &["href", "title", "size"])?,
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
