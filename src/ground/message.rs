//! The catalogue: every word that the program says, in Chinese and English, by id.
//!
//! The texts stand in `messages/zh.ftl` and `messages/en.ftl` (Fluent). A diagnostic's code is the id of its message,
//! `.hint` its attribute. Values that begin with `@` are ids themselves (`@text`), with their own value behind `|`.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::langid;

use super::visible::visible;
use super::{Diagnostic, Error};

const ZH: &str = include_str!("messages/zh.ftl");
const EN: &str = include_str!("messages/en.ftl");

/// The languages of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// The language of a locale (`zh_CN.UTF-8`, `en-US`): Chinese for any kind of Chinese, else English.
    pub fn of_locale(locale: &str) -> Language {
        if locale.to_ascii_lowercase().starts_with("zh") { Language::Chinese } else { Language::English }
    }
}

/// The words of one language.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    /// Whether values go into a message as they are. Programs want that; on a terminal a value must not do anything.
    is_exact: bool,
}

impl Catalogue {
    /// Loads a language.
    pub fn new(language: Language) -> Catalogue {
        let (text, id) = match language {
            Language::Chinese => (ZH, langid!("zh-CN")),
            Language::English => (EN, langid!("en")),
        };
        // A test parses both files; what a broken line would lose shows as its id.
        let resource = FluentResource::try_new(text.to_string()).unwrap_or_else(|(resource, _)| resource);
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Catalogue { bundle, is_exact: false }
    }

    /// The same, with values as they are: for programs.
    pub fn exact(self) -> Catalogue {
        Catalogue { is_exact: true, ..self }
    }

    /// A message without values.
    pub fn text(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// A message with values. An unknown id stands for itself.
    pub fn with(&self, id: &str, args: &[(&str, &str)]) -> String {
        self.find(id, None, args).unwrap_or_else(|| id.to_string())
    }

    /// The way out that goes with a message.
    pub fn hint(&self, id: &str, args: &[(&str, &str)]) -> Option<String> {
        self.find(id, Some("hint"), args)
    }

    /// Whether there is such a message.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// What a diagnostic says, and the way out.
    pub fn diagnostic(&self, diagnostic: &Diagnostic) -> (String, Option<String>) {
        let args: Vec<(&str, &str)> = diagnostic.args.iter().map(|(name, value)| (&**name, &**value)).collect();
        let id = diagnostic.code.id();
        let message = self.find(id, None, &args).unwrap_or_else(|| id.to_string());
        let near = args.iter().find(|(name, _)| *name == "near");
        let hint = match near {
            Some((_, near)) => self.find("did-you-mean", None, &[("near", near)]),
            None => None,
        };
        let way_out = self.find(id, Some("hint"), &args);
        let hint = match (hint, way_out) {
            (Some(near), Some(way_out)) => Some(format!("{near} {way_out}")),
            (near, way_out) => near.or(way_out),
        };
        (message, hint)
    }

    /// What an error says, and the way out.
    pub fn error(&self, error: &Error) -> (String, Option<String>) {
        let path = error.path.as_deref().map(super::path::shown).unwrap_or_default();
        let cause = error.cause.as_ref().map(super::error::reason).unwrap_or_default();
        let mut args: Vec<(&str, &str)> = error.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        args.extend([("path", path.as_str()), ("cause", cause.as_str())]);
        let message = self.find(error.id, None, &args).unwrap_or_else(|| error.to_string());
        (message, self.find(error.id, Some("hint"), &args))
    }

    fn find(&self, id: &str, attribute: Option<&str>, args: &[(&str, &str)]) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            match self.inner(value) {
                Some(text) => values.set(*name, text),
                // Numbers choose plural forms.
                None => match value.parse::<u64>() {
                    Ok(number) if *name == "count" => values.set(*name, number),
                    _ if self.is_exact => values.set(*name, (*value).to_string()),
                    _ => values.set(*name, visible(value).into_owned()),
                },
            }
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        Some(text.trim().to_string())
    }

    /// The text of a value that is an id itself: `@list`, `@no-such-page|news/a.md`.
    fn inner(&self, value: &str) -> Option<String> {
        let rest = value.strip_prefix('@')?;
        let mut parts = rest.split('|');
        let id = parts.next()?;
        if !self.bundle.has_message(id) {
            return None;
        }
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.find(id, None, &[("value", first), ("other", second)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::{Code, Place};

    #[test]
    fn every_code_has_its_words_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let catalogue = Catalogue::new(language);
            for code in Code::ALL {
                assert!(catalogue.has(code.id()), "{language:?} lacks {}", code.id());
                let (_, hint) = catalogue.diagnostic(&Diagnostic::new(*code, Place::file("a.md")));
                assert!(hint.is_some(), "{language:?} lacks the hint of {}", code.id());
            }
        }
    }

    #[test]
    fn both_files_parse_and_have_the_same_ids() {
        let ids = |text: &str| {
            let parsed = FluentResource::try_new(text.to_string());
            assert!(parsed.is_ok(), "{:?}", parsed.err().map(|(_, errors)| errors));
            let mut ids: Vec<String> = text
                .lines()
                .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
                .filter_map(|line| line.split_once(" =").map(|(id, _)| id.to_string()))
                .collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(ZH), ids(EN));
    }

    #[test]
    fn values_do_nothing_to_a_terminal_and_are_exact_for_programs() {
        let diagnostic = Diagnostic::new(Code::WrongType, Place::file("a.md")).arg("key", "k").arg("expected", "@number");
        let diagnostic = diagnostic.arg("found", "\u{1b}[2J\nhint: x");
        let said = |catalogue: Catalogue| catalogue.diagnostic(&diagnostic).0;
        assert_eq!(said(Catalogue::new(Language::English)), "`k` expects a number, found `<U+001B>[2J<U+000A>hint: x`");
        assert_eq!(said(Catalogue::new(Language::English).exact()), "`k` expects a number, found `\u{1b}[2J\nhint: x`");
    }

    #[test]
    fn values_can_be_messages() {
        let diagnostic =
            Diagnostic::new(Code::WrongType, Place::file("a.md")).arg("key", "hours").arg("expected", "@number").arg("found", "两");
        let (message, _) = Catalogue::new(Language::English).diagnostic(&diagnostic);
        assert_eq!(message, "`hours` expects a number, found `两`");
    }
}
